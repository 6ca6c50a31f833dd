"""The standalone HTML file."""

from html.parser import HTMLParser
from typing import Any

import pytest

from textualheatmap.export.html import render_html
from textualheatmap.facet.facet import Facet
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]


class Page(HTMLParser):
    """Collects what a page loads, and the text of its title."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.scripts = 0
        self.title = ""
        self._in_title = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._in_title = tag == "title"
        self.scripts += tag == "script"
        self.loaded += [v or "" for k, v in attrs if k in {"src", "href"}]

    def handle_endtag(self, tag: str) -> None:
        self._in_title = self._in_title and tag != "title"

    def handle_data(self, data: str) -> None:
        self.title += data if self._in_title else ""


@pytest.fixture
def heatmap(records: Records) -> Heatmap:
    """Return a heatmap of two facets whose titles are markup."""
    return Heatmap(facet_titles=["<a>", "b"]).set_data(records)


def test_a_page_loads_nothing(heatmap: Heatmap) -> None:
    assert Page(render_html(heatmap)).loaded == []


def test_the_title_is_that_of_the_facets_or_the_given_one(heatmap: Heatmap) -> None:
    assert Page(render_html(heatmap)).title == "<a>, b"
    given = "</title><script>x</script>"
    assert Page(render_html(heatmap, title=given)).title == given


def test_tokens_meta_and_titles_end_no_script(heatmap: Heatmap) -> None:
    plain = Page(render_html(heatmap)).scripts
    end = "</script><script>window.__ran = 1</script>"
    token = {"token": end, "meta": [end], "heat": [1]}
    heatmap = Heatmap(facet_titles=[end], show_meta=True).set_data([[token]])
    assert Page(render_html(heatmap)).scripts == plain


def test_a_page_has_all_slices_of_the_axes() -> None:
    facet = Facet.from_arrays(["a"], [[[1]], [[0.25]]], axes=["layer"])
    page = render_html(Heatmap(facets=[facet], axes={"layer": 1}))
    assert '"reach":[1.0,0.25]' in page


def test_the_heatmap_stands_before_all_scripts(heatmap: Heatmap) -> None:
    page = render_html(heatmap.highlight(1))
    assert page.index("cat ") < page.index("<script")
