"""One walk over a graph that counts what is in it, and estimates what a layout of it would cost.

Layout time and memory follow the summed length of the edges in ranks, not the number of nodes: a leaf that is used all
along a chain is pulled through every rank. So a leaf with many uses is drawn once for each use.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from autograd import Value
from autograd.order import computed_and_leaves

__all__ = ["COPY_ABOVE", "Survey", "commonest", "survey", "walk"]

COPY_ABOVE = 8
"""A leaf with more uses than this, ranks apart, gets a box for each use."""

COUNTED_ABOVE = 20_000
"""Nodes above which a graph is only counted: no layout of so many ends within any useful time."""


@dataclass(slots=True)
class Survey:
    """What is in a graph or a part of one.

    order: its nodes, inputs first. uses: how many arguments each one is; empty where there are too many nodes to draw.
    ranks: the longest way to a leaf, in edges.
    """

    order: list[Value]
    uses: dict[Value, int]
    ranks: dict[Value, int]
    operations: Counter[str]
    edges: int
    _spans: dict[Value, int] | None = None
    _split: tuple[list[Value], list[Value]] | None = None

    def computed_and_leaves(self) -> tuple[list[Value], list[Value]]:
        """The nodes in two lists, in order: those that were computed, and leaves."""
        if self._split is None:
            self._split = [node for node in self.order if node.inputs], [node for node in self.order if not node.inputs]
        return self._split

    @property
    def depth(self) -> int:
        """Edges on the longest path from a leaf to the root."""
        return self.ranks[self.order[-1]]

    def is_copied(self, node: Value) -> bool:
        """Whether the node is a leaf that is drawn once for each use."""
        uses = self.uses[node]
        return not node.inputs and uses > COPY_ABOVE and self._span_of(node) > 2 * uses

    def is_folded(self, node: Value) -> bool:
        """Whether the node is a parameter or constant that can be written inside the only node that uses it."""
        return self.uses[node] == 1 and node.role in ("parameter", "constant")

    def boxes(self, *, fold: bool) -> int:
        """How many boxes a picture has, with or without folding."""
        total = 0
        for node in self.order:
            if not (fold and self.is_folded(node)):
                total += self.uses[node] if self.is_copied(node) else 1
        return total

    def arrows(self, *, fold: bool) -> int:
        """How many arrows a picture has."""
        return sum(self.uses[node] for node in self.order if not (fold and self.is_folded(node)))

    def span(self, *, fold: bool) -> int:
        """The summed length of a picture's edges in ranks."""
        total = 0
        for node in self.order:
            if fold and self.is_folded(node):
                continue
            total += self.uses[node] if self.is_copied(node) else self._span_of(node)
        return total

    def _span_of(self, node: Value) -> int:
        """The summed length of the edges that leave a node; a leaf stands one rank before its first use."""
        if self._spans is None:
            heads: dict[Value, list[int]] = {node: [] for node in self.order}
            for user in self.order:
                for operand in user.inputs:
                    if operand in heads:
                        heads[operand].append(self.ranks[user])
            self._spans = {
                operand: sum(ranks) - len(ranks) * (self.ranks[operand] if operand.inputs else min(ranks) - 1)
                for operand, ranks in heads.items()
                if ranks
            }
        return self._spans.get(node, 0)


def survey(root: Value) -> Survey:
    """Count the graph below `root`; each leaf comes right before its first use, so that pictures read in order."""
    computed, leaves = computed_and_leaves(root)
    if len(computed) + len(leaves) > COUNTED_ABOVE:
        return _counted(computed, leaves)
    order: list[Value] = []
    placed: set[Value] = set()
    for node in computed or leaves[:1]:
        for operand in node.inputs:
            if not operand.inputs and operand not in placed:
                placed.add(operand)
                order.append(operand)
        if node.inputs or node is root:
            order.append(node)
    return walk(order)


def _counted(computed: list[Value], leaves: list[Value]) -> Survey:
    """What a summary says of a graph too large to draw; each edge is left to C, so that millions take a second."""
    ranks = dict.fromkeys(leaves, 0)
    rank_of = ranks.__getitem__
    edges = 0
    for node in computed:
        inputs = node.inputs
        ranks[node] = 1 + max(map(rank_of, inputs))
        edges += len(inputs)
    operations = Counter(node.op for node in computed)
    return Survey(leaves + computed, {}, ranks, operations, edges, _split=(computed, leaves))


def walk(order: list[Value]) -> Survey:
    """Count what is in `order`, a graph's nodes or some of them, inputs first; other nodes' edges don't count."""
    uses = dict.fromkeys(order, 0)
    ranks: dict[Value, int] = {}
    operations: Counter[str] = Counter()
    edges = 0
    for node in order:
        inputs = node.inputs
        rank = 0
        for operand in inputs:
            if operand in ranks:
                uses[operand] += 1
                edges += 1
                if ranks[operand] >= rank:
                    rank = ranks[operand] + 1
        ranks[node] = rank
        if inputs:
            operations[node.op] += 1
    return Survey(order, uses, ranks, operations, edges)


def commonest(operations: Iterable[tuple[str, int]], shown: int = 4) -> str:
    """The most frequent operations with their counts: `640 mul, 320 add and 12 others`."""
    ranked = sorted(operations, key=lambda pair: -pair[1])
    text = ", ".join(f"{times:,} {name}" for name, times in ranked[:shown])
    rest = sum(times for _, times in ranked[shown:])
    return f"{text} and {rest:,} others" if rest else text
