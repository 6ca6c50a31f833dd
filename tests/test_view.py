"""The heatmap as a Panel object, without a browser."""

import gc
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from weakref import ref

import numpy as np
import panel as pn
import pytest
from bokeh.document import Document
from bokeh.models import Plot
from pyviz_comms import Comm

from textualheatmap import HeatmapDataError, TextualHeatmap
from textualheatmap.plot.layout import write_palette
from textualheatmap.view import HeatmapPane


def make_records(count: int) -> list[dict[str, Any]]:
    return [{"token": f"t{i} ", "heat": row} for i, row in enumerate(np.eye(count))]


class Showing:
    """A heatmap in a layout, as a page or a notebook's output shows it."""

    def __init__(self, view: object, comm: Comm | None = None) -> None:
        self.row = pn.Row(view, "beside it")
        self.root = self.row.get_root(Document(), comm=comm)

    def find(self, name: str) -> Any:  # noqa: ANN401 - models of all kinds
        """Return the one Bokeh model of this name."""
        [found] = self.root.select({"name": name})
        return found

    @property
    def focus(self) -> tuple[str | None, int, int, bool]:
        """Facet, start, stop and pin of the last command."""
        state = self.find("state").command["state"]
        return state["facet"], state["start"], state["stop"], state["pinned"]

    def write_report(
        self, facet: str | None, start: int, *, pinned: bool = False
    ) -> dict[str, Any]:
        """Return what a browser tells that has heard the last command."""
        command = self.find("state").command
        return {
            "version": command["version"],
            "sequence": command["sequence"],
            "state": {
                **command["state"],
                "facet": facet,
                "start": start,
                "stop": start if facet is None else start + 1,
                "pinned": pinned,
            },
        }

    def report(self, facet: str | None, start: int, *, pinned: bool = False) -> None:
        """Do as a browser whose reader has moved the focus to a token."""
        self.find("state").report = self.write_report(facet, start, pinned=pinned)

    def close(self) -> None:
        """Do as a notebook does whose output is deleted."""
        deleted = {"event_type": "delete", "id": self.root.ref["id"]}
        pn.extension._process_comm_msg(deleted)  # noqa: SLF001 - there is no other way


@pytest.fixture
def heatmap() -> TextualHeatmap:
    return TextualHeatmap().set_data([make_records(3)])


@pytest.fixture(params=["served", "notebook"])
def comm(request: pytest.FixtureRequest) -> Comm | None:
    """Return what Panel talks through to a notebook, or None as to a served page."""
    return None if request.param == "served" else Comm()


@pytest.fixture
def showing(heatmap: TextualHeatmap, comm: Comm | None) -> Iterator[Showing]:
    showing = Showing(heatmap, comm)
    yield showing
    showing.close()


def test_a_layout_shows_the_heatmap_and_its_focus(heatmap: TextualHeatmap) -> None:
    showing = Showing(heatmap.highlight(2))
    assert showing.focus == ("facet-0", 2, 3, False)
    assert isinstance(showing.find("facet-0"), Plot)
    showing.close()


def test_the_page_moves_the_focus_of_the_heatmap(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    showing.report("facet-0", 1)
    assert (heatmap.focus, heatmap.focus_span, heatmap.pinned) == (1, (1, 2), False)
    showing.report("facet-0", 2, pinned=True)
    assert (heatmap.focus, heatmap.focus_span, heatmap.pinned) == (2, (2, 3), True)
    showing.report(None, 0)
    assert (heatmap.focus, heatmap.focus_span, heatmap.pinned) == (None, None, False)


def test_the_page_tells_a_focus_that_the_first_facet_lacks(comm: Comm | None) -> None:
    heatmap = TextualHeatmap(facet_titles=["short", "long"])
    showing = Showing(heatmap.set_data([make_records(2), make_records(4)]), comm)
    showing.report("long", 3)
    assert (heatmap.focus, heatmap.focus_span) == (None, (3, 4))
    assert heatmap.focus_facet == "long"
    showing.report("long", 1)
    assert (heatmap.focus, heatmap.focus_span) == (1, (1, 2))
    showing.close()


def test_python_does_not_answer_a_page_that_it_agrees_with(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    before = showing.find("state").command
    showing.report("facet-0", 1)
    assert heatmap.focus == 1
    assert showing.find("state").command is before


def test_what_a_page_tells_of_data_that_were_replaced_is_dropped(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    late = showing.write_report("facet-0", 2)
    heatmap.set_data([make_records(3)])
    showing.find("state").report = late
    assert heatmap.focus is None


def test_what_a_page_tells_before_it_has_heard_a_command_is_dropped(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    late = showing.write_report("facet-0", 2)
    heatmap.highlight(0)
    showing.find("state").report = late
    assert heatmap.focus == 0
    assert showing.focus == ("facet-0", 0, 1, False)


def test_python_moves_the_focus_of_the_page(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    state = showing.find("state")
    heatmap.focus = 1
    assert showing.focus == ("facet-0", 1, 2, False)
    heatmap.pinned = True
    assert showing.focus == ("facet-0", 1, 2, True)
    heatmap.highlight(0)
    assert showing.focus == ("facet-0", 0, 1, True)
    heatmap.focus = None
    assert showing.focus == (None, 0, 0, False)
    assert showing.find("state") is state


def test_two_showings_of_one_heatmap_stay_in_step(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    other = Showing(heatmap)
    stranger = Showing(TextualHeatmap().set_data([make_records(3)]))
    for moved, seen, index in ((showing, other, 1), (other, showing, 2)):
        moved.report("facet-0", index, pinned=True)
        assert seen.focus == ("facet-0", index, index + 1, True)
    assert stranger.focus == (None, 0, 0, False)
    other.close()
    stranger.close()


def test_new_data_are_shown_in_place_with_a_focus_that_still_moves(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    heatmap.highlight(1).set_data([make_records(5)])
    assert showing.find("focus-slider").end == 4
    assert showing.focus == ("facet-0", 1, 2, False)
    showing.report("facet-0", 4)
    assert heatmap.focus == 4
    heatmap.focus = 3
    assert showing.focus == ("facet-0", 3, 4, False)


def test_data_may_come_after_the_heatmap_is_shown(comm: Comm | None) -> None:
    heatmap = TextualHeatmap()
    showing = Showing(heatmap, comm)
    heatmap.set_data([make_records(2)])
    assert isinstance(showing.find("facet-0"), Plot)
    showing.close()


def test_refused_data_leave_what_is_shown(
    heatmap: TextualHeatmap, showing: Showing
) -> None:
    before = showing.find("heatmap")
    with pytest.raises(HeatmapDataError):
        heatmap.set_data([[{"token": "a"}]])
    assert showing.find("heatmap") is before


@pytest.mark.parametrize(
    "changed",
    [
        {"width": 800},
        {"sizing_mode": "stretch_width"},
        {"show_meta": True},
        {"facet_titles": ["LSTM"]},
        {"rotate_facet_titles": True},
        {"interactive": False},
        {"wrap_after_token": True},
        {"max_height": 100},
    ],
    ids=lambda changed: next(iter(changed)),
)
def test_a_new_style_is_shown_in_place(
    heatmap: TextualHeatmap, changed: dict[str, Any]
) -> None:
    showing = Showing(heatmap)
    before = showing.find("heatmap")
    heatmap.param.update(**changed)
    assert showing.find("heatmap") is not before
    showing.close()


def test_another_palette_is_told_and_nothing_is_drawn_anew(
    heatmap: TextualHeatmap,
) -> None:
    showing = Showing(heatmap)
    layout, state = showing.find("heatmap"), showing.find("state")
    parts = state.parts
    heatmap.palette = "magma"
    assert showing.find("heatmap") is layout
    assert state.parts is parts
    assert state.palette == write_palette(heatmap)
    assert state.command["state"]["palette"] == "magma"
    showing.close()


def test_what_stretches_has_a_layout_that_stretches(heatmap: TextualHeatmap) -> None:
    def read_sizes(root: Any) -> set[tuple[str | None, int | None]]:  # noqa: ANN401
        models = [root, *root.select({"name": "heatmap"})]
        return {(each.sizing_mode, each.min_width) for each in models}

    root = heatmap.__panel__().get_root(Document())
    for _ in range(2):
        assert read_sizes(root) == {(None, None)}
        heatmap.sizing_mode = "stretch_width"
        assert read_sizes(root) == {("stretch_width", 160)}
        row: Any = Showing(heatmap).root
        assert row.sizing_mode == "stretch_width"
        heatmap.sizing_mode = "fixed"


def test_what_is_no_longer_shown_is_let_go(
    heatmap: TextualHeatmap, comm: Comm | None
) -> None:
    showing = Showing(heatmap, comm)
    replaced = ref(showing.find("heatmap"))
    heatmap.set_data([make_records(2)])
    gc.collect()
    assert replaced() is None
    shown = ref(showing.find("heatmap"))
    [pane] = map(ref, showing.row.select(HeatmapPane))
    showing.close()
    del showing
    gc.collect()
    assert shown() is None
    assert pane() is None


def test_a_heatmap_is_a_panel_object_like_any_other(heatmap: TextualHeatmap) -> None:
    for view in (pn.panel(heatmap), heatmap.servable(), pn.Column(heatmap)):
        showing = Showing(view)
        assert isinstance(showing.find("facet-0"), Plot)
        showing.close()


def test_show_serves_the_heatmap(heatmap: TextualHeatmap) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    thread = heatmap.show("My heatmap", port=port, open=False, threaded=True)
    assert isinstance(thread, threading.Thread)
    try:
        assert "<title>My heatmap</title>" in wait_for_page(f"http://localhost:{port}")
    finally:
        pn.state.kill_all_servers()
        thread.join()


def wait_for_page(url: str) -> str:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(url) as answer:  # noqa: S310 - localhost
                return answer.read().decode()
        except urllib.error.URLError:
            time.sleep(0.05)  # between two questions, not instead of one
    pytest.fail(f"{url} did not answer")


def test_no_library_that_few_need_is_imported(root: Path) -> None:
    program = (
        "import sys\n"
        "from textualheatmap import TextualHeatmap\n"
        "TextualHeatmap().set_data([[{'token': 'a', 'heat': [1]}]]).highlight(0)\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert "textualheatmap" in loaded
    few = {"markdown_it", "matplotlib", "pandas", "polars", "rich", "scipy", "torch"}
    assert loaded.isdisjoint(few | {"typer", "xarray"})
