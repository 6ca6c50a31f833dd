"""Plain text and Markdown: what is said in them, and that data are never markup."""

import html
import re
import unicodedata
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from textualheatmap.export.plain import (
    escape_markdown,
    list_hottest,
    render_markdown,
    render_text,
)
from textualheatmap.export.saving import save_heatmap
from textualheatmap.facet.facet import Facet
from textualheatmap.scene.escape import count_columns, escape_text
from textualheatmap.state.heatmap import Heatmap

HOSTILE = [
    *("**b** ", "_i_ ", "`c` ", "<b>", "</pre>", "<script>x</script>", "&amp;", "|"),
    *("# h", "[a](b)", "![a](b)", "> q", "- l", "1. n", "~~s~~", "http://a.b", "@you"),
    *("\n", "\n\n", "\t", "\x1b[31m", "\u202e", "\ud800", "  two  ", "漢字", "\\"),
]
TEXTS = st.lists(st.sampled_from(HOSTILE) | st.text(max_size=3), max_size=6).map(
    "".join
)
MARKDOWN = MarkdownIt("commonmark").enable("table")
UNSEEN = {"Cc", "Cs", "Zl", "Zp"}
BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
# All that our own Markdown has.
TAGS = {
    *("h2", "h3", "p", "pre", "b", "ins", "code"),
    *("table", "thead", "tbody", "tr", "th", "td"),
}


def build_heatmap(tokens: list[str], **style: object) -> Heatmap:
    heat = np.random.default_rng(1).uniform(size=(len(tokens), len(tokens)))
    meta = [[(f"guess {token}", 0.5), ("other", 0.25)] for token in tokens]
    facets = [
        Facet.from_arrays(tokens, heat, title=title, meta=meta)
        for title in ("A *1*", "<B>")
    ]
    heatmap = Heatmap(facets=facets, show_meta=True, meta_label="|l|")
    heatmap.param.update(style)
    return heatmap.highlight(0)


def read_html(rendered: str) -> str:
    """Return the text of HTML, whose tags are ours alone."""
    tags = set(re.findall(r"</?([a-zA-Z0-9]+)", rendered))
    assert tags <= TAGS, tags - TAGS
    return html.unescape(re.sub(r"<[^>]*>", "", rendered)).replace("\xa0", " ")


@given(TEXTS)
def test_escaped_markdown_shows_the_text_and_nothing_else(text: str) -> None:
    rendered = MARKDOWN.render(
        f"| a |\n|---|\n| <code>{escape_markdown(text)}</code> |"
    )
    cells = re.findall(r"<td>(.*?)</td>", rendered, re.DOTALL)
    assert len(cells) == 1
    assert cells[0].count("<") == 2
    assert read_html(cells[0]) == escape_text(text).replace("\xa0", " ")


def test_no_data_are_markup_in_markdown() -> None:
    heatmap = build_heatmap(HOSTILE)
    text = render_markdown(heatmap, title="**t**", focus=list(range(len(HOSTILE)))[:20])
    shown = read_html(MARKDOWN.render(text))
    for part in ("**t**", "A *1*", "<B>", "**b** ", "</pre>", "guess **b**", "|l|"):
        assert part in shown
    # Every line of a text is in one of our blocks.
    assert text.count("<pre>") == text.count("</pre>") == 2 * 20


def test_the_hottest_are_bold_and_the_focus_is_underlined() -> None:
    tokens = ["a ", "b ", "c ", "d ", "e ", "f ", "g ", "h"]
    heat = np.zeros((8, 8))
    heat[2] = [0, 0.5, 0, 0, 0, 0, 0.25, 0.1]
    heatmap = Heatmap(facets=[Facet.from_arrays(tokens, heat)]).highlight(2)
    assert [each.token for each in list_hottest(heatmap, 0)] == ["b ", "g "]
    text = render_markdown(heatmap)
    assert "a <b>b </b><ins>c </ins>d e f <b>g </b>h</pre>" in text
    assert "| 0.50 | <code>b&nbsp;</code> |\n| 0.25 |" in text
    plain = render_text(heatmap)
    assert "a b [c ]d e f g h\n" in plain
    assert "0.50  “b ”\n0.25  “g ”\n" in plain
    excluded = render_markdown(heatmap.clone(exclude=[1]))
    assert "a b <ins>c </ins>d e f <b>g </b><b>h" not in excluded
    assert "<b>b </b>" not in excluded


def test_text_has_all_that_is_shown() -> None:
    heatmap = build_heatmap(["one ", "two ", "three"], legend=True)
    text = render_text(heatmap, focus=[0, slice(0, 2)], title="Two")
    for part in (
        "Two\n===\n",
        "Focus 0 “one ”\n",
        "1 “one two ”".replace("1 ", "0\N{EN DASH}1 "),
        "A *1*\n[one ]two three\n",
        "[one two ]three\n",
        "|l|\n   50%  guess one\n   25%  other\n",
        "0.00 to ",
    ):
        assert part in text
    assert text.count("full colour") <= 1
    assert text.endswith("\n")
    assert not any(line.endswith(" ") for line in text.splitlines())


@settings(max_examples=20)
@given(TEXTS)
def test_no_control_character_is_in_a_text(text: str) -> None:
    heatmap = build_heatmap([text, "end"])
    for rendered in (render_text(heatmap, title=text), render_markdown(heatmap)):
        assert not UNSEEN & {
            unicodedata.category(each) for each in set(rendered) - {"\n"}
        }
        assert not BIDI & set(rendered)


@pytest.mark.parametrize("width", [20, 60])
def test_the_width_is_in_characters(tmp_path: Path, width: int) -> None:
    heatmap = build_heatmap(["word "] * 30)
    save_heatmap(heatmap, tmp_path / "a.txt", width=width)
    lines = (tmp_path / "a.txt").read_text(encoding="utf-8").splitlines()
    longest = max(count_columns(line) for line in lines if "word word" in line)
    assert width - 6 <= longest <= width + 2


@pytest.mark.parametrize("width", ["3in", 5, 10_000, True, 20.5])
def test_another_width_is_refused(tmp_path: Path, width: object) -> None:
    with pytest.raises((TypeError, ValueError), match=r"width is .*characters"):
        save_heatmap(build_heatmap(["a"]), tmp_path / "a.md", width=width)
    assert not (tmp_path / "a.md").exists()


def test_without_a_focus_there_are_no_tables() -> None:
    heatmap = Heatmap(facets=build_heatmap(["a ", "b"]).facets)
    text = render_text(heatmap)
    assert "a b" in text
    assert "hottest" not in text
