"""The pieces of a tokenizer, joined to tokens that together spell the text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

import numpy as np

from textualheatmap.facet.tokens import Tokens
from textualheatmap.state.grouping import find_groups

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.state.grouping import Unit

Special = Literal["drop", "format", "keep"]


class Piece(NamedTuple):
    """One unit of a tokenizer, and the characters of the text that it covers.

    Parameters
    ----------
    start, end
        The characters from `start` up to, not including, `end`.
    special
        Name of a special piece such as `[CLS]`, which covers no characters.
    """

    start: int
    end: int
    special: str | None = None


class JoinedPieces(NamedTuple):
    """Tokens that spell a text, and the pieces that each token consists of.

    Parameters
    ----------
    texts
        The text of each token, format tokens included.
    is_format
        Whether each token is a format token.
    pieces
        For each token that is not a format token, the indices of its pieces, in
        ascending order.
    """

    texts: list[str]
    is_format: list[bool]
    pieces: list[list[int]]


def join_pieces(
    text: str, pieces: Sequence[Piece], special: Special = "drop"
) -> JoinedPieces:
    """Join pieces to tokens that spell the text; gaps between them are format tokens.

    Pieces that share a character become one token: a byte-level tokenizer, for
    example, cuts an emoji into several. A piece that covers no character joins the
    next one.

    There is no choice to show the bytes of a character as tokens: half a character has
    no text that could be shown or copied, and tokens would no longer spell the text.

    Parameters
    ----------
    text
        The text that was cut into pieces.
    pieces
        In the order of the text. They may overlap and leave gaps.
    special
        Whether special pieces are left out, become format tokens, or become tokens.
        The tokens spell exactly the text only if special pieces are left out.

    Examples
    --------
    >>> join_pieces("a 👍", [Piece(0, 1), Piece(2, 3), Piece(2, 3)])
    JoinedPieces(texts=['a', ' ', '👍'], is_format=[False, True, False], \
pieces=[[0], [1, 2]])
    """
    joined = JoinedPieces([], [], [])
    waiting: list[int] = []  # pieces without characters, which join the next piece
    # The last token that covers characters: its span, and its place among the tokens.
    start = end = 0
    last: int | None = None
    final = max((i for i, p in enumerate(pieces) if p.special is None), default=-1)
    for number, piece in enumerate(pieces):
        if piece.special is not None:
            if number > final:
                _add_gap(joined, text[end:])
                end = len(text)
            if special == "format":
                _add_token(joined, piece.special, None)
            elif special == "keep":
                _add_token(joined, piece.special, [*waiting, number])
                waiting = []
        elif piece.start == piece.end:
            waiting.append(number)
        elif last is not None and piece.start < end:
            end = max(end, piece.end)
            joined.texts[last] = text[start:end]
            joined.pieces[-1] += [*waiting, number]
            waiting = []
        else:
            _add_gap(joined, text[end : piece.start])
            start, end, last = piece.start, piece.end, len(joined.texts)
            _add_token(joined, text[start:end], [*waiting, number])
            waiting = []
    if waiting and joined.pieces:
        joined.pieces[-1] += waiting
    _add_gap(joined, text[end:])
    return joined


def find_spans(tokens: JoinedPieces, unit: Unit) -> list[list[int]]:
    """Return the tokens of each word, sentence or line, format tokens not counted.

    They are those that a heatmap shows as one with the same `grouping`.

    Parameters
    ----------
    tokens
        The tokens of a text.
    unit
        What a span is; `"token"` makes each token one.

    Examples
    --------
    >>> tokens = JoinedPieces(["em", "bed", " ", "it"], [0, 0, 1, 0], [[0], [1], [2]])
    >>> find_spans(tokens, "word")
    [[0, 1], [2]]
    """
    is_format = np.array(tokens.is_format, dtype=np.bool_)
    whole = Tokens(tuple(tokens.texts), is_format, ((),) * len(is_format))
    groups = find_groups(whole, unit)
    numbers = list(range(len(whole)))
    if groups is None:
        return [[number] for number in numbers]
    ends = [*groups.starts.tolist()[1:], len(numbers)]
    return [
        numbers[start:end]
        for start, end in zip(groups.starts.tolist(), ends, strict=True)
    ]


def _add_token(joined: JoinedPieces, text: str, pieces: list[int] | None) -> None:
    """Add a token with its pieces, or a format token, which has none."""
    joined.texts.append(text)
    joined.is_format.append(pieces is None)
    if pieces is not None:
        joined.pieces.append(pieces)


def _add_gap(joined: JoinedPieces, text: str) -> None:
    """Add the text between two pieces as a format token, unless it is empty."""
    if text:
        _add_token(joined, text, None)
