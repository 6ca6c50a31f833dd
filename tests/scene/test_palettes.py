"""Palettes on which text stays readable."""

import re

import numpy as np
import pytest

from textualheatmap.scene.palettes import PALETTES, contrast, get_palette, to_oklab
from textualheatmap.state.heatmap import PALETTE_NAMES

NAMES = list(PALETTES)


@pytest.mark.parametrize("name", NAMES)
def test_text_is_readable_on_every_step_of_every_palette(name: str) -> None:
    palette = PALETTES[name]
    assert min(contrast(color, palette.text) for color in palette.colors) >= 4.5


@pytest.mark.parametrize("name", NAMES)
def test_a_palette_has_256_hex_colours(name: str) -> None:
    colors = PALETTES[name].colors
    assert len(colors) == 256
    assert all(re.fullmatch("#[0-9a-f]{6}", color) for color in colors)


@pytest.mark.parametrize("name", NAMES)
def test_lightness_goes_one_way_from_low_to_high(name: str) -> None:
    lightness = np.array([to_oklab(color)[0] for color in PALETTES[name].colors])
    direction = np.sign(lightness[-1] - lightness[0])
    # A step is about as small as what hex colours round off; eight are not.
    assert np.all(np.diff(lightness) * direction > -0.001)
    assert np.all((lightness[8:] - lightness[:-8]) * direction > 0)


@pytest.mark.parametrize("name", NAMES)
def test_low_and_high_are_far_apart(name: str) -> None:
    low, high = PALETTES[name].colors[0], PALETTES[name].colors[-1]
    assert np.linalg.norm(to_oklab(low) - to_oklab(high)) > 0.3
    assert contrast(low, high) > 2.8


@pytest.mark.parametrize("name", NAMES)
def test_steps_are_even(name: str) -> None:
    labs = np.array([to_oklab(color) for color in PALETTES[name].colors[::15]])
    steps = np.linalg.norm(np.diff(labs, axis=0), axis=1)
    assert steps.max() < 1.35 * steps.min()


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#ffffff", "#767676") == pytest.approx(4.54, abs=0.005)
    assert contrast("#767676", "#ffffff") == contrast("#ffffff", "#767676")


def test_oklab_is_that_of_its_author() -> None:
    np.testing.assert_allclose(
        to_oklab("#ff0000"), [0.62796, 0.22486, 0.12585], atol=1e-4
    )


def test_an_unknown_palette_is_refused_with_the_names_there_are() -> None:
    with pytest.raises(ValueError, match="palette is 'jet', expected one of viridis,"):
        get_palette("jet")


def test_the_model_knows_every_palette_by_name() -> None:
    assert NAMES == PALETTE_NAMES
    assert [get_palette(name).name for name in NAMES] == NAMES
