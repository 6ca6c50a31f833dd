"""Regular expressions in a state are checked, and are values that fit into JSON."""

import json
import re

import pytest

from textualheatmap.state.patterns import (
    LONGEST_PATTERN,
    read_pattern,
    write_pattern,
)


@pytest.mark.parametrize(
    "pattern", [re.compile("^the"), re.compile("a b", re.VERBOSE | re.IGNORECASE)]
)
def test_a_pattern_comes_back_from_json(pattern: re.Pattern[str]) -> None:
    assert read_pattern("rule", pattern) is pattern
    assert read_pattern("rule", json.loads(json.dumps(write_pattern(pattern)))) == (
        pattern
    )


@pytest.mark.parametrize("value", ["the", 5, None, re.compile(b"the")])
def test_what_is_of_another_kind_is_none(value: object) -> None:
    assert read_pattern("rule", value) is None


def test_a_pattern_has_a_longest_length() -> None:
    longest = "a" * LONGEST_PATTERN
    assert read_pattern("rule", {"pattern": longest, "flags": 0}) is not None
    with pytest.raises(ValueError, match=r"rule is .*, expected a regular expression"):
        read_pattern("rule", {"pattern": f"{longest}a", "flags": 0})


@pytest.mark.parametrize(
    "value",
    [
        {},
        {"pattern": "a"},
        {"pattern": "a", "flags": 0, "more": 1},
        {"pattern": "a", "flags": True},
        {"pattern": "a", "flags": 1.0},
        {"pattern": 5, "flags": 0},
        {"pattern": "(", "flags": 0},
        {"pattern": "a", "flags": 1 << 200},
        {"pattern": "a", "flags": re.ASCII | re.UNICODE},
        {"pattern": "(" * 500 + ")" * 500, "flags": 0},
    ],
)
def test_a_mapping_that_is_no_pattern_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match=r"rule is .*, expected a regular expression"):
        read_pattern("rule", value)
