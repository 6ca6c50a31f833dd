"""A text that is longer than a causal model takes, read window by window."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from textualheatmap.saliency.maps.saliency_map import Part
from textualheatmap.saliency.models.language_model import Encoding
from textualheatmap.saliency.models.model_checks import find_limit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.saliency.arguments.options import AttributionOptions
    from textualheatmap.saliency.methods.targets import Prediction
    from textualheatmap.saliency.models.language_model import LanguageModel
    from textualheatmap.saliency.models.pieces import JoinedPieces


def place_windows(count: int, size: int, stride: int) -> list[int]:
    """Return where windows of a text begin.

    Each begins `stride` pieces after the one before it, only the last one fewer, so
    that it ends with the text.

    Parameters
    ----------
    count
        Number of pieces of the text.
    size
        Number of pieces of a window.
    stride
        Number of pieces from one window to the next, from 1 to `size`.

    Examples
    --------
    >>> place_windows(10, 4, 3)
    [0, 3, 6]
    >>> place_windows(9, 4, 3)
    [0, 3, 5]
    """
    last = max(0, count - size)
    return [*range(0, last, stride), last]


def check_window(language: LanguageModel, window: int) -> None:
    """Raise ValueError if a window has more pieces than a model takes.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> model = SimpleNamespace(config=SimpleNamespace(), named_modules=dict)
    >>> tokenizer = SimpleNamespace(model_max_length=4)
    >>> check_window(SimpleNamespace(model=model, tokenizer=tokenizer), 5)
    Traceback (most recent call last):
        ...
    ValueError: window is 5, SimpleNamespace takes at most 4 tokens
    """
    limit = find_limit(language.model, language.tokenizer)
    if limit is not None and window > limit:
        name = type(language.model).__name__
        msg = f"window is {window:,}, {name} takes at most {limit:,} tokens"
        raise ValueError(msg)


def part_by_windows(
    language: LanguageModel,
    encoding: Encoding,
    tokens: JoinedPieces,
    predictions: Sequence[Prediction],
    options: AttributionOptions,
    *,
    window: int,
    stride: int,
) -> tuple[list[Part], dict[str, int]]:
    """Return the predictions of a causal model by the windows that they are made in.

    Special pieces at the start of the text begin each window. A prediction is made in
    the first window that has its piece, which is the one that sees most of its past.

    Parameters
    ----------
    language, encoding, tokens, options
        The model, the text, its tokens, and what is to be computed.
    predictions
        One at the last piece of each token.
    window
        Number of pieces of a window, those at the start included.
    stride
        Number of pieces from one window to the next.

    Returns
    -------
    parts
        A part for each window that has predictions.
    record
        What the provenance says of the windows.

    Raises
    ------
    ValueError
        If a window has no place for so many pieces after those at its start.

    Examples
    --------
    >>> from tokenizers import Tokenizer, models
    >>> from transformers import GPT2Config, GPT2LMHeadModel, PreTrainedTokenizerFast
    >>> from textualheatmap.saliency.models.language_model import LanguageModel
    >>> from textualheatmap.saliency.arguments.options import AttributionOptions
    >>> from textualheatmap.saliency.models.pieces import JoinedPieces, Piece
    >>> from textualheatmap.saliency.methods.targets import Prediction
    >>> words = Tokenizer(models.WordLevel({"a": 0, "b": 1}, unk_token="a"))
    >>> tokenizer = PreTrainedTokenizerFast(tokenizer_object=words)
    >>> config = GPT2Config(vocab_size=2, n_embd=4, n_layer=1, n_head=1)
    >>> language = LanguageModel(GPT2LMHeadModel(config).eval(), tokenizer)
    >>> encoding = Encoding([0] * 3, [Piece(n, n + 1) for n in range(3)])
    >>> tokens = JoinedPieces(["a"] * 3, [False] * 3, [[0], [1], [2]])
    >>> predictions = [Prediction(0, (at,), (0,)) for at in range(3)]
    >>> text = (language, encoding, tokens, predictions, AttributionOptions())
    >>> parts, record = part_by_windows(*text, window=2, stride=1)
    >>> [part.columns for part in parts], record["windows"]
    ([[0, 1], [1, 2]], 2)
    """
    ids, pieces, types = encoding
    lead = next((n for n, each in enumerate(pieces) if each.special is None), len(ids))
    size = window - lead
    if stride > size:
        msg = (
            f"stride is {stride}, expected at most {size}: the window of {window} "
            f"tokens, without the {lead} special ones that begin it"
        )
        raise ValueError(msg)
    starts = place_windows(len(ids) - lead, size, stride)
    parts: list[Part] = []
    # Pieces before this one are predicted in an earlier window.
    for before, start in pairwise([-size - lead, *starts]):
        own = [*range(lead), *range(lead + start, min(lead + start + size, len(ids)))]
        places = {piece: place for place, piece in enumerate(own)}
        made = [
            each._replace(positions=tuple(places[at] for at in each.positions))
            for each in predictions
            if each.positions[-1] in places
            and each.positions[-1] >= lead + before + size
        ]
        if not made:
            continue
        columns = {
            number: [places[at] for at in each if at in places]
            for number, each in enumerate(tokens.pieces)
            if not places.keys().isdisjoint(each)
        }
        read = Encoding(
            [ids[at] for at in own],
            [pieces[at] for at in own],
            types and [types[at] for at in own],
        )
        network = language.build_network(read, list(columns.values()), options)
        parts.append(Part(network, made, list(columns)))
    return parts, {
        "window": window,
        "stride": stride,
        "windows": len(starts),
        "least past of a later row": size - stride + 1,
    }
