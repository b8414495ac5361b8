"""`Snapshot`, the numbers of a graph copied out of its nodes, and `Pass`, one backward pass over them, in full.

Nothing here touches a node's gradient. A `Pass` adds in the order in which `backward` adds, so its gradients are
the same to the bit; or it makes one of the classroom's mistakes.
"""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ..backward import check_fresh
from ..errors import DomainError
from ..order import computed_and_leaves
from ..partials import edge_partials, local_partials
from ..rows.evaluate import careful_floats
from ..rows.operation import Operation
from ..value import Value
from .names import Names, node_names, resolve
from .written import written_names

__all__ = ["Arrow", "Pass", "Snapshot"]


class Snapshot:
    """A graph at one moment: its nodes in topological order as numbers 0, 1, …, the root last."""

    def __init__(self, root: Value, names: Names = None) -> None:
        computed, leaves = computed_and_leaves(root)
        if computed:
            check_fresh(computed, leaves)
        self.nodes = nodes = leaves + computed if computed else leaves
        self.first = len(nodes) - len(computed)
        self.index = index = {node: place for place, node in enumerate(nodes)}
        self.data = [node.data for node in nodes]
        self.operations: list[Operation | None] = [node.operation for node in nodes]
        self.inputs = [tuple([index[operand] for operand in node.inputs]) for node in nodes]
        self.constant = [node.role == "constant" for node in nodes]
        self.names = node_names(nodes, names)
        self._advice = "; names=locals() brings in those of variables" if names is None else ""
        self.written = [
            name if constant else text
            for name, text, constant in zip(self.names, written_names(self.names), self.constant, strict=True)
        ]
        self._partials: dict[int, tuple[Sequence[float], frozenset[int]]] = {}

    @property
    def root(self) -> int:
        """The root's number."""
        return len(self.nodes) - 1

    def find(self, node: Value | str, what: str = "node") -> int:
        """The number of a node, given by itself or by its name; raises where it is not of this graph, or a constant."""
        if isinstance(node, str):
            named = {name: place for place, name in enumerate(self.names) if not self.constant[place]}
            written = {self.written[place]: name for name, place in named.items()}
            return named[resolve(node, named, written, f"graph of {self.names[self.root]}", self._advice)]
        if type(node) is not Value:
            raise TypeError(f"the {what} is a Value or its name, got {type(node).__name__}")
        if node not in self.index:
            name = f"{node.label!r}" if node.label else f"the {what} (data {node.data!r})"
            raise ValueError(f"{name} is not in this graph: {self.names[self.root]} was not computed from it")
        if self.constant[self.index[node]]:
            raise ValueError(f"the {what} is the constant {node.data!r} of an expression; use a Value to vary it")
        return self.index[node]

    def partials(self, place: int, upstream: float) -> tuple[Sequence[float], frozenset[int]]:
        """The local derivatives of a node, and which of its inputs have none (their entry is 0.0).

        A missing one raises `DomainError`, except where the upstream gradient is 0: then it is not asked for.
        """
        if place not in self._partials:
            node = self.nodes[place]
            try:
                self._partials[place] = edge_partials(node), frozenset()
            except DomainError:
                if upstream or len(node.inputs) != len(self.inputs[place]):
                    raise
                self._partials[place] = _existing(node)
        found, missing = self._partials[place]
        if missing and upstream:
            edge_partials(self.nodes[place])  # raises, saying which and why
        return found, missing


def _existing(node: Value) -> tuple[Sequence[float], frozenset[int]]:
    found, missing = [0.0] * len(node.inputs), set()
    for index, operand in enumerate(node.inputs):
        try:
            found[index] = local_partials(node, careful_floats(), {operand}.__contains__)[index]
        except DomainError:
            missing.add(index)
    return found, frozenset(missing)


class Arrow(NamedTuple):
    """One operand's share of a pass; `missing`: its derivative does not exist, and was not asked for."""

    position: int
    operand: int
    partial: float
    contribution: float
    before: float
    after: float
    missing: bool


class Pass:
    """A backward pass: `order` holds the nodes in the order of their turns, `arrows` what each passed on.

    rule: "add", or "overwrite" (`=` in place of `+=`). order: "topological", or "dfs": a node passes its gradient on as
    soon as it is reached, though other contributions are still to come.
    """

    def __init__(self, snapshot: Snapshot, rule: str = "add", order: str = "topological") -> None:
        self.rule = rule
        self.order = list(_depth_first(snapshot) if order == "dfs" else _topological(snapshot))
        count = len(snapshot.nodes)
        self.grads = grads = [0.0] * count
        self.received: list[list[float]] = [[] for _ in range(count)]
        self.at_turn = [0.0] * count
        self.arrived = [0] * count
        self.arrows: list[list[Arrow]] = [[] for _ in range(count)]
        grads[snapshot.root] = 1.0
        for place in self.order:
            self.at_turn[place] = grads[place]
            self.arrived[place] = len(self.received[place])
            self._pull(snapshot, place)
        self._refuse_nan(snapshot)

    def _pull(self, snapshot: Snapshot, place: int) -> None:
        operation = snapshot.operations[place]
        if operation is None:
            return
        grads, received, upstream = self.grads, self.received, self.at_turn[place]
        partials, missing = snapshot.partials(place, upstream)
        inputs, arrows, constant = snapshot.inputs[place], self.arrows[place], snapshot.constant
        for position, operand in enumerate(inputs):
            if constant[operand]:
                continue
            partial = partials[position]
            # An upstream gradient of zero contributes zero, even where the local derivative is infinite; so does a
            # local derivative that is 0 everywhere (the condition of `where`), however large the upstream one.
            silent = not upstream or (not operation.variadic and operation.constant_partials[position] == 0)
            contribution = 0.0 if silent else upstream * partial
            before = grads[operand]
            after = contribution if self.rule == "overwrite" else before + contribution
            grads[operand] = after
            received[operand].append(contribution)
            arrows.append(Arrow(position, operand, partial, contribution, before, after, position in missing))

    def _refuse_nan(self, snapshot: Snapshot) -> None:
        for place in self.order:
            for arrow in self.arrows[place]:
                if math.isnan(arrow.after):
                    raise DomainError(
                        f"the gradient of {snapshot.names[arrow.operand]} is not a number: at {snapshot.names[place]} "
                        f"the upstream gradient {self.at_turn[place]!r} meets the partial {arrow.partial!r}, on top of "
                        f"{arrow.before!r}; numbers have overflowed on the way"
                    )


def _topological(snapshot: Snapshot) -> Iterator[int]:
    """Every computed node after all that use it; a leaf that is the root has a turn too."""
    return reversed(range(min(snapshot.first, snapshot.root), len(snapshot.nodes)))


def _depth_first(snapshot: Snapshot) -> Iterator[int]:
    """The order of the naive recursion, computed with a stack: each node when it is first reached, depth first."""
    seen: set[int] = set()
    stack = [snapshot.root]
    while stack:
        place = stack.pop()
        if place not in seen and (snapshot.inputs[place] or place == snapshot.root):
            seen.add(place)
            yield place
            stack += reversed(snapshot.inputs[place])
