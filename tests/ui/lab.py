"""A real JupyterLab, and a notebook in it that a test drives by keys."""

import json
from pathlib import Path

from playwright.sync_api import Page, expect

# What a cell printed or returned as text.
OUTPUT = ".jp-OutputArea-output pre"


class Lab:
    """A running JupyterLab.

    Parameters
    ----------
    url
        Where it answers.
    folder
        What it shows: notebooks are written here.
    """

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.folder = folder

    def open(self, page: Page, name: str, cells: list[str]) -> "LabNotebook":
        """Write a notebook of code cells and open it, with its kernel starting."""
        self.write(name, cells)
        return self.open_file(page, f"{name}.ipynb")

    def write(self, name: str, cells: list[str]) -> Path:
        """Write a notebook of code cells."""
        empty = {"cell_type": "code", "execution_count": None, "outputs": []}
        notebook = {
            "cells": [
                empty | {"id": f"cell-{k}", "metadata": {}, "source": source}
                for k, source in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        path = self.folder / f"{name}.ipynb"
        path.write_text(json.dumps(notebook), encoding="utf-8")
        return path

    def open_file(self, page: Page, name: str) -> "LabNotebook":
        """Open a notebook that lies in the folder."""
        page.goto(f"{self.url}/doc/tree/{name}?reset")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # Cells run before the kernel answers are lost. The indicator in the notebook's
        # toolbar calls a kernel idle that is not there yet; the status bar does not.
        page.wait_for_selector('.jp-Notebook-ExecutionIndicator[data-status="idle"]')
        page.locator("#jp-main-statusbar", has_text="| Idle").wait_for()
        return LabNotebook(page)

    def open_in_notebook(self, page: Page, name: str) -> "LabNotebook":
        """Open one in Notebook 7, which the same server serves."""
        page.goto(f"{self.url}/notebooks/{name}")
        page.wait_for_selector(".jp-Notebook .jp-CodeCell")
        # It says that it connects, and then, that it is idle, by saying nothing.
        status = ".jp-NotebookKernelStatus"
        idle = f"{status}-fade:not({status}-info)"
        page.locator(idle).wait_for(state="attached")
        return LabNotebook(page)


class LabNotebook:
    """An open notebook. Cells are counted from 0, code cells only."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.next_cell = 0
        self.prompt = 0
        page.locator(".jp-CodeCell .jp-InputArea-editor").first.click()

    def start_over(self, cells: list[str]) -> None:
        """Put these code cells in place of all, and forget the kernel's variables.

        What the page has loaded and what the kernel has imported stays.
        """
        keyboard, found = self.page.keyboard, self.page.locator(".jp-CodeCell")
        self._delete_all()
        self.next_cell = 0
        keyboard.insert_text("%reset -f")
        self.run()
        self._delete_all()
        # Bokeh keeps the documents of outputs that are gone.
        self.page.evaluate("() => { globalThis.Bokeh?.documents.splice(0) }")
        self.next_cell = 0
        for number, source in enumerate(cells):
            if number:
                keyboard.press("Escape")
                keyboard.press("b")
                expect(found).to_have_count(number + 1)
            self._edit(number)
            keyboard.insert_text(source)
        self._edit(0)

    def run(self) -> str:
        """Run the next cell, wait until it ended, and return its text output."""
        self.next_cell += 1
        return self._run_selected(self.next_cell - 1)

    def run_again(self, cell: int) -> str:
        """Run a cell that was run before, and return its text output.

        `run` would then go on after it: use `ask`.
        """
        self._edit(cell)
        return self._run_selected(cell)

    def run_all(self) -> list[str]:
        """Run the cells that are left, and return the text output of each."""
        count = self.page.locator(".jp-CodeCell").count()
        return [self.run() for _ in range(self.next_cell, count)]

    def ask(self, code: str) -> str:
        """Run code in a new cell at the end, and return its text output.

        All cells must have been run: the notebook then ends with an empty one. The
        code must have an output, which JupyterLab may show after the cell's number.
        """
        cell = self.next_cell
        self._edit(cell)
        self.page.keyboard.insert_text(code)
        self.run()
        output = self.page.locator(".jp-CodeCell").nth(cell).locator(OUTPUT)
        output.first.wait_for()
        return "\n".join(output.all_inner_texts())

    def _delete_all(self) -> None:
        """Delete all cells; JupyterLab leaves an empty one, which is then edited."""
        for key in ("Escape", "Control+A", "d", "d"):
            self.page.keyboard.press(key)
        expect(self.page.locator(".jp-CodeCell")).to_have_count(1)
        expect(self.page.locator(".jp-CodeCell .cm-content")).to_have_text("")
        self._edit(0)

    def _edit(self, cell: int) -> None:
        editor = self.page.locator(".jp-CodeCell").nth(cell).locator(".cm-content")
        editor.click()

    def _run_selected(self, number: int) -> str:
        cell = self.page.locator(".jp-CodeCell").nth(number)
        self.prompt += 1
        self.page.keyboard.press("Shift+Enter")
        done = cell.locator(".jp-InputPrompt", has_text=f"[{self.prompt}]")
        done.wait_for(timeout=180_000)
        return "\n".join(cell.locator(OUTPUT).all_inner_texts())
