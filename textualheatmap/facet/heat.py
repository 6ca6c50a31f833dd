"""Reading heat from Python's data into a store."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from os import PathLike
from typing import TYPE_CHECKING, Any, Never, TypeGuard, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.dense_store import DenseStore
from textualheatmap.facet.fields import (
    is_list,
    is_number_type,
    name_type,
    quote,
    read_flag,
    read_optional_flag,
)
from textualheatmap.facet.libraries import convert_array, find_axes
from textualheatmap.facet.mapped_store import MappedStore, check_mapped, open_npy
from textualheatmap.facet.sparse_store import SparseStore
from textualheatmap.facet.store import AXIS_POOLS, Axis, HeatStore
from textualheatmap.facet.triangle_store import (
    TriangleStore,
    is_causal,
    pack_triangle,
)
from textualheatmap.facet.values import WrongValue, find_wrong_value, settle_sign

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True)
class HeatForm:
    """The shape and the values that are expected of heat, and what errors call them.

    Parameters
    ----------
    where
        What errors call the facet.
    positions
        The position of each non-format token of the facet. There is one column for
        each of them.
    has_own_rows
        Whether there is one row for each of them, too. Otherwise the rows are another
        facet's tokens, and there may be any number of them.
    axes
        The argument `axes` of `Facet.from_arrays`, not yet checked.
    signed
        Whether heat may be negative. None looks at the values; for a `.npy` file it
        means False.
    missing
        Whether heat may be NaN.
    """

    where: str
    positions: Sequence[int] | NDArray[np.intp]
    has_own_rows: bool = True
    axes: object = None
    signed: bool | None = None
    missing: bool = False

    @property
    def columns(self) -> int:
        """The number of columns."""
        return len(self.positions)

    def name_row(self, places: Sequence[int]) -> str:
        """Return what errors call a row; its number comes after places on the axes."""
        if self.has_own_rows and len(places) == 1:
            return f"{self.where}.tokens[{self.positions[places[0]]}].heat"
        return f"{self.where}.heat[{', '.join(map(str, places))}]"


def read_heat(heat: object, form: HeatForm) -> HeatStore:
    """Read heat into a store; all but a store and a file is copied.

    Parameters
    ----------
    heat
        A store, which is taken as it is; an array; a list of rows, nested once more
        for each axis; a frame of pandas or Polars; an array of xarray, whose leading
        dimensions are axes; a tensor of torch; a sparse matrix of SciPy; or a
        memory-mapped array or the path of a `.npy` file, which is read by row. Heat
        that exceeds 0 to 1 (signed: -1 to 1) by at most 1e-6 is clipped, if none
        exceeds it by more. Rows need not sum to 1.
    form
        What is expected of the heat.

    Raises
    ------
    HeatmapDataError
        If a length is wrong, or a value is no number, or not finite, or negative or
        missing where `form` does not allow it; or if what `form` says of this is no
        bool.

    Examples
    --------
    >>> store = read_heat([[1, 0.5], [0, 1]], HeatForm("facet", [0, 1]))
    >>> store.rows([0])
    array([[1. , 0.5]], dtype=float32)
    """
    form = replace(
        form,
        signed=read_optional_flag(form.signed, f"{form.where}.signed"),
        missing=read_flag(form.missing, f"{form.where}.missing"),
    )
    if isinstance(heat, HeatStore):
        return _check_store(heat, form)
    if isinstance(heat, PathLike) or (isinstance(heat, str) and heat.endswith(".npy")):
        path = cast("str | PathLike[str]", heat)
        return _read_mapped(open_npy(path, f"{form.where}.heat"), form)
    if isinstance(heat, np.memmap):
        mapped = cast("np.memmap[Any, Any]", heat)
        return _read_mapped(check_mapped(mapped, f"{form.where}.heat"), form)
    if hasattr(heat, "tocsr"):
        return _read_sparse(heat, form)
    if form.axes is None:
        form = replace(form, axes=find_axes(heat))
    return _read_array(convert_array(heat), form)


def read_axes(axes: object, lengths: Sequence[int], where: str) -> tuple[Axis, ...]:
    """Read the names and labels of the leading dimensions of heat.

    Parameters
    ----------
    axes
        A mapping of each name to its labels, or to None where the labels are the
        numbers from 0; or a list of names, or of `Axis`. None where there are no axes.
    lengths
        How long each dimension is.
    where
        What errors call the facet.

    Raises
    ------
    HeatmapDataError
        If there is not one name for each dimension and one label for each place, or
        two are the same.

    Examples
    --------
    >>> read_axes({"layer": ["a", "b"], "head": None}, (2, 1), "facet")
    (Axis(name='layer', labels=('a', 'b')), Axis(name='head', labels=('0',)))
    """
    place = f"{where}.axes"
    named = list(_name_axes(axes, place))
    if len(named) != len(lengths):
        dimensions = len(lengths) + 2
        msg = (
            f"{where}.heat has {dimensions} dimensions, expected {len(named) + 2} "
            f"(axes, rows and columns; axes names {len(named)})"
        )
        raise HeatmapDataError(msg)
    _check_differ([name for name, _ in named], place, "name")
    return tuple(
        Axis(name, _read_labels(labels, length, f"{place}[{quote(name)}]"))
        for (name, labels), length in zip(named, lengths, strict=True)
    )


def _name_axes(axes: object, where: str) -> Iterator[tuple[str, object]]:
    """Yield the name and the unchecked labels of each axis."""
    if axes is None:
        return
    if isinstance(axes, Mapping):
        items = list(cast("Mapping[object, object]", axes).items())
    elif is_list(axes):
        items = [
            (axis.name, axis.labels) if isinstance(axis, Axis) else (axis, None)
            for axis in cast("Sequence[object]", axes)
        ]
    else:
        msg = f"{where} is {name_type(axes)}, expected a mapping of names to labels"
        raise HeatmapDataError(msg)
    for name, labels in items:
        if not isinstance(name, str) or not name:
            came = "empty" if name == "" else name_type(name)
            msg = f"a name in {where} is {came}, expected a string"
            raise HeatmapDataError(msg)
        yield str(name), labels


def _read_labels(labels: object, length: int, where: str) -> tuple[str, ...]:
    """Return one string for each place on an axis."""
    if labels is None:
        return tuple(map(str, range(length)))
    if not is_list(labels):
        msg = f"{where} is {name_type(labels)}, expected a list of labels"
        raise HeatmapDataError(msg)
    known = tuple(map(str, cast("Sequence[object]", labels)))
    if len(known) != length:
        raise HeatmapDataError.of_length(where, len(known), length, "place on the axis")
    _check_differ(known, where, "label")
    for label in AXIS_POOLS:
        if label in known:
            msg = (
                f"{where} has the label {quote(label)}, expected another one: "
                "it chooses all places on the axis together"
            )
            raise HeatmapDataError(msg)
    return known


def _check_differ(names: Sequence[str], where: str, what: str) -> None:
    """Raise if two names or labels are the same."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            msg = f"{where} has the {what} {quote(name)} twice, expected all to differ"
            raise HeatmapDataError(msg)
        seen.add(name)


def _check_store(store: HeatStore, form: HeatForm) -> HeatStore:
    """Return a store unchanged, and raise if it does not have the expected form."""
    _check_shape((*(len(axis.labels) for axis in store.axes), *store.shape), form)
    if form.axes is not None or form.signed not in {None, store.signed}:
        msg = (
            f"{form.where}.heat is a store with axes and a sign of its own, expected "
            "no axes= beside it, and no other signed="
        )
        raise HeatmapDataError(msg)
    if store.missing and not form.missing:
        msg = f"{form.where}.heat is a store with missing heat, expected missing=True"
        raise HeatmapDataError(msg)
    return store


def _check_shape(shape: tuple[int, ...], form: HeatForm) -> None:
    """Raise if a shape does not end with the expected rows and columns."""
    n = form.columns
    if form.has_own_rows and shape[-2:] != (n, n):
        expected, each = (n, n), "one row and one column"
    elif len(shape) < 2 or shape[-1] != n or 0 in shape:  # noqa: PLR2004
        expected, each = f"(any, {n})", "one column"
    else:
        return
    came = shape if len(shape) <= 2 else shape[-2:]  # noqa: PLR2004
    msg = (
        f"{form.where}.heat has shape {came}, "
        f"expected {expected} ({each} per non-format token)"
    )
    raise HeatmapDataError(msg)


def _read_sparse(matrix: Any, form: HeatForm) -> HeatStore:  # noqa: ANN401 - SciPy's
    """Read a sparse matrix of SciPy, which has the methods that are used here."""
    where = f"{form.where}.heat"
    if len(matrix.shape) != 2:  # noqa: PLR2004 - rows and columns
        msg = f"{where} has {len(matrix.shape)} dimensions, expected 2"
        raise HeatmapDataError(msg)
    read_axes(form.axes, (), form.where)
    shape = cast("tuple[int, int]", tuple(map(int, matrix.shape)))
    _check_shape(shape, form)
    if matrix.dtype.kind not in "fiu":
        msg = f"{where} is a sparse matrix of {matrix.dtype}, expected real numbers"
        raise HeatmapDataError(msg)
    rows = matrix.tocsr(copy=True)
    rows.sum_duplicates()
    with np.errstate(over="ignore"):  # what becomes infinite is refused below
        values = np.array(rows.data, dtype=np.float32)
    signed = bool(form.signed)
    if len(values):
        wrong = _find_wrong(values, form)
        if wrong is not None:
            row = int(np.searchsorted(rows.indptr, wrong.place, side="right")) - 1
            column, value = rows.indices[wrong.place], rows.data[wrong.place]
            _refuse((row,), column, value, form, wrong.expected)
        signed = settle_sign(values, form.signed)
    return SparseStore(
        values,
        np.array(rows.indices),
        np.array(rows.indptr),
        shape,
        signed=signed,
        missing=form.missing,
    )


def _read_mapped(heat: np.memmap[Any, Any], form: HeatForm) -> HeatStore:
    """Return a memory-mapped array as a store, of which nothing is read yet."""
    axes = read_axes(form.axes, heat.shape[:-2], form.where)
    _check_shape(heat.shape, form)
    return MappedStore(
        heat,
        axes,
        signed=bool(form.signed),
        missing=form.missing,
        where=f"{form.where}.heat",
    )


def _read_array(heat: object, form: HeatForm) -> HeatStore:
    """Read an array, or a list of rows, into memory."""
    with np.errstate(over="ignore"):  # what becomes infinite is refused below
        if _is_numeric(heat):
            axes = read_axes(form.axes, heat.shape[:-2], form.where)
            _check_shape(heat.shape, form)
            array = np.array(heat, dtype=np.float32, order="C")
        else:
            array = _read_nested(heat, form)
            axes = read_axes(form.axes, array.shape[:-2], form.where)
    if _find_wrong(array, form) is not None:
        attempts = Attempts()
        for places in np.ndindex(array.shape[:-1]):
            attempts.read(None, _check_values, array[places], heat, places, form)
        attempts.finish()
    signed = settle_sign(array, form.signed)
    return build_store(array, axes, signed=signed, missing=form.missing)


def build_store(
    heat: NDArray[np.float32],
    axes: Sequence[Axis] = (),
    *,
    signed: bool,
    missing: bool = False,
) -> HeatStore:
    """Put values that were checked into the store that needs the least memory.

    Parameters
    ----------
    heat
        Shape (*axes, rows, columns). It may be kept, and must not be changed.
    axes
        One for each leading dimension.
    signed
        Whether heat may be negative.
    missing
        Whether heat may be NaN.

    Examples
    --------
    >>> build_store(np.eye(2, dtype=np.float32), signed=False).shape
    (2, 2)
    """
    if is_causal(heat):
        kept = pack_triangle(heat)
        return TriangleStore(kept, axes, signed=signed, missing=missing)
    return DenseStore(heat, axes, signed=signed, missing=missing)


def _check_values(
    row: NDArray[np.float32], heat: object, places: Sequence[int], form: HeatForm
) -> None:
    """Raise if a row of heat has a value that is not as expected.

    The error quotes the value that was given, before it became one of float32.
    """
    wrong = _find_wrong(row, form)
    if wrong is not None:
        value: Any = heat
        for place in (*places, wrong.place):
            value = convert_array(value)[place]
        _refuse(places, wrong.place, value, form, wrong.expected)


def _find_wrong(values: NDArray[np.float32], form: HeatForm) -> WrongValue | None:
    """Return the first value that is not as expected."""
    return find_wrong_value(values, signed=form.signed, missing=form.missing)


def _refuse(
    places: Sequence[int],
    column: int,
    value: object,
    form: HeatForm,
    expected: str,
) -> Never:
    """Raise for a value that is not as expected."""
    msg = f"{form.name_row(places)}[{column}] is {value!s:.60}, {expected}"
    raise HeatmapDataError(msg)


def _read_nested(heat: object, form: HeatForm) -> NDArray[np.float32]:
    """Read a list of rows, nested once more for each axis, into one array."""
    depth = len(list(_name_axes(form.axes, f"{form.where}.axes")))
    rows = list(_find_rows(heat, depth, form, ()))
    # All lengths are looked at before memory is asked for.
    attempts = Attempts()
    for places, row in rows:
        attempts.read(None, _check_length, row, places, form)
    if attempts.last is not None:
        for places, row in rows:
            if is_list(row):
                attempts.read(None, _read_row, row, form.name_row(places))
    attempts.finish()
    shape = [last + 1 for last in rows[-1][0]]
    array = np.empty((*shape, form.columns), dtype=np.float32)
    if [places for places, _ in rows] != list(np.ndindex(*shape)):
        msg = f"{form.where}.heat has matrices that differ in size, expected the same"
        raise HeatmapDataError(msg)
    if attempts.last is None and _fill_plain(array, [row for _, row in rows]):
        return array
    for places, row in rows:
        array[places] = attempts.read(0.0, _read_row, row, form.name_row(places))
    return array


def _fill_plain(array: NDArray[np.float32], rows: Sequence[object]) -> bool:
    """Fill an array from lists of floats and ints, and return whether they all are.

    All that a file may have, a million rows of one number, would take long one by one.
    """
    if not all(type(row) is list for row in rows):
        return False
    lists = cast("Sequence[list[float]]", rows)
    if not set(map(type, chain.from_iterable(lists))) <= {float, int}:
        return False
    try:
        values = np.fromiter(chain.from_iterable(lists), np.float32, array.size)
    except OverflowError:  # an int of more than 308 digits, which is told row by row
        return False
    array[...] = values.reshape(array.shape)
    return True


def _find_rows(
    heat: object, depth: int, form: HeatForm, places: tuple[int, ...]
) -> Iterator[tuple[tuple[int, ...], Any]]:
    """Yield each row, not yet checked, after its places on the axes and its number."""
    where = f"{form.where}.heat" + "".join(f"[{place}]" for place in places)
    heat = convert_array(heat)
    if not is_list(heat):
        expected = "a 2-D array or rows" if depth == 0 else "a list"
        msg = f"{where} is {name_type(heat)}, expected {expected}"
        raise HeatmapDataError(msg)
    items = cast("Sequence[object]", heat)
    if depth == 0 and form.has_own_rows and len(items) != form.columns:
        msg = (
            f"{where} has {len(items)} rows, "
            f"expected {form.columns} (one per non-format token)"
        )
        raise HeatmapDataError(msg)
    if len(items) == 0:
        msg = f"{where} is empty, expected at least one item"
        raise HeatmapDataError(msg)
    for place, item in enumerate(items):
        if depth == 0:
            yield (*places, place), convert_array(item)
        else:
            yield from _find_rows(item, depth - 1, form, (*places, place))


def _check_length(row: object, places: Sequence[int], form: HeatForm) -> None:
    """Raise if a row is no list of the expected length."""
    length = form.columns
    if not is_list(row):
        msg = f"{form.name_row(places)} is {name_type(row)}, expected {length} numbers"
        raise HeatmapDataError(msg)
    count = len(cast("Sequence[object]", row))
    if count != length:
        where, each = form.name_row(places), "non-format token"
        raise HeatmapDataError.of_length(where, count, length, each)


def _read_row(row: Sequence[object] | NDArray[Any], where: str) -> NDArray[Any]:
    """Return a row, and raise if it holds anything but numbers."""
    if _is_numeric(row) and row.ndim == 1:
        return row
    # One look per type, not per value: a row of a million floats has one type.
    strange = {kind for kind in set(map(type, row)) if not is_number_type(kind)}
    if strange:
        column = next(i for i, value in enumerate(row) if type(value) in strange)
        came = name_type(row[column])
        msg = f"{where}[{column}] is {came}, expected a number"
        raise HeatmapDataError(msg)
    try:
        return np.array(row, dtype=np.float64)
    except OverflowError:  # an int of more than 308 digits
        msg = f"{where} has a number that no float can hold, expected a finite one"
        raise HeatmapDataError(msg) from None


def _is_numeric(value: object) -> TypeGuard[NDArray[Any]]:
    """Return whether a value is an array of real numbers."""
    if not isinstance(value, np.ndarray):
        return False
    return cast("NDArray[Any]", value).dtype.kind in "fiu"
