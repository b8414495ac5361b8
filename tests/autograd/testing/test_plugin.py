"""The pytest plugin gives the fixture and the option."""

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]

SUITE = """
from hypothesis import given, settings
from autograd import tanh
from autograd.testing import programs

def test_right(check_grad):
    check_grad(tanh, (0.5,))

def test_wrong(check_grad):
    check_grad(lambda x: x.detach() * 0 + x, (0.5,), tol=1e-9)

drawn = []

@given(programs(max_ops=2))
def test_programs(program):
    drawn.append(program)

def test_count():
    assert len(drawn) == 7
    assert settings.default.deadline is None
"""


def run(tmp_path, *options, suite=SUITE):
    (tmp_path / "test_suite.py").write_text(suite)
    path = os.pathsep.join([str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {name: text for name, text in os.environ.items() if name != "PYTEST_ADDOPTS"} | {"PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": path}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "autograd.testing.plugin", *options, str(tmp_path)]
    return subprocess.run(command, capture_output=True, text=True, env=environment, cwd=tmp_path)


def test_the_fixture_and_the_number_of_examples_arrive(tmp_path):
    result = run(tmp_path, "--grad-examples", "7")
    assert "4 passed" in result.stdout, result.stdout + result.stderr


@pytest.mark.parametrize("count", ["0", "many"])
def test_a_senseless_number_is_refused(tmp_path, count):
    result = run(tmp_path, "--grad-examples", count)
    assert result.returncode != 0
    assert "--grad-examples" in result.stderr


GIVEN = """
from hypothesis import given, settings
from autograd import tanh
from autograd.testing import changed_rule, check_jumps, check_kinks, check_operation, values

@given(values())
def test_given(check_grad, x):
    check_grad(tanh, (x,))

def test_wrong(check_grad):
    with changed_rule("tanh", ["1 - y"]):
        check_grad(tanh, (0.5,))

def test_wrong_operation():
    with changed_rule("tanh", ["1 - y"]):
        check_operation("tanh")

def test_wrong_kink():
    with changed_rule("relu", ["where(a > 0, 1, where(a < 0, 0, 2))"]):
        check_kinks("relu")

def test_wrong_jump():
    with changed_rule("floor", ["1"]):
        check_jumps("floor")
"""


def test_the_fixture_serves_all_examples_of_a_given_test_without_a_health_check(tmp_path):
    # It is hypothesis' own plugin that looks for fixtures of a function.
    result = run(tmp_path, "-p", "_hypothesis_pytestplugin", "-k", "test_given", suite=GIVEN)
    assert "1 passed" in result.stdout, result.stdout + result.stderr


def test_a_failure_shows_the_tests_own_line_and_the_report_and_none_of_our_source(tmp_path):
    result = run(tmp_path, suite=GIVEN)
    assert "1 passed" in result.stdout, result.stdout + result.stderr
    assert "4 failed" in result.stdout
    for line in ("check_grad(tanh, (0.5,))", 'check_operation("tanh")', 'check_kinks("relu")', 'check_jumps("floor")'):
        assert f">           {line}" in result.stdout
    assert "The rule of tanh is wrong" in result.stdout
    assert "raise AssertionError" not in result.stdout
    assert "autograd/testing/" not in result.stdout


def test_the_entry_point_is_declared():
    declared = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["entry-points"]["pytest11"]
    assert declared == {"chainrule": "autograd.testing.plugin"}
