"""A model by its name, which each process loads when it explains a first text."""

from __future__ import annotations

import inspect
from functools import lru_cache
from threading import Lock
from typing import TYPE_CHECKING, Any, get_args

from textualheatmap.corpus.weights import find_fingerprint
from textualheatmap.facet.fields import quote
from textualheatmap.saliency.arguments.argument_checks import check_choice
from textualheatmap.saliency.arguments.method_class import (
    describe_method_class,
    is_method_class,
)
from textualheatmap.saliency.causal_lm import causal
from textualheatmap.saliency.masked_lm import masked
from textualheatmap.saliency.models.devices import read_device
from textualheatmap.saliency.models.loading import (
    Kind,
    LoadedModel,
    Precision,
    load_model,
)

if TYPE_CHECKING:
    from os import PathLike

    from textualheatmap.facet.facet import Facet

FUNCTIONS = {"causal": causal, "masked": masked}
# Of other kinds a text has two facets, and a folder of maps has one for each text.
PAIRS = (
    "expected causal or masked: its maps are two facets, and a folder has one a text"
)
_EXPECTED = f"expected {' or '.join(FUNCTIONS)}"
_LOADING = Lock()


class Explainer:
    """Explains texts by a model of this machine, loaded once in each process.

    It is small, so that it can be sent to other processes, which load the model
    themselves.

    Parameters
    ----------
    name
        As `load_model` takes it: a path that all processes can read, or the name of a
        model that was downloaded to their machines.
    kind
        ``"causal"`` or ``"masked"``, if the model has to be of this kind.
    device
        Where the model runs: by default, the first of `cuda`, `mps` and `cpu` that a
        process has.
    dtype
        The precision of its weights, as `load_model` takes it.
    options
        Keywords of `causal` or `masked`, such as ``method="occlusion"``.

    Raises
    ------
    TypeError, ValueError
        If there is no such option or kind.

    Examples
    --------
    >>> explain = Explainer("my/gpt", method="occlusion")
    >>> explain.describe()
    {'model': 'my/gpt', 'kind': None, 'method': 'occlusion'}
    """

    def __init__(
        self,
        name: str | PathLike[str],
        *,
        kind: str | None = None,
        device: str = "auto",
        dtype: Precision = "float32",
        **options: Any,  # noqa: ANN401 - those of causal and masked
    ) -> None:
        if kind is not None and kind not in FUNCTIONS:
            is_pair = kind in get_args(Kind)
            msg = f"kind is {quote(kind)}, {PAIRS if is_pair else _EXPECTED}"
            raise ValueError(msg)
        functions = FUNCTIONS.values() if kind is None else [FUNCTIONS[kind]]
        known = {
            each.name
            for function in functions
            for each in inspect.signature(function).parameters.values()
            if each.kind is each.KEYWORD_ONLY
        }
        for option in options:
            if option not in known - {"progress", "on_rows"}:
                msg = f"there is no option {quote(option)} of a model"
                raise TypeError(msg)
        check_choice("dtype", dtype, get_args(Precision))
        self._name, self._kind = str(name), kind
        self._device, self._dtype = device, dtype
        self._options = options

    def describe(self) -> dict[str, object]:
        """Return what decides on the heat: the model's name and the options.

        Examples
        --------
        >>> Explainer("my/bert", kind="masked").describe()
        {'model': 'my/bert', 'kind': 'masked'}
        """
        rest = {
            name: list(each) if isinstance(each, tuple) else each
            for name, each in self._options.items()
            if name not in {"batch_size", "memory"}
        }
        if is_method_class(rest.get("method")):
            rest |= describe_method_class(rest["method"])
        if self._dtype != "float32":
            rest["dtype"] = self._dtype
        return {"model": self._name, "kind": self._kind, **rest}

    def prepare(self) -> LoadedModel:
        """Return the model, loaded unless this process has it already.

        Raises
        ------
        ValueError, OSError
            As `load_model`, or if the model is of another kind.

        Examples
        --------
        >>> try:
        ...     Explainer("no/such/folder").prepare()
        ... except OSError as error:
        ...     print(str(error)[:45])
        'no/such/folder' is no model on this machine,
        """
        with _LOADING:
            loaded = _load(self._name, self._device, self._dtype)
        if self._kind not in {None, loaded.kind}:
            msg = f"kind is {self._kind!r}, but the model is a {loaded.kind} one"
            raise ValueError(msg)
        if loaded.kind not in FUNCTIONS:
            msg = f"the model is a {loaded.kind} one, {PAIRS}"
            raise ValueError(msg)
        return loaded

    def fingerprint(self) -> str:
        """Return what the model's weights are known by again.

        Raises
        ------
        ValueError, OSError
            As `prepare`.

        Examples
        --------
        >>> try:
        ...     Explainer("no/such/folder").fingerprint()
        ... except OSError as error:
        ...     print(str(error)[:45])
        'no/such/folder' is no model on this machine,
        """
        return find_fingerprint(self.prepare().model)

    def __call__(self, text: str) -> Facet:
        """Return the facet of a text."""
        loaded = self.prepare()
        explain = FUNCTIONS[loaded.kind]
        return explain(
            loaded.model, loaded.tokenizer, text, progress=False, **self._options
        )


# A process explains by one model at a time, and memory has no room for more.
@lru_cache(maxsize=1)
def _load(name: str, device: str, dtype: Precision) -> LoadedModel:
    loaded = load_model(name, dtype=dtype)
    loaded.model.to(read_device(device))
    return loaded
