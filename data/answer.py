"""A question and a model's answer: what of both made it write each token."""

from __future__ import annotations

from typing import Any

import numpy as np

from textualheatmap import Facet
from textualheatmap.saliency import causal

# Two facts are in the question; the countries, which the model adds, are not.
QUESTION = (
    "Clara was born in Vienna in 1912 and died in Lisbon in 1988. "
    "Where and when was Clara born?"
)
# How SmolLM2 was taught to be asked.
TEMPLATE = "<|im_start|>user\n{}<|im_end|>\n<|im_start|>assistant\n"
MOST_TOKENS = 40


def explain_answer(model: Any, tokenizer: Any, question: str) -> list[Facet]:  # noqa: ANN401 - duck-typed
    """Return the question and the answer, whose tokens are the rows of both.

    Heat (i, j) is how much token j mattered to the prediction that token i of the
    answer was taken from: the norm of the gradient of its logit, divided by the largest
    of what is shown of both texts. What is around the question is left out.

    Parameters
    ----------
    model, tokenizer
        SmolLM2, or another model that was taught the same template.
    question
        What the model is asked.
    """
    prompt = TEMPLATE.format(question)
    whole = causal(
        model,
        tokenizer,
        prompt,
        generate=MOST_TOKENS,
        target="true",
    )
    tokens = whole.tokens
    starts, ends = (side[tokens.positions] for side in (tokens.starts, tokens.ends))
    first = prompt.index(question)
    asked = np.flatnonzero((starts >= first) & (ends <= first + len(question)))
    answered = np.flatnonzero(starts >= len(prompt))
    # Row k is about what follows token k.
    rows = whole.heat[answered - 1]
    shown = rows[:, [*asked, *answered]]
    heat = rows / shown.max(axis=1, keepdims=True)
    texts = np.array(tokens.texts, dtype=object)[tokens.positions]
    meta = [tokens.meta[position] for position in tokens.positions]
    provenance = {**whole.provenance, "prompt": prompt, "scale": "row of both texts"}
    return [
        Facet.from_arrays(
            texts[asked].tolist(),
            heat[:, asked],
            title="Question",
            id="question",
            rows_of="answer",
            provenance=provenance,
        ),
        Facet.from_arrays(
            texts[answered].tolist(),
            heat[:, answered],
            # What else might have stood there.
            [meta[index - 1] for index in answered],
            title="Answer",
            id="answer",
            provenance=provenance,
        ),
    ]
