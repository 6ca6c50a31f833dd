from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest

from textualheatmap import Facet, TextualHeatmap

if TYPE_CHECKING:
    from pathlib import Path

FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def readme(root: Path) -> str:
    return (root / "README.md").read_text(encoding="utf-8")


@pytest.fixture
def blocks(readme: str) -> list[tuple[str, str]]:
    return FENCE.findall(readme)


def test_the_code_of_the_readme_runs_and_prints_what_it_says(
    blocks: list[tuple[str, str]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    namespace: dict[str, Any] = {}
    seen: list[object] = []
    for language, block in blocks:
        # What asks models is run where there are some.
        if language == "python" and "saliency" not in block:
            exec(block, namespace)  # noqa: S102 - our own README
            seen.append(namespace["heatmap"])
    assert isinstance(seen[0], TextualHeatmap)
    assert seen[0].focus == 1
    assert (tmp_path / "heatmap.html").stat().st_size > 1_000_000
    assert isinstance(namespace["facet"], Facet)
    printed = [block for language, block in blocks if language == "text"]
    assert capsys.readouterr().out == "".join(printed)


def test_the_scripts_of_the_readme_exist(
    blocks: list[tuple[str, str]], root: Path
) -> None:
    commands = [block for language, block in blocks if language == "sh"]
    scripts = re.findall(r"bash (\S+)", "".join(commands))
    assert scripts == [".ci/serve", ".ci/test"]
    assert all((root / script).is_file() for script in scripts)


def test_the_files_that_the_readme_names_exist(readme: str, root: Path) -> None:
    named = re.findall(r"(?<=[`(])(?:apps|data|tests)/[\w./]+", readme)
    assert len(named) >= 3
    assert [name for name in named if not (root / name).exists()] == []


def test_the_readme_names_every_argument_and_palette(readme: str) -> None:
    arguments = set(inspect.signature(TextualHeatmap).parameters)
    arguments -= {"name", "facets", "focus", "pinned"}
    palettes = TextualHeatmap.param["palette"].objects
    assert [word for word in arguments if f"`{word}`" not in readme] == []
    assert [word for word in palettes if f'"{word}"' not in readme] == []
