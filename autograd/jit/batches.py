"""Mini-batches of one program: the whole data's graph, with a weight for every sample that says who is in the batch.

It holds for every loss that reads its samples through one mean, sum or chain of additions of their terms; `weighted`
finds it in the graph, or says that there is none.
"""

from collections.abc import Sequence
from typing import Any

from ..order import topological_order
from ..value import Value
from .assembly import Call
from .rows import OPERATIONS

__all__ = ["Feed", "weighted"]

_NONE, _MANY = -1, -2
_ADDING = ("add", "sum")

_SOURCE = """\
@kernel
def run(D, G, I, at):
    count = I[at]; table = I[at + 1]; state = I[at + 2]
    step = int(D[state]); size = int(D[state + 1])
    start = step * size
    stop = min(start + size, count)
    each = D[state + 2] / (stop - start) if D[state + 2] != 0.0 else 1.0
    for i in range(count): D[I[table + i]] = 0.0
    for i in range(start, stop): D[I[table + int(D[state + 3 + i])]] = each
    D[state] = step + 1.0
    return 0
"""


def weighted(root: Value, samples: Sequence[Sequence[Value]]) -> tuple[Value, list[Value], bool]:
    """The graph with the mean (or sum) over samples written as Σ weight · term: the root, weights, if it was a mean.

    samples: for each sample the leaves that only it reads. Raises `ValueError` where the loss is not of that kind.
    """
    of: dict[Value, int] = {leaf: number for number, row in enumerate(samples) for leaf in row}
    order = topological_order(root)
    meeting, terms, inner = _meeting(order, of)
    parts: list[list[Value]] = [[] for _ in samples]
    for term in terms:
        if of.get(term, _NONE) < 0:
            raise ValueError("what is added to the samples' terms is no sample's")
        parts[of[term]].append(term)
    if not all(parts):
        raise ValueError("the loss has not a term for every sample")
    total = OPERATIONS["sum"].function
    places = [part[0] if len(part) == 1 else total(part) for part in parts]
    is_mean = meeting.op == "mean"
    if is_mean and len(terms) != len(samples):
        raise ValueError("the loss has not one term for every sample")
    weights = [Value(1.0 / len(samples) if is_mean else 1.0) for _ in samples]
    moved: dict[Value, Value] = {meeting: OPERATIONS["dot"].function(weights, places)}
    for node in order:
        if node is meeting or node in inner:
            continue
        if any(operand in inner for operand in node.inputs):
            raise ValueError("a part of the sum over samples is read again")
        if any(operand in moved for operand in node.inputs):
            if any(of.get(operand, _NONE) not in (_NONE, _MANY) for operand in node.inputs):
                raise ValueError("a sample is read again behind the loss's mean")
            row = node._operation
            moved[node] = row.function(*row.split([moved.get(operand, operand) for operand in node.inputs]))
    return moved[root], weights, is_mean


def _meeting(order: Sequence[Value], of: dict[Value, int]) -> tuple[Value, list[Value], set[Value]]:
    """The one node where samples meet, the terms that it adds up, and the sums on the way to it (of Python's `sum`).

    of: the sample of each leaf; it gets that of every node that reads a single one.
    """
    sums: dict[Value, list[Value]] = {}  # what meets in a node, as long as nothing has taken that in
    inner: set[Value] = set()
    for node in order:
        found = {of.get(operand, _NONE) for operand in node.inputs} - {_NONE}
        if not found:
            continue
        if len(found) == 1:
            of[node] = found.pop()
            taken = [operand for operand in node.inputs if operand in sums]
            if of[node] != _MANY or len(taken) < 2 or len({*taken}) < len(node.inputs) or node.op not in _ADDING:
                continue
        of[node] = _MANY
        adding = node.op in _ADDING
        if (not adding and node.op != "mean") or any(
            of.get(operand) == _MANY and not (adding and operand in sums) for operand in node.inputs
        ):
            raise ValueError("samples meet in more than one place of the loss, or in something else than a sum")
        taken = [operand for operand in node.inputs if operand in sums]
        terms = sums.pop(max(taken, key=lambda operand: len(sums[operand]))) if taken else []  # linear for a chain
        for operand in node.inputs:
            if operand in sums:
                terms += sums.pop(operand)
            elif of.get(operand) != _MANY:
                terms.append(operand)
        inner.update(taken)
        sums[node] = terms
    if len(sums) != 1:
        raise ValueError("the samples of the loss do not meet in one mean or sum")
    [(meeting, terms)] = sums.items()
    return meeting, terms, inner


class Feed:
    """Sets the weights of one batch after another, in native code or by hand."""

    def __init__(self, addresses: Any, base: int, mean: bool) -> None:
        self.addresses = addresses
        self.base = base
        self.share = 1.0 if mean else 0.0
        """What a batch's samples share alike as their weights; 0 for a sum, where each has 1."""

    def divide(self) -> bool:
        """Take a sum for one that is divided by its number of samples; False where it is none."""
        if self.share:
            return False
        self.share = float(len(self.addresses))
        return True

    @staticmethod
    def room(count: int) -> int:
        """How many numbers the order of an epoch takes."""
        return 3 + count

    def start(self, data: Any, order: Sequence[int], size: int, step: int = 0) -> None:
        """An epoch's order of samples, in batches of `size`, from one of them on."""
        data[self.base : self.base + 3] = step, size, self.share
        data[self.base + 3 : self.base + 3 + len(order)] = order

    def calls(self) -> list[Call]:
        """The kernel that makes the next batch's weights."""
        return [Call(_SOURCE, (len(self.addresses), self.addresses, self.base))]

    def apply(self, data: Any) -> None:
        """The same with NumPy."""
        step, size = int(data[self.base]), int(data[self.base + 1])
        order = data[self.base + 3 + step * size : self.base + 3 + min((step + 1) * size, len(self.addresses))]
        data[self.addresses] = 0.0
        data[self.addresses[order.astype(int)]] = self.share / len(order) if self.share else 1.0
        data[self.base] += 1
