"""A real Chromium, and what it opens: a served app, a saved file, a JupyterLab."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.ui.heatmap_page import HeatmapPage
from tests.ui.lab import Lab

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # A page must need no network: every other host is unknown.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]
START_SECONDS = 60
PAGE_TIMEOUT = 30_000  # ms


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one Chromium for all tests; its absence is a failure, not a skip."""
    executable = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if executable is None:
        pytest.fail("No Chromium: put `chromium` on the PATH or set CHROMIUM")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def external_requests() -> list[str]:
    """Return the addresses beyond this machine that the page asked for."""
    return []


@pytest.fixture
def page(browser: Browser, external_requests: list[str]) -> Iterator[Page]:
    """Open an empty page, and fail the test if what it shows reports an error."""
    errors: list[str] = []

    def collect_request(request: Request) -> None:
        if is_external(request.url):
            external_requests.append(request.url)

    def collect_message(message: ConsoleMessage) -> None:
        # An address that was not reached is `external_requests`' business.
        if message.type == "error" and not is_external(message.location["url"]):
            errors.append(f"{message.text} ({message.location['url']})")

    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.set_default_timeout(PAGE_TIMEOUT)
    page = context.new_page()
    page.on("request", collect_request)
    page.on("console", collect_message)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


@pytest.fixture
def saved(page: Page, tmp_path: Path) -> Callable[..., HeatmapPage]:
    """Save a heatmap as a standalone file and open it from disk."""

    def open_saved(heatmap: Any) -> HeatmapPage:  # noqa: ANN401 - any with save
        path = tmp_path / "out.html"
        heatmap.save(path)
        page.goto(path.as_uri())
        return HeatmapPage(page)

    return open_saved


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Callable[..., str]]:
    """Serve an app with Panel and return its address.

    The app is a file, or the text of one; further arguments follow ``--args``.
    """
    servers: list[subprocess.Popen[bytes]] = []

    def serve(app: Path | str, *arguments: str) -> str:
        if isinstance(app, str):
            path = tmp_path / "app.py"
            path.write_text(app, encoding="utf-8")
        else:
            path = app
        port = find_port()
        command = ["panel", "serve", str(path), "--port", str(port)]
        if arguments:
            command += ["--args", *arguments]
        log = tmp_path / "serve.log"
        server = start_server(command, log)
        servers.append(server)
        url = f"http://localhost:{port}/{path.stem}"
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
