"""The notebook from models to a heatmap, run on tiny models."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.ui.example_notebook import (
    check_kept_clean,
    convert_notebook,
    read_notebook,
    run_notebook,
)
from tests.ui.heatmap_page import HeatmapPage
from tests.ui.tiny_models import bert, gpt

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode
    from playwright.sync_api import Page

    from tests.saliency.conftest import Pair

__all__ = ["bert", "gpt"]

TEXT = "The state of the union is strong."


@pytest.fixture(scope="module")
def notebook(root: Path) -> NotebookNode:
    return read_notebook(root / "apps" / "transformers.ipynb")


@pytest.fixture(scope="module")
def executed(
    root: Path,
    bert: Pair,
    gpt: Pair,
    tmp_path_factory: pytest.TempPathFactory,
) -> NotebookNode:
    """Return the notebook, run from top to bottom where it lies."""
    folder = tmp_path_factory.mktemp("models")
    with pytest.MonkeyPatch.context() as patch:
        for name, pair in (("MASKED_MODEL", bert), ("CAUSAL_MODEL", gpt)):
            for part in pair:
                part.save_pretrained(folder / name)
            patch.setenv(name, str(folder / name))
        return run_notebook(root / "apps" / "transformers.ipynb")


def find_source(notebook: NotebookNode, name: str) -> str:
    (source,) = [cell.source for cell in notebook.cells if cell.id == name]
    return source


def test_it_is_kept_without_outputs(root: Path) -> None:
    check_kept_clean(root / "apps" / "transformers.ipynb")


def test_two_models_become_a_heatmap_in_under_ten_lines(
    notebook: NotebookNode,
) -> None:
    lines = find_source(notebook, "text").splitlines()
    assert len([line for line in lines if line.strip()]) < 10


# Panel reserves an empty output for errors, which nbconvert wonders about.
@pytest.mark.filterwarnings("ignore:Your element with mimetype")
def test_its_page_hovers_in_step_without_a_kernel(
    executed: NotebookNode, page: Page, tmp_path: Path
) -> None:
    path = tmp_path / "transformers.html"
    convert_notebook(executed, path)
    page.goto(path.as_uri())
    # A page without a kernel builds them in any order: their places tell them apart.
    shown = [HeatmapPage(page, nth) for nth in range(2)]
    shown[1].cell(0, 0)
    shown.sort(key=lambda each: each.cell(0, 0)["top"])
    two, three = shown
    assert "".join(two.column(1, "token")) == TEXT
    assert three.column(0, "token") == list(TEXT)
    page.locator(".jp-OutputArea .bk-Slider").nth(1).scroll_into_view_if_needed()
    # The first letter focuses the first word, in every facet.
    three.hover(0, 1)
    three.wait_for_focus(1)
    assert three.heat(1)[0] == 0
    # There is a third facet on the page once only.
    assert HeatmapPage(page).heat(2)[0] == 1
    page.locator(".jp-OutputArea .bk-Slider").nth(0).scroll_into_view_if_needed()
    two.hover(0, 2)
    two.wait_for_focus(2)
    # A masked token has no heat of its own.
    assert two.heat(0)[2] == 0
    assert max(two.heat(0).values()) == 1
    assert all(share.endswith("%") for _, share in two.meta(0, 3))
