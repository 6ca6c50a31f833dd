"""Where the command `textualheatmap` starts."""

import sys
from importlib.util import find_spec


def main() -> None:
    """Run the command line on the arguments of this process, and end the process.

    The status is 0 if all went well, 1 if data or files are wrong, 2 if the command
    was used wrongly, and 130 if it was interrupted.

    Examples
    --------
    >>> from subprocess import run
    >>> run([sys.executable, "-m", "textualheatmap", "--version"]).returncode
    0
    """
    if find_spec("typer") is None:
        sys.exit(
            "The command textualheatmap needs typer: "
            'pip install "panel-textualheatmap[cli]"'
        )
    from textualheatmap.cli.commands import app  # noqa: PLC0415 - it needs typer

    app(prog_name="textualheatmap")
