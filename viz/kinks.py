"""Says where a node sits on a kink of its operation: the derivative jumps there, and a convention chooses its value."""

from autograd import Value
from autograd.interpreters import careful_floats

from .text import number

__all__ = ["kink_notes"]


def kink_notes(node: Value) -> list[str]:
    """One line for each kink that the node is on, such as `kink: any slope in [0, 1]`.

    >>> kink_notes(Value(0.0).relu()), kink_notes(Value(0.5).relu())
    (['kink: slopes 0 to 1'], [])
    """
    operation = node.operation
    if operation is None or not operation.kinks:
        return []
    data = [operand.data for operand in node.inputs]
    read = careful_floats().formula
    notes = []
    for kink in operation.kinks:
        hit = read(operation, kink.at, data, node.data)
        if sum(hit) > 1 if isinstance(hit, list) else hit:
            low, high = (read(operation, side, data, node.data) for side in (kink.low, kink.high))
            notes.append(f"kink: slopes {number(low)} to {number(high)}")
    return notes
