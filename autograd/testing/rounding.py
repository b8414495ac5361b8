"""How much of a difference rounding alone can explain: the part of a tolerance that does not come from the caller.

It is measured on the reference, never on the gradient under test, and is some hundred units of the last place of the
numbers that flow through the program: far too little to hide a wrong rule.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

from .program import Program
from .reference import Reference

__all__ = ["local_derivatives", "rounding"]

UNIT = 2.0**-53
SAFETY = 64.0
PATTERNS = 3


def rounding(reference: Reference, places: Sequence[int], partials: Sequence[Sequence[float]]) -> float:
    """An estimate, from above, of the rounding error of a derivative by `places` that floats compute.

    partials: `local_derivatives` of the program.
    """
    exact = reference.derivative(places)
    chance = random.Random(len(reference.rows))
    spread = 0.0
    for _ in range(PATTERNS):
        # One rounding error in each step's value, of random sign.
        noise = [chance.choice((-UNIT, UNIT)) for _ in reference.rows]
        spread = max(spread, float(abs(reference.derivative(places, noise) - exact)))
    first = max(_error_of_partials(reference, place, partials) for place in places)
    if len(places) > 1:
        # A product of as many first-order sensitivities bounds the terms of a higher derivative's sum.
        first = max(first, 1.0) ** len(places)
    return SAFETY * (spread + UNIT * first) + 1e-290


def local_derivatives(program: Program, base: Sequence[Any]) -> list[list[float]]:
    """The derivative of each step by each of its arguments, from the value formula alone; nan where there is none.

    base: the numbers in the program's places.
    """
    found = []
    for step in program.steps:
        numbers = [float(base[a]) if type(a) is int else a for a in step.arguments]
        row = []
        for index, argument in enumerate(step.arguments):
            if type(argument) is float:
                row.append(0.0)
                continue
            varied = [0 if place == index else number for place, number in enumerate(numbers)]
            alone = Program([numbers[index]], [step._replace(arguments=tuple(varied))])
            try:
                row.append(float(Reference(alone).derivative((0,))))
            except (ValueError, ArithmeticError):
                row.append(float("nan"))
        found.append(row)
    return found


def _error_of_partials(reference: Reference, place: int, partials: Sequence[Sequence[float]]) -> float:
    """Σ over paths and over their edges of |product of the other partials| · max(1, |partial|).

    A partial such as 1 - y² is exact to a unit of the largest number in it, which is 1, not to a unit of itself.
    """
    program = reference.program
    count = len(program.inputs)
    slope = [0.0] * (count + len(program.steps))
    error = [0.0] * (count + len(program.steps))
    slope[place] = 1.0
    for line, (step, row) in enumerate(zip(program.steps, partials, strict=True)):
        for argument, partial in zip(step.arguments, row, strict=True):
            if type(argument) is int and partial == partial:
                size = abs(partial)
                slope[count + line] += size * slope[argument]
                error[count + line] += size * error[argument] + max(1.0, size) * slope[argument]
    output = reference.output
    return error[output] if type(output) is int else 0.0
