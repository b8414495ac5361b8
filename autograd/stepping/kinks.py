"""The note of an operand that sits on a kink: there a convention chooses the derivative."""

from collections.abc import Sequence

from ..kinks import inputs_on_kinks
from ..operation import Operation
from ..wording import number

__all__ = ["kink_notes"]


def kink_notes(operation: Operation, data: Sequence[float], y: float, partials: Sequence[float]) -> list[str]:
    """One note per input, empty where there is no kink; `partials` are the local derivatives that were chosen.

    >>> from autograd import OPERATIONS
    >>> kink_notes(OPERATIONS["relu"], [0.0], 0.0, [0.0]), kink_notes(OPERATIONS["relu"], [1.0], 1.0, [1.0])
    (['kink: subgradient 0 ∈ [0, 1]'], [''])
    """
    notes = [""] * len(data)
    for index, partial, low, high, _ in inputs_on_kinks(operation, data, y, partials):
        notes[index] = f"kink: subgradient {number(partial)} ∈ [{number(low)}, {number(high)}]"
    return notes
