"""The command `save`."""

import os
import subprocess
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image
from typer.testing import CliRunner, Result

from tests.cli.command import COMMAND, ROOT, run_command
from textualheatmap.cli.commands import app
from textualheatmap.export.saving import FORMATS


def save(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["save", *map(str, arguments)])


def fail(*arguments: object) -> tuple[int, str]:
    result = save(*arguments)
    assert result.stdout == ""
    return result.exit_code, result.stderr.removeprefix("Error: ").rstrip("\n")


@pytest.mark.parametrize("ending", FORMATS)
def test_every_format_is_written(npz: Path, ending: str) -> None:
    out = npz.with_suffix(ending)
    result = save(npz, "-o", out, "--focus", 12)
    assert (result.exit_code, result.output) == (0, "")
    assert out.stat().st_size > 100


def test_a_figure_has_all_that_was_asked_for(npz: Path) -> None:
    out = npz.with_suffix(".pdf")
    options = ["--width", "3in", "--title", "A title", "--no-legend"]
    focuses = ["--focus", 12, "--focus", "30-40", "--focus", "LSTM:52"]
    assert save(npz, "-o", out, *options, *focuses).exit_code == 0
    page = pypdfium2.PdfDocument(out)[0]
    assert page.get_width() == pytest.approx(3 * 72, abs=1)
    text = page.get_textpage().get_text_bounded()
    assert text.startswith("A title")
    # Two facets of three focuses, and the name of the first of these.
    assert text.count("word12") == 2 * 3 + 1


def test_a_png_has_the_dots_that_were_asked_for(npz: Path) -> None:
    out = npz.with_suffix(".png")
    assert save(npz, "-o", out, "--dpi", 50, "--width", "4in").exit_code == 0
    with Image.open(out) as image:
        assert image.width == pytest.approx(200, abs=1)


def test_the_look_is_the_one_that_was_asked_for(npz: Path) -> None:
    pictures: set[bytes] = set()
    looks = (
        ["--palette", "paper"],
        ["--palette", "#ffffff,#000088"],
        ["--scale", "all"],
        ["--direction", "column"],
        ["--grouping", "line"],
        ["--grouping", "/word12 word13 /"],
        ["--kind", "matrix"],
        ["--font-size", "11"],
        [],
    )
    for look in looks:
        out = npz.with_suffix(".png")
        result = save(npz, "-o", out, "--dpi", 40, "--focus", 12, *look)
        assert (result.exit_code, result.output) == (0, "")
        pictures.add(out.read_bytes())
    assert len(pictures) == len(looks)


def test_a_page_is_as_wide_as_it_says_and_has_one_focus(npz: Path) -> None:
    out = npz.with_suffix(".html")
    assert save(npz, "-o", out, "--width", "720", "--focus", "LSTM:5").exit_code == 0
    assert b"720" in out.read_bytes()
    status, message = fail(npz, "-o", out, "--focus", 1, "--focus", 2)
    assert (status, message) == (
        2,
        "--focus is given 2 times, expected once for '.html'",
    )


def test_facets_of_several_files_stand_below_each_other(npz: Path) -> None:
    out = npz.with_suffix(".html")
    gru = npz.with_name("other.json")
    gru.write_text('[[{"token": "a", "heat": [1]}]]')
    assert save(npz, gru, "-o", out).exit_code == 0
    assert b"other" in out.read_bytes()


def test_only_the_result_is_written_to_stdout(npz: Path) -> None:
    status, said, error = run_command(
        *("save", "-", "--from", "npz", "-o", "-", "--to", "pdf"),
        given=npz.read_bytes(),
    )
    assert (status, error) == (0, "")
    assert said.startswith(b"%PDF")
    assert said.rstrip().endswith(b"%%EOF")


def test_a_reader_that_leaves_ends_the_command_silently(npz: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    command = [*COMMAND, "save", str(npz), "-o", "-", "--to", "html"]
    ended = subprocess.run(
        command, stdout=writing, stderr=subprocess.PIPE, check=False, cwd=ROOT
    )
    os.close(writing)
    assert (ended.returncode, ended.stderr) == (1, b"")


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["-o", "a.docx"], 2, "a.docx: the name ends in '.docx', expected one of html"),
        (["-o", "-"], 2, "--to is missing, expected with '-' one of html"),
        (["-o", "a.pdf", "--to", "doc"], 2, "--to is 'doc', expected one of html"),
        (["-o", "no/a.pdf"], 1, "no/a.pdf: No such file or directory"),
        (["-o", "tests", "--to", "pdf"], 1, "tests: Is a directory"),
        (["-o", "/dev/full", "--to", "pdf"], 1, "/dev/full: No space left on device"),
        (["-o", "a.pdf", "--dpi", "5"], 2, "dpi is 5.0, expected a number from 30"),
        (["-o", "a.html", "--dpi", "50"], 2, "dpi is not for '.html', only for .pdf"),
        (["-o", "a.html", "--width", "3in"], 2, "--width is '3in', expected a number"),
        (["-o", "a.html", "--width", "1"], 2, "Integer parameter 'Heatmap.width'"),
        (["-o", "a.pdf", "--palette", "no"], 2, "palette is 'no', expected 'viridis'"),
        (["-o", "a.pdf", "--grouping", "/(/"], 2, "grouping is '/(/', no regular"),
        (["-o", "a.pdf", "--focus", "60"], 2, "index is 60, expected 0 to 59"),
        (["-o", "a.pdf", "--focus", "x"], 2, "--focus is 'x', expected such as 12"),
        (["-o", "a.pdf", "--focus", "BERT:1"], 2, "facet is 'BERT', expected 'GRU'"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    npz: Path, arguments: list[str], status: int, message: str
) -> None:
    came, said = fail(npz, *arguments)
    assert (came, said.count("\n")) == (status, 0)
    assert said.startswith(message)


def test_wrong_data_are_told_with_their_file(tmp_path: Path) -> None:
    path = tmp_path / "wrong.json"
    path.write_text("[[{}]]")
    status, message = fail(path, "-o", tmp_path / "out.pdf")
    assert (status, message) == (
        1,
        f"{path}: facets[0].tokens[0].token is missing, expected a string",
    )


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_may_not_be_written_to_is_told(npz: Path) -> None:
    npz.parent.chmod(0o500)
    status, message = fail(npz, "-o", npz.with_suffix(".pdf"))
    npz.parent.chmod(0o700)
    assert (status, message.endswith(": Permission denied")) == (1, True)
