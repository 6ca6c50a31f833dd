"""The command `explain`: from a model and a text to a facet."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from textualheatmap.saliency import causal, load_model, masked

if TYPE_CHECKING:
    from textualheatmap.facet.facet import Facet

FUNCTIONS = {"causal": causal, "masked": masked}


def explain_text(
    model: str,
    text: str,
    *,
    kind: str | None = None,
    method: str = "gradient",
    generate: int = 0,
) -> Facet:
    """Return what mattered to a model that is on this machine.

    After two seconds of work, a line on stderr says how far it is.

    Parameters
    ----------
    model
        As `load_model` takes it.
    text
        What is explained.
    kind
        ``"causal"`` or ``"masked"``; None for what the model is.
    method
        As `causal` and `masked` take it.
    generate
        By how many tokens a causal model first continues the text.

    Raises
    ------
    ValueError
        If an argument is not as expected, or the model is of another kind.
    OSError
        If there is no such model, or it cannot be read.

    Examples
    --------
    >>> explain_text("no/such/folder", "a text", kind="both")
    Traceback (most recent call last):
        ...
    ValueError: --kind is 'both', expected causal or masked
    """
    if kind is not None and kind not in FUNCTIONS:
        msg = f"--kind is {kind!r:.60}, expected {' or '.join(FUNCTIONS)}"
        raise ValueError(msg)
    loaded = load_model(model)
    if kind not in {None, loaded.kind}:
        msg = f"--kind is {kind!r}, but the model is a {loaded.kind} one"
        raise ValueError(msg)
    options: dict[str, Any] = {"method": method}
    if loaded.kind == "causal":
        options["generate"] = generate
    elif generate:
        msg = "--generate is not for masked models, only for causal ones"
        raise ValueError(msg)
    explain = FUNCTIONS[loaded.kind]
    return explain(loaded.model, loaded.tokenizer, text, **options)
