"""Which tokens are left out of the scale."""

import copy
import re
from typing import Any

import numpy as np
import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.state.colouring import paint_facet
from textualheatmap.state.excluding import find_excluded, read_rules, write_rules
from textualheatmap.state.heatmap import Heatmap

TOKENS = ["<s>", " a", "b", "focus"]
HEAT = [[8, 4, 2, 1], [1, 2, 4, 8], [0, 0, 0, 0], [9, 3, 1, 3]]


@pytest.mark.parametrize(
    ("rules", "excluded"),
    [
        ([], []),
        ([0, -1], [0, 3]),
        ([4, -5], []),
        (["<s>", "a"], [0]),
        (["focus"], []),
        ([re.compile("a|focus")], [1, 3]),
        ([np.int64(2)], [2]),
    ],
)
def test_a_rule_means_tokens(rules: list[Any], excluded: list[int]) -> None:
    tokens = Facet.from_arrays(TOKENS, HEAT).tokens
    found = find_excluded(tokens, read_rules("exclude", rules))
    assert np.flatnonzero(found).tolist() == excluded


def test_format_tokens_have_no_index() -> None:
    record = [
        {"token": "x", "format": True},
        {"token": "a", "heat": [1]},
    ]
    tokens = Facet.from_records(record).tokens
    assert find_excluded(tokens, ["x"]).tolist() == [False]
    assert find_excluded(tokens, [0]).tolist() == [True]


def test_rules_come_back_from_what_fits_into_json() -> None:
    rules = (0, "a", "focus", re.compile("x", re.IGNORECASE))
    assert read_rules("exclude", write_rules(rules)) == rules


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        ("a", "exclude is 'a', expected a list of tokens"),
        ([True], r"exclude\[0\] is True, expected an index, a text or a regular"),
        ([2**31], r"exclude\[0\] is 2147483648, expected an index"),
        (["a" * 1001], r"exclude\[0\] is 'aaa"),
        ([re.compile(b"a")], r"exclude\[0\] is re.compile\(b'a'\), expected an index"),
        ([{"pattern": "(", "flags": 0}], r"exclude\[0\] is .*expected a regular exp"),
        ([{"pattern": "a"}], r"exclude\[0\] is .*expected a regular expression"),
        ([0] * 1001, "exclude has 1001 values, expected at most 1000"),
    ],
)
def test_wrong_rules_are_refused_with_their_place(rules: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_rules("exclude", rules)


def test_others_have_the_scale_of_what_is_left() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(TOKENS, HEAT)], exclude=["<s>"])
    painted = paint_facet(heatmap.highlight(0), 0)
    assert painted.heat.tolist() == [0, 1, 0.5, 0.25]
    assert painted.value.tolist() == [8, 4, 2, 1]
    assert painted.excluded.tolist() == [True, False, False, False]
    assert painted.shown.tolist() == [False, True, True, True]


def test_the_focus_itself_is_left_out() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(TOKENS, HEAT)], exclude=["focus"])
    assert paint_facet(heatmap.highlight(1), 0).heat.tolist() == [0.125, 0, 0.5, 1]
    assert paint_facet(heatmap.highlight(3), 0).heat[3] == 0


def test_with_other_scales_a_row_has_its_own_unless_heat_1_is_asked_for() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(TOKENS, HEAT)], exclude=[0])
    heatmap.highlight(3)
    for scale in ("auto", "row", "facet", "all"):
        heatmap.scale = scale
        assert paint_facet(heatmap, 0).heat[1] == 1, scale
    heatmap.param.update(scale="none", high=6)
    assert paint_facet(heatmap, 0).heat.tolist() == [0, 0.5, np.float32(1 / 6), 0.5]


@pytest.mark.parametrize(
    ("changes", "heat"),
    [
        ({"threshold": 0.25}, [1, 0.5, 0.25, 0]),
        ({"threshold": 0.25, "gamma": 2}, [1, 0.25, 0, 0]),
        ({"hottest": 2}, [1, 0.5, 0, 0]),
        ({"hottest": 9}, [1, 0.5, 0.25, 0.125]),
        ({"hottest": 2, "exclude": [0]}, [0, 1, 0.5, 0]),
    ],
)
def test_only_some_are_coloured(changes: dict[str, Any], heat: list[float]) -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(TOKENS, HEAT)], **changes)
    assert paint_facet(heatmap.highlight(0), 0).heat.tolist() == heat


def test_the_hottest_words_are_counted_not_their_pieces() -> None:
    tokens = ["un", "der ", "it ", "all "]
    facet = Facet.from_arrays(tokens, [[1, 0.25, 0.75, 0.5]] * 4)
    heatmap = Heatmap(facets=[facet], grouping="word", hottest=2).highlight(0)
    assert paint_facet(heatmap, 0).heat.tolist() == [1, 1, 0.75, 0]
    heatmap.exclude = ["un"]
    assert paint_facet(heatmap, 0).heat.tolist() == [0, 1, 0.75, 0]


def test_tokens_of_the_same_heat_are_coloured_together() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(TOKENS, HEAT)], hottest=2)
    assert np.count_nonzero(paint_facet(heatmap.highlight(3), 0).heat) == 3


def test_copies_keep_what_is_left_out() -> None:
    heatmap = Heatmap(exclude=[0, "focus"], threshold=0.5, hottest=3)
    for other in (heatmap.clone(), copy.copy(heatmap)):
        assert other.exclude == (0, "focus")
        assert (other.threshold, other.hottest) == (0.5, 3)
