"""Saliency maps of models that read one text and write another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pytest
import torch
from tokenizers import processors
from transformers.models.bart import BartConfig, BartForConditionalGeneration
from transformers.models.marian import MarianConfig, MarianMTModel
from transformers.models.t5 import T5Config, T5ForConditionalGeneration

from tests.saliency.conftest import STD, WINDOW, build_llama, fixed_seed
from tests.saliency.reference import Float64Pair, explain_top, reference_seq2seq
from textualheatmap import TextualHeatmap
from textualheatmap.saliency import SourceAndTarget, causal, compare_methods, seq2seq

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.saliency.arguments.options import Method, Output

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEXT, ANSWER = "the é union", "is é of"
METHODS = ["gradient", "gradient-x-input", "occlusion", "integrated-gradients"]


def build_t5() -> Pair:
    """Return a model with relative positions, whose texts end in ``</s>``."""
    _, tokenizer = build_llama()
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="$A </s>", special_tokens=[("</s>", 2)]
    )
    config = T5Config(
        vocab_size=len(tokenizer),
        d_model=16,
        d_kv=8,
        d_ff=32,
        num_layers=2,
        num_heads=2,
        pad_token_id=0,
        eos_token_id=2,
        initializer_factor=2.0,
    )
    config.decoder_start_token_id = 0
    with fixed_seed():
        return T5ForConditionalGeneration(config).eval(), tokenizer


@pytest.fixture(scope="module")
def t5() -> Pair:
    """Return what `build_t5` builds."""
    return build_t5()


@pytest.fixture(scope="module")
def bart(roberta: Pair) -> Pair:
    """Return a model whose texts begin with ``<s>``, after the start ``</s>``."""
    tokenizer = roberta[1]
    config = BartConfig(
        vocab_size=len(tokenizer),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=WINDOW,
        init_std=STD,
        scale_embedding=True,
        bos_token_id=0,
        pad_token_id=1,
        eos_token_id=2,
        decoder_start_token_id=2,
        forced_eos_token_id=None,
    )
    with fixed_seed():
        return BartForConditionalGeneration(config).eval(), tokenizer


@pytest.fixture(scope="module")
def marian(t5: Pair) -> Pair:
    """Return a model that scales embedded tokens, after the encoder's embedding."""
    tokenizer = t5[1]
    config = MarianConfig(
        vocab_size=len(tokenizer),
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=32,
        decoder_ffn_dim=32,
        max_position_embeddings=WINDOW,
        init_std=STD,
        scale_embedding=True,
        pad_token_id=0,
        eos_token_id=2,
        decoder_start_token_id=0,
        forced_eos_token_id=None,
    )
    with fixed_seed():
        return MarianMTModel(config).eval(), tokenizer


class Case(NamedTuple):
    """A model, and where the pieces of each token are: of the source, of the target."""

    model: Any
    tokenizer: Any
    start: int
    source: list[list[int]]
    target: list[list[int]]

    @property
    def columns(self) -> list[list[int]]:
        """The places in source and target, one after the other."""
        before = len(self.tokenizer(TEXT).input_ids)
        return [*self.source, *([before + at for at in own] for own in self.target)]

    def refer(self) -> list[Any]:
        """Return a reference for each token of the target."""
        source, target = (self.tokenizer(each).input_ids for each in (TEXT, ANSWER))
        return reference_seq2seq(self.model, source, target, self.start, self.columns)


PLAIN = [[0], [1], [2, 3], [4]]
CASES = {
    "t5": (0, PLAIN, PLAIN),
    "bart": (2, [[1], [2], [3, 4, 5], [6, 7], [8]], [[1], [2, 3, 4], [5]]),
    "marian": (0, PLAIN, PLAIN),
}


@pytest.fixture(params=list(CASES))
def case(request: pytest.FixtureRequest) -> Case:
    """Return each kind of model."""
    return build_case(request.getfixturevalue(request.param), request.param)


def build_case(pair: Pair, name: str) -> Case:
    model, tokenizer = pair
    start, source, target = CASES[name]
    return Case(model, tokenizer, start, source, target)


def join(facets: SourceAndTarget) -> NDArray[Any]:
    """Return the heat of both facets side by side."""
    return np.concatenate([facets.source.heat, facets.target.heat], axis=1)


def scale(rows: list[NDArray[np.float64]]) -> NDArray[Any]:
    """Return each row divided by its largest value, in magnitude."""
    stacked = np.stack(rows)
    return stacked / abs(stacked).max(axis=1, keepdims=True)


@pytest.mark.parametrize("output", ["logit", "log-probability"])
def test_a_gradient_is_that_of_finite_differences(case: Case, output: Output) -> None:
    rows = [replace(each, output=output).differentiate() for each in case.refer()]
    found = seq2seq(case.model, case.tokenizer, TEXT, ANSWER, output=output)
    np.testing.assert_allclose(join(found), scale(rows), atol=2e-4)


def test_gradient_x_input_has_the_sign_of_finite_differences(case: Case) -> None:
    rows = [
        each.add_up(each.find_gradient() * each.inputs)
        for each in (explain_top(each) for each in case.refer())
    ]
    options: Any = {"method": "gradient-x-input", "target": "top", "scale": "none"}
    found = seq2seq(case.model, case.tokenizer, TEXT, ANSWER, **options)
    assert found.source.store.signed
    assert found.target.store.signed
    np.testing.assert_allclose(join(found), rows, rtol=2e-3, atol=2e-4)


def test_an_occlusion_is_the_change_without_a_token(case: Case) -> None:
    mean = Float64Pair(case.model).matrix.mean(dim=0)
    rows = [each.find_losses(mean) for each in case.refer()]
    options: Any = {"method": "occlusion", "reduce": "sum"}
    found = seq2seq(case.model, case.tokenizer, TEXT, ANSWER, **options)
    np.testing.assert_allclose(join(found), scale(rows), atol=3e-4)


def test_an_occlusion_takes_out_whole_words_of_both_texts(t5: Pair) -> None:
    text, answer = "the plenty", "the union"
    found = seq2seq(*t5, text, answer, method="occlusion", by="word", scale="none")
    model, tokenizer = t5
    source, target = (tokenizer(each).input_ids for each in (text, answer))
    before, edge = len(source), len(found.source)
    own = found.source.tokens.texts
    assert len(own) > 2
    assert edge == before - 1
    columns = [[0], list(range(1, edge)), [before], [before + 1]]
    mean = Float64Pair(model).matrix.mean(dim=0)
    rows = [
        each.occlude(mean)
        for each in reference_seq2seq(model, source, target, 0, columns)
    ]
    heat = join(found)[:, [0, 1, edge, edge + 1]]
    np.testing.assert_allclose(heat, rows, rtol=1e-3, atol=1e-4)
    assert (found.source.heat[:, 1:] == found.source.heat[:, [1]]).all()


def test_integrated_gradients_add_up_to_the_change_of_the_output(marian: Pair) -> None:
    model, tokenizer = marian
    source, target = (tokenizer(text).input_ids for text in (TEXT, "is"))
    mean = Float64Pair(model).matrix.mean(dim=0)
    columns = [[0], [1], [2, 3], [4], [5], [6], [7]]
    references = reference_seq2seq(model, source, target, 0, columns)
    options: Any = {"method": "integrated-gradients", "reduce": "sum"}
    options |= {"special": "keep", "scale": "none"}
    found = seq2seq(*marian, TEXT, "is", **options)
    assert found.source.tokens.texts == ("the", " ", "é", " union", "</s>")
    assert found.target.tokens.texts == ("is", "</s>")
    changes = [each.change(mean) for each in references]
    np.testing.assert_allclose(join(found).sum(axis=1), changes, rtol=2e-3, atol=2e-3)


@pytest.mark.sweep
def test_integrated_gradients_are_those_of_a_dense_sum(marian: Pair) -> None:
    case = build_case(marian, "marian")
    mean = Float64Pair(case.model).matrix.mean(dim=0)
    rows = [each.measure(each.integrate(mean, 3000)) for each in case.refer()]
    found = seq2seq(*marian, TEXT, ANSWER, method="integrated-gradients")
    np.testing.assert_allclose(join(found), scale(rows), atol=1e-2)


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.usefixtures("one_pass")
def test_nothing_comes_from_the_future(case: Case, method: Method) -> None:
    found = seq2seq(case.model, case.tokenizer, TEXT, ANSWER, method=method)
    heat = found.target.heat
    assert (heat[np.triu_indices(len(heat), 1)] == 0).all()
    assert [heat[n, n] == 0 for n in range(len(heat))] == [
        len(own) == 1 for own in case.target
    ]
    assert (abs(join(found)).max(axis=1) == 1).all()


@pytest.mark.parametrize("batch_size", [1, 3])
def test_the_batch_size_changes_nothing(t5: Pair, batch_size: int) -> None:
    whole = join(seq2seq(*t5, TEXT, ANSWER))
    found = join(seq2seq(*t5, TEXT, ANSWER, batch_size=batch_size))
    np.testing.assert_allclose(found, whole, atol=1e-5)


def test_a_contrast_is_the_difference_of_two_outputs(t5: Pair) -> None:
    case = build_case(t5, "t5")
    foil = case.tokenizer.convert_tokens_to_ids("▁of")
    rows = [
        replace(each, foils=[foil] * len(each.classes)).differentiate()
        for each in case.refer()[:2]
    ]
    found = join(seq2seq(*t5, TEXT, ANSWER, target=("true", "of")))
    np.testing.assert_allclose(found[:2], scale(rows), atol=2e-4)


def test_an_answer_is_what_the_model_writes(case: Case) -> None:
    precise, text = Float64Pair(case.model), "the"
    source = case.tokenizer(text).input_ids
    read = precise.read_pair(len(source), case.start)
    written: list[int] = []
    with torch.no_grad():
        for _ in range(5):
            logits = read(precise.embed([*source, *written])[None])
            written.append(int(logits[0, -1].argmax()))
    found = seq2seq(case.model, case.tokenizer, text, generate=5)
    expected = case.tokenizer.decode(written, skip_special_tokens=True)
    assert found.target.tokens.text == expected
    assert found.target.provenance["target text"] == "written by the model"
    given = seq2seq(case.model, case.tokenizer, text, ANSWER)
    assert given.target.provenance["target text"] == "given"


def test_an_answer_may_be_forced_to_begin_with_a_token(t5: Pair) -> None:
    model, tokenizer = build_t5()
    forced = tokenizer.convert_tokens_to_ids("▁of")
    model.generation_config.forced_bos_token_id = forced
    assert seq2seq(model, tokenizer, "the", generate=3).target.tokens.texts[0] == "of"
    assert seq2seq(*t5, "the", generate=3).target.tokens.texts[0] != "of"


def test_an_answer_without_a_token_is_an_error(bart: Pair) -> None:
    with pytest.raises(ValueError, match="the answer is empty, expected at least one"):
        seq2seq(*bart, "of peace")


def test_the_facets_are_a_pair_that_a_heatmap_shows(t5: Pair) -> None:
    found = seq2seq(*t5, TEXT, ANSWER, target_id="German")
    heatmap = TextualHeatmap().set_data(found)
    assert [facet.title for facet in heatmap.facets] == ["source", "target"]
    assert found.source.rows_of == found.target.id == "German"
    assert found.source.tokens.text == TEXT
    assert found.target.tokens.text == ANSWER
    assert found.source.heat.shape == (4, 4)
    assert found.target.provenance["model"] == "T5ForConditionalGeneration"


def test_rows_are_shown_as_they_are_computed(t5: Pair) -> None:
    came: list[tuple[int, Any]] = []
    heatmap = TextualHeatmap()

    def show(
        facets: SourceAndTarget, start: int, rows: tuple[NDArray[np.float32], ...]
    ) -> None:
        came.append((start, rows))
        if len(came) == 1:
            heatmap.set_data(facets)
        for number, block in enumerate(rows):
            heatmap.fill_rows(number, range(start, start + len(block)), block)

    found = seq2seq(*t5, TEXT, ANSWER, on_rows=show)
    assert [start for start, _ in came] == [0, 0, 2]
    for shown, facet in zip(heatmap.facets, found, strict=True):
        np.testing.assert_array_equal(shown.heat, facet.heat)


def test_methods_can_be_compared(t5: Pair) -> None:
    def explain(**options: Any) -> Any:  # noqa: ANN401
        return seq2seq(*t5, TEXT, ANSWER, **options)

    table = compare_methods(explain, ["gradient"]).table
    assert sorted(table.index) == ["gradient", "random"]


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"answer": ""}, ValueError, "answer is empty, expected at least one token"),
        ({"answer": 3}, TypeError, "answer is a int, expected a string"),
        ({"text": ""}, ValueError, "text is empty, expected at least one token"),
        ({"generate": 0}, ValueError, "generate is 0, expected an integer from 1"),
        ({"target_id": 3}, ValueError, "target_id is an int, expected a string"),
        ({"special": "hide"}, ValueError, "special is 'hide', expected 'drop', "),
        ({"baseline": "mask"}, TypeError, "TokenizersBackend has no mask token"),
    ],
)
def test_an_argument_that_is_none_of_its_values_is_an_error(
    t5: Pair, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        seq2seq(*t5, **{"text": TEXT, "answer": ANSWER, **options})
    assert str(caught.value).startswith(message)


def test_an_answer_that_is_too_long_is_an_error(bart: Pair) -> None:
    with pytest.raises(ValueError, match=r"answer has 65 tokens, BartForC.* most 64"):
        seq2seq(*bart, "a", "x" * 63)


def test_each_kind_of_model_has_a_function_of_its_own(t5: Pair, gpt: Pair) -> None:
    with pytest.raises(TypeError, match=r"for this one use seq2seq\(\)"):
        causal(*t5, TEXT)
    with pytest.raises(TypeError, match=r"for this one use causal\(\) or masked\(\)"):
        seq2seq(*gpt, TEXT)


def test_embeddings_that_differ_are_an_error(bart: Pair) -> None:
    model, tokenizer = bart
    config = replace_config(model.config)
    with pytest.raises(TypeError, match="source and target by different matrices"):
        seq2seq(MarianMTModel(config), tokenizer, TEXT)


def replace_config(config: Any) -> MarianConfig:  # noqa: ANN401
    """Return the configuration of a model with an embedding for each language."""
    return MarianConfig(
        vocab_size=config.vocab_size,
        decoder_vocab_size=config.vocab_size,
        d_model=16,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        pad_token_id=0,
        decoder_start_token_id=0,
        share_encoder_decoder_embeddings=False,
        tie_word_embeddings=False,
    )


def test_a_model_that_reads_more_than_embedded_tokens_is_an_error() -> None:
    model, tokenizer = build_t5()
    decoder = model.get_decoder()
    plain: Callable[..., Any] = decoder.forward

    def forward(input_ids: Any, **others: Any) -> Any:  # noqa: ANN401
        found = plain(input_ids=input_ids, **others)
        found.last_hidden_state = found.last_hidden_state * (1 + input_ids[..., None])
        return found

    decoder.forward = forward
    with pytest.raises(ValueError, match="predicts something else from embedded"):
        seq2seq(model, tokenizer, TEXT, ANSWER)
