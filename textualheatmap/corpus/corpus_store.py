"""The store of a corpus: the facets of its texts, and what became of the others."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, cast

from textualheatmap.corpus.attempts import describe_error
from textualheatmap.corpus.weights import find_checksum, find_fingerprint
from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import is_object, quote
from textualheatmap.files.growing_folder import GrowingFolder

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from os import PathLike

MADE_BY = "made by"
WEIGHTS = "weights of the model"
# Arguments that say how a map is computed, and not what it is.
MEANS = frozenset({"batch_size", "device", "memory", "on_rows", "progress"})


class CorpusStore:
    """A folder with a facet for each text that is done.

    It notes what made the facets (`{"made by": ...}`), each text that has one
    (`{"facet": name, "text": its checksum}`), and each that failed (`{"failed": name,
    "error": ...}`).

    Parameters
    ----------
    path
        Of the folder, as `GrowingFolder` takes it.
    made_by
        What makes the facets, as `describe_function` returns it.

    Raises
    ------
    ValueError
        If there is a store that something else has made.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     store = CorpusStore(f"{folder}/a.zarr", {"method": "occlusion"})
    ...     store.add("0", "a", Facet.from_arrays(["a"], [[1]]))
    ...     store.is_done("0", "a"), store.is_done("1", "b")
    (True, False)
    """

    def __init__(
        self, path: str | PathLike[str], made_by: Mapping[str, object]
    ) -> None:
        self._path = path
        self._store = GrowingFolder(path)
        self._made_by = dict(made_by)
        # What the store says that it was made by, if anything was made yet.
        self._known: dict[str, object] = {}
        self._texts: dict[object, object] = {}
        self.failed: dict[str, str] = {}
        """The errors of the texts that failed, by their names."""
        for entry in self._store.entries:
            self._read(entry)
        if self._known:
            rest = {key: each for key, each in self._known.items() if key != WEIGHTS}
            _check_same(rest, made_by, str(path))
        elif self._store.names:
            msg = f"{path} has facets that no corpus made, expected another path"
            raise ValueError(msg)

    def check_weights(self, weights: object) -> None:
        """Raise if the model that made the store's facets had other weights.

        Parameters
        ----------
        weights
            As `find_weights` returns them.

        Raises
        ------
        ValueError
            If it had others.

        Examples
        --------
        >>> CorpusStore("no/such.zarr", {}).check_weights("0123456789abcdef")
        """
        if weights is not None:
            self._made_by[WEIGHTS] = weights
        if self._known:
            _check_same(self._known, self._made_by, str(self._path))

    def is_done(self, name: str, text: str) -> bool:
        """Say whether there is a facet of a text.

        Raises
        ------
        HeatmapDataError
            If no facet of this store can have such a name.
        ValueError
            If there is a facet of another text by this name.

        Examples
        --------
        >>> CorpusStore("no/such.zarr", {}).is_done("0", "a")
        False
        """
        self._store.check_name(name)
        if name not in self._store.names:
            return False
        if self._texts.get(name) != _digest(text):
            msg = (
                f"text {quote(name)} is {quote(text)}, but {self._path} has another "
                "text of this name: expected the same texts, or another path"
            )
            raise ValueError(msg)
        return True

    def add(self, name: str, text: str, outcome: Facet | str) -> None:
        """Add the facet of a text, or the error that it ended with.

        A facet that is too large for its kind of file is an error, too.

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     store = CorpusStore(f"{folder}/a.zarr", {})
        ...     store.add("0", "a", "ValueError: it is too short")
        ...     store.failed
        {'0': 'ValueError: it is too short'}
        """
        if not self._known:
            self._known = self._made_by
            self._store.note({MADE_BY: self._made_by})
        if isinstance(outcome, Facet):
            try:
                self._store.add(name, outcome, {"text": _digest(text)})
            except HeatmapDataError as error:
                outcome = describe_error(error)
            else:
                self._texts[name] = _digest(text)
                self.failed.pop(name, None)
                return
        self._store.note({"failed": name, "error": outcome})
        self.failed[name] = outcome

    def open(self) -> Mapping[str, Facet]:
        """Return the facets of the store, which are read when they are asked for.

        Examples
        --------
        >>> CorpusStore("no/such.zarr", {}).open()
        Traceback (most recent call last):
            ...
        FileNotFoundError: [Errno 2] No such file or directory: 'no/such.zarr'
        """
        return self._store.open()

    def _read(self, entry: Mapping[str, object]) -> None:
        """Take up an entry of the journal, which may be of something else."""
        made_by, failed = entry.get(MADE_BY), entry.get("failed")
        if is_object(made_by):
            self._known = made_by
        elif isinstance(failed, str):
            self.failed[failed] = str(entry.get("error"))
        else:
            name = entry.get("facet")
            self._texts[name] = entry.get("text")
            self.failed.pop(str(name), None)


def describe_function(function: object) -> dict[str, object]:
    """Return what a function is, as JSON can hold it, to know it again.

    That is what its method `describe` returns, if it has one; of a `partial`, the
    function and its arguments; and else its name. A model is known by its weights, too.
    Arguments that only say how to compute, such as `batch_size`, are left out.

    Examples
    --------
    >>> describe_function(partial(int, base=16))
    {'function': 'int', 'base': 16}
    """
    describe = getattr(function, "describe", None)
    if callable(describe):
        return dict(cast("Mapping[str, object]", describe()))
    if isinstance(function, partial):
        called = cast("partial[object]", function)
        given = {f"argument {at}": each for at, each in enumerate(called.args, 1)}
        given |= {name: called.keywords[name] for name in called.keywords}
        return describe_function(called.func) | {
            key: value
            for name, each in given.items()
            if name not in MEANS
            for key, value in _describe_argument(name, each)
        }
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return {"function": name}


def _describe_argument(name: str, value: object) -> Iterator[tuple[str, object]]:
    """Yield what an argument is, and what its weights or numbers are known by."""
    yield name, _simplify(value)
    if callable(getattr(value, "state_dict", None)):
        yield f"weights of {name}", find_fingerprint(value)
    elif hasattr(value, "detach") or hasattr(value, "__array__"):
        yield f"numbers of {name}", find_checksum(value)


def _simplify(value: object) -> object:
    """Return what JSON can hold of an argument: it, its name, or its type's."""
    if value is None or isinstance(value, str | int | float | bool):
        return value
    if isinstance(value, list | tuple):
        return [_simplify(each) for each in cast("list[object]", value)]
    # Models and tokenizers of transformers.
    for owner in (getattr(value, "config", None), value):
        name = getattr(owner, "name_or_path", None)
        if isinstance(name, str) and name:
            return name
    return getattr(value, "__qualname__", type(value).__qualname__)


def _check_same(
    came: Mapping[str, object], expected: Mapping[str, object], path: str
) -> None:
    """Raise unless a store was made by the same."""
    nothing = "nothing"
    for key in {**came, **expected}:
        theirs, ours = came.get(key, nothing), expected.get(key, nothing)
        if theirs != ours:
            msg = (
                f"{path} was made with {key} {quote(theirs)}, but this run has "
                f"{quote(ours)}: expected the same, or another path"
            )
            raise ValueError(msg)


def _digest(text: str) -> str:
    """Return what a text is known by again."""
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
