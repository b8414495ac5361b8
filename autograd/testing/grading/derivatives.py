"""Each operation's gradients: its own derivative, times what comes from above, added up over its uses.

Every test is one small program that isolates one mistake, so that two mistakes at once are both found.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from ..program import Program, Step
from .advice import explain
from .marks import Marks, Mistake
from .operations import OPERATORS, Found, programs_of
from .seeding import seeded
from .student import Action, Expected, Failure, Outcome, Student, backward_from, close, expect

__all__ = ["Clean", "check_derivatives"]

NUMBERS = (2.0, 3.0)


@dataclass
class Clean:
    """Operations that can be built on: those whose local derivatives, chain rule and adding-up are right.

    unordered: the attribute that holds inputs in a set, and its type; late: mistakes that others may explain.
    """

    local: list[str] = field(default_factory=list)
    chain: set[str] = field(default_factory=set)
    overwrite: set[str] = field(default_factory=set)
    adds: set[str] = field(default_factory=set)
    faulty: set[str] = field(default_factory=set)
    swapped: bool = False
    works: bool = True
    unordered: tuple[str, str] | None = None
    late: list[Mistake] = field(default_factory=list)


def check_derivatives(student: Student, marks: Marks, found: Found) -> Clean:
    """The rubric's lines from `seed` to `twice`."""
    clean = Clean()
    answer = student.ask("sets")
    if not isinstance(answer, Failure) and answer["name"]:
        clean.unordered = answer["name"], answer["type"]
    everything = len({*OPERATORS, *found.has})
    if not seeded(student, marks, found):
        clean.works = False
        return clean
    for op in found.right:
        if mistake := _local(student, marks, found, clean, op):
            clean.faulty.add(op)
            if not mistake.kind:
                continue
            # What is put together from other operations is wrong where they are; it is named if nothing else is found.
            (marks.mistakes if op in found.single else clean.late).append(mistake)
        else:
            clean.local.append(op)
    marks.give("derivatives", len(clean.local) / everything, _of(len(clean.local), everything))
    # With inputs in a set, a product's derivatives may meet the wrong input.
    scaler = _first(clean, "neg" if clean.unordered else "mul", "mul", "neg", "div")
    combiner = _first(clean, "add", "mul", "sub")
    for op in clean.local:
        if scaler and _passes_on(student, marks, clean, found, op, scaler):
            clean.chain.add(op)
    marks.give("chain", len(clean.chain) / everything, _of(len(clean.chain), everything))
    added = 0
    for op in clean.local:
        if combiner:
            added += _adds_up(student, clean, op, combiner)
    marks.give("several", added / everything, _of(added, everything))
    _report_overwrite(student, marks, clean, found, combiner)
    _check_twice(student, marks, clean, found)
    return clean


def _of(count: int, everything: int) -> str:
    return "" if count == everything else f"{count} of {everything} operations"


def _first(clean: Clean, *operations: str) -> str:
    return next((op for op in operations if op in clean.local), "")


def _local(student: Student, marks: Marks, found: Found, clean: Clean, op: str) -> Mistake | None:
    """The operation's own derivatives at several points; the first that is wrong."""
    programs = programs_of(student, op)
    for other, kind in (("vc", (0, 2.0)), ("cv", (2.0, 0))):
        if (op, other) in student.takes:
            program = Program([3.0], [Step(op, kind)])
            known = student.written(program.steps[0])
            if not any(known in mistake.operations for mistake in marks.mistakes):
                programs.append(program)
    for program in programs:
        outcome, right = student.run(program), expect(program)
        if outcome.mutated:
            return Mistake("", "")  # a mistake of its own
        if wrong := wrong_gradient(student, program, outcome, right):
            place, mistake = wrong
            written = student.written(program.steps[0])
            if outcome.failure is None:
                clean.swapped |= _swapped(outcome, right)
                hint = _guess(outcome.grads[place], right, place)
                mistake = _named(mistake, "derivative", f"wrong local derivative of {written}{hint}", [written, op])
            else:
                mistake = _named(mistake, "error", f"the backward pass of {written} fails", [written, op])
            return mistake
    return None


def wrong_gradient(
    student: Student, program: Program, outcome: Outcome, right: Expected, actions: list[Action] | None = None
) -> tuple[int, Mistake] | None:
    """The first leaf whose gradient is wrong, and the mistake with its two numbers, yet without a name."""
    code = student.code(program, actions)
    if outcome.failure is not None:
        failure = outcome.failure
        why, try_next = explain("contained" if failure.lost else "error")
        return 0, Mistake(
            "error", "", code, "", None, None, why, try_next, (), failure.line, failure.text, failure.words()
        )
    for place in range(len(program.inputs)):
        if not close(outcome.grads[place], right.grads[place], 1.0):
            name = chr(ord("a") + place)
            return place, Mistake("", "", [*code, f"print({name}.grad)"], f"{name}.grad", outcome.grads[place],
                                  right.grads[place])  # fmt: skip
    return None


def _named(mistake: Mistake, kind: str, name: str, operations: list[str] | None = None, detail: str = "") -> Mistake:
    why, try_next = explain(kind) if not mistake.why else (mistake.why, mistake.next)
    return Mistake(kind, name, mistake.code, mistake.quantity, mistake.yours, mistake.right, why, try_next,
                   operations or [], mistake.line, mistake.text, detail or mistake.detail)  # fmt: skip


def _swapped(outcome: Outcome, right: Expected) -> bool:
    found = outcome.grads[: len(right.grads) - 1]
    return len(found) == 2 and close(found[0], right.grads[1], 1.0) and close(found[1], right.grads[0], 1.0)


def _guess(yours: Any, right: Expected, place: int) -> str:
    """What the number looks like, in a few words."""
    if yours in (None, 0.0):
        return ": nothing is passed on"
    if isinstance(yours, float):
        if close(yours, -right.grads[place], 1.0):
            return ": the sign is wrong"
        others = right.grads[: len(right.grads) - 1]
        if len(others) == 2 and close(yours, others[1 - place], 1.0):
            return ": it is the other input's"
        if close(yours, right.data[-1], 1.0):
            return ": it is the value itself"
    return ""


def _passes_on(student: Student, marks: Marks, clean: Clean, found: Found, op: str, scaler: str) -> bool:
    """Whether the operation multiplies with the gradient from above: its result is scaled once more."""
    program = _above(student, op, scaler)
    outcome, right = student.run(program), expect(program)
    wrong = wrong_gradient(student, program, outcome, right)
    if wrong is None:
        return True
    if outcome.mutated:
        return False
    place, mistake = wrong
    written = student.written(program.steps[0])
    alone = expect(Program(program.inputs, program.steps[:1]))
    if outcome.failure is None and close(mistake.yours, alone.grads[place], 1.0):
        named = _named(mistake, "chain", f"the gradient from above is forgotten in {written}", [written, op])
        (marks.mistakes if op in found.single else clean.late).append(named)
    return False


def _above(student: Student, op: str, scaler: str) -> Program:
    base = programs_of(student, op, 1)[0]
    count = len(base.inputs)
    if scaler == "neg":
        return Program(base.inputs, [*base.steps, Step("neg", (count,))])
    arguments = tuple(a + 1 if type(a) is int and a >= count else a for a in base.steps[0].arguments)
    return Program([*base.inputs, 4.0], [Step(op, arguments), Step(scaler, (count + 1, count))])


def _adds_up(student: Student, clean: Clean, op: str, combiner: str) -> bool:
    """Whether two uses of a value add their gradients: the same operation twice, and both results combined."""
    base = programs_of(student, op, 1)[0]
    count = len(base.inputs)
    program = Program(base.inputs, [*base.steps, *base.steps, Step(combiner, (count, count + 1))])
    outcome, right = student.run(program), expect(program)
    if outcome.failure is not None or outcome.mutated:
        return False
    if all(close(outcome.grads[place], right.grads[place], 1.0) for place in range(count)):
        clean.adds.add(op)
        return True
    if any(_is_half(outcome.grads[place], right.grads[place]) for place in range(count)):
        clean.overwrite.add(op)
    return False


def _is_half(yours: Any, right: float) -> bool:
    return isinstance(yours, float) and abs(right) > 1e-6 and close(yours, right / 2, 1.0)


def _report_overwrite(student: Student, marks: Marks, clean: Clean, found: Found, combiner: str) -> None:
    if not clean.overwrite:
        return
    single = [op for op in clean.local if op in clean.overwrite and op in found.single] or sorted(clean.overwrite)
    op = single[0]
    base = programs_of(student, op, 1)[0]
    count = len(base.inputs)
    program = Program(base.inputs, [*base.steps, *base.steps, Step(combiner, (count, count + 1))])
    outcome, right = student.run(program), expect(program)
    place = next(p for p in range(count) if _is_half(outcome.grads[p], right.grads[p]))
    name = chr(ord("a") + place)
    written = [student.written(programs_of(student, one, 1)[0].steps[0]) for one in single]
    everywhere = {*single} >= {one for one in clean.local if one in found.single}
    where = "every operation" if everywhere and len(single) > 1 else ", ".join(written)
    why, try_next = explain("overwrite")
    code, quantity = [*student.code(program), f"print({name}.grad)"], f"{name}.grad"
    title = f"`=` for `+=` in the backward step of {where}"
    yours, true = outcome.grads[place], right.grads[place]
    marks.mistakes.append(Mistake("overwrite", title, code, quantity, yours, true, why, try_next, written))


def _check_twice(student: Student, marks: Marks, clean: Clean, found: Found) -> None:
    """a * a: both edges count."""
    candidates = [op for op in ("mul", "add", "div", "sub") if op in clean.local]
    right_ones = 0
    lost: tuple[Program, Outcome, Expected] | None = None
    for op in candidates:
        program = Program([3.0], [Step(op, (0, 0))])
        outcome, right = student.run(program), expect(program)
        if outcome.failure is None and close(outcome.grads[0], right.grads[0], 1.0):
            right_ones += 1
        elif lost is None and outcome.failure is None and not outcome.mutated and op in found.single:
            lost = program, outcome, right
    marks.give("twice", right_ones / 4, _of(right_ones, 4))
    if lost is None or lost[0].steps[0].op in clean.overwrite:
        return
    program, outcome, right = lost
    losing = program.steps[0].op
    kind, name = "set", "a value used twice by one operation loses an edge, as with inputs in a set"
    if losing not in clean.adds and _forgets(student, losing):
        # Another mistake kept the uses in two operations from being tested.
        clean.overwrite |= {one for one in clean.local if one not in clean.adds and _forgets(student, one)}
        kind, name = "overwrite", f"`=` for `+=` in the backward step of {student.written(program.steps[0])}"
        if clean.overwrite >= {one for one in clean.local if one in found.single}:
            name = "`=` for `+=` in the backward step of every operation"
    why, try_next = explain(kind)
    marks.mistakes.append(
        Mistake(kind, name, [*student.code(program), "print(a.grad)"], "a.grad", outcome.grads[0], right.grads[0], why,
                try_next, [student.written(program.steps[0], ("a", "a", "y"))])
    )  # fmt: skip


def _forgets(student: Student, op: str) -> bool:
    """Whether a gradient that a leaf has already is replaced."""
    program = programs_of(student, op, 1)[0]
    outcome = student.run(program, [("set", 0, 100.0), *backward_from(program)])
    return outcome.failure is None and close(outcome.grads[0], expect(program).grads[0], 1.0)
