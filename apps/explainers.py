"""Functions that explain a text by a model, for each kind of model that is offered.

Needs torch and transformers.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

# If torch is missing, this import says what to install; those below would not.
from textualheatmap.saliency import (
    attention,
    causal,
    chat,
    classify,
    cross_attention,
    layer_gradients,
    load_model,
    logit_lens,
    masked,
    seq2seq,
    sequence,
)

# isort: split
from autocomplete import find_words, read_model
from model_request import ABILITIES, limit_request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autocomplete import Autocomplete
    from model_request import Explainer, ModelRequest, Report, ShowRows

    from textualheatmap import Facet
    from textualheatmap.saliency import LoadedModel

# A recurrent network takes a step for each character, once for each of them.
MAX_CHARACTERS = 1000
# Numbers of attention weights (float32) that the app keeps at once, 80 MB.
MAX_WEIGHTS = 20_000_000
# Two pairs of facets in one heatmap need two ids.
_PAIRS = count()


@dataclass(frozen=True)
class AbleExplainer:
    """A function that explains texts, and what can be asked of it.

    Parameters
    ----------
    explain
        The function.
    abilities
        The fields of a request that it knows.

    Examples
    --------
    >>> AbleExplainer(print, frozenset({"noise"}))("a text", 1, 2)
    a text 1 2
    """

    explain: Explainer
    abilities: frozenset[str]

    def __call__(
        self, request: ModelRequest, report: Report, on_rows: ShowRows
    ) -> Facet | Sequence[Facet]:
        """Explain the text of a request."""
        return self.explain(request, report, on_rows)


def read_explainer(location: str) -> AbleExplainer:
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
        explain = partial(explain_characters, read_model(location))
        return AbleExplainer(explain, ABILITIES["recurrent"])
    loaded = load_model(location)
    return AbleExplainer(partial(explain_tokens, loaded), find_abilities(loaded))


def find_abilities(loaded: LoadedModel) -> frozenset[str]:
    """Return the fields of a request that a model knows.

    Examples
    --------
    >>> from textualheatmap.saliency import LoadedModel
    >>> find_abilities(LoadedModel(None, None, "masked")) == ABILITIES["masked"]
    True
    """
    if loaded.kind == "causal" and getattr(loaded.tokenizer, "chat_template", None):
        return ABILITIES["chat"]
    return ABILITIES[loaded.kind]


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
    request = limit_request(request, ABILITIES["recurrent"])
    return sequence(
        model,
        model.embed(text),
        text,
        classes=model.words,
        head=model.output,
        true_classes=find_words(text, model.words),
        target=_read_target(request),
        progress=report,
        on_rows=on_rows,
        **_read_options(request),
    )


def explain_tokens(
    loaded: LoadedModel, request: ModelRequest, report: Report, on_rows: ShowRows
) -> Facet | Sequence[Facet]:
    """Explain what a model of transformers says to a text, or show what is inside it.

    Raises
    ------
    ValueError
        If the text does not suit the model, or has too many attention weights.
    """
    model, tokenizer, kind = loaded
    request = limit_request(request, find_abilities(loaded))
    if request.show != "saliency":
        return show_inside(loaded, request, report)
    if request.show_pair != "saliency":
        return show_decoder(loaded, request, report)
    options = {"progress": report, "on_rows": on_rows, **_read_options(request)}
    if kind == "classify":
        return classify(
            model,
            tokenizer,
            request.text,
            against=request.foil or None,
            classes_id=f"classes {next(_PAIRS)}",
            **options,
        )
    options |= {"target": _read_target(request)}
    if kind == "masked":
        return masked(model, tokenizer, request.text, **options)
    if kind == "causal" and not request.is_chat:
        return causal(
            model,
            tokenizer,
            request.text,
            generate=request.go_on,
            window=request.window or None,
            cap_first=request.cap_first,
            **options,
        )
    said: Any = request.text
    if request.is_chat:
        said = [{"role": "user", "content": request.text}]
    return (chat if request.is_chat else seq2seq)(
        model,
        tokenizer,
        said,
        request.answer or None,
        generate=request.longest,
        target_id=f"answer {next(_PAIRS)}",
        **options,
    )


def show_inside(
    loaded: LoadedModel, request: ModelRequest, report: Report
) -> Facet | Sequence[Facet]:
    """Show attention, the gradients at each layer, or the predictions after each.

    Raises
    ------
    ValueError
        If there are too many attention weights.
    """
    model, tokenizer, _ = loaded
    if request.show == "lens":
        return logit_lens(model, tokenizer, request.text, progress=report)
    if request.show == "layers":
        return layer_gradients(
            model, tokenizer, request.text, target=request.target, progress=report
        )
    _check_weights(loaded, request.text)
    kind: Any = request.show.removeprefix("attention").lstrip("-") or "weights"
    target = request.target if kind == "gradient" else None
    return attention(
        model, tokenizer, request.text, kind=kind, target=target, progress=report
    )


def show_decoder(
    loaded: LoadedModel, request: ModelRequest, report: Report
) -> Sequence[Facet]:
    """Show what the decoder of a model reads to predict each token of its answer.

    Raises
    ------
    ValueError
        If there are too many attention weights.
    """
    model, tokenizer, _ = loaded
    _check_weights(loaded, request.text, request.answer, request.longest)
    is_gradient = request.show_pair == "cross-attention-gradient"
    return cross_attention(
        model,
        tokenizer,
        request.text,
        request.answer or None,
        generate=request.longest,
        kind="gradient" if is_gradient else "weights",
        target=request.target if is_gradient else "true",
        target_id=f"answer {next(_PAIRS)}",
        progress=report,
    )


def _check_weights(
    loaded: LoadedModel, text: str, answer: str = "", longest: int = 0
) -> None:
    """Raise ValueError if attention over a text is more than the app keeps.

    With its answer, or the longest one that the model may write, it counts as one text.
    """
    config = loaded.model.config.get_text_config()
    heads = config.num_hidden_layers * config.num_attention_heads
    given = [each for each in (text, answer) if each]
    tokens = sum(len(loaded.tokenizer(each, verbose=False).input_ids) for each in given)
    tokens += 0 if answer else longest
    if heads * tokens**2 > MAX_WEIGHTS:
        most = int((MAX_WEIGHTS / heads) ** 0.5)
        msg = (
            f"text has {tokens:,} tokens, expected at most {most:,} for the attention "
            f"of {heads:,} heads"
        )
        raise ValueError(msg)


def _read_options(request: ModelRequest) -> dict[str, Any]:
    """Return the keywords that all functions have."""
    return {
        "method": request.method,
        "reduce": "sum" if request.is_signed else None,
        "by": request.by,
        "noise": request.noise,
    }


def _read_target(request: ModelRequest) -> Any:  # noqa: ANN401
    """Return the class that is explained, with the other of a contrast."""
    return (request.target, request.foil) if request.foil else request.target
