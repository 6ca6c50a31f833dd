"""What is found and marked in the text: a plain text, or a regular expression.

The browser finds it; Python only checks what it is given, and never runs an expression.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias, cast

from textualheatmap.facet.fields import quote

LONGEST_SEARCH = 1000
# The browser always searches with these. Any other flag would change what is found.
_FLAGS = re.IGNORECASE | re.MULTILINE | re.UNICODE


@dataclass(frozen=True)
class Expression:
    """A regular expression as JavaScript reads it, whatever the case of letters.

    ``^`` and ``$`` stand for the ends of lines. Most expressions mean the same to
    Python's `re`.

    Parameters
    ----------
    pattern
        The text of it.

    Examples
    --------
    >>> Expression("un.on").pattern
    'un.on'
    """

    pattern: str


Search: TypeAlias = str | Expression | None


def read_search(where: str, value: object) -> Search:
    """Return what is to be found, after checking it.

    Parameters
    ----------
    where
        What errors call it.
    value
        A text; an `Expression`, compiled by `re.compile` or as of `write_search`; or
        None.

    Raises
    ------
    ValueError
        If it is none of these, or if a compiled one has flags of `re` such as
        ``re.VERBOSE``, which JavaScript does not have.

    Examples
    --------
    >>> read_search("search", "state of")
    'state of'
    >>> read_search("search", re.compile("un.on"))
    Expression(pattern='un.on')
    """
    if value is None:
        return None
    text: object = value
    is_expression = True
    if isinstance(value, Expression):
        text = value.pattern
    elif isinstance(value, re.Pattern):
        compiled = cast("re.Pattern[Any]", value)
        text = compiled.pattern
        if compiled.flags & ~_FLAGS:
            msg = (
                f"{where} has {re.RegexFlag(compiled.flags & ~_FLAGS)!r}, expected no "
                "flags but re.IGNORECASE and re.MULTILINE: the browser runs it"
            )
            raise ValueError(msg)
    elif isinstance(value, Mapping) and set(cast("Any", value)) == {"pattern"}:
        text = cast("Any", value)["pattern"]
    else:
        is_expression = False
    if not isinstance(text, str) or not 0 < len(text) <= LONGEST_SEARCH:
        msg = (
            f"{where} is {quote(cast('object', value))}, expected a text of 1 to "
            f"{LONGEST_SEARCH} characters, a regular expression or None"
        )
        raise ValueError(msg)
    return Expression(str(text)) if is_expression else str(text)


def write_search(search: Search) -> str | dict[str, str] | None:
    """Return a search as a value that fits into JSON.

    Examples
    --------
    >>> write_search(Expression("un.on"))
    {'pattern': 'un.on'}
    """
    return {"pattern": search.pattern} if isinstance(search, Expression) else search
