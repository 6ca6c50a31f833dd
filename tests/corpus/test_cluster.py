"""Many texts on a cluster of two worker processes, one of which is killed."""

from __future__ import annotations

import os
import signal
import time
from typing import TYPE_CHECKING, Any, cast

import pytest

from tests.corpus.local_cluster import start_cluster
from tests.corpus.texts import Reader, Weighed
from textualheatmap.corpus.attempts import PreparationError
from textualheatmap.corpus.explaining import explain_corpus

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from distributed import Client

WAIT_SECONDS = 60
TEXTS = [*"abcde", "kill", "odd", *"fghijk", "again", *"lmno"]


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    """Return a client of two processes of one thread each."""
    with start_cluster(tmp_path_factory.mktemp("cluster")) as client:
        yield client


def test_each_text_is_done_although_a_worker_is_killed(
    client: Client, tmp_path: Path
) -> None:
    reader, out = Reader(tmp_path), tmp_path / "maps.zarr"
    # The run is stopped first, and goes on.
    with pytest.raises(KeyboardInterrupt):
        explain_corpus(reader, TEXTS[:4], out, client, progress=stop_after(1))
    maps = explain_corpus(reader, TEXTS, out, client, progress=False)
    texts = {int(name): facet.tokens.text for name, facet in maps.facets.items()}
    well = {at: text for at, text in enumerate(TEXTS) if text != "odd"}
    assert dict(sorted(texts.items())) == well
    assert maps.failed == {"6": "ValueError: it is odd"}
    assert (reader.count("kill"), reader.count("odd")) == (2, 1)
    processes = {str(facet.provenance["process"]) for facet in maps.facets.values()}
    assert len(processes) >= 2


def test_what_a_worker_had_not_sent_yet_is_done_again(
    client: Client, tmp_path: Path
) -> None:
    """Workers are killed with the facets of three texts; Dask starts new ones."""
    reader, out = Reader(tmp_path), tmp_path / "maps.zarr"
    client.wait_for_workers(2, timeout=WAIT_SECONDS)

    def kill(done: int, total: int) -> None:
        del total
        if done == 1:
            wait_until(lambda: held(client) >= 3)
            processes = cast("dict[str, int]", client.run(os.getpid))
            for process in processes.values():
                os.kill(process, signal.SIGKILL)
            wait_until(lambda: held(client) == 0)

    maps = explain_corpus(reader, [*"abcdef"], out, client, progress=kill)
    assert {facet.tokens.text for facet in maps.facets.values()} == {*"abcdef"}
    assert max(reader.count(text) for text in "abcdef") == 2


def held(client: Client) -> int:
    """Count the facets that the workers hold."""
    keys = cast("dict[str, tuple[str, ...]]", client.has_what())
    return sum(map(len, keys.values()))


def wait_until(is_so: Callable[[], bool]) -> None:
    until = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < until, "it did not come"
        time.sleep(0.05)


def test_the_weights_are_those_that_workers_have(
    client: Client, tmp_path: Path
) -> None:
    explain, out = Weighed(tmp_path, "abc"), tmp_path / "maps.parquet"
    explain_corpus(explain, ["a"], out, client, progress=False)
    with pytest.raises(ValueError, match="made with weights of the model 'abc', but"):
        explain_corpus(explain._replace(weights="x"), ["a", "b"], out, client)
    with pytest.raises(PreparationError, match="no such model"):
        explain_corpus(explain._replace(weights=None), ["a"], out, client)


def test_a_function_that_has_much_with_it_is_refused(
    client: Client, tmp_path: Path
) -> None:
    def function(text: str, model: Any = b"0" * 11_000_000) -> Any:  # noqa: ANN401
        return model, text

    with pytest.raises(ValueError, match=r"function has 11,\d+,\d+ bytes with it"):
        explain_corpus(function, ["a"], tmp_path / "maps.zarr", client)


def stop_after(texts: int) -> Any:  # noqa: ANN401
    """Return a progress that stops the run."""

    def progress(done: int, total: int) -> None:
        del total
        if done == texts:
            raise KeyboardInterrupt

    return progress
