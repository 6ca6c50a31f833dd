"""The command `convert`: facets from one kind of file to another."""

from __future__ import annotations

from functools import partial
from types import MappingProxyType
from typing import IO, TYPE_CHECKING, Protocol

from textualheatmap.cli.inputs import choose_format
from textualheatmap.cli.outputs import write_output
from textualheatmap.facet.json_file import write_json
from textualheatmap.facet.npz_file import write_npz

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textualheatmap.facet.facet import Facet


class Writer(Protocol):
    """What writes facets to a path or to a file that is open for writing bytes."""

    def __call__(self, file: str | IO[bytes], facets: object) -> None:
        """Write facets to a file."""


WRITERS: Mapping[str, Writer] = MappingProxyType(
    {".json": write_json, ".npz": write_npz}
)
"""By the ending of a file's name."""


def write_facets(
    facets: Sequence[Facet], name: str, file_format: str | None = None
) -> None:
    """Write facets to a file that `read_input` reads.

    Parameters
    ----------
    facets
        At least one.
    name
        A path, whose ending says the format, or ``-`` for stdout.
    file_format
        The format, such as ``"npz"``, where the name does not say it.

    Raises
    ------
    HeatmapDataError
        If a file of this format cannot hold the facets.
    ValueError
        If the format is not known.
    OSError
        If the file cannot be written.

    Examples
    --------
    >>> write_facets([], "my.pdf")
    Traceback (most recent call last):
        ...
    ValueError: my.pdf: the name ends in '.pdf', expected .json, .npz, or --to with \
one of json, npz
    """
    writer = WRITERS[choose_format(name, file_format, WRITERS, "--to")]
    write_output(name, partial(writer, facets=facets))
