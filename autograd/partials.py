"""The local derivatives of one node — the numbers on the edges below it — for any interpreter of the table."""

from collections.abc import Callable, Sequence
from typing import Any

from .errors import DomainError
from .node import CONSTANT, Node, describe
from .outside import needed
from .rows.evaluate import Interpreter, careful_floats

__all__ = ["edge_partials", "local_partials", "no_partial"]


def edge_partials(node: Node) -> tuple[float, ...]:
    """The local derivatives of a node, one for each of its inputs in order; () for a leaf.

    Raises `DomainError` where one does not exist, except for a constant (the 2 of `x ** 2`), whose entry is 0.0 then.

    >>> from autograd import Value
    >>> a, b = Value(2.0), Value(-3.0)
    >>> edge_partials(a * b)
    (-3.0, 2.0)
    """
    if not isinstance(node, Node):
        raise TypeError(f"edge_partials takes a Value, got {type(node).__name__}")
    return tuple(local_partials(node, careful_floats()))


def local_partials(
    node: Node, interpreter: Interpreter, wanted: Callable[[Node], bool] = lambda operand: True
) -> list[Any]:
    """One local derivative an input: floats from an interpreter of floats, `Value`s from that of values.

    An input of a fixed operation that is not `wanted` gets 0.0, as a constant does whose derivative does not exist or
    is not asked for; n-ary operations give all of theirs, which come from one formula.
    Raises `DomainError` where a wanted derivative does not exist.
    """
    if not node.inputs:
        return []
    operation = node._operation
    floats = careful_floats()
    numbers = [operand._data for operand in node.inputs]
    inputs: Sequence[Any] = numbers
    y: Any = node._data
    if interpreter is not floats:
        # A constant stays a plain number, so that what is computed from constants alone is no node to differentiate.
        inputs = [operand._data if operand._operation is CONSTANT else operand for operand in node.inputs]
        y = node

    def exists(index: int) -> bool:
        return floats.holds(operation, operation.smooth[index], numbers, node._data)

    try:
        if operation.variadic:
            for index in range(len(operation.operands)):
                if not exists(index):
                    raise no_partial(node, index)
            return _numbers(interpreter.partials(operation, inputs, y), interpreter)
        found: list[Any] = []
        for index, operand in enumerate(node.inputs):
            constant = operand._operation is CONSTANT
            if not wanted(operand) or (constant and (interpreter is not floats or not exists(index))):
                found.append(0.0)
                continue
            if not exists(index):
                raise no_partial(node, index)
            found.append(interpreter.partial(operation, inputs, y, index))
        return _numbers(found, interpreter)
    except (ArithmeticError, ValueError) as error:
        if isinstance(error, DomainError):
            raise
        data = ", ".join(map(repr, numbers))
        raise DomainError(f"the derivative of {operation.name} at {data} cannot be computed: {error}") from error


def _numbers(partials: list[Any], interpreter: Interpreter) -> list[Any]:
    """The partials; one of `Value`s may have come out as a plain nan, from constants that are infinite."""
    if interpreter is not careful_floats() and any(partial != partial for partial in partials):
        raise ValueError("it is not a number (nan)")
    return partials


def no_partial(node: Node, index: int) -> DomainError:
    """The error for a derivative that does not exist where it was asked for: node, operation, value, place."""
    operation = node._operation
    condition: Any = operation.smooth[index]  # (it failed, so there is one)
    data = ", ".join(repr(operand._data) for operand in node.inputs)
    labels = ", ".join(repr(operand.label) for operand in node.inputs if operand.label)
    return DomainError(
        f"the derivative of {operation.name} does not exist at {data}"
        + (f" ({labels})" if labels else "")
        + f"; it needs {needed(operation, condition, node.inputs)}; the node is {describe(node)}"
        + (f", made at {node.origin}" if node.origin else "")
    )
