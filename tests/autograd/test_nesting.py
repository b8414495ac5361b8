"""Derivatives of derivatives: any order, in any mix of modes, and no perturbation confused with another."""

from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import autograd
from autograd import Value, grad, hessian, jacobian, jvp, no_grad, vjp
from tests.autograd.points import digits, mp

X, Y = sympy.symbols("x y", positive=True)
CURVE = sympy.exp(X * X / 4) * sympy.sin(X) / (1 + X ** sympy.Rational(3, 2))
FOUR = [sympy.lambdify(X, CURVE.diff(X, order), "mpmath") for order in range(1, 5)]
MIXED = sympy.lambdify(X, (X * (sympy.sin(X * Y) * Y).diff(Y).subs(Y, X * X)).diff(X), "mpmath")


def forward(function: Any) -> Any:
    """The derivative by forward mode."""
    return lambda x: jvp(function, (x,), (1.0,))[1]


def reverse(function: Any) -> Any:
    return lambda x: vjp(function, x)[1](1.0)[0]


@pytest.mark.parametrize("d", [grad, forward, reverse, jacobian])
def test_an_inner_derivative_does_not_pick_up_the_outer_variable(d: Any) -> None:
    # Siskind and Pearlmutter 2005: d/dx (x · d/dy (x + y)) = 1, not 2.
    assert d(lambda x: x * d(lambda y: x + y)(1.0))(1.0) == 1.0
    assert d(lambda x: x * d(lambda y: x * y)(2.0))(3.0) == 6.0
    assert d(lambda x: d(lambda y: x * x * y)(x))(3.0) == 6.0
    assert d(lambda x: d(lambda y: x * y * y)(x))(3.0) == 12.0
    assert d(lambda x: x * d(lambda y: x)(7.0))(3.0) == 0.0
    assert d(lambda x: d(lambda y: d(lambda z: x * y * z)(y) * y)(x))(2.0) == 8.0


@pytest.mark.parametrize("outer", [grad, forward, reverse])
@pytest.mark.parametrize("inner", [grad, forward, reverse])
@given(point=st.floats(-2, 2))
def test_modes_mix(outer: Any, inner: Any, point: float) -> None:
    def function(x: Any) -> Any:
        return x * inner(lambda y: autograd.sin(x * y) * y)(x * x)

    with digits(40):
        assert outer(function)(point) == pytest.approx(float(MIXED(mp.mpf(point))), rel=1e-10, abs=1e-11)


@given(point=st.floats(0.25, 2.0))
@settings(max_examples=30)
def test_the_fourth_derivative_is_that_of_sympy(point: float) -> None:
    def function(x: Any) -> Any:
        return autograd.exp(x * x / 4) * x.sin() / (1 + x**1.5)

    derivative: Any = function
    for formula in FOUR:
        derivative = grad(derivative)
        with digits(40):
            assert derivative(point) == pytest.approx(float(formula(mp.mpf(point))), rel=1e-9, abs=1e-9)


def test_tower_of_jvps_reaches_the_fourth_derivative() -> None:
    derivative: Any = lambda x: x**5  # noqa: E731
    for wanted in (80.0, 160.0, 240.0, 240.0, 120.0, 0.0):
        derivative = forward(derivative)
        assert derivative(2.0) == wanted


def test_mixed_partials_are_symmetric() -> None:
    def function(v: Any) -> Any:
        return autograd.exp(v[0] * v[1]) / v[2] + autograd.norm(v) ** 3

    point = [0.5, -0.75, 2.0]
    third = jacobian(hessian(function))(point)
    for i in range(3):
        for j in range(3):
            for k in range(3):
                assert third[i][j][k] == pytest.approx(third[k][i][j], rel=1e-12)


def test_hessian_times_vector_is_the_same_in_three_ways() -> None:
    def function(v: Any) -> Any:
        return autograd.softplus(v[0] * v[1]) + v[2] ** 4 * v[0]

    point, vector = [0.3, -1.2, 0.7], [1.0, -2.0, 0.5]
    direct = [autograd.dot(row, vector) for row in hessian(function)(point)]
    forward_over_reverse = jvp(grad(function), (point,), (vector,))[1]
    reverse_over_reverse = grad(lambda v: autograd.dot(grad(function)(v), vector))(point)
    assert forward_over_reverse == pytest.approx(direct, rel=1e-13)
    assert reverse_over_reverse == pytest.approx(direct, rel=1e-13)


def test_backward_through_a_derivative_of_captured_values() -> None:
    w = Value(3.0)
    slope = grad(lambda x: w * x * x)(2.0)
    assert slope == 12.0  # a number in, a number out
    x = Value(2.0)
    penalty = grad(lambda v: w * v * v)(x) ** 2
    penalty.backward()
    assert (penalty.data, w.grad, x.grad) == (144.0, 96.0, 144.0)


def test_an_outer_derivative_flows_through_captured_values() -> None:
    def outer(w: Any) -> Any:
        return grad(lambda x: w * w * x * x)(2.0)

    assert grad(outer)(3.0) == 24.0
    assert hessian(outer)(3.0) == 8.0


def test_an_argument_captured_by_the_function_too_counts_as_constant() -> None:
    x = Value(3.0)
    assert grad(lambda v: v * x)(x).data == 3.0


def test_no_grad_inside_an_outer_derivative_cuts_the_inner_one() -> None:
    def outer(x: Any) -> Any:
        with no_grad():
            slope = grad(lambda y: y**3)(x)
        return x * slope

    assert grad(outer)(2.0) == 12.0


def test_weights_and_tangents_may_be_values_to_differentiate() -> None:
    assert grad(lambda s: vjp(lambda x: x * x, 3.0)[1](s)[0])(2.0) == 6.0
    assert grad(lambda s: jvp(lambda x: x * x, (3.0,), (s,))[1])(2.0) == 6.0
    seed = Value(2.0)
    [gradient] = vjp(lambda x: x * x, 3.0)[1](seed)
    gradient.backward()
    assert seed.grad == 6.0


def test_a_root_found_inside_a_derivative() -> None:
    def root(a: Any) -> Any:
        x = a
        for _ in range(30):
            x = x - (x * x - a) / grad(lambda v: v * v - a)(x)
        return x

    assert root(2.0) == pytest.approx(2**0.5, rel=1e-15)
    assert grad(root)(2.0) == pytest.approx(0.5 / 2**0.5, rel=1e-13)
    assert grad(grad(root))(2.0) == pytest.approx(-0.25 * 2**-1.5, rel=1e-12)
