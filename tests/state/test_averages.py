"""Heat on average, which is shown before anything is focused."""

import numpy as np
import pytest

from textualheatmap import Facet, Heatmap
from textualheatmap.facet.dense_store import DenseStore
from textualheatmap.state import averages
from textualheatmap.state.averages import find_average
from textualheatmap.state.colouring import paint_facet
from textualheatmap.state.view_state import DIRECTIONS

TOKENS = ["a", "b", "c "]


@pytest.mark.parametrize("chunk", [1, 4, 10**6])
def test_it_is_the_mean_of_what_is_known(
    monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(averages, "CHUNK", chunk)
    heat = np.random.default_rng(0).normal(size=(7, 5)).astype(np.float32)
    heat[2, 3] = heat[:, 1] = np.nan
    store = DenseStore(heat, missing=True)
    for axis, direction in enumerate(DIRECTIONS):
        known = ~np.isnan(heat)
        total = np.where(known, heat.astype(np.float64), 0).sum(axis=axis)
        with np.errstate(invalid="ignore"):
            expected = total / known.sum(axis=axis)
        mean = find_average(store, direction)
        assert mean is not None
        np.testing.assert_allclose(mean, expected, rtol=1e-4)


def test_at_rest_a_facet_shows_it_on_its_own_scale() -> None:
    facet = Facet.from_arrays(TOKENS, [[1, 0, 0], [1, 0.5, 0], [1, 1, 0.75]])
    heatmap = Heatmap(facets=[facet], scale="none")
    painted = paint_facet(heatmap, 0)
    assert painted.value.tolist() == [1, 0.5, 0.25]
    assert painted.heat.tolist() == [1, 0.5, 0.25]
    assert (painted.source, tuple(painted.limits)) == ("average", (0, 1))
    heatmap.direction = "column"
    np.testing.assert_allclose(
        paint_facet(heatmap, 0).value, [0.33333, 0.5, 0.91667], rtol=1e-6
    )
    heatmap.param.update(direction="row", grouping="word")
    assert paint_facet(heatmap, 0).value.tolist() == [1, 1, 1]
    heatmap.param.update(grouping="token", exclude=[0])
    assert paint_facet(heatmap, 0).heat.tolist() == [0, 1, 0.5]
    heatmap.rest = "plain"
    assert not paint_facet(heatmap, 0).heat.any()
    assert paint_facet(heatmap.highlight(0), 0).value[0] == 1


def test_rows_of_another_facet_are_averaged_and_columns_are_not() -> None:
    answer = Facet.from_arrays(["Yes"], [[1]], id="answer")
    prompt = Facet.from_arrays(["Hi", "?"], [[0.5, -1]], rows_of="answer")
    heatmap = Heatmap(facets=[prompt, answer])
    assert paint_facet(heatmap, 0).value.tolist() == [0.5, -1]
    assert paint_facet(heatmap, 0).heat.tolist() == [0.75, 0]
    heatmap.direction = "column"
    assert not paint_facet(heatmap, 0).shown.any()


def test_rows_that_still_arrive_have_no_average() -> None:
    heat = np.full((2, 2), np.nan)
    heatmap = Heatmap(facets=[Facet.from_arrays(["a", "b"], heat, missing=True)])
    heatmap.fill_rows(0, [1], [[0.5, 1]])
    assert not paint_facet(heatmap, 0).shown.any()
