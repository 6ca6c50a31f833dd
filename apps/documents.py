"""Documents that the app can show: the samples, and files that a reader opens."""

from __future__ import annotations

import json
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from provenance_text import describe_file

from textualheatmap import Facet, HeatmapDataError, read_file
from textualheatmap.files.compression import ENDINGS
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
# Reading JSON takes up to 50 times as much memory, NPZ ten times of what it unpacks to,
# which may be two facets of 4900 tokens, and Parquet five times, of 2500.
MAX_JSON_MEGABYTES, MAX_BINARY_MEGABYTES = 20, 50
MEGABYTE = 1_000_000
# Of whichever file.
MAX_BYTES = MAX_BINARY_MEGABYTES * MEGABYTE
# What files begin with that are told by it, whatever their names are.
MAGIC = {b"PK": "NPZ", b"PAR1": "Parquet"}


class Document(NamedTuple):
    """Facets with their titles, what is said of them, and what is shown of them first.

    Parameters
    ----------
    facets, titles
        One title for each facet.
    about
        What the facets show, in a sentence.
    view
        Parameters of the heatmap, by name, that say what is shown first: a focus at
        least.
    hint
        A line on what to look for, for lists of documents.
    """

    facets: list[Facet]
    titles: list[str]
    about: str
    view: dict[str, Any]
    hint: str = ""


@cache
def read_samples() -> dict[str, Document]:
    """Return the samples in `data/`, by their names in the app.

    They are read once, and all sessions share them.

    Examples
    --------
    >>> list(read_samples())[:2]
    ['Autocomplete', 'Masked words']
    """
    samples = json.loads((HERE / "samples.json").read_text(encoding="utf-8"))
    folder = HERE.parent / "data"
    return {
        sample["name"]: Document(
            _caption(
                read_facets((folder / sample["file"]).read_bytes()),
                "\n".join(sample.get("caption", [])),
            ),
            sample["titles"],
            sample["about"],
            {
                # JSON has no tuples: a span comes as a list.
                name: tuple(value) if isinstance(value, list) else value
                for name, value in sample["view"].items()
            },
            sample["hint"],
        )
        for sample in samples
    }


def _caption(facets: list[Facet], caption: str) -> list[Facet]:
    """Put a caption below the last of some facets."""
    *others, last = facets
    return [*others, last.replace(caption=caption)]


def read_document(content: bytes, name: str) -> Document:
    """Read a file that a reader opens.

    Parameters
    ----------
    content
        As `read_facets` takes it.
    name
        The name of the file.

    Raises
    ------
    HeatmapDataError
        If `read_facets` raises it, or a heatmap cannot show the facets together.

    Examples
    --------
    >>> read_document(b'[[{"token": "a", "heat": [1]}]]', "my.json").about
    'my.json. Tokens: 1.'
    """
    facets = read_facets(content, name)
    document = Document(
        facets,
        name_facets(facets),
        f"{name}. {describe_file(facets)}",
        {"focus": len(facets[0]) - 1},
    )
    Heatmap().param.update(facets=facets, facet_titles=document.titles, **document.view)
    return document


def read_facets(content: bytes, name: str = "") -> list[Facet]:
    """Read the facets of a file that is told by its content, or else by its name.

    Parameters
    ----------
    content
        Either JSON in UTF-8 of at most 20 MB, a list of facets of which each is a list
        of records or what `write_json` writes; or an NPZ or a Parquet file of at most
        50 MB, also when unpacked; or a Zarr store as a zip archive, which is only
        unpacked where it is shown.
    name
        The name of the file, which says whether it is packed, has a facet a line, or is
        a Zarr store.

    Raises
    ------
    HeatmapDataError
        If the content is too large, is not of its kind, or does not hold facets.

    Examples
    --------
    >>> len(read_facets(b'[[{"token": "a", "heat": [1]}]]'))
    1
    """
    told = [kind for start, kind in MAGIC.items() if content.startswith(start)]
    if told == ["NPZ"] and name.lower().endswith(".zarr.zip"):
        told = ["zarr.zip"]
    limit = MAX_BINARY_MEGABYTES if told else MAX_JSON_MEGABYTES
    if len(content) > limit * MEGABYTE:
        kind = told[0] if told else "JSON"
        msg = f"the file is too large, expected at most {limit} MB of {kind}"
        raise HeatmapDataError(msg)
    if told:
        known = f"file.{told[0]}"
    else:
        known = name if name.lower().endswith((".jsonl", *ENDINGS)) else "file.json"
    try:
        return read_file(BytesIO(content), name=known, max_bytes=limit * MEGABYTE)
    except ModuleNotFoundError as error:
        raise HeatmapDataError(str(error)) from None


def name_facets(facets: Sequence[Facet]) -> list[str]:
    """Return the titles of facets, and a numbered one for a facet that has none.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a"], [[1]])
    >>> name_facets([facet, Facet.from_arrays(["a"], [[1]], title="GRU")])
    ['Facet 1', 'GRU']
    """
    return [
        facet.title or f"Facet {number}" for number, facet in enumerate(facets, start=1)
    ]
