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
from job import Job, Progress, StoppedError, find_share, say_progress
from page import CONTROL, SWITCH, WIDE, Page, write_paragraph
from shelf import MAX_CHARACTERS, OWN, Shelf, answer, find_reader, name_models
from shortcut import Shortcut
from wish import METHODS, TARGETS, Wish, describe_heat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from param.parameterized import Event

SENTENCE = "The state of the union is strong, and the people of the states are one."
HINT = "Type a text, choose one model or more, and see what mattered to each of them."
PROGRESS: dict[str, Any] = {**WIDE, "margin": (12, 0, 8, 0), "bar_color": "primary"}
# What a reader asks for or a machine lacks. Anything else is a bug, and is logged too.
EXPECTED = (
    *(ArithmeticError, ImportError, MemoryError, OSError, RuntimeError),
    *(TypeError, ValueError),
)


class App(Page):
    """One session: a text, what is asked about it, and the answers of models.

    Parameters
    ----------
    shelf
        The models that all sessions share.
    """

    text = param.String(default=SENTENCE, doc="What the models read.")
    models = param.ListSelector(default=[], doc="Names of the models that are asked.")
    method = param.Selector(objects=METHODS, doc="How heat is computed.")
    target = param.Selector(objects=TARGETS, doc="Which class's output is explained.")
    cap_first = param.Boolean(default=False, doc="As in `causal`.")
    progress = param.ClassSelector(
        class_=Progress, doc="How far the job is, None without one."
    )

    def __init__(self, shelf: Shelf, **params: Any) -> None:  # noqa: ANN401 - Param checks them
        super().__init__(about=HINT, **params)
        self._shelf = shelf
        self._job: Job | None = None
        names = list(shelf.places)
        self.param.models.objects = names
        # Those of `--args` stand behind those that are always there.
        self.models = names[len(OWN) :][:1] or names[:1]

    async def read_models(self) -> None:
        """Read every model; one that cannot be read is told, and not offered."""
        problems: list[str] = []
        for name in self._shelf.places:
            try:
                await asyncio.to_thread(self._shelf.take, name)
            except EXPECTED as error:
                problems.append(str(error))
                self._withdraw(name)
                # What is missing for all of them is told once.
                self.message = "\n".join(dict.fromkeys(problems))

    async def explain(self) -> None:
        """Show what mattered to the models; an error leaves what was shown."""
        if self._job is not None:
            return
        self._job = job = Job()
        self.message = ""
        names = list(self.models)
        wish = Wish(self.method, self.target, self.cap_first)
        work = partial(answer, self._shelf, names, self.text, wish, job)
        try:
            facets = await job.run(work, partial(setattr, self, "progress"))
        except StoppedError:
            pass
        except Exception as error:
            self.message = f"{job.progress.stage}: {error}".removeprefix(": ")
            if not isinstance(error, EXPECTED):
                raise
        else:
            titles = [OWN.get(name, name) for name in names]
            self.heatmap.param.update(
                facets=facets,
                facet_titles=titles,
                focus=len(facets[0]) - 1,
                pinned=False,
            )
            self.about = describe_heat(titles, facets)
        finally:
            self._job = self.progress = None

    def cancel(self) -> None:
        """Stop what is being computed, at the end of its batch."""
        if self._job is not None:
            self._job.stop()

    def name_shown(self) -> str:
        """Return the titles of the models, and what they were asked for."""
        return f"{' and '.join(self.heatmap.facet_titles)}: saliency"

    def build_data(self) -> pn.Column:
        """Build what asks, and what tells how far it is."""
        shortcut = Shortcut(width=0, height=0, margin=0)
        shortcut.param.watch(self._start, "presses")
        running = self.param.progress.rx.is_not(None)
        return pn.Column(
            pn.widgets.TextAreaInput.from_param(
                self.param.text,
                onkeyup=True,
                label="Text",
                max_length=MAX_CHARACTERS,
                rows=5,
                resizable="height",
                **CONTROL,
            ),
            pn.pane.HTML("<span>Models</span>", **WIDE),
            pn.widgets.CheckBoxGroup.from_param(self.param.models, **SWITCH),
            pn.widgets.Select.from_param(self.param.method, label="Method", **CONTROL),
            pn.widgets.Select.from_param(self.param.target, label="Class", **CONTROL),
            pn.widgets.Switch.from_param(
                self.param.cap_first, label="First token out of scale", **SWITCH
            ),
            pn.widgets.Button(
                label="Explain (Ctrl+Enter)",
                color="primary",
                disabled=running,
                on_click=self._start,
                **WIDE,
            ),
            pn.Column(
                pn.indicators.Progress(
                    value=self.param.progress.rx.pipe(find_share), **PROGRESS
                ),
                pn.pane.HTML(
                    self.param.progress.rx.pipe(say_progress).rx.pipe(
                        write_paragraph, role="status"
                    ),
                    **WIDE,
                ),
                pn.widgets.Button(
                    label="Cancel", on_click=lambda _: self.cancel(), **WIDE
                ),
                visible=running,
                sizing_mode="stretch_width",
            ),
            shortcut,
            sizing_mode="stretch_width",
        )

    async def _start(self, _event: Event) -> None:
        await self.explain()

    def _withdraw(self, name: str) -> None:
        """Take a model out of the choice."""
        left = [each for each in self.param.models.objects if each != name]
        self.models = [each for each in self.models if each != name] or left[:1]
        self.param.models.objects = left


def serve_app(arguments: Sequence[str]) -> None:
    """Put a new session on the page; the arguments say where models are."""
    pn.extension()
    places = {**OWN, **name_models(arguments)}
    app = App(pn.state.as_cached("shelf", lambda: Shelf(places, find_reader())))
    app.serve("Saliency map")
    pn.state.onload(app.read_models)
    pn.state.on_session_destroyed(lambda _: app.cancel())


if pn.state.served:
    serve_app(sys.argv[1:])
