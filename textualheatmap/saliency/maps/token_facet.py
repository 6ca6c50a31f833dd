"""Heat of all pieces of a text, joined to a facet of its tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import quote
from textualheatmap.saliency.models.pieces import join_pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.models.language_model import Encoding, LanguageModel
    from textualheatmap.saliency.models.pieces import JoinedPieces, Special


def cut_text(
    language: LanguageModel, text: str, special: Special
) -> tuple[Encoding, JoinedPieces]:
    """Return the pieces of a text, and the tokens that these are joined to.

    Raises
    ------
    TypeError
        If it is not a string.
    ValueError
        If it has no tokens, or more than the model takes, or half a character.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> words = Tokenizer(models.WordLevel({"a": 0}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=1, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> cut_text(language, "a", "drop")[1]
    JoinedPieces(texts=['a'], is_format=[False], pieces=[[0]])
    """
    encoding = language.encode(text)
    tokens = join_pieces(text, encoding.pieces, special)
    if not tokens.pieces:
        msg = f"text is {quote(text)}, which has no token that could be explained"
        raise ValueError(msg)
    return encoding, tokens


def add_columns(
    heat: NDArray[np.float32], pieces: Sequence[Sequence[int]]
) -> NDArray[np.float32]:
    """Return heat with a column for each token: the sum of its pieces'.

    Examples
    --------
    >>> add_columns(np.float32([[0.5, 0.25, 0.25]]), [[0], [1, 2]]).tolist()
    [[0.5, 0.5]]
    """
    return np.stack([heat[..., list(own)].sum(axis=-1) for own in pieces], axis=-1)


def average_rows(
    heat: NDArray[np.float32], pieces: Sequence[Sequence[int]]
) -> NDArray[np.float32]:
    """Return heat with a row for each token: the mean of its pieces'.

    Examples
    --------
    >>> average_rows(np.float32([[1, 0], [0, 1], [0, 0]]), [[0], [1, 2]]).tolist()
    [[1.0, 0.0], [0.0, 0.5]]
    """
    rows = [heat[..., list(own), :].mean(axis=-2) for own in pieces]
    return np.stack(rows, axis=-2)


def build_facet(
    language: LanguageModel,
    tokens: JoinedPieces,
    heat: NDArray[np.float32],
    *,
    axes: Sequence[str] | Mapping[str, Sequence[object]] = (),
    top_classes: Sequence[Sequence[Any]] | None = None,
    meta_axis: str | None = None,
    signed: bool = False,
    title: str = "",
    numbers: Mapping[str, Sequence[object]] | None = None,
    provenance: Mapping[str, object],
) -> Facet:
    """Return a facet of tokens with heat, meta and numbers.

    Parameters
    ----------
    language
        The model, which is recorded in the provenance and names the classes.
    tokens
        n tokens that are not format tokens, and format tokens.
    heat
        Shape (*axes, n, n).
    axes
        The names of the leading dimensions, whose labels count from 0; or a mapping of
        names to labels.
    top_classes
        For each of the n tokens, classes with their probabilities, for the meta.
    meta_axis
        The axis that these follow: for each token there are some for each label, and
        so there are numbers.
    signed
        Whether heat may be negative.
    title
        The title of the facet.
    numbers
        Names, and for each n numbers, which stand beside the meta.
    provenance
        What to record besides the model.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.models.pieces import JoinedPieces
    >>> language = SimpleNamespace(describe=dict)
    >>> tokens = JoinedPieces(["a"], [False], [[0]])
    >>> build_facet(language, tokens, np.ones((1, 1)), provenance={})
    <Facet of 1 token: 'a'>
    """

    def spread(values: Sequence[object], gap: object) -> list[object]:
        """Return one value for each token, format tokens included."""
        rest = iter(values)
        return [gap if is_gap else next(rest) for is_gap in tokens.is_format]

    def name(best: Sequence[tuple[int, float]]) -> list[tuple[str, float]]:
        return [(language.name_token(kind), share) for kind, share in best]

    metas: list[list[Any]] = [
        name(best) if meta_axis is None else [*map(name, best)]
        for best in top_classes or [[]] * len(tokens.pieces)
    ]
    return Facet.from_arrays(
        tokens.texts,
        heat,
        spread(metas, []),
        tokens.is_format,
        axes=(axes if isinstance(axes, Mapping) else dict.fromkeys(axes)) or None,
        signed=signed,
        title=title,
        numbers={key: spread(each, None) for key, each in (numbers or {}).items()},
        meta_axis=meta_axis,
        provenance={
            **language.describe(),
            **provenance,
            "torch": torch.__version__,
        },
    )
