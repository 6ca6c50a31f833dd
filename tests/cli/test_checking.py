"""The command `check`."""

import json
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.cli.command import call_command
from textualheatmap import read_json
from textualheatmap.cli.commands import app
from textualheatmap.files.zarr_file import write_zarr

WRONG = [
    [{"token": 1, "heat": [1, "x"]}, {"token": "b", "heat": [1]}],
    [{"token": "a", "heat": [1], "numbers": {"a rank": "first"}}],
]
LINES = [
    "facets[0].tokens[0].token: is an int, expected a string",
    "facets[0].tokens[1].heat: has 1 value, expected 2 (one per non-format token)",
    "facets[0].tokens[0].heat[1]: is a str, expected a number",
    "facets[1].numbers['a rank'][0]: is 'first', expected a finite number or None",
]
GOOD = [[{"token": "a", "heat": [1]}]]


def check(*arguments: object) -> Result:
    return CliRunner().invoke(app, ["check", *map(str, arguments)])


@pytest.fixture
def wrong(tmp_path: Path) -> Path:
    path = tmp_path / "wrong.json"
    path.write_text(json.dumps(WRONG))
    return path


@pytest.fixture
def good(tmp_path: Path) -> Path:
    path = tmp_path / "good.json"
    path.write_text(json.dumps(GOOD))
    return path


def test_all_that_is_wrong_is_told_with_its_file_and_place(
    wrong: Path, good: Path
) -> None:
    result = check(good, wrong, "no.json")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        f"{good}: good, 1 facet: facet 1 (1 token)",
        *(f"{wrong}: {line}" for line in LINES),
        "no.json: No such file or directory",
    ]


def test_a_good_file_tells_its_facets_and_tokens() -> None:
    result = check("data/autocomplete.npz")
    assert (result.exit_code, result.stdout) == (
        0,
        (
            "data/autocomplete.npz: good, 2 facets: "
            "facet 1 (177 tokens), facet 2 (177 tokens)\n"
        ),
    )


def test_facets_that_do_not_go_together_are_told(tmp_path: Path) -> None:
    from textualheatmap import Facet, write_npz  # noqa: PLC0415

    path = tmp_path / "twice.npz"
    facet = Facet.from_arrays(["a"], [[1]], id="same")
    write_npz(path, [facet, facet])
    result = check(path)
    assert result.exit_code == 1
    assert "same" in result.stdout


def test_a_file_of_no_format_does_not_keep_others_from_being_checked(
    good: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    packed = tmp_path / "packed.json.zst"
    packed.touch()
    monkeypatch.setitem(sys.modules, "zstandard", None)
    result = check("README.md", packed, good)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert lines[0].startswith("README.md: the name ends in '.md', expected one of")
    assert lines[1].startswith(f"{packed}: files that end in .zst need the package")
    assert lines[2:] == [f"{good}: good, 1 facet: facet 1 (1 token)"]


def test_heat_that_stays_in_a_file_is_checked_too(tmp_path: Path) -> None:
    from textualheatmap import Facet, write_file  # noqa: PLC0415

    path = tmp_path / "my.zarr"
    facets = [Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 1]]) for _ in range(3)]
    write_file(path, facets)
    assert check(path).exit_code == 0
    for number in (0, 2):
        (path / f"{number}" / "heat" / "c" / "0" / "0").write_bytes(b"?")
    (path / "1" / "zarr.json").write_bytes(b"?")
    assert len(check(path).stdout.splitlines()) == 1
    write_file(path, facets)
    for number in (0, 2):
        (path / f"{number}" / "heat" / "c" / "0" / "0").write_bytes(b"?")
    result = check(path)
    assert result.exit_code == 1
    assert len(result.stdout.splitlines()) == 2
    assert "2/heat/c/0/0 is not packed by zstd" in result.stdout


def test_programs_get_json(wrong: Path, good: Path) -> None:
    result = check("--json", wrong, good)
    assert result.exit_code == 1
    wrong_file, good_file = json.loads(result.stdout)["files"]
    assert wrong_file["errors"][0] == {
        "place": "facets[0].tokens[0].token",
        "message": "is an int, expected a string",
    }
    assert good_file["facets"] == [{"title": "", "id": None, "tokens": 1}]


def test_stdin_is_a_file(good: Path) -> None:
    assert call_command("check", "-", "--from", "json", given=good.read_bytes()) == (
        0,
        b"stdin: good, 1 facet: facet 1 (1 token)\n",
        "",
    )


def test_the_format_that_is_said_wins_over_the_name(good: Path, tmp_path: Path) -> None:
    file, folder = tmp_path / "file.zarr", tmp_path / "folder"
    file.write_bytes(good.read_bytes())
    write_zarr(folder, read_json(good))
    assert call_command("check", "--from", "json", file)[0] == 0
    assert call_command("check", "--from", ".Zarr", folder)[0] == 0


@pytest.mark.parametrize(
    ("arguments", "status", "message"),
    [
        (["-"], 2, "--from is missing, expected with '-' one of json, jsonl, npz"),
        (["README.md"], 1, "README.md: the name ends in '.md', expected one of json"),
        (["--from", "xml", "README.md"], 2, "--from is 'xml', expected one of json"),
        (["--from", "json", "README.md"], 1, "README.md: the file is not JSON"),
        (["tests"], 1, "tests: Is a directory"),
        (["--from", "zarr", "README.md"], 1, "README.md: Not a directory"),
        (["--from", "zarr", "tests"], 1, "tests: the store has no zarr.json, expect"),
    ],
)
def test_a_mistake_is_told_in_one_line(
    arguments: list[str], status: int, message: str
) -> None:
    came, said, error = call_command("check", *arguments)
    (line,) = (said.decode() + error).splitlines()
    assert came == status
    assert line.removeprefix("Error: ").startswith(message)
