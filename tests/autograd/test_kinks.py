"""At a kink the stated convention holds, lies between the one-sided slopes, and those are the ones the row names."""

import math
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, Kink, Operation, Value
from autograd.rows.evaluate import careful_floats
from autograd.testing.points import on_kink
from tests.autograd.points import apply, digits, mp, reference

POSITIONS: dict[str, list[tuple[float, ...]]] = {
    "abs": [(0.0,)],
    "relu": [(0.0,)],
    "leaky_relu": [(0.0, 0.01), (0.0, 0.5)],
    "elu": [(0.0, 1.0), (0.0, 2.5)],
    "minimum": [(2.0, 2.0), (-1.0, -1.0)],
    "maximum": [(2.0, 2.0), (0.0, -0.0)],
    "clamp": [(-1.0, -1.0, 2.0), (2.0, -1.0, 2.0)],
    "max": [(3.0, 3.0), (1.0, 3.0, 3.0), (2.0, 2.0, 2.0)],
    "min": [(3.0, 3.0), (7.0, 3.0, 3.0), (2.0, 2.0, 2.0)],
    "norm": [(0.0,), (0.0, 0.0), (0.0, 0.0, 0.0)],
    "selu": [(0.0,)],
    "relu6": [(0.0,), (6.0,)],
    "hardtanh": [(-1.0, -1.0, 1.0), (1.0, -1.0, 1.0), (2.0, 0.5, 2.0)],
    "hardsigmoid": [(-3.0,), (3.0,)],
    "hardswish": [(-3.0,), (3.0,)],
}
"""Points on kinks, chosen by hand; of other rows, points that the row itself gives."""


def holds(operation: Operation, kink: Kink, position: tuple[float, ...]) -> bool:
    """Whether a point lies on the kink; among n-ary operands, whether two or more do."""
    y = apply(operation, list(position))
    hits = careful_floats().formula(operation, operation.sides(kink)[0], list(position), y)
    return sum(hits) >= 2 if isinstance(hits, list) else bool(hits)


TABLE = list(OPERATIONS.values())
KINKS = [
    (row, kink, position)
    for row in TABLE
    for kink in row.kinks
    for position in POSITIONS.get(row.name, on_kink(row, kink))
    if row.name == "norm" or holds(row, kink, position)
]


def test_every_kink_of_the_table_is_tested_here() -> None:
    assert {(row, kink) for row, kink, _ in KINKS} == {(row, kink) for row in TABLE for kink in row.kinks}


def one_sided(operation: Operation, position: tuple[float, ...], index: int, direction: int) -> float:
    """The slope on one side, from the independent reference at 100 digits."""
    with digits():
        step = mp.mpf(10) ** -40 * direction
        moved = [mp.mpf(number) + (step if at == index else 0) for at, number in enumerate(position)]
        function = reference(operation)
        return float((function(*moved) - function(*map(mp.mpf, position))) / step)


@pytest.mark.parametrize(("operation", "kink", "position"), KINKS, ids=lambda case: getattr(case, "name", str(case)))
def test_the_convention_lies_between_the_one_sided_slopes(
    operation: Operation, kink: Kink, position: tuple[float, ...]
) -> None:
    leaves = [Value(number) for number in position]
    node = apply(operation, leaves)
    node.backward()
    _, *sides_of = operation.sides(kink)
    low, high = (careful_floats().formula(operation, side, list(position), node.data) for side in sides_of)
    wanted = sorted([low, high])
    sides = [
        sorted(one_sided(operation, position, index, direction) for direction in (-1, 1))
        for index in range(len(leaves))
    ]
    # A row's decimals are multiplied once in floats and once at 100 digits.
    assert any(measured == pytest.approx(wanted, rel=1e-15, abs=0) for measured in sides)
    for leaf, (below, above) in zip(leaves, sides, strict=True):
        assert below <= leaf.grad <= above or leaf.grad == pytest.approx(above, rel=1e-15, abs=0)


@pytest.mark.parametrize(("name", "wanted"), [("relu", 0.0), ("abs", 0.0), ("norm", 0.0)])
def test_the_slope_at_zero_is_zero(name: str, wanted: float) -> None:
    x = Value(0.0)
    node = OPERATIONS[name].function([x] if name == "norm" else x)
    node.backward()
    assert (x.grad, x.has_grad) == (wanted, True)


@pytest.mark.parametrize(
    ("name", "at", "wanted"),
    [
        ("selu", 0.0, 1.0507009873554805 * 1.6732632423543772), ("celu", 0.0, 1.0), ("softsign", 0.0, 1.0),
        ("relu6", 0.0, 0.0), ("relu6", 6.0, 0.0), ("hardtanh", -1.0, 0.0), ("hardtanh", 1.0, 0.0),
        ("hardsigmoid", -3.0, 0.0), ("hardsigmoid", 3.0, 0.0), ("hardswish", -3.0, 0.0), ("hardswish", 3.0, 1.0),
    ],
)  # fmt: skip
def test_hard_activations_take_pytorchs_slope_at_their_kinks(name: str, at: float, wanted: float) -> None:
    x = Value(at)
    OPERATIONS[name].function(x).backward()
    assert x.grad == wanted


def test_leaky_relu_and_elu_take_the_left_slope_at_zero() -> None:
    leaky, bent = Value(0.0), Value(0.0)
    leaky.leaky_relu(0.25).backward()
    bent.elu(3.0).backward()
    assert (leaky.grad, bent.grad) == (0.25, 3.0)


@pytest.mark.parametrize("function", [autograd.minimum, autograd.maximum])
@given(number=st.floats(-1e6, 1e6))
def test_a_tie_of_two_splits_the_gradient_in_half(function: Any, number: float) -> None:
    a, b = Value(number), Value(number)
    function(a, b).backward(3.0)
    assert (a.grad, b.grad) == (1.5, 1.5)


@pytest.mark.parametrize("function", [autograd.min, autograd.max])
@given(tied=st.integers(1, 6), rest=st.integers(0, 4), seed=st.integers(-3, 3))
def test_ties_of_many_split_the_gradient_equally(function: Any, tied: int, rest: int, seed: int) -> None:
    sign = 1.0 if function is autograd.max else -1.0
    winners, losers = [Value(sign * 5.0) for _ in range(tied)], [Value(sign * number) for number in range(rest)]
    function([*losers, *winners]).backward(seed)
    assert [value.grad for value in winners] == [seed * (1 / tied)] * tied
    assert [value.grad for value in losers] == [0.0] * rest


def test_the_same_value_twice_in_a_maximum_gets_the_whole_gradient() -> None:
    x = Value(2.0)
    (autograd.maximum(x, x) + autograd.max([x, x, x, x])).backward()
    assert x.grad == 2.0


def test_a_clamped_value_at_a_bound_keeps_its_gradient_and_the_bound_gets_none() -> None:
    at, low, high = Value(1.0), Value(1.0), Value(2.0)
    at.clamp(low, high).backward()
    assert (at.grad, low.grad, high.grad) == (1.0, 0.0, 0.0)


def test_minus_zero_is_zero_at_a_kink() -> None:
    for name in ("relu", "abs"):
        x = Value(-0.0)
        OPERATIONS[name].function(x).backward()
        assert x.grad == 0.0


@given(st.lists(st.floats(-100, 100), min_size=1, max_size=5))
def test_the_gradients_of_a_maximum_sum_to_the_seed(numbers: list[float]) -> None:
    values = [Value(number) for number in numbers]
    autograd.max(values).backward(8.0)
    assert math.isclose(math.fsum(value.grad for value in values), 8.0, rel_tol=1e-15)
    assert all(one.grad <= two.grad for one, two in pairwise(sorted(values, key=lambda value: value.data)))
