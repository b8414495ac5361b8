"""What a user gets wrong at least once: for each public function a typed error that names the thing and the fix."""

import re
from decimal import Decimal
from typing import Any

import numpy
import pytest

import autograd
from autograd import (
    OPERATIONS,
    DomainError,
    MissingExtraError,
    Value,
    edge_partials,
    grad,
    hessian,
    jacobian,
    jvp,
    log_softmax,
    parameter,
    softmax,
    value_and_grad,
    vjp,
)
from autograd.errors import require
from autograd.rows.interpreters import numpy_arrays, sympy_symbols
from autograd.table import find_operation

NAN = float("nan")
X = Value(1.0, "x")

NOT_NUMBERS: list[tuple[Any, type[Exception], str]] = [
    ("2", TypeError, "the str '2'; convert it with float(...)"),
    (b"2", TypeError, "the bytes b'2'; convert it with float(...)"),
    (1j, TypeError, "the complex number 1j; use its .real and .imag"),
    (True, TypeError, "the bool True; use 1 or 1.0"),
    (numpy.True_, TypeError, "the bool True; use float(...)"),
    (None, TypeError, "got None"),
    ([1.0], TypeError, "a list; make one Value of each number: [Value(v) for v in ...]"),
    ((1.0, 2.0), TypeError, "a tuple; make one Value of each number"),
    ({1.0}, TypeError, "a set; make one Value"),
    ({}, TypeError, "a dict; make one Value"),
    (numpy.zeros((2, 3)), TypeError, "an array-like ndarray of shape (2, 3); make one Value of each number"),
    (numpy.array(1.0), TypeError, "without dimensions; take its number with .item()"),
    (numpy.complex128(1), TypeError, "the complex number"),
    (NAN, ValueError, "a Value cannot be nan"),
    (numpy.float64("nan"), ValueError, "a Value cannot be nan"),
    (10**400, ValueError, "this int is too large for a float"),
]
"""Raised wherever a number is expected."""

not_numbers = pytest.mark.parametrize(("wrong", "error", "message"), NOT_NUMBERS, ids=lambda case: repr(case)[:20])


@not_numbers
def test_values_and_their_parts_take_real_numbers_only(wrong: Any, error: type[Exception], message: str) -> None:
    x = Value(1.0)
    y = x * 2
    for attempt in (
        lambda: Value(wrong),
        lambda: parameter(wrong),
        lambda: setattr(x, "data", wrong),
        lambda: setattr(x, "grad", wrong),
        lambda: y.backward(wrong),
    ):
        with pytest.raises(error, match=re.escape(message)):
            attempt()
    assert (x.data, x.has_grad, y.has_grad) == (1.0, False, False)


@not_numbers
def test_operations_take_values_and_real_numbers_only(wrong: Any, error: type[Exception], message: str) -> None:
    attempts = [
        lambda: X + wrong, lambda: X ** wrong, lambda: X.clamp(0, wrong), lambda: autograd.tanh(wrong),
        lambda: autograd.maximum(X, wrong), lambda: autograd.mul(2.0, wrong), lambda: autograd.sum([X, wrong]),
        lambda: autograd.dot([1.0], [wrong]), lambda: autograd.affine([X], [X], wrong), lambda: softmax([X, wrong]),
        lambda: autograd.where(X, wrong, 1),
    ]  # fmt: skip
    if not isinstance(wrong, numpy.ndarray):
        attempts.append(lambda: wrong > X)  # (NumPy hands its own numbers on as arrays without dimensions)
    if not (isinstance(wrong, numpy.ndarray) and wrong.shape):
        attempts.append(lambda: wrong - X)
    for attempt in attempts:
        with pytest.raises(error, match=re.escape(message)):
            attempt()


@pytest.mark.parametrize("array", [numpy.zeros(3), numpy.zeros((2, 2)), numpy.zeros(0)])
def test_arrays_are_refused_on_either_side(array: Any) -> None:
    for attempt in (lambda: array * X, lambda: X * array, lambda: array - X, lambda: X**array, lambda: array < X):
        with pytest.raises(TypeError, match=r"an array-like ndarray of shape .*; make one Value of each number"):
            attempt()


@not_numbers
def test_derivatives_are_taken_at_real_numbers_only(wrong: Any, error: type[Exception], message: str) -> None:
    if isinstance(wrong, list | tuple):
        return  # (nested numbers are welcome there)
    for attempt in (
        lambda: grad(lambda x: x)(wrong),
        lambda: value_and_grad(lambda x: x[0])([1.0, wrong]),
        lambda: jacobian(lambda x: x)(wrong),
        lambda: hessian(lambda x: x)(wrong),
        lambda: jvp(lambda x: x, (wrong,), (1.0,)),
        lambda: jvp(lambda x: x, (1.0,), (wrong,)),
        lambda: vjp(lambda x: x, wrong),
        lambda: vjp(lambda x: x, 1.0)[1](wrong),
    ):
        with pytest.raises(error, match=re.escape(message)):
            attempt()


@pytest.mark.parametrize("name", [row.name for row in OPERATIONS.values() if row.variadic])
def test_n_ary_operations_name_what_is_wrong_with_their_lists(name: str) -> None:
    row = OPERATIONS[name]
    function = row.function
    empty = [[] if operand.variadic else 1.0 for operand in row.operands]
    with pytest.raises(ValueError, match=f"^{name} needs at least one value, got an empty sequence"):
        function(*empty)
    with pytest.raises(ValueError, match=f"^{name} needs at least one value"):
        function(*[Value(1.0) if entry == 1.0 else entry for entry in empty])
    for wrong in (X, 3.0, "abc", None, {1.0: 2.0}):
        arguments = [wrong, *([[X]] * (len(row.groups) - 1)), *([1.0] * len(row.scalars))]
        kind = type(wrong).__name__
        with pytest.raises(TypeError, match=rf"^{name} takes a sequence of values, got {kind}; write it as \[a, b\]"):
            function(*arguments)
    with pytest.raises(TypeError, match=f"^{name}: a Value holds one real number"):
        function(*[[X, "2"]] * len(row.groups), *([1.0] * len(row.scalars)))
    groups = [iter([1.0, X]) for _ in row.groups]
    assert function(*groups, *([1.0] * len(row.scalars))).inputs


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: autograd.dot([X, X], [X]), "dot pairs its operands, so needs as many of each; got 2 w, 1 x"),
        (lambda: autograd.dot([1.0], [1.0, 2.0]), "dot pairs its operands, so needs as many of each; got 1 w, 2 x"),
        (lambda: autograd.dot([], [X]), "dot pairs its operands, so needs as many of each; got 0 w, 1 x"),
        (lambda: autograd.affine([X], [], 1.0), "affine pairs its operands, so needs as many of each; got 1 w, 0 x"),
        (lambda: softmax([]), "needs at least one value, got an empty sequence"),
        (lambda: log_softmax([]), "needs at least one value, got an empty sequence"),
        (lambda: vjp(lambda x: [x, x], 1.0)[1]([1.0]), "the weights must have the same shape"),
        (lambda: vjp(lambda x: [x, x], 1.0)[1](1.0), "the weights must have the same shape"),
        (
            lambda: vjp(lambda x: x, 1.0)[1]([1.0]),
            "the weights must have the same shape.*expected one number, got a list",
        ),
        (lambda: jvp(lambda x: x, (1.0,), ([1.0],)), "the tangents must have the same shape"),
        (lambda: jvp(lambda x: x, (1.0,), (1.0, 2.0)), "the tangents must have the same shape"),
        (lambda: jvp(lambda x: x[0], ([1.0],), ([],)), "the tangents must have the same shape"),
        (lambda: grad(lambda x: x, 1)(1.0), r"argnums 1: .* was called with 1 positional arguments"),
        (lambda: grad(lambda x: x, -2)(1.0), r"argnums -2: .* was called with 1 positional"),
        (lambda: grad(lambda x: x)(), "argnums 0: .* was called with 0 positional"),
        (lambda: grad(lambda x, y: x, (0, -2))(1.0, 2.0), r"argnums \(0, -2\) names an argument twice"),
        (lambda: grad(lambda x, y: x, (0, 0.5))(1.0, 2.0), r"got \(0, 0.5\)"),
    ],
)
def test_wrong_lengths_and_positions_raise_value_errors(attempt: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        attempt()


@pytest.mark.parametrize(
    ("attempt", "message"),
    [
        (lambda: Value(1.0, 7), "a label is a string, got int: 7"),
        (lambda: Value(1.0, None), "a label is a string, got NoneType"),
        (lambda: parameter(1.0, [1]), "a label is a string, got list"),
        (lambda: setattr(Value(1.0), "label", 7), "a label is a string, got int: 7"),
        (lambda: Value(X), "got a Value; use value.data for its number"),
        (lambda: X.backward(X), "got a Value; use value.data for its number"),
        (lambda: Value(Decimal(1)), r"got Decimal Decimal\('1'\); convert it with float"),
        (lambda: Value(object()), "got object <object"),
        (lambda: type("Sub", (Value,), {}), "Value cannot be subclassed; write functions of values"),
        (lambda: Value(), "missing 1 required positional argument: 'data'"),
        (lambda: autograd.tanh(), "missing 1 required positional argument: 'a'"),
        (lambda: X.tanh(1), "takes 1 positional argument but 2 were given"),
        (lambda: X.leaky_relu(rate=1), "unexpected keyword argument 'rate'"),
        (lambda: softmax(X), "sequence of values, got Value"),
        (lambda: log_softmax("ab"), "sequence of values, got str"),
        (lambda: softmax(3.0), "sequence of values, got float"),
        (lambda: grad(3.0), "a derivative is taken of a function, got float; for a Value use backward()"),
        (lambda: grad(X), "a derivative is taken of a function, got Value; for a Value use backward()"),
        (lambda: value_and_grad("f"), "a derivative is taken of a function, got str"),
        (lambda: jacobian([1]), "a derivative is taken of a function, got list"),
        (lambda: hessian(None), "a derivative is taken of a function, got NoneType"),
        (lambda: jvp(1.0, (1.0,), (1.0,)), "a derivative is taken of a function, got float"),
        (lambda: vjp(X, 1.0), "a derivative is taken of a function, got Value"),
        (
            lambda: grad(lambda x: [x])(1.0),
            "grad needs a function of one result, but <lambda> returned a list; use jacobian",
        ),
        (lambda: hessian(lambda x: (x, x))(1.0), "returned a tuple; use jacobian"),
        (
            lambda: grad(lambda x: None)(1.0),
            "the result of <lambda> is a number, a Value, or a list of these: .*got None",
        ),
        (lambda: grad(lambda x: "1")(1.0), "the result of <lambda> is a number.*the str '1'"),
        (lambda: jacobian(lambda x: [x, {}])(1.0), "the result of <lambda> is a number.*a dict"),
        (
            lambda: grad(lambda x: x, "0")(1.0),
            "argnums is the position of an argument, or a tuple of positions, got '0'",
        ),
        (lambda: grad(lambda x: x, 0.5)(1.0), "argnums is the position of an argument"),
        (lambda: grad(lambda x: x, None)(1.0), "argnums is the position of an argument"),
        (lambda: grad(lambda x: x, True)(1.0), "argnums is the position of an argument"),
        (lambda: jvp(lambda x: x, 1.0, (1.0,)), r"jvp takes the arguments as a tuple, got float; write jvp\(f, \(x,\)"),
        (lambda: jvp(lambda x: x, (1.0,), 1.0), r"jvp takes the tangents as a tuple, got float; write jvp\(f, \(x,\)"),
        (lambda: jvp(lambda x: x, "1", (1.0,)), "jvp takes the arguments as a tuple, got str"),
        (lambda: edge_partials(3.0), "edge_partials takes a Value, got float"),
        (lambda: edge_partials([X]), "edge_partials takes a Value, got list"),
        (lambda: autograd.where("yes", X, X), "where: a Value holds one real number, got the str 'yes'"),
    ],
)
def test_wrong_types_raise_type_errors(attempt: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message.replace("backward()", r"backward\(\)")):
        attempt()


@pytest.mark.parametrize("wrong", [3.0, [X], None, "loss"])
def test_backward_on_something_else_is_an_attribute_error_of_python(wrong: Any) -> None:
    with pytest.raises(AttributeError, match="has no attribute 'backward'"):
        wrong.backward()
    with pytest.raises(TypeError, match="a graph starts at a Value"):
        Value.backward(wrong)


def test_an_unknown_operation_is_named() -> None:
    with pytest.raises(KeyError, match="no operation is called 'tahn'; register it first"):
        find_operation("tahn")
    with pytest.raises(AttributeError, match="tahn"):
        X.tahn()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("interpreter", "module", "extra"), [(numpy_arrays, "numpy", "fast"), (sympy_symbols, "sympy", "test")]
)
def test_a_missing_optional_package_is_named_with_its_extra(
    interpreter: Any, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(__import__("sys").modules, module, None)
    interpreter.cache_clear()
    with pytest.raises(MissingExtraError, match=re.escape(f"pip install 'chainrule[{extra}]'")) as error:
        interpreter()
    assert module in str(error.value)
    assert isinstance(error.value, ImportError)
    monkeypatch.undo()
    assert interpreter()
    with pytest.raises(MissingExtraError, match="this needs nowhere_at_all"):
        require("nowhere_at_all.sub", extra="fast")


def test_errors_are_of_the_kinds_that_a_caller_expects() -> None:
    assert issubclass(DomainError, ValueError)
    assert issubclass(autograd.DivisionByZeroError, ZeroDivisionError)
    assert issubclass(autograd.StaleGraphError, RuntimeError)
    assert issubclass(autograd.FormulaError, ValueError)
    assert issubclass(MissingExtraError, ImportError)
