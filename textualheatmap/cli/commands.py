"""The commands with their arguments; what they do is imported when they run."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from textualheatmap.cli.failures import WRONG_DATA, tell_failures


class _Commands(TyperGroup):
    """The commands, whose failures are told in one line."""

    def invoke(self, ctx: Any) -> Any:  # noqa: ANN401 - Typer has the type to itself
        with tell_failures():
            return super().invoke(ctx)


app = typer.Typer(
    cls=_Commands,
    help="Show, check, save and convert textual heatmaps.",
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

InputFormat = Annotated[
    str | None,
    typer.Option(
        "--from",
        metavar="FORMAT",
        help="Format of the input, such as json or npz; the name says it otherwise.",
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


@app.callback(invoke_without_command=True)
def _start(
    ctx: typer.Context,
    *,
    show_version: Annotated[
        bool, typer.Option("--version", help="Say the version, and do nothing else.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    if show_version:
        names = {"textualheatmap": "panel-textualheatmap", "panel": "panel"}
        versions = {name: version(each) for name, each in names.items()}
        versions["python"] = platform.python_version()
        said = json.dumps(versions) if as_json else versions["textualheatmap"]
        typer.echo(said if as_json else f"textualheatmap {said}")
        raise typer.Exit
    if ctx.invoked_subcommand is None:
        msg = "a command is missing, such as check; --help lists them"
        raise ValueError(msg)


@app.command("check", no_args_is_help=True)
def _check(
    files: Annotated[list[str], typer.Argument(metavar="FILE")],
    *,
    input_format: InputFormat = None,
    as_json: AsJson = False,
) -> None:
    """Say all that is wrong with files, or what they hold.

    One error a line: the file, the place in it, what came and what was expected. The
    exit status is 1 if there is any error. The file - is stdin.
    """
    from textualheatmap.cli.checking import check_file  # noqa: PLC0415

    reports = [check_file(name, input_format) for name in files]
    if as_json:
        whole = {"files": [report.to_json() for report in reports]}
        typer.echo(json.dumps(whole, indent=2))
    else:
        for report in reports:
            for line in report.to_lines():
                typer.echo(line)
    if any(report.errors for report in reports):
        raise typer.Exit(WRONG_DATA)
