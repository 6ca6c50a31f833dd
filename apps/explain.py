"""From a text to a facet, by any kind of model that the app offers.

Needs torch and transformers.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from textualheatmap import Facet

# It tells what to install; the modules below need it installed.
from textualheatmap.saliency import causal, load_model, masked, sequence

# isort: split
from autocomplete import find_words, read_model
from wish import Wish

if TYPE_CHECKING:
    from autocomplete import Autocomplete

    from textualheatmap.saliency import Loaded

# Of a text that a recurrent network reads: it reads as many steps for each of them.
MAX_CHARACTERS = 1000

Report = Callable[[int, int], object]
Explain = Callable[[str, Wish, Report], Facet]


def read_explain(place: str) -> Explain:
    """Read a model, and return what explains texts by it.

    Parameters
    ----------
    place
        `"GRU"` or `"LSTM"`, or where `load_model` finds one.

    Raises
    ------
    OSError, ValueError
        If there is no such model; the message names the way out.

    Examples
    --------
    >>> read_explain("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: 'no/such/folder' is no model on this machine, expected a folder \
as save_pretrained writes it, a GGUF file, or the name of a downloaded model
    """
    if place in ("GRU", "LSTM"):
        return partial(explain_characters, read_model(place))
    return partial(explain_pieces, load_model(place))


def explain_characters(
    model: Autocomplete, text: str, wish: Wish, report: Report
) -> Facet:
    """Explain the words that a recurrent network reads out of characters.

    Raises
    ------
    ValueError
        If the text is empty, or has more than 1000 characters.
    """
    if not 0 < len(text) <= MAX_CHARACTERS:
        msg = f"text has {len(text):,} characters, expected 1 to {MAX_CHARACTERS:,}"
        raise ValueError(msg)
    return sequence(
        model,
        model.embed(text),
        text,
        classes=model.words,
        head=model.output,
        truths=find_words(text, model.words),
        method=wish.method,
        target=wish.target,
        progress=report,
    )


def explain_pieces(loaded: Loaded, text: str, wish: Wish, report: Report) -> Facet:
    """Explain what a language model predicts; raises what its function raises."""
    model, tokenizer, kind = loaded
    explain = masked
    if kind == "causal":
        explain = partial(causal, cap_first=wish.cap_first)
    return explain(
        *(model, tokenizer, text),
        method=wish.method,
        target=wish.target,
        progress=report,
    )
