"""The standalone HTML file."""

import errno
import io
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from textualheatmap.export.html import render_html, write_html
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


def test_without_data_there_is_nothing_to_save(tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    with pytest.raises(ValueError, match="call set_data first"):
        write_html(Heatmap(), path)
    assert not path.exists()


def test_a_file_that_exists_is_replaced(heatmap: Heatmap, tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    path.write_text("old", encoding="utf-8")
    write_html(heatmap, str(path))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "old" not in text[:20]


def test_the_heatmap_stands_before_all_scripts(heatmap: Heatmap) -> None:
    page = render_html(heatmap.highlight(1))
    assert page.index("cat ") < page.index("<script")


def test_another_ending_is_refused(heatmap: Heatmap, tmp_path: Path) -> None:
    path = tmp_path / "out.png"
    with pytest.raises(ValueError, match=r"ends in '\.png', expected '\.html'"):
        write_html(heatmap, path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["out.HTML", "out.htm"])
def test_an_ending_of_html_may_be_written_otherwise(
    heatmap: Heatmap, tmp_path: Path, name: str
) -> None:
    write_html(heatmap, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("kind", [io.BytesIO, io.StringIO])
def test_an_open_file_is_written_to(heatmap: Heatmap, kind: type[Any]) -> None:
    file = kind()
    write_html(heatmap, file)
    page = file.getvalue()
    assert len(page) > 1_000_000
    assert (page if isinstance(page, str) else page.decode()).startswith("<!DOCTYPE")


def test_what_is_no_file_is_refused(heatmap: Heatmap) -> None:
    with pytest.raises(TypeError, match="path is an int, expected a path or a file"):
        write_html(heatmap, 5)  # pyright: ignore[reportArgumentType]


def test_a_title_with_half_a_surrogate_is_escaped(
    heatmap: Heatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    write_html(heatmap, path, title="half \ud800")
    assert Page(path.read_text(encoding="utf-8")).title == r"half \ud800"


def test_a_file_stays_whole_when_writing_fails(
    heatmap: Heatmap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.html"
    path.write_text("old", encoding="utf-8")

    def fail(_number: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="full"):
        write_html(heatmap, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
