"""What is installed, and on what it stands."""

import re
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(pyproject)["project"]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Build the wheel and return the names of its files."""
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder))
    with ZipFile(path) as archive:
        return archive.namelist()


def test_the_distribution_does_not_take_the_predecessors_name(
    project: dict[str, Any],
) -> None:
    assert project["name"] == "panel-textualheatmap"
    assert project["license"] == "MIT"
    assert project["requires-python"] == ">=3.11"


def test_every_dependency_has_a_floor_and_no_ceiling(project: dict[str, Any]) -> None:
    extra = project["optional-dependencies"]["saliency"]
    for requirement in [*project["dependencies"], *extra]:
        assert re.fullmatch(r"[a-z-]+>=[\d.]+", requirement)


def test_the_checks_run_on_the_floors() -> None:
    checks = (ROOT / ".ci" / "test").read_text(encoding="utf-8")
    assert "--resolution lowest-direct" in checks


def test_the_wheel_holds_the_whole_package_and_nothing_else(wheel: list[str]) -> None:
    sources = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "textualheatmap").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert {name for name in wheel if ".dist-info/" not in name} == sources


def test_the_wheel_holds_the_bundle_its_sources_the_types_marker_and_the_licence(
    wheel: list[str],
) -> None:
    assert "textualheatmap/js/textualheatmap.js" in wheel
    assert "textualheatmap/js/main.ts" in wheel
    assert "textualheatmap/py.typed" in wheel
    assert any(name.endswith("/licenses/LICENSE") for name in wheel)
