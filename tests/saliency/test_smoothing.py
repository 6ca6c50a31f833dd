"""SmoothGrad: means over inputs with noise."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from textualheatmap.saliency import sequence
from textualheatmap.saliency.methods.smoothing import add_noise
from textualheatmap.saliency.models.network import Network

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from tests.saliency.conftest import Call, KnownRows
    from textualheatmap import Facet

GRADIENTS = ["gradient", "gradient-x-input", "integrated-gradients"]
NOISY: dict[str, Any] = {"noise": 0.1, "samples": 3, "seed": 5}


class Cube(nn.Module):
    """A network whose only logit is the cube of its input."""

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs**3


def test_a_mean_is_that_of_the_noise_that_the_paper_has() -> None:
    inputs = torch.tensor([[1.0], [2.0], [4.0]])
    options: dict[str, Any] = {"scale": "none", "samples": 600, "progress": False}
    facet = sequence(Cube(), inputs, "abc", noise=0.2, **options)
    # The mean of 3 (x + n) ** 2 is 3 x ** 2 + 3 sigma ** 2.
    sigma = 0.2 * (4 - 1)
    truth = 3 * inputs.numpy()[:, 0] ** 2 + 3 * sigma**2
    np.testing.assert_allclose(np.diagonal(facet.heat), truth, atol=0.6)
    assert facet.heat[0, 0] == pytest.approx(truth[0], abs=0.4)


def test_noise_is_a_share_of_the_spread_of_each_sequence() -> None:
    inputs = torch.zeros(2, 500, 4)
    inputs[0, 0, 0], inputs[1, 0, 0] = -2, 10
    network = Network(lambda s: inputs[list(s)], None, [], 500, 1, torch.zeros(4))  # pyright: ignore[reportArgumentType]
    noise = add_noise(network, 0.1, 7, 3).embed([0, 1]) - inputs
    for own, spread in zip(noise, (2, 10), strict=True):
        assert own.std().item() == pytest.approx(0.1 * spread, rel=0.05)
        assert abs(own.mean().item()) < 0.01 * spread
    # Neither the batch nor its order matters, but each seed and sample has its own.
    alone = add_noise(network, 0.1, 7, 3).embed([1]) - inputs[1:]
    assert torch.equal(alone[0], noise[1])
    for seed, sample in ((8, 3), (7, 4)):
        other = add_noise(network, 0.1, seed, sample).embed([1]) - inputs[1:]
        assert abs(np.corrcoef(other.flatten(), noise[1].flatten())[0, 1]) < 0.1


@pytest.mark.parametrize("method", GRADIENTS)
def test_a_smoothed_map_is_the_mean_of_the_maps_of_noisy_inputs(
    rnn: nn.Module, method: str
) -> None:
    inputs = torch.randn(5, 8, generator=torch.Generator().manual_seed(3))
    options: dict[str, Any] = {
        "method": method,
        "scale": "none",
        "true_classes": [1, 2, 3, 4, 5],
        "target": "true",
    }
    facet = sequence(rnn, inputs, "abcde", **options, **NOISY)
    spread = (inputs.max() - inputs.min()).item()
    maps: list[NDArray[np.float32]] = []
    for sample in range(3):
        generator = np.random.default_rng([5, sample, 0])
        drawn = generator.standard_normal((5, 8), np.float32)
        noisy = inputs + 0.1 * spread * torch.from_numpy(drawn)
        maps.append(sequence(rnn, noisy, "abcde", **options).heat)
    np.testing.assert_allclose(facet.heat, np.mean(maps, axis=0), rtol=1e-4, atol=1e-6)
    share = np.std(maps, axis=0).mean() / abs(np.mean(maps, axis=0)).mean()
    assert facet.provenance["spread of samples"] == pytest.approx(share, rel=1e-3)


@pytest.mark.usefixtures("one_pass")
@pytest.mark.parametrize("method", GRADIENTS)
def test_the_same_seed_gives_the_same_map(call: Call, method: str) -> None:
    facet = call.explain(method=method, **NOISY)
    again = call.explain(method=method, **NOISY)
    np.testing.assert_array_equal(facet.heat, again.heat)
    other = call.explain(method=method, **{**NOISY, "seed": 6})
    assert abs(facet.heat - other.heat).max() > 1e-3
    assert facet.provenance.items() >= NOISY.items()
    spread: Any = facet.provenance["spread of samples"]
    assert spread > 0


def test_a_little_noise_changes_little(known_rows: KnownRows) -> None:
    without = known_rows.explain()
    assert "noise" not in without.provenance
    facet = known_rows.explain(noise=1e-6, samples=1)
    np.testing.assert_allclose(facet.heat, without.heat, atol=1e-3)
    assert facet.provenance["spread of samples"] == 0


def test_rows_with_noise_arrive_once_and_progress_goes_up(call: Call) -> None:
    rows: list[NDArray[np.float32]] = []
    reports: list[tuple[int, int]] = []

    def show(_: Facet, start: int, arrived: NDArray[np.float32]) -> None:
        assert start == sum(map(len, rows))
        rows.append(arrived)

    facet = call.explain(
        on_rows=show, progress=lambda *now: reports.append(now), **NOISY
    )
    np.testing.assert_array_equal(np.concatenate(rows), facet.heat)
    assert reports == sorted(reports)
    assert reports[-1][0] == reports[-1][1]


def test_occlusion_has_no_noise(call: Call) -> None:
    with pytest.raises(ValueError, match=r"noise is 0\.1, but method is 'occlusion'"):
        call.explain(method="occlusion", noise=0.1)


@pytest.mark.parametrize(
    ("noise", "error"),
    [(-0.1, ValueError), (float("nan"), ValueError), ("0.1", TypeError)],
)
def test_noise_that_is_no_share_is_an_error(
    call: Call, noise: object, error: type[Exception]
) -> None:
    with pytest.raises(error, match=r"noise is .*, expected a"):
        call.explain(noise=noise)
