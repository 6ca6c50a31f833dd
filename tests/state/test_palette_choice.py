"""Palettes that may be chosen, by name or as a list of colours."""

import importlib
from typing import Any

import bokeh.palettes
import colorcet
import pytest

from textualheatmap import TextualHeatmap
from textualheatmap.state.palette_choice import find_colors, read_palette


def test_every_palette_of_bokeh_is_found() -> None:
    for name, sizes in bokeh.palettes.all_palettes.items():
        assert find_colors("palette", name) == sizes[max(sizes)]
    assert find_colors("palette", "Blues9") == bokeh.palettes.Blues9


def test_palettes_of_colorcet_are_found() -> None:
    assert list(find_colors("palette", "fire")) == list(colorcet.fire)
    assert list(find_colors("palette", "CET_L17")) == list(colorcet.CET_L17)


def test_without_colorcet_the_error_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    real = importlib.import_module

    def fail(name: str) -> Any:  # noqa: ANN401 - a module
        if name == "colorcet":
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr("textualheatmap.state.palette_choice.import_module", fail)
    with pytest.raises(ValueError, match="colorcet's, which is not installed, or a"):
        find_colors("palette", "fire")


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("jet", "palette is 'jet', expected 'viridis', 'magma'"),
        ("__all__", "palette is '__all__', expected"),
        ("all_palettes", "palette is 'all_palettes', expected"),
        (None, "palette is None"),
        (7, "palette is an int, expected a name or a list of hex colours"),
        (["#fff"], "palette has 1 colours, expected 2 to 256"),
        (["#ffffff"] * 257, "palette has 257 colours, expected 2 to 256"),
        (["#fff", "red"], r"palette\[1\] is 'red', expected a hex colour such as"),
        (["#fff", "#fff\n"], r"palette\[1\] is '#fff\\n', expected a hex colour"),
        (["#fff", "#ffff"], r"palette\[1\] is '#ffff', expected a hex colour"),
        (["#fff", 3], r"palette\[1\] is 3, expected a hex colour"),
    ],
)
def test_a_wrong_palette_is_refused_with_what_was_expected(
    value: object, message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        read_palette("palette", value)


def test_a_heatmap_takes_a_name_or_a_list_and_keeps_them_to_itself() -> None:
    heatmap = TextualHeatmap(palette=["#fff", "#d7191c"])
    assert heatmap.palette == ("#ffffff", "#d7191c")
    heatmap.palette = "Blues256"
    assert heatmap.view_state.palette == "Blues256"
    with pytest.raises(ValueError, match="palette is 'jet', expected"):
        heatmap.palette = "jet"
    assert heatmap.palette == "Blues256"
    assert heatmap.clone().palette == "Blues256"
    names = ["viridis", "magma", "cividis", "greys", "paper"]
    assert TextualHeatmap.param["palette"].objects == names
    assert TextualHeatmap().param["palette"].objects == names
