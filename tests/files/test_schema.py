"""The schema of JSON files, and the reader: what one takes, the other takes."""

import json
from copy import deepcopy
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.files.any_facet import facets
from textualheatmap import Facet, HeatmapDataError, read_json, write_json
from textualheatmap.files import json_file

SCHEMA = json.loads(
    Path(json_file.__file__).with_name("heatmap.schema.json").read_bytes()
)
VALIDATOR: Any = Draft202012Validator(SCHEMA)
FACET = {
    "title": "GRU",
    "id": "gru",
    "axes": [],
    "signed": False,
    "missing": True,
    "caption": "",
    "provenance": {"layers": [0, 1]},
    "tokens": [
        {"token": "a", "meta": ["b", ["c", 0.5]], "numbers": {"rank": 1}, "heat": [1]},
        {"token": " ", "format": True},
    ],
}
TOKENS = [{"token": "a"}, {"token": "b"}]
APART = {"tokens": TOKENS, "heat": [[1, 0], [0.5, 1]]}
LAYERS = [{"name": "layer", "labels": ["first"]}]
FOLLOWED = {
    "meta_axis": "layer",
    "axes": [{"name": "layer", "labels": ["first", "last"]}],
    "tokens": [
        {"token": "a", "meta": [["b", ["c", 0.5]], None], "numbers": {"rank": [1, 2]}},
        {"token": " ", "format": True, "numbers": {"rank": []}},
    ],
    "heat": [[[1]], [[0]]],
}


def wrap(*given_facets: object) -> dict[str, Any]:
    return {"version": 1, "facets": [*given_facets]}


def change(**changed: object) -> dict[str, Any]:
    return wrap({**FACET, **changed})


def change_token(**changed: object) -> dict[str, Any]:
    facet: Any = deepcopy(FACET)
    facet["tokens"][0].update(changed)
    return wrap(facet)


def change_format(**changed: object) -> dict[str, Any]:
    facet: Any = deepcopy(FACET)
    facet["tokens"][1].update(changed)
    return wrap(facet)


def read(data: object) -> list[Facet]:
    return read_json(BytesIO(json.dumps(data).encode()))


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(SCHEMA)


@given(st.lists(facets(), min_size=1, max_size=2))
def test_what_is_written_is_valid(given_facets: list[Facet]) -> None:
    file = BytesIO()
    write_json(file, given_facets, style={"gamma": 1})
    VALIDATOR.validate(json.loads(file.getvalue()))


@pytest.mark.parametrize(
    "data",
    [
        wrap(FACET),
        wrap({"tokens": [{"token": "a", "heat": [1]}]}, FACET),
        {**wrap(FACET), "style": {"palette": ["#000"], "axes": {"layer": 1}}},
        {**wrap(FACET), "version": 1.0},
        wrap(APART),
        wrap({**APART, "heat": [[-1, 0], [0.5, 1]], "signed": None}),
        wrap({**APART, "heat": [[-1, 0], [0.5, 1]], "signed": True}),
        wrap({**APART, "heat": [[-1e-7, 0], [0.5, 1]], "signed": False}),
        wrap({**APART, "heat": [[None, 0], [0.5, 1]], "missing": True}),
        wrap({**APART, "heat": [[[1, 0], [0.5, 1]]], "axes": LAYERS}),
        wrap({**APART, "heat": [[1, 0]], "rows_of": "x"}),
        wrap({**FACET, "heat": None, "rows_of": None, "id": None, "provenance": None}),
        change_token(heat=[None]),
        change_token(meta=None, numbers=None, format=False),
        change_token(meta=[["a", None], ["b", 1]], numbers={"rank": None}),
        change_format(meta=[], numbers={"rank": None}, heat=[]),
        change_format(meta=None, numbers=None, heat=None),
        wrap(FOLLOWED),
        wrap({**FACET, "meta_axis": None}),
        [FACET["tokens"]],
        [[{"token": "a", "heat": [1]}], [{"token": "b", "heat": [-3]}]],
    ],
)
def test_what_is_right_passes_both(data: object) -> None:
    assert read(data)
    VALIDATOR.validate(data)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (1, "data is an int, expected a list of facets"),
        ({}, "data.version is None, expected 1"),
        ({**wrap(FACET), "version": 2}, "data.version is 2, expected 1"),
        ({**wrap(FACET), "version": True}, "data.version is True, expected 1"),
        ({"version": 1}, "data has no facets, expected each of these keys"),
        (
            {**wrap(FACET), "x": 1},
            "data has an unknown key 'x', expected facets, sty",
        ),
        ({**wrap(FACET), "style": []}, "data.style is a list, expected an object"),
        (wrap(), "data.facets is empty, expected at least one of its facets"),
        ({**wrap(), "facets": {}}, "data.facets is a dict, expected a list of facets"),
        (wrap(1), "facets[0] is an int, expected an object"),
        (wrap(FACET, [FACET]), "facets[1] is a list, expected an object"),
        (wrap({}), "facets[0] has no tokens, expected each of these keys"),
        (change(x=1), "facets[0] has an unknown key 'x', expected axes, caption, he"),
        (change(title=None), "facets[0].title is None, expected a string"),
        (change(id=1), "facets[0].id is an int, expected a string"),
        (change(id=""), "facets[0].id is empty, expected a string or None"),
        (change(rows_of=""), "facets[0].rows_of is empty, expected a string or None"),
        (change(signed=1), "facets[0].signed is an int, expected True or False"),
        (change(missing=None), "facets[0].missing is None, expected True or False"),
        (change(caption=1), "facets[0].caption is an int, expected a string"),
        (change(provenance=[]), "facets[0].provenance is a list, expected a mapping"),
        (change(provenance={"a": {}}), "facets[0].provenance['a'] is a dict, expecte"),
        (change(provenance={"a": [[]]}), "facets[0].provenance['a'][0] is a list, ex"),
        (change(axes=None), "facets[0].axes is None, expected a list"),
        (change(axes=[1]), "facets[0].axes[0] is an int, expected an object"),
        (change(axes=[{"name": "a"}]), "facets[0].axes[0] has no labels, expected ea"),
        (change(axes=[{**LAYERS[0], "x": 1}]), "facets[0].axes[0] has an unknown key"),
        (change(axes=[{**LAYERS[0], "name": 1}]), "facets[0].axes[0].name is 1, exp"),
        (change(axes=[{**LAYERS[0], "name": ""}]), "a name in facets[0].axes is emp"),
        (change(axes=[{**LAYERS[0], "labels": []}]), "facets[0].axes[0].labels is em"),
        (change(axes=[{**LAYERS[0], "labels": [1]}]), "facets[0].axes[0].labels[0] i"),
        (
            change(axes=[{**LAYERS[0], "labels": ["a", "a"]}]),
            "facets[0].axes['layer'] has the label 'a' twice, expected all to differ",
        ),
        (
            change(axes=[{**LAYERS[0], "labels": ["max"]}]),
            "facets[0].axes['layer'] has the label 'max', expected another one",
        ),
        (change(axes=LAYERS * 63), "the file has 63 axes, expected at most 62"),
        (change(axes=LAYERS), "facets[0].heat[0, 0] is an int, expected 1 num"),
        (change(tokens={}), "facets[0].tokens is a dict, expected a list of tokens"),
        (change(tokens=[]), "facets[0].tokens is empty, expected at least one of its"),
        (change(tokens=[1]), "facets[0].tokens[0] is an int, expected a mapping wit"),
        (
            change(tokens=[{"token": " ", "format": True}]),
            "facets[0] has only format tokens, expected one token that can be focused",
        ),
        (change(heat=[[1]]), "facets[0].tokens[0].heat is given, expected none besi"),
        (wrap({"tokens": TOKENS}), "facets[0].tokens[0].heat is missing, expected o"),
        (wrap({**APART, "heat": 1}), "facets[0].heat is an int, expected a 2-D arra"),
        (wrap({**APART, "heat": []}), "facets[0].heat has 0 rows, expected 2 (one p"),
        (wrap({**APART, "heat": [1, 2]}), "facets[0].tokens[0].heat is an int, expe"),
        (
            wrap({**APART, "heat": [[1, "0"], [0, 0]]}),
            "facets[0].tokens[0].heat[1] is a str, expected a number",
        ),
        (
            wrap({**APART, "heat": [[1, None], [0, 0]]}),
            "facets[0].tokens[0].heat[1] is None, expected a number",
        ),
        (
            wrap({**APART, "heat": [[1, 0], [-0.5, 0]], "signed": False}),
            "facets[0].tokens[1].heat[0] is -0.5, expected at least 0 (or signed=True",
        ),
        (
            wrap({**APART, "heat": [[1, 0], [3.5e38, 0]]}),
            "facets[0].tokens[1].heat[0] is 3.5e+38, expected a number of at most 3.4",
        ),
        (change_token(token=None), "facets[0].tokens[0].token is None, expected a s"),
        (change_token(format=0), "facets[0].tokens[0].format is an int, expected Tr"),
        (change_token(x=1), "facets[0].tokens[0] has an unknown key 'x', expected t"),
        (change_token(meta="a"), "facets[0].tokens[0].meta is a str, expected a lis"),
        (change_token(meta=[["a"]]), "facets[0].tokens[0].meta[0] is ['a'], expecte"),
        (change_token(meta=[["a", 2]]), "facets[0].tokens[0].meta[0][1] is 2.0, exp"),
        (change_token(meta=[["a", True]]), "facets[0].tokens[0].meta[0] is ['a', Tr"),
        (change_token(numbers=[1]), "facets[0].tokens[0].numbers is a list, expecte"),
        (change_token(numbers={"": 1}), "facets[0].numbers has the name '', expecte"),
        (change_token(numbers={"a": "1"}), "facets[0].numbers['a'][0] is '1', expec"),
        (
            change_token(numbers={str(k): 1 for k in range(17)}),
            "facets[0].numbers has 17 names, expected at most 16",
        ),
        (change_token(heat=None), "facets[0].tokens[0].heat is missing, expected on"),
        (change_token(heat=1), "facets[0].tokens[0].heat is an int, expected 1 numb"),
        (change_token(heat=[True]), "facets[0].tokens[0].heat[0] is a bool, expecte"),
        (change_format(meta=["a"]), "facets[0].tokens[1].meta is given, expected no"),
        (change_format(heat=[1]), "facets[0].tokens[1].heat is given, expected none"),
        (change_format(numbers={"rank": 1}), "facets[0].numbers['rank'][1] is given"),
        (
            wrap({**FOLLOWED, "meta_axis": 1}),
            "facets[0].meta_axis is an int, expected a string",
        ),
        (
            wrap({**FOLLOWED, "meta_axis": None}),
            "facets[0].tokens[0].meta[0] is ['b', ['c', 0.5]], expected a string or",
        ),
        (
            wrap({**FOLLOWED, "tokens": [{"token": "a", "meta": ["b"]}]}),
            "facets[0].tokens[0].meta[0] is a str, expected a list of strings or of",
        ),
        (
            wrap({**FOLLOWED, "tokens": [{"token": "a", "numbers": {"rank": 1}}]}),
            "facets[0].numbers['rank'][0] is an int, expected a number for each label",
        ),
        (
            wrap({**FACET, "meta_axis": "layer"}),
            "facets[0].tokens[0].meta[0] is a str, expected a list",
        ),
        (
            wrap({**APART, "meta_axis": "layer"}),
            "facets[0].meta_axis is 'layer', expected the name of an axis (none)",
        ),
        ([], "data is empty, expected at least one of its facets"),
        ([1], "facets[0] is an int, expected a list of records"),
        ([[]], "facets[0] is empty, expected at least one of its records"),
        ([FACET], "facets[0] is a dict, expected a list of records"),
        ([TOKENS], "facets[0].tokens[0].heat is missing, expected one value per non-"),
        ([[{"token": "a", "heat": [None]}]], "facets[0].tokens[0].heat[0] is None, e"),
    ],
)
def test_what_is_wrong_passes_neither(data: object, message: str) -> None:
    with pytest.raises(HeatmapDataError) as caught:
        read(data)
    assert str(caught.value).startswith(message)
    assert not VALIDATOR.is_valid(data)
