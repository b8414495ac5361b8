"""One row, many readers: NumPy arrays, values, floats and symbols get what the floats get, from the same text."""

import math
from typing import Any

import mpmath
import numpy
import pytest
import sympy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograd import OPERATIONS, Operation, Value, register, unregister
from autograd.rows.evaluate import Interpreter, careful_floats
from autograd.rows.interpreters import mpmath_numbers, numpy_arrays, sympy_symbols
from autograd.testing.points import fitting
from autograd.testing.points import points as smooth_places
from autograd.values import values
from tests.autograd.points import points, smooth_along

EVERY = pytest.mark.parametrize("operation", OPERATIONS.values(), ids=list(OPERATIONS))
FEW = settings(max_examples=6, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow])


@EVERY
@given(data=st.data())
@FEW
def test_arrays_give_column_by_column_what_floats_give(operation: Operation, data: Any) -> None:
    columns = data.draw(st.lists(points(operation, 3), min_size=2, max_size=4))
    rows = [numpy.array(row) for row in zip(*columns, strict=True)]
    with numpy.errstate(all="ignore"):
        y = numpy_arrays().value(operation, rows)
        partials = numpy_arrays().partials(operation, rows, y)
    for place, column in enumerate(columns):
        wanted = careful_floats().value(operation, column)
        assert y[place] == pytest.approx(wanted, rel=1e-13, abs=1e-15)
        for index, partial in enumerate(partials):
            if smooth_along(operation, column, index):
                got = numpy.broadcast_to(partial, y.shape)[place]
                slope = careful_floats().partial(operation, column, wanted, index)
                assert got == pytest.approx(slope, rel=1e-12, abs=1e-14)


@EVERY
@given(data=st.data())
@FEW
def test_partials_as_values_have_the_numbers_of_partials_as_floats(operation: Operation, data: Any) -> None:
    inputs = data.draw(points(operation, 2))
    nodes = [Value(number) for number in inputs]
    y = values().value(operation, nodes)
    number = careful_floats().value(operation, inputs)
    assert (y.data if type(y) is Value else y) == pytest.approx(number, rel=1e-13, abs=1e-15)
    for index in range(len(inputs)):
        if smooth_along(operation, inputs, index):
            partial = values().partial(operation, nodes, Value(number), index)
            wanted = careful_floats().partial(operation, inputs, number, index)
            got = partial.data if type(partial) is Value else partial
            assert got == pytest.approx(wanted, rel=1e-13, abs=1e-15)


@EVERY
def test_symbols_give_the_floats_when_numbers_are_put_in(operation: Operation) -> None:
    count = len(operation.scalars) + 2 * len(operation.groups)
    symbols = sympy.symbols(f"s:{count}", real=True)
    fit = (place for place in smooth_places(operation, width=2) if all(fitting(operation, place)))
    numbers = list(next(fit))
    expression = sympy_symbols().value(operation, symbols)
    put = dict(zip(symbols, map(sympy.Float, numbers), strict=True))
    y = careful_floats().value(operation, numbers)
    assert float(sympy.sympify(expression).subs(put)) == pytest.approx(y, rel=1e-13)
    for index, partial in enumerate(sympy_symbols().partials(operation, symbols, expression)):
        wanted = careful_floats().partial(operation, numbers, y, index)
        assert float(sympy.sympify(partial).subs(put)) == pytest.approx(wanted, rel=1e-12, abs=1e-14)


def test_constants_of_formulas_have_the_interpreters_own_precision() -> None:
    with mpmath.workdps(60):
        third = mpmath_numbers().partials(OPERATIONS["mean"], [mpmath.mpf(1)] * 3, mpmath.mpf(1))[0]
        assert mpmath.almosteq(third, mpmath.mpf(1) / 3, 1e-55)
        slope = mpmath_numbers().partials(OPERATIONS["erf"], [mpmath.mpf(0)], mpmath.mpf(0))[0]
        assert mpmath.almosteq(slope, 2 / mpmath.sqrt(mpmath.pi), 1e-55)
        one = [mpmath.mpf(1)] * 3
        assert mpmath.almosteq(mpmath_numbers().partials(OPERATIONS["max"], one, one[0])[0], mpmath.mpf(1) / 3, 1e-55)
    assert sympy_symbols().partials(OPERATIONS["mean"], sympy.symbols("a:3"), sympy.Symbol("y"))[0] == sympy.Rational(
        1, 3
    )


@pytest.mark.parametrize("name", ["log", "acosh", "sqrt", "atanh"])
def test_careful_floats_give_nan_or_inf_where_the_library_raises(name: str) -> None:
    assert math.isnan(careful_floats().value(OPERATIONS[name], [-2.0]))


def test_careful_floats_overflow_as_ieee_says() -> None:
    floats = careful_floats()
    assert floats.value(OPERATIONS["exp"], [1e4]) == math.inf
    assert floats.value(OPERATIONS["sinh"], [-1e4]) == -math.inf
    assert floats.value(OPERATIONS["pow"], [-1e200, 3.0]) == -math.inf
    assert floats.value(OPERATIONS["pow"], [1e200, 3.0]) == math.inf
    assert floats.value(OPERATIONS["pow"], [0.0, -1.0]) == math.inf
    assert math.isnan(floats.value(OPERATIONS["pow"], [-2.0, 0.5]))
    assert math.isnan(floats.value(OPERATIONS["sum"], [math.inf, -math.inf]))


def test_conditions_of_a_row_can_be_asked_of_any_point() -> None:
    floats = careful_floats()
    pow_ = OPERATIONS["pow"]
    assert pow_.domain is not None
    for inputs, wanted in (([-2.0, 3.0], True), ([-2.0, 0.5], False), ([0.0, 0.0], True), ([0.0, -1.0], False)):
        assert bool(floats.formula(pow_, pow_.domain, inputs, None)) is wanted
    assert floats.formula(OPERATIONS["max"], OPERATIONS["max"].sides(OPERATIONS["max"].kinks[0])[0], [1.0, 3.0, 3.0], 3.0) == [False, True, True]
    kink = OPERATIONS["elu"].kinks[0]
    low = OPERATIONS["elu"].sides(kink)[1]
    assert (floats.formula(OPERATIONS["elu"], low, [0.0, 2.5], 0.0), kink.high) == (2.5, "1")


def test_an_unknown_function_is_an_error_of_the_interpreter() -> None:
    row = Operation("wobble", "a", "erf(a)", ("2 / sqrt(pi) * exp(-a ** 2)",))
    with pytest.raises(ValueError, match="wobble: erf has no meaning for poor numbers"):
        Interpreter("poor numbers", {}).value(row, [1.0])


def test_a_registered_row_may_call_another_and_be_forgotten() -> None:
    for factor in (2, 3):
        register(Operation("inner", "a", f"{factor} * a", (f"{factor}",)))
        outer = register(Operation("outer", "a", "inner(a) + a", (f"{factor} + 1",)))
        row = OPERATIONS["outer"]
        assert outer(1.0) == outer(Value(1.0)).data == factor + 1
        for interpreter in (careful_floats(), numpy_arrays(), mpmath_numbers(), values(), sympy_symbols()):
            assert interpreter.value(row, [1]) == factor + 1
        unregister("outer")
        unregister("inner")


@pytest.mark.parametrize("sign", ["<", "<=", ">", ">=", "==", "!="])
def test_comparisons_mean_the_same_to_every_reader(sign: str) -> None:
    row = Operation("f", "a", "a", ("1",))
    text = row.formula(f"where(a {sign} 2 and a < 9 or a == 10, 5, 7)")
    numbers = [1.0, 2.0, 3.0, 9.0, 10.0]
    wanted = [careful_floats().formula(row, text, [number], number) for number in numbers]
    assert set(wanted) == {5, 7}
    assert list(numpy_arrays().formula(row, text, [numpy.array(numbers)], None)) == wanted
    assert [mpmath_numbers().formula(row, text, [mpmath.mpf(number)], None) for number in numbers] == wanted
    assert [float(sympy_symbols().formula(row, text, [sympy.Integer(n)], None)) for n in numbers] == wanted
    assert [values().formula(row, text, [Value(number)], None) for number in numbers] == wanted
