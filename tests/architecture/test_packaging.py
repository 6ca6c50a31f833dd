"""What is installed, and on what it stands."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from hatchling.builders.wheel import WheelBuilder

import textualheatmap

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def project() -> dict[str, Any]:
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return tomllib.loads(pyproject)["project"]


@pytest.fixture(scope="module")
def wheel_path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    (path,) = WheelBuilder(str(ROOT)).build(directory=str(folder))
    return Path(path)


@pytest.fixture(scope="module")
def wheel(wheel_path: Path) -> list[str]:
    """Return the names of the wheel's files."""
    with ZipFile(wheel_path) as archive:
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
    run, more = ((ROOT / ".ci" / name).read_text("utf-8") for name in ("run", "more"))
    assert "bash .ci/more" in run
    assert "--resolution lowest-direct" in more


@pytest.mark.parametrize(
    "check",
    [["twine", "check", "--strict"], ["check_wheel_contents"]],
    ids=lambda c: c[0],
)
def test_what_is_published_passes_the_checks(
    wheel_path: Path, check: list[str]
) -> None:
    command = [sys.executable, "-m", *check, str(wheel_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_version_stands_in_one_place(project: dict[str, Any]) -> None:
    assert project["version"] == textualheatmap.__version__
    citation = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert not re.search(r"^version:", citation, re.MULTILINE)


def test_the_workflows_are_valid_and_safe() -> None:
    folder = ROOT / ".github"
    schema = ["check-jsonschema", "--builtin-schema"]
    workflows = sorted(map(str, (folder / "workflows").iterdir()))
    for command in (
        [*schema, "vendor.github-workflows", *workflows],
        [*schema, "vendor.dependabot", str(folder / "dependabot.yml")],
        ["zizmor", "--offline", "--quiet", str(folder)],
    ):
        found = Path(sys.executable).with_name(command[0])
        done = subprocess.run(
            [found, *command[1:]], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr


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
