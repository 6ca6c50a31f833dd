"""The kinds of files that facets are kept in, by the ending of their names."""

from __future__ import annotations

from io import BytesIO
from os import PathLike, fspath
from pathlib import Path
from typing import IO, TYPE_CHECKING, NamedTuple, Protocol

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import quote
from textualheatmap.files import json_file, npz_file, parquet_file, zarr_file
from textualheatmap.files.atomic_write import open_atomically
from textualheatmap.files.compression import ENDINGS, compress, open_packed
from textualheatmap.files.json_lines import read_json_lines, write_json_lines

if TYPE_CHECKING:
    from collections.abc import Callable

    from textualheatmap.facet.facet import Facet


AnyFile = str | PathLike[str] | IO[bytes]


class Reader(Protocol):
    """What reads the facets of a file that is open."""

    def __call__(self, file: AnyFile, *, max_bytes: int) -> list[Facet]:
        """Return the facets, and raise if the file is larger than `max_bytes`."""
        ...


class FileKind(NamedTuple):
    """A kind of files.

    Parameters
    ----------
    read
        Reads the facets of a file that is open, which may be anybody's.
    write
        Writes facets to a file that is open.
    max_bytes
        How large a file may be, and what it unpacks to, unless it is said otherwise.
    may_be_packed
        Whether it may be packed once more, as in `.json.gz`.
    is_folder
        Whether it is a folder, which only a path can name.
    """

    read: Reader
    write: Callable[[AnyFile, object], None]
    max_bytes: int
    may_be_packed: bool = True
    is_folder: bool = False


KINDS = {
    ".json": FileKind(json_file.read_json, json_file.write_json, json_file.MAX_BYTES),
    ".jsonl": FileKind(read_json_lines, write_json_lines, json_file.MAX_BYTES),
    ".npz": FileKind(npz_file.read_npz, npz_file.write_npz, npz_file.MAX_BYTES),
    ".parquet": FileKind(
        parquet_file.read_parquet,
        parquet_file.write_parquet,
        parquet_file.MAX_BYTES,
        may_be_packed=False,
    ),
    ".zarr": FileKind(
        zarr_file.read_zarr,
        zarr_file.write_zarr,
        zarr_file.MAX_BYTES,
        may_be_packed=False,
        is_folder=True,
    ),
    ".zarr.zip": FileKind(
        zarr_file.read_zarr,
        zarr_file.write_zarr,
        zarr_file.MAX_BYTES,
        may_be_packed=False,
    ),
}
"""By the ending of their names."""

PARTS = {
    f"{name}{packing}": (name, packing)
    for packing in ("", *ENDINGS)
    for name, kind in KINDS.items()
    if kind.may_be_packed or not packing
}
"""The ending of a kind and that of its packing, or "", by both together."""

FILE_ENDINGS = tuple(PARTS)
"""What the name of a file may end in, packed ones last."""


def read_file(
    file: str | PathLike[str] | IO[bytes],
    *,
    name: str | None = None,
    max_bytes: int | None = None,
) -> list[Facet]:
    """Read the facets of a file, whose name says what kind it is.

    Anybody's file may be read: nothing in it is run, and time and memory are bounded.

    Parameters
    ----------
    file
        A path, or a file open for reading bytes.
    name
        The name whose ending says the kind, such as "heatmap.json.gz"; None takes the
        path.
    max_bytes
        How large the file may be, and what it unpacks to; None takes what its kind may
        have. It is no limit for a folder, of which only the heat that is shown is read.

    Returns
    -------
    facets
        The facets, in the order of the file.

    Raises
    ------
    HeatmapDataError
        If no kind has such a name, or the file is too large or not of its kind.
    OSError
        If there is no such file to read.

    Examples
    --------
    >>> read_file(BytesIO(b'[[{"token": "a", "heat": [1]}]]'), name="a.json")
    [<Facet of 1 token: 'a'>]
    """
    if isinstance(file, str | PathLike):
        name = fspath(file) if name is None else name
        kind, _ = split_name(name)  # before a file is opened that no kind is known of
        if KINDS[kind].is_folder:
            return KINDS[kind].read(file, max_bytes=KINDS[kind].max_bytes)
        with Path(file).open("rb") as opened:
            return read_file(opened, name=name, max_bytes=max_bytes)
    kind, packing = _split_file_name(name)
    most = KINDS[kind].max_bytes if max_bytes is None else max_bytes
    if packing:
        file = open_packed(file, packing, most)
    return KINDS[kind].read(file, max_bytes=most)


def write_file(
    file: str | PathLike[str] | IO[bytes], facets: object, *, name: str | None = None
) -> None:
    """Write facets to a file, whose name says what kind it is.

    Parameters
    ----------
    file
        A path, such as "heatmap.json", "heatmap.npz" or "heatmap.jsonl.gz", or a file
        open for writing bytes. An old file stays until all is written.
    facets
        A list of facets.
    name
        The name whose ending says the kind; None takes the path.

    Raises
    ------
    HeatmapDataError
        If no kind has such a name, or the facets cannot be kept in it.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from textualheatmap import Facet
    >>> with TemporaryDirectory() as folder:
    ...     write_file(f"{folder}/a.json.gz", [Facet.from_arrays(["a"], [[1]])])
    ...     read_file(f"{folder}/a.json.gz")
    [<Facet of 1 token: 'a'>]
    """
    if isinstance(file, str | PathLike):
        name = fspath(file) if name is None else name
        kind, _ = split_name(name)  # before a file is opened that no kind is known of
        if KINDS[kind].is_folder:
            KINDS[kind].write(file, facets)
            return
        with open_atomically(file) as opened:
            write_file(opened, facets, name=name)
        return
    kind, packing = _split_file_name(name)
    if not packing:
        KINDS[kind].write(file, facets)
        return
    content = BytesIO()
    KINDS[kind].write(content, facets)
    file.write(compress(content.getvalue(), packing))


def split_name(name: str) -> tuple[str, str]:
    """Return the ending that says the kind of a file, and that of its packing or "".

    Raises
    ------
    HeatmapDataError
        If no kind has such a name.

    Examples
    --------
    >>> split_name("folder/heatmap.JSON.gz"), split_name("heatmap.npz")
    (('.json', '.gz'), ('.npz', ''))
    """
    lowered = Path(name.lower()).name
    for ending, parts in PARTS.items():  # a name can only end in one of them
        if lowered.endswith(ending) and lowered != ending:
            return parts
    msg = (
        f"the name of the file is {quote(Path(name).name)}, expected one that ends in "
        f"{', '.join(FILE_ENDINGS)}"
    )
    raise HeatmapDataError(msg)


def _split_file_name(name: str | None) -> tuple[str, str]:
    """Return the same for a file that is open, and so no folder."""
    kind, packing = split_name("" if name is None else name)
    if KINDS[kind].is_folder:
        msg = f"{kind} is a folder, expected its path, or {kind}.zip for one file"
        raise HeatmapDataError(msg)
    return kind, packing
