"""What a gradient check compares: a function's inputs as one flat row of named entries, run in every mode."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from ..base import BaseValue
from ..conversion import as_number
from ..functional import jacobian, jvp
from ..value import Value
from .program import record

__all__ = ["Case"]


class Case:
    """One function at one point: its flat inputs, their names, and the program that it ran there.

    function: takes the inputs in their own shapes; where it has a `parameters()` method (a module, say), these are
        entries too, after the inputs.
    """

    def __init__(self, function: Callable[..., Any], inputs: Sequence[Any]) -> None:
        if not callable(function):
            raise TypeError(f"check_grad checks a function of numbers, got {type(function).__name__}")
        if not isinstance(inputs, list | tuple):
            raise TypeError(
                f"inputs are the function's positional arguments as a tuple, got {type(inputs).__name__}; "
                "write check_grad(f, (x,))"
            )
        self.function = function
        self.shapes = list(inputs)
        self.numbers = [number for entry in inputs for number in _flat(entry)]
        self.parameters = _parameters_of(function)
        self.names = list(_names(function, inputs)) + [
            parameter.label or parameter.origin or f"parameters[{position}]"
            for position, parameter in enumerate(self.parameters)
        ]
        if not self.names:
            raise ValueError("there is nothing to differentiate: no number among the inputs, and no parameter")
        self.detached: list[float] = []
        self.leaves = [Value(number) for number in self.numbers]
        with _detaching(self._note):
            self.outputs = self.run(self.leaves)
        self.program = record(self.outputs, [*self.leaves, *self.parameters])

    def run(self, flat: Sequence[Any]) -> list[Any]:
        """The function's outputs, as a flat list, on flat inputs."""
        remaining = iter(flat)
        return _outputs(self.function(*(_rebuild(entry, remaining) for entry in self.shapes)))

    def differentiable(self, flat: Sequence[Any]) -> list[Any]:
        """As `run`, with the parameters as inputs too: they live in the function, so its recording runs instead."""
        if not self.parameters:
            return self.run(flat)
        found = self.program(*flat)
        return found if isinstance(found, list) else [found]

    def again(self, flat: Sequence[float]) -> tuple[list[Value], list[Any]]:
        """The variables and the outputs of the function itself, run once more where inputs and parameters are `flat`.

        What it detaches keeps the number that it had at first: `detach()` says that this is a constant.
        """
        count = len(self.numbers)
        leaves = [Value(number) for number in flat[:count]]
        kept = [(parameter, parameter._data, parameter._tick) for parameter in self.parameters]
        numbers = iter(self.detached)
        try:
            for parameter, number in zip(self.parameters, flat[count:], strict=True):
                if parameter._data != number:
                    parameter.data = number
            with _detaching(lambda copy: next(numbers, copy.data)):
                return [*leaves, *self.parameters], self.run(leaves)
        finally:
            for parameter, number, tick in kept:  # the tick too: graphs that the caller holds have not become stale
                parameter._data, parameter._tick = number, tick

    def numbers_at(self, flat: Sequence[float]) -> list[float]:
        """The outputs of the function itself as plain numbers."""
        return [output.data if type(output) is Value else float(output) for output in self.again(flat)[1]]

    def backward_rows(self) -> list[list[float]]:
        """One row per output: the gradients that `backward()` leaves in the leaves."""
        return [row for row, _ in self._passes()]

    def backward_twice_rows(self) -> list[list[float]]:
        """Half of what two passes over one graph leave: accumulation makes it the gradient again, exactly."""
        return [[total / 2 for total in row] for _, row in self._passes()]

    def nested_rows(self, order: int) -> list[Any]:
        """Derivatives of the given order by nesting `autograd.jacobian`: for each output, lists in lists."""
        derivative: Callable[..., Any] = self.differentiable
        for _ in range(order):
            derivative = jacobian(derivative)
        rows: list[Any] = derivative(list(self.program.inputs))
        return rows

    def forward_rows(self) -> list[list[float]]:
        """The Jacobian again, column by column, in forward mode."""
        point = list(self.program.inputs)
        columns = []
        for place in range(len(point)):
            direction = [1.0 if place == other else 0.0 for other in range(len(point))]
            columns.append(jvp(self.differentiable, (point,), (direction,))[1])
        return [list(row) for row in zip(*columns, strict=True)]

    def _note(self, copy: Value) -> float:
        self.detached.append(copy.data)
        return copy.data

    def _passes(self) -> Iterator[tuple[list[float], list[float]]]:
        """For each output, the leaves' gradients after one backward pass and after another."""
        kept = [parameter._grad for parameter in self.parameters]
        leaves = [Value(number) for number in self.numbers]
        watched = [*leaves, *self.parameters]
        try:
            for output in self.run(leaves):
                rows = []
                for leaf in watched:
                    leaf.zero_grad()
                for _ in range(2):
                    if type(output) is Value:
                        output.backward()
                    rows.append([leaf.grad for leaf in watched])
                yield rows[0], rows[1]
        finally:
            for parameter, grad in zip(self.parameters, kept, strict=True):
                parameter._grad = grad


@contextmanager
def _detaching(number: Callable[[Value], float]) -> Iterator[None]:
    """Inside, a detached copy has the number that `number(copy)` gives."""
    detach: Any = vars(BaseValue)["detach"]

    def detached(self: Value) -> Value:
        copy: Value = detach(self)
        given = number(copy)
        return copy if given == copy.data else Value(given, copy.label)

    BaseValue.detach = detached  # type: ignore[assignment,method-assign]
    try:
        yield
    finally:
        BaseValue.detach = detach  # type: ignore[method-assign]


def _parameters_of(function: Any) -> list[Value]:
    parameters = getattr(function, "parameters", None)
    if not callable(parameters):
        return []
    return list(dict.fromkeys(parameter for parameter in parameters() if type(parameter) is Value))


def _flat(entry: Any) -> list[float]:
    if isinstance(entry, list | tuple):
        return [number for part in entry for number in _flat(part)]
    return [entry.data if type(entry) is Value else as_number(entry)]


def _rebuild(entry: Any, remaining: Iterator[Any]) -> Any:
    if isinstance(entry, list | tuple):
        return [_rebuild(part, remaining) for part in entry]
    return next(remaining)


def _outputs(found: Any) -> list[Any]:
    if isinstance(found, list | tuple):
        return [output for part in found for output in _outputs(part)]
    return [found]


def _names(function: Any, inputs: Sequence[Any]) -> Iterable[str]:
    for position, entry in enumerate(inputs):
        yield from _paths(_argument(function, position), entry)


def _argument(function: Any, position: int) -> str:
    try:
        parameters = list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError):
        return f"inputs[{position}]"
    kinds = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    if position < len(parameters) and parameters[position].kind in kinds:
        return parameters[position].name
    return f"inputs[{position}]"


def _paths(name: str, entry: Any) -> Iterator[str]:
    if isinstance(entry, list | tuple):
        for index, part in enumerate(entry):
            yield from _paths(f"{name}[{index}]", part)
    else:
        yield name
