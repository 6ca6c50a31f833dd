"""Named palettes of 256 colours; text stays readable on every one of them."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

STEPS = 256


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

# Björn Ottosson, "A perceptual color space for image processing" (2020),
# https://bottosson.github.io/posts/oklab/
LMS_FROM_LINEAR = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB_FROM_LMS = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)
# Where the linear and the power segment of sRGB meet (IEC 61966-2-1).
ENCODED_KNEE = 0.04045
LINEAR_KNEE = 0.0031308
# Relative luminance of linear sRGB, WCAG 2.2.
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])
# Where the linear segment of CIE L* ends, and how steep it is (CIE 15:2018).
CIE_KNEE, CIE_SLOPE = (6 / 29) ** 3, (29 / 3) ** 3


@dataclass(frozen=True)
class Palette:
    """Colours from low to high, and the colour of the text on them.

    Parameters
    ----------
    name
        The name that `get_palette` takes.
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
    >>> palette = PALETTES["greys"]
    >>> palette.colors[0], palette.signed[127], palette.signed[128], palette.text
    ('#151518', '#151518', '#151518', '#ffffff')
    """

    name: str
    colors: tuple[str, ...]
    signed: tuple[str, ...]
    missing: str
    text: str


def get_palette(name: str) -> Palette:
    """Return a palette by its name.

    Raises
    ------
    ValueError
        If there is none of this name.

    Examples
    --------
    >>> get_palette("viridis").name
    'viridis'
    """
    if name not in PALETTES:
        msg = f"palette is {name!r}, expected one of {', '.join(PALETTES)}"
        raise ValueError(msg)
    return PALETTES[name]


def contrast(a: str, b: str) -> float:
    """Return the WCAG 2.2 contrast of two hex colours, from 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted(float(_to_linear(color) @ LUMINANCE) for color in (a, b))
    return (light + 0.05) / (dark + 0.05)


def to_oklab(color: str) -> NDArray[np.float64]:
    """Return the lightness, a and b of a hex colour in OKLab.

    Examples
    --------
    >>> to_oklab("#ffffff").round(3).tolist()
    [1.0, 0.0, 0.0]
    """
    return LAB_FROM_LMS @ np.cbrt(LMS_FROM_LINEAR @ _to_linear(color)) + 0.0


def lightness(color: str) -> float:
    """Return the lightness of a hex colour as CIE L*, from 0 to 100.

    Examples
    --------
    >>> round(lightness("#ffffff")), round(lightness("#777777"))
    (100, 50)
    """
    luminance = float(_to_linear(color) @ LUMINANCE)
    if luminance <= CIE_KNEE:
        return luminance * CIE_SLOPE
    return 116 * float(np.cbrt(luminance)) - 16


def _to_linear(color: str) -> NDArray[np.float64]:
    """Return a hex colour as linear sRGB from 0 to 1."""
    channels = np.array([int(color[i : i + 2], 16) for i in (1, 3, 5)]) / 255
    return np.where(
        channels <= ENCODED_KNEE, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4
    )


def _to_hex(lab: NDArray[np.float64]) -> str:
    """Return an OKLab colour as hex."""
    lms = np.linalg.solve(LAB_FROM_LMS, lab) ** 3
    linear = np.clip(np.linalg.solve(LMS_FROM_LINEAR, lms), 0, 1)
    channels = np.where(
        linear <= LINEAR_KNEE, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _interpolate(
    anchors: Sequence[str], places: Sequence[float], count: int
) -> tuple[str, ...]:
    """Return colours through anchors, which have ascending places, at even distances.

    Between the anchors they go straight through OKLab.
    """
    labs = np.array([to_oklab(anchor) for anchor in anchors])
    steps: NDArray[np.float64] = np.linspace(places[0], places[-1], count)
    path = np.empty((count, 3), dtype=np.float64)
    for axis in range(3):
        path[:, axis] = np.interp(steps, places, labs[:, axis])
    return tuple(_to_hex(lab) for lab in path)


def _build_palette(name: str, anchors: Anchors) -> Palette:
    """Return the palette that goes through the anchors."""
    panel = anchors.sequential[0]
    negative = _interpolate((anchors.negative, panel), (0, 1), STEPS // 2)
    positive = _interpolate((panel, anchors.positive), (0, 1), STEPS // 2)
    # Lightness is what the eye reads as more or less.
    places = [abs(lightness(c) - lightness(panel)) for c in anchors.sequential]
    return Palette(
        name,
        _interpolate(anchors.sequential, places, STEPS),
        negative + positive,
        anchors.missing,
        anchors.text,
    )


PALETTES: Mapping[str, Palette] = MappingProxyType(
    {name: _build_palette(name, anchors) for name, anchors in ANCHORS.items()}
)
"""The palettes by name; the first is the default."""
