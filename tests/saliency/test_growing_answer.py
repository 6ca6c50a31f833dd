"""Rows that appear in the app while a model computes them, and what comes after."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from threading import Event, Semaphore
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from tests.saliency.test_saliency_app import (
    DONE,
    SECONDS,
    answer_at_once,
    app,
    apps,
    explain,
    find_widget,
    open_with,
    places,
)
from textualheatmap import Facet
from textualheatmap.facet.growing import append_tokens, await_rows

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from types import ModuleType

    from apps.model_request import ModelRequest, ShowRows
    from apps.saliency import App

__all__ = ["app", "apps", "places"]

HEAT = np.array([[1, 0, 0], [0.5, 1, 0], [0.25, 0.5, 1]], dtype=np.float32)
UNKNOWN = np.full((3, 3), np.nan, dtype=np.float32)


class Paced:
    """A model that computes a row whenever it is told to, and then ends or fails."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self._steps = Semaphore(0)

    def step(self) -> None:
        """Let it compute a row, or end after the last one."""
        self._steps.release()

    def __call__(
        self,
        request: ModelRequest,
        report: Callable[[int, int], object],
        on_rows: ShowRows,
    ) -> Facet:
        text = list(request.text)
        begun = Facet.from_arrays(text, UNKNOWN, missing=True, provenance=DONE)
        on_rows(begun, 0, HEAT[:0])
        for row in range(4):
            report(row, 3)
            while not self._steps.acquire(timeout=0.01):
                report(row, 3)
            if row < 3:
                on_rows(begun, row, HEAT[row : row + 1])
        if self._error is not None:
            raise self._error
        return Facet.from_arrays(text, HEAT, provenance=DONE)


async def until(is_so: Callable[[], object]) -> None:
    """Wait until something is so."""

    async def wait() -> None:
        while not is_so():  # noqa: ASYNC110 - it ends or the test fails
            await asyncio.sleep(0.01)

    await asyncio.wait_for(wait(), SECONDS)


def count_rows(app: App, facet: int = 0) -> int:
    """Return how many rows of a facet are known."""
    if len(app.heatmap.facets) <= facet:
        return 0
    return int((~np.isnan(app.heatmap.facets[facet].heat)).all(axis=1).sum())


@pytest.fixture(autouse=True)
def _at_once(apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch) -> None:
    """Show rows whenever the loop looks for them."""
    monkeypatch.setattr(apps["growing_answer"], "INTERVAL", 0)
    monkeypatch.setattr(apps["background_task"], "INTERVAL", 0.01)


@asynccontextmanager
async def running(app: App, model: Paced, rows: int) -> AsyncIterator[None]:
    """Let a request run up to some rows, and wait in the end until it is over."""
    task = asyncio.create_task(app.explain())
    for row in range(rows):
        model.step()
        await until(lambda row=row: count_rows(app) > row)
    if rows == 0:
        await until(lambda: app.progress is not None and app.progress.total)
    yield
    await asyncio.wait_for(task, SECONDS)


def test_rows_appear_as_they_are_computed_and_nothing_is_drawn_anew(
    apps: dict[str, ModuleType],
) -> None:
    model = Paced()
    app = open_with(apps, GRU=model)
    app.text = "abc"

    async def read() -> None:
        async with running(app, model, 1):
            version = app.heatmap.version
            assert np.isnan(app.heatmap.facets[0].heat[1:]).all()
            assert app.heatmap.facet_titles == ["GRU"]
            assert app.about.startswith("GRU: heat is the norm")
            assert app.heatmap.focus == 0
            model.step()
            await until(lambda: count_rows(app) == 2)
            assert app.heatmap.version == version
            assert app.heatmap.focus == 1
            model.step()
            model.step()

    asyncio.run(read())
    facet = app.heatmap.facets[0]
    np.testing.assert_array_equal(facet.heat, HEAT)
    # Now the page may have all of it.
    assert not facet.store.missing
    assert (app.heatmap.focus, app.status, app.message) == (2, "", "")


@pytest.mark.parametrize("pinned", [True, False])
def test_rows_leave_a_focus_alone_that_the_reader_moved(
    apps: dict[str, ModuleType], *, pinned: bool
) -> None:
    model = Paced()
    app = open_with(apps, GRU=model)
    app.text = "abc"

    async def read() -> None:
        async with running(app, model, 2):
            app.heatmap.highlight(0)
            app.heatmap.pinned = pinned
            model.step()
            await until(lambda: count_rows(app) == 3)
            assert app.heatmap.focus == 0
            model.step()

    asyncio.run(read())
    assert (app.heatmap.focus, app.heatmap.pinned) == (0, pinned)


def test_what_is_cancelled_before_its_first_row_leaves_what_was_shown(
    apps: dict[str, ModuleType],
) -> None:
    model = Paced()
    app = open_with(apps, quick=answer_at_once, slow=model)
    explain(app, text="before", models=["quick"])
    shown, about = app.heatmap.param.values(), app.about
    app.param.update(text="abc", models=["slow"])

    async def cancel() -> None:
        async with running(app, model, 0):
            app.cancel()

    asyncio.run(cancel())
    assert app.status == "Cancelled."
    assert app.heatmap.param.values() == shown
    assert app.about == about


def test_rows_of_a_cancelled_request_stay_and_are_counted(
    apps: dict[str, ModuleType],
) -> None:
    model = Paced()
    app = open_with(apps, GRU=model)
    explain_whole(app, model)
    explain_whole(app, model)

    async def cancel() -> None:
        async with running(app, model, 0):
            for rows in (1, 2):
                model.step()
                await until(lambda rows=rows: count_rows(app) == rows)
            app.cancel()
            assert app.status == "Cancelling ..."

    asyncio.run(cancel())
    assert app.status == "GRU: cancelled after 2 of 3 tokens."
    assert count_rows(app) == 2
    assert app.message == ""
    # The whole answer before is still there to be chosen.
    app.facet_choice.choose(["GRU (last)"])
    np.testing.assert_array_equal(app.heatmap.facets[0].heat, HEAT)


def test_rows_wait_for_each_other_but_not_at_the_end(
    apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apps["growing_answer"], "INTERVAL", 2 * SECONDS)
    model = Paced()
    app = open_with(apps, GRU=model)
    app.text = "abc"

    async def cancel() -> None:
        async with running(app, model, 1):
            model.step()
            await until(lambda: app.progress is not None and app.progress.rows == 2)
            assert count_rows(app) == 1
            app.cancel()

    asyncio.run(cancel())
    assert count_rows(app) == 2


def explain_whole(app: App, model: Paced, text: str = "abc") -> None:
    """Explain a text by a paced model, without a stop."""
    for _ in range(4):
        model.step()
    explain(app, text=text)


def test_a_model_that_fails_after_some_rows_brings_back_what_was_shown(
    apps: dict[str, ModuleType],
) -> None:
    failing, sound = Paced(FloatingPointError("overflow")), Paced()
    app = open_with(apps, sound=sound, failing=failing)
    for _ in range(2):
        explain_whole(app, sound)
    app.compare()
    shown, choice = app.heatmap.param.values(), app.facet_choice.param.values()
    told = (app.about, app.compared)
    app.models = ["failing"]

    async def fail() -> None:
        async with running(app, failing, 0):
            failing.step()
            await until(lambda: app.heatmap.facet_titles == ["failing"])
            for _ in range(3):
                failing.step()

    asyncio.run(fail())
    assert app.message == "failing: overflow"
    kept = ("facets", "facet_titles", "focus", "focus_span", "pinned")
    assert {name: getattr(app.heatmap, name) for name in kept} == {
        name: shown[name] for name in kept
    }
    assert app.facet_choice.param.values() == choice
    assert (app.about, app.compared) == told


def test_a_second_model_grows_beside_the_first(apps: dict[str, ModuleType]) -> None:
    first, second = Paced(), Paced()
    app = open_with(apps, first=first, second=second)
    app.param.update(text="abc", models=["first", "second"])

    async def read() -> None:
        async with running(app, first, 3):
            first.step()
            second.step()
            await until(lambda: count_rows(app, 1) == 1)
            assert app.heatmap.facet_titles == ["first", "second"]
            assert count_rows(app) == 3
            app.cancel()

    asyncio.run(read())
    assert app.status == "second: cancelled after 1 of 3 tokens."
    assert app.heatmap.facet_titles == ["first", "second"]
    assert app.about.startswith("first, second: heat is")


def test_rows_of_a_facet_that_is_left_out_are_there_when_it_is_shown_again(
    apps: dict[str, ModuleType],
) -> None:
    first, second = Paced(), Paced()
    app = open_with(apps, first=first, second=second)
    app.param.update(text="abc", models=["first", "second"])

    async def read() -> None:
        async with running(app, first, 3):
            first.step()
            second.step()
            await until(lambda: count_rows(app, 1) == 1)
            app.facet_choice.choose(["first"])
            second.step()
            await until(lambda: app.progress and app.progress.rows == 2)
            app.facet_choice.choose(["first", "second"])
            assert count_rows(app, 1) == 2
            app.cancel()

    asyncio.run(read())


def test_what_a_reader_chose_while_rows_came_stays_with_the_whole_answer(
    apps: dict[str, ModuleType],
) -> None:
    first, second = Paced(), Paced()
    app = open_with(apps, first=first, second=second)
    app.param.update(text="abc", models=["first", "second"])
    chosen = {"direction": "column", "scale": "facet", "palette": "greys", "gamma": 2}

    async def read() -> None:
        async with running(app, first, 3):
            first.step()
            second.step()
            await until(lambda: count_rows(app, 1) == 1)
            app.facet_choice.show_difference("second", "first")
            app.facet_choice.choose(["second", "second - first"])
            app.heatmap.highlight(0, "second")
            app.heatmap.param.update(pinned=True, **chosen)
            for _ in range(3):
                second.step()

    asyncio.run(read())
    assert app.heatmap.facet_titles == ["second", "second - first"]
    assert (app.heatmap.focus_facet, app.heatmap.focus_span) == ("second", (0, 1))
    assert app.heatmap.pinned
    assert {name: getattr(app.heatmap, name) for name in chosen} == chosen
    choice = app.facet_choice
    assert list(choice.offered) == ["first", "second", "second - first"]
    assert choice.shown == ["second", "second - first"]
    # The difference is that of the whole answers.
    np.testing.assert_array_equal(app.heatmap.facets[1].heat, np.zeros((3, 3)))
    choice.choose(["first"])
    assert not app.heatmap.facets[0].store.missing


def test_a_facet_left_out_stays_so_when_another_model_begins(
    apps: dict[str, ModuleType],
) -> None:
    models = [Paced(), Paced(), Paced()]
    app = open_with(apps, a=models[0], b=models[1], c=models[2])
    app.param.update(text="abc", models=["a", "b", "c"])

    async def read() -> None:
        async with running(app, models[0], 3):
            models[0].step()
            models[1].step()
            await until(lambda: count_rows(app, 1) == 1)
            app.facet_choice.choose(["b"])
            for _ in range(3):
                models[1].step()
            models[2].step()
            await until(lambda: app.heatmap.facet_titles == ["b", "c"])
            assert list(app.facet_choice.offered) == ["a", "b", "c"]
            for _ in range(3):
                models[2].step()

    asyncio.run(read())
    assert app.heatmap.facet_titles == ["b", "c"]
    assert app.heatmap.focus == 2


def test_a_model_that_fails_takes_its_rows_along_and_leaves_the_others(
    apps: dict[str, ModuleType],
) -> None:
    sound, failing = Paced(), Paced(FloatingPointError("overflow"))
    app = open_with(apps, sound=sound, failing=failing)
    app.param.update(text="abc", models=["sound", "failing"])

    async def read() -> None:
        async with running(app, sound, 3):
            sound.step()
            failing.step()
            await until(lambda: count_rows(app, 1) == 1)
            app.facet_choice.choose(["failing"])
            for _ in range(3):
                failing.step()

    asyncio.run(read())
    assert app.message == "failing: overflow"
    # Nothing else is left to be shown.
    assert app.heatmap.facet_titles == list(app.facet_choice.offered) == ["sound"]
    assert app.heatmap.focus == 2


def test_an_answer_is_compared_with_the_last_one_of_its_model(
    apps: dict[str, ModuleType],
) -> None:
    other = HEAT[::-1].copy()
    heats = [HEAT, other]

    def answer(request: ModelRequest, *_: object) -> Facet:
        return Facet.from_arrays(list(request.text), heats.pop(0), provenance=DONE)

    app = open_with(apps, GRU=answer, LSTM=answer_at_once)
    button = find_widget(app, "Compare with the last result")
    explain(app, text="abc", models=["GRU"])
    assert not button.visible
    # What another model says in between does not matter.
    explain(app, text="abc", models=["LSTM"])
    explain(app, text="abc", models=["GRU"])
    assert button.visible
    button.param.trigger("clicks")
    assert app.heatmap.facet_titles == ["GRU", "GRU - GRU (last)"]
    np.testing.assert_array_equal(app.heatmap.facets[1].heat, other - HEAT)
    assert app.message == ""


def test_texts_that_have_little_in_common_are_not_compared(
    apps: dict[str, ModuleType],
) -> None:
    app = open_with(apps, GRU=answer_at_once)
    explain(app, text="abcdef")
    explain(app, text="xyz")
    app.compare()
    assert "of their text in common" in app.message
    assert app.heatmap.facet_titles == ["GRU"]


def test_a_recent_text_comes_back_with_what_was_asked_about_it(
    apps: dict[str, ModuleType],
) -> None:
    app = open_with(apps, GRU=answer_at_once, LSTM=answer_at_once)
    recent = find_widget(app, "Recent texts")
    assert not recent.visible
    explain(app, text="first\n text", models=["GRU"], method="occlusion")
    explain(app, text="second", models=["GRU", "LSTM"], method="gradient")
    assert recent.visible
    _, newest, oldest = recent.options
    assert newest == "second · GRU, LSTM · Gradient norm"
    assert oldest == "first text · GRU · Occlusion"
    assert recent.value.text == "second"
    app.text = "another"
    assert recent.value is None
    recent.value = recent.options[oldest]
    asked = (app.text, app.models, app.method)
    assert asked == ("first\n text", ["GRU"], "occlusion")
    assert recent.value.text == "first\n text"


def test_the_last_ten_texts_are_kept_each_once(apps: dict[str, ModuleType]) -> None:
    app = open_with(apps, GRU=answer_at_once)
    for number in (*range(12), 5):
        explain(app, text=f"text {number}")
    names = list(find_widget(app, "Recent texts").options)[1:]
    assert [name.split(" ·")[0] for name in names] == [
        f"text {number}" for number in (5, 11, 10, 9, 8, 7, 6, 4, 3, 2)
    ]


def test_two_long_texts_that_begin_alike_are_two_choices(
    apps: dict[str, ModuleType],
) -> None:
    app = open_with(apps, GRU=answer_at_once)
    for end in "ab":
        explain(app, text="x" * 60 + end)
    assert len(find_widget(app, "Recent texts").options) == 3


class Writer(Paced):
    """A model that writes the letters of a text after its first one, then explains."""

    def __call__(
        self,
        request: ModelRequest,
        report: Callable[[int, int], object],
        on_rows: ShowRows,
    ) -> Facet:
        first, *letters = request.text
        nothing, meta = [[float("nan")]], [[("m", 0.5)]]
        begun = Facet.from_arrays([first], nothing, meta, missing=True, provenance=DONE)
        written = await_rows(begun)
        on_rows(written, 0, HEAT[:0, :1])
        for letter in letters:
            self._wait(report)
            written = append_tokens(written, [letter], meta=[[("m", 0.5)]])
            on_rows(written, 0, HEAT[:0, : len(written)])
        for row in range(3):
            self._wait(report)
            on_rows(written, row, HEAT[row : row + 1])
        self._wait(report)
        if self._error is not None:
            raise self._error
        return Facet.from_arrays(
            list(request.text), HEAT, written.tokens.meta, provenance=DONE
        )

    def _wait(self, report: Callable[[int, int], object]) -> None:
        report(0, 3)
        while not self._steps.acquire(timeout=0.01):
            report(0, 3)


def read_shown(app: App, facet: int = 0) -> str:
    """Return the text of a facet, as far as it is shown."""
    facets = app.heatmap.facets
    return facets[facet].tokens.text if len(facets) > facet else ""


async def write(app: App, model: Writer, text: str, facet: int = 0) -> None:
    """Let a model write up to a text."""
    model.step()
    await until(lambda: read_shown(app, facet) == text)


def test_a_text_grows_while_a_model_writes_it(apps: dict[str, ModuleType]) -> None:
    model = Writer()
    app = open_with(apps, GRU=model)
    show_before(app)
    app.text = "abc"

    async def read() -> None:
        async with running(app, model, 0):
            # What is only read is not shown yet.
            assert read_shown(app) == "before"
            await write(app, model, "ab")
            version = app.heatmap.version
            assert np.isnan(app.heatmap.facets[0].heat).all()
            assert app.heatmap.facets[0].tokens.meta[1] == (("m", 0.5),)
            assert app.heatmap.focus == 1
            await until(lambda: app.status == "GRU: the text has 2 tokens so far")
            await write(app, model, "abc")
            # A reader who hovers over the text is left alone.
            assert app.heatmap.focus == 1
            model.step()
            await until(lambda: count_rows(app) == 1)
            assert app.heatmap.version == version
            assert app.heatmap.focus == 0
            app.heatmap.pinned = True
            await until(lambda: app.status == "GRU: 0 of 3 tokens explained")
            for _ in range(3):
                model.step()

    asyncio.run(read())
    np.testing.assert_array_equal(app.heatmap.facets[0].heat, HEAT)
    assert (app.heatmap.focus, app.heatmap.pinned, app.status) == (0, True, "")


def show_before(app: App) -> None:
    """Show another text before."""
    facet = Facet.from_arrays(["before"], [[1]], provenance=DONE)
    app.heatmap.param.update(facets=[facet], facet_titles=["before"])


def test_what_a_model_wrote_until_it_was_cancelled_stays(
    apps: dict[str, ModuleType],
) -> None:
    model = Writer()
    app = open_with(apps, GRU=model)
    app.text = "abc"

    async def cancel() -> None:
        async with running(app, model, 0):
            await write(app, model, "ab")
            app.cancel()

    asyncio.run(cancel())
    assert read_shown(app) == "ab"
    assert app.status == "GRU: cancelled at 2 tokens, before their heat."
    assert app.message == ""


def test_a_text_that_is_left_out_grows_all_the_same(
    apps: dict[str, ModuleType],
) -> None:
    first, second = Paced(), Writer()
    app = open_with(apps, first=first, second=second)
    app.param.update(text="abc", models=["first", "second"])

    async def read() -> None:
        async with running(app, first, 3):
            first.step()
            await write(app, second, "ab", 1)
            app.facet_choice.choose(["first"])
            second.step()
            await until(lambda: app.status == "second: the text has 3 tokens so far")
            assert app.heatmap.facet_titles == ["first"]
            app.facet_choice.choose(["first", "second"])
            assert read_shown(app, 1) == "abc"
            second.step()
            await until(lambda: count_rows(app, 1) == 1)
            app.cancel()

    asyncio.run(read())
    assert app.heatmap.facet_titles == ["first", "second"]


def test_a_model_that_fails_while_it_writes_brings_back_what_was_shown(
    apps: dict[str, ModuleType],
) -> None:
    model = Writer(FloatingPointError("overflow"))
    app = open_with(apps, GRU=model)
    show_before(app)
    app.text = "abc"

    async def fail() -> None:
        async with running(app, model, 0):
            await write(app, model, "ab")
            for _ in range(5):
                model.step()

    asyncio.run(fail())
    assert (app.message, read_shown(app)) == ("GRU: overflow", "before")


def test_what_a_later_token_spells_otherwise_is_shown_anew(
    apps: dict[str, ModuleType],
) -> None:
    texts = [["a"], ["a", "b"], ["x", "y", "z"]]
    begun = [
        await_rows(Facet.from_arrays(text, np.zeros((len(text),) * 2), provenance=DONE))
        for text in texts
    ]
    model, is_seen = Paced(), Event()

    def answer(request: ModelRequest, report: Any, on_rows: ShowRows) -> Facet:  # noqa: ANN401
        for facet in begun:
            report(0, 3)
            on_rows(facet, 0, HEAT[:0, : len(facet)])
            if facet is begun[1]:
                assert is_seen.wait(SECONDS)
        return model(request, report, lambda _, *rows: on_rows(begun[-1], *rows))

    app = open_with(apps, GRU=answer)
    app.text = "xyz"

    async def read() -> None:
        async with running(app, model, 0):
            await until(lambda: read_shown(app) == "ab")
            is_seen.set()
            model.step()
            await until(lambda: count_rows(app) == 1)
            assert read_shown(app) == "xyz"
            assert list(app.facet_choice.offered) == ["GRU"]
            app.cancel()

    asyncio.run(read())
