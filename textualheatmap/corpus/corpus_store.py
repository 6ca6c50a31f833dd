"""The store of a corpus: the facets of its texts, and what became of the others."""

from __future__ import annotations

from functools import partial
from hashlib import sha256
from typing import TYPE_CHECKING, Any, cast

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import is_object, quote
from textualheatmap.files.growing_zarr import GrowingZarr

if TYPE_CHECKING:
    from collections.abc import Mapping
    from os import PathLike

    from textualheatmap.files.zarr_file import ZarrFacets

ABOUT = "textualheatmap corpus"
"""The attribute of a store that says which texts it has, and what made it."""
# Arguments that say how a map is computed, and not what it is.
MEANS = frozenset({"batch_size", "device", "on_rows", "progress"})


class CorpusStore:
    """A Zarr store with a facet for each text that is done.

    Parameters
    ----------
    path
        Of the folder.
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
        self._store = GrowingZarr(path, ABOUT)
        notes = self._store.notes
        if not notes:
            if self._store.names:
                msg = f"{path} has facets that no corpus made, expected another path"
                raise ValueError(msg)
            notes |= {"made by": dict(made_by), "texts": {}, "failed": {}}
        self._texts, self._failed = (
            cast("dict[str, str]", self._read(key)) for key in ("texts", "failed")
        )
        _check_same(self._read("made by"), made_by, str(path))

    def is_done(self, name: str, text: str) -> bool:
        """Say whether there is a facet of a text.

        Raises
        ------
        ValueError
            If there is a facet of another text by this name.

        Examples
        --------
        >>> CorpusStore("no/such.zarr", {}).is_done("0", "a")
        False
        """
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

        Examples
        --------
        >>> from tempfile import TemporaryDirectory
        >>> with TemporaryDirectory() as folder:
        ...     store = CorpusStore(f"{folder}/a.zarr", {})
        ...     store.add("0", "a", "ValueError: it is too short")
        ...     store.failed
        {'0': 'ValueError: it is too short'}
        """
        if isinstance(outcome, Facet):
            self._failed.pop(name, None)
            self._texts[name] = _digest(text)
            self._store.add(name, outcome)
        else:
            self._failed[name] = outcome
            self._store.note()

    @property
    def failed(self) -> dict[str, str]:
        """The errors of the texts that failed, by their names."""
        return dict(self._failed)

    def open(self) -> ZarrFacets:
        """Return the facets of the store, which are read when they are asked for.

        Examples
        --------
        >>> CorpusStore("no/such.zarr", {}).open()
        Traceback (most recent call last):
            ...
        FileNotFoundError: [Errno 2] No such file or directory: 'no/such.zarr'
        """
        return self._store.open()

    def _read(self, key: str) -> dict[str, Any]:
        """Return a part of the notes."""
        part = self._store.notes.get(key)
        if not is_object(part):
            msg = f"{self._path}: {key} is {quote(part)}, expected an object"
            raise ValueError(msg)
        return part


def describe_function(function: object) -> dict[str, object]:
    """Return what a function is, as JSON can hold it, to know it again.

    That is what its method `describe` returns, if it has one; of a `partial`, the
    function and its arguments; and else its name. Arguments that only say how to
    compute, such as `batch_size`, are left out.

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
            name: _simplify(each) for name, each in given.items() if name not in MEANS
        }
    name = getattr(function, "__qualname__", type(function).__qualname__)
    return {"function": name}


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
