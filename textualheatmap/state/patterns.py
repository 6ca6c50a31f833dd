"""Regular expressions in a state: checked, and as values that fit into JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping
from contextlib import suppress
from typing import Any, cast

from textualheatmap.facet.fields import quote

LONGEST_PATTERN = 1000


def read_pattern(where: str, value: object) -> re.Pattern[str] | None:
    """Return a regular expression, or None for what is of another kind.

    Parameters
    ----------
    where
        What errors call it.
    value
        One that is compiled, for texts, or a mapping as of `write_pattern`.

    Raises
    ------
    ValueError
        If it is a mapping that is no regular expression.

    Examples
    --------
    >>> read_pattern("rule", {"pattern": "^the", "flags": 0}).search("the")[0]
    'the'
    >>> read_pattern("rule", "the") is None
    True
    """
    if isinstance(value, re.Pattern):
        compiled = cast("re.Pattern[Any]", value)
        return compiled if isinstance(compiled.pattern, str) else None
    if not isinstance(value, Mapping):
        return None
    given = cast("Mapping[object, object]", value)
    pattern, flags = given.get("pattern"), given.get("flags")
    is_pattern = isinstance(pattern, str) and len(pattern) <= LONGEST_PATTERN
    if set(given) == {"pattern", "flags"} and type(flags) is int and is_pattern:
        # All that `re` raises for patterns and flags that it does not take.
        with suppress(re.error, ValueError, OverflowError, RecursionError):
            return re.compile(cast("str", pattern), flags)
    msg = f"{where} is {quote(given)}, expected a regular expression"
    raise ValueError(msg)


def write_pattern(pattern: re.Pattern[str]) -> dict[str, Any]:
    """Return a regular expression as a value that fits into JSON.

    Examples
    --------
    >>> write_pattern(re.compile("^the", re.IGNORECASE))
    {'pattern': '^the', 'flags': 34}
    """
    return {"pattern": pattern.pattern, "flags": pattern.flags}
