"""Methods of Captum, against truths that do not come from it."""

from __future__ import annotations

from functools import partial
from itertools import combinations
from math import factorial
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
import torch
from captum.attr import (
    DeepLift,
    FeatureAblation,
    GradientShap,
    IntegratedGradients,
    InternalInfluence,
    LayerActivation,
    LayerConductance,
    LayerDeepLift,
    LayerGradCam,
    LayerGradientXActivation,
    LayerIntegratedGradients,
    Saliency,
    ShapleyValues,
)
from torch import nn
from typer.testing import CliRunner

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import Float64Model, reference_causal, reference_masked
from textualheatmap import read_json
from textualheatmap.cli.commands import app
from textualheatmap.saliency import (
    causal,
    compare_methods,
    layer_gradients,
    masked,
    sequence,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from tests.saliency.conftest import KnownRows, Pair
    from tests.saliency.reference import ReferenceOutput
    from textualheatmap.facet.facet import Facet

RAW: dict[str, Any] = {"scale": "none", "progress": False}


@pytest.fixture
def relu() -> nn.Sequential:
    """Return a network whose only activations are modules, from d 8 to 5 classes."""
    with fixed_seed():
        return nn.Sequential(
            nn.Linear(8, 6), nn.ReLU(), nn.Linear(6, 6), nn.Tanh(), nn.Linear(6, 5)
        )


@torch.no_grad()
def find_shapley_values(
    reference: ReferenceOutput, baseline: torch.Tensor, players: Sequence[int]
) -> NDArray[np.float64]:
    """Return the Shapley value of each input, of all coalitions of some."""
    worth: dict[frozenset[int], float] = {}
    for size in range(len(players) + 1):
        for present in combinations(players, size):
            inputs = reference.inputs.clone()
            inputs[[each for each in players if each not in present]] = baseline
            worth[frozenset(present)] = reference.read(inputs[None]).item()
    values = np.zeros(len(reference.inputs))
    count = len(players)
    for present, value in worth.items():
        for player in present:
            size = len(present) - 1
            share = factorial(size) * factorial(count - size - 1) / factorial(count)
            values[player] += share * (value - worth[present - {player}])
    return values


@pytest.mark.parametrize("name", ["bert", "llama"])
def test_shapley_values_are_those_of_all_coalitions(
    name: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    ids = tokenizer("The people").input_ids
    columns, precise = [[n] for n in range(len(ids))], Float64Model(model)
    if name == "bert":
        mask = tokenizer.mask_token_id
        explain = masked
        references = reference_masked(precise, ids, columns, mask)
    else:
        explain = causal
        references = reference_causal(precise, ids, columns)
    options = {"special": "keep", "target": "true", "baseline": "zero", **RAW}
    facet = explain(model, tokenizer, "The people", method=ShapleyValues, **options)
    zero = torch.zeros(32, dtype=torch.float64)
    for row, reference in enumerate(references):
        players = [
            n for n in range(len(ids)) if (n != row if name == "bert" else n <= row)
        ]
        truth = find_shapley_values(reference, zero, players)
        scale = abs(truth).max()
        np.testing.assert_allclose(facet.heat[row], truth, atol=1e-4 * scale)
    assert facet.store.signed


@pytest.mark.sweep
def test_integrated_gradients_of_captum_are_those_of_this_package(
    known_rows: KnownRows,
) -> None:
    steps = {"steps": 256, "baseline": "mean", **RAW}
    theirs = known_rows.explain(method=IntegratedGradients, **steps)
    ours = known_rows.explain(method="integrated-gradients", reduce="sum", **steps)
    largest = abs(ours.heat).max()
    np.testing.assert_allclose(theirs.heat, ours.heat, atol=1e-3 * largest)
    gap: Any = theirs.provenance["completeness gap"]
    assert gap < 1e-3
    assert theirs.provenance["method"] == "captum.IntegratedGradients"


def test_ablated_features_are_occlusion(known_rows: KnownRows) -> None:
    options = {"baseline": "zero", **RAW}
    theirs = known_rows.explain(method=FeatureAblation, **options)
    ours = known_rows.explain(method="occlusion", reduce="sum", **options)
    np.testing.assert_allclose(theirs.heat, ours.heat, atol=1e-4)


def test_a_row_of_deeplift_adds_up_and_is_that_of_captum(relu: nn.Sequential) -> None:
    with fixed_seed():
        inputs = torch.randn(3, 8)
    facet = sequence(relu, inputs, "abc", method=DeepLift, **RAW)
    with torch.no_grad():
        logits, none = relu(inputs), relu(torch.zeros(8))
    best = logits.argmax(dim=1)
    rows = torch.arange(3)
    rises = (logits[rows, best] - none[best]).numpy()
    np.testing.assert_allclose(facet.heat, np.diag(rises), atol=1e-5)
    # A feature at a time, by Captum's own words, and with no network around it.
    inputs.requires_grad_()
    with pytest.warns(UserWarning, match="Setting forward, backward hooks"):
        theirs = DeepLift(relu).attribute(inputs, target=best).sum(dim=1)
    np.testing.assert_allclose(facet.heat[rows, rows], theirs.detach(), atol=1e-5)
    assert facet.store.signed
    assert not any(part._forward_hooks for part in relu.modules())  # noqa: SLF001


@pytest.mark.parametrize("name", ["bert", "gpt", "llama"])
def test_deeplift_of_what_no_module_computes_is_refused(
    name: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    explain = masked if name == "bert" else causal
    with pytest.raises(ValueError, match=r"DeepLift misses \d.* no module does"):
        explain(model, tokenizer, "The state of", method=DeepLift, progress=False)


def test_what_misses_the_change_of_the_outputs_is_warned_of(gpt: Pair) -> None:
    options: Any = {"method": GradientShap, "samples": 3, **RAW}
    with pytest.warns(UserWarning, match="GradientShap misses .* more steps or samp"):
        facet = causal(*gpt, "The state of", **options)
    with pytest.warns(UserWarning, match="GradientShap misses"):
        again = causal(*gpt, "The state of", **options)
    np.testing.assert_array_equal(facet.heat, again.heat)
    with pytest.warns(UserWarning, match="GradientShap misses"):
        other = causal(*gpt, "The state of", seed=1, **options)
    assert (facet.heat != other.heat).any()
    record = facet.provenance
    assert (record["samples"], record["seed"]) == (3, 0)
    assert record["captum"] == __import__("captum").__version__


def test_methods_of_captum_are_compared_like_others(known_rows: KnownRows) -> None:
    methods = {"ablation": {"method": FeatureAblation}}
    table = compare_methods(known_rows.explain, methods).table
    assert table.loc["ablation", "rank correlation"] == pytest.approx(1)


def test_the_norm_has_no_sign(known_rows: KnownRows) -> None:
    facet = known_rows.explain(method=FeatureAblation, reduce="norm", **RAW)
    assert not facet.store.signed
    assert facet.heat.min() >= 0


def test_a_class_that_does_not_fit_is_an_error_that_says_which_would(
    known_rows: KnownRows,
) -> None:
    expected = r"class LayerConductance, expected .* \(layer_gradients tak"
    with pytest.raises(ValueError, match=expected):
        known_rows.explain(method=LayerConductance)
    with pytest.raises(ValueError, match=r"method is <captum\.attr"):
        known_rows.explain(method=Saliency(nn.Identity()))


def test_the_command_takes_a_class_by_its_name(gpt: Pair, tmp_path: Path) -> None:
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    out = tmp_path / "out.json"
    asked = ["explain", str(tmp_path / "model"), "the state", "-o", str(out)]
    named = [*asked, "--method", "captum.FeatureAblation"]
    assert CliRunner().invoke(app, named).exit_code == 0
    (facet,) = read_json(out)
    expected = causal(*gpt, "the state", method=FeatureAblation)
    assert facet.heat == pytest.approx(expected.heat, abs=1e-5)
    assert facet.provenance == expected.provenance
    for wrong in ("captum.Nothing", "captum.DeepLift.x", "captum.visualization"):
        result = CliRunner().invoke(app, [*asked, "--method", wrong])
        assert result.exit_code == 2
        assert f"--method is {wrong!r}, expected one such as captum." in result.stderr


# Modules that return what a layer reads, or take nothing else, as the blocks of Llama.
# Captum cannot be given what BERT's and GPT-2's blocks take, of which some are None.
STATES = {
    "bert": ["bert.embeddings", "bert.encoder.layer.0"],
    "gpt": ["transformer.drop", "transformer.h.0"],
    "llama": ["model.layers.0", "model.layers.1"],
}


def ask_captum(
    kind: Any,  # noqa: ANN401 - a class of Captum
    reference: ReferenceOutput,
    state: nn.Module,
    baseline: torch.Tensor,
    steps: int,
) -> torch.Tensor:
    """Return what a class says of a layer's states, in float64, shape (n, d)."""
    given: dict[str, Any] = {"attribute_to_layer_input": "Llama" in str(type(state))}
    if kind is not LayerGradientXActivation:
        given["baselines"] = baseline.expand_as(reference.inputs)[None]
        given["n_steps"] = steps
    # Captum makes a tuple of what a block returns.
    method: Any = kind(reference.read, state)
    found = method.attribute(reference.inputs[None], **given)
    return (found[0] if isinstance(found, tuple) else found)[0].detach()


class LayerRows(NamedTuple):
    """A call of `layer_gradients`, what its rows explain, and what its layers read."""

    explain: Callable[..., Facet]
    references: list[ReferenceOutput]
    states: list[nn.Module]
    baseline: torch.Tensor


@pytest.fixture(params=["bert", "gpt", "llama"])
def layer_rows(request: pytest.FixtureRequest) -> LayerRows:
    """Return a masked and two causal models in turn, on all pieces of a text."""
    name = request.param
    model, tokenizer = request.getfixturevalue(name)
    text, precise = "The people of", Float64Model(model)
    ids = tokenizer(text).input_ids
    columns = [[n] for n in range(len(ids))]
    if name == "bert":
        mask = tokenizer.mask_token_id
        references = reference_masked(precise, ids, columns, mask)
    else:
        references = reference_causal(precise, ids, columns)
    options = {"target": "true", "baseline": "mean", "special": "keep", **RAW}
    return LayerRows(
        partial(layer_gradients, model, tokenizer, text, **options),
        references,
        [precise.model.get_submodule(each) for each in STATES[name]],
        precise.matrix.mean(dim=0),
    )


@pytest.mark.filterwarnings("ignore:Layer[A-Za-z]+ misses")
def test_each_layer_is_what_captum_says_of_its_states_in_float64(
    layer_rows: LayerRows,
) -> None:
    explain, references, states, baseline = layer_rows
    for kind, reduce in (
        (LayerIntegratedGradients, "sum"),
        (LayerConductance, "sum"),
        (LayerGradientXActivation, "sum"),
        (InternalInfluence, "norm"),
    ):
        facet = explain(method=kind, steps=20)
        assert [axis.name for axis in facet.store.axes] == ["layer"]
        assert facet.store.signed == (reduce == "sum")
        for layer, state in enumerate(states):
            for row, reference in enumerate(references):
                found = ask_captum(kind, reference, state, baseline, steps=20)
                measure = reference.add_up if reduce == "sum" else reference.measure
                truth = measure(found)
                atol = 1e-4 * abs(truth).max()
                np.testing.assert_allclose(facet.heat[layer, row], truth, atol=atol)


@pytest.mark.filterwarnings("ignore:LayerConductance misses")
def test_rows_of_every_layer_add_up_to_the_rise_of_the_output(
    layer_rows: LayerRows,
) -> None:
    explain, references, states, baseline = layer_rows
    rises = np.tile([each.change(baseline) for each in references], (len(states), 1))
    largest = abs(rises).max()
    # Conductance adds up differences of states: its error is one over the steps.
    for kind, steps, share in (
        (LayerIntegratedGradients, 100, 1e-3),
        (LayerConductance, 300, 3e-2),
    ):
        facet = explain(method=kind, steps=steps)
        np.testing.assert_allclose(facet.heat.sum(axis=-1), rises, atol=share * largest)
        record = facet.provenance
        gap: Any = record["completeness gap"]
        assert gap < share
        assert (record["method"], record["wrt"]) == (
            f"captum.{kind.__name__}",
            "layers",
        )
        assert (record["steps"], record["baseline"]) == (steps, "mean")


@pytest.mark.filterwarnings("ignore:LayerConductance misses")
def test_conductance_of_the_first_layer_is_integrated_gradients(llama: Pair) -> None:
    options: Any = {"steps": 300, "reduce": "sum", **RAW}
    ours = causal(*llama, "The people", method="integrated-gradients", **options)
    theirs = layer_gradients(*llama, "The people", method=LayerConductance, **options)
    largest = abs(ours.heat).max()
    np.testing.assert_allclose(theirs.heat[0], ours.heat, atol=0.05 * largest)
    assert abs(theirs.heat[1] - ours.heat).max() > 0.1 * largest


def test_a_class_that_layers_do_not_take_is_an_error_that_says_why(gpt: Pair) -> None:
    refused: list[tuple[Any, str]] = [
        (LayerDeepLift, "follows a model's modules, while attention and norms"),
        (LayerActivation, "LayerActivation, which explains no output"),
        (
            LayerGradCam,
            "LayerGradCam, which is made for other layers: it takes relu_attr",
        ),
        (GradientShap, "which explains inputs and not layers, expected 'gradient'"),
        ("occlusion", "method is 'occlusion', expected 'gradient', or a class such"),
    ]
    for method, reason in refused:
        with pytest.raises(ValueError, match=reason):
            layer_gradients(*gpt, "The state", method=method)
    with pytest.raises(
        ValueError, match="InternalInfluence, which multiplies its grad"
    ):
        layer_gradients(*gpt, "The state", method=InternalInfluence, reduce="sum")
    with pytest.raises(ValueError, match="method is 'gradient': expected 'norm'"):
        layer_gradients(*gpt, "The state", reduce="sum")


def test_the_command_shows_layers_by_a_class(gpt: Pair, tmp_path: Path) -> None:
    for part in gpt:
        part.save_pretrained(tmp_path / "model")
    out = tmp_path / "out.json"
    asked = ["explain", str(tmp_path / "model"), "the state", "-o", str(out)]
    asked += ["--show", "layers", "--method"]
    named = [*asked, "captum.LayerGradientXActivation", "--target", "true"]
    assert CliRunner().invoke(app, named).exit_code == 0
    (facet,) = read_json(out)
    options: Any = {"method": LayerGradientXActivation, "target": "true"}
    expected = layer_gradients(*gpt, "the state", **options)
    assert facet.heat == pytest.approx(expected.heat, abs=1e-5)
    assert facet.provenance == expected.provenance
    for method, said in (
        ("occlusion", "--method is 'occlusion', expected 'gradient', or a class"),
        ("captum.LayerLRP", "--method is the class LayerLRP, which follows a model's"),
    ):
        result = CliRunner().invoke(app, [*asked, method])
        assert (result.exit_code, said in result.stderr) == (2, True)
