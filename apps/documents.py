"""Documents that the app can show: the samples, and files that a reader opens."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from textualheatmap import Facet, HeatmapDataError, read_json, read_npz
from textualheatmap.facet.facet import copy_facet

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
MAX_MEGABYTES = 20
MAX_BYTES = MAX_MEGABYTES * 1_000_000
# Two facets of 4900 tokens. Reading takes ten times as much memory.
MAX_UNPACKED_BYTES = 50_000_000
# Every zip archive that holds anything starts with this.
ZIP_MAGIC = b"PK"


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


def read_samples() -> dict[str, Document]:
    """Read the samples in `data/`, by their names in the app.

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
    return [*others, copy_facet(last, caption=caption)]


def read_facets(content: bytes) -> list[Facet]:
    """Read the facets of a JSON or NPZ file.

    Parameters
    ----------
    content
        At most 20 MB. Either JSON in UTF-8, a list of facets of which each is a list
        of records; or what `write_npz` writes, of at most 50 MB when unpacked.

    Raises
    ------
    HeatmapDataError
        If the content is too large, is neither JSON in UTF-8 nor NPZ, or does not hold
        facets.

    Examples
    --------
    >>> len(read_facets(b'[[{"token": "a", "heat": [1]}]]'))
    1
    """
    if len(content) > MAX_BYTES:
        msg = f"the file is too large, expected at most {MAX_MEGABYTES} MB"
        raise HeatmapDataError(msg)
    if content.startswith(ZIP_MAGIC):
        return read_npz(BytesIO(content), max_bytes=MAX_UNPACKED_BYTES)
    return read_json(BytesIO(content), max_bytes=MAX_BYTES)


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
