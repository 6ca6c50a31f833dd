"""The app in a browser, as `panel serve` serves it."""

import json
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from tests.ui.app_page import (
    find_message,
    list_violations,
    open_panel,
    tabs,
    wait_for_panel,
)
from tests.ui.conftest import (
    LATE_FRAMES,
    LATE_MESSAGES,
    find_port,
    start_server,
    stop_server,
    wait_for_answer,
    watch_page,
)
from tests.ui.heatmap_page import COLUMN, PROPERTY, HeatmapPage
from tests.ui.widths import MEASURE
from textualheatmap import Facet, write_npz
from textualheatmap.scene.oklab import contrast
from textualheatmap.scene.palettes import ANCHORS

GOOD = [[{"token": "my ", "heat": [1, 0]}, {"token": "own", "heat": [0.5, 1]}]]
SCRIPT = "<img src=x onerror='window.ran=1'>"

# A facet without a row for its meta.
BARE = "[style*='grid-template-rows: auto']"


@pytest.fixture(scope="module")
def url(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Serve the app once: its sessions share nothing."""
    port = find_port()
    log = tmp_path_factory.mktemp("app") / "serve.log"
    app = root / "apps" / "heatmap.py"
    server = start_server(["panel", "serve", str(app), "--port", str(port)], log)
    url = f"http://localhost:{port}/heatmap"
    wait_for_answer(url, server, log)
    yield url
    stop_server(server)
    # Bokeh's own trouble with a page that was closed is none of the app's.
    assert "/apps/" not in log.read_text(encoding="utf-8")


@pytest.fixture
def app(page: Page, url: str) -> HeatmapPage:
    """Open the app, and wait until it is fitted into the page."""
    return open_app(page, url)


@pytest.fixture(scope="module")
def opened(
    url: str, contexts: Callable[[float], BrowserContext]
) -> Iterator[tuple[HeatmapPage, list[str]]]:
    """Open the app for several tests; with it are the errors that its page reports."""
    page = contexts(1).new_page()
    errors: list[str] = []
    watch_page(page, [], errors)
    yield open_app(page, url), errors
    page.close()


@pytest.fixture
def kept(opened: tuple[HeatmapPage, list[str]]) -> Iterator[HeatmapPage]:
    """Return the app in a page that other tests had, as it is when it opens.

    A test that has it changes nothing but what is shown of which document or file, the
    width of the page, and which panels are unfolded. The test fails if the page
    reports an error.
    """
    app, errors = opened
    put_back(app)
    yield app
    told = [*errors]
    errors.clear()
    assert told == []


def put_back(app: HeatmapPage) -> None:
    """Remove files that were opened, and show the first sample as at the beginning."""
    page = app.page
    page.mouse.move(0, 0)
    page.set_viewport_size({"width": 1280, "height": 800})
    # Another document first: what is shown already is not shown anew, and what is
    # removed while it is shown makes way for one that it chooses itself.
    choose(app, "Masked words")
    wait_for_readout(app, "11 “Congress”")
    unfolded = page.locator("section.side details[open] > summary")
    removes = page.get_by_role("button", name=re.compile("^Remove "))
    for found in (unfolded, removes):
        while count := found.count():
            found.first.click()
            expect(found).to_have_count(count - 1)
    choose(app, "Autocomplete")
    wait_for_readout(app, "52 “C”")
    wait_for_width(app)
    expect(find_message(page)).to_have_count(0)


def open_app(page: Page, url: str) -> HeatmapPage:
    page.goto(url)
    heatmap = HeatmapPage(page)
    wait_for_width(heatmap)
    return heatmap


def wait_for_width(heatmap: HeatmapPage) -> None:
    """Wait until the heatmap has all the width that there is."""
    heatmap.page.wait_for_function(
        f"() => ({MEASURE})(0).width"
        " === document.querySelector('section.shown').clientWidth"
    )


def choose(app: HeatmapPage, name: str) -> None:
    """Choose a document of the list."""
    app.page.get_by_role("radio", name=name, exact=True).check()


def expect_chosen(page: Page, name: str) -> None:
    """Wait until a document is the chosen one of the list."""
    expect(page.get_by_role("radio", name=name, exact=True)).to_be_checked()


def wait_for_readout(heatmap: HeatmapPage, text: str) -> None:
    heatmap.wait_for_property("readout", "text", text)


def upload(page: Page, name: str, content: object) -> None:
    packed = isinstance(content, bytes)
    kind = "application/octet-stream" if packed else "application/json"
    buffer = content if packed else json.dumps(content).encode()
    page.locator("input[type=file]").set_input_files(
        {"name": name, "mimeType": kind, "buffer": buffer}
    )


def measure_overflow(page: Page) -> int:
    return page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )


def measure_contrast(page: Page, selector: str) -> float:
    """Return the WCAG contrast of an element's text with the page's background."""
    colors = page.locator(selector).first.evaluate(
        "el => [el, document.documentElement].map((each, i) =>"
        " getComputedStyle(each)[i ? 'backgroundColor' : 'color'])"
    )
    numbers = [re.findall(r"\d+", color)[:3] for color in colors]
    return contrast(*("#" + "".join(f"{int(n):02x}" for n in rgb) for rgb in numbers))


def test_it_opens_with_a_title_a_sample_and_its_focus(app: HeatmapPage) -> None:
    expect(app.page).to_have_title("Textual heatmap")
    expect(app.page.get_by_role("heading", name="Textual heatmap")).to_be_visible()
    expect(app.page.locator("p[role=status]")).to_contain_text("A GRU and an LSTM")
    wait_for_readout(app, "52 “C”")
    app.wait_for_property("focus-slider", "end", 176)


def test_a_chosen_sample_replaces_what_is_shown(kept: HeatmapPage) -> None:
    choose(kept, "Masked words")
    wait_for_readout(kept, "11 “Congress”")
    kept.wait_for_property("focus-slider", "end", 31)
    expect(kept.page.locator("p[role=status]")).to_contain_text("hidden from MiniLM")
    assert kept.column(0, "token")[:3] == ["When", "peace", "shall"]


def test_an_uploaded_file_is_shown_and_becomes_a_choice(kept: HeatmapPage) -> None:
    upload(kept.page, "my.json", GOOD)
    wait_for_readout(kept, "1 “own”")
    expect_chosen(kept.page, "my.json")
    kept.hover(0, 0)
    kept.wait_for_column(0, "heat", [1, 0])


def test_an_uploaded_npz_file_is_shown_with_what_it_says_of_itself(
    kept: HeatmapPage,
) -> None:
    file = BytesIO()
    heat = [[1, 0], [0.5, 1]]
    facet = Facet.from_arrays(["my ", "own"], heat, provenance={"method": SCRIPT})
    write_npz(file, [facet])
    upload(kept.page, "my.npz", file.getvalue())
    wait_for_readout(kept, "1 “own”")
    about = f"my.npz. Tokens: 2. Heat: method {SCRIPT}."
    expect(kept.page.locator("p[role=status]")).to_have_text(about)
    kept.hover(0, 0)
    kept.wait_for_column(0, "heat", [1, 0])
    assert kept.page.evaluate("window.ran") is None


def test_a_wrong_upload_is_told_why_and_changes_nothing(kept: HeatmapPage) -> None:
    upload(kept.page, "bad.json", [[{"token": "a", "heat": [1, 0]}]])
    alert = find_message(kept.page)
    expect(alert).to_have_text(
        "bad.json: facets[0].tokens[0].heat has 2 values, "
        "expected 1 (one per non-format token)"
    )
    assert "Traceback" not in kept.page.locator("body").inner_text()
    expect_chosen(kept.page, "Autocomplete")
    wait_for_readout(kept, "52 “C”")
    upload(kept.page, "my.json", GOOD)
    wait_for_readout(kept, "1 “own”")
    expect(alert).to_have_count(0)


def find_status(page: Page) -> Locator:
    """Return what says how far the files are that are opened."""
    documents = page.get_by_role("region", name="Documents")
    return documents.get_by_role("status").filter(visible=True)


def test_a_status_says_what_became_of_a_file(kept: HeatmapPage) -> None:
    upload(kept.page, "bad.json", b"{")
    expect(find_status(kept.page)).to_have_text("bad.json: refused")
    upload(kept.page, "my.json", GOOD)
    expect(find_status(kept.page)).to_have_text("my.json: opened")
    expect(kept.page.get_by_role("progressbar")).to_have_count(0)


def test_files_chosen_together_are_documents_of_their_own(
    kept: HeatmapPage, tmp_path: Path
) -> None:
    page = kept.page
    files: dict[str, Any] = {"bad": [[{"token": "a", "heat": [1, 0]}]]}
    files |= {name: [[{"token": name, "heat": [1]}]] for name in ("own", "new")}
    paths = [tmp_path / f"{name}.json" for name in files]
    for path, content in zip(paths, files.values(), strict=True):
        path.write_text(json.dumps(content), encoding="utf-8")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Open files").click()
    chooser.value.set_files(paths)
    expect(find_status(page)).to_have_text("2 of 3 files opened")
    expect_chosen(page, "own.json")
    wait_for_readout(kept, "0 “own”")
    expect(find_message(page)).to_have_text(
        "bad.json: facets[0].tokens[0].heat has 2 values, "
        "expected 1 (one per non-format token)"
    )
    choose(kept, "new.json")
    wait_for_readout(kept, "0 “new”")


# It compares the page with its server, which reads no later.
@pytest.mark.skipif(max(LATE_FRAMES, LATE_MESSAGES) > 0, reason="A slow page")
def test_a_large_file_tells_how_far_it_is_while_the_page_answers(
    app: HeatmapPage, tmp_path: Path
) -> None:
    page, status = app.page, find_status(app.page)
    count = 6400
    heat = np.random.default_rng(0).random((count, count), dtype=np.float32)
    path = tmp_path / "large.npz"
    write_npz(path, [Facet.from_arrays([f"{k} " for k in range(count)], heat)])
    megabytes = path.stat().st_size / 1e6
    assert megabytes > 39
    page.locator("input[type=file]").set_input_files(path)
    expect(status).to_have_text("Sending large.npz")
    bar = page.get_by_role("progressbar", name="Sending large.npz")
    told = page.get_by_text(re.compile(rf"^[1-9]\d*\.\d of {megabytes:.1f} MB$"))
    expect(told).to_be_visible()
    app.hover(1, 30)
    app.wait_for_focus(30)
    # The server answers too.
    choose(app, "Masked words")
    wait_for_readout(app, "11 “Congress”")
    assert 0 < bar.evaluate("bar => bar.value / bar.max") < 1
    expect(status).to_have_text("Reading large.npz")
    app.hover(0, 3)
    app.wait_for_focus(3)
    choose(app, "Next words")
    app.wait_for_focus(62)
    expect(status).to_have_text("Reading large.npz")
    expect(status).to_have_text("large.npz: opened")
    wait_for_readout(app, f"{count - 1} “{count - 1} ”")


def test_nothing_that_a_file_says_runs(kept: HeatmapPage) -> None:
    upload(kept.page, f"{SCRIPT}.json", [[{"token": SCRIPT, SCRIPT: 1, "heat": [1]}]])
    expect(find_message(kept.page)).to_contain_text(f"{SCRIPT}.json: facets[0]")
    upload(kept.page, f"{SCRIPT}.json", [[{"token": SCRIPT, "heat": [1]}]])
    expect(kept.page.locator("p[role=status]")).to_have_text(
        f"{SCRIPT}.json. Tokens: 1."
    )
    assert kept.page.locator("img[src=x]").count() == 0
    assert kept.page.evaluate("window.ran") is None


def test_a_switch_takes_the_meta_away(app: HeatmapPage) -> None:
    # Not what a screen reader is told, a moment later.
    shown = app.page.locator("span:text-is('colombia')")
    open_panel(app.page, "Look")
    expect(shown).to_have_count(1)
    app.page.get_by_role("switch", name="Meta").click()
    expect(app.page.locator(BARE)).to_have_count(2)
    expect(shown).to_have_count(0)


def test_a_switch_turns_the_titles(app: HeatmapPage) -> None:
    open_panel(app.page, "Look")
    turned = app.page.locator("[style*='vertical-rl']")
    expect(turned).to_have_count(0)
    app.page.get_by_role("switch", name="Rotated titles").click()
    expect(turned).to_have_count(2)
    expect(turned.first).to_have_text("GRU")


def test_a_palette_recolours_the_panels(app: HeatmapPage) -> None:
    open_panel(app.page, "Look")
    red, green, blue = bytes.fromhex(ANCHORS["greys"].sequential[0][1:])
    greys = app.page.locator(f"[style*='background: rgb({red}, {green}, {blue})']")
    expect(greys).to_have_count(0)
    app.page.get_by_label("Palette").select_option("greys")
    expect(greys).to_have_count(2)


def test_the_heatmap_follows_the_windows_width(kept: HeatmapPage) -> None:
    for width in (700, 360, 2560):
        kept.page.set_viewport_size({"width": width, "height": 800})
        wait_for_width(kept)
        assert measure_overflow(kept.page) <= 0


def test_a_hover_moves_the_focus_of_this_session_and_no_other(
    app: HeatmapPage, browser: Browser, url: str
) -> None:
    other = browser.new_page()
    twin = open_app(other, url)
    app.hover(1, 30)
    wait_for_readout(app, "30 “t”")
    app.wait_for_property("focus-slider", "value", 30)
    # An answer from the server, after which a shared focus would have come too.
    open_panel(twin.page, "Look")
    other.get_by_role("switch", name="Meta").click()
    expect(other.locator(BARE)).to_have_count(2)
    wait_for_readout(twin, "52 “C”")
    other.close()


def test_a_download_works_from_disk_with_the_focus_that_python_knows(
    app: HeatmapPage, browser: Browser, tmp_path: Path
) -> None:
    app.hover(0, 30)
    app.wait_for_property("focus-slider", "value", 30)
    with app.page.expect_download() as download:
        app.page.get_by_role("button", name="Download as HTML").click()
    assert download.value.suggested_filename == "heatmap.html"
    path = tmp_path / "heatmap.html"
    download.value.save_as(path)
    page = browser.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    saved = HeatmapPage(page)
    wait_for_readout(saved, "30 “t”")
    saved.hover(1, 5)
    wait_for_readout(saved, "5 “p”")
    assert [url for url in requests if not url.startswith("blob:")] == [path.as_uri()]
    page.close()


def test_it_asks_no_other_host_for_anything(
    app: HeatmapPage, external_requests: list[str]
) -> None:
    upload(app.page, "my.json", GOOD)
    wait_for_readout(app, "1 “own”")
    app.page.get_by_role("link", name="Dark theme").click()
    wait_for_readout(app, "52 “C”")
    assert external_requests == []


@pytest.mark.parametrize(
    ("width", "theme"),
    [
        (360, "dark"),
        (1280, "default"),
        pytest.param(360, "default", marks=pytest.mark.sweep),
        pytest.param(1280, "dark", marks=pytest.mark.sweep),
    ],
)
def test_nothing_is_wider_than_the_page_and_all_is_readable(
    page: Page, url: str, width: int, theme: str
) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    heatmap = open_app(page, f"{url}?theme={theme}")
    assert measure_overflow(page) <= 0
    wait_for_readout(heatmap, "52 “C”")
    for text in ("h1", "a", "label", "p[role=status]", "text=52 “C”"):
        assert measure_contrast(page, text) >= 4.5, text


def test_the_theme_can_be_turned_and_turned_back(app: HeatmapPage) -> None:
    def shown() -> str:
        return app.page.evaluate("getComputedStyle(document.documentElement).color")

    light = shown()
    app.page.get_by_role("link", name="Dark theme").click()
    app.page.get_by_role("link", name="Light theme").wait_for()
    assert shown() != light
    app.page.get_by_role("link", name="Light theme").click()
    app.page.get_by_role("link", name="Dark theme").wait_for()
    assert shown() == light


def test_every_control_has_a_name(kept: HeatmapPage) -> None:
    open_panel(kept.page, "View")
    open_panel(kept.page, "Look")
    find = kept.page.get_by_role
    for control in [
        find("radiogroup", name="Documents", exact=True),
        find("searchbox", name="Search documents", exact=True),
        find("button", name="Open files", exact=True),
        find("switch", name="Meta", exact=True),
        find("switch", name="Rotated titles", exact=True),
        find("combobox", name="Palette", exact=True),
        find("combobox", name="Direction", exact=True),
        find("combobox", name="Scale (full colour is)", exact=True),
        find("button", name="Copy link", exact=True),
        find("button", name="Download as HTML", exact=True),
    ]:
        expect(control).to_have_count(1)


def test_a_file_after_args_is_shown_and_one_that_is_gone_is_told_beside_a_sample(
    served_file: Callable[..., str], root: Path, page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "my.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    url = served_file(root / "apps" / "heatmap.py", str(path))
    wait_for_readout(open_app(page, url), "1 “own”")
    expect_chosen(page, "my.json")
    path.unlink()
    heatmap = open_app(page, url)
    message = f"{path} cannot be read: No such file or directory"
    expect(find_message(page)).to_have_text(message)
    wait_for_readout(heatmap, "52 “C”")


def test_a_view_that_is_chosen_is_in_the_address_and_comes_back(
    app: HeatmapPage,
) -> None:
    page = app.page
    choose(app, "Layers and heads")
    open_panel(app.page, "View")
    page.get_by_role("combobox", name="Direction").select_option(
        "who looked at the focus"
    )
    page.get_by_role("combobox", name="Layer").select_option("max of all")
    page.wait_for_function("() => location.hash.includes('axes.layer=max')")
    app.click(0, 3)
    page.wait_for_function("() => location.hash.includes('pinned=true')")
    page.get_by_role("link", name="Dark theme").click()
    page.get_by_role("link", name="Light theme").wait_for()
    app.wait_for_focus(3)
    expect_chosen(page, "Layers and heads")
    open_panel(app.page, "View")
    expect(page.get_by_role("combobox", name="Layer")).to_have_value("max of all")
    direction = page.get_by_role("combobox", name="Direction")
    expect(direction).to_have_value("who looked at the focus")


def test_another_document_is_not_seen_in_the_state_of_the_last_one(
    app: HeatmapPage,
) -> None:
    page = app.page
    app.click(0, 3)
    page.wait_for_function("() => location.hash.includes('pinned=true')")
    choose(app, "Masked words")
    wait_for_readout(app, "11 “Congress”")
    page.wait_for_function("() => location.search === '?document=Masked+words'")
    # It is told once the focus has rested for longer than the address waits.
    told = page.locator("[data-told]", has_text="Congress")
    told.wait_for(state="attached")
    assert page.evaluate("() => location.hash") == ""
    page.reload()
    wait_for_readout(app, "11 “Congress”")


def test_a_link_can_be_copied(app: HeatmapPage) -> None:
    page = app.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    app.click(0, 3)
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("() => navigator.clipboard.readText()") == page.url
    page.context.clear_permissions()
    page.get_by_role("button", name="Copy link").wait_for()


def open_two(app: HeatmapPage) -> None:
    """Open a.json, and then b.json, which is shown."""
    for name, text in (("a.json", "own"), ("b.json", "new")):
        upload(app.page, name, [[{"token": text, "heat": [1]}]])
        wait_for_readout(app, f"0 “{text}”")
        expect_chosen(app.page, name)


def test_a_reload_shows_the_chosen_document_in_a_list_that_scrolls(
    app: HeatmapPage, root: Path
) -> None:
    samples = json.loads((root / "apps" / "samples.json").read_text("utf-8"))
    last = samples[-1]["name"]
    page = app.page
    page.set_viewport_size({"width": 1280, "height": 600})
    choose(app, last)
    page.wait_for_function("() => location.search.includes('document=')")
    page.reload()
    radio = page.get_by_role("radio", name=last)
    expect(radio).to_be_checked()
    page.wait_for_function(
        """(row) => {
          const { top, bottom } = row.getBoundingClientRect();
          const list = row.closest(".items").getBoundingClientRect();
          return top >= list.top && bottom <= list.bottom;
        }""",
        arg=radio.locator("xpath=ancestor::div[@class='item']").element_handle(),
    )


def test_the_list_says_what_to_look_for_and_finds_it(
    kept: HeatmapPage, root: Path
) -> None:
    samples = json.loads((root / "apps" / "samples.json").read_text("utf-8"))
    page = kept.page
    documents = page.get_by_role("radiogroup", name="Documents")
    radio = page.get_by_role("radio")
    expect(radio).to_have_count(len(samples))
    expect(radio.first).to_have_accessible_description(re.compile("congress"))
    search = page.get_by_role("searchbox")
    search.fill(" IN THE QUESTION ")
    expect(radio).to_have_count(1)
    expect(documents.get_by_role("status")).to_have_text(f"1 of {len(samples)}")
    search.fill("nowhere")
    expect(radio).to_have_count(0)
    expect(documents.get_by_text("Exhibits")).to_be_hidden()
    search.press("Escape")
    expect(radio).to_have_count(len(samples))


def test_an_opened_file_can_be_removed_by_its_button(app: HeatmapPage) -> None:
    page = app.page
    open_two(app)
    page.get_by_role("button", name="Remove a.json", exact=True).click()
    expect(page.get_by_role("radio", name="a.json")).to_have_count(0)
    expect_chosen(page, "b.json")
    wait_for_readout(app, "0 “new”")
    page.get_by_role("button", name="Remove b.json", exact=True).click()
    expect_chosen(page, "Autocomplete")
    wait_for_readout(app, "52 “C”")


def test_documents_are_chosen_and_removed_by_keys_alone(app: HeatmapPage) -> None:
    page = app.page
    open_two(app)
    page.get_by_role("searchbox").focus()
    # One stop for all of them, and the arrows go from each to the next.
    page.keyboard.press("Tab")
    expect(page.get_by_role("radio", name="b.json")).to_be_focused()
    page.keyboard.press("ArrowUp")
    wait_for_readout(app, "0 “own”")
    page.keyboard.press("Delete")
    expect(page.get_by_role("radio", name="a.json")).to_have_count(0)
    # The keyboard is still in the list.
    expect_chosen(page, "b.json")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Remove b.json")).to_be_focused()
    page.keyboard.press("Enter")
    expect_chosen(page, "Autocomplete")
    page.keyboard.press("ArrowDown")
    wait_for_readout(app, "11 “Congress”")


def test_on_a_narrow_page_the_documents_fold_away(app: HeatmapPage) -> None:
    page = app.page
    documents = page.get_by_role("radiogroup", name="Documents")
    summary = page.locator("summary", has_text="Documents")
    expect(summary).to_be_hidden()
    app.resize(360)
    expect(documents).to_be_hidden()
    box = page.get_by_role("group", name="Heatmap, GRU, LSTM").bounding_box()
    assert box is not None
    assert box["y"] < 300
    summary.click()
    choose(app, "Masked words")
    wait_for_readout(app, "11 “Congress”")
    app.resize(1280)
    expect(summary).to_be_hidden()
    expect(documents).to_be_visible()


def test_the_difference_of_two_facets_can_be_seen_and_taken_away(
    app: HeatmapPage,
) -> None:
    page = app.page
    open_panel(app.page, "View")
    page.get_by_label("Difference of").select_option("LSTM")
    page.get_by_label("less").select_option("GRU")
    page.get_by_role("button", name="Show the difference").click()
    heatmap = page.get_by_role("group", name="Heatmap, GRU, LSTM, LSTM - GRU")
    expect(heatmap).to_be_visible()
    app.wait_for_focus(52)
    for name in ("GRU", "LSTM"):
        page.get_by_role("checkbox", name=name, exact=True).uncheck()
    only = page.get_by_role("group", name="Heatmap, LSTM - GRU")
    expect(only).to_be_visible()
    # One facet at least: it is checked again.
    difference = page.get_by_role("checkbox", name="LSTM - GRU", exact=True)
    difference.click()
    expect(find_message(page)).to_have_text("no facet is chosen, expected at least one")
    expect(difference).to_be_checked()
    page.get_by_role("button", name="Remove LSTM - GRU", exact=True).click()
    expect(page.get_by_role("group", name="Heatmap, GRU", exact=True)).to_be_visible()
    expect(find_message(page)).to_have_count(0)


def test_a_bar_of_the_panel_pins_its_token_and_the_focus_changes_the_bars(
    app: HeatmapPage,
) -> None:
    page = app.page
    open_panel(app.page, "This token")
    expect(page.get_by_role("cell", name="gradient", exact=True)).to_be_visible()
    app.hover(1, 30)
    app.wait_for_focus(30)
    chart = page.locator("section.side .bk-Figure")
    # A heading and eight bars, the predictions under another, and this of each facet.
    height = 26 * 2 * (1 + 8 + 1 + 3)
    expect(chart).to_have_css("height", f"{height}px")
    chart.click(position={"x": 60, "y": 26 * 2.5})
    app.wait_for_pinned(pinned=True)
    assert app.focus()[0] == 0
    assert app.focus()[1] <= 30


DROP = """
([kind, files]) => {
  const dataTransfer = new DataTransfer();
  for (const [name, text] of files) dataTransfer.items.add(new File([text], name));
  const options = { dataTransfer, bubbles: true, cancelable: true, composed: true };
  const event = new DragEvent(kind, options);
  document.querySelector("h1").dispatchEvent(event);
  return event.defaultPrevented;
}
"""


def test_files_are_opened_wherever_on_the_page_they_are_dropped(
    app: HeatmapPage,
) -> None:
    page = app.page
    cover = page.get_by_text("Drop to open")
    expect(cover).to_be_hidden()
    assert page.evaluate(DROP, ["dragover", [["", ""]]])
    expect(cover).to_be_visible()
    files = [["a.json", json.dumps(GOOD)], ["bad.json", "{"], ["b.json", "[[]]"]]
    assert page.evaluate(DROP, ["drop", [*files, ["c.json", json.dumps(GOOD)]]])
    expect(cover).to_be_hidden()
    # Those that come while others are sent wait for their turn.
    assert page.evaluate(DROP, ["drop", [["d.json", json.dumps(GOOD)]]])
    expect(find_status(page)).to_have_text("d.json: opened")
    expect_chosen(page, "d.json")
    wait_for_readout(app, "1 “own”")
    for name in ("a.json", "c.json"):
        expect(page.get_by_role("radio", name=name)).to_have_count(1)


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_axe_finds_no_violation_in_the_app(page: Page, url: str, theme: str) -> None:
    app = open_app(page, f"{url}?theme={theme}")
    open_two(app)
    choose(app, "Autocomplete")
    wait_for_readout(app, "52 “C”")
    for name in ("View", "Look", "This token"):
        open_panel(app.page, name)
    expect(page.get_by_role("cell", name="gradient", exact=True)).to_be_visible()
    assert list_violations(page) == []


def test_all_of_the_app_is_used_by_keys_alone(  # noqa: PLR0915 - one way through all
    app: HeatmapPage, tmp_path: Path
) -> None:
    page, tab_to, press = app.page, tabs(app.page), app.page.keyboard.press
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    bar = page.locator("header")

    tab_to("Find")
    press("Enter")
    expect(page.get_by_role("textbox", name="Find in the text")).to_be_focused()
    page.keyboard.type("government")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("1")
    press("Escape")
    tab_to("Play")
    press("Enter")
    expect(bar.get_by_role("button", name="Stop")).to_be_focused()
    press("Enter")
    expect(bar.get_by_role("button", name="Play")).to_be_visible()
    tab_to("Copy link")
    press("Enter")
    expect(bar.get_by_role("button", name="Copied")).to_be_visible()
    assert read_clipboard(page) == page.url
    tab_to("Download as HTML")
    with page.expect_download() as download:
        press("Enter")
    assert download.value.suggested_filename == "heatmap.html"

    tab_to("Open files")
    with page.expect_file_chooser() as chooser:
        press("Enter")
    path = tmp_path / "my.json"
    path.write_text(json.dumps(GOOD), encoding="utf-8")
    chooser.value.set_files(path)
    wait_for_readout(app, "1 “own”")
    tab_to("Search documents")
    page.keyboard.type("my")
    expect(page.get_by_role("radio")).to_have_count(1)
    tab_to("my.json")
    press("Delete")
    wait_for_readout(app, "52 “C”")
    # No other document is called so.
    expect(page.get_by_role("searchbox")).to_be_focused()
    press("Control+A")
    page.keyboard.type("masked")
    expect(page.get_by_role("radio")).to_have_count(1)
    tab_to("Masked words")
    press("Space")
    wait_for_readout(app, "11 “Congress”")

    tab_to("Heatmap, MiniLM")
    press("ArrowRight")
    app.wait_for_focus(12)
    press("Enter")
    app.wait_for_pinned(pinned=True)
    press("Shift+ArrowRight")
    expect_state(app, {"start": 12, "stop": 14, "pinned": True})
    press("Control+C")
    page.wait_for_function(
        "async () => (await navigator.clipboard.readText()).includes('Congress')"
    )
    press("Escape")
    app.wait_for_pinned(pinned=False)
    press("ArrowLeft")
    before = app.focus()
    press(".")
    page.wait_for_function(
        f"([index]) => ({PROPERTY})(['state', 'value', 0])?.value.start !== index",
        arg=before[1:],
    )

    tab_to("View")
    press("Enter")
    wait_for_panel(page, "View")
    tab_to("Direction")
    press("ArrowDown")
    expect_state(app, {"direction": "column"})
    tab_to("Granularity")
    press("ArrowDown")
    expect_state(app, {"grouping": "word"})
    tab_to("Look")
    press("Enter")
    wait_for_panel(page, "Look")
    tab_to("Palette")
    press("ArrowDown")
    tab_to("Meta")
    press("Space")
    expect(page.locator(BARE)).to_have_count(1)
    tab_to("This token")
    press("Enter")
    expect(page.get_by_role("cell", name="gradient", exact=True)).to_be_visible()
    tab_to("Dark theme")
    press("Enter")
    page.get_by_role("link", name="Light theme").wait_for()
    page.context.clear_permissions()


def read_clipboard(page: Page) -> str:
    return page.evaluate("() => navigator.clipboard.readText()")


def expect_state(app: HeatmapPage, state: dict[str, object]) -> None:
    """Wait until the browser's state has these values."""
    app.page.wait_for_function(
        f"(state) => Object.entries(state).every(([name, value]) =>"
        f" ({PROPERTY})(['state', 'value', 0])?.value[name] === value)",
        arg=state,
    )


# Of each button above: where it and its text are, its colours and its letters.
BAR = """
(bar) => {
  const find = (root) => [...root.querySelectorAll("*")].flatMap((each) =>
    [...(each.matches("button") ? [each] : []),
     ...(each.shadowRoot ? find(each.shadowRoot) : [])]);
  return find(bar).map((button) => {
    const { top, height, right } = button.getBoundingClientRect();
    const range = document.createRange();
    range.selectNodeContents(button);
    const text = range.getBoundingClientRect();
    const { backgroundColor, color, font } = getComputedStyle(button);
    return { right, alike: [top, height, text.top, backgroundColor, color, font] };
  });
}
"""


@pytest.mark.parametrize("theme", ["default", "dark"])
def test_the_buttons_above_are_one_row_of_one_look(
    page: Page, url: str, theme: str
) -> None:
    app = open_app(page, f"{url}?theme={theme}")
    page.get_by_role("button", name="Download as HTML").wait_for()
    bar = page.locator("header .actions")
    first, *others = bar.evaluate(BAR)
    assert len(others) == 3
    for other in others:
        assert other["alike"] == first["alike"]
    # A narrow page has two rows of them, each as wide as the page.
    app.resize(360)
    buttons = bar.evaluate(BAR)
    right = page.locator("section.shown").evaluate(
        "section => section.getBoundingClientRect().right"
    )
    for number in (2, 3):
        assert buttons[number]["right"] == pytest.approx(right, abs=1)
    heading = page.locator("h1").bounding_box()
    link = page.get_by_role("link", name="theme").bounding_box()
    assert heading is not None
    assert link is not None
    assert link["y"] < heading["y"] + heading["height"]


def test_find_and_play_have_buttons_above(app: HeatmapPage) -> None:
    page = app.page
    bar = page.locator("header")
    bar.get_by_role("button", name="Find").click()
    expect(page.get_by_role("textbox", name="Find in the text")).to_be_focused()
    page.keyboard.type("government")
    expect(page.get_by_role("search").get_by_role("status")).to_contain_text("1")
    page.keyboard.press("Escape")
    before = app.focus()[1]
    bar.get_by_role("button", name="Play").press("Enter")
    page.wait_for_function(
        f"() => ({PROPERTY})(['state', 'value', 0])?.value.start > {before + 2}"
    )
    bar.get_by_role("button", name="Stop").click()
    expect(bar.get_by_role("button", name="Play")).to_be_visible()
    page.wait_for_function(
        f"() => ({PROPERTY})(['state', 'value', 0])?.value.playing === false"
    )


def test_facets_and_a_difference_survive_a_reload(app: HeatmapPage) -> None:
    page = app.page
    open_panel(page, "View")
    page.get_by_label("Difference of").select_option("LSTM")
    page.get_by_label("less").select_option("GRU")
    page.get_by_role("button", name="Show the difference").click()
    expect(page.get_by_role("group", name="Heatmap, GRU, LSTM, LSTM")).to_be_visible()
    page.get_by_role("checkbox", name="GRU", exact=True).uncheck()
    only = page.get_by_role("group", name="Heatmap, LSTM, LSTM - GRU", exact=True)
    expect(only).to_be_visible()
    page.wait_for_function("() => location.search.includes('facets=')")
    page.reload()
    expect(only).to_be_visible()
    open_panel(page, "View")
    for name, shown in (("GRU", False), ("LSTM", True), ("LSTM - GRU", True)):
        box = page.get_by_role("checkbox", name=name, exact=True)
        expect(box).to_be_checked(checked=shown)
    # Another document is shown whole, and so does a reload of it.
    choose(app, "Three tokenizers")
    page.wait_for_function("() => location.search === '?document=Three+tokenizers'")


def test_facets_and_a_difference_are_chosen_by_keys_alone(app: HeatmapPage) -> None:
    page, tab_to, press = app.page, tabs(app.page), app.page.keyboard.press
    heatmaps = page.get_by_role("group", name="Heatmap,")
    tab_to("View")
    press("Enter")
    wait_for_panel(page, "View")
    tab_to("LSTM")
    press("Space")
    expect(heatmaps).to_have_accessible_name("Heatmap, GRU")
    press("Space")
    expect(heatmaps).to_have_accessible_name("Heatmap, GRU, LSTM")
    tab_to("Difference of")
    page.keyboard.type("LSTM")
    tab_to("less")
    page.keyboard.type("GRU")
    tab_to("Show the difference")
    press("Enter")
    expect(heatmaps).to_have_accessible_name("Heatmap, GRU, LSTM, LSTM - GRU")


def test_two_pages_open_files_at_once_and_each_has_its_own(
    app: HeatmapPage, browser: Browser, url: str
) -> None:
    other = browser.new_page()
    twin = open_app(other, url)
    count = 300
    for page, word in ((app.page, "mine "), (other, "yours ")):
        tokens = [{"token": word, "heat": [0.5] * count} for _ in range(count)]
        upload(page, "same.json", [tokens])
    for shown, word in ((app, "mine"), (twin, "yours")):
        wait_for_readout(shown, f"{count - 1} “{word} ”")
        expect_chosen(shown.page, "same.json")
    other.close()


def test_errors_and_files_of_one_page_never_reach_another(
    app: HeatmapPage, browser: Browser, url: str
) -> None:
    other = browser.new_page()
    twin = open_app(other, url)
    upload(app.page, "my.json", GOOD)
    expect_chosen(app.page, "my.json")
    upload(app.page, "bad.json", [[{"token": "a", "heat": [1, 0]}]])
    expect(find_message(app.page)).to_be_visible()
    open_panel(app.page, "View")
    # An answer from the server, after which what is shared would have come too.
    choose(twin, "Masked words")
    wait_for_readout(twin, "11 “Congress”")
    expect(find_message(other)).to_have_count(0)
    expect(other.get_by_role("radio", name="my.json")).to_have_count(0)
    wait_for_readout(app, "1 “own”")
    expect(find_message(app.page)).to_be_visible()
    other.close()


def test_a_matrix_too_large_for_a_page_stays_on_the_server(app: HeatmapPage) -> None:
    count = 1100
    heat = np.eye(count, k=-1, dtype=np.float32)
    file = BytesIO()
    write_npz(file, [Facet.from_arrays([f"{k} " for k in range(count)], heat)])
    upload(app.page, "large.npz", file.getvalue())
    wait_for_readout(app, f"{count - 1} “{count - 1} ”")
    app.page.get_by_role("group", name="Heatmap, Facet 1").press("ArrowLeft")
    app.wait_for_focus(count - 2)
    # The page gets the rows that it asks for, and no others.
    app.page.wait_for_function(
        f"() => ({PROPERTY})(['state', 'rows', 0])?.value?.key !== undefined"
    )
    app.page.wait_for_function(
        f"([place, colored]) => ({COLUMN})(place)?.[colored] === 1",
        arg=[["facet-0", "tokens", "heat", 0], count - 3],
    )
