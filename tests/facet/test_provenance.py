"""What was done to make a facet's heat."""

import json
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.provenance import read_provenance

SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
)


@given(st.dictionaries(st.text(), SCALARS | st.lists(SCALARS)))
def test_what_json_holds_is_kept(provenance: dict[str, object]) -> None:
    checked = read_provenance(provenance, "p")
    assert checked == provenance
    assert json.loads(json.dumps(checked, allow_nan=False)) == provenance


def test_no_provenance_is_an_empty_one() -> None:
    assert read_provenance(None, "p") == {}


def test_the_copy_shares_nothing_with_what_was_given() -> None:
    layers = [0, 1]
    given_provenance = {"layers": layers}
    checked = read_provenance(given_provenance, "p")
    layers.append(2)
    given_provenance["more"] = []
    assert checked == {"layers": [0, 1]}


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (np.str_("a"), "a"),
        (np.True_, True),
        (np.int64(3), 3),
        (np.float32(0.5), 0.5),
        (Fraction(1, 4), 0.25),
        ((1, "a"), [1, "a"]),
        (np.arange(2), [0, 1]),
    ],
)
def test_other_types_become_those_of_json(value: object, plain: object) -> None:
    checked = read_provenance({np.str_("key"): value}, "p")
    assert json.dumps(checked) == json.dumps({"key": plain})
    assert type(checked["key"]) is type(plain)


@pytest.mark.parametrize(
    ("provenance", "message"),
    [
        (["a"], "p is a list, expected a mapping of strings"),
        ({1: "a"}, "p[1] is named by an int, expected a string"),
        ({"x": {}}, "p['x'] is a dict, expected a string, a finite number, a bool or"),
        ({"x": b"a"}, "p['x'] is a bytes, expected a string"),
        ({"x": 1j}, "p['x'] is a complex, expected a string"),
        ({"x": float("nan")}, "p['x'] is nan, expected a string, a finite number"),
        ({"x": np.float64("-inf")}, "p['x'] is -inf, expected a string"),
        ({"x": np.float32("inf")}, "p['x'] is inf, expected a string"),
        ({"x": 10**5000}, "p['x'] is too large, expected a string, a finite number"),
        ({"x": ["a", [1]]}, "p['x'][1] is a list, expected a string"),
        ({"x": [None, np.nan]}, "p['x'][1] is nan, expected a string"),
    ],
)
def test_an_error_in_provenance_names_the_place(
    provenance: object, message: str
) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read_provenance(provenance, "p")
    assert str(caught.value).startswith(message)
