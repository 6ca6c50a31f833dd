"""The error that says what is wrong with a heatmap's data, and where."""

from typing import Self


class HeatmapDataError(ValueError):
    """A heatmap's data are wrong.

    The message names the place, what came, and what was expected.

    Examples
    --------
    >>> from textualheatmap import Facet
    >>> Facet.from_records([{"token": "a", "heat": [1.0, 0.5]}])
    Traceback (most recent call last):
        ...
    textualheatmap.errors.HeatmapDataError: facet.tokens[0].heat has 2 values, \
expected 1 (one per non-format token)
    """

    @classmethod
    def of_length(cls, where: str, count: int, expected: int, each: str) -> Self:
        """Return the error for a list of the wrong length.

        Parameters
        ----------
        where
            What the message calls the list.
        count, expected
            The length of the list, and the length it should have.
        each
            What each value belongs to, such as "token".

        Examples
        --------
        >>> print(HeatmapDataError.of_length("facet.meta", 1, 2, "token"))
        facet.meta has 1 value, expected 2 (one per token)
        """
        values = "value" if count == 1 else "values"
        return cls(
            f"{where} has {count} {values}, expected {expected} (one per {each})"
        )
