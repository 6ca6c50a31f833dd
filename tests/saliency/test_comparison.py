"""Methods compared: with occlusion, and by what their best tokens do."""

from __future__ import annotations

import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import matplotlib.pyplot as plt
import numpy as np
import pytest
import torch
from matplotlib.figure import Figure
from torch import nn

from textualheatmap.saliency import compare_methods, sequence

if TYPE_CHECKING:
    import pandas as pd

    from tests.saliency.conftest import Call, KnownRows


class Sum(nn.Module):
    """A network whose only logit is the sum of all inputs so far."""

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        return inputs.cumsum(dim=1)


TERMS = [5.0, -2.0, 1.0, 3.0]


@pytest.fixture
def table() -> pd.DataFrame:
    """Return the comparison of all methods on a sum, of half the tokens."""
    explain = partial(sequence, Sum(), torch.tensor(TERMS)[:, None], "abcd")
    found = compare_methods(explain, shares=[0.5])
    assert set(found.curves["share"]) == {0.5}
    return found.table


def test_signed_methods_find_the_terms_of_a_sum(table: pd.DataFrame) -> None:
    # Rows of three and four tokens count: half of these are two tokens.
    without = np.mean([5 + 1, 5 + 3])
    only = np.mean([-2, -2 + 1])
    for name in ("gradient-x-input", "integrated-gradients, signed"):
        assert table["rank correlation"][name] == pytest.approx(1)
        assert table["comprehensiveness"][name] == pytest.approx(without)
        assert table["sufficiency"][name] == pytest.approx(only)
    assert table.index[0] in {
        "gradient-x-input",
        "integrated-gradients, signed",
        "occlusion, signed",
    }


def test_a_norm_takes_what_lowers_the_output_for_important(table: pd.DataFrame) -> None:
    found = table["comprehensiveness"]["occlusion"]
    assert found == pytest.approx(np.mean([5 - 2, 5 + 3]))
    # All gradients of a sum are alike: they have no order, and the first come first.
    assert np.isnan(table["rank correlation"]["gradient"])


@pytest.mark.parametrize(
    "methods", [["gradient"], {"mine": {"noise": 0.1, "samples": 2}}]
)
def test_the_methods_that_are_asked_for_are_compared(call: Call, methods: Any) -> None:  # noqa: ANN401
    found = compare_methods(partial(call.explain, progress=False), methods)
    assert set(found.table.index) == {"random", *methods}
    assert len(found.curves) == 8
    assert np.isfinite(found.table.to_numpy()).all()


def test_occlusion_agrees_with_itself_more_than_chance(known_rows: KnownRows) -> None:
    table = compare_methods(
        known_rows.explain, ["occlusion", "occlusion, signed"]
    ).table
    correlations = table["rank correlation"]
    assert correlations["occlusion"] == pytest.approx(1)
    assert correlations["random"] < 0.7
    losses = table["comprehensiveness"]
    assert losses["occlusion, signed"] > losses["random"]


def test_the_loss_of_the_best_column_is_that_of_the_reference(
    known_rows: KnownRows,
) -> None:
    found = compare_methods(known_rows.explain, ["occlusion, signed"], shares=[1e-9])
    losses: list[float] = []
    causal = known_rows.explain().provenance["model"] != "BertForMaskedLM"
    for row, reference in enumerate(known_rows.references):
        own = reference.find_losses(known_rows.baseline)
        own = own[: row + 1] if causal else np.delete(own, row)
        if len(own) >= 3:
            losses.append(own.max())
    loss = found.table.loc["occlusion, signed", "comprehensiveness"]
    assert loss == pytest.approx(np.mean(losses), rel=1e-4)


def test_a_share_out_of_range_is_an_error(call: Call) -> None:
    for shares in ([], [0], [1.5]):
        with pytest.raises(ValueError, match=r"shares is .* shares above 0, to 1"):
            compare_methods(call.explain, shares=shares)


def test_a_short_text_is_an_error() -> None:
    explain = partial(sequence, Sum(), torch.ones(2, 1), "ab")
    with pytest.raises(ValueError, match="no row has 3 tokens"):
        compare_methods(explain)


def test_a_plot_has_the_curves_of_all_methods(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    explain = partial(sequence, Sum(), torch.tensor(TERMS)[:, None], "abcd")
    found = compare_methods(explain, ["gradient", "occlusion, signed"])
    axes = found.plot()
    measures = {ax.get_ylabel().partition(":")[0]: ax for ax in axes}
    assert list(measures) == ["comprehensiveness", "sufficiency"]
    for measure, ax in measures.items():
        assert [line.get_label() for line in ax.lines] == list(found.table.index)
        for line in ax.lines:
            own = found.curves[found.curves["method"] == line.get_label()]
            shares, losses = np.transpose(line.get_xydata())
            assert shares == pytest.approx([10, 20, 30, 50])
            assert losses == pytest.approx(own[measure].to_numpy())
    # Into axes that there are, and no others.
    own_axes = Figure().subplots(1, 2)
    assert found.plot(own_axes) is own_axes
    assert len(plt.get_fignums()) == 1
    plt.close()
    monkeypatch.setitem(sys.modules, "matplotlib.pyplot", None)
    with pytest.raises(ImportError, match=r"panel-textualheatmap\[figures\]"):
        found.plot()
