"""The code blocks of Markdown pages, run as a reader of the page would run them."""

from __future__ import annotations

import re
import shlex
import sys
from contextlib import chdir, contextmanager, redirect_stdout
from importlib.util import find_spec
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
# Libraries that some pages speak of. A block that imports one runs where it is; the
# tests install all but inseq.
FOREIGN = ("captum", "inseq", "shap")
COMMAND = "textualheatmap"
DATA = Path(__file__).parents[1] / "data"
# These open a browser and wait for Ctrl+C.
WAITING = ("show", "demo")


class PageError(Exception):
    """A page does not do what it says."""


class Block(NamedTuple):
    """A fenced block of code.

    Parameters
    ----------
    language
        The word after the fence, such as ``python``.
    code
        What stands between the fences.
    line
        The number of its first line in the page.
    """

    language: str
    code: str
    line: int


def read_blocks(path: Path) -> list[Block]:
    """Return the code blocks of a page, in order; directives are none."""
    page = path.read_text(encoding="utf-8")
    return [
        Block(found[1], found[2], page.count("\n", 0, found.start(2)) + 1)
        for found in FENCE.finditer(page)
    ]


def needs_foreign(block: Block) -> bool:
    """Whether a block imports a library that is not installed here."""
    return any(
        re.search(rf"^(?:import|from) {name}\b", block.code, re.MULTILINE)
        and find_spec(name) is None
        for name in FOREIGN
    )


def run_blocks(
    path: Path,
    folder: Path,
    *,
    skip: Callable[[Block], bool] = needs_foreign,
    after: Callable[[dict[str, Any]], object] = lambda _names: None,
) -> None:
    """Run the blocks of a page in order, with the names of the earlier ones.

    A block of ``python`` runs as it is. Of a block of ``sh`` the lines run that begin
    with the command ``textualheatmap``, those that only open a browser left out. A
    block of ``text`` is what the Python before it prints, to the letter.

    Parameters
    ----------
    path
        The page, in Markdown.
    folder
        Where it runs, and where the files are that it writes. While it runs, the
        repository's `data` are there, too.
    skip
        Which blocks do not run.
    after
        Called after each block of Python with the names that there are by then.

    Raises
    ------
    PageError
        If something else is printed than the page says.
    Exception
        Whatever a block raises, with the page's own lines in the traceback.
    """
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = ""
    for block in read_blocks(path):
        if skip(block):
            continue
        if block.language == "text":
            if printed != block.code:
                msg = f"{path}:{block.line} prints {printed!r}"
                raise PageError(msg)
            printed = ""
            continue
        with work_in(folder), redirect_stdout(StringIO()) as output:
            if block.language == "python":
                # Blank lines before it, so that a traceback has the page's lines.
                lines = "\n" * (block.line - 1) + block.code
                exec(compile(lines, str(path), "exec"), names)  # noqa: S102 - ours
                after(names)
                printed += output.getvalue()
            elif block.language == "sh":
                run_commands(block.code)
    if printed:
        msg = f"{path} prints {printed!r}, which it does not show"
        raise PageError(msg)


@contextmanager
def work_in(folder: Path) -> Iterator[None]:
    """Make a folder the working one, with the repository's data in it for a while."""
    data = folder / "data"
    data.unlink(missing_ok=True)
    data.symlink_to(DATA)
    try:
        with chdir(folder):
            yield
    finally:
        data.unlink()


def run_commands(code: str) -> None:
    """Run those lines of a shell's block that are our own command.

    Raises
    ------
    PageError
        If a command fails.
    """
    from textualheatmap.cli.main import main  # noqa: PLC0415 - few pages need it

    for line in code.replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words[:1] != [COMMAND] or words[1] in WAITING or "|" in words:
            continue
        status = 0
        with patch.object(sys, "argv", words):
            try:
                main()
            except SystemExit as error:
                status = error.code or 0
        if status:
            msg = f"{line!r} ends with status {status}"
            raise PageError(msg)
