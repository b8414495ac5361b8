"""The note of an operand that sits on a kink or jump: there a convention chooses the derivative."""

from collections.abc import Sequence

from ..kinks import inputs_on_kinks
from ..rows.operation import Operation

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
    for found in inputs_on_kinks(operation, data, y, partials):
        notes[found.input] = str(found)
    return notes
