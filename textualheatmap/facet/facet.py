"""One model's view of a text."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any, Self, cast

import numpy as np
import param

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.difference import find_common_pieces, subtract_heat
from textualheatmap.facet.fields import (
    name_type,
    quote,
    read_id,
    read_string,
    simplify_meta,
)
from textualheatmap.facet.heat import HeatForm, read_heat
from textualheatmap.facet.pooling import POOLS
from textualheatmap.facet.provenance import read_provenance
from textualheatmap.facet.reading import read_arrays, read_frame, read_records
from textualheatmap.facet.store import HeatStore
from textualheatmap.facet.tokens import Tokens

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from numpy.typing import NDArray

    from textualheatmap.facet.pooling import Pool
    from textualheatmap.facet.provenance import Provenance
    from textualheatmap.facet.store import Axis

# What `to_frame` puts into the frame's `attrs`, and `from_frame` takes from there.
FRAME_ATTRS = ("title", "id", "signed", "missing", "provenance", "caption")
# Number of characters that a facet's `repr` quotes of its text.
SHOWN_TEXT = 40


class Facet(param.Parameterized):
    """One model's view of a text: its tokens and their heat.

    Parameters
    ----------
    tokens
        The tokens, checked, format tokens included.
    heat, title, id, rows_of, axes, signed, missing, provenance, caption
        The same as in `Facet.from_arrays`.
    where
        What errors call the facet.

    Raises
    ------
    HeatmapDataError
        If an argument is not as `Facet.from_arrays` describes it.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]], title="GRU")
    >>> len(facet), facet.title, facet.store.rows([1]).tolist()
    (2, 'GRU', [[0.5, 1.0]])
    """

    # Param types them as what they are without a value; `__init__` demands both.
    tokens: Tokens = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=Tokens, constant=True, doc="The tokens, format tokens included."
    )
    store: HeatStore = param.ClassSelector(  # pyright: ignore[reportAssignmentType]
        class_=HeatStore,
        constant=True,
        doc="The heat: row = focused token, column = coloured token.",
    )
    title: str = param.String(  # pyright: ignore[reportAssignmentType]
        default="", constant=True, doc="What stands beside the text."
    )
    id: str | None = param.String(  # pyright: ignore[reportAssignmentType]
        default=None,
        allow_None=True,
        constant=True,
        doc="The name by which another facet's `rows_of` means this one, or None.",
    )
    rows_of: str | None = param.String(  # pyright: ignore[reportAssignmentType]
        default=None,
        allow_None=True,
        constant=True,
        doc="Id of the facet whose tokens the rows belong to; None where they are "
        "this facet's own.",
    )
    provenance: Provenance = param.Dict(  # pyright: ignore[reportAssignmentType]
        default={},
        constant=True,
        doc="What was done to make the heat, by name: JSON values.",
    )
    caption: str = param.String(  # pyright: ignore[reportAssignmentType]
        default="", constant=True, doc="What is said below the text, in Markdown."
    )

    def __init__(
        self,
        tokens: Tokens,
        heat: object,
        *,
        title: object = "",
        id: object = None,  # noqa: A002 - the word of the data format
        rows_of: object = None,
        axes: object = None,
        signed: bool | None = None,
        missing: bool = False,
        provenance: object = None,
        caption: object = "",
        where: str = "facet",
    ) -> None:
        form = HeatForm(where, tokens.positions, rows_of is None, axes, signed, missing)
        attempts = Attempts()
        store = attempts.read(None, read_heat, heat, form)
        if store is not None:
            attempts.read(None, _check_meta_axis, tokens, store.axes, where)
        fields = attempts.read(
            {},
            read_description,
            title=title,
            id=id,
            rows_of=rows_of,
            provenance=provenance,
            caption=caption,
            where=where,
        )
        attempts.finish()
        super().__init__(tokens=tokens, store=store, **fields)  # pyright: ignore[reportUnknownMemberType]

    @property
    def heat(self) -> NDArray[Any]:
        """All heat as one array, shape `(*axes, rows, columns)`, not writeable.

        It is an array in memory, or a memory-mapped one where the heat is kept in a
        file. Where the heat is packed, each use unpacks it anew.
        """
        return self.store.to_array()

    @property
    def meta_axis(self) -> str | None:
        """Name of the axis that meta and numbers follow; None where they follow none.

        `tokens.find_meta` and `tokens.find_numbers` then have those of a place on it.
        """
        follows = self.tokens.axis_meta
        return None if follows is None else follows.axis

    def __len__(self) -> int:
        """Return the number of tokens that are not format tokens."""
        return len(self.tokens)

    def __repr__(self) -> str:
        """Return one line, which shows the start of the text and no heat."""
        text = self.tokens.text
        start = text if len(text) <= SHOWN_TEXT else text[:SHOWN_TEXT] + "…"
        tokens = "token" if len(self) == 1 else "tokens"
        return f"<Facet of {len(self)} {tokens}: {start!r}>"

    __str__ = __repr__

    @classmethod
    def from_records(cls, records: object, *, where: str = "facet") -> Self:
        """Make a facet from the project's own JSON format.

        Parameters
        ----------
        records
            A list of `{"token": str, "meta": [...], "heat": [...]}` and
            `{"token": str, "format": True}`. `heat` has one finite number per
            non-format token; `meta`, which may be missing, is a list of strings or of
            (string, probability) pairs; `numbers`, which may be missing, is a mapping
            such as `{"rank": 3, "entropy": 1.2}`.
        where
            What errors call the facet.

        Returns
        -------
        facet
            It has the tokens, meta, numbers and heat of the records.

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
        title: object = "",
        id: object = None,  # noqa: A002 - the word of the data format
        rows_of: object = None,
        axes: object = None,
        signed: bool | None = None,
        missing: bool = False,
        provenance: object = None,
        caption: object = "",
        numbers: object = None,
        meta_axis: object = None,
        where: str = "facet",
    ) -> Self:
        """Make a facet from parallel lists and a heat matrix.

        Parameters
        ----------
        tokens
            One string per position, format tokens included.
        heat
            Shape (n, n) for n non-format tokens, or n rows of n finite numbers: row =
            focused token, column = coloured token. With `axes` it has a leading
            dimension for each axis. It may also be a frame of pandas or Polars, an
            array of xarray, a tensor of torch, a sparse matrix of SciPy, or the path of
            a `.npy` file, of which only the rows that are shown are read. A `HeatStore`
            is taken as it is.
        meta
            One list of strings or of (string, probability) pairs per position.
        format
            One bool per position: whether the token is a format token.
        title
            What stands beside the text.
        id
            The name by which another facet's `rows_of` and `highlight` mean this one.
        rows_of
            Id of the facet whose tokens the rows belong to, such as the answer to a
            prompt. There may then be any number of rows.
        axes
            Leading dimensions of heat: a mapping of names to labels, such as
            `{"layer": ["first", "last"]}`, or a list of names.
        signed
            Whether heat may be negative. None looks at the values; for a `.npy` file,
            which is not read as a whole, it means False.
        missing
            Whether heat may be NaN, which stands for heat that is not known.
        provenance
            What was done to make the heat: a mapping of strings to strings, finite
            numbers, bools, None, or lists of these.
        caption
            What is said below the text: Markdown without HTML or images. A link to
            ``#focus=ID:3``, where ID is the id (or the title) of a facet, moves the
            focus to that token, and to ``#focus=ID:3-5`` to tokens 3 and 4. What else
            a link to a page may say, such as ``&direction=column``, works as well.
        numbers
            What is shown beside the meta of a token: a mapping of at most 16 names to
            lists of one finite number or None per position, such as
            `{"rank": [3, 1], "entropy": [1.2, None]}`.
        meta_axis
            Name of the axis that meta and numbers follow, such as what is predicted
            after each layer. The meta of a position are then one list for each label
            of that axis (`[[["cat"], ["dog"]]]` for one position and two labels), and
            a number is a list of one for each label (`{"rank": [[3, 1]]}`); None
            where a position has none. Shown are those of the label that is chosen;
            with "mean" or "max", none, since strings have no mean. The axis begins at
            its last label.
        where
            What errors call the facet.

        Returns
        -------
        facet
            Its text is all tokens, one after the other.

        Raises
        ------
        HeatmapDataError
            If a value or a length is not as described.
        OSError
            If heat is a path where no file can be read.

        Examples
        --------
        >>> facet = Facet.from_arrays(["a", " "], [[1.0]], format=[False, True])
        >>> len(facet)
        1
        >>> layers = {"layer": ["first", "last"]}
        >>> meta = [[["a"], ["the", "a"]]]
        >>> facet = Facet.from_arrays(
        ...     ["a"], [[[1]], [[2]]], meta, axes=layers, meta_axis="layer"
        ... )
        >>> facet.tokens.find_meta(0, {"layer": 1})
        (('the', None), ('a', None))
        """
        checked = read_arrays(
            tokens, meta, format, where, numbers=numbers, meta_axis=meta_axis
        )
        return cls(
            checked,
            heat,
            title=title,
            id=id,
            rows_of=rows_of,
            axes=axes,
            signed=signed,
            missing=missing,
            provenance=provenance,
            caption=caption,
            where=where,
        )

    @classmethod
    def from_frame(cls, frame: object, *, where: str = "facet") -> Self:
        """Make a facet from a DataFrame as `to_frame` returns it.

        Parameters
        ----------
        frame
            A DataFrame of pandas or Polars: one row a token, with the columns `token`
            and `heat`, and optionally `meta`, `numbers`, `format`, `start` and `end`.
            Its `attrs` may have what `to_frame` puts there.
        where
            What errors call the facet.

        Returns
        -------
        facet
            It is what `to_frame` was called on, where the frame came from there.

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
        attrs = cast("dict[str, Any]", getattr(frame, "attrs", {}))
        options = {name: attrs[name] for name in FRAME_ATTRS if name in attrs}
        return cls(tokens, rows, where=where, **options)

    @classmethod
    def difference(
        cls, a: Facet, b: Facet, *, pool: Pool = "max", title: str | None = None
    ) -> Self:
        """Return a facet whose heat is that of one facet minus that of another.

        Parameters
        ----------
        a, b
            Facets of one text, which may be cut into different tokens. Their heat
            should be in the same unit. Where heat has axes, both have the same, and
            each matrix is subtracted on its own. Where the rows belong to another
            facet, those of both have to be as many, and row i is compared with row i.
        pool
            Where the tokens differ, those of the result are the smallest pieces of text
            that both cut out whole; the heat of a piece of several tokens is the
            "max" of theirs (in magnitude, where heat is signed), which suits heat that
            is scaled to its largest; or their "mean"; or their "sum" over columns, with
            the mean over rows, for heat whose rows have a sum, such as attention.
        title
            The title; None makes one of those of both.

        Returns
        -------
        facet
            Positive where `a` has more heat. It has the text of `a`; a token of which
            `b` has no character, such as ``[CLS]``, is a format token. Heat that is
            missing in either is missing. It has no meta, as that is one model's.

        Raises
        ------
        HeatmapDataError
            If less than half of the texts is the same, if their axes or rows differ, or
            if there is no such `pool`.

        Examples
        --------
        >>> words = Facet.from_arrays(["the ", "cat"], [[1, 0], [0.5, 1]], title="W")
        >>> heat = [[0.5, 0, 0], [0, 1, 0.25], [1, 0.5, 0.5]]
        >>> pieces = Facet.from_arrays(["The", "c", "##at"], heat, title="P")
        >>> facet = Facet.difference(words, pieces)
        >>> facet.title, facet.tokens.texts, facet.heat.tolist()
        ('W - P', ('the ', 'cat'), [[0.5, 0.0], [-0.5, 0.0]])
        """
        _check_comparable(a, b)
        if pool not in POOLS:
            msg = f"pool is {quote(pool)}, expected one of {', '.join(POOLS)}"
            raise HeatmapDataError(msg)
        pieces = find_common_pieces(a.tokens, b.tokens)
        square = a.rows_of is None
        store = subtract_heat(a.store, b.store, pieces, pool, square=square)
        if title is None:
            title = " - ".join(facet.title for facet in (a, b) if facet.title)
        return cls(
            pieces.tokens,
            store,
            title=title,
            rows_of=a.rows_of,
            missing=store.missing,
            provenance={
                "method": "difference",
                **{
                    f"{which}: {name}": value
                    for which, facet in (("first", a), ("second", b))
                    for name, value in facet.provenance.items()
                },
            },
        )

    def replace(
        self,
        *,
        tokens: Tokens | None = None,
        store: HeatStore | None = None,
        title: str | None = None,
        caption: str | None = None,
    ) -> Self:
        """Return a facet that differs from this one in what is given, and only there.

        Parameters
        ----------
        tokens, store
            Other tokens, or other heat, in a store of as many columns as there are
            tokens that are not format tokens.
        title, caption
            As in `Facet.from_arrays`.

        Returns
        -------
        facet
            It shares its tokens and its heat with this one unless others are given.

        Raises
        ------
        HeatmapDataError
            If tokens and store do not fit together, or title or caption is no string.

        Examples
        --------
        >>> facet = Facet.from_arrays(["a"], [[1]], id="answer")
        >>> titled = facet.replace(title="GRU")
        >>> titled.title, titled.id, titled.store is facet.store
        ('GRU', 'answer', True)
        """
        heat = self.store if store is None else store
        return type(self)(
            self.tokens if tokens is None else tokens,
            heat,
            title=self.title if title is None else title,
            id=self.id,
            rows_of=self.rows_of,
            missing=heat.missing,
            provenance=self.provenance,
            caption=self.caption if caption is None else caption,
        )

    def to_frame(self) -> pd.DataFrame:
        """Return one row a token, in position order.

        Returns
        -------
        frame
            `token`, `format`, `meta` (a list of strings, or of pairs where there is a
            probability), `heat` (the row, None for format tokens), `start` and `end`
            (character offsets in the text), and `numbers` (a mapping) if there are
            any. Its `attrs` has title, id, caption and provenance, if any, and whether
            heat is signed or may be missing.

        Raises
        ------
        HeatmapDataError
            If heat has axes, or its rows are not those of the facet's own tokens.

        Examples
        --------
        >>> frame = Facet.from_arrays(["to", "be"], [[1, 0], [0, 1]]).to_frame()
        >>> frame[["token", "start", "end"]].to_numpy().tolist()
        [['to', 0, 2], ['be', 2, 4]]
        """
        # The longest import of all, and few need a frame.
        import pandas as pd  # noqa: PLC0415

        if self.store.axes or self.rows_of is not None:
            msg = "facet has axes or rows of another facet, expected one row a token"
            raise HeatmapDataError(msg)
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
        if tokens.numbers:
            frame["numbers"] = pd.Series(
                [
                    {name: each[k] for name, each in tokens.numbers.items()}
                    for k in range(len(tokens.texts))
                ],
                dtype=object,
            )
        attrs = {
            "title": self.title,
            "id": self.id,
            "signed": self.store.signed,
            "missing": self.store.missing,
            "provenance": deepcopy(self.provenance),
            "caption": self.caption,
        }
        frame.attrs = {name: value for name, value in attrs.items() if value}
        return frame


def read_description(
    *,
    title: object,
    id: object,  # noqa: A002 - the word of the data format
    rows_of: object,
    provenance: object,
    caption: object,
    where: str,
) -> dict[str, Any]:
    """Return what a facet has beside its tokens and heat, checked.

    Parameters
    ----------
    title, id, rows_of, provenance, caption
        As `Facet.from_arrays` takes them.
    where
        What errors call the facet.

    Raises
    ------
    HeatmapDataError
        If one is not as expected.

    Examples
    --------
    >>> names = ("id", "rows_of", "provenance")
    >>> given = dict.fromkeys(names, None)
    >>> read_description(title="GRU", caption="", where="facet", **given)["title"]
    'GRU'
    """
    attempts = Attempts()
    fields = {
        "title": attempts.read("", read_string, title, f"{where}.title"),
        "id": attempts.read(None, read_id, id, f"{where}.id"),
        "rows_of": attempts.read(None, read_id, rows_of, f"{where}.rows_of"),
        "provenance": attempts.read(
            {}, read_provenance, provenance, f"{where}.provenance"
        ),
        "caption": attempts.read("", read_string, caption, f"{where}.caption"),
    }
    attempts.finish()
    return fields


def _check_meta_axis(tokens: Tokens, axes: Sequence[Axis], where: str) -> None:
    """Raise unless meta that follow an axis have one for each of its labels."""
    follows = tokens.axis_meta
    if follows is None:
        return
    counts = {axis.name: len(axis.labels) for axis in axes}
    if follows.axis not in counts:
        known = ", ".join(map(quote, counts)) or "none"
        msg = (
            f"{where}.meta_axis is {quote(follows.axis)}, expected the name of an axis "
            f"({known:.60})"
        )
        raise HeatmapDataError(msg)
    each, expected = f"label of {quote(follows.axis)}", counts[follows.axis]
    lists = {f"numbers[{name!r}]": column for name, column in follows.numbers.items()}
    for name, column in {"meta": follows.meta, **lists}.items():
        for position, labels in enumerate(column):
            if len(labels) not in {0, expected}:
                place = f"{where}.{name}[{position}]"
                raise HeatmapDataError.of_length(place, len(labels), expected, each)


def _check_comparable(a: Facet, b: Facet) -> None:
    """Raise if two facets differ in axes, or in what their rows are."""
    for name, facet in (("a", a), ("b", b)):
        if not isinstance(facet, Facet):  # pyright: ignore[reportUnnecessaryIsInstance]
            msg = f"{name} is {name_type(facet)}, expected a Facet"
            raise HeatmapDataError(msg)
    axes, others = a.store.axes, b.store.axes
    if axes != others:
        names, more = (
            ", ".join(f"{axis.name} ({len(axis.labels)})" for axis in some) or "none"
            for some in (axes, others)
        )
        msg = (
            f"the axes of the first facet are {names:.60}, of the second {more:.60}, "
            "expected the same names and labels"
        )
        raise HeatmapDataError(msg)
    if (a.rows_of is None) != (b.rows_of is None):
        ids = f"{quote(a.rows_of)} and {quote(b.rows_of)}"
        msg = f"rows_of is {ids}, expected both to have it or neither"
        raise HeatmapDataError(msg)
    rows, more_rows = a.store.shape[0], b.store.shape[0]
    if a.rows_of is not None and rows != more_rows:
        msg = (
            f"the first facet has {rows} rows of another one, the second {more_rows}, "
            "expected as many"
        )
        raise HeatmapDataError(msg)
