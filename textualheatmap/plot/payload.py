"""What travels between Python and the browser: the state, and the facets, packed."""

from __future__ import annotations

import json
import zlib
from math import prod
from typing import TYPE_CHECKING, Any

import numpy as np
from bokeh.core.properties import Any as AnyProperty
from bokeh.core.properties import (
    AnyRef,
    Bool,
    Bytes,
    Float,
    Instance,
    Int,
    List,
    Nullable,
    String,
)
from bokeh.model import DataModel

from textualheatmap.facet.codes import encode, needs_two_bytes
from textualheatmap.facet.growing_store import GrowingStore
from textualheatmap.scene.escape import EMPTY, escape_text
from textualheatmap.scene.meta import count_meta_boxes, list_meta
from textualheatmap.state.averages import DIGITS, find_average
from textualheatmap.state.excluding import find_excluded
from textualheatmap.state.grouping import UNITS, find_groups
from textualheatmap.state.view_state import DIRECTIONS, AxisChoices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from textualheatmap.facet.store import HeatStore
    from textualheatmap.facet.tokens import Tokens
    from textualheatmap.scene.meta import MetaBox
    from textualheatmap.scene.wrap import Units
    from textualheatmap.state.grouping import Grouping
    from textualheatmap.state.heatmap import Heatmap
    from textualheatmap.state.view_state import Direction


# Heat values that a page holds at most, some 60 megabytes before they are deflated.
MOST_VALUES = 60_000_000
# Characters of a text whose words, sentences and lines a page has beforehand; of longer
# ones it gets what is shown. Words of scripts without spaces take 50 µs a character.
MOST_GROUPED = 20_000


class HeatmapState(DataModel):
    """What Python and the browser tell each other; it outlives redraws."""

    parts: Any = AnyRef(
        default=None,
        help="The models that show the heatmap, and the version of its data. One "
        "property, so that they are always replaced together.",
    )
    palette: Any = AnyProperty(
        default=None,
        help="As of `write_palette`. Of its own, so that a change of it travels alone.",
    )
    cover: Any = String(
        default="",
        help="The new state as HTML, shown until the plots of new parts are painted. "
        "It comes before them.",
    )
    report: Any = AnyProperty(
        default=None,
        help="From the browser: version, sequence (of the last command that it has "
        "seen) and state, a ViewState.",
    )
    command: Any = AnyProperty(
        default=None, help="From Python: version, sequence and state, a ViewState."
    )
    request: Any = AnyProperty(
        default=None,
        help="From the browser: the focus whose heat it lacks, with version and key.",
    )
    rows: Any = AnyProperty(
        default=None, help="Python's answer: key, and a packed row a facet."
    )
    value: Any = AnyProperty(default=None, help="The browser's own state, never sent.")
    line: Any = Int(default=0, help="The browser's own first shown line, never sent.")


class HeatData(DataModel):
    """A facet's heat, packed; a change of style leaves it as it is."""

    codes: Any = Nullable(
        Bytes,
        help="Deflated codes of each slice, row by row; None where Python sends the "
        "rows that are asked for.",
    )
    largest: Any = Nullable(
        Bytes, help="Deflated float32: the largest heat of each row of each slice."
    )
    two_bytes: Any = Bool(help="Whether a code has two bytes, the lower one first.")
    signed: Any = Bool(help="Whether negative heat may occur.")
    axes: Any = List(AnyProperty, help="Name and labels of each leading dimension.")
    reach: Any = List(
        Nullable(Float),
        default=[None],
        help="The largest heat of each slice, in magnitude; None where not known.",
    )


class FacetData(DataModel):
    """A facet's tokens, packed; a change of colours or width leaves them."""

    facet: Any = String(help="Id of the facet.")
    heat: Any = Instance(HeatData, help="Its heat.")
    text: Any = Bytes(
        help="Deflated JSON of tokens, their places, units and meta, and of which are "
        "left out of the scale."
    )
    # The browser's own.
    shown: Any = AnyProperty(default=None, help="First line of the filled window.")


def pack_row(values: NDArray[np.float32], *, signed: bool) -> dict[str, Any]:
    """Pack the heat of each token of a facet.

    Returns
    -------
    dict
        ``codes`` of one or two bytes and ``largest``, as of `facet.codes.encode`.

    Examples
    --------
    >>> row = pack_row(np.float32([0.5, 0.125]), signed=False)
    >>> row["codes"].tolist(), row["largest"]
    ([254, 127], 0.5)
    """
    codes, largest = encode(values[np.newaxis], signed=signed)
    return {"codes": codes[0], "largest": float(largest[0])}


def pack_heat(store: HeatStore) -> HeatData:
    r"""Pack the heat of a store: the matrices at all places on its axes.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> data = pack_heat(DenseStore(np.float32([[1.0]])))
    >>> zlib.decompress(data.codes), data.reach
    (b'\xfe', [1.0])
    """
    signed = store.signed
    matrices = list(store.matrices())
    blocks = (block for matrix in matrices for block in matrix.blocks())
    two_bytes = needs_two_bytes(blocks, signed=signed)
    codes, largest = zlib.compressobj(9), zlib.compressobj(9)
    packed: tuple[list[bytes], list[bytes]] = ([], [])
    for matrix in matrices:
        for block in matrix.blocks():
            some, most = encode(block, signed=signed, two_bytes=two_bytes)
            dtype = some.dtype.newbyteorder("<")
            packed[0].append(codes.compress(some.astype(dtype, copy=False).tobytes()))
            packed[1].append(largest.compress(most.astype("<f4", copy=False).tobytes()))
    return HeatData(
        syncable=False,
        codes=b"".join([*packed[0], codes.flush()]),
        largest=b"".join([*packed[1], largest.flush()]),
        reach=[matrix.reach for matrix in matrices],
        **_describe(store),
        two_bytes=two_bytes,
    )


def leave_heat(store: HeatStore) -> HeatData:
    """Return what is said of heat that stays in Python.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> leave_heat(DenseStore(np.float32([[1.0]]))).codes
    """
    return HeatData(syncable=False, reach=[store.reach], **_describe(store))


def _describe(store: HeatStore) -> dict[str, Any]:
    axes = [{"name": axis.name, "labels": list(axis.labels)} for axis in store.axes]
    return {"signed": store.signed, "axes": axes}


def pack_text(
    heatmap: Heatmap, i: int, units: Units, *, all_slices: bool = False
) -> bytes:
    """Pack the tokens of facet i of a heatmap, where they are, and their meta.

    Parameters
    ----------
    heatmap
        With data.
    i
        Position of the facet.
    units
        Its text, as of `scene.wrap.split_units`.
    all_slices
        Whether the page has all slices of the axes, and so needs all averages.

    Examples
    --------
    >>> from textualheatmap.scene.wrap import split_units
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> units = split_units(heatmap.facets[0].tokens)
    >>> json.loads(zlib.decompress(pack_text(heatmap, 0, units)))["tokens"]
    ['Hi']
    """
    tokens = heatmap.facets[i].tokens
    aligned = heatmap.alignment.facets[i]
    text: dict[str, Any] = {
        "tokens": [escape_text(tokens.texts[p]) or EMPTY for p in tokens.positions],
        "start": aligned.start.tolist(),
        "stop": aligned.stop.tolist(),
        "axis": aligned.axis,
        "same_tokens": aligned.same_tokens,
        "rows_of": heatmap.row_facets[i],
        "units": units.to_json(),
    }
    originals = _find_originals(tokens, units)
    if originals:
        text["originals"] = originals
    averages = write_averages(heatmap, i, all_slices=all_slices)
    if averages:
        text["averages"] = averages
    groups = _find_groups(heatmap, tokens)
    if groups:
        text["groups"] = groups
    excluded = find_excluded(tokens, heatmap.view_state.exclude)
    if excluded.any():
        text["excluded"] = np.flatnonzero(excluded).tolist()
    if heatmap.facets_with_meta[i]:
        text |= _pack_meta(heatmap, i, all_slices=all_slices)
    # The highest level takes seven times as long, for half a percent.
    return zlib.compress(
        # Lone surrogates, which UTF-8 lacks, have one escape in JSON and in Python.
        json.dumps(text, ensure_ascii=False).encode(errors="backslashreplace")
    )


def write_averages(
    heatmap: Heatmap, i: int, *, all_slices: bool = False
) -> list[dict[str, Any]]:
    """Return what facet i shows at rest, each with the choice on the axes it is for.

    Parameters
    ----------
    heatmap
        With data.
    i
        Position of the facet.
    all_slices
        Whether averages of all slices follow that of what is chosen at present.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [0.5]}]])
    >>> write_averages(heatmap, 0)
    [{'axes': {}, 'row': [0.5], 'column': [0.5]}]
    """
    store = heatmap.facets[i].store
    # What is chosen on axes that only other facets have changes nothing here.
    axes = {axis.name: heatmap.view_state.axes[axis.name] for axis in store.axes}
    chosen = [(axes, heatmap.choose_store(i))]
    if all_slices:
        places = np.ndindex(*(len(axis.labels) for axis in store.axes))
        slices = [dict(zip(axes, place, strict=True)) for place in places]
        chosen += [(each, store.at(**each)) for each in slices if each != axes]
    directions = DIRECTIONS if heatmap.row_facets[i] == i else DIRECTIONS[:1]
    averages = [
        {"axes": choice, **_write_means(matrix, directions)}
        for choice, matrix in chosen
    ]
    return [each for each in averages if len(each) > 1]


def _write_means(
    matrix: HeatStore, directions: Sequence[Direction]
) -> dict[str, list[float | None]]:
    means: dict[str, NDArray[np.float32] | None] = {
        each: find_average(matrix, each) for each in directions
    }
    return {
        direction: [
            None if np.isnan(each) else float(f"{each:.{DIGITS}g}") for each in mean
        ]
        for direction, mean in means.items()
        if mean is not None
    }


def ships_groups(heatmap: Heatmap) -> bool:
    """Say whether a page has the groups of its tokens, whatever makes them by then.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> ships_groups(heatmap)
    True
    """
    grouping = heatmap.view_state.grouping
    sizes = [len(facet.tokens.text) for facet in heatmap.facets]
    return isinstance(grouping, str) and max(sizes, default=0) <= MOST_GROUPED


def _find_groups(heatmap: Heatmap, tokens: Tokens) -> dict[str, list[int]]:
    """Return how many tokens each group has, by what makes the groups."""
    grouping = heatmap.view_state.grouping
    # In an order that is always the same, so that the same data make the same page.
    shipped: list[Grouping] = []
    if len(tokens.text) <= MOST_GROUPED:
        shipped += UNITS
    if grouping not in shipped:
        shipped.append(grouping)
    groups: dict[str, list[int]] = {}
    for each in shipped:
        found = find_groups(tokens, each)
        if found is not None:
            groups[each if isinstance(each, str) else "pattern"] = found.sizes.tolist()
    return groups


def _find_originals(tokens: Tokens, units: Units) -> dict[int, str]:
    """Return the texts that are drawn otherwise, by position."""
    drawn = [""] * len(tokens.texts)
    for position, text in zip(units.position.tolist(), units.text, strict=True):
        drawn[position] += text
    return {
        position: text
        for position, text in enumerate(tokens.texts)
        if drawn[position] != text
    }


def _pack_meta(heatmap: Heatmap, i: int, *, all_slices: bool) -> dict[str, Any]:
    """Return the meta of each token, for each label of the axis that they follow.

    A table of the texts would make no page smaller: deflated it takes as much.
    """
    facet, axis = heatmap.facets[i], heatmap.facets[i].meta_axis
    chosen, packed = [heatmap.view_state.axes], {}
    if all_slices and axis is not None:
        (count,) = (len(each.labels) for each in facet.store.axes if each.name == axis)
        chosen = [AxisChoices({axis: place}) for place in range(count)]
        packed["meta_axis"] = axis
    count = count_meta_boxes(heatmap, i)
    packed["meta"] = [
        [
            _write_meta(list_meta(heatmap, i, index, count, axes))
            for index in range(len(facet))
        ]
        for axes in chosen
    ]
    return packed


def _write_meta(boxes: list[MetaBox]) -> list[list[str | int]]:
    return [[box.text, box.note, box.share] for box in boxes]


class FacetPacker:
    """Packs the facets of one heatmap for one page, and keeps what has not changed.

    Parameters
    ----------
    most
        The heat values that travel to the page; of more, Python sends the rows that
        are asked for.
    keep_growing
        Whether heat that is filled in row by row stays in Python, too.
    all_slices
        Whether all slices of the axes travel, since no Python is there to be asked;
        more than `most` values are refused.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> packer = FacetPacker()
    >>> first = packer.pack(heatmap, compute_geometry(heatmap).units)
    >>> heatmap.width = 300
    >>> packer.pack(heatmap, compute_geometry(heatmap).units)[0] is first[0]
    True
    """

    def __init__(
        self,
        most: int = MOST_VALUES,
        *,
        keep_growing: bool = False,
        all_slices: bool = False,
    ) -> None:
        self._most = most
        self._keep_growing = keep_growing
        self._all_slices = all_slices
        self._facets: list[FacetData] = []
        # By identity; the stores are kept, so that no other one gets it.
        self._heats: dict[int, tuple[HeatStore, HeatData]] = {}

    def pack(self, heatmap: Heatmap, units: Sequence[Units]) -> list[FacetData]:
        """Return the facets of a heatmap, packed.

        Parameters
        ----------
        heatmap
            With data.
        units
            The text of each facet, as of `scene.wrap.split_units`.

        Raises
        ------
        ValueError
            If all slices are more than may travel.

        Examples
        --------
        >>> from textualheatmap.scene.geometry import compute_geometry
        >>> from textualheatmap.state.heatmap import Heatmap
        >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
        >>> facets = FacetPacker().pack(heatmap, compute_geometry(heatmap).units)
        >>> [facet.facet for facet in facets]
        ['facet-0']
        """
        count = range(len(heatmap.facets))
        stores = [
            heatmap.facets[i].store if self._all_slices else heatmap.choose_store(i)
            for i in count
        ]
        values = sum(map(count_values, stores))
        if self._all_slices and values > self._most:
            msg = (
                f"the heat has {values} values with all slices of its axes, expected "
                f"at most {self._most} in a file: keep fewer facets, or one slice "
                "(Facet.from_arrays(tokens, heat[layer, head]))"
            )
            raise ValueError(msg)
        fits = values <= self._most
        self._heats = {
            id(store): (store, self._make(store, fits=fits)) for store in stores
        }
        self._facets = [
            self._reuse(
                FacetData(
                    name=f"data-{i}",
                    syncable=False,
                    facet=heatmap.facet_ids[i],
                    heat=self._heats[id(stores[i])][1],
                    text=pack_text(heatmap, i, units[i], all_slices=self._all_slices),
                )
            )
            for i in count
        ]
        return self._facets

    def _make(self, store: HeatStore, *, fits: bool) -> HeatData:
        """Return the heat of a store, packed, or what the page has of it."""
        known = self._heats.get(id(store))
        grows = isinstance(store, GrowingStore)
        if known is not None and not grows:
            return known[1]
        return (
            pack_heat(store)
            if fits and not (grows and self._keep_growing)
            else leave_heat(store)
        )

    def _reuse(self, packed: FacetData) -> FacetData:
        """Return what the page has already, if it is the same."""
        names = ("name", "facet", "heat", "text")
        for known in self._facets:
            if all(getattr(known, name) == getattr(packed, name) for name in names):
                return known
        return packed


def count_values(store: HeatStore) -> int:
    """Return the number of heat values of a store, those of all slices together.

    Examples
    --------
    >>> from textualheatmap.facet.dense_store import DenseStore
    >>> count_values(DenseStore(np.float32([[1.0, 0.0]])))
    2
    """
    return prod(store.shape) * prod(len(axis.labels) for axis in store.axes)
