"""What every source file keeps to."""

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PYTHON = [*(ROOT / "textualheatmap").rglob("*.py"), *(ROOT / "apps").rglob("*.py")]
MODULES = [*PYTHON, *(ROOT / "textualheatmap").rglob("*.ts")]
IN_ROOT = {
    "CHANGELOG.md",
    "CITATION.cff",
    "CONTRIBUTING.md",
    "LICENSE",
    "Makefile",
    "README.md",
    "SECURITY.md",
    "apps",
    "data",
    "docs",
    "pyproject.toml",
    "tests",
    "textualheatmap",
}
BUILT = {"__pycache__", "build", "dist"}
IN_JAVASCRIPT = re.compile(r"=>|\bfunction\s*\w*\(|\bcb_obj\b|\bcb_data\b|\bconst \w")


def name_module(path: Path) -> str:
    return str(path.relative_to(ROOT))


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def find_docstrings(tree: ast.Module) -> set[int]:
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef)
    owners = (node for node in ast.walk(tree) if isinstance(node, kinds) and node.body)
    firsts = (owner.body[0] for owner in owners)
    return {id(first.value) for first in firsts if isinstance(first, ast.Expr)}


def test_the_package_has_modules_in_python_and_in_typescript() -> None:
    assert {path.suffix for path in MODULES} == {".py", ".ts"}


@pytest.mark.parametrize("path", MODULES, ids=name_module)
def test_a_module_is_named_after_its_concept(path: Path) -> None:
    assert path.stem not in {"common", "helpers", "misc", "util", "utils"}


@pytest.mark.parametrize("path", PYTHON, ids=name_module)
def test_python_holds_no_javascript(path: Path) -> None:
    tree = parse(path)
    calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call)]
    assert not [
        ast.unparse(call)
        for call in calls
        if ast.unparse(call.func).split(".")[-1] in {"jscallback", "js_on_click"}
        or (
            ast.unparse(call.func).split(".")[-1] == "CustomJS"
            and (call.args or "code" in {keyword.arg for keyword in call.keywords})
        )
    ], "put it in textualheatmap/js/, of which the bundle is made"
    docstrings = find_docstrings(tree)
    assert not [
        node.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and id(node) not in docstrings
        and IN_JAVASCRIPT.search(node.value)
    ]


def test_the_root_holds_only_what_belongs_there() -> None:
    entries = {path.name for path in ROOT.iterdir() if not path.name.startswith(".")}
    assert entries - BUILT <= IN_ROOT
