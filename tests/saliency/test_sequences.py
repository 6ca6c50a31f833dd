"""Saliency maps of networks that predict at each step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from torch import nn

from tests.saliency.reference import explain_top, reference_sequence, scale_rows
from textualheatmap.saliency import sequence

if TYPE_CHECKING:
    from torch import Tensor

    from tests.saliency.reference import ReferenceOutput
    from textualheatmap.saliency.arguments.options import (
        Baseline,
        Method,
        Output,
        TargetClass,
    )

METHODS = ["gradient", "occlusion", "integrated-gradients"]
CLASSES = 11
TRUE = [3, 1, 4, 1, 5, 9]


def draw(*shape: int) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(1))


MATRIX = draw(20, 8)
INPUTS = MATRIX[[7, 0, 3, 3, 19, 12]]


@pytest.fixture
def references(rnn: nn.Module) -> list[ReferenceOutput]:
    """Return the reference about the true class of each step."""
    return reference_sequence(rnn, INPUTS, TRUE)


class Both(nn.Module):
    """A network that reads in both directions."""

    def __init__(self) -> None:
        super().__init__()
        self.recurrent = nn.GRU(8, 4, batch_first=True, bidirectional=True)
        for weights in self.parameters():
            weights.data = draw(*weights.shape) / 2

    def forward(self, inputs: Tensor) -> Tensor:
        return self.recurrent(inputs)[0]


@pytest.mark.parametrize("output", ["logit", "log-probability"])
@pytest.mark.parametrize("target", ["true", "top"])
def test_a_gradient_is_that_of_finite_differences(
    rnn: nn.Module,
    references: list[ReferenceOutput],
    output: Output,
    target: TargetClass,
) -> None:
    if target == "top":
        references = [explain_top(reference) for reference in references]
    rows = [
        replace(reference, output=output).differentiate() for reference in references
    ]
    facet = sequence(
        rnn, INPUTS, "abcdef", true_classes=TRUE, output=output, target=target
    )
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=2e-4)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_a_gradient_with_respect_to_one_hot_is_that_of_one_hot_vectors(
    rnn: nn.Module, references: list[ReferenceOutput], output: Output
) -> None:
    matrix = MATRIX.double()
    # Of two steps that read the same token each has a one-hot vector of its own.
    rows = [
        replace(reference, output=output).differentiate_one_hot(matrix)
        for reference in references
    ]
    options: Any = {"true_classes": TRUE, "target": "true", "output": output}
    facet = sequence(rnn, INPUTS, "abcdef", **options, wrt="one-hot", embedding=MATRIX)
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=2e-4)
    by_embedding = sequence(rnn, INPUTS, "abcdef", **options)
    assert abs(facet.heat - by_embedding.heat).max() > 0.01


@pytest.mark.parametrize("baseline", ["zero", "mean"])
@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_an_occlusion_is_the_change_without_an_input(
    rnn: nn.Module,
    references: list[ReferenceOutput],
    output: Output,
    baseline: Baseline,
) -> None:
    instead = MATRIX.double().mean(dim=0) * (baseline == "mean")
    rows = [
        replace(reference, output=output).occlude(instead) for reference in references
    ]
    facet = sequence(
        rnn,
        INPUTS,
        "abcdef",
        true_classes=TRUE,
        target="true",
        method="occlusion",
        baseline=baseline,
        output=output,
        embedding=MATRIX,
    )
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=2e-4)


@pytest.mark.parametrize("baseline", ["zero", "mean"])
@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_integrated_gradients_are_those_of_a_dense_sum(
    rnn: nn.Module,
    references: list[ReferenceOutput],
    output: Output,
    baseline: Baseline,
) -> None:
    instead = MATRIX.double().mean(dim=0) * (baseline == "mean")
    rows = [
        reference.measure(reference.integrate(instead, 300))
        for reference in (replace(reference, output=output) for reference in references)
    ]
    facet = sequence(
        rnn,
        INPUTS,
        "abcdef",
        true_classes=TRUE,
        target="true",
        method="integrated-gradients",
        baseline=baseline,
        output=output,
        embedding=MATRIX,
    )
    np.testing.assert_allclose(facet.heat, scale_rows(rows), atol=5e-3)
    gap: Any = facet.provenance["completeness gap"]
    assert 0 <= gap <= 0.01


def test_one_batched_backward_is_as_many_single_ones(rnn: nn.Module) -> None:
    rows: list[np.ndarray] = []
    for step, kind in enumerate(TRUE):
        inputs = INPUTS.clone()[None].requires_grad_()
        (gradient,) = torch.autograd.grad(rnn(inputs)[0, step, kind], inputs)
        rows.append(gradient[0].norm(dim=1).numpy())
    heat = sequence(rnn, INPUTS, "abcdef", true_classes=TRUE, target="true").heat
    np.testing.assert_allclose(heat, scale_rows(rows), atol=1e-6)


@pytest.mark.parametrize("method", METHODS)
def test_nothing_comes_from_the_future(rnn: nn.Module, method: Method) -> None:
    heat = sequence(rnn, INPUTS, "abcdef", method=method).heat
    assert (heat[np.triu_indices(6, 1)] == 0).all()
    assert (heat.max(axis=1) == 1).all()


@pytest.mark.parametrize("method", METHODS)
def test_what_rounding_leaves_of_the_future_is_none(
    rnn: nn.Module, method: Method
) -> None:
    class Noisy(nn.Module):
        def forward(self, inputs: Tensor) -> Tensor:
            return rnn(inputs) + 1e-6 * inputs.sum(dim=(1, 2), keepdim=True)

    heat = sequence(Noisy(), INPUTS, "abcdef", method=method).heat
    assert (heat[np.triu_indices(6, 1)] == 0).all()


def test_no_row_of_a_network_that_looks_ahead_is_shown() -> None:
    shown: list[int] = []

    def show(_: object, start: int, rows: np.ndarray) -> None:
        shown.extend(range(start, start + len(rows)))

    with pytest.raises(ValueError, match="looks ahead"):
        sequence(Both(), INPUTS, "abcdef", on_rows=show)
    assert shown == []


def test_outputs_that_autograd_cannot_follow_are_an_error(rnn: nn.Module) -> None:
    class Detached(nn.Module):
        def forward(self, inputs: Tensor) -> Tensor:
            return rnn(inputs).detach()

    with pytest.raises(ValueError, match="do not depend on the inputs, as far as auto"):
        sequence(Detached(), INPUTS, "abcdef")


@pytest.mark.parametrize("method", METHODS)
def test_a_network_may_look_ahead_if_it_says_so(method: Method) -> None:
    module = Both()
    with pytest.raises(ValueError, match="looks ahead"):
        sequence(module, INPUTS, "abcdef", method=method)
    heat = sequence(module, INPUTS, "abcdef", method=method, is_causal=False).heat
    references = [
        explain_top(each) for each in reference_sequence(module, INPUTS, TRUE)
    ]
    rows = {
        "gradient": lambda reference: reference.differentiate(),
        "occlusion": lambda reference: reference.occlude(torch.zeros(8).double()),
        "integrated-gradients": lambda reference: reference.measure(
            reference.integrate(torch.zeros(8).double(), 300)
        ),
    }[method]
    np.testing.assert_allclose(
        heat, scale_rows([rows(each) for each in references]), atol=5e-3
    )
    assert (heat[np.triu_indices(6, 1)] > 0).any()


def test_rows_can_be_scaled_together(
    rnn: nn.Module, references: list[ReferenceOutput]
) -> None:
    rows = np.stack([reference.differentiate() for reference in references])
    facet = sequence(
        rnn, INPUTS, "abcdef", true_classes=TRUE, target="true", scale="all"
    )
    np.testing.assert_allclose(facet.heat, rows / rows.max(), atol=2e-4)


def test_where_there_is_no_true_class_the_best_is_explained(rnn: nn.Module) -> None:
    some = sequence(
        rnn, INPUTS, "abcdef", true_classes=[3, None, 4, None, None, 9], target="true"
    )
    true = sequence(rnn, INPUTS, "abcdef", true_classes=TRUE, target="true")
    best = sequence(rnn, INPUTS, "abcdef")
    expected = np.where(
        np.isin(np.arange(6), [0, 2, 5])[:, np.newaxis], true.heat, best.heat
    )
    np.testing.assert_allclose(some.heat, expected, atol=1e-6)


def test_the_meta_are_the_best_classes_with_their_probabilities(rnn: nn.Module) -> None:
    names = [f"class {number}" for number in range(CLASSES)]
    facet = sequence(rnn, INPUTS, "abcdef", classes=names, top=2)
    with torch.no_grad():
        values, kinds = rnn(INPUTS[None])[0].softmax(dim=1).topk(2)
    for meta, shares, best in zip(
        facet.tokens.meta, values.tolist(), kinds.tolist(), strict=True
    ):
        assert [name for name, _ in meta] == [names[kind] for kind in best]
        assert [share for _, share in meta] == pytest.approx(shares, rel=1e-5)


def test_classes_without_names_make_no_meta(rnn: nn.Module) -> None:
    assert set(sequence(rnn, INPUTS, "abcdef").tokens.meta) == {()}


def test_inputs_may_be_an_array_or_want_a_gradient(rnn: nn.Module) -> None:
    expected = sequence(rnn, INPUTS, "abcdef").heat
    wanting = INPUTS.clone().requires_grad_()
    for inputs in (INPUTS.numpy(), INPUTS.double(), INPUTS.tolist(), wanting):
        heat = sequence(rnn, inputs, list("abcdef")).heat
        np.testing.assert_array_equal(heat, expected)
    assert wanting.grad is None


def test_the_facet_says_what_was_done(rnn: nn.Module) -> None:
    facet = sequence(rnn, INPUTS, "abcdef", true_classes=TRUE, target="true")
    assert facet.tokens.texts == tuple("abcdef")
    record = facet.provenance
    assert (record["model"], record["target"]) == ("Recurrent", "true")


class Overflowing(nn.Module):
    """A network whose logits are infinite."""

    def forward(self, inputs: Tensor) -> Tensor:
        return inputs * torch.inf


class Steep(nn.Module):
    """A network whose logits are finite, and their gradients are not."""

    def forward(self, inputs: Tensor) -> Tensor:
        return (inputs - inputs.detach()).sqrt()


@pytest.mark.parametrize(
    ("module", "message"),
    [
        (Overflowing(), "the logits at position 0 have no softmax"),
        (Steep(), "the attribution of token 0 to token 0 is "),
    ],
)
def test_a_network_that_overflows_is_an_error(module: nn.Module, message: str) -> None:
    with pytest.raises(FloatingPointError, match="overflows on this text") as caught:
        sequence(module, INPUTS, "abcdef", classes="abcdefgh")
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"module": "rnn"}, TypeError, "module is a str, expected a torch.nn.Module"),
        (
            {"module": nn.GRU(8, 4, batch_first=True)},
            TypeError,
            "module returns a tuple, expected a tensor of logits",
        ),
        (
            {"module": nn.Sequential(nn.Linear(8, 3), nn.Flatten())},
            ValueError,
            "module returns shape (1, 3), expected (1, 1, classes)",
        ),
        (
            {"inputs": INPUTS.long()},
            TypeError,
            "inputs is torch.int64, expected floats",
        ),
        ({"inputs": "abc"}, TypeError, "inputs is 'abc', expected a matrix of floats"),
        ({"inputs": [[1.0], [1.0, 2.0]]}, TypeError, "inputs is [[1.0], [1.0, 2.0]], "),
        (
            {"inputs": torch.where(INPUTS[1, 2] == INPUTS, torch.nan, INPUTS)},
            ValueError,
            "inputs[1, 2] is nan, expected a finite number",
        ),
        ({"tokens": None}, TypeError, "tokens is None, expected a list (one value per"),
        (
            {"tokens": (letter for letter in "abcdef")},
            TypeError,
            "tokens is a generator, expected a list (one value per input)",
        ),
        (
            {"classes": range(CLASSES)},
            TypeError,
            "classes[0] is an int, expected a string",
        ),
        (
            {"is_causal": "no"},
            ValueError,
            "is_causal is a str, expected True or False",
        ),
        ({"inputs": INPUTS[0]}, ValueError, "inputs has shape (8,), expected two dim"),
        ({"inputs": INPUTS[:0]}, ValueError, "inputs has shape (0, 8), expected two"),
        ({"tokens": "abc"}, ValueError, "tokens has 3 values, expected 6 (one per"),
        (
            {"true_classes": [1]},
            ValueError,
            "true_classes has 1 values, expected 6 (one per input)",
        ),
        (
            {"true_classes": [0, 11, 0, 0, 0, 0]},
            ValueError,
            "true_classes[1] is 11, expected a class from 0 to 10",
        ),
        (
            {"true_classes": [0, 0, -1, 0, 0, 0]},
            ValueError,
            "true_classes[2] is -1, expected a class from 0 to 10",
        ),
        (
            {"true_classes": [0, 0, 0, 0.5, 0, 0]},
            TypeError,
            "true_classes[3] is 0.5, expected a class's number or None",
        ),
        (
            {"target": "true"},
            ValueError,
            "target is 'true', which needs true classes: give them as true_classes=",
        ),
        (
            {"classes": ["a", "b"]},
            ValueError,
            "classes has 2 values, expected 11 (one per class)",
        ),
        (
            {"baseline": "mask"},
            ValueError,
            "baseline is 'mask', but a sequence has no mask: expected 'zero' or",
        ),
        (
            {"baseline": "mean"},
            ValueError,
            "baseline='mean' needs the embedding matrix: give it as embedding=",
        ),
        (
            {"wrt": "one-hot"},
            ValueError,
            "wrt='one-hot' needs the embedding matrix: give it as embedding=",
        ),
        (
            {"wrt": "one-hot", "embedding": draw(20, 7)},
            ValueError,
            "embedding has 7 columns, expected 8 (as many as inputs)",
        ),
        (
            {"embedding": [1.0, 2.0]},
            ValueError,
            "embedding has shape (2,), expected two dimensions",
        ),
    ],
)
def test_an_error_says_what_was_expected(
    rnn: nn.Module, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    given = {"module": rnn, "inputs": INPUTS, "tokens": "abcdef", **options}
    with pytest.raises(error) as caught:
        sequence(**given)
    assert str(caught.value).startswith(message)


def test_rounding_is_not_taken_for_a_look_ahead() -> None:
    torch.manual_seed(0)
    module = nn.Sequential(First(nn.GRU(8, 16, batch_first=True)), nn.Linear(16, 11))
    # Occluded by what is there already: all that changes is how it is rounded.
    facet = sequence(
        module, torch.zeros(300, 8), "a" * 300, method="occlusion", batch_size=2
    )
    assert not np.triu(facet.heat, 1).any()


class First(nn.Module):
    """What a recurrent network returns, without its state."""

    def __init__(self, recurrent: nn.Module) -> None:
        super().__init__()
        self.recurrent = recurrent

    def forward(self, inputs: Tensor) -> Tensor:
        return self.recurrent(inputs)[0]


def test_a_head_gives_the_same_map_from_what_the_module_returns() -> None:
    torch.manual_seed(0)
    body, head = First(nn.GRU(8, 16, batch_first=True)), nn.Linear(16, 11)
    inputs = torch.randn(40, 8)
    whole = sequence(nn.Sequential(body, head), inputs, "a" * 40, classes="abcdefghijk")
    for size in (1, 7, None):
        facet = sequence(
            body, inputs, "a" * 40, head=head, classes="abcdefghijk", batch_size=size
        )
        np.testing.assert_allclose(facet.heat, whole.heat, atol=1e-5)
        assert [m[0][0] for m in facet.tokens.meta] == [
            m[0][0] for m in whole.tokens.meta
        ]


def test_a_head_is_left_as_it_was_and_computes_only_what_is_asked_for() -> None:
    body, head = First(nn.GRU(8, 16, batch_first=True)), nn.Linear(16, 11).train()
    seen: list[int] = []
    head.register_forward_hook(lambda _module, _given, out: seen.append(out.shape[1]))
    sequence(body, torch.randn(40, 8), "a" * 40, head=head, batch_size=4)
    assert head.training
    assert all(weight.requires_grad for weight in head.parameters())
    # Once to count the classes, once for all predictions, then four rows at a time.
    assert seen == [1, 40, *[4] * 10]


def test_a_head_of_another_form_is_an_error() -> None:
    body = First(nn.GRU(8, 16, batch_first=True))
    with pytest.raises(TypeError, match="head returns a tuple"):
        sequence(body, torch.randn(4, 8), "abcd", head=nn.GRU(16, 3))
