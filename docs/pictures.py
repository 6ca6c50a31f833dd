"""Pictures for the site, drawn from words, in the colours of the page around them.

Each is an SVG as wide as a phone's screen, so that its letters can be read there.
`static/site.css` gives the colours, light and dark.
"""

from __future__ import annotations

from html import escape
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

WIDTH = 360
# Of a stack: its boxes at the left, what is said of them at the right.
BOX, LINE = 128, 16
ROW, GAP = 40, 18
CELL = 18


class Step(NamedTuple):
    """A box of a stack.

    Parameters
    ----------
    name
        What stands in the box.
    notes
        Lines beside it, at most two.
    border
        What a dashed line above it says: from there on it is another place.
    """

    name: str
    notes: Sequence[str]
    border: str = ""


def write(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Return words as SVG, with their baseline at y."""
    return (
        f'<text x="{x}" y="{y}" font-size="13" text-anchor="{anchor}" '
        f'class="{kind}">{escape(words)}</text>'
    )


def wrap_up(title: str, height: float, parts: Sequence[str]) -> str:
    """Return a picture of these parts, with a title for who does not see it."""
    title = escape(title)
    return (
        f'<svg class="picture" viewBox="0 0 {WIDTH} {height}" role="img" '
        f'aria-label="{title}" style="max-width: {WIDTH * 1.25}px">'
        f"{''.join(parts)}</svg>"
    )


def point(x: float, start: float, end: float) -> str:
    """Return a vertical arrow from one height to another."""
    tip = 6 if end > start else -6
    return (
        f'<path d="M{x} {start}V{end - tip}"/>'
        f'<path class="head" d="M{x - 4} {end - tip}h8l-4 {tip}z"/>'
    )


def stack(title: str, steps: Sequence[Step], *, upwards: bool = False) -> str:
    """Return boxes one below the other, joined by arrows.

    Parameters
    ----------
    title
        What the picture shows, in a sentence.
    steps
        The boxes, from the top.
    upwards
        Whether arrows point from each box to the one above.
    """
    parts: list[str] = []
    tops: list[float] = []
    y = 1.0
    for step in steps:
        if step.border:
            y += LINE / 2
            parts += [
                f'<path d="M0 {y}H{WIDTH}" stroke-dasharray="3 4"/>',
                write(WIDTH, y + LINE, step.border, "soft", "end"),
            ]
            y += LINE + GAP / 2
        tops.append(y)
        parts += [
            f'<rect class="box" x="1" y="{y}" width="{BOX}" height="{ROW}" rx="4"/>',
            write(BOX / 2, y + ROW / 2 + 4.5, step.name, anchor="middle"),
        ]
        first = y + ROW / 2 + 4.5 - (len(step.notes) - 1) * LINE / 2
        parts += [
            write(BOX + 14, first + i * LINE, note, "soft")
            for i, note in enumerate(step.notes)
        ]
        y += ROW + GAP
    for above, below in pairwise(tops):
        ends = (below - 2, above + ROW + 2) if upwards else (above + ROW + 2, below - 2)
        parts.append(point(BOX / 2, *ends))
    return wrap_up(title, y - GAP + 2, parts)


def draw_parts() -> str:
    """Return a heatmap with the names of its parts."""
    word, heats = "duty of Congress", (7, 6, 8, 9, 3, 5, 8, 2, 10)
    left, top = 52, 96
    parts = [write(0, top + CELL - 4, "GRU")]
    for i, letter in enumerate(word):
        heat = heats[i] / 10 if i < len(heats) else 0
        x = left + i * CELL
        box = f'x="{x}" y="{top}" width="{CELL}" height="{CELL + 4}"'
        parts += [
            f'<rect class="heat" {box} fill-opacity="{heat}"/>',
            write(x + CELL / 2, top + CELL - 2, letter, anchor="middle"),
        ]
    focus = left + word.index("C") * CELL
    parts.append(f'<path d="M{focus} {top + CELL + 4}h{CELL}" stroke-width="3"/>')
    for i, guess in enumerate(("congress  .32", "colombia  .04")):
        y = top - 52 + i * 22
        parts += [
            f'<rect class="box" x="{focus}" y="{y}" width="104" height="19"/>',
            write(focus + 6, y + 14, guess),
        ]
    labels = (
        (13, 170, "title", "middle", 15),
        (left + 2 * CELL, 170, "heat: what mattered", "start", left),
        (focus + CELL / 2, 204, "focus: what is asked about", "middle", focus),
    )
    for x, y, words, anchor, start in labels:
        parts.append(point(x, y - 14, top + CELL + 8))
        parts.append(write(start, y, words, "soft", anchor))
    parts += [
        write(left, top - 38, "meta: what the", "soft"),
        write(left, top - 22, "model expects", "soft"),
        write(0, 14, "facet: one model's view of the text", "soft"),
        f'<path d="M0 {top - 72}V{top - 78}H{WIDTH - 1}V{top - 72}"/>',
    ]
    return wrap_up("A facet and the names of its parts", 212, parts)


PICTURES: Mapping[str, Callable[[], str]] = {
    "parts": draw_parts,
    "data": lambda: stack(
        "The way of data, from set_data to the screen",
        (
            Step("set_data", ("your tokens and heat",)),
            Step("Facet", ("checked once, at the door;", "heat is kept in a store")),
            Step("Heatmap", ("all facets and the one state:", "focus, scale, palette")),
            Step("scene", ("every box: its place,", "its text, its colour")),
            Step("payload", ("text and heat, packed",)),
            Step(
                "State model",
                ("what Python and the page", "share, and what outlives redraws"),
                "browser, notebook or file",
            ),
            Step(
                "controller", ("one for each heatmap:", "listens to pointer and keys")
            ),
            Step("paint", ("rectangles, text over them",)),
        ),
    ),
    "gesture": lambda: stack(
        "The way of a gesture, from the pointer to the screen and to Python",
        (
            Step("a gesture", ("hover, click, drag, key,", "slider, link, search")),
            Step("reduce", ("a table: state and gesture", "give the next state")),
            Step("State model", ("one value, set as a whole",)),
            Step("paint", ("colours, at once",)),
            Step(
                "report",
                ("at most 5 a second,", "and the last one always"),
                "Python, where there is one",
            ),
            Step("Heatmap", ("heatmap.focus and all others;", "watchers are called")),
        ),
    ),
    "colour": lambda: stack(
        "From a value to a colour, in this order",
        (
            Step("axes", ("which layer, which head",)),
            Step("group columns", ("pieces of a word as one",)),
            Step("pool rows", ("of a focus of several tokens",)),
            Step("exclude", ("tokens left out of the scale",)),
            Step("scale", ("what has the full colour",)),
            Step("gamma", ("lifts small heat",)),
            Step("threshold", ("what is coloured at all",)),
            Step("palette", ("one of 256 colours",)),
        ),
    ),
    "rooms": lambda: stack(
        "Subpackages; each imports only from those below it",
        (
            Step("view, cli", ("TextualHeatmap; the command",)),
            Step("export, saliency", ("files and figures;", "from a model to a facet")),
            Step("plot, js", ("Bokeh; the browser's half",)),
            Step("scene", ("where everything is, and what", "colour it has")),
            Step("state", ("focus, alignment, scale,", "grouping")),
            Step("files", ("JSON, NPZ, Parquet, Zarr",)),
            Step("facet", ("tokens and heat",)),
            Step("errors", ("says where data are wrong",)),
        ),
    ),
}
