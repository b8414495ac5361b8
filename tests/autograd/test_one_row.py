"""One row, one place: a row added to the table, and one command, and everything works and is proved."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]

RAMP = """\
    Operation(
        "ramp", "a", "where(a > 1, a, 2 * sqrt(a + 2) + 1 - 2 * sqrt(3))",
        ("where(a > 1, 1, 1 / sqrt(a + 2))",),
        domain="a >= -2", smooth="a > -2", kinks=(Kink("a == 1", "1 / sqrt(3)", "1"),),
        doc="A root up to 1, a line from there.",
    ),
"""
"""A row with a domain, an end without a derivative, and a kink."""

WHOLE = "CHAINRULE_WHOLE" in os.environ
"""Whether the whole suite of `autograd` and `nn` runs with the new row; minutes, so CI does it on one Python only."""


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The repository with the row at the end of the table, and the command run."""
    for name in ("autograd", "nn", "viz", "examples", "tests", "docs", "benchmarks", ".ci"):
        shutil.copytree(ROOT / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "CHANGELOG.md", "CONTRIBUTING.md"):
        shutil.copy(ROOT / name, tmp_path / name)
    table = tmp_path / "autograd" / "table.py"
    head, end, tail = table.read_text("utf-8").partition(")  # fmt: skip\n\nOPERATIONS.update")
    assert end
    table.write_text(head + RAMP + end + tail, "utf-8")
    subprocess.run([sys.executable, "autograd/generate.py"], cwd=tmp_path, check=True, timeout=60)
    return tmp_path


def outcome(folder: Path, *arguments: str) -> str:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV", "CHAINRULE"))}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, timeout=1500)
    assert done.returncode == 0, done.stdout[-5000:]
    return done.stdout


def test_a_new_row_computes_steps_draws_differentiates_and_is_exported(copied: Path) -> None:
    program = """
import autograd
from autograd import Value, grad, ramp, trace
from nn import MLP, activation_names
from viz import draw
x = Value(-1.0, "x")
y = x.ramp() * 2
y.backward()
print(x.grad, ramp(-1.0) == y.data / 2, grad(grad(ramp))(-1.0), "ramp" in autograd.__all__, "ramp" in activation_names())
print("ramp(x)" in str(trace(y)), "ramp" in draw(y).source)
print(MLP(1, [1], activation="ramp", seed=0)([0.5]).data > 0, autograd.OPERATIONS["ramp"].kinks[0].at)
"""
    done = subprocess.run([sys.executable, "-c", program], cwd=copied, capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.splitlines() == ["2.0 True -0.5 True True", "True True", "True a == 1"]


def test_a_new_row_is_proved_by_the_tests_that_are_there(copied: Path) -> None:
    files = ["table_proofs", "table_values", "kinks", "special_points", "generated_code", "second_derivatives", "interpreters"]
    paths = [f"tests/autograd/test_{name}.py" for name in files]
    out = outcome(copied, *paths, "tests/autograd/testing/test_rules.py", "-k", "ramp or committed or package")
    assert " passed" in out


@pytest.mark.skipif(not WHOLE, reason="minutes; set CHAINRULE_WHOLE to run it")
def test_the_whole_suite_passes_with_a_new_row_and_no_other_edit(copied: Path) -> None:
    out = outcome(copied, "-n", "2", "tests/autograd", "tests/nn", "--deselect", "tests/autograd/test_one_row.py")
    assert " passed" in out
