"""Which method to trust: several, compared with occlusion and by what they leave."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import cycle
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
import pandas as pd

from textualheatmap.facet.fields import quote
from textualheatmap.saliency.arguments.argument_checks import read_share
from textualheatmap.saliency.maps.observation import observe
from textualheatmap.saliency.methods.faithfulness import measure_faithfulness

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from textualheatmap.saliency.maps.observation import Computation

METHODS: dict[str, dict[str, Any]] = {
    "gradient": {"method": "gradient"},
    "gradient-x-input": {"method": "gradient-x-input"},
    "integrated-gradients": {"method": "integrated-gradients"},
    "integrated-gradients, signed": {
        "method": "integrated-gradients",
        "reduce": "sum",
    },
    "occlusion": {"method": "occlusion"},
    "occlusion, signed": {"method": "occlusion", "reduce": "sum"},
}
# The floor of all methods: columns in an order by chance.
RANDOM = "random"
# Each curve's name, its column, and what is better.
CURVES = (
    ("Deletion", "comprehensiveness", "higher"),
    ("Insertion", "sufficiency", "lower"),
)
MARKERS = "os^Dv"
CHANCE: dict[str, Any] = {"color": "0.5", "linestyle": "--"}
# Rows in which fewer columns are asked about say nothing about an order.
FEWEST = 3


class Comparison(NamedTuple):
    """How faithful several methods are.

    Parameters
    ----------
    table
        One row a method, by `comprehensiveness`, the best first. `rank correlation` is
        Spearman's between the magnitudes of its heat and of occlusion's, the mean over
        rows. `comprehensiveness` and `sufficiency` are means of those of `curves`.
    curves
        One row a method and `share` of the tokens. `comprehensiveness` is what the
        output loses when so many of the best tokens are replaced by the baseline (the
        deletion curve): more is better. `sufficiency` is what it loses when only these
        are left (the insertion curve): less is better. Both are means over rows, in the
        unit of the output.
    """

    table: pd.DataFrame
    curves: pd.DataFrame

    def plot(self, axes: Sequence[Axes] | None = None) -> Sequence[Axes]:
        """Draw the deletion and the insertion curve of each method with matplotlib.

        Parameters
        ----------
        axes
            Two, for deletion and for insertion. None makes a figure with both, which
            is ``axes[0].figure`` of what is returned.

        Returns
        -------
        axes

        Raises
        ------
        ImportError
            If matplotlib is not installed, and there are no axes.

        Examples
        --------
        >>> import matplotlib.pyplot as plt
        >>> curves = pd.DataFrame(
        ...     {
        ...         "method": "gradient",
        ...         "share": [0.1, 0.5],
        ...         "comprehensiveness": [3, 5],
        ...         "sufficiency": [4, 1],
        ...     }
        ... )
        >>> table = pd.DataFrame({"rank correlation": [0.8]}, index=["gradient"])
        >>> deletion, insertion = Comparison(table, curves).plot()
        >>> insertion.get_ylabel()
        'sufficiency: fall of the output'
        >>> plt.close()
        """
        if axes is None:
            axes = _make_axes()
        for ax, (title, measure, better) in zip(axes, CURVES, strict=True):
            # In the order of the table, so that the legend says who is best.
            for method, marker in zip(self.table.index, cycle(MARKERS), strict=False):
                found = self.curves[self.curves["method"] == method]
                by_chance = method == RANDOM
                style: dict[str, Any] = CHANCE if by_chance else {"marker": marker}
                shares, losses = 100 * found["share"], found[measure]
                ax.plot(shares.to_numpy(), losses.to_numpy(), label=method, **style)
            ax.set_title(f"{title} ({better} is better)")
            ax.set_xlabel("share of the tokens, most important first (%)")
            ax.set_ylabel(f"{measure}: fall of the output")
        axes[-1].legend(loc="center left", bbox_to_anchor=(1, 0.5), frameon=False)
        return axes


def compare_methods(
    explain: Callable[..., object],
    methods: Sequence[str] | Mapping[str, Mapping[str, Any]] | None = None,
    *,
    shares: Sequence[float] = (0.1, 0.2, 0.3, 0.5),
    seed: int = 0,
) -> Comparison:
    """Compare methods of attribution on one text, to see which map to trust.

    All are measured by the same outputs and the same baseline. Columns are ordered by
    their heat, the largest first: signed heat by value, so that those come first which
    raise the output. An order by chance is compared, too.

    Parameters
    ----------
    explain
        `masked`, `causal` or another function with all but the method, such as
        `functools.partial(causal, model, tokenizer, text)`. With a `window`, each row
        is compared in the window that it is computed in.
    methods
        Names of methods, or a mapping of names of your own to arguments of `explain`,
        such as `{"smooth": {"method": "gradient", "noise": 0.1}}`. None compares all.
    shares
        Shares of a row's tokens that are taken away or left, above 0, to 1.
    seed
        What the order by chance follows from.

    Returns
    -------
    comparison
        Its numbers as tables: one row a method, and one a method and share.

    Raises
    ------
    ValueError
        If there is no such method, a share is not in its range, or no row of the map
        has three tokens.

    Examples
    --------
    >>> import torch
    >>> from functools import partial
    >>> from textualheatmap.saliency import sequence
    >>> explain = partial(sequence, torch.nn.GRU(2, 3), torch.rand(4, 2), "abcd")
    >>> compare_methods(explain, ["guess"])
    Traceback (most recent call last):
        ...
    ValueError: methods has 'guess', expected names among 'gradient', \
'gradient-x-input', 'integrated-gradients', 'integrated-gradients, signed', \
'occlusion', 'occlusion, signed'
    """
    chosen = _read_methods(methods)
    parts = [read_share(f"shares[{n}]", share) for n, share in enumerate(shares)]
    if not parts or not all(0 < part <= 1 for part in parts):
        msg = f"shares is {quote(shares)}, expected shares above 0, to 1"
        raise ValueError(msg)
    truth: list[Computation] = []
    orders = np.random.default_rng(seed)
    records: list[dict[str, Any]] = []

    def measure(
        name: str,
        attributions: NDArray[np.float32],
        computed: Computation,
        known: Computation,
    ) -> None:
        """Record one method's faithfulness, at the outputs that are explained."""
        # A method that needs no baseline has another one than occlusion.
        network = replace(computed.network, baseline=known.network.baseline)
        for row, target in enumerate(computed.targets):
            columns = _list_columns(computed, row)
            if len(columns) < FEWEST:
                continue
            heat = attributions[row, columns]
            best = [columns[n] for n in np.argsort(-heat, kind="stable")]
            output = computed.options.output
            losses = measure_faithfulness(network, target, output, best, parts)
            agreement = _correlate(heat, known.attributions[row, columns])
            records.extend(
                {
                    "method": name,
                    "share": part,
                    "rank correlation": agreement,
                    "comprehensiveness": without,
                    "sufficiency": only,
                }
                for part, without, only in zip(parts, *losses, strict=True)
            )

    def begin(computed: Computation) -> None:
        truth.append(computed)
        by_chance = orders.random(computed.attributions.shape, dtype=np.float32)
        measure(RANDOM, by_chance, computed, computed)

    with observe(begin):
        explain(method="occlusion")
    for name, options in chosen.items():
        # A text that is read in windows is a computation for each, in their order.
        rest = iter(truth)
        with observe(
            lambda each, name=name, rest=rest: measure(
                name, each.attributions, each, next(rest)
            )
        ):
            explain(**options)
    if not records:
        msg = f"no row has {FEWEST} tokens to compare, expected a longer text"
        raise ValueError(msg)
    frame = pd.DataFrame(records)
    curves = frame.groupby(["method", "share"], sort=False, as_index=False).mean()
    table = frame.drop(columns="share").groupby("method", sort=False).mean()
    return Comparison(
        table.sort_values("comprehensiveness", ascending=False),
        curves.drop(columns="rank correlation"),
    )


def _make_axes() -> Sequence[Axes]:
    """Return the two axes of a new figure."""
    try:
        import matplotlib.pyplot as plt  # noqa: PLC0415 - an extra
    except ImportError as error:
        msg = "plots need matplotlib: pip install 'panel-textualheatmap[figures]'"
        raise ImportError(msg) from error
    return plt.subplots(1, 2, figsize=(10, 3.6), layout="constrained")[1]


def _read_methods(
    methods: Sequence[str] | Mapping[str, Mapping[str, Any]] | None,
) -> dict[str, Mapping[str, Any]]:
    """Return the arguments of each method by its name."""
    if methods is None:
        return dict(METHODS)
    if isinstance(methods, Mapping):
        return dict(methods)
    for name in methods:
        if name not in METHODS:
            msg = (
                f"methods has {quote(name)}, expected names among "
                f"{', '.join(map(repr, METHODS))}"
            )
            raise ValueError(msg)
    return {name: METHODS[name] for name in methods}


def _list_columns(computed: Computation, row: int) -> list[int]:
    """Return the columns that a row asks about: no later ones, and none left out."""
    last = computed.targets[row].positions[-1]
    return [
        number
        for number, inputs in enumerate(computed.network.columns)
        if not (computed.network.is_causal and inputs[0] > last)
        and not (computed.left_out is not None and computed.left_out[row, number])
    ]


def _correlate(heat: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Return Spearman's rank correlation of magnitudes, NaN where all are equal."""
    ranks = [pd.Series(np.abs(each)).rank() for each in (heat, other)]
    if any(each.min() == each.max() for each in ranks):
        return float("nan")
    return ranks[0].corr(ranks[1])
