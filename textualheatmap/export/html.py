"""A heatmap as one HTML file that needs no network and no Python."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from bokeh.embed import components
from bokeh.resources import Resources
from jinja2 import Environment

from textualheatmap.plot.layout import BUNDLE, build_layout
from textualheatmap.plot.payload import FacetPacker

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
:root { color-scheme: light dark }
body { margin: 16px }
</style>
{% for library in libraries %}<script>{{ library | safe }}</script>
{% endfor %}</head>
<body>
{{ div | safe }}
{{ script | safe }}
<script data-state="{{ state }}">{{ bundle | safe }}</script>
</body>
</html>
"""
)

if TYPE_CHECKING:
    from os import PathLike

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
    layout, state = build_layout(heatmap, FacetPacker(all_slices=True))
    title = ", ".join(heatmap.facet_titles) if title is None else title
    script, div = components(layout)
    parts: list[Component] = ["bokeh"]
    if heatmap.interactive:
        parts.append("bokeh-widgets")
    libraries = Resources("inline", components=parts).js_raw
    return PAGE.render(
        title=title,
        libraries=libraries,
        div=div,
        script=script,
        state=state.id,
        bundle=BUNDLE.read_text(encoding="utf-8"),
    )


def write_html(
    heatmap: Heatmap, path: str | PathLike[str], *, title: str | None = None
) -> None:
    """Write a heatmap to an HTML file, as of `render_html`.

    Examples
    --------
    >>> import tempfile
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_html(heatmap, Path(folder, "out.html"))
    """
    Path(path).write_text(render_html(heatmap, title=title), encoding="utf-8")
