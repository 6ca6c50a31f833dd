"""What the README says about models."""

from __future__ import annotations

import inspect
import re
from typing import TYPE_CHECKING, Any

import pytest

from textualheatmap import TextualHeatmap
from textualheatmap.saliency import causal, masked, sequence

if TYPE_CHECKING:
    from pathlib import Path

    from tests.saliency.conftest import Pair


@pytest.fixture
def section(root: Path) -> str:
    """Return the section about models."""
    readme = (root / "README.md").read_text(encoding="utf-8")
    return readme.split("## From a model\n")[1].split("\n## ")[0]


def test_its_code_makes_a_heatmap_of_two_models(
    section: str,
    bert: Pair,
    gpt: Pair,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name, pair in (("bert", bert), ("gpt", gpt)):
        for part in pair:
            part.save_pretrained(tmp_path / "my" / name)
    monkeypatch.chdir(tmp_path)
    (code,) = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    namespace: dict[str, Any] = {}
    exec(code, namespace)  # noqa: S102 - our own README
    heatmap = namespace["heatmap"]
    assert isinstance(heatmap, TextualHeatmap)
    first, second = (facet.tokens.text for facet in heatmap.facets)
    assert first == namespace["text"]
    assert second.startswith(first)
    assert len(second) > len(first)


@pytest.mark.parametrize("function", [masked, causal, sequence])
def test_it_names_every_keyword(section: str, function: Any) -> None:  # noqa: ANN401
    parameters = inspect.signature(function).parameters.values()
    keywords = [each.name for each in parameters if each.kind is each.KEYWORD_ONLY]
    assert [word for word in keywords if f"`{word}`" not in section] == []
