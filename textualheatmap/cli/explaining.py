"""The command `explain`: from a model and a text to facets, or of many texts."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Any

from textualheatmap.cli.corpus_texts import read_texts
from textualheatmap.cli.question import name_options
from textualheatmap.corpus.cluster import connect
from textualheatmap.facet.facet import Facet
from textualheatmap.saliency import Explainer, explain_corpus, load_model

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.cli.question import Question


def explain_text(
    model: str,
    text: str,
    question: Question,
    *,
    device: str = "auto",
    dtype: str = "float32",
) -> list[Facet]:
    """Return what a model that is on this machine says to a text.

    After two seconds of work, a line on stderr says how far it is.

    Parameters
    ----------
    model
        As `load_model` takes it.
    text
        What is explained.
    question
        What is asked about it.
    device
        Where the model runs, as `causal` takes it.
    dtype
        The precision of the model's weights, as `load_model` takes it.

    Raises
    ------
    ValueError
        If an argument is not as expected, or the model is of another kind.
    OSError
        If there is no such model, or it cannot be read.

    Examples
    --------
    >>> from textualheatmap.cli.question import Question
    >>> explain_text("no/such/folder", "a text", Question({}), dtype="int8")
    Traceback (most recent call last):
        ...
    ValueError: --dtype is 'int8', expected 'float32', 'bfloat16' or 'float16'
    """
    precision: Any = dtype
    with name_options():
        loaded = load_model(model, dtype=precision)
    found = question.ask(loaded, text, device=device)
    return [found] if isinstance(found, Facet) else [*found]


def find_focus(facets: Sequence[Facet]) -> str:
    """Return which token is best shown at first: the last one that has a row.

    Examples
    --------
    >>> find_focus([Facet.from_arrays(["a", "b"], [[1, 0], [0, 1]])])
    '1'
    """
    owner = facets[0].rows_of
    for facet in facets:
        if owner is not None and facet.id == owner:
            return f"{owner}:{len(facet) - 1}"
    return str(len(facets[0]) - 1)


def explain_texts(
    model: str,
    path: str,
    out: str,
    question: Question,
    *,
    scheduler: str | None = None,
    device: str = "auto",
    dtype: str = "float32",
) -> dict[str, str]:
    """Explain the texts of a file into a folder; return those that failed.

    A bar on stderr says how far it is. The same call goes on where an earlier one was.

    Parameters
    ----------
    model, question, device, dtype
        As in `explain_text`.
    path
        As `read_texts` takes it.
    out
        The folder, as `explain_corpus` takes it.
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
        If an argument is not as expected, or the folder was made with others.
    OSError
        If a file cannot be read or written, the model cannot be loaded, or there is no
        such scheduler.
    ImportError
        If `distributed` is needed and not installed.

    Examples
    --------
    >>> from textualheatmap.cli.question import Question
    >>> explain_texts("my/gpt", "no/such.jsonl", "maps.zarr", Question({}))
    Traceback (most recent call last):
        ...
    FileNotFoundError: [Errno 2] No such file or directory: 'no/such.jsonl'
    """
    texts = read_texts(path)
    options = {**question.fit_many(), "device": device, "dtype": dtype}
    with name_options():
        explainer = Explainer(model, kind=question.kind, **options)
    with nullcontext() if scheduler is None else connect(scheduler) as client:
        return explain_corpus(explainer, texts, out, client).failed
