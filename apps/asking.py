"""What a reader asks of models, and the widgets that say so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import panel as pn
import param
from model_request import (
    ABILITIES,
    MAX_CHARACTERS,
    METHODS,
    SHOWN,
    SHOWN_OF_PAIRS,
    TARGETS,
    ModelRequest,
    limit_request,
    list_askable,
)
from page import CONTROL, SPACED, WIDE

if TYPE_CHECKING:
    from collections.abc import Collection

    from panel.viewable import Viewable
    from param.parameterized import Event

SENTENCE = "The state of the union is strong, and the people of the states are one."
UNITS = {
    "One token": "token",
    "One word": "word",
    "One sentence": "sentence",
    "One line": "line",
}
NAMED = "named"
FOILS = {
    "Nothing else": "",
    "The best prediction": "top",
    "The second-best prediction": "runner-up",
    "Another one, written below": NAMED,
}
NOISES = {"None": 0.0, "5 % of the spread": 0.05, "10 %": 0.1, "20 %": 0.2}
FURTHER = frozenset(
    {
        *("foil", "by", "is_signed", "noise", "answer", "longest", "go_on", "window"),
        "cap_first",
    }
)
"""The fields that few readers need."""
# Numbers of tokens. Panel's field for a number has buttons without a name.
LONGEST = {str(number): number for number in (8, 16, 32, 64, 128, 256)}
ADDED = {"None": 0} | {str(number): number for number in (1, 5, 10, 20, 50, 100)}
WINDOWS = {"All": 0} | {str(number): number for number in (32, 64, 128, 256, 512, 1024)}


class Asking(param.Parameterized):
    """A text, the models that read it, and how they are to explain it.

    Its parameters are the fields of a `ModelRequest`. Widgets are shown for those that
    matter, and that all chosen models can do.

    Examples
    --------
    >>> asking = Asking(text="a text", show="lens", noise=0.1)
    >>> asking.follow_abilities([{"show", "noise"}])
    >>> asking.askable
    ['show']
    >>> asking.read_request().noise
    0.0
    """

    text = param.String(default=SENTENCE, doc="The text that the models read.")
    models = param.ListSelector(default=[], doc="Names of the models that are asked.")
    show = param.Selector(objects=SHOWN, doc="What is shown of a model.")
    show_pair = param.Selector(
        objects=SHOWN_OF_PAIRS,
        doc="What is shown of a model that writes a text about another.",
    )
    method = param.Selector(objects=METHODS, doc="How heat is computed.")
    target = param.Selector(objects=TARGETS, doc="Which class's output is explained.")
    contrast = param.Selector(
        objects=FOILS, doc="What the class is contrasted with: `foil`, or one by name."
    )
    foil = param.String(doc="What the class is contrasted with; empty for nothing.")
    by = param.Selector(objects=UNITS, doc="What occlusion takes out at once.")
    is_signed = param.Boolean(default=False, doc="Whether heat has a sign.")
    noise = param.Selector(objects=NOISES, doc="The noise of SmoothGrad.")
    is_chat = param.Boolean(
        default=False, doc="Whether the text is what a user says to a chat model."
    )
    answer = param.String(doc="The answer to explain; empty, the model writes it.")
    longest = param.Selector(
        default=64,
        objects=LONGEST,
        doc="Number of tokens of an answer that the model writes, at most.",
    )
    go_on = param.Selector(
        objects=ADDED,
        doc="Number of tokens by which `causal` first continues the text.",
    )
    window = param.Selector(
        objects=WINDOWS,
        doc="Number of tokens that `causal` reads at once, 0 for the whole text.",
    )
    cap_first = param.Boolean(
        default=False,
        doc="Whether `causal` ignores the first column when heat is scaled.",
    )
    askable: list[str] = param.List(  # pyright: ignore[reportAssignmentType]
        default=[], doc="The fields that matter, of those that all models can do."
    )

    def __init__(self, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(**params)
        self._able = _find_able([])
        self._offered: Collection[str] = ABILITIES["recurrent"]
        self.param.watch(self._write_foil, "contrast")
        self.param.watch(self._follow_foil, "foil")
        self.param.watch(self._list_askable, list(ModelRequest._fields))
        self._list_askable()

    def follow_abilities(self, abilities: Collection[Collection[str]]) -> None:
        """Offer what models can do, one collection of fields for each known model."""
        self._able = _find_able(abilities)
        # Before a model is read, what every model can do.
        self._offered = self._able if abilities else ABILITIES["recurrent"]
        self._list_askable()

    def read_request(self) -> ModelRequest:
        """Return what is asked, without what the chosen models cannot do."""
        given = {name: getattr(self, name) for name in ModelRequest._fields}
        request = ModelRequest(**{**given, "models": tuple(self.models)})
        return limit_request(request, self._able)

    def build_question(self) -> list[Viewable]:
        """Build the widgets that most readers need."""
        return [
            self._build(
                pn.widgets.Switch, "is_chat", "The text is a chat message", SPACED
            ),
            self._build(pn.widgets.Select, "show", "Show"),
            self._build(pn.widgets.Select, "show_pair", "Show of source and target"),
            self._build(pn.widgets.Select, "method", "Method"),
            self._build(pn.widgets.Select, "target", "Class"),
        ]

    def build_more(self) -> pn.Column:
        """Build the widgets that few readers need."""
        foil = self._build(pn.widgets.TextInput, "foil", "The other one")
        is_named = self.param.contrast.rx() == NAMED
        foil.visible = self.param.askable.rx.pipe(_has, "foil").rx.and_(is_named)
        widgets = [
            self._build(pn.widgets.Select, "contrast", "Rather than", field="foil"),
            foil,
            self._build(pn.widgets.Select, "by", "Taken out at once"),
            self._build(pn.widgets.Switch, "is_signed", "Heat with a sign", SPACED),
            self._build(pn.widgets.Select, "noise", "Noise (SmoothGrad)"),
            self._build(
                pn.widgets.TextAreaInput,
                "answer",
                "Answer to explain",
                placeholder="Empty: the model writes it",
                max_length=MAX_CHARACTERS,
                rows=2,
            ),
            self._build(pn.widgets.Select, "longest", "Most tokens of the answer"),
            self._build(pn.widgets.Select, "go_on", "Tokens that the model adds first"),
            self._build(pn.widgets.Select, "window", "Tokens read at once"),
            self._build(
                pn.widgets.Switch, "cap_first", "First token out of scale", SPACED
            ),
        ]
        nothing = pn.pane.HTML(
            "<p>There is nothing more to choose for this.</p>",
            visible=self.param.askable.rx.pipe(FURTHER.isdisjoint),
            **WIDE,
        )
        return pn.Column(*widgets, nothing, sizing_mode="stretch_width", margin=0)

    def build_text(self) -> Viewable:
        """Build the box for the text."""
        return pn.widgets.TextAreaInput.from_param(
            self.param.text,
            onkeyup=True,
            # Panel would begin with an empty `value_input`, and clearing the box
            # first of all would then change nothing.
            value_input=self.param.text,
            label="Text",
            max_length=MAX_CHARACTERS,
            rows=5,
            resizable="height",
            **CONTROL,
        )

    def build_models(self) -> list[Viewable]:
        """Build the choice of models."""
        return [
            pn.pane.HTML("<span>Models</span>", **WIDE),
            pn.widgets.CheckBoxGroup.from_param(self.param.models, **SPACED),
        ]

    def _build(
        self,
        widget: Any,  # noqa: ANN401 - a class of widgets
        name: str,
        label: str,
        style: dict[str, Any] = CONTROL,
        *,
        field: str = "",
        **options: Any,  # noqa: ANN401 - of the widget
    ) -> Any:  # noqa: ANN401
        """Build a widget that is shown where its field matters."""
        return widget.from_param(
            self.param[name],
            label=label,
            visible=self.param.askable.rx.pipe(_has, field or name),
            **options,
            **style,
        )

    def _list_askable(self, *_events: Event) -> None:
        given = {name: getattr(self, name) for name in ModelRequest._fields}
        self.askable = sorted(list_askable(ModelRequest(**given), self._offered))

    def _write_foil(self, event: Event) -> None:
        if event.new != NAMED:
            self.foil = event.new
        elif self.foil in FOILS.values():
            self.foil = ""

    def _follow_foil(self, event: Event) -> None:
        if event.new in FOILS.values():
            # Nothing is written yet of another one.
            if event.new or self.contrast != NAMED:
                self.contrast = event.new
        else:
            self.contrast = NAMED


def _find_able(abilities: Collection[Collection[str]]) -> set[str]:
    """Return what all models can do, and everything while none is known."""
    return set(ModelRequest._field_defaults).intersection(*abilities)


def _has(askable: list[str], name: str) -> bool:
    return name in askable
