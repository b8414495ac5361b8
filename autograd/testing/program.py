"""`Program`: a straight-line program over the table — what random tests run, and what any graph can be recorded as.

Its inputs are numbered first, then its steps; a step's arguments are such numbers (ints) or plain constants (floats).
Printed, it is Python code that runs.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from ..graph import topological_order
from ..rows.operation import Operation
from ..table import find_operation
from ..value import Value

__all__ = ["Program", "Step", "record"]


class Step(NamedTuple):
    """One line: an operation's name, and its arguments in a flat row: ints are places, floats are constants."""

    op: str
    arguments: tuple[int | float, ...]

    @property
    def operation(self) -> Operation:
        """The row of the table."""
        return find_operation(self.op)

    @property
    def places(self) -> tuple[int, ...]:
        """The places that the step reads, constants left out."""
        return tuple(argument for argument in self.arguments if type(argument) is int)


class Program:
    """Numbers to start from, lines of code, and which places are the results (the last one by default).

    `program(*inputs)` runs it on values or floats; `repr(program)` is the code, with the inputs that it was made with.

    >>> program = Program([3.0], [Step("mul", (0, 0)), Step("add", (1, 1.0))])
    >>> program
    from autograd import Value, add, mul
    x0 = Value(3.0)
    v0 = mul(x0, x0)
    v1 = add(v0, 1.0)
    v1.backward()
    >>> program(2.0)
    5.0
    """

    def __init__(
        self, inputs: Sequence[float], steps: Sequence[Step], outputs: Sequence[int | float] | None = None
    ) -> None:
        self.inputs = tuple(map(float, inputs))
        self.steps = tuple(Step(*step) for step in steps)
        last = len(self.inputs) + len(self.steps) - 1
        self.outputs = (last,) if outputs is None else tuple(outputs)
        for line, step in enumerate(self.steps):
            if any(not 0 <= place < len(self.inputs) + line for place in step.places):
                raise ValueError(f"line {line}, {step.op}{step.arguments}, reads a place that is not computed yet")

    def __call__(self, *inputs: Any) -> Any:
        """Run the program on one argument for each input; several results come as a list."""
        places = self.run(inputs)
        results = [places[output] if type(output) is int else output for output in self.outputs]
        return results[0] if len(results) == 1 else results

    def run(self, inputs: Sequence[Any]) -> list[Any]:
        """The value at every place: the inputs as given, then each step's result."""
        if len(inputs) != len(self.inputs):
            raise ValueError(f"the program has {len(self.inputs)} inputs, got {len(inputs)}")
        places = list(inputs)
        for step in self.steps:
            operation = step.operation
            arguments = [places[argument] if type(argument) is int else argument for argument in step.arguments]
            places.append(operation.function(*operation.split(arguments)))
        return places

    def name(self, place: int) -> str:
        """What a place is called in the code: x0, x1… are inputs, v0, v1… results of the steps."""
        count = len(self.inputs)
        return f"x{place}" if place < count else f"v{place - count}"

    def dependents(self, place: int) -> list[int]:
        """The steps that depend on a place, in order, by their index."""
        reached = {place}
        found = []
        for line, step in enumerate(self.steps):
            if reached.intersection(step.places):
                reached.add(len(self.inputs) + line)
                found.append(line)
        return found

    def pruned(self) -> Program:
        """The same program without the steps and the inputs that no result needs."""
        needed = {output for output in self.outputs if type(output) is int}
        for line in reversed(range(len(self.steps))):
            if len(self.inputs) + line in needed:
                needed.update(self.steps[line].places)
        moved = {place: position for position, place in enumerate(sorted(needed))}
        kept = [step for line, step in enumerate(self.steps) if len(self.inputs) + line in needed]
        steps = [Step(step.op, tuple(moved[a] if type(a) is int else a for a in step.arguments)) for step in kept]
        inputs = [number for place, number in enumerate(self.inputs) if place in needed]
        return Program(inputs, steps, [moved[o] if type(o) is int else o for o in self.outputs])

    def source(self) -> str:
        """The program as Python code that runs by itself: imports, inputs, one line per step, the backward pass."""
        names = sorted({"Value", *(step.op for step in self.steps)})
        lines = [f"from autograd import {', '.join(names)}"]
        if foreign := [name for name in names if name != "Value" and not _public(name)]:
            names = [name for name in names if name not in foreign]
            lines = [f"from autograd import {', '.join(sorted([*names, 'OPERATIONS']))}"]
            lines += [f"{name} = OPERATIONS[{name!r}].function" for name in foreign]
        lines += [f"{self.name(place)} = Value({number!r})" for place, number in enumerate(self.inputs)]
        for line, step in enumerate(self.steps):
            lines.append(f"{self.name(len(self.inputs) + line)} = {self._call(step)}")
        lines += [f"{self.name(output)}.backward()" for output in self.outputs if type(output) is int]
        return "\n".join(lines)

    __repr__ = source

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Program) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self._key())

    def _key(self) -> tuple[Any, ...]:
        return self.inputs, self.steps, self.outputs

    def _call(self, step: Step) -> str:
        written = [self.name(a) if type(a) is int else repr(a) for a in step.arguments]
        parts = [
            f"[{', '.join(entry)}]" if isinstance(entry, list) else entry for entry in step.operation.split(written)
        ]
        return f"{step.op}({', '.join(parts)})"


def record(outputs: Sequence[Any], variables: Sequence[Value]) -> Program:
    """The graph below `outputs` (values or numbers) as a program with inputs `variables`; other leaves are constants.

    >>> x = Value(3.0)
    >>> record([x * 2], [x]).steps
    (Step(op='mul', arguments=(0, 2.0)),)
    """
    places: dict[Value, int | float] = {variable: place for place, variable in enumerate(variables)}
    steps: list[Step] = []
    for output in outputs:
        if type(output) is not Value:
            continue
        for node in topological_order(output):
            if node in places:
                continue
            if node.inputs:
                places[node] = len(variables) + len(steps)
                steps.append(Step(node.op, tuple(places[operand] for operand in node.inputs)))
            else:
                places[node] = node.data
    found = [places[output] if type(output) is Value else float(output) for output in outputs]
    return Program([variable.data for variable in variables], steps, found)


def _public(name: str) -> bool:
    import autograd

    return hasattr(autograd, name)
