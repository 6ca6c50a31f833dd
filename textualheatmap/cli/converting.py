"""The command `convert`: facets from one kind of file to another."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from textualheatmap.cli.inputs import choose_format
from textualheatmap.cli.outputs import write_output
from textualheatmap.files.kinds import FILE_ENDINGS, write_file

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.facet import Facet


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
    ValueError: my.pdf: the name ends in '.pdf', expected one of json, jsonl, npz, \
parquet, zarr, zarr.zip, json.gz, jsonl.gz, npz.gz, json.zst, jsonl.zst, npz.zst, or \
--to with one of these
    """
    ending = choose_format(name, file_format, FILE_ENDINGS, "--to")
    write_output(name, partial(write_file, facets=facets, name=f"file{ending}"))
