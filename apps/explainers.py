"""Functions that explain a text by a model, for each kind of model that is offered.

Needs torch and transformers.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

# If torch is missing, this import says what to install; those below would not.
from textualheatmap.saliency import causal, load_model, masked, sequence

# isort: split
from autocomplete import find_words, read_model

if TYPE_CHECKING:
    from autocomplete import Autocomplete
    from model_request import Explainer, ModelRequest, Report, ShowRows

    from textualheatmap import Facet
    from textualheatmap.saliency import LoadedModel

# A recurrent network takes a step for each character, once for each of them.
MAX_CHARACTERS = 1000


def read_explainer(location: str) -> Explainer:
    """Read a model, and return the function that explains texts by it.

    Parameters
    ----------
    location
        `"GRU"` or `"LSTM"`, or whatever `load_model` takes.

    Raises
    ------
    OSError, ValueError
        If there is no such model. The message says what was expected.

    Examples
    --------
    >>> read_explainer("no/such/folder")
    Traceback (most recent call last):
        ...
    FileNotFoundError: 'no/such/folder' is no model on this machine, expected a folder \
as save_pretrained writes it, a GGUF file, or the name of a downloaded model
    """
    if location in ("GRU", "LSTM"):
        return partial(explain_characters, read_model(location))
    loaded = load_model(location)
    if loaded.kind not in ("masked", "causal"):
        msg = f"{location!r} is a {loaded.kind} model, expected a masked or causal one"
        raise ValueError(msg)
    return partial(explain_tokens, loaded)


def explain_characters(
    model: Autocomplete, request: ModelRequest, report: Report, on_rows: ShowRows
) -> Facet:
    """Explain the words that a recurrent network predicts at each character.

    Raises
    ------
    ValueError
        If the text has more than 1000 characters.
    """
    text = request.text
    if len(text) > MAX_CHARACTERS:
        msg = f"text has {len(text):,} characters, expected at most {MAX_CHARACTERS:,}"
        raise ValueError(msg)
    return sequence(
        model,
        model.embed(text),
        text,
        classes=model.words,
        head=model.output,
        true_classes=find_words(text, model.words),
        method=request.method,
        target=request.target,
        progress=report,
        on_rows=on_rows,
    )


def explain_tokens(
    loaded: LoadedModel, request: ModelRequest, report: Report, on_rows: ShowRows
) -> Facet:
    """Explain the tokens that a language model predicts, by `masked` or `causal`."""
    explain = masked
    if loaded.kind == "causal":
        explain = partial(causal, cap_first=request.cap_first)
    return explain(
        *(loaded.model, loaded.tokenizer, request.text),
        method=request.method,
        target=request.target,
        progress=report,
        on_rows=on_rows,
    )
