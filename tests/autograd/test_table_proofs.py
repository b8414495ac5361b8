"""Every row of the table proved with SymPy: on each branch, differentiating the value formula gives the partial formula.

Points only choose the branches (each `where`, `max` and `abs` has finitely many); on a branch the proof holds for all
real operands. n-ary operands are instantiated with three entries.
"""

import random
import re
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product
from typing import Any

import pytest
import sympy

from autograd import OPERATIONS, Operation
from autograd.rows.evaluate import careful_floats
from autograd.rows.interpreters import sympy_symbols
from tests.autograd.points import inside, off_kinks, smooth_along

COORDINATES = (-30, -2, -sympy.Rational(3, 4), sympy.Rational(1, 8), sympy.Rational(1, 4), sympy.Rational(7, 8), 3, 29)


DECIMALS = {row.name for row in OPERATIONS.values() if re.search(r"\d\.\d", row.value_text)}
"""Rows with decimals in their value; of all others, SymPy has no float to compute with."""


def chosen(expression: Any, point: dict[Any, Any]) -> Any:
    """The branch of an expression around a point: a smooth expression, with no condition left in it."""
    if isinstance(expression, sympy.Piecewise):
        taken = next(branch for branch, condition in expression.args if sympy.sympify(condition).subs(point) == True)  # noqa: E712
        return chosen(taken, point)
    if isinstance(expression, sympy.Max | sympy.Min):
        best = max if isinstance(expression, sympy.Max) else min
        return chosen(best(expression.args, key=lambda entry: entry.subs(point)), point)
    if isinstance(expression, sympy.Abs):
        inner = chosen(expression.args[0], point)
        return inner if inner.subs(point) > 0 else -inner
    if isinstance(expression, sympy.floor):
        return sympy.floor(expression.args[0].subs(point))  # constant around a point off its jumps
    if isinstance(expression, sympy.Mod):
        a, b = (chosen(argument, point) for argument in expression.args)
        return a - b * sympy.floor((a / b).subs(point))
    if not expression.args:
        return expression
    return expression.func(*(chosen(argument, point) for argument in expression.args))


def variables(operation: Operation) -> list[Any]:
    count = len(operation.scalars) + 3 * len(operation.groups)
    return list(sympy.symbols(f"x:{count}", real=True))


def branch_points(operation: Operation, symbols: list[Any]) -> Iterator[list[Any]]:
    """Points in the domain and off the kinks, enough to meet every branch."""
    every: Iterable[tuple[Any, ...]] = product(COORDINATES, repeat=len(symbols))
    if len(symbols) > 3:
        chance = random.Random(0)
        every = [tuple(chance.choices(COORDINATES, k=len(symbols))) for _ in range(24)]
    for point in every:
        floats = [float(number) for number in point]
        if inside(operation, floats) and off_kinks(operation, floats):
            yield list(point)


@cache
def branches(name: str) -> dict[int, set[tuple[Any, Any]]]:
    """For each input: the different pairs (value, partial) that hold on some open piece of the domain."""
    operation = OPERATIONS[name]
    symbols = variables(operation)
    interpreter = sympy_symbols()
    value = sympy.sympify(interpreter.value(operation, symbols))
    partials = [sympy.sympify(partial) for partial in interpreter.partials(operation, symbols, value)]
    found: dict[int, set[tuple[Any, Any]]] = {index: set() for index in range(len(symbols))}
    for point in branch_points(operation, symbols):
        where = dict(zip(symbols, point, strict=True))
        floats = [float(number) for number in point]
        for index, partial in enumerate(partials):
            if smooth_along(operation, floats, index):
                found[index].add((chosen(value, where), chosen(partial, where)))
    return found


def is_zero(difference: Any) -> bool:
    # The decimals of rows such as gelu_tanh and selu stand for themselves.
    exact = difference.xreplace({number: sympy.Rational(str(number)) for number in difference.atoms(sympy.Float)})
    return any(attempt(exact) == 0 for attempt in (sympy.expand, numerator, sympy.simplify, rewritten))


def numerator(expression: Any) -> Any:
    return sympy.expand(sympy.powsimp(sympy.expand(sympy.numer(sympy.together(expression)))))


def rewritten(expression: Any) -> Any:
    return sympy.simplify(expression.rewrite(sympy.exp))


@pytest.mark.parametrize("name", list(OPERATIONS))
def test_each_partial_is_the_derivative_of_the_value(name: str) -> None:
    symbols = variables(OPERATIONS[name])
    for index, pairs in branches(name).items():
        assert pairs
        for value, partial in pairs:
            assert name in DECIMALS or not (value.atoms(sympy.Float) | partial.atoms(sympy.Float))
            assert is_zero(sympy.diff(value, symbols[index]) - partial), (symbols[index], value, partial)


@pytest.mark.parametrize(
    ("name", "count"),
    [("relu", 2), ("abs", 2), ("elu", 2), ("sigmoid", 2), ("softplus", 2), ("gelu_tanh", 4), ("maximum", 2), ("max", 3),
     ("min", 3), ("clamp", 3), ("where", 1), ("logsumexp", 6), ("tanh", 1), ("logit", 2), ("celu", 2), ("selu", 2),
     ("relu6", 3), ("hardtanh", 3), ("hardsigmoid", 3), ("hardswish", 3), ("softsign", 2)],
)  # fmt: skip
def test_the_proof_meets_every_branch(name: str, count: int) -> None:
    assert len(branches(name)[0]) == count


@pytest.mark.parametrize(
    ("name", "value", "partial"),
    [
        ("sin", "x0", "cos(x0)"),
        ("exp", "x0", "exp(2*x0)"),
        ("tanh", "tanh(x0)", "1 - tanh(x0)"),
        ("neg", "x0", "1.0001"),
    ],
)
def test_the_prover_refuses_a_wrong_row(name: str, value: str, partial: str) -> None:
    x = sympy.Symbol("x0", real=True)
    wrong = sympy.sympify(partial, locals={"x0": x}) - (sympy.diff(sympy.sympify(value, locals={"x0": x}), x))
    assert not is_zero(wrong)


def test_the_branches_of_pow_on_the_axes_are_limits() -> None:
    a, b = sympy.symbols("a b", positive=True)
    at_exponent_zero = sympy.diff(a**b, a).subs(b, 0)
    at_base_zero = [sympy.limit(a**exponent * sympy.log(a), a, 0) for exponent in (sympy.Rational(1, 9), 1, 5)]
    assert [at_exponent_zero, *at_base_zero] == [0, 0, 0, 0]
    row = OPERATIONS["pow"]
    assert careful_floats().partial(row, [3.0, 0.0], 1.0, 0) == 0
    assert [careful_floats().partial(row, [0.0, exponent], 0.0, 1) for exponent in (1 / 9, 1.0, 5.0)] == [0, 0, 0]
