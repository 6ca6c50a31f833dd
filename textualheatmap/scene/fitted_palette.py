"""Colours that are not ours, made readable: as light or dark as text on them takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from textualheatmap.scene.oklab import (
    FLARE,
    contrast,
    find_luminance,
    fit_chroma,
    to_hex,
    to_oklab,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

STEPS = 256
"""How many colours a palette has."""

INKS = ("#ffffff", "#1a1a1a")
LEAST_CONTRAST = 4.5
# A middle that is lighter or darker than both ends by more than this, in OKLab, stands
# for 0.
TURN = 0.1
# How far down a palette goes at least under white text, and how far up under dark text,
# in OKLab's lightness.
DARKEST, LIGHTEST = 0.25, 1.0
# How often the range in which the squeeze is sought is halved.
BISECTIONS = 20
# The contrast that rounding to hex colours takes at most.
ROUNDING = 0.05
# One of them is far enough from the colours of any palette.
MISSING = {
    INKS[0]: ("#5b5660", "#6b4a6e", "#4f5b52", "#3a3a3a"),
    INKS[1]: ("#d5d2dc", "#e3c9e6", "#c7d6c9", "#b9b9b9"),
}


class FittedColors(NamedTuple):
    """The colours of a palette, as `Palette` has them."""

    colors: tuple[str, ...]
    signed: tuple[str, ...]
    missing: str
    text: str


def fit_colors(colors: Sequence[str]) -> FittedColors:
    """Make a palette of any colours.

    The colour of no heat decides on white or on dark text. The palette's range of
    lightness is then made as much smaller as it takes for that text to have a contrast
    of 4.5:1 on every colour; hues and their order stay. Colours that are lightest or
    darkest in their middle are those of signed heat, whose upper half unsigned heat
    has. For other colours the negative half has the opposite hues.

    Parameters
    ----------
    colors
        Hex colours, two at least, from low to high heat.

    Examples
    --------
    >>> fitted = fit_colors(["#000000", "#ffff00"])
    >>> fitted.colors[0], fitted.colors[-1], fitted.text
    ('#000000', '#7a7a00', '#ffffff')
    >>> fit_colors(["#ff0000", "#ffffff", "#0000ff"]).colors[0]
    '#ffffff'
    """
    labs = np.array([to_oklab(color) for color in colors])
    signed = _resample(labs)
    middle = (signed[STEPS // 2 - 1] + signed[STEPS // 2]) / 2
    is_turning = _turns(signed[0, 0], middle[0], signed[-1, 0])
    if is_turning:
        half = STEPS // 2
        signed[half - 1] = signed[half] = middle
        path = _resample(signed[half:])
    else:
        path = signed
        positive = _resample(path, STEPS // 2)
        negative = positive.copy()
        negative[:, 1:] = 2 * path[0, 1:] - positive[:, 1:]
        signed = np.concatenate([negative[::-1], positive])
    ground = to_hex(path[0])
    text = max(INKS, key=lambda ink: contrast(ink, ground))
    fitted = _fit_lightness(np.concatenate([path, signed]), text)
    missing = _choose_missing(fitted, text)
    colors = tuple(to_hex(lab) for lab in fitted)
    return FittedColors(colors[:STEPS], colors[STEPS:], missing, text)


def _turns(first: float, middle: float, last: float) -> bool:
    """Say whether the middle is lighter than both ends, or darker."""
    away = np.array([middle - first, middle - last])
    return bool(np.all(away > TURN) or np.all(away < -TURN))


def _resample(labs: NDArray[np.float64], count: int = STEPS) -> NDArray[np.float64]:
    """Return colours of OKLab at even distances along a list of them."""
    places = np.linspace(0, 1, len(labs))
    steps = np.linspace(0, 1, count)
    return np.stack([np.interp(steps, places, labs[:, k]) for k in range(3)], axis=1)


def _fit_lightness(labs: NDArray[np.float64], text: str) -> NDArray[np.float64]:
    """Return colours of OKLab whose lightness is squeezed until text is readable."""
    light = labs[:, 0]
    fixed, moving = (light.min(), light.max())
    # The end that text is close to moves; the other one gives way if it has to.
    if text == INKS[0]:
        fixed_to = min(fixed, DARKEST)
    else:
        fixed, moving = moving, fixed
        fixed_to = max(fixed, LIGHTEST)
    if _is_readable(labs, text):
        return labs

    def squeeze(share: float) -> NDArray[np.float64]:
        away = (light - fixed) / (moving - fixed or 1)
        fitted = labs.copy()
        fitted[:, 0] = fixed_to + away * (moving - fixed_to) * share
        return fit_chroma(fitted)

    low, high = 0.0, 1.0
    for _ in range(BISECTIONS):
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _is_readable(squeeze(middle), text) else (low, middle)
        )
    return squeeze(low)


def _is_readable(labs: NDArray[np.float64], text: str) -> bool:
    ink = find_luminance(to_oklab(text)[np.newaxis])[0] + FLARE
    grounds = find_luminance(labs) + FLARE
    ratios = np.maximum(grounds, ink) / np.minimum(grounds, ink)
    return bool(ratios.min() >= LEAST_CONTRAST + ROUNDING)


def _choose_missing(labs: NDArray[np.float64], text: str) -> str:
    """Return the colour for missing heat that is farthest from all others."""

    def distance(color: str) -> float:
        return float(np.linalg.norm(labs - to_oklab(color), axis=1).min())

    return max(MISSING[text], key=distance)
