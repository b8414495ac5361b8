"""Where one looks for `Value`: the class with its operators stands in `operations`, what it is made of in `node`."""

from .node import CONSTANT, LEAF, LEAVES, PARAMETER, UNSET, describe
from .operations import Value

__all__ = ["CONSTANT", "LEAF", "LEAVES", "PARAMETER", "UNSET", "Value", "describe", "parameter"]


def parameter(data: float, label: str = "") -> Value:
    """A leaf that a model owns and training changes; pictures and texts tell it from other leaves.

    >>> parameter(0.5, "w").role
    'parameter'
    """
    value = Value(data, label)
    value._operation = PARAMETER
    return value
