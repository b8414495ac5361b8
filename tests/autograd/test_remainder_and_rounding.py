"""`%`, floor and round: Python's own numbers, exact whole slopes, and jumps that steps and pictures name."""

import math
from fractions import Fraction

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, DivisionByZeroError, Value, edge_partials, grad, hessian, trace
from autograd.stepping.kinks import kink_notes
from viz.kinks import kink_notes as notes_of_a_picture

NUMBERS = st.one_of(st.floats(-1e6, 1e6), st.integers(-50, 50).map(lambda n: n / 10))
DIVISORS = NUMBERS.filter(lambda number: number != 0)


@given(NUMBERS, DIVISORS)
def test_the_sign_is_pythons_remainder_on_either_side(a: float, b: float) -> None:
    x, y = Value(a), Value(b)
    for node in (x % y, x % b, a % y, x.mod(b), autograd.mod(x, y)):
        assert (node.data, node.op) == (a % b, "mod")
    assert autograd.mod(a, b) == a % b


@given(NUMBERS, DIVISORS)
def test_the_slope_by_the_divisor_is_the_whole_quotient_of_the_exact_numbers(a: float, b: float) -> None:
    whole = math.floor(Fraction(a) / Fraction(b))
    assume(abs(whole) < 2**50)
    assert edge_partials(Value(a) % Value(b)) == (1.0, -whole)


def test_the_quotient_is_not_rounded_up_to_the_next_whole_number() -> None:
    assert math.floor(1.0 / 0.1) == 10  # what the textbook's floor(a / b) gives in floats
    assert edge_partials(Value(1.0) % Value(0.1)) == (1.0, -9.0)


def test_a_remainder_by_zero_is_pythons_error() -> None:
    with pytest.raises(DivisionByZeroError, match=r"^'v' % 0\.0: division by zero"):
        Value(5.0, "v") % 0


@given(st.one_of(st.floats(-1e18, 1e18), st.integers(-9, 9).map(lambda n: n / 2)))
def test_round_and_floor_are_pythons(number: float) -> None:
    assert round(Value(number)).data == autograd.round(number) == round(number)  # type: ignore[call-overload]
    assert math.floor(Value(number)).data == autograd.floor(number) == math.floor(number)  # type: ignore[arg-type, attr-defined]


@pytest.mark.parametrize("number", [0.0, -0.0, math.inf, -math.inf, -0.3, 2.0**52 + 1, -(2.0**60)])
def test_rounding_keeps_infinities_and_the_sign_of_zero(number: float) -> None:
    rounded = autograd.round(number)
    assert rounded == (0.0 if number == -0.3 else number)
    assert math.copysign(1.0, rounded) == math.copysign(1.0, number)
    assert autograd.floor(number) == (-1.0 if number == -0.3 else number)


def test_a_rounded_value_is_no_index_and_has_no_digits() -> None:
    with pytest.raises(TypeError, match="not Value"):
        [1, 2, 3][math.floor(Value(1.5))]  # type: ignore[call-overload, arg-type]
    with pytest.raises(TypeError):
        round(Value(1.5), 2)  # type: ignore[call-overload]


def test_rounding_passes_a_gradient_of_zero_at_any_order() -> None:
    x = Value(2.5)
    (x.round() + x.floor() * 7.0 + 3.0 * x).backward()
    assert x.grad == 3.0
    assert grad(grad(lambda v: v.floor() * v))(2.5) == 0.0
    assert grad(lambda v: v.floor() * v)(2.5) == 2.0
    assert hessian(lambda v: (v[0] % v[1]) ** 2)([7.5, 2.0]) == [[2.0, -6.0], [-6.0, 18.0]]


@pytest.mark.parametrize(
    ("name", "numbers", "note"),
    [
        ("floor", (2.0,), "jump: value 1 to 2"),
        ("floor", (2.25,), ""),
        ("round", (2.5,), "jump: value 2 to 3"),
        ("round", (2.0,), ""),
        ("mod", (6.0, 3.0), "jump: value 0 to 3"),
        ("mod", (7.0, 3.0), ""),
        ("atan2", (0.0, -2.0), "jump: value -3.14159 to 3.14159"),
        ("atan2", (0.0, 2.0), ""),
    ],
)
def test_steps_and_pictures_name_a_jump(name: str, numbers: tuple[float, ...], note: str) -> None:
    node = OPERATIONS[name].function(*(Value(number) for number in numbers))
    found = kink_notes(OPERATIONS[name], numbers, node.data, edge_partials(node))
    assert found[0] == note
    assert notes_of_a_picture(node)[:1] == ([note] if note else [])
    if note:
        assert note in str(trace(node))


def test_a_star_import_leaves_pythons_round_alone() -> None:
    assert "round" not in autograd.__all__
    assert {"floor", "mod", "log2", "selu"} <= set(autograd.__all__)
