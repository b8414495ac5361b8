"""The order of a graph: every node after its inputs. Whatever passes over a graph walks in this order, or backwards.

The walk is iterative, so that depth is limited by memory only, and deterministic: inputs are visited in their order.
"""

from collections.abc import Sequence
from typing import Any, TypeVar

from .node import Node

__all__ = ["computed_and_leaves", "new_below", "ordered_above", "topological_order"]

N = TypeVar("N", bound=Node)


def topological_order(root: N) -> list[N]:
    """All nodes that `root` was computed from, `root` last: the leaves first, and every node after its inputs.

    >>> from autograd import Value
    >>> a = Value(2.0); b = a * a; c = b + a
    >>> [node.data for node in topological_order(c)]
    [2.0, 4.0, 6.0]
    """
    computed, leaves = computed_and_leaves(root)
    return leaves + computed


def computed_and_leaves(root: N) -> tuple[list[N], list[N]]:
    """The nodes of `topological_order` in two lists, as the passes want them: computed ones, and leaves."""
    if not isinstance(root, Node):
        raise TypeError(f"a graph starts at a Value, got {type(root).__name__}; pass the value that you computed")
    leaves: list[N] = []
    if not root.inputs:
        return [], [root]
    return _walk(root, set(), leaves), leaves


def new_below(root: N, seen: set[N]) -> list[N]:
    """The nodes of `topological_order` that are not in `seen`, nor reached through these alone; they join it."""
    leaves: list[N] = []
    computed = _walk(root, seen, leaves)
    return leaves + computed


def ordered_above(roots: Sequence[N], floor: frozenset[N]) -> list[N]:
    """The computed nodes that `roots` were computed from, inputs first, not descending into or below `floor`."""
    seen = set(floor)
    order: list[N] = []
    for root in roots:
        order += _walk(root, seen, [])
    return order


def _walk(root: N, seen: set[N], leaves: list[N]) -> list[N]:
    """Depth first without recursion: computed nodes after their inputs; leaves are collected apart.

    None on the stack says that the node under it has had all its inputs visited. (A stack of iterators reads better,
    but each is one more object for the garbage collector: three times as slow on a chain of 1,000,000.)
    """
    computed: list[N] = []
    stack: list[N | None] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            computed.append(stack.pop())  # type: ignore[arg-type]
        elif node not in seen:
            seen.add(node)
            first: Any = node._first
            second = node._second
            if first is None:
                leaves.append(node)
                continue
            stack += (node, None)
            if type(first) is tuple:
                if not seen.issuperset(first):  # most neurons of a batch: one C call for 33 look-ups
                    stack += [operand for operand in reversed(first) if operand not in seen]
            else:
                if second is not None and second not in seen:
                    stack.append(second)
                if first not in seen:
                    stack.append(first)
    return computed
