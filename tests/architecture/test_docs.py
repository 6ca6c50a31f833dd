"""What every public name says about itself."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterator
from dataclasses import is_dataclass
from pathlib import Path
from types import FunctionType, ModuleType
from typing import Any

import param
import pytest
from bokeh.model import DataModel
from numpydoc.docscrape import NumpyDocString

PACKAGE = Path(__file__).parents[2] / "textualheatmap"


def find_modules() -> list[str]:
    found = pkgutil.walk_packages([str(PACKAGE)], "textualheatmap.")
    return ["textualheatmap", *(module.name for module in found)]


MODULES = find_modules()


def find_own(module: ModuleType) -> Iterator[tuple[str, Any]]:
    """Yield the public functions and classes that a module defines."""
    for name, value in vars(module).items():
        is_own = getattr(value, "__module__", None) == module.__name__
        if is_own and not name.startswith("_") and callable(value):
            yield name, value


def is_record(owner: object) -> bool:
    """Whether a class only holds fields, which say what they are by themselves."""
    return isinstance(owner, type) and (
        issubclass(owner, tuple | DataModel) or is_dataclass(owner)
    )


def find_methods(owner: type) -> Iterator[tuple[str, FunctionType]]:
    """Yield the public methods that a class defines itself, properties left out."""
    for name, value in vars(owner).items():
        function = inspect.unwrap(getattr(value, "__func__", value))
        if isinstance(function, FunctionType) and not name.startswith("_"):
            yield f"{owner.__name__}.{name}", function


def find_callables(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in find_own(module):
        # A protocol only declares what others have.
        if is_record(value) or getattr(value, "_is_protocol", False):
            continue
        yield name, value
        if inspect.isclass(value):
            yield from find_methods(value)


def find_parameterized(module: ModuleType) -> Iterator[type[param.Parameterized]]:
    for _, value in find_own(module):
        if inspect.isclass(value) and issubclass(value, param.Parameterized):
            yield value


def find_public() -> Iterator[tuple[str, FunctionType]]:
    """Yield the functions and methods that the site's API is about."""
    for home in ("textualheatmap", "textualheatmap.saliency"):
        module = importlib.import_module(home)
        for name in module.__all__:
            value = getattr(module, name)
            if isinstance(value, FunctionType):
                yield name, value
            elif not is_record(value):
                for owner in value.__mro__:
                    if owner.__module__.startswith("textualheatmap."):
                        yield from find_methods(owner)


PUBLIC = dict(find_public())


def read_docstring(function: FunctionType) -> NumpyDocString:
    return NumpyDocString(inspect.getdoc(function) or "")


def find_raised(function: FunctionType) -> set[str]:
    """Return the names of the errors that a function itself raises."""
    tree = ast.parse(textwrap.dedent(inspect.getsource(inspect.unwrap(function))))
    raised = (node.exc for node in ast.walk(tree) if isinstance(node, ast.Raise))
    calls = (error for error in raised if isinstance(error, ast.Call))
    named = (call.func.id for call in calls if isinstance(call.func, ast.Name))
    # A function that makes an error has a small letter.
    return {name for name in named if name[0].isupper()}


@pytest.mark.parametrize("name", MODULES)
def test_a_module_says_what_it_is_for(name: str) -> None:
    assert inspect.getdoc(importlib.import_module(name))


@pytest.mark.parametrize("name", MODULES)
def test_a_public_callable_has_a_docstring_with_an_example(name: str) -> None:
    module = importlib.import_module(name)
    # vars(), since getdoc() would find a base class's words.
    bare = [
        each
        for each, value in find_callables(module)
        if ">>>" not in (vars(value).get("__doc__") or value.__doc__ or "")
    ]
    assert bare == []


@pytest.mark.parametrize("name", MODULES)
def test_a_record_says_what_it_is(name: str) -> None:
    records = [value for _, value in find_own(importlib.import_module(name))]
    bare = [each for each in filter(is_record, records) if not vars(each)["__doc__"]]
    assert bare == []


@pytest.mark.parametrize("name", MODULES)
def test_a_parameter_has_a_doc(name: str) -> None:
    module = importlib.import_module(name)
    bare = [
        f"{owner.__name__}.{parameter}"
        for owner in find_parameterized(module)
        for parameter in owner.param
        if parameter in vars(owner) and not owner.param[parameter].doc
    ]
    assert bare == []


def test_the_state_is_made_of_parameters() -> None:
    package = importlib.import_module("textualheatmap")
    assert issubclass(package.Facet, param.Parameterized)
    assert issubclass(package.Heatmap, param.Parameterized)


def test_what_the_package_offers_is_named_in_all() -> None:
    package = importlib.import_module("textualheatmap")
    assert {"Facet", "Heatmap", "HeatmapDataError", "TextualHeatmap"} <= set(
        package.__all__
    )
    assert all(hasattr(package, name) for name in package.__all__)


def test_the_public_functions_are_found() -> None:
    assert {"read_npz", "causal", "Facet.from_arrays", "Heatmap.append"} <= set(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_every_argument_of_a_public_function_has_a_word(name: str) -> None:
    arguments = set(inspect.signature(PUBLIC[name]).parameters) - {"self", "cls"}
    told = read_docstring(PUBLIC[name])["Parameters"]
    words = {
        each.strip(): " ".join(parameter.desc)
        for parameter in told
        for each in parameter.name.split(",")
    }
    assert set(words) == arguments
    assert [each for each, said in words.items() if not said] == []


@pytest.mark.parametrize("name", PUBLIC)
def test_what_a_public_function_returns_has_a_word(name: str) -> None:
    returned = inspect.signature(PUBLIC[name]).return_annotation
    told = read_docstring(PUBLIC[name])
    starts = ("Return", "Yield", "Say")
    summary = " ".join(told["Summary"])
    assert (
        returned in {None, "None"}
        or summary.startswith(starts)
        or told["Returns"]
        or told["Yields"]
    )


@pytest.mark.parametrize("name", MODULES)
def test_the_errors_that_a_function_raises_are_named(name: str) -> None:
    module = importlib.import_module(name)
    silent = [
        f"{each}: {error}"
        for each, value in find_callables(module)
        if isinstance(inspect.unwrap(value), FunctionType)
        for error in find_raised(value)
        if error not in (inspect.getdoc(value) or "")
    ]
    assert silent == []
