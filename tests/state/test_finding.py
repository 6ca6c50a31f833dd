"""Where a plain text is in a facet's tokens."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from textualheatmap.facet.reading import read_arrays
from textualheatmap.state.finding import find_hits
from textualheatmap.state.searching import Expression

# Letters of which JavaScript and Python each have a view of their own.
LETTERS = [
    *"aAbBsS \u017fßẞiIİ\u0131kK\u212a\u03c3ςΣᾈᾀéÉŉǅǆĐ\u1fd3\u0390ﬅﬆ.*(\\^\n😀Ꭰꭰ",
]


@pytest.mark.parametrize(
    ("tokens", "search", "hits"),
    [
        (["On", "ion ", "on"], "ON", [(0, 0), (1, 1), (2, 2)]),
        (["on", "ion"], "nio", [(0, 1)]),
        (["banana"], "an", [(0, 0)]),
        (["aa", "a"], "aa", [(0, 0)]),
        (["a", "", "b"], "ab", [(0, 2)]),
        (["a.b", "axb"], "a.b", [(0, 0)]),
        (["a"], "b", []),
        (["a"], None, []),
        (["a"], Expression("a"), []),
    ],
)
def test_hits_are_tokens_whatever_the_case_of_letters(
    tokens: list[str], search: str | Expression | None, hits: list[tuple[int, int]]
) -> None:
    assert find_hits(read_arrays(tokens), search) == hits


def test_format_tokens_alone_are_no_hit_and_count_beside_others() -> None:
    tokens = read_arrays(["a", "\n", "b"], format=[False, True, False])
    assert find_hits(tokens, "\n") == []
    assert find_hits(tokens, "\nb") == [(1, 2)]


def test_the_browser_finds_the_same() -> None:
    rng = np.random.default_rng(0)

    def draw(most: int) -> str:
        return "".join(rng.choice(LETTERS, rng.integers(1, most + 1)))

    cases: list[tuple[list[str], list[bool], str]] = []
    for _ in range(400):
        tokens = [draw(3) for _ in range(rng.integers(1, 9))]
        is_format = [*(rng.random(len(tokens) - 1) < 0.2).tolist(), False]
        text = "".join(tokens)
        start = int(rng.integers(len(text)))
        part = text[start : start + int(rng.integers(1, 4))]
        search = (part, part.upper()[:3], draw(1), draw(2))[rng.integers(4)]
        cases.append((tokens, is_format, search))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    node = shutil.which("node", path=path)
    assert node, "Node is missing: bash .ci/setup test"
    given = [
        [
            [f"[{t}]" if f else t for t, f in zip(tokens, is_format, strict=True)],
            search,
        ]
        for tokens, is_format, search in cases
    ]
    run = subprocess.run(
        [node, Path(__file__).parents[1] / "js" / "find_hits.ts"],
        input=json.dumps(given),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    found = [
        [list(hit) for hit in find_hits(read_arrays(tokens, format=is_format), search)]
        for tokens, is_format, search in cases
    ]
    for case, here, there in zip(cases, found, json.loads(run.stdout), strict=True):
        assert here == there, case
    assert sum(map(bool, found)) > 100
