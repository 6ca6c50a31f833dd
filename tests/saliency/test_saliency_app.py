"""What the app that asks models does and says, without a browser."""

from __future__ import annotations

import asyncio
import doctest
import importlib
import sys
from contextlib import suppress
from functools import partial
from threading import Barrier, Event, Thread
from typing import TYPE_CHECKING, Any
from unittest.mock import Mock

import pytest
import torch

from textualheatmap import Facet
from textualheatmap.saliency import LoadedModel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path
    from types import ModuleType

    from apps.model_request import ModelRequest
    from apps.saliency import App
    from tests.saliency.conftest import Pair

    Answer = Callable[..., Facet]
    Report = Callable[[int, int], object]

NAMES = (
    *("asking", "autocomplete", "background_task", "explainers", "model_registry"),
    *(
        "copy_link",
        "facet_choice",
        "find_button",
        "growing_answer",
        "model_request",
        "open_state",
        "token_panel",
        "page",
        "provenance_text",
        "recent_requests",
        "saliency",
        "shortcut",
    ),
)
WORDS = ["the", "state", "of", "union", "is", "strong"]
TEXT = "The state  is\nstrong."
SCRIPT = "<img src=x onerror=alert(1)>"
DONE = {
    "method": "gradient",
    "target": "top",
    "output": "logit",
    "wrt": "embedding",
    "scale": "row",
}
SECONDS = 30


@pytest.fixture(scope="module")
def apps(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[str, ModuleType]]:
    """Return the app's modules; its own models are small ones."""
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(root / "apps")
        modules = {name: importlib.import_module(name) for name in NAMES}
        own = modules["autocomplete"]
        patch.setattr(own, "FOLDER", tmp_path_factory.mktemp("data") / "models")
        for kind in own.KINDS:
            path = own.FOLDER / f"autocomplete-{kind.lower()}.npz"
            own.write_model(own.Autocomplete(kind, WORDS), path)
        yield modules


@pytest.fixture(scope="module")
def places(
    bert: Pair, llama: Pair, tmp_path_factory: pytest.TempPathFactory
) -> list[str]:
    """Return where two models lie."""
    folder = tmp_path_factory.mktemp("models")
    for name, pair in (("tiny-bert", bert), ("tiny-llama", llama)):
        for part in pair:
            part.save_pretrained(folder / name)
    return [str(path) for path in sorted(folder.iterdir())]


@pytest.fixture
def app(apps: dict[str, ModuleType], places: list[str]) -> App:
    """Return one session of the app, with two models besides its own."""
    return open_app(apps, *places)


def open_app(apps: dict[str, ModuleType], *places: str) -> App:
    """Return a session that offers its own models and those of some places."""
    models = apps["model_registry"]
    locations = {**models.BUILT_IN, **models.name_models(places)}
    registry = models.ModelRegistry(locations, models.import_reader())
    return apps["saliency"].App(registry)


def open_with(apps: dict[str, ModuleType], **answers: Answer) -> App:
    """Return a session whose models answer by functions."""
    names = {name: name for name in answers}
    registry = apps["model_registry"].ModelRegistry(names, answers.__getitem__)
    return apps["saliency"].App(registry)


def answer_at_once(request: ModelRequest, *_: object) -> Facet:
    return Facet.from_arrays([request.text], [[1]], provenance=DONE)


def find_widget(app: App, label: str) -> Any:  # noqa: ANN401 - Panel's
    """Return a widget beside the heatmap, by its label."""
    (button,) = (
        each
        for each in (*app.build_data(), *app.build_ask())
        if getattr(each, "label", "") == label
    )
    return button


def explain(app: App, **wishes: object) -> None:
    app.param.update(**wishes)
    asyncio.run(app.explain())


def test_the_examples_of_the_apps_docstrings_run(apps: dict[str, ModuleType]) -> None:
    results = [doctest.testmod(module) for module in apps.values()]
    assert [result.failed for result in results] == [0] * len(apps)
    assert sum(result.attempted for result in results) > len(apps)


def test_the_docstring_is_the_command_that_runs_it(apps: dict[str, ModuleType]) -> None:
    text = apps["saliency"].__doc__
    assert text is not None
    assert "panel serve apps/saliency.py --args path-or-name ..." in text


def test_it_begins_with_a_sentence_and_the_first_model_that_was_named(app: App) -> None:
    assert app.models == ["tiny-bert"]
    assert list(app.param.models.objects) == [
        "Autocomplete (GRU)",
        "Autocomplete (LSTM)",
        "tiny-bert",
        "tiny-llama",
    ]
    assert app.text
    assert app.heatmap.facets == []


def test_without_a_named_model_it_begins_with_its_own(
    apps: dict[str, ModuleType],
) -> None:
    assert open_app(apps).models == ["Autocomplete (GRU)"]


def test_every_chosen_model_shows_the_same_text_in_its_own_tokens(app: App) -> None:
    names = ["Autocomplete (GRU)", "tiny-bert", "tiny-llama"]
    explain(app, models=names, text=TEXT)
    assert app.message == ""
    assert app.heatmap.facet_titles == ["GRU", "tiny-bert", "tiny-llama"]
    assert [facet.tokens.text for facet in app.heatmap.facets] == [TEXT] * 3
    first, second, _ = app.heatmap.facets
    assert first.tokens.texts == tuple(TEXT)
    assert len(second) < len(first)
    assert {word for word, _ in first.tokens.meta[0]} <= set(WORDS)
    assert app.heatmap.focus == len(first) - 1


def test_what_is_asked_for_is_what_is_done_and_said(app: App) -> None:
    explain(
        app,
        text="The state",
        models=["tiny-llama"],
        method="occlusion",
        target="true",
        cap_first=True,
    )
    done = app.heatmap.facets[0].provenance
    assert (done["method"], done["target"], done["cap_first"]) == (
        "occlusion",
        "true",
        True,
    )
    assert app.about == (
        "tiny-llama: heat is the change of the true token's logit with the mean token "
        "in place of each token, divided by the largest of its row; the first token "
        "is left out of that."
    )


def test_a_recurrent_network_explains_the_true_word_where_that_is_asked(
    app: App,
) -> None:
    names = ["Autocomplete (GRU)"]
    explain(app, text="of the", models=names, target="true")
    assert app.heatmap.facets[0].provenance["target"] == "true"
    assert "the true token's logit" in app.about


def test_integrated_gradients_say_their_baseline_and_steps(app: App) -> None:
    names = ["Autocomplete (GRU)", "Autocomplete (LSTM)"]
    explain(app, text="so", models=names, method="integrated-gradients")
    assert app.about.startswith("GRU, LSTM: heat is the norm of the integrated grad")
    assert "from zeros to the text in 32 steps" in app.about


def test_the_true_word_of_a_character_is_the_one_that_is_typed(
    apps: dict[str, ModuleType],
) -> None:
    found = apps["autocomplete"].find_words("  Is it, is\tİs?", ["is", "s"])
    assert found == [0] * 4 + [None] * 3 + [0] * 4 + [1] * 3 + [None]


def test_a_model_that_is_absent_is_told_and_no_longer_offered(
    apps: dict[str, ModuleType], places: list[str]
) -> None:
    app = open_app(apps, "no/where", *places)
    assert app.models == ["where"]
    asyncio.run(app.read_models())
    assert app.message.startswith("'no/where' is no model on this machine, expected a")
    assert "where" not in app.param.models.objects
    assert app.models == ["Autocomplete (GRU)"]
    explain(app, text=TEXT)
    assert app.heatmap.facets


def test_a_model_that_was_not_trained_names_what_trains_it(
    apps: dict[str, ModuleType], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(apps["autocomplete"], "FOLDER", tmp_path)
    app = open_app(apps)
    asyncio.run(app.read_models())
    assert app.message == "\n".join(
        f"autocomplete-{kind.lower()}.npz is missing in {tmp_path}: "
        f"python -m data.train_autocomplete {kind} makes it"
        for kind in ("GRU", "LSTM")
    )
    assert app.models == []


def test_without_torch_the_page_says_once_how_to_get_it(
    apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("autocomplete", "explainers", "textualheatmap.saliency"):
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch", None)
    app = open_app(apps)
    asyncio.run(app.read_models())
    assert app.message == (
        "textualheatmap.saliency needs torch: "
        'pip install "panel-textualheatmap[saliency]"'
    )


@pytest.mark.parametrize(
    ("wishes", "message"),
    [
        ({"text": ""}, "there is nothing to explain: type a text"),
        ({"text": "a" * 5001}, "text has 5,001 characters, expected at most 5,000"),
        ({"models": []}, "no model is chosen, expected at least one"),
        (
            {"text": "a b " * 33, "models": ["tiny-bert"]},
            "tiny-bert: text has 68 tokens, BertForMaskedLM takes at most 64: shorten",
        ),
        (
            {"text": "a" * 1001, "models": ["Autocomplete (GRU)"]},
            "Autocomplete (GRU): text has 1,001 characters, expected at most 1,000",
        ),
        (
            {"text": " \n", "models": ["tiny-bert"]},
            "tiny-bert: text is ' \\n', which has no token that could be masked",
        ),
    ],
)
def test_what_cannot_be_explained_is_told_and_what_was_shown_stays(
    app: App, wishes: dict[str, Any], message: str
) -> None:
    explain(app, text="so")
    before, about = app.heatmap.param.values(), app.about
    explain(app, **wishes)
    assert app.message.startswith(message)
    assert app.heatmap.param.values() == before
    assert app.about == about
    explain(app, text="so", models=["tiny-bert"])
    assert app.message == ""


def test_a_bug_is_told_and_logged_and_leaves_the_page_usable(
    apps: dict[str, ModuleType],
) -> None:
    def fail(*_: object) -> Facet:
        raise KeyError(SCRIPT)

    app = open_with(apps, broken=fail, sound=answer_at_once)
    with pytest.raises(KeyError):
        explain(app, models=["broken"])
    assert app.message == f"broken: {SCRIPT!r}"
    explain(app, models=["sound"])
    assert app.heatmap.facets[0].tokens.text == app.text


def test_a_second_reader_does_not_wait_for_the_first(
    apps: dict[str, ModuleType],
) -> None:
    finished = Event()

    def wait(request: ModelRequest, *_: object) -> Facet:
        assert finished.wait(SECONDS)
        return answer_at_once(request)

    first = open_with(apps, slow=wait)
    second = open_with(apps, quick=answer_at_once)

    async def read_both() -> None:
        slow = asyncio.create_task(first.explain())
        await asyncio.sleep(0)
        await second.explain()
        assert second.heatmap.facets
        assert not first.heatmap.facets
        # Pressed again, it goes on with what it does.
        await first.explain()
        assert not first.heatmap.facets
        finished.set()
        await slow

    asyncio.run(read_both())
    assert first.heatmap.facets


def test_one_failing_model_hides_no_other_answer(apps: dict[str, ModuleType]) -> None:
    def refuse(*_: object) -> Facet:
        msg = "too long"
        raise ValueError(msg)

    app = open_with(apps, first=refuse, second=answer_at_once, third=refuse)
    explain(app, models=["first", "second", "third"])
    assert app.heatmap.facet_titles == ["second"]
    assert app.heatmap.facets[0].tokens.text == app.text
    assert app.about.startswith("second: heat is")
    assert app.message == "first: too long\nthird: too long"


def test_a_bug_of_one_model_hides_no_other_answer(apps: dict[str, ModuleType]) -> None:
    def fail(*_: object) -> Facet:
        raise KeyError(SCRIPT)

    app = open_with(apps, broken=fail, sound=answer_at_once)
    with pytest.raises(KeyError):
        explain(app, models=["broken", "sound"])
    assert app.heatmap.facet_titles == ["sound"]
    assert app.message == f"broken: {SCRIPT!r}"


def test_a_model_with_the_title_of_another_is_shown_beside_it(
    apps: dict[str, ModuleType],
) -> None:
    names = {"GRU": answer_at_once, "Autocomplete (GRU)": answer_at_once}
    app = open_with(apps, **names)
    explain(app, models=list(names))
    assert len(app.heatmap.facets) == 2


def test_progress_is_shown_in_rows_and_cancelling_stops_the_work(
    apps: dict[str, ModuleType],
) -> None:
    seen: list[str] = []
    stopped = Event()

    def work(_request: ModelRequest, report: Report, *_: object) -> Facet:
        try:
            while True:
                report(3, 1200)
                stopped.wait(0.001)
        finally:
            stopped.set()

    app = open_with(apps, GRU=work)
    button: Any = find_widget(app, "Cancel")
    assert not button.visible

    def watch(event: Any) -> None:  # noqa: ANN401 - Param's
        seen.append(event.new)
        if event.new.startswith("GRU: 3 of"):
            assert button.visible
            button.param.trigger("clicks")
            # At once, whatever the thread does.
            assert app.status == "Cancelling ..."

    app.param.watch(watch, "status")
    explain(app)
    assert stopped.is_set()
    assert seen[-3:] == [
        "GRU: 3 of 1,200 tokens explained",
        "Cancelling ...",
        "Cancelled.",
    ]
    assert not button.visible
    assert (app.message, app.heatmap.facets, app.progress) == ("", [], None)


def test_a_busy_thread_is_left_alone_half_a_second_after_cancelling(
    apps: dict[str, ModuleType],
) -> None:
    begun, finished = Event(), Event()

    def read_for_long(_request: ModelRequest, report: Report, *_: object) -> Facet:
        begun.set()
        assert finished.wait(SECONDS)
        report(1, 2)
        pytest.fail("a cancelled task went on")

    app = open_with(apps, slow=read_for_long, quick=answer_at_once)

    async def cancel() -> None:
        task = asyncio.create_task(app.explain())
        assert await asyncio.to_thread(begun.wait, SECONDS)
        app.cancel()
        assert app.status == "Cancelling ..."
        await asyncio.wait_for(task, SECONDS)
        assert app.status == "Cancelled."
        assert not finished.is_set()
        # Another request need not wait for that thread.
        app.models = ["quick"]
        await app.explain()

    asyncio.run(cancel())
    assert app.heatmap.facets
    finished.set()


@pytest.mark.parametrize("is_busy", [False, True])
def test_a_request_ends_quietly_when_its_page_is_left(
    apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch, *, is_busy: bool
) -> None:
    begun, left = Event(), Event()

    def explain_until_left(_request: ModelRequest, report: Report, *_: object) -> Facet:
        begun.set()
        assert left.wait(SECONDS)
        if not is_busy:
            report(1, 2)
        return Facet.from_arrays(["a"], [[1]])

    app = open_with(apps, slow=explain_until_left)

    async def leave() -> None:
        task = asyncio.create_task(app.explain())
        assert await asyncio.to_thread(begun.wait, SECONDS)
        app.leave()
        # What Bokeh does with the module of a page that is gone.
        for name in ("describe_progress", "describe_heat", "BackgroundTask"):
            monkeypatch.delattr(apps["saliency"], name)
        await asyncio.sleep(2 * apps["background_task"].INTERVAL)
        left.set()
        await asyncio.wait_for(task, SECONDS)

    asyncio.run(leave())
    assert (app.heatmap.facets, app.progress) == ([], None)


def test_progress_says_which_model_does_what(apps: dict[str, ModuleType]) -> None:
    progress, describe = (
        apps["background_task"].Progress,
        apps["background_task"].describe_progress,
    )
    assert describe(progress("GRU")) == "GRU: reading the model"
    assert describe(progress("GRU", 0, 9)) == "GRU: 0 of 9 tokens explained"
    assert describe(progress("GRU", 0, 9, is_cancelled=True)) == "Cancelling ..."
    assert describe(None) == ""


def test_the_time_that_is_left_is_told_after_two_seconds(
    apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks = apps["background_task"]
    clock = {"now": 100.0}
    monkeypatch.setattr(tasks, "monotonic", lambda: clock["now"])
    task = tasks.BackgroundTask()
    task.begin("GRU")
    told = []
    for rows, now in ((0, 100.0), (1, 101.0), (2, 104.0), (6, 106.0)):
        clock["now"] = now
        task.report(rows, 6)
        told.append(task.progress.seconds_left)
    assert told == [None, None, 8.0, 0.0]
    task.begin("LSTM")
    task.report(1, 6)
    assert task.progress.seconds_left is None


def test_a_cancelled_task_begins_nothing_more(apps: dict[str, ModuleType]) -> None:
    tasks, requests = apps["background_task"], apps["model_request"]
    task = tasks.BackgroundTask()
    task.cancel()
    registry = apps["model_registry"].ModelRegistry(
        {"a": "a"}, {"a": answer_at_once}.__getitem__
    )
    request = requests.ModelRequest(("a",), TEXT)
    with pytest.raises(tasks.TaskCancelledError):
        requests.ask_models(registry, request, task, Mock())
    with pytest.raises(tasks.TaskCancelledError):
        task.report(1, 2)


def test_a_cancelled_model_stops_within_its_batch(
    apps: dict[str, ModuleType], llama: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    tasks, requests = apps["background_task"], apps["model_request"]
    task = tasks.BackgroundTask()
    passes: list[None] = []

    def cancel(*_: object) -> None:
        # A group of rows; before it, the text is read as a whole, without gradients.
        if torch.is_grad_enabled():
            passes.append(None)
            task.cancel()

    explainer = partial(
        apps["explainers"].explain_tokens,
        LoadedModel(*llama, "causal"),
    )
    registry = apps["model_registry"].ModelRegistry({"a": "a"}, lambda _: explainer)
    watch = llama[0].register_forward_pre_hook(cancel)
    monkeypatch.setattr("textualheatmap.saliency.arguments.progress.REPEAT_SECONDS", 0)
    request = requests.ModelRequest(("a",), TEXT)
    try:
        with pytest.raises(tasks.TaskCancelledError):
            requests.ask_models(registry, request, task, Mock())
    finally:
        watch.remove()
    assert passes == [None]


def test_a_model_is_read_once_for_all_sessions(apps: dict[str, ModuleType]) -> None:
    both = Barrier(2, timeout=SECONDS)
    reads: list[str] = []

    def read(place: str) -> Answer:
        reads.append(place)
        # Time for the other thread to come and read it too, were there no lock.
        Event().wait(0.05)
        return answer_at_once

    registry = apps["model_registry"].ModelRegistry({"a": "my/a"}, read)

    def get() -> None:
        both.wait()
        registry.get_explainer("a")

    threads = [Thread(target=get) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert reads == ["my/a"]


def test_a_model_that_could_not_be_read_is_tried_again(
    apps: dict[str, ModuleType],
) -> None:
    models: dict[str, Answer] = {}
    registry = apps["model_registry"].ModelRegistry({"a": "my/a"}, models.__getitem__)
    with suppress(KeyError):
        registry.get_explainer("a")
    models["my/a"] = answer_at_once
    assert registry.get_explainer("a") is answer_at_once


def test_what_is_typed_or_named_is_text_in_the_page(
    apps: dict[str, ModuleType], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(request: ModelRequest, *_: object) -> Facet:
        raise ValueError(request.text)

    app = open_with(apps, **{SCRIPT: answer_at_once, "no": refuse})
    parts = app.build_parts()
    explain(app, text=SCRIPT, models=[SCRIPT])
    explain(app, models=["no"])
    for part in (parts["about"], parts["message"]):
        assert "&lt;img src=x" in part.object
        assert "<img" not in part.object
    download = parts["actions"][-1]
    sent: list[dict[str, str]] = []
    monkeypatch.setattr(download, "_send_msg", sent.append)
    download._handle_msg("save")  # noqa: SLF001 - what Panel calls
    [message] = sent
    page = message["text"]
    assert "<title>&lt;img src=x" in page
    assert SCRIPT not in page


def test_a_download_is_offered_once_there_is_something_to_keep(app: App) -> None:
    download = app.build_parts()["actions"][-1]
    assert download.disabled
    explain(app, text="so")
    assert not download.disabled
    assert app.name_shown() == "tiny-bert: saliency"


def test_ctrl_enter_does_what_the_button_does(
    apps: dict[str, ModuleType],
) -> None:
    app = open_with(apps, quick=answer_at_once)
    *_, shortcut = app.build_ask()
    button = find_widget(app, "Explain (Ctrl+Enter)")

    async def press(act: Callable[[], None]) -> None:
        act()
        while not app.heatmap.facets:  # noqa: ASYNC110 - it ends or the test hangs
            await asyncio.sleep(0.01)
        app.heatmap.facets = []

    for act in (
        partial(button.param.trigger, "clicks"),
        partial(setattr, shortcut, "presses", 1),
    ):
        asyncio.run(asyncio.wait_for(press(act), SECONDS))
