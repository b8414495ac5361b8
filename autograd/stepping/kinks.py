"""Says which operands of a node sit on a kink or jump of its operation: there a convention chooses the derivative."""

from collections.abc import Sequence
from typing import Any

from ..interpreters import careful_floats
from ..operation import Jump, Operation
from .glyphs import number

__all__ = ["kink_notes"]


def kink_notes(operation: Operation, data: Sequence[float], y: float, partials: Sequence[float]) -> list[str]:
    """One note an input, empty where there is no kink or jump; `partials` are the local derivatives that were chosen.

    >>> from autograd import OPERATIONS
    >>> kink_notes(OPERATIONS["relu"], [0.0], 0.0, [0.0]), kink_notes(OPERATIONS["relu"], [1.0], 1.0, [1.0])
    (['kink: subgradient 0 ∈ [0, 1]'], [''])
    >>> kink_notes(OPERATIONS["floor"], [2.0], 2.0, [0.0])
    ['jump: value 1 to 2']
    """
    notes = [""] * len(data)
    if not operation.breaks:
        return notes
    read = careful_floats().formula
    entries = operation.split(range(len(data)))
    for kink in operation.breaks:
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
                if isinstance(kink, Jump):
                    notes[index] = f"jump: value {number(low)} to {number(high)}"
                elif low <= partials[index] <= high:
                    notes[index] = f"kink: subgradient {number(partials[index])} ∈ [{number(low)}, {number(high)}]"
    return notes


def _at(entry: Any, position: int) -> Any:
    return entry[position] if isinstance(entry, list) else entry
