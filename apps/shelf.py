"""The models of this machine, each read once for all sessions."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from explain import Explain
    from job import Job
    from wish import Wish

    from textualheatmap import Facet

# Of a text, whichever model reads it.
MAX_CHARACTERS = 5000
# Models that are always there, by what they are called on the page.
OWN = {"Autocomplete (GRU)": "GRU", "Autocomplete (LSTM)": "LSTM"}


class Shelf:
    """Models by name, each read when it is first asked for.

    Parameters
    ----------
    places
        Where each of them is.
    read
        From a place to what explains texts by the model there.

    Examples
    --------
    >>> Shelf({"bert": "my/bert"}, read=str.upper).take("bert")
    'MY/BERT'
    """

    def __init__(
        self, places: Mapping[str, str], read: Callable[[str], Explain]
    ) -> None:
        self.places = dict(places)
        self._read = read
        self._explains: dict[str, Explain] = {}
        # One for all: what transformers does to torch while it reads a model is not
        # made for two threads.
        self._reading = Lock()

    def take(self, name: str) -> Explain:
        """Return what explains texts by a model; it is read if it was not yet.

        Raises
        ------
        ImportError, OSError, ValueError
            If it cannot be read: it is tried again the next time.
        """
        if name not in self._explains:
            with self._reading:
                if name not in self._explains:
                    self._explains[name] = self._read(self.places[name])
        return self._explains[name]


def answer(
    shelf: Shelf, names: Sequence[str], text: str, wish: Wish, job: Job
) -> list[Facet]:
    """Ask models one after the other, and return the facet of each.

    Raises
    ------
    ValueError
        If no model is chosen, or the text is empty or has more than 5000 characters.
    Exception
        Whatever a model raises; the job's stage is its name.
    """
    if not names:
        msg = "no model is chosen, expected at least one"
        raise ValueError(msg)
    if not 0 < len(text) <= MAX_CHARACTERS:
        msg = f"text has {len(text):,} characters, expected 1 to {MAX_CHARACTERS:,}"
        raise ValueError(msg)
    facets: list[Facet] = []
    for name in names:
        job.begin(name)
        facets.append(shelf.take(name)(text, wish, job.report))
    return facets


def find_reader() -> Callable[[str], Explain]:
    """Return `read_explain`; without torch what raises the error that says so.

    It is not for a thread: Panel lets apps import only while a page is made.
    """
    try:
        from explain import read_explain  # noqa: PLC0415 - its absence is no failure
    except ImportError as error:
        problem = str(error)

        def refuse(_place: str) -> Explain:
            raise ImportError(problem)

        return refuse
    return read_explain


def name_models(places: Sequence[str]) -> dict[str, str]:
    """Return places by the last part of each, or by the whole where that is not one's.

    Examples
    --------
    >>> name_models(["my/bert", "my/gpt.gguf"])
    {'bert': 'my/bert', 'gpt': 'my/gpt.gguf'}
    >>> name_models(["my/bert", "your/bert"])
    {'my/bert': 'my/bert', 'your/bert': 'your/bert'}
    """
    short = {place: Path(place).name.removesuffix(".gguf") for place in places}
    uses = Counter(short.values())
    return {
        name if name and uses[name] == 1 else place: place
        for place, name in short.items()
    }
