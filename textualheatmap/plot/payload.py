"""What travels to the browser: the state of the focus, and the facets, packed."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING, Any

from bokeh.core.properties import Any as AnyProperty
from bokeh.core.properties import Bool, Bytes, Dict, Int, List, Nullable, String
from bokeh.model import DataModel

from textualheatmap.facet.linear_codes import quantise
from textualheatmap.scene.escape import EMPTY, escape_text
from textualheatmap.scene.geometry import CELL_WIDTH, LINE_HEIGHT, Geometry
from textualheatmap.scene.probability import write_probability

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textualheatmap.facet.fields import Meta
    from textualheatmap.state.heatmap import Facet, Heatmap

# Bokeh draws a text that looks like a number lower than other text; a zero width
# space keeps it from looking like one ("2019" beside "the" in a Text glyph).
NOT_A_NUMBER = "\u200b"


class FocusState(DataModel):
    """The focus and the window, as the browser knows them."""

    # One property, so that the three always arrive together.
    origin = List(
        Int,
        default=[0, -1, -1],
        help="Facet of the focused token, its index in it, and the index of its first "
        "counterpart in the first facet; -1 for none.",
    )
    pinned = Bool(default=False, help="Whether hover leaves the focus alone.")
    line = Int(default=0, help="First shown line.")
    slid = Int(default=-1, help="Index that the slider was last moved to by a focus.")


class FacetData(DataModel):
    """A facet's heats and cells, packed for the wire."""

    heat = Nullable(
        Bytes,
        help="Deflated uint8 codes of the heat matrix, row by row; None where Python "
        "sends the rows that are asked for.",
    )
    text = Bytes(help="Deflated JSON of scales, tokens, cells and meta.")
    geometry = Dict(String, Int, help="Measures in px, columns and lines.")
    focused = List(Int, help="Indexes of the focused tokens, as the browser asks.")
    row = AnyProperty(default=None, help="Python's answer, as of `pack_row`.")
    # The browser's own, from here on.
    unpacked = AnyProperty(default=None, help="Heat and text, unpacked.")
    shown = AnyProperty(default=None, help="First line of the filled window.")
    heats = AnyProperty(default=None, help="Heat of each token for the focus.")
    hovered = Int(default=-1, help="Index of the token under the pointer, or -1.")


def pack_row(facet: Facet, focused: Sequence[int]) -> dict[str, Any]:
    """Pack the heat row of a focus; of several tokens the largest heat counts.

    Returns
    -------
    dict
        ``codes`` (uint8) and ``scale``: heat = codes * scale / 255; and ``focused``,
        the indexes that it answers.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Facet
    >>> facet = Facet.from_arrays(["a", "b"], [[1, 0], [0.5, 0.25]])
    >>> row = pack_row(facet, [1])
    >>> row["codes"].tolist(), row["scale"]
    ([255, 128], 0.5)
    """
    codes, scales = quantise(facet.store.rows(focused).max(axis=0, keepdims=True))
    return {"codes": codes[0], "scale": float(scales[0]), "focused": list(focused)}


def pack_facet(
    heatmap: Heatmap, geometry: Geometry, i: int, *, with_heat: bool = True
) -> FacetData:
    r"""Pack facet i of a heatmap for the browser.

    Without heat, Python has to answer what the browser asks for in `focused`.

    Examples
    --------
    >>> from textualheatmap.scene.geometry import compute_geometry
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> heatmap = Heatmap().set_data([[{"token": "Hi", "heat": [1.0]}]])
    >>> zlib.decompress(pack_facet(heatmap, compute_geometry(heatmap), 0).heat)
    b'\xff'
    """
    facet = heatmap.facets[i]
    tokens = facet.tokens
    cells = geometry.cells[i]
    twins = [other.tokens for other in heatmap.facets]
    text: dict[str, Any] = {
        "tokens": [escape_text(tokens.texts[p]) or EMPTY for p in tokens.positions],
        "starts": tokens.starts[tokens.positions].tolist(),
        "ends": tokens.ends[tokens.positions].tolist(),
        # The first facet that spells the same text, and the first one that cuts it
        # into the same tokens.
        "spelling": next(k for k, t in enumerate(twins) if t.text == tokens.text),
        "cut": next(
            k
            for k, t in enumerate(twins)
            if t.texts == tokens.texts and (t.is_format == tokens.is_format).all()
        ),
        "index": cells.index.tolist(),
        "line": cells.line.tolist(),
        "column": cells.column.tolist(),
        "width": cells.width.tolist(),
        "text": [text + NOT_A_NUMBER if text.strip() else "" for text in cells.text],
    }
    codes = None
    if with_heat:
        matrix, scales = quantise(facet.heat)
        codes = zlib.compress(matrix.tobytes(), 9)
        text["scales"] = [float(f"{scale:.6g}") for scale in scales]
    if geometry.meta_height:
        text["meta"] = [_write_meta(tokens.meta[p]) for p in tokens.positions]
    measures = {
        "left": geometry.left,
        "top": geometry.top,
        "cell": CELL_WIDTH,
        "line": LINE_HEIGHT,
        "lines": geometry.facet_lines(i),
        "window": geometry.facet_window(i),
        "columns": geometry.columns,
    }
    return FacetData(
        name=f"data-{i}",
        heat=codes,
        text=zlib.compress(json.dumps(text, ensure_ascii=False).encode(), 9),
        geometry=measures,
    )


def _write_meta(meta: Meta) -> list[str | list[str]]:
    return [
        escape_text(text) if p is None else [escape_text(text), write_probability(p)]
        for text, p in meta
    ]
