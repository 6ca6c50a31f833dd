"""The commands `show` and `demo`, without a browser."""

import socket
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.cli.command import call_command, run_command
from textualheatmap.cli.commands import app
from textualheatmap.cli.example import EXHIBIT, read_example


def test_a_port_that_is_taken_is_told(npz: Path) -> None:
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        status, said, error = run_command("show", npz, "--no-browser", "--port", port)
    assert (status, said) == (1, b"")
    assert error == f"Error: localhost:{port}: Address already in use\n"


def test_a_name_that_no_machine_has_is_told(npz: Path) -> None:
    address = ("--address", "no.such.host.invalid")
    status, said, error = run_command("show", npz, "--no-browser", *address)
    assert (status, said) == (1, b"")
    assert error == "Error: no.such.host.invalid: No such address\n"


@pytest.mark.parametrize("port", [-1, 65536])
def test_a_number_that_no_port_has_is_told(port: int, npz: Path) -> None:
    status, _, error = call_command("show", npz, "--no-browser", "--port", port)
    assert status == 2
    assert "Invalid value for '--port'" in error


def test_what_cannot_be_shown_is_told_before_anything_is_served(tmp_path: Path) -> None:
    result = CliRunner().invoke(app, ["show", str(tmp_path / "no.json")])
    assert result.exit_code == 1
    assert result.stderr.endswith("no.json: No such file or directory\n")


@pytest.mark.parametrize("exhibit", [EXHIBIT, Path("no/such/file.npz")])
def test_an_example_has_two_facets_of_one_text(exhibit: Path) -> None:
    first, second = read_example(exhibit)
    assert first.tokens.texts == second.tokens.texts
    assert first.title
    assert first.heat.tolist() != second.heat.tolist()


def test_the_example_is_written_to_a_file(tmp_path: Path) -> None:
    out = tmp_path / "demo.png"
    result = CliRunner().invoke(app, ["demo", "-o", str(out)])
    assert (result.exit_code, result.output) == (0, "")
    assert out.read_bytes().startswith(b"\x89PNG")
