"""Colours as numbers: OKLab, lightness and contrast."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

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
# The light that any screen reflects, as the contrast of WCAG 2.2 has it.
FLARE = 0.05
# Where the linear segment of CIE L* ends, and how steep it is (CIE 15:2018).
CIE_KNEE, CIE_SLOPE = (6 / 29) ** 3, (29 / 3) ** 3
# Steps by which chroma is found, and how far outside sRGB a rounding may be.
BISECTIONS, GAMUT_EDGE = 12, 1e-4


def contrast(a: str, b: str) -> float:
    """Return the WCAG 2.2 contrast of two hex colours, from 1 to 21.

    Examples
    --------
    >>> contrast("#000000", "#ffffff")
    21.0
    """
    dark, light = sorted(float(_to_linear(color) @ LUMINANCE) for color in (a, b))
    return (light + FLARE) / (dark + FLARE)


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


def to_hex(lab: NDArray[np.float64]) -> str:
    """Return an OKLab colour as hex, the nearest one that sRGB has in each channel.

    Examples
    --------
    >>> to_hex(to_oklab("#1a2b3c"))
    '#1a2b3c'
    """
    linear = _from_oklab(lab)
    channels = np.where(
        linear <= LINEAR_KNEE, linear * 12.92, 1.055 * linear ** (1 / 2.4) - 0.055
    )
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def find_luminance(labs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the relative luminance, from 0 to 1, of OKLab colours.

    Parameters
    ----------
    labs
        Shape (colours, 3).

    Examples
    --------
    >>> find_luminance(np.array([[0.0, 0, 0], [1.0, 0, 0]])).round(3).tolist()
    [0.0, 1.0]
    """
    return _from_oklab(labs.T).T @ LUMINANCE


def fit_chroma(labs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return OKLab colours with as much of their chroma as sRGB has.

    Lightness and hue stay.

    Parameters
    ----------
    labs
        Shape (colours, 3).

    Examples
    --------
    >>> fit_chroma(np.array([[0.5, 0.0, 0.0]])).tolist()
    [[0.5, 0.0, 0.0]]
    """
    fitted = labs.copy()
    low, high = np.zeros(len(labs)), np.ones(len(labs))
    share = high
    for _ in range(BISECTIONS):
        fitted[:, 1:] = labs[:, 1:] * share[:, np.newaxis]
        linear = _from_oklab(fitted.T, clip=False)
        inside = np.all((linear > -GAMUT_EDGE) & (linear < 1 + GAMUT_EDGE), axis=0)
        low, high = np.where(inside, share, low), np.where(inside, high, share)
        share = (low + high) / 2
    fitted[:, 1:] = labs[:, 1:] * low[:, np.newaxis]
    return fitted


def _from_oklab(lab: NDArray[np.float64], *, clip: bool = True) -> NDArray[np.float64]:
    """Return OKLab colours, each a column, as linear sRGB, from 0 to 1 if clipped."""
    lms = np.linalg.solve(LAB_FROM_LMS, lab) ** 3
    linear = np.linalg.solve(LMS_FROM_LINEAR, lms).astype(np.float64)
    return np.clip(linear, 0, 1) if clip else linear


def interpolate(
    anchors: Sequence[str], places: Sequence[float], count: int
) -> tuple[str, ...]:
    """Return colours through anchors, which have ascending places, at even distances.

    Between the anchors they go straight through OKLab.

    Examples
    --------
    >>> interpolate(["#000000", "#ffffff"], [0, 1], 3)
    ('#000000', '#636363', '#ffffff')
    """
    labs = np.array([to_oklab(anchor) for anchor in anchors])
    steps: NDArray[np.float64] = np.linspace(places[0], places[-1], count)
    path = np.empty((count, 3), dtype=np.float64)
    for axis in range(3):
        path[:, axis] = np.interp(steps, places, labs[:, axis])
    return tuple(to_hex(lab) for lab in path)
