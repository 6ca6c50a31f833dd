"""How much a file may hold, so that no file takes all time or memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
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
    meta_axes: Sequence[object] = (),
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
    meta_axes
        Of each facet the name of the axis that these follow, not yet checked; None
        where they follow none.

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
    contents = Contents()
    check_count("facets", len(tokens), MAX_FACETS)
    check_count("tokens", sum(map(len, tokens)), MAX_TOKENS)
    padded, axes = numbers or [()] * len(tokens), meta_axes or [None] * len(tokens)
    for texts, each_meta, each_numbers, axis in zip(
        tokens, meta, padded, axes, strict=True
    ):
        contents.add(texts, each_meta, each_numbers, axis)
    contents.check()


@dataclass
class Contents:
    """How much the facets of a file hold, as far as they were counted.

    Examples
    --------
    >>> contents = Contents()
    >>> contents.add(["a"], [["x", "y"]])
    >>> contents.tokens, contents.meta, contents.characters
    (1, 2, 3)
    """

    facets: int = 0
    tokens: int = 0
    meta: int = 0
    numbers: int = 0
    characters: int = 0

    def add(
        self,
        tokens: Sequence[object],
        meta: Sequence[object],
        numbers: Sequence[object] = (),
        meta_axis: object = None,
    ) -> None:
        """Count a facet.

        Parameters
        ----------
        tokens, meta
            Of each token its text and its meta, not yet checked.
        numbers
            Mappings or lists of numbers, not yet checked.
        meta_axis
            Not None where these follow an axis, and so are lists of such lists. An
            empty one counts as an entry: a reader meets it, too.

        Examples
        --------
        >>> Contents().add(["a"], [None])
        >>> contents = Contents()
        >>> contents.add(["a"], [[["x", "y"], []]], [[[1, 2]]], "layer")
        >>> contents.meta, contents.numbers
        (3, 2)
        """
        if meta_axis is not None:
            meta, numbers = _flatten(meta), _flatten(numbers)
            self.meta += sum(not each for each in meta)
        entries = [
            entry
            for each in meta
            if isinstance(each, list | tuple)
            for entry in cast("Sequence[object]", each)
        ]
        # A pair begins with its string.
        texts = [
            entry[0] if isinstance(entry, list | tuple) and entry else entry
            for entry in cast("list[Sequence[object]]", entries)
        ]
        texts += tokens
        self.facets += 1
        self.tokens += len(tokens)
        self.meta += len(entries)
        self.numbers += sum(
            len(cast("Sequence[object]", each))
            for each in numbers
            if isinstance(each, Mapping | list | tuple)
        )
        self.characters += sum(len(text) for text in texts if isinstance(text, str))

    def check(self) -> None:
        """Raise if it is more than a file may hold.

        Raises
        ------
        HeatmapDataError
            If there are too many facets, tokens, entries of meta, numbers or
            characters.

        Examples
        --------
        >>> Contents().check()
        """
        check_count("facets", self.facets, MAX_FACETS)
        check_count("tokens", self.tokens, MAX_TOKENS)
        check_count("entries of meta", self.meta, MAX_META)
        check_count("numbers", self.numbers, MAX_NUMBERS)
        check_count("characters", self.characters, MAX_CHARACTERS)


def _flatten(lists: Sequence[object]) -> list[object]:
    """Return what is in some lists and mappings, which are not checked yet."""
    return [
        item
        for each in lists
        if isinstance(each, Mapping | list | tuple)
        for item in (
            cast("Mapping[object, object]", each).values()
            if isinstance(each, Mapping)
            else cast("Sequence[object]", each)
        )
    ]


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
