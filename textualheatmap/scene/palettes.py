"""Palettes of 256 colours; text stays readable on every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from textualheatmap.scene.fitted_palette import STEPS, fit_colors
from textualheatmap.scene.oklab import interpolate, lightness
from textualheatmap.state.palette_choice import find_colors

if TYPE_CHECKING:
    from textualheatmap.state.palette_choice import PaletteChoice


class Anchors(NamedTuple):
    """The colours that a palette is made of, as hex.

    Parameters
    ----------
    sequential
        From low to high. The first is the panel's colour; the last is as vivid as text
        on it allows.
    negative, positive
        The ends of signed heat; the panel's colour is between them.
    missing
        The colour of heat that is missing.
    text
        The colour of the text.
    """

    sequential: tuple[str, ...]
    negative: str
    positive: str
    missing: str
    text: str


# Our palettes by name; the first is the default.
#
# The lowest and highest colours are so far apart in lightness that each of eight equal
# steps of heat is told from the next, and text is readable on both. Signed ends go from
# blue to orange, which readers with any colour vision tell apart.
ANCHORS = {
    "viridis": Anchors(
        ("#0a1435", "#154b4f", "#2a8747"), "#0a7f93", "#c4480e", "#5b5560", "#ffffff"
    ),
    "magma": Anchors(
        ("#1e1035", "#801755", "#d73d46"), "#0b7d95", "#dc2f4c", "#5b5660", "#ffffff"
    ),
    "cividis": Anchors(
        ("#0a172f", "#3f454d", "#867637"), "#2c7ab8", "#94702a", "#6b4a6e", "#ffffff"
    ),
    "greys": Anchors(
        ("#151518", "#767676"), "#2a7a96", "#b0562f", "#54466b", "#ffffff"
    ),
    "paper": Anchors(
        ("#ffffff", "#f9b586", "#ee500f"), "#4a95e6", "#f4511e", "#d5d2dc", "#1a1a1a"
    ),
}


@dataclass(frozen=True)
class Palette:
    """Colours from low to high, and the colour of the text on them.

    Parameters
    ----------
    name
        The name that `get_palette` takes, or "given" for colours without one.
    colors
        256 hex colours of heat from 0 to 1; the first is the panel's own colour.
    signed
        256 hex colours of signed heat, from the largest negative to the largest
        positive one; the two in the middle are the panel's own colour.
    missing
        Hex colour of heat that is missing.
    text
        Hex colour of the text. Its contrast with each of the other colours is at least
        4.5:1.

    Examples
    --------
    >>> palette = get_palette("greys")
    >>> palette.colors[0], palette.signed[127], palette.signed[128], palette.text
    ('#151518', '#151518', '#151518', '#ffffff')
    """

    name: str
    colors: tuple[str, ...]
    signed: tuple[str, ...]
    missing: str
    text: str


# As many are kept as a page of figures may use.
@lru_cache(maxsize=16)
def get_palette(choice: PaletteChoice) -> Palette:
    """Return a palette by its name, or one of given colours.

    Parameters
    ----------
    choice
        As `read_palette` takes it. Colours that are not ours are fitted, as of
        `fit_colors`.

    Raises
    ------
    ValueError
        If there is none of this name.

    Examples
    --------
    >>> get_palette("viridis").name
    'viridis'
    >>> get_palette("Blues9").text
    '#ffffff'
    """
    if choice in ANCHORS:
        return _build_palette(choice, ANCHORS[choice])
    colors = choice if isinstance(choice, tuple) else find_colors("palette", choice)
    name = choice if isinstance(choice, str) else "given"
    return Palette(name, *fit_colors(colors))


def _build_palette(name: str, anchors: Anchors) -> Palette:
    """Return the palette that goes through the anchors."""
    panel = anchors.sequential[0]
    negative = interpolate((anchors.negative, panel), (0, 1), STEPS // 2)
    positive = interpolate((panel, anchors.positive), (0, 1), STEPS // 2)
    # Lightness is what the eye reads as more or less.
    places = [abs(lightness(c) - lightness(panel)) for c in anchors.sequential]
    return Palette(
        name,
        interpolate(anchors.sequential, places, STEPS),
        negative + positive,
        anchors.missing,
        anchors.text,
    )
