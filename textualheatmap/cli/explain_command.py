"""The command `explain` with its arguments; what it does is imported when it runs."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from textualheatmap.cli.failures import WRONG_DATA

if TYPE_CHECKING:
    from collections.abc import Callable

KINDS = ["causal", "masked", "seq2seq", "classify"]
SHOWN = [
    *("saliency", "attention", "attention-rollout", "attention-gradient"),
    *("attention-norm", "cross-attention", "cross-attention-gradient"),
    *("layers", "lens"),
]
METHODS = [
    *("gradient", "gradient-x-input", "occlusion", "integrated-gradients", "shap"),
    *("captum.GradientShap", "captum.ShapleyValueSampling", "captum.KernelShap"),
    *("captum.LayerIntegratedGradients", "captum.LayerConductance"),
]
REDUCES = ["norm", "sum"]
TARGETS = ["true", "top"]
FOILS = ["top", "runner-up"]
BASELINES = ["mask", "mean", "zero"]
UNITS = ["token", "word", "sentence", "line"]
SCALES = ["row", "all", "none"]
SPECIALS = ["drop", "format", "keep"]
DEVICES = ["auto", "cpu", "cuda", "mps"]
PRECISIONS = ["float32", "bfloat16", "float16"]


def _offer(choices: list[str]) -> Callable[[str], list[str]]:
    """Return what completes the beginning of a choice in a shell."""

    def complete(incomplete: str) -> list[str]:
        return [each for each in choices if each.startswith(incomplete)]

    return complete


def add_explain(app: typer.Typer) -> None:
    """Add the command `explain` to others.

    Examples
    --------
    >>> add_explain(typer.Typer())
    """
    app.command("explain", no_args_is_help=True)(_explain)


def _explain(
    model: Annotated[
        str,
        typer.Argument(
            metavar="MODEL",
            help="Folder of a model on this machine, or the name of a downloaded one.",
        ),
    ],
    text: Annotated[
        str,
        typer.Argument(
            metavar="TEXT",
            help="What is explained; - is stdin. A name in .jsonl is a file with a "
            "text a line.",
        ),
    ],
    *,
    output: Annotated[
        str,
        typer.Option(
            "--output",
            "-o",
            metavar="OUT",
            help="JSON, NPZ or Parquet keeps the heat; a page or figure is as of save. "
            "Of many texts, a folder in .zarr or .parquet.",
        ),
    ],
    output_format: Annotated[
        str | None,
        typer.Option(
            "--to",
            metavar="FORMAT",
            help="Format of the output, such as html; the name says it otherwise.",
        ),
    ] = None,
    kind: Annotated[
        str | None,
        typer.Option(
            metavar="KIND",
            help="Of the model, which says it otherwise: causal (predicts next "
            "tokens), masked (masked ones), seq2seq (writes a text about another, "
            "such as its translation) or classify.",
            autocompletion=_offer(KINDS),
        ),
    ] = None,
    chat: Annotated[
        bool,
        typer.Option(
            "--chat",
            help="Explain what a chat model answers. TEXT is what the user says, or "
            'JSON of all messages: [{"role": "user", "content": "Hi"}].',
        ),
    ] = False,
    target_text: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            help="The answer or translation to explain; else the model writes it.",
        ),
    ] = None,
    generate: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="The most tokens that the model writes: of an answer or translation "
            "64, and after the text of a causal model 0, unless given.",
        ),
    ] = None,
    show: Annotated[
        str,
        typer.Option(
            metavar="WHAT",
            help="saliency: what mattered to each prediction; attention, "
            "attention-rollout, attention-gradient, attention-norm: by layers and "
            "heads; cross-attention, cross-attention-gradient: of a seq2seq model's "
            "decoder; layers: what mattered at each layer; lens: the prediction after "
            "each layer.",
            autocompletion=_offer(SHOWN),
        ),
    ] = "saliency",
    method: Annotated[
        str | None,
        typer.Option(
            metavar="METHOD",
            help="gradient (the default), gradient-x-input, occlusion, "
            "integrated-gradients, shap, or a class of Captum, such as "
            "captum.GradientShap; of layers captum.LayerConductance and the like.",
            autocompletion=_offer(METHODS),
        ),
    ] = None,
    reduce: Annotated[
        str | None,
        typer.Option(
            metavar="norm|sum",
            help="sum: heat has a sign, positive where a token raises the output.",
            autocompletion=_offer(REDUCES),
        ),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option(
            metavar="true|top",
            help="Explain the token that is there, or the best prediction. With "
            "--foil, any token.",
            autocompletion=_offer(TARGETS),
        ),
    ] = None,
    foil: Annotated[
        str | None,
        typer.Option(
            metavar="FOIL",
            help="Explain why the target rather than this: top, runner-up, a token, "
            "or the name of a class.",
            autocompletion=_offer(FOILS),
        ),
    ] = None,
    by: Annotated[
        str | None,
        typer.Option(
            metavar="UNIT",
            help="What occlusion takes out at once: token, word, sentence or line.",
            autocompletion=_offer(UNITS),
        ),
    ] = None,
    baseline: Annotated[
        str | None,
        typer.Option(
            metavar="mask|mean|zero",
            help="What replaces a token: of occlusion, integrated gradients and shap.",
            autocompletion=_offer(BASELINES),
        ),
    ] = None,
    steps: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Points of integrated gradients; 32."),
    ] = None,
    noise: Annotated[
        float | None,
        typer.Option(
            metavar="SHARE",
            help="SmoothGrad over a method of gradients: the noise, such as 0.1 of "
            "the spread of the embedded tokens.",
        ),
    ] = None,
    samples: Annotated[
        int | None,
        typer.Option(metavar="NUMBER", help="Noisy texts that are averaged; 20."),
    ] = None,
    seed: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="Of the noise; 0.")
    ] = None,
    evaluations: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Texts that shap may read for each row; 500."
        ),
    ] = None,
    scale: Annotated[
        str | None,
        typer.Option(
            metavar="row|all|none",
            help="Divide heat by the largest of its row, of all rows, or not.",
            autocompletion=_offer(SCALES),
        ),
    ] = None,
    special: Annotated[
        str | None,
        typer.Option(
            metavar="drop|format|keep",
            help="Special tokens such as [CLS]: left out, without heat, or kept.",
            autocompletion=_offer(SPECIALS),
        ),
    ] = None,
    window: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Tokens that a causal model reads at once, of a text that is longer "
            "than it takes.",
        ),
    ] = None,
    stride: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER",
            help="Tokens from one window to the next; half a window, unless given.",
        ),
    ] = None,
    device: Annotated[
        str,
        typer.Option(
            metavar="DEVICE",
            help="Where the model runs: auto (a GPU where there is one), cpu, cuda, "
            "mps, or cuda:1.",
            autocompletion=_offer(DEVICES),
        ),
    ] = "auto",
    dtype: Annotated[
        str,
        typer.Option(
            metavar="float32|bfloat16|float16",
            help="Precision of the model's weights.",
            autocompletion=_offer(PRECISIONS),
        ),
    ] = "float32",
    batch_size: Annotated[
        int | None,
        typer.Option(
            metavar="NUMBER", help="Rows or texts at a time: fewer take less memory."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Of a Dask cluster that explains many texts, such as tcp://HOST:8786.",
        ),
    ] = None,
) -> None:
    """Show what mattered to a language model on this machine.

    Nothing is downloaded, and weights are read from safetensors or GGUF files only.
    Progress stands on stderr. It needs the extra saliency. Many texts go into a
    folder, and the same command goes on where it was stopped; the exit status is 1 if
    any of them failed.
    """
    from textualheatmap.cli.converting import write_facets  # noqa: PLC0415
    from textualheatmap.cli.heatmaps import build_heatmap  # noqa: PLC0415
    from textualheatmap.cli.inputs import STANDARD, choose_format  # noqa: PLC0415
    from textualheatmap.cli.saving import FORMATS, save_output  # noqa: PLC0415
    from textualheatmap.files.kinds import FILE_ENDINGS  # noqa: PLC0415

    # Before the work, which takes long.
    ending = choose_format(output, output_format, [*FILE_ENDINGS, *FORMATS], "--to")
    is_file = text.lower().endswith(".jsonl")
    if is_file and ending != ".zarr" and not output.lower().endswith(".parquet"):
        msg = f"{output} is no folder, expected OUT.zarr or OUT.parquet for many texts"
        raise ValueError(msg)
    if scheduler is not None and not is_file:
        msg = "--scheduler is for many texts, expected a file TEXTS.jsonl"
        raise ValueError(msg)
    from textualheatmap.cli.explaining import (  # noqa: PLC0415
        explain_text,
        explain_texts,
        find_focus,
    )
    from textualheatmap.cli.question import Question  # noqa: PLC0415

    question = Question(
        {
            "answer": target_text,
            "generate": generate,
            "method": method,
            "reduce": reduce,
            "target": target,
            "foil": foil,
            "by": by,
            "baseline": baseline,
            "steps": steps,
            "noise": noise,
            "samples": samples,
            "seed": seed,
            "evaluations": evaluations,
            "scale": scale,
            "special": special,
            "window": window,
            "stride": stride,
            "batch_size": batch_size,
        },
        kind=kind,
        show=show,
        is_chat=chat,
    )
    if is_file:
        failed = explain_texts(
            model,
            text,
            output,
            question,
            scheduler=scheduler,
            device=device,
            dtype=dtype,
        )
        for name, error in failed.items():
            typer.echo(f"Error: {name}: {error}", err=True)
        if failed:
            raise typer.Exit(WRONG_DATA)
        return
    facets = explain_text(
        model,
        sys.stdin.read() if text == STANDARD else text,
        question,
        device=device,
        dtype=dtype,
    )
    if ending in FILE_ENDINGS:
        write_facets(facets, output, ending)
    else:
        save_output(
            build_heatmap(facets, {"show_meta": True}),
            output,
            ending,
            focuses=[find_focus(facets)],
            options={},
        )
