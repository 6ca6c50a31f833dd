"""Heat with a sign: what raises an output, and what lowers it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.saliency.conftest import KnownRows
    from textualheatmap import Facet

# The largest difference, as a share of the row's largest value.
CLOSE = 1e-4
RAW: dict[str, Any] = {"scale": "none"}


def compare(facet: Facet, rows: list[NDArray[np.float64]]) -> None:
    """Compare heat with its true rows; a masked token has none of its own."""
    truth = np.stack(rows)
    if facet.provenance["model"] == "BertForMaskedLM":
        np.fill_diagonal(truth, 0)
    largest = abs(truth).max(axis=1, keepdims=True)
    assert (abs(facet.heat - truth) / largest).max() < CLOSE
    assert facet.store.signed
    assert facet.heat.min() < 0


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_gradient_x_input_is_that_of_finite_differences(
    known_rows: KnownRows, output: str
) -> None:
    rows = [
        reference.add_up(reference.find_gradient() * reference.inputs)
        for reference in (
            replace(reference, output=output) for reference in known_rows.references
        )
    ]
    options = {"method": "gradient-x-input", "output": output, **RAW}
    compare(known_rows.explain(**options), rows)


def test_the_norm_of_gradient_x_input_has_no_sign(known_rows: KnownRows) -> None:
    reference = known_rows.references[-1]
    truth = reference.measure(reference.find_gradient() * reference.inputs)
    facet = known_rows.explain(method="gradient-x-input", reduce="norm", **RAW)
    places = slice(0, -1)  # A masked token has no heat of its own.
    np.testing.assert_allclose(facet.heat[-1, places], truth[places], rtol=1e-3)
    assert not facet.store.signed
    assert "sign" not in facet.provenance


@pytest.mark.parametrize("baseline", ["zero", "mean"])
def test_a_sum_of_occlusion_is_what_the_output_loses(
    known_rows: KnownRows, baseline: str
) -> None:
    matrix = known_rows.matrix
    instead = matrix.mean(dim=0) * (baseline == "mean")
    rows = [reference.find_losses(instead) for reference in known_rows.references]
    options = {"method": "occlusion", "reduce": "sum", "baseline": baseline}
    compare(known_rows.explain(**options, **RAW), rows)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_a_row_of_integrated_gradients_sums_up_to_the_change_of_its_output(
    known_rows: KnownRows, output: str
) -> None:
    # Where the mask is the baseline, the masked token has no share of its own.
    options = {"method": "integrated-gradients", "reduce": "sum", "output": output}
    facet = known_rows.explain(**options, **RAW)
    changes = [
        replace(reference, output=output).change(known_rows.baseline)
        for reference in known_rows.references
    ]
    gaps = abs(facet.heat.sum(axis=1) - changes)
    largest: Any = facet.provenance["largest gap of a row"]
    assert gaps.max() == pytest.approx(largest, abs=1e-5)
    assert gaps.max() < 1e-3 * max(map(abs, changes))
    assert facet.store.signed


def test_the_facet_says_what_its_sign_means(known_rows: KnownRows) -> None:
    record = known_rows.explain(method="gradient-x-input").provenance
    assert record["reduce"] == "sum"
    assert record["sign"] == "positive heat raises the output, negative heat lowers it"


@pytest.mark.parametrize("scale", ["row", "all"])
def test_signed_heat_is_divided_by_the_largest_magnitude(
    known_rows: KnownRows, scale: str
) -> None:
    raw = known_rows.explain(method="gradient-x-input", **RAW).heat
    largest = abs(raw).max(axis=1, keepdims=True)
    truth = raw / (largest if scale == "row" else largest.max())
    heat = known_rows.explain(method="gradient-x-input", scale=scale).heat
    np.testing.assert_allclose(heat, truth, rtol=1e-5)


def test_signed_rows_arrive_as_they_are_computed(known_rows: KnownRows) -> None:
    rows: list[NDArray[np.float32]] = []

    def show(facet: Facet, start: int, arrived: NDArray[np.float32]) -> None:
        assert facet.store.signed
        assert start == sum(map(len, rows))
        rows.append(arrived)

    facet = known_rows.explain(method="gradient-x-input", on_rows=show, **RAW)
    np.testing.assert_array_equal(np.concatenate(rows), facet.heat)
