"""Ask models what mattered to them: type a text, and see it coloured.

Run it with one of::

    panel serve apps/saliency.py
    panel serve apps/saliency.py --args path-or-name ...
"""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import TYPE_CHECKING, Any

import panel as pn
import param
from background_task import (
    BackgroundTask,
    Progress,
    TaskCancelledError,
    describe_progress,
    find_percentage,
)
from model_registry import BUILT_IN, ModelRegistry, import_reader, name_models
from model_request import (
    MAX_CHARACTERS,
    METHODS,
    TARGETS,
    ModelRequest,
    ask_models,
    check_request,
)
from page import CONTROL, SPACED, WIDE, Page, write_paragraph
from provenance_text import describe_heat
from shortcut import Shortcut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from param.parameterized import Event

    from textualheatmap import Facet

SENTENCE = "The state of the union is strong, and the people of the states are one."
HINT = "Type a text, choose one model or more, and see what mattered to each of them."
PROGRESS: dict[str, Any] = {**WIDE, "margin": (12, 0, 8, 0), "bar_color": "primary"}
# Errors of a request or a machine. Any other error is a bug, and is logged as well.
EXPECTED = (
    *(ArithmeticError, ImportError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError),
)


class App(Page):
    """One session: a text, what is asked about it, and the answers of models.

    Parameters
    ----------
    registry
        The models that all sessions share.
    """

    data_heading = "Text and models"

    text = param.String(default=SENTENCE, doc="The text that the models read.")
    models = param.ListSelector(default=[], doc="Names of the models that are asked.")
    method = param.Selector(objects=METHODS, doc="How heat is computed.")
    target = param.Selector(objects=TARGETS, doc="Which class's output is explained.")
    cap_first = param.Boolean(
        default=False,
        doc="Whether `causal` ignores the first column when heat is scaled.",
    )
    progress = param.ClassSelector(
        class_=Progress, doc="How far the request is, None while there is none."
    )
    status = param.String(doc="How far the request is in words, or how it ended.")

    def __init__(self, registry: ModelRegistry, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(about=HINT, **params)
        self._registry = registry
        self._task: BackgroundTask | None = None
        names = list(registry.locations)
        self.param.models.objects = names
        # Models that were named after `--args` follow the built-in ones.
        self.models = names[len(BUILT_IN) :][:1] or names[:1]

    async def read_models(self) -> None:
        """Read every model; one that cannot be read is not offered any more."""
        problems: list[str] = []
        for name in self._registry.locations:
            try:
                await asyncio.to_thread(self._registry.get_explainer, name)
            except EXPECTED as error:
                problems.append(str(error))
                self._withdraw(name)
                # All models may have the same problem, which is said once.
                self.message = "\n".join(dict.fromkeys(problems))

    async def explain(self) -> None:
        """Ask the chosen models, and show the answers of those that have one.

        A model that fails leaves a message. If all fail, or the request is cancelled,
        what was shown stays.
        """
        if self._task is not None:
            return
        request = ModelRequest(
            tuple(self.models), self.text, self.method, self.target, self.cap_first
        )
        self.param.update(message="", status="")
        try:
            check_request(request)
        except ValueError as error:
            self.message = str(error)
            return
        self._task = task = BackgroundTask()
        work = partial(ask_models, self._registry, request, task)
        try:
            answers = await task.run(work, self._watch)
        except TaskCancelledError:
            self.status = "Cancelled."
        else:
            self.status = ""
            self._show(answers)
        finally:
            self._task = self.progress = None

    def cancel(self) -> None:
        """Cancel the request, if there is one."""
        if self._task is not None:
            self._task.cancel()
            self._watch(self._task.progress)

    def name_shown(self) -> str:
        """Return the titles of the models, for the title of a saved page."""
        return f"{' and '.join(self.heatmap.facet_titles)}: saliency"

    def build_data(self) -> pn.Column:
        """Build the controls of a request, and its progress."""
        shortcut = Shortcut(width=0, height=0, margin=0)
        shortcut.param.watch(self._start, "presses")
        running = self.param.progress.rx.is_not(None)
        return pn.Column(
            pn.widgets.TextAreaInput.from_param(
                self.param.text,
                onkeyup=True,
                # Panel would begin with an empty `value_input`, and clearing the box
                # first of all would then change nothing.
                value_input=self.text,
                label="Text",
                max_length=MAX_CHARACTERS,
                rows=5,
                resizable="height",
                **CONTROL,
            ),
            pn.pane.HTML("<span>Models</span>", **WIDE),
            pn.widgets.CheckBoxGroup.from_param(self.param.models, **SPACED),
            pn.widgets.Select.from_param(self.param.method, label="Method", **CONTROL),
            pn.widgets.Select.from_param(self.param.target, label="Class", **CONTROL),
            pn.widgets.Switch.from_param(
                self.param.cap_first, label="First token out of scale", **SPACED
            ),
            pn.widgets.Button(
                label="Explain (Ctrl+Enter)",
                color="primary",
                disabled=running,
                on_click=self._start,
                **WIDE,
            ),
            pn.indicators.Progress(
                value=self.param.progress.rx.pipe(find_percentage),
                visible=running,
                **PROGRESS,
            ),
            pn.pane.HTML(
                pn.bind(write_paragraph, self.param.status, role="status"), **WIDE
            ),
            pn.widgets.Button(
                label="Cancel",
                visible=running,
                on_click=lambda _: self.cancel(),
                **WIDE,
            ),
            shortcut,
            sizing_mode="stretch_width",
        )

    async def _start(self, _event: Event) -> None:
        await self.explain()

    def _watch(self, progress: Progress) -> None:
        self.param.update(progress=progress, status=describe_progress(progress))

    def _show(self, answers: Mapping[str, Facet | Exception]) -> None:
        """Show the facets of the models, and the messages of those that failed."""
        titles: list[str] = []
        facets: list[Facet] = []
        errors: dict[str, Exception] = {}
        for name, answer in answers.items():
            if isinstance(answer, Exception):
                errors[name] = answer
            else:
                titles.append(BUILT_IN.get(name, name))
                facets.append(answer)
        self.message = "\n".join(f"{name}: {error}" for name, error in errors.items())
        if facets:
            self.heatmap.param.update(
                facets=facets,
                facet_titles=titles,
                focus=len(facets[0]) - 1,
                pinned=False,
            )
            self.about = describe_heat(titles, facets)
        for error in errors.values():
            if not isinstance(error, EXPECTED):
                raise error

    def _withdraw(self, name: str) -> None:
        """Take a model out of the choice."""
        left = [each for each in self.param.models.objects if each != name]
        self.models = [each for each in self.models if each != name] or left[:1]
        self.param.models.objects = left


def serve_app(arguments: Sequence[str]) -> None:
    """Put a new session on the page; the arguments say where models are."""
    pn.extension()
    locations = {**BUILT_IN, **name_models(arguments)}
    registry = pn.state.as_cached(
        "model registry", lambda: ModelRegistry(locations, import_reader())
    )
    app = App(registry)
    app.serve("Saliency map")
    pn.state.onload(app.read_models)
    pn.state.on_session_destroyed(lambda _: app.cancel())


if pn.state.served:
    serve_app(sys.argv[1:])
