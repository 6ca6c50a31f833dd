"""A facet's caption as HTML."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.plot.caption import render_caption

TAG = re.compile(r"<(/?)([a-z]+)([^<>]*)>")
TAGS = {"p", "em", "strong", "code", "pre", "a", "ul", "ol", "li", "blockquote", "br"}
ATTRIBUTES = re.compile(
    "("
    r' style="[a-z0-9:;,#()\- ]*"| title="[^"<>]*"| class="[^"<>]*"| start="\d+"|'
    r' href="(#|https?://|mailto:)[^"<>]*"| target="_blank"| rel="noopener noreferrer"'
    ")*( /)?",
    re.IGNORECASE,
)


def check(html: str) -> None:
    """Assert that HTML has no tags and attributes but those of captions."""
    for _, name, attributes in TAG.findall(html):
        assert name in TAGS
        assert ATTRIBUTES.fullmatch(attributes), attributes
    assert "<" not in TAG.sub("", html)


def test_what_markdown_marks_is_marked() -> None:
    html = render_caption("*a* **b** `c`\n\n- d\n\n> e")
    for part in ("<em>a</em>", "<strong>b</strong>", "<code>c</code>"):
        assert part in html
    check(html)


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](JaVaScRiPt:alert(1))",
        "[x](data:text/html,<script>alert(1)</script>)",
        "[x](vbscript:x)",
        "![x](https://example.org/x.png)",
        '[x](# "\\"><script>alert(1)</script>")',
        '<https://example.org/"onmouseover=alert(1)>',
        "# Not a heading",
        "<!-- a -->",
    ],
)
def test_nothing_in_it_becomes_more_than_text_and_links(markdown: str) -> None:
    html = render_caption(markdown)
    check(html)
    assert not re.search("<[^>]*(javascript|data|vbscript):", html, re.IGNORECASE)


@given(st.text(alphabet="ab<>[]()!#*_`\n :/\"'&\\-1.\u202e\ud800", max_size=60))
def test_whatever_is_written_is_text_and_links(markdown: str) -> None:
    check(render_caption(markdown))
    render_caption(markdown).encode()


def test_only_links_within_the_heatmap_stay_on_the_page() -> None:
    inner = render_caption("[x](#focus=GRU:3-5&direction=column)")
    assert 'href="#focus=GRU:3-5&amp;direction=column"' in inner
    assert "target" not in inner
    outer = render_caption("[x](https://example.org)")
    assert 'target="_blank" rel="noopener noreferrer"' in outer


def test_characters_that_are_unseen_or_turn_text_around_are_escaped() -> None:
    assert "a\\u202eb\\ud800" in render_caption("a\u202eb\ud800")
    # Letters that are joined stay so.
    assert "\u0646\u200c\u0647" in render_caption("\u0646\u200c\u0647")
