"""Making a heatmap of the files and options of a command."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from textualheatmap.cli.inputs import name_input, read_input
from textualheatmap.errors import HeatmapDataError
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from textualheatmap.facet.facet import Facet


Kind = TypeVar("Kind", bound=Heatmap)


def read_inputs(names: Sequence[str], file_format: str | None = None) -> list[Facet]:
    """Read the facets of all files, one below the other.

    Parameters
    ----------
    names, file_format
        Of each file, as `read_input` takes them. Where there are several, the facets
        without a title have the name of their file.

    Raises
    ------
    HeatmapDataError
        If a file does not hold facets; the message begins with its name.
    ValueError, OSError
        As `read_input` raises them.

    Examples
    --------
    >>> read_inputs([])
    []
    """
    facets: list[Facet] = []
    for name in names:
        try:
            read = read_input(name, file_format)
        except HeatmapDataError as error:
            msg = f"{name_input(name)}: {error}"
            raise HeatmapDataError(msg) from None
        title = Path(name_input(name)).stem if len(names) > 1 else ""
        facets += [each if each.title else each.replace(title=title) for each in read]
    return facets


def build_heatmap(
    facets: Sequence[Facet],
    settings: Mapping[str, object],
    kind: Callable[[], Kind] = Heatmap,
) -> Kind:
    """Return a heatmap of facets, with parameters as they are written.

    Parameters
    ----------
    facets
        At least one.
    settings
        Parameters of `Heatmap` by name; those that are None are left as they are. A
        palette may be hex colours with commas between them, and a grouping a regular
        expression between slashes.
    kind
        The class of the heatmap.

    Raises
    ------
    HeatmapDataError
        If the facets do not go together.
    ValueError
        If a parameter is not as expected.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> facet = Facet.from_arrays(["a"], [[1]])
    >>> heatmap = build_heatmap([facet], {"palette": "#fff,#000", "scale": None})
    >>> list(heatmap.palette), heatmap.scale
    (['#ffffff', '#000000'], 'auto')
    """
    heatmap = kind().set_data(list(facets))
    given = {name: value for name, value in settings.items() if value is not None}
    palette, grouping = given.get("palette"), given.get("grouping")
    if isinstance(palette, str) and palette.startswith("#"):
        given["palette"] = palette.split(",")
    if isinstance(grouping, str) and len(grouping) > 1 and grouping[0] == "/":
        try:
            given["grouping"] = re.compile(grouping[1:].removesuffix("/"))
        except re.error as error:
            msg = f"grouping is {grouping!r:.60}, no regular expression: {error}"
            raise ValueError(msg) from None
    heatmap.param.update(**given)
    return heatmap
