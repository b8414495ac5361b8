"""Where a node sits on a kink or jump: which of its inputs, the partial that the convention chose, and its bounds.

At a kink the derivative jumps, at a jump the value does; the rows of the table state each one (`Kink`, `Jump`). Steps
and pictures show these facts, each in its own place.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from .errors import DomainError
from .operations import Value
from .partials import edge_partials
from .rows.evaluate import careful_floats
from .rows.operation import Jump, Kink, Operation
from .wording import number

__all__ = ["OnKink", "inputs_on_kinks", "kinks_of"]


class OnKink(NamedTuple):
    """One input of a node that is on a kink or jump there.

    input: its place among the inputs. partial: the derivative by it that was chosen. low, high: the smaller and the
    larger slope beside a kink, or value beside a jump. place: what the row says of it.
    """

    input: int
    partial: float
    low: float
    high: float
    place: Kink | Jump

    def __str__(self) -> str:
        if isinstance(self.place, Jump):
            return f"jump: value {number(self.low)} to {number(self.high)}"
        return f"kink: subgradient {number(self.partial)} ∈ [{number(self.low)}, {number(self.high)}]"


def kinks_of(node: Value) -> list[OnKink]:
    """The inputs of a node that are on a kink or jump of its operation, none where a derivative does not exist.

    >>> [(found.partial, found.low, found.high) for found in kinks_of(Value(0.0).relu())]
    [(0.0, 0.0, 1.0)]
    >>> kinks_of(Value(0.5).relu())
    []
    """
    operation = node.operation
    if operation is None or not operation.breaks:
        return []
    try:
        partials = edge_partials(node)
    except DomainError:
        return []
    return inputs_on_kinks(operation, [operand.data for operand in node.inputs], node.data, partials)


def inputs_on_kinks(operation: Operation, data: Sequence[float], y: float, partials: Sequence[float]) -> list[OnKink]:
    """The inputs, with numbers `data`, on a kink or jump of an operation with the result `y`, place by place.

    partials: the derivative by each input; one that is not between the slopes beside a kink is no subgradient, and its
    input is left out.
    """
    found: list[OnKink] = []
    read = careful_floats().formula
    entries = operation.split(range(len(data)))
    for place in operation.breaks:
        at, one_side, other_side = operation.sides(place)
        try:
            hits = read(operation, at, data, y)
            sides = read(operation, one_side, data, y), read(operation, other_side, data, y)
        except (ArithmeticError, ValueError):
            continue  # (where its formulas have no value there is no kink)
        # At a tie among many it takes two, and only those that tie are on the kink.
        if sum(hits) < 2 if isinstance(hits, list) else not hits:
            continue
        named = at.names() - {"y"}
        for operand, entry in zip(operation.operands, entries, strict=True):
            if named and operand.name not in named:
                continue
            for position, index in enumerate(entry if operand.variadic else [entry]):
                if not _at(hits, position):
                    continue
                low, high = sorted(float(_at(side, position)) for side in sides)
                if isinstance(place, Jump) or low <= partials[index] <= high:
                    found.append(OnKink(index, partials[index], low, high, place))
    return found


def _at(entry: Any, position: int) -> Any:
    return entry[position] if isinstance(entry, list) else entry
