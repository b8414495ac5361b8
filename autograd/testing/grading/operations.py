"""What the class supports: operators, constants on either side, functions as methods or of the module; their values."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from ... import OPERATIONS, Operation
from ..points import fitting, points
from ..program import Program, Step
from .advice import explain
from .marks import Marks, Mistake
from .student import BINARY, Failure, Outcome, Student, close, expect

__all__ = ["OPERATORS", "Found", "find_operations", "programs_of"]

OPERATORS = ("add", "sub", "mul", "div", "pow", "neg")
POINTS = 5
ALIASES = {
    "sigmoid": ["logistic"], "silu": ["swish"], "relu": ["ReLU"], "log": ["ln"], "asin": ["arcsin"], "acos": ["arccos"],
    "atan": ["arctan"], "gelu_tanh": ["gelu"],
}  # fmt: skip
REFLECTED = {"add": "__radd__", "sub": "__rsub__", "mul": "__rmul__", "div": "__rtruediv__"}


@dataclass
class Found:
    """The operations that the class has; those of them whose values are right; those made of one node only."""

    has: list[str] = field(default_factory=list)
    right: list[str] = field(default_factory=list)
    single: set[str] = field(default_factory=set)


def find_operations(student: Student, marks: Marks, dunders: list[str]) -> Found:
    """Find out what there is, check the values, give the points for it."""
    found = Found()
    _operators(student, marks, found)
    _constants(student, marks, found, dunders)
    _functions(student, marks, found)
    for op in found.has:
        numbers = [1.5, 0.5][: len(OPERATIONS[op].operands)]
        answer = student.ask("made", op=op, numbers=numbers)
        if isinstance(answer, Failure) or answer["made"] <= 1:
            found.single.add(op)
    return found


def programs_of(student: Student, op: str, count: int = POINTS) -> list[Program]:
    """The operation alone, at points of every kind that its row knows; what may not vary there is a constant."""
    row = OPERATIONS[op]
    if op == "neg" or op not in OPERATORS:
        return [Program(numbers, [Step(op, (0,))]) for numbers in _points(row, count)]
    made: list[Program] = []
    for numbers in ((3.0, 2.0), *_points(row, 3 * count)):
        moves = fitting(row, numbers)
        if op == "pow" and ("pow", "vv") not in student.takes:
            moves = [moves[0], False]
        if op != "pow" and not all(moves):
            continue
        if op == "pow" and (not moves[0] or (len(made) % 2 and moves[1] and ("pow", "vc") in student.takes)):
            moves = [True, False] if moves[0] else [False, False]
        if not any(moves):
            continue
        inputs = [number for number, move in zip(numbers, moves, strict=True) if move]
        places = iter(range(len(inputs)))
        made.append(
            Program(inputs, [Step(op, tuple(next(places) if m else n for n, m in zip(numbers, moves, strict=True)))])
        )
    return made[:count]


@cache
def _points(row: Operation, count: int) -> list[tuple[float, ...]]:
    """Points are the same on every call, and are asked for again and again."""
    return points(row, count)


def _operators(student: Student, marks: Marks, found: Found) -> None:
    missing, reached = marks.missing, 0
    for op in OPERATORS:
        outcome, written = _try_operator(student, op)
        if outcome.failure is not None:
            missing.append(written)
            if not _undefined(outcome.failure):
                marks.mistakes.append(_fails(student, written, outcome.failure, op))
            continue
        found.has.append(op)
        if _values_are_right(student, marks, op):
            found.right.append(op)
            reached += 1
    marks.give("operators", reached / len(OPERATORS), f"missing: {', '.join(missing)}" if missing else "")


def _try_operator(student: Student, op: str) -> tuple[Outcome, str]:
    if op == "neg":
        program = Program([3.0], [Step("neg", (0,))])
        return student.run(program, []), "-a"
    both = Program([3.0, 2.0], [Step(op, (0, 1))])
    outcome = student.run(both, [])
    if outcome.failure is None:
        student.takes.add((op, "vv"))
    if op == "pow":
        student.takes.add((op, "vc"))
        constant = student.run(Program([3.0], [Step("pow", (0, 2.0))]), [])
        if constant.failure is not None:
            student.takes.discard((op, "vc"))
        elif outcome.failure is not None:
            return constant, "a ** 2"
    return outcome, f"a {BINARY[op]} b"


def _constants(student: Student, marks: Marks, found: Found, dunders: list[str]) -> None:
    """a + 2, 2 + a and so on; what fails counts as one mistake on the right side, and one on the left."""
    failed: dict[str, list[tuple[str, Failure, Program]]] = {"vc": [], "cv": []}
    reached = 0
    for op in ("add", "sub", "mul", "div"):
        for kind, arguments in (("vc", (0, 2.0)), ("cv", (2.0, 0))):
            if op not in found.has:
                continue
            program = Program([3.0], [Step(op, arguments)])
            student.takes.add((op, kind))
            outcome = student.run(program, [])
            if outcome.failure is not None:
                failed[kind].append((student.written(program.steps[0]), outcome.failure, program))
                student.takes.discard((op, kind))
            elif _check_value(student, marks, op, program, outcome, written=student.written(program.steps[0])):
                reached += 1
    if ("pow", "vc") in student.takes:
        reached += 1
    elif "pow" in found.has:
        program = Program([3.0], [Step("pow", (0, 2.0))])
        student.takes.add(("pow", "vc"))
        if (failure := student.run(program, []).failure) is not None:
            failed["vc"].append((student.written(program.steps[0]), failure, program))
        student.takes.discard(("pow", "vc"))
    marks.give("constants", reached / 9, "" if reached == 9 else f"{reached} of 9")
    _report_constants(student, marks, failed, dunders)
    if "pow" in found.has:
        reflected = Program([3.0], [Step("pow", (2.0, 0))])
        student.takes.add(("pow", "cv"))
        if student.run(reflected, []).failure is not None:
            student.takes.discard(("pow", "cv"))
            marks.limits.append("2 ** a is not supported")
        if ("pow", "vv") not in student.takes:
            marks.limits.append("a ** b with a Value as exponent is not supported")


def _report_constants(
    student: Student, marks: Marks, failed: dict[str, list[tuple[str, Failure, Program]]], dunders: list[str]
) -> None:
    for kind in ("vc", "cv"):
        if not failed[kind]:
            continue
        forms = [written for written, _, _ in failed[kind]]
        _, failure, program = failed[kind][0]
        ops = [program.steps[0].op for _, _, program in failed[kind]]
        if kind == "vc":
            name = f"constants are not wrapped: {', '.join(forms)}"
            marks.mistakes.append(_failing("constants", name, student, program, failure, forms))
            continue
        if names := [REFLECTED[op] for op in ops if REFLECTED[op] not in dunders]:
            name = f"missing {', '.join(names)}: {', '.join(forms)}"
            marks.mistakes.append(_failing("reflected", name, student, program, failure, forms))
        elif not failed["vc"]:
            name = f"a number on the left fails: {', '.join(forms)}"
            marks.mistakes.append(_failing("reflected", name, student, program, failure, forms))


def _functions(student: Student, marks: Marks, found: Found) -> None:
    rows = [row for row in OPERATIONS.values() if not row.variadic and len(row.operands) == 1]
    names, broken = [], 0
    for row in rows:
        if row.name in ("neg", "identity"):
            continue
        answer = student.ask("find", name=row.name, aliases=[row.name, *ALIASES.get(row.name, [])], numbers=[0.5, 1.5])
        if isinstance(answer, Failure):
            broken += 1
            why, try_next = explain("contained")
            code = [*student.code(Program([0.5], []), []), f"y = a.{row.name}()"]
            kind = "hang" if answer.type == "hang" else "crash"
            name = f"{row.name} fails"
            marks.mistakes.append(Mistake(kind, name, code, why=why, next=try_next, detail=answer.words()))
            continue
        if answer["form"]:
            student.forms[row.name] = answer["form"]
            names.append(row.name)
        elif answer["error"] and row.name != "gelu_tanh":
            broken += 1
            error = Failure(
                answer["error"]["type"], answer["error"]["message"], answer["error"]["line"], answer["error"]["text"]
            )
            marks.mistakes.append(_fails(student, f"{row.name}(a)", error, row.name))
    if {"gelu", "gelu_tanh"} <= {*names}:
        names = _which_gelu(student, names)
    right = [name for name in names if _values_are_right(student, marks, name)]
    found.has += names
    found.right += right
    share = len(right) / max(1, len(names) + broken)
    marks.give("function", share, f"right: {', '.join(right)}" if right else "none found")


def _which_gelu(student: Student, names: list[str]) -> list[str]:
    """Both rows are found under the name gelu; the one whose numbers fit stays."""
    if student.forms["gelu"] != student.forms["gelu_tanh"]:
        return names
    program = Program([1.5], [Step("gelu_tanh", (0,))])
    outcome = student.run(program, [])
    fits = outcome.failure is None and abs(outcome.data[-1] - expect(program).data[-1]) < 1e-9
    dropped = "gelu" if fits else "gelu_tanh"
    del student.forms[dropped]
    return [name for name in names if name != dropped]


def _values_are_right(student: Student, marks: Marks, op: str) -> bool:
    for program in programs_of(student, op):
        outcome = student.run(program, [])
        written = student.written(program.steps[0])
        if outcome.failure is not None:
            marks.mistakes.append(_failing("error", f"{written} fails", student, program, outcome.failure, [written]))
            return False
        if not _check_value(student, marks, op, program, outcome, written=written):
            return False
    return True


def _check_value(student: Student, marks: Marks, op: str, program: Program, outcome: Outcome, *, written: str) -> bool:
    right = expect(program).data[-1]
    if close(outcome.data[-1], right, abs(right)):
        return True
    why, try_next = explain("value")
    if not any(mistake.kind == "value" and written in mistake.operations for mistake in marks.mistakes):
        marks.mistakes.append(
            Mistake("value", f"wrong value of {written}", student.code(program, []), "y.data", outcome.data[-1], right,
                    why, try_next, [written, op])
        )  # fmt: skip
    return False


def _undefined(failure: Failure) -> bool:
    """Whether Python itself says that the operator is not there."""
    return failure.type == "TypeError" and not failure.line and "operand type" in failure.message


def _fails(student: Student, written: str, failure: Failure, op: str) -> Mistake:
    row: Operation = OPERATIONS[op]
    inputs = [3.0, 2.0][: len(row.operands)]
    program = Program(inputs, [Step(op, tuple(range(len(inputs))))])
    lines = student.code(program, []) if op in OPERATORS else []
    why, try_next = explain("contained" if failure.lost else "error")
    kind = failure.type if failure.lost else "error"
    return Mistake(kind, f"{written} fails", lines, why=why, next=try_next, operations=[written], line=failure.line,
                   text=failure.text, detail=failure.words())  # fmt: skip


def _failing(
    kind: str, name: str, student: Student, program: Program, failure: Failure, operations: list[str]
) -> Mistake:
    why, try_next = explain("contained" if failure.lost else kind)
    if failure.lost:
        kind = failure.type
    # What failed is shown as it was tried: with a plain number.
    step, takes = program.steps[0], student.takes
    student.takes = takes | {(step.op, "".join("v" if type(argument) is int else "c" for argument in step.arguments))}
    code = student.code(program, [])
    student.takes = takes
    return Mistake(kind, name, code, why=why, next=try_next, operations=operations, line=failure.line,
                   text=failure.text, detail=failure.words())  # fmt: skip
