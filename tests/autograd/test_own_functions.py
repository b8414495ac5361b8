"""A row may name Python functions for what formulas cannot say; what they cannot do says which name is missing."""

import math
from collections.abc import Iterator

import mpmath
import numpy
import pytest

from autograd import (
    OPERATIONS,
    DomainError,
    FormulaError,
    Operation,
    Value,
    edge_partials,
    explain,
    grad,
    register,
    trace,
    unregister,
)
from autograd.rows.interpreters import mpmath_numbers, numpy_arrays, sympy_symbols
from autograd.testing import check_grad


def digamma(x: float) -> float:
    return float(mpmath.digamma(x))


@pytest.fixture
def lgamma() -> Iterator[Operation]:
    row = Operation("lgamma", "a", "lgamma(a)", ("digamma(a)",), domain="a > 0", doc="log Γ(a).",
                    functions={"lgamma": math.lgamma, "digamma": digamma})  # fmt: skip
    register(row)
    yield row
    unregister("lgamma")


def test_register_takes_the_functions_too() -> None:
    row = Operation("lgamma", "a", "lgamma(a)", ("digamma(a)",))
    function = register(row, functions={"lgamma": math.lgamma, "digamma": digamma})
    try:
        x = Value(3.5)
        function(x).backward()
        assert function(3.5) == math.lgamma(3.5)
        assert x.grad == digamma(3.5)
    finally:
        unregister("lgamma")


def test_it_computes_steps_and_runs_backward(lgamma: Operation) -> None:
    assert lgamma.function(4.0) == math.lgamma(4.0)
    x = Value(2.5, "x")
    y = x.lgamma() * 2  # type: ignore[attr-defined]
    y.backward()
    assert x.grad == pytest.approx(2 * float(mpmath.digamma(2.5)), rel=1e-12)
    assert edge_partials(y.inputs[0]) == (digamma(2.5),)
    assert "digamma(x)" in str(trace(y))
    assert str(explain(y, x))
    x.data = 3.0
    assert y.forward() == 2 * math.lgamma(3.0)
    assert list(numpy_arrays().value(lgamma, [numpy.array([2.0, 3.0])])) == [math.lgamma(2.0), math.lgamma(3.0)]


def test_it_is_checked_by_differences(lgamma: Operation) -> None:
    check_grad(lambda x: lgamma.function(x) * x, (2.5,), reference="central")
    with pytest.raises(ValueError, match="has no meaning for mpmath numbers; check it with reference='central'"):
        check_grad(lgamma.function, (2.5,))
    wrong = Operation("wrong", "a", "lgamma2(a)", ("digamma2(a) * 1.01",),
                      functions={"lgamma2": math.lgamma, "digamma2": digamma})  # fmt: skip
    register(wrong)
    try:
        with pytest.raises(AssertionError):
            check_grad(wrong.function, (2.5,), reference="central")
    finally:
        unregister("wrong")


def test_what_is_missing_is_named(lgamma: Operation) -> None:
    with pytest.raises(DomainError, match="lgamma: its own function digamma has no meaning for values"):
        grad(grad(lgamma.function))(2.5)
    for interpreter, kind in ((mpmath_numbers(), "mpmath numbers"), (sympy_symbols(), "SymPy expressions")):
        with pytest.raises(ValueError, match=f"lgamma: its own function lgamma has no meaning for {kind}"):
            interpreter.value(lgamma, [2])
    with pytest.raises(DomainError, match=r"lgamma of -1\.0 at 'x'; it needs 'x' > 0"):
        lgamma.function(Value(-1.0, "x"))


def test_what_goes_wrong_inside_is_a_domain_error_of_the_operation() -> None:
    row = Operation("picky", "a", "picky(a)", ("picky(a)",), functions={"picky": math.lgamma})
    register(row)
    try:
        with pytest.raises(DomainError, match=r"picky of 0\.0 is not a number"):
            row.function(0.0)
    finally:
        unregister("picky")


@pytest.mark.parametrize(
    ("functions", "message"),
    [
        ({"exp": math.exp}, "has a function 'exp' already"),
        ({"sum": sum}, "has a function 'sum' already"),
        ({"not a name": abs}, "has a function 'not a name' already|not a name"),
        ({"thing": 3}, "'thing' cannot be called"),
    ],
)
def test_functions_that_cannot_be_are_refused(functions: dict[str, object], message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        register(Operation("mine", "a", "thing(a)", ("1",), functions=functions))  # type: ignore[arg-type]
    assert "mine" not in OPERATIONS
