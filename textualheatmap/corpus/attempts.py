"""One text: its facet, or the error that it ends with."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import name_type

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ExplainText: TypeAlias = Callable[[str], Facet]
MAX_ERROR = 500
"""How many characters of an error are recorded."""


class PreparationError(OSError):
    """A function cannot be made ready, so that no text can be explained.

    Examples
    --------
    >>> PreparationError("there is no such model")
    PreparationError('there is no such model')
    """


def attempt(function: ExplainText, text: str) -> Facet | str:
    """Return the facet of a text, or the error that the text always ends with.

    Parameters
    ----------
    function
        Takes a text. If it has a method `prepare`, that is called first.
    text
        The text.

    Returns
    -------
    outcome
        A string is an error: a ValueError or a TypeError, which would be the same
        another time.

    Raises
    ------
    PreparationError
        If `function.prepare()` fails.
    Exception
        If another try may help: whatever else the function raises.

    Examples
    --------
    >>> attempt(lambda text: Facet.from_arrays([text], [[1]]), "a")
    <Facet of 1 token: 'a'>
    >>> attempt(int, "a")
    "ValueError: invalid literal for int() with base 10: 'a'"
    """
    _call_if_there(function, "prepare")
    try:
        facet = function(text)
    except (TypeError, ValueError) as error:
        return describe_error(error)
    if not isinstance(facet, Facet):
        return f"TypeError: function returned {name_type(facet)}, expected a Facet"
    return facet


def attempt_all(
    function: ExplainText, texts: Iterable[tuple[str, str]], retries: int
) -> Iterator[tuple[str, Facet | str]]:
    """Yield names of texts with their facets or errors, one after another.

    Parameters
    ----------
    function
        As in `attempt`.
    texts
        Names and texts.
    retries
        How often a text is tried again.

    Raises
    ------
    PreparationError
        As in `attempt`.

    Examples
    --------
    >>> list(attempt_all(int, [("0", "a")], 0))
    [('0', "ValueError: invalid literal for int() with base 10: 'a'")]
    """
    for name, text in texts:
        yield name, _attempt_again(function, text, retries)


def find_weights(function: ExplainText) -> object:
    """Return what the weights of a function's model are known by again.

    That is what its method `fingerprint` returns, which may load the model; None, if it
    has no such method.

    Raises
    ------
    PreparationError
        If that fails.

    Examples
    --------
    >>> find_weights(int) is None
    True
    """
    return _call_if_there(function, "fingerprint")


def describe_error(error: BaseException) -> str:
    """Return what is recorded of an error.

    Examples
    --------
    >>> describe_error(KeyError("a"))
    "KeyError: 'a'"
    """
    return f"{type(error).__name__}: {error}"[:MAX_ERROR]


def _call_if_there(function: ExplainText, name: str) -> object:
    """Call a method of a function, if it has it, to make it ready."""
    method = getattr(function, name, None)
    if method is None:
        return None
    try:
        return method()
    except Exception as error:
        raise PreparationError(str(error)) from error


def _attempt_again(function: ExplainText, text: str, retries: int) -> Facet | str:
    for left in range(retries, -1, -1):
        try:
            return attempt(function, text)
        except PreparationError:
            raise
        except Exception as error:  # noqa: BLE001 - a function may raise anything
            if not left:
                return describe_error(error)
    msg = f"retries is {retries}, expected at least 0"
    raise ValueError(msg)
