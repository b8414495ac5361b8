"""`Student`: the class under test, asked to run straight-line programs; and how such programs read in its own syntax.

A `Program` over the table's operations is put into the operators and functions that the class has: a constant stays a
number where the class takes one on that side, and becomes a value where it does not.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ... import Value
from ..program import Program, Step
from .process import LostError, Process

__all__ = ["BINARY", "Action", "Expected", "Failure", "Outcome", "Student", "backward_from", "expect"]

BINARY = {"add": "+", "sub": "-", "mul": "*", "div": "/", "pow": "**"}
SECONDS = 1.0
"""Time for one program; for loading the file, three times as much."""

MOST_LOST = 5
"""Processes that may be lost before grading goes on without asking any more."""

Action = tuple[Any, ...]
"""("backward", place), ("zero_grad", place) or ("set", place, number)."""


@dataclass(frozen=True)
class Failure:
    """What stopped a program: the exception with the file's own line, or the end of the process."""

    type: str
    message: str
    line: int = 0
    text: str = ""
    step: int | None = None
    action: str = ""

    @property
    def lost(self) -> bool:
        """Whether the process hung or ended."""
        return self.type in ("hang", "crash")

    def words(self) -> str:
        """On one line, without the source text."""
        if self.lost:
            return self.message
        where = f" (line {self.line})" if self.line else ""
        return f"{self.type}: {self.message}{where}" if self.message else f"{self.type}{where}"


@dataclass(frozen=True)
class Outcome:
    """What a program gave: the numbers in every place, the gradients after each action, or why it stopped.

    mutated: a number was changed by an operation or a backward pass; then no gradient of this run says anything.
    """

    data: list[Any] = field(default_factory=list)
    after: list[list[Any]] = field(default_factory=list)
    data_after: list[Any] = field(default_factory=list)
    failure: Failure | None = None
    mutated: bool = False

    @property
    def grads(self) -> list[Any]:
        """The gradients after the last action."""
        return self.after[-1] if self.after else []


@dataclass(frozen=True)
class Expected:
    """The right numbers: data and, after one backward pass from the last place, gradients; the size of rounding."""

    data: list[float]
    grads: list[float]
    scale: float


def expect(program: Program, root: int | None = None) -> Expected:
    """The reference: this library's engine."""
    leaves = [Value(number) for number in program.inputs]
    places = program.run(leaves)
    places[-1 if root is None else root].backward()
    data = [float(place.data) for place in places]
    grads = [float(place.grad) for place in places]
    scale = max([1.0, *map(abs, data), *map(abs, grads)])
    return Expected(data, grads, scale)


def close(found: Any, right: float, scale: float) -> bool:
    """Whether a number of the student's is right, up to rounding; no gradient (None) counts as 0."""
    if found is None:
        found = 0.0
    return isinstance(found, float) and math.isfinite(found) and abs(found - right) <= 1e-7 * max(abs(right), scale)


def backward_from(program: Program, times: int = 1) -> list[Action]:
    """Backward passes from the last place."""
    return [("backward", len(program.inputs) + len(program.steps) - 1)] * times


class Student:
    """The file and its class, in processes that are started anew when one is lost."""

    def __init__(self, path: Path, class_name: str) -> None:
        self.path = path
        self.class_name = class_name
        self.definitions_only = False
        self.forms: dict[str, str] = {}
        self.takes: set[tuple[str, str]] = set()
        self.seed_root = False
        self.lost = 0
        self.output = ""
        self.mutated: tuple[Program, int, float, float] | None = None
        self._process: Process | None = None

    def load(self) -> dict[str, Any] | Failure:
        """Run the file; where that fails, its definitions alone. What was found, or the first failure."""
        found = self._load()
        if isinstance(found, Failure) and found.type not in ("SyntaxError", "IndentationError", "TabError"):
            self.close()
            self.definitions_only = True
            second = self._load()
            if isinstance(second, dict) and second["class"]:
                return second | {"stopped": found}
        return found

    def ask(self, do: str, *, seconds: float = SECONDS, **request: Any) -> dict[str, Any] | Failure:
        """Put one question to the process."""
        if self.lost >= MOST_LOST:
            return Failure("hang", "not asked any more: too many programs hung or crashed")
        if self._process is None:
            found = self._load()
            if isinstance(found, Failure):
                return found
            self._process_or_fail().ask({"do": "forms", "forms": self.forms}, SECONDS)
        return self._put({"do": do} | request, seconds)

    def run(self, program: Program, actions: Sequence[Action] | None = None, *, seconds: float = SECONDS) -> Outcome:
        """Run a program and, by default, one backward pass from its last place."""
        chosen: list[Action] = []
        asked = []
        for action in backward_from(program) if actions is None else actions:
            if self.seed_root and action[0] == "backward":
                chosen.append(("set", action[1], 1.0))
            asked.append(len(chosen))
            chosen.append(action)
        found = self.ask(
            "run", seconds=seconds, leaves=list(program.inputs), steps=[self._step(step) for step in program.steps],
            actions=chosen,
        )  # fmt: skip
        if isinstance(found, Failure):
            return Outcome(failure=found)
        after = [found["after"][index] for index in asked if index < len(found.get("after", []))]
        mutated = self._watch(program, found)
        return Outcome(found.get("data", []), after, found.get("data_after", []), _failure(found), mutated)

    def supports(self, op: str) -> bool:
        """Whether the class has an operation on its values."""
        return op in self.forms or (op, "vv") in self.takes or (op == "pow" and (op, "vc") in self.takes)

    def code(self, program: Program, actions: Sequence[Action] | None = None, *, import_: bool = True) -> list[str]:
        """The program as lines that a student can paste beside the file."""
        names = _names(program)
        module = self.path.stem if self.path.stem.isidentifier() else "…"
        functions = sorted(
            {
                self.forms[step.op].partition("(")[0]
                for step in program.steps
                if step.op in self.forms
                and "." not in self.forms[step.op]
                and not self.forms[step.op].startswith("abs")
            }
        )
        lines = [f"from {module} import {', '.join([self.class_name, *functions])}"] if import_ else []
        for place, number in enumerate(program.inputs):
            lines.append(f"{names[place]} = {self.class_name}({_plain(number)})")
        for line, step in enumerate(program.steps):
            lines.append(f"{names[len(program.inputs) + line]} = {self.written(step, names)}")
        for name, place, *rest in backward_from(program) if actions is None else actions:
            lines.append(f"{names[place]}.grad = {_plain(rest[0])}" if name == "set" else f"{names[place]}.{name}()")
        return lines

    def written(self, step: Step, names: Sequence[str] = ("a", "b")) -> str:
        """A step in the class's own syntax: `a * 2`, `a.tanh()`."""
        arguments = []
        for kind, given in self._step(step)[1]:
            text = names[given] if kind == "place" else _plain(given)
            arguments.append(f"{self.class_name}({text})" if kind == "value" else text)
        if step.op in BINARY:
            return f" {BINARY[step.op]} ".join(f"({a})" if a.startswith("-") else a for a in arguments)
        if step.op == "neg":
            return f"-{arguments[0]}"
        return self.forms.get(step.op, f"{step.op}({{}})").format(arguments[0])

    def close(self) -> None:
        """End the process; what it printed is kept."""
        if self._process is not None:
            self._process.close()
            self.output = self.output or self._process.output
            self._process = None

    def _load(self) -> dict[str, Any] | Failure:
        self._process = Process()
        request = {"do": "load", "path": str(self.path), "class_name": self.class_name}
        return self._put(request | {"definitions_only": self.definitions_only}, 3 * SECONDS)

    def _process_or_fail(self) -> Process:
        if self._process is None:
            raise LostError("there is no process")
        return self._process

    def _put(self, request: dict[str, Any], seconds: float) -> dict[str, Any] | Failure:
        try:
            found = self._process_or_fail().ask(request, seconds)
        except LostError as error:
            self.lost += 1
            self.close()
            return Failure("hang" if error.hung else "crash", str(error))
        if request["do"] != "run" and "error" in found and found["error"] and "form" not in found:
            return _failure(found) or Failure("crash", "its answer could not be read")
        return found

    def _step(self, step: Step) -> list[Any]:
        """A step as the worker reads it: each argument a place, a constant, or a constant to be made a value."""
        kinds = "".join("v" if type(argument) is int else "c" for argument in step.arguments)
        taken = step.op in BINARY and (kinds in ("vv", "cc") or (step.op, kinds) in self.takes)
        arguments: list[list[Any]] = []
        for argument in step.arguments:
            if type(argument) is int:
                arguments.append(["place", argument])
            else:
                whole = int(argument) if argument == int(argument) else argument
                arguments.append(["constant" if taken else "value", whole])
        return [step.op, arguments]

    def _watch(self, program: Program, found: dict[str, Any]) -> bool:
        """Whether a number was changed after it was put in or computed; the first such case is kept."""
        stages = [found.get(stage, []) for stage in ("made", "data", "data_after")]
        for before, after in itertools.pairwise(stages):
            for place, (old, new) in enumerate(zip(before, after, strict=False)):
                if isinstance(old, float) and old == old and old != new:
                    if self.mutated is None:
                        self.mutated = program, place, old, new if isinstance(new, float) else math.nan
                    return True
        return False


def _failure(found: dict[str, Any]) -> Failure | None:
    error = found.get("error")
    if not isinstance(error, dict):
        return None
    return Failure(
        str(error.get("type")), str(error.get("message")), int(error.get("line") or 0), str(error.get("text", "")),
        error.get("step"), str(error.get("action", "")),
    )  # fmt: skip


def _names(program: Program) -> list[str]:
    """a, b, c… for every place, the last one y."""
    count = len(program.inputs) + len(program.steps)
    letters = [chr(ord("a") + place) for place in range(23)]
    names = letters[:count] if count <= 23 else [f"v{place}" for place in range(count)]
    if program.steps:
        names[-1] = "y"
    return names


def _plain(number: float) -> str:
    return str(int(number)) if number == int(number) else repr(float(number))
