"""Right numbers at any size: of softmax and its kin at any common offset, of powers, means and lengths at the ends of floats.

References are mpmath at 60 digits, written from the definitions.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any

import mpmath
import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import (
    DomainError,
    Value,
    clamp,
    cross_entropy,
    dot,
    grad,
    gradients,
    hessian,
    jacobian,
    jvp,
    log_softmax,
    logsumexp,
    mean,
    norm,
    parameter,
    softmax,
    trace,
    vjp,
)  # fmt: skip
from autograd.jit import compile, jit
from autograd.rows.interpreters import numpy_arrays
from autograd.table import OPERATIONS
from nn import softmax_cross_entropy
from tests.autograd.processes import NATIVE_TOO

OFFSETS = [0.0, 1e8, -1e8, 1e15, 1e16, -1e16, 1e100, 1e300]
LOGITS = st.lists(st.floats(-40, 40), min_size=2, max_size=4)


def shares(logits: Sequence[float]) -> list[Any]:
    with mpmath.workdps(60):
        terms = [mpmath.exp(mpmath.mpf(logit)) for logit in logits]
        return [term / mpmath.fsum(terms) for term in terms]


def near(got: float, wanted: Any, tolerance: float = 1e-13) -> bool:
    with mpmath.workdps(60):
        return bool(abs(got - wanted) <= tolerance * abs(wanted) + 1e-300)


def share_slope(p: Sequence[Any], i: int, j: int) -> Any:
    with mpmath.workdps(60):
        return p[i] * (sum(p[k] for k in range(len(p)) if k != i) if i == j else -p[j])


def logits_at(offset: float, drawn: Sequence[float]) -> list[float]:
    return [offset + number for number in drawn]


@pytest.mark.parametrize("offset", OFFSETS)
@given(drawn=LOGITS)
def test_probabilities_and_their_logarithms_are_right_at_any_common_offset(offset: float, drawn: list[float]) -> None:
    z = logits_at(offset, drawn)
    p = shares(z)
    with mpmath.workdps(60):
        logs = [-mpmath.log1p(sum(mpmath.exp(mpmath.mpf(other) - one) for k, other in enumerate(z) if k != i))
                for i, one in enumerate(z)]  # fmt: skip
    assert all(map(near, softmax(z), p))
    assert all(map(near, log_softmax(z), logs))
    assert abs(sum(softmax(z)) - 1) < 1e-15
    for label, log in enumerate(logs):
        assert near(softmax_cross_entropy(z, label).data, -log)


@pytest.mark.parametrize("offset", OFFSETS)
@given(drawn=LOGITS)
def test_their_derivatives_are_right_at_any_common_offset(offset: float, drawn: list[float]) -> None:
    z = logits_at(offset, drawn)
    p = shares(z)
    places = range(len(z))
    assert all(map(near, grad(logsumexp)(z), p))
    # The loss's slope by the label's own logit is minus the sum of the others' shares, not p - 1, which cancels.
    loss = grad(lambda v: softmax_cross_entropy(v, 0))(z)
    assert near(loss[0], -sum(p[1:]))
    assert all(near(loss[j], p[j]) for j in places[1:])
    slopes, logs = jacobian(softmax)(z), jacobian(log_softmax)(z)
    for i in places:
        for j in places:
            # p(1 - p) is computed as p - p·p, 1 - p as it stands.
            assert abs(slopes[i][j] - share_slope(p, i, j)) <= 2e-14 * p[i]
            assert abs(logs[i][j] - ((i == j) - p[j])) <= 2e-14 * (1 if i == j else p[j])


@pytest.mark.parametrize("offset", OFFSETS)
@given(drawn=st.lists(st.floats(-8, 8), min_size=2, max_size=3))
def test_their_second_derivatives_by_nesting_are_right_at_any_common_offset(offset: float, drawn: list[float]) -> None:
    z = logits_at(offset, drawn)
    p = shares(z)
    for function in (logsumexp, lambda v: softmax_cross_entropy(v, 0)):
        found = hessian(function)(z)
        for i in range(len(z)):
            for j in range(len(z)):
                assert abs(found[i][j] - share_slope(p, i, j)) <= 4e-15 * p[i]


@pytest.mark.parametrize("native", NATIVE_TOO)
@pytest.mark.parametrize("offset", OFFSETS)
@pytest.mark.parametrize("drawn", [(0.0, 0.0), (1.0, 2.0, -3.0), (0.0, 40.0, -700.0)])
def test_compiled_they_are_right_at_any_common_offset(drawn: tuple[float, ...], offset: float, native: bool) -> None:
    z = logits_at(offset, drawn)
    p = shares(z)
    weights = [1.0, -2.0, 0.5][: len(z)]
    logits = list(map(parameter, z))
    with mpmath.workdps(60):
        mixed = mpmath.fsum(w * share for w, share in zip(weights, p, strict=True))
        slopes = [share * (w - mixed) for w, share in zip(weights, p, strict=True)]
    cases: list[tuple[Value, Any, list[Any]]] = [
        (softmax_cross_entropy(logits, 0), -mpmath.log(p[0]), [-sum(p[1:]), *p[1:]]),
        (dot(weights, softmax(logits)), mixed, slopes),
        (logsumexp(logits) * 1.0, None, p),
    ]
    for loss, value, wanted in cases:
        for logit in logits:
            logit.zero_grad()
        program = compile(loss, native=native)
        found = program.forward()
        program.backward()
        assert value is None or near(found, value, 1e-12)
        assert all(near(logit.grad, slope, 1e-12) for logit, slope in zip(logits, wanted, strict=True))


def test_two_equal_logits_of_any_size_are_two_halves() -> None:
    for size in (1e8, 1e15, 1e16, 1e300):
        assert softmax([size, size]) == [0.5, 0.5]
        assert log_softmax([size, size]) == [-math.log(2)] * 2
        assert softmax_cross_entropy([size, size], 0).data == math.log(2)
        assert cross_entropy([size], size) == math.log(2)


# --- powers, clamp, means, lengths ---


@pytest.mark.parametrize(("base", "exponent"), [(1e-310, 1e-300), (5e-324, 0.045), (1e-310, -1e-15), (1e300, 1e-300)])
def test_a_power_with_a_tiny_exponent_has_its_slope_where_a_to_the_b_minus_1_overflows(base: float, exponent: float) -> None:
    with mpmath.workdps(60):
        wanted = exponent * mpmath.mpf(base) ** (mpmath.mpf(exponent) - 1)
    assert near(grad(lambda x: x**exponent)(base), wanted, 1e-12)


@pytest.mark.parametrize("exponent", [2.0, 2.0**53, 2.0**53 + 2, 2.0**60, -(2.0**53) - 2])
def test_an_even_power_falls_left_of_zero_however_large_it_is(exponent: float) -> None:
    assert grad(lambda x: x**exponent)(-1.0) == -exponent
    assert grad(lambda x: x**exponent)(1.0) == exponent


def test_an_odd_power_rises_on_both_sides_as_long_as_floats_have_odd_numbers() -> None:
    for exponent in (3.0, 2.0**53 - 1, 1 - 2.0**53):
        assert grad(lambda x, b=exponent: x**b)(-1.0) == exponent


def test_clamp_between_equal_bounds_has_slope_1_by_their_common_value() -> None:
    for x in (0.0, 1.0, 2.0):
        bound = Value(1.0)
        clamp(Value(x), bound, bound).backward()
        assert bound.grad == 1.0
        assert grad(lambda b, x=x: clamp(x, b, b))(1.0) == 1.0
        assert grad(lambda x: clamp(x, 1.0, 1.0))(x) == 0.0


def test_a_mean_exists_where_the_sum_does_not() -> None:
    assert mean([1.7e308] * 2) == 1.7e308
    assert mean([-1.7e308, -1.7e308, -1.7e308]) == -1.7e308
    x = Value(1.7e308)
    y = mean([x, 1.7e308])
    y.backward()
    assert (y.data, x.grad) == (1.7e308, 0.5)
    assert mean([math.inf, 1.0]) == math.inf
    assert dot([1e200, 1e200], [1e200, -1e200]) == 0.0


def test_the_gradient_of_a_length_exists_where_the_length_does_not() -> None:
    x, y = Value(1.6e308), Value(1.2e308)
    length = norm([x, y])
    assert length.data == math.inf
    length.backward()
    assert (x.grad, y.grad) == (pytest.approx(0.8, rel=1e-15), pytest.approx(0.6, rel=1e-15))
    assert grad(norm)([1.6e308, 1.2e308]) == pytest.approx([0.8, 0.6], rel=1e-15)


@pytest.mark.parametrize("native", NATIVE_TOO)
def test_the_length_of_one_number_is_its_size_in_every_reading(native: bool) -> None:
    assert numpy_arrays().value(OPERATIONS["norm"], [numpy.array([-3.0, 2.0])]).tolist() == [3.0, 2.0]
    x = parameter(-3.0)
    program = compile(norm([x]) * 2.0, native=native)
    assert program.forward() == 6.0
    program.backward()
    assert x.grad == -2.0


def test_a_long_double_beyond_floats_is_refused_as_the_integer_is() -> None:
    huge = numpy.longdouble("1e4000")
    if numpy.isinf(huge):
        pytest.skip("long doubles are doubles on this machine")
    for number in (huge, -huge, 10**4000):
        with pytest.raises(ValueError, match="is too large for a float"):
            Value(number)
        with pytest.raises(ValueError, match="is too large for a float"):
            Value(1.0) + number
    assert Value(numpy.longdouble("inf")).data == Value(numpy.float32("inf")).data == math.inf


# --- a derivative that does not exist, times 0 ---


def product(w: Any, x: Any) -> Any:
    return w * x**0.5


def through_backward() -> Any:
    w, x = Value(0.0), Value(0.0)
    product(w, x).backward()
    return w.grad, x.grad


def through_gradients() -> Any:
    w, x = Value(0.0), Value(0.0)
    found = gradients(product(w, x))
    return found[w], found[x]


def through_a_trace() -> Any:
    w, x = Value(0.0), Value(0.0)
    w.label, x.label = "w", "x"
    found = trace(product(w, x)).grads
    return found["w"], found["x"]


def through_a_program() -> Any:
    w, x = parameter(0.0), parameter(0.0)
    program = compile(product(w, x), native=False)
    program.forward()
    program.backward()
    return w.grad, x.grad


@pytest.mark.parametrize(
    "route",
    [
        through_backward,
        through_gradients,
        through_a_trace,
        through_a_program,
        lambda: grad(product, (0, 1))(0.0, 0.0),
        lambda: jacobian(product, (0, 1))(0.0, 0.0),
        lambda: vjp(product, 0.0, 0.0)[1](1.0),
        lambda: tuple(jvp(product, (0.0, 0.0), tangent)[1] for tangent in ((1.0, 0.0), (0.0, 1.0))),
        lambda: jit(product, native=False).value_and_grad(0.0, 0.0)[1],
    ],
)
def test_zero_times_a_missing_derivative_is_zero_by_every_route(route: Callable[[], Any]) -> None:
    assert tuple(route()) == (0.0, 0.0)


@pytest.mark.parametrize(
    "route",
    [
        lambda: hessian(lambda v: product(*v))([0.0, 0.0]),
        lambda: grad(lambda w: grad(lambda x: product(w, x))(0.0))(0.0),
        lambda: grad(lambda x: grad(lambda w: product(w, x))(0.0))(0.0),
        lambda: jvp(lambda w: grad(lambda x: product(w, x))(0.0), (0.0,), (1.0,)),
        lambda: grad(lambda w: jvp(lambda x: product(w, x), (0.0,), (1.0,))[1])(0.0),
        lambda: jvp(lambda w: jvp(lambda x: product(w, x), (0.0,), (1.0,))[1], (0.0,), (1.0,)),
        lambda: jacobian(lambda w: grad(lambda x: product(w, x))(0.0))(0.0),
        lambda: vjp(lambda w: grad(lambda x: product(w, x))(0.0), 0.0)[1](1.0),
    ],
)
def test_where_the_zero_is_differentiated_itself_the_missing_derivative_is_refused_by_every_route(
    route: Callable[[], Any],
) -> None:
    with pytest.raises(DomainError, match=r"the derivative of pow does not exist at 0\.0, 0\.5"):
        route()


def test_forward_mode_refuses_a_missing_derivative_that_something_depends_on() -> None:
    with pytest.raises(DomainError, match="does not exist"):
        jvp(product, (1.0, 0.0), (0.0, 1.0))
    assert jvp(lambda x: (lambda root: root - root)(x.sqrt()), (0.0,), (1.0,))[1] == 0.0
