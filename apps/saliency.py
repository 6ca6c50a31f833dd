"""Ask models what mattered to them: type a text, and see it coloured.

A text that a model writes appears token by token, with its predictions. Rows of heat
appear as they are computed, from the first token on, and the focus goes along until a
reader moves it. A request that is cancelled leaves the text and the rows that it has;
one that fails, or is cancelled before there are any, leaves what was shown before. The
last texts of the session can be put back with all that was asked about them, and a new
answer of a model can be compared with the one before.

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
from asking import Asking
from background_task import (
    BackgroundTask,
    Progress,
    describe_progress,
    find_percentage,
)
from folded import Folded
from growing_answer import GrowingAnswer
from model_registry import BUILT_IN, ModelRegistry, import_reader, name_models
from model_request import Answer, ModelRequest, ask_models, check_request
from page import CONTROL, WIDE, Page, write_paragraph
from provenance_text import describe_heat
from recent_requests import RecentRequests
from shortcut import Shortcut

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from param.parameterized import Event

    from textualheatmap import Facet

HINT = "Type a text, choose one model or more, and see what mattered to each of them."
PROGRESS: dict[str, Any] = {**WIDE, "margin": (4, 0, 8, 0), "bar_color": "primary"}
# Errors of a request or a machine. Any other error is a bug, and is logged as well.
EXPECTED = (
    *(ArithmeticError, ImportError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError),
)


class App(Asking, Page):
    """One session: a text, what is asked about it, and the answers of models.

    Parameters
    ----------
    registry
        The models that all sessions share.
    """

    data_heading = "Text and models"
    more_heading = "More choices"

    progress = param.ClassSelector(
        class_=Progress, doc="How far the request is, None while there is none."
    )
    status = param.String(doc="How far the request is in words, or how it ended.")
    compared: list[tuple[str, str]] = param.List(  # pyright: ignore[reportAssignmentType]
        default=[],
        doc="The names of each facet that is shown and of its model's last answer.",
    )

    def __init__(self, registry: ModelRegistry, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(about=HINT, **params)
        self._registry = registry
        self._task: BackgroundTask | None = None
        self._growing = self._grow()
        # The last whole answer of each model.
        self._answers: dict[str, Answer] = {}
        self._recent = RecentRequests(self._put_back, **CONTROL)
        self.param.watch(self._mark_recent, list(ModelRequest._fields))
        names = list(registry.locations)
        self.param.models.objects = names
        # Models that were named after `--args` follow the built-in ones.
        self.models = names[len(BUILT_IN) :][:1] or names[:1]
        self.param.watch(self._follow_models, "models")
        self._follow_models()

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
            self._follow_models()

    async def explain(self) -> None:
        """Ask the chosen models, and show the answers of those that have one.

        What is written and rows that are computed are shown at once. If the request is
        cancelled, they stay. A model that fails leaves a message. If all fail, or none
        has a row yet, what was shown stays.
        """
        if self._task is not None:
            return
        request = self.read_request()
        self.param.update(message="", status="")
        try:
            check_request(request)
        except ValueError as error:
            self.message = str(error)
            return
        self._recent.keep(request)
        self._task = task = BackgroundTask()
        self._growing = self._grow()
        before = {"about": self.about, "compared": self.compared}
        work = partial(ask_models, self._registry, request, task, self._growing)
        try:
            answers = await task.run(work, self._watch)
        # Once its page is left, Bokeh empties this module: its names are gone.
        except task.CancelledError:
            if not task.is_abandoned:
                self._keep_rows(task.progress)
        else:
            if not task.is_abandoned:
                self.status = ""
                self._show(answers, before)
        finally:
            self._task = self.progress = None

    def cancel(self) -> None:
        """Cancel the request, if there is one."""
        if self._task is not None:
            self._task.cancel()
            self._watch(self._task.progress)

    def leave(self) -> None:
        """Cancel the request, if there is one, of a page that is gone."""
        if self._task is not None:
            self._task.abandon()

    def compare(self) -> None:
        """Show how the answers differ from the last ones of the same models."""
        for name, last in self.compared:
            self.facet_choice.show_difference(name, last)

    def name_shown(self) -> str:
        """Return the titles of the models, for the title of a saved page."""
        return f"{' and '.join(self.heatmap.facet_titles)}: saliency"

    def build_parts(self) -> dict[str, Any]:
        """Build the parts of the page, with what stands below the text and models."""
        return {
            **super().build_parts(),
            "more": Folded(lambda _: self.build_more()),
            "ask": self.build_ask(),
        }

    def build_data(self) -> pn.Column:
        """Build the text, the choice of models, and what is asked of them."""
        return pn.Column(
            self.build_text(),
            pn.panel(self._recent),
            *self.build_models(),
            *self.build_question(),
            sizing_mode="stretch_width",
        )

    def build_ask(self) -> pn.Column:
        """Build the button that asks, and the progress of a request."""
        shortcut = Shortcut(width=0, height=0, margin=0)
        shortcut.param.watch(self._start, "presses")
        running = self.param.progress.rx.is_not(None)
        has_last = self.param.compared.rx.len() > 0
        return pn.Column(
            pn.widgets.Button(
                label="Explain (Ctrl+Enter)",
                color="primary",
                disabled=running,
                on_click=self._start,
                **{**WIDE, "margin": (0, 0, 8, 0)},
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
            pn.widgets.Button(
                label="Compare with the last result",
                visible=has_last.rx.and_(running.rx.not_()),
                on_click=lambda _: self.compare(),
                **WIDE,
            ),
            shortcut,
            sizing_mode="stretch_width",
        )

    async def _start(self, _event: Event) -> None:
        await self.explain()

    def _follow_models(self, *_events: Event) -> None:
        """Offer what the chosen models can do, as far as they have been read."""
        known = [self._registry.find_abilities(name) for name in self.models]
        self.follow_abilities([each for each in known if each is not None])

    def _put_back(self, request: ModelRequest) -> None:
        """Ask the same again, of those models that are still there."""
        offered = self.param.models.objects
        models = [name for name in request.models if name in offered]
        self.param.update({**request._asdict(), "models": models})

    def _mark_recent(self, *_events: Event) -> None:
        self._recent.mark(self.read_request())

    def _grow(self) -> GrowingAnswer:
        return GrowingAnswer(self.heatmap, self.facet_choice, _name_title)

    def _watch(self, progress: Progress) -> None:
        begun = len(self._growing.facets)
        self._growing.show()
        status = describe_progress(progress)
        written = self._growing.count_written(progress.model)
        if written and not progress.is_cancelled:
            status = f"{progress.model}: the text has {written:,} tokens so far"
        self.param.update(progress=progress, status=status)
        if len(self._growing.facets) > begun:
            self._describe(self._growing.facets)

    def _keep_rows(self, progress: Progress) -> None:
        """Say what there is of a cancelled request, which stays."""
        self._growing.show(at_once=True)
        facets = self._growing.facets
        if not facets:
            self.status = "Cancelled."
            return
        self._describe(facets)
        written = self._growing.count_written(progress.model)
        if written:
            self.status = (
                f"{progress.model}: cancelled at {written:,} tokens, before their heat."
            )
            return
        rows = self._growing.rows.get(progress.model, 0)
        count = f" after {rows:,} of {progress.total:,} tokens"
        self.status = f"{progress.model}: cancelled{count * bool(progress.total)}."

    def _show(
        self, answers: Mapping[str, Answer | Exception], before: dict[str, Any]
    ) -> None:
        """Show the facets of the models, and the messages of those that failed.

        If there is none, what was shown comes back, with what was said of it before.
        """
        facets: dict[str, Answer] = {}
        errors: dict[str, Exception] = {}
        for name, answer in answers.items():
            if isinstance(answer, Exception):
                errors[name] = answer
            else:
                facets[name] = answer
        self.message = "\n".join(f"{name}: {error}" for name, error in errors.items())
        if facets:
            self._growing.finish(facets)
            self._describe(facets)
            self._answers |= facets
        else:
            self._growing.go_back()
            self.param.update(before)
        for error in errors.values():
            if not isinstance(error, EXPECTED):
                raise error

    def _describe(self, answers: Mapping[str, Answer]) -> None:
        """Say what is shown, and offer the last answers of the same models.

        The facets of one answer have the same provenance. A last answer is offered
        where it is one facet, like the new one.
        """
        titles = [_name_title(name) for name in answers]
        facets = [first for first, *_ in answers.values()]
        axes = dict.fromkeys(axis.name for each in facets for axis in each.store.axes)
        hint = f" Choose the {' and the '.join(axes)} under View." if axes else ""
        self.about = describe_heat(titles, facets) + hint
        last: dict[str, Facet] = {}
        pairs: list[tuple[str, str]] = []
        for model, names in self._growing.names.items():
            before = self._answers.get(model, ())
            if len(before) == len(names) == 1:
                pairs.append((names[0], f"{names[0]} (last)"))
                last[pairs[-1][1]] = before[0]
        self.facet_choice.offer(last)
        self.compared = pairs

    def _withdraw(self, name: str) -> None:
        """Take a model out of the choice."""
        left = [each for each in self.param.models.objects if each != name]
        self.models = [each for each in self.models if each != name] or left[:1]
        self.param.models.objects = left


def _name_title(model: str) -> str:
    return BUILT_IN.get(model, model)


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
    pn.state.on_session_destroyed(lambda _: app.leave())


# What `pn.state.served` says, which reads the source of all callers first.
if __name__.startswith("bokeh_app_"):
    serve_app(sys.argv[1:])
