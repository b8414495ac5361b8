"""Where a backward pass begins: at 1 in the root. Without that no other mistake could be seen."""

from __future__ import annotations

from ..program import Program
from .advice import explain
from .marks import Marks, Mistake
from .operations import Found, programs_of
from .student import Outcome, Student, expect

__all__ = ["seeded"]


def seeded(student: Student, marks: Marks, found: Found) -> bool:
    """Whether gradients arrive at all; where only the seed is missing, the grader puts it in from here on."""
    candidates = [program for op in found.right for program in programs_of(student, op, 2)]
    failures: list[Outcome] = []
    unseeded = False
    for seeding in (False, True):
        student.seed_root = seeding
        for program in candidates:
            outcome = student.run(program)
            if outcome.failure is not None:
                failures.append(outcome)
                if outcome.failure.lost:
                    break
                continue
            unseeded |= outcome.grads[-1] in (0.0, None)
            if any(outcome.grads[place] not in (0.0, None) for place in range(len(program.inputs))):
                root = outcome.grads[-1]
                if seeding or not isinstance(root, float):
                    _report_seed(student, marks, program)
                else:
                    marks.give("seed", 1.0)
                return True
    student.seed_root = False
    if candidates:
        program = candidates[0]
        if not failures and unseeded:
            _report_seed(student, marks, program)
            return False
        failed = failures[0].failure if failures else None
        line, text, detail = (failed.line, failed.text, failed.words()) if failed else (0, "", "")
        why, try_next = explain("error" if failed else "nothing")
        name = "backward() fails" if failed else "backward() gives no gradient to the inputs"
        marks.mistakes.append(
            Mistake("backward", name, student.code(program), "a.grad", None if failed else 0.0,
                    expect(program).grads[0], why, try_next, (), line, text, detail)
        )  # fmt: skip
    return False


def _report_seed(student: Student, marks: Marks, program: Program) -> None:
    why, try_next = explain("seed")
    detail = "" if student.seed_root else "All else about gradients can be tested when this is right."
    code = [*student.code(program), "print(a.grad)"]
    marks.mistakes.append(
        Mistake("seed", "the gradient of the root is not seeded", code, "a.grad", 0.0, expect(program).grads[0], why,
                try_next, detail=detail)
    )  # fmt: skip
