"""The commands with their arguments; what they do is imported when they run."""

from __future__ import annotations

import json
import platform
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from textualheatmap.cli.explain_command import add_explain
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
OutputFormat = Annotated[
    str | None,
    typer.Option(
        "--to",
        metavar="FORMAT",
        help="Format of the output, such as html or pdf; the name says it otherwise.",
    ),
]
Palette = Annotated[
    str | None,
    typer.Option(
        metavar="NAME",
        help="Name of a palette, such as paper, or hex colours: '#fff,#000'.",
    ),
]
Direction = Annotated[
    str | None,
    typer.Option(
        metavar="row|column",
        help="row: what the focus looked at; column: who looked at it.",
    ),
]
Grouping = Annotated[
    str | None,
    typer.Option(
        metavar="UNIT",
        help="token, word, sentence, line, or a regular expression: '/[a-z]+/'.",
    ),
]
Scale = Annotated[
    str | None,
    typer.Option(
        metavar="auto|row|facet|all|none",
        help="What has the full colour: the largest heat of the row, of the facet, "
        "of all facets, or heat 1 (none).",
    ),
]
NoLegend = Annotated[
    bool, typer.Option("--no-legend", help="Leave out the ramp of the colours.")
]
ShowMeta = Annotated[
    bool, typer.Option("--meta", help="Show the meta of the focus, if it has any.")
]
Focus = Annotated[
    list[str] | None,
    typer.Option(
        metavar="FOCUS",
        help="Index of the focused token, 30-40 for tokens 30 to 39, or one of these "
        "after a facet: LSTM:52. Figures take several.",
    ),
]
Port = Annotated[
    int,
    typer.Option(
        metavar="NUMBER",
        min=0,
        max=65535,
        help="Port of the page; 0 is any that is free.",
    ),
]
Address = Annotated[
    str, typer.Option(metavar="HOST", help="Where to listen; others may visit 0.0.0.0.")
]
Origins = Annotated[
    list[str] | None,
    typer.Option(
        "--origin",
        metavar="HOST:PORT",
        help="A name by which others visit the page, where it is not the address.",
    ),
]
NoBrowser = Annotated[
    bool, typer.Option("--no-browser", help="Only say the page's address.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for programs.")]


ON_A_PAGE = {"sizing_mode": "stretch_width", "link": True}
"""Parameters of a heatmap that is served."""


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


@app.command("save", no_args_is_help=True)
def _save(
    files: Annotated[list[str], typer.Argument(metavar="FILE")],
    *,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="The file to write, whose name says the format; - is stdout.",
        ),
    ],
    input_format: InputFormat = None,
    output_format: OutputFormat = None,
    focus: Focus = None,
    title: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What stands above it all.")
    ] = None,
    width: Annotated[
        str | None,
        typer.Option(
            metavar="WIDTH",
            help="Of a figure, such as 3.3in, 84mm or 240pt; of a page, in px.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="text|matrix",
            help="Of a figure: the text, or a row for each focus.",
        ),
    ] = None,
    font_size: Annotated[
        float | None,
        typer.Option(metavar="POINTS", help="Of a figure: that of the tokens."),
    ] = None,
    dpi: Annotated[
        float | None,
        typer.Option(metavar="NUMBER", help="Of a PNG: dots per inch."),
    ] = None,
    palette: Palette = None,
    direction: Direction = None,
    grouping: Grouping = None,
    scale: Scale = None,
    meta: ShowMeta = False,
    no_legend: NoLegend = False,
) -> None:
    """Write a heatmap as a page or a figure.

    The facets of several files stand one below the other. The file - is stdin.
    """
    from textualheatmap.cli.heatmaps import build_heatmap, read_inputs  # noqa: PLC0415
    from textualheatmap.cli.saving import save_output  # noqa: PLC0415

    settings = {
        "palette": palette,
        "direction": direction,
        "grouping": grouping,
        "scale": scale,
        "show_meta": meta,
        "legend": not no_legend,
    }
    save_output(
        build_heatmap(read_inputs(files, input_format), settings),
        output,
        output_format,
        focuses=focus or (),
        width=width,
        options={"title": title, "kind": kind, "font_size": font_size, "dpi": dpi},
    )


@app.command("show", no_args_is_help=True)
def _show(
    files: Annotated[list[str], typer.Argument(metavar="FILE")],
    *,
    input_format: InputFormat = None,
    palette: Palette = None,
    direction: Direction = None,
    grouping: Grouping = None,
    scale: Scale = None,
    meta: ShowMeta = False,
    no_legend: NoLegend = False,
    port: Port = 0,
    address: Address = "localhost",
    origin: Origins = None,
    no_browser: NoBrowser = False,
) -> None:
    """Show a heatmap in the browser, until Ctrl+C.

    The facets of several files stand one below the other. The file - is stdin.
    """
    from textualheatmap.cli.heatmaps import build_heatmap, read_inputs  # noqa: PLC0415
    from textualheatmap.cli.inputs import name_input  # noqa: PLC0415

    settings = {
        "palette": palette,
        "direction": direction,
        "grouping": grouping,
        "scale": scale,
        "show_meta": meta,
        "legend": not no_legend,
    }
    facets = read_inputs(files, input_format)
    build_heatmap(facets, settings)  # before Panel is imported, which takes seconds
    from textualheatmap.cli.showing import serve_heatmap  # noqa: PLC0415
    from textualheatmap.view import TextualHeatmap  # noqa: PLC0415

    serve_heatmap(
        build_heatmap(facets, settings | ON_A_PAGE, TextualHeatmap),
        title=", ".join(map(name_input, files)),
        port=port,
        address=address,
        origins=origin or (),
        opens_browser=not no_browser,
    )


@app.command("demo")
def _demo(
    *,
    output: Annotated[
        str | None,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="Write this file, as save does, and show nothing.",
        ),
    ] = None,
    port: Port = 0,
    address: Address = "localhost",
    no_browser: NoBrowser = False,
) -> None:
    """Show an example in the browser, until Ctrl+C."""
    from textualheatmap.cli.example import read_example  # noqa: PLC0415
    from textualheatmap.cli.heatmaps import build_heatmap  # noqa: PLC0415
    from textualheatmap.cli.saving import save_output  # noqa: PLC0415

    facets = read_example()
    focus = str(len(facets[0]) // 2)
    settings = {"show_meta": True}
    if output is not None:
        heatmap = build_heatmap(facets, settings)
        save_output(heatmap, output, focuses=[focus], options={})
        return
    from textualheatmap.cli.showing import serve_heatmap  # noqa: PLC0415
    from textualheatmap.view import TextualHeatmap  # noqa: PLC0415

    heatmap = build_heatmap(facets, settings | ON_A_PAGE, TextualHeatmap)
    serve_heatmap(
        heatmap.highlight(int(focus)),
        title="Example",
        port=port,
        address=address,
        opens_browser=not no_browser,
    )


@app.command("convert", no_args_is_help=True)
def _convert(
    source: Annotated[str, typer.Argument(metavar="IN")],
    output: Annotated[str, typer.Argument(metavar="OUT")],
    *,
    input_format: InputFormat = None,
    output_format: OutputFormat = None,
) -> None:
    """Write the facets of a file as JSON, JSON lines, NPZ, Parquet or Zarr.

    The file - is stdin or stdout. NPZ rounds heat to the steps of one or two bytes.
    """
    from textualheatmap.cli.converting import write_facets  # noqa: PLC0415
    from textualheatmap.cli.heatmaps import read_inputs  # noqa: PLC0415

    write_facets(read_inputs([source], input_format), output, output_format)


add_explain(app)
