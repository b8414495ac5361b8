"""Random programs on the class and on the reference; the first that differs is shrunk to the smallest that does."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from ..build import random_program
from ..points import SIMPLE, slopes
from ..program import Program, Step
from .advice import explain
from .derivatives import Clean, wrong_gradient
from .marks import Marks, Mistake
from .operations import Found
from .student import Outcome, Student, close, expect

__all__ = ["check_random", "shrink"]

STEPS = 8
MOST_HANGS = 2
SHRINKING = 2.0
"""Seconds for shrinking."""


def check_random(
    student: Student, marks: Marks, found: Found, clean: Clean, *, seed: int, examples: int,
    until: float, progress: Callable[[int], None],
) -> Mistake | None:  # fmt: skip
    """Run the programs, give the points; the smallest wrong program, a mistake of its own if none explains it."""
    if not found.right or not clean.works:
        return None
    right = done = hangs = 0
    first: Program | None = None
    unexplained: Program | None = None
    for index in range(examples):
        if time.monotonic() > until or hangs >= MOST_HANGS:
            break
        program = suited(student, random_program(seed + index, ops=found.right, max_ops=STEPS))
        outcome = student.run(program)
        hangs += outcome.failure is not None and outcome.failure.lost
        done += 1
        if is_right(student, program, outcome):
            right += 1
        else:
            first = first or program
            if unexplained is None and not _explained(marks, found, clean, program):
                unexplained = program
        progress(done)
    short = "" if done == examples else ", then time was up" if hangs < MOST_HANGS else ", then programs hung"
    marks.give("random", right / max(done, 1), f"{right:,} of {done:,} right{short}")
    wrong = unexplained or first
    if wrong is None:
        return None
    smallest = shrink(wrong, lambda program: not is_right(student, program, student.run(program)))
    mistake = _shown(student, smallest)
    if unexplained is not None:
        marks.mistakes.append(mistake)
        return None
    return replace(mistake, why="", next="")


def is_right(student: Student, program: Program, outcome: Outcome) -> bool:
    """Whether value and gradients are those of the reference."""
    expected = expect(program)
    scale = expected.scale
    return (
        outcome.failure is None
        and close(outcome.data[-1], expected.data[-1], scale)
        and all(close(outcome.grads[place], expected.grads[place], scale) for place in range(len(program.inputs)))
    )


def suited(student: Student, program: Program) -> Program:
    """The same numbers without a value as an exponent, for a class that takes numbers only there."""
    data = program.run(program.inputs)
    steps = []
    for step in program.steps:
        arguments = step.arguments
        if step.op == "pow":
            base, exponent = arguments
            if type(exponent) is int and ("pow", "vv") not in student.takes:
                arguments = (base, float(data[exponent]))
        steps.append(Step(step.op, arguments))
    changed = Program(program.inputs, steps)
    if not _depends(changed):  # 2 ** a became a constant
        return Program(program.inputs[:1], [Step("add", (0, 0))])
    return changed.pruned()


def shrink(program: Program, fails: Callable[[Program], bool]) -> Program:
    """The smallest program to be found that still fails: fewer steps, fewer inputs, simpler numbers."""
    until = time.monotonic() + SHRINKING
    smaller = True
    while smaller and time.monotonic() < until:
        smaller = False
        for candidate in _smaller(program):
            if time.monotonic() > until:
                break
            if _size(candidate) < _size(program) and _fit(candidate) and fails(candidate):
                program, smaller = candidate, True
                break
    return program


def _explained(marks: Marks, found: Found, clean: Clean, program: Program) -> bool:
    """Whether a mistake that has been named concerns this program."""
    if marks.found("order", "set", "paths", "backward", "mutation"):
        return True
    named = clean.faulty | clean.overwrite | ({*clean.local} - clean.chain)
    used = {step.op for step in program.steps}
    composed = used - found.single
    written = {op for mistake in marks.mistakes for op in mistake.operations}
    return bool(used & (named | written)) or bool(composed and named)


def _shown(student: Student, program: Program) -> Mistake:
    why, try_next = explain("unnamed")
    outcome, expected = student.run(program), expect(program)
    name = "a random program differs"
    if outcome.failure is None and not close(outcome.data[-1], expected.data[-1], expected.scale):
        code = [*student.code(program, []), "print(y.data)"]
        return Mistake("unnamed", name, code, "y.data", outcome.data[-1], expected.data[-1], why, try_next)
    wrong = wrong_gradient(student, program, outcome, expected)
    if wrong is None:  # it was wrong once: no two runs are alike
        return Mistake("unnamed", f"{name} from run to run", student.code(program), why=why, next=try_next)
    return replace(wrong[1], kind="unnamed", name=name, why=why, next=try_next)


def _smaller(program: Program) -> Iterator[Program]:
    count = len(program.inputs)
    for line in reversed(range(len(program.steps) - 1)):
        yield Program(program.inputs, program.steps[: line + 1]).pruned()
    data = [float(number) for number in program.run(program.inputs)]
    for line, step in enumerate(program.steps):
        for place in dict.fromkeys(step.places):
            yield from _valid(_without(program, line, place))
        yield from _valid(_as_input(program, line, data[count + line]))
    for place in range(count):
        for other in range(place):
            yield from _valid(_merged(program, place, other))
        for number in (1.0, 2.0, 3.0, -1.0, 0.5, *SIMPLE[:4]):
            inputs = [number if p == place else old for p, old in enumerate(program.inputs)]
            yield Program(inputs, program.steps)
    for line, step in enumerate(program.steps):
        for index, argument in enumerate(step.arguments):
            if type(argument) is float:
                for number in (1.0, 2.0, 3.0, -1.0, 0.5):
                    changed = (*step.arguments[:index], number, *step.arguments[index + 1 :])
                    yield Program(
                        program.inputs, [*program.steps[:line], Step(step.op, changed), *program.steps[line + 1 :]]
                    )


def _without(program: Program, line: int, instead: int) -> Program | None:
    """The program without one step: who read its result reads one of its operands."""
    gone = len(program.inputs) + line

    def moved(argument: int | float) -> int | float:
        if type(argument) is float:
            return argument
        place = instead if argument == gone else int(argument)
        return place - 1 if place > gone else place

    rest = [s for index, s in enumerate(program.steps) if index != line]
    return _made(program.inputs, [Step(s.op, tuple(map(moved, s.arguments))) for s in rest])


def _as_input(program: Program, line: int, number: float) -> Program | None:
    """A step's result becomes an input."""
    count = len(program.inputs)

    def moved(argument: int | float) -> int | float:
        if type(argument) is float:
            return argument
        if argument == count + line:
            return count
        if argument < count:
            return argument
        return argument + 1 if argument < count + line else argument

    if line == len(program.steps) - 1:
        return None
    rest = [s for index, s in enumerate(program.steps) if index != line]
    return _made([*program.inputs, number], [Step(s.op, tuple(map(moved, s.arguments))) for s in rest])


def _merged(program: Program, place: int, other: int) -> Program | None:
    """Two inputs become one."""
    steps = [
        Step(s.op, tuple(other if type(a) is int and a == place else a for a in s.arguments)) for s in program.steps
    ]
    return _made(program.inputs, steps)


def _made(inputs: object, steps: list[Step]) -> Program | None:
    try:
        program = Program(inputs, steps)  # type: ignore[arg-type]
        return program.pruned() if steps and _depends(program) else None
    except ValueError:
        return None


def _valid(program: Program | None) -> Iterator[Program]:
    if program is not None:
        yield program


def _depends(program: Program) -> bool:
    """Whether every step has at least one operand that is no constant."""
    return all(step.places for step in program.steps)


def _fit(program: Program) -> bool:
    """Whether every step stands inside its domain and off its kinks."""
    try:
        data = program.run(program.inputs)
    except (ValueError, ArithmeticError):
        return False
    for step in program.steps:
        numbers = [float(data[a]) if type(a) is int else float(a) for a in step.arguments]
        if slopes(step.operation, numbers, [type(a) is int for a in step.arguments]) is None:
            return False
    return True


def _size(program: Program) -> tuple[int, int, int]:
    constants = [a for step in program.steps for a in step.arguments if type(a) is float]
    numbers = [*program.inputs, *constants]
    # 1 is the simplest number; 0 is none, as it hides what it is multiplied by.
    return len(program.steps), len(program.inputs), sum(len(f"{n:g}") + (n != 1) + 2 * (n == 0) for n in numbers)
