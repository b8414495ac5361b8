"""What a module did, as numbers and as lines of text: its shape, its activations, its gradients."""

import math
import operator
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from autograd import Value
from autograd.wording import count_of, number

from .survey import Survey, commonest

__all__ = ["Content", "contents", "finite", "outputs"]

WEIGHTED_SUMS = ("affine", "dot")

ORIGIN = operator.attrgetter("origin")

KINDS = {"parameter": "parameter", "leaf": "input", "constant": "constant"}


@dataclass(slots=True)
class Content:
    """The nodes of one module or group of modules, inputs first, and what crosses its border.

    computed, given: the nodes that have inputs, and those that have none.
    enters, leaves: the nodes outside that it uses (no parameters, no constants), and those inside that others use.
    sources: how many nodes it uses from which other group. outputs: the last node of each firing of each neuron or
    other module inside. parts: how many of these there are. times: how often each of them fired, samples or positions;
    1 where they differ.
    """

    computed: list[Value] = field(default_factory=list)
    given: list[Value] = field(default_factory=list)
    enters: set[Value] = field(default_factory=set)
    leaves: set[Value] = field(default_factory=set)
    sources: Counter[str] = field(default_factory=Counter)
    outputs: list[Value] = field(default_factory=list)
    parts: int = 0
    times: int = 1

    @property
    def is_sum(self) -> bool:
        """Whether all nodes are sums of two numbers that come from two other groups."""
        sums = all(node.op == "add" and len(node.inputs) == 2 for node in self.computed)
        return sums and len(self.sources) > 1 and not self.given

    def lines(self) -> list[str]:
        """Shape, activation, what is inside, and how large activations and gradients are."""
        shape = [f"{_size(self.enters, self.times)} → {_size(self.leaves, self.times)}"] if self.parts else []
        words = [*shape, *self._activation(), *([f"{self.times:,} times"] if self.times > 1 else [])]
        lines = [", ".join(words)] if words else []
        operations = Counter(node.op for node in self.computed)
        if self.is_sum:
            lines.append(f"x + F(x): {count_of(operations.total(), 'sum')}")
        elif operations:
            lines.append(f"{count_of(operations.total(), 'operation')}: {commonest(operations.items())}")
        kinds = Counter(node.role for node in self.given)
        lines += [count_of(kinds[kind], noun) for kind, noun in KINDS.items() if kinds[kind]]
        return lines + self._activations() + self._gradients()

    def _activation(self) -> list[str]:
        """The functions that follow the weighted sums, most frequent first."""
        names: Counter[str] = Counter()
        for node in {node.origin: node for node in self.outputs}.values():
            if node.op in WEIGHTED_SUMS:
                names["linear"] += 1
            elif any(operand.op in WEIGHTED_SUMS and operand.origin == node.origin for operand in node.inputs):
                names[node.op] += 1
        return [" and ".join(name for name, _ in names.most_common(3))] if names else []

    def _activations(self) -> list[str]:
        data = finite(node.data for node in self.outputs)
        if not data:
            return []
        low, high = number(min(data), 3), number(max(data), 3)
        text = f"activation: {low}" if len(data) == 1 else f"activations: {low} to {high}"
        zeros = sum(node.data == 0.0 for node in self.outputs)
        if zeros and len(data) > 1:
            text += f", {zeros / len(self.outputs):.0%} zero"
        silent = self._silent() if zeros and self.times > 1 else 0
        return [text] + ([f"{count_of(silent, 'unit')} zero all {self.times:,} times"] if silent else [])

    def _silent(self) -> int:
        """Units that gave zero every time: dead ones, if these were all samples (lectures, L3)."""
        alive = {node.origin for node in self.outputs if node.data != 0.0}
        return len({node.origin for node in self.outputs} - alive)

    def _gradients(self) -> list[str]:
        parameters = (node for node in self.given if node.role == "parameter")
        lines = []
        for nodes, noun in ((self.outputs, "activations"), (parameters, "parameters")):
            gradients = finite(abs(node.grad) for node in nodes if node.has_grad)
            if gradients:
                mean, largest = number(math.fsum(gradients) / len(gradients), 3), number(max(gradients), 3)
                sizes = largest if len(gradients) == 1 else f"{mean} mean, {largest} largest"
                lines.append(f"|grad| of {noun}: {sizes}")
        return lines


def contents(graph: Survey, group_of: dict[Value, str]) -> dict[str, Content]:
    """What is in each group of nodes, groups in the order of their first node.

    All nodes of one origin are in one group.
    """
    computed, leaves = graph.computed_and_leaves()
    found: dict[str, Content] = {}
    for node in leaves:
        found.setdefault(group_of[node], Content()).given.append(node)
    for node in computed:
        group = group_of[node]
        if group not in found:
            found[group] = Content()
        found[group].computed.append(node)
    for content in found.values():
        used = set(chain.from_iterable(node.inputs for node in content.computed))
        outside = used.difference(content.computed, content.given)
        content.sources = Counter(map(group_of.__getitem__, outside))
        content.enters = {node for node in outside if node.inputs or node.role == "leaf"}
        for operand in content.enters:
            found[group_of[operand]].leaves.add(operand)
        last = outputs(content.computed)
        content.outputs = [node for node in content.computed if node in last]
        firings = Counter(map(ORIGIN, content.outputs))
        content.parts = len(firings)
        content.times = math.gcd(*firings.values()) or 1
    root = graph.order[-1]
    found[group_of[root]].leaves.add(root)
    return found


def outputs(computed: Iterable[Value]) -> set[Value]:
    """The computed nodes in which a module's work ends: with an origin that none of their users has."""
    found: set[Value] = set()
    inner: set[Value] = set()
    for node in computed:
        origin = node.origin
        if origin:
            inputs = node.inputs
            found.add(node)
            if origin in map(ORIGIN, inputs):  # for most nodes this is all, and done in C
                inner.update(operand for operand in inputs if operand.origin == origin)
    return found - inner


def finite(numbers: Iterable[float]) -> list[float]:
    """The numbers that statistics can be made of."""
    return [x for x in numbers if math.isfinite(x)]


def _size(nodes: set[Value], times: int) -> str:
    """How many numbers there are for each firing, where that is a whole number."""
    size, rest = divmod(len(nodes), times)
    return f"{len(nodes):,} in all" if rest else f"{size:,}"
