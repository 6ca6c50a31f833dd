"""Measure which map of an exhibit to trust: methods, by what their heat finds.

Run it in the folder above this one, after `train_masked`::

    python -m data.faithfulness                        # all, in half an hour
    python -m data.faithfulness preference agreement   # some

Prints the rows of a table in Markdown, as `compare_methods` makes them. Not here are
`attention` and `fact`, whose heat does not claim what mattered, and `causal-long`, of
which occlusion would read half a million texts.
"""

from __future__ import annotations

import argparse
from copy import copy
from functools import partial
from typing import TYPE_CHECKING, Any

from apps.autocomplete import read_model
from data.agreement import PLURAL, SINGULAR, TARGET
from data.answer import QUESTION, TEMPLATE
from data.make_exhibits import (
    FOLDER,
    HUMAN,
    PEACE,
    TWICE_END,
    TWICE_START,
    cut_speech,
    explain,
    load_smollm,
)
from textualheatmap import read_npz
from textualheatmap.saliency import causal, chat, compare_methods, load_model, masked

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    # All of a map but its method.
    Map = Callable[..., Any]

# Those of the exhibits, and occlusion with its sign. Integrated gradients, which no
# exhibit has, would take hours: their steps are doubled until they add up.
METHODS = ("gradient", "gradient-x-input", "occlusion", "occlusion, signed")
HEADS = ("exhibit", "method", "rank correlation", "comprehensiveness", "sufficiency")


def main() -> None:
    """Print the table of the exhibits that are asked for."""
    makers = {
        "autocomplete": list_autocomplete,
        "masked": list_masked,
        "tokens": list_tokens,
        "preference": list_preference,
        "agreement": list_agreement,
        "causal": list_causal,
        "answer": list_answer,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*makers, []], metavar="exhibit")
    print(write_row(HEADS))
    print(write_row(["---"] * len(HEADS)))
    for name in parser.parse_args().names or makers:
        for title, shown in makers[name]():
            table = compare_methods(shown, METHODS).table
            for method, values in table.iterrows():
                numbers = [f"{value:.2f}" for value in values]
                print(
                    write_row([f"`{name}`, {title}", str(method), *numbers]), flush=True
                )


def list_autocomplete() -> Iterator[tuple[str, Map]]:
    """Return how both recurrent networks complete words."""
    for kind in ("GRU", "LSTM"):
        yield kind, partial(explain, read_model(kind), PEACE)


def list_masked() -> Iterator[tuple[str, Map]]:
    """Return how MiniLM guesses masked words."""
    model, tokenizer, _ = load_model(FOLDER / "models" / "masked")
    yield "MiniLM", partial(masked, model, tokenizer, PEACE)


def list_tokens() -> Iterator[tuple[str, Map]]:
    """Return how SmolLM2 reads the text of three tokenizers."""
    yield "SmolLM2", partial(causal, *load_smollm(), HUMAN)


def list_preference() -> Iterator[tuple[str, Map]]:
    """Return why the GRU prefers a word to the second best."""
    wanted = ("top", "runner-up")
    yield "GRU", partial(explain, read_model("GRU"), PEACE, target=wanted)


def list_agreement() -> Iterator[tuple[str, Map]]:
    """Return why SmolLM2 prefers one number of a verb to the other."""
    smollm = load_smollm()
    for text in (PLURAL, SINGULAR):
        yield f"“{text}”", partial(causal, *smollm, text, target=TARGET)


def list_causal() -> Iterator[tuple[str, Map]]:
    """Return how SmolLM2 expects the next word, in a third of the exhibit's text."""
    text = cut_speech(TWICE_START, TWICE_END)
    yield "SmolLM2", partial(causal, *load_smollm(), text)


def list_answer() -> Iterator[tuple[str, Map]]:
    """Return how SmolLM2 wrote each token of the exhibit's answer."""
    model, tokenizer = load_smollm()
    tokenizer = copy(tokenizer)
    tokenizer.chat_template = TEMPLATE.format("{{ messages[0]['content'] }}")
    _, answer = read_npz(FOLDER / "answer.npz")
    said = [{"role": "user", "content": QUESTION}]
    yield "SmolLM2", partial(chat, model, tokenizer, said, answer.tokens.text)


def write_row(cells: Any) -> str:  # noqa: ANN401 - strings
    """Return a row of a table in Markdown.

    Examples
    --------
    >>> write_row(["a", "b"])
    '| a | b |'
    """
    return f"| {' | '.join(cells)} |"


if __name__ == "__main__":
    main()
