"""All that is wrong with data is told at once where it is asked for."""

import json
from io import BytesIO
from typing import Any

import numpy as np
import pytest

from textualheatmap import Facet, HeatmapDataError, read_json, read_npz, write_npz
from textualheatmap.facet.attempts import collect_errors
from textualheatmap.files.npz_file import ABOUT_TYPE


def list_errors(data: object) -> list[str]:
    with collect_errors() as errors:
        read_json(BytesIO(json.dumps(data).encode()))
    return [str(error) for error in errors]


def test_every_facet_and_every_field_is_looked_at() -> None:
    data = [
        [
            {"token": 1, "heat": [1, "x", 0], "meta": [3]},
            {"token": "b", "heat": [1, 0], "hat": 1},
            {"token": "c", "meta": "no"},
        ],
        [{"token": "a", "heat": [float("nan")], "numbers": {"rank": "first"}}],
        3,
    ]
    assert list_errors(data) == [
        "facets[0].tokens[0].token is an int, expected a string",
        (
            "facets[0].tokens[0].meta[0] is an int, expected a string or "
            "(string, probability)"
        ),
        (
            "facets[0].tokens[1] has an unknown key 'hat', "
            "expected token, meta, numbers, heat, format"
        ),
        (
            "facets[0].tokens[2].meta is a str, expected a list of strings or of "
            "(string, probability) pairs"
        ),
        "facets[0].tokens[2].heat is missing, expected one value per non-format token",
        "facets[0].tokens[1].heat has 2 values, expected 3 (one per non-format token)",
        "facets[0].tokens[0].heat[1] is a str, expected a number",
        "facets[1].numbers['rank'][0] is 'first', expected a finite number or None",
        "facets[1].tokens[0].heat[0] is nan, expected a number (or missing=True)",
        "facets[2] is an int, expected a list of records",
    ]


@pytest.mark.parametrize("record", [7, {"token": "b", "format": "no"}])
def test_heat_is_not_measured_by_tokens_that_cannot_be_counted(record: object) -> None:
    data = [[{"token": "a", "heat": [1, 1]}, record, {"token": "c", "meta": 1}]]
    assert len(list_errors(data)) == 2


def test_each_row_tells_its_first_wrong_value() -> None:
    nan = float("nan")
    rows = [[0, nan], [nan, 1]]
    data = [[{"token": "a", "heat": row} for row in rows]]
    assert [error.split(" is ")[0] for error in list_errors(data)] == [
        "facets[0].tokens[0].heat[1]",
        "facets[0].tokens[1].heat[0]",
    ]


def test_an_npz_file_tells_what_is_wrong_with_each_facet() -> None:
    file = BytesIO()
    write_npz(file, [Facet.from_arrays(["a"], [[1]]) for _ in range(3)])
    arrays: dict[str, Any] = dict(np.load(BytesIO(file.getvalue())))
    about = json.loads(arrays["about"].tobytes())
    about["facets"][0]["token"] = [1]
    about["facets"][0]["title"] = 2
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), ABOUT_TYPE)
    del arrays["heat-2"]
    changed = BytesIO()
    np.savez(changed, **arrays)
    with collect_errors() as errors:
        read_npz(BytesIO(changed.getvalue()))
    assert [str(error) for error in errors] == [
        "facets[0].tokens[0] is an int, expected a string",
        "facets[0].title is an int, expected a string",
        "heat-2 is missing, expected an array of uint8",
    ]


def test_the_object_of_a_facet_tells_all_that_is_wrong() -> None:
    facet: dict[str, Any] = {
        "title": 1,
        "id": "",
        "axes": [{"name": 3, "labels": ["a"]}],
        "signed": "yes",
        "caption": 2,
        "provenance": {"x": {}},
        "tokens": [{"token": 1, "heat": [1]}, {"token": "b", "meta": 3}],
    }
    wrong = {"version": 1, "facets": [facet, {"tokens": []}]}
    assert [error.split(" is ")[0] for error in list_errors(wrong)] == [
        "facets[0].tokens[0].token",
        "facets[0].tokens[1].meta",
        "facets[0].tokens[1].heat",
        "facets[0].axes[0].name",
        "facets[0].signed",
        "facets[0].title",
        "facets[0].id",
        "facets[0].provenance['x']",
        "facets[0].caption",
        "facets[1].tokens",
    ]
    facet |= {"axes": [], "signed": False}
    facet["tokens"] = [{"token": "a", "heat": [-1]}]
    assert [error.split(" is ")[0] for error in list_errors(wrong)] == [
        "facets[0].tokens[0].heat[0]",
        "facets[0].title",
        "facets[0].id",
        "facets[0].provenance['x']",
        "facets[0].caption",
        "facets[1].tokens",
    ]


def test_an_npz_facet_tells_all_that_is_wrong() -> None:
    file = BytesIO()
    write_npz(file, [Facet.from_arrays(["a"], [[1]])])
    arrays: dict[str, Any] = dict(np.load(BytesIO(file.getvalue())))
    about = json.loads(arrays["about"].tobytes())
    about["facets"][0] |= {"token": [1], "meta": [3], "rows": 0, "bytes": 3}
    about["facets"][0] |= {"axes": 1, "signed": 1, "title": 2, "caption": 3}
    arrays["about"] = np.frombuffer(json.dumps(about).encode(), ABOUT_TYPE)
    changed = BytesIO()
    np.savez(changed, **arrays)
    with collect_errors() as errors:
        read_npz(BytesIO(changed.getvalue()))
    names = ("tokens[0]", "meta[0]", "rows", "bytes", "axes", "signed")
    assert [str(error).split(" is ")[0] for error in errors] == [
        f"facets[0].{name}" for name in (*names, "title", "caption")
    ]


def test_what_is_not_wrong_is_read_as_ever() -> None:
    with collect_errors() as errors:
        (facet,) = read_json(BytesIO(b'[[{"token": "a", "heat": [1]}]]'))
    assert (facet.heat.tolist(), errors) == ([[1]], [])


def test_the_first_error_is_raised_where_nobody_collects() -> None:
    with collect_errors():
        pass
    with pytest.raises(HeatmapDataError, match=r"tokens\[0\] is an int"):
        Facet.from_arrays([1, 2], [[3]])
