"""The boxes above a facet that show the meta of its focused token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.probability import write_probability

if TYPE_CHECKING:
    from textualheatmap.facet.tokens import Tokens
    from textualheatmap.state.heatmap import Heatmap

# A box of meta that is narrower, in px, could not be read.
LEAST_META_BOX = 40
# One with room for a word and its probability, and the most rows of such boxes that are
# shown at once.
READABLE_META_BOX, MAX_META_ROWS = 104, 3
TRUE_MARK = "✓"


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
    """

    text: str
    note: str
    share: int


NO_META = MetaBox("", "", 0)


def count_meta_boxes(heatmap: Heatmap, i: int) -> int:
    """Return how many boxes the strip of meta of facet i has.

    As many as the most entries that a token's meta have, but no more than fit in the
    width: a page with thousands of boxes takes half a minute to appear.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "meta": ["b", "c"], "heat": [1]}]
    >>> count_meta_boxes(Heatmap().set_data([records]), 0)
    2
    """
    longest = max(map(len, heatmap.facets[i].tokens.meta), default=0)
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


def list_meta(heatmap: Heatmap, i: int, index: int) -> list[MetaBox]:
    """Return a box for each entry of the meta of a token of facet i.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "meta": ["b", ("c", 0.25)], "heat": [1]}]
    >>> for box in list_meta(Heatmap().set_data([records]), 0, 0):
    ...     print(box)
    MetaBox(text='b', note='', share=0)
    MetaBox(text='c', note='25%', share=25)
    """
    tokens = heatmap.facets[i].tokens
    truth = _find_truth(heatmap, tokens, index)
    return [
        MetaBox(
            escape_text(text),
            " ".join(
                [TRUE_MARK] * _is_same(text, truth)
                + ([] if p is None else [write_probability(p)])
            ),
            0 if p is None else round(100 * p),
        )
        for text, p in tokens.meta[int(tokens.positions[index])]
    ]


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
