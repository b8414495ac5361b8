"""References that know nothing of the table's partial derivatives.

`Reference` replays a program's VALUE formulas in mpmath with 60 and more digits and differentiates there by differences
of a step of 10⁻²⁰: an error near 10⁻⁴⁰. `sympy_derivative` differentiates the same formulas symbolically.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Sequence
from typing import Any

from ..errors import require
from ..rows.interpreters import mpmath_numbers, sympy_symbols
from ..rows.operation import Operation
from .program import Program

__all__ = ["Reference", "exact", "sympy_derivative"]

STEP = 20
"""Digits of the step: differences are taken 10⁻²⁰ of a number's size away."""


class Reference:
    """Derivatives of one output of a program at one point, with an error far below that of floats.

    order: the highest derivative that will be asked for; it decides the number of digits.
    own: whether rows' own Python functions are called, in floats: good for values, too coarse for derivatives.

    >>> from autograd.testing.program import Program, Step
    >>> reference = Reference(Program([3.0], [Step("mul", (0, 0))]))
    >>> float(reference.derivative((0,)))
    6.0
    """

    def __init__(
        self, program: Program, output: int | float | None = None, *, order: int = 1, own: bool = False
    ) -> None:
        self.own = own
        self.mpmath: Any = require("mpmath", extra="testing")
        self.program = program
        self.output = program.outputs[0] if output is None else output
        self.rows = [step.operation for step in program.steps]
        # Numbers of very different sizes meet: more digits, so that the small one's step still counts.
        self.digits = 40 + (STEP + 5) * order + self._spread()
        self.lines = [program.dependents(place) for place in range(len(program.inputs))]
        with self.mpmath.workdps(self.digits):
            self.start = [self.mpmath.mpf(number) for number in program.inputs]
            self.base = self._replay(self.start)
            self.steps = [self.mpmath.mpf(10) ** -STEP * (abs(number) if number else 1) for number in self.start]

    def value(self) -> Any:
        """The output."""
        return self.base[self.output] if isinstance(self.output, int) else self.mpmath.mpf(self.output)

    def derivative(self, places: Sequence[int], noise: Sequence[float] = ()) -> Any:
        """The derivative by the inputs at `places`, one entry for each order: (0, 0) is ∂²/∂x0².

        noise: a relative disturbance of each step's value, to see what rounding does to the derivative.
        """
        if type(self.output) is float:
            return self.mpmath.mpf(0)
        with self.mpmath.workdps(self.digits):
            total = self.mpmath.mpf(0)
            for signs in itertools.product((1, -1), repeat=len(places)):
                point = list(self.start)
                for place, sign in zip(places, signs, strict=True):
                    point[place] += sign * self.steps[place]
                total += math.prod(signs) * self._output(point, set(places), noise)
            for place in places:
                total /= 2 * self.steps[place]
            return total

    def sides(self, place: int) -> tuple[Any, Any]:
        """The slopes on the left and on the right of the point: they differ at a kink."""
        if not isinstance(self.output, int):
            return self.mpmath.mpf(0), self.mpmath.mpf(0)
        with self.mpmath.workdps(self.digits):
            found = []
            for sign in (-1, 1):
                point = list(self.start)
                point[place] += sign * self.steps[place]
                change = self._output(point, {place}, ()) - self.base[self.output]
                found.append(change / (sign * self.steps[place]))
            return found[0], found[1]

    def _output(self, point: list[Any], moved: set[int], noise: Sequence[float]) -> Any:
        if noise or len(moved) > 1:
            return self._replay(point, noise)[self.output]  # type: ignore[index]
        [place] = moved
        values = list(self.base)
        values[place] = point[place]
        self._run(values, self.lines[place], noise)
        return values[self.output]  # type: ignore[index]

    def _replay(self, point: Sequence[Any], noise: Sequence[float] = ()) -> list[Any]:
        values = [*point, *(None for _ in self.rows)]
        self._run(values, range(len(self.rows)), noise)
        return values

    def _run(self, values: list[Any], lines: Sequence[int], noise: Sequence[float]) -> None:
        interpreter = mpmath_numbers(own=self.own)
        number = self.mpmath.mpf
        count = len(self.start)
        for line in lines:
            arguments = [values[a] if type(a) is int else number(a) for a in self.program.steps[line].arguments]
            try:
                y = number(interpreter.value(self.rows[line], arguments))
            except TypeError as error:
                raise ValueError(
                    f"the reference of {self.rows[line].name} is not a real number at "
                    f"{', '.join(str(float(a.real)) for a in arguments)}: the point is on the border of its domain"
                ) from error
            except ValueError as error:
                if not self.rows[line].functions:
                    raise
                raise ValueError(f"{error}; check it with reference='central'") from None
            values[count + line] = y * (1 + number(noise[line])) if noise else y

    def _spread(self) -> int:
        with self.mpmath.workdps(20):
            self.start = [self.mpmath.mpf(number) for number in self.program.inputs]
            sizes = [abs(value) for value in self._replay(self.start) if value and self.mpmath.isfinite(value)]
            if not sizes:
                return 0
            return max(0, min(700, int(self.mpmath.log10(max(sizes) / min(sizes)))) - 5)


def exact(operation: Operation, point: Sequence[float], places: Sequence[int] = ()) -> Any:
    """A row's value at any floats, or its derivative by the operands at `places`, to 20 digits and more.

    The value formula is read in mpmath, with ever smaller steps and ever more digits, until two results agree: however
    large, small or far apart the numbers are. What lies below 1e-400 counts as 0.
    """
    mpmath: Any = require("mpmath", extra="test")
    sizes = [math.log10(abs(number)) for number in point if number]
    low, high = math.floor(min([0.0, *sizes])), math.ceil(max([0.0, *sizes]))
    tiny = mpmath.mpf(10) ** -400
    before: Any = None
    for finer in (30, 60, 150, 400, 1000, 2500):
        digits = 60 + high - low + len(places) * (finer - low) + finer
        for _ in range(2):
            total, size = _difference(operation, point, places, finer - low, digits)
            noise = size * mpmath.mpf(10) ** (len(places) * (finer - low) - digits + 5)
            if noise <= max(abs(total) * mpmath.mpf(10) ** -20, tiny):
                break
            digits = max(digits, 410 + math.ceil(mpmath.log10(size)) + len(places) * (finer - low))
        else:
            continue
        if before is not None and abs(total - before) <= max(abs(total) * mpmath.mpf(10) ** -20, tiny):
            return total if abs(total) > tiny else mpmath.mpf(0)
        before = total
    raise ArithmeticError(f"{operation.name} at {tuple(point)}: no agreement with 2,500 digits")


def _difference(
    operation: Operation, point: Sequence[float], places: Sequence[int], step_digits: int, digits: int
) -> tuple[Any, Any]:
    """A central difference of the value formula over steps of 10**-step_digits, and the size of what it subtracts."""
    mpmath: Any = require("mpmath", extra="test")
    with mpmath.workdps(digits):
        step = mpmath.mpf(10) ** -step_digits
        total, size = mpmath.mpf(0), mpmath.mpf(0)
        for signs in itertools.product((1, -1), repeat=len(places)):
            moved = [mpmath.mpf(number) for number in point]
            for place, sign in zip(places, signs, strict=True):
                moved[place] += sign * step
            value = mpmath.mpf(mpmath_numbers().value(operation, moved))
            total += math.prod(signs) * value
            size = max(size, abs(value))
        return total / (2 * step) ** len(places), size


def sympy_derivative(program: Program, output: int | float, places: Sequence[int]) -> Any:
    """The same derivative by SymPy, at 50 digits; for small formulas, since expressions grow quickly."""
    sympy: Any = require("sympy", extra="test")
    if type(output) is float:
        return sympy.Integer(0)
    symbols = [sympy.Symbol(f"x{place}", real=True) for place in range(len(program.inputs))]
    values: list[Any] = list(symbols)
    exact: Callable[[float], Any] = sympy.Rational
    for step in program.steps:
        arguments = [values[a] if type(a) is int else exact(a) for a in step.arguments]
        values.append(sympy_symbols().value(step.operation, arguments))
    expression = values[output]  # type: ignore[index]
    for place in places:
        expression = sympy.diff(expression, symbols[place])
    point = dict(zip(symbols, map(exact, program.inputs), strict=True))
    found = expression.subs(point)
    return sympy.N(found, 50)
