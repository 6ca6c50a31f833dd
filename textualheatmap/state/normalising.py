"""The characters of a token by which texts are compared, without tokenizers' marks."""

from __future__ import annotations

import re
import unicodedata

# Marks for a space or a line end: GPT-2's two, and SentencePiece's one.
SPACE_MARKS = "ĠĊ▁"
# WordPiece's mark before a piece that continues a word.
CONTINUATION = "##"
# Special tokens, which models add to a text.
SPECIAL = re.compile(
    r"\[(CLS|SEP|PAD|UNK|MASK|BOS|EOS)\]"
    r"|</?(s|pad|unk|mask|bos|eos|cls|sep)>"
    r"|<(start|end)_of_(text|turn)>"
    r"|<extra_id_\d{1,3}>"
    r"|<\|[^|<>\s]{1,40}\|>",
    re.IGNORECASE,
)
# Combining diacritical marks, for `str.translate` to delete.
ACCENTS = dict.fromkeys(range(0x0300, 0x0370))


def normalise_token(token: str) -> str:
    r"""Return the characters of a token by which texts are compared.

    Whitespace, marks of tokenizers, case and accents are left out, and a special token
    such as ``[CLS]`` has no characters. The tokens of a text, joined, give the same
    characters however the text was cut.

    Examples
    --------
    >>> [normalise_token(token) for token in ("ĠThe", "##é", "▁cat\n", "[SEP]")]
    ['the', 'e', 'cat', '']
    """
    bare = token.strip()
    if SPECIAL.fullmatch(bare):
        return ""
    bare = bare.lstrip(SPACE_MARKS)
    if bare != CONTINUATION:
        bare = bare.removeprefix(CONTINUATION)
    if not bare.isascii():
        bare = unicodedata.normalize("NFKD", bare).translate(ACCENTS)
    return "".join(bare.split()).casefold()
