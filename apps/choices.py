"""What the app can show: the sample data, and files of the same form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from textualheatmap import Facet, Heatmap, HeatmapDataError

HERE = Path(__file__).parent
MAX_MEGABYTES = 20
MAX_BYTES = MAX_MEGABYTES * 1_000_000


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
    >>> list(read_samples())
    ['Autocomplete', 'Masked words', 'Next words']
    """
    samples = json.loads((HERE / "samples.json").read_text(encoding="utf-8"))
    folder = HERE.parent / "data"
    return {
        name: Choice(
            read_facets((folder / file).read_bytes(), file), titles, about, focus
        )
        for name, (file, titles, about, focus) in samples.items()
    }


def read_facets(content: bytes, name: str) -> list[Facet]:
    """Read the facets of a JSON file.

    Parameters
    ----------
    content
        A list of facets, each a list of records, in UTF-8 of at most 20 MB.
    name
        How errors call the file.

    Raises
    ------
    HeatmapDataError
        If the content is too large, no UTF-8, no JSON or no heatmap's data.

    Examples
    --------
    >>> len(read_facets(b'[[{"token": "a", "heat": [1]}]]', "a.json"))
    1
    """
    if len(content) > MAX_BYTES:
        msg = f"{name} is too large, expected at most {MAX_MEGABYTES} MB"
        raise HeatmapDataError(msg)
    try:
        data = json.loads(content.decode("utf-8-sig"))
        titles = name_facets(len(data) if isinstance(data, list) else 1)
        return Heatmap(facet_titles=titles).set_data(data).facets
    except UnicodeDecodeError as error:
        msg = f"{name} is not UTF-8 at byte {error.start}, expected JSON in UTF-8"
    except HeatmapDataError as error:
        msg = f"{name}: {error}"
    except (ValueError, RecursionError) as error:
        msg = f"{name} is not JSON: {error}"
    raise HeatmapDataError(msg)


def name_facets(count: int) -> list[str]:
    """Return titles for facets of which only the number is known.

    Examples
    --------
    >>> name_facets(2)
    ['Facet 1', 'Facet 2']
    """
    return [f"Facet {number}" for number in range(1, count + 1)] or ["Heatmap"]
