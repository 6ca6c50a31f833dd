"""Which class each row explains, and which one it is contrasted with."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

# The foils that depend on the row: their ranks among the most probable classes. Where
# the first of them is the class itself, the other one is the foil.
FOIL_RANKS = {"top": (0, 1), "runner-up": (1, 0)}


class ClassChoice(NamedTuple):
    """How the class and the foil of a row are found.

    Parameters
    ----------
    wanted
        `"true"`, `"top"`, or the number of a class.
    foil
        `"top"`, `"runner-up"`, the number of a class, or None without a contrast.
    """

    wanted: str | int
    foil: str | int | None = None

    def find_class(self, true: int | None, ranked: Sequence[int]) -> int:
        """Return the class of a row.

        Parameters
        ----------
        true
            The true class, None where it is unknown: the top one then takes its place.
        ranked
            The most probable classes, the first one first.

        Examples
        --------
        >>> ClassChoice("true").find_class(None, [7, 4])
        7
        """
        if isinstance(self.wanted, int):
            return self.wanted
        return ranked[0] if self.wanted == "top" or true is None else true

    def find_foil(self, kind: int, ranked: Sequence[int]) -> int | None:
        """Return the foil of a row whose class is known, None without a contrast.

        Examples
        --------
        >>> choice = ClassChoice("true", "top")
        >>> choice.find_foil(4, [7, 4]), choice.find_foil(7, [7, 4])
        (7, 4)
        """
        if self.foil is None or isinstance(self.foil, int):
            return self.foil
        first, second = FOIL_RANKS[self.foil]
        return ranked[second] if ranked[first] == kind else ranked[first]


def read_class_choice(
    target: str | tuple[str, str], find_number: Callable[[str], int] | None
) -> ClassChoice:
    """Return the choice that a target stands for, with the numbers of its tokens.

    Parameters
    ----------
    target
        As in `AttributionOptions`.
    find_number
        Takes the name of a class, and returns its number. None if there are no names.

    Raises
    ------
    ValueError
        If a class is named that does not exist, or classes have no names.

    Examples
    --------
    >>> read_class_choice((" is", "runner-up"), {" is": 4}.__getitem__)
    ClassChoice(wanted=4, foil='runner-up')
    """
    if isinstance(target, str):
        return ClassChoice(target)
    wanted, foil = (
        name if name in known else _find_number(name, find_number)
        for name, known in zip(target, [("true", "top"), FOIL_RANKS], strict=True)
    )
    return ClassChoice(wanted, foil)


def _find_number(name: str, find_number: Callable[[str], int] | None) -> int:
    if find_number is None:
        msg = f"target has the class {name!r}, but there are no names: give classes="
        raise ValueError(msg)
    return find_number(name)
