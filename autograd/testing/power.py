"""How many random programs it takes until `check_grad` objects to each planted bug: what `programs()` is worth.

`python -m autograd.testing power` measures it over several seeds.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from typing import Any

from ..errors import require
from ..value import Value
from .bugs import BUGS
from .check import check_grad
from .mutants import mutants
from .program import Program
from .strategies import programs

__all__ = ["drawn", "examples_needed"]


def drawn(seed: int, count: int = 100) -> list[Program]:
    """What hypothesis draws from `programs()` for a seed in a test of `count` examples."""
    hypothesis: Any = require("hypothesis", extra="testing")
    found: list[Program] = []

    settings = hypothesis.settings(
        max_examples=count, database=None, deadline=None, derandomize=False, phases=[hypothesis.Phase.generate]
    )

    def draw(program: Program) -> None:
        found.append(program)

    hypothesis.seed(seed)(settings(hypothesis.given(programs())(draw)))()
    return found


def examples_needed(seed: int, count: int = 100) -> Iterator[tuple[str, int | None]]:
    """Each wrong rule of the table and each planted bug that programs find, with the example that finds it, from 1 on.

    None where none of the `count` examples does.
    """
    examples = drawn(seed, count)
    right = [_gradients(program) for program in examples]
    used = [{step.op for step in program.steps} for program in examples]
    for name, op, active in _planted():
        found = None
        for number, (program, expected, operations) in enumerate(zip(examples, right, used, strict=True), 1):
            if op and op not in operations:
                continue
            with active():
                # Most programs do not show the bug at all, which is quickly seen.
                if (not op or _gradients(program) != expected) and _objects(program):
                    found = number
                    break
        yield name, found


def _planted() -> Iterator[tuple[str, str, Callable[[], AbstractContextManager[Any]]]]:
    """The bugs: name, the operation that they are in ("" for the passes), and the context in which they are there."""
    for mutant in mutants():
        yield f"{mutant.op}: {mutant.name}", mutant.op, mutant.active
    for bug in BUGS.values():
        if bug.found_by == "programs":
            yield bug.name, "", lambda bug=bug: bug  # type: ignore[misc]


def _objects(program: Program) -> bool:
    try:
        check_grad(program, program.inputs)
    except (AssertionError, ValueError, ArithmeticError):  # a wrong rule may have no number there
        return True
    return False


def _gradients(program: Program) -> list[float]:
    leaves = [Value(number) for number in program.inputs]
    with contextlib.suppress(ValueError, ArithmeticError):  # a wrong rule may leave its own domain: no gradients then
        program(*leaves).backward()
    return [leaf.grad for leaf in leaves]
