"""Numbers of bytes, as people write and read them."""

from __future__ import annotations

import re

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.arguments.argument_checks import read_integer

UNITS = {
    "B": 1,
    **{f"{prefix}B": 1000**n for n, prefix in enumerate("kMGT", 1)},
    **{f"{prefix}iB": 1024**n for n, prefix in enumerate("KMGT", 1)},
}
# Below this, a number has a digit after its point.
TWO_DIGITS = 10


def read_bytes(name: str, value: object) -> int:
    """Return an argument as a number of bytes.

    Parameters
    ----------
    name
        Name of the argument, for the message.
    value
        A number from 1, or one with a unit, such as `"2 GiB"` or `"500 MB"`.

    Raises
    ------
    TypeError, ValueError
        If it is none of these.

    Examples
    --------
    >>> read_bytes("memory", "2 GiB")
    2147483648
    """
    if not isinstance(value, str):
        return read_integer(name, value, 1)
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([a-zA-Z]+)", value.strip())
    if found and found[2] in UNITS:
        size = int(float(found[1]) * UNITS[found[2]])
        if size:
            return size
    msg = f"{name} is {quote(value)}, expected bytes such as 2_000_000_000 or '2 GiB'"
    raise ValueError(msg)


def name_bytes(size: float) -> str:
    """Return a number of bytes as people read it.

    Examples
    --------
    >>> name_bytes(1_430_000_000), name_bytes(20_000), name_bytes(0)
    ('1.4 GB', '20 kB', '0 B')
    """
    unit = max(
        (unit for unit in ("B", "kB", "MB", "GB", "TB") if UNITS[unit] <= max(size, 1)),
        key=UNITS.__getitem__,
    )
    number = size / UNITS[unit]
    digits = int(unit != "B" and number < TWO_DIGITS)
    return f"{number:.{digits}f} {unit}"
