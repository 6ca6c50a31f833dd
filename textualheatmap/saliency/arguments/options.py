"""The options that all functions of this package share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any, Literal, TypeAlias, get_args

import numpy as np
from numpy.typing import NDArray

from textualheatmap.facet.facet import Facet
from textualheatmap.facet.fields import quote
from textualheatmap.saliency.arguments.argument_checks import (
    check_choice,
    read_integer,
    read_share,
)
from textualheatmap.saliency.arguments.byte_sizes import read_bytes
from textualheatmap.saliency.arguments.method_class import (
    ARGUMENTS,
    check_layer_class,
    check_method_class,
    describe_method_class,
    is_method_class,
    list_arguments,
)
from textualheatmap.state.grouping import Unit

Method = Literal[
    "gradient", "gradient-x-input", "occlusion", "integrated-gradients", "shap"
]
# A class of Captum, or one that is called as these are.
MethodClass: TypeAlias = Callable[..., Any]
Reduce = Literal["norm", "sum"]
Output = Literal["logit", "log-probability"]
TargetClass = Literal["true", "top"]
# Why this class rather than that one.
Contrast: TypeAlias = tuple[str, str]
Wrt = Literal["embedding", "one-hot"]
Baseline = Literal["mask", "mean", "zero"]
Scale = Literal["row", "all", "none"]
# What a model in half precision computes in.
Arithmetic = Literal["float32", "model"]
# Takes a facet whose heat is missing, the number of a first row, and rows of its heat.
ShowRows: TypeAlias = Callable[[Facet, int, NDArray[np.float32]], Any]

CHOICES = {
    "output": Output,
    "wrt": Wrt,
    "baseline": Baseline,
    "by": Unit,
    "scale": Scale,
    "precision": Arithmetic,
}
# Methods whose heat has no sign unless it is asked for.
UNSIGNED = ("gradient", "occlusion", "integrated-gradients")
MAX_STEPS = 1000
# What the sign of heat means: it is recorded in the provenance of signed heat.
SIGN = "positive heat raises the output, negative heat lowers it"


@dataclass(frozen=True)
class AttributionOptions:
    """How attributions are computed, and how many sequences at a time.

    Parameters
    ----------
    method
        `"gradient"` takes the L2 norm of the gradient of the output with respect to
        each input (Madsen, Distill 2019). `"gradient-x-input"` multiplies gradient and
        input (Shrikumar et al., 2017). `"occlusion"` takes the change of the output
        when the input is replaced by the baseline (Zeiler & Fergus, 2014); it needs no
        gradients. `"integrated-gradients"` multiplies (input - baseline) by the mean
        gradient on the straight line between them (Sundararajan et al., 2017).
        `"shap"` takes Owen values by SHAP's partition explainer. A class of Captum is
        called as its own documentation says (Kokhlikyan et al., 2020).
    reduce
        How the numbers of an input become its heat: by their L2 `"norm"`, or by their
        `"sum"`, which is signed. None means `"norm"` for gradients, occlusion and
        integrated gradients, `"sum"` for the others. The norm of an occlusion is the
        absolute change. A gradient alone has no sum, because its dimensions have no
        common meaning.
    target
        Explain the output of the `"true"` class or of the `"top"` prediction, or by
        how much it is above that of another class: a pair of `"true"`, `"top"` or the
        name of a class, and `"top"`, `"runner-up"` or the name of a class (Yin &
        Neubig, 2022). Where the top class is the first one itself, the second is the
        runner-up, and the other way round. The pair may be a list.
    output
        Explain its `"logit"` or its `"log-probability"` (over all classes).
    wrt
        Differentiate with respect to the `"embedding"` of a token, or to its
        `"one-hot"` vector, which the embedding matrix is multiplied by. The norm of
        the latter is over the vocabulary, as in the predecessor of this library.
    baseline
        Replace a missing input by the embedded `"mask"` token, by the `"mean"` of all
        embedded tokens, or by a vector of `"zero"`.
    by
        What occlusion takes out at once: a `"token"`, or all tokens of a `"word"`, a
        `"sentence"` or a `"line"`, each of which then has the whole change as its heat.
    steps
        Number of points on the line of integrated gradients (Gauss-Legendre), from 1
        to 1000. It is doubled while the sums miss the change of the outputs by more
        than 0.01 %.
    noise
        Standard deviation of the noise that SmoothGrad adds to the inputs of a method
        of gradients (Smilkov et al., 2017), as a share of the spread of the embedded
        inputs: the largest of their numbers minus the least. 0 adds none.
    samples
        Number of noisy inputs whose attributions are averaged, from 1. The paper has
        50. Of a class of Captum that draws samples, their number.
    seed
        What the noise follows from, from 0: the same seed gives the same map.
    evaluations
        Number of texts that `"shap"` may read for a row, from 2.
    scale
        Divide heat by the largest of its `"row"` or of `"all"` rows, in magnitude.
        `"none"` leaves it in the unit of the method.
    top
        Number of predictions to show for each token, from 0.
    batch_size
        Number of sequences at a time, from 1. None chooses it.
    memory
        Bytes that batches may take, also with a unit, such as `"2 GiB"`. None takes
        most of what is free.
    precision
        Whether a model in half precision, or in `torch.autocast`, computes in
        `"float32"`, or as the `"model"` itself does.
    progress
        True shows a bar when the work takes more than two seconds. A callable is
        called with the rows done and their total.
    on_rows
        Called with rows of heat as they are computed.

    Raises
    ------
    ValueError, TypeError
        If an option has none of these values.

    Examples
    --------
    >>> AttributionOptions(method="saliency")
    Traceback (most recent call last):
        ...
    ValueError: method is 'saliency', expected 'gradient', 'gradient-x-input', \
'occlusion', 'integrated-gradients' or 'shap'
    """

    method: Method | MethodClass = "gradient"
    target: TargetClass | Contrast = "true"
    reduce: Reduce | None = None
    output: Output = "logit"
    wrt: Wrt = "embedding"
    baseline: Baseline = "zero"
    by: Unit = "token"
    steps: int = 32
    noise: float = 0.0
    samples: int = 20
    seed: int = 0
    evaluations: int = 500
    scale: Scale = "row"
    top: int = 3
    batch_size: int | None = None
    memory: int | str | None = None
    precision: Arithmetic = "float32"
    progress: bool | Callable[[int, int], object] = True
    on_rows: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        self._check_method()
        for name, kind in CHOICES.items():
            check_choice(name, getattr(self, name), get_args(kind))
        self._read_target()
        if self.reduce is None:
            usual = "norm" if self.method in UNSIGNED else "sum"
            object.__setattr__(self, "reduce", usual)
        check_choice("reduce", self.reduce, get_args(Reduce))
        self._read_integer("steps", 1, MAX_STEPS)
        self._read_integer("top", 0)
        self._read_integer("samples", 1)
        self._read_integer("seed", 0)
        self._read_integer("evaluations", 2)
        object.__setattr__(self, "noise", read_share("noise", self.noise))
        self._check_companions()
        if self.batch_size is not None:
            self._read_integer("batch_size", 1)
        if self.memory is not None:
            object.__setattr__(self, "memory", read_bytes("memory", self.memory))
        if not (isinstance(self.progress, bool) or callable(self.progress)):
            msg = f"progress is {quote(self.progress)}, expected a bool or a callable"
            raise TypeError(msg)
        if not (self.on_rows is None or callable(self.on_rows)):
            msg = f"on_rows is {quote(self.on_rows)}, expected a callable or None"
            raise TypeError(msg)

    def _check_method(self) -> None:
        if is_method_class(self.method):
            check_method_class(self.method)
        else:
            check_choice("method", self.method, get_args(Method))

    def _check_companions(self) -> None:
        """Check what goes with some methods only."""
        if self.reduce == "sum" and self.method == "gradient":
            msg = (
                "reduce is 'sum', but method is 'gradient': expected 'norm', or the "
                "method 'gradient-x-input'"
            )
            raise ValueError(msg)
        if self.by != "token" and self.method != "occlusion":
            msg = (
                f"by is {self.by!r}, but method is {self.method!r}: expected "
                "'occlusion' (a heatmap's grouping pools the heat of other methods)"
            )
            raise ValueError(msg)
        if self.noise and self.method in ("occlusion", "shap"):
            msg = (
                f"noise is {self.noise}, but method is {self.method!r}: expected a "
                "method of gradients"
            )
            raise ValueError(msg)
        if self.wrt == "one-hot" and self.method != "gradient":
            msg = (
                f"wrt is 'one-hot', but method is {self.method!r}: expected 'gradient'"
            )
            raise ValueError(msg)

    def _read_target(self) -> None:
        """Check the target; a pair becomes a tuple."""
        target: object = self.target
        if target in get_args(TargetClass):
            return
        if isinstance(target, list):
            target = tuple(target)
        if isinstance(target, tuple) and [type(each) for each in target] == [str, str]:
            object.__setattr__(self, "target", target)
            return
        msg = (
            f"target is {quote(self.target)}, expected 'true', 'top' or a pair of the "
            "names of a class and its foil, such as ('true', 'runner-up')"
        )
        raise ValueError(msg)

    def _read_integer(self, name: str, low: int, high: int | None = None) -> None:
        number = read_integer(name, getattr(self, name), low, high)
        object.__setattr__(self, name, number)

    @property
    def is_signed(self) -> bool:
        """Whether heat has a sign."""
        return self.reduce == "sum"

    def describe(self) -> dict[str, object]:
        """Return the options that a facet records in its provenance.

        Examples
        --------
        >>> AttributionOptions().describe()["method"]
        'gradient'
        """
        record: dict[str, object] = {
            name: getattr(self, name) for name in self._list_used()
        }
        if self.method == "shap":
            record["shap"] = version("shap")
        if is_method_class(self.method):
            record |= describe_method_class(self.method)
        if self.by != "token":
            record["heat of a token"] = f"the whole change without its {self.by}"
        if not isinstance(self.target, str):
            record["target"] = list(self.target)
        record |= describe_precision(self.precision)
        return {**record, "sign": SIGN} if self.is_signed else record

    def _list_used(self) -> list[str]:
        """Return the names of the options that matter to heat."""
        names = ["method", "target", "output", "scale"]
        names.append("baseline" if self.method == "occlusion" else "wrt")
        if self.method != "gradient":
            names.append("reduce")
        if self.method == "integrated-gradients":
            names += ["baseline", "steps"]
        if self.method == "shap":
            names += ["baseline", "evaluations"]
        if is_method_class(self.method):
            taken = list_arguments(getattr(self.method, "attribute"))  # noqa: B009
            names += [name for name, other in ARGUMENTS.items() if other in taken]
        if self.noise or "samples" in names:
            names += ["noise", "samples", "seed"]
        if self.by != "token":
            names.append("by")
        return names


@dataclass(frozen=True)
class LayerOptions(AttributionOptions):
    """Options of a class of Captum that explains an output by the states of a layer.

    Parameters are those of `AttributionOptions`. A class that multiplies its gradients
    has a sign, unless `reduce` is `"norm"`; one that does not has none.

    Raises
    ------
    ValueError, TypeError
        If an option has none of its values.

    Examples
    --------
    >>> LayerOptions(method="occlusion")
    Traceback (most recent call last):
        ...
    ValueError: method is 'occlusion', expected 'gradient', or a class such as \
LayerIntegratedGradients, LayerConductance, LayerGradientXActivation or \
InternalInfluence of captum.attr
    """

    def _check_method(self) -> None:
        check_layer_class(self.method)
        kind: Any = self.method
        # Only an object knows; it is called with nothing.
        if getattr(kind(None, None), "multiplies_by_inputs", False):
            return
        if self.reduce == "sum":
            msg = (
                f"reduce is 'sum', but method is {kind.__name__}, which multiplies its "
                "gradients by nothing: expected 'norm'"
            )
            raise ValueError(msg)
        object.__setattr__(self, "reduce", "norm")


def describe_precision(precision: Arithmetic) -> dict[str, object]:
    """Return what a facet records of the precision: nothing if it is the usual one.

    Examples
    --------
    >>> describe_precision("model"), describe_precision("float32")
    ({'precision': 'model'}, {})
    """
    return {} if precision == "float32" else {"precision": precision}
