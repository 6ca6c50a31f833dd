"""The terminal: its colours, and that no data are commands to it."""

import io
import re
import unicodedata
from typing import Any, Literal, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.console import Console

from textualheatmap import TextualHeatmap
from textualheatmap.export.terminal import (
    LEAST_CONTRAST,
    Depth,
    choose_depth,
    list_colors,
    match_color,
    print_heatmap,
    render_terminal,
)
from textualheatmap.facet.facet import Facet
from textualheatmap.scene.escape import count_columns
from textualheatmap.scene.oklab import contrast
from textualheatmap.scene.palettes import ANCHORS, get_palette
from textualheatmap.scene.scene import build_scene
from textualheatmap.state.heatmap import Heatmap

System = Literal["truecolor", "256"] | None

# The only codes that we write: of colours, bold and underlined.
CODE = re.compile(
    r"\x1b\[(?:0|1|38;(?:5;\d+|2;\d+;\d+;\d+);48;(?:5;\d+|2;\d+;\d+;\d+)(?:;4)?)m"
)
HOSTILE = [
    *("\x1b[31m", "\x1b]0;title\x07", "\x9b31m", "\x07", "\x08", "\r", "\n", "\x7f"),
    *(
        "\u202e",
        "\u2066",
        "\x85",
        "\ud800",
        "\x90",
        "漢字",
        "😀",
        "e\u0301",
        "[0m",
        "a ",
    ),
]
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3), max_size=6).map(
    "".join
)
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


class Terminal(io.StringIO):
    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def build_heatmap(tokens: list[str], **style: object) -> TextualHeatmap:
    heat = np.random.default_rng(1).uniform(size=(len(tokens), len(tokens)))
    meta = [[(f"guess {token}", 0.5)] for token in tokens]
    facet = Facet.from_arrays(tokens, heat, title=tokens[0] + "t", meta=meta)
    heatmap = TextualHeatmap(facets=[facet], show_meta=True, meta_label=tokens[0])
    heatmap.param.update(style)
    return heatmap.highlight(0)


@settings(max_examples=25)
@given(text=TEXTS, depth=st.sampled_from(["truecolor", "256", "none"]))
def test_no_data_are_a_command_to_the_terminal(text: str, depth: Depth) -> None:
    printed = render_terminal(build_heatmap([text, "end"]), depth, title=text)
    left = CODE.sub("", printed)
    kinds = {unicodedata.category(each) for each in left if each != "\n"}
    assert not kinds & {"Cc", "Cs", "Zl", "Zp"}
    assert not BIDI & set(left)


@pytest.mark.parametrize("depth", ["truecolor", "256"])
def test_every_line_is_as_wide_as_the_text(depth: Depth) -> None:
    tokens = ["word ", "漢字 ", "😀 ", "e\u0301 ", "tab\t", "\x1b[0m "] * 9
    heatmap = build_heatmap(tokens, legend=False, show_meta=False)
    printed = render_terminal(heatmap, depth, width=30)
    lines = [CODE.sub("", line) for line in printed.splitlines()]
    assert {count_columns(line) for line in lines[1:]} == {30}
    assert len(lines) > 5


def test_true_colours_are_those_of_the_scene() -> None:
    heatmap = build_heatmap(["one ", "two ", "three"], palette="paper")
    printed = render_terminal(heatmap, "truecolor")
    for box in build_scene(heatmap).facets[0].lines[0].boxes:
        color = ";".join(str(int(box.color[k : k + 2], 16)) for k in (1, 3, 5))
        focus = ";4" if box.index == 0 else ""
        assert f"\x1b[38;2;26;26;26;48;2;{color}{focus}m{box.text}" in printed


@pytest.mark.parametrize("name", list(ANCHORS))
def test_text_is_readable_in_256_colours(name: str) -> None:
    palette = get_palette(name)
    for color in [*palette.colors, *palette.signed, palette.missing]:
        ground, letters = (
            list_colors()[k - 16] for k in match_color(color, palette.text)
        )
        assert contrast(ground, letters) >= LEAST_CONTRAST


@pytest.mark.parametrize("color", ["#005f87", "#121212", "#000000"])
def test_a_colour_of_the_256_is_itself(color: str) -> None:
    assert list_colors()[match_color(color, "#ffffff")[0] - 16] == color


@pytest.mark.parametrize(
    ("environment", "is_terminal", "expected"),
    [
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, True, "truecolor"),
        ({"TERM": "xterm-256color"}, True, "256"),
        ({"TERM": "xterm", "COLORTERM": "24bit", "NO_COLOR": "1"}, True, "none"),
        ({"TERM": "xterm", "COLORTERM": "24bit", "NO_COLOR": ""}, True, "truecolor"),
        ({"TERM": "dumb", "COLORTERM": "truecolor"}, True, "none"),
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, False, "none"),
    ],
)
def test_colours_are_chosen_by_the_terminal(
    environment: dict[str, str], expected: str, *, is_terminal: bool
) -> None:
    assert choose_depth("auto", environment, is_terminal=is_terminal) == expected
    assert choose_depth("256", environment, is_terminal=is_terminal) == "256"


def test_print_follows_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("COLUMNS", "40")
    heatmap = build_heatmap(["word "] * 30)
    file = Terminal()
    heatmap.print(file=file)
    lines = CODE.sub("", file.getvalue()).splitlines()
    assert max(map(count_columns, lines)) == 40
    assert "\x1b[38;2;" in file.getvalue()
    monkeypatch.setenv("NO_COLOR", "1")
    file = Terminal()
    heatmap.print(file=file)
    assert "\x1b" not in file.getvalue()
    assert "[word ]word" in file.getvalue()


def test_letters_that_a_terminal_lacks_are_question_marks() -> None:
    raw = io.BytesIO()
    file = io.TextIOWrapper(raw, encoding="ascii")
    print_heatmap(build_heatmap(["漢 ", "b"]), file=file)
    file.flush()
    assert b"? ]b" in raw.getvalue()


@pytest.mark.parametrize(
    "options", [{"colour": "red"}, {"colour": None}, {"width": 3}, {"focus": 99}]
)
def test_wrong_options_are_refused(options: dict[str, Any]) -> None:
    file = io.StringIO()
    with pytest.raises((ValueError, IndexError)):
        build_heatmap(["a"]).print(file=file, **options)
    assert not file.getvalue()


@pytest.mark.parametrize("system", ["truecolor", "256", None])
def test_rich_shows_a_heatmap(system: System) -> None:
    file = io.StringIO()
    console = Console(file=file, width=40, color_system=system, force_terminal=True)
    console.print(build_heatmap(["[red]one[/red] ", "\x1b[31m ", "end"] * 9))
    printed = file.getvalue()
    assert "[red]one[/red]" in re.sub(r"\x1b\[[\d;]*m", "", printed)
    assert r"\x1b[31m" in re.sub(r"\x1b\[[\d;]*m", "", printed)
    assert ("48;2;" in printed) == (system == "truecolor")
    assert ("48;5;" in printed) == (system == "256")


def test_without_data_there_is_nothing_to_print() -> None:
    with pytest.raises(ValueError, match="call set_data first"):
        print_heatmap(cast("Any", Heatmap()), file=io.StringIO())
