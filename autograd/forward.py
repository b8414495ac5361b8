"""The forward pass again: recompute a graph in place after some of its leaves were changed, all or nothing."""

from itertools import repeat
from typing import Any

from .backward import PASSES, each
from .errors import DomainError
from .graph import computed_and_leaves
from .namespace import NAMESPACE
from .value import UNSET, Value, describe

__all__ = ["forward"]

_set_data: Any = Value._data.__set__  # type: ignore[attr-defined,misc]
_set_tick: Any = Value._tick.__set__  # type: ignore[attr-defined,misc]
_set_grad: Any = Value._grad.__set__  # type: ignore[attr-defined,misc]


def forward(root: Value) -> float:
    """See `Value.forward`. Only what is older than its inputs is computed again."""
    computed, _ = computed_and_leaves(root)
    changed: list[Value] = []
    before: list[tuple[float, int]] = []
    with PASSES:
        # The clock ticks first: a leaf that another thread changes from here on is younger than these results.
        NAMESPACE["now"] = now = NAMESPACE["now"] + 1
        try:
            for node in computed:
                inputs = node.inputs
                if any(operand._tick > node._tick for operand in inputs):
                    before.append((node._data, node._tick))
                    changed.append(node)
                    node._data = _computed(node, inputs)
                    node._tick = now
        except BaseException:
            each(_set_data, changed, [data for data, _ in before])
            each(_set_tick, changed, [tick for _, tick in before])
            raise
        each(_set_grad, changed, repeat(UNSET))
    return root._data


def _computed(node: Value, inputs: tuple[Value, ...]) -> float:
    operation = node._operation
    data = [operand._data for operand in inputs]
    try:
        return operation.compute(*(operation.split(data) if operation.variadic else data))
    except DomainError as error:
        labels = ", ".join(repr(operand._label) for operand in inputs if operand._label)
        place = f" at {labels}" if labels else ""
        what, *needs = str(error).split("; ")
        parts = [what + place, *needs, f"forward() was computing {describe(node)} again"]
        raise type(error)("; ".join(parts)) from None
