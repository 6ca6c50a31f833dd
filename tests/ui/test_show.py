"""The command `show`, visited by two readers."""

import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.cli.command import COMMAND, ROOT
from tests.ui.heatmap_page import HeatmapPage


@pytest.fixture
def showing(tmp_path: Path) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    path = tmp_path / "facets.json"
    path.write_text(
        '[[{"token": "one ", "heat": [1, 0]}, {"token": "two", "heat": [0.25, 1]}]]'
    )
    with subprocess.Popen(
        [*COMMAND, "show", str(path), "--no-browser"],
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=ROOT,
        text=True,
    ) as process:
        assert process.stderr is not None
        yield process.stderr.readline().split()[0], process
        process.kill()


def test_each_visitor_has_a_focus_of_their_own_until_the_command_is_interrupted(
    showing: tuple[str, subprocess.Popen[str]], page: Page
) -> None:
    url, process = showing
    page.goto(url)
    first = HeatmapPage(page)
    first.click(0, 1)
    first.wait_for_pinned(pinned=True)
    first.wait_for_focus(1)
    first.wait_for_column(0, "value", [0.25, 1])
    page.goto(url)
    page.reload()
    second = HeatmapPage(page)
    second.hover(0, 0)
    second.wait_for_focus(0)
    second.wait_for_pinned(pinned=False)
    process.send_signal(signal.SIGINT)
    said, errors = process.communicate()
    assert (process.returncode, said) == (0, "")
    assert "Traceback" not in errors
