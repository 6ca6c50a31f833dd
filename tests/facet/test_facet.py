"""One model's view of a text."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet

DATA = Path(__file__).parents[1] / "data"


@pytest.fixture
def facet() -> Facet:
    return Facet.from_arrays(
        ["to", " ", "be"],
        [[1, 0.25], [0.5, 1]],
        meta=[["a", ("b", 0.5)], None, []],
        format=[False, True, False],
        provenance={"method": "norm", "layers": [0, 1]},
    )


def assert_same(facet: Facet, other: Facet) -> None:
    assert facet.tokens.texts == other.tokens.texts
    assert facet.tokens.meta == other.tokens.meta
    assert facet.tokens.is_format.tolist() == other.tokens.is_format.tolist()
    assert facet.heat.tolist() == other.heat.tolist()


def test_the_length_of_a_facet_is_its_number_of_non_format_tokens(facet: Facet) -> None:
    assert len(facet) == 2


def test_the_repr_of_a_facet_is_a_line_however_long_its_text(facet: Facet) -> None:
    assert repr(facet) == str(facet) == "<Facet of 2 tokens: 'to be'>"
    assert str(Facet.from_arrays(["a"], [[1]])) == "<Facet of 1 token: 'a'>"
    long = Facet.from_arrays(["a", "\n"] * 50, np.eye(100))
    assert len(repr(long)) < 100
    assert repr(long).count("\n") == 0


def test_records_arrays_and_frames_make_the_same_facet(facet: Facet) -> None:
    records = [
        {"token": "to", "meta": ["a", ("b", 0.5)], "heat": [1, 0.25]},
        {"token": " ", "format": True},
        {"token": "be", "heat": np.array([0.5, 1])},
    ]
    assert_same(Facet.from_records(records), facet)
    assert_same(Facet.from_frame(pd.DataFrame(facet.to_frame())), facet)


def test_a_frame_has_one_row_a_token(facet: Facet) -> None:
    frame = facet.to_frame()
    assert list(frame) == ["token", "format", "meta", "heat", "start", "end"]
    assert frame["token"].tolist() == ["to", " ", "be"]
    assert frame["meta"].tolist() == [["a", ("b", 0.5)], [], []]
    assert frame["heat"][0].tolist() == [1, 0.25]
    assert frame["heat"][1] is None
    assert frame["start"].tolist() == [0, 2, 3]
    assert frame["end"].tolist() == [2, 3, 5]


def test_a_frame_of_one_token_has_its_heat_as_a_row() -> None:
    facet = Facet.from_arrays(["\ud800"], [[0.5]])
    assert facet.to_frame()["heat"][0].tolist() == [0.5]
    assert_same(Facet.from_frame(facet.to_frame()), facet)


@pytest.mark.parametrize("name", ["autocomplete", "causal", "masked"])
def test_real_saliency_maps_go_through_a_frame_and_back(name: str) -> None:
    for records in json.loads((DATA / f"{name}.json").read_text()):
        facet = Facet.from_records(records)
        assert_same(Facet.from_frame(facet.to_frame()), facet)


def test_provenance_is_a_copy_and_is_constant(facet: Facet) -> None:
    layers = [0, 1]
    other = Facet(facet.tokens, facet.heat, provenance={"layers": layers})
    layers.append(2)
    assert other.provenance == {"layers": [0, 1]}
    with pytest.raises(TypeError, match="provenance"):
        other.provenance = {}


def test_a_facet_of_records_has_no_provenance_of_its_own_or_anybodys() -> None:
    first, second = (Facet.from_records([{"token": "a", "heat": [1]}]) for _ in "ab")
    assert first.provenance == {}
    assert first.provenance is not second.provenance
    assert first.to_frame().attrs == {}


def test_provenance_goes_through_a_frame_and_back_as_a_copy(facet: Facet) -> None:
    frame = facet.to_frame()
    assert frame.attrs == {"provenance": {"method": "norm", "layers": [0, 1]}}
    frame.attrs["provenance"]["layers"].append(2)
    assert facet.provenance["layers"] == [0, 1]
    assert Facet.from_frame(frame).provenance["layers"] == [0, 1, 2]


def test_an_error_in_provenance_names_the_facet(facet: Facet) -> None:
    expected = r"facets\[1\]\.provenance\['x'\] is a dict, expected"
    with pytest.raises(HeatmapDataError, match=expected):
        Facet.from_arrays(["a"], [[1]], provenance={"x": {}}, where="facets[1]")
    frame = facet.to_frame()
    frame.attrs["provenance"] = {"x": {}}
    with pytest.raises(HeatmapDataError, match=expected):
        Facet.from_frame(frame, where="facets[1]")


def test_tokens_and_heat_are_constant(facet: Facet) -> None:
    with pytest.raises(AttributeError, match="heat"):
        facet.heat = np.eye(2, dtype=np.float32)  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError, match="store"):
        facet.store = Facet.from_arrays(["a"], [[1]]).store
    with pytest.raises(TypeError, match="tokens"):
        facet.tokens = Facet.from_arrays(["a"], [[1]]).tokens


def test_an_error_names_the_facet_as_told() -> None:
    with pytest.raises(HeatmapDataError) as caught:
        Facet.from_records([{"token": "a", "heat": [1, 2]}], where="facets[1]")
    assert str(caught.value) == (
        "facets[1].tokens[0].heat has 2 values, expected 1 (one per non-format token)"
    )


def test_heat_that_does_not_fit_the_tokens_is_refused() -> None:
    with pytest.raises(HeatmapDataError, match=r"facet.heat has shape \(2, 2\)"):
        Facet.from_arrays(["a"], np.eye(2))


def test_a_facet_has_a_title_and_an_id_only_if_they_are_given(facet: Facet) -> None:
    assert (facet.title, facet.id, facet.rows_of) == ("", None, None)
    named = Facet.from_arrays(["a"], [[1]], title="GRU", id="gru", rows_of="gru")
    assert (named.title, named.id, named.rows_of) == ("GRU", "gru", "gru")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"title": 1}, "f.title is an int, expected a string"),
        ({"id": 1}, "f.id is an int, expected a string"),
        ({"id": ""}, "f.id is empty, expected a string or None"),
        ({"rows_of": ["a"]}, "f.rows_of is a list, expected a string"),
    ],
)
def test_an_error_in_a_name_says_which(arguments: dict[str, Any], message: str) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        Facet.from_arrays(["a"], [[1]], where="f", **arguments)
    assert str(caught.value) == message


def test_a_facet_with_rows_of_another_has_any_number_of_rows() -> None:
    facet = Facet.from_arrays(
        ["to", " ", "be"],
        np.ones((5, 2)),
        format=[False, True, False],
        rows_of="answer",
    )
    assert facet.store.shape == (5, 2)
    with pytest.raises(HeatmapDataError, match=r"shape \(5, 2\), expected \(2, 2\)"):
        Facet(facet.tokens, facet.heat)


def test_a_facet_has_its_heat_along_axes() -> None:
    heat = np.arange(8).reshape(2, 2, 2)
    facet = Facet.from_arrays(["a", "b"], heat, axes={"layer": ["low", "high"]})
    assert facet.heat.tolist() == heat.tolist()
    assert facet.store.at(layer="high").rows([0]).tolist() == [[4, 5]]


def test_facets_may_share_a_store(facet: Facet) -> None:
    other = Facet(facet.tokens, facet.store, title="other")
    assert other.store is facet.store


def test_a_facet_with_another_caption_is_the_same_otherwise() -> None:
    facet = Facet.from_arrays(
        ["a"],
        [[np.nan]],
        title="GRU",
        id="gru",
        rows_of="lstm",
        signed=True,
        missing=True,
        provenance={"method": "norm"},
        caption="One",
    )
    other = facet.replace(caption="Two")
    names = [name for name in Facet.param if name not in {"name", "caption"}]
    assert [getattr(other, name) for name in names] == [
        getattr(facet, name) for name in names
    ]
    assert (facet.caption, other.caption) == ("One", "Two")
    assert facet.replace(title="").title == ""


def test_other_tokens_need_heat_that_fits(facet: Facet) -> None:
    tokens = Facet.from_arrays(["a"], [[1]]).tokens
    with pytest.raises(HeatmapDataError, match=r"shape \(2, 2\), expected \(1, 1\)"):
        facet.replace(tokens=tokens)


def test_title_id_sign_and_gaps_go_through_a_frame_and_back() -> None:
    facet = Facet.from_arrays(
        ["a"], [[np.nan]], title="GRU", id="gru", signed=True, missing=True
    )
    back = Facet.from_frame(facet.to_frame())
    assert (back.title, back.id) == ("GRU", "gru")
    assert back.store.signed
    assert back.store.missing


@pytest.mark.parametrize("arguments", [{"rows_of": "b"}, {"axes": ["layer"]}])
def test_a_frame_holds_one_row_of_heat_a_token_and_nothing_else(
    arguments: dict[str, Any],
) -> None:
    heat = np.ones((1, 1, 1)) if "axes" in arguments else np.ones((1, 1))
    with pytest.raises(HeatmapDataError, match="expected one row a token"):
        Facet.from_arrays(["a"], heat, **arguments).to_frame()


def test_every_parameter_has_a_doc() -> None:
    assert all(Facet.param[name].doc for name in Facet.param if name != "name")


def test_a_title_is_not_changed_behind_the_back_of_a_heatmap() -> None:
    facet = Facet.from_arrays(["a"], [[1]], title="GRU")
    with pytest.raises(TypeError, match="onstant"):
        facet.title = "LSTM"
    assert facet.title == "GRU"


HEAT_BY_LAYER = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]


def follow_layers(**changed: object) -> Facet:
    given = {
        "meta": [[["x"], [("y", 0.5)]], None],
        "numbers": {"rank": [[3, 1], [None, 2]]},
        "axes": {"layer": ["first", "last"]},
        "meta_axis": "layer",
    }
    return Facet.from_arrays(["a", "b"], HEAT_BY_LAYER, **{**given, **changed})


def test_meta_that_follow_an_axis_are_those_of_the_place_on_it() -> None:
    tokens = follow_layers().tokens
    assert tokens.find_meta(0, {"layer": 0}) == (("x", None),)
    assert tokens.find_meta(0, {"layer": 1}) == (("y", 0.5),)
    assert tokens.find_meta(1, {"layer": 1}) == ()
    assert tokens.find_numbers(0, {"layer": 0}) == {"rank": 3}
    assert tokens.find_numbers(1, {"layer": 0}) == {}
    assert tokens.find_numbers(1, {"layer": 1}) == {"rank": 2}
    # Strings have no mean, and a mean of some numbers only would be misread.
    assert tokens.find_meta(0, {"layer": "mean"}) == ()
    assert tokens.find_numbers(0, {"layer": "max"}) == {}


def test_copies_of_a_facet_keep_the_axis_of_its_meta() -> None:
    facet = follow_layers()
    assert facet.meta_axis == "layer"
    titled = facet.replace(title="GRU")
    assert titled.meta_axis == "layer"
    assert titled.tokens.find_meta(0, {"layer": 0}) == (("x", None),)
    assert Facet.difference(facet, titled).meta_axis is None


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        (
            {"meta_axis": "head"},
            "facet.meta_axis is 'head', expected the name of an axis ('layer')",
        ),
        (
            {"meta_axis": 1},
            "facet.meta_axis is an int, expected a string",
        ),
        (
            {"meta": [None, [["x"]]]},
            "facet.meta[1] has 1 value, expected 2 (one per label of 'layer')",
        ),
        (
            {"numbers": {"rank": [[1, 2], [1, 2, 3]]}},
            "facet.numbers['rank'][1] has 3 values, expected 2 (one per label of 'lay",
        ),
        (
            {"meta": ["x", None]},
            "facet.meta[0] is a str, expected a list for each label of the axis",
        ),
        (
            {"meta": [[["x"], [("y", 2)]], None]},
            "facet.meta[0][1][0][1] is 2.0, expected a probability from 0 to 1",
        ),
        (
            {"numbers": {"rank": [3, None]}},
            "facet.numbers['rank'][0] is an int, expected a number for each label of",
        ),
        (
            {"format": [True, False]},
            "facet.meta[0] is given, expected none for a format token",
        ),
    ],
)
def test_meta_that_do_not_fit_their_axis_are_an_error(
    changed: dict[str, object], message: str
) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        follow_layers(**changed)
    assert str(caught.value).startswith(message)
