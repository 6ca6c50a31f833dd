"""Files of a heatmap: their formats, and that nothing is lost when writing fails."""

import errno
import io
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import NamedTemporaryFile, SpooledTemporaryFile
from typing import Any, cast

import pytest

from textualheatmap.export.saving import save_heatmap
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]


@pytest.fixture
def heatmap(records: Records) -> Heatmap:
    return Heatmap().set_data(records)


def test_without_data_there_is_nothing_to_save(tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    with pytest.raises(ValueError, match="call set_data first"):
        save_heatmap(Heatmap(), path)
    assert not path.exists()


def test_a_file_that_exists_is_replaced(heatmap: Heatmap, tmp_path: Path) -> None:
    path = tmp_path / "out.html"
    path.write_text("old", encoding="utf-8")
    save_heatmap(heatmap, str(path))
    text = path.read_text(encoding="utf-8")
    assert text.startswith("<!DOCTYPE html>")
    assert "old" not in text[:20]


def test_another_ending_is_refused(heatmap: Heatmap, tmp_path: Path) -> None:
    path = tmp_path / "out.docx"
    message = r"path ends in '\.docx', expected one of \.html, .*\.png"
    with pytest.raises(ValueError, match=message):
        save_heatmap(heatmap, path)
    assert not path.exists()


@pytest.mark.parametrize("name", ["out.PDF", "out.svg", "out.png"])
def test_a_figure_is_written_by_the_ending(
    heatmap: Heatmap, tmp_path: Path, name: str
) -> None:
    save_heatmap(heatmap, tmp_path / name)
    start = {"PDF": b"%PDF", "svg": b"<?xml", "png": b"\x89PNG"}[name[-3:]]
    assert (tmp_path / name).read_bytes().startswith(start)


@pytest.mark.parametrize("name", ["pdf", ".PDF"])
def test_the_format_of_an_open_file_is_given(heatmap: Heatmap, name: str) -> None:
    file = io.BytesIO()
    save_heatmap(heatmap, file, file_format=name)
    assert file.getvalue().startswith(b"%PDF")


def test_a_given_format_goes_before_the_ending(
    heatmap: Heatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.tmp"
    save_heatmap(heatmap, path, file_format="svg")
    assert path.read_bytes().startswith(b"<?xml")


def test_bytes_need_a_file_open_for_bytes(heatmap: Heatmap) -> None:
    file = io.StringIO()
    with pytest.raises(TypeError, match=r"open for text, expected .* bytes: '\.pdf'"):
        save_heatmap(heatmap, file, file_format="pdf")
    save_heatmap(heatmap, file, file_format="svg")
    assert file.getvalue().startswith("<?xml")


@pytest.mark.parametrize("given", [3, "docx"])
def test_another_format_is_refused(heatmap: Heatmap, given: object) -> None:
    with pytest.raises((TypeError, ValueError), match="format is"):
        save_heatmap(heatmap, io.BytesIO(), file_format=cast("str", given))


def test_an_option_of_another_format_is_refused(
    heatmap: Heatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    message = r"width is not for '\.html', only for \.pdf, \.svg, \.png"
    with pytest.raises(ValueError, match=message):
        save_heatmap(heatmap, path, width="3in")
    assert not path.exists()
    save_heatmap(heatmap, path, width=None, title="t")


def test_a_figure_says_what_to_install(
    heatmap: Heatmap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = "textualheatmap.export.figures.figure"
    monkeypatch.delitem(sys.modules, module, raising=False)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ImportError, match=r"pip install .*\[figures\]"):
        save_heatmap(heatmap, tmp_path / "out.pdf")


@pytest.mark.parametrize("name", ["out.HTML", "out.htm"])
def test_an_ending_of_html_may_be_written_otherwise(
    heatmap: Heatmap, tmp_path: Path, name: str
) -> None:
    save_heatmap(heatmap, tmp_path / name)
    assert (tmp_path / name).read_bytes().startswith(b"<!DOCTYPE html>")


@pytest.mark.parametrize("kind", [io.BytesIO, io.StringIO])
def test_an_open_file_is_written_to(heatmap: Heatmap, kind: type[Any]) -> None:
    file = kind()
    save_heatmap(heatmap, file)
    page = file.getvalue()
    assert len(page) > 1_000_000
    assert (page if isinstance(page, str) else page.decode()).startswith("<!DOCTYPE")


@pytest.mark.parametrize("kind", [NamedTemporaryFile, SpooledTemporaryFile])
@pytest.mark.parametrize("mode", ["w+", "w+b"])
def test_a_temporary_file_is_written_to(
    heatmap: Heatmap, kind: Callable[..., Any], mode: str
) -> None:
    with kind(mode=mode, encoding=None if "b" in mode else "utf-8") as file:
        save_heatmap(heatmap, file, file_format="txt")
        file.seek(0)
        content = file.read()
    assert isinstance(content, bytes if "b" in mode else str)
    assert content


@pytest.mark.parametrize("ending", ["html", "pdf", "md", "tex"])
def test_a_title_is_a_string(heatmap: Heatmap, tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"out.{ending}"
    with pytest.raises(TypeError, match="title is an int, expected a string"):
        save_heatmap(heatmap, path, title=5)
    assert not path.exists()


def test_what_is_no_file_is_refused(heatmap: Heatmap) -> None:
    with pytest.raises(TypeError, match="path is an int, expected a path or a file"):
        save_heatmap(heatmap, 5)  # pyright: ignore[reportArgumentType]


def test_a_title_with_half_a_surrogate_is_escaped(
    heatmap: Heatmap, tmp_path: Path
) -> None:
    path = tmp_path / "out.html"
    save_heatmap(heatmap, path, title="half \ud800")
    assert r"<title>half \ud800</title>" in path.read_text(encoding="utf-8")


def test_a_file_stays_whole_when_writing_fails(
    heatmap: Heatmap, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "out.html"
    path.write_text("old", encoding="utf-8")

    def fail(_number: int) -> None:
        raise OSError(errno.ENOSPC, "full")

    monkeypatch.setattr("os.fsync", fail)
    with pytest.raises(OSError, match="full"):
        save_heatmap(heatmap, path)
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]
