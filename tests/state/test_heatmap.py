"""The state of a heatmap."""

import copy
from typing import Any

import numpy as np
import param
import pytest

from textualheatmap.errors import HeatmapDataError
from textualheatmap.state.heatmap import Facet, Heatmap


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
    return copy.copy(heatmap.param.values())


def test_the_defaults_are_those_of_the_interface() -> None:
    heatmap = Heatmap()
    assert heatmap.facet_titles == ["Heatmap"]
    assert (heatmap.width, heatmap.max_height) == (600, None)
    assert (heatmap.show_meta, heatmap.rotate_facet_titles) == (False, False)
    assert (heatmap.interactive, heatmap.wrap_after_token) == (True, False)
    assert (heatmap.palette, heatmap.focus, heatmap.pinned) == ("viridis", None, False)


def test_every_parameter_has_a_doc() -> None:
    assert all(Heatmap.param[name].doc for name in Heatmap.param if name != "name")


@pytest.mark.parametrize(
    ("arguments", "name"),
    [
        ({"width": "600"}, "width"),
        ({"width": 10}, "width"),
        ({"width": 600.5}, "width"),
        ({"width": True}, "width"),
        ({"max_height": 10}, "max_height"),
        ({"show_meta": 1}, "show_meta"),
        ({"rotate_facet_titles": "no"}, "rotate_facet_titles"),
        ({"interactive": None}, "interactive"),
        ({"wrap_after_token": 0}, "wrap_after_token"),
        ({"palette": "jet"}, "palette"),
        ({"facet_titles": "GRU"}, "facet_titles"),
        ({"facet_titles": []}, "facet_titles"),
        ({"facet_titles": ["GRU", 3]}, r"facet_titles\[1\] is an int"),
        ({"facets": [1]}, "facets"),
        ({"focus": "a"}, "focus"),
        ({"pinned": 1}, "pinned"),
        ({"origin": (1,)}, "origin"),
        ({"widht": 600}, "widht"),
    ],
)
def test_a_wrong_argument_is_refused_by_its_name(
    arguments: dict[str, Any], name: str
) -> None:
    with pytest.raises((ValueError, TypeError), match=name):
        Heatmap(**arguments)


def test_data_are_records_or_facets_and_set_in_one_event(heatmap: Heatmap) -> None:
    heatmap.highlight(1)
    log = Log(heatmap, "facets", "focus", "origin", "pinned")
    data = [make_records(3), make_records(2)]
    assert heatmap.set_data(data) is heatmap
    assert [len(facet) for facet in heatmap.facets] == [3, 2]
    assert len(log.calls) == 1
    assert list(log.calls[0]) == ["facets"]


def test_new_data_keep_a_focus_that_is_in_range(heatmap: Heatmap) -> None:
    heatmap.highlight(1).pinned = True
    heatmap.set_data([make_records(2), make_records(2)])
    assert (heatmap.focus, heatmap.origin, heatmap.pinned) == (1, (0, 1), True)


def test_new_data_drop_a_focus_that_is_out_of_range_in_one_event(
    heatmap: Heatmap,
) -> None:
    heatmap.highlight(1).pinned = True
    log = Log(heatmap, "facets", "focus", "origin", "pinned")
    heatmap.set_data([make_records(1), make_records(2)])
    assert (heatmap.focus, heatmap.origin, heatmap.pinned) == (None, None, False)
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
    assert (heatmap.facets, heatmap.facet_titles) == ([facet], ["GRU"])
    assert (heatmap.focus, heatmap.origin) == (None, None)


def test_facets_set_directly_keep_a_focus_that_is_in_range(heatmap: Heatmap) -> None:
    heatmap.highlight(1)
    heatmap.facets = heatmap.facets[::-1]
    assert (heatmap.focus, heatmap.origin) == (1, (0, 1))


@pytest.mark.parametrize(
    "change",
    [
        {"facet_titles": ["GRU"]},
        {"facet_titles": ["GRU", 2]},
        {"facets": [Facet.from_records(make_records(1))]},
        {"focus": 4},
        {"focus": -1},
        {"focus": True},
        {"origin": (0, 4)},
        {"origin": (1, 8), "focus": 1},
        {"origin": (2, 0), "focus": 1},
        {"origin": (-1, 0), "focus": 1},
        {"origin": (0.0, 1)},
        {"origin": (0, 1), "focus": 3},
        {"width": 700, "focus": 4, "origin": (1, 3)},
    ],
)
def test_what_does_not_agree_changes_nothing_and_tells_nobody(
    heatmap: Heatmap, change: dict[str, Any]
) -> None:
    heatmap.highlight(2)
    before = snapshot(heatmap)
    log = Log(heatmap, "facets", "facet_titles", "focus", "origin", "pinned")
    with pytest.raises((ValueError, IndexError)):
        heatmap.param.update(change)
    before["width"] = heatmap.width
    assert snapshot(heatmap) == before
    assert log.calls == []
    heatmap.focus = 3
    assert len(log.calls) > 0


def test_setting_the_focus_makes_it_the_origin_in_the_first_facet(
    heatmap: Heatmap,
) -> None:
    heatmap.focus = 3
    assert heatmap.origin == (0, 3)


def test_setting_an_origin_in_the_first_facet_makes_it_the_focus(
    heatmap: Heatmap,
) -> None:
    heatmap.origin = (0, 2)
    assert heatmap.focus == 2
    heatmap.origin = None
    assert heatmap.focus is None


def test_an_origin_in_another_facet_comes_with_its_focus(heatmap: Heatmap) -> None:
    log = Log(heatmap, "focus", "origin")
    heatmap.param.update(origin=(1, 7), focus=3)
    assert log.calls == [{"focus": 3, "origin": (1, 7)}]
    heatmap.param.update(origin=(1, 6), focus=3)
    assert (heatmap.origin, heatmap.focus) == ((1, 6), 3)
    heatmap.param.update(origin=(1, 5), focus=None)
    assert (heatmap.origin, heatmap.focus) == ((1, 5), None)


def test_losing_the_focus_loses_the_origin_and_the_pin(heatmap: Heatmap) -> None:
    heatmap.param.update(origin=(1, 7), focus=3, pinned=True)
    heatmap.focus = None
    assert (heatmap.origin, heatmap.pinned) == (None, False)


def test_nothing_can_be_pinned_without_a_focus(heatmap: Heatmap) -> None:
    heatmap.pinned = True
    assert heatmap.pinned is False


def test_watchers_see_a_focus_only_along_with_its_origin(heatmap: Heatmap) -> None:
    seen: list[tuple[object, object]] = []
    heatmap.param.watch(lambda _: seen.append((heatmap.focus, heatmap.origin)), "focus")
    heatmap.focus = 1
    heatmap.focus = None
    assert seen == [(1, (0, 1)), (None, None)]


def test_highlight_moves_focus_and_origin_in_one_event(heatmap: Heatmap) -> None:
    log = Log(heatmap, "focus", "origin")
    assert heatmap.highlight(np.int64(2)) is heatmap
    assert type(heatmap.focus) is int
    assert log.calls == [{"focus": 2, "origin": (0, 2)}]


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


def test_a_heatmap_can_be_made_with_its_data_and_focus() -> None:
    facet = Facet.from_records(make_records(3))
    assert Heatmap(facets=[facet], focus=2).origin == (0, 2)
    with pytest.raises(IndexError, match="focus is 3, expected 0 to 2"):
        Heatmap(facets=[facet], focus=3)
    with pytest.raises(ValueError, match="but facet_titles has 1 title"):
        Heatmap(facets=[facet, facet])


def test_two_heatmaps_do_not_touch_each_other(heatmap: Heatmap) -> None:
    other = Heatmap(facet_titles=["a", "b"]).set_data(heatmap.facets)
    heatmap.highlight(2)
    heatmap.facet_titles.append("c")
    assert other.focus is None
    assert other.facet_titles == ["a", "b"]
    assert Heatmap().facet_titles == ["Heatmap"]
