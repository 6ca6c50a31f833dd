"""The tokens of a facet: the text that they make, and where each one is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.fields import (
        Meta,
        MetaByLabel,
        NumberByLabel,
        Numbers,
    )


@dataclass(frozen=True)
class AxisMeta:
    """Meta and numbers of tokens that differ along an axis of the heat.

    Parameters
    ----------
    axis
        Name of the axis.
    meta
        Per position, one meta for each label of the axis, or none at all.
    numbers
        By name and per position, one number or None for each label, or none at all.

    Examples
    --------
    >>> AxisMeta("layer", (((("b", None),), ()),)).most_entries
    1
    """

    axis: str
    meta: tuple[MetaByLabel, ...]
    numbers: Mapping[str, tuple[NumberByLabel, ...]] = field(
        default_factory=dict[str, "tuple[NumberByLabel, ...]"]
    )

    @cached_property
    def most_entries(self) -> int:
        """The most entries that any token has for any label."""
        return max((len(meta) for labels in self.meta for meta in labels), default=0)


@dataclass(frozen=True, eq=False)
class Tokens:
    """The tokens of one facet, format tokens included; no array of it is writeable.

    Parameters
    ----------
    texts
        One string per position.
    is_format
        Shape (positions,): True where the token is a format token.
    meta
        One tuple of (string, probability or None) per position.
    numbers
        By name, one number or None per position.
    axis_meta
        What follows an axis of the heat, where meta and numbers do; these are then
        empty.

    Examples
    --------
    >>> gap = np.array([False, True, False])
    >>> tokens = Tokens(("a", " ", "b"), gap, ((), (), ()))
    >>> len(tokens), tokens.text, tokens.positions.tolist()
    (2, 'a b', [0, 2])
    """

    texts: tuple[str, ...]
    is_format: NDArray[np.bool_]
    meta: tuple[Meta, ...]
    numbers: Numbers = field(default_factory=dict[str, "tuple[float | None, ...]"])
    axis_meta: AxisMeta | None = None

    def __post_init__(self) -> None:
        self.is_format.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of tokens that are not format tokens."""
        return len(self.positions)

    @cached_property
    def text(self) -> str:
        """The text that the tokens make together."""
        return "".join(self.texts)

    @cached_property
    def has_meta(self) -> bool:
        """Whether any token has meta or numbers, for whichever label of an axis."""
        return self.most_entries > 0 or bool(self.given_numbers)

    @cached_property
    def most_entries(self) -> int:
        """The most entries that the meta of any token have."""
        if self.axis_meta is not None:
            return self.axis_meta.most_entries
        return max(map(len, self.meta), default=0)

    @property
    def given_meta(self) -> Sequence[Meta | MetaByLabel]:
        """The meta of each position, or, where they follow an axis, of its labels."""
        return self.meta if self.axis_meta is None else self.axis_meta.meta

    @property
    def given_numbers(self) -> Numbers | Mapping[str, tuple[NumberByLabel, ...]]:
        """By name, a number or None per position; where they follow an axis, lists."""
        return self.numbers if self.axis_meta is None else self.axis_meta.numbers

    def find_meta(self, position: int, axes: Mapping[str, int | str]) -> Meta:
        """Return the meta of a token where they follow no axis, or at a place on it.

        Parameters
        ----------
        position
            Of the token.
        axes
            What is chosen on the axes. "mean" and "max" are of all labels: there is no
            meta then, since strings have no mean.

        Examples
        --------
        >>> shown = AxisMeta("layer", (((("b", None),), (("c", None),)),))
        >>> tokens = Tokens(("a",), np.array([False]), ((),), axis_meta=shown)
        >>> tokens.find_meta(0, {"layer": 1}), tokens.find_meta(0, {"layer": "mean"})
        ((('c', None),), ())
        """
        if self.axis_meta is None:
            return self.meta[position]
        place, labels = axes[self.axis_meta.axis], self.axis_meta.meta[position]
        return labels[place] if labels and isinstance(place, int) else ()

    def find_numbers(
        self, position: int, axes: Mapping[str, int | str]
    ) -> dict[str, float]:
        """Return the numbers that a token has, by name; `axes` is as in `find_meta`.

        Examples
        --------
        >>> tokens = Tokens(("a",), np.array([False]), ((),), {"rank": (3.0,)})
        >>> tokens.find_numbers(0, {})
        {'rank': 3.0}
        """
        found = {name: each[position] for name, each in self.numbers.items()}
        if self.axis_meta is not None:
            place = axes[self.axis_meta.axis]
            found = {
                name: each[position][place]
                for name, each in self.axis_meta.numbers.items()
                if each[position] and isinstance(place, int)
            }
        return {name: number for name, number in found.items() if number is not None}

    @cached_property
    def positions(self) -> NDArray[np.intp]:
        """Shape (indexes,): the position of each index."""
        return _freeze(np.flatnonzero(~self.is_format))

    @cached_property
    def starts(self) -> NDArray[np.intp]:
        """Shape (positions,): where each token starts in `text`."""
        lengths = accumulate(map(len, self.texts[:-1]), initial=0)
        return _freeze(np.fromiter(lengths, np.intp, len(self.texts)))

    @cached_property
    def ends(self) -> NDArray[np.intp]:
        """Shape (positions,): where each token ends in `text`."""
        return _freeze(np.fromiter(accumulate(map(len, self.texts)), np.intp))


def _freeze(array: NDArray[np.intp]) -> NDArray[np.intp]:
    array.flags.writeable = False
    return array
