"""The pieces of a tokenizer, put together so that they spell the text exactly."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

Special = Literal["drop", "format", "keep"]


class Piece(NamedTuple):
    """One piece of a tokenizer: the characters that it stands for.

    A special piece, such as `[CLS]`, stands for none; `special` is what it is called.
    """

    start: int
    end: int
    special: str | None = None


class Spelling(NamedTuple):
    """Tokens that spell a text: texts, which are format tokens, whose pieces they are.

    `pieces` has one list per token that is not a format token: where its pieces are
    among all pieces.
    """

    texts: list[str]
    is_format: list[bool]
    pieces: list[list[int]]


def spell(text: str, pieces: Sequence[Piece], special: Special = "drop") -> Spelling:
    """Return tokens that spell the text, gaps between pieces as format tokens.

    Pieces that share a character (byte-level ones of an emoji, say) become one token,
    and a piece that stands for no character goes with the next.

    Parameters
    ----------
    text
        What was split.
    pieces
        In the order of the text. Overlaps and gaps are allowed.
    special
        Whether special pieces are left out, shown as format tokens, or shown as tokens
        of their own. Only without them do the tokens spell exactly the text.

    Examples
    --------
    >>> spell("a 👍", [Piece(0, 1), Piece(2, 3), Piece(2, 3)])
    Spelling(texts=['a', ' ', '👍'], is_format=[False, True, False], \
pieces=[[0], [1, 2]])
    """
    spelling = Spelling([], [], [])
    waiting: list[int] = []  # stand for no character, and go with the next piece
    start = end = 0  # of the last token that is neither special nor a format token
    last: int | None = None  # its position
    final = max((i for i, p in enumerate(pieces) if p.special is None), default=-1)
    for number, piece in enumerate(pieces):
        if piece.special is not None:
            if number > final:
                _add_gap(spelling, text[end:])
                end = len(text)
            if special != "drop":
                _add(spelling, piece.special, None if special == "format" else [number])
        elif piece.start == piece.end:
            waiting.append(number)
        elif last is not None and piece.start < end:
            end = max(end, piece.end)
            spelling.texts[last] = text[start:end]
            spelling.pieces[-1] += [*waiting, number]
            waiting = []
        else:
            _add_gap(spelling, text[end : piece.start])
            start, end, last = piece.start, piece.end, len(spelling.texts)
            _add(spelling, text[start:end], [*waiting, number])
            waiting = []
    if waiting and spelling.pieces:
        spelling.pieces[-1] += waiting
    _add_gap(spelling, text[end:])
    return spelling


def _add(spelling: Spelling, text: str, pieces: list[int] | None) -> None:
    """Add a token, or without pieces a format token."""
    spelling.texts.append(text)
    spelling.is_format.append(pieces is None)
    if pieces is not None:
        spelling.pieces.append(pieces)


def _add_gap(spelling: Spelling, text: str) -> None:
    """Add what is between two pieces, if anything is."""
    if text:
        _add(spelling, text, None)
