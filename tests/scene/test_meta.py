"""The boxes that show the meta of a token."""

import pytest

from textualheatmap.scene.meta import list_meta
from textualheatmap.state.heatmap import Heatmap, MetaTruth

MARKED = {"next": [False, True, False], "self": [True, False, False], None: [False] * 3}


@pytest.mark.parametrize("truth", [*MARKED])
def test_the_true_token_is_marked_across_format_tokens(truth: MetaTruth | None) -> None:
    records = [
        {"token": "a ", "meta": [("a", 0.5), (" b", 0.25), "c"], "heat": [1, 0]},
        {"token": "c", "format": True},
        {"token": "b", "meta": ["c", "", "d"], "heat": [0, 1]},
    ]
    heatmap = Heatmap(meta_truth=truth).set_data([records])
    notes = [box.note for box in list_meta(heatmap, 0, 0)]
    assert ["✓" in note for note in notes] == MARKED[truth]
    # After the last token there is none.
    assert [box.note for box in list_meta(heatmap, 0, 1)] == ["", "", ""]


def test_white_space_is_only_itself() -> None:
    records = [
        {"token": "a", "meta": [" ", "\n", ""], "heat": [1, 0]},
        {"token": "\n", "heat": [0, 1]},
    ]
    heatmap = Heatmap(meta_truth="next").set_data([records])
    assert [box.note for box in list_meta(heatmap, 0, 0)] == ["", "✓", ""]
