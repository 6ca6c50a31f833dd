"""A request: a text, the models that read it, and how they are asked to explain it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from background_task import TaskCancelledError

from textualheatmap import Facet

if TYPE_CHECKING:
    from background_task import BackgroundTask
    from model_registry import ModelRegistry

    from textualheatmap.saliency.options import Method, TargetClass

# Length of a text, whichever model reads it.
MAX_CHARACTERS = 5000
METHODS: dict[str, Method] = {
    "Gradient norm": "gradient",
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
# Explains the text of a request by one model.
Explainer = Callable[[ModelRequest, Report], Facet]


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
    registry: ModelRegistry, request: ModelRequest, task: BackgroundTask
) -> dict[str, Facet | Exception]:
    """Ask one model after the other.

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
            answers[name] = registry.get_explainer(name)(request, task.report)
        except TaskCancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - shown beside the other answers
            answers[name] = error
    return answers
