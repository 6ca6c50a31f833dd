"""What is computed: the choices that every way of making a saliency map shares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

if TYPE_CHECKING:
    from collections.abc import Callable

Method = Literal["gradient", "occlusion", "integrated-gradients"]
Output = Literal["logit", "log-probability"]
Target = Literal["true", "top"]
Wrt = Literal["embedding", "one-hot"]
Baseline = Literal["mask", "mean", "zero"]
Scale = Literal["row", "all"]

CHOICES = {
    "method": Method,
    "target": Target,
    "output": Output,
    "wrt": Wrt,
    "baseline": Baseline,
    "scale": Scale,
}
MAX_STEPS = 1000


@dataclass(frozen=True)
class Recipe:
    """What is computed, and how much of it at a time.

    Parameters
    ----------
    method
        `"gradient"`: the L2 norm of the output's gradient with respect to each input
        (Madsen, Distill 2019). `"occlusion"`: how much the output changes when the
        input is replaced by the baseline (Zeiler & Fergus, 2014), in absolute value; no
        gradients. `"integrated-gradients"`: the L2 norm of (input - baseline) times
        the mean gradient on the straight line between them (Sundararajan et al., 2017).
    target
        Which class's output: the true token's, or that of the best prediction.
    output
        Its logit, or its log-probability (over all classes).
    wrt
        What a gradient is taken with respect to: the embedded token, or the one-hot
        vector that the embedding matrix is multiplied by (the norm is then over the
        vocabulary, as the predecessor of this library did it).
    baseline
        What stands for an input that is not there: the embedded mask token, the mean of
        all embedded tokens, or zeros.
    steps
        Points on the line of integrated gradients (Gauss-Legendre), from 1 to 1000, at
        first: they are doubled as long as the sums miss the outputs' changes by more
        than 1 %.
    scale
        Whether heat 1 is the largest of its row, or of all rows.
    top
        Predictions to show for each token, from 0.
    batch_size
        Sequences at a time, from 1; None chooses.
    progress
        Whether to show a bar where it takes more than two seconds; or what to call with
        the sequences done so far and all there are.

    Raises
    ------
    ValueError, TypeError
        If a choice is none of these.

    Examples
    --------
    >>> Recipe(method="saliency")
    Traceback (most recent call last):
        ...
    ValueError: method is 'saliency', expected 'gradient', 'occlusion' or \
'integrated-gradients'
    """

    method: Method = "gradient"
    target: Target = "true"
    output: Output = "logit"
    wrt: Wrt = "embedding"
    baseline: Baseline = "zero"
    steps: int = 32
    scale: Scale = "row"
    top: int = 3
    batch_size: int | None = None
    progress: bool | Callable[[int, int], object] = True

    def __post_init__(self) -> None:
        for name, kind in CHOICES.items():
            check_choice(name, getattr(self, name), get_args(kind))
        check_integer("steps", self.steps, 1, MAX_STEPS)
        check_integer("top", self.top, 0)
        if self.batch_size is not None:
            check_integer("batch_size", self.batch_size, 1)
        if not (isinstance(self.progress, bool) or callable(self.progress)):
            msg = f"progress is {self.progress!r}, expected a bool or a callable"
            raise TypeError(msg)
        if self.wrt == "one-hot" and self.method != "gradient":
            msg = (
                f"wrt is 'one-hot', but method is {self.method!r}: expected 'gradient'"
            )
            raise ValueError(msg)

    def describe(self) -> dict[str, object]:
        """Return what a facet records of this.

        Examples
        --------
        >>> Recipe().describe()["method"]
        'gradient'
        """
        names = ["method", "target", "output", "scale"]
        names.append("baseline" if self.method == "occlusion" else "wrt")
        if self.method == "integrated-gradients":
            names.append("baseline")
        return {name: getattr(self, name) for name in names}


def check_choice(name: str, value: object, choices: tuple[str, ...]) -> None:
    """Raise ValueError if an argument is none of its choices.

    Examples
    --------
    >>> check_choice("scale", "row", ("row", "all"))
    """
    if value not in choices:
        *most, last = map(repr, choices)
        msg = f"{name} is {value!r}, expected {', '.join(most)} or {last}"
        raise ValueError(msg)


def check_integer(name: str, value: object, low: int, high: int | None = None) -> None:
    """Raise if an argument is no integer of its range.

    Examples
    --------
    >>> check_integer("steps", 32, 1, 1000)
    """
    if isinstance(value, bool) or not isinstance(value, int):
        msg = f"{name} is {value!r}, expected an integer"
        raise TypeError(msg)
    if value < low or (high is not None and value > high):
        upper = "" if high is None else f" to {high}"
        msg = f"{name} is {value}, expected an integer from {low}{upper}"
        raise ValueError(msg)
