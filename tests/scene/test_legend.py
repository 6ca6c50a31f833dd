"""The legend of a facet: the heat at its ends, and what it says."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from textualheatmap import Facet, Heatmap
from textualheatmap.scene.legend import build_legend, describe_scales, format_heat
from textualheatmap.state.colouring import paint_facet

DESCRIBE = Path(__file__).parents[2] / "textualheatmap" / "js" / "describe.ts"
HEAT = [[0.25, 2], [0.5, 4]]


@pytest.mark.parametrize(
    ("changes", "ends", "text"),
    [
        ({"scale": "row"}, ("0.00", "2.00"), "heat; full colour: the row's largest"),
        ({}, ("0.00", "2.00"), "heat; full colour: the row's largest"),
        (
            {"scale": "facet"},
            ("0.00", "4.00"),
            "heat; full colour: the facet's largest",
        ),
        (
            {"scale": "all"},
            ("0.00", "4.00"),
            "heat; full colour: the largest of all facets",
        ),
        ({"scale": "none"}, ("0.00", "1.00"), "heat"),
        ({"low": 0.1, "high": 3}, ("0.10", "3.00"), "heat; ends as set"),
        ({"exclude": ["b"]}, ("0.00", "0.25"), "heat; full colour: the row's largest"),
    ],
)
def test_it_says_what_the_ends_stand_for(
    changes: dict[str, object], ends: tuple[str, str], text: str
) -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(["a", "b"], HEAT)]).highlight(0)
    heatmap.param.update(changes)
    legend = build_legend(heatmap, paint_facet(heatmap, 0), 0)
    assert (legend.low, legend.high) == ends
    assert legend.text == text
    assert not legend.signed


def test_signed_heat_has_its_largest_at_both_ends() -> None:
    heatmap = Heatmap(facets=[Facet.from_arrays(["a", "b"], [[-3, 1], [0, 1]])])
    heatmap.highlight(0)
    legend = build_legend(heatmap, paint_facet(heatmap, 0), 0)
    assert (legend.low, legend.high, legend.signed) == ("-3.00", "3.00", True)


def test_without_a_focus_a_row_says_nothing() -> None:
    facet = Facet.from_arrays(["a", "b"], HEAT)
    heatmap = Heatmap(scale="row", rest="plain", facets=[facet])
    legend = build_legend(heatmap, paint_facet(heatmap, 0), 0)
    assert legend.high == ""
    heatmap.rest = "average"
    legend = build_legend(heatmap, paint_facet(heatmap, 0), 0)
    assert legend.high != ""
    assert legend.text.endswith(", average of all; full colour: the largest")
    heatmap.high = 3
    legend = build_legend(heatmap, paint_facet(heatmap, 0), 0)
    assert legend.high == "3.00"
    assert legend.text.endswith(", average of all; ends as set")


def test_the_method_is_named_as_text() -> None:
    provenance = {"method": "a<b>\n\u202e"}
    facet = Facet.from_arrays(["a"], [[1]], provenance=provenance)
    assert describe_scales(Heatmap(facets=[facet]), 0)["none"] == "a<b>↵\\u202e"
    number = Facet.from_arrays(["a"], [[1]], provenance={"method": 3})
    assert describe_scales(Heatmap(facets=[number]), 0)["none"] == "heat"


def test_it_names_its_facet_where_the_kinds_of_heat_differ() -> None:
    gru, lstm = (
        Facet.from_arrays(["a"], [[1]], title=title) for title in ("GRU", "x" * 30)
    )
    alike = Heatmap(facets=[gru, lstm])
    assert [describe_scales(alike, i)["none"] for i in range(2)] == ["heat", "heat"]
    signed = Facet.from_arrays(["a"], [[-1]], title="a\u202eb")
    differing = Heatmap(facets=[gru, lstm, signed])
    assert [describe_scales(differing, i)["none"] for i in range(3)] == [
        "GRU: heat",
        f"{'x' * 23}…: heat",
        "a\\u202eb: heat",
    ]
    method = Facet.from_arrays(["a"], [[1]], title="A", provenance={"method": "IG"})
    assert describe_scales(Heatmap(facets=[gru, method]), 1)["none"] == "A: IG"


def test_heat_is_written_as_the_browser_writes_it() -> None:
    rng = np.random.default_rng(0)
    values = [0, 0.005, 0.01, 0.995, 999.995, 1000, 999999, 1e6, 1e-6, 9.999e-7]
    values += (10 ** rng.uniform(-38, 38, 200) * rng.choice([-1, 1], 200)).tolist()
    script = (
        f"import {{ formatHeat }} from {json.dumps(DESCRIBE.as_uri())};"
        f"console.log(JSON.stringify({json.dumps(values)}.map(formatHeat)))"
    )
    path = str(Path(sys.executable).parent)
    node = shutil.which("node", path=path) or shutil.which("node")
    assert node, "Node is missing: bash .ci/setup test"
    run = subprocess.run(
        [node, "--input-type=module", "--eval", script],
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert json.loads(run.stdout) == [format_heat(value) for value in values]
