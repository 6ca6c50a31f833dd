"""Typst: that all data are strings, and what Typst makes of them."""

import re
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
import typst
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.export.saving import save_heatmap
from textualheatmap.export.typst import render_typst, write_string
from textualheatmap.facet.facet import Facet
from textualheatmap.state.heatmap import Heatmap

HOSTILE = [
    *('" + read("secret") + "', "\\", '\\"', "#read", "\\u{41}", "//", "/* ", "*a*"),
    *(
        "]",
        "}",
        ")",
        "$x$",
        "-- ",
        "\r\n",
        "\t",
        "\x1b[31m",
        "\u202e",
        "\x85",
        "\ud800",
    ),
    *("é", "漢字", "😀", "שלום(", "سلام", "a", "  b  "),
]
PIECE = re.compile(r'([^"\\\x00-\x1f\x7f-\x9f])|\\(["\\])|\\u\{([0-9a-f]+)\}')


def read_string(literal: str) -> str:
    """Return what a string of Typst is, or fail where it ends before its end."""
    assert literal[0] == literal[-1] == '"'
    parts: list[str] = []
    place = 1
    while place < len(literal) - 1:
        found = PIECE.match(literal, place, len(literal) - 1)
        assert found, literal[place:]
        parts.append(found[1] or found[2] or chr(int(found[3], 16)))
        place = found.end()
    return "".join(parts)


@given(st.lists(st.sampled_from(HOSTILE) | st.text(), max_size=5).map("".join))
def test_a_string_is_the_text_and_ends_where_it_ends(text: str) -> None:
    assert read_string(write_string(text)) == text


def build_heatmap(tokens: list[str], **style: object) -> Heatmap:
    heat = np.random.default_rng(1).uniform(size=(len(tokens), len(tokens)))
    meta = [[(f"guess {token}", 0.5), ("other", 0.25)] for token in tokens]
    facets = [
        Facet.from_arrays(tokens, heat, title=title, meta=meta)
        for title in ("A #1", '"B')
    ]
    heatmap = Heatmap(facets=facets, show_meta=True, meta_label="#l")
    heatmap.param.update(style)
    return heatmap.highlight(0)


def test_typst_sets_it_and_nothing_of_data_is_run(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("SECRET", encoding="utf-8")
    heatmap = build_heatmap([*HOSTILE, "last"], palette="paper", exclude=[1])
    save_heatmap(
        heatmap, tmp_path / "heat.typ", width="5in", focus=[0, 3], title="#T *b*"
    )
    document = tmp_path / "document.typ"
    document.write_text('Before\n#include "heat.typ"\nAfter', encoding="utf-8")
    file = tmp_path / "document.pdf"
    typst.compile(str(document), output=str(file))
    pages = pypdfium2.PdfDocument(file)
    text = "".join(page.get_textpage().get_text_range() for page in pages)
    shown = re.sub(r"\s", "", text)
    parts = ('"+read("secret")+"', "\\u202e", "last", "#T*b*", "A#1", "#l", "50%")
    for part in (*parts, "Before", "After", "heat", "漢"):
        assert part in shown, part
    assert "SECRET" not in text


def test_the_file_has_the_colours_the_focus_and_all_around_the_text() -> None:
    heatmap = build_heatmap(["one ", "two ", "three"], palette="paper", exclude=[2])
    text = render_typst(heatmap, focus=[0, slice(0, 2)], title="t", legend=False)
    assert text.count('4, "one ", line: 0.25)') == 2
    assert text.count('8, "one two ", line: 0.25)') == 2
    assert text.count('"three", framed: true)') == 4
    assert text.count("heading(") == 1 + 1 + 2 + 4
    assert "ramp(" not in text.partition("v(unit, weak: true)")[2]


def test_options_of_other_formats_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"dpi is not for '\.typ', only for \.pdf"):
        save_heatmap(build_heatmap(["a"]), tmp_path / "a.typ", dpi=300)
