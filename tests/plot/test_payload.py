"""What travels to the browser."""

import json
import zlib
from typing import Any, cast

import numpy as np
import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.plot.payload import NOT_A_NUMBER, FacetData, pack_facet, pack_row
from textualheatmap.scene.geometry import compute_geometry
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]


def pack(heatmap: Heatmap, i: int = 0) -> FacetData:
    return pack_facet(heatmap, compute_geometry(heatmap), i)


def unpack(data: FacetData) -> dict[str, Any]:
    return json.loads(zlib.decompress(cast("bytes", data.text)))


def test_heat_is_one_byte_a_number_and_is_read_back_within_half_a_step(
    autocomplete: Records,
) -> None:
    heatmap = Heatmap(facet_titles=["a", "b"]).set_data(autocomplete)
    data = pack(heatmap, 1)
    n = len(autocomplete[1])
    codes = np.frombuffer(zlib.decompress(cast("bytes", data.heat)), np.uint8).reshape(
        n, n
    )
    scales = np.array(unpack(data)["scales"])[:, None]
    given = np.array([record["heat"] for record in autocomplete[1]])
    assert (np.abs(codes * (scales / 255) - given) <= scales / 510 + 1e-6).all()


def test_facets_tell_which_of_them_spell_and_cut_the_text_alike() -> None:
    tokens = (["ab", "c"], ["a", "bc"], ["ab", "c"], ["other"])
    facets = [Facet.from_arrays(t, np.eye(len(t))) for t in tokens]
    heatmap = Heatmap(facet_titles=list("1234")).set_data(facets)
    texts = [unpack(pack(heatmap, i)) for i in range(4)]
    assert [text["spelling"] for text in texts] == [0, 0, 0, 3]
    assert [text["cut"] for text in texts] == [0, 1, 0, 3]


def test_facets_that_differ_in_format_tokens_are_cut_differently() -> None:
    tokens = ["a", " ", "b"]
    gapped = Facet.from_arrays(tokens, np.eye(2), format=[False, True, False])
    heatmap = Heatmap(facet_titles=["a", "b"])
    heatmap.set_data([Facet.from_arrays(tokens, np.eye(3)), gapped])
    assert unpack(pack(heatmap, 1))["cut"] == 1


def test_format_tokens_have_cells_but_no_index(records: Records) -> None:
    text = unpack(pack(Heatmap().set_data([records[1]])))
    assert text["tokens"] == ["the cat", "sat"]
    assert text["index"] == [0, -1, 1]
    assert text["starts"] == [0, 8]
    assert text["ends"] == [7, 11]


def test_drawn_text_never_looks_like_a_number() -> None:
    facet = Facet.from_arrays(["2019", "e", "   "], np.eye(3))
    drawn = unpack(pack(Heatmap().set_data([facet])))["text"]
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


def test_a_row_is_the_largest_heat_of_the_tokens_that_are_asked_for() -> None:
    facet = Facet.from_arrays(["a", "b", "c"], [[1, 0, 0.1], [0, 0.5, 0], [0, 0, 1]])
    row = pack_row(facet, [0, 1])
    assert row["focused"] == [0, 1]
    assert row["codes"] * row["scale"] / 255 == pytest.approx([1, 0.5, 0.1], abs=0.002)


def test_a_matrix_that_stays_behind_does_not_travel(records: Records) -> None:
    heatmap = Heatmap(facet_titles=["one", "two"]).set_data(records)
    geometry = compute_geometry(heatmap)
    data = pack_facet(heatmap, geometry, 0, with_heat=False)
    assert data.heat is None
    assert "scales" not in unpack(data)
