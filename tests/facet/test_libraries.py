"""Heat out of the objects of other libraries."""

from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
import torch
import xarray as xr

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.heat import HeatForm, read_heat
from textualheatmap.facet.store import Axis, HeatStore

HEAT = [[1, 0.5], [0.25, -2]]


class Exporter:
    """An array that only DLPack can read."""

    def __init__(self, array: np.ndarray) -> None:
        self._array = array

    def __dlpack__(self, **options: Any) -> object:  # noqa: ANN401
        return self._array.__dlpack__(**options)

    def __dlpack_device__(self) -> tuple[int, int]:
        return self._array.__dlpack_device__()


def read(heat: object, **changed: object) -> HeatStore:
    return read_heat(heat, HeatForm("f", [0, 1], **changed))  # pyright: ignore[reportArgumentType]


def fail(heat: object, **changed: object) -> str:
    with pytest.raises(HeatmapDataError) as caught:
        read(heat, **changed)
    return str(caught.value)


@pytest.mark.parametrize(
    "heat",
    [
        pd.DataFrame(HEAT),
        pd.DataFrame(HEAT, dtype="Float64"),
        pl.DataFrame(HEAT, orient="row"),
        xr.DataArray(HEAT),
        torch.tensor(HEAT),
        torch.tensor(HEAT, requires_grad=True),
        torch.tensor(HEAT, dtype=torch.bfloat16),
        torch.tensor(HEAT, dtype=torch.float16),
        Exporter(np.array(HEAT)),
        [torch.tensor(HEAT[0]), pl.Series(HEAT[1])],
        [pd.Series(HEAT[0]), HEAT[1]],
        np.ma.masked_array(HEAT),
    ],
    ids=lambda heat: type(heat).__name__,
)
def test_what_other_libraries_hold_is_read(heat: object) -> None:
    assert read(heat).to_array().tolist() == HEAT


@pytest.mark.parametrize(
    "heat",
    [
        pd.DataFrame({"a": [1, None], "b": [2, 3]}),
        pd.DataFrame({"a": [1, None], "b": [2, 3]}, dtype="Int64"),
        pl.DataFrame({"a": [1, None], "b": [2, 3]}),
        np.ma.masked_array([[1, 2], [0, 3]], mask=[[False, False], [True, False]]),
    ],
    ids=lambda heat: type(heat).__name__,
)
def test_what_is_missing_there_is_missing_heat(heat: object) -> None:
    store = read(heat, missing=True)
    np.testing.assert_array_equal(store.to_array(), [[1, 2], [np.nan, 3]])
    assert fail(heat) == (
        "f.tokens[1].heat[0] is nan, expected a number (or missing=True)"
    )


@pytest.mark.parametrize(
    ("heat", "message"),
    [
        (pd.DataFrame({"a": ["x", 1], "b": [1, 2]}), "f.tokens[0].heat[0] is a str"),
        (pl.DataFrame({"a": [True, False]}), "f.tokens[0].heat has 1 value, expected"),
        (pl.DataFrame({"a": [True], "b": [1.0]}), "f.heat has shape (1, 2), expected"),
        (torch.ones(2, 2, dtype=torch.bool), "f.tokens[0].heat[0] is a bool, expect"),
        (np.ma.array([["x", "y"], ["z", "x"]]), "f.tokens[0].heat[0] is a str, expec"),
        (torch.ones(3), "f.heat has shape (3,), expected (2, 2)"),
        (xr.DataArray(np.ones((2, 3))), "f.heat has shape (2, 3), expected (2, 2)"),
    ],
)
def test_an_error_in_what_they_hold_names_the_place(heat: object, message: str) -> None:
    assert fail(heat).startswith(message)


def test_the_axes_are_those_that_xarray_names() -> None:
    heat = xr.DataArray(
        np.arange(16).reshape(2, 2, 2, 2),
        dims=("layer", "head", "row", "column"),
        coords={"layer": ["low", "high"], "row": ["a", "b"]},
    )
    store = read(heat)
    assert store.axes == (Axis("layer", ("low", "high")), Axis("head", ("0", "1")))
    assert store.at(layer="high", head=0).rows([1]).tolist() == [[10, 11]]
    assert read(heat, axes=["x", "y"]).axes[0] == Axis("x", ("0", "1"))


def test_the_labels_of_xarray_may_be_numbers() -> None:
    heat = xr.DataArray(
        np.ones((2, 2, 2)), dims=("layer", "r", "c"), coords={"layer": [3, 6]}
    )
    assert read(heat).axes == (Axis("layer", ("3", "6")),)


def test_the_attentions_of_a_model_are_a_tuple_of_tensors() -> None:
    layers = tuple(torch.full((3, 2, 2), float(layer)) for layer in range(2))
    store = read(layers, axes=["layer", "head"])
    assert store.at(layer=1, head=2).rows([0]).tolist() == [[1, 1]]
    layers[1][2, 0, 1] = torch.nan
    assert fail(layers, axes=["layer", "head"]) == (
        "f.heat[1, 2, 0][1] is nan, expected a number (or missing=True)"
    )


def test_a_frame_of_polars_has_one_row_a_token_as_one_of_pandas_has() -> None:
    frame = pl.DataFrame(
        {
            "token": ["to", " ", "be"],
            "format": [False, True, False],
            "heat": [[1.0, 0.5], None, [0.25, 0.0]],
            "meta": [["a", "b"], None, []],
            "start": [0, 2, 3],
        }
    )
    facet = Facet.from_frame(frame)
    assert facet.tokens.texts == ("to", " ", "be")
    assert facet.tokens.meta[0] == (("a", None), ("b", None))
    assert facet.heat.tolist() == [[1, 0.5], [0.25, 0]]
