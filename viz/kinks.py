"""The lines of a box whose node sits on a kink or jump of its operation: a convention chooses the derivative there."""

from autograd import Value
from autograd.kinks import kinks_of

__all__ = ["kink_notes"]


def kink_notes(node: Value) -> list[str]:
    """One line for each kink or jump that the node is on; inputs of which the same is to be said share a line.

    >>> kink_notes(Value(0.0).relu()), kink_notes(Value(0.5).relu())
    (['kink: subgradient 0 ∈ [0, 1]'], [])
    """
    return list(dict.fromkeys(map(str, kinks_of(node))))
