"""What the app can show: the sample data, and files of the same form."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from textualheatmap import Facet, Heatmap, HeatmapDataError, read_npz

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).parent
MAX_MEGABYTES = 20
MAX_BYTES = MAX_MEGABYTES * 1_000_000
# Two facets of 4900 tokens; reading takes ten times as much memory.
MAX_UNPACKED_BYTES = 50_000_000
# What every zip archive starts with that holds anything.
ZIP_MAGIC = b"PK"
# Characters of a facet's provenance.
SHOWN_PROVENANCE = 300


class Choice(NamedTuple):
    """What can be shown: facets, their titles, what there is to know, and a focus."""

    facets: list[Facet]
    titles: list[str]
    about: str
    focus: int


def read_samples() -> dict[str, Choice]:
    """Read the sample data, by the names that they are offered under.

    Examples
    --------
    >>> list(read_samples())[:2]
    ['Autocomplete', 'Masked words']
    """
    samples = json.loads((HERE / "samples.json").read_text(encoding="utf-8"))
    folder = HERE.parent / "data"
    return {
        sample["name"]: Choice(
            read_facets((folder / sample["file"]).read_bytes(), sample["file"]),
            sample["titles"],
            sample["about"],
            sample["focus"],
        )
        for sample in samples
    }


def read_facets(content: bytes, name: str) -> list[Facet]:
    """Read the facets of a JSON or NPZ file.

    Parameters
    ----------
    content
        At most 20 MB: a list of facets, each a list of records, as JSON in UTF-8; or
        what `write_npz` writes, of at most 50 MB when unpacked.
    name
        How errors call the file.

    Raises
    ------
    HeatmapDataError
        If the content is too large, neither JSON in UTF-8 nor NPZ, or no heatmap's
        data.

    Examples
    --------
    >>> len(read_facets(b'[[{"token": "a", "heat": [1]}]]', "a.json"))
    1
    """
    if len(content) > MAX_BYTES:
        msg = f"{name} is too large, expected at most {MAX_MEGABYTES} MB"
        raise HeatmapDataError(msg)
    try:
        if content.startswith(ZIP_MAGIC):
            return read_npz(BytesIO(content), max_bytes=MAX_UNPACKED_BYTES)
        data = json.loads(content.decode("utf-8-sig"))
        titles = name_facets(len(data) if isinstance(data, list) else 1)
        return Heatmap(facet_titles=titles).set_data(data).facets
    except UnicodeDecodeError as error:
        place = f"{name} is not UTF-8 at byte {error.start}"
        msg = f"{place}, expected JSON in UTF-8 or an NPZ file"
    except HeatmapDataError as error:
        msg = f"{name}: {error}"
    except (ValueError, RecursionError) as error:
        msg = f"{name} is not JSON: {error}"
    raise HeatmapDataError(msg)


def describe_facets(facets: Sequence[Facet]) -> str:
    """Return what a file itself says of its facets, as sentences.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a"], [[1]], provenance={"method": "norm"})
    >>> describe_facets([facet, facet])
    'Tokens: 1 and 1. Heat: method norm.'
    """
    sizes = " and ".join(str(len(facet)) for facet in facets)
    # Facets of one file are often made in one way, which is said once.
    made = dict.fromkeys(
        ", ".join(f"{key} {_write(value)}" for key, value in facet.provenance.items())
        for facet in facets
        if facet.provenance
    )
    heats = [f"Heat: {text[:SHOWN_PROVENANCE]}." for text in made]
    return " ".join([f"Tokens: {sizes}.", *heats])


def _write(value: object) -> str:
    """Return a value of a provenance in words."""
    return " ".join(map(str, value)) if isinstance(value, list) else str(value)


def name_facets(count: int) -> list[str]:
    """Return titles for facets of which only the number is known.

    Examples
    --------
    >>> name_facets(2)
    ['Facet 1', 'Facet 2']
    """
    return [f"Facet {number}" for number in range(1, count + 1)] or ["Heatmap"]
