"""The command line as a user runs it, in a process of its own or in this one."""

import subprocess
import sys
from pathlib import Path

from typer.testing import CliRunner

from textualheatmap.cli.commands import app

COMMAND = (sys.executable, "-m", "textualheatmap")
ROOT = Path(__file__).parents[2]


def run_command(*arguments: object, given: bytes = b"") -> tuple[int, bytes, str]:
    """Return the exit status, stdout and stderr of a command with this on stdin."""
    ended = subprocess.run(
        [*COMMAND, *map(str, arguments)],
        input=given,
        capture_output=True,
        check=False,
        cwd=ROOT,
    )
    said = ended.stderr.decode()
    assert "Traceback" not in said
    return ended.returncode, ended.stdout, said


def call_command(*arguments: object, given: bytes = b"") -> tuple[int, bytes, str]:
    """Return what `run_command` does, but from this process, which is faster."""
    result = CliRunner().invoke(app, [str(each) for each in arguments], input=given)
    return result.exit_code, result.stdout_bytes, result.stderr
