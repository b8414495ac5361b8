"""What is promised of the packages as a whole: light imports, dependencies one way, types, docstrings.

Sources are read with `ast` rather than imported, so that an import inside a function counts too.
"""

import ast
import importlib
import inspect
import json
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ("autograd", "nn", "viz")
ALLOWED = {"autograd": {"autograd"}, "nn": {"nn", "autograd"}, "viz": {"viz", "autograd"}}
OURS = {*PACKAGES, "examples", "tests", "benchmarks"}


def imported_names(source: str) -> Iterator[str]:
    """Top-level names of everything that a module imports, wherever in the module it does."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            yield node.module.partition(".")[0]


def modules_loaded_by(statement: str) -> set[str]:
    code = f"import json, sys; old = set(sys.modules); {statement}; print(json.dumps([*set(sys.modules) - old]))"
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return {name.partition(".")[0] for name in json.loads(run.stdout)}


def test_importing_autograd_loads_only_the_standard_library() -> None:
    assert modules_loaded_by("import autograd") - sys.stdlib_module_names == {"autograd"}


def test_the_import_probe_sees_a_foreign_package(tmp_path: Path) -> None:
    (tmp_path / "foreign.py").touch()
    loaded = modules_loaded_by(f"sys.path.insert(0, {str(tmp_path)!r}); import foreign")
    assert "foreign" in loaded - sys.stdlib_module_names


@pytest.mark.parametrize("package", PACKAGES)
def test_dependencies_point_one_way(package: str) -> None:
    sources = sorted((ROOT / package).rglob("*.py"))
    assert sources
    wrong = {
        str(path.relative_to(ROOT)): sorted(bad)
        for path in sources
        if (bad := OURS.intersection(imported_names(path.read_text("utf-8"))) - ALLOWED[package])
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "source", ["import nn.layers", "def f():\n    from nn import MLP", "import json, nn as network"]
)
def test_the_import_scan_sees_every_form_of_import(source: str) -> None:
    assert "nn" in set(imported_names(source))


@pytest.mark.parametrize("package", PACKAGES)
def test_packages_are_marked_as_typed(package: str) -> None:
    assert (ROOT / package / "py.typed").is_file()


@pytest.mark.parametrize("package", PACKAGES)
def test_every_public_name_exists_once_and_is_documented(package: str) -> None:
    module = importlib.import_module(package)
    assert module.__doc__
    assert module.__all__, f"{package} exports nothing"
    assert len(module.__all__) == len(set(module.__all__))
    for name in module.__all__:
        public = getattr(module, name)
        if inspect.isclass(public) or callable(public) or inspect.ismodule(public):
            assert (inspect.getdoc(public) or "").strip(), f"{package}.{name} has no docstring"


def test_the_dev_extra_contains_every_other_extra() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    others = ",".join(name for name in extras if name != "dev")
    assert f"chainrule[{others}]" in extras["dev"]
