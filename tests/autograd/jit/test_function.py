"""`jit(f)` gives what f gives, for numbers and for rows, retraces where a comparison turns, and refuses what it cannot."""

import math
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from autograd import (
    DomainError,
    Value,
    atan2,
    chance,
    exp,
    grad,
    gradients,
    hessian,
    jvp,
    log,
    log_softmax,
    mean,
    no_grad,
    parameter,
    tanh,
)
from autograd.jit import jit, lookup
from autograd.testing import programs

numpy = pytest.importorskip("numpy")
BOTH = pytest.mark.parametrize("native", [False, True], ids=["numpy", "numba"])


@pytest.fixture(autouse=True)
def _numba_where_asked(request: pytest.FixtureRequest) -> None:
    if "native" in request.fixturenames and request.getfixturevalue("native"):
        pytest.importorskip("numba")


def cell(x: Any, w: Any) -> Any:
    return tanh(w[0] * x + w[1]) * exp(-x)


def by_hand(x: float, w: list[float]) -> float:
    return math.tanh(w[0] * x + w[1]) * math.exp(-x)


@BOTH
def test_one_trace_serves_all_numbers_of_one_structure(native: bool) -> None:
    f = jit(cell, native=native)
    for x in (0.5, -1.25, 2.0):
        assert f(x, [2.0, x]) == pytest.approx(by_hand(x, [2.0, x]), rel=1e-14)
    assert f.statistics == (1, 2, 0)
    jit_of_list = jit(lambda v: sum(a * a for a in v), native=native)
    assert jit_of_list([1.0, 2.0]) == 5.0
    assert jit_of_list([1.0, 2.0, 3.0]) == 14.0
    assert jit_of_list.statistics.traces == 2


def test_minus_zero_is_a_number_of_its_own() -> None:
    f = jit(lambda y: atan2(y, -1.0), native=False)
    assert [f(y) for y in (0.0, -0.0, -0.0, 0.0)] == [math.pi, -math.pi, -math.pi, math.pi]


@BOTH
def test_an_array_is_a_row_a_lane(native: bool) -> None:
    f = jit(cell, native=native)
    xs = numpy.linspace(-1, 1, 11)
    found = f(xs, [0.5, 0.25])
    assert found == pytest.approx([by_hand(x, [0.5, 0.25]) for x in xs.tolist()], rel=1e-14)
    assert f(2 * xs, [0.5, 0.25]) == pytest.approx([by_hand(2 * x, [0.5, 0.25]) for x in xs.tolist()], rel=1e-14)
    assert f.statistics == (1, 1, 0)
    with pytest.raises(ValueError, match="3 and 4 rows"):
        jit(lambda a, b: a * b)(numpy.ones(3), numpy.ones(4))
    with pytest.raises(ValueError, match="without rows"):
        f(numpy.ones(0), [1.0, 2.0])


@BOTH
def test_gradients_with_respect_to_the_arguments_have_their_shapes(native: bool) -> None:
    f = jit(cell, native=native)
    x, w = Value(0.5), [Value(2.0), Value(-0.75)]
    expected = cell(x, w)
    expected.backward()
    value, (dx, dw) = f.value_and_grad(0.5, [2.0, -0.75])
    assert value == pytest.approx(expected.data, rel=1e-14)
    assert [dx, *dw] == pytest.approx([x.grad, w[0].grad, w[1].grad], rel=1e-13)
    xs = numpy.array([0.5, 1.0, 1.5])
    values, (dxs, dws) = f.value_and_grad(xs, [2.0, -0.75])
    single = [f.value_and_grad(each, [2.0, -0.75]) for each in xs.tolist()]
    assert values == pytest.approx([v for v, _ in single], rel=1e-13)
    assert dxs == pytest.approx([d for _, (d, _) in single], rel=1e-13)
    assert dws[0] == pytest.approx(sum(d[0] for _, (_, d) in single), rel=1e-13)


@BOTH
def test_captured_leaves_are_read_anew_and_get_the_gradient_of_the_mean(native: bool) -> None:
    w = parameter(2.0)
    f = jit(lambda x: (w * x) ** 2, native=native)
    assert f(3.0) == 36.0
    w.data = 0.5
    assert f(3.0) == 2.25
    assert f.backward(numpy.array([1.0, 3.0])) == pytest.approx(1.25)
    assert w.grad == pytest.approx((2 * 0.5 * 1 + 2 * 0.5 * 9) / 2)
    assert f.backward(numpy.array([1.0, 3.0]), reduce="sum") == pytest.approx(2.5)
    assert w.grad == pytest.approx(15.0)


@BOTH
def test_a_comparison_that_turns_retraces_and_both_branches_are_kept(native: bool) -> None:
    f = jit(lambda x: log(x) if x > 0 else x * x, native=native)
    assert [f(x) for x in (2.0, -3.0, 4.0, -5.0)] == pytest.approx([math.log(2), 9.0, math.log(4), 25.0])
    assert f.statistics == (2, 2, 1)
    rows = numpy.array([2.0, -3.0])
    assert f(rows) == pytest.approx([math.log(2), 9.0])
    assert f(-rows) == pytest.approx([4.0, math.log(3)])
    with pytest.raises(DomainError, match="log"):
        jit(lambda x: log(x), native=native)(-1.0)


def test_the_cache_is_bounded() -> None:
    f = jit(lambda v: sum(a * a for a in v), native=False, cache=2)
    for length in (1, 2, 3, 3, 1):
        f([1.0] * length)
    assert f.statistics == (4, 1, 0)


def test_what_a_replay_cannot_repeat_is_refused_with_its_place() -> None:
    def detached(x: Value) -> Value:
        return x * x.detach()

    def unrecorded(x: Value) -> Value:
        with no_grad():
            y = x * 2
        return x * y

    @no_grad
    def constant(x: Value) -> Value:
        return x * 2

    def differentiated(x: Value) -> Value:
        y = x * x
        return y * gradients(y)[x]

    def passed(x: Value) -> Value:
        y = x * x
        y.backward()
        return y

    looking = [differentiated, passed, lambda x: x * x.grad, lambda x: x if x.has_grad else x * 2, lambda x: x * x.data, lambda x: x if x else x * 2, detached, unrecorded, lambda x: x * constant(x)]
    for function in looking:
        with pytest.raises(TypeError, match=r"test_function\.py:\d+"):
            jit(function, native=False)(3.0)
    with pytest.raises(TypeError, match="must return values"):
        jit(lambda x: 3.0, native=False)(1.0)
    with pytest.raises(TypeError, match="single value"):
        jit(lambda x: [x, x * 2], native=False).value_and_grad(1.0)


@BOTH
def test_lookup_makes_tokens_and_labels_arguments(native: bool) -> None:
    table = [[parameter(0.1 * n + j) for j in range(3)] for n in range(5)]

    def loss(token: Any, label: Any) -> Any:
        logits = [a * a + 1 for a in lookup(table, token)]
        return -lookup(log_softmax(logits), label)

    f = jit(loss, native=native)
    for token, label in ((0, 1), (4, 2), (3, 0)):
        assert f(token, label) == pytest.approx(loss(token, label).data, rel=1e-13)
    assert f.statistics == (1, 2, 0)
    tokens, labels = numpy.array([0, 4, 2, 2]), numpy.array([1, 1, 0, 2])
    f.backward(tokens, labels)
    found = [a.grad for row in table for a in row]
    for row in table:
        for a in row:
            a.zero_grad()
    mean([loss(t, k) for t, k in zip(tokens.tolist(), labels.tolist(), strict=True)]).backward()
    assert found == pytest.approx([a.grad for row in table for a in row], rel=1e-12)
    with pytest.raises(IndexError, match="outside a table of 5 rows"):
        f(5, 0)
    for no_index in (0.5, math.inf):
        with pytest.raises(TypeError, match="whole number"):
            f(no_index, 0)
    with pytest.raises(IndexError, match="outside"):
        lookup(table, -1)
    with pytest.raises(TypeError, match="not computed"):
        jit(lambda x: lookup(table, x * 1.0)[0], native=native)(1)


@BOTH
def test_random_numbers_are_drawn_anew_in_every_replay_as_an_eager_run_draws_them(native: bool) -> None:
    def noisy(rng: random.Random) -> Any:
        return lambda x, y: x * chance(rng.random, rng) + y * chance(lambda: rng.gauss(0, 1), rng)

    eager, compiled = noisy(random.Random(3)), jit(noisy(random.Random(3)), native=native)
    for x in (1.0, 2.0, 2.0, -1.0):
        assert compiled(x, 0.5) == pytest.approx(eager(x, 0.5), rel=1e-14)
    xs = numpy.array([1.0, 2.0, 3.0])
    for _ in range(3):
        assert compiled(xs, 0.5) == pytest.approx([eager(x, 0.5) for x in xs.tolist()], rel=1e-14)
    assert compiled.statistics == (2, 5, 0)


def test_a_call_without_recording_traces_all_the_same() -> None:
    f = jit(lambda x: x * x, native=False)
    with no_grad():
        assert f(3.0) == 9.0
    assert f(4.0) == 16.0


def test_derivatives_of_a_compiled_function_and_compiled_derivatives() -> None:
    def f(x: Any) -> Any:
        return tanh(x) * x

    g = jit(f, native=False)
    assert grad(g)(0.7) == grad(f)(0.7)
    assert hessian(lambda v: g(v[0]) * v[1])([0.7, 2.0]) == hessian(lambda v: f(v[0]) * v[1])([0.7, 2.0])
    assert jvp(g, [0.7], [1.0]) == jvp(f, [0.7], [1.0])
    slope = jit(grad(f), native=False)
    assert slope(0.7) == pytest.approx(grad(f)(0.7), rel=1e-13)
    assert slope(-0.2) == pytest.approx(grad(f)(-0.2), rel=1e-13)
    assert slope.statistics == (1, 1, 0)


@given(programs(max_ops=8))
@settings(max_examples=100, suppress_health_check=[HealthCheck.too_slow])
def test_random_programs_agree_for_rows(program: Any) -> None:
    f = jit(lambda *x: program(*x), native=False)
    arguments = [numpy.array([x] * 3) for x in program.inputs]
    expected = program(*map(Value, program.inputs)).data
    assert f(*arguments) == pytest.approx([expected] * 3, rel=1e-12, abs=1e-300)


def test_the_package_is_the_function_too() -> None:
    import autograd
    import autograd.jit

    package: Any = autograd.jit
    assert package(lambda x: x * x, native=False)(3.0) == 9.0
