"""`grad`, `value_and_grad`, `jacobian`, `hessian`, `jvp`, `vjp` of functions of numbers and nested lists, against SymPy."""

import functools
import inspect
import math
from collections import namedtuple
from functools import cache
from typing import Any

import numpy
import pytest
import sympy
from hypothesis import given
from hypothesis import strategies as st

import autograd
import autograd.functional
from autograd import Value, grad, hessian, jacobian, jvp, no_grad, value_and_grad, vjp
from autograd.functional import _product
from tests.autograd.points import digits, mp

U = sympy.symbols("u0:4", positive=True)

CASES: list[tuple[Any, Any]] = [
    (lambda v: v[0] * v[1] - v[2] / v[3], U[0] * U[1] - U[2] / U[3]),
    (lambda v: autograd.exp(v[0] * v[1]) * v[2].sin() + v[3], sympy.exp(U[0] * U[1]) * sympy.sin(U[2]) + U[3]),
    (lambda v: v[0] ** v[1] * v[2].log() + v[3] ** 3, U[0] ** U[1] * sympy.log(U[2]) + U[3] ** 3),
    (lambda v: autograd.norm(v).tanh(), sympy.tanh(sympy.sqrt(sum(u**2 for u in U)))),
    (lambda v: autograd.logsumexp(v), sympy.log(sum(map(sympy.exp, U)))),
    (lambda v: autograd.prod(v) * autograd.mean(v), sympy.prod(U) * sum(U) / 4),
    (lambda v: autograd.affine(v[:2], v[2:], v[0]).sigmoid(), 1 / (1 + sympy.exp(-(U[0] * U[2] + U[1] * U[3] + U[0])))),
    (lambda v: autograd.atan2(v[0], v[1]) * v[2].sqrt() + v[3].erf(), sympy.atan2(U[0], U[1]) * sympy.sqrt(U[2]) + sympy.erf(U[3])),
    (lambda v: v[0] * 0 + 1, sympy.Integer(1)),
]  # fmt: skip
cases = pytest.mark.parametrize(("function", "formula"), CASES)
POINTS = st.lists(st.floats(0.25, 2.0), min_size=4, max_size=4)
PRECISE = {"rel": 1e-12, "abs": 1e-13}


@cache
def compiled(formula: Any) -> Any:
    return sympy.lambdify(U, formula, "mpmath")


@cache
def derivative(formula: Any, *variables: Any) -> Any:
    return formula.diff(*variables)


def at(formula: Any, numbers: list[float]) -> float:
    with digits(40):
        return float(compiled(formula)(*map(mp.mpf, numbers)))


@cases
@given(numbers=POINTS)
def test_value_and_grad_are_those_of_sympy(function: Any, formula: Any, numbers: list[float]) -> None:
    value, gradient = value_and_grad(function)(numbers)
    assert type(value) is float
    assert value == pytest.approx(at(formula, numbers), **PRECISE)
    assert gradient == pytest.approx([at(derivative(formula, u), numbers) for u in U], **PRECISE)
    assert grad(function)(numbers) == gradient
    assert grad(lambda v: function(v[0]))([numbers]) == [gradient]
    assert vjp(function, numbers)[1](2.0) == ([pytest.approx(2 * slope, rel=1e-15) for slope in gradient],)


@pytest.mark.parametrize("number", range(len(CASES)))
def test_the_hessian_is_that_of_sympy(number: int) -> None:
    function, formula = CASES[number]
    numbers = [0.5, 1.25, 0.75, 1.5]
    found = hessian(function)(numbers)
    for row, one in zip(found, U, strict=True):
        assert row == pytest.approx([at(derivative(formula, one, two), numbers) for two in U], **PRECISE)
    assert all(found[i][j] == pytest.approx(found[j][i], **PRECISE) for i in range(4) for j in range(i))


@given(numbers=POINTS)
def test_the_jacobian_is_that_of_sympy(numbers: list[float]) -> None:
    found = jacobian(lambda v: [function(v) for function, _ in CASES])(numbers)
    for row, (_, formula) in zip(found, CASES, strict=True):
        assert row == pytest.approx([at(derivative(formula, u), numbers) for u in U], **PRECISE)


@given(numbers=POINTS, tangent=POINTS, weights=st.lists(st.floats(-2, 2), min_size=len(CASES), max_size=len(CASES)))
def test_forward_and_reverse_mode_agree_with_the_jacobian(
    numbers: list[float], tangent: list[float], weights: list[float]
) -> None:
    def function(v: Any) -> list[Any]:
        return [each(v) for each, _ in CASES]

    matrix = jacobian(function)(numbers)
    value, along = jvp(function, (numbers,), (tangent,))
    again, pullback = vjp(function, numbers)
    [back] = pullback(weights)
    assert value == again
    for row, got in zip(matrix, along, strict=True):
        assert got == pytest.approx(math.fsum(a * b for a, b in zip(row, tangent, strict=True)), rel=1e-11, abs=1e-12)
    for column, got in zip(zip(*matrix, strict=True), back, strict=True):
        assert got == pytest.approx(
            math.fsum(a * b for a, b in zip(column, weights, strict=True)), rel=1e-11, abs=1e-12
        )


def test_arguments_and_results_keep_their_shapes() -> None:
    Pair = namedtuple("Pair", "left right")

    def function(v: Any) -> Any:
        a, (b, [c]), pair = v
        return (a * b, [c * c, Pair(pair.left * 2, 7.0)])

    point = [1.0, (2.0, [3.0]), Pair(4.0, 5)]
    value, pullback = vjp(function, point)
    assert value == (2.0, [9.0, Pair(8.0, 7.0)])
    assert type(value[1][1]) is Pair
    assert pullback((1.0, [10.0, Pair(100.0, 1.0)])) == ([2.0, (1.0, [60.0]), Pair(200.0, 0.0)],)
    rows = jacobian(function)(point)
    assert rows[0] == [2.0, (1.0, [0.0]), Pair(0.0, 0.0)]
    assert rows[1][1] == Pair([0.0, (0.0, [0.0]), Pair(2.0, 0.0)], [0.0, (0.0, [0.0]), Pair(0.0, 0.0)])
    assert jvp(function, (point,), (point,)) == (value, (4.0, [18.0, Pair(8.0, 0.0)]))


def test_empty_lists_are_allowed_where_there_is_nothing_to_differentiate() -> None:
    assert grad(lambda v: v[1] * 2)([[], 1.0]) == [[], 2.0]
    assert jacobian(lambda x: [])(1.0) == []
    assert vjp(list)[1]([]) == ()


def test_outputs_may_be_computed_from_each_other() -> None:
    def function(x: Any) -> Any:
        square = x * x
        return [square.exp(), square, square, x]

    slope = 6.0 * math.exp(9.0)
    assert jacobian(function)(3.0) == pytest.approx([slope, 6.0, 6.0, 1.0], rel=1e-15)
    assert vjp(function, 3.0)[1]([1.0, 10.0, 100.0, 1000.0])[0] == pytest.approx(slope + 1660.0, rel=1e-15)
    assert jvp(function, (3.0,), (2.0,))[1] == pytest.approx([2 * slope, 12.0, 12.0, 2.0], rel=1e-15)


def test_argnums_choose_the_arguments() -> None:
    def function(a: Any, b: Any, c: Any, *, scale: float = 1.0) -> Any:
        return a * b * b * scale + c[0]

    point = (2.0, 3.0, [5.0])
    assert grad(function)(*point) == 9.0
    assert grad(function, 1)(*point) == 12.0
    assert grad(function, -1)(*point) == [1.0]
    assert grad(function)(*point, scale=3.0) == 27.0
    assert jacobian(function)(*point, scale=3.0) == 27.0
    assert hessian(function, 1)(*point, scale=3.0) == 12.0
    assert grad(function, (1, 0))(*point) == (12.0, 9.0)
    assert grad(function, [0])(*point) == (9.0,)
    assert grad(function, ())(*point) == ()
    assert value_and_grad(function, (0, 2))(*point, scale=2.0) == (41.0, (18.0, [1.0]))
    assert jacobian(lambda a, b: [a * b, b], 1)(2.0, 3.0) == [2.0, 1.0]
    assert hessian(function, 1)(*point) == 4.0
    assert hessian(lambda a, b: a**2 * b, (0, 1))(2.0, 3.0) == ((6.0, 4.0), (4.0, 0.0))
    with pytest.raises(TypeError, match="missing"):
        grad(function)(1.0)


def test_arguments_that_are_not_differentiated_are_passed_as_they_are() -> None:
    marker = object()
    seen = []
    assert grad(lambda x, other: seen.append(other) or x * 2)(1.0, marker) == 2.0
    assert seen == [marker]


def test_numbers_of_all_kinds_are_taken() -> None:
    assert grad(lambda x: x * x)(3) == 6.0
    assert grad(lambda v: v[0] * v[1])([numpy.float64(3), numpy.int32(4)]) == [4.0, 3.0]
    assert type(grad(lambda x: x)(numpy.float32(1))) is float


def test_nodes_and_gradients_outside_are_untouched() -> None:
    w, x = Value(3.0), Value(2.0)
    x.grad = 5.0
    before = (w * x).data
    value, gradient = value_and_grad(lambda v: v * w)(2.0)
    assert (value, gradient, before) == (6.0, 3.0, 6.0)
    jacobian(lambda v: [v * w, w])(x)
    hessian(lambda v: v * v * w)(x)
    jvp(lambda v: v * w, (x,), (1.0,))
    vjp(lambda v: v * w, x)[1](1.0)
    assert (w.has_grad, x.grad, w.inputs) == (False, 5.0, ())


def test_results_are_floats_for_numbers_and_values_for_values() -> None:
    x = Value(3.0)
    assert type(grad(lambda v: v * v)(3.0)) is float
    slope = grad(lambda v: v * v)(x)
    assert type(slope) is Value
    assert slope.data == 6.0
    slope.backward()
    assert x.grad == 2.0


def test_inside_no_grad_derivatives_are_right_and_plain() -> None:
    x = Value(3.0)
    with no_grad():
        assert grad(lambda v: v**3)(2.0) == 12.0
        assert grad(grad(lambda v: v**3))(2.0) == 12.0
        assert hessian(lambda v: v[0] * v[1])([1.0, 2.0]) == [[0.0, 1.0], [1.0, 0.0]]
        assert jvp(lambda v: v.sin(), (0.0,), (2.0,)) == (0.0, 2.0)
        assert (x * 2).inputs == ()
        slope = grad(lambda v: v * v)(x)
    assert slope == 6.0
    assert (x * 2).inputs


def test_no_grad_inside_the_function_cuts_there() -> None:
    def function(x: Any) -> Any:
        with no_grad():
            scale = x * 10
        return x * scale

    assert grad(function)(2.0) == 20.0


def test_functions_without_a_trace_of_their_argument_have_gradient_zero() -> None:
    captured = Value(4.0)
    assert value_and_grad(lambda x: captured)(1.0) == (4.0, 0.0)
    assert value_and_grad(lambda x: 7)(1.0) == (7, 0.0)
    assert value_and_grad(lambda x: x)(1.0) == (1.0, 1.0)
    assert jvp(lambda x: [captured, 3.0, x], (1.0,), (5.0,)) == ([4.0, 3.0, 1.0], [0.0, 0.0, 5.0])
    assert jacobian(lambda x: [captured, 3.0, x, x])(1.0) == [0.0, 0.0, 1.0, 1.0]
    assert vjp(lambda x: [x, x, 2.0], 1.0)[1]([1.0, 10.0, 100.0]) == (11.0,)


def test_jvp_follows_only_the_direction_it_is_given() -> None:
    def function(x: Any, y: Any) -> Any:
        return x.sqrt() * y

    assert jvp(function, (0.0, 2.0), (0.0, 1.0)) == (0.0, 0.0)
    with pytest.raises(autograd.DomainError, match="derivative of sqrt does not exist"):
        jvp(function, (0.0, 2.0), (1.0, 0.0))
    assert vjp(function, 0.0, 0.0)[1](1.0) == (0.0, 0.0)


def test_derivatives_are_named_after_their_function() -> None:
    def cost(x: Any) -> Any:
        return x * x

    for derivative, kind in ((grad, "grad"), (value_and_grad, "value_and_grad"), (jacobian, "jacobian"), (hessian, "hessian")):
        made = derivative(cost)
        assert (made.__name__, made.__qualname__) == (f"{kind}(cost)", f"{kind}(cost)")
        assert inspect.getdoc(made) == f"{kind} of cost"
        assert derivative(functools.partial(cost)).__name__ == f"{kind}(partial)"
    assert grad(grad(cost)).__name__ == "grad(grad(cost))"


def test_nothing_flows_through_a_derivative_that_has_overflowed_if_nothing_arrives() -> None:
    tiny = 1e-310  # the slope of log there is inf
    assert grad(lambda x: x.log() * 0 + x)(tiny) == 1.0
    assert vjp(lambda x: [x.log(), x], tiny)[1]([0.0, 1.0]) == (1.0,)
    assert jvp(lambda x, y: x.log() + y, (tiny, 1.0), (0.0, 1.0))[1] == 1.0


def test_a_derivative_along_a_value_is_differentiable_by_it() -> None:
    tangent, weight = Value(2.0), Value(3.0)
    value, along = jvp(lambda x: x * x, (5.0,), (tangent,))
    assert (value, along.data) == (25.0, 20.0)
    along.backward()
    assert tangent.grad == 10.0
    [gradient] = vjp(lambda x: x * x, 5.0)[1](weight)
    gradient.backward()
    assert (gradient.data, weight.grad) == (30.0, 10.0)


def test_what_does_not_lead_to_a_variable_needs_no_derivative() -> None:
    zero = Value(0.0)
    assert grad(lambda a: a * 2 + (zero * 3).sqrt())(1.0) == 2.0
    assert jvp(lambda a: a * 2 + (zero * 3).sqrt(), (1.0,), (1.0,)) == (2.0, 2.0)
    assert hessian(lambda a: a * a + (zero * 3).sqrt())(1.0) == 2.0



def test_only_what_is_asked_for_has_to_exist() -> None:
    a, b = Value(-2.0), Value(2.0)  # a ** b has no derivative by b there
    assert grad(lambda x: x**b)(-2.0) == -4.0
    with pytest.raises(autograd.DomainError, match="the derivative of pow does not exist"):
        grad(lambda x: a**x)(2.0)
    assert vjp(lambda x: x.sqrt(), 0.0)[1](0.0) == (0.0,)
    for weight in (1.0, Value(1.0), Value(0.0)):  # (a Value may be differentiated, and is 0 only now)
        with pytest.raises(autograd.DomainError, match="the derivative of sqrt does not exist"):
            vjp(lambda x: x.sqrt(), 0.0)[1](weight)


def test_a_derivative_at_a_value_is_a_value_even_where_it_is_constant() -> None:
    slope = grad(lambda v: v + 1)(Value(3.0))
    assert (type(slope), slope.data) == (Value, 1.0)


def test_factors_of_one_and_zero_make_no_nodes() -> None:
    x = Value(3.0)
    slope = grad(lambda v: v * v)(x)
    assert [node.op for node in autograd.topological_order(slope)] == ["", "identity", "add"]  # (identity: the argument)
    for other in (x, 5.0):
        assert _product(1.0, other) is other
        assert _product(other, 1.0) is other
    for nothing in (_product(0.0, x), _product(x, 0.0)):
        assert (type(nothing), nothing) == (float, 0.0)
    assert _product(x, x).op == "mul"
    assert (_product(x, 2.0).data, _product(2.0, 4.0)) == (6.0, 8.0)
    with pytest.raises(autograd.DomainError, match=r"0\.0 \* inf is not"):
        _product(0.0, Value(math.inf))


def test_a_jacobian_computes_each_local_derivative_once(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[Value] = []

    def counted(node: Value, *more: Any) -> Any:
        asked.append(node)
        return autograd.functional.local_partials.original(node, *more)  # type: ignore[attr-defined]

    counted.original = autograd.functional.local_partials  # type: ignore[attr-defined]
    monkeypatch.setattr(autograd.functional, "local_partials", counted)

    def powers(x: Any) -> Any:
        shared = (x * x).exp().sin()
        return [shared * k for k in range(2, 7)]

    assert len(jacobian(powers)(0.5)) == 5
    assert len(asked) == len(set(asked)) == 3 + 5
