"""Interactive textual heatmaps: hover over a token and see what a model looked at.

A *facet* is one model's view of a text: its *tokens* and a *heat matrix*, whose row is
the focused token and whose column is the coloured one. The *focus* is shared by all
facets; a click *pins* it. *Meta* are short strings shown for the focused token, such as
the model's best predictions. A *format token* is shown, but never focused or coloured.

`TextualHeatmap` shows facets in a notebook, a served app or a file; `Heatmap` is the
same state without a view; `Facet` takes records, arrays or a DataFrame, and
`write_npz` and `read_npz` keep facets in a file. `read_json` reads them from JSON.
"""

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.json_file import read_json
from textualheatmap.facet.npz_file import read_npz, write_npz
from textualheatmap.state.heatmap import Facet, Heatmap
from textualheatmap.view import TextualHeatmap

__all__ = [
    "Facet",
    "Heatmap",
    "HeatmapDataError",
    "TextualHeatmap",
    "read_json",
    "read_npz",
    "write_npz",
]
