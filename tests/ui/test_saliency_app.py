"""The app that asks models in a browser, as `panel serve` serves it."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import expect

from tests.ui.app_page import (
    find_message,
    list_violations,
    open_panel,
    tabs,
    wait_for_panel,
)
from tests.ui.conftest import (
    PAGE_TIMEOUT,
    find_port,
    start_server,
    stop_server,
    wait_for_answer,
)
from tests.ui.heatmap_page import COLUMN, PROPERTY, HeatmapPage
from tests.ui.tiny_models import bert, classifier, llama, t5, talker

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Locator, Page

    from tests.saliency.conftest import Pair

__all__ = ["bert", "classifier", "llama", "t5", "talker"]

WORDS = ["the", "state", "of", "union", "is", "strong"]
TEXT = "the state is strong"
PIECES = ["the", "state", "is", "stron", "g"]
SCRIPT = "</textarea><img src=x onerror='window.ran=1'>{{ 7*7 }}"
ABSENT = "no/<b>where"
# Integrated gradients of so many tokens take minutes, even of a small model.
LONG = "of the people " * 60
# Of a model's first reading, with the import of transformers.
READING = 180_000  # ms


@pytest.fixture(scope="module")
def folder(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the apps with small models of their own."""
    # With torch, as in `tiny_models`.
    from apps.autocomplete import Autocomplete, write_model  # noqa: PLC0415

    folder = tmp_path_factory.mktemp("saliency")
    shutil.copytree(root / "apps", folder / "apps")
    for kind in ("GRU", "LSTM"):
        path = folder / "data" / "models" / f"autocomplete-{kind.lower()}.npz"
        path.parent.mkdir(parents=True, exist_ok=True)
        write_model(Autocomplete(kind, WORDS), path)
    return folder


@pytest.fixture(scope="module")
def pairs(
    bert: Pair, llama: Pair, t5: Pair, talker: Pair, classifier: Pair
) -> dict[str, Pair]:
    """Return a small model of each kind by its name."""
    return {
        "tiny-bert": bert,
        "tiny-llama": llama,
        "tiny-t5": t5,
        "tiny-talker": talker,
        "tiny-classifier": classifier,
    }


@pytest.fixture(scope="module")
def url(folder: Path, pairs: dict[str, Pair]) -> Iterator[str]:
    """Serve the app with these models, and the name of one that is absent."""
    places = []
    for name, pair in pairs.items():
        places.append(str(folder / name))
        for part in pair:
            part.save_pretrained(folder / name)
    port = find_port()
    app = str(folder / "apps" / "saliency.py")
    command = ["panel", "serve", app, "--port", str(port)]
    command += ["--args", *places, ABSENT]
    log = folder / "serve.log"
    server = start_server(command, log, {"OMP_NUM_THREADS": "1"})
    url = f"http://localhost:{port}/saliency"
    wait_for_answer(url, server, log)
    yield url
    stop_server(server)
    # Bokeh's own trouble with a page that was closed is none of the app's.
    assert "/apps/" not in log.read_text(encoding="utf-8")


@pytest.fixture
def app(page: Page, url: str) -> HeatmapPage:
    return open_app(page, url)


def open_app(page: Page, url: str) -> HeatmapPage:
    """Open the app, and wait until it has found out which models there are."""
    page.goto(url)
    expect(find_message(page)).to_contain_text("no model", timeout=READING)
    return HeatmapPage(page)


def find_button(page: Page, name: str) -> Locator:
    return page.get_by_role("button", name=name)


def type_text(page: Page, text: str) -> None:
    page.get_by_role("textbox", name="Text").fill(text)


def test_a_typed_text_becomes_one_facet_a_model_and_they_hover_in_step(
    app: HeatmapPage, external_requests: list[str]
) -> None:
    page = app.page
    expect(page).to_have_title("Saliency map")
    expect(page.get_by_role("checkbox")).to_have_count(7)
    type_text(page, TEXT)
    page.get_by_label("Autocomplete (GRU)").check()
    page.get_by_label("tiny-bert").check()
    find_button(page, "Explain").click()
    app.wait_for_column(0, "token", list(TEXT))
    expect(page.get_by_text("GRU, tiny-bert: heat is the norm of the")).to_be_visible()
    expect(find_button(page, "Cancel")).to_be_hidden()
    assert find_message(page).count() == 0
    app.wait_for_column(1, "token", PIECES)
    piece = PIECES.index("the")
    app.hover(1, piece)
    app.wait_for_focus(piece, 1)
    row = app.heat(1)
    app.hover(0, len(TEXT) - 1)
    app.wait_for_focus(len(TEXT) - 1)
    assert app.heat(1) != row
    app.hover(0, 1)
    app.wait_for_focus(1)
    assert app.heat(1) == row
    shares = app.meta(0, 3)
    assert {word for word, _ in shares} <= set(WORDS)
    assert all(share.endswith("%") for _, share in shares)
    assert external_requests == []


def test_ctrl_enter_explains_what_was_just_typed(app: HeatmapPage) -> None:
    for text in ("one union", "is"):
        type_text(app.page, text)
        app.page.get_by_role("textbox", name="Text").press("Control+Enter")
        app.wait_for_column(0, "token", text.split())


def choose(page: Page, name: str) -> None:
    """Ask another model than tiny-bert."""
    page.get_by_role("checkbox", name="tiny-bert").uncheck()
    page.get_by_role("checkbox", name=name).check()


def test_only_what_the_chosen_models_can_do_is_offered(app: HeatmapPage) -> None:
    page = app.page
    show, kind = (
        page.get_by_label("Show", exact=True),
        page.get_by_label("Class", exact=True),
    )
    expect(show).to_be_visible()
    page.get_by_role("checkbox", name="Autocomplete (GRU)").check()
    expect(show).to_be_hidden()
    page.get_by_role("checkbox", name="Autocomplete (GRU)").uncheck()
    expect(show).to_be_visible()
    show.select_option("Prediction after each layer")
    expect(page.get_by_label("Method")).to_be_hidden()
    choose(page, "tiny-classifier")
    expect(page.get_by_label("Method")).to_be_visible()
    expect(kind).to_be_hidden()


def test_a_translation_is_shown_as_source_and_target(app: HeatmapPage) -> None:
    page = app.page
    choose(page, "tiny-t5")
    open_panel(page, "More choices")
    page.get_by_label("Answer to explain").fill("the state")
    page.get_by_label("Class", exact=True).select_option("True token")
    page.get_by_label("Rather than").select_option("The best prediction")
    type_text(page, "one union")
    find_button(page, "Explain").click()
    name = "Heatmap, source (tiny-t5), target (tiny-t5)"
    expect(page.get_by_role("group", name=name)).to_be_visible()
    expect(page.get_by_text("the true token's logit minus the best")).to_be_visible()
    app.wait_for_focus(1, 1)
    row = app.heat(0)
    app.hover(1, 0)
    app.wait_for_focus(0, 1)
    assert app.heat(0) != row


def test_what_the_decoder_of_a_translator_reads_is_shown(app: HeatmapPage) -> None:
    page = app.page
    choose(page, "tiny-t5")
    expect(page.get_by_label("Show", exact=True)).to_be_hidden()
    show = page.get_by_label("Show of source and target")
    show.select_option("Attention of the decoder")
    expect(page.get_by_label("Method")).to_be_hidden()
    type_text(page, "one union")
    find_button(page, "Explain").click()
    name = "Heatmap, source (tiny-t5), target (tiny-t5)"
    expect(page.get_by_role("group", name=name)).to_be_visible()
    told = "tiny-t5: heat is the attention weight of each token, by layer and head"
    expect(page.get_by_text(told)).to_be_visible()


def test_a_chat_model_answers(app: HeatmapPage) -> None:
    page = app.page
    choose(page, "tiny-talker")
    page.get_by_role("switch", name="The text is a chat message").click()
    open_panel(page, "More choices")
    page.get_by_label("Most tokens of the answer").select_option("8")
    type_text(page, "one union")
    find_button(page, "Explain").click()
    name = "Heatmap, prompt (tiny-talker), answer (tiny-talker)"
    expect(page.get_by_role("group", name=name)).to_be_visible()
    expect(page.get_by_text("the model wrote the answer itself")).to_be_visible()


def test_classes_are_one_below_the_other(app: HeatmapPage) -> None:
    choose(app.page, "tiny-classifier")
    type_text(app.page, "one union")
    find_button(app.page, "Explain").click()
    app.wait_for_column(1, "token", ["bad", "fair", "good"])
    expect(app.page.get_by_text("each class's logit")).to_be_visible()
    app.hover(1, 0)
    app.wait_for_focus(0, 1)


def test_attention_has_layers_and_heads_to_choose(app: HeatmapPage) -> None:
    page = app.page
    page.get_by_label("Show", exact=True).select_option("Attention")
    type_text(page, "one union")
    find_button(page, "Explain").click()
    said = page.get_by_text("attention weight of each token, by layer and head")
    expect(said).to_contain_text("Choose the layer and the head under View.")
    expect(page.get_by_role("group", name="Heatmap, tiny-bert")).to_be_visible()
    open_panel(page, "View")
    place = ["facet-0", "tokens", "heat", 0]
    before = app.column(0, "heat")
    page.get_by_label("layer").select_option(index=1)
    page.wait_for_function(
        f"([place, old]) => JSON.stringify(({COLUMN})(place)) !== JSON.stringify(old)",
        arg=[place, before],
    )


def test_a_text_grows_while_a_model_writes_it_and_stays_when_cancelled(
    app: HeatmapPage,
) -> None:
    page = app.page
    choose(page, "tiny-llama")
    # All of its rows take minutes.
    page.get_by_label("Method").select_option("Integrated gradients")
    open_panel(page, "More choices")
    page.get_by_label("Tokens that the model adds first").select_option("100")
    page.get_by_label("Noise (SmoothGrad)").select_option("20 %")
    type_text(page, LONG)
    # The button is so far below that the text would be scrolled away.
    page.get_by_role("textbox", name="Text").press("Control+Enter")
    told = page.get_by_role("status")
    written = re.compile(r"tiny-llama: the text has \d+ tokens so far")
    expect(told.filter(has_text=written)).to_be_visible()
    # Each token that is there has its predictions.
    app.hover(0, 2)
    app.wait_for_focus(2)
    assert len(app.meta(0, 3)) == 3
    find_button(page, "Cancel").click()
    ended = re.compile(r"tiny-llama: cancelled (at|after) \d+ ")
    expect(told.filter(has_text=ended)).to_be_visible()
    assert len(app.column(0, "index")) > 0
    expect(page.get_by_role("group", name="Heatmap, tiny-llama")).to_be_visible()


def start_long(page: Page) -> Locator:
    """Ask what takes minutes, and return what says how far it is."""
    models = page.get_by_role("region", name="Text and models")
    models.get_by_label("tiny-bert").uncheck()
    models.get_by_label("tiny-llama").check()
    models.get_by_label("Method").select_option("Integrated gradients")
    type_text(page, LONG)
    find_button(page, "Explain").click()
    told = page.get_by_role("status").filter(has_text="tokens explained")
    expect(told).to_have_text(re.compile(r"tiny-llama: [\d,]+ of \d+ tokens explained"))
    return told


IS_COLOURED = f"() => (({COLUMN})(['facet-0', 'tokens', 'heat', 0]) ?? []).includes(1)"
COUNT_PLOTS = """
() => {
  const found = [];
  for (const { all_models } of Bokeh.documents) {
    for (const model of all_models) {
      if (model.name === "facet-0") found.push(model.id);
    }
  }
  return found;
}
"""


def test_rows_appear_while_they_are_computed_and_stay_when_cancelled(
    app: HeatmapPage,
) -> None:
    page = app.page
    told = start_long(page)
    about = page.get_by_text("tiny-llama: heat is the norm of the integrated")
    expect(about).to_be_visible()
    # The focus goes along with the newest row, which has its colours.
    for least in (4, 8):
        page.wait_for_function(
            f"([...given]) => ({PROPERTY})(given)?.value.start > {least}",
            arg=["state", "value", 0],
        )
    plots = page.evaluate(COUNT_PLOTS)
    first = app.focus()[1]
    page.wait_for_function(
        f"([...given]) => ({PROPERTY})(given)?.value.start > {first}",
        arg=["state", "value", 0],
    )
    assert page.evaluate(COUNT_PLOTS) == plots
    expect(told).to_be_visible()
    page.wait_for_function(IS_COLOURED)
    # A row that is there answers the pointer, while others are computed.
    app.hover(0, 2)
    app.wait_for_focus(2)
    page.wait_for_function(IS_COLOURED)
    find_button(page, "Cancel").click()
    ended = page.get_by_role("status").filter(has_text="cancelled")
    expect(ended).to_have_text(
        re.compile(r"tiny-llama: cancelled after \d+ of \d+ tokens\.")
    )
    expect(find_button(page, "Explain")).to_be_enabled()
    expect(find_button(page, "Cancel")).to_be_hidden()
    expect(page.get_by_role("progressbar")).to_be_hidden()
    app.wait_for_focus(2)
    assert find_message(page).count() == 0


def test_a_second_reader_is_answered_while_the_first_waits(
    app: HeatmapPage, browser: Browser, url: str
) -> None:
    page = app.page
    told = start_long(page)
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(find_button(page, "Explain")).to_be_disabled()
    other = browser.new_page()
    other.set_default_timeout(PAGE_TIMEOUT)
    second = open_app(other, url)
    expect(other.get_by_role("progressbar")).to_be_hidden()
    type_text(other, "one " * 70)
    find_button(other, "Explain").click()
    expect(find_message(other)).to_contain_text("tiny-bert: text has 72 tokens")
    assert find_message(page).count() == 0
    type_text(other, TEXT)
    find_button(other, "Explain").click()
    second.wait_for_property("readout", "text", "4 “g”")
    assert other.get_by_label("Recent texts").inner_text().count("tiny-bert") == 2
    other.close()
    expect(told).to_be_visible()
    assert "tiny-bert" not in page.get_by_label("Recent texts").inner_text()
    # The page answers meanwhile.
    open_panel(page, "Look")
    page.get_by_label("Palette").select_option("greys")
    find_button(page, "Cancel").click()
    expect(told).to_have_count(0)


def test_a_recent_text_is_put_back_and_can_be_cleared_and_typed_again(
    app: HeatmapPage,
) -> None:
    page = app.page
    box = page.get_by_role("textbox", name="Text")
    recent = page.get_by_label("Recent texts")
    expect(recent).to_be_hidden()
    for text in ("one union", "is"):
        type_text(page, text)
        find_button(page, "Explain").click()
        app.wait_for_column(0, "token", text.split())
    recent.select_option("one union · tiny-bert · Gradient norm")
    expect(box).to_have_value("one union")
    find_button(page, "Explain").click()
    app.wait_for_column(0, "token", ["one", "union"])
    # What was in the box before is typed once more.
    type_text(page, "is")
    expect(recent).to_have_value(re.compile("is · tiny-bert"))
    find_button(page, "Explain").click()
    app.wait_for_column(0, "token", ["is"])


def test_an_answer_is_compared_with_the_last_one(app: HeatmapPage) -> None:
    page = app.page
    type_text(page, TEXT)
    compare = find_button(page, "Compare with the last result")
    for method, heat in (("Gradient norm", "norm"), ("Occlusion", "change")):
        expect(compare).to_be_hidden()
        page.get_by_label("Method").select_option(method)
        find_button(page, "Explain").click()
        expect(page.get_by_text(f"tiny-bert: heat is the {heat} of")).to_be_visible()
        expect(find_button(page, "Explain")).to_be_enabled()
    compare.click()
    name = "Heatmap, tiny-bert, tiny-bert - tiny-bert (last)"
    expect(page.get_by_role("group", name=name)).to_be_visible()


@pytest.mark.parametrize(
    "theme", ["default", pytest.param("dark", marks=pytest.mark.sweep)]
)
def test_axe_finds_no_violation_in_the_app(page: Page, url: str, theme: str) -> None:
    app = open_app(page, f"{url}?theme={theme}")
    assert list_violations(page) == []
    type_text(page, "one union")
    for _ in range(2):
        find_button(page, "Explain").click()
        expect(find_button(page, "Explain")).to_be_enabled()
        app.wait_for_column(0, "token", ["one", "union"])
    for name in ("More choices", "View", "Look", "This token"):
        open_panel(page, name)
    page.get_by_label("Rather than").select_option("Another one, written below")
    expect(page.get_by_label("The other one")).to_be_visible()
    assert list_violations(page) == []
    page.get_by_label("Rather than").select_option("Nothing else")
    find_button(page, "Compare with the last result").click()
    name = "Heatmap, tiny-bert, tiny-bert - tiny-bert (last)"
    expect(page.get_by_role("group", name=name)).to_be_visible()
    type_text(page, "")
    find_button(page, "Explain").click()
    expect(find_message(page)).to_contain_text("nothing to explain")
    assert list_violations(page) == []
    start_long(page)
    expect(find_button(page, "Cancel")).to_be_visible()
    assert list_violations(page) == []
    find_button(page, "Cancel").click()


def test_all_of_the_app_is_reached_by_keys_alone(app: HeatmapPage) -> None:
    page, tab_to = app.page, tabs(app.page)
    tab_to("Copy link")
    tab_to("Dark theme")
    tab_to("Text")
    page.keyboard.press("Control+A")
    page.keyboard.type("one union")
    tab_to("tiny-llama")
    page.keyboard.press("Space")
    expect(page.get_by_label("tiny-llama")).to_be_checked()
    page.keyboard.press("Space")
    tab_to("Method")
    for method in ("input", "Occlusion"):
        page.keyboard.press("ArrowDown")
        expect(page.get_by_label("Method")).to_have_value(re.compile(f"{method}$"))
    tab_to("Class")
    tab_to("More choices")
    page.keyboard.press("Enter")
    wait_for_panel(page, "More choices")
    tab_to("Rather than")
    tab_to("Taken out at once")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_label("Taken out at once")).to_have_value(re.compile("word$"))
    tab_to("Heat with a sign")
    tab_to("Explain")
    page.keyboard.press("Enter")
    app.wait_for_column(0, "token", ["one", "union"])
    # The whole answer is drawn in place of the one that grew.
    expect(find_button(page, "Cancel")).to_be_hidden()
    tab_to("Heatmap, tiny-bert")
    page.keyboard.press("Enter")
    app.wait_for_pinned(pinned=True)
    for name in ("View", "Look", "This token"):
        tab_to(name)
        page.keyboard.press("Enter")
        wait_for_panel(page, name)
    expect(page.get_by_role("cell", name="occlusion", exact=True)).to_be_visible()
    tab_to("Recent texts")
    tab_to("Explain")
    page.keyboard.press("Enter")
    expect(find_button(page, "Compare with the last result")).to_be_visible()
    expect(find_button(page, "Cancel")).to_be_hidden()
    tab_to("Compare with the last result")
    page.keyboard.press("Enter")
    name = "Heatmap, tiny-bert, tiny-bert - tiny-bert (last)"
    expect(page.get_by_role("group", name=name)).to_be_visible()


def test_a_long_request_is_cancelled_by_keys_alone(app: HeatmapPage) -> None:
    page, tab_to = app.page, tabs(app.page)
    told = start_long(page)
    tab_to("Cancel")
    page.keyboard.press("Enter")
    expect(told).to_have_count(0)


def test_an_absent_model_is_told_beside_those_there_are(app: HeatmapPage) -> None:
    expect(find_message(app.page)).to_have_text(
        f"'{ABSENT}' is no model on this machine, expected a folder as save_pretrained "
        "writes it, a GGUF file, or the name of a downloaded model"
    )
    expect(app.page.get_by_role("checkbox")).to_have_count(7)
    expect(app.page.get_by_label("tiny-bert")).to_be_checked()


def test_a_cleared_text_box_is_nothing_to_explain(app: HeatmapPage) -> None:
    page = app.page
    page.get_by_role("textbox", name="Text").fill("")
    page.get_by_role("textbox", name="Text").press("Control+Enter")
    expect(find_message(page)).to_have_text("there is nothing to explain: type a text")
    assert page.locator(".bk-Plot").count() == 0
    type_text(page, "one union")
    find_button(page, "Explain").click()
    app.wait_for_column(0, "token", ["one", "union"])
    type_text(page, "")
    find_button(page, "Explain").click()
    expect(find_message(page)).to_have_text("there is nothing to explain: type a text")
    assert app.column(0, "token") == ["one", "union"]


def test_a_model_that_fails_hides_no_other(app: HeatmapPage) -> None:
    page = app.page
    type_text(page, "one " * 63)
    page.get_by_label("tiny-llama").check()
    find_button(page, "Explain").click()
    about = page.get_by_text("tiny-llama: heat is the norm of the")
    expect(about).to_be_visible(timeout=READING)
    expect(find_message(page)).to_contain_text("tiny-bert: text has 65 tokens")
    assert "".join(app.column(0, "token")).startswith("one one")


def test_an_error_leaves_what_was_shown(app: HeatmapPage) -> None:
    page = app.page
    type_text(page, "one union")
    find_button(page, "Explain").click()
    app.wait_for_column(0, "token", ["one", "union"])
    type_text(page, "one " * 70)
    find_button(page, "Explain").click()
    expect(find_message(page)).to_have_text(
        "tiny-bert: text has 72 tokens, BertForMaskedLM takes at most 64: "
        "shorten the text, or explain it part by part"
    )
    assert app.column(0, "token") == ["one", "union"]


def test_nothing_that_is_typed_runs(app: HeatmapPage) -> None:
    page = app.page
    type_text(page, SCRIPT)
    page.get_by_label("tiny-bert").uncheck()
    page.get_by_label("Autocomplete (GRU)").check()
    find_button(page, "Explain").click()
    app.wait_for_column(0, "token", list(SCRIPT))
    assert page.locator("img[src=x]").count() == 0
    assert page.evaluate("window.ran") is None


def test_every_control_has_a_name(app: HeatmapPage) -> None:
    find = app.page.get_by_role
    for control in [
        find("textbox", name="Text", exact=True),
        find("checkbox", name="tiny-bert", exact=True),
        find("combobox", name="Method", exact=True),
        find("combobox", name="Class", exact=True),
        find("combobox", name="Show", exact=True),
        find("button", name="Explain (Ctrl+Enter)", exact=True),
    ]:
        expect(control).to_have_count(1)
    open_panel(app.page, "More choices")
    choose(app.page, "tiny-talker")
    app.page.get_by_label("Method").select_option("Occlusion")
    for role, name in [
        ("combobox", "Rather than"),
        ("combobox", "Taken out at once"),
        ("switch", "Heat with a sign"),
        ("combobox", "Tokens that the model adds first"),
        ("combobox", "Tokens read at once"),
        ("switch", "First token out of scale"),
    ]:
        expect(find(role, name=name, exact=True)).to_have_count(1)  # pyright: ignore[reportArgumentType]
    find("switch", name="The text is a chat message", exact=True).click()
    for role, name in [
        ("textbox", "Answer to explain"),
        ("combobox", "Most tokens of the answer"),
    ]:
        expect(find(role, name=name, exact=True)).to_have_count(1)  # pyright: ignore[reportArgumentType]
    expect(find("switch", name="First token out of scale")).to_have_count(0)


@pytest.mark.parametrize("width", [400, pytest.param(1280, marks=pytest.mark.sweep)])
def test_nothing_is_wider_than_the_page(app: HeatmapPage, width: int) -> None:
    page = app.page
    page.set_viewport_size({"width": width, "height": 800})
    find_button(page, "Explain").click()
    page.locator(".bk-Plot").first.wait_for()
    # The first answer has the width that the page had before.
    page.wait_for_function(
        "() => document.documentElement.scrollWidth"
        " <= document.documentElement.clientWidth"
    )
