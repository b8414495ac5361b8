"""`Graph`: all nodes that a value was computed from, a read-only view with counts and look-up by label."""

import warnings
from collections import Counter
from collections.abc import Sequence
from typing import overload

from .operations import Value
from .order import topological_order as topological_order
from .wording import count_of

__all__ = ["Graph", "topological_order"]


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
