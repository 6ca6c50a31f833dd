"""Palettes on which text stays readable."""

import re

import numpy as np
import pytest
from numpy.typing import NDArray

from textualheatmap.scene.oklab import contrast, lightness, to_oklab
from textualheatmap.scene.palettes import ANCHORS, get_palette
from textualheatmap.state.palette_choice import PALETTE_NAMES, find_colors

NAMES = list(ANCHORS)

# Machado, Oliveira, Fernandes, "A Physiologically-based Model for Simulation of Color
# Vision Deficiency" (2009), severity 1, on linear sRGB.
CONFUSIONS = {
    "protan": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deutan": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritan": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


# Dark to light, light to dark, both ends alike, lightest in the middle, darkest there;
# only two, and two that are alike.
FOREIGN = {
    "dark first": "Viridis",
    "light first": ("#ffffff", "#fdae61", "#d7191c"),
    "one lightness": ("#00a878", "#c06060"),
    "lightest in the middle": "RdBu11",
    "darkest in the middle": ("#00ffff", "#000000", "#ffff00"),
    "two": ("#ffffff", "#000000"),
    "one": ("#808080", "#808080"),
    "colorcet's": "fire",
}


def see(color: str, confusion: list[list[float]]) -> NDArray[np.float64]:
    """Return the OKLab colour that a reader with this colour vision sees."""
    encoded = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    linear = np.where(
        encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4
    )
    seen = np.clip(np.array(confusion) @ linear, 0, 1)
    encoded = np.where(
        seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055
    )
    channels = (encoded * 255).round().astype(int)
    return to_oklab("#" + "".join(f"{channel:02x}" for channel in channels))


@pytest.mark.parametrize("name", NAMES)
def test_text_is_readable_on_every_step_of_every_palette(name: str) -> None:
    palette = get_palette(name)
    colors = [*palette.colors, *palette.signed, palette.missing]
    assert min(contrast(color, palette.text) for color in colors) >= 4.5


@pytest.mark.parametrize("name", NAMES)
def test_a_palette_has_256_hex_colours(name: str) -> None:
    for colors in (get_palette(name).colors, get_palette(name).signed):
        assert len(colors) == 256
        assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)


@pytest.mark.parametrize("name", NAMES)
def test_lightness_goes_one_way_from_low_to_high(name: str) -> None:
    lightness = np.array([to_oklab(color)[0] for color in get_palette(name).colors])
    direction = np.sign(lightness[-1] - lightness[0])
    # A step is about as small as what hex colours round off; eight are not.
    assert np.all(np.diff(lightness) * direction > -0.001)
    assert np.all((lightness[8:] - lightness[:-8]) * direction > 0)


@pytest.mark.parametrize("name", NAMES)
def test_eight_steps_of_heat_are_told_apart_by_lightness(name: str) -> None:
    for colors in (get_palette(name).colors, get_palette(name).signed):
        eighths = [colors[round(k * 255 / 8)] for k in range(9)]
        steps = np.diff([lightness(color) for color in eighths])
        assert np.abs(steps).min() >= 5


@pytest.mark.parametrize("name", NAMES)
def test_low_and_high_are_far_apart(name: str) -> None:
    low, high = get_palette(name).colors[0], get_palette(name).colors[-1]
    assert np.linalg.norm(to_oklab(low) - to_oklab(high)) > 0.3
    assert contrast(low, high) > 2.8


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_even(name: str) -> None:
    labs = np.array([to_oklab(color) for color in get_palette(name).colors[::15]])
    steps = np.linalg.norm(np.diff(labs, axis=0), axis=1)
    assert steps.max() < 1.35 * steps.min()


@pytest.mark.parametrize("name", NAMES)
def test_signed_heat_is_the_panels_colour_in_the_middle_and_leaves_it_evenly(
    name: str,
) -> None:
    palette = get_palette(name)
    assert palette.signed[127] == palette.signed[128] == palette.colors[0]
    labs = np.array([to_oklab(color) for color in palette.signed])
    for side in (labs[:128][::-1], labs[128:]):
        away = np.linalg.norm(side - side[0], axis=1)
        assert away[-1] > 0.25
        steps = np.diff(away[::16])
        assert steps.max() < 1.15 * steps.min()


@pytest.mark.parametrize("name", NAMES)
def test_negative_and_positive_of_one_size_are_about_as_light(name: str) -> None:
    lightness = np.array([to_oklab(color)[0] for color in get_palette(name).signed])
    assert np.abs(lightness - lightness[::-1]).max() < 0.05


@pytest.mark.parametrize("vision", CONFUSIONS)
@pytest.mark.parametrize("name", NAMES)
def test_negative_and_positive_are_told_apart_with_any_colour_vision(
    name: str, vision: str
) -> None:
    # From half of the largest heat on: smaller ones are near the panel's colour.
    signed = get_palette(name).signed
    seen = np.array([see(color, CONFUSIONS[vision]) for color in signed])
    apart = np.linalg.norm(seen - seen[::-1], axis=1)
    assert apart[:64].min() > 0.05


@pytest.mark.parametrize("name", NAMES)
def test_missing_heat_has_a_colour_of_its_own(name: str) -> None:
    palette = get_palette(name)
    missing = to_oklab(palette.missing)
    labs = np.array([to_oklab(c) for c in (*palette.colors, *palette.signed)])
    assert np.linalg.norm(labs - missing, axis=1).min() > 0.04


@pytest.mark.parametrize("choice", FOREIGN.values(), ids=FOREIGN)
def test_any_colours_become_a_readable_palette(choice: str | tuple[str, ...]) -> None:
    palette = get_palette(choice)
    assert len(palette.colors) == len(palette.signed) == 256
    colors = [*palette.colors, *palette.signed, palette.missing]
    assert min(contrast(color, palette.text) for color in colors) >= 4.5
    assert palette.signed[127] == palette.signed[128] == palette.colors[0]
    missing = to_oklab(palette.missing)
    labs = np.array([to_oklab(c) for c in (*palette.colors, *palette.signed)])
    assert np.linalg.norm(labs - missing, axis=1).min() > 0.02


@pytest.mark.parametrize("choice", ["Viridis", "Magma", "Blues", "fire", "bmy"])
def test_fitted_lightness_keeps_its_order_and_hues_stay(choice: str) -> None:
    given = np.array([to_oklab(color) for color in find_colors("palette", choice)])
    fitted = np.array([to_oklab(color) for color in get_palette(choice).colors])
    steps = (fitted[8:, 0] - fitted[:-8, 0]) * np.sign(given[-1, 0] - given[0, 0])
    assert np.all(steps > -0.001)
    for place in (0, 255):
        hues = [np.arctan2(*each[place, :0:-1]) for each in (given, fitted)]
        if np.hypot(*given[place, 1:]) > 0.05:
            assert abs(np.exp(1j * hues[0]) - np.exp(1j * hues[1])) < 0.05


def test_colours_that_are_readable_stay_as_they_are() -> None:
    for given in [("#ffffff", "#ffe0c0"), ("#f4f0ea", "#e0c0a0")]:
        palette = get_palette(given)
        assert (palette.colors[0], palette.colors[-1]) == given


def test_colours_that_turn_in_the_middle_are_those_of_signed_heat() -> None:
    palette = get_palette(("#a0c8ff", "#ffffff", "#ffc8a0"))
    assert (palette.signed[0], palette.signed[-1]) == ("#a0c8ff", "#ffc8a0")
    assert (palette.colors[0], palette.colors[-1]) == ("#ffffff", "#ffc8a0")
    dark = get_palette(("#304060", "#000000", "#604030"))
    assert (dark.signed[0], dark.signed[-1]) == ("#304060", "#604030")
    assert (dark.colors[0], dark.colors[-1]) == ("#000000", "#604030")


def test_colours_that_go_one_way_have_the_opposite_hues_for_negative_heat() -> None:
    palette = get_palette(("#000000", "#ffff00"))
    negative, positive = to_oklab(palette.signed[0]), to_oklab(palette.signed[-1])
    assert negative[0] == pytest.approx(positive[0], abs=0.01)
    # From blue to yellow.
    assert negative[2] < -0.1
    assert positive[2] > 0.1


def test_colours_that_text_leaves_little_room_for_get_room_on_the_other_side() -> None:
    palette = get_palette(("#555577", "#ffffff"))
    assert palette.text == "#ffffff"
    assert lightness(palette.colors[-1]) - lightness(palette.colors[0]) > 30


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#767676", "#ffffff") == contrast("#ffffff", "#767676")


def test_lightness_is_that_of_cie() -> None:
    # Published values of sRGB colours.
    known = {"#000000": 0, "#0a0a0a": 2.74, "#777777": 50.03, "#ff0000": 53.24}
    for color, expected in known.items():
        assert lightness(color) == pytest.approx(expected, abs=0.01)


def test_oklab_is_that_of_its_author() -> None:
    np.testing.assert_allclose(
        to_oklab("#ff0000"), [0.62796, 0.22486, 0.12585], atol=1e-4
    )


def test_the_model_knows_every_palette_by_name() -> None:
    assert list(PALETTE_NAMES) == NAMES
    assert [get_palette(name).name for name in NAMES] == NAMES
