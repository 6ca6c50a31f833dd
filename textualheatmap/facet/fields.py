"""Checks of single fields of the data format, and how errors quote what was given."""

from __future__ import annotations

from collections.abc import Mapping
from math import isfinite
from numbers import Real
from reprlib import Repr
from typing import TYPE_CHECKING, Any, TypeGuard, cast

import numpy as np

from textualheatmap.errors import HeatmapDataError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

Meta = tuple[tuple[str, float | None], ...]
"""Strings shown for a token, each with its probability or None."""

Numbers = Mapping[str, tuple[float | None, ...]]
"""By name, one number or None per position."""

MetaByLabel = tuple[Meta, ...]
"""The meta of a token for each label of an axis; empty where it has none at all."""

NumberByLabel = tuple[float | None, ...]
"""A number of a token for each label of an axis; empty where it has none at all."""

MAX_NAMES, MAX_NAME = 16, 40
"""How many named numbers a facet may have, and how many characters a name."""

# It writes the beginning of a large value only; `repr` would write all of it.
SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60

SLACK = 1e-6
"""How far rounding may put a number outside of 0 to 1; it is then clipped."""


def name_type(value: object) -> str:
    """Return what errors call the type of a value.

    Examples
    --------
    >>> name_type(1), name_type("a"), name_type(None)
    ('an int', 'a str', 'None')
    """
    if value is None:
        return "None"
    name = type(value).__name__
    return f"{'an' if name[0].lower() in 'aeio' else 'a'} {name}"


def quote(value: object) -> str:
    """Return a value for an error message, in at most 60 characters.

    Examples
    --------
    >>> quote("a"), quote([1, 2]), len(quote("a" * 1000))
    ("'a'", '[1, 2]', 60)
    >>> quote(10**5000)
    'an int'
    """
    try:
        return f"{SHORT.repr(value):.60}"
    except ValueError:  # Python writes no int of more than 4300 digits
        return name_type(value)


def is_list(value: object) -> bool:
    """Return whether a value is taken as a list: a list, tuple or array.

    Examples
    --------
    >>> is_list((1, 2)), is_list("ab"), is_list({})
    (True, False, False)
    """
    if isinstance(value, np.ndarray):
        return cast("NDArray[Any]", value).ndim > 0
    return isinstance(value, list | tuple)


def is_object(value: object) -> TypeGuard[dict[str, object]]:
    """Return whether a value that was parsed from JSON is an object.

    Examples
    --------
    >>> is_object({}), is_object([])
    (True, False)
    """
    return isinstance(value, dict)


def is_number_type(kind: type) -> bool:
    """Return whether values of a type are real numbers; bools do not count.

    Examples
    --------
    >>> is_number_type(float), is_number_type(np.int8), is_number_type(bool)
    (True, True, False)
    """
    return kind is not bool and issubclass(kind, Real)


def read_list(value: object, where: str, what: str) -> Sequence[Any]:
    """Return a list, tuple or array unchanged, and raise for anything else.

    Parameters
    ----------
    value
        What was given.
    where
        What errors call it.
    what
        What it is a list of.

    Raises
    ------
    HeatmapDataError
        If it is not a list, or is empty.

    Examples
    --------
    >>> read_list((1, 2), "data", "numbers")
    (1, 2)
    """
    if not is_list(value):
        msg = f"{where} is {name_type(value)}, expected a list of {what}"
        raise HeatmapDataError(msg)
    items = cast("Sequence[Any]", value)
    if len(items) == 0:
        msg = f"{where} is empty, expected at least one of its {what}"
        raise HeatmapDataError(msg)
    return items


def read_string(value: object, where: str) -> str:
    """Return a string as a plain `str`.

    Raises
    ------
    HeatmapDataError
        If it is not a string.

    Examples
    --------
    >>> read_string(np.str_("a"), "tokens[0]")
    'a'
    """
    if not isinstance(value, str):
        msg = f"{where} is {name_type(value)}, expected a string"
        raise HeatmapDataError(msg)
    return str(value)


def read_id(name: object, where: str) -> str | None:
    """Return a facet's id as a plain string; None means that there is none.

    Raises
    ------
    HeatmapDataError
        If it is neither None nor a string, or empty.

    Examples
    --------
    >>> read_id("answer", "facet.id")
    'answer'
    """
    if name == "":
        msg = f"{where} is empty, expected a string or None"
        raise HeatmapDataError(msg)
    return None if name is None else read_string(name, where)


def read_flag(flag: object, where: str) -> bool:
    """Return a flag as a plain bool.

    Raises
    ------
    HeatmapDataError
        If it is not a bool.

    Examples
    --------
    >>> read_flag(np.True_, "format[0]")
    True
    """
    if not isinstance(flag, bool | np.bool):
        msg = f"{where} is {name_type(flag)}, expected True or False"
        raise HeatmapDataError(msg)
    return bool(cast("object", flag))


def read_optional_flag(flag: object, where: str) -> bool | None:
    """Return a flag as a plain bool, or None where there is none.

    Raises
    ------
    HeatmapDataError
        If it is neither None nor a bool.

    Examples
    --------
    >>> read_optional_flag(None, "facet.signed") is None
    True
    """
    return None if flag is None else read_flag(flag, where)


def read_meta(meta: object, where: str) -> Meta:
    """Return meta as pairs; None means that there is none.

    Raises
    ------
    HeatmapDataError
        If it is not a list of strings or of (string, probability) pairs.

    Examples
    --------
    >>> read_meta(["a", ("b", 0.5)], "meta[0]")
    (('a', None), ('b', 0.5))
    """
    if meta is None:
        return ()
    if not is_list(meta):
        msg = (
            f"{where} is {name_type(meta)}, "
            "expected a list of strings or of (string, probability) pairs"
        )
        raise HeatmapDataError(msg)
    items = cast("Sequence[Any]", meta)
    return tuple(
        # Most items are strings, and there may be many.
        (item, None) if type(item) is str else _read_meta_item(item, where, place)
        for place, item in enumerate(items)
    )


def read_meta_by_label(meta: object, where: str) -> MetaByLabel:
    """Return one meta for each label of an axis; None means that there is none at all.

    How many labels there are is checked beside the heat.

    Raises
    ------
    HeatmapDataError
        If it is not a list of lists as `read_meta` takes them.

    Examples
    --------
    >>> read_meta_by_label([["a"], None, [("b", 0.5)]], "meta[0]")
    ((('a', None),), (), (('b', 0.5),))
    """
    if meta is None:
        return ()
    if not is_list(meta):
        msg = (
            f"{where} is {name_type(meta)}, expected a list for each label of the axis"
        )
        raise HeatmapDataError(msg)
    return tuple(
        read_meta(each, f"{where}[{place}]")
        for place, each in enumerate(cast("Sequence[object]", meta))
    )


def _read_meta_item(item: object, where: str, place: int) -> tuple[str, float | None]:
    """Return a string, or a (string, probability) pair, as a pair."""
    if isinstance(item, str):
        return str(item), None
    pair = list(cast("Sequence[object]", item)) if is_list(item) else []
    match pair:
        case [str(text), None]:
            return str(text), None
        case [str(text), number] if is_number_type(type(number)):
            return str(text), _read_probability(number, where, place)
        case _:
            came = quote(item) if pair else name_type(item)
            expected = "expected a string or (string, probability)"
            msg = f"{where}[{place}] is {came}, {expected}"
            raise HeatmapDataError(msg)


def simplify_meta(meta: Meta) -> list[str | tuple[str, float]]:
    """Return meta with pairs only where there is a probability.

    Examples
    --------
    >>> simplify_meta((("a", None), ("b", 0.5)))
    ['a', ('b', 0.5)]
    """
    return [text if value is None else (text, value) for text, value in meta]


def _read_probability(number: object, where: str, place: int) -> float:
    """Return a probability, clipped where rounding put it outside of 0 to 1."""
    try:
        value = float(cast("Any", number))
    except OverflowError:  # an int of more than 308 digits
        value, came = float("inf"), "too large"
    else:
        came = str(value)
    if not -SLACK <= value <= 1 + SLACK:
        msg = f"{where}[{place}][1] is {came}, expected a probability from 0 to 1"
        raise HeatmapDataError(msg)
    return min(max(value, 0.0), 1.0)


def read_number(number: object, where: str) -> float | None:
    """Return a finite number as a plain float; None means that there is none.

    Raises
    ------
    HeatmapDataError
        If it is neither None nor a finite number.

    Examples
    --------
    >>> read_number(3, "numbers['rank'][0]")
    3.0
    """
    if number is None:
        return None
    try:
        value = float(cast("Any", number)) if is_number_type(type(number)) else None
    except OverflowError:  # an int of more than 308 digits
        value = None
    if value is None or not isfinite(value):
        msg = f"{where} is {quote(number)}, expected a finite number or None"
        raise HeatmapDataError(msg)
    return value


def read_number_by_label(numbers: object, where: str) -> NumberByLabel:
    """Return one number for each label of an axis; None means that there is none.

    Raises
    ------
    HeatmapDataError
        If it is not a list of finite numbers or None.

    Examples
    --------
    >>> read_number_by_label([3, None], "numbers['rank'][0]")
    (3.0, None)
    """
    if numbers is None:
        return ()
    if not is_list(numbers):
        msg = (
            f"{where} is {name_type(numbers)}, expected a number for each label of the "
            "axis"
        )
        raise HeatmapDataError(msg)
    return tuple(
        read_number(each, f"{where}[{place}]")
        for place, each in enumerate(cast("Sequence[object]", numbers))
    )


def read_names(names: Iterable[object], where: str) -> list[str]:
    """Return the names of a facet's numbers.

    Raises
    ------
    HeatmapDataError
        If one is no string, empty or long, or there are too many.

    Examples
    --------
    >>> read_names(["rank", "entropy"], "facet.numbers")
    ['rank', 'entropy']
    """
    given = list(names)
    for name in given:
        if not isinstance(name, str) or not 0 < len(name) <= MAX_NAME:
            msg = (
                f"{where} has the name {quote(name)}, expected a string of 1 to "
                f"{MAX_NAME} characters"
            )
            raise HeatmapDataError(msg)
    if len(given) > MAX_NAMES:
        msg = f"{where} has {len(given)} names, expected at most {MAX_NAMES}"
        raise HeatmapDataError(msg)
    return [str(name) for name in given]


def read_object(
    value: object, where: str, keys: Iterable[str], optional: Iterable[str] = ()
) -> dict[str, object]:
    """Return a JSON object, and raise unless it has the keys that are expected.

    Parameters
    ----------
    value
        What was given.
    where
        What errors call it.
    keys, optional
        The keys that it must have, and those that it may have beside them.

    Raises
    ------
    HeatmapDataError
        If it is no object, lacks a key, or has one that is not known.

    Examples
    --------
    >>> read_object({"name": "layer"}, "axes[0]", ["name"])
    {'name': 'layer'}
    """
    given = _check_object(value, where)
    needed = sorted(keys)
    known = {*needed, *optional}
    unknown = given.keys() - known
    if unknown:
        came, expected = quote(min(unknown)), ", ".join(sorted(known))
        msg = f"{where} has an unknown key {came}, expected {expected}"
        raise HeatmapDataError(msg)
    missing = [key for key in needed if key not in given]
    if missing:
        msg = f"{where} has no {', '.join(missing)}, expected each of these keys"
        raise HeatmapDataError(msg)
    return given


def read_version(value: object, where: str, known: Sequence[int]) -> int:
    """Return the version that a JSON object says it has.

    Parameters
    ----------
    value
        An object whose key `version` is the number of its form.
    where
        What errors call it.
    known
        The versions that can be read.

    Raises
    ------
    HeatmapDataError
        If it is no object, or has no such version.

    Examples
    --------
    >>> read_version({"version": 2}, "about", [1, 2])
    2
    """
    version = _check_object(value, where).get("version")
    # To JSON, 1 and 1.0 are one number.
    if type(version) not in {int, float} or version not in known:
        expected = " or ".join(map(str, known))
        msg = f"{where}.version is {quote(version)}, expected {expected}"
        raise HeatmapDataError(msg)
    return int(cast("float", version))


def _check_object(value: object, where: str) -> dict[str, object]:
    """Return a JSON object, and raise for anything else."""
    if not is_object(value):
        msg = f"{where} is {name_type(value)}, expected an object"
        raise HeatmapDataError(msg)
    return value


def refuse_on_format(value: object, where: str) -> None:
    """Raise if a format token has meta or heat.

    Parameters
    ----------
    value
        The meta or heat that was given for the format token.
    where
        What errors call it.

    Raises
    ------
    HeatmapDataError
        If it is neither None nor an empty list.

    Examples
    --------
    >>> refuse_on_format([], "meta[0]")
    """
    if value is None or (is_list(value) and len(cast("Sequence[Any]", value)) == 0):
        return
    msg = f"{where} is given, expected none for a format token, which has no focus"
    raise HeatmapDataError(msg)
