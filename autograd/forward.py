"""The forward pass again: recompute a graph in place after some of its leaves were changed, all or nothing."""

from itertools import repeat
from typing import Any

from .backward import PASSES, each
from .graph import computed_and_leaves
from .namespace import NAMESPACE
from .value import UNSET, Value

__all__ = ["forward"]

_set_data: Any = Value._data.__set__  # type: ignore[attr-defined,misc]
_set_tick: Any = Value._tick.__set__  # type: ignore[attr-defined,misc]
_set_grad: Any = Value._grad.__set__  # type: ignore[attr-defined,misc]


def forward(root: Value) -> float:
    """See `Value.forward`."""
    computed, _ = computed_and_leaves(root)
    if not computed:
        return root._data
    with PASSES:
        before = [node._data for node in computed]
        try:
            for node in computed:
                operation = node._operation
                data = [operand._data for operand in node.inputs]
                node._data = operation.compute(*(operation.split(data) if operation.variadic else data))
        except BaseException:
            each(_set_data, computed, before)
            raise
        NAMESPACE["now"] = now = NAMESPACE["now"] + 1
        each(_set_tick, computed, repeat(now))
        each(_set_grad, computed, repeat(UNSET))
    return root._data
