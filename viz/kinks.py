"""Says where a node sits on a kink or jump of its operation: a convention chooses the derivative there."""

from autograd import DomainError, Value, edge_partials
from autograd.stepping.kinks import kink_notes as notes_of_inputs

__all__ = ["kink_notes"]


def kink_notes(node: Value) -> list[str]:
    """One line for each kink or jump that the node is on, in the words of a trace.

    >>> kink_notes(Value(0.0).relu()), kink_notes(Value(0.5).relu())
    (['kink: subgradient 0 ∈ [0, 1]'], [])
    """
    operation = node.operation
    if operation is None or not operation.breaks:
        return []
    try:
        partials = edge_partials(node)
    except DomainError:
        return []
    notes = notes_of_inputs(operation, [operand.data for operand in node.inputs], node.data, partials)
    return list(dict.fromkeys(filter(None, notes)))
