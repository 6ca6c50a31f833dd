"""Facets in a Zarr store, of which each is opened by its name when it is needed."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from os import PathLike
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast
from zipfile import ZipFile

import numpy as np

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.attempts import Attempts
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import (
    is_object,
    quote,
    read_flag,
    read_id,
    read_list,
    read_object,
    read_version,
)
from textualheatmap.facet.limits import Contents
from textualheatmap.facet.reading import read_arrays
from textualheatmap.facet.store import find_extremes
from textualheatmap.facet.zarr_store import ZarrStore
from textualheatmap.files.atomic_write import make_folder_atomically, open_atomically
from textualheatmap.files.axis_objects import read_axis_objects
from textualheatmap.files.extra import import_extra
from textualheatmap.files.facet_list import check_facets
from textualheatmap.files.facet_object import (
    describe_facet,
    describe_meta,
)
from textualheatmap.files.journal import JOURNAL, find_facets, read_entries
from textualheatmap.files.json_text import parse_json
from textualheatmap.files.plain_json import (
    is_plain,
    read_plain_value,
    write_plain_json,
)
from textualheatmap.files.stored_files import MAX_FILE, METADATA, StoredFiles
from textualheatmap.files.whole_file import read_whole

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.store import Axis, HeatStore

VERSION = 1
ABOUT = "textualheatmap"
"""The attribute of a group that says what it holds."""
MAX_BYTES = 200_000_000
CHUNK_VALUES = 250_000
"""How many values a chunk has, at most, unless one row has more."""
TOKEN_KEYS = frozenset({"token", "format", "meta", "numbers", "extremes"})
FACET_KEYS = TOKEN_KEYS | {
    *("version", "title", "id", "rows_of", "axes", "signed", "missing", "caption"),
    "provenance",
}
NAME = re.compile(r"(?!zarr\.json$)[\w-][\w.-]{0,99}")
"""What a facet may be called, which is the name of its folder."""
# No codec but these two is run, whatever a file names.
CODECS = ("bytes", "zstd")
FLOAT_BYTES = 4


class ZarrFacets(Mapping[str, Facet]):
    """The facets of a Zarr store by their names; each use opens one anew.

    Parameters
    ----------
    files
        The files of the store, which may be anybody's.

    Raises
    ------
    HeatmapDataError
        If it is no store of facets.
    ModuleNotFoundError
        If Zarr is not installed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_zarr(f"{folder}/a.zarr", {"gru": Facet.from_arrays(["a"], [[1]])})
    ...     facets = open_zarr(f"{folder}/a.zarr")
    ...     list(facets), facets["gru"].store.in_memory
    (['gru'], False)
    """

    def __init__(self, files: StoredFiles) -> None:
        _import_zarr()  # before a facet is asked for
        self._files = files
        about = _read_attribute(files, METADATA, "group", "the store")
        read_version(about, "the store", [VERSION])
        names = read_object(about, "the store", ("version", "facets"))["facets"]
        # A store that facets are added to may have none yet.
        given = () if names == [] else read_list(names, "the store's facets", "names")
        if JOURNAL in files:
            added = read_entries(files.read(JOURNAL), JOURNAL)
            given = [*given, *find_facets(added)]
        self._names = dict.fromkeys(read_name(name) for name in given)

    def __getitem__(self, name: str) -> Facet:
        """Return a facet, whose heat stays in the store until it is asked for."""
        if name not in self._names:
            raise KeyError(name)
        return self._open(name, Contents())

    def __iter__(self) -> Iterator[str]:
        """Yield the names in the order in which facets were written."""
        return iter(self._names)

    def __len__(self) -> int:
        """Return the number of facets."""
        return len(self._names)

    def read_all(self) -> list[Facet]:
        """Return all facets, whose heat stays in the store.

        Raises
        ------
        HeatmapDataError
            If a facet is wrong, together they hold more than a file may, or there
            are none.

        Examples
        --------
        >>> from io import BytesIO
        >>> file = BytesIO()
        >>> write_zarr(file, [Facet.from_arrays(["a"], [[1]])])
        >>> ZarrFacets(StoredFiles(file.getvalue())).read_all()
        [<Facet of 1 token: 'a'>]
        """
        read_list([*self], "the store's facets", "names")
        contents, attempts = Contents(), Attempts()
        read = [attempts.read(None, self._open, name, contents) for name in self]
        attempts.finish()
        return [facet for facet in read if facet is not None]

    def _open(self, name: str, contents: Contents) -> Facet:
        """Open a facet, and count what it holds."""
        about = read_object(
            _read_attribute(self._files, f"{name}/{METADATA}", "group", name),
            name,
            FACET_KEYS,
            ["meta_axis"],
        )
        read_version(about, name, [VERSION])
        numbers = about["numbers"]
        contents.add(
            _as_list(about["token"]),
            _as_list(about["meta"]),
            [*numbers.values()] if is_object(numbers) else (),
            about.get("meta_axis"),
        )
        contents.check()
        tokens = read_arrays(
            about["token"],
            about["meta"],
            about["format"],
            name,
            numbers=numbers,
            meta_axis=about.get("meta_axis"),
        )
        store = self._open_heat(name, about)
        return Facet(
            tokens,
            store,
            title=about["title"],
            id=about["id"],
            rows_of=read_id(about["rows_of"], f"{name}.rows_of"),
            missing=store.missing,
            provenance=about["provenance"],
            caption=about["caption"],
            where=name,
        )

    def _open_heat(self, name: str, about: dict[str, object]) -> HeatStore:
        """Open the heat of a facet, of which nothing is read but its metadata."""
        axes = read_axis_objects(about["axes"], name)
        shape = self._check_array(f"{name}/heat")
        lengths = tuple(len(axis.labels) for axis in axes)
        if len(shape) < 2 or shape[:-2] != lengths:  # noqa: PLR2004 - rows and columns
            expected = (*lengths, "rows", "columns")
            msg = f"{name}.heat has shape {shape}, expected {expected}"
            raise HeatmapDataError(msg)
        extremes = _read_extremes(about["extremes"], lengths, f"{name}.extremes")
        zarr = _import_zarr()
        store = zarr.storage.MemoryStore(self._files)
        try:
            array = zarr.open_array(
                store=store, path=f"{name}/heat", mode="r", zarr_format=3
            )
        except HeatmapDataError:
            raise
        except (LookupError, NotImplementedError, TypeError, ValueError) as error:
            msg = f"{name}/heat is no array: {error!s:.100}"
            raise HeatmapDataError(msg) from None
        return ZarrStore(
            array,
            axes,
            signed=read_flag(about["signed"], f"{name}.signed"),
            missing=read_flag(about["missing"], f"{name}.missing"),
            extremes=extremes,
            where=f"{name}.heat",
        )

    def _check_array(self, name: str) -> tuple[int, ...]:
        """Return an array's shape; raise unless its metadata are as written here."""
        about = _read_metadata(self._files, f"{name}/{METADATA}", "array", name)
        shape = _read_lengths(about.get("shape"), f"{name}: shape")
        grid, codecs = about.get("chunk_grid"), about.get("codecs")
        chunk = _get(_get(grid, "configuration"), "chunk_shape")
        chunks = _read_lengths(chunk, f"{name}: chunk_shape")
        came = [_get(codec, "name") for codec in _as_list(codecs)]
        endian = _get(
            _get(next(iter(_as_list(codecs)), None), "configuration"), "endian"
        )
        expected: tuple[tuple[object, object], ...] = (
            (about.get("data_type"), "float32"),
            (_get(grid, "name"), "regular"),
            (came, list(CODECS)),
            (endian, "little"),
            (_get(about.get("chunk_key_encoding"), "name"), "default"),
            (about.get("storage_transformers", []), []),
            (about.get("fill_value"), 0),
            (len(chunks), len(shape)),
        )
        for value, right in expected:
            if value != right:
                msg = f"{name} has {quote(value)}, expected {quote(right)}"
                raise HeatmapDataError(msg)
        size = FLOAT_BYTES
        for length in chunks:
            size *= length
            if size > MAX_FILE:
                msg = (
                    f"{name} has chunks of {chunks}, expected at most {MAX_FILE} bytes"
                )
                raise HeatmapDataError(msg)
        return shape


def write_zarr(file: str | PathLike[str] | IO[bytes], facets: object) -> None:
    """Write facets to a Zarr store (format 3): a folder, or a zip archive of one.

    Each facet is a group with an array `heat`, float32, shape (*axes, rows, columns),
    in chunks of some rows, packed by zstd. What else it has is JSON in the group's
    attribute `textualheatmap`: `version`, `token`, `format`, `meta`, `numbers`,
    `title`, `id`, `rows_of`, `caption`, `provenance`, `axes`, `signed`, `missing`, and
    `extremes`, the least and the largest heat of each matrix; and `meta_axis` as in
    `write_npz`. That of the store itself has the `version` and the names of all
    `facets` in order.

    Parameters
    ----------
    file
        A path: where it ends in ".zip", of an archive, and otherwise of a folder. Or a
        file open for writing the bytes of an archive. An old store stays until all is
        written; a folder that is no store of facets is not written over.
    facets
        A list of facets, which are then called "0", "1" and so on; or a mapping of
        names to facets, as many as there may be on the disk. Names consist of letters,
        digits, "_", "-" and ".". Heat is read a bounded number of rows at a time.

    Raises
    ------
    HeatmapDataError
        If there are no facets, one is not a `Facet`, or a name is not as expected.
    ModuleNotFoundError
        If Zarr is not installed.
    OSError
        If the store cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_zarr(f"{folder}/a.zarr", [Facet.from_arrays(["a"], [[1]])])
    ...     sorted(path.name for path in Path(folder, "a.zarr").iterdir())
    ['0', 'zarr.json']
    """
    _import_zarr()
    named = _name_facets(facets)
    if not isinstance(file, str | PathLike):
        with ZipFile(file, "w") as archive:
            _write(StoredFiles(b"", archive), named)
        return
    path = Path(file)
    if path.suffix.lower() == ".zip":
        with open_atomically(path) as opened, ZipFile(opened, "w") as archive:
            _write(StoredFiles(b"", archive), named)
        return
    _check_replaceable(path)
    with make_folder_atomically(path) as folder:
        _write(StoredFiles(folder), named)


def open_zarr(path: str | PathLike[str]) -> ZarrFacets:
    """Open the facets of a Zarr store by their names, without reading them.

    Parameters
    ----------
    path
        Of a folder, or of a zip archive.

    Raises
    ------
    HeatmapDataError
        If it is no store of facets.
    ModuleNotFoundError
        If Zarr is not installed.
    OSError
        If there is no such folder or file.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     write_zarr(f"{folder}/a.zarr.zip", [Facet.from_arrays(["a"], [[1]])])
    ...     open_zarr(f"{folder}/a.zarr.zip")["0"]
    <Facet of 1 token: 'a'>
    """
    place = Path(path)
    place.stat()  # what is not there is Python's own error
    return ZarrFacets(StoredFiles(place))


def read_zarr(
    file: str | PathLike[str] | IO[bytes], *, max_bytes: int = MAX_BYTES
) -> list[Facet]:
    """Read all facets of a Zarr store that `write_zarr` wrote; their heat stays there.

    Anybody's store may be read: nothing in it is run, and time and memory are bounded.

    Parameters
    ----------
    file
        A path, of a folder or a zip archive; or an archive open for reading bytes.
    max_bytes
        How large an archive may be that is no path.

    Raises
    ------
    HeatmapDataError
        If it is too large, holds too much, or is not of this form. Heat is only checked
        as it is read.
    ModuleNotFoundError
        If Zarr is not installed.
    OSError
        If there is no such folder or file.

    Examples
    --------
    >>> from io import BytesIO
    >>> file = BytesIO()
    >>> write_zarr(file, [Facet.from_arrays(["a"], [[1]])])
    >>> read_zarr(BytesIO(file.getvalue()))
    [<Facet of 1 token: 'a'>]
    """
    if isinstance(file, str | PathLike):
        return open_zarr(file).read_all()
    return ZarrFacets(StoredFiles(read_whole(file, max_bytes))).read_all()


def _import_zarr() -> Any:  # noqa: ANN401 - it need not be installed
    import_extra("zstandard", "Zarr stores")
    return import_extra("zarr", "Zarr stores")


def _name_facets(facets: object) -> dict[str, Facet]:
    """Return facets by their names, checked."""
    if not isinstance(facets, Mapping):
        return {str(i): facet for i, facet in enumerate(check_facets(facets))}
    named = cast("Mapping[object, object]", facets)
    if not named:
        msg = "facets is empty, expected at least one of its facets"
        raise HeatmapDataError(msg)
    checked: dict[str, Facet] = {}
    for name, facet in named.items():
        # One by one: a store may hold more than a file.
        (checked[read_name(name)],) = check_facets([facet])
    return checked


def read_name(name: object) -> str:
    """Return the name of a facet, which becomes a path.

    Raises
    ------
    HeatmapDataError
        If it is no name that a facet of a store can have.

    Examples
    --------
    >>> read_name("text-1")
    'text-1'
    """
    if not isinstance(name, str) or not NAME.fullmatch(name) or not is_plain(name):
        msg = (
            f"the name of a facet is {quote(name)}, expected 1 to 100 letters, digits, "
            "'_', '-' and '.', which is not the first"
        )
        raise HeatmapDataError(msg)
    return name


def _check_replaceable(path: Path) -> None:
    """Raise if there is something at a path that is no store of facets."""
    if not path.exists():
        return
    if path.is_dir():
        if not any(path.iterdir()):
            return
        try:
            _read_attribute(StoredFiles(path), METADATA, "group", "the store")
        except HeatmapDataError:
            pass
        else:
            return
    msg = f"{path.name} is no store of facets, expected one, or nothing, to write over"
    raise HeatmapDataError(msg)


def _write(files: StoredFiles, named: Mapping[str, Facet]) -> None:
    """Write the files of a store."""
    for name, facet in named.items():
        write_stored_facet(files, name, facet)
    files.write(METADATA, write_names(named))


def write_stored_facet(files: StoredFiles, name: str, facet: Facet) -> None:
    """Write the files of a facet, under its name in a store.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     facet = Facet.from_arrays(["a"], [[1]])
    ...     write_stored_facet(StoredFiles(Path(folder)), "x", facet)
    ...     sorted(path.name for path in Path(folder, "x").iterdir())
    ['heat', 'zarr.json']
    """
    zarr = _import_zarr()
    store = zarr.storage.MemoryStore(files)
    about = {**_describe(facet), "extremes": _write_heat(zarr, store, name, facet)}
    files.write(f"{name}/{METADATA}", _write_group({ABOUT: _simplify(about)}))


def write_names(names: Iterable[str]) -> bytes:
    """Return the file that says which facets a store has, by their names in order.

    Examples
    --------
    >>> json.loads(write_names(["a"]))["attributes"]
    {'textualheatmap': {'version': 1, 'facets': ['a']}}
    """
    return _write_group({ABOUT: {"version": VERSION, "facets": [*names]}})


def _write_group(attributes: Mapping[str, object]) -> bytes:
    """Return the metadata of a group."""
    group = {"zarr_format": 3, "node_type": "group", "attributes": attributes}
    return json.dumps(group, ensure_ascii=False, allow_nan=False).encode()


def _simplify(about: dict[str, object]) -> object:
    """Return what the attributes of a group say, without what UTF-8 cannot hold."""
    return json.loads(write_plain_json(about))


def _describe(facet: Facet) -> dict[str, object]:
    """Return what the attributes have of a facet."""
    tokens = facet.tokens
    return {
        "version": VERSION,
        "token": tokens.texts,
        "format": tokens.is_format.tolist(),
        "meta": [describe_meta(tokens, k) for k in range(len(tokens.texts))],
        "numbers": tokens.given_numbers,
        **describe_facet(facet),
    }


def _write_heat(zarr: Any, store: Any, name: str, facet: Facet) -> list[list[Any]]:  # noqa: ANN401
    """Write the heat of a facet; return the extremes of each matrix."""
    heat = facet.store
    rows, columns = heat.shape
    lengths = [len(axis.labels) for axis in heat.axes]
    step = min(rows, max(1, CHUNK_VALUES // columns))
    array = zarr.create_array(
        store=store,
        name=f"{name}/heat",
        shape=(*lengths, rows, columns),
        chunks=(*(1 for _ in lengths), step, columns),
        dtype="float32",
        compressors=zarr.codecs.ZstdCodec(level=3),
        fill_value=0,
        zarr_format=3,
        dimension_names=_name_dimensions(heat.axes),
    )
    extremes: list[list[Any]] = []
    for places, matrix in zip(np.ndindex(*lengths), heat.matrices(), strict=True):
        known: list[NDArray[Any]] = []
        for start in range(0, rows, step):
            stop = min(start + step, rows)
            part = matrix.rows(range(start, stop))
            array[(*places, slice(start, stop), slice(None))] = part
            least, largest = find_extremes(iter([part]))
            if least is not None:
                known.append(np.array([least, largest]))
        extremes.append([*find_extremes(iter(known))])
    return extremes


def _name_dimensions(axes: Sequence[Axis]) -> list[str]:
    """Return the names of all dimensions, as other programs see them."""
    names = [*(axis.name for axis in axes), "row", "column"]
    if all(map(is_plain, names)) and len(set(names)) == len(names):
        return names
    return [*(f"axis_{k}" for k in range(len(axes))), "row", "column"]


def _read_metadata(
    files: StoredFiles, name: str, kind: str, where: str
) -> dict[str, object]:
    """Return the metadata of a group or an array."""
    try:
        content = files.read(name)
    except KeyError:
        msg = f"{where} has no {METADATA}, expected a Zarr {kind}"
        raise HeatmapDataError(msg) from None
    value = parse_json(content, name)
    came = (_get(value, "zarr_format"), _get(value, "node_type"))
    if not is_object(value) or came != (3, kind):
        msg = f"{where} has format and type {came!s:.60}, expected {(3, kind)}"
        raise HeatmapDataError(msg)
    return value


def _read_attribute(files: StoredFiles, name: str, kind: str, where: str) -> object:
    """Return what the attributes of a group say of facets."""
    attributes = _read_metadata(files, name, kind, where).get("attributes")
    about = _get(attributes, ABOUT)
    if about is None:
        msg = f"{where} has no attribute {ABOUT!r}, expected a store of facets"
        raise HeatmapDataError(msg)
    return read_plain_value(about, where)


def _read_extremes(
    value: object, lengths: tuple[int, ...], where: str
) -> NDArray[np.float32]:
    """Return the least and the largest heat of each matrix, NaN where not known."""
    count = int(np.prod(lengths, dtype=np.int64))
    items = [_as_list(each) for each in _as_list(value)]
    numbers = [number for each in items for number in each]
    is_right = all(
        number is None or type(number) in {int, float} for number in numbers
    ) and all(len(each) == 2 for each in items)  # noqa: PLR2004 - a pair
    if len(items) != count or not is_right:
        msg = f"{where} is {quote(value)}, expected {count} pairs of numbers"
        raise HeatmapDataError(msg)
    try:
        array = np.array(numbers, dtype=np.float64).astype(np.float32)
    except OverflowError:
        msg = f"{where} has a number that no float can hold, expected a finite one"
        raise HeatmapDataError(msg) from None
    return array.reshape(*lengths, 2)


def _read_lengths(value: object, where: str) -> tuple[int, ...]:
    """Return a list of lengths, each at least 1."""
    lengths = _as_list(value)
    if not all(type(length) is int and 0 < length < 2**31 for length in lengths):
        msg = f"{where} is {quote(value)}, expected a list of lengths"
        raise HeatmapDataError(msg)
    return tuple(cast("Sequence[int]", lengths))


def _get(value: object, key: str) -> object:
    """Return the value of a key, or None if it is no object or has none."""
    return value.get(key) if is_object(value) else None


def _as_list(value: object) -> Sequence[object]:
    """Return a list, or an empty one for anything else."""
    return cast("Sequence[object]", value) if isinstance(value, list) else ()
