"""The state of a heatmap."""

import copy
import inspect
import pickle
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np
import param
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap import TextualHeatmap
from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.growing import append_rows, append_tokens, await_rows
from textualheatmap.state.colouring import paint_facet
from textualheatmap.state.facet_set import MOST_FACETS
from textualheatmap.state.heatmap import Facet, Heatmap
from textualheatmap.state.view_state import ViewState


def make_records(count: int) -> list[dict[str, Any]]:
    return [{"token": f"t{i} ", "heat": row} for i, row in enumerate(np.eye(count))]


class Log:
    """What a watcher of somebody else is told."""

    def __init__(self, heatmap: Heatmap, *names: str) -> None:
        self.calls: list[dict[str, object]] = []
        heatmap.param.watch(self.note, list(names))

    def note(self, *events: param.parameterized.Event) -> None:
        self.calls.append({event.name: event.new for event in events})


@pytest.fixture
def heatmap() -> Heatmap:
    data = [make_records(4), Facet.from_records(make_records(8))]
    return Heatmap(facet_titles=["GRU", "LSTM"]).set_data(data)


def snapshot(heatmap: Heatmap) -> dict[str, object]:
    """Return all values, lists copied, so that a change in place is seen, too."""
    values = heatmap.param.values()
    return {
        name: [*value] if isinstance(value, list) else value
        for name, value in values.items()
    }


def read_focus(heatmap: Heatmap) -> tuple[object, ...]:
    return heatmap.focus, heatmap.focus_span, heatmap.focus_facet, heatmap.pinned


def test_the_defaults_are_those_of_the_interface() -> None:
    heatmap = Heatmap()
    assert heatmap.facet_titles == ["Heatmap"]
    assert (heatmap.width, heatmap.max_height) == (600, None)
    assert heatmap.sizing_mode == "fixed"
    assert (heatmap.show_meta, heatmap.rotate_facet_titles) == (False, False)
    assert (heatmap.interactive, heatmap.wrap_after_token) == (True, False)
    assert (heatmap.palette, heatmap.focus, heatmap.pinned) == ("viridis", None, False)


def test_every_parameter_has_a_doc() -> None:
    assert all(Heatmap.param[name].doc for name in Heatmap.param if name != "name")


@pytest.mark.parametrize("kind", [Heatmap, TextualHeatmap])
def test_the_signature_has_every_parameter_and_its_default(kind: type) -> None:
    given = inspect.signature(kind).parameters
    public = {name for name in Heatmap.param if not name.startswith("_")} - {"arrived"}
    assert set(given) == public
    assert {each.kind for each in given.values()} == {inspect.Parameter.KEYWORD_ONLY}
    for name in public - {"name"}:
        default = Heatmap.param[name].default
        as_list = list(default) if isinstance(default, list | tuple) else default
        own = given[name].default
        assert (list(own) if isinstance(own, tuple) else own) == as_list, name


def test_a_subclass_may_have_other_defaults() -> None:
    class Wide(Heatmap):
        width = param.Integer(800, bounds=(160, 4000), doc="Wide.")

    assert Wide().width == 800
    assert Wide(width=700).width == 700


def test_a_wrong_name_is_refused_with_what_was_meant(heatmap: Heatmap) -> None:
    with pytest.raises(
        AttributeError, match="no attribute 'pallete', did you mean 'pal"
    ):
        heatmap.pallete = "magma"  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(AttributeError, match=r"Heatmap has no attribute 'zzz'$"):
        heatmap.zzz = 1  # pyright: ignore[reportAttributeAccessIssue]
    with pytest.raises(TypeError, match="'pallete', did you mean 'palette'"):
        TextualHeatmap(pallete="magma")  # pyright: ignore[reportCallIssue]
    with pytest.raises(ValueError, match=r"'widht' is not .* mean 'width'"):
        heatmap.param.update(focus=1, widht=700)
    assert heatmap.focus is None


def test_a_heatmap_says_its_facets_tokens_and_focus(heatmap: Heatmap) -> None:
    assert repr(Heatmap()) == "<Heatmap without data>"
    assert (
        str(heatmap) == "<Heatmap of 'GRU' (4 tokens) and 'LSTM' (8 tokens), no focus>"
    )
    heatmap.highlight(slice(1, 3), facet="LSTM").pinned = True
    assert repr(heatmap) == (
        "<Heatmap of 'GRU' (4 tokens) and 'LSTM' (8 tokens), "
        "focus on 't1 t2 ' (1 to 2 of 'LSTM'), pinned>"
    )
    many = TextualHeatmap().set_data([make_records(1)] * 5).highlight(0)
    assert repr(many) == (
        "<TextualHeatmap of '1' (1 token), '2' (1 token), '3' (1 token) and 2 more, "
        "focus on 't0 ' (0 of '1')>"
    )


def test_a_long_text_is_cut_in_what_a_heatmap_says() -> None:
    title = "a" * 1000
    records = [{"token": title, "heat": [1]}]
    shown = repr(Heatmap(facet_titles=[title]).set_data([records]).highlight(0))
    assert len(shown) < 300


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"width": "600"}, "width"),
        ({"width": 10}, "width"),
        ({"width": 600.5}, "width"),
        ({"width": True}, "width"),
        ({"sizing_mode": "stretch_both"}, "sizing_mode.*fixed, stretch_width"),
        ({"sizing_mode": None}, "sizing_mode.*fixed, stretch_width"),
        ({"max_height": 10}, "max_height"),
        ({"show_meta": 1}, "show_meta"),
        ({"meta_label": None}, "meta_label"),
        ({"meta_truth": "previous"}, "meta_truth"),
        ({"rotate_facet_titles": "no"}, "rotate_facet_titles"),
        ({"interactive": None}, "interactive"),
        ({"wrap_after_token": 0}, "wrap_after_token"),
        ({"palette": "jet"}, "palette"),
        ({"facet_titles": "GRU"}, "facet_titles"),
        ({"facet_titles": []}, "facet_titles"),
        ({"facet_titles": ["GRU", 3]}, r"facet_titles\[1\] is an int"),
        ({"facets": [1]}, r"facets\[0\] is an int, expected a facet"),
        ({"facets": "ab"}, "facets is a str"),
        ({"focus": "a"}, "focus"),
        ({"pinned": 1}, "pinned"),
        ({"focus_span": (1,)}, "focus_span is of length 1, expected a start"),
        ({"focus_facet": 1}, "focus_facet is an int"),
        ({"direction": "diagonal"}, "direction is 'diagonal', expected one of 'row'"),
        ({"pool": None}, "pool is None"),
        ({"scale": "log"}, "scale is 'log'"),
        ({"low": "0"}, "low is '0', expected a number"),
        ({"high": float("nan")}, "high is nan, expected a number"),
        ({"gamma": 0}, "gamma is 0, expected a number from 0.1 to 10"),
        ({"exclude": "focus"}, "exclude is 'focus', expected a list of tokens"),
        ({"exclude": [0, None]}, r"exclude\[1\] is None, expected an index, a text or"),
        ({"threshold": 2}, "threshold is 2, expected a number from 0 to 1"),
        ({"hottest": 0}, "hottest is 0, expected an integer from 1 to 2147483647, or"),
        ({"hottest": 2**31}, "hottest is 2147483648, expected an integer from 1 to 2"),
        ({"axes": [0]}, "axes is a list"),
        ({"axes": {"layer": 0}}, "axes are chosen, but there are no data yet"),
        ({"widht": 600}, r"Heatmap\(\) has no parameter 'widht', did you mean 'width'"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(
    arguments: dict[str, Any], name: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=name):
        Heatmap(**arguments)


def test_data_are_records_or_facets_and_set_in_one_event(heatmap: Heatmap) -> None:
    heatmap.highlight(1)
    log = Log(heatmap, "facets", "focus", "focus_span", "focus_facet", "pinned")
    data = [make_records(3), make_records(2)]
    assert heatmap.set_data(data) is heatmap
    assert [len(facet) for facet in heatmap.facets] == [3, 2]
    assert len(log.calls) == 1
    assert list(log.calls[0]) == ["facets"]


def test_new_data_keep_a_focus_that_is_in_range(heatmap: Heatmap) -> None:
    heatmap.highlight(1).pinned = True
    heatmap.set_data([make_records(2), make_records(2)])
    assert read_focus(heatmap) == (1, (1, 2), "GRU", True)


def test_new_data_drop_a_focus_that_is_out_of_range_in_one_event(
    heatmap: Heatmap,
) -> None:
    heatmap.highlight(1).pinned = True
    log = Log(heatmap, "facets", "focus", "focus_span", "focus_facet", "pinned")
    heatmap.set_data([make_records(1), make_records(2)])
    assert read_focus(heatmap) == (None, None, None, False)
    assert len(log.calls) == 1


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"a": 1}, "data is a dict, expected a list of facets"),
        ([], "data is empty"),
        ([make_records(1)], "data has 1 facet, but facet_titles has 2 titles"),
        (
            [make_records(1)] * 3,
            "data has 3 facets, but facet_titles has 2 titles",
        ),
        (make_records(2), "facets[0] is a dict, expected a list of records"),
        (
            [make_records(1), [{"token": "a", "heat": [np.inf]}]],
            "facets[1].tokens[0].heat[0] is inf, expected a number of at most 3.4e+38",
        ),
    ],
)
def test_bad_data_change_nothing_and_tell_nobody(
    heatmap: Heatmap, data: object, message: str
) -> None:
    before = snapshot(heatmap.highlight(2))
    log = Log(heatmap, *Heatmap.param)
    with pytest.raises(HeatmapDataError) as caught:
        heatmap.set_data(data)
    assert str(caught.value).startswith(message)
    assert snapshot(heatmap) == before
    assert log.calls == []


def test_data_of_another_number_than_titles_keep_the_pin(heatmap: Heatmap) -> None:
    heatmap.highlight(3).pinned = True
    with pytest.raises(HeatmapDataError, match="but facet_titles has 2 titles"):
        heatmap.set_data([make_records(1)])
    assert (heatmap.focus, heatmap.pinned) == (3, True)


def test_facets_and_titles_change_together(heatmap: Heatmap) -> None:
    facet = Facet.from_records(make_records(2))
    heatmap.highlight(3)
    heatmap.param.update(facets=[facet], facet_titles=["GRU"])
    assert heatmap.facet_titles == ["GRU"]
    assert [each.store for each in heatmap.facets] == [facet.store]
    assert read_focus(heatmap) == (None, None, None, False)


@pytest.mark.parametrize(
    "change",
    [
        {"facet_titles": ["GRU"]},
        {"facet_titles": ["GRU", 2]},
        {"facets": [Facet.from_records(make_records(1))]},
        {"facets": [Facet.from_records(make_records(1))] * 3},
        {"facets": None},
        {"focus": 4},
        {"focus": -1},
        {"focus": True},
        {"focus": 2.0},
        {"focus_span": (0, 5)},
        {"focus_span": (2, 2)},
        {"focus_span": (3, 1)},
        {"focus_span": (-1, 1)},
        {"focus_span": (0.0, 1)},
        {"focus_span": (0, 9), "focus_facet": "LSTM"},
        {"focus_span": "ab"},
        {"focus_facet": "lstm"},
        {"focus_facet": 1},
        {"focus_span": (0, 1), "focus": 3},
        {"focus_span": (0, 1), "focus": 2},
        {"focus_facet": "LSTM", "focus_span": None},
        {"focus": 1, "focus_facet": None},
        {"pinned": None},
        {"axes": {"layer": 0}},
        {"gamma": 11},
        {"width": 700, "focus": 4, "focus_span": (1, 3)},
        {"width": 500, "focus": "x"},
        {"focus": 1, "width": 10},
        {"width": 10, "focus": "x"},
        {"width": None},
        {"sizing_mode": "stretch_width", "width": 10},
        {"width": 500, "sizing_mode": "scale_width"},
        {"palette": "magma", "direction": "column", "max_height": 1},
        {"width": 500, "name": "another"},
    ],
)
def test_what_does_not_agree_changes_nothing_and_tells_nobody(
    heatmap: Heatmap, change: dict[str, Any]
) -> None:
    heatmap.highlight(2)
    before = snapshot(heatmap)
    log = Log(heatmap, *Heatmap.param)
    with pytest.raises((ValueError, IndexError, TypeError)):
        heatmap.param.update(change)
    assert snapshot(heatmap) == before
    assert log.calls == []
    heatmap.width = 601
    assert log.calls == [{"width": 601}]


wrong = st.sampled_from(
    [
        *({"width": 5}, {"width": None}, {"max_height": "a"}, {"show_meta": 1}),
        *({"focus": 4}, {"focus": "x"}, {"focus_span": (0, 0)}, {"focus_facet": "X"}),
        *({"facets": [1]}, {"facet_titles": []}, {"palette": "jet"}, {"gamma": -1}),
        {"sizing_mode": "stretch"},
        *(
            {"low": "a"},
            {"axes": {"layer": 1}},
            {"pinned": "yes"},
            {"pallete": "magma"},
        ),
    ]
)
right = st.fixed_dictionaries(
    {},
    optional={
        "width": st.integers(160, 4000),
        "sizing_mode": st.sampled_from(["fixed", "stretch_width"]),
        "max_height": st.none() | st.integers(60, 900),
        "show_meta": st.booleans(),
        "palette": st.sampled_from(["magma", "paper"]),
        "focus": st.none() | st.integers(0, 3),
        "pinned": st.booleans(),
        "direction": st.sampled_from(["row", "column"]),
        "gamma": st.floats(0.1, 10),
        "facet_titles": st.just(["a", "b"]),
    },
)


def set_values(heatmap: Heatmap, values: dict[str, Any]) -> None:
    """Set a single value as an attribute, several together."""
    if len(values) > 1:
        heatmap.param.update(values)
    else:
        [(name, value)] = values.items()
        setattr(heatmap, name, value)


@given(right, st.lists(wrong, min_size=1, max_size=2), st.integers(0, 9))
def test_one_wrong_value_among_many_changes_nothing(
    changes: dict[str, Any], wrongs: list[dict[str, Any]], place: int
) -> None:
    data = [Facet.from_records(make_records(4)), Facet.from_records(make_records(8))]
    heatmap = Heatmap(facets=data, focus=2, pinned=True, facet_titles=["GRU", "LSTM"])
    before = snapshot(heatmap)
    log = Log(heatmap, *Heatmap.param)
    items = [item for item in changes.items() if item[0] not in wrongs[0]]
    for each in wrongs:
        items[place:place] = each.items()
    with pytest.raises((ValueError, IndexError, TypeError, AttributeError)):
        set_values(heatmap, dict(items))
    assert snapshot(heatmap) == before
    assert log.calls == []


@given(right)
def test_what_agrees_is_set_in_one_event_and_set_back_by_the_context(
    changes: dict[str, Any],
) -> None:
    data = [Facet.from_records(make_records(4)), Facet.from_records(make_records(8))]
    heatmap = Heatmap(facets=data, focus_span=(1, 3), pinned=True)
    before = heatmap.view_state
    log = Log(heatmap, *Heatmap.param)
    with heatmap.param.update(changes):
        assert len(log.calls) <= 1
        for name in changes.keys() - {"pinned"}:
            assert getattr(heatmap, name) == changes[name]
    assert heatmap.view_state == before
    assert (heatmap.facet_titles, heatmap.facets) == (["1", "2"], data)


def test_facets_that_are_set_back_are_no_longer_the_version_in_between(
    heatmap: Heatmap,
) -> None:
    with heatmap.param.update(facets=heatmap.facets[:1]):
        between = heatmap.version
    assert heatmap.version > between


def test_every_watcher_is_told_even_if_one_raises(heatmap: Heatmap) -> None:
    def fail(*_events: object) -> None:
        msg = "the watcher's own mistake"
        raise RuntimeError(msg)

    heatmap.param.watch(fail, "focus")
    log = Log(heatmap, "focus", "width")
    with pytest.raises(RuntimeError, match="the watcher's own mistake"):
        heatmap.param.update(width=700, focus=3)
    assert log.calls == [{"width": 700, "focus": 3}]
    heatmap.param.watch(fail, "width")
    with pytest.raises(ExceptionGroup, match="several watchers raised"):
        heatmap.param.update(width=710, focus=2)
    heatmap.palette = "magma"
    assert (heatmap.width, heatmap.focus, heatmap.palette) == (710, 2, "magma")


def test_mistakes_are_told_once_where_one_watcher_calls_another(
    heatmap: Heatmap,
) -> None:
    def fail(*_: object) -> None:
        msg = "called by a watcher"
        raise RuntimeError(msg)

    def move(*_: object) -> None:
        heatmap.focus = 0 if heatmap.focus else 1

    heatmap.param.watch(fail, "focus")
    heatmap.param.watch(move, "width")
    with pytest.raises(RuntimeError, match="called by a watcher"):
        heatmap.width = 700


def test_a_watcher_may_set_parameters_itself(heatmap: Heatmap) -> None:
    def follow(*_events: object) -> None:
        heatmap.width = 600 + 10 * (heatmap.focus or 0)

    heatmap.param.watch(follow, "focus")
    log = Log(heatmap, "width")
    heatmap.focus = 3
    assert (heatmap.focus, heatmap.width) == (3, 630)
    assert log.calls == [{"width": 630}]
    with pytest.raises(ValueError, match="pinned is 'x'"):
        heatmap.param.update(focus=1, pinned="x")
    assert (heatmap.focus, heatmap.width) == (3, 630)


def test_watchers_see_agreeing_state_only(heatmap: Heatmap) -> None:
    seen: list[object] = []
    heatmap.param.watch(lambda _: seen.append(heatmap.view_state), "focus")
    heatmap.param.watch(lambda _: seen.append(read_focus(heatmap)), "_view_state")
    heatmap.focus = 1
    assert seen == [ViewState("GRU", 1, 2), (1, (1, 2), "GRU", False)]
    seen.clear()
    heatmap.focus = None
    assert seen == [ViewState(), (None, None, None, False)]


def test_setting_the_focus_moves_the_span_and_the_facet(heatmap: Heatmap) -> None:
    heatmap.highlight(5, facet=1).focus = 3
    assert read_focus(heatmap) == (3, (3, 4), "GRU", False)
    heatmap.focus = np.int64(2)  # pyright: ignore[reportAttributeAccessIssue]
    assert (heatmap.focus, type(heatmap.focus)) == (2, int)


def test_setting_the_span_moves_the_focus_in_its_facet(heatmap: Heatmap) -> None:
    heatmap.focus_span = (2, 4)
    assert read_focus(heatmap) == (2, (2, 4), "GRU", False)
    heatmap.param.update(focus_facet="LSTM", focus_span=(5, 8))
    assert read_focus(heatmap) == (None, (5, 8), "LSTM", False)
    heatmap.focus_span = np.array([1, 3])  # pyright: ignore[reportAttributeAccessIssue]
    assert read_focus(heatmap) == (1, (1, 3), "LSTM", False)
    assert heatmap.focus_span is not None
    assert list(map(type, heatmap.focus_span)) == [int, int]
    heatmap.focus_span = None
    assert read_focus(heatmap) == (None, None, None, False)


def test_setting_the_facet_moves_to_its_counterparts(heatmap: Heatmap) -> None:
    heatmap.highlight(slice(1, 3)).focus_facet = "LSTM"
    assert read_focus(heatmap) == (1, (1, 3), "LSTM", False)
    heatmap.param.update(focus_facet="LSTM", focus=3)
    assert read_focus(heatmap) == (3, (3, 4), "LSTM", False)
    heatmap.focus_facet = None
    assert read_focus(heatmap) == (None, None, None, False)
    with pytest.raises(ValueError, match="there is no focus: set focus_span along"):
        heatmap.focus_facet = "LSTM"
    with pytest.raises(ValueError, match="expected one of 'GRU', 'LSTM', did you mean"):
        heatmap.focus_facet = "lSTM"


def test_a_focus_that_is_set_to_what_it_is_keeps_its_span(heatmap: Heatmap) -> None:
    heatmap.focus_span = (1, 4)
    heatmap.focus = 1
    assert heatmap.focus_span == (1, 4)
    heatmap.highlight(1)
    assert heatmap.focus_span == (1, 2)


def test_facets_of_other_texts_have_no_counterparts(heatmap: Heatmap) -> None:
    other = Facet.from_arrays(["something", "else"], np.eye(2), title="other")
    heatmap.facets = [*heatmap.facets, other]
    heatmap.highlight(1, facet="other")
    assert read_focus(heatmap) == (None, (1, 2), "other", False)
    with pytest.raises(ValueError, match="the focus has no tokens there"):
        heatmap.focus_facet = "GRU"


def test_a_token_that_the_first_facet_lacks_has_no_focus_there() -> None:
    words = Facet.from_arrays(["the", "cat"], np.eye(2))
    characters = Facet.from_arrays(list("the cat"), np.eye(7))
    heatmap = Heatmap(facets=[words, characters])
    assert heatmap.highlight(3, facet=1).focus is None
    assert heatmap.highlight(4, facet=1).focus == 1


def test_another_grouping_goes_back_to_the_token_that_was_chosen() -> None:
    facet = Facet.from_arrays(["a", "b", " c", ". ", "D"], np.eye(5), id="a")
    heatmap = Heatmap(facets=[facet]).highlight(1)
    heatmap.grouping = "sentence"
    assert (heatmap.focus_span, heatmap.view_state.chosen) == ((0, 4), 1)
    # As a page reports it, and as it is set back.
    heatmap.view_state = replace(heatmap.view_state, chosen=2)
    assert heatmap.clone(grouping="token").focus_span == (2, 3)
    with heatmap.param.update(grouping="line"):
        assert heatmap.focus_span == (0, 5)
    heatmap.grouping = "word"
    assert (heatmap.focus_span, heatmap.view_state.chosen) == ((2, 3), None)
    heatmap.highlight(1).grouping = "token"
    assert heatmap.focus_span == (1, 2)


def test_a_span_that_was_chosen_stays_one_in_another_grouping() -> None:
    facet = Facet.from_arrays(["a", "b", " c"], np.eye(3), id="a")
    heatmap = Heatmap(facets=[facet], grouping="word").highlight(slice(0, 2))
    heatmap.grouping = "token"
    assert heatmap.focus_span == (0, 2)
    heatmap.grouping = "word"
    assert heatmap.highlight(0).focus_span == (0, 2)
    heatmap.param.update(grouping="token", focus_span=(0, 3))
    assert heatmap.focus_span == (0, 3)


def test_losing_the_focus_loses_the_pin(heatmap: Heatmap) -> None:
    heatmap.highlight(7, facet="LSTM").pinned = True
    heatmap.focus_span = None
    assert read_focus(heatmap) == (None, None, None, False)
    heatmap.param.update(focus=1, pinned=True)
    heatmap.focus = None
    assert heatmap.pinned is False


def test_nothing_can_be_pinned_without_a_focus(heatmap: Heatmap) -> None:
    heatmap.pinned = True
    assert heatmap.pinned is False


def test_highlight_moves_the_focus_in_one_event(heatmap: Heatmap) -> None:
    log = Log(heatmap, "focus", "focus_span", "focus_facet")
    assert heatmap.highlight(np.int64(2)) is heatmap
    assert type(heatmap.focus) is int
    assert log.calls == [{"focus": 2, "focus_span": (2, 3), "focus_facet": "GRU"}]


@pytest.mark.parametrize("facet", ["LSTM", 1, np.int8(1)])
def test_highlight_takes_a_facet_by_id_title_or_number(
    heatmap: Heatmap,
    facet: Any,  # noqa: ANN401 - NumPy's integers are no int to a type checker
) -> None:
    assert heatmap.highlight(6, facet=facet).focus_facet == "LSTM"
    assert heatmap.focus_span == (6, 7)


def test_highlight_takes_an_id_before_a_title() -> None:
    facets = [
        Facet.from_arrays(["a"], [[1]], title="b", id="a"),
        Facet.from_arrays(["a"], [[1]], title="a", id="b"),
        Facet.from_arrays(["a"], [[1]], title="twice", id="c"),
        Facet.from_arrays(["a"], [[1]], title="twice", id="d"),
        Facet.from_arrays(["a"], [[1]], title="once", id="e"),
    ]
    heatmap = Heatmap(facets=facets)
    assert heatmap.highlight(0, facet="a").focus_facet == "a"
    assert heatmap.highlight(0, facet="once").focus_facet == "e"
    with pytest.raises(ValueError, match="'twice', which 2 facets have as title"):
        heatmap.highlight(0, facet="twice")


@pytest.mark.parametrize(
    ("facet", "error", "message"),
    [
        ("gru", ValueError, "facet is 'gru', expected 'GRU', 'LSTM'"),
        ("LSTMs", ValueError, "did you mean 'LSTM'"),
        (2, IndexError, "facet is 2, expected 0 to 1"),
        (-1, IndexError, "facet is -1, expected 0 to 1"),
        (True, TypeError, "facet is a bool, expected an integer or the id or title"),
        (1.0, TypeError, "facet is a float, expected an integer or the id or title"),
    ],
)
def test_highlight_of_an_unknown_facet_says_what_is_known(
    heatmap: Heatmap,
    facet: Any,  # noqa: ANN401 - what types forbid is the point
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error, match=message):
        heatmap.highlight(0, facet=facet)


@pytest.mark.parametrize(
    ("index", "span"),
    [
        (slice(3, 7), (3, 7)),
        (slice(None, 2), (0, 2)),
        (slice(6, None), (6, 8)),
        (slice(None), (0, 8)),
        (slice(np.int64(1), np.int64(3), 1), (1, 3)),
    ],
)
def test_highlight_takes_a_slice(
    heatmap: Heatmap, index: slice, span: tuple[int, int]
) -> None:
    assert heatmap.highlight(index, facet="LSTM").focus_span == span


@pytest.mark.parametrize(
    ("index", "error", "message"),
    [
        (slice(3, 9), IndexError, "index.stop is 9, expected 4 to 8"),
        (slice(3, 3), IndexError, "index.stop is 3, expected 4 to 8"),
        (slice(-2, None), IndexError, "index.start is -2, expected 0 to 7"),
        (slice(8, 9), IndexError, "index.start is 8, expected 0 to 7"),
        (slice(0, 4, 2), ValueError, "index has step 2, expected tokens in a row"),
        (slice("a", 4), ValueError, "index.start is a str, expected an integer"),
        (slice(0, 4, []), ValueError, "index.step is a list, expected an integer"),
    ],
)
def test_a_slice_that_does_not_fit_is_refused(
    heatmap: Heatmap, index: slice, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        heatmap.highlight(index, facet="LSTM")
    assert heatmap.focus is None


def test_highlight_works_without_interaction(heatmap: Heatmap) -> None:
    heatmap.interactive = False
    assert heatmap.highlight(1).focus == 1


@pytest.mark.parametrize("index", [4, -1])
def test_highlight_out_of_range_says_the_range(heatmap: Heatmap, index: int) -> None:
    heatmap.highlight(1)
    with pytest.raises(IndexError, match=f"index is {index}, expected 0 to 3"):
        heatmap.highlight(index)
    assert heatmap.focus == 1


@pytest.mark.parametrize("index", [True, np.True_, 1.0, "1", None])
def test_highlight_of_what_is_no_integer_is_refused(
    heatmap: Heatmap,
    index: Any,  # noqa: ANN401 - what types forbid is the point
) -> None:
    with pytest.raises(TypeError, match=r"index is .*, expected an integer"):
        heatmap.highlight(index)


def test_highlight_before_any_data_says_so() -> None:
    with pytest.raises(IndexError, match="there are no data yet"):
        Heatmap().highlight(0)
    with pytest.raises(IndexError, match="there are no data yet"):
        Heatmap().focus = 0


@pytest.mark.parametrize("facet", ["GRU", "other", 0])
def test_a_facet_that_is_named_before_any_data_is_told(facet: str | int) -> None:
    heatmap = Heatmap(facet_titles=["GRU"])
    for change in (
        lambda: heatmap.highlight(0, facet=facet),
        lambda: heatmap.fill_rows(facet, [0], [[1]]),
        lambda: heatmap.append(facet, ["a"]),
    ):
        with pytest.raises(IndexError, match=r"facet is .*, but there are no data yet"):
            change()


def test_a_heatmap_can_be_made_with_its_data_and_focus() -> None:
    facet = Facet.from_records(make_records(3))
    assert Heatmap(facets=[facet], focus=2).focus_span == (2, 3)
    with pytest.raises(IndexError, match="focus is 3, expected 0 to 2"):
        Heatmap(facets=[facet], focus=3)
    with pytest.raises(ValueError, match="2 facets, but facet_titles has 1 title"):
        Heatmap(facets=[facet, facet], facet_titles=["GRU"])


def test_two_heatmaps_do_not_touch_each_other(heatmap: Heatmap) -> None:
    other = Heatmap(facet_titles=["a", "b"]).set_data(heatmap.facets)
    heatmap.highlight(2)
    heatmap.facet_titles.append("c")
    assert other.focus is None
    assert other.facet_titles == ["a", "b"]
    assert Heatmap().facet_titles == ["Heatmap"]


def test_facets_without_titles_are_numbered_unless_there_is_but_one() -> None:
    facets = [Facet.from_records(make_records(n)) for n in (1, 2, 3)]
    heatmap = Heatmap().set_data(facets[:1])
    assert heatmap.facet_titles == ["Heatmap"]
    assert heatmap.set_data(facets).facet_titles == ["1", "2", "3"]
    assert heatmap.set_data(facets[:2]).facet_titles == ["1", "2"]
    assert heatmap.facets[0] is facets[0]
    assert heatmap.facet_ids == ["facet-0", "facet-1"]


def test_facets_have_titles_of_their_own_which_the_heatmaps_own_replace() -> None:
    facets = [Facet.from_arrays(["a"], [[1]], title=title) for title in ("x", "y")]
    heatmap = Heatmap(facets=facets)
    assert heatmap.facet_titles == ["x", "y"]
    heatmap.facet_titles = ["GRU", "LSTM"]
    assert [facet.title for facet in heatmap.facets] == ["GRU", "LSTM"]
    assert [facet.title for facet in facets] == ["x", "y"]
    assert [facet.store for facet in heatmap.facets] == [f.store for f in facets]
    assert Heatmap(facet_titles=("a", "b"), facets=facets).facet_titles == ["a", "b"]


def test_facets_that_are_moved_keep_focus_and_titles(heatmap: Heatmap) -> None:
    heatmap.highlight(2).pinned = True
    heatmap.facets = heatmap.facets[::-1]
    assert heatmap.facet_titles == ["LSTM", "GRU"]
    assert read_focus(heatmap) == (2, (2, 3), "GRU", True)
    heatmap.highlight(7, facet="LSTM")
    heatmap.facets = heatmap.facets[::-1]
    assert read_focus(heatmap) == (None, (7, 8), "LSTM", True)


def test_a_facet_that_is_added_or_removed_leaves_the_others_alone(
    heatmap: Heatmap,
) -> None:
    heatmap.highlight(2, facet="LSTM").pinned = True
    added = Facet.from_records(make_records(2))
    heatmap.facets = [added, *heatmap.facets]
    assert heatmap.facet_titles == ["1", "GRU", "LSTM"]
    assert heatmap.find_focus() == (2, 2, 3)
    heatmap.facets = heatmap.facets[2:]
    assert heatmap.facet_titles == ["LSTM"]
    assert read_focus(heatmap) == (2, (2, 3), "LSTM", True)
    heatmap.facets = [added]
    assert read_focus(heatmap) == (None, None, None, False)
    heatmap.facets = []
    assert heatmap.facet_titles == ["LSTM"]


def test_a_list_that_was_given_is_not_kept(heatmap: Heatmap) -> None:
    facets = [*heatmap.facets]
    heatmap.facets = facets
    titles = ["a", "b"]
    heatmap.facet_titles = titles
    facets.clear()
    titles.clear()
    assert (len(heatmap.facets), heatmap.facet_titles) == (2, ["a", "b"])
    heatmap.facets = tuple(heatmap.facets)  # pyright: ignore[reportAttributeAccessIssue]
    assert len(heatmap.facets) == 2


def test_facets_that_are_set_again_have_the_titles_that_they_were_given() -> None:
    facets = [Facet.from_records(make_records(n)) for n in (2, 3)]
    heatmap = Heatmap(facet_titles=["GRU", "LSTM"]).set_data(facets)
    assert heatmap.set_data(facets).facet_titles == ["GRU", "LSTM"]
    assert heatmap.set_data(facets[::-1]).facet_titles == ["LSTM", "GRU"]


def test_facets_without_titles_keep_the_focus_when_they_are_moved() -> None:
    facets = [Facet.from_records(make_records(n)) for n in (2, 3)]
    heatmap = Heatmap(facets=facets).highlight(1, facet=1)
    heatmap.facets = facets[::-1]
    assert heatmap.find_focus() == (0, 1, 2)
    heatmap.facets = [facets[0]]
    assert heatmap.focus is None


def test_a_new_title_keeps_the_focus(heatmap: Heatmap) -> None:
    heatmap.highlight(6, facet="LSTM").facet_titles = ["a", "b"]
    assert read_focus(heatmap) == (None, (6, 7), "b", False)


def test_new_data_under_the_same_id_keep_the_focus() -> None:
    facets = [Facet.from_arrays(["a", "b"], np.eye(2), id=name) for name in ("x", "y")]
    heatmap = Heatmap(facets=facets).highlight(1, facet="y")
    changed = [Facet.from_arrays(["c"] * n, np.eye(n), id=n * "y") for n in (2, 1)]
    heatmap.facets = changed[:1]
    assert heatmap.focus is None
    heatmap.set_data(facets).highlight(0, facet="y").facets = changed
    assert read_focus(heatmap) == (0, (0, 1), "y", False)


def test_a_focus_for_new_data_is_one_of_theirs(heatmap: Heatmap) -> None:
    facets = [Facet.from_records(make_records(n)) for n in (9, 3)]
    heatmap.highlight(slice(1, 3))
    heatmap.param.update(facets=facets, focus=1)
    assert read_focus(heatmap) == (1, (1, 2), "GRU", False)
    heatmap.param.update(facets=facets, focus=8)
    assert read_focus(heatmap) == (8, (8, 9), "GRU", False)
    heatmap.param.update(facets=facets[::-1], focus=1)
    assert heatmap.find_focus() == (0, 1, 2)
    with pytest.raises(IndexError, match="focus is 8, expected 0 to 2"):
        heatmap.param.update(facets=facets[::-1], focus=8)


def test_more_facets_than_a_page_bears_are_refused_with_their_number() -> None:
    facets = [Facet.from_records(make_records(1))] * (MOST_FACETS + 1)
    assert len(Heatmap(facets=facets[:-1]).facets) == MOST_FACETS
    with pytest.raises(HeatmapDataError, match="has 65 facets, expected at most 64"):
        Heatmap().set_data(facets)


def test_the_version_counts_changes_of_the_data(heatmap: Heatmap) -> None:
    version = heatmap.version
    heatmap.param.update(focus=1, width=700, palette="magma", direction="column")
    assert heatmap.version == version
    heatmap.facets = heatmap.facets[::-1]
    heatmap.facet_titles = ["a", "b"]
    assert heatmap.version == version + 2
    with pytest.raises(HeatmapDataError):
        heatmap.set_data([make_records(1)])
    assert heatmap.version == version + 2


def test_the_whole_state_can_be_set_as_one(heatmap: Heatmap) -> None:
    state = ViewState("LSTM", 2, 5, pinned=True, direction="column", gamma=0.5, high=2)
    log = Log(heatmap, *Heatmap.param)
    heatmap.view_state = state
    assert heatmap.view_state == state
    assert read_focus(heatmap) == (2, (2, 5), "LSTM", True)
    assert (heatmap.direction, heatmap.gamma, heatmap.high) == ("column", 0.5, 2)
    assert len(log.calls) == 1
    with pytest.raises(IndexError, match=r"focus_span is \(2, 9\)"):
        heatmap.view_state = ViewState("LSTM", 2, 9)
    assert heatmap.view_state == state
    heatmap.view_state = ViewState()
    assert read_focus(heatmap) == (None, None, None, False)
    with pytest.raises(TypeError, match="view_state is a dict, expected a ViewState"):
        heatmap.view_state = cast("Any", state.to_json())


copies = pytest.mark.parametrize(
    "make",
    [
        Heatmap.clone,
        copy.copy,
        copy.deepcopy,
        lambda heatmap: pickle.loads(pickle.dumps(heatmap)),  # noqa: S301 - our own
    ],
    ids=["clone", "copy", "deepcopy", "pickle"],
)


@copies
@pytest.mark.parametrize("kind", [Heatmap, TextualHeatmap])
def test_a_copy_has_the_same_values_and_a_state_of_its_own(
    make: Any,  # noqa: ANN401 - a function of any heatmap
    kind: type[Heatmap],
) -> None:
    data = [make_records(4), make_records(8)]
    heatmap = kind(
        facet_titles=["GRU", "LSTM"], width=700, sizing_mode="stretch_width"
    ).set_data(data)
    heatmap.highlight(slice(1, 3), facet="LSTM").pinned = True
    log = Log(heatmap, *Heatmap.param)
    copied = make(heatmap)
    assert type(copied) is kind
    assert copied.view_state == heatmap.view_state
    assert (copied.width, copied.facet_titles) == (700, ["GRU", "LSTM"])
    assert copied.sizing_mode == "stretch_width"
    assert [facet.heat.tolist() for facet in copied.facets] == [
        facet.heat.tolist() for facet in heatmap.facets
    ]
    copied.param.update(
        sizing_mode="fixed", focus=0, width=800, facet_titles=["a", "b"], pinned=False
    )
    copied.facets.clear()
    assert log.calls == []
    assert read_focus(heatmap) == (1, (1, 3), "LSTM", True)
    assert (heatmap.width, heatmap.facet_titles) == (700, ["GRU", "LSTM"])
    assert heatmap.sizing_mode == "stretch_width"
    assert len(heatmap.facets) == 2


def test_a_clone_shares_its_facets_and_may_differ(heatmap: Heatmap) -> None:
    clone = heatmap.highlight(1).clone(palette="magma", focus=3)
    assert (clone.palette, clone.focus) == ("magma", 3)
    assert (heatmap.palette, heatmap.focus) == ("viridis", 1)
    assert all(a is b for a, b in zip(clone.facets, heatmap.facets, strict=True))
    assert clone.alignment is heatmap.alignment
    assert clone.facets is not heatmap.facets
    assert clone.facet_titles is not heatmap.facet_titles
    with pytest.raises(ValueError, match="did you mean 'palette'"):
        heatmap.clone(pallete="magma")


def make_growing() -> Heatmap:
    """Return two facets of one text, and a third whose rows the second one's are."""
    heat = np.full((3, 3), np.nan)
    facets = [
        Facet.from_arrays(["a ", "b ", "c "], heat, missing=True),
        Facet.from_arrays(["a ", "b "], np.eye(2), id="answer"),
        Facet.from_arrays(["x", "y", "z"], np.ones((2, 3)), rows_of="answer"),
    ]
    return Heatmap(facets=facets, facet_titles=["one", "two", "three"])


def test_rows_may_arrive_later_without_a_redraw() -> None:
    heatmap = make_growing().highlight(1)
    version, before = heatmap.version, heatmap.facets[0]
    alignment = heatmap.alignment
    log = Log(heatmap, *Heatmap.param)
    assert heatmap.fill_rows("one", [1], [[0.25, 0.5, 1]]) is heatmap
    heatmap.fill_rows(0, np.array([0, 2]).tolist(), np.zeros((2, 3)))
    assert [call.keys() for call in log.calls] == [{"arrived"}] * 2
    assert heatmap.arrived == (2, "one", (0, 2), False)
    assert heatmap.facets[0].heat.tolist() == [[0, 0, 0], [0.25, 0.5, 1], [0, 0, 0]]
    assert paint_facet(heatmap, 0).value.tolist() == [0.25, 0.5, 1]
    assert (heatmap.version, heatmap.focus) == (version, 1)
    # It takes a while, and the tokens are the same.
    assert heatmap.alignment is alignment
    assert np.isnan(before.heat).all()
    assert heatmap.facet_titles == ["one", "two", "three"]
    heatmap.fill_rows(0, [1], [[0.25, 0.5, 1]])
    assert len(log.calls) == 3


def test_tokens_may_be_appended_without_a_redraw() -> None:
    heatmap = make_growing().highlight(1, facet="answer")
    version = heatmap.version
    log = Log(heatmap, *Heatmap.param)
    heatmap.append(
        "answer", ["c ", "d "], [[0.5, 0, 1, 0], [0, 0, 0.25, 1]], [["m"], []]
    )
    assert [call.keys() for call in log.calls] == [{"arrived"}]
    assert heatmap.arrived == (1, "answer", (2, 3), True)
    [_, answer, prompt] = heatmap.facets
    assert answer.tokens.texts == ("a ", "b ", "c ", "d ")
    assert answer.heat[1].tolist() == [0, 1, 0, 0]
    assert answer.tokens.meta[2] == (("m", None),)
    assert prompt.store.shape == (4, 3)
    assert np.isnan(prompt.heat[2:]).all()
    heatmap.fill_rows("three", [2, 3], np.ones((2, 3)))
    assert heatmap.highlight(3, facet="answer").focus is None
    assert paint_facet(heatmap, 2).value.tolist() == [1, 1, 1]
    assert (heatmap.version, heatmap.facet_titles) == (version, ["one", "two", "three"])


def test_the_group_with_the_focus_grows_with_its_tokens() -> None:
    facet = Facet.from_arrays(["an ", "em"], np.eye(2), title="new")
    heatmap = Heatmap(facets=[facet], grouping="word").highlight(1)
    log = Log(heatmap, *Heatmap.param)
    heatmap.append("new", ["##bed"], np.ones((1, 3)))
    heatmap.append("new", ["##ding"], np.ones((1, 4)))
    assert read_focus(heatmap) == (1, (1, 4), "new", False)
    changed = {"arrived", "focus_span", "_view_state"}
    assert [call.keys() for call in log.calls] == [changed] * 2
    heatmap.grouping = "token"
    assert heatmap.focus_span == (1, 2)


def test_a_text_may_grow_from_its_first_token() -> None:
    heatmap = Heatmap().set_data([Facet.from_arrays(["a"], [[1]], title="new")])
    for i in range(1, 200):
        heatmap.append("new", [f" {i}"], np.full((1, i + 1), i / 200))
    assert len(heatmap.facets[0]) == 200
    assert heatmap.facets[0].store.maximum == 1
    assert heatmap.facets[0].heat[150, 149:152] == pytest.approx([0.75, 0.75, 0])
    assert heatmap.highlight(199).focus == 199


def test_integers_may_be_those_of_numpy() -> None:
    heatmap = Heatmap().set_data([make_records(4)])
    heatmap.param.update(hottest=np.int64(2), focus=np.int64(1), exclude=[np.int64(0)])
    assert heatmap.view_state.to_json()["hottest"] == 2
    assert type(heatmap.hottest) is int


def test_tokens_that_arrive_move_the_focus_in_the_first_facet() -> None:
    words = Facet.from_arrays(["a"], [[1]])
    longer = Facet.from_arrays(["a", "b"], np.eye(2))
    heatmap = Heatmap(facets=[words, longer]).highlight(1, facet=1)
    assert heatmap.focus is None
    log = Log(heatmap, *Heatmap.param)
    heatmap.append(0, ["b"])
    assert heatmap.focus == 1
    assert [call.keys() for call in log.calls] == [{"focus", "arrived"}]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda h: h.fill_rows(0, [3], [[0, 0, 0]]), "row is 3, expected 0 to 2"),
        (lambda h: h.fill_rows(0, [-1], [[0, 0, 0]]), "row is -1, expected 0 to 2"),
        (
            lambda h: h.fill_rows(0, [0, 0.5], [[0, 0, 0]] * 2),
            r"rows\[1\] is a float, expected an integer",
        ),
        (
            lambda h: h.fill_rows(0, cast("Any", 1), [[0, 0, 0]]),
            "rows is an int, expected a list of indexes",
        ),
        (lambda h: h.fill_rows(0, [0], [[0, 0]]), r"facets\[0\]"),
        (lambda h: h.fill_rows(0, [0], [[0, 0, -1]]), r"facets\[0\].rows\[0\]"),
        (
            lambda h: h.fill_rows(0, [0, 1], [[0, 0, 0]]),
            r"shape \(1, 3\), expected \(2,",
        ),
        (lambda h: h.fill_rows("four", [0], [[0]]), "facet is 'four'"),
        (lambda h: h.append(2, ["w"], [[0]]), r"facets\[2\].rows_of is 'answer', exp"),
        (lambda h: h.append(1, ["w"], [[0, 0]]), r"facets\[1\]"),
        (lambda h: h.append(1, ["w", 3]), r"facets\[1\].*\[1\] is an int"),
        (lambda h: h.append(1, []), r"facets\[1\].* is empty"),
    ],
)
def test_what_does_not_fit_changes_nothing_that_is_shown(
    change: Any,  # noqa: ANN401 - a function of a heatmap
    message: str,
) -> None:
    heatmap = make_growing()
    before = snapshot(heatmap)
    log = Log(heatmap, *Heatmap.param)
    with pytest.raises((ValueError, IndexError), match=message):
        change(heatmap)
    assert snapshot(heatmap) == before
    assert log.calls == []


def begin_pair() -> list[Facet]:
    """Return a prompt and the first token of an answer, without any heat yet."""
    heat = np.zeros((1, 2)), np.zeros((1, 1))
    return [
        await_rows(Facet.from_arrays(["p", "q"], heat[0], rows_of="answer")),
        await_rows(Facet.from_arrays(["a"], heat[1], id="answer")),
    ]


def grow_pair(pair: Sequence[Facet], *texts: str) -> list[Facet]:
    """Return a prompt and its answer with more tokens."""
    prompt, answer = pair
    grown = append_tokens(answer, texts, meta=[["m"]] * len(texts))
    return [append_rows(prompt, len(texts)), grown]


def test_a_prompt_and_its_answer_grow_together_and_the_focus_stays() -> None:
    pair = begin_pair()
    heatmap = Heatmap(facet_titles=["prompt", "answer"]).set_data(pair)
    heatmap.highlight(0, "answer").param.update(pinned=True, direction="column")
    before = heatmap.view_state, heatmap.version
    log = Log(heatmap, *Heatmap.param)
    assert heatmap.grow(grow_pair(pair, "b", "c")) is heatmap
    assert [call.keys() for call in log.calls] == [{"arrived"}]
    assert heatmap.arrived == (1, "answer", (1, 2), True)
    assert [facet.store.shape for facet in heatmap.facets] == [(3, 2), (3, 3)]
    assert heatmap.facets[1].tokens.text == "abc"
    assert [facet.title for facet in heatmap.facets] == ["prompt", "answer"]
    assert (heatmap.view_state, heatmap.version) == before


def test_a_facet_grows_beside_others_that_stay() -> None:
    begun = await_rows(Facet.from_arrays(["a"], [[0]]))
    heatmap = Heatmap(facets=[*make_growing().facets, begun])
    heatmap.grow(append_tokens(begun, ["b"]))
    assert [len(facet) for facet in heatmap.facets] == [3, 2, 3, 2]


def test_what_a_function_tells_of_its_rows_is_shown() -> None:
    pair = begin_pair()
    heatmap = make_growing()
    heatmap.facet_titles = ["one", "two", "three"]
    nothing = np.zeros((0, 2)), np.zeros((0, 1))
    with pytest.raises(HeatmapDataError, match="data has 2 facets, but facet_titles"):
        heatmap.stream(pair, 0, nothing)
    heatmap = Heatmap().stream(pair, 0, nothing).highlight(0, "answer")
    version = heatmap.version
    grown = grow_pair(pair, "b")
    heatmap.stream(grown, 0, nothing)
    heatmap.stream(grown, 1, (np.ones((1, 2)), np.ones((1, 2))))
    assert heatmap.version == version
    assert heatmap.focus_facet == "answer"
    prompt, answer = heatmap.facets
    assert answer.tokens.meta == ((), (("m", None),))
    assert np.isnan(prompt.heat[0]).all()
    assert prompt.heat[1].tolist() == answer.heat[1].tolist() == [1, 1]
    # A new answer takes its place.
    heatmap.stream(begin_pair(), 0, nothing)
    assert heatmap.version == version + 1
    assert heatmap.facets[1].tokens.text == "a"


@pytest.mark.parametrize(
    ("grow", "message"),
    [
        (lambda h: h.grow([]), "facets is empty, expected at least one that has grown"),
        (
            lambda h: h.grow(begin_pair()),
            r"facets\[0\] has grown from none of the facets that are shown",
        ),
        (
            lambda h: h.grow(grow_pair(h.facets, "b")[1]),
            r"facets\[0\].heat has 1 rows, expected 2",
        ),
        (lambda h: h.grow(3), "facets is an int, expected a list of facets"),
    ],
)
def test_what_has_not_grown_from_what_is_shown_is_refused(
    grow: Callable[[Heatmap], object], message: str
) -> None:
    heatmap = Heatmap(facets=begin_pair())
    before = snapshot(heatmap)
    log = Log(heatmap, *Heatmap.param)
    with pytest.raises(ValueError, match=message):
        grow(heatmap)
    assert snapshot(heatmap) == before
    assert log.calls == []


def test_copies_may_grow_apart() -> None:
    heatmap = make_growing().append("answer", ["c"], [[0, 0, 1]])
    clone = heatmap.clone()
    heatmap.append("answer", ["d"], [[0.5, 0.5, 0.5, 0.5]])
    assert clone.arrived is None
    assert [len(facet) for facet in clone.facets] == [3, 3, 3]
    clone.append("answer", ["x", "y"])
    assert clone.facets[1].tokens.text == "a b cxy"
    assert np.isnan(clone.facets[1].heat[3]).all()
    assert heatmap.facets[1].tokens.text == "a b cd"
    assert heatmap.facets[1].heat[3].tolist() == [0.5] * 4


def test_a_refused_row_does_not_keep_a_text_from_growing() -> None:
    heatmap = make_growing().append("answer", ["c"], [[0, 0, 1]])
    with pytest.raises(HeatmapDataError, match=r"facets\[1\].rows\[0\]\[1\] is -1"):
        heatmap.append("answer", ["d"], [[0, -1, 0, 0]])
    store = heatmap.facets[1].store
    heatmap.append("answer", ["d"], [[0, 0, 0, 0.5]])
    grown = heatmap.facets[1].store
    # Nothing had to be copied.
    assert np.shares_memory(grown.to_array(), store.to_array())
    assert (store.shape, grown.shape) == ((3, 3), (4, 4))


def test_what_arrived_can_only_be_told_by_what_arrives(heatmap: Heatmap) -> None:
    with pytest.raises(TypeError, match="Constant parameter 'arrived'"):
        heatmap.param.update(width=700, arrived=(1, "GRU", (0,), False))
    assert (heatmap.width, heatmap.arrived) == (600, None)


def test_a_facet_with_missing_heat_can_be_retitled() -> None:
    facet = Facet.from_arrays(["a"], [[np.nan]], missing=True)
    heatmap = Heatmap(facets=[facet], facet_titles=["GRU"])
    assert heatmap.facets[0].store is facet.store
