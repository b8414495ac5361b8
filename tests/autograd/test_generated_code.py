"""The generated functions look like written ones: source, traceback, signature, docstring, types."""

import inspect
import linecache
import textwrap
import traceback
from pathlib import Path
from typing import Any

import pytest
from autograd.pullgen import pull_source
from autograd.stubs import stub

import autograd
from autograd import OPERATIONS, Operation, Value, unregister
from autograd.testing.points import points
from tests.autograd.points import apply
from tests.autograd.processes import run

ROWS = pytest.mark.parametrize("row", OPERATIONS.values(), ids=list(OPERATIONS))


def test_the_stub_is_what_the_table_gives() -> None:
    assert Path(autograd.__file__).with_name("operations.pyi").read_text(encoding="utf-8") == stub()


def test_writing_the_stub_again_changes_nothing(tmp_path: Path) -> None:
    path = Path(autograd.__file__).with_name("operations.pyi")
    before = path.read_bytes()
    program = (
        "import pathlib, runpy\n"
        "written = {}\n"
        "pathlib.Path.write_text = lambda self, text, **more: written.update({self.name: text})\n"
        "runpy.run_module('autograd.stubs', run_name='__main__')\n"
        "print(written['operations.pyi'], end='')\n"
    )
    assert run(program, "-W", "ignore") == before.decode()
    assert path.read_bytes() == before


@ROWS
def test_the_source_of_a_function_can_be_read(row: Operation) -> None:
    inputs = points(row, 1, width=1)[0]
    node = apply(row, [Value(number) for number in inputs])
    apply(row, inputs)
    node.backward()
    for function in (row.function, row.compute, row.pull):
        source = inspect.getsource(function)
        assert source.startswith(f"def {row.name}(")
        assert inspect.getsourcefile(function) == function.__code__.co_filename
        linecache.checkcache()
        assert inspect.getsource(function) == source
    assert inspect.getsource(row.function).startswith(f"def {row.name}{inspect.signature(row.function)}:\n")
    assert row.doc in (inspect.getdoc(row.function) or "")
    assert row.source in (inspect.getdoc(row.function) or "")


WRITTEN_BY_HAND = {
    "sub": """
        _a_ = _node._first
        _b_ = _node._second
        _g = _node._grad
        _a_._grad += _g
        _b_._grad -= _g
    """,
    "mul": """
        _a_ = _node._first
        _b_ = _node._second
        _g = _node._grad
        a = _a_._data
        b = _b_._data
        _a_._grad += _g * b
        _b_._grad += _g * a
    """,
    "tanh": """
        _a_ = _node._first
        _g = _node._grad
        y = _node._data
        _a_._grad += _g * (1.0 - (y * y))
    """,
    # Either partial may overflow: both are there before anything is added, and a constant's is not asked for.
    "div": """
        _a_ = _node._first
        _b_ = _node._second
        _g = _node._grad
        y = _node._data
        b = _b_._data
        _p0 = 0.0
        if _a_._operation is not CONSTANT:
            _p0 = (1.0 / b)
        _p1 = 0.0
        if _b_._operation is not CONSTANT:
            _p1 = ((-y) / b)
        _a_._grad += _g * _p0
        _b_._grad += _g * _p1
    """,
    "sqrt": """
        _a_ = _node._first
        _g = _node._grad
        y = _node._data
        a = _a_._data
        _p0 = 0.0
        if _a_._operation is not CONSTANT:
            if not (a > 0.0): raise no_partial(_node, 0)
            _p0 = (1.0 / (2.0 * y))
        _a_._grad += _g * _p0
    """,
    "sum": """
        _inputs = _node._first
        _g = _node._grad
        _a_ = _inputs
        for _each in _a_:
            _each._grad += _g
    """,
    # One loop serves both sides of a neuron's products.
    "affine": """
        _inputs = _node._first
        _g = _node._grad
        _n = (len(_inputs) - 1) // 2
        _w_ = _inputs[:1 * _n]
        _x_ = _inputs[1 * _n:2 * _n]
        _b_ = _inputs[2 * _n]
        for _p, _q in zip(_w_, _x_):
            _p._grad += _g * _q._data
            _q._grad += _g * _p._data
        _b_._grad += _g
    """,
    "max": """
        _inputs = _node._first
        _g = _node._grad
        y = _node._data
        _a_ = _inputs
        a_ = [_each._data for _each in _a_]
        _r0 = sum_([(1.0 if (a == y) else 0.0) for a in a_])
        _p0 = [((1.0 / _r0) if (a == y) else 0.0) for a in a_]
        for _each, _p in zip(_a_, _p0):
            _each._grad += _g * _p
    """,
    "where": """
        _c_, _a_, _b_ = _node._first
        _g = _node._grad
        c = _c_._data
        _a_._grad += _g * (1.0 if (c != 0.0) else 0.0)
        _b_._grad += _g * (0.0 if (c != 0.0) else 1.0)
    """,
}


@pytest.mark.parametrize("name", WRITTEN_BY_HAND)
def test_the_backward_code_is_what_one_would_write_by_hand(name: str) -> None:
    head, *lines = pull_source(OPERATIONS[name]).splitlines()
    assert head == f"def {name}(_node):"
    assert lines == textwrap.indent(textwrap.dedent(WRITTEN_BY_HAND[name]).strip(), "    ").splitlines()


def test_a_row_without_slopes_has_a_gradient_of_zero() -> None:
    autograd.register(Operation("heaviside", "a", "where(a > 0, 1, 0)", ("0",)))
    try:
        x = Value(2.0)
        OPERATIONS["heaviside"].function(x).backward()
        assert (x.grad, x.has_grad) == (0.0, True)
    finally:
        unregister("heaviside")


def test_the_two_sides_of_a_dot_product_share_one_loop() -> None:
    w, x = [Value(2.0), Value(3.0)], [Value(5.0), Value(7.0)]
    for function, arguments in ((autograd.dot, (w, x)), (autograd.affine, (w, x, 1.0))):
        node = function(*arguments)
        node.backward()
        source = inspect.getsource(node.operation.pull)
        assert source.count("for ") == source.count("zip(_w_, _x_)") == 1
    assert "for " in inspect.getsource(_pull_of(autograd.sum([Value(1.0), Value(2.0)])))


def _pull_of(node: Value) -> Any:
    node.backward()
    return node.operation.pull


def test_a_function_looks_the_same_before_its_first_use() -> None:
    program = """
import inspect
from autograd import OPERATIONS, Value, maximum, tanh
functions = [maximum, tanh, Value.tanh, Value.__add__, Value.__radd__, Value.__pow__, Value.__rpow__, OPERATIONS["tanh"].pull]
def look():
    return [(str(inspect.signature(f)), f.__name__, f.__code__.co_name) for f in functions]
before = look()
print(tanh.__code__.co_filename.endswith("operations.py"), tanh.__code__.co_firstlineno > 1)
y = maximum(tanh(Value(1.0)), 3); y = y + 1; y = 1 + y; y = y ** 2; y = 2 ** y; y.backward()
for one, two in zip(before, look()):
    print(*one if one == two else (one, two))
"""
    assert run(program).splitlines() == [
        "True True", "(a, b) maximum maximum", "(a) tanh tanh", "(a) tanh tanh", "(a, b) add add", "(b, a) add add", "(a, b) pow pow", "(b, a) pow pow",
        "(_node) tanh tanh",
    ]  # fmt: skip


def test_the_place_is_noted_only_where_a_derivative_will_be_missing() -> None:
    a, b = Value(-2.0), Value(2.0)
    assert [node.origin for node in (a**2, b**a, b.sqrt(), a.exp(), a + b)] == [""] * 5
    for node in (a**b, Value(0.0).sqrt()):
        assert node.origin.startswith(f"{__file__}:")


@pytest.mark.parametrize("data", [[3.0, 2.0], [3.0, -2.0], [-3.0, -2.0], [2.0, 9.0]])
def test_the_place_is_noted_whichever_condition_fails(data: list[float]) -> None:
    row = Operation("both", "s, *a", "s * (max(a) - min(a))", ("max(a) - min(a)", "where(a == max(a), s, -s)"),
                    smooth=("min(a) > 0", "max(a) < 9"))  # fmt: skip
    autograd.register(row)
    try:
        node = row.function(1.5, [Value(number) for number in data])
        assert node.origin.startswith(f"{__file__}:") == (min(data) <= 0 or max(data) >= 9)
    finally:
        unregister("both")


def test_a_row_without_words_has_an_empty_docstring() -> None:
    row = Operation("quiet", "a", "a", ("1",))
    assert (row.doc, row.source) == ("", "")
    autograd.register(row)
    try:
        assert OPERATIONS["quiet"].function.__doc__ == ""
    finally:
        unregister("quiet")
    sourced = OPERATIONS["tanh"]
    assert sourced.function.__doc__ == f"{sourced.doc} Source: {sourced.source}."


def test_a_traceback_shows_the_failing_line() -> None:
    Value(1.0).log()
    try:
        Value(-1.0, "loss").log()
    except autograd.DomainError as error:
        frame = traceback.extract_tb(error.__traceback__)[-1]
    assert (frame.filename, frame.name) == ("<autograd log function>", "log")
    assert frame.line == "if not (a > 0.0): raise outside(log_row, (a,))"


def test_functions_know_their_module_name_and_parameters() -> None:
    assert (autograd.tanh.__module__, autograd.tanh.__name__, autograd.tanh.__qualname__) == (
        "autograd.operations", "tanh", "tanh",
    )  # fmt: skip
    assert str(inspect.signature(autograd.leaky_relu)) == "(a, slope=0.01)"
    assert str(inspect.signature(autograd.affine)) == "(w, x, b)"
    assert autograd.elu(-1.0) == autograd.elu(-1.0, alpha=1.0) == autograd.elu(a=-1.0)


def test_a_function_held_before_its_first_call_is_the_fast_one_after_it() -> None:
    program = """
import inspect
import autograd
held = autograd.tanh
autograd.tanh(autograd.Value(0.5))
print(held is autograd.tanh, "late" in held.__code__.co_filename, inspect.getsource(held).splitlines()[0])
"""
    assert run(program) == "True False def tanh(a):\n"


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
