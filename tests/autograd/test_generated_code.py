"""The generated functions look like written ones: source, traceback, signature, docstring, types."""

import inspect
import shutil
import subprocess
import sys
import textwrap
import traceback
from pathlib import Path
from typing import Any

import pytest

import autograd
from autograd import OPERATIONS, Operation, Value, unregister
from autograd.generate import generate
from autograd.rows.module import PATH, module_source
from autograd.rows.steps import step_lines
from autograd.table import ROWS as ROWS_OF_THE_TABLE
from autograd.testing.points import points
from tests.autograd.points import apply
from tests.autograd.processes import run

ROWS = pytest.mark.parametrize("row", OPERATIONS.values(), ids=list(OPERATIONS))


def test_the_committed_module_is_what_the_table_gives() -> None:
    assert PATH.read_text(encoding="utf-8") == module_source(ROWS_OF_THE_TABLE), "run: python autograd/generate.py"


def test_the_command_writes_the_module(tmp_path: Path) -> None:
    shutil.copytree(PATH.parent, tmp_path / "autograd", ignore=shutil.ignore_patterns("__pycache__"))
    written = tmp_path / "autograd" / "operations.py"
    written.write_text("this is no Python", "utf-8")  # the package cannot even be imported now
    subprocess.run([sys.executable, "autograd/generate.py"], cwd=tmp_path, check=True, timeout=60)
    assert written.read_bytes() == PATH.read_bytes()


def test_nothing_generated_is_executed_on_import() -> None:
    program = """
import builtins
def refused(*arguments, **more):
    raise AssertionError("exec")
import autograd.functional, autograd.registration
from autograd import hessian
run, builtins.exec = exec, refused
x = autograd.Value(0.5)
autograd.affine([x], [x.tanh()], x % 0.3).backward()
hessian(autograd.sigmoid)(0.5)
print(x.grad != 0)
"""
    assert run(program) == "True\n"


@ROWS
def test_the_source_of_a_function_can_be_read(row: Operation) -> None:
    inputs = points(row, 1, width=1)[0]
    node = apply(row, [Value(number) for number in inputs])
    apply(row, inputs)
    node.backward()
    for function, name in (
        (row.function, row.name), (row.compute, f"{row.name}_value"), (row.pull, f"{row.name}_backward"),
    ):  # fmt: skip
        source = inspect.getsource(function)
        assert f"def {name}(" in source
        assert inspect.getsourcefile(function) == str(PATH)
    described = inspect.getdoc(row.function) or ""
    plain = " ".join(described.split())
    for fact in (row.doc, row.value_text, *row.partial_texts, row.domain_text, row.source, *(k.at for k in row.breaks)):
        assert " ".join((fact or "").split()) in plain
    if row.method:
        assert inspect.getdoc(getattr(Value, row.name)) == described


@ROWS
def test_the_row_shows_all_that_it_says(row: Operation) -> None:
    text = repr(row)
    assert text.startswith(f"{row.signature} = {row.value_text}\n")
    for operand, partial in zip(row.operands, row.partial_texts, strict=True):
        assert f"∂/∂{operand.name} = {partial}" in text
    assert ("domain: " in text) == (row.domain is not None)
    assert text.count("kink: ") == len(row.kinks)
    assert text.count("jump: ") == len(row.jumps)
    assert ("source: " in text) == bool(row.source)


WRITTEN_BY_HAND = {
    "sub": """
        first = node._first
        second = node._second
        grad = node._grad
        first._grad += grad
        second._grad -= grad
    """,
    "mul": """
        first = node._first
        second = node._second
        grad = node._grad
        a = first._data
        b = second._data
        first._grad += grad * b
        second._grad += grad * a
    """,
    "tanh": """
        first = node._first
        grad = node._grad
        y = node._data
        first._grad += grad * (1.0 - y * y)
    """,
    # Either partial may overflow: both are there before anything is added, and a constant's is not asked for.
    "div": """
        first = node._first
        second = node._second
        grad = node._grad
        y = node._data
        b = second._data
        by_a = 0.0
        if first._operation is not CONSTANT:
            by_a = 1.0 / b
        by_b = 0.0
        if second._operation is not CONSTANT:
            by_b = -y / b
        first._grad += grad * by_a
        second._grad += grad * by_b
    """,
    "sqrt": """
        first = node._first
        grad = node._grad
        y = node._data
        a = first._data
        by_a = 0.0
        if first._operation is not CONSTANT:
            if not a > 0.0:
                raise no_partial(node, 0)
            by_a = 1.0 / (2.0 * y)
        first._grad += grad * by_a
    """,
    "sum": """
        a_inputs = node._first
        grad = node._grad
        for one in a_inputs:
            one._grad += grad
    """,
    # In the order of the inputs, as the definition adds: a node may be on both sides.
    "affine": """
        inputs = node._first
        count = (len(inputs) - 1) // 2
        w_inputs = inputs[:count]
        x_inputs = inputs[count : 2 * count]
        b_input = inputs[2 * count]
        grad = node._grad
        for one, other in zip(w_inputs, x_inputs):
            one._grad += grad * other._data
        for one, other in zip(x_inputs, w_inputs):
            one._grad += grad * other._data
        b_input._grad += grad
    """,
    "dot": """
        inputs = node._first
        count = len(inputs) // 2
        w_inputs = inputs[:count]
        x_inputs = inputs[count:]
        grad = node._grad
        for one, other in zip(w_inputs, x_inputs):
            one._grad += grad * other._data
        for one, other in zip(x_inputs, w_inputs):
            one._grad += grad * other._data
    """,
    "max": """
        a_inputs = node._first
        grad = node._grad
        y = node._data
        a_values = [one._data for one in a_inputs]
        total = math.fsum([1.0 if a == y else 0.0 for a in a_values])
        by_a = [1.0 / total if a == y else 0.0 for a in a_values]
        for one, slope in zip(a_inputs, by_a):
            one._grad += grad * slope
    """,
    "where": """
        input_c, input_a, input_b = node._first
        grad = node._grad
        c = input_c._data
        input_a._grad += grad * (1.0 if c != 0.0 else 0.0)
        input_b._grad += grad * (0.0 if c != 0.0 else 1.0)
    """,
    "floor": "",
}


@pytest.mark.parametrize("name", WRITTEN_BY_HAND)
def test_the_backward_code_is_what_one_would_write_by_hand(name: str) -> None:
    head, doc, *lines = step_lines(OPERATIONS[name])
    assert head == f"def {name}_backward(node: Node) -> None:"
    assert doc.startswith('    """∂/∂')
    assert lines == textwrap.indent(textwrap.dedent(WRITTEN_BY_HAND[name]).strip(), "    ").splitlines()


def test_a_row_without_slopes_has_a_gradient_of_zero() -> None:
    autograd.register(Operation("heaviside", "a", "where(a > 0, 1, 0)", ("0",)))
    try:
        x = Value(2.0)
        OPERATIONS["heaviside"].function(x).backward()
        assert (x.grad, x.has_grad) == (0.0, True)
    finally:
        unregister("heaviside")


def test_the_code_runs_from_the_file_from_the_first_call_on() -> None:
    program = """
import inspect, sys, autograd
from autograd import OPERATIONS, Value
seen = []
def watch(frame, event, argument):
    seen.append((frame.f_code.co_filename.rsplit("/", 1)[-1].rsplit(chr(92), 1)[-1], frame.f_code.co_name))
print(inspect.getsource(autograd.mul).splitlines()[0])
a, b = Value(2.0), Value(3.0)
sys.settrace(watch)
c = a * b
OPERATIONS["mul"].pull
sys.settrace(None)
print(seen)
"""
    assert run(program).splitlines() == [
        "def mul(a: Value | float, b: Value | float) -> Value | float:", "[('operations.py', '__mul__')]",
    ]  # fmt: skip


def test_the_place_is_noted_only_where_a_derivative_will_be_missing() -> None:
    a, b = Value(-2.0), Value(2.0)
    assert [node.origin for node in (a**2, b**a, b.sqrt(), a.exp(), a + b)] == [""] * 5
    for node in (a**b, Value(0.0).sqrt()):
        assert node.origin.startswith(f"{__file__}:")


@pytest.mark.parametrize("data", [[3.0, 2.0], [3.0, -2.0], [-3.0, -2.0], [2.0, 9.0]])
def test_the_place_is_noted_whichever_condition_fails(data: list[float]) -> None:
    row = Operation("both_sides", "s, *a", "s * (max(a) - min(a))", ("max(a) - min(a)", "where(a == max(a), s, -s)"),
                    smooth=("min(a) > 0", "max(a) < 9"))  # fmt: skip
    autograd.register(row)
    try:
        node = row.function(1.5, [Value(number) for number in data])
        assert node.origin.startswith(f"{__file__}:") == (min(data) <= 0 or max(data) >= 9)
    finally:
        unregister("both_sides")


def test_a_row_without_words_shows_its_formula() -> None:
    row = Operation("quiet", "a", "a", ("1",))
    assert (row.doc, row.source) == ("", "")
    autograd.register(row)
    try:
        assert inspect.getdoc(OPERATIONS["quiet"].function) == "quiet(a).\n\nquiet(a) = a\n∂/∂a = 1"
    finally:
        unregister("quiet")


def test_a_traceback_shows_the_failing_line() -> None:
    try:
        Value(-1.0, "loss").log()
    except autograd.DomainError as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
    assert (frame.filename, frame.name, frame.line) == (str(PATH), "log", "raise no_value(LOG, (self,))")


def test_functions_know_their_module_name_and_parameters() -> None:
    assert (autograd.tanh.__module__, autograd.tanh.__name__, autograd.tanh.__qualname__) == (
        "autograd.operations", "tanh", "tanh",
    )  # fmt: skip
    assert [str(p) for p in inspect.signature(autograd.leaky_relu).parameters.values()] == [
        "a: 'Value | float'", "slope: 'Value | float' = 0.01",
    ]  # fmt: skip
    assert list(inspect.signature(autograd.affine).parameters) == ["w", "x", "b"]
    assert autograd.elu(-1.0) == autograd.elu(-1.0, alpha=1.0) == autograd.elu(a=-1.0)


def test_operands_may_have_the_names_that_generated_code_uses() -> None:
    names = "node, grad, first, second"
    row = Operation("crowd", names, "node * grad + first * second", ("grad", "node", "second", "first"))
    lists = Operation("lists", "*inputs, *one, total", "sum(inputs * one) * total",
                      ("one * total", "inputs * total", "sum(inputs * one)"))  # fmt: skip
    try:
        autograd.register(row)
        autograd.register(lists)
        leaves = [Value(number) for number in (2.0, 3.0, 5.0, 7.0)]
        row.function(*leaves).backward()
        assert [leaf.grad for leaf in leaves] == [3.0, 2.0, 7.0, 5.0]
        leaves = [Value(number) for number in (2.0, 3.0, 5.0, 7.0, 11.0)]
        lists.function(leaves[:2], leaves[2:4], leaves[4]).backward()
        assert [leaf.grad for leaf in leaves] == [55.0, 77.0, 22.0, 33.0, 31.0]
    finally:
        for name in ("crowd", "lists"):
            if name in OPERATIONS:
                unregister(name)


def test_each_package_name_exists_and_is_listed_once() -> None:
    assert len(set(autograd.__all__)) == len(autograd.__all__)
    for name in autograd.__all__:
        assert getattr(autograd, name) is not None
        assert name in dir(autograd)
    assert {"sum", "max", "min", "abs", "pow"} <= set(dir(autograd)) - set(autograd.__all__)
    with pytest.raises(AttributeError, match="module 'autograd' has no attribute 'nothing'"):
        autograd.nothing  # type: ignore[attr-defined]  # noqa: B018
    scope: dict[str, Any] = {}
    exec("from autograd import *", scope)
    assert "sum" not in scope
    assert scope["Value"] is Value


def test_every_operation_of_the_table_is_a_function_of_the_package() -> None:
    for name, row in OPERATIONS.items():
        assert getattr(autograd, name) is row.function
        assert hasattr(Value, name) == row.method


def test_the_command_writes_what_is_committed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("autograd.rows.module.PATH", tmp_path / "operations.py")
    generate()
    assert (tmp_path / "operations.py").read_text("utf-8") == PATH.read_text("utf-8")
