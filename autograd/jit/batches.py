"""Mini-batches of one program: the whole data's graph, with a weight for every sample that says who is in the batch.

It holds for every loss that reads its samples through one mean or sum of a term a sample; `weighted` finds it in the
graph, or says that there is none.
"""

from collections.abc import Sequence
from typing import Any

from ..order import topological_order
from ..value import Value
from .assembly import Call
from .rows import OPERATIONS

__all__ = ["Feed", "weighted"]

_NONE, _MANY = -1, -2

_SOURCE = """\
@kernel
def run(D, G, I, at):
    count = I[at]; table = I[at + 1]; state = I[at + 2]
    step = int(D[state]); size = int(D[state + 1])
    start = step * size
    stop = min(start + size, count)
    each = 1.0 / (stop - start) if D[state + 2] != 0.0 else 1.0
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
    meeting: Value | None = None
    for node in order:
        if not node.inputs:
            continue
        found = {of.get(operand, _NONE) for operand in node.inputs} - {_NONE}
        if not found:
            continue
        if len(found) == 1:
            of[node] = found.pop()
        elif meeting is None:
            of[node], meeting = _MANY, node
        else:
            raise ValueError("samples meet in more than one place of the loss")
    if meeting is None or meeting.op not in ("mean", "sum"):
        raise ValueError("the samples of the loss do not meet in one mean or sum")
    terms = meeting.inputs
    if sorted(of.get(term, _NONE) for term in terms) != list(range(len(samples))):
        raise ValueError("the loss has not one term for every sample")
    places: list[Any] = [None] * len(samples)
    for term in terms:
        places[of[term]] = term
    is_mean = meeting.op == "mean"
    weights = [Value(1.0 / len(samples) if is_mean else 1.0) for _ in samples]
    moved: dict[Value, Value] = {meeting: OPERATIONS["dot"].function(weights, places)}
    for node in order:
        if node is not meeting and any(operand in moved for operand in node.inputs):
            if any(of.get(operand, _NONE) not in (_NONE, _MANY) for operand in node.inputs):
                raise ValueError("a sample is read again behind the loss's mean")
            row = node._operation
            moved[node] = row.function(*row.split([moved.get(operand, operand) for operand in node.inputs]))
    return moved[root], weights, is_mean


class Feed:
    """Sets the weights of one batch after another, in native code or by hand."""

    def __init__(self, addresses: Any, base: int, mean: bool) -> None:
        self.addresses = addresses
        self.base = base
        self.mean = mean

    @staticmethod
    def room(count: int) -> int:
        """How many numbers the order of an epoch takes."""
        return 3 + count

    def start(self, data: Any, order: Sequence[int], size: int, step: int = 0) -> None:
        """An epoch's order of samples, in batches of `size`, from one of them on."""
        data[self.base : self.base + 3] = step, size, self.mean
        data[self.base + 3 : self.base + 3 + len(order)] = order

    def calls(self) -> list[Call]:
        """The kernel that makes the next batch's weights."""
        return [Call(_SOURCE, (len(self.addresses), self.addresses, self.base))]

    def apply(self, data: Any) -> None:
        """The same with NumPy."""
        step, size = int(data[self.base]), int(data[self.base + 1])
        order = data[self.base + 3 + step * size : self.base + 3 + min((step + 1) * size, len(self.addresses))]
        data[self.addresses] = 0.0
        data[self.addresses[order.astype(int)]] = 1.0 / len(order) if self.mean else 1.0
        data[self.base] += 1
