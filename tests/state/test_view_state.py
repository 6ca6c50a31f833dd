"""The state of a heatmap as one value."""

import copy
import json
import math
import pickle
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.state.excluding import LARGEST_INDEX
from textualheatmap.state.palette_choice import PALETTE_NAMES
from textualheatmap.state.searching import Expression
from textualheatmap.state.view_state import (
    DIRECTIONS,
    POOLS,
    RESTS,
    SCALES,
    THEMES,
    AxisChoices,
    ViewState,
)

finite = st.floats(allow_nan=False, allow_infinity=False, width=32)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


pattern = st.just(re.compile("^a", re.IGNORECASE))
searches = st.text(min_size=1, max_size=9).flatmap(
    lambda text: st.sampled_from([text, Expression(text)])
)
rules = st.integers(-9, 9) | st.text(max_size=9) | pattern


@st.composite
def states(draw: st.DrawFn) -> ViewState:
    focus: dict[str, Any] = {}
    if draw(st.booleans()):
        start = draw(st.integers(0, LARGEST_INDEX - 1))
        stop = draw(st.integers(start + 1, LARGEST_INDEX))
        focus = {
            "facet": draw(st.text(min_size=1, max_size=50)),
            "start": start,
            "stop": stop,
            "chosen": draw(st.none() | st.integers(start, stop - 1)),
            "pinned": draw(st.booleans()),
        }
    choices: st.SearchStrategy[Any] = st.sampled_from(["mean", 0, "max", 100])
    return ViewState(
        **focus,
        direction=draw(st.sampled_from(DIRECTIONS)),
        pool=draw(st.sampled_from(POOLS)),
        grouping=draw(st.sampled_from(["token", "word", "line", re.compile("a|b")])),
        group_pool=draw(st.sampled_from(POOLS)),
        rest=draw(st.sampled_from(RESTS)),
        scale=draw(st.sampled_from(SCALES)),
        low=draw(st.none() | finite),
        high=draw(st.none() | finite),
        gamma=draw(st.floats(0.1, 10)),
        exclude=tuple(draw(st.lists(rules, max_size=3))),
        threshold=draw(st.floats(0, 1)),
        hottest=draw(st.none() | st.integers(1, 9)),
        axes=AxisChoices(
            draw(st.dictionaries(st.text(max_size=9), choices, max_size=3))
        ),
        palette=draw(
            st.sampled_from([*PALETTE_NAMES, "Blues9", ("#ffffff", "#102030")])
        ),
        theme=draw(st.sampled_from(THEMES)),
        search=draw(st.none() | searches),
        playing=draw(st.booleans()),
        speed=draw(st.floats(1, 50)),
    )


@given(states())
def test_a_state_comes_back_from_json(state: ViewState) -> None:
    back = ViewState.from_json(json.loads(json.dumps(state.to_json())))
    assert back == state
    assert hash(back) == hash(state)


def test_the_keys_are_those_that_the_browser_knows() -> None:
    assert list(ViewState().to_json()) == [
        *("facet", "start", "stop", "chosen", "pinned", "direction", "pool"),
        *("grouping", "group_pool", "rest", "scale"),
        *("low", "high", "gamma", "exclude", "threshold", "hottest", "axes", "palette"),
        "theme",
        *("search", "playing", "speed"),
    ]


@given(states(), st.sampled_from(list(ViewState().to_json())), anything)
def test_whatever_a_browser_sends_is_read_or_refused_by_its_name(
    state: ViewState, key: str, value: object
) -> None:
    sent = {**state.to_json(), key: value}
    refusal = ""
    try:
        assert ViewState.from_json(sent).to_json() == sent
    except ValueError as error:
        refusal = str(error)
    assert not refusal or refusal.startswith("state")
    assert len(refusal) < 250


@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ([], "state is a list, expected a mapping"),
        ({"palete": "magma"}, "state has 'palete', expected axes, chosen"),
        ({1: 2}, "state has 1, expected axes"),
        ({"facet": ""}, "state.facet is '', expected the id of a facet"),
        ({"facet": "a" * 1001}, "state.facet is 'aaa"),
        ({"facet": "a", "start": 1}, r"the span \(1, 0\), expected start before stop"),
        ({"facet": "a", "start": 1, "stop": 1}, "expected start before stop"),
        ({"start": 1, "stop": 2}, "state.facet is None, expected no start"),
        ({"pinned": True}, "state.facet is None, expected no start"),
        ({"chosen": 0}, "state.facet is None, expected no start"),
        (
            {"facet": "a", "start": 1, "stop": 3, "chosen": 3},
            r"state.chosen is 3, expected a token of the span \(1, 3\)",
        ),
        ({"start": True}, "state.start is True, expected an integer from 0"),
        ({"start": -1}, "state.start is -1, expected an integer from 0 to 2147483647"),
        ({"stop": 2**31}, "state.stop is 2147483648, expected an integer"),
        ({"stop": 10**5000}, "state.stop is an int, expected an integer from 0"),
        ({"pinned": 1}, "state.pinned is 1, expected True or False"),
        ({"direction": "diagonal"}, "expected one of 'row', 'column'"),
        ({"pool": ["max"]}, r"state.pool is \['max'\], expected one of 'max'"),
        ({"scale": None}, "state.scale is None, expected one of 'auto'"),
        ({"low": math.nan}, "state.low is nan, expected a number"),
        ({"high": math.inf}, "state.high is inf, expected a number"),
        ({"high": 1e39}, r"state.high is 1e\+39, expected a number from -3.4"),
        ({"high": 10**400}, r"state.high is 1000.*, expected a number"),
        ({"high": True}, "state.high is True, expected a number"),
        ({"gamma": 0.05}, "state.gamma is 0.05, expected a number from 0.1 to 10"),
        ({"gamma": None}, "state.gamma is None, expected a number from 0.1 to 10"),
        ({"axes": [1]}, r"state.axes is \[1\], expected a mapping"),
        ({"axes": {"layer": "first"}}, r"state.axes\['layer'\] is 'first'"),
        ({"axes": {"layer": -1}}, r"state.axes\['layer'\] is -1"),
        ({"axes": {1: 1}}, "state.axes has 1, expected names"),
        ({"axes": dict.fromkeys(map(str, range(17)), 0)}, "17 axes, expected at most"),
        ({"palette": "jet"}, "state.palette is 'jet', expected 'viridis'"),
        ({"playing": 1}, "state.playing is 1, expected True or False"),
        ({"speed": 51}, "state.speed is 51, expected a number from 1 to 50"),
        ({"search": ""}, "state.search is '', expected a text of 1 to 1000 characters"),
        ({"search": {"pattern": 1}}, "state.search is .*, expected a text"),
        ({"grouping": "page"}, "state.grouping is 'page', expected 'token', 'word'"),
        ({"grouping": {"pattern": "(", "flags": 0}}, "expected a regular expression"),
        ({"rest": "no"}, "state.rest is 'no', expected one of 'average', 'plain'"),
        ({"group_pool": "min"}, "state.group_pool is 'min', expected one of 'max'"),
        ({"theme": "<b>"}, "state.theme is '<b>', expected one of 'auto', 'light'"),
    ],
)
def test_a_wrong_value_is_refused_by_its_name(sent: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        ViewState.from_json(sent)


def test_what_is_not_sent_is_as_by_default() -> None:
    assert ViewState.from_json({}) == ViewState()


def test_choices_of_axes_cannot_change_and_equal_a_dict() -> None:
    given: dict[str, Any] = {"layer": 3, "head": "mean"}
    choices = AxisChoices(given)
    given["layer"] = 4
    assert choices == {"layer": 3, "head": "mean"}
    assert repr(choices) == "{'layer': 3, 'head': 'mean'}"
    assert not hasattr(choices, "__setitem__")
    for copied in (copy.deepcopy(choices), pickle.loads(pickle.dumps(choices))):  # noqa: S301 - our own
        assert copied == choices
