"""Axes of matplotlib on which places are CSS px, as in a scene."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, cast

from matplotlib.collections import PolyCollection
from matplotlib.transforms import (
    Affine2D,
    Affine2DBase,
    ScaledTranslation,
    Transform,
)

from textualheatmap.export.figures.fonts import choose_font, cut_text, measure_width

if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Literal

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.font_manager import FontProperties

    from textualheatmap.plot.frame_colors import Shade

POINTS_PER_INCH = 72


@dataclass(frozen=True)
class Rectangle:
    """A filled rectangle; places and sizes in px."""

    left: float
    top: float
    width: float
    height: float
    color: str


@dataclass(frozen=True)
class Canvas:
    """Axes on which places are CSS px, right and down from their top left corner.

    Parameters
    ----------
    axes
        What to draw on. Their own units and limits play no part.
    scale
        Points that a px takes.
    width
        In px.
    is_dark
        Whether what stands around the text is for a dark ground.
    """

    axes: Axes
    scale: float
    width: int
    is_dark: bool = False

    @cached_property
    def transform(self) -> Transform:
        """From px to the pixels of the figure, which stays so when the axes move."""
        figure = cast("Figure", self.axes.get_figure(root=True))
        inches = self.scale / POINTS_PER_INCH
        to_inches = Affine2D().scale(inches, -inches)
        corner = ScaledTranslation(0, 1, cast("Affine2DBase", self.axes.transAxes))
        return to_inches + figure.dpi_scale_trans + corner

    def draw_rectangles(
        self,
        rectangles: Sequence[Rectangle],
        *,
        border: str | None = None,
        dashes: tuple[float, float] | None = None,
    ) -> None:
        """Draw rectangles in their order; with a border of one px within each.

        Parameters
        ----------
        rectangles
            What to draw.
        border
            The colour of the borders; none without one.
        dashes
            On and off lengths of the borders in px.
        """
        inset = 0.5 if border else 0
        corners = [
            [
                (each.left + inset, each.top + inset),
                (each.left + each.width - inset, each.top + inset),
                (each.left + each.width - inset, each.top + each.height - inset),
                (each.left + inset, each.top + each.height - inset),
            ]
            for each in rectangles
        ]
        self.axes.add_collection(
            PolyCollection(
                corners,
                facecolors=[each.color for each in rectangles],
                edgecolors=border or "none",
                linewidths=self.scale if border else 0,
                linestyles="-" if dashes is None else (0, dashes),
                transform=self.transform,
                clip_on=False,
            ),
            autolim=False,
        )

    def shade(self, shade: Shade) -> str:
        """Return a colour of what stands around the text."""
        return shade.dark if self.is_dark else shade.light

    def font(self, size: float, *, monospaced: bool = False) -> FontProperties:
        """Return a font of a size in px."""
        return choose_font(size * self.scale, monospaced=monospaced)

    def measure(self, text: str, font: FontProperties) -> float:
        """Return how wide a text is in px."""
        return measure_width(text, font) / self.scale

    def cut(self, text: str, room: float, font: FontProperties) -> str:
        """Return a text that is cut where it is wider than `room` px."""
        return cut_text(text, room * self.scale, font)

    def write(
        self,
        text: str,
        place: tuple[float, float],
        color: str,
        font: FontProperties,
        *,
        align: Literal["left", "center", "right"] = "left",
        rotation: Literal[0, 90, 270] = 0,
    ) -> None:
        """Write a text from a place in px on, which is on its baseline.

        Parameters
        ----------
        text
            Escaped; nothing in it is taken for a formula.
        place
            Right and down.
        color
            Hex.
        font
            As of `font`.
        align
            Which end of the text is at the place.
        rotation
            In degrees, counter-clockwise around the place.
        """
        self.axes.text(
            *place,
            text,
            color=color,
            fontproperties=font,
            horizontalalignment=align,
            verticalalignment="baseline",
            rotation=rotation,
            rotation_mode="anchor",
            transform=self.transform,
            # A "$" begins no formula, whatever the user's settings are.
            parse_math=False,
            usetex=False,
            clip_on=False,
        )
