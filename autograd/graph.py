"""Walking a graph: topological order, and `Graph`, a read-only view with counts and look-up by label.

Every walk is iterative, so that depth is limited by memory only, and deterministic: inputs are visited in their order.
"""

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import Any, overload

from .value import Value
from .wording import count_of

__all__ = ["Graph", "topological_order"]


def topological_order(root: Value) -> list[Value]:
    """All nodes that `root` was computed from, `root` last: the leaves first, and every node after its inputs.

    >>> a = Value(2.0); b = a * a; c = b + a
    >>> [node.data for node in topological_order(c)]
    [2.0, 4.0, 6.0]
    """
    computed, leaves = computed_and_leaves(root)
    return leaves + computed


def computed_and_leaves(root: Value) -> tuple[list[Value], list[Value]]:
    """The nodes of `topological_order` in two lists, as the passes want them: computed ones, and leaves."""
    if type(root) is not Value:
        raise TypeError(f"a graph starts at a Value, got {type(root).__name__}; pass the value that you computed")
    leaves: list[Value] = []
    if not root.inputs:
        return [], [root]
    return _walk(root, set(), leaves), leaves


def ordered_above(roots: Sequence[Value], floor: frozenset[Value]) -> list[Value]:
    """The computed nodes that `roots` were computed from, inputs first, not descending into or below `floor`."""
    seen = set(floor)
    order: list[Value] = []
    for root in roots:
        order += _walk(root, seen, [])
    return order


def _walk(root: Value, seen: set[Value], leaves: list[Value]) -> list[Value]:
    """Depth first without recursion: computed nodes after their inputs; leaves are collected apart.

    None on the stack says that the node under it has had all its inputs visited. (A stack of iterators reads better,
    but each is one more object for the garbage collector: three times as slow on a chain of 1,000,000.)
    """
    computed: list[Value] = []
    stack: list[Value | None] = [root]
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


class Graph(Sequence[Value]):
    """All nodes that a value was computed from, inputs first, the value itself last.

    `len(graph)`, iteration and indexing give nodes; `graph["loss"]` finds one by its label.

    >>> a = Value(2.0, "a"); graph = Graph(a * a + 1)
    >>> len(graph), graph.edge_count, graph.depth, graph.operation_counts
    (4, 4, 2, {'mul': 1, 'add': 1})
    >>> graph["a"] is a
    True
    """

    def __init__(self, root: Value) -> None:
        self.root = root
        self.nodes = tuple(topological_order(root))

    def __len__(self) -> int:
        return len(self.nodes)

    @overload
    def __getitem__(self, key: int | str) -> Value: ...
    @overload
    def __getitem__(self, key: slice) -> Sequence[Value]: ...
    def __getitem__(self, key: int | str | slice) -> Value | Sequence[Value]:
        if isinstance(key, str):
            found = self.find(key)
            if len(found) != 1:
                known = sorted({node.label for node in self.nodes if node.label})
                shown = ", ".join(map(repr, known[:20])) + (", …" if len(known) > 20 else "")
                raise KeyError(
                    f"{len(found)} nodes are labelled {key!r}; "
                    + (f"labels here: {shown}" if known else "none has a label")
                )
            return found[0]
        return self.nodes[key]

    def __repr__(self) -> str:
        nodes, edges = count_of(len(self), "node"), count_of(self.edge_count, "edge")
        return f"<graph of {nodes}, {edges}, depth {self.depth}>"

    def find(self, label: str) -> list[Value]:
        """The nodes with this label, in order; an empty list where there is none."""
        return [node for node in self.nodes if node.label == label]

    @property
    def leaves(self) -> list[Value]:
        """The nodes that nothing computed, constants among them."""
        return [node for node in self.nodes if not node.inputs]

    @property
    def edge_count(self) -> int:
        """How many arguments all operations have together: `a * a` has two edges."""
        return sum(len(node.inputs) for node in self.nodes)

    @property
    def depth(self) -> int:
        """Operations on the longest path from a leaf to the root."""
        depth: dict[Value, int] = {}
        for node in self.nodes:
            depth[node] = 1 + max(depth[i] for i in node.inputs) if node.inputs else 0
        return depth[self.root]

    @property
    def operation_counts(self) -> dict[str, int]:
        """How often each operation occurs, by its name in the table."""
        return dict(Counter(node.op for node in self.nodes if node.inputs))

    @property
    def edges(self) -> int:
        """The old name of `edge_count`, with a DeprecationWarning."""
        warnings.warn("Graph.edges is now called edge_count", DeprecationWarning, stacklevel=2)
        return self.edge_count

    @property
    def operations(self) -> dict[str, int]:
        """The old name of `operation_counts`, with a DeprecationWarning."""
        warnings.warn("Graph.operations is now called operation_counts", DeprecationWarning, stacklevel=2)
        return self.operation_counts
