"""Interactive textual heatmaps: hover over a token and see what a model looked at.

A *facet* is one model's view of a text: its *tokens* and a *heat matrix*, whose row is
the focused token and whose column is the coloured one. The *focus* is shared by all
facets; a click *pins* it. *Meta* are short strings shown for the focused token, such as
the model's best predictions. A *format token* is shown, but never focused or coloured.

`TextualHeatmap` shows facets in a notebook, a served app or a file; `Heatmap` is the
same state without a view; `Facet` takes records, arrays or a DataFrame, and
`write_file` and `read_file` keep facets in a file.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textualheatmap.errors import HeatmapDataError
    from textualheatmap.files.json_file import read_json, write_json
    from textualheatmap.files.kinds import read_file, write_file
    from textualheatmap.files.npz_file import read_npz, write_npz
    from textualheatmap.state.heatmap import Facet, Heatmap
    from textualheatmap.view import TextualHeatmap

    __version__: str

__all__ = [
    "Facet",
    "Heatmap",
    "HeatmapDataError",
    "TextualHeatmap",
    "read_file",
    "read_json",
    "read_npz",
    "write_file",
    "write_json",
    "write_npz",
]

# Imported when they are first asked for: Panel and Bokeh take seconds, which reading
# files and the command line can do without.
_HOMES = {
    "Facet": "state.heatmap",
    "Heatmap": "state.heatmap",
    "HeatmapDataError": "errors",
    "TextualHeatmap": "view",
    "read_file": "files.kinds",
    "read_json": "files.json_file",
    "read_npz": "files.npz_file",
    "write_file": "files.kinds",
    "write_json": "files.json_file",
    "write_npz": "files.npz_file",
}


def __getattr__(name: str) -> object:
    if name == "__version__":
        # It takes longer than all else here.
        from importlib.metadata import version  # noqa: PLC0415

        return version("panel-textualheatmap")
    if name not in _HOMES:
        msg = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(msg)
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES, "__version__"})
