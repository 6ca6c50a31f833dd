"""The characters of a token by which texts are compared, without tokenizers' marks."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textualheatmap.facet.tokens import Tokens

MIN_COVER = 0.5
"""Share of both texts that has to match; below it they are taken to be different."""

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


@dataclass(frozen=True, eq=False)
class NormalText:
    """The characters by which a facet's text is compared, and whose they are.

    Parameters
    ----------
    characters
        The text after `normalise_token`, format tokens included.
    starts, stops
        Shape (indexes,): the characters of each token, from `start` to `stop - 1`.
    tokens
        The tokens as they are, without format tokens.
    """

    characters: str
    starts: NDArray[np.int32]
    stops: NDArray[np.int32]
    tokens: tuple[str, ...]


def normalise_text(tokens: Tokens) -> NormalText:
    """Return the characters by which a facet's text is compared.

    Examples
    --------
    >>> from textualheatmap.facet.tokens import Tokens
    >>> gap = np.array([False, True, False])
    >>> text = normalise_text(Tokens(("The", " ", "cat"), gap, ((), (), ())))
    >>> text.characters, text.starts.tolist(), text.stops.tolist()
    ('thecat', [0, 3], [3, 6])
    """
    known = {token: normalise_token(token) for token in set(tokens.texts)}
    pieces = [known[token] for token in tokens.texts]
    stops = np.cumsum([len(piece) for piece in pieces], dtype=np.int32)
    starts = np.concatenate([np.zeros(1, dtype=np.int32), stops[:-1]])
    positions = tokens.positions
    places: list[int] = positions.tolist()
    return NormalText(
        "".join(pieces),
        starts[positions],
        stops[positions],
        tuple(tokens.texts[place] for place in places),
    )
