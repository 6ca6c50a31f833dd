"""What each host of notebooks shows of an output, and what is shown without Python."""

from __future__ import annotations

import html
import json
import os
from typing import TYPE_CHECKING, Any

import nh3
import pytest
from playwright.sync_api import expect

from tests.ui.conftest import find_port, start_server, stop_server, wait_for_answer
from tests.ui.example_notebook import convert_notebook, run_notebook
from tests.ui.heatmap_page import HeatmapPage
from tests.ui.pixels import read_pixels, to_rgb
from tests.ui.test_static import check_alike
from textualheatmap.scene.palettes import get_palette

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import Browser, BrowserContext, Frame, Page

    from tests.ui.conftest import Lab

DATA = """\
from textualheatmap import TextualHeatmap

def build(*tokens):
    heat = [[float(i == j) for j in range(len(tokens))] for i in range(len(tokens))]
    return [[{"token": t, "heat": row} for t, row in zip(tokens, heat)]]

heatmap = TextualHeatmap(facet_titles=["one"])
heatmap.set_data(build("the ", "cat ", "sat")).highlight(1);
"""
PICTURED = """\
TextualHeatmap.picture = True
other = TextualHeatmap(facet_titles=["two"])
other.set_data(build("a ", "dog ", "ran")).highlight(1)"""
HOTTEST = get_palette("viridis").colors[-1]

# What stays of HTML in GitHub's preview, as html-pipeline lists it.
GITHUB_TAGS = set(
    """h1 h2 h3 h4 h5 h6 br b i strong em a pre code img tt div ins del sup sub p ol ul
    table thead tbody tfoot blockquote dl dt dd kbd q samp var hr ruby rt rp li tr td th
    s strike summary details caption figure figcaption abbr bdo cite dfn mark small span
    time wbr""".split()  # noqa: SIM905 - one a line would be sixty
)
GITHUB_ATTRIBUTES = {"*": {"alt", "dir", "title", "height", "width"}, "img": {"src"}}
MAIL_ATTRIBUTES = {"*": {"style", *GITHUB_ATTRIBUTES["*"]}, "img": {"src"}}

# The strictest policy under which a page can have scripts at all.
POLICY = """<!DOCTYPE html><meta http-equiv="Content-Security-Policy"
 content="default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline';
 img-src data:; font-src data:">"""
FOCUS = """
() => globalThis.Bokeh?.documents
  .flatMap((document) => [...document.all_models])
  .find((model) => model.name === "state")?.value?.start
"""
# Keeps where the picture and the live heatmap under it were, as long as both were.
WATCH = """
const look = () => {
  const picture = document.querySelector("[data-static]");
  const live = picture?.nextElementSibling.querySelector("[data-root-id] > *");
  if (live) {
    globalThis.seen = [picture, live].map((element) => {
      const { left, top, height } = element.getBoundingClientRect();
      return [left, top, height];
    });
  }
  requestAnimationFrame(look);
};
requestAnimationFrame(look);
"""


@pytest.fixture(scope="module")
def notebook(tmp_path_factory: pytest.TempPathFactory) -> NotebookNode:
    """Return a notebook that was run: two heatmaps of three tokens, one with a PNG."""
    import nbformat  # noqa: PLC0415 - as of `example_notebook`

    path = tmp_path_factory.mktemp("run") / "two.ipynb"
    cells = [
        nbformat.v4.new_code_cell(text)
        for text in (DATA, "heatmap", "heatmap", PICTURED)
    ]
    made = nbformat.v4.new_notebook(cells=cells)
    nbformat.write(made, path)
    return run_notebook(path)


def list_data(notebook: NotebookNode) -> list[list[dict[str, Any]]]:
    """Return what each cell's outputs hold, by MIME type."""
    return [
        [output.data for output in cell.outputs if output.get("data")]
        for cell in notebook.cells
    ]


def find_html(notebook: NotebookNode) -> tuple[str, str]:
    """Return the HTML of the heatmap without and of the one with a PNG."""
    _, _, same, pictured = list_data(notebook)
    return same[-1]["text/html"], pictured[-1]["text/html"]


def test_a_notebook_holds_bokeh_once_and_few_kilobytes_beside_it(
    notebook: NotebookNode,
) -> None:
    sizes = [
        (len(json.dumps(content)), kind)
        for cell in list_data(notebook)
        for data in cell
        for kind, content in data.items()
    ]
    (library, kind), *others = sorted(sizes, reverse=True)
    assert kind == "application/javascript"
    assert library > 1_000_000
    # A notebook of one heatmap, and the three of this one.
    first = [len(json.dumps(data)) for cell in list_data(notebook)[:2] for data in cell]
    assert sum(first) - library < 150_000
    assert sum(size for size, _ in others) < 400_000


def test_the_text_of_an_output_says_it_in_words(notebook: NotebookNode) -> None:
    text = list_data(notebook)[1][-1]["text/plain"]
    assert text.splitlines()[:2] == ["one", "the [cat ]sat"]
    assert "1.00  “cat ”" in text


# As of test_notebook.py.
@pytest.mark.filterwarnings("ignore:Your element with mimetype")
def test_a_converted_notebook_is_the_same_picture_without_scripts(
    notebook: NotebookNode, page: Page, browser: Browser, tmp_path: Path
) -> None:
    path = tmp_path / "two.html"
    convert_notebook(notebook, path)
    context = browser.new_context(java_script_enabled=False)
    still = context.new_page()
    still.set_viewport_size({"width": 1280, "height": 800})
    still.goto(path.as_uri())
    picture = still.locator("[data-static]").first
    box = picture.bounding_box()
    assert box is not None
    area = {**box, "height": 36.0}
    without = read_pixels(still, area)
    assert still.get_by_role("img", name="two").is_hidden()
    context.close()
    page.add_init_script(WATCH)
    page.goto(path.as_uri())
    shown = HeatmapPage(page)
    shown.wait_for_focus(1)
    expect(page.locator("[data-static]")).to_have_count(0)
    check_alike([read_pixels(page, area), without], 1)
    over, under = page.evaluate("() => globalThis.seen")
    assert over == under
    shown.hover(0, 2)
    shown.wait_for_focus(2)


def list_frames(notebook: NotebookNode) -> str:
    """Return a page in which each cell's outputs have a frame of their own."""
    frames: list[str] = []
    for cell in list_data(notebook):
        parts = [POLICY]
        for data in cell:
            script = data.get("application/javascript", "")
            script = script.replace("</script", r"<\/script")
            parts.append(f"<script>{script}</script>{data.get('text/html', '')}")
        frames.append(
            '<iframe sandbox="allow-scripts" width="700" height="180"'
            f' srcdoc="{html.escape("".join(parts))}"></iframe>'
        )
    return f"<!DOCTYPE html>{''.join(frames[1:3])}"


def test_each_output_in_a_frame_of_its_own_shows_what_it_can(
    notebook: NotebookNode,
    own_context: BrowserContext,
    tmp_path: Path,
) -> None:
    path = tmp_path / "frames.html"
    path.write_text(list_frames(notebook), encoding="utf-8")
    page = own_context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(path.as_uri())
    first, second = page.frames[1:]
    # The first holds BokehJS, and nothing of it is evaluated.
    first.wait_for_function(f"() => ({FOCUS})() === 1")
    expect(first.locator("[data-static]")).to_have_count(0)
    hover(first, 8 * 9)
    first.wait_for_function(f"() => ({FOCUS})() === 2")
    # The second has none: it shows the picture.
    expect(second.locator("[data-static]")).to_be_visible()
    assert second.locator(".bk-Plot").count() == 0
    assert not [url for url in requests if url.startswith("http")]


def hover(frame: Frame, left: float) -> None:
    """Move the mouse to so many px within the text of a frame's heatmap."""
    for step in (0, 2):
        frame.locator(".bk-Plot").hover(position={"x": 10 + left + step, "y": 18})


def test_a_page_that_takes_styles_away_shows_the_picture_and_the_text(
    notebook: NotebookNode, page: Page
) -> None:
    plain, pictured = (
        nh3.clean(
            content,
            tags=GITHUB_TAGS,
            attributes=GITHUB_ATTRIBUTES,
            url_schemes={"https", "data"},
        )
        for content in find_html(notebook)
    )
    assert len(plain) < 1000
    page.set_content(f"<!DOCTYPE html>{plain}")
    words = "the cat sat one 0.00 1.00 heat"
    assert " ".join(page.inner_text("body").split()) == words
    assert page.locator("b").inner_text().strip() == "cat"
    page.set_content(f"<!DOCTYPE html>{pictured}")
    image = page.get_by_role("img", name="two")
    box = image.bounding_box()
    assert box is not None
    # As large as the live one.
    assert box["width"] == pytest.approx(600, abs=8)
    assert has_color(page, HOTTEST)


def test_a_mail_shows_the_colours_by_inline_styles_alone(
    notebook: NotebookNode, page: Page
) -> None:
    _, pictured = find_html(notebook)
    mail = nh3.clean(
        pictured,
        tags=GITHUB_TAGS,
        attributes=MAIL_ATTRIBUTES,
        url_schemes={"https", "data"},
    )
    page.set_content(f"<!DOCTYPE html>{mail}")
    assert page.get_by_role("img", name="two").is_hidden()
    assert page.locator("b").inner_text().strip() == "dog"
    assert has_color(page, HOTTEST)


def has_color(page: Page, color: str) -> bool:
    """Say whether a page shows a color anywhere."""
    return to_rgb(color) in set(map(tuple, read_pixels(page).reshape(-1, 3).tolist()))


def test_a_notebook_that_jupyterlab_does_not_trust_shows_the_picture(
    notebook: NotebookNode, lab: Lab, page: Page
) -> None:
    path = lab.folder / "untrusted.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    page.goto(f"{lab.url}/doc/tree/untrusted.ipynb?reset")
    page.locator(".jp-OutputArea").get_by_text("sat").first.wait_for()
    assert page.locator(".bk-Plot").count() == 0
    assert has_color(page, HOTTEST)
    # The sanitizer leaves styles, so the PNG is not seen beside it.
    assert page.get_by_role("img", name="two").count() == 0


@pytest.mark.sweep
def test_notebook_7_shows_it_leads_it_and_keeps_it(
    lab: Lab, own_context: BrowserContext
) -> None:
    path = lab.write("seven", [DATA, "heatmap", "heatmap"])
    page = own_context.new_page()
    notebook = lab.open_in_notebook(page, "seven.ipynb")
    notebook.run_all()
    one, same = (HeatmapPage(page, nth) for nth in (0, 1))
    same.wait_for_focus(1)
    one.hover(0, 2)
    same.wait_for_column(0, "heat", [0, 0, 1])
    assert notebook.ask("heatmap.focus") == "2"
    notebook.ask("heatmap.focus = 0; heatmap.focus")
    one.wait_for_column(0, "heat", [1, 0, 0])
    # The cell that holds BokehJS is run again, and holds it again.
    notebook.run_again(1)
    with page.expect_response(lambda each: each.request.method == "PUT"):
        page.keyboard.press("Control+s")
    assert "BokehJS not loaded" in path.read_text(encoding="utf-8")
    # Python is gone: another kernel knows nothing of the heatmap.
    page.reload()
    gone = HeatmapPage(page)
    gone.wait_for_focus(0)
    gone.hover(0, 2)
    gone.wait_for_column(0, "heat", [0, 0, 1])


@pytest.mark.sweep
def test_a_widget_of_ipywidgets_leads_python_and_follows_it(
    lab: Lab, own_context: BrowserContext
) -> None:
    page = own_context.new_page()
    # Only Panel brings itself to the page then.
    widget = f"import panel as pn\npn.extension(inline=True)\n{DATA}"
    widget += "pn.ipywidget(heatmap)"
    notebook = lab.open(page, "widget", [widget])
    notebook.run_all()
    shown = HeatmapPage(page)
    shown.wait_for_focus(1)
    shown.hover(0, 2)
    shown.wait_for_column(0, "heat", [0, 0, 1])
    assert notebook.ask("heatmap.focus") == "2"
    notebook.ask("heatmap.focus = 0; heatmap.focus")
    shown.wait_for_column(0, "heat", [1, 0, 0])


MARIMO = """\
import marimo
app = marimo.App()

@app.cell
def _():
    {data}
    return heatmap,

@app.cell
def _(heatmap):
    import marimo as mo
    mo.vstack([heatmap])
    return mo,

@app.cell
def _(heatmap, mo):
    def lead(count):
        heatmap.focus = 0
        return count + 1
    ask = mo.ui.button(label="lead", value=0, on_click=lead)
    ask
    return ask,

@app.cell
def _(ask, heatmap, mo):
    seen = mo.ui.button(label="ask", value=None, on_click=lambda _: heatmap.focus)
    seen
    return seen,

@app.cell
def _(mo, seen):
    mo.md(f"focus {{seen.value}}")
    return
"""


@pytest.fixture
def marimo(tmp_path: Path) -> Iterator[str]:
    """Run a notebook of marimo's as an app and return its address."""
    path = tmp_path / "app.py"
    data = DATA.replace("\n", "\n    ").replace("    \n", "\n")
    path.write_text(MARIMO.format(data=data), encoding="utf-8")
    port = find_port()
    command = ["marimo", "run", str(path), "--headless", "--no-token"]
    log = tmp_path / "marimo.log"
    home = {"HOME": str(tmp_path), "PYTHONPATH": os.environ.get("PYTHONPATH", ".")}
    server = start_server([*command, "--port", str(port)], log, home)
    wait_for_answer(f"http://localhost:{port}/", server, log)
    yield f"http://localhost:{port}"
    stop_server(server)


@pytest.mark.sweep
def test_marimo_shows_it_and_leads_it(marimo: str, own_context: BrowserContext) -> None:
    page = own_context.new_page()
    page.goto(marimo)
    shown = HeatmapPage(page)
    shown.wait_for_focus(1)
    shown.hover(0, 2)
    shown.wait_for_column(0, "heat", [0, 0, 1])
    page.get_by_role("button", name="ask").click()
    page.get_by_text("focus 2", exact=True).wait_for()
    page.get_by_role("button", name="lead").click()
    shown.wait_for_column(0, "heat", [1, 0, 0])
