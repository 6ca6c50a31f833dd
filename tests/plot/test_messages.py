"""What a browser may tell and ask, and nothing else."""

from typing import Any

import pytest

from textualheatmap.plot.messages import answer_request, read_report
from textualheatmap.state.heatmap import Heatmap

Records = list[list[dict[str, Any]]]

FOCUS = {"facet": "facet-1", "start": 0, "stop": 1}
REPORT = {**FOCUS, "version": 3, "sequence": 7, "pinned": True}
REQUEST = {**FOCUS, "version": 3, "key": "anything"}

WRONG_FOCUS = [
    {"facet": "nowhere"},
    {"facet": 1},
    {"facet": ["facet-1"]},
    {"start": -1},
    {"start": 1},
    {"start": 0.0},
    {"start": True},
    {"stop": 3},
    {"stop": 10**400},
    {"stop": None},
    {"version": 2},
]


@pytest.fixture
def heatmap(records: Records) -> Heatmap:
    """Return a heatmap of two facets, of three tokens and of two."""
    return Heatmap(facet_titles=["a", "b"]).set_data(records)


def test_a_report_of_what_is_shown_is_taken(heatmap: Heatmap) -> None:
    told = read_report(heatmap, REPORT, 3, 7)
    assert told == {**FOCUS, "pinned": True}


def test_no_focus_can_be_reported(heatmap: Heatmap) -> None:
    told = read_report(heatmap, {**REPORT, "facet": None}, 3, 7)
    assert told == {"facet": None, "start": 0, "stop": 0, "pinned": False}


@pytest.mark.parametrize(
    "wrong", [*WRONG_FOCUS, {"sequence": 6}, {"sequence": 8}, {"pinned": 1}]
)
def test_a_report_that_is_wrong_or_late_is_dropped(
    heatmap: Heatmap, wrong: dict[str, Any]
) -> None:
    assert read_report(heatmap, {**REPORT, **wrong}, 3, 7) is None


def test_rows_are_answered_for_every_facet_that_the_focus_reaches(
    heatmap: Heatmap,
) -> None:
    rows = answer_request(heatmap, REQUEST, 3)
    assert rows is not None
    assert rows["key"] == "anything"
    assert list(rows["facets"]) == ["facet-0", "facet-1"]
    # Of two tokens the largest heat counts.
    assert rows["facets"]["facet-0"]["codes"].tolist() == [254, 0, 0]
    assert rows["facets"]["facet-0"]["largest"] == 1


@pytest.mark.parametrize("wrong", [*WRONG_FOCUS, {"key": None}, {"key": "k" * 10_000}])
def test_a_request_that_is_wrong_is_not_answered(
    heatmap: Heatmap, wrong: dict[str, Any]
) -> None:
    assert answer_request(heatmap, {**REQUEST, **wrong}, 3) is None


@pytest.mark.parametrize("message", [None, [], "text", 5, {}, {"version": 3}])
def test_what_is_no_message_is_dropped(heatmap: Heatmap, message: object) -> None:
    assert read_report(heatmap, message, 3, 7) is None
    assert answer_request(heatmap, message, 3) is None
