"""The row of heat that is shown for the focus, as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from textualheatmap.state.colouring import paint_facet
from textualheatmap.state.grouping import find_groups

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import NDArray

    from textualheatmap.state.colouring import Coloured

COLUMNS = {
    "facet": "object",
    "index": "int64",
    "token": "object",
    "value": "float64",
    "heat": "float64",
    "rank": "Int64",
    "share": "float64",
}
"""The columns of the table and their types."""


def build_row_table(
    heatmap: Coloured, ids: Iterable[str], numbers: Iterable[int]
) -> pd.DataFrame:
    """Return the heat that some facets show for the focus: one row a token.

    Parameters
    ----------
    heatmap
        The heatmap. Without a focus the table is empty.
    ids
        The id of each facet.
    numbers
        The numbers of the facets that are in the table.

    Returns
    -------
    table
        As `Heatmap.row` describes it.

    Examples
    --------
    >>> from textualheatmap.state.heatmap import Heatmap
    >>> records = [{"token": "a", "heat": [3, 1]}, {"token": "b", "heat": [1, 1]}]
    >>> heatmap = Heatmap().set_data([records]).highlight(0)
    >>> build_row_table(heatmap, ["facet-0"], [0])["share"].tolist()
    [0.75, 0.25]
    """
    # The longest import of all, and few need a table.
    import pandas as pd  # noqa: PLC0415

    names = list(ids)
    focused = heatmap.find_focus() is not None
    parts = [_build_part(heatmap, names[i], i) for i in numbers if focused]
    empty = pd.DataFrame({name: [] for name in COLUMNS})
    table = pd.concat(parts, ignore_index=True) if parts else empty
    return table.astype(COLUMNS)


def _build_part(heatmap: Coloured, name: str, i: int) -> pd.DataFrame:
    """Return the rows of facet i."""
    import pandas as pd  # noqa: PLC0415

    tokens, painted = heatmap.facets[i].tokens, paint_facet(heatmap, i)
    groups = find_groups(tokens, heatmap.view_state.grouping)
    starts = np.arange(len(tokens)) if groups is None else groups.starts
    ends = starts + 1 if groups is None else groups.stop[starts]
    positions: list[int] = tokens.positions.tolist()
    value = painted.value[starts].astype(np.float64)
    heat = np.where(painted.shown, painted.heat, np.nan)[starts]
    return pd.DataFrame(
        {
            "facet": pd.Series([name] * len(starts), dtype="object"),
            "index": starts,
            "token": pd.Series(
                [
                    "".join(tokens.texts[positions[start] : positions[end - 1] + 1])
                    for start, end in zip(starts, ends, strict=True)
                ],
                dtype="object",
            ),
            "value": value,
            "heat": heat.astype(np.float64),
            "rank": pd.Series(np.abs(value)).rank(method="min", ascending=False),
            "share": _share(value),
        }
    )


def _share(value: NDArray[np.float64]) -> NDArray[np.float64]:
    """Divide by the sum of all magnitudes, unless that is 0."""
    total = float(np.nansum(np.abs(value)))
    return value / total if total else value
