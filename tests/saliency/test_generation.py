"""What a causal model goes on with."""

from __future__ import annotations

from copy import deepcopy
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import decoders, processors
from torch import nn
from transformers.models.bert import BertLMHeadModel

from tests.saliency.conftest import fixed_seed
from tests.saliency.reference import (
    Float64Model,
    explain_top,
    reference_causal,
    scale_rows,
)
from textualheatmap.saliency import causal
from textualheatmap.saliency.models.generation import continue_text
from textualheatmap.saliency.models.language_model import LanguageModel
from textualheatmap.saliency.models.spelling import find_spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]


def write_script(pair: Pair, ids: Sequence[int]) -> Pair:
    """Return a copy of a model that, after each of some tokens, says the next."""
    model: Any = deepcopy(pair[0])
    vectors = model.transformer.wte.weight.detach()
    model.transformer.wpe.weight.data.zero_()
    for block in model.transformer.h:
        for part in (block.attn.c_proj, block.mlp.c_proj):
            part.weight.data.zero_()
            part.bias.data.zero_()
    answers = torch.zeros_like(vectors)
    for known, told in pairwise(ids):
        answers[told] = nn.functional.layer_norm(vectors[known], vectors[known].shape)
    model.lm_head.weight = nn.Parameter(answers)
    return model, pair[1]


def read_names(tokenizer: PreTrainedTokenizerFast, ids: list[int]) -> str:
    """Return what tokens spell, by their names."""
    if isinstance(tokenizer.backend_tokenizer.decoder, decoders.ByteLevel):
        return str(tokenizer.decode(ids))
    names = tokenizer.convert_ids_to_tokens(ids)
    text = ""
    for is_byte, run in groupby(names, lambda name: name.startswith("<0x")):
        if is_byte:
            written = bytes(int(name[3:5], 16) for name in run)
            valid = written.decode(errors="ignore")
            text += valid if valid.encode() == written else "\ufffd" * len(written)
        else:
            text += "".join(run).replace("▁", " ")
    return text


def spell_out(tokenizer: PreTrainedTokenizerFast, text: str) -> list[int]:
    return list(tokenizer(text, add_special_tokens=False).input_ids)


@pytest.mark.parametrize("name", ["gpt", "llama"])
@pytest.mark.parametrize("prompt", ["The state of", "é", "👍", "a  b\n"])
def test_a_text_goes_on_with_the_best_token_each_time(
    name: str, prompt: str, request: pytest.FixtureRequest
) -> None:
    model, tokenizer = request.getfixturevalue(name)
    expected = list(tokenizer(prompt).input_ids)
    for _ in range(12):
        with torch.no_grad():
            logits = model(torch.tensor([expected])).logits
        expected.append(int(logits[0, -1].argmax()))
    language = LanguageModel(model, tokenizer)
    text, encoding = continue_text(language, prompt, language.encode(prompt), 12)
    assert encoding.ids == expected
    more = expected[len(tokenizer(prompt).input_ids) :]
    assert text == prompt + read_names(tokenizer, more)
    facet = causal(model, tokenizer, prompt, generate=12)
    assert "".join(facet.tokens.texts) == text


def test_what_a_model_would_rather_not_repeat_is_still_its_best(gpt: Pair) -> None:
    # Settings such as these come with many a model that is downloaded.
    model: Any = deepcopy(gpt[0])
    model.generation_config.repetition_penalty = 5.0
    model.generation_config.no_repeat_ngram_size = 1
    model.generation_config.do_sample = True
    model.generation_config.temperature = 100.0
    model.generation_config.num_beams = 3
    plain, other = (
        causal(each, gpt[1], "The state of", generate=16) for each in (gpt[0], model)
    )
    assert other.tokens.texts == plain.tokens.texts


def test_settings_that_forbid_or_force_a_token_change_nothing(gpt: Pair) -> None:
    plain = causal(*gpt, "The state of", generate=6)
    ids = LanguageModel(*gpt).encode("".join(plain.tokens.texts)).ids
    model: Any = deepcopy(gpt[0])
    settings = model.generation_config
    settings.suppress_tokens = ids[-6:]
    settings.begin_suppress_tokens = ids[-6:]
    settings.bad_words_ids = [[ids[-3]]]
    settings.sequence_bias = [[[ids[-2]], -100.0]]
    settings.forced_eos_token_id = 5
    settings.min_new_tokens = 6
    settings.return_dict_in_generate = True
    other = causal(model, gpt[1], "The state of", generate=6)
    assert other.tokens.texts == plain.tokens.texts


def test_a_text_does_not_end_before_its_continuation(bert: Pair) -> None:
    model, tokenizer = build_decoder(bert), bert[1]
    ids = list(tokenizer("the state").input_ids)[:-1]
    assert tokenizer.convert_ids_to_tokens(ids) == ["[CLS]", "the", "state"]
    for _ in range(3):
        with torch.no_grad():
            ids.append(int(model(torch.tensor([ids])).logits[0, -1].argmax()))
    encoding = LanguageModel(model, tokenizer).encode("the state")
    _, grown = continue_text(LanguageModel(model, tokenizer), "the state", encoding, 3)
    assert grown.ids == ids


def build_decoder(bert: Pair) -> Any:  # noqa: ANN401 - any of transformers'
    config: Any = deepcopy(bert[0].config)
    config.is_decoder = True
    with fixed_seed():
        return BertLMHeadModel(config).eval()


def test_a_continuation_has_the_type_of_the_last_token(bert: Pair) -> None:
    model, tokenizer = build_decoder(bert), deepcopy(bert[1])
    tokenizer.backend_tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:1", special_tokens=[("[CLS]", 2)]
    )
    precise = Float64Model(model)
    ids, types = list(tokenizer("the state").input_ids), [0, 1, 1]
    for _ in range(2):
        ids.append(int(precise.predict(ids, token_type_ids=types)[-1].argmax()))
        types.append(1)
    columns = [[place] for place in range(1, len(ids))]
    references = reference_causal(precise, ids, columns, token_type_ids=types)
    rows = [explain_top(reference).differentiate() for reference in references]
    heat = causal(model, tokenizer, "the state", generate=2).heat
    np.testing.assert_allclose(heat, scale_rows(rows), atol=1e-4)


@pytest.mark.parametrize("allowed", [0, 1, 3])
def test_a_continuation_can_be_stopped_between_two_tokens(
    llama: Pair, allowed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("textualheatmap.saliency.arguments.progress.REPEAT_SECONDS", 0)
    passes: list[None] = []
    watch = llama[0].register_forward_hook(lambda *_: passes.append(None))

    def stop(_done: int, _total: int) -> None:
        if len(passes) >= allowed:
            raise KeyboardInterrupt

    try:
        with pytest.raises(KeyboardInterrupt):
            causal(*llama, "the state", generate=40, progress=stop)
    finally:
        watch.remove()
    assert len(passes) == allowed


def test_earlier_tokens_are_read_once(llama: Pair) -> None:
    lengths: list[int] = []

    def note(_module: object, _args: object, given: dict[str, Any]) -> None:
        lengths.append(given["input_ids"].shape[1])

    language = LanguageModel(*llama)
    encoding = language.encode("the state")
    watch = llama[0].register_forward_pre_hook(note, with_kwargs=True)
    try:
        continue_text(language, "the state", encoding, 5)
    finally:
        watch.remove()
    # The first token that is read with the cache is read without it as well.
    start = len(encoding.ids)
    assert lengths == [start, start + 1, 1, 1, 1, 1]


def test_a_cache_that_changes_what_a_model_says_is_not_used(llama: Pair) -> None:
    model: Any = deepcopy(llama[0])

    def forget(_module: object, _args: object, given: dict[str, Any]) -> None:
        cache = given.get(str(LanguageModel(*llama).cache_name))
        if cache is not None:
            cache.reset()

    expected = continue_text(
        LanguageModel(*llama), "the state", LanguageModel(*llama).encode("the state"), 9
    )
    model.register_forward_pre_hook(forget, with_kwargs=True)
    language = LanguageModel(model, llama[1])
    found = continue_text(language, "the state", language.encode("the state"), 9)
    assert found == expected


def test_the_settings_of_a_model_are_left_as_they_were(gpt: Pair) -> None:
    model: Any = gpt[0]
    before = deepcopy(model.generation_config.to_dict()), model.config.to_dict()
    causal(*gpt, "The state of", generate=2)
    assert (model.generation_config.to_dict(), model.config.to_dict()) == before


def test_the_bytes_of_one_character_become_one_token(gpt: Pair) -> None:
    script = write_script(gpt, spell_out(gpt[1], "y👍x"))
    facet = causal(*script, "y", generate=5)
    assert facet.tokens.texts == ("y", "👍", "x")
    assert facet.heat.shape == (3, 3)


def test_a_character_that_is_cut_off_is_shown_as_a_replacement(gpt: Pair) -> None:
    script = write_script(gpt, spell_out(gpt[1], "y👍x"))
    facet = causal(*script, "y", generate=2)
    assert facet.tokens.texts == ("y", "\ufffd")


def test_a_text_ends_where_the_model_ends_it(gpt: Pair) -> None:
    tokenizer = gpt[1]
    end = tokenizer.convert_tokens_to_ids("<|endoftext|>")
    assert isinstance(end, int)
    script = write_script(gpt, [*spell_out(tokenizer, "yx"), end])
    assert causal(*script, "y", generate=9).tokens.texts == ("y", "x")
    kept = causal(*script, "y", generate=9, special="keep")
    assert kept.tokens.texts == ("y", "x", "<|endoftext|>")
    assert kept.heat.shape == (3, 3)


def test_a_text_may_grow_to_what_the_model_takes(gpt: Pair) -> None:
    language = LanguageModel(*gpt)
    encoding = language.encode("x" * 60)
    _, longest = continue_text(language, "x" * 60, encoding, 4)
    assert len(longest.ids) == 64
    with pytest.raises(
        ValueError, match=r"text has 60 tokens and is to get 5 more.*most 64"
    ):
        continue_text(language, "x" * 60, encoding, 5)


@given(st.text(), st.lists(st.text(), min_size=1))
def test_whole_characters_are_the_span_of_the_step_that_added_them(
    prompt: str, steps: list[str]
) -> None:
    texts = [prompt]
    for step in steps:
        texts.append(texts[-1] + step.replace("\ufffd", ""))
    spans = [(len(left), len(right)) for left, right in pairwise(texts)]
    assert find_spans(texts) == spans


@given(st.text(max_size=8))
def test_every_byte_of_a_character_has_its_span(text: str) -> None:
    written = text.encode()
    texts = [
        written[:end].decode(errors="ignore") + "\ufffd" * (not is_whole(written[:end]))
        for end in range(len(written) + 1)
    ]
    spans = find_spans(texts)
    for number, (start, end) in enumerate(spans):
        at = len(written[:number].decode(errors="ignore"))
        if text[at] == "\ufffd":
            continue
        assert (start, end) == (at, at + 1)


def is_whole(written: bytes) -> bool:
    """Whether bytes end with a character's last."""
    return written.decode(errors="ignore").encode() == written
