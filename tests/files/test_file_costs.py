"""What a file may cost that anybody wrote."""

import sys

import pytest

if sys.platform != "linux":
    pytest.skip("only Linux tells the largest memory", allow_module_level=True)

from tests.benchmarks.files import measure


@pytest.mark.parametrize(
    ("case", "outcome"),
    [
        ("format-tokens", "refused: the file has 740740 tokens, expected at most 2000"),
        pytest.param(
            *("numbers", "refused: the file has 9999999 facets, expected at most 1000"),
            marks=pytest.mark.sweep,
        ),
        pytest.param("one-column", "read: 1 facets, 1 tokens", marks=pytest.mark.sweep),
        ("json-provenance", "read: 1 facets, 1 tokens"),
        ("ones", "read: 1 facets, 9900 tokens"),
    ],
)
def test_20_megabytes_are_read_or_refused_in_bounded_time_and_memory(
    case: str, outcome: str
) -> None:
    # On two slow cores these took at most 4.1 s and 700 MB.
    cost = measure(case)
    assert cost.outcome.startswith(outcome)
    assert cost.seconds < 5
    assert cost.megabytes < 1000
