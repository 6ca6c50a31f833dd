"""A scene as plain HTML."""

import re
from html.parser import HTMLParser
from typing import Any, Literal

import numpy as np
import pytest

from textualheatmap.export.static_html import MOST_COVER, render_cover, render_static
from textualheatmap.facet.facet import Facet
from textualheatmap.scene.geometry import CELL_WIDTH, compute_geometry
from textualheatmap.scene.palettes import get_palette
from textualheatmap.scene.scene import build_scene
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]
MARKUP = "</span></div><script>window.__ran = 1</script><b>&amp;\"'"
CJK = f"漢{MARKUP}"


class Element(HTMLParser):
    """Collects elements, each with its attributes and the text that is copied of it.

    A mark that cannot be selected is not copied.
    """

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str]]] = []
        self.copied: list[str] = []
        self._open: list[int] = []
        self.feed(text)
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open.append(len(self.found))
        self.found.append((tag, {name: value or "" for name, value in attrs}))
        self.copied.append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.found[self._open.pop()][0] == tag

    def handle_data(self, data: str) -> None:
        if "user-select" in self.found[self._open[-1]][1]["style"]:
            return
        for number in self._open:
            self.copied[number] += data

    def texts(self, part: str) -> list[str]:
        """Return what is copied of the elements that have this in their style."""
        return [
            text
            for (_, attributes), text in zip(self.found, self.copied, strict=True)
            if part in attributes["style"]
        ]


def render(heatmap: Heatmap) -> Element:
    return Element(render_static(build_scene(heatmap)))


def show(tokens: list[str], heat: object = None, **style: Any) -> Element:  # noqa: ANN401
    """Render one facet, the focus on its last token."""
    n = len(tokens)
    facet = Facet.from_arrays(tokens, np.ones((n, n)) if heat is None else heat)
    return render(Heatmap(**style).set_data([facet]).highlight(n - 1))


def test_there_is_no_script_no_style_sheet_and_nothing_is_loaded(
    records: Records,
) -> None:
    shown = render(
        Heatmap(facet_titles=["a", "b"], show_meta=True).set_data(records).highlight(1)
    )
    assert {tag for tag, _ in shown.found} == {"div", "span", "b"}
    names = {name for _, attributes in shown.found for name in attributes}
    assert names == {"style", "dir", "role", "title", "aria-label"}
    styles = "".join(attributes["style"] for _, attributes in shown.found)
    assert "url(" not in styles


def test_tokens_meta_and_titles_are_text() -> None:
    # Other scripts take another way.
    records = [
        {"token": token, "meta": [MARKUP], "heat": [1, 1]} for token in (MARKUP, CJK)
    ]
    heatmap = Heatmap(facet_titles=[MARKUP], show_meta=True).set_data([records])
    heatmap.legend = False
    shown = render(heatmap.highlight(0))
    assert {tag for tag, _ in shown.found} == {"div", "span", "b"}
    assert MARKUP in shown.copied
    assert "".join(shown.texts("inline-block")) == MARKUP + CJK
    assert {a["title"] for _, a in shown.found if "title" in a} == {MARKUP}


def test_a_run_is_as_wide_as_its_cells_and_has_their_colour() -> None:
    shown = show(["ab", "漢字", "c"], [[0, 0, 0], [0, 0, 0], [1, 0.5, 0]])
    colors = get_palette("viridis").colors
    runs = [a["style"] for _, a in shown.found if a["style"].startswith("all:inherit")]
    assert [re.findall("width:(.*?);background:(.......)", run) for run in runs] == [
        [(f"{2 * CELL_WIDTH}px", colors[255])],
        [(f"{4 * CELL_WIDTH}px", colors[128])],
        [(f"{CELL_WIDTH}px", colors[0])],
    ]
    assert [("text-align:center" in run, "box-shadow" in run) for run in runs] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_neighbours_that_look_alike_are_one_run_and_those_without_heat_none() -> None:
    tokens = ["a ", "b ", "c ", "d ", "e"]
    heat = np.zeros((5, 5))
    heat[4, 2:4] = 1
    assert show(tokens, heat).texts("all:inherit") == ["c d ", "e"]


def test_what_is_copied_is_the_text_with_its_line_ends_and_tabs() -> None:
    tokens = [
        "one ",
        "a\tb",
        "\n",
        "",
        "\r\n",
        "x\n",
        *["full "] * 30,
        "漢字",
        "↵",
        "∅",
    ]
    shown = show(tokens, width=400)
    copied = "".join(shown.texts("inline-block"))
    assert copied == "".join(tokens).replace("\r\n", "\n")


def test_line_ends_of_format_tokens_are_copied() -> None:
    line_end = {"token": "\n", "format": True}
    a, b = ({"token": token, "heat": [1, 1]} for token in "ab")
    shown = render(Heatmap().set_data([[a, line_end, line_end, b]]))
    assert "".join(shown.texts("inline-block")) == "a\n\nb"


@pytest.mark.parametrize("interactive", [False, True])
def test_the_slider_has_its_room_and_minimaps_have_theirs(*, interactive: bool) -> None:
    heatmap = Heatmap(interactive=interactive).set_data(
        [Facet.from_arrays(["line\n"] * 70, np.zeros((70, 70)))]
    )
    styles = [attributes["style"] for _, attributes in render(heatmap).found]
    assert sum("grid-column:3" in style for style in styles) == 1
    assert ("height:28px" in styles) == interactive


@pytest.mark.parametrize("sizing_mode", ["fixed", "stretch_width"])
def test_what_is_found_is_framed(
    sizing_mode: Literal["fixed", "stretch_width"],
) -> None:
    facet = Facet.from_arrays(["see ", "it ", "all ", "it"], np.eye(4))
    heatmap = Heatmap(facets=[facet], search="it", sizing_mode=sizing_mode)
    frames = re.findall(r'<i style="([^"]*)"></i>', render_static(build_scene(heatmap)))
    # In a text that the page wraps, each is in a box of its own.
    starts = [4, 11] if sizing_mode == "fixed" else [0, 0]
    for frame, start, width in zip(frames, starts, [3, 2], strict=True):
        assert f"margin-left:{start * CELL_WIDTH - 1}px" in frame
        assert f"width:{width * CELL_WIDTH + 2}px" in frame
    heatmap.search = re.compile("it")
    assert "<i " not in render_static(build_scene(heatmap))


def test_sixty_lines_of_words_fit_into_100_kb() -> None:
    # Heat as a language model's attention: few tokens have more than a little.
    n = 780
    heat = np.random.default_rng(0).dirichlet(np.full(n, 0.2), size=n)
    facet = Facet.from_arrays(["word ", "is ", "longer, ", "it ", "seems "] * 156, heat)
    heatmap = Heatmap(facet_titles=["a", "b"], scale="row").set_data([facet] * 2)
    heatmap.highlight(700)
    geometry = compute_geometry(heatmap)
    assert 55 < geometry.lines <= geometry.window
    assert len(render_static(build_scene(heatmap, geometry=geometry))) < 100_000


@pytest.mark.parametrize(("count", "is_whole"), [(10, True), (1000, False)])
def test_a_cover_has_panels_without_text_where_the_text_is_too_much(
    count: int, *, is_whole: bool
) -> None:
    facet = Facet.from_arrays([CJK[0]] * count, [[1] * count] * count)
    scene = build_scene(Heatmap(facets=[facet, facet]).highlight(0))
    whole, cover = Element(render_static(scene)), Element(render_cover(scene))
    assert len(render_cover(scene)) <= MOST_COVER
    assert (cover.found == whole.found) == is_whole
    panels = [
        [styled["style"] for tag, styled in each.found if tag == "div"]
        for each in (whole, cover)
    ]
    assert panels[0] == panels[1]


def build_stretching(tokens: list[str], **style: Any) -> Heatmap:  # noqa: ANN401
    facet = Facet.from_arrays(tokens, np.ones((len(tokens), len(tokens))))
    return Heatmap(sizing_mode="stretch_width", **style).set_data([facet]).highlight(0)


def test_what_stretches_has_no_width_of_its_own() -> None:
    html = render_static(build_scene(build_stretching(["one ", "two "], width=700)))
    assert html.startswith('<div style="width:100%;min-width:160px;')
    assert "700px" not in html
    assert "minmax(0, 1fr)" in html


def test_the_page_may_break_lines_where_the_text_may_be_broken() -> None:
    tokens = ["un", "broken", " ", "words", "\n", "and 2", "019"]
    element = render(build_stretching(tokens))
    assert element.texts("vertical-align:top") == [
        "unbroken ",
        "words",
        "and ",
        "2019",
    ]
    assert element.texts("pre-wrap") == ["unbroken words\nand 2019"]
    [flow] = [a["style"] for _, a in element.found if "pre-wrap" in a["style"]]
    assert "overflow" not in flow


def test_what_is_longer_than_a_narrow_line_may_be_broken_there_only() -> None:
    element = render(build_stretching(["a ", "x" * 40, " b"]))
    runs = [a["style"] for _, a in element.found if "vertical-align:top" in a["style"]]
    assert ["max-width:100%" in style for style in runs] == [False, True, False]
    assert [
        f"width:{n * CELL_WIDTH}px" in s for n, s in zip((2, 41, 1), runs, strict=True)
    ]


def test_of_a_long_text_the_page_scrolls_what_may_be_shown() -> None:
    heatmap = build_stretching(["word "] * 3000)
    element = render(heatmap.highlight(1500))
    [text] = element.texts("overflow:hidden auto")
    shown = build_scene(heatmap).facets[0]
    words = sum(len(line.boxes) for line in shown.lines)
    assert 4 * words < text.count("word ") < 5 * words
    assert shown.runs[0].boxes[0].index == shown.lines[0].boxes[0].index


def test_the_runs_are_the_text_of_the_lines() -> None:
    tokens = ["a漢字", "b ", "", "\t", "x" * 100, "\n", "\n", "end-of ", "é\r\n", "z"]
    for width in (160, 333, 900):
        heatmap = build_stretching(tokens, width=width)
        facet = build_scene(heatmap).facets[0]
        lines, runs = (
            "".join(
                "".join(box.text for box in line.boxes) + "|" * line.is_ended
                for line in each
            )
            for each in (facet.lines, facet.runs)
        )
        assert runs == lines
        for kind in (facet.lines, facet.runs):
            assert sum(box.width for line in kind for box in line.boxes) == sum(
                box.width for line in facet.lines for box in line.boxes
            )


def test_a_fixed_heatmap_has_no_runs(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"]).set_data(records)
    assert all(facet.runs == () for facet in build_scene(heatmap).facets)


def test_the_underline_is_under_the_focus_alone() -> None:
    shown = show(["one", "two", "three"])
    assert shown.texts("box-shadow:inset 0 -") == ["three"]


@pytest.mark.parametrize("sizing", ["fixed", "stretch_width"])
def test_letters_of_a_word_in_two_tokens_are_joined_by_what_is_not_copied(
    sizing: Literal["fixed", "stretch_width"],
) -> None:
    heatmap = Heatmap(sizing_mode=sizing).set_data(
        [[{"token": token, "heat": [1, 0]} for token in ("سل", "ور")]]
    )
    html = render_static(build_scene(heatmap))
    marks = re.findall(r'user-select:none" aria-hidden="true">(.)</span>', html)
    assert marks == ["\u200d"] * 2
