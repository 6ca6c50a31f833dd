"""The legend: which heat the first and the last colour stand for, and what heat is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from textualheatmap.scene.escape import elide, escape_text

if TYPE_CHECKING:
    from textualheatmap.facet.facet import Facet
    from textualheatmap.state.colouring import LimitSource, PaintedFacet
    from textualheatmap.state.heatmap import Heatmap

# Heat of two decimals, of none, and with a power of ten, also below this power.
LEAST_DECIMAL, LEAST_WHOLE, LEAST_LARGE = 0.01, 1e3, 1e6
LEAST_POWER = -6
# The columns that a facet's title takes at most.
MOST_TITLE = 24
# What follows the name of the heat, by what has the full colour.
SOURCE_NOTES: dict[LimitSource, str] = {
    "row": "; full colour: the row's largest",
    "facet": "; full colour: the facet's largest",
    "all": "; full colour: the largest of all facets",
    "none": "",
    "set": "; ends as set",
    "average": ", average of all; full colour: the largest",
    "set average": ", average of all; ends as set",
}


@dataclass(frozen=True, slots=True)
class Legend:
    """What the legend shows of one facet.

    Parameters
    ----------
    low, high
        The heat of the first and of the full colour, in digits; empty if not known.
    text
        What heat is, and what has the full colour.
    signed
        Whether the colours go both ways.
    """

    low: str
    high: str
    text: str
    signed: bool


def build_legend(heatmap: Heatmap, painted: PaintedFacet, i: int) -> Legend:
    """Return the legend of facet i.

    Parameters
    ----------
    heatmap
        With data.
    painted
        Facet i as of `paint_facet`.
    i
        Which facet.

    Examples
    --------
    >>> from textualheatmap.state.colouring import paint_facet
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap(scale="row").set_data([[{"token": "Hi", "heat": [0.5]}]])
    >>> legend = build_legend(heatmap.highlight(0), paint_facet(heatmap, 0), 0)
    >>> legend.low, legend.high, legend.text
    ('0.00', '0.50', "heat; full colour: the row's largest")
    """
    low, high = ("" if end is None else format_heat(end) for end in painted.limits)
    text = describe_scales(heatmap, i)[painted.source]
    return Legend(low, high, text, painted.signed)


def describe_scales(heatmap: Heatmap, i: int) -> dict[LimitSource, str]:
    """Return what the legend of facet i says, by what has the full colour.

    It names the facet where another one has heat of another kind, and so may have other
    colours.

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> provenance = {"method": "gradient", "scale": "row"}
    >>> a = Facet.from_arrays(["a"], [[1]], provenance=provenance, title="A")
    >>> describe_scales(Heatmap(facets=[a]), 0)["none"]
    "gradient, share of the row's largest"
    >>> facets = [a, Facet.difference(a, a, title="None")]
    >>> describe_scales(Heatmap(facets=facets), 1)["none"]
    'None: difference'
    """
    kinds = {(_name_heat(facet), facet.store.signed) for facet in heatmap.facets}
    name = _name_heat(heatmap.facets[i])
    if len(kinds) > 1:
        name = f"{elide(heatmap.facet_titles[i], MOST_TITLE)}: {name}"
    return {source: name + text for source, text in SOURCE_NOTES.items()}


def _name_heat(facet: Facet) -> str:
    method = facet.provenance.get("method")
    name = escape_text(method) if isinstance(method, str) and method else "heat"
    # What `saliency` has scaled already.
    if facet.provenance.get("scale") == "row":
        name = f"{name}, share of the row's largest"
    return name


def format_heat(value: float) -> str:
    """Return a heat in two decimals, or in three digits if it is small or large.

    `js/describe.ts` writes it in the same way.

    Examples
    --------
    >>> [format_heat(value) for value in (0, 0.5, 12.345, 1234.5, 1e-5, 2e7)]
    ['0.00', '0.50', '12.35', '1234', '0.0000100', '2.00e+7']
    """
    size = abs(value)
    if size == 0 or LEAST_DECIMAL <= size < LEAST_WHOLE:
        return f"{value:.2f}"
    if LEAST_WHOLE <= size < LEAST_LARGE:
        return f"{value:.0f}"
    digits, _, exponent = f"{value:.2e}".partition("e")
    power = int(exponent)
    if LEAST_POWER <= power < 0:
        return f"{value:.{2 - power}f}"
    return f"{digits}e{power:+d}"
