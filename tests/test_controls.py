"""Panel's widgets for a heatmap follow and lead its parameters."""

import re
from typing import Any

import numpy as np
import panel as pn
import pytest

from textualheatmap import Facet, TextualHeatmap
from textualheatmap.controls import CONTROL_GROUPS, ControlGroup, build_controls


def find(heatmap: TextualHeatmap, label: str) -> Any:  # noqa: ANN401 - any widget
    """Return a new widget of a heatmap by its label."""
    controls = heatmap.controls()
    [widget] = controls.select(lambda each: getattr(each, "label", None) == label)
    return widget


@pytest.mark.parametrize(
    ("label", "name", "value"),
    [
        ("Direction", "direction", "column"),
        ("Scale (full colour is)", "scale", "facet"),
        ("Pooling", "pool", "sum"),
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


def test_a_number_that_is_deleted_stays_as_it_was() -> None:
    heatmap = TextualHeatmap(gamma=0.5)
    gamma = find(heatmap, "Gamma")
    gamma.value = None
    assert (gamma.value, heatmap.gamma) == (0.5, 0.5)


def test_there_is_a_choice_for_each_axis_of_the_heat() -> None:
    facet = Facet.from_arrays(
        ["a", "b"],
        np.zeros((2, 3, 2, 2)),
        axes={"layer": ["first", "last"], "head": None},
    )
    heatmap = TextualHeatmap(facets=[facet])
    layer = find(heatmap, "Layer")
    assert layer.options == {
        "mean of all": "mean",
        "max of all": "max",
        "layer first": 0,
        "layer last": 1,
    }
    find(heatmap, "Head").value = 2
    layer.value = 1
    assert heatmap.axes == {"layer": 1, "head": 2}
    heatmap.axes = {"layer": "mean"}
    assert layer.value == "mean"
    assert find(heatmap, "Head").value == heatmap.axes["head"]


def build_layers(count: int) -> Facet:
    return Facet.from_arrays(["a"], np.zeros((count, 1, 1)), axes=["layer"])


def test_the_choices_on_an_axis_are_those_that_all_facets_have() -> None:
    heatmap = TextualHeatmap(facets=[build_layers(3), build_layers(2)])
    assert list(find(heatmap, "Layer").options.values()) == ["mean", "max", 0, 1]


def test_other_facets_have_choices_of_their_own() -> None:
    heatmap = TextualHeatmap(facets=[build_layers(2)])
    controls = heatmap.controls()

    def list_labels() -> list[str]:
        selects: list[Any] = controls.select(pn.widgets.Select)
        return [each.label for each in selects]

    assert "Layer" in list_labels()
    heatmap.set_data([Facet.from_arrays(["a"], [[1]])])
    assert "Layer" not in list_labels()


def test_several_tokens_are_pooled_as_the_choice_is_called() -> None:
    pools = find(TextualHeatmap(), "Pooling").options
    assert pools == {"largest": "max", "mean": "mean", "sum": "sum"}


def test_groups_of_a_regular_expression_are_none_of_the_choices_and_stay() -> None:
    heatmap = TextualHeatmap()
    granularity = find(heatmap, "Granularity")
    pattern = re.compile("a+")
    heatmap.grouping = pattern
    assert granularity.value is None
    assert heatmap.grouping == pattern
    heatmap.grouping = "word"
    assert granularity.value == "word"


@pytest.mark.parametrize("group", CONTROL_GROUPS)
def test_each_widget_has_the_given_style(group: ControlGroup) -> None:
    heatmap = TextualHeatmap(facets=[build_layers(2)])
    controls = build_controls(heatmap, group, stylesheets=["a {}"])
    for widget in controls.select(pn.widgets.Widget):
        assert "a {}" in widget.stylesheets, widget


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
