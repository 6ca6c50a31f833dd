"""What travels to the browser."""

import json
import zlib
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from textualheatmap.facet.dense_store import DenseStore
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.store import Axis
from textualheatmap.plot.payload import (
    NOT_A_NUMBER,
    FacetData,
    HeatData,
    pack_facet,
    pack_heat,
    pack_row,
)
from textualheatmap.scene.geometry import compute_geometry
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]


def pack(heatmap: Heatmap, i: int = 0) -> FacetData:
    return pack_facet(heatmap, compute_geometry(heatmap), i)


def unpack(data: FacetData) -> dict[str, Any]:
    return json.loads(zlib.decompress(cast("bytes", data.text)))


def unpack_cells(data: FacetData) -> dict[str, Any]:
    return json.loads(zlib.decompress(cast("bytes", data.cells)))


def unpack_heat(data: HeatData) -> NDArray[np.float64]:
    """Decode in float64 and by another path than `facet.codes`."""
    dtype = "<u2" if data.two_bytes else "u1"
    largest = np.frombuffer(zlib.decompress(cast("bytes", data.largest)), "<f4")
    codes = np.frombuffer(zlib.decompress(cast("bytes", data.codes)), dtype)
    top = 65534 if data.two_bytes else 254
    zero = top // 2 if data.signed else 0
    shares = (codes.reshape(len(largest), -1).astype(float) - zero) / (top - zero)
    heat = largest[:, None].astype(float) * np.sign(shares) * shares**2
    heat[codes.reshape(heat.shape) == top + 1] = np.nan
    return heat


@pytest.mark.parametrize("signed", [False, True])
def test_heat_is_one_byte_a_number_and_is_read_back_within_half_a_step(
    autocomplete: Records, *, signed: bool
) -> None:
    given = np.array([record["heat"] for record in autocomplete[1]])
    if signed:
        given[::2] *= -1
    data = pack_heat(DenseStore(given.astype(np.float32), signed=signed))
    assert not data.two_bytes
    read = unpack_heat(data)
    roots = (np.sign(heat) * np.sqrt(np.abs(heat)) for heat in (read, given))
    steps = 127 if signed else 254
    half = np.sqrt(np.abs(given).max(axis=1, keepdims=True)) / steps / 2
    assert (np.abs(np.subtract(*roots)) <= half + 1e-6).all()


def test_heat_that_one_byte_flattens_travels_in_two() -> None:
    heat = np.float32([[1, 1e-6, 2e-6, 4e-6], [np.nan, 1, 0, 0]])
    data = pack_heat(DenseStore(heat, missing=True))
    assert data.two_bytes
    assert unpack_heat(data) == pytest.approx(heat, rel=0.03, nan_ok=True)


def test_every_slice_of_the_axes_travels() -> None:
    heat = np.float32([[[1, 0], [0, 0.5]], [[0, 2], [4, 0]]])
    axis = Axis("layer", ("first", "second"))
    data = pack_heat(DenseStore(heat, [axis]))
    assert data.axes == [{"name": "layer", "labels": ["first", "second"]}]
    assert data.reach == [1, 4]
    assert unpack_heat(data).reshape(heat.shape) == pytest.approx(heat)


def test_facets_tell_which_of_them_spell_and_cut_the_text_alike() -> None:
    tokens = (["ab", "c"], ["a", "bc"], ["ab", "c"], ["other"])
    facets = [Facet.from_arrays(t, np.eye(len(t))) for t in tokens]
    heatmap = Heatmap(facet_titles=list("1234")).set_data(facets)
    texts = [unpack(pack(heatmap, i)) for i in range(4)]
    assert [text["axis"] for text in texts] == [0, 0, 0, 3]
    assert [text["same_tokens"] for text in texts] == [0, 1, 0, 3]


def test_facets_that_differ_in_format_tokens_are_cut_differently() -> None:
    tokens = ["a", " ", "b"]
    gapped = Facet.from_arrays(tokens, np.eye(2), format=[False, True, False])
    heatmap = Heatmap(facet_titles=["a", "b"])
    heatmap.set_data([Facet.from_arrays(tokens, np.eye(3)), gapped])
    assert unpack(pack(heatmap, 1))["same_tokens"] == 1


def test_format_tokens_have_cells_but_no_index(records: Records) -> None:
    data = pack(Heatmap().set_data([records[1]]))
    text = unpack(data)
    assert text["tokens"] == ["the cat", "sat"]
    assert unpack_cells(data)["index"] == [0, -1, 1]
    assert text["start"] == [0, 8]
    assert text["stop"] == [7, 11]


def test_drawn_text_never_looks_like_a_number() -> None:
    facet = Facet.from_arrays(["2019", "e", "   "], np.eye(3))
    drawn = unpack_cells(pack(Heatmap().set_data([facet])))["text"]
    assert drawn == ["2019" + NOT_A_NUMBER, "e" + NOT_A_NUMBER, ""]


@pytest.mark.parametrize(
    ("given", "packed"),
    [
        (["cat"], ["cat"]),
        ([("cat", 0.256)], [["cat", "26%"]]),
        (["a\n", ("\t", 1)], ["a↵", ["⇥", "100%"]]),
        ([], []),
    ],
)
def test_meta_are_shown_with_their_probability(
    given: list[Any], packed: list[Any]
) -> None:
    facet = Facet.from_arrays(["a"], [[1]], [given])
    heatmap = Heatmap(show_meta=True).set_data([facet])
    assert unpack(pack(heatmap))["meta"] == [packed]


def test_meta_that_are_not_shown_do_not_travel(records: Records) -> None:
    text = unpack(pack(Heatmap().set_data([records[0]])))
    assert "meta" not in text


def test_a_row_is_packed_like_those_of_a_matrix() -> None:
    row = pack_row(np.float32([1, 0.5, 0.1]), signed=False)
    shares = row["codes"] / 254
    assert shares**2 * row["largest"] == pytest.approx([1, 0.5, 0.1], abs=0.004)


def test_a_matrix_that_stays_behind_does_not_travel(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["one", "two"]).set_data(records)
    geometry = compute_geometry(heatmap)
    data = pack_facet(heatmap, geometry, 0, with_heat=False)
    assert data.heat.codes is None
    assert data.heat.largest is None
    assert data.heat.reach == [1]
