"""The files of a Zarr store, in a folder or in a zip archive."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping
from io import BytesIO
from pathlib import Path
from typing import IO, Any
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile, ZipInfo

from textualheatmap.errors import HeatmapDataError
from textualheatmap.files.extra import import_extra
from textualheatmap.files.npz_arrays import ENCRYPTED, MALFORMED

METADATA = "zarr.json"
"""The name of the files that say what a group or an array is."""

MAX_FILE = 20_000_000
"""How many bytes a file may have, and a chunk of heat may unpack to."""


class StoredFiles(MutableMapping[str, Any]):
    """The files of a store by their names, read when they are asked for.

    Zarr's store in memory keeps its files in such a mapping; here they are on a disk.
    No file has more than 20 MB, and no chunk unpacks to more: both are checked before
    Zarr gets it. The files are either read or written, not both.

    Parameters
    ----------
    place
        A folder; or the path or the bytes of a zip archive.
    archive
        An archive that is open for writing; the place is then not looked at.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     files = StoredFiles(Path(folder))
    ...     files.write("a/zarr.json", b"{}")
    ...     files.read("a/zarr.json"), "b" in files
    (b'{}', False)
    """

    def __init__(self, place: Path | bytes, archive: ZipFile | None = None) -> None:
        self._place = place
        self._archive = archive

    def __getstate__(self) -> dict[str, object]:
        """Return what another process needs: the place, and no open file."""
        return {"_place": self._place, "_archive": None}

    def read(self, name: str) -> bytes:
        """Return the bytes of a file.

        Raises
        ------
        KeyError
            If there is no such file.
        HeatmapDataError
            If it is too large, or damaged.

        Examples
        --------
        >>> StoredFiles(Path("no/folder")).read("zarr.json")
        Traceback (most recent call last):
            ...
        KeyError: 'zarr.json'
        """
        if isinstance(self._place, Path) and self._place.is_dir():
            content = self._read_from_folder(self._place, name)
        else:
            content = self._read_from_archive(name)
        if len(content) > MAX_FILE:
            msg = f"{name} is too large, expected at most {MAX_FILE} bytes"
            raise HeatmapDataError(msg)
        return content

    def write(self, name: str, content: bytes) -> None:
        """Write a file.

        Raises
        ------
        OSError
            If it cannot be written.
        TypeError
            If these are the bytes of an archive.

        Examples
        --------
        >>> file = BytesIO()
        >>> with ZipFile(file, "w") as archive:
        ...     StoredFiles(b"", archive).write("zarr.json", b"{}")
        >>> StoredFiles(file.getvalue()).read("zarr.json")
        b'{}'
        """
        if self._archive is not None:
            # Chunks are packed already. The same bytes always give the same.
            self._archive.writestr(ZipInfo(name), content, ZIP_STORED)
            return
        if not isinstance(self._place, Path):
            msg = "these files can only be read"
            raise TypeError(msg)
        path = self._place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - Zarr has no types here
        content = self.read(name)
        if not name.endswith(METADATA):
            _check_chunk(content, name)
        return _import_zarr().core.buffer.cpu.Buffer.from_bytes(content)

    def __setitem__(self, name: str, buffer: Any) -> None:  # noqa: ANN401
        self.write(name, buffer.to_bytes())

    def setdefault(self, key: str, default: Any = None) -> Any:  # noqa: ANN401
        """Return the default, and write nothing.

        By this Zarr adds the groups around an array, which are written with what they
        hold.

        Examples
        --------
        >>> StoredFiles(Path("no/folder")).setdefault("zarr.json", b"{}")
        b'{}'
        """
        del key
        return default

    def __delitem__(self, name: str) -> None:
        raise KeyError(name)

    def __contains__(self, name: object) -> bool:
        try:
            self.read(str(name))
        except KeyError:
            return False
        return True

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0

    def _read_from_folder(self, folder: Path, name: str) -> bytes:
        try:
            with (folder / name).open("rb") as file:
                return file.read(MAX_FILE + 1)
        except (FileNotFoundError, IsADirectoryError, NotADirectoryError):
            raise KeyError(name) from None

    def _read_from_archive(self, name: str) -> bytes:
        archive = self._open_archive()
        member = archive.getinfo(name)
        if member.compress_type not in {ZIP_STORED, ZIP_DEFLATED}:
            # zipfile unpacks the others without a bound.
            msg = f"{name} is packed by method {member.compress_type}, expected deflate"
            raise HeatmapDataError(msg)
        if member.flag_bits & ENCRYPTED:
            msg = f"{name} is encrypted, expected it to be readable"
            raise HeatmapDataError(msg)
        try:
            with archive.open(member) as file:
                # With a size: without it, zipfile may unpack more than it says.
                return file.read(min(member.file_size, MAX_FILE + 1))
        except MALFORMED as error:
            msg = f"{name} is damaged: {error!s:.60}"
            raise HeatmapDataError(msg) from None

    def _open_archive(self) -> ZipFile:
        if self._archive is None:
            place = self._place
            file: Path | IO[bytes] = (
                place if isinstance(place, Path) else BytesIO(place)
            )
            try:
                self._archive = ZipFile(file)
            except FileNotFoundError:
                raise KeyError(METADATA) from None
            except MALFORMED as error:
                msg = (
                    f"the file is no zip archive, expected a Zarr store: {error!s:.60}"
                )
                raise HeatmapDataError(msg) from None
        return self._archive


def _check_chunk(content: bytes, name: str) -> None:
    """Raise if a chunk unpacks to more than may be, or does not say to how much."""
    zstd = import_extra("zstandard", "Zarr stores")
    try:
        size: int = zstd.frame_content_size(content)
    except zstd.ZstdError as error:
        msg = f"{name} is not packed by zstd: {error!s:.60}"
        raise HeatmapDataError(msg) from None
    if not 0 <= size <= MAX_FILE:
        came = "an unknown number of" if size < 0 else size
        msg = f"{name} unpacks to {came} bytes, expected at most {MAX_FILE}"
        raise HeatmapDataError(msg)


def _import_zarr() -> Any:  # noqa: ANN401 - it need not be installed
    return import_extra("zarr", "Zarr stores")
