"""The browser and Python make the same of a focus: counterparts, values and heat."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from textualheatmap.facet.codes import decode, encode
from textualheatmap.facet.facet import Facet
from textualheatmap.plot.payload import write_averages
from textualheatmap.state.colouring import PaintedFacet, paint_facet
from textualheatmap.state.excluding import Rule, find_excluded
from textualheatmap.state.grouping import Grouping, find_groups
from textualheatmap.state.heatmap import Heatmap
from textualheatmap.state.view_state import (
    DIRECTIONS,
    POOLS,
    SCALES,
    AxisChoice,
    AxisChoices,
    ViewState,
)

SCRIPT = Path(__file__).parent / "js" / "equal_halves.ts"
HEATMAPS, STATES = 16, 25
LAYERS, HEADS = 2, 3
CHOICES: list[AxisChoice] = [0, 1, "mean", "max"]

GROUPINGS: list[Grouping] = ["token", "token", "word", re.compile("[abc]+")]

Array = NDArray[np.float32]


class Case:
    """A random heatmap, whose heat is what its codes say, and random states of it."""

    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)
        text, other = self.draw_text(), self.draw_text()
        answer, pieces = self.cut(text), self.cut(self.change(text))
        prompt = self.cut(text if self.rng.random() < 0.3 else other)
        self.coded = [
            self.draw_heat(len(tokens), len(rows))
            for tokens, rows in [(answer, answer), (pieces, pieces), (prompt, answer)]
        ]
        facets = [
            self.build_facet("answer", answer, self.coded[0]),
            self.build_facet("pieces", pieces, self.coded[1]),
            self.build_facet("prompt", prompt, self.coded[2], rows_of="answer"),
        ]
        self.heatmap = Heatmap(facets=facets)
        self.states = [self.settle(self.draw_state()) for _ in range(STATES)]

    def draw_text(self) -> str:
        return "".join(self.rng.choice(list("abcABC  "), size=self.rng.integers(8, 30)))

    def change(self, text: str) -> str:
        """Replace some characters, or none, so that some tokens have no counterpart."""
        start, stop = sorted(self.rng.integers(len(text), size=2).tolist())
        changed = "xyz" * int(self.rng.integers(3))
        return text[:start] + changed + text[min(stop, start + 4) :]

    def cut(self, text: str) -> list[str]:
        """Cut a text into tokens, with marks, special tokens and empty ones."""
        cuts = np.flatnonzero(self.rng.random(len(text)) < self.rng.uniform(0.1, 1))
        ends = [*cuts.tolist(), len(text)]
        tokens = [
            text[i:k] for i, k in zip([0, *ends], ends, strict=False) if i < k
        ] or [text]
        for token in ["[CLS]", "", "</s>"]:
            if self.rng.random() < 0.3:
                tokens.insert(int(self.rng.integers(len(tokens) + 1)), token)
        return tokens

    def draw_heat(self, columns: int, rows: int) -> dict[str, Any]:
        """Draw codes of heat, of any range, sign, share of zeros and of missing."""
        rng = self.rng
        signed, with_axes = rng.random() < 0.5, rng.random() < 0.3
        slices = LAYERS * HEADS if with_axes else 1
        heat = rng.random((slices, rows, columns)) ** rng.choice([1, 3])
        heat[rng.random(heat.shape) < 0.1] = 1
        heat *= rng.choice([1, 0.5, 1e-6, 3000])
        if signed:
            heat *= rng.choice([-1, 1], size=heat.shape)
        heat[rng.random(heat.shape) < rng.choice([0, 0.5])] = 0
        missing = rng.random() < 0.4
        if missing:
            heat[rng.random(heat.shape) < 0.3] = np.nan
        two_bytes = bool(rng.random() < 0.5)
        coded = [
            encode(each.astype(np.float32), signed=signed, two_bytes=two_bytes)
            for each in heat
        ]
        axes = {"layer": [*"xy"], "head": [*"abc"]} if with_axes else None
        return {
            "coded": coded,
            "signed": signed,
            "missing": missing,
            "two_bytes": two_bytes,
            "axes": axes,
        }

    def build_facet(
        self, name: str, tokens: list[str], coded: dict[str, Any], **params: str
    ) -> Facet:
        slices = np.stack(
            [decode(*each, signed=coded["signed"]) for each in coded["coded"]]
        )
        shape = slices.shape[1:]
        axes = coded["axes"]
        heat = slices[0] if axes is None else slices.reshape(LAYERS, HEADS, *shape)
        return Facet.from_arrays(
            tokens,
            heat,
            id=name,
            signed=coded["signed"],
            missing=coded["missing"],
            axes=axes,
            **params,
        )

    def draw_state(self) -> ViewState:
        rng = self.rng
        facet = int(rng.integers(len(self.heatmap.facets)))
        count = len(self.heatmap.facets[facet])
        start = int(rng.integers(count))
        length = int(rng.integers(1, count - start + 1)) if rng.random() < 0.3 else 1
        names = {axis.name for each in self.heatmap.facets for axis in each.store.axes}
        picks = rng.integers(len(CHOICES), size=2).tolist()
        choices = {
            name: CHOICES[pick]
            for name, pick in zip(["layer", "head"], picks, strict=True)
            if name in names and rng.random() < 0.8
        }
        focus = {"facet": self.heatmap.facet_ids[facet], "start": start}
        is_resting = rng.random() < 0.1
        ends = [
            None,
            None,
            *rng.choice([-2, -0.5, 0, 1e-6, 0.5, 2000], size=2).tolist(),
        ]
        return ViewState(
            **({} if is_resting else {**focus, "stop": start + length}),
            direction=DIRECTIONS[rng.integers(2)],
            pool=POOLS[rng.integers(3)],
            grouping=GROUPINGS[rng.integers(len(GROUPINGS))],
            group_pool=POOLS[rng.integers(3)],
            scale=SCALES[rng.integers(5)],
            low=ends[rng.integers(4)],
            high=ends[rng.integers(4)],
            gamma=float(rng.choice([0.1, 0.5, 1, 1, 2])),
            axes=AxisChoices(choices),
            exclude=self.draw_rules(),
            threshold=float(rng.choice([0, 0, 0.3])),
            hottest=int(rng.integers(1, 6)) if rng.random() < 0.2 else None,
        )

    def settle(self, state: ViewState) -> ViewState:
        """Return the state of the heatmap after this one was set."""
        self.heatmap.view_state = state
        return self.heatmap.view_state

    def draw_rules(self) -> tuple[Rule, ...]:
        rules: list[Rule] = [
            int(self.rng.integers(-3, 9)),
            "[CLS]",
            re.compile("[ab]"),
            "focus",
        ]
        if self.rng.random() < 0.6:
            return ()
        return tuple(rule for rule in rules if self.rng.random() < 0.5)

    def is_signed(self, state: ViewState, i: int) -> bool:
        self.heatmap.view_state = state
        return paint_facet(self.heatmap, i).signed

    def to_json(self) -> dict[str, Any]:
        aligned = self.heatmap.alignment.facets
        return {
            "facets": [
                {
                    "id": self.heatmap.facet_ids[i],
                    "axis": aligned[i].axis,
                    "start": aligned[i].start.tolist(),
                    "stop": aligned[i].stop.tolist(),
                    "sameTokens": aligned[i].same_tokens,
                    "rowsOf": self.heatmap.row_facets[i],
                    "slices": [
                        {
                            "codes": codes.ravel().tolist(),
                            "largest": largest.tolist(),
                            "reach": find_reach(
                                decode(codes, largest, signed=coded["signed"])
                            ),
                        }
                        for codes, largest in coded["coded"]
                    ],
                    "groups": self.list_groups(i),
                    "twoBytes": coded["two_bytes"],
                    "signed": coded["signed"],
                    "axes": [
                        {"name": name, "labels": labels}
                        for name, labels in (coded["axes"] or {}).items()
                    ],
                }
                for i, coded in enumerate(self.coded)
            ],
            "states": [state.to_json() for state in self.states],
            # Of each state, what Python sends for its choice on the axes, or for all.
            "averages": [
                self.write_averages(state, all_slices=k % 2 > 0)
                for k, state in enumerate(self.states)
            ],
            "excluded": [
                [
                    np.flatnonzero(find_excluded(facet.tokens, state.exclude)).tolist()
                    for facet in self.heatmap.facets
                ]
                for state in self.states
            ],
        }

    def list_groups(self, i: int) -> dict[str, list[int]]:
        tokens = self.heatmap.facets[i].tokens
        found = {each: find_groups(tokens, each) for each in GROUPINGS}
        return {
            each if isinstance(each, str) else "pattern": groups.sizes.tolist()
            for each, groups in found.items()
            if groups is not None
        }

    def write_averages(
        self, state: ViewState, *, all_slices: bool
    ) -> list[list[dict[str, Any]]]:
        self.heatmap.view_state = state
        return [
            write_averages(self.heatmap, i, all_slices=all_slices)
            for i in range(len(self.coded))
        ]

    def paint(self) -> Iterator[list[PaintedFacet]]:
        """Yield what Python makes of each state."""
        for state in self.states:
            self.heatmap.view_state = state
            yield [paint_facet(self.heatmap, i) for i in range(len(self.coded))]


def find_reach(matrix: Array) -> float | None:
    known = np.abs(matrix[~np.isnan(matrix)])
    return float(known.max()) if len(known) else None


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    return [Case(seed) for seed in range(HEATMAPS)]


@pytest.fixture(scope="module")
def python(cases: list[Case]) -> list[list[list[PaintedFacet]]]:
    """Return what Python makes of each facet, by heatmap and state."""
    return [list(case.paint()) for case in cases]


@pytest.fixture(scope="module")
def answers(cases: list[Case]) -> list[dict[str, Any]]:
    """Return what the browser makes of each heatmap."""
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    node = shutil.which("node", path=path)
    assert node, "Node is missing: bash .ci/setup test"
    run = subprocess.run(
        [node, SCRIPT],
        input=json.dumps([case.to_json() for case in cases]),
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    return json.loads(run.stdout)


@pytest.fixture(scope="module")
def browser(answers: list[dict[str, Any]]) -> list[list[list[dict[str, Any]]]]:
    """Return what the browser makes of each facet, by heatmap and state."""
    return [answer["painted"] for answer in answers]


@pytest.mark.parametrize("number", range(HEATMAPS))
def test_another_grouping_moves_the_focus_to_the_same_tokens(
    cases: list[Case], answers: list[dict[str, Any]], number: int
) -> None:
    heatmap = cases[number].heatmap
    pairs = pairwise(cases[number].states)
    for (before, after), there in zip(pairs, answers[number]["regrouped"], strict=True):
        heatmap.view_state = before
        heatmap.grouping = after.grouping
        here = heatmap.view_state
        assert there == [here.facet, here.start, here.stop, here.chosen], before


@pytest.mark.parametrize("number", range(HEATMAPS))
def test_a_row_has_the_same_ranks_and_shares(
    cases: list[Case], browser: list[list[list[dict[str, Any]]]], number: int
) -> None:
    heatmap = cases[number].heatmap
    for state, given in zip(cases[number].states, browser[number], strict=True):
        heatmap.view_state = state
        # A table has the row of a focus, and a page writes none without one.
        for i, there in enumerate(given if state.facet else []):
            row = heatmap.row(facet=i)
            for name in ("rank", "share"):
                here, browsers = row[name].to_numpy(), np.array(there[name], float)
                np.testing.assert_allclose(
                    browsers, here, rtol=1e-5, err_msg=str(state)
                )


@pytest.mark.parametrize("number", range(HEATMAPS))
def test_the_browser_makes_of_a_focus_what_python_does(
    cases: list[Case],
    python: list[list[list[PaintedFacet]]],
    browser: list[list[list[dict[str, Any]]]],
    number: int,
) -> None:
    states = zip(cases[number].states, python[number], browser[number], strict=True)
    for state, expected, given in states:
        for here, there in zip(expected, given, strict=True):
            check_equal(here, there, str(state))


def check_equal(python: PaintedFacet, browser: dict[str, Any], state: str) -> None:
    span = python.counterparts and python.counterparts._asdict()
    assert browser["counterparts"] == span, state
    assert browser["signed"] == python.signed, state
    assert browser["shown"] == python.shown.astype(int).tolist(), state
    assert browser["excluded"] == python.excluded.astype(int).tolist(), state
    assert browser["source"] == python.source, state
    limits, expected = (
        np.array(pair, dtype=float) for pair in (browser["limits"], python.limits)
    )
    np.testing.assert_allclose(limits, expected, rtol=1e-6, err_msg=state)
    value, heat = (np.array(browser[name], dtype=float) for name in ("value", "heat"))
    np.testing.assert_allclose(value, python.value, rtol=1e-6, err_msg=state)
    np.testing.assert_allclose(heat, python.heat, atol=1e-6, rtol=0, err_msg=state)


def test_the_cases_are_of_every_kind(python: list[list[list[PaintedFacet]]]) -> None:
    found = [facet for states in python for facets in states for facet in facets]
    spans = [facet.counterparts for facet in found]
    assert any(span is None for span in spans)
    assert any(span is not None and not span.exact for span in spans)
    assert any(not facet.shown.any() for facet in found)
    assert any(0 < facet.shown.mean() < 1 for facet in found)
    assert any(0 < facet.excluded.mean() < 1 for facet in found)
    assert {facet.signed for facet in found} == {False, True}


def test_some_facets_are_coloured_by_heat_of_both_kinds(cases: list[Case]) -> None:
    """A facet whose own heat is unsigned has signed heat as well, or reversed."""
    kinds: set[tuple[bool, bool, bool]] = set()
    for case in cases:
        answer, _, prompt = (coded["signed"] for coded in case.coded)
        for state in case.states:
            if state.direction == "column" and state.facet == "prompt":
                kinds.add((answer, prompt, case.is_signed(state, 0)))
    assert {(True, False, True), (False, True, True)} <= kinds
