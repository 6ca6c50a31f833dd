from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import Any

import pytest

from docs.page_code import Block, read_blocks, run_blocks
from textualheatmap import TextualHeatmap

ROOT = Path(__file__).parents[1]
BLOCK = re.compile(r"```.*?```", re.DOTALL)
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
# Links and pictures of Markdown to files beside the page.
LINK = re.compile(r"\]\(((?!https?:|#)[^)#\s]+)")


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def blocks(root: Path) -> list[Block]:
    return read_blocks(root / "README.md")


def test_the_code_of_the_readme_runs(root: Path, tmp_path: Path) -> None:
    seen: list[dict[str, Any]] = []
    run_blocks(
        root / "README.md", tmp_path, after=lambda names: seen.append(dict(names))
    )
    assert isinstance(seen[0]["heatmap"], TextualHeatmap)
    assert seen[0]["heatmap"].focus == 1
    assert (tmp_path / "heatmap.html").stat().st_size > 1_000_000
    assert (tmp_path / "figure.pdf").read_bytes().startswith(b"%PDF")


def test_the_scripts_of_the_readme_exist(blocks: list[Block], root: Path) -> None:
    commands = [block.code for block in blocks if block.language == "sh"]
    scripts = re.findall(r"bash (\S+)", "".join(commands))
    assert scripts == [".ci/serve", ".ci/serve", ".ci/test"]
    assert all((root / script).is_file() for script in scripts)


def test_the_readme_is_short_and_has_the_picture(readme: str, root: Path) -> None:
    assert len(readme.splitlines()) <= 100
    assert "](docs/hover.webp)" in readme
    assert (root / "docs" / "hover.webp").stat().st_size < 1_500_000


def test_the_files_that_the_readme_names_exist(readme: str, root: Path) -> None:
    named = re.findall(r"(?<=[`(])(?:apps|data|tests)/[\w./]+", readme)
    assert len(named) >= 3
    assert [name for name in named if not (root / name).exists()] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_what_a_page_links_to_exists(page: Path) -> None:
    links = LINK.findall(
        re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    )
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_argument_and_palette_is_explained(root: Path) -> None:
    page = (root / "docs" / "reference" / "arguments.md").read_text(encoding="utf-8")
    arguments = set(inspect.signature(TextualHeatmap).parameters)
    arguments -= {"name", "facets", "focus", "pinned"}
    palettes = TextualHeatmap.param["palette"].objects
    assert [word for word in arguments if f"`{word}`" not in page] == []
    assert [word for word in palettes if f'"{word}"' not in page] == []
