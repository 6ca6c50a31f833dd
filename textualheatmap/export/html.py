"""A heatmap as one HTML file that needs no network and no Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bokeh.embed import components
from bokeh.resources import Resources
from jinja2 import Environment

from textualheatmap.export.options import read_title
from textualheatmap.export.static_html import render_static
from textualheatmap.plot.layout import BUNDLE, BUNDLE_NAME, build_layout
from textualheatmap.plot.payload import FacetPacker
from textualheatmap.scene.escape import escape_text
from textualheatmap.scene.scene import build_scene

# Bokeh's own page also loads what the models of other packages ask for, needed here
# or not: once Panel is imported that is a script from a CDN (holoviz/panel#6759).
PAGE = Environment(autoescape=True).from_string(
    """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{{ title }}</title>
<style>
:root { color-scheme: {{ scheme }}; background: Canvas; color: CanvasText }
body { margin: 16px }
.heatmap { position: relative }
.heatmap > [data-static] { position: absolute; z-index: 1 }
{% if stretches -%}
.heatmap > [data-static] { left: 0; right: 0 }
/* A scroll bar that comes would change the width, and might go again by that. */
html { scrollbar-gutter: stable }
{% endif -%}
</style>
</head>
<body>
<div class="heatmap">
<div data-static="{{ state }}">{{ static | safe }}</div>
{{ div | safe }}
</div>
{% for library in libraries %}<script>{{ library | safe }}</script>
{% endfor %}{{ script | safe }}
<script>{{ bundle | safe }}</script>
<script>{{ bundle_name | safe }}.start("{{ state }}")</script>
</body>
</html>
"""
)

if TYPE_CHECKING:
    from bokeh.resources import Component

    from textualheatmap.state.heatmap import Heatmap


def render_html(heatmap: Heatmap, *, title: str | None = None) -> str:
    """Return a heatmap as the text of an HTML page.

    Parameters
    ----------
    heatmap
        With data.
    title
        Title of the page; the facets' titles without one.

    Raises
    ------
    ValueError
        If there are no data yet.
    TypeError
        If the title is no string.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> "<title>A &lt; B</title>" in render_html(heatmap, title="A < B")
    True
    """
    if not heatmap.facets:
        msg = "the heatmap has no data to save: call set_data first"
        raise ValueError(msg)
    given = read_title(title)
    layout, state = build_layout(heatmap, FacetPacker(all_slices=True))
    # The page has nothing else that its address could speak of.
    state.parts = {**state.parts, "link": heatmap.interactive}
    script, div = components(layout)
    parts: list[Component] = ["bokeh"]
    if heatmap.interactive:
        parts.append("bokeh-widgets")
    return PAGE.render(
        # Half a surrogate, which a title may hold, has no place in a file.
        title=escape_text(", ".join(heatmap.facet_titles) if given is None else given),
        libraries=Resources("inline", components=parts).js_raw,
        # What shows until the scripts have run, and where none may run.
        static=render_static(build_scene(heatmap)),
        div=div,
        script=script,
        state=state.id,
        stretches=heatmap.stretches,
        scheme="light dark" if heatmap.theme == "auto" else heatmap.theme,
        bundle_name=BUNDLE_NAME,
        bundle=BUNDLE.read_text(encoding="utf-8"),
    )
