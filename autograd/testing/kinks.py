"""`check_kinks`: where a derivative jumps, the gradient follows the table's convention and lies between the slopes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..functional import jacobian
from ..rows.evaluate import careful_floats
from ..rows.operation import Kink, Operation
from ..table import find_operation
from ..value import Value
from .points import on_kink
from .program import Program, Step
from .reference import Reference

__all__ = ["check_kinks"]

TOLERANCE = 1e-12


def check_kinks(operation: str, *, count: int = 4) -> int:
    """Check the gradients of an operation on its kinks; gives the number of points, 0 for a smooth operation.

    The points come from the row. On each, the gradient of every operand lies between the operation's slopes on the two
    sides (measured with 60 digits), the row's `low` and `high` are such slopes, and all modes give the row's own
    partial derivative. Where operands tie (`a == b`), their gradients sum to the slope of moving all of them together.

    >>> check_kinks("relu"), check_kinks("exp")
    (1, 0)
    """
    __tracebackhide__ = True
    row = find_operation(operation)
    checked = 0
    for kink in row.kinks:
        found = on_kink(row, kink, count)
        if not found:
            raise ValueError(f"no point was found on the kink {kink.at} of {row.signature}")
        for numbers in found:
            _check(row, kink, numbers)
            checked += 1
    return checked


def _check(row: Operation, kink: Kink, numbers: Sequence[float]) -> None:
    __tracebackhide__ = True
    program = Program(numbers, [Step(row.name, tuple(range(len(numbers))))])
    reference = Reference(program)
    leaves = [Value(number) for number in numbers]
    root = program(*leaves)
    root.backward()
    ours = [leaf.grad for leaf in leaves]
    convention = careful_floats().partials(row, list(numbers), root.data)
    nested = jacobian(lambda flat: program(*flat))(list(numbers))
    where = f"{row.name} at {', '.join(map(repr, numbers))}, on its kink {kink.at}"
    bounds = [_bound(row, text, numbers, root.data) for text in (kink.low, kink.high)]
    for place, gradient in enumerate(ours):
        try:
            low, high = sorted(map(float, reference.sides(place)))
        except ValueError:
            continue  # one side is outside the domain
        if not low - TOLERANCE <= gradient <= high + TOLERANCE:
            raise AssertionError(
                f"{where}: the gradient {gradient!r} by operand {place} is outside its slopes, {low!r} and {high!r}"
            )
        if not gradient == convention[place] == nested[place]:
            raise AssertionError(
                f"{where}: backward gives {gradient!r} and grad {nested[place]!r} by operand {place}, "
                f"but the table's convention is {convention[place]!r}"
            )
        for bound in bounds:
            if high - low > TOLERANCE and not low - TOLERANCE <= bound[place] <= high + TOLERANCE:
                raise AssertionError(
                    f"{where}: the row says the slopes are between {kink.low} and {kink.high}; by operand {place} they "
                    f"are {low!r} and {high!r}"
                )
    _check_ties(row, numbers, ours, reference, where)


def _check_ties(
    row: Operation, numbers: Sequence[float], ours: Sequence[float], reference: Reference, where: str
) -> None:
    """Operands that tie move together smoothly: f(x + h·1) has a slope, and the gradients have to add up to it."""
    mpmath = reference.mpmath
    with mpmath.workdps(reference.digits):
        small = mpmath.mpf(10) ** -20
        values = []
        for side in (-small, small):
            moved = [number + side for number in reference.start]
            values.append(reference._replay(moved)[-1])
        left, right = ((reference.base[-1] - values[0]) / small, (values[1] - reference.base[-1]) / small)
        if abs(left - right) > TOLERANCE:
            return
        slope = float(left)
    if abs(sum(ours) - slope) > TOLERANCE:
        raise AssertionError(f"{where}: the gradients {list(ours)!r} do not sum to {slope!r}, the slope along a = b")


def _bound(row: Operation, text: str, numbers: Sequence[float], y: float) -> list[float]:
    found: Any = careful_floats().formula(row, row.formula(text, "y"), numbers, y)
    return [float(found)] * len(numbers) if not isinstance(found, list) else list(map(float, found))
