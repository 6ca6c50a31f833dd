"""A heatmap in plain text, and in Markdown for where no colours are shown."""

from __future__ import annotations

import re
from html import escape
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from textualheatmap.export.focus_scenes import build_focus_scenes
from textualheatmap.export.options import read_columns, read_options
from textualheatmap.scene.escape import count_columns, elide, escape_text
from textualheatmap.scene.legend import format_heat
from textualheatmap.scene.meta import list_entries
from textualheatmap.state.colouring import paint_facet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from textualheatmap.export.focus_scenes import FocusScene
    from textualheatmap.scene.scene import Box, FacetScene, Line, Scene
    from textualheatmap.state.heatmap import Heatmap

# How many tokens a table has at most, and of how many tokens one is among them.
MOST_HOT, ONE_IN = 10, 4
# How much of a token a table shows, in columns.
MOST_SHOWN = 40
# All but the points of numbers.
ASCII_SIGN = re.compile(r"[!-\-/:-@\[-`{-~]|(?<!\d)\.|\.(?!\d)")
# Spaces that Markdown or HTML would leave out.
LOST_SPACE = re.compile(r"^ | $|(?<= ) ")


class HotToken(NamedTuple):
    """One of the hottest tokens, or groups, of a facet.

    Attributes
    ----------
    heat
        The data's own number, in digits.
    size
        Its magnitude.
    token
        The text, escaped.
    """

    heat: str
    size: float
    token: str


def render_text(heatmap: Heatmap, **options: object) -> str:
    """Return a heatmap as plain text: the focus is in brackets.

    Parameters
    ----------
    heatmap
        With data.
    options
        `focus`, `title` and `legend` as of `read_options`, `width` as of
        `read_columns`.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or if an option is not as expected.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a ", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap = Heatmap(legend=False).set_data([records]).highlight(1)
    >>> print(render_text(heatmap))
    Heatmap
    a [b]
    <BLANKLINE>
    heat  hottest
    1.00  “b”
    <BLANKLINE>
    """
    title, parts = _build_parts(heatmap, options)
    lines: list[str] = [title, "=" * count_columns(title), ""] if title else []
    for part in parts:
        if part.caption:
            lines += [f"Focus {part.caption}", ""]
        for i, facet in enumerate(part.scene.facets):
            lines.append(facet.title)
            lines += map(bracket_line, facet.lines)
            lines.append("")
            lines += _write_tables(part.heatmap, part.scene, i)
        if part.scene.legend:
            lines += [describe_legend(part.scene), ""]
    return "\n".join(line.rstrip() for line in lines[:-1]) + "\n"


def _build_parts(
    heatmap: Heatmap, options: dict[str, object]
) -> tuple[str, list[FocusScene]]:
    """Return the title, and what is shown for each focus."""
    columns = read_columns(options.pop("width", None))
    chosen = read_options(heatmap, **options)
    parts = build_focus_scenes(chosen, heatmap.width, columns=columns)
    return escape_text(chosen.title), parts


def bracket_line(line: Line) -> str:
    """Return a line with brackets around what is focused.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]]).highlight(0)
    >>> bracket_line(build_scene(heatmap).facets[0].lines[0])
    '[a]'
    """
    parts: list[str] = []
    for is_focused, run in groupby(line.boxes, key=lambda box: box.underline > 0):
        text = "".join(box.text for box in run)
        parts.append(f"[{text}]" if is_focused else text)
    return "".join(parts)


def describe_legend(scene: Scene) -> str:
    """Return the legend of a scene in one line, or nothing.

    Examples
    --------
    >>> from textualheatmap.scene.scene import build_scene
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "a", "heat": [1]}]]).highlight(0)
    >>> describe_legend(build_scene(heatmap))
    '0.00 to 1.00: heat'
    """
    legend = scene.legend
    if legend is None:
        return ""
    if legend.low and legend.high:
        return f"{legend.low} to {legend.high}: {legend.text}"
    return legend.text


def list_hottest(heatmap: Heatmap, i: int) -> list[HotToken]:
    """Return the hottest tokens, or groups, of facet i for the focus, hottest first.

    Without a focus there are none.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> list_hottest(Heatmap().set_data([records]).highlight(1), 0)
    [HotToken(heat='1.00', size=1.0, token='b')]
    """
    row = heatmap.row(facet=i)
    row = row[row["heat"].notna() & (row["value"].abs() > 0)]
    most = min(MOST_HOT, max(1, len(heatmap.facets[i]) // ONE_IN))
    row = row.assign(size=row["value"].abs())
    row = row.sort_values("size", ascending=False, kind="stable").head(most)
    return [
        HotToken(format_heat(value), size, elide(token, MOST_SHOWN))
        for value, size, token in zip(
            row["value"].tolist(),
            row["size"].tolist(),
            row["token"].tolist(),
            strict=True,
        )
    ]


def list_predictions(heatmap: Heatmap, i: int) -> list[tuple[str, str]]:
    """Return the meta of the focus in facet i, each with its probability.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "meta": [("b", 0.5)], "heat": [1]}]
    >>> heatmap = Heatmap(show_meta=True).set_data([records])
    >>> list_predictions(heatmap.highlight(0), 0)
    [('b', '50%')]
    """
    focus = paint_facet(heatmap, i).counterparts
    if focus is None or not heatmap.facets_with_meta[i]:
        return []
    entries = list_entries(heatmap, i, focus.stop - 1)
    return [(box.text, box.note) for box in entries[:MOST_HOT]]


def _write_tables(heatmap: Heatmap, scene: Scene, i: int) -> Iterator[str]:
    """Yield the lines of what is said below a text."""
    hottest = list_hottest(heatmap, i)
    if hottest:
        width = max(len("heat"), *(len(each.heat) for each in hottest))
        yield f"{'heat':<{width}}  hottest"
        for each in hottest:
            yield f"{each.heat:>{width}}  “{each.token}”"
        yield ""
    predictions = list_predictions(heatmap, i)
    if predictions:
        yield scene.meta_label or "meta"
        for text, note in predictions:
            yield f"{note:>6}  {elide(text, MOST_SHOWN)}"
        yield ""


def render_markdown(heatmap: Heatmap, **options: object) -> str:
    """Return a heatmap as Markdown: what is hottest is bold, the focus underlined.

    Parameters
    ----------
    heatmap
        With data.
    options
        As of `render_text`.

    Raises
    ------
    ValueError, TypeError, IndexError
        If there are no data, or if an option is not as expected.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a ", "heat": [1, 0]}, {"token": "b", "heat": [0.5, 1]}]
    >>> heatmap = Heatmap(legend=False).set_data([records]).highlight(1)
    >>> print(render_markdown(heatmap))
    ### Heatmap
    <BLANKLINE>
    <pre>
    a <ins><b>b</b></ins></pre>
    <BLANKLINE>
    | heat | hottest |
    |---:|:---|
    | 1.00 | <code>b</code> |
    <BLANKLINE>
    """
    title, parts = _build_parts(heatmap, options)
    blocks: list[str] = [f"## {escape_markdown(title)}"] if title else []
    for part in parts:
        if part.caption:
            blocks.append(f"Focus <code>{escape_markdown(part.caption)}</code>")
        for i, facet in enumerate(part.scene.facets):
            blocks += _write_facet(part, facet, i)
        if part.scene.legend:
            blocks.append(escape_markdown(describe_legend(part.scene)))
    return "\n\n".join(blocks) + "\n"


def escape_markdown(text: str) -> str:
    r"""Return text as Markdown and HTML that show it, in a line or in a table.

    Examples
    --------
    >>> print(escape_markdown("a*b | <i>  c"))
    a&#42;b &#124; &#60;i&#62; &nbsp;c
    """
    entities = ASCII_SIGN.sub(lambda found: f"&#{ord(found[0])};", escape_text(text))
    return LOST_SPACE.sub("&nbsp;", entities)


def _write_facet(part: FocusScene, facet: FacetScene, i: int) -> Iterator[str]:
    """Yield the blocks of a facet."""
    hottest = list_hottest(part.heatmap, i)
    least = min((each.size for each in hottest), default=float("inf"))
    yield f"### {escape_markdown(facet.title)}"
    lines = (_write_line(line.boxes, least) for line in facet.lines)
    # HTML leaves out the first line end.
    yield "\n".join(["<pre>", *lines]) + "</pre>"
    if hottest:
        yield _write_table(
            ("heat", "hottest"), [(each.heat, each.token) for each in hottest]
        )
    predictions = list_predictions(part.heatmap, i)
    if predictions:
        label = escape_markdown(part.scene.meta_label or "meta")
        swapped = [(note, text) for text, note in predictions]
        yield _write_table(("p", label), swapped)


def _write_line(boxes: tuple[Box, ...], least: float) -> str:
    """Return a line of text as HTML; Markdown reads none of it."""
    parts: list[str] = []
    for (is_focused, is_hot), run in groupby(
        boxes,
        key=lambda box: (
            box.underline > 0,
            abs(box.value) >= least and not box.is_excluded,
        ),
    ):
        text = escape("".join(box.text for box in run))
        text = f"<b>{text}</b>" if is_hot else text
        parts.append(f"<ins>{text}</ins>" if is_focused else text)
    return "".join(parts)


def _write_table(head: tuple[str, str], rows: list[tuple[str, str]]) -> str:
    """Return a table of numbers, and of texts that are not escaped yet."""
    lines = [f"| {head[0]} | {head[1]} |", "|---:|:---|"]
    for number, text in rows:
        shown = elide(text, MOST_SHOWN)
        lines.append(
            f"| {escape_markdown(number)} | <code>{escape_markdown(shown)}</code> |"
        )
    return "\n".join(lines)
