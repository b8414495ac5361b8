"""Whether a recorded graph is its function: the function runs again, at the point and near it, beside the replay.

A number taken out of the graph (`x.data`) is a constant in the replay and moves in the function. The two may still part
at a kink, a jump or a border, where a Python branch goes another way: as at any kink, the gradient then has to lie
between the slopes on both sides.
"""

from __future__ import annotations

import itertools
import math
import random
import sys
from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

from ..value import Value
from ..wording import number
from .causes import causes
from .entries import Case
from .program import Program

__all__ = ["Rerun"]

COARSEST = 1e-3
"""The longest step away from the point, as a fraction of an input's size, or of 1 for smaller ones."""

FINEST = 1e-8
"""The shortest step, as a fraction of an input's size."""

RATIO = 8.0
"""Each step is so many times shorter than the one before."""

UNIT = 2.0**-53
SAFETY = 64.0
"""How many times the noise that rounding makes in a few trials a difference must be to count."""


CALLS = 3
"""How often the function runs at one point, to see whether it gives the same."""

RANDOM = (
    "it draws random numbers. Seed them inside the function, or leave them out of the check (a module with Dropout: "
    "module.eval())."
)
HIDDEN = (
    "it has a hidden state, such as a counter, a running mean or a random generator of its own. Make it an argument, "
    "or set it back at the start of each call."
)


class _Side(NamedTuple):
    """One step to one side: its length with the sign, how far function and replay part there, and the noise in that.

    graph: the slope of the replay.
    """

    step: float
    gap: float
    noise: float
    graph: float

    @property
    def slope(self) -> float:
        return self.gap / self.step

    @property
    def seen(self) -> bool:
        return abs(self.gap) > self.noise


class Rerun:
    """One function at one point, run again.

    tol: the relative error of a slope that is allowed.
    """

    def __init__(self, case: Case, tol: float) -> None:
        self.case = case
        self.tol = tol
        self.point = list(case.program.inputs)
        self.recorded = [_data(output) for output in case.outputs]

    def unstable(self) -> str:
        """Why the function does not give the same numbers at the same inputs; empty if it does."""
        noise = _noise(self.case.program, self.point)
        for _ in range(CALLS):
            before = _generators()
            again = self.case.numbers_at(self.point)
            drawn = _generators() != before
            if len(again) != len(self.recorded):
                return f"At the same inputs the function gives {len(self.recorded)} numbers, then {len(again)}."
            for first, second, slack in zip(self.recorded, again, noise, strict=True):
                if first != second and not abs(first - second) <= slack:
                    change = f"At the same inputs the function gives {number(first, 10)}, then {number(second, 10)}: "
                    return change + (RANDOM if drawn else HIDDEN)
        return ""

    def findings(self) -> Iterator[str]:
        """What the gradient misses, a text for each output and input whose slope the function's own values contradict.

        A few oblique steps, which move all inputs at once, tell whether there is anything to look for.
        """
        suspects = set().union(*(self._suspects(seed) for seed in range(2)))
        for output in sorted(suspects):
            for place in range(len(self.point)):
                found = self._missing(output, place)
                if found is not None:
                    yield self._text(output, place, found)

    def _suspects(self, seed: int) -> set[int]:
        """The outputs at which function and replay part, all of them where there is no step that both can take."""
        chance = random.Random(seed)
        direction = [chance.uniform(0.5, 1.0) * chance.choice((-1.0, 1.0)) for _ in self.point]
        lengths = [next(_steps(data), 0.0) for data in self.point]
        found: set[int] = set()
        for sign in (1.0, -1.0):
            for rung in range(8):
                sizes = zip(self.point, direction, lengths, strict=True)
                sides = self._look([data + sign * part * length / RATIO**rung for data, part, length in sizes])
                if sides is not None:
                    found |= {output for output, (gap, noise, _) in enumerate(sides) if abs(gap) > noise}
                    break
            else:
                return set(range(len(self.recorded)))
        return found

    def _missing(self, output: int, place: int) -> _Side | None:
        """The finest step that shows a slope which the gradient misses, None where there is none.

        Noise does not grow with the step, a branch not yet reached shows nothing on finer ones, and of the two sides
        of a kink at the point itself one shows nothing, or both disagree.
        """
        finer: list[_Side] = []
        steps = sorted(_steps(self.point[place]))
        for step, longer in itertools.zip_longest(steps, steps[1:]):
            sides = self._sides(output, place, step)
            if not any(side.seen for side in sides):
                finer = sides or finer
                continue
            if not all(side.seen and (side.slope > 0) == (sides[0].slope > 0) for side in sides):
                return None  # a kink, or a jump
            if any(abs(sides[0].gap) / RATIO > 4 * side.noise for side in finer):
                return None  # nothing there on a finer step, where this slope would have been seen
            growth = [
                far.slope / near.slope
                for near in sides
                for far in (self._sides(output, place, longer) if longer else ())
                if (near.step > 0) == (far.step > 0)
            ]
            if growth and not any(0.5 < ratio < 2 for ratio in growth):
                return None  # no slope: the gap does not grow with the step
            return sides[0]
        return None

    def _sides(self, output: int, place: int, step: float) -> list[_Side]:
        """Function and replay a step up and a step down, where both can be computed and part by more than `tol`."""
        found = []
        for sign in (1.0, -1.0):
            moved = [data + sign * step if place == index else data for index, data in enumerate(self.point)]
            sides = self._look(moved)
            if sides is not None:
                gap, noise, change = sides[output]
                length = moved[place] - self.point[place]
                found.append(_Side(length, gap, noise, change / length))
        return found

    def _look(self, flat: Sequence[float]) -> list[tuple[float, float, float]] | None:
        """For each output the function's number minus the replay's, what of that is allowed, and the replay's change.

        None where one of them is out of reach.
        """
        try:
            ours = self.case.numbers_at(flat)
            replayed = _run(self.case.program, flat)
        except Exception:  # whatever the function raises beyond its borders
            return None
        if len(ours) != len(replayed) or not all(map(math.isfinite, [*ours, *replayed])):
            return None
        gaps = [a - b for a, b in zip(ours, replayed, strict=True)]
        if not any(gaps):
            return [(0.0, 0.0, 0.0)] * len(gaps)
        noise = _noise(self.case.program, flat)
        changes = [b - a for a, b in zip(self.recorded, replayed, strict=True)]
        return [
            (gap, part + self.tol * abs(change), change) for gap, part, change in zip(gaps, noise, changes, strict=True)
        ]

    def _text(self, output: int, place: int, found: _Side) -> str:
        case = self.case
        name = case.names[place] if len(self.recorded) == 1 else f"{case.names[place]}, for output {output},"
        head = (
            f"By {name} the slope of the function is {number(found.graph + found.slope, 6)}, that of its graph "
            f"{number(found.graph, 6)}."
        )
        moved = [data + found.step if place == index else data for index, data in enumerate(self.point)]
        return "\n".join([head, *causes(case, output, *case.again(moved))])


def _steps(data: float) -> Iterator[float]:
    """Lengths of steps away from a number, the longest first."""
    size = COARSEST * max(abs(data), 1.0)
    least = max(FINEST * abs(data), 1e-12) if data else 1e-9
    while size > least:
        yield size
        size /= RATIO


def _data(output: Any) -> float:
    return output.data if type(output) is Value else float(output)


def _run(program: Program, flat: Sequence[float], shaken: random.Random | None = None) -> list[float]:
    """The outputs of a program; with `shaken`, each step's number is off by 2⁻⁴⁰, up or down."""
    places: list[Any] = list(flat)
    for step in program.steps:
        row = step.operation
        arguments = [places[argument] if type(argument) is int else argument for argument in step.arguments]
        y = row.function(*row.split(arguments))
        places.append(y * (1 + shaken.choice((-1, 1)) * 2.0**-40) if shaken else y)
    return [places[output] if type(output) is int else output for output in program.outputs]


def _noise(program: Program, flat: Sequence[float]) -> list[float]:
    """How far rounding alone may carry each output: what small errors in every step do, scaled down to a last digit."""
    chance = random.Random(0)
    spread = [0.0] * len(program.outputs)
    try:
        exact = _run(program, flat)
        spread = [abs(y) * UNIT for y in exact]
        for _ in range(3):
            shaken = _run(program, flat, chance)
            spread = [max(known, abs(a - b) * 2.0**-13) for known, a, b in zip(spread, shaken, exact, strict=True)]
    except (ValueError, ArithmeticError):  # on a border: what is known so far has to do
        pass
    return [SAFETY * known for known in spread]


def _generators() -> tuple[Any, ...]:
    """The states of the global random generators of Python and, where it is loaded, NumPy."""
    numpy = sys.modules.get("numpy")
    if numpy is None:
        return (random.getstate(),)
    kind, keys, *rest = numpy.random.get_state()
    return random.getstate(), kind, keys.tobytes(), *rest
