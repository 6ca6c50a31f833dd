"""Probabilities in words."""

import pytest

from textualheatmap.scene.probability import write_probability


@pytest.mark.parametrize(
    ("p", "written"),
    [
        (0, "0%"),
        (1e-9, "<1%"),
        (0.0099, "<1%"),
        (0.01, "1%"),
        (0.125, "12%"),
        (0.99, "99%"),
        (0.9901, ">99%"),
        (1 - 1e-9, ">99%"),
        (1, "100%"),
    ],
)
def test_only_what_is_certain_is_written_as_certain(p: float, written: str) -> None:
    assert write_probability(p) == written
