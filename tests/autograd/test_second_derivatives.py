"""Every operation differentiated twice, by nesting, against mpmath's second differences of the independent references."""

import math
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from autograd import OPERATIONS, Operation, grad, hessian, jvp
from tests.autograd.points import apply, digits, mp, slope, smooth_points

LENGTH = 3
"""How many entries an n-ary operand has here."""


def orders(count: int, *indices: int) -> list[int]:
    return [indices.count(index) for index in range(count)]


def between(operation: Operation, inputs: list[float], place: int, orders: list[int], got: float) -> bool:
    """Whether the second derivative itself jumps here (celu's at 0), and ours lies between its two sides."""
    sides = []
    for step in (-1, 1):
        moved = [mp.mpf(number) for number in inputs]
        moved[place] += step * mp.mpf(10) ** -30
        sides.append(float(slope(operation, moved, orders)))
    low, high = sorted(sides)
    return high - low > 1e-9 and low <= got <= high


def close(got: float, wanted: float, inputs: list[float]) -> bool:
    scale = max(1.0, *(number * number for number in inputs))
    return abs(got - wanted) <= 1e-12 * abs(wanted) + 1e-14 * scale


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
@given(data=st.data())
@settings(max_examples=12, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_the_second_derivatives_are_those_of_mpmath(operation: Operation, data: Any) -> None:
    inputs = data.draw(smooth_points(operation, LENGTH))
    assume(operation.name != "pow" or inputs[0] > 0)
    found = hessian(lambda v: apply(operation, v))(inputs)
    for row in range(len(inputs)):
        for column in range(row + 1):
            twice = orders(len(inputs), row, column)
            with digits():
                wanted = float(slope(operation, inputs, twice))
            for got in (found[row][column], found[column][row]):
                with digits():
                    right = close(got, wanted, inputs) or between(operation, inputs, row, twice, got)
                assert right, (row, column, got, wanted)


SMOOTH = ["exp", "log", "sqrt", "sin", "tan", "atan", "asin", "cosh", "tanh", "asinh", "erf", "sigmoid", "softplus", "gelu",
          "gelu_tanh", "silu", "log1p", "expm1", "acosh", "atanh", "exp2", "log2", "log10", "logit", "mish", "tanhshrink"]  # fmt: skip


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
@settings(max_examples=5, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_orders_three_and_four_are_those_of_mpmath(name: str, data: Any) -> None:
    operation = OPERATIONS[name]
    [number] = data.draw(smooth_points(operation).filter(lambda drawn: abs(drawn[0]) < 4))
    derivative = operation.function
    for order in range(1, 5):
        derivative = grad(derivative)
        with digits(150):
            wanted = float(slope(operation, [number], [order]))
        assert derivative(number) == pytest.approx(wanted, rel=1e-8, abs=1e-9 * max(1.0, abs(wanted)))


@pytest.mark.parametrize("name", SMOOTH)
@given(data=st.data())
@settings(max_examples=5, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])
def test_forward_over_reverse_and_reverse_over_forward_agree(name: str, data: Any) -> None:
    function = OPERATIONS[name].function
    [number] = data.draw(smooth_points(OPERATIONS[name]))
    reverse = grad(grad(function))(number)
    forward_over_reverse = jvp(grad(function), (number,), (1.0,))[1]
    reverse_over_forward = grad(lambda x: jvp(function, (x,), (1.0,))[1])(number)
    forward = jvp(lambda x: jvp(function, (x,), (1.0,))[1], (number,), (1.0,))[1]
    for other in (forward_over_reverse, reverse_over_forward, forward):
        assert other == pytest.approx(reverse, rel=1e-11, abs=1e-13)


@given(
    base=st.floats(-4, 4).filter(lambda base: base == 0 or abs(base) > 1e-50),
    exponent=st.integers(0, 6),
    order=st.integers(1, 4),
)
def test_whole_powers_have_every_derivative_at_negative_bases_and_zero_too(
    base: float, exponent: int, order: int
) -> None:
    derivative: Any = lambda x: x**exponent  # noqa: E731
    for _ in range(order):
        derivative = grad(derivative)
    wanted = math.perm(exponent, order) * base ** (exponent - order) if order <= exponent else 0.0
    assert derivative(base) == pytest.approx(wanted, rel=1e-14, abs=1e-300)


@pytest.mark.parametrize("at", [[2.0, 0.0], [2.0, 1.0], [0.5, -1.0], [1.0, 0.0]])
def test_the_hessian_of_a_power_is_right_where_the_exponent_is_whole(at: list[float]) -> None:
    a, b = at
    mixed = a ** (b - 1) * (1 + b * math.log(a))
    wanted = [b * (b - 1) * a ** (b - 2), mixed, mixed, a**b * math.log(a) ** 2]
    found = hessian(lambda v: v[0] ** v[1])(at)
    assert [*found[0], *found[1]] == pytest.approx(wanted, rel=1e-14)
