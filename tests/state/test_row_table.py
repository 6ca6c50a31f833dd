"""The row of heat that is shown for the focus, as a table."""

import numpy as np
import pandas as pd
import pytest

from textualheatmap import Facet, Heatmap
from textualheatmap.state.colouring import paint_facet

NAN = float("nan")
COLUMNS = ["facet", "index", "token", "value", "heat", "rank", "share"]


@pytest.fixture
def heatmap() -> Heatmap:
    gaps = [False, True, False, False]
    words = Facet.from_arrays(
        ["a", " ", "b", "c"], [[4, 1, 1], [2, 0, 2], [0, 0, 0]], format=gaps, id="words"
    )
    other = Facet.from_arrays(["ab", "c"], [[1, -4], [0, 3]], title="OTHER")
    return Heatmap(facets=[words, other])


def test_the_table_has_the_tokens_of_every_facet_without_format_tokens(
    heatmap: Heatmap,
) -> None:
    table = heatmap.highlight(0).row()
    assert list(table) == COLUMNS
    assert table["facet"].tolist() == ["words"] * 3 + ["OTHER"] * 2
    assert table["index"].tolist() == [0, 1, 2, 0, 1]
    assert table["token"].tolist() == ["a", "b", "c", "ab", "c"]
    assert table["value"].tolist() == [4, 1, 1, 1, -4]
    assert table.index.tolist() == [0, 1, 2, 3, 4]


def test_rank_and_share_are_those_of_magnitudes_within_a_facet(
    heatmap: Heatmap,
) -> None:
    table = heatmap.highlight(0).row()
    assert table["rank"].tolist() == [1, 2, 2, 2, 1]
    np.testing.assert_allclose(table["share"], [4 / 6, 1 / 6, 1 / 6, 0.2, -0.8])
    assert heatmap.highlight(2).row(facet=0)["share"].tolist() == [0, 0, 0]


@pytest.mark.parametrize("facet", ["OTHER", 1])
def test_the_table_may_be_of_one_facet(heatmap: Heatmap, facet: str | int) -> None:
    assert heatmap.highlight(2).row(facet=facet)["value"].tolist() == [0, 3]


def test_the_table_follows_direction_pool_and_scale(heatmap: Heatmap) -> None:
    heatmap.direction = "column"
    assert heatmap.highlight(0).row(facet=0)["value"].tolist() == [4, 2, 0]
    heatmap.param.update(direction="row", pool="sum")
    table = heatmap.highlight(slice(0, 2)).row(facet=0)
    assert table["value"].tolist() == [6, 1, 3]
    assert table["heat"].tolist() == pytest.approx([1, 1 / 6, 0.5])
    heatmap.high = 12
    assert heatmap.row(facet=0)["heat"].tolist() == pytest.approx([0.5, 1 / 12, 0.25])


def test_the_table_follows_the_axes() -> None:
    axes = {"layer": ["first", "last"]}
    facet = Facet.from_arrays(["a"], [[[1]], [[0.5]]], axes=axes)
    heatmap = Heatmap(facets=[facet]).highlight(0)
    heatmap.axes = {"layer": "last"}
    assert heatmap.row()["value"].tolist() == [0.5]


def test_what_is_missing_has_no_rank_nor_share() -> None:
    facet = Facet.from_arrays(["a", "b"], [[NAN, 2]] * 2, missing=True)
    row = Heatmap(facets=[facet]).highlight(0).row()
    assert row["rank"].isna().tolist() == [True, False]
    assert row["rank"][1] == 1
    for name in ("value", "heat", "share"):
        assert row[name].isna().tolist() == [True, False]


def test_a_facet_that_nothing_answers_for_has_no_numbers(heatmap: Heatmap) -> None:
    other = Facet.from_arrays(["quite", "different"], np.eye(2), id="different")
    heatmap.facets = [*heatmap.facets, other]
    table = heatmap.highlight(0).row(facet="different")
    assert table["token"].tolist() == ["quite", "different"]
    assert table[["value", "heat", "rank", "share"]].isna().all(axis=None)


def test_without_a_focus_the_table_is_empty_and_has_its_columns(
    heatmap: Heatmap,
) -> None:
    for table in (heatmap.row(), Heatmap().row()):
        assert len(table) == 0
        assert list(table) == COLUMNS
    types = heatmap.row().dtypes
    pd.testing.assert_series_equal(types, heatmap.highlight(0).row().dtypes)


def test_heat_is_that_of_the_picture(heatmap: Heatmap) -> None:
    heatmap.param.update(gamma=0.5, scale="facet", focus=1)
    for i in range(2):
        heat = paint_facet(heatmap, i).heat.tolist()
        assert heatmap.row(facet=i)["heat"].tolist() == heat


def test_an_unknown_facet_is_refused(heatmap: Heatmap) -> None:
    with pytest.raises(ValueError, match="expected"):
        heatmap.row(facet="third")
    with pytest.raises(IndexError):
        heatmap.row(facet=2)
