"""Where an operation sits on a kink: which of its inputs, the partial that the convention chose, and its bounds.

A kink is a place where the derivative jumps; the rows of the table state each one (`Kink`). Steps and pictures write
these facts as text, each in its own way.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

from .errors import DomainError
from .interpreters import careful_floats
from .operation import Kink, Operation
from .partials import edge_partials
from .value import Value

__all__ = ["OnKink", "inputs_on_kinks", "kinks_of"]


class OnKink(NamedTuple):
    """One input of a node that is on a kink there.

    input: its place among the inputs. partial: the derivative by it that was chosen. low, high: the smaller and the
    larger slope beside the kink. kink: what the row says of it.
    """

    input: int
    partial: float
    low: float
    high: float
    kink: Kink


def kinks_of(node: Value) -> list[OnKink]:
    """The inputs of a node that are on a kink of its operation, none where a derivative does not exist.

    >>> [(found.partial, found.low, found.high) for found in kinks_of(Value(0.0).relu())]
    [(0.0, 0.0, 1.0)]
    >>> kinks_of(Value(0.5).relu())
    []
    """
    operation = node.operation
    if operation is None or not operation.kinks:
        return []
    try:
        partials = edge_partials(node)
    except DomainError:
        return []
    return inputs_on_kinks(operation, [operand.data for operand in node.inputs], node.data, partials)


def inputs_on_kinks(operation: Operation, data: Sequence[float], y: float, partials: Sequence[float]) -> list[OnKink]:
    """The inputs, with numbers `data`, that are on a kink of an operation with the result `y`, kink by kink.

    partials: the derivative by each input; one that is not between the slopes beside the kink is no subgradient, and
    its input is left out.
    """
    found: list[OnKink] = []
    if not operation.kinks:
        return found
    read = careful_floats().formula
    entries = operation.split(range(len(data)))
    for kink in operation.kinks:
        hits = read(operation, kink.at, data, y)
        # At a tie among many it takes two, and only those that tie are on the kink.
        if sum(hits) < 2 if isinstance(hits, list) else not hits:
            continue
        named = operation.formula(kink.at, "y", condition=True).names() - {"y"}
        sides = read(operation, kink.low, data, y), read(operation, kink.high, data, y)
        for operand, entry in zip(operation.operands, entries, strict=True):
            if named and operand.name not in named:
                continue
            for position, index in enumerate(entry if operand.variadic else [entry]):
                if not _at(hits, position):
                    continue
                low, high = sorted(float(_at(side, position)) for side in sides)
                if low <= partials[index] <= high:
                    found.append(OnKink(index, partials[index], low, high, kink))
    return found


def _at(entry: Any, position: int) -> Any:
    return entry[position] if isinstance(entry, list) else entry
