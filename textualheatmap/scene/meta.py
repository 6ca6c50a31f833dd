"""The boxes above a facet that show the meta of its focused token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textualheatmap.scene.escape import ELLIPSIS, EMPTY, escape_text
from textualheatmap.scene.legend import format_heat
from textualheatmap.scene.probability import write_probability

if TYPE_CHECKING:
    from textualheatmap.facet.tokens import Tokens
    from textualheatmap.state.heatmap import Heatmap
    from textualheatmap.state.view_state import AxisChoices

# A box of meta that is narrower, in px, could not be read.
LEAST_META_BOX = 40
# One with room for a word and its probability, and the most rows of such boxes that are
# shown at once.
READABLE_META_BOX, MAX_META_ROWS = 104, 3
TRUE_MARK = "✓"
# What stands for a space in an entry of nothing but spaces.
SPACE = "␣"
# A tooltip is no place for more entries.
MOST_GATHERED = 100
# Larger numbers are written with an exponent.
MOST_WHOLE = 1e6


@dataclass(frozen=True, slots=True)
class MetaBox:
    """One box of the strip of meta.

    Parameters
    ----------
    text
        What it shows.
    note
        Its probability, or nothing; with a tick where it is the true token.
    share
        Percent of the box's width that the bar behind the text takes, from 0 to 100.
    is_quiet
        Whether the text has the colour of notes.
    """

    text: str
    note: str
    share: int
    is_quiet: bool = False


NO_META = MetaBox("", "", 0)


def count_meta_boxes(heatmap: Heatmap, i: int) -> int:
    """Return how many boxes the strip of meta of facet i has.

    As many as the most entries that a token's meta have, wherever on the axis that they
    follow, and one if the facet has numbers; but no more than fit in the width: a page
    with thousands of boxes takes half a minute to appear.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "meta": ["b", "c"], "heat": [1]}]
    >>> count_meta_boxes(Heatmap().set_data([records]), 0)
    2
    """
    tokens = heatmap.facets[i].tokens
    longest = tokens.most_entries + bool(tokens.given_numbers)
    return max(1, min(longest, heatmap.width // LEAST_META_BOX))


def count_meta_rows(heatmap: Heatmap) -> int:
    """Return how many rows of boxes a strip of meta may have.

    Where the height is given there is room for one.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> count_meta_rows(Heatmap()), count_meta_rows(Heatmap(max_height=100))
    (3, 1)
    """
    return MAX_META_ROWS if heatmap.max_height is None else 1


def list_meta(
    heatmap: Heatmap, i: int, index: int, count: int, axes: AxisChoices | None = None
) -> list[MetaBox]:
    """Return a box for each entry of the meta of a token of facet i, and its numbers.

    Parameters
    ----------
    heatmap, i, index
        The token.
    count
        How many boxes the strip has, as of `count_meta_boxes`. The last one has the
        numbers of the token, if the facet has any. The one before has all entries that
        have no box of their own.
    axes
        The choice on the axes, where it is not that of the heatmap.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "meta": ["b", ("c", 0.25)], "heat": [1]}]
    >>> for box in list_meta(Heatmap().set_data([records]), 0, 0, 2):
    ...     print(box.text, box.note, box.share)
    b  0
    c 25% 25
    """
    tokens = heatmap.facets[i].tokens
    boxes = list_entries(heatmap, i, index, axes)
    has_numbers = bool(tokens.given_numbers)
    room = count - has_numbers
    if len(boxes) > room:
        boxes[room - 1 :] = [_gather(boxes[room - 1 :])]
    if has_numbers:
        numbers = "   ".join(map(" ".join, list_numbers(heatmap, i, index, axes)))
        boxes += [NO_META] * (room - len(boxes)) + [
            MetaBox(numbers, "", 0, is_quiet=True)
        ]
    return boxes


def list_entries(
    heatmap: Heatmap, i: int, index: int, axes: AxisChoices | None = None
) -> list[MetaBox]:
    """Return a box for each entry of the meta of a token of facet i, however many.

    Parameters
    ----------
    heatmap, i, index, axes
        As in `list_meta`.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "meta": ["b", ("c", 0.25)], "heat": [1]}]
    >>> [box.text for box in list_entries(Heatmap().set_data([records]), 0, 0)]
    ['b', 'c']
    """
    tokens = heatmap.facets[i].tokens
    truth = _find_truth(heatmap, tokens, index)
    return [
        MetaBox(
            _write_entry(text),
            " ".join(
                [TRUE_MARK] * _is_same(text, truth)
                + ([] if p is None else [write_probability(p)])
            ),
            0 if p is None else round(100 * p),
        )
        for text, p in tokens.find_meta(
            int(tokens.positions[index]), axes or heatmap.view_state.axes
        )
    ]


def _write_entry(text: str) -> str:
    """Return an entry with nothing in it that cannot be seen."""
    escaped = escape_text(text)
    return escaped if escaped.strip(" ") else SPACE * len(escaped) or EMPTY


def _gather(boxes: list[MetaBox]) -> MetaBox:
    """Return one box for several entries."""
    texts = [f"{box.text} {box.note}".rstrip() for box in boxes[:MOST_GATHERED]]
    more = [ELLIPSIS] * (len(boxes) > MOST_GATHERED)
    return MetaBox(f"+{len(boxes)}: {', '.join([*texts, *more])}", "", 0)


def list_numbers(
    heatmap: Heatmap, i: int, index: int, axes: AxisChoices | None = None
) -> list[tuple[str, str]]:
    """Return the name and the value of each number that a token of facet i has.

    Parameters
    ----------
    heatmap, i, index, axes
        As in `list_meta`.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "numbers": {"rank": 3}, "heat": [1]}]
    >>> list_numbers(Heatmap().set_data([records]), 0, 0)
    [('rank', '3')]
    """
    tokens = heatmap.facets[i].tokens
    found = tokens.find_numbers(
        int(tokens.positions[index]), axes or heatmap.view_state.axes
    )
    return [
        (escape_text(name), _write_number(number)) for name, number in found.items()
    ]


def _write_number(number: float) -> str:
    is_whole = number.is_integer() and abs(number) < MOST_WHOLE
    return str(int(number)) if is_whole else format_heat(number)


def _find_truth(heatmap: Heatmap, tokens: Tokens, index: int) -> str | None:
    """Return the token that the meta of a token predict, if it is known."""
    if heatmap.meta_truth is None:
        return None
    predicted = index + (heatmap.meta_truth == "next")
    if predicted == len(tokens):
        return None
    return tokens.texts[int(tokens.positions[predicted])]


def _is_same(text: str, truth: str | None) -> bool:
    """Say whether two texts are the same, apart from white space around them."""
    if truth is None:
        return False
    return text == truth or (text.strip() == truth.strip() != "")
