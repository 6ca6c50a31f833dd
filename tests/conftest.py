"""Data that several test modules share."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]

# A slow machine is not a wrong result. The same examples at every run, unless others
# and more are asked for: `pytest --hypothesis-profile random`.
settings.register_profile("ci", deadline=None, derandomize=True, max_examples=30)
settings.register_profile("random", deadline=None, print_blob=True)
# What passes on the newest versions is tried briefly on the oldest.
settings.register_profile("few", deadline=None, derandomize=True, max_examples=15)
settings.load_profile("ci")


@pytest.fixture(scope="session")
def root() -> Path:
    """Return the repository's root."""
    return ROOT


@pytest.fixture
def records() -> list[list[dict[str, Any]]]:
    """Return the data of `list_records`."""
    return list_records()


def list_records() -> list[list[dict[str, Any]]]:
    """Return two facets of one text, split into three tokens and into two."""
    return [
        [
            {"token": "the ", "meta": ["cat", "dog"], "heat": [0.0, 0.0, 0.0]},
            {"token": "cat ", "meta": ["sat", "ran"], "heat": [1.0, 0.0, 0.0]},
            {"token": "sat", "meta": ["down", "up"], "heat": [0.25, 0.75, 0.0]},
        ],
        [
            {"token": "the cat", "meta": [("sat", 0.5)], "heat": [0.0, 0.0]},
            {"token": " ", "format": True},
            {"token": "sat", "meta": [("down", 0.25)], "heat": [1.0, 0.5]},
        ],
    ]


@pytest.fixture(scope="session")
def autocomplete() -> list[list[dict[str, Any]]]:
    """Return the sample data of two character models, 198 tokens each."""
    return load_sample("autocomplete")


@pytest.fixture(scope="session")
def causal() -> list[list[dict[str, Any]]]:
    """Return the sample data of a causal sub-word model."""
    return load_sample("causal")


@pytest.fixture(scope="session")
def masked() -> list[list[dict[str, Any]]]:
    """Return the sample data of a masked sub-word model."""
    return load_sample("masked")


def load_sample(name: str) -> list[list[dict[str, Any]]]:
    """Return the facets in `tests/data/<name>.json`, of real models made by hand."""
    return json.loads(
        (ROOT / "tests" / "data" / f"{name}.json").read_text(encoding="utf-8")
    )
