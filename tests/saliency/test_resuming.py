"""Maps whose rows are kept on the disk, and that were stopped meanwhile."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch

from tests.saliency.test_classify import build_classifier
from tests.saliency.test_seq2seq import build_t5
from textualheatmap.saliency import (
    causal,
    classify,
    logit_lens,
    masked,
    resume_map,
    seq2seq,
    sequence,
)

if TYPE_CHECKING:
    from pathlib import Path

    from tests.saliency.conftest import Pair

TEXT = "the state of the union is strong. " * 3
METHODS: list[dict[str, Any]] = [
    {},
    {"method": "occlusion"},
    {"method": "integrated-gradients", "scale": "none"},
    {"method": "gradient-x-input", "noise": 0.1, "samples": 3, "scale": "all"},
    {"window": 20, "stride": 5},
    {"batch_size": 3},
]


def stop_at(rows: int) -> Any:  # noqa: ANN401
    """Return a progress that stops the work."""

    def progress(done: int, total: int) -> None:
        del total
        if done >= rows:
            raise KeyboardInterrupt

    return progress


def count_from(told: list[int]) -> Any:  # noqa: ANN401
    return lambda done, _: told.append(done)


@pytest.mark.parametrize("options", METHODS, ids=str)
def test_a_map_that_was_stopped_goes_on_and_is_the_same(
    gpt: Pair, options: dict[str, Any], tmp_path: Path
) -> None:
    explain = partial(causal, *gpt, TEXT, **options)
    whole = resume_map(partial(explain, progress=False), tmp_path / "whole")
    with pytest.raises(KeyboardInterrupt):
        resume_map(partial(explain, progress=stop_at(20)), tmp_path / "rows")
    told: list[int] = []
    facet = resume_map(partial(explain, progress=count_from(told)), tmp_path / "rows")
    assert next(filter(None, told)) >= 15  # those that were kept
    assert facet.heat.tolist() == whole.heat.tolist()
    assert facet.tokens.meta == whole.tokens.meta
    assert facet.provenance == whole.provenance
    plain = explain(progress=False)
    np.testing.assert_allclose(facet.heat, plain.heat, atol=1e-6)
    # Numbers of accuracy are those of groups of rows.
    assert facet.provenance.keys() == plain.provenance.keys()


def test_rows_that_were_kept_are_shown_too(gpt: Pair, tmp_path: Path) -> None:
    explain = partial(causal, *gpt, TEXT)
    with pytest.raises(KeyboardInterrupt):
        resume_map(partial(explain, progress=stop_at(20)), tmp_path / "rows")
    shown: list[int] = []

    def show(_: object, start: int, rows: Any) -> None:  # noqa: ANN401
        shown.extend(range(start, start + len(rows)))

    facet = resume_map(
        partial(explain, progress=False, on_rows=show), tmp_path / "rows"
    )
    assert shown == list(range(len(facet)))


def test_other_functions_keep_rows_too(bert: Pair, tmp_path: Path) -> None:
    module = torch.nn.Linear(4, 3)
    inputs = torch.arange(80.0).reshape(20, 4)
    functions: dict[str, Any] = {
        "masked": partial(masked, *bert, TEXT[:60]),
        "seq2seq": partial(seq2seq, *build_t5(), TEXT[:60]),
        "classify": partial(classify, *build_classifier(bert), TEXT[:60]),
        "sequence": partial(sequence, module, inputs, [*"abcdefghijklmnopqrst"]),
    }
    for name, explain in functions.items():
        whole = explain(progress=False)
        with pytest.raises(KeyboardInterrupt):
            resume_map(partial(explain, progress=stop_at(2)), tmp_path / name)
        found = resume_map(partial(explain, progress=False), tmp_path / name)
        pairs = (
            zip(found, whole, strict=True)
            if isinstance(found, tuple)
            else [(found, whole)]
        )
        for ours, theirs in pairs:
            np.testing.assert_allclose(ours.heat, theirs.heat, atol=1e-6)


def test_what_is_not_the_same_map_is_refused(gpt: Pair, tmp_path: Path) -> None:
    explain = partial(causal, *gpt, progress=False)
    path = tmp_path / "rows"
    resume_map(partial(explain, "the union"), path)
    resume_map(partial(explain, "the union", batch_size=1), path)
    with pytest.raises(
        ValueError, match="has rows of argument 3 'the union', but this"
    ):
        resume_map(partial(explain, "the state"), path)
    with pytest.raises(ValueError, match="has rows of method 'nothing', but this map"):
        resume_map(partial(explain, "the union", method="occlusion"), path)
    bias = next(each for name, each in gpt[0].named_parameters() if "bias" in name)
    before = bias.detach().clone()
    try:
        with torch.no_grad():
            bias += 1
        with pytest.raises(ValueError, match=r"has rows of weights of argument 1 '"):
            resume_map(partial(explain, "the union"), path)
    finally:
        with torch.no_grad():
            bias.copy_(before)


def test_what_makes_no_rows_or_several_maps_is_told(gpt: Pair, tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match="computes no map row by row"):
        resume_map(partial(logit_lens, *gpt, "the union"), tmp_path / "a")

    def twice(text: str) -> None:
        for _ in range(2):
            causal(*gpt, text, progress=False)

    with pytest.raises(ValueError, match="but the function makes several"):
        resume_map(partial(twice, "the union"), tmp_path / "b")
    wrong: Any = causal
    with pytest.raises(TypeError, match=r"explain is a function, expected a functools"):
        resume_map(wrong, tmp_path / "c")
