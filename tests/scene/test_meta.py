"""The boxes that show the meta of a token."""

import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.scene.meta import (
    MetaBox,
    count_meta_boxes,
    list_entries,
    list_meta,
)
from textualheatmap.scene.scene import Scene, build_scene
from textualheatmap.state.heatmap import Heatmap, MetaTruth

MARKED = {"next": [False, True, False], "self": [True, False, False], None: [False] * 3}


@pytest.mark.parametrize("truth", [*MARKED])
def test_the_true_token_is_marked_across_format_tokens(truth: MetaTruth | None) -> None:
    records = [
        {"token": "a ", "meta": [("a", 0.5), (" b", 0.25), "c"], "heat": [1, 0]},
        {"token": "c", "format": True},
        {"token": "b", "meta": ["c", "", "d"], "heat": [0, 1]},
    ]
    heatmap = Heatmap(meta_truth=truth).set_data([records])
    notes = [box.note for box in list_meta(heatmap, 0, 0, 3)]
    assert ["✓" in note for note in notes] == MARKED[truth]
    # After the last token there is none.
    assert [box.note for box in list_meta(heatmap, 0, 1, 3)] == ["", "", ""]


def test_white_space_is_only_itself() -> None:
    records = [
        {"token": "a", "meta": [" ", "\n", ""], "heat": [1, 0]},
        {"token": "\n", "heat": [0, 1]},
    ]
    heatmap = Heatmap(meta_truth="next").set_data([records])
    assert [box.note for box in list_meta(heatmap, 0, 0, 3)] == ["", "✓", ""]


def list_boxes(heatmap: Heatmap, index: int) -> list[MetaBox]:
    return list_meta(heatmap, 0, index, count_meta_boxes(heatmap, 0))


def test_numbers_have_the_last_box_whatever_the_entries() -> None:
    facet = Facet.from_arrays(
        ["a", "b", "c"],
        [[1, 0, 0]] * 3,
        meta=[["x", "y"], ["z"], []],
        numbers={"rank": [3, None, 1_000_000], "entropy": [1.2, 0.005, None]},
    )
    heatmap = Heatmap().set_data([facet])
    texts = [[box.text for box in list_boxes(heatmap, index)] for index in range(3)]
    assert texts == [
        ["x", "y", "rank 3   entropy 1.20"],
        ["z", "", "entropy 0.00500"],
        ["", "", "rank 1.00e+6"],
    ]
    assert [box.is_quiet for box in list_boxes(heatmap, 0)] == [False, False, True]


def test_a_facet_with_numbers_alone_has_one_box() -> None:
    facet = Facet.from_arrays(["a"], [[1]], numbers={"\n": [-2]})
    boxes = list_boxes(Heatmap().set_data([facet]), 0)
    assert boxes == [MetaBox("↵ -2", "", 0, is_quiet=True)]


@pytest.mark.parametrize("with_numbers", [False, True])
def test_entries_without_a_box_of_their_own_are_told_in_the_last_one(
    *, with_numbers: bool
) -> None:
    meta = ["a", ("b", 0.5), *(str(k) for k in range(4))]
    numbers = {"rank": [1]} if with_numbers else None
    facet = Facet.from_arrays(["a"], [[1]], meta=[meta], numbers=numbers)
    texts = [box.text for box in list_boxes(Heatmap(width=200).set_data([facet]), 0)]
    if with_numbers:
        assert texts == ["a", "b", "0", "+3: 1, 2, 3", "rank 1"]
    else:
        assert texts == ["a", "b", "0", "1", "+2: 2, 3"]
    gathered = list_boxes(Heatmap(width=160).set_data([facet]), 0)[-1 - with_numbers]
    assert gathered.text.startswith("+4: 0" if with_numbers else "+3: 1")


def test_entries_that_could_not_be_seen_have_signs() -> None:
    meta = ["", "  ", "\n", " a "]
    heatmap = Heatmap(facets=[Facet.from_arrays(["x"], [[1]], [meta])])
    texts = [box.text for box in list_entries(heatmap, 0, 0)]
    assert texts == ["∅", "␣␣", "↵", " a "]


def test_meta_that_follow_an_axis_have_as_many_boxes_wherever_it_is() -> None:
    facet = Facet.from_arrays(
        ["a"],
        [[[1]], [[1]]],
        meta=[[["x"], ["y", ("z", 0.5), "w"]]],
        numbers={"rank": [[2, 1]]},
        axes={"layer": ["first", "last"]},
        meta_axis="layer",
    )
    heatmap = Heatmap(show_meta=True).set_data([facet]).highlight(0)
    shown = {
        choice: [box.text for box in scene.facets[0].meta]
        for choice in ("first", "last", "mean", "max")
        for scene in [show(heatmap, choice)]
    }
    assert shown == {
        "first": ["x", "", "", "rank 2"],
        "last": ["y", "z", "w", "rank 1"],
        "mean": ["", "", "", ""],
        "max": ["", "", "", ""],
    }


def show(heatmap: Heatmap, choice: str) -> Scene:
    heatmap.axes = {"layer": choice}
    return build_scene(heatmap)
