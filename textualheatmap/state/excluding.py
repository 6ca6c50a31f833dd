"""Which tokens are left out of the scale: by index, by text, or as the focus itself."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, cast

import numpy as np

from textualheatmap.facet.fields import is_list, quote
from textualheatmap.state.patterns import read_pattern, write_pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.tokens import Tokens

FOCUS: Literal["focus"] = "focus"
Rule: TypeAlias = int | str | re.Pattern[str]

MOST_RULES = 1000
LONGEST_TEXT = 1000
LARGEST_INDEX = 2**31 - 1
"""What an index is at most, as what comes from a browser is bounded."""


def read_rules(where: str, value: object) -> tuple[Rule, ...]:
    """Return rules that say which tokens are left out, after checking them.

    Parameters
    ----------
    where
        What errors call them.
    value
        A list of indexes, which count from the end where they are negative; of texts;
        of regular expressions, compiled or as of `write_rules`; and of ``"focus"``.

    Raises
    ------
    ValueError
        If it is no list, or if one of them is none of these.

    Examples
    --------
    >>> read_rules("exclude", [0, "[SEP]", "focus"])
    (0, '[SEP]', 'focus')
    >>> read_rules("exclude", [0.5])
    Traceback (most recent call last):
        ...
    ValueError: exclude[0] is 0.5, expected an index, a text or a regular expression
    """
    if not is_list(value):
        msg = f"{where} is {quote(value)}, expected a list of tokens"
        raise ValueError(msg)
    given = cast("Sequence[object]", value)
    if len(given) > MOST_RULES:
        msg = f"{where} has {len(given)} values, expected at most {MOST_RULES}"
        raise ValueError(msg)
    return tuple(_read_rule(f"{where}[{i}]", rule) for i, rule in enumerate(given))


def write_rules(rules: Sequence[Rule]) -> list[Any]:
    """Return rules as values that fit into JSON.

    Examples
    --------
    >>> write_rules([0, re.compile("^the", re.IGNORECASE)])
    [0, {'pattern': '^the', 'flags': 34}]
    """
    return [
        write_pattern(rule) if isinstance(rule, re.Pattern) else rule for rule in rules
    ]


def find_excluded(tokens: Tokens, rules: Sequence[Rule]) -> NDArray[np.bool_]:
    """Return which tokens are left out, whatever is focused.

    Parameters
    ----------
    tokens
        Of one facet.
    rules
        As of `read_rules`. A text means tokens of exactly this text, a regular
        expression those in which it is found. An index that the facet does not have
        means none.

    Returns
    -------
    excluded
        Shape (indexes,).

    Examples
    --------
    >>> from textualheatmap.facet.facet import Facet
    >>> tokens = Facet.from_arrays(["<s>", "a", "b"], np.eye(3)).tokens
    >>> find_excluded(tokens, [0, re.compile("[b-z]")]).tolist()
    [True, False, True]
    """
    count = len(tokens)
    excluded = np.zeros(count, dtype=np.bool_)
    indexes = [rule for rule in rules if isinstance(rule, int)]
    excluded[[i for i in indexes if -count <= i < count]] = True
    words = {rule for rule in rules if isinstance(rule, str)} - {FOCUS}
    patterns = [rule for rule in rules if isinstance(rule, re.Pattern)]
    if words or patterns:
        for i, position in enumerate(tokens.positions):
            text: str = tokens.texts[int(position)]
            if text in words or any(each.search(text) for each in patterns):
                excluded[i] = True
    return excluded


def _read_rule(where: str, rule: object) -> Rule:
    pattern = read_pattern(where, rule)
    if pattern is not None:
        return pattern
    if isinstance(rule, str) and len(rule) <= LONGEST_TEXT:
        return str(rule)
    is_index = isinstance(rule, int | np.integer) and not isinstance(rule, bool)
    if is_index and abs(int(cast("int", rule))) <= LARGEST_INDEX:
        return int(cast("int", rule))
    came = quote(cast("object", rule))
    msg = f"{where} is {came}, expected an index, a text or a regular expression"
    raise ValueError(msg)
