"""Saliency maps of what a chat model answers."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.saliency.conftest import build_gpt, build_llama
from tests.saliency.reference import Float64Model, ReferenceOutput
from textualheatmap import TextualHeatmap
from textualheatmap.saliency import causal, chat

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

    from textualheatmap.saliency import SourceAndTarget

    Pair = tuple[PreTrainedModel, PreTrainedTokenizerFast]

TEMPLATE = (
    "{% for message in messages %}<|endoftext|>{{ message.content }}\n{% endfor %}"
    "{% if add_generation_prompt %}<|endoftext|>is\n{% endif %}"
)
MESSAGES = [{"role": "user", "content": "is é of"}]
PROMPT = "<|endoftext|>is é of\n<|endoftext|>is\n"


def build_talker() -> Pair:
    """Return a model whose tokenizer has a chat template."""
    model, tokenizer = build_gpt(trim_offsets=False)
    tokenizer.chat_template = TEMPLATE
    return model, tokenizer


@pytest.fixture(scope="module")
def talker() -> Pair:
    """Return what `build_talker` builds."""
    return build_talker()


def refer(pair: Pair, ids: list[int], columns: list[list[int]]) -> list[Any]:
    """Return a reference for each column: the logits of its true tokens."""
    precise = Float64Model(pair[0])
    return [
        ReferenceOutput(
            precise.read(ids),
            precise.embed(ids),
            columns,
            [at - 1 for at in own],
            [ids[at] for at in own],
        )
        for own in columns
    ]


def join(facets: SourceAndTarget) -> Any:  # noqa: ANN401
    """Return the heat of both facets side by side."""
    return np.concatenate([facets.source.heat, facets.target.heat], axis=1)


def test_an_answer_is_explained_by_the_conversation_before_it(talker: Pair) -> None:
    tokenizer = talker[1]
    source = tokenizer(PROMPT, add_special_tokens=False).input_ids
    target = tokenizer("the é", add_special_tokens=False).input_ids
    answer = [[0], [1], [2, 3]] if len(target) == 4 else [[0], [1], [2], [3, 4]]
    place = tokenizer.convert_ids_to_tokens(source).index("Ã")
    columns = [[at] for at in range(place)] + [[place, place + 1]]
    columns += [[at] for at in range(place + 2, len(source))]
    columns += [[len(source) + at for at in own] for own in answer]
    rows = [
        each.differentiate()
        for each in refer(talker, [*source, *target], columns)[-len(answer) :]
    ]
    found = chat(*talker, MESSAGES, "the é", special="keep")
    assert found.source.tokens.text == PROMPT
    assert found.target.tokens.text == "the é"
    scaled = [row / row.max() for row in rows]
    np.testing.assert_allclose(join(found), scaled, atol=2e-4)


def test_special_tokens_of_the_template_are_format_tokens(talker: Pair) -> None:
    found = chat(*talker, MESSAGES, "the of")
    shown = found.source.tokens
    assert shown.text == PROMPT
    hidden = [
        text
        for text, is_format in zip(shown.texts, shown.is_format, strict=True)
        if is_format
    ]
    assert hidden == ["<|endoftext|>"] * 2
    kept = chat(*talker, MESSAGES, "the of", special="keep", scale="none")
    plain = chat(*talker, MESSAGES, "the of", scale="none")
    assert len(kept.source) == len(plain.source) + 2
    np.testing.assert_allclose(kept.target.heat, plain.target.heat, rtol=1e-5)


def test_an_answer_is_what_the_model_writes(talker: Pair) -> None:
    model, tokenizer = talker
    ids = list(tokenizer(PROMPT, add_special_tokens=False).input_ids)
    source, precise = len(ids), Float64Model(model)
    for _ in range(4):
        ids.append(int(precise.predict(ids)[-1].argmax()))
    found = chat(*talker, MESSAGES, generate=4)
    assert found.target.tokens.text == tokenizer.decode(ids[source:])
    assert found.target.provenance["target text"] == "written by the model"
    shares = precise.predict(ids).softmax(dim=1)
    meta: Any = next(each for each in found.target.tokens.meta if each)
    assert meta[0][1] == pytest.approx(shares[source - 1, ids[source]].item(), rel=1e-3)


def test_the_rows_of_an_answer_are_those_of_the_text_one_token_earlier(
    talker: Pair,
) -> None:
    found = chat(*talker, MESSAGES, "the state of", special="keep", scale="none")
    whole = causal(*talker, PROMPT + "the state of", target="true", scale="none")
    count = len(found.target)
    expected = whole.heat[-count - 1 : -1]
    np.testing.assert_allclose(join(found), expected, rtol=1e-4, atol=1e-6)


def test_a_heatmap_shows_rows_as_they_come(talker: Pair) -> None:
    heatmap = TextualHeatmap()

    def show(facets: SourceAndTarget, start: int, rows: Any) -> None:  # noqa: ANN401
        if not len(rows[0]):
            heatmap.set_data(facets)
        for number, block in enumerate(rows):
            heatmap.fill_rows(number, range(start, start + len(block)), block)

    found = chat(*talker, MESSAGES, "the state of", on_rows=show)
    assert [facet.title for facet in heatmap.facets] == ["prompt", "answer"]
    for shown, facet in zip(heatmap.facets, found, strict=True):
        np.testing.assert_array_equal(shown.heat, facet.heat)


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"messages": []}, ValueError, "messages is empty, expected at least one mes"),
        ({"messages": "hi"}, TypeError, "messages is a str, expected a list of messag"),
        ({"messages": [{"role": "user"}]}, TypeError, "messages[0] is {'role': 'user'"),
        (
            {"messages": [{"role": "assistant", "content": "a"}]},
            ValueError,
            "the last of the messages is the assistant's, expected another's",
        ),
        ({"answer": ""}, ValueError, "answer is empty, expected at least one token"),
        ({"answer": "x" * 64}, ValueError, "answer has "),
        ({"special": "drop"}, ValueError, "special is 'drop', expected 'format' or '"),
        ({"generate": 0}, ValueError, "generate is 0, expected an integer from 1"),
    ],
)
def test_an_argument_that_is_none_of_its_values_is_an_error(
    talker: Pair, options: dict[str, Any], error: type[Exception], message: str
) -> None:
    with pytest.raises(error) as caught:
        chat(*talker, **{"messages": MESSAGES, "answer": "of", **options})
    assert str(caught.value).startswith(message)


def test_a_tokenizer_without_a_template_is_an_error() -> None:
    with pytest.raises(ValueError, match="has no chat template, expected one"):
        chat(*build_llama(), MESSAGES)


def test_what_a_template_refuses_is_an_error(talker: Pair) -> None:
    model, tokenizer = talker[0], deepcopy(talker[1])
    tokenizer.chat_template = "{{ raise_exception('no system') }}"
    with pytest.raises(ValueError, match=r"do not fit the chat template.*no system"):
        chat(model, tokenizer, MESSAGES)


def test_an_answer_that_joins_the_prompt_is_an_error(talker: Pair) -> None:
    model, tokenizer = talker[0], deepcopy(talker[1])
    tokenizer.chat_template = "{{ messages[0].content }}"
    with pytest.raises(ValueError, match="of which the first token begins in the prom"):
        chat(model, tokenizer, [{"role": "user", "content": "of th"}], "e state")
