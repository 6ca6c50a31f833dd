"""What a causal model goes on with."""

from __future__ import annotations

from copy import deepcopy
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import decoders
from torch import nn

from textualheatmap.saliency import causal
from textualheatmap.saliency.generation import continue_text, find_spans
from textualheatmap.saliency.language_model import LanguageModel

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
