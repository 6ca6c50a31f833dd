"""The models that the app offers; each is read once, for all sessions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from model_request import Explainer

# The models that come with the app: their names on the page, and their locations.
BUILT_IN = {"Autocomplete (GRU)": "GRU", "Autocomplete (LSTM)": "LSTM"}


class ModelRegistry:
    """Models by name. Each is read when it is first asked for.

    Parameters
    ----------
    locations
        Where each model is, by its name.
    read
        Takes the location of a model, and returns what explains texts by it.

    Examples
    --------
    >>> ModelRegistry({"bert": "my/bert"}, read=str.upper).get_explainer("bert")
    'MY/BERT'
    """

    def __init__(
        self, locations: Mapping[str, str], read: Callable[[str], Explainer]
    ) -> None:
        self.locations = dict(locations)
        self._read = read
        self._explainers: dict[str, Explainer] = {}
        # One lock for all models: while transformers reads a model it changes torch,
        # which two threads must not do at the same time.
        self._lock = Lock()

    def get_explainer(self, name: str) -> Explainer:
        """Return the function that explains texts by a model; the model is read once.

        Raises
        ------
        ImportError, OSError, ValueError
            If the model cannot be read. It is tried again the next time.
        """
        if name not in self._explainers:
            with self._lock:
                if name not in self._explainers:
                    self._explainers[name] = self._read(self.locations[name])
        return self._explainers[name]

    def find_abilities(self, name: str) -> frozenset[str] | None:
        """Return what can be asked of a model, None before it is read.

        Examples
        --------
        >>> ModelRegistry({"bert": "my/bert"}, read=str.upper).find_abilities("bert")
        """
        return getattr(self._explainers.get(name), "abilities", None)


def import_reader() -> Callable[[str], Explainer]:
    """Return `read_explainer`; without torch, a function that says how to get it.

    Call it while a page is made: Panel does not let threads import an app's modules.
    """
    try:
        from explainers import read_explainer  # noqa: PLC0415 - it needs torch
    except ImportError as error:
        message = str(error)

        def refuse(_location: str) -> Explainer:
            raise ImportError(message)

        return refuse
    return read_explainer


def name_models(locations: Sequence[str]) -> dict[str, str]:
    """Return locations by short names: the last part, or the whole if two share that.

    Examples
    --------
    >>> name_models(["my/bert", "my/gpt.gguf"])
    {'bert': 'my/bert', 'gpt': 'my/gpt.gguf'}
    >>> name_models(["my/bert", "your/bert"])
    {'my/bert': 'my/bert', 'your/bert': 'your/bert'}
    """
    short = {each: Path(each).name.removesuffix(".gguf") for each in locations}
    uses = Counter(short.values())
    return {
        name if name and uses[name] == 1 else location: location
        for location, name in short.items()
    }
