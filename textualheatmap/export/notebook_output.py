"""What a cell of a notebook shows of a heatmap, whoever shows the notebook."""

from __future__ import annotations

import struct
from base64 import b64encode
from html import escape
from typing import TYPE_CHECKING

from textualheatmap.export.plain import render_text
from textualheatmap.export.saving import render_figure_file
from textualheatmap.export.static_html import render_cover
from textualheatmap.plot.layout import BUNDLE, BUNDLE_NAME
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.scene import build_scene

if TYPE_CHECKING:
    from textualheatmap.state.heatmap import Heatmap

# Of so many tokens there is a picture, and the text in words.
MOST_TOKENS = 3000
# Of the picture: pixels for each px of the page, and points of its letters, which are
# as large as on the page.
SCALE, FONT_SIZE = 1.5, 10
# Both lie in one place, and the picture upon what comes to life under it.
PLACE = "display:grid;grid-template-columns:minmax(0,1fr)"
LAYER = "grid-area:1/1"


def render_output(
    heatmap: Heatmap, live: str, state_id: str, *, has_picture: bool = False
) -> dict[str, str]:
    """Return the output of a cell, by MIME type.

    ``text/html`` holds the live heatmap and, for where no script runs or BokehJS is not
    there, its static HTML: in the same place, until the live one is painted. It is
    ``text/plain`` that terminals show, and what reads a notebook aloud.

    Parameters
    ----------
    heatmap
        With data.
    live
        The HTML of the live heatmap, scripts included.
    state_id
        The id of the `HeatmapState` in it.
    has_picture
        Whether it holds a PNG, too. It is ``image/png``, which nbconvert puts into PDF,
        and within ``text/html``, where only a page that takes all styles away shows it,
        as GitHub's does: there colours would be lost.

    Raises
    ------
    ImportError
        If matplotlib is not installed, and a picture is asked for.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> output = render_output(heatmap, "<div></div>", "p1")
    >>> list(output)
    ['text/html', 'text/plain']
    """
    is_short = sum(map(len, heatmap.facets)) <= MOST_TOKENS
    output: dict[str, str] = {}
    image = ""
    if has_picture and is_short:
        sizes = {"font_size": FONT_SIZE, "dpi": SCALE * 96}
        picture = render_figure_file(heatmap, ".png", **sizes)
        output["image/png"] = b64encode(picture).decode("ascii")
        image = _write_image(heatmap, output["image/png"], picture)
    static = render_cover(build_scene(heatmap))
    bundle = BUNDLE.read_text(encoding="utf-8")
    output["text/html"] = (
        f'{image}<div style="{PLACE}">'
        f'<div data-static="{state_id}" style="{LAYER};z-index:1">{static}</div>'
        f'<div style="{LAYER}">{live}</div></div>'
        f"<script>{bundle}</script><script>{BUNDLE_NAME}.start({state_id!r})</script>"
    )
    if is_short:
        output["text/plain"] = render_text(heatmap)
    return output


def _write_image(heatmap: Heatmap, encoded: str, picture: bytes) -> str:
    # The width stands in the header of a PNG.
    (width,) = struct.unpack(">I", picture[16:20])
    titles = escape(escape_text(", ".join(heatmap.facet_titles)))
    return (
        f'<img src="data:image/png;base64,{encoded}" alt="{titles}" '
        f'width="{round(width / SCALE)}" style="display:none">'
    )
