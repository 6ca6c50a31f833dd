"""What a browser may tell and ask, and nothing else."""

from typing import Any

import numpy as np
import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.plot.messages import answer_request, read_report
from textualheatmap.state.heatmap import Heatmap
from textualheatmap.state.view_state import ViewState

Records = list[list[dict[str, Any]]]

FOCUS = {"facet": "b", "start": 0, "stop": 1}
STATE = {**FOCUS, "pinned": True, "direction": "column", "gamma": 0.5}
REPORT = {"version": 2, "sequence": 7, "state": STATE}
REQUEST = {**FOCUS, "version": 2, "key": "anything"}

WRONG_FOCUS = [
    {"facet": "nowhere"},
    {"facet": 1},
    {"facet": ["b"]},
    {"start": -1},
    {"start": 1},
    {"start": 0.0},
    {"start": True},
    {"stop": 3},
    {"stop": 10**400},
    {"stop": None},
]


@pytest.fixture
def heatmap(records: Records) -> Heatmap:
    """Return a heatmap of two facets, of three tokens and of two."""
    return Heatmap(facet_titles=["a", "b"]).set_data(records)


def test_a_report_of_what_is_shown_is_taken(heatmap: Heatmap) -> None:
    told = read_report(heatmap, REPORT, 7)
    assert told == ViewState.from_json(STATE)


def test_no_focus_can_be_reported(heatmap: Heatmap) -> None:
    nothing = {"facet": None, "start": 0, "stop": 0, "pinned": False}
    told = read_report(heatmap, {**REPORT, "state": nothing}, 7)
    assert told == ViewState()


@pytest.mark.parametrize("late", [{"version": 99}, {"sequence": 6}, {"sequence": 8}])
def test_a_report_of_something_else_is_dropped(
    heatmap: Heatmap, late: dict[str, Any]
) -> None:
    assert read_report(heatmap, {**REPORT, **late}, 7) is None


@pytest.mark.parametrize(
    "wrong",
    [
        *WRONG_FOCUS,
        {"pinned": 1},
        {"direction": "up"},
        {"gamma": 1e9},
        {"palette": "<b>"},
        {"axes": {"layer": 0}},
        {"another": 1},
    ],
)
def test_a_report_of_a_state_that_cannot_be_is_dropped(
    heatmap: Heatmap, wrong: dict[str, Any]
) -> None:
    assert read_report(heatmap, {**REPORT, "state": {**STATE, **wrong}}, 7) is None


@pytest.mark.parametrize("axes", [{}, {"layer": 2}, {"layer": 0, "head": 0}])
def test_a_report_of_other_axes_than_the_heat_has_is_dropped(axes: object) -> None:
    facet = Facet.from_arrays(["a"], [[[1]], [[0]]], axes=["layer"])
    heatmap = Heatmap(facets=[facet])
    report = {"version": heatmap.version, "sequence": 0, "state": {"axes": axes}}
    assert read_report(heatmap, report, 0) is None
    report["state"] = {"axes": {"layer": 1}}
    assert read_report(heatmap, report, 0) is not None


def test_rows_are_answered_for_every_facet_that_the_focus_reaches(
    heatmap: Heatmap,
) -> None:
    rows = answer_request(heatmap, REQUEST)
    assert rows is not None
    assert rows["key"] == "anything"
    assert list(rows["facets"]) == ["a", "b"]
    # Of two tokens the largest heat counts.
    assert rows["facets"]["a"]["codes"].tolist() == [254, 0, 0]
    assert rows["facets"]["a"]["largest"] == 1


@pytest.mark.parametrize(
    "wrong",
    [*WRONG_FOCUS, {"version": 99}, {"key": None}, {"key": "k" * 10_000}],
)
def test_a_request_that_is_wrong_is_not_answered(
    heatmap: Heatmap, wrong: dict[str, Any]
) -> None:
    assert answer_request(heatmap, {**REQUEST, **wrong}) is None


def test_a_request_may_ask_for_columns_pooled_otherwise(heatmap: Heatmap) -> None:
    asked = {**REQUEST, "direction": "column", "pool": "mean", "axes": {}}
    rows = answer_request(heatmap, asked)
    assert rows is not None
    # The mean of the columns of "the " and "cat " of the first facet.
    assert rows["facets"]["a"]["codes"].tolist() == [0, 254, 254]
    assert rows["facets"]["a"]["largest"] == 0.5


def test_no_more_is_read_for_one_request_than_may_be(
    heatmap: Heatmap, monkeypatch: pytest.MonkeyPatch
) -> None:
    for most, names in ((8, ["a", "b"]), (6, ["a"]), (5, [])):
        monkeypatch.setattr("textualheatmap.plot.messages.MOST_READ", most)
        rows = answer_request(heatmap, REQUEST)
        assert rows is not None
        assert list(rows["facets"]) == names


@pytest.mark.parametrize("message", [None, [], "text", 5, {}, {"version": 2}])
def test_what_is_no_message_is_dropped(heatmap: Heatmap, message: object) -> None:
    assert read_report(heatmap, message, 7) is None
    assert answer_request(heatmap, message) is None


def test_heat_of_another_slice_than_is_shown_is_not_answered() -> None:
    facet = Facet.from_arrays(["a"], [[[1]], [[0.5]]], axes=["layer"])
    heatmap = Heatmap(axes={"layer": 1}, facets=[facet])
    asked = {"facet": "facet-0", "start": 0, "stop": 1, "key": "k"}
    asked["version"] = heatmap.version
    now = answer_request(heatmap, {**asked, "axes": {"layer": 1}})
    assert now is not None
    assert now["facets"]["facet-0"]["largest"] == 0.5
    late = answer_request(heatmap, {**asked, "axes": {"layer": 0}})
    assert late == {"key": "k", "facets": {}}


def test_a_span_of_a_long_text_is_read_up_to_four_million_values() -> None:
    count = 3000
    nothing = np.zeros((count, count), dtype=np.float32)
    heatmap = Heatmap(facets=[Facet.from_arrays(["a"] * count, nothing)])
    asked = {"facet": "facet-0", "start": 0, "key": "k", "version": heatmap.version}
    for stop, names in ((4_000_000 // count, ["facet-0"]), (count, [])):
        rows = answer_request(heatmap, {**asked, "stop": stop})
        assert rows is not None
        assert list(rows["facets"]) == names
