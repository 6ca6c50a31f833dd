"""One model's view of a text."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Self

import numpy as np
import pandas as pd
import param

from textualheatmap.facet.fields import simplify_meta
from textualheatmap.facet.heat import read_heat
from textualheatmap.facet.provenance import read_provenance
from textualheatmap.facet.reading import read_arrays, read_frame, read_records
from textualheatmap.facet.tokens import Tokens

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from textualheatmap.facet.provenance import Provenance

# Characters of the text in a facet's `repr`.
SHOWN_TEXT = 40


class Facet(param.Parameterized):
    """One model's view of a text: its tokens and their heat.

    Parameters
    ----------
    tokens
        The tokens, format tokens included.
    heat
        What `Facet.from_arrays` takes.
    provenance
        What `Facet.from_arrays` takes.
    where
        How errors call the facet.

    Raises
    ------
    HeatmapDataError
        If heat or provenance is not as described there.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]])
    >>> len(facet), facet.heat.shape
    (2, (2, 2))
    """

    # Param types them as what they are without a value; `__init__` demands both.
    tokens: Tokens = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=Tokens, constant=True, doc="The tokens, format tokens included."
    )
    heat: NDArray[np.float32] = param.Array(  # pyright: ignore[reportAssignmentType]
        constant=True,
        doc="Heat from 0 to 1, shape (n, n): row = focused, column = coloured token.",
    )
    provenance: Provenance = param.Dict(  # pyright: ignore[reportAssignmentType]
        default={},
        constant=True,
        doc="What was done to make the heat, by name: JSON values.",
    )

    def __init__(
        self,
        tokens: Tokens,
        heat: object,
        *,
        provenance: object = None,
        where: str = "facet",
    ) -> None:
        super().__init__(  # pyright: ignore[reportUnknownMemberType]
            tokens=tokens,
            heat=read_heat(heat, len(tokens), where, tokens.positions),
            provenance=read_provenance(provenance, f"{where}.provenance"),
        )

    def __len__(self) -> int:
        """Return the number of indexes: of tokens that are not format tokens."""
        return len(self.tokens)

    def __repr__(self) -> str:
        """Return a line: a notebook keeps it, and it must not hold all heats."""
        text = self.tokens.text
        start = text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"
        return f"<Facet of {len(self)} tokens: {start!r}>"

    @classmethod
    def from_records(cls, records: object, *, where: str = "facet") -> Self:
        """Make a facet from the project's own JSON format.

        Parameters
        ----------
        records
            A list of `{"token": str, "meta": [...], "heat": [...]}` and
            `{"token": str, "format": True}`. `heat` has one number from 0 to 1 per
            non-format token; `meta`, which may be missing, is a list of strings or of
            (string, probability) pairs.
        where
            How errors call the facet.

        Raises
        ------
        HeatmapDataError
            If the records are not of this form.

        Examples
        --------
        >>> len(Facet.from_records([{"token": "a", "heat": [1.0]}]))
        1
        """
        tokens, rows = read_records(records, where)
        return cls(tokens, rows, where=where)

    @classmethod
    def from_arrays(
        cls,
        tokens: object,
        heat: object,
        meta: object = None,
        format: object = None,  # noqa: A002 - the word of the data format
        *,
        provenance: object = None,
        where: str = "facet",
    ) -> Self:
        """Make a facet from parallel lists and a heat matrix.

        Parameters
        ----------
        tokens
            One string per position, format tokens included.
        heat
            Shape (n, n) for n non-format tokens, from 0 to 1; or n rows.
        meta
            One list of strings or of (string, probability) pairs per position.
        format
            One bool per position: whether the token is a format token.
        provenance
            What was done to make the heat: a mapping of strings to strings, finite
            numbers, bools, None, or lists of these.
        where
            How errors call the facet.

        Raises
        ------
        HeatmapDataError
            If a value or a length is not as described.

        Examples
        --------
        >>> facet = Facet.from_arrays(["a", " "], [[1.0]], format=[False, True])
        >>> len(facet)
        1
        """
        checked = read_arrays(tokens, meta, format, where)
        return cls(checked, heat, provenance=provenance, where=where)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, *, where: str = "facet") -> Self:
        """Make a facet from a DataFrame as `to_frame` returns it.

        Parameters
        ----------
        frame
            One row a token, with the columns `token` and `heat`, and optionally
            `meta`, `format`, `start` and `end`; `attrs["provenance"]` may be missing.
        where
            How errors call the facet.

        Raises
        ------
        HeatmapDataError
            If a column or a value is not as expected.

        Examples
        --------
        >>> facet = Facet.from_arrays(["a", "b"], [[1, 0], [0, 1]])
        >>> Facet.from_frame(facet.to_frame()).tokens.texts
        ('a', 'b')
        """
        tokens, rows = read_frame(frame, where)
        provenance = frame.attrs.get("provenance")
        return cls(tokens, rows, provenance=provenance, where=where)

    def to_frame(self) -> pd.DataFrame:
        """Return one row a token, in position order.

        Returns
        -------
        frame
            `token`, `format`, `meta` (a list of strings, or of pairs where there is a
            probability), `heat` (the row, None for format tokens), `start` and `end`
            (character offsets in the text). Its `attrs` has the provenance, if any.

        Examples
        --------
        >>> frame = Facet.from_arrays(["to", "be"], [[1, 0], [0, 1]]).to_frame()
        >>> frame[["token", "start", "end"]].to_numpy().tolist()
        [['to', 0, 2], ['be', 2, 4]]
        """
        tokens = self.tokens
        heat = np.full(len(tokens.texts), None, dtype=object)
        for row, position in zip(self.heat, tokens.positions, strict=True):
            heat[position] = row
        frame = pd.DataFrame(
            {
                "token": pd.Series(tokens.texts, dtype=object),
                "format": tokens.is_format,
                "meta": [simplify_meta(meta) for meta in tokens.meta],
                "heat": heat,
                "start": tokens.starts,
                "end": tokens.ends,
            }
        )
        if self.provenance:
            frame.attrs["provenance"] = deepcopy(self.provenance)
        return frame
