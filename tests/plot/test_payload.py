"""What travels to the browser."""

import json
import zlib
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray

from textualheatmap.facet.dense_store import DenseStore
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.growing_store import GrowingStore
from textualheatmap.facet.store import Axis
from textualheatmap.plot.payload import (
    FacetData,
    FacetPacker,
    HeatData,
    pack_heat,
    pack_row,
)
from textualheatmap.scene.geometry import compute_geometry
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]


def pack(heatmap: Heatmap, i: int = 0) -> FacetData:
    return FacetPacker().pack(heatmap, compute_geometry(heatmap).units)[i]


def unpack(data: FacetData) -> dict[str, Any]:
    return json.loads(zlib.decompress(cast("bytes", data.text)))


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
    heat = np.array([[1, 1e-6, 2e-6, 4e-6], [np.nan, 1, 0, 0]], np.float32)
    data = pack_heat(DenseStore(heat, missing=True))
    assert data.two_bytes
    assert unpack_heat(data) == pytest.approx(heat, rel=0.03, nan_ok=True)


def test_every_slice_of_the_axes_travels() -> None:
    heat = np.array([[[1, 0], [0, 0.5]], [[0, 2], [4, 0]]], np.float32)
    axis = Axis("layer", ("first", "second"))
    data = pack_heat(DenseStore(heat, [axis]))
    assert data.axes == [{"name": "layer", "labels": ["first", "second"]}]
    assert data.reach == [1, 4]
    assert unpack_heat(data).reshape(heat.shape) == pytest.approx(heat)


def test_facets_tell_how_they_are_aligned() -> None:
    tokens = (["ab", "c"], ["a", "bc"], ["ab", "c"], ["other"])
    facets = [Facet.from_arrays(t, np.eye(len(t))) for t in tokens]
    heatmap = Heatmap(facet_titles=list("1234")).set_data(facets)
    texts = [unpack(pack(heatmap, i)) for i in range(4)]
    assert [text["axis"] for text in texts] == [0, 0, 0, 1]
    assert texts[0]["same_tokens"] == texts[2]["same_tokens"]
    assert texts[0]["same_tokens"] != texts[1]["same_tokens"]
    assert (texts[1]["start"], texts[1]["stop"]) == ([0, 1], [1, 3])
    assert [text["rows_of"] for text in texts] == [0, 1, 2, 3]


def test_a_facet_tells_whose_tokens_its_rows_are() -> None:
    prompt = Facet.from_arrays(["a", "b"], [[1, 0]], id="prompt", rows_of="answer")
    answer = Facet.from_arrays(["c"], [[1]], id="answer")
    heatmap = Heatmap().set_data([prompt, answer])
    assert pack(heatmap).facet == "prompt"
    assert unpack(pack(heatmap))["rows_of"] == 1


def test_format_tokens_are_drawn_but_have_no_index(records: Records) -> None:
    text = unpack(pack(Heatmap().set_data([records[1]])))
    assert text["tokens"] == ["the cat", "sat"]
    assert set(text["units"]["index"]) == {-1, 0, 1}
    assert "".join(text["units"]["text"]) == "the cat sat"


@pytest.mark.parametrize(
    ("given", "packed"),
    [
        (["cat"], [["cat", "", 0]]),
        ([("cat", 0.256)], [["cat", "26%", 26]]),
        (["a\n", ("\t", 1)], [["a↵", "", 0], ["⇥", "100%", 100]]),
    ],
)
def test_meta_are_shown_with_their_probability(
    given: list[Any], packed: list[Any]
) -> None:
    facet = Facet.from_arrays(["a"], [[1]], [given])
    heatmap = Heatmap(show_meta=True).set_data([facet])
    assert unpack(pack(heatmap))["meta"] == [[packed]]


def test_a_file_has_the_meta_of_each_label_and_a_served_page_the_shown_one() -> None:
    facet = Facet.from_arrays(
        ["a"], [[[1]], [[1]]], [[["x"], ["y"]]], axes=["layer"], meta_axis="layer"
    )
    heatmap = Heatmap(show_meta=True).set_data([facet])
    units = compute_geometry(heatmap).units
    (data,) = FacetPacker(all_slices=True).pack(heatmap, units)
    assert unpack(data)["meta"] == [[[["x", "", 0]]], [[["y", "", 0]]]]
    assert unpack(data)["meta_axis"] == "layer"
    heatmap.axes = {"layer": 0}
    text = unpack(pack(heatmap))
    assert text["meta"] == [[[["x", "", 0]]]]
    assert "meta_axis" not in text
    heatmap.axes = {"layer": "mean"}
    assert unpack(pack(heatmap))["meta"] == [[[]]]


def test_meta_that_are_not_shown_do_not_travel(records: Records) -> None:
    text = unpack(pack(Heatmap().set_data([records[0]])))
    assert "meta" not in text


def test_where_nothing_has_meta_none_travel() -> None:
    facet = Facet.from_arrays(["a"], [[1]], [[]])
    assert "meta" not in unpack(pack(Heatmap(show_meta=True).set_data([facet])))


def test_a_row_is_packed_like_those_of_a_matrix() -> None:
    row = pack_row(np.array([1, 0.5, 0.1], np.float32), signed=False)
    shares = row["codes"] / 254
    assert shares**2 * row["largest"] == pytest.approx([1, 0.5, 0.1], abs=0.004)


def test_a_matrix_that_stays_behind_does_not_travel(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["one", "two"]).set_data(records)
    units = compute_geometry(heatmap).units
    for data in FacetPacker(most=12).pack(heatmap, units):
        assert data.heat.codes is None
        assert data.heat.largest is None
        assert data.heat.reach == [1]
    for data in FacetPacker(most=13).pack(heatmap, units):
        assert data.heat.codes is not None


def test_a_file_holds_all_slices_or_is_refused() -> None:
    heat = np.ones((2, 3, 1, 1))
    facet = Facet.from_arrays(["a"], heat, axes=["layer", "head"])
    heatmap = Heatmap().set_data([facet])
    units = compute_geometry(heatmap).units
    [data] = FacetPacker(all_slices=True).pack(heatmap, units)
    assert len(data.heat.reach) == 6
    [data] = FacetPacker().pack(heatmap, units)
    assert len(data.heat.reach) == 1
    with pytest.raises(ValueError, match=r"has 6 values with all slices .* at most 5"):
        FacetPacker(most=5, all_slices=True).pack(heatmap, units)


def test_what_cannot_be_seen_travels_as_its_escape() -> None:
    heatmap = Heatmap().set_data([Facet.from_arrays(["a\u202e", ""], np.eye(2))])
    assert unpack(pack(heatmap))["tokens"] == ["a\\u202e", "∅"]


def test_what_is_drawn_otherwise_travels_as_it_is_too() -> None:
    tokens = ["a ", "\n", "b\t\r\n", "", "c\ud800", "漢"]
    is_format = [False, True, False, False, False, False]
    facet = Facet.from_arrays(tokens, np.eye(5), format=is_format)
    text = unpack(pack(Heatmap().set_data([facet])))
    assert text["originals"] == {
        "1": "\n",
        "2": "b\t\r\n",
        "3": "",
        "4": "c\ud800",
    }
    plain = Facet.from_arrays(["a ", "b"], np.eye(2))
    assert "originals" not in unpack(pack(Heatmap().set_data([plain])))


def test_heat_that_grows_is_packed_anew_or_stays_in_python() -> None:
    store = GrowingStore((1, 1))
    heatmap = Heatmap().set_data([Facet.from_arrays(["a"], store, missing=True)])
    units = compute_geometry(heatmap).units
    sends, keeps = FacetPacker(), FacetPacker(keep_growing=True)
    assert np.isnan(unpack_heat(sends.pack(heatmap, units)[0].heat)).all()
    heatmap.fill_rows(0, [0], [[0.5]])
    assert unpack_heat(sends.pack(heatmap, units)[0].heat) == [[0.5]]
    assert keeps.pack(heatmap, units)[0].heat.codes is None


def test_groups_travel_in_one_order() -> None:
    facet = Facet.from_arrays(["H", "i ", "you"], np.eye(3))
    text = unpack(pack(Heatmap(facets=[facet])))
    assert list(text["groups"]) == ["word", "sentence", "line"]
