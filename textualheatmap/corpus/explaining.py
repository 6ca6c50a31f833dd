"""Many texts: which are left to do, and where their facets go."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, cast

from textualheatmap.corpus.attempts import attempt_all, find_weights
from textualheatmap.corpus.cluster import attempt_on_cluster, find_weights_on_cluster
from textualheatmap.corpus.corpus_store import CorpusStore, describe_function
from textualheatmap.facet.fields import name_type, quote
from textualheatmap.files.folder_lock import lock_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from os import PathLike

    from textualheatmap.corpus.attempts import ExplainText
    from textualheatmap.facet.facet import Facet


class CorpusMaps(NamedTuple):
    """The facets of many texts, and the errors of those that have none.

    Parameters
    ----------
    facets
        The facets by the names of their texts, each read when it is asked for.
    failed
        The errors by the names of the texts.
    """

    facets: Mapping[str, Facet]
    failed: dict[str, str]


def explain_corpus(
    function: ExplainText,
    texts: Iterable[str] | Mapping[str, str],
    out: str | PathLike[str],
    client: Any = None,  # noqa: ANN401 - distributed need not be installed
    *,
    retries: int = 2,
    progress: bool | Callable[[int, int], object] = True,
) -> CorpusMaps:
    """Explain many texts, each once, into a Zarr store or Parquet files.

    Facets are in the store as soon as they are computed. If the run is stopped or
    killed, the same call goes on where it was; of a text that was being explained,
    nothing is left. A text that fails is recorded with its error, and the run goes on;
    the next call tries it again.

    Parameters
    ----------
    function
        Takes a text and returns its facet: an `Explainer`, which loads a model once in
        each process; or, without a cluster, any callable, such as
        ``partial(causal, model, tokenizer)``.
    texts
        The texts, whose facets are named "0", "1" and so on; or a mapping of names to
        texts. Names have letters, digits, "_", "-" and ".". More texts may be added in
        a later call.
    out
        The folder of a Zarr store; or, if it ends in ".parquet", a folder with a file
        for each text. One run at a time may write to it.
    client
        A `distributed.Client` of a Dask cluster whose workers explain the texts. None
        explains them in this process, one after another. If a worker dies, its texts
        go to others.
    retries
        How often a text is tried again after an error that is neither a ValueError nor
        a TypeError, from 0.
    progress
        True shows a bar, False shows none. A callable is called with the texts done and
        their total; an exception that it raises stops the run between two texts.

    Returns
    -------
    maps
        The facets that the store has, in the order in which they were done, and the
        errors of the texts that failed.

    Raises
    ------
    ValueError
        If the store was made by another function, with other options or with a model
        of other weights, or has other texts by the same names. The message says what
        differs.
    TypeError
        If an argument is not as described.
    OSError
        If the store cannot be written, another run is writing to it, or the model
        cannot be loaded.
    ModuleNotFoundError
        If Zarr, or pyarrow, is not installed.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from textualheatmap import Facet
    >>> def explain(text):
    ...     return Facet.from_arrays([text], [[1 / len(text)]])
    >>> with TemporaryDirectory() as folder:
    ...     maps = explain_corpus(
    ...         explain, {"x": "ab", "y": ""}, f"{folder}/maps.zarr", progress=False
    ...     )
    ...     maps.facets["x"], maps.failed
    (<Facet of 1 token: 'ab'>, {'y': 'ZeroDivisionError: division by zero'})
    """
    if not callable(function):
        msg = f"function is {name_type(function)}, expected a callable"
        raise TypeError(msg)
    if type(retries) is not int or retries < 0:
        msg = f"retries is {quote(retries)}, expected an integer from 0"
        raise ValueError(msg)
    named = _name_texts(texts)
    with lock_folder(out):
        store = CorpusStore(out, describe_function(function))
        waiting = [each for each in named.items() if not store.is_done(*each)]
        store.check_weights(
            find_weights(function)
            if client is None
            else find_weights_on_cluster(client, function)
        )
        if waiting:
            outcomes = (
                attempt_all(function, waiting, retries)
                if client is None
                else attempt_on_cluster(client, function, waiting, retries)
            )
            with (
                _report_progress(
                    progress, len(named) - len(waiting), len(named)
                ) as report,
                closing(cast("Any", outcomes)),
            ):
                for name, outcome in outcomes:
                    store.add(name, named[name], outcome)
                    report()
        return CorpusMaps(store.open(), store.failed)


def _name_texts(texts: object) -> dict[str, str]:
    """Return texts by their names, checked."""
    if isinstance(texts, str) or not isinstance(texts, Iterable):
        msg = f"texts is {name_type(texts)}, expected a list or a mapping of strings"
        raise TypeError(msg)
    if isinstance(texts, Mapping):
        given = cast("Mapping[str, object]", texts)
    else:
        each = enumerate(cast("Iterable[object]", texts))
        given = {str(number): text for number, text in each}
    for name, text in given.items():
        if not isinstance(text, str):
            msg = f"texts[{quote(name)}] is {name_type(text)}, expected a string"
            raise TypeError(msg)
    if not given:
        msg = "texts is empty, expected at least one text"
        raise ValueError(msg)
    return cast("dict[str, str]", dict(given))


@contextmanager
def _report_progress(
    progress: bool | Callable[[int, int], object],  # noqa: FBT001 - or a callable
    done: int,
    total: int,
) -> Iterator[Callable[[], object]]:
    """Yield a function to call after each text."""
    if callable(progress):
        numbers = iter(range(done + 1, total + 1))
        progress(done, total)
        yield lambda: progress(next(numbers), total)
        return
    if not progress:
        yield lambda: None
        return
    from tqdm.auto import tqdm  # noqa: PLC0415 - of the extra

    with tqdm(total=total, initial=done, unit="text") as bar:
        yield bar.update
