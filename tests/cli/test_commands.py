"""The command line as a whole: its entry point, its failures, what it imports."""

import json
import subprocess
import sys
import tomllib
from importlib import import_module

from typer.testing import CliRunner

from tests.cli.command import COMMAND, ROOT, run_command
from textualheatmap.cli.commands import app


def test_the_package_installs_the_command() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    module, name = project["project"]["scripts"]["textualheatmap"].split(":")
    assert callable(getattr(import_module(module), name))


def test_the_version_is_told_for_people_and_for_programs() -> None:
    status, said, _ = run_command("--version")
    assert (status, said.split()[0]) == (0, b"textualheatmap")
    status, said, _ = run_command("--version", "--json")
    assert (status, set(json.loads(said))) == (0, {"textualheatmap", "panel", "python"})


def test_the_version_is_told_without_panel_bokeh_and_numpy() -> None:
    program = """
import sys
from textualheatmap.cli.main import main
sys.argv = ["textualheatmap", "--version"]
try:
    main()
finally:
    found = {"bokeh", "panel", "pandas", "numpy", "param"} & set(sys.modules)
    print(found or "none of them")
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=True, cwd=ROOT
    )
    assert ended.stdout.decode().splitlines()[1:] == ["none of them"]


def test_without_typer_it_is_said_what_to_install() -> None:
    program = """
import sys
sys.modules["typer"] = None
from textualheatmap.cli.main import main
main()
"""
    ended = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, check=False, cwd=ROOT
    )
    assert ended.returncode == 1
    assert ended.stderr.decode().splitlines() == [
        (
            "The command textualheatmap needs typer: "
            'pip install "panel-textualheatmap[cli]"'
        )
    ]


def test_wrong_use_has_the_status_2() -> None:
    runner = CliRunner()
    for arguments in (["chek"], ["check"], ["--json"], ["check", "--fast", "a.json"]):
        assert runner.invoke(app, arguments).exit_code == 2


def test_every_command_and_option_says_what_it_does() -> None:
    status, said, _ = run_command("--help")
    assert status == 0
    lines = [line for line in said.decode().splitlines() if line.startswith("  ")]
    assert [line for line in lines if len(line.split()) < 2] == []


def test_a_reader_that_leaves_ends_the_command_silently() -> None:
    files = ["data/autocomplete.npz"] * 20
    with subprocess.Popen(
        [*COMMAND, "check", *files],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 1
