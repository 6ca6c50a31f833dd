"""A source and a target, explained together: two facets with rows of the target."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np
import torch
from numpy.typing import NDArray

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import quote
from textualheatmap.facet.growing import await_rows, continue_facet
from textualheatmap.saliency.arguments.progress import report_progress
from textualheatmap.saliency.maps.saliency_map import Part, compute_heat, group_columns
from textualheatmap.saliency.maps.written_facets import WrittenFacets
from textualheatmap.saliency.methods.targets import Prediction
from textualheatmap.saliency.models.generation import answer_text
from textualheatmap.saliency.models.language_model import Encoding
from textualheatmap.saliency.models.pieces import (
    JoinedPieces,
    find_spans,
    join_pieces,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import TopClasses
    from textualheatmap.saliency.models.encoder_decoder import EncoderDecoder
    from textualheatmap.saliency.models.generation import WatchTokens
    from textualheatmap.saliency.models.language_model import LanguageModel
    from textualheatmap.saliency.models.network import Network
    from textualheatmap.saliency.models.pieces import Special
    from textualheatmap.saliency.models.spelling import WrittenText
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


# Takes facets whose heat is missing, the number of a first row, and rows of heat of the
# source and of the target.
ShowPairs: TypeAlias = Callable[
    [SourceAndTarget, int, tuple[NDArray[np.float32], NDArray[np.float32]]], Any
]


class ReadPair(NamedTuple):
    """A source and a target, cut into pieces and joined to tokens.

    Parameters
    ----------
    source, target
        Their pieces.
    source_tokens, target_tokens
        Their tokens.
    is_written
        Whether the model wrote the target.
    """

    source: Encoding
    target: Encoding
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
    begin: Callable[[ReadPair], WatchTokens] | None = None,
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
    begin
        Called before the model writes, with a pair whose target has no token yet. What
        it returns gets the tokens that the model writes.

    Raises
    ------
    TypeError, ValueError
        If one of them is no text, is too long, or has no tokens.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> language = SimpleNamespace(
    ...     encode=lambda text: Encoding([5], [Piece(0, 1)]),
    ...     encode_answer=lambda text: Encoding([6], [Piece(0, 1)]),
    ... )
    >>> options = {"generate": 9, "special": "drop", "progress": False}
    >>> read_pair(language, "a", "b", **options).list_columns()
    [[0], [1]]
    """
    source = language.encode(text)
    source_tokens = join_pieces(text, source.pieces, special)
    check_tokens("text", text, source_tokens)
    if answer is None:
        watched = progress if callable(progress) else False
        rows = len(source_tokens.pieces) + generate
        watch = begin and begin(begin_pair(source, source_tokens))
        with report_progress(watched, rows):
            written, target = answer_text(language, source, generate, watch)
    else:
        written, target = answer, language.encode_answer(answer)
    target_tokens = join_pieces(written, target.pieces, special)
    check_tokens("answer", written, target_tokens)
    return ReadPair(source, target, source_tokens, target_tokens, answer is None)


def begin_pair(source: Encoding, tokens: JoinedPieces) -> ReadPair:
    """Return a pair of a source, and of a target that the model has not begun.

    Examples
    --------
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> source = Encoding([5], [Piece(0, 1)])
    >>> begin_pair(source, JoinedPieces(["a"], [False], [[0]])).list_columns()
    [[0]]
    """
    nothing = Encoding([], []), JoinedPieces([], [], [])
    return ReadPair(source, nothing[0], tokens, nothing[1], is_written=True)


def check_tokens(name: str, given: str, tokens: JoinedPieces) -> None:
    """Raise ValueError if a text has no token that is shown as one.

    Parameters
    ----------
    name, given
        The argument that is the text, for the message, and the text.
    tokens
        Its tokens.

    Examples
    --------
    >>> from textualheatmap.saliency.models.pieces import JoinedPieces
    >>> check_tokens("text", " ", JoinedPieces([" "], [True], []))
    Traceback (most recent call last):
        ...
    ValueError: text is ' ', which has no token that can be explained
    """
    if not tokens.pieces:
        msg = f"{name} is {quote(given)}, which has no token that can be explained"
        raise ValueError(msg)


def explain_pair(
    language: LanguageModel,
    network: Network,
    pair: ReadPair,
    options: AttributionOptions,
    *,
    target_id: str,
    titles: tuple[str, str],
    written: Sequence[Facet] = (),
    provenance: Mapping[str, object],
) -> SourceAndTarget:
    """Explain the predictions of a target's tokens, and return both facets.

    Parameters
    ----------
    language
        The model.
    network
        The model as it reads the S + T inputs of source and target, one after the
        other. It predicts each of them at the position of the one before it.
    pair
        Source and target.
    options
        How to explain. `on_rows` gets both facets, and pairs of rows.
    target_id, titles, provenance
        As in `build_pair`; the provenance without the options.
    written
        What `on_rows` got of both facets while the model wrote the target: those that
        it gets now have grown from them.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> from textualheatmap.saliency.models.network import Network
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.models.pieces import JoinedPieces
    >>> tokens, encoding = JoinedPieces(["a"], [False], [[0]]), Encoding([0], [])
    >>> pair = ReadPair(encoding, encoding, tokens, tokens, True)
    >>> inputs = torch.tensor([[[3.0, 4.0], [1.0, 1.0]]])
    >>> network = Network(
    ...     lambda s: inputs[s], lambda x, p: x[:, p], pair.list_columns(), 2, 2, None
    ... )
    >>> language = SimpleNamespace(describe=dict, name_token=str, find_token=int)
    >>> found = explain_pair(
    ...     *(language, network, pair, AttributionOptions(output="logit")),
    ...     target_id="b",
    ...     titles=("source", "target"),
    ...     provenance={},
    ... )
    >>> found.source.heat.tolist(), found.target.heat.tolist()
    ([[1.0]], [[0.0]])
    """
    network = group_columns(network, options, pair.find_spans)
    before, edge = len(pair.source.ids), len(pair.source_tokens.pieces)
    predictions = [
        Prediction(
            0,
            tuple(before + at - 1 for at in own),
            tuple(pair.target.ids[at] for at in own),
        )
        for own in pair.target_tokens.pieces
    ]

    def build(
        heat: NDArray[np.float32],
        top_classes: Sequence[TopClasses],
        accuracy: Mapping[str, float] | None = None,
    ) -> SourceAndTarget:
        return build_pair(
            language,
            pair,
            (heat[:, :edge], heat[:, edge:]),
            target_id=target_id,
            titles=titles,
            top_classes=top_classes,
            signed=options.is_signed,
            provenance={**provenance, **options.describe(), **(accuracy or {})},
        )

    begun: SourceAndTarget | None = None

    def begin(top_classes: Sequence[TopClasses]) -> None:
        nonlocal begun
        shape = (len(predictions), len(network.columns))
        whole = build(np.full(shape, np.nan, dtype=np.float32), top_classes)
        begun = (
            SourceAndTarget(*map(continue_facet, written, whole))
            if written
            else SourceAndTarget(*map(await_rows, whole))
        )
        show(0, np.zeros((0, len(network.columns)), dtype=np.float32))

    def show(start: int, rows: NDArray[np.float32]) -> None:
        if options.on_rows is not None and begun is not None:
            options.on_rows(begun, start, (rows[:, :edge], rows[:, edge:]))

    found = compute_heat(
        [Part(network, predictions)],
        options,
        count=len(network.columns),
        find_number=language.find_token,
        begin=begin,
        show=show,
    )
    return build(*found)


def watch_answer(
    language: LanguageModel,
    pair: ReadPair,
    options: AttributionOptions,
    *,
    text: WrittenText,
    special: Special,
    target_id: str,
    titles: tuple[str, str],
    provenance: Mapping[str, object],
) -> WrittenFacets:
    """Return what gives away a source, and each token of a target that is written.

    Parameters
    ----------
    language
        The model.
    pair
        As `begin_pair` returns it.
    options
        How it will be explained. `on_rows` gets both facets without rows.
    text
        Spells what is written.
    special
        Whether special tokens of the target are shown.
    target_id, titles, provenance
        As in `explain_pair`.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> from textualheatmap.saliency.models.language_model import Encoding
    >>> from textualheatmap.saliency.models.pieces import Piece
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> source = Encoding([5], [Piece(0, 1)])
    >>> def show(facets, _start, _rows):
    ...     print([facet.tokens.text for facet in facets])
    >>> written = watch_answer(
    ...     SimpleNamespace(describe=dict, name_token=str),
    ...     begin_pair(source, JoinedPieces(["a"], [False], [[0]])),
    ...     AttributionOptions(on_rows=show),
    ...     text=SimpleNamespace(add=lambda number: ("b", [Piece(0, 1)])),
    ...     special="drop",
    ...     target_id="answer",
    ...     titles=("source", "target"),
    ...     provenance={},
    ... )
    >>> written.add(0, torch.zeros(2))
    ['a', 'b']
    """
    columns = len(pair.source_tokens.pieces)

    def build(new: JoinedPieces, classes: Sequence[TopClasses]) -> SourceAndTarget:
        count = len(classes)
        return build_pair(
            language,
            pair._replace(target_tokens=new),
            (
                np.zeros((count, columns), dtype=np.float32),
                np.zeros((count, count), dtype=np.float32),
            ),
            target_id=target_id,
            titles=titles,
            top_classes=classes,
            signed=options.is_signed,
            provenance={**provenance, **options.describe()},
        )

    def show(facets: Sequence[Facet]) -> None:
        if options.on_rows is not None:
            source, target = facets
            rows = (
                np.zeros((0, columns), dtype=np.float32),
                np.zeros((0, len(target)), dtype=np.float32),
            )
            options.on_rows(SourceAndTarget(source, target), 0, rows)

    return WrittenFacets(
        language, text, special=special, top=options.top, lag=0, build=build, show=show
    )


def build_pair(
    language: LanguageModel,
    pair: ReadPair,
    heat: tuple[NDArray[np.float32], NDArray[np.float32]],
    *,
    target_id: str,
    titles: tuple[str, str] = ("source", "target"),
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
    titles
        The titles of both facets.
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
    >>> from textualheatmap.saliency.models.pieces import JoinedPieces
    >>> tokens = JoinedPieces(["a"], [False], [[0]])
    >>> pair = ReadPair(None, None, tokens, tokens, False)
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
            title=titles[0],
            rows_of=target_id,
            **forms,
        ),
        Facet.from_arrays(
            target.texts,
            heat[1],
            [[] if is_gap else next(metas) for is_gap in target.is_format],
            target.is_format,
            title=titles[1],
            id=target_id,
            **forms,
        ),
    )
