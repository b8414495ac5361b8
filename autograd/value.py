"""Where one looks for `Value`: the class with its operators stands in `operations`, what it is made of in `node`."""

from .node import CONSTANT, LEAF, LEAVES, PARAMETER, UNRECORDED, UNSET, describe
from .operations import Value

__all__ = [
    "CONSTANT", "LEAF", "LEAVES", "PARAMETER", "UNRECORDED", "UNSET", "Value", "constant", "describe", "own",
    "parameter",
]  # fmt: skip


def parameter(data: float, label: str = "") -> Value:
    """A leaf that a model owns and training changes; pictures and texts tell it from other leaves.

    >>> parameter(0.5, "w").role
    'parameter'
    """
    value = Value(data, label)
    value._operation = PARAMETER
    return value


def constant(data: float) -> Value:
    """A plain number as a node, as the 2 of `2 * x` becomes one: it has no gradient, and cannot be changed.

    Made once and used in many places, it saves a node in each.

    >>> two = constant(2.0)
    >>> (two * 3).inputs[0] is two
    True
    """
    value = Value(data)
    value._operation = CONSTANT
    return value


def own(value: Value) -> None:
    """Make a leaf a parameter: a model has it now.

    >>> own(x := Value(0.5)); x.role
    'parameter'
    """
    if value._operation is LEAF:
        value._operation = PARAMETER
