"""Panel's widgets for a heatmap follow and lead its parameters."""

from typing import Any

import numpy as np
import pytest

from textualheatmap import Facet, TextualHeatmap


def find(heatmap: TextualHeatmap, label: str) -> Any:  # noqa: ANN401 - any widget
    """Return a new widget of a heatmap by its label."""
    controls = heatmap.controls()
    [widget] = controls.select(lambda each: getattr(each, "label", None) == label)
    return widget


@pytest.mark.parametrize(
    ("label", "name", "value"),
    [
        ("Direction", "direction", "column"),
        ("Full colour", "scale", "facet"),
        ("Several tokens", "pool", "sum"),
        ("Granularity", "grouping", "word"),
        ("Gamma", "gamma", 0.5),
        ("Threshold", "threshold", 0.25),
        ("Palette", "palette", "paper"),
        ("Theme", "theme", "dark"),
        ("Meta", "show_meta", True),
        ("Rotated titles", "rotate_facet_titles", True),
    ],
)
def test_a_widget_leads_and_follows_its_parameter(
    label: str, name: str, value: object
) -> None:
    heatmap = TextualHeatmap()
    before = getattr(heatmap, name)
    widget = find(heatmap, label)
    assert widget.value == before
    widget.value = value
    assert getattr(heatmap, name) == value
    setattr(heatmap, name, before)
    assert widget.value == before


def test_there_is_a_choice_for_each_axis_of_the_heat() -> None:
    facet = Facet.from_arrays(
        ["a", "b"],
        np.zeros((2, 3, 2, 2)),
        axes={"layer": ["first", "last"], "head": None},
    )
    heatmap = TextualHeatmap(facets=[facet])
    layer = find(heatmap, "Layer")
    assert list(layer.options) == [
        "mean of all",
        "max of all",
        "layer first",
        "layer last",
    ]
    layer.value = 1
    assert heatmap.axes["layer"] == 1
    heatmap.axes = {"layer": "mean"}
    assert layer.value == "mean"
    assert find(heatmap, "Head").value == heatmap.axes["head"]


def test_a_palette_that_is_not_listed_is_followed() -> None:
    heatmap = TextualHeatmap()
    palette = find(heatmap, "Palette")
    heatmap.palette = "RdBu11"
    assert palette.value == "RdBu11"
    heatmap.palette = "paper"
    assert palette.value == "paper"


def test_an_unknown_group_is_refused() -> None:
    with pytest.raises(
        ValueError, match="controls is 'tokens', expected one of 'view'"
    ):
        TextualHeatmap().controls("tokens")  # pyright: ignore[reportArgumentType]
