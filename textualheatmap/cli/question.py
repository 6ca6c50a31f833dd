"""What the command `explain` asks of a model: a function, and its keywords."""

from __future__ import annotations

import inspect
import json
import re
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, cast

from textualheatmap.saliency import (
    attention,
    causal,
    chat,
    classify,
    cross_attention,
    layer_gradients,
    logit_lens,
    masked,
    seq2seq,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from textualheatmap.saliency import LoadedModel

FUNCTIONS: dict[str, Callable[..., Any]] = {
    "causal": causal,
    "masked": masked,
    "seq2seq": seq2seq,
    "classify": classify,
}
VIEWS: dict[str, Callable[..., Any]] = {
    "attention": attention,
    "attention-rollout": partial(attention, kind="rollout"),
    "attention-gradient": partial(attention, kind="gradient"),
    "attention-norm": partial(attention, kind="norm"),
    "cross-attention": cross_attention,
    "cross-attention-gradient": partial(cross_attention, kind="gradient"),
    "layers": layer_gradients,
    "lens": logit_lens,
}
SALIENCY = "saliency"
CAPTUM = "captum."
# Keywords whose option is called otherwise.
OPTIONS = {"answer": "--target-text", "against": "--foil"}


@dataclass(frozen=True)
class Question:
    """What is asked of a model.

    Parameters
    ----------
    options
        Keywords of the function that explains, those that are None left out. `foil` is
        the second of a pair as `target`, or `against` of classes. A `method` that
        begins with `captum.` is a class of Captum.
    kind
        The kind that the model has to be of, or None.
    show
        `"saliency"`, or what else a model has: `"attention"`, `"cross-attention"`,
        `"layers"` or `"lens"`.
    is_chat
        Whether the text is a conversation, or what a user says.

    Raises
    ------
    ValueError
        If there is no such kind, no such thing to show, or no such class of Captum.
    ImportError
        If Captum is asked for and not installed.

    Examples
    --------
    >>> Question({"noise": 0.1}, show="heads")
    Traceback (most recent call last):
        ...
    ValueError: --show is 'heads', expected saliency, attention, attention-rollout, \
attention-gradient, attention-norm, cross-attention, cross-attention-gradient, layers \
or lens
    """

    options: Mapping[str, Any]
    kind: str | None = None
    show: str = SALIENCY
    is_chat: bool = False

    def __post_init__(self) -> None:
        if self.kind is not None:
            _check_name("--kind", self.kind, list(FUNCTIONS))
        _check_name("--show", self.show, [SALIENCY, *VIEWS])
        if self.is_chat and self.show != SALIENCY:
            msg = f"--show is {self.show!r}, expected saliency with --chat"
            raise ValueError(msg)
        if self.is_chat and self.kind not in {None, "causal"}:
            msg = f"--kind is {self.kind!r}, expected causal with --chat"
            raise ValueError(msg)
        given = {name: each for name, each in self.options.items() if each is not None}
        method = given.get("method")
        if isinstance(method, str) and method.startswith(CAPTUM):
            given["method"] = _find_class(method)
        object.__setattr__(self, "options", given)

    def ask(self, loaded: LoadedModel, text: str, *, device: str) -> Any:  # noqa: ANN401
        """Return what a model has to say to a text: a facet, or several.

        Parameters
        ----------
        loaded
            The model.
        text
            The text. Of a conversation, what the user says, or JSON of all messages.
        device
            Where the model runs.

        Raises
        ------
        ValueError
            If an option is not for models of this kind, or not as expected; the model
            or the text is not as expected. Messages name the options.
        """
        model, tokenizer, kind = loaded
        if self.kind not in {None, kind}:
            msg = f"--kind is {self.kind!r}, but the model is a {kind} one"
            raise ValueError(msg)
        if self.is_chat and kind != "causal":
            msg = f"--chat is for causal models, but the model is a {kind} one"
            raise ValueError(msg)
        explain = chat if self.is_chat else VIEWS.get(self.show, FUNCTIONS[kind])
        options = self._fit(explain, kind)
        given: Any = read_messages(text) if self.is_chat else text
        with name_options():
            return explain(model, tokenizer, given, device=device, **options)

    def fit_many(self) -> dict[str, Any]:
        """Return the keywords of a function that explains each of many texts.

        Raises
        ------
        ValueError
            If an option is for one text only.

        Examples
        --------
        >>> Question({"foil": "top", "target": "true"}, kind="causal").fit_many()
        {'method': 'gradient', 'target': ('true', 'top')}
        """
        if self.is_chat or self.show != SALIENCY:
            option = "--chat" if self.is_chat else "--show"
            msg = f"{option} is for one text, expected none with many texts"
            raise ValueError(msg)
        if "foil" in self.options and "target" not in self.options:
            msg = "--target is missing, expected true or top beside --foil"
            raise ValueError(msg)
        kind = self.kind or "causal"
        # The method is recorded in the store, so that a later run can have another.
        return {"method": "gradient", **self._fit(FUNCTIONS[kind], kind)}

    def _fit(self, explain: Callable[..., Any], kind: str) -> dict[str, Any]:
        """Return the options as keywords of a function."""
        known = inspect.signature(explain).parameters
        options = dict(self.options)
        foil = options.pop("foil", None)
        if foil is not None and "against" in known:
            options["against"] = foil
        elif foil is not None:
            if self.show != SALIENCY:
                msg = f"--foil is not for --show {self.show}"
                raise ValueError(msg)
            options["target"] = (options.get("target", known["target"].default), foil)
        for name in options:
            if name not in known:
                raise ValueError(self._refuse(name, kind))
        return options

    def _refuse(self, name: str, kind: str) -> str:
        """Return what is said of an option that does not go with what is asked."""
        option = name_option(name)
        if self.show != SALIENCY:
            return f"{option} is not for --show {self.show}"
        takers = {**FUNCTIONS, "chat": chat}
        taken = [
            taker
            for taker, function in takers.items()
            if name in inspect.signature(function).parameters
        ]
        came = "chat" if self.is_chat else kind
        return f"{option} is not for {came} models, only for {' and '.join(taken)} ones"


def read_messages(text: str) -> list[Any]:
    """Return a conversation: JSON of a list of objects, or else what a user says.

    Examples
    --------
    >>> read_messages("Hello")
    [{'role': 'user', 'content': 'Hello'}]
    >>> read_messages('[{"role": "system", "content": "Be kind."}]')
    [{'role': 'system', 'content': 'Be kind.'}]
    """
    try:
        read: object = json.loads(text)
    except ValueError:
        read = None
    if isinstance(read, list):
        messages = cast("list[object]", read)
        if all(isinstance(each, dict) for each in messages):
            return messages
    return [{"role": "user", "content": text}]


def name_option(keyword: str) -> str:
    """Return the option of a keyword.

    Examples
    --------
    >>> name_option("answer"), name_option("batch_size")
    ('--target-text', '--batch-size')
    """
    return OPTIONS.get(keyword, "--" + keyword.replace("_", "-"))


@contextmanager
def name_options() -> Iterator[None]:
    """Let errors of keywords speak of options.

    Raises
    ------
    ValueError
        In place of a ValueError and a TypeError, which tell of a wrong model.

    Examples
    --------
    >>> with name_options():
    ...     raise ValueError("stride is 9, but there is no window: give window=")
    Traceback (most recent call last):
        ...
    ValueError: --stride is 9, but there is no window: give --window
    """
    try:
        yield
    except (TypeError, ValueError) as error:
        raise ValueError(_rename(str(error))) from error


def _rename(message: str) -> str:
    """Return a message with options in place of keywords."""
    keywords = {"kind", "dtype"} | {
        name
        for function in (*FUNCTIONS.values(), chat)
        for name, each in inspect.signature(function).parameters.items()
        if each.kind is each.KEYWORD_ONLY or name == "answer"
    }
    names = "|".join(sorted(keywords, key=len, reverse=True))
    message = re.sub(
        rf"\b({names})(?= is ['\"(\d\[-]| is the class | has the token )",
        lambda found: name_option(found[1]),
        message,
    )
    return re.sub(
        rf"\b({names})=(\w*)",
        lambda found: f"{name_option(found[1])} {found[2]}".rstrip(),
        message,
    )


def _find_class(name: str) -> Any:  # noqa: ANN401
    """Return a class of Captum by its name, such as `captum.GradientShap`."""
    if find_spec("captum") is None:
        msg = (
            f'--method {name} needs captum: pip install "panel-textualheatmap[captum]"'
        )
        raise ImportError(msg)
    from captum import attr  # noqa: PLC0415 - an extra

    found = getattr(attr, name.removeprefix(CAPTUM).removeprefix("attr."), None)
    if callable(getattr(found, "attribute", None)):
        return found
    msg = f"--method is {name!r:.60}, expected one such as captum.GradientShap"
    raise ValueError(msg)


def _check_name(option: str, value: str, known: list[str]) -> None:
    """Raise ValueError unless an option is one of its names."""
    if value not in known:
        expected = f"{', '.join(known[:-1])} or {known[-1]}"
        msg = f"{option} is {value!r:.60}, expected {expected}"
        raise ValueError(msg)
