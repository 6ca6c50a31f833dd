"""Many texts in this process: each once, in a store that goes on where it was."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch

from tests.corpus.texts import Reader, Weighed
from textualheatmap import Facet
from textualheatmap.corpus.attempts import PreparationError
from textualheatmap.corpus.cluster import attempt_on_cluster
from textualheatmap.corpus.corpus_store import describe_function
from textualheatmap.corpus.explaining import CorpusMaps, explain_corpus
from textualheatmap.files import parquet_file
from textualheatmap.files.folder_lock import lock_folder
from textualheatmap.files.growing_folder import GrowingFolder
from textualheatmap.files.zarr_file import write_zarr

# Some tests give it what no function of texts is.
explain_quietly: Any = partial(explain_corpus, progress=False)
no_function: Any = len


@pytest.fixture
def reader(tmp_path: Path) -> Reader:
    return Reader(tmp_path)


@pytest.fixture(params=["zarr", "parquet"])
def out(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    return tmp_path / f"maps.{request.param}"


def read_texts(maps: CorpusMaps) -> dict[str, str]:
    return {name: facet.tokens.text for name, facet in maps.facets.items()}


def test_texts_have_facets_by_their_names(reader: Reader, out: Path) -> None:
    maps = explain_quietly(reader, {"x": "some", "y": "text"}, out)
    assert read_texts(maps) == {"x": "some", "y": "text"}
    assert GrowingFolder(out).open()["y"].heat.tolist() == [[1]]
    maps = explain_quietly(reader, ["more"], out)
    assert read_texts(maps) == {"x": "some", "y": "text", "0": "more"}


def test_a_text_that_fails_is_recorded_and_the_others_go_on(
    reader: Reader, out: Path
) -> None:
    maps = explain_quietly(reader, ["a", "odd", "again"], out)
    assert read_texts(maps) == {"0": "a", "2": "again"}
    assert maps.failed == {"1": "ValueError: it is odd"}
    assert [reader.count(text) for text in ("a", "odd", "again")] == [1, 1, 3]
    maps = explain_quietly(reader, ["a", "odd", "again", "b"], out)
    assert read_texts(maps) == {"0": "a", "2": "again", "3": "b"}
    assert [reader.count(text) for text in ("a", "odd", "again")] == [1, 2, 3]


def test_a_text_that_failed_is_well_later(reader: Reader, out: Path) -> None:
    maps = explain_quietly(reader, ["again"], out, retries=0)
    assert (len(maps.facets), maps.failed) == (
        0,
        {"0": "RuntimeError: no memory for now"},
    )
    maps = explain_quietly(reader, ["again"], out, retries=1)
    assert (read_texts(maps), maps.failed) == ({"0": "again"}, {})


def test_a_killed_run_goes_on_and_does_each_text_once(
    reader: Reader, out: Path
) -> None:
    code = (
        "import sys; from pathlib import Path; from tests.corpus.texts import Reader; "
        "from textualheatmap.corpus.explaining import explain_corpus; "
        "explain_corpus(Reader(Path(sys.argv[1])), ['a', 'b', 'kill', 'c'], "
        "sys.argv[2], progress=False)"
    )
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", code, str(reader.folder), str(out)]
    assert subprocess.run(command, check=False, cwd=root).returncode < 0
    assert [*GrowingFolder(out).open()] == ["0", "1"]
    maps = explain_quietly(reader, ["a", "b", "kill", "c"], out)
    assert [*read_texts(maps).values()] == ["a", "b", "kill", "c"]
    assert [reader.count(text) for text in ("a", "b", "kill", "c")] == [1, 1, 2, 1]


def test_progress_is_told_after_each_text_and_can_stop_the_run(
    reader: Reader, out: Path
) -> None:
    told: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        told.append((done, total))
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        explain_corpus(reader, ["a", "b", "c"], out, progress=stop)
    assert told == [(0, 3), (1, 3), (2, 3)]
    told.clear()
    explain_corpus(
        reader, ["a", "b", "c"], out, progress=lambda *each: told.append(each)
    )
    assert told == [(2, 3), (3, 3)]
    assert [reader.count(text) for text in "abc"] == [1, 1, 1]


def test_a_bar_counts_texts(
    reader: Reader, out: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    explain_corpus(reader, ["a", "b", "c"], out)
    assert "3/3" in capsys.readouterr().err


def test_another_function_or_text_is_refused(reader: Reader, out: Path) -> None:
    explain_quietly(reader, ["a"], out)
    with pytest.raises(
        ValueError, match=r"with method 'gradient', but this run has 'occlusion'"
    ):
        explain_quietly(reader._replace(method="occlusion"), ["a"], out)
    with pytest.raises(ValueError, match=r"text '0' is 'b', but .* has another"):
        explain_quietly(reader, ["b"], out)
    with pytest.raises(ValueError, match=r"made with method 'gradient', but .*nothing"):
        explain_quietly(int, ["a"], out)
    assert reader.count("a") == 1
    written = out.with_name("other.zarr")
    write_zarr(written, [Facet.from_arrays(["a"], [[1]])])
    with pytest.raises(ValueError, match="has facets that no corpus made"):
        explain_quietly(reader, ["a"], written)


def test_a_model_of_other_weights_is_refused(reader: Reader, out: Path) -> None:
    explain = Weighed(reader.folder, "abc")
    explain_quietly(explain, ["a"], out)
    explain_quietly(explain, ["a"], out)
    for texts in (["a"], ["a", "b"]):
        with pytest.raises(
            ValueError, match=r"made with weights of the model 'abc', but .* has 'xyz'"
        ):
            explain_quietly(explain._replace(weights="xyz"), texts, out)
    assert (reader.count("a"), reader.count("b")) == (1, 0)


def test_a_model_that_cannot_be_loaded_ends_the_run(reader: Reader, out: Path) -> None:
    with pytest.raises(PreparationError, match="no such model"):
        explain_quietly(Weighed(reader.folder, None), ["a"], out)
    assert not out.exists()


def test_a_model_in_memory_is_known_by_its_weights(out: Path) -> None:
    model = torch.nn.Linear(2, 2)

    def explain(model: torch.nn.Module, text: str) -> Facet:
        del model
        return Facet.from_arrays([text], [[1]])

    explain_quietly(partial(explain, model), ["a"], out)
    explain_quietly(partial(explain, deepcopy(model)), ["a", "b"], out)
    torch.nn.init.zeros_(model.bias)
    with pytest.raises(ValueError, match=r"made with weights of argument 1 '\w{16}'"):
        explain_quietly(partial(explain, model), ["a", "b"], out)


def test_two_runs_into_one_store_are_kept_apart(reader: Reader, out: Path) -> None:
    with (
        lock_folder(out),
        pytest.raises(BlockingIOError, match=r"process \d+ on .* writes to it"),
    ):
        explain_quietly(reader, ["a"], out)
    maps = explain_quietly(reader, ["a"], out)
    assert read_texts(maps) == {"0": "a"}


def test_a_facet_that_its_file_cannot_hold_is_a_text_that_failed(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_file, "MAX_BYTES", 1)
    maps = explain_quietly(reader, ["a"], tmp_path / "maps.parquet")
    assert not maps.facets
    assert maps.failed["0"].startswith("HeatmapDataError: the facets have 1 heats")


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("a", ["a"]), {}, "function is a str, expected a callable"),
        ((int, "a"), {}, "texts is a str, expected a list or a mapping"),
        ((int, [1]), {}, r"texts\['0'\] is an int, expected a string"),
        ((int, []), {}, "texts is empty"),
        ((int, {"../a": "a"}), {}, "the name of a facet is"),
        ((int, ["a"]), {"retries": -1}, "retries is -1, expected an integer from 0"),
        ((int, ["a"]), {"client": "tcp://a:1"}, "client is a str, expected a distr"),
    ],
)
def test_a_wrong_argument_is_told_before_the_work(
    arguments: Any,  # noqa: ANN401
    options: dict[str, Any],
    message: str,
    out: Path,
) -> None:
    function, texts = arguments
    with pytest.raises((TypeError, ValueError), match=message):
        explain_quietly(function, texts, out, **options)
    assert not out.exists()


def test_what_a_function_returns_has_to_be_a_facet(out: Path) -> None:
    maps = explain_quietly(len, ["a"], out)
    assert maps.failed == {"0": "TypeError: function returned an int, expected a Facet"}


def test_a_partial_is_known_by_its_arguments_but_not_by_how_it_computes() -> None:
    function = partial(no_function, 2, mod=[3, None], batch_size=4, memory=9, key=len)
    assert describe_function(function) == {
        "function": "len",
        "argument 1": 2,
        "mod": [3, None],
        "key": "len",
    }


def test_a_cluster_without_distributed_is_told_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(
        ImportError, match=r"pip install 'panel-textualheatmap\[dask\]'"
    ):
        list(attempt_on_cluster(None, no_function, [], 0))
