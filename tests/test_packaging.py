"""What is promised of the packages as a whole: light imports, dependencies one way, types, docstrings.

Sources are read with `ast` rather than imported, so that an import inside a function counts too.
"""

import ast
import importlib
import inspect
import json
import re
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


def test_the_testing_extra_is_mpmath_and_hypothesis_only() -> None:
    extras = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    assert sorted(re.split("[>=<]", requirement)[0] for requirement in extras["testing"]) == ["hypothesis", "mpmath"]


TESTING = """
import sys

class Missing:
    names = {"numpy", "sympy", "scipy", "sklearn", "matplotlib", "PIL", "numba", "IPython", "rich", "pytest"}

    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in self.names:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)

sys.meta_path.insert(0, Missing())
from hypothesis import given, settings
from autograd import tanh
from autograd.testing import BUGS, check_grad, check_jumps, check_kinks, check_operation, models, mutants, programs
check_grad(tanh, (0.5,), order=2)
check_grad(tanh, (0.5,), reference="central")
for check in (check_operation, check_kinks, check_jumps):
    check("relu")
assert next(mutants(["tanh"])).caught()
@settings(max_examples=5, deadline=None)
@given(programs(), models())
def test(program, model):
    check_grad(program, program.inputs)
    check_grad(model, ())

test()
try:
    check_grad(tanh, (0.5,), reference="sympy")
except ImportError as error:
    assert "chainrule[test]" in str(error), error
sys.modules["mpmath"] = None
try:
    check_grad(tanh, (0.5,))
except ImportError as error:
    assert "chainrule[testing]" in str(error), error
    print("all of it")
"""


def test_gradient_checks_and_random_programs_need_no_more_than_the_testing_extra() -> None:
    done = subprocess.run([sys.executable, "-c", TESTING], capture_output=True, text=True, cwd=ROOT)
    assert done.stdout == "all of it\n", done.stdout + done.stderr
