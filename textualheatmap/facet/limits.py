"""How much a file may hold, so that no file takes all time or memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from textualheatmap.errors import HeatmapDataError

# Of all facets of a file together; format tokens count.
MAX_FACETS = 1000
MAX_TOKENS = 200_000
MAX_META = 500_000
MAX_NUMBERS = 500_000
MAX_CHARACTERS = 1_000_000
# Of each facet: its axes, which with rows and columns are all dimensions that an array
# of NumPy may have, and the labels of all of them.
MAX_AXES = 62
MAX_LABELS = 10_000


def check_limits(
    tokens: Sequence[Sequence[object]],
    meta: Sequence[Sequence[object]],
    numbers: Sequence[Sequence[object]] = (),
) -> None:
    """Raise if the facets of a file hold too much.

    Parameters
    ----------
    tokens
        The tokens of each facet, format tokens included, not yet checked.
    meta
        The meta of each token of each facet, not yet checked.
    numbers
        Of each facet, mappings or lists of numbers, not yet checked.

    Raises
    ------
    HeatmapDataError
        If there are too many facets, tokens, entries of meta, numbers or characters.

    Examples
    --------
    >>> check_limits([["a", "b"]], [[["x"], None]])
    >>> check_limits([["a"] * 1_000_000], [[]])
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: the file has 1000000 tokens, \
expected at most 200000
    """
    check_count("facets", len(tokens), MAX_FACETS)
    check_count("tokens", sum(map(len, tokens)), MAX_TOKENS)
    entries = [
        entry
        for facet in meta
        for each in facet
        if isinstance(each, list | tuple)
        for entry in cast("Sequence[object]", each)
    ]
    check_count("entries of meta", len(entries), MAX_META)
    counts = [
        len(cast("Sequence[object]", each))
        for facet in numbers
        for each in facet
        if isinstance(each, Mapping | list | tuple)
    ]
    check_count("numbers", sum(counts), MAX_NUMBERS)
    # A pair begins with its string.
    texts = [
        entry[0] if isinstance(entry, list | tuple) and entry else entry
        for entry in cast("list[Sequence[object]]", entries)
    ]
    texts += [text for facet in tokens for text in facet]
    characters = sum(len(text) for text in texts if isinstance(text, str))
    check_count("characters", characters, MAX_CHARACTERS)


def list_field(records: Sequence[object], key: str) -> list[object]:
    """Return the value of a key in each record, None where a record has none.

    What is no record at all has None, too: records are checked later.

    Examples
    --------
    >>> list_field([{"token": "a"}, {}, 3], "token")
    ['a', None, None]
    """
    return [
        cast("Mapping[str, object]", record).get(key)
        if isinstance(record, Mapping)
        else None
        for record in records
    ]


def check_count(what: str, count: int, most: int) -> None:
    """Raise if a file has too many of something.

    Parameters
    ----------
    what
        What is counted, in the plural, as the error names it.
    count, most
        How many there are, and how many there may be.

    Raises
    ------
    HeatmapDataError
        If `count` is larger than `most`.

    Examples
    --------
    >>> check_count("facets", 2, MAX_FACETS)
    """
    if count > most:
        msg = f"the file has {count} {what}, expected at most {most}"
        raise HeatmapDataError(msg)
