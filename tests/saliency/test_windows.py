"""Saliency maps of texts that are longer than a causal model takes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pytest

from tests.saliency.conftest import SENTENCES, WINDOW
from tests.saliency.reference import Float64Model, reference_causal
from textualheatmap import TextualHeatmap
from textualheatmap.saliency import causal, compare_methods
from textualheatmap.saliency.maps.windows import place_windows

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.facet.facet import Facet
    from textualheatmap.saliency.arguments.options import Method

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT = "the state of the é union is done"
LONG = " ".join(SENTENCES[:4])
SIZE, STRIDE = 5, 2


def choose_window(at: int, count: int) -> int:
    """Return where the window begins that has most of the pieces up to one.

    All windows are tried: those that begin at a multiple of the stride, and the last.
    """
    starts = [start for start in range(0, count, STRIDE) if start + SIZE <= count]
    with_it = [start for start in {*starts, count - SIZE} if start <= at < start + SIZE]
    return min(with_it)


@pytest.mark.parametrize("name", ["gpt", "llama"])
def test_each_row_is_that_of_the_window_that_sees_most_of_its_past(
    name: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    ids, precise = tokenizer(TEXT).input_ids, Float64Model(model)
    lead = int(name == "llama")
    found = causal(
        model,
        tokenizer,
        TEXT,
        window=SIZE + lead,
        stride=STRIDE,
        target="true",
        scale="none",
    )
    assert found.tokens.text == TEXT
    columns = find_columns(tokenizer)
    assert len(columns) == len(found)
    for row, own in enumerate(columns[:-1]):
        last = own[-1]
        start = lead + choose_window(last - lead, len(ids) - lead)
        read = [*range(lead), *range(start, start + SIZE)]
        following = [ids[at] for at in read]
        shown = [[read.index(at) for at in each if at in read] for each in columns]
        (reference,) = reference_causal(precise, following, [[read.index(last)]])
        gradient = replace(reference, classes=[ids[last + 1]]).find_gradient()
        expected = [gradient[places].norm().item() for places in shown]
        np.testing.assert_allclose(found.heat[row], expected, rtol=2e-3, atol=1e-5)


def find_columns(tokenizer: Any) -> list[list[int]]:  # noqa: ANN401
    """Return the pieces of each token: those of one character are one token."""
    spans = tokenizer(TEXT, return_offsets_mapping=True)["offset_mapping"]
    columns: list[list[int]] = []
    for at, (start, end) in enumerate(spans):
        if start == end:
            continue
        if columns and spans[columns[-1][-1]][1] > start:
            columns[-1].append(at)
        else:
            columns.append([at])
    return columns


def test_windows_end_with_the_text_and_have_one_length() -> None:
    for count in range(1, 30):
        for size in range(1, 12):
            for stride in range(1, size + 1):
                starts = place_windows(count, size, stride)
                assert starts == sorted(set(starts))
                assert starts[0] == 0
                assert starts[-1] + size == max(count, size)
                assert all(
                    after - before <= stride for before, after in pairwise(starts)
                )


def test_a_text_that_is_too_long_is_read_in_windows(gpt: Pair) -> None:
    count = len(gpt[1](LONG).input_ids)
    assert count > WINDOW
    found = causal(*gpt, LONG, window=24)
    assert found.tokens.text == LONG
    record = found.provenance
    assert (record["window"], record["stride"]) == (24, 12)
    assert record["least past of a later row"] == 13
    seen = [np.flatnonzero(row)[0] for row in found.heat]
    for row, first in enumerate(seen):
        assert row - first + 1 >= min(row + 1, 13)
        assert row - first < 24
    with pytest.raises(ValueError, match=rf"text has {count} tokens.* window="):
        causal(*gpt, LONG)


@pytest.mark.parametrize("method", ["gradient", "gradient-x-input", "occlusion"])
def test_a_window_that_has_the_text_changes_nothing(gpt: Pair, method: Method) -> None:
    whole = causal(*gpt, TEXT, method=method)
    found = causal(*gpt, TEXT, method=method, window=WINDOW)
    np.testing.assert_allclose(found.heat, whole.heat, atol=1e-5)
    assert found.provenance["windows"] == 1


def test_occlusion_takes_out_the_part_of_a_word_that_a_window_has(gpt: Pair) -> None:
    text = "plentiful the plentiful"
    options: Any = {"method": "occlusion", "scale": "none", "by": "word"}
    found = causal(*gpt, text, **options, window=SIZE, stride=1)
    ids, row = gpt[1](text).input_ids, len(found) - 1
    start = len(ids) - SIZE
    precise = Float64Model(gpt[0])
    (reference,) = reference_causal(precise, ids[start:], [[SIZE - 1]])
    ends = np.cumsum([len(token) for token in found.tokens.texts])
    edge = int((ends <= text.rindex("p")).sum())
    # The window begins within the word, which is all that it has.
    assert edge < start
    own = list(range(SIZE))
    (loss,) = replace(reference, columns=[own]).occlude(precise.matrix.mean(dim=0))
    np.testing.assert_allclose(found.heat[row, start:], loss, rtol=1e-3)
    assert (found.heat[row, :start] == 0).all()


def test_rows_of_all_windows_are_shown_in_their_order(gpt: Pair) -> None:
    heatmap, starts = TextualHeatmap(), []

    def show(facet: Facet, start: int, rows: Any) -> None:  # noqa: ANN401
        starts.append(start)
        if not len(rows):
            heatmap.set_data([facet])
        heatmap.fill_rows(0, range(start, start + len(rows)), rows)

    done: list[tuple[int, int]] = []
    report = partial(_append, done)
    found = causal(*gpt, TEXT, window=SIZE, on_rows=show, progress=report)
    assert starts == sorted(starts)
    np.testing.assert_array_equal(heatmap.facets[0].heat, found.heat)
    assert done[-1] == (len(found), len(found))


def _append(done: list[tuple[int, int]], rows: int, total: int) -> None:
    done.append((rows, total))


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"window": 1}, "window is 1, expected an integer from 2"),
        ({"window": 65}, "window is 65, GPT2LMHeadModel takes at most 64 tokens"),
        ({"window": 8, "stride": 9}, "stride is 9, expected an integer from 1 to 8"),
        ({"stride": 3}, "stride is 3, but there is no window: give window="),
    ],
)
def test_an_argument_that_does_not_fit_is_an_error(
    gpt: Pair, options: dict[str, Any], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        causal(*gpt, TEXT, **options)


def test_special_tokens_at_the_start_leave_less_place(llama: Pair) -> None:
    with pytest.raises(ValueError, match="stride is 4, expected at most 3: the window"):
        causal(*llama, TEXT, window=4, stride=4)


@pytest.mark.parametrize("name", ["gpt", "llama"])
def test_the_first_token_of_each_window_is_left_out_of_the_scale(
    name: str, request: pytest.FixtureRequest
) -> None:
    pair = request.getfixturevalue(name)
    explain = partial(causal, *pair, TEXT, window=SIZE, stride=STRIDE, special="keep")
    plain = explain(scale="none").heat
    capped = explain(cap_first=True)
    for row, values in enumerate(plain):
        first = np.flatnonzero(values)[0]
        others = np.delete(values, first)
        largest = others.max() or values.max()
        expected = np.minimum(values / largest, 1)
        np.testing.assert_allclose(capped.heat[row], expected, rtol=1e-5)
    assert capped.provenance["cap_first"] is True


def test_methods_are_compared_in_the_window_of_each_row(gpt: Pair) -> None:
    ids = gpt[1](TEXT).input_ids
    explain = partial(causal, *gpt, TEXT, target="true")
    methods = ["gradient", "occlusion"]
    # A single window is the text.
    whole = compare_methods(explain, methods)
    pd.testing.assert_frame_equal(
        compare_methods(partial(explain, window=WINDOW), methods).table,
        whole.table,
        rtol=1e-4,
    )
    # Windows side by side are texts of their own, but for the token after each.
    found = compare_methods(partial(explain, window=SIZE, stride=SIZE), methods).table
    assert found.loc["occlusion", "rank correlation"] == pytest.approx(1)
    assert len(ids) > 2 * SIZE
    fall = "comprehensiveness"
    first, second = (each.loc["gradient", fall] for each in (found, whole.table))
    assert first != pytest.approx(second, rel=0.01)
