"""The lines of a box whose node sits on a kink of its operation: a convention chooses the derivative there."""

from autograd import Value
from autograd.kinks import kinks_of
from autograd.wording import number

__all__ = ["kink_notes"]


def kink_notes(node: Value) -> list[str]:
    """One line for each kink that the node is on; inputs of which the same is to be said share a line.

    >>> kink_notes(Value(0.0).relu()), kink_notes(Value(0.5).relu())
    (['kink: subgradient 0 ∈ [0, 1]'], [])
    """
    lines = [
        f"kink: subgradient {number(found.partial)} ∈ [{number(found.low)}, {number(found.high)}]"
        for found in kinks_of(node)
    ]
    return list(dict.fromkeys(lines))
