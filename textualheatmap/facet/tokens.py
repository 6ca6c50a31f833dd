"""The tokens of a facet: the text that they make, and where each one is in it."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textualheatmap.facet.fields import Meta, Numbers


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
        """Whether any token has meta or numbers."""
        return any(self.meta) or bool(self.numbers)

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
