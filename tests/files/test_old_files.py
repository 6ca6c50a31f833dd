"""Files of every form that was ever written, which have to stay readable.

Those in `tests/data/` are never written anew: a form that changes gets another file.
"""

from pathlib import Path

import numpy as np
import pytest
from scipy.sparse import csr_array

from tests.files.any_facet import assert_equal
from textualheatmap import Facet, read_file, read_json
from textualheatmap.files.json_file import read_style


def build_facets() -> list[Facet]:
    """Return facets that have of everything something."""
    prompt = Facet.from_arrays(
        ["to", " ", "bé"],
        [[1, 0.25], [0, 0.0625]],
        meta=[["a", ("b", 0.5)], None, []],
        format=[False, True, False],
        numbers={"rank": [3, None, 1.5], "entropy": [None, None, 0.1]},
        title="GRU",
        id="prompt",
        caption="See [to](#focus=prompt:0).",
        provenance={"method": "norm", "layers": [0, 1], "scaled": True, "x": None},
    )
    answer = Facet.from_arrays(
        ["a", "b"],
        [[[[1, 0], [-1, 1]]], [[[np.nan, 0], [4, -4]]]],
        rows_of="prompt",
        axes={"layer": ["first", "last"], "head": ["0"]},
        missing=True,
    )
    sparse = Facet.from_arrays(["c", "d"], csr_array([[0, 0.25], [0, 0]]))
    return [prompt, answer, sparse]


def build_followed() -> Facet:
    """Return a facet whose meta and numbers follow an axis."""
    return Facet.from_arrays(
        ["to", " ", "bé"],
        [[[1, 0.25], [0, 0.0625]], [[0, 1], [1, 0]]],
        meta=[[["a", ("b", 0.5)], ["é"]], None, [None, []]],
        format=[False, True, False],
        numbers={"rank": [[3, None], None, None]},
        axes={"layer": ["first", "last"]},
        meta_axis="layer",
    )


def build_records() -> Facet:
    """Return what records say of a facet."""
    full = build_facets()[0]
    return Facet(full.tokens, full.store)


def test_json_that_is_a_list_of_records(root: Path) -> None:
    path = root / "tests" / "data" / "records.json"
    (facet,) = read_json(path)
    assert_equal(facet, build_records())
    assert read_style(path) == {}


@pytest.mark.parametrize("ending", ["json", "npz", "parquet", "zarr.zip"])
def test_a_file_whose_meta_follow_an_axis(ending: str, root: Path) -> None:
    (facet,) = read_file(root / "tests" / "data" / f"meta-axis.{ending}")
    assert_equal(facet, build_followed())


@pytest.mark.parametrize(
    "name",
    ["version-2.npz", "object-1.json", "version-1.parquet", "version-1.zarr.zip"],
)
def test_a_file_that_has_all_of_a_facet(name: str, root: Path) -> None:
    path = root / "tests" / "data" / name
    for facet, other in zip(read_file(path), build_facets(), strict=True):
        assert_equal(facet, other)


def test_the_style_of_json(root: Path) -> None:
    style = read_style(root / "tests" / "data" / "object-1.json")
    assert style == {"gamma": 0.5, "axes": {"layer": "last"}}
