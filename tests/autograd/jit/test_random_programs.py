"""Compiled programs agree with the eager engine: random programs over all operations, one lane and many."""

import pytest
from hypothesis import HealthCheck, given, settings

from autograd import Value, mean
from autograd.testing import programs
from tests.autograd.jit.agreement import assert_agrees

pytest.importorskip("mpmath")


@given(programs(max_ops=12))
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_programs_agree_with_the_eager_engine_on_numpy(program) -> None:
    # 1 - y² magnifies the last bit in which NumPy's tanh and the standard library's differ.
    assert_agrees(lambda: program(*map(Value, program.inputs)), native=False, tolerance=1e-10)


@given(programs(max_ops=8))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_programs_agree_with_the_eager_engine_natively(program) -> None:
    pytest.importorskip("numba")
    assert_agrees(lambda: program(*map(Value, program.inputs)), native=True)


def rows_of(program) -> Value:
    """The program over five rows that share its first input, under one mean."""
    first, *others = program.inputs
    shared = Value(first)
    return mean([program(shared, *map(Value, others)) for _ in range(5)])


@given(programs(max_ops=10))
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_programs_over_rows_agree_on_numpy(program) -> None:
    assert_agrees(lambda: rows_of(program), native=False, tolerance=1e-10)


@given(programs(max_ops=6))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_random_programs_over_rows_agree_natively(program) -> None:
    pytest.importorskip("numba")
    assert_agrees(lambda: rows_of(program), native=True)
