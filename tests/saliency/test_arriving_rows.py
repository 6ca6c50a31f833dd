"""Rows of heat that are given away as they are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from textualheatmap import Heatmap
from textualheatmap.saliency.arguments.options import AttributionOptions
from textualheatmap.saliency.methods import batches
from textualheatmap.saliency.methods.batches import iterate_slices
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.saliency.conftest import Call
    from textualheatmap import Facet

METHODS = ["gradient", "occlusion", "integrated-gradients"]


class Watcher:
    """Keeps what `on_rows` is called with, and shows it in a heatmap."""

    def __init__(self) -> None:
        self.heatmap = Heatmap()
        self.begun: list[Facet] = []
        self.starts: list[int] = []
        self.rows: list[NDArray[np.float32]] = []

    def __call__(self, facet: Facet, start: int, rows: NDArray[np.float32]) -> None:
        if not self.begun:
            assert np.isnan(facet.heat).all()
            self.heatmap.set_data([facet])
        self.begun.append(facet)
        self.starts.append(start)
        self.rows.append(rows.copy())
        self.heatmap.fill_rows(0, range(start, start + len(rows)), rows)


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("method", METHODS)
def test_rows_arrive_from_the_first_to_the_last_as_they_are_in_the_end(
    call: Call, method: str
) -> None:
    watcher = Watcher()
    facet = call.explain(method=method, steps=4, batch_size=2, on_rows=watcher)
    assert len(watcher.rows[0]) == 0
    assert len(watcher.rows) > 2
    assert all(len(rows) for rows in watcher.rows[1:])
    ends = np.cumsum([len(rows) for rows in watcher.rows]).tolist()
    assert watcher.starts == [0, *ends[:-1]]
    np.testing.assert_array_equal(np.concatenate(watcher.rows), facet.heat)
    np.testing.assert_array_equal(watcher.heatmap.facets[0].heat, facet.heat)
    assert all(each is watcher.begun[0] for each in watcher.begun)
    assert watcher.begun[0].tokens.texts == facet.tokens.texts
    assert watcher.begun[0].tokens.meta == facet.tokens.meta
    known = dict(watcher.begun[0].provenance)
    assert known == {key: facet.provenance[key] for key in known}


@pytest.mark.parametrize("method", ["gradient", "occlusion"])
def test_rows_on_the_scale_of_all_arrive_together_at_the_end(
    call: Call, method: str
) -> None:
    watcher = Watcher()
    facet = call.explain(method=method, scale="all", batch_size=2, on_rows=watcher)
    assert [len(rows) for rows in watcher.rows] == [0, len(facet)]
    np.testing.assert_array_equal(watcher.rows[1], facet.heat)


def test_rows_are_there_before_they_are_counted(call: Call) -> None:
    watcher = Watcher()
    seen: list[tuple[int, int]] = []

    def count(done: int, _total: int) -> None:
        seen.append((done, sum(map(len, watcher.rows))))

    call.explain(batch_size=2, on_rows=watcher, progress=count)
    assert all(there >= done for done, there in seen)


def test_an_exception_in_it_stops_the_work(call: Call) -> None:
    rows_seen: list[int] = []

    def stop(_facet: Facet, _start: int, rows: NDArray[np.float32]) -> None:
        rows_seen.append(len(rows))
        if len(rows):
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        call.explain(batch_size=2, on_rows=stop)
    assert len(rows_seen) == 2


def test_what_is_no_function_is_refused(call: Call) -> None:
    with pytest.raises(TypeError, match="on_rows is 3, expected a callable or None"):
        call.explain(on_rows=3)


def list_sizes(seconds: list[float], count: int, **options: Any) -> list[int]:  # noqa: ANN401 - of any kind
    """Return the sizes of slices on which the work takes so long each."""
    network = Network(None, None, [], 3, 1, None)  # pyright: ignore[reportArgumentType]
    sizes: list[int] = []
    clock = {"now": 0.0}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batches, "monotonic", lambda: clock["now"])
        for part in iterate_slices(count, network, AttributionOptions(**options)):
            clock["now"] += seconds[min(len(sizes), len(seconds) - 1)]
            sizes.append(part.stop - part.start)
    return sizes


def test_batches_grow_while_they_are_quick_where_rows_are_shown() -> None:
    sizes = list_sizes([0.1, 0.1, 0.5, 0.1, 0.1, 0.1, 0.1], 200, on_rows=print)
    assert sizes == [2, 4, 8, 8, 16, 32, 64, 64, 64]
    assert list_sizes([0.1], 200) == [64] * 4
    assert list_sizes([0.1], 9, on_rows=print, batch_size=3) == [3] * 3
