"""The forward pass again: recompute a graph in place after some of its leaves were changed, all or nothing."""

from itertools import repeat
from typing import Any

from .backward import each, turns
from .calls import computed
from .clock import clock
from .node import UNSET, Node, describe
from .order import computed_and_leaves

__all__ = ["forward"]

_set_data: Any = Node._data.__set__  # type: ignore[attr-defined,misc]
_set_tick: Any = Node._tick.__set__  # type: ignore[attr-defined,misc]
_set_grad: Any = Node._grad.__set__  # type: ignore[attr-defined,misc]


def forward(root: Node) -> float:
    """See `Value.forward`. Only what is older than its inputs is computed again."""
    nodes, _ = computed_and_leaves(root)
    changed: list[Node] = []
    before: list[tuple[float, int]] = []
    with turns:
        # The clock ticks first: a leaf that another thread changes from here on is younger than these results.
        clock.now = now = clock.now + 1
        try:
            for node in nodes:
                inputs = node.inputs
                if any(operand._tick > node._tick for operand in inputs):
                    before.append((node._data, node._tick))
                    changed.append(node)
                    node._data = computed(node._operation, inputs, f"forward() was computing {describe(node)} again")
                    node._tick = now
        except BaseException:
            each(_set_data, changed, [data for data, _ in before])
            each(_set_tick, changed, [tick for _, tick in before])
            raise
        each(_set_grad, changed, repeat(UNSET))
    return root._data
