"""Every row of the table, as floats, against mpmath at 100 digits: the value, and each partial derivative.

The references are other formulas than the rows' own, and mpmath differentiates them itself.
"""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd import OPERATIONS, Operation, Value, edge_partials
from autograd.rows.evaluate import careful_floats
from autograd.rows.interpreters import mpmath_numbers
from tests.autograd.points import REFERENCES, apply, digits, mp, points, reference, slope, smooth_along

EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
SEARCH = settings(max_examples=30, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])

CANCELLING = {"tanh", "sigmoid", "gelu", "gelu_tanh", "silu", "swish", "mish", "celu", "tanhshrink", "logsumexp",
              "dot", "affine"}  # fmt: skip
"""Rows whose value or partial is a difference of larger terms: their error is measured against those terms."""


def close(operation: Operation, got: float, wanted: float, inputs: Sequence[float]) -> bool:
    allowed = 1e-13 * abs(wanted) + 1e-150  # what the numerical reference leaves where the derivative is 0
    if operation.name in CANCELLING:
        allowed += 1e-15 * max(1.0, *(number * number for number in inputs))
    return abs(got - wanted) <= allowed


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_operation_has_an_independent_reference(name: str) -> None:
    if name not in REFERENCES:
        pytest.skip(f"{name} is compared with its own value formula: write it again in tests/autograd/points.py")
    assert REFERENCES[name] is not None


@EVERY
@given(data=st.data())
@SEARCH
def test_the_value_is_the_one_of_mpmath(operation: Operation, data: st.DataObject) -> None:
    inputs = data.draw(points(operation))
    with digits():
        wanted = reference(operation)(*map(mp.mpf, inputs))
        assert mp.im(wanted) == 0
        assert close(operation, apply(operation, inputs), float(wanted), inputs)
    assert apply(operation, [Value(number) for number in inputs]).data == apply(operation, inputs)
    assert careful_floats().value(operation, inputs) == apply(operation, inputs)


@EVERY
@given(data=st.data())
@SEARCH
def test_each_partial_is_the_one_of_mpmath(operation: Operation, data: st.DataObject) -> None:
    inputs = data.draw(points(operation))
    exists = [smooth_along(operation, inputs, index) for index in range(len(inputs))]
    # An operand whose partial does not exist at this point enters as a number, which wants none.
    leaves = [Value(number) if there else number for number, there in zip(inputs, exists, strict=True)]
    if not any(exists):
        return
    node = apply(operation, leaves)
    shown = edge_partials(node)
    node.backward()
    for index, leaf in enumerate(leaves):
        if type(leaf) is Value:
            with digits():
                wanted = float(slope(operation, inputs, [int(index == other) for other in range(len(inputs))]))
            assert close(operation, leaf.grad, wanted, inputs)
            assert shown[index] == leaf.grad


@EVERY
@given(data=st.data())
@SEARCH
def test_the_row_read_in_mpmath_is_exact_to_its_digits(operation: Operation, data: st.DataObject) -> None:
    inputs = data.draw(points(operation))
    with digits():
        numbers = list(map(mp.mpf, inputs))
        y = mpmath_numbers().value(operation, numbers)
        # The rows' constants are floats and gelu_tanh stops at 10, where its tanh is 1 - 1e-38.
        assert mp.almosteq(y, reference(operation)(*numbers), 1e-35, 1e-35)
        for index in range(len(inputs)):
            if smooth_along(operation, inputs, index):
                partial = mpmath_numbers().partial(operation, numbers, y, index)
                wanted = slope(operation, inputs, [int(index == other) for other in range(len(inputs))])
                assert mp.almosteq(partial, wanted, 1e-30, 1e-30)
