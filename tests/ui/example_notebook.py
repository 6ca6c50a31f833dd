"""A notebook that lies in a folder: read, run, and converted to a page of HTML.

What does so is imported where it is used: it takes three seconds, which every worker
would need for any test of a page.
"""

# ruff: noqa: PLC0415

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from nbformat import NotebookNode


def read_notebook(path: Path) -> NotebookNode:
    """Return a notebook as it is kept."""
    import nbformat

    return nbformat.read(path, as_version=4)


def check_kept_clean(path: Path) -> None:
    """Assert that a notebook is kept without outputs."""
    cells = [cell for cell in read_notebook(path).cells if cell.cell_type == "code"]
    assert cells
    assert all(cell.outputs == [] for cell in cells)
    assert all(cell.execution_count is None for cell in cells)


def run_notebook(path: Path) -> NotebookNode:
    """Return a notebook, run from top to bottom where it lies."""
    from nbclient import NotebookClient

    resources = {"metadata": {"path": str(path.parent)}}
    notebook = read_notebook(path)
    return NotebookClient(notebook, timeout=120, resources=resources).execute()


def convert_notebook(executed: NotebookNode, path: Path) -> None:
    """Write a notebook that was run as a page of HTML."""
    from nbconvert import HTMLExporter

    html, _ = HTMLExporter().from_notebook_node(executed)
    path.write_text(html, encoding="utf-8")
