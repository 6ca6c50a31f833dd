"""The command `explain`: from a model and a text to a facet, or of many texts."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from textualheatmap.cli.corpus_texts import read_texts
from textualheatmap.corpus.cluster import connect
from textualheatmap.saliency import (
    Explainer,
    causal,
    explain_corpus,
    load_model,
    masked,
)

if TYPE_CHECKING:
    from textualheatmap.facet.facet import Facet

FUNCTIONS = {"causal": causal, "masked": masked}


def explain_text(
    model: str,
    text: str,
    *,
    kind: str | None = None,
    method: str = "gradient",
    generate: int = 0,
) -> Facet:
    """Return what mattered to a model that is on this machine.

    After two seconds of work, a line on stderr says how far it is.

    Parameters
    ----------
    model
        As `load_model` takes it.
    text
        What is explained.
    kind
        ``"causal"`` or ``"masked"``; None for what the model is.
    method
        As `causal` and `masked` take it.
    generate
        By how many tokens a causal model first continues the text.

    Raises
    ------
    ValueError
        If an argument is not as expected, or the model is of another kind.
    OSError
        If there is no such model, or it cannot be read.

    Examples
    --------
    >>> explain_text("no/such/folder", "a text", kind="both")
    Traceback (most recent call last):
        ...
    ValueError: --kind is 'both', expected causal or masked
    """
    if kind is not None and kind not in FUNCTIONS:
        msg = f"--kind is {kind!r:.60}, expected {' or '.join(FUNCTIONS)}"
        raise ValueError(msg)
    loaded = load_model(model)
    if kind not in {None, loaded.kind}:
        msg = f"--kind is {kind!r}, but the model is a {loaded.kind} one"
        raise ValueError(msg)
    options: dict[str, Any] = {"method": method}
    if loaded.kind == "causal":
        options["generate"] = generate
    elif generate:
        msg = "--generate is not for masked models, only for causal ones"
        raise ValueError(msg)
    explain = FUNCTIONS[loaded.kind]
    return explain(loaded.model, loaded.tokenizer, text, **options)


def explain_texts(
    model: str,
    path: str,
    out: str,
    *,
    scheduler: str | None = None,
    kind: str | None = None,
    method: str = "gradient",
    generate: int = 0,
) -> dict[str, str]:
    """Explain the texts of a file into a Zarr store; return those that failed.

    A bar on stderr says how far it is. The same call goes on where an earlier one was.

    Parameters
    ----------
    model, kind, method, generate
        As in `explain_text`.
    path
        As `read_texts` takes it.
    out
        The folder of the store.
    scheduler
        The address of a Dask cluster whose workers do the work, or None.

    Returns
    -------
    failed
        The errors of texts by their names.

    Raises
    ------
    HeatmapDataError
        If the file or the store is not as expected.
    ValueError
        If an argument is not as expected, or the store was made with others.
    OSError
        If a file cannot be read or written, the model cannot be loaded, or there is no
        such scheduler.
    ImportError
        If `distributed` is needed and not installed.

    Examples
    --------
    >>> explain_texts("my/gpt", "no/such.jsonl", "maps.zarr")
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no/such.jsonl'
    """
    texts = read_texts(path)
    options: dict[str, Any] = {"method": method}
    if generate:
        options["generate"] = generate
    explainer = Explainer(model, kind=kind, **options)
    with nullcontext() if scheduler is None else connect(scheduler) as client:
        return explain_corpus(explainer, texts, out, client).failed
