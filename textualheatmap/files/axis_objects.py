"""Axes as files have them: a list of objects with a name and labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textualheatmap.errors import HeatmapDataError
from textualheatmap.facet.fields import (
    name_type,
    quote,
    read_list,
    read_object,
    read_string,
)
from textualheatmap.facet.heat import read_axes
from textualheatmap.facet.limits import MAX_AXES, MAX_LABELS, check_count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.store import Axis

AXIS_KEYS = ("name", "labels")


def describe_axes(axes: Sequence[Axis]) -> list[dict[str, object]]:
    """Return one object for each axis.

    Examples
    --------
    >>> from textualheatmap.facet.store import Axis
    >>> describe_axes([Axis("layer", ("first", "last"))])
    [{'name': 'layer', 'labels': ('first', 'last')}]
    """
    return [{"name": axis.name, "labels": axis.labels} for axis in axes]


def read_axis_objects(axes: object, where: str) -> tuple[Axis, ...]:
    """Return axes from a list of objects.

    Parameters
    ----------
    axes
        What `describe_axes` returns, from a file that may be anybody's.
    where
        What errors call the facet.

    Raises
    ------
    HeatmapDataError
        If it is not of this form, two names or two labels are the same, or there are
        too many axes or labels.

    Examples
    --------
    >>> read_axis_objects([{"name": "layer", "labels": ["first"]}], "facets[0]")
    (Axis(name='layer', labels=('first',)),)
    """
    if not isinstance(axes, list):
        msg = f"{where}.axes is {name_type(axes)}, expected a list"
        raise HeatmapDataError(msg)
    items = cast("list[object]", axes)
    check_count("axes", len(items), MAX_AXES)
    named: dict[str, list[str]] = {}
    for k, item in enumerate(items):
        about = read_object(item, f"{where}.axes[{k}]", AXIS_KEYS)
        name, labels = about["name"], about["labels"]
        if not isinstance(name, str) or name in named:
            expected = "one that differs" if isinstance(name, str) else "a string"
            msg = f"{where}.axes[{k}].name is {quote(name)}, expected {expected}"
            raise HeatmapDataError(msg)
        place = f"{where}.axes[{k}].labels"
        named[name] = [
            read_string(label, f"{place}[{n}]")
            for n, label in enumerate(read_list(labels, place, "labels"))
        ]
    check_count("labels of axes", sum(map(len, named.values())), MAX_LABELS)
    return read_axes(named, [len(labels) for labels in named.values()], where)
