"""A request: a text, the models that read it, and how they are asked to explain it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from background_task import TaskCancelledError
from numpy.typing import NDArray

from textualheatmap import Facet

if TYPE_CHECKING:
    from background_task import BackgroundTask
    from growing_answer import GrowingAnswer
    from model_registry import ModelRegistry

    from textualheatmap.saliency.arguments.options import Method, TargetClass

# Length of a text, whichever model reads it.
MAX_CHARACTERS = 5000
METHODS: dict[str, Method] = {
    "Gradient norm": "gradient",
    "Gradient × input": "gradient-x-input",  # noqa: RUF001 - the sign of a product
    "Occlusion": "occlusion",
    "Integrated gradients": "integrated-gradients",
}
TARGETS: dict[str, TargetClass] = {"Best prediction": "top", "True token": "true"}


class ModelRequest(NamedTuple):
    """What is asked of each model.

    Parameters
    ----------
    models
        Names of the models.
    text
        The text that they read.
    method, target, cap_first
        As in the functions of `textualheatmap.saliency`.
    """

    models: tuple[str, ...]
    text: str
    method: Method = "gradient"
    target: TargetClass = "top"
    cap_first: bool = False


# Called with the rows that are computed and their total.
Report = Callable[[int, int], object]
# Called with a facet, the number of a first row, and rows as they are computed.
ShowRows = Callable[[Facet, int, NDArray[np.float32]], object]
# Explains the text of a request by one model.
Explainer = Callable[[ModelRequest, Report, ShowRows], Facet]


def check_request(request: ModelRequest) -> None:
    """Raise ValueError if nothing is asked of any model, or the text is too long.

    Examples
    --------
    >>> check_request(ModelRequest(("GRU",), ""))
    Traceback (most recent call last):
        ...
    ValueError: there is nothing to explain: type a text
    """
    if not request.text:
        msg = "there is nothing to explain: type a text"
        raise ValueError(msg)
    if len(request.text) > MAX_CHARACTERS:
        msg = (
            f"text has {len(request.text):,} characters, "
            f"expected at most {MAX_CHARACTERS:,}"
        )
        raise ValueError(msg)
    if not request.models:
        msg = "no model is chosen, expected at least one"
        raise ValueError(msg)


def ask_models(
    registry: ModelRegistry,
    request: ModelRequest,
    task: BackgroundTask,
    growing: GrowingAnswer,
) -> dict[str, Facet | Exception]:
    """Ask one model after the other.

    Parameters
    ----------
    registry, request
        The models, and what is asked of them.
    task
        Gets the progress.
    growing
        Gets the rows of heat as they are computed.

    Returns
    -------
    answers
        The facet of each model, or the error that it raised.

    Raises
    ------
    TaskCancelledError
        If the task was cancelled.
    """
    answers: dict[str, Facet | Exception] = {}
    for name in request.models:
        task.begin(name)
        try:
            explain = registry.get_explainer(name)
            answers[name] = explain(request, task.report, partial(growing.add, name))
        except TaskCancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - shown beside the other answers
            answers[name] = error
    return answers
