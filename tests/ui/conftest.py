"""A real Chromium, and what it opens: a served app, a saved file, a JupyterLab."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    expect,
    sync_playwright,
)
from xdist.scheduler.loadscope import LoadScopeScheduling

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.lab import Lab

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # One process for all pages: what it has compiled it need not compile again.
    "--renderer-process-limit=1",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page lives for a second or two: to compile its scripts well costs more than it
    # brings, a ninth of the processors' time.
    "--js-flags=--max-lazy --no-maglev --no-turbofan",
    # A page must need no network: every other host is unknown.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
START_SECONDS = 180
PAGE_TIMEOUT = 60_000  # ms
# A slow machine is not a wrong page: by default `expect` waits for 5 s only.
expect.set_options(timeout=PAGE_TIMEOUT)

# A test that only passes on a fast page waits for too little, and fails one day. If it
# is asked for, the scripts of a page run so many times slower, and each frame that they
# ask for, or each message to their server, comes so late (ms).
SLOW_SCRIPTS = float(os.environ.get("SLOW_SCRIPTS", "1"))
LATE_FRAMES = float(os.environ.get("LATE_FRAMES", "0"))
LATE_MESSAGES = float(os.environ.get("LATE_MESSAGES", "0"))
DELAY_FRAMES = """
const ask = requestAnimationFrame.bind(globalThis);
// Not those of a page's clock that a test sets.
const wait = setTimeout.bind(globalThis);
globalThis.requestAnimationFrame = (call) => wait(() => ask(call), DELAY);
globalThis.cancelAnimationFrame = clearTimeout.bind(globalThis);
"""
DELAY_MESSAGES = """
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (message) {
  setTimeout(() => {
    if (this.readyState === WebSocket.OPEN) send.call(this, message);
  }, DELAY);
};
"""

# Runs the app whose file the address names, in a session of its own.
ANY_APP = """
from pathlib import Path
import panel as pn

path = Path(pn.state.session_args["path"][0].decode())
exec(compile(path.read_text(encoding="utf-8"), path, "exec"))
"""


# Each starts what takes long to start: one worker has all of its tests. Those with the
# same name import torch.
ONE_WORKER = {
    "test_app.py": "app",
    "test_notebook.py": "notebook",
    "test_notebook_hosts.py": "notebook",
    "test_saliency_app.py": "models",
    "test_transformers.py": "models",
}


class Scheduling(LoadScopeScheduling):
    """Gives a worker such files as a whole, these first, and else test by test."""

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0].rpartition("/")[2]
        return ONE_WORKER.get(file, nodeid)


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> Scheduling:  # noqa: ANN401 - xdist's own
    """Say which worker runs which test."""
    return Scheduling(config, log)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests; its absence is a failure, not a skip."""
    executable = (
        os.environ.get("CHROMIUM")
        or shutil.which("chromium-headless-shell")
        or shutil.which("chromium")
    )
    if executable is None:
        pytest.fail("No Chromium: put `chromium` on the PATH or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Callable[[float], BrowserContext]:
    """Return the context of all pages at a scale, in pixels of the screen per CSS px.

    Pages of one context share what was downloaded and compiled: a new context takes
    several times as long to open a page.
    """
    found: dict[float, BrowserContext] = {}

    def find(scale: float) -> BrowserContext:
        if scale not in found:
            found[scale] = browser.new_context(
                viewport={"width": 1280, "height": 800}, device_scale_factor=scale
            )
            found[scale].set_default_timeout(PAGE_TIMEOUT)
            slow_down(found[scale])
            # While one page stays, others are tabs of its window: a window costs more.
            found[scale].new_page()
        return found[scale]

    return find


@pytest.fixture
def context(contexts: Callable[[float], BrowserContext]) -> BrowserContext:
    """Return the context of `page`."""
    return contexts(1)


@pytest.fixture
def own_context(browser: Browser) -> Iterator[BrowserContext]:
    """Open a context for one test, which may set its clock."""
    with open_context(browser) as context:
        yield context


@contextmanager
def open_context(browser: Browser, **options: Any) -> Generator[BrowserContext]:  # noqa: ANN401 - Playwright's own
    """Open a context, whose clock can be set, of a screen of 1280 x 800 or another."""
    options = {"viewport": {"width": 1280, "height": 800}, **options}
    context = browser.new_context(**options)
    context.set_default_timeout(PAGE_TIMEOUT)
    slow_down(context)
    yield context
    context.close()


def slow_down(context: BrowserContext) -> None:
    """Let the pages of a context be slow, if that is asked for."""

    def slow_page(page: Page) -> None:
        session = context.new_cdp_session(page)
        session.send("Emulation.setCPUThrottlingRate", {"rate": SLOW_SCRIPTS})

    if SLOW_SCRIPTS > 1:
        context.on("page", slow_page)
    if LATE_FRAMES > 0:
        context.add_init_script(DELAY_FRAMES.replace("DELAY", str(LATE_FRAMES)))
    if LATE_MESSAGES > 0:
        context.add_init_script(DELAY_MESSAGES.replace("DELAY", str(LATE_MESSAGES)))


@pytest.fixture
def external_requests() -> list[str]:
    """Return the addresses beyond this machine that the page asked for."""
    return []


@pytest.fixture
def page(context: BrowserContext, external_requests: list[str]) -> Iterator[Page]:
    """Open an empty page, and fail the test if what it shows reports an error."""
    errors: list[str] = []
    page = context.new_page()
    watch_page(page, external_requests, errors)
    yield page
    page.close()
    assert errors == []


def watch_page(page: Page, external_requests: list[str], errors: list[str]) -> None:
    """Collect which addresses beyond this machine a page asks for, and its errors."""

    def collect_request(request: Request) -> None:
        if is_external(request.url):
            external_requests.append(request.url)

    def collect_message(message: ConsoleMessage) -> None:
        # An address that was not reached is `external_requests`' business.
        if message.type == "error" and not is_external(message.location["url"]):
            errors.append(f"{message.text} ({message.location['url']})")

    # Chromium is told early that file choosers are the test's: if it is told right
    # before a key or a click, it may hear of that first.
    page.on("filechooser", lambda _: None)
    page.on("request", collect_request)
    page.on("console", collect_message)
    page.on("pageerror", lambda error: errors.append(str(error)))


@pytest.fixture
def saved(page: Page, tmp_path: Path) -> Callable[..., HeatmapPage]:
    """Save a heatmap as a standalone file and open it from disk."""

    def open_saved(heatmap: Any) -> HeatmapPage:  # noqa: ANN401 - any with save
        path = tmp_path / "out.html"
        heatmap.save(path)
        page.goto(path.as_uri())
        return HeatmapPage(page)

    return open_saved


@pytest.fixture(scope="module")
def saved_context(contexts: Callable[[float], BrowserContext]) -> BrowserContext:
    """Return the context of the pages of `saved_once`."""
    return contexts(1)


@pytest.fixture(scope="module")
def saved_pages(
    saved_context: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Callable[..., HeatmapPage], list[str]]]:
    """Open pages for all tests of a module; with them are the errors they report."""
    folder = tmp_path_factory.mktemp("once")
    found: dict[tuple[object, ...], HeatmapPage] = {}
    errors: list[str] = []

    def find(build: Callable[..., Any], *arguments: object) -> HeatmapPage:
        key = (build, *arguments)
        if key not in found:
            path = folder / f"{len(found)}.html"
            build(*arguments).save(path)
            page = saved_context.new_page()
            watch_page(page, [], errors)
            page.goto(path.as_uri())
            found[key] = HeatmapPage(page)
        return found[key]

    yield find, errors
    for shown in found.values():
        shown.page.close()


@pytest.fixture
def saved_once(
    saved_pages: tuple[Callable[..., HeatmapPage], list[str]],
) -> Iterator[Callable[..., HeatmapPage]]:
    """Open the saved file of what a function builds, once for all tests of a module.

    It is as when it was opened: a test changes nothing but what `put_back` puts back.
    The test fails if a page reports an error.
    """
    find, errors = saved_pages

    def open_once(build: Callable[..., Any], *arguments: object) -> HeatmapPage:
        shown = find(build, *arguments)
        shown.put_back()
        return shown

    yield open_once
    told = [*errors]
    errors.clear()
    assert told == []


@pytest.fixture(scope="session")
def any_app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Start one server of Panel's, which serves any app, and return its address."""
    folder = tmp_path_factory.mktemp("served")
    path, log = folder / "any.py", folder / "serve.log"
    path.write_text(ANY_APP, encoding="utf-8")
    port = find_port()
    server = start_server(["panel", "serve", str(path), "--port", str(port)], log)
    wait_for_answer(f"http://localhost:{port}/", server, log)
    yield f"http://localhost:{port}/any"
    stop_server(server)


@pytest.fixture
def served(any_app: str, tmp_path: Path) -> Callable[[str], str]:
    """Serve the text of an app with Panel and return its address."""

    def serve(app: str) -> str:
        path = tmp_path / "app.py"
        path.write_text(app, encoding="utf-8")
        return f"{any_app}?path={quote(str(path))}"

    return serve


@pytest.fixture(params=["saved", "served"])
def saved_and_served(
    request: pytest.FixtureRequest,
    page: Page,
    saved: Callable[..., HeatmapPage],
    served: Callable[[str], str],
) -> Callable[..., HeatmapPage]:
    """Open what a test module builds from a saved file and, once more, served.

    The app that is served shows what the module's function returns, or is given.
    """

    def open_either(build: Callable[[], Any], app: str = "") -> HeatmapPage:
        if request.param == "saved":
            return saved(build())
        name = build.__name__
        app = app or f"from {build.__module__} import {name}\n{name}().servable()"
        page.goto(served(app))
        return HeatmapPage(page)

    return open_either


@pytest.fixture
def served_file(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Serve the file of an app with a Panel of its own and return its address.

    Further arguments follow ``--args``.
    """
    servers: list[subprocess.Popen[bytes]] = []

    def serve(app: Path, *arguments: str) -> str:
        port = find_port()
        command = ["panel", "serve", str(app), "--port", str(port)]
        log = tmp_path / "serve.log"
        server = start_server([*command, "--args", *arguments], log)
        servers.append(server)
        url = f"http://localhost:{port}/{app.stem}"
        wait_for_answer(url, server, log)
        return url

    yield serve
    for server in servers:
        stop_server(server)


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    """Start one JupyterLab whose settings and notebooks are its own."""
    folder = tmp_path_factory.mktemp("lab")
    (folder / "notebooks").mkdir()
    port = find_port()
    command = [
        *("jupyterlab", "--no-browser", "--allow-root", f"--port={port}"),
        f"--ServerApp.root_dir={folder / 'notebooks'}",
        "--ServerApp.disable_check_xsrf=True",
        "--IdentityProvider.token=",
        "--LabApp.news_url=",
        "--LabApp.extension_manager=readonly",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]
    homes = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    own: dict[str, str] = dict.fromkeys((*homes, "IPYTHONDIR"), str(folder / "home"))
    server = start_server(command, folder / "lab.log", own)
    wait_for_answer(f"http://localhost:{port}/api", server, folder / "lab.log")
    yield Lab(f"http://localhost:{port}", folder / "notebooks")
    stop_server(server)


def is_external(url: str) -> bool:
    """Say whether an address lies beyond this machine."""
    parts = urlsplit(url)
    return parts.scheme in {"http", "https", "ws", "wss"} and parts.hostname not in {
        "localhost",
        "127.0.0.1",
    }


def find_port() -> int:
    """Return a port of this machine that nobody listens at."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def start_server(
    arguments: list[str], log: Path, environment: dict[str, str] | None = None
) -> subprocess.Popen[bytes]:
    """Run a Python module as a server of its own, its output in a file."""
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", *arguments],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            env=os.environ | (environment or {}),
        )


def wait_for_answer(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server answers, or fail with what it wrote."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url):  # noqa: S310 - localhost
                return
        except urllib.error.URLError:
            time.sleep(0.05)  # between two questions, not instead of one
    stop_server(server)
    pytest.fail(f"{url} did not answer:\n{log.read_text(encoding='utf-8')}")


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """End a server and what it started."""
    server.terminate()
    server.wait(timeout=START_SECONDS)
