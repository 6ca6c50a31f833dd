"""What is to be found, as a value."""

import re

import pytest

from textualheatmap.facet.facet import Facet
from textualheatmap.state.heatmap import Heatmap
from textualheatmap.state.searching import Expression, Search, read_search, write_search


@pytest.mark.parametrize(
    ("given", "read"),
    [
        (None, None),
        ("(", "("),
        (re.compile("a.b", re.IGNORECASE), Expression("a.b")),
        ({"pattern": "(?<year>"}, Expression("(?<year>")),
        (Expression("x"), Expression("x")),
    ],
)
def test_a_search_is_read_and_comes_back(given: object, read: Search) -> None:
    assert read_search("search", given) == read
    assert read_search("search", write_search(read)) == read


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ("", "search is '', expected a text of 1 to 1000 characters"),
        ("a" * 1001, "search is 'aaa.*, expected a text"),
        (1, "search is 1, expected a text"),
        (re.compile(b"a"), "search is .*, expected a text"),
        (re.compile("a", re.VERBOSE), "search has re.VERBOSE, expected no flags but"),
        ({"pattern": "a", "flags": 0}, "search is .*, expected a text"),
    ],
)
def test_anything_else_is_refused(given: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        read_search("search", given)


def test_a_heatmap_keeps_a_search_and_so_does_its_clone() -> None:
    heatmap = Heatmap(search=re.compile("b+"))
    assert heatmap.search == Expression("b+")
    heatmap.set_data([Facet.from_arrays(["a"], [[1]])])
    assert heatmap.clone().search == Expression("b+")
    assert heatmap.view_state.search == Expression("b+")
    heatmap.search = "a"
    assert heatmap.search == "a"
    heatmap.search = None
    assert heatmap.view_state.search is None
