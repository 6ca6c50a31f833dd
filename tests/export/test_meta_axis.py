"""Every export shows the meta of the place that is chosen on the axis they follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from textualheatmap.export.latex import render_latex
from textualheatmap.export.plain import render_markdown, render_text
from textualheatmap.export.saving import render_figure_file
from textualheatmap.export.static_html import render_static
from textualheatmap.export.terminal import render_terminal
from textualheatmap.export.typst import render_typst
from textualheatmap.facet.facet import Facet
from textualheatmap.scene.scene import build_scene
from textualheatmap.state.heatmap import Heatmap

if TYPE_CHECKING:
    from collections.abc import Callable

WORDS = ("dawn", "dusk")
RENDERERS: dict[str, Callable[[Heatmap], str]] = {
    "text": render_text,
    "markdown": render_markdown,
    "static HTML": lambda heatmap: render_static(build_scene(heatmap)),
    "LaTeX": render_latex,
    "Typst": render_typst,
    "terminal": lambda heatmap: render_terminal(heatmap, "none"),
    "figure": lambda heatmap: render_figure_file(heatmap, ".svg").decode(),
}


def build_heatmap(choice: str) -> Heatmap:
    facet = Facet.from_arrays(
        ["a"],
        [[[1]], [[1]]],
        meta=[[[WORDS[0]], [WORDS[1]]]],
        axes={"layer": ["first", "final"]},
        meta_axis="layer",
    )
    heatmap = Heatmap(show_meta=True).set_data([facet]).highlight(0)
    heatmap.axes = {"layer": choice}
    return heatmap


@pytest.mark.parametrize("name", list(RENDERERS))
def test_the_meta_are_those_of_the_chosen_place(name: str) -> None:
    shown = {
        choice: [
            word for word in WORDS if word in RENDERERS[name](build_heatmap(choice))
        ]
        for choice in ("first", "final", "mean")
    }
    assert shown == {"first": ["dawn"], "final": ["dusk"], "mean": []}
