"""Whole backward passes: their order, a second pass, two losses, deep graphs, many paths, sets, changed data."""

from __future__ import annotations

from dataclasses import replace

from ..program import Program, Step
from .advice import explain
from .derivatives import Clean, wrong_gradient
from .marks import Marks, Mistake
from .operations import Found
from .orders import RIGHT, WRONG, Order, predict
from .student import BINARY, Action, Failure, Student, close, expect

__all__ = ["check_data", "check_passes"]

DEEP = 5000
PATHS = 40


def check_passes(student: Student, marks: Marks, found: Found, clean: Clean, methods: list[str]) -> None:
    """The rubric's lines from `order` on, but for random programs and `data`."""
    _check_sets(student, marks, clean)
    pair = _pair(marks, clean)
    if pair is None:
        return
    _check_order(student, marks, clean, pair)
    _check_again(student, marks, clean, pair)
    _check_deep(student, marks, found)
    _check_paths(student, marks, clean)
    if "zero_grad" in methods:
        _check_zero_grad(student, marks, clean)
    else:
        marks.limits.append("no zero_grad(): gradients are reset by hand, a.grad = 0")
    if clean.late and not marks.found("derivative", "chain", "overwrite", "order", "set"):
        marks.mistakes += clean.late


def check_data(student: Student, marks: Marks) -> None:
    """Whether any program so far has changed a number that was put in or computed."""
    if student.mutated is None:
        marks.give("data", 1.0)
        return
    program, place, old, new = student.mutated
    why, try_next = explain("mutation")
    names = [chr(ord("a") + leaf) for leaf in range(len(program.inputs))]
    name = names[place] if place < len(names) else "y"
    marks.give("data", 0.0)
    marks.mistakes.append(
        Mistake("mutation", f"the data of {name} is changed", [*student.code(program), f"print({name}.data)"],
                f"{name}.data", new, old, why, try_next)
    )  # fmt: skip


def _check_sets(student: Student, marks: Marks, clean: Clean) -> None:
    if clean.unordered is None:
        marks.give("inputs", 0.0 if marks.found("set") else 1.0)
        return
    name, kind = clean.unordered
    marks.give("inputs", 0.0, f"{name} is a {kind}")
    where = f"inputs in a set: {name} is a {kind}"
    named = [mistake for mistake in marks.mistakes if mistake.kind == "set"]
    if named or clean.swapped:  # derivatives met the wrong input, which may be a constant
        pairs = [m for m in marks.mistakes if m.kind in ("derivative", "chain") and BINARY.keys() & {*m.operations}]
        named += pairs
    why, try_next = explain("set")
    for mistake in named[1:]:
        marks.mistakes.remove(mistake)
    if named:
        place = marks.mistakes.index(named[0])
        shown = where if "twice" not in named[0].name else f"{where}; a * a loses an edge"
        marks.mistakes[place] = replace(named[0], kind="set", name=shown, why=why, next=try_next)
    else:
        program = Program([3.0], [Step("mul" if "mul" in clean.local else "add", (0, 0))])
        code = [*student.code(program, []), f"print(len(y.{name}))"]
        detail = "The gradients are right all the same: the backward step finds its inputs in another way."
        marks.mistakes.append(Mistake("set", where, code, f"len(y.{name})", 1.0, 2.0, why, try_next, detail=detail))


def _pair(marks: Marks, clean: Clean) -> tuple[str, str] | None:
    """A scaling and a combining operation to build graphs from: the cleanest of * and +."""
    good = [op for op in ("mul", "add") if op in clean.local]
    if marks.found("set") and "add" in good:
        good = ["add"]  # its derivatives are the same by both inputs, whichever comes first
    best = [op for op in good if op in clean.chain and op not in clean.overwrite] or good
    if not best:
        return None
    return best[0], best[-1]


def _graphs(scale: str, combine: str) -> list[Program]:
    """Graphs in which a computed node is used twice, at different distances from the root, in both orders."""
    graphs = []
    for flipped in (False, True):

        def both(a: int, b: int, flipped: bool = flipped) -> tuple[int, int]:
            return (b, a) if flipped else (a, b)

        graphs += [
            Program([2.0, 3.0, 4.0], [Step(scale, (0, 1)), Step(scale, (3, 2)), Step(combine, both(3, 4))]),
            Program([2.0, 3.0, 4.0, 5.0], [Step(scale, (0, 1)), Step(scale, (4, 2)), Step(scale, (4, 3)),
                                           Step(combine, both(5, 6))]),
            Program([2.0, 3.0, 4.0, 5.0], [Step(scale, (0, 1)), Step(scale, (4, 2)), Step(scale, (5, 3)),
                                           Step(combine, both(4, 6))]),
        ]  # fmt: skip
    return graphs


def _check_order(student: Student, marks: Marks, clean: Clean, pair: tuple[str, str]) -> None:
    graphs = _graphs(*pair)
    outcomes = [student.run(program) for program in graphs]
    good = sum(wrong_gradient(student, p, o, expect(p)) is None for p, o in zip(graphs, outcomes, strict=True))
    if good == len(graphs):
        marks.give("order", 1.0)
        return
    marks.give("order", 0.0)
    if any(outcome.mutated for outcome in outcomes):
        return
    overwrite = frozenset(clean.overwrite & {*pair})

    def fits(order: Order, from_right: bool) -> bool:
        for program, outcome in zip(graphs, outcomes, strict=True):
            predicted = predict(program, order, overwrite=overwrite, from_right=from_right)
            if outcome.failure is not None:
                return False
            if not all(close(g, p, 1.0) for g, p in zip(outcome.grads, predicted, strict=False)):
                return False
        return True

    if overwrite and any(fits(order, side) for order in RIGHT.values() for side in (False, True)):
        return  # `=` for `+=` explains every number
    named = [words for words, order in WRONG.items() for side in (False, True) if fits(order, side)]
    if (overwrite or marks.found("chain", "set")) and not named:
        return
    program, outcome = next(
        (p, o) for p, o in zip(graphs, outcomes, strict=True) if wrong_gradient(student, p, o, expect(p)) is not None
    )
    wrong = wrong_gradient(student, program, outcome, expect(program))
    if wrong is None:
        return
    why, try_next = explain("order")
    detail = named[0] if named else "a path is lost, or counted twice"
    if outcome.failure is not None:
        detail = outcome.failure.words()
    name = "wrong order of the backward pass"
    if "for every use" in detail:
        name = "a node is visited once for every use"
    marks.mistakes.append(replace(wrong[1], kind="order", name=name, why=why, next=try_next, detail=detail))


def _check_again(student: Student, marks: Marks, clean: Clean, pair: tuple[str, str]) -> None:
    """Two passes over one graph, and one pass over each of two."""
    scale, _ = pair
    program = Program([2.0, 3.0, 4.0], [Step(scale, (0, 1)), Step(scale, (3, 2))])
    root = 4
    actions: list[Action] = [("backward", root), ("backward", root)]
    outcome = student.run(program, actions)
    excused = scale in clean.overwrite
    if outcome.failure is not None:
        if len(outcome.after) < 1:
            return  # not even one works
        why, try_next = explain("error")
        marks.give("again", 0.0)
        marks.mistakes.append(Mistake("again", "a second backward() fails", student.code(program, actions), why=why,
                                      next=try_next, line=outcome.failure.line, text=outcome.failure.text,
                                      detail=outcome.failure.words()))  # fmt: skip
        return
    single, twice = outcome.after[0][0], outcome.grads[0]
    if outcome.mutated or not isinstance(single, float) or not single:
        return
    shown = [*student.code(program, actions), "print(a.grad)"]
    interior = isinstance(twice, float) and abs(twice) > abs(2 * single) * (1 + 1e-6)
    marks.give("again", float(close(twice, 2 * single, 1.0)))
    if interior:
        why, try_next = explain("interior")
        name = f"interior gradients are not reset: a second backward() gives {twice / single:g} times the gradient"
        marks.mistakes.append(Mistake("interior", name, shown, "a.grad", twice, 2 * single, why, try_next))
    losses = Program([2.0, 3.0, 4.0], [Step(scale, (0, 1)), Step(scale, (0, 2))])
    actions = [("backward", 3), ("backward", 4)]
    separate = student.run(losses, actions)
    first, second = expect(losses, 3).grads[0], expect(losses, 4).grads[0]
    found = separate.grads[0] if separate.failure is None and separate.grads else None
    right = close(found, first + second, 1.0)
    marks.give("losses", float(right))
    if not right and not excused and not interior and not separate.mutated:
        why, try_next = explain("accumulate")
        code = [*student.code(losses, actions), "print(a.grad)"]
        marks.mistakes.append(Mistake("accumulate", "the leaves do not accumulate", code, "a.grad", found,
                                      first + second, why, try_next))  # fmt: skip


def _check_deep(student: Student, marks: Marks, found: Found) -> None:
    if "add" not in found.has:
        return
    answer = student.ask("chain", length=DEEP, number=1.0, seconds=5.0)
    if not isinstance(answer, Failure):
        marks.give("deep", float(answer["grad"] not in (None, 0.0)))
        return
    if answer.type == "hang":
        marks.give("deep", 0.0, answer.message)
        return
    low, high = 1, DEEP
    while high - low > max(1, low // 50) and student.lost < 6:
        middle = (low + high) // 2
        works = not isinstance(student.ask("chain", length=middle, number=1.0), Failure)
        low, high = (middle, high) if works else (low, middle)
    marks.give("deep", 0.0, f"works up to about {low}")
    why, try_next = explain("recursion")
    cls = student.class_name
    code = [f"from {student.path.stem} import {cls}", f"a = y = {cls}(1)", f"for _ in range({high}):",
            f"    y = y + {cls}(1)", "y.backward()"]  # fmt: skip
    name = "recursion limit on deep graphs" if answer.type == "RecursionError" else "a deep graph fails"
    detail = f"{answer.words()}; about {low} additions in a row work"
    marks.mistakes.append(Mistake("recursion", name, code, why=why, next=try_next, line=answer.line, text=answer.text,
                                  detail=detail))  # fmt: skip


def _check_paths(student: Student, marks: Marks, clean: Clean) -> None:
    if "add" not in clean.local or marks.found("order"):
        return
    program = Program([1.0], [Step("add", (place, place)) for place in range(PATHS)])
    outcome = student.run(program)
    if outcome.failure is None or outcome.failure.type != "hang":
        marks.give("paths", float(outcome.failure is None))
        return
    marks.give("paths", 0.0)
    why, try_next = explain("paths")
    cls = student.class_name
    code = [f"from {student.path.stem} import {cls}", f"a = y = {cls}(1)", f"for _ in range({PATHS}):", "    y = y + y",
            "y.backward()"]  # fmt: skip
    marks.mistakes.append(Mistake("paths", "the time grows with the number of paths", code, why=why, next=try_next,
                                  detail=outcome.failure.words()))  # fmt: skip


def _check_zero_grad(student: Student, marks: Marks, clean: Clean) -> None:
    program = Program(
        [2.0, 3.0], [Step(clean.local[0], (0, 1) if clean.local[0] in ("add", "mul", "sub", "div") else (0,))]
    )
    if clean.local[0] == "pow":
        program = Program([2.0], [Step("pow", (0, 2.0))])
    last = len(program.inputs)
    actions: list[Action] = [("backward", last), ("zero_grad", 0)]
    outcome = student.run(program, actions)
    if outcome.failure is None and outcome.grads and outcome.grads[0] in (0.0, None):
        return
    why, try_next = explain("zero_grad")
    yours = outcome.grads[0] if outcome.failure is None and outcome.grads else None
    detail = outcome.failure.words() if outcome.failure else ""
    if outcome.failure and outcome.failure.type == "TypeError":
        return  # it wants arguments: a zero_grad of another kind
    share, _ = marks.reached.get("losses", (0.0, ""))
    marks.give("losses", share / 2, "zero_grad() does not work")
    marks.mistakes.append(Mistake("zero_grad", "zero_grad() does not reset the gradient",
                                  [*student.code(program, actions), "print(a.grad)"], "a.grad", yours, 0.0, why,
                                  try_next, detail=detail))  # fmt: skip
