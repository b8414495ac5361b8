"""Random straight-line programs with shared nodes: a list of steps, each an operation on earlier results.

One program runs on any kind of number: `Value`s, exact fractions with a derivative beside them, mpmath numbers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any, NamedTuple

from hypothesis import strategies as st


class Step(NamedTuple):
    function: str
    operands: tuple[int, ...]


@dataclass(frozen=True)
class Program:
    leaves: tuple[float, ...]
    steps: tuple[Step, ...]

    def run(self, leaves: Sequence[Any], functions: dict[str, Callable[..., Any]]) -> list[Any]:
        """All results, the leaves first; the last one is the program's."""
        results = list(leaves)
        for step in self.steps:
            results.append(functions[step.function](*(results[operand] for operand in step.operands)))
        return results


def programs(
    arities: dict[str, int], leaves: st.SearchStrategy[float], longest: int = 10
) -> st.SearchStrategy[Program]:
    """Programs of the named functions; operands are any earlier results, so that nodes are shared and repeated."""

    @st.composite
    def program(draw: Any) -> Program:
        numbers = tuple(draw(st.lists(leaves, min_size=1, max_size=4)))
        steps: list[Step] = []
        for _ in range(draw(st.integers(1, longest))):
            function = draw(st.sampled_from(sorted(arities)))
            known = st.integers(0, len(numbers) + len(steps) - 1)
            steps.append(Step(function, tuple(draw(known) for _ in range(arities[function]))))
        return Program(numbers, tuple(steps))

    return program()


@dataclass(frozen=True)
class Dual:
    """A number with its derivative along one direction: the schoolbook forward mode, exact on fractions."""

    value: Fraction
    slope: Fraction

    def __add__(self, other: "Dual") -> "Dual":
        return Dual(self.value + other.value, self.slope + other.slope)

    def __sub__(self, other: "Dual") -> "Dual":
        return Dual(self.value - other.value, self.slope - other.slope)

    def __mul__(self, other: "Dual") -> "Dual":
        return Dual(self.value * other.value, self.slope * other.value + self.value * other.slope)

    def __neg__(self) -> "Dual":
        return Dual(-self.value, -self.slope)


POLYNOMIAL = {"add": 2, "sub": 2, "mul": 2, "neg": 1}
"""Exact in floats while the numbers are small and whole."""

PYTHON: dict[str, Callable[..., Any]] = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "neg": lambda a: -a,
}


def exact_gradient(program: Program) -> tuple[Fraction, list[Fraction]]:
    """Value and gradient, one forward pass per leaf."""
    slopes = []
    value = Fraction(0)
    for chosen in range(len(program.leaves)):
        duals = [Dual(Fraction(n), Fraction(int(i == chosen))) for i, n in enumerate(program.leaves)]
        result = program.run(duals, PYTHON)[-1]
        value = result.value
        slopes.append(result.slope)
    return value, slopes


def small(program: Program) -> bool:
    """Whether every number and every gradient of the program is a whole number that a float holds exactly.

    The same program on absolute values, with every minus a plus, bounds each sum over paths.
    """
    positive = {**PYTHON, "sub": PYTHON["add"], "neg": lambda a: a}
    for chosen in range(len(program.leaves)):
        duals = [Dual(abs(Fraction(n)), Fraction(int(i == chosen))) for i, n in enumerate(program.leaves)]
        if any(max(each.value, each.slope) > 2**50 for each in program.run(duals, positive)):
            return False
    return True


whole_programs = programs(POLYNOMIAL, st.integers(-3, 3).map(float)).filter(small)
