"""`check_jumps`: where a value jumps, the row names its two sides, and the gradient is the slope on one of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..rows.evaluate import careful_floats
from ..rows.operation import Jump, Operation
from ..table import find_operation
from ..value import Value
from .points import on_kink
from .program import Program, Step
from .reference import Reference

__all__ = ["check_jumps"]

TOLERANCE = 1e-12


def check_jumps(operation: str, *, count: int = 4) -> int:
    """Check an operation on its jumps; gives the number of points, 0 for a continuous operation.

    The points come from the row. On each, the value's limits along some operand, measured with 60 digits, are the row's
    `low` and `high`, and the gradient of every operand is the slope on one of the two sides.

    >>> check_jumps("floor"), check_jumps("relu")
    (4, 0)
    """
    __tracebackhide__ = True
    row = find_operation(operation)
    checked = 0
    for jump in row.jumps:
        found = on_kink(row, jump, count)
        if not found:
            raise ValueError(f"no point was found on the jump {jump.at} of {row.signature}")
        for numbers in found:
            _check(row, jump, numbers)
            checked += 1
    return checked


def _check(row: Operation, jump: Jump, numbers: Sequence[float]) -> None:
    __tracebackhide__ = True
    program = Program(numbers, [Step(row.name, tuple(range(len(numbers))))])
    reference = Reference(program)
    leaves = [Value(number) for number in numbers]
    root = program(*leaves)
    root.backward()
    where = f"{row.name} at {', '.join(map(repr, numbers))}, on its jump {jump.at}"
    read = careful_floats().formula
    named = sorted(float(read(row, side, list(numbers), root.data)) for side in row.sides(jump)[1:])
    jumps = False
    for place, leaf in enumerate(leaves):
        left, right = (_side(reference, place, sign) for sign in (-1, 1))
        if all(abs(leaf.grad - slope) > TOLERANCE for _, slope in (left, right)):
            raise AssertionError(
                f"{where}: the gradient {leaf.grad!r} by operand {place} is neither of the slopes beside the jump, "
                f"{left[1]!r} and {right[1]!r}"
            )
        if abs(left[0] - right[0]) <= TOLERANCE:
            continue  # along this operand the value does not jump
        jumps = True
        measured = sorted((left[0], right[0]))
        if any(abs(one - other) > TOLERANCE for one, other in zip(named, measured, strict=True)):
            raise AssertionError(
                f"{where}: the row says that the value jumps between {jump.low} = {named[0]!r} and {jump.high} = "
                f"{named[1]!r}; by operand {place} its limits are {measured[0]!r} and {measured[1]!r}"
            )
    if not jumps:
        raise AssertionError(f"{where}: the value does not jump there, whichever operand moves")


def _side(reference: Reference, place: int, sign: int) -> tuple[float, float]:
    """The value and the slope right beside the point, on one side."""
    mpmath: Any = reference.mpmath
    with mpmath.workdps(reference.digits):
        values = []
        for steps in (1, 2):
            moved = list(reference.start)
            moved[place] += sign * steps * reference.steps[place]
            values.append(reference._replay(moved)[-1])
        return float(values[0]), float((values[1] - values[0]) / (sign * reference.steps[place]))
