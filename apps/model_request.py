"""A request: a text, the models that read it, and how they are asked to explain it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from functools import partial
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from background_task import TaskCancelledError

from textualheatmap import Facet

if TYPE_CHECKING:
    from background_task import BackgroundTask
    from growing_answer import GrowingAnswer
    from model_registry import ModelRegistry

    from textualheatmap.saliency.arguments.options import Method, TargetClass

# Length of a text, whichever model reads it.
MAX_CHARACTERS = 5000
SHOWN = {
    "What mattered": "saliency",
    "Attention": "attention",
    "Attention passed on (rollout)": "attention-rollout",
    "Attention × gradient": "attention-gradient",  # noqa: RUF001 - of a product
    "Attention × values": "attention-norm",  # noqa: RUF001 - of a product
    "What mattered at each layer": "layers",
    "Prediction after each layer": "lens",
}
SHOWN_OF_PAIRS = {
    "What mattered": "saliency",
    "Attention of the decoder": "cross-attention",
    "Attention of the decoder × gradient": "cross-attention-gradient",  # noqa: RUF001 - of a product
}
METHODS: dict[str, Method] = {
    "Gradient norm": "gradient",
    "Gradient × input": "gradient-x-input",  # noqa: RUF001 - of a product
    "Occlusion": "occlusion",
    "Integrated gradients": "integrated-gradients",
}
if find_spec("shap") is not None:
    METHODS["Owen values (SHAP)"] = "shap"
TARGETS: dict[str, TargetClass] = {"Best prediction": "top", "True token": "true"}
# What can be asked of models of each kind: fields of a request.
OF_ALL = frozenset({"method", "foil", "by", "is_signed", "noise"})
OF_LANGUAGE = OF_ALL | {"show", "target"}
ABILITIES = {
    "recurrent": OF_ALL | {"target"},
    "masked": OF_LANGUAGE,
    "causal": OF_LANGUAGE | {"go_on", "window", "cap_first"},
    "chat": OF_LANGUAGE
    | {"go_on", "window", "cap_first", "is_chat", "answer", "longest"},
    "seq2seq": OF_ALL | {"show_pair", "target", "answer", "longest"},
    "classify": OF_ALL,
}


class ModelRequest(NamedTuple):
    """What is asked of each model.

    Parameters
    ----------
    models
        Names of the models.
    text
        The text that they read.
    show
        `"saliency"`, or what else a language model has, as in `SHOWN`.
    show_pair
        The same of a model that writes a text about another, as in `SHOWN_OF_PAIRS`.
    method, target, cap_first
        As in the functions of `textualheatmap.saliency`.
    foil
        What the class is contrasted with: `"top"`, `"runner-up"`, the name of a class,
        or nothing.
    by
        What occlusion takes out at once.
    is_signed
        Whether occlusion and integrated gradients have a sign.
    noise
        The noise of SmoothGrad, 0 for none.
    is_chat
        Whether the text is what a user says to a chat model.
    answer
        The answer or translation that is explained; empty, the model writes it.
    longest
        Number of tokens of an answer that the model writes, at most.
    go_on
        Number of tokens by which a causal model first continues the text.
    window
        Number of tokens that a causal model reads at once, 0 for the whole text.
    """

    models: tuple[str, ...]
    text: str
    show: str = "saliency"
    show_pair: str = "saliency"
    method: Method = "gradient"
    target: TargetClass = "top"
    foil: str = ""
    by: Any = "token"
    is_signed: bool = False
    noise: float = 0.0
    is_chat: bool = False
    answer: str = ""
    longest: int = 64
    go_on: int = 0
    window: int = 0
    cap_first: bool = False


# Called with the rows that are computed and their total.
Report: TypeAlias = Callable[[int, int], object]
# Called with a facet, the number of a first row, and rows as they are computed; or with
# two facets, that number, and rows of either.
ShowRows: TypeAlias = Callable[[Any, int, Any], object]
# Explains the text of a request by one model: by one facet, or by several.
Explainer: TypeAlias = Callable[
    [ModelRequest, Report, ShowRows], Facet | Sequence[Facet]
]
Answer: TypeAlias = tuple[Facet, ...]


def list_facets(answer: Facet | Sequence[Facet]) -> Answer:
    """Return the facets of an answer, which is one or several.

    Examples
    --------
    >>> facet = Facet.from_arrays(["a"], [[1]])
    >>> list_facets(facet) == list_facets([facet])
    True
    """
    return (answer,) if isinstance(answer, Facet) else tuple(answer)


def list_askable(request: ModelRequest, abilities: Collection[str]) -> set[str]:
    """Return the fields of a request that matter, as far as models can do them.

    Parameters
    ----------
    request
        What is asked, of which some fields make others needless.
    abilities
        The fields that the models know, as in `ABILITIES`.

    Examples
    --------
    >>> request = ModelRequest(("GRU",), "a text", show="layers")
    >>> sorted(list_askable(request, ABILITIES["causal"]))
    ['show', 'target']
    """
    able = set(abilities)
    if "show" in able and request.show != "saliency":
        explains = request.show in ("layers", "attention-gradient")
        return able & ({"show", "target"} if explains else {"show"})
    if "show_pair" in able and request.show_pair != "saliency":
        explains = request.show_pair == "cross-attention-gradient"
        able &= {"show_pair", "answer", "longest"} | ({"target"} if explains else set())
        return able - ({"longest"} if request.answer else set())
    is_chat = "is_chat" in able and request.is_chat
    if is_chat:
        able -= {"go_on", "window", "cap_first"}
    elif "is_chat" in able:
        able -= {"answer", "longest"}
    if request.answer and "answer" in able:
        able -= {"longest"}
    if request.method not in ("occlusion", "integrated-gradients"):
        able -= {"is_signed"}
    able -= {"noise"} if request.method in ("occlusion", "shap") else set()
    return able - (set() if request.method == "occlusion" else {"by"})


def limit_request(request: ModelRequest, abilities: Collection[str]) -> ModelRequest:
    """Return a request of which fields that do not matter are as if nobody chose them.

    Examples
    --------
    >>> request = ModelRequest(("GRU",), "a text", show="lens", noise=0.1)
    >>> limited = limit_request(request, ABILITIES["recurrent"])
    >>> limited.show, limited.noise
    ('saliency', 0.1)
    """
    asked = list_askable(request, abilities)
    defaults = ModelRequest._field_defaults
    return request._replace(
        **{name: each for name, each in defaults.items() if name not in asked}
    )


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
    for name, text in (("text", request.text), ("answer", request.answer)):
        if len(text) > MAX_CHARACTERS:
            msg = (
                f"{name} has {len(text):,} characters, "
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
) -> dict[str, Answer | Exception]:
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
        The facets of each model, or the error that it raised.

    Raises
    ------
    TaskCancelledError
        If the task was cancelled.
    """
    answers: dict[str, Answer | Exception] = {}
    for name in request.models:
        task.begin(name)
        try:
            explain = registry.get_explainer(name)
            answer = explain(request, task.report, partial(growing.add, name))
            answers[name] = list_facets(answer)
        except TaskCancelledError:
            raise
        except Exception as error:  # noqa: BLE001 - shown beside the other answers
            answers[name] = error
    return answers
