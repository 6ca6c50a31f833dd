"""A source and a target as two facets, of which both have rows of the target."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import quote
from textualheatmap.saliency.generation import answer_text
from textualheatmap.saliency.pieces import find_spans, join_pieces
from textualheatmap.saliency.progress import report_progress

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.saliency.encoder_decoder import EncoderDecoder
    from textualheatmap.saliency.language_model import Encoding
    from textualheatmap.saliency.pieces import JoinedPieces, Special
    from textualheatmap.state.grouping import Unit


class SourceAndTarget(NamedTuple):
    """Two facets that a heatmap shows together, as a list of both or as they are.

    Parameters
    ----------
    source
        The text that was read. Its rows belong to the target: heat (i, j) is that of
        token j of the source for token i of the target.
    target
        The text that was predicted. Heat (i, j) is that of its token j for its token i.
    """

    source: Facet
    target: Facet


class ReadPair(NamedTuple):
    """A source and a target, cut into pieces and joined to tokens.

    Parameters
    ----------
    source, target
        Their pieces.
    start
        The token that the decoder is given before the target.
    source_tokens, target_tokens
        Their tokens.
    is_written
        Whether the model wrote the target.
    """

    source: Encoding
    target: Encoding
    start: int
    source_tokens: JoinedPieces
    target_tokens: JoinedPieces
    is_written: bool

    def list_columns(self) -> list[list[int]]:
        """Return the places of each token of the source, then of the target."""
        before = len(self.source.ids)
        moved = [[before + at for at in own] for own in self.target_tokens.pieces]
        return [*self.source_tokens.pieces, *moved]

    def find_spans(self, unit: Unit) -> list[list[int]]:
        """Return the columns of each word, sentence or line of source and target."""
        before = len(self.source_tokens.pieces)
        spans = find_spans(self.target_tokens, unit)
        moved = [[before + column for column in own] for own in spans]
        return [*find_spans(self.source_tokens, unit), *moved]


def read_pair(
    language: EncoderDecoder,
    text: str,
    answer: str | None,
    *,
    generate: int,
    special: Special,
    progress: bool | Callable[[int, int], object],
) -> ReadPair:
    """Cut a source and a target into tokens; None as target lets the model write it.

    Parameters
    ----------
    language
        The model.
    text, answer
        Source and target.
    generate
        The most tokens that the model writes.
    special
        Whether special tokens are shown.
    progress
        A callable is called while the model writes, so that it can stop the work.

    Raises
    ------
    TypeError, ValueError
        If one of them is no text, is too long, or has no tokens.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.language_model import Encoding
    >>> from textualheatmap.saliency.pieces import Piece
    >>> language = SimpleNamespace(
    ...     encode=lambda text: Encoding([5], [Piece(0, 1)]),
    ...     encode_answer=lambda text: Encoding([6], [Piece(0, 1)]),
    ...     find_start=lambda ids, *, is_written: 0,
    ... )
    >>> options = {"generate": 9, "special": "drop", "progress": False}
    >>> read_pair(language, "a", "b", **options).list_columns()
    [[0], [1]]
    """
    source = language.encode(text)
    source_tokens = join_pieces(text, source.pieces, special)
    if answer is None:
        watched = progress if callable(progress) else False
        rows = len(source_tokens.pieces) + generate
        with report_progress(watched, rows):
            written, target = answer_text(language, source, generate)
    else:
        written, target = answer, language.encode_answer(answer)
    target_tokens = join_pieces(written, target.pieces, special)
    for name, given, tokens in (
        ("text", text, source_tokens),
        ("answer", written, target_tokens),
    ):
        if not tokens.pieces:
            msg = f"{name} is {quote(given)}, which has no token that can be explained"
            raise ValueError(msg)
    start = language.find_start(target.ids, is_written=answer is None)
    return ReadPair(source, target, start, source_tokens, target_tokens, answer is None)


def build_pair(
    language: EncoderDecoder,
    pair: ReadPair,
    heat: tuple[NDArray[np.float32], NDArray[np.float32]],
    *,
    target_id: str,
    top_classes: Sequence[Sequence[tuple[int, float]]] | None = None,
    signed: bool = False,
    axes: Sequence[str] = (),
    provenance: Mapping[str, object],
) -> SourceAndTarget:
    """Return facets of a source and a target.

    Parameters
    ----------
    language
        The model, which is recorded in the provenance and names the classes.
    pair
        S and T tokens that are not format tokens, and format tokens.
    heat
        That of the source, shape (*axes, T, S), and of the target, (*axes, T, T); NaN
        where it is not known.
    target_id
        The id of the target's facet.
    top_classes
        For each of the T tokens, classes with their probabilities, for the meta.
    signed
        Whether heat may be negative.
    axes
        The names of the leading dimensions, whose labels count from 0.
    provenance
        What to record besides the model.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.pieces import JoinedPieces
    >>> tokens = JoinedPieces(["a"], [False], [[0]])
    >>> pair = ReadPair(None, None, 0, tokens, tokens, False)
    >>> language, heat = SimpleNamespace(describe=dict), np.ones((1, 1))
    >>> found = build_pair(
    ...     language, pair, (heat, heat), target_id="b", provenance={}
    ... )
    >>> found.source.rows_of, found.target.id
    ('b', 'b')
    """
    metas = iter(
        [(language.name_token(kind), share) for kind, share in best]
        for best in top_classes or [[]] * len(pair.target_tokens.pieces)
    )
    record = {
        **language.describe(),
        "target text": "written by the model" if pair.is_written else "given",
        **provenance,
        "torch": torch.__version__,
    }
    forms = {
        "axes": dict.fromkeys(axes) or None,
        "signed": signed,
        "missing": any(bool(np.isnan(each).any()) for each in heat),
        "provenance": record,
    }
    source, target = pair.source_tokens, pair.target_tokens
    return SourceAndTarget(
        Facet.from_arrays(
            source.texts,
            heat[0],
            format=source.is_format,
            title="source",
            rows_of=target_id,
            **forms,
        ),
        Facet.from_arrays(
            target.texts,
            heat[1],
            [[] if is_gap else next(metas) for is_gap in target.is_format],
            target.is_format,
            title="target",
            id=target_id,
            **forms,
        ),
    )
