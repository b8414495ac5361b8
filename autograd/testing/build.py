"""Builds random straight-line programs that are fit for a test by construction: no draw is thrown away.

A program is decided by rows of whole numbers, one row per step, 0 the simplest choice: hypothesis can shrink it, a seed
repeat it. Nothing reads partial derivatives. So that a wrong one shows in the gradients of the inputs, operations are
drawn evenly, two steps of three stand at a point of their own, on any branch of their row, and what passes little or
no gradient on (a flat piece, a saturated tanh) does not hide what is below: all loose ends are added up at the end.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from ..calls import computed
from ..rows.operation import Operation
from ..table import OPERATIONS, find_operation
from .points import SIMPLE, arity, branches, fitting, points, slopes
from .program import Program, Step

__all__ = ["ROW", "STARTS", "build", "choose_operations", "random_program"]

ROW = 9
"""Whole numbers that decide one step: the operation, and what its operands are."""

STARTS = 3
"""Inputs that a program may start with; more come where an operation needs one."""

BASE = 256
"""The numbers in a row are below this."""

Source = Callable[[int], int]
"""Gives a whole number from 0 to its argument."""

STEEPEST = 1e3
"""Largest sum over paths of |products of slopes| in a program: beyond it what is small beside it would hide."""

FLATTEST = 0.05
"""A step that passes less than this on to an operand leaves it a loose end."""

MOST_INPUTS = 16


class Term(NamedTuple):
    """An argument that a step may get: a place (int) or a constant (float), with its number."""

    argument: int | float
    number: float


def choose_operations(ops: Iterable[str | Operation] | None = None) -> list[Operation]:
    """The rows to draw from: those named, or all that are in the table now, registered ones included."""
    if ops is None:
        return list(OPERATIONS.values())
    chosen = [find_operation(op) if isinstance(op, str) else op for op in ops]
    if not chosen:
        raise ValueError("ops names no operation; leave it out for the whole table")
    return chosen


def random_program(
    seed: int, *, ops: Iterable[str | Operation] | None = None, max_ops: int = 30, share: bool = True
) -> Program:
    """The program of a seed, for runs that are too long for hypothesis.

    >>> random_program(1, ops=["add", "mul"], max_ops=3) == random_program(1, ops=["add", "mul"], max_ops=3)
    True
    """
    chance = random.Random(seed)
    starts = [chance.randrange(BASE) for _ in range(chance.randint(1, STARTS))]
    rows = [[chance.randrange(BASE) for _ in range(ROW)] for _ in range(chance.randint(1, max_ops))]
    return build(starts, rows, choose_operations(ops), share=share)


def build(
    starts: Sequence[int], rows: Sequence[Sequence[int]], operations: Sequence[Operation], *, share: bool
) -> Program:
    """A program from numbers for its first inputs, and a row of numbers for each step, over these operations.

    share: whether a place may be read more than once; False gives trees.
    """
    builder = _Builder(share)
    for start in starts:
        builder.add_input(SIMPLE[start % len(SIMPLE)])
    drawn = [row for row in rows if row[0] or row[1]]  # no operation is no step: so a program shrinks
    for row in drawn or [[1] + [0] * (ROW - 1)]:
        builder.add_step(operations, _source(row))
    if not builder.steps:
        return _single(operations)
    return builder.program(operations)


def _source(row: Sequence[int]) -> Source:
    """Reads a row from left to right, starting again at its end for steps with many operands."""
    reader = itertools.cycle(row)
    return lambda highest: next(reader) % (highest + 1)


class _Builder:
    """A program as it grows; inputs are numbered from -1 down until the end, since they may come late."""

    def __init__(self, share: bool) -> None:
        self.source: Source = _source([0])
        self.share = share
        self.inputs: list[float] = []
        self.steps: list[Step] = []
        self.numbers: dict[int, float] = {}
        self.steepness: dict[int, float] = {}
        self.order: list[int] = []
        self.used: set[int] = set()
        self.felt: set[int] = set()

    def add_input(self, number: float) -> int:
        self.inputs.append(number)
        place = -len(self.inputs)
        self._know(place, number, 1.0)
        return place

    def add_step(self, operations: Sequence[Operation], source: Source) -> None:
        """One more step; where the drawn operation cannot take any operands, the next in the table is tried."""
        self.source = source
        first = (self.source(BASE - 1) + BASE * self.source(BASE - 1) - 1) % len(operations)
        own = self.source(2) > 0
        for offset in range(min(len(operations), 8)):
            operation = operations[(first + offset) % len(operations)]
            terms = (own and self._at_own_point(operation)) or self._suited(operation, self._draw(operation))
            if terms is not None:
                self._append(operation, terms)
                return

    def program(self, operations: Sequence[Operation]) -> Program:
        """What was built, with the inputs first; all loose ends are added up if `sum` or `add` may be used.

        Otherwise what the last step does not need is left out.
        """
        seen = self.felt if self.share else self.used
        loose = [place for place in range(len(self.steps)) if place not in seen]
        if len(loose) > 1 and find_operation("sum") in operations:
            self.steps.append(Step("sum", tuple(loose)))
        elif find_operation("add") in operations:
            total = loose[0]
            for place in loose[1:]:
                self.steps.append(Step("add", (total, place)))
                total = len(self.steps) - 1
        count = len(self.inputs)
        steps = [
            Step(
                step.op,
                tuple((a + count if a >= 0 else -a - 1) if type(a) is int else a for a in step.arguments),
            )
            for step in self.steps
        ]
        return Program(self.inputs, steps).pruned()

    def _at_own_point(self, operation: Operation) -> list[Term] | None:
        """Operands on one of the branches of the row: inputs that have the number already, or new ones."""
        kinds = branches(operation)
        if not kinds:
            return None
        fit, known_points = kinds[self.source(len(kinds) - 1)]
        start = self.source(len(known_points) - 1)
        known = {data: -1 - index for index, data in enumerate(self.inputs)} if self.share else {}
        for numbers in (*known_points[start:], *known_points[:start]):
            moving = [number for number, moves in zip(numbers, fit, strict=True) if moves]
            if len(self.inputs) + sum(number not in known for number in moving) <= MOST_INPUTS:
                terms = [
                    Term(known[n] if n in known else self.add_input(n), n) if moves else Term(n, n)
                    for n, moves in zip(numbers, fit, strict=True)
                ]
                return terms if self._fits(operation, terms) else None
        return None

    def _draw(self, operation: Operation) -> list[Term]:
        width = 1 + self.source(3) if operation.variadic else 0
        terms = []
        for index in range(arity(operation, width)):
            if self.source(11) == 11 and index:
                number = SIMPLE[self.source(len(SIMPLE) - 1)]
                terms.append(Term(number, number))
            else:
                taken = {term.argument for term in terms}
                terms.append(self._place(first=index == 0, taken=taken))
        return terms

    def _place(self, *, first: bool, taken: set[int | float]) -> Term:
        """Mostly a recent place first, so that programs grow deep; any place, also one that was read before, else."""
        open_ = self.order if self.share else [p for p in self.order if p not in self.used and p not in taken]
        if not open_:
            place = self.add_input(SIMPLE[self.source(len(SIMPLE) - 1)])
            return Term(place, self.numbers[place])
        unread = [p for p in open_ if p not in self.used and p not in taken]
        if not first and unread and self.source(1):
            open_ = unread  # so that fewer steps go unused
        back = self.source(min(1, len(open_) - 1) if first else len(open_) - 1)
        place = open_[-1 - back]
        return Term(place, self.numbers[place])

    def _suited(self, operation: Operation, terms: list[Term]) -> list[Term] | None:
        """The operands, or as many of them as the operation can take, the others replaced by constants."""
        if self._fits(operation, terms):
            return terms
        start = self.source(len(SIMPLE) - 1)
        for index in reversed(range(len(terms))):
            for offset in range(0, len(SIMPLE), 3):
                number = SIMPLE[(start + offset) % len(SIMPLE)]
                changed = [*terms[:index], Term(number, number), *terms[index + 1 :]]
                if self._fits(operation, changed):
                    return changed
        known = points(operation, 8, width=_width(operation, len(terms)))
        for offset in range(len(known)):
            numbers = known[(start + offset) % len(known)]
            if len(self.inputs) >= MOST_INPUTS:
                return None
            fit = fitting(operation, numbers)
            changed = [
                Term(self.add_input(n), n) if moves else Term(n, n) for n, moves in zip(numbers, fit, strict=True)
            ]
            if self._fits(operation, changed):
                return changed
        return None

    def _fits(self, operation: Operation, terms: Sequence[Term]) -> bool:
        varying = [type(term.argument) is int for term in terms]
        if not any(varying):
            return False
        found = slopes(operation, [term.number for term in terms], varying)
        return found is not None and self._steepness(terms, found) <= STEEPEST

    def _steepness(self, terms: Sequence[Term], found: Sequence[float]) -> float:
        return sum(
            abs(slope) * self.steepness[term.argument]
            for term, slope in zip(terms, found, strict=True)
            if type(term.argument) is int
        )

    def _append(self, operation: Operation, terms: Sequence[Term]) -> None:
        numbers = [term.number for term in terms]
        found = slopes(operation, numbers, [type(term.argument) is int for term in terms]) or []
        self.used.update(term.argument for term in terms if type(term.argument) is int)
        self.felt.update(
            term.argument
            for term, slope in zip(terms, found, strict=True)
            if type(term.argument) is int and abs(slope) >= FLATTEST
        )
        self.steps.append(Step(operation.name, tuple(term.argument for term in terms)))
        y = computed(operation, numbers)
        self._know(len(self.steps) - 1, y, self._steepness(terms, found))

    def _know(self, place: int, number: float, steepness: float) -> None:
        self.numbers[place] = number
        self.steepness[place] = steepness
        self.order.append(place)


def _width(operation: Operation, count: int) -> int:
    return (count - len(operation.scalars)) // len(operation.groups) if operation.variadic else 0


def _single(operations: Sequence[Operation]) -> Program:
    """One step at a point that the row is known to take."""
    for operation in operations:
        for numbers in points(operation, 1):
            fit = fitting(operation, numbers)
            inputs = [number for number, moves in zip(numbers, fit, strict=True) if moves]
            places = iter(range(len(inputs)))
            arguments = [next(places) if moves else number for number, moves in zip(numbers, fit, strict=True)]
            return Program(inputs, [Step(operation.name, tuple(arguments))])
    names = ", ".join(operation.name for operation in operations)
    raise ValueError(f"no point was found where {names} can be tested: the domain is too small for simple numbers")
