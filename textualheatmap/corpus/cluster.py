"""Many texts on the workers of a Dask cluster."""

from __future__ import annotations

from importlib import import_module
from itertools import islice
from typing import TYPE_CHECKING, Any

from textualheatmap.corpus.attempts import (
    PreparationError,
    attempt,
    describe_error,
    find_weights,
)
from textualheatmap.facet.fields import name_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from textualheatmap.corpus.attempts import ExplainText
    from textualheatmap.facet.facet import Facet

# So many texts wait for each thread of the cluster, that none of them has to wait.
SENT = 2
UNDONE = ("pending", "lost")
"""A text that was done, and is done again: its worker died with what it had to send."""
CONNECT_SECONDS = 10
MAX_FUNCTION = 10_000_000
"""How many bytes a function may have that is sent with each text."""


def connect(address: str) -> Any:  # noqa: ANN401 - distributed need not be installed
    """Return a client of the scheduler at an address.

    Raises
    ------
    ImportError
        If `distributed` is not installed; the message says what to install.
    OSError
        If there is no scheduler.

    Examples
    --------
    >>> connect("here")
    Traceback (most recent call last):
        ...
    ConnectionError: there is no Dask scheduler at 'here', expected tcp://HOST:PORT
    """
    distributed = _import_distributed()
    try:
        return distributed.Client(address, timeout=CONNECT_SECONDS)
    except (OSError, ValueError) as error:
        msg = f"there is no Dask scheduler at {address!r}, expected tcp://HOST:PORT"
        raise ConnectionError(msg) from error


def attempt_on_cluster(
    client: Any,  # noqa: ANN401 - distributed need not be installed
    function: ExplainText,
    texts: Iterable[tuple[str, str]],
    retries: int,
) -> Iterator[tuple[str, Facet | str]]:
    """Yield names of texts with their facets or errors, as workers send them.

    A text whose worker dies goes to another one, also if its facet was still with that
    worker; if several die of it, that is its error. Two texts for each thread are with
    the workers at a time, no more.

    Parameters
    ----------
    client
        A `distributed.Client`.
    function
        As in `attempt`. It is sent with each text.
    texts
        Names and texts.
    retries
        How often a text is tried again.

    Raises
    ------
    PreparationError
        As in `attempt`.
    TypeError
        If it is no client.
    ValueError
        If the function has too much with it to be sent with each text.
    RuntimeError
        If the scheduler has ended.

    Examples
    --------
    >>> list(attempt_on_cluster("tcp://127.0.0.1:1", int, [], 0))
    Traceback (most recent call last):
        ...
    TypeError: client is a str, expected a distributed.Client
    """
    distributed = _check_client(client)
    _check_size(function)
    waiting = iter(texts)
    running: dict[Any, str] = {}
    finished = distributed.as_completed()

    def send() -> None:
        threads = max(1, sum(client.nthreads().values()))
        for name, text in islice(waiting, max(0, SENT * threads - len(running))):
            future = client.submit(attempt, function, text, pure=False, retries=retries)
            running[future] = name
            finished.add(future)

    try:
        send()
        for future in finished:
            if future.status in UNDONE:
                finished.add(future)
                continue
            outcome = _collect(future)
            yield running.pop(future), outcome
            send()
    finally:
        client.cancel([*running])


def find_weights_on_cluster(client: Any, function: ExplainText) -> object:  # noqa: ANN401
    """Return what `find_weights` returns on one of the workers.

    Raises
    ------
    PreparationError
        As `find_weights`.
    TypeError
        If it is no client.
    ValueError
        If the function has too much with it to be sent.

    Examples
    --------
    >>> find_weights_on_cluster("tcp://127.0.0.1:1", int)
    Traceback (most recent call last):
        ...
    TypeError: client is a str, expected a distributed.Client
    """
    _check_client(client)
    _check_size(function)
    return client.submit(find_weights, function, pure=False).result()


def _check_client(client: Any) -> Any:  # noqa: ANN401 - distributed need not be there
    """Return `distributed`; raise unless it is one of its clients."""
    distributed = _import_distributed()
    if not isinstance(client, distributed.Client):
        msg = f"client is {name_type(client)}, expected a distributed.Client"
        raise TypeError(msg)
    return distributed


def _check_size(function: ExplainText) -> None:
    """Raise if a function has too much with it to be sent with each text."""
    size = len(import_module("cloudpickle").dumps(function))
    if size > MAX_FUNCTION:
        msg = (
            f"function has {size:,} bytes with it, which would be sent with each text, "
            f"expected at most {MAX_FUNCTION:,}: Explainer('my/model') loads a model "
            "on each worker"
        )
        raise ValueError(msg)


def _collect(future: Any) -> Facet | str:  # noqa: ANN401 - as above
    """Return what a worker sent; raise if there can be no more of it."""
    if future.status == "finished":
        return future.result()
    if future.status != "error":
        msg = f"a text was {future.status}: the scheduler has ended, or was restarted"
        raise RuntimeError(msg)
    error = future.exception()
    if isinstance(error, PreparationError):
        raise error
    return describe_error(error)


def _import_distributed() -> Any:  # noqa: ANN401 - as above
    try:
        return import_module("distributed")
    except ImportError:
        msg = (
            "a Dask cluster needs the package distributed: "
            "pip install 'panel-textualheatmap[dask]'"
        )
        raise ImportError(msg) from None
