"""The backward pass: gradients of one node with respect to all below it.

`gradients` is the whole algorithm. `backward` is the same sum, faster, and with what a library owes its users:
gradients kept in the nodes, leaves accumulating over passes, stale graphs refused, and all or nothing when a pass is
stopped.
"""

import math
from collections.abc import Sequence
from typing import TypeVar

from .clock import clock
from .conversion import as_number
from .errors import DomainError, NoGraphError, StaleGraphError
from .node import CONSTANT, UNRECORDED, UNSET, Node, describe
from .order import computed_and_leaves, topological_order
from .partials import edge_partials
from .turns import OPEN, Pass, changes, turns, undo

__all__ = ["backward", "check_fresh", "gradients"]

N = TypeVar("N", bound=Node)


def gradients(root: N) -> dict[N, float]:
    """d(root)/d(node) for every node below `root`, and `root` itself: the chain rule, edge by edge.

    No node is changed. `Value.backward` gives the same numbers to the bit. Raises `DomainError` where a derivative does
    not exist; but 0 times it, where nothing above depends on the node, is 0.

    >>> from autograd import Value
    >>> a, b = Value(2.0), Value(-3.0)
    >>> grads = gradients(a * b + a)
    >>> grads[a], grads[b]
    (-2.0, 2.0)
    """
    grads = dict.fromkeys(topological_order(root), 0.0) | {root: 1.0}
    for node in reversed(grads):
        if grads[node]:
            for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
                grads[operand] += grads[node] * partial
    return grads


def backward(root: Node, grad: float = 1.0) -> None:
    """See `Value.backward`."""
    computed, leaves = computed_and_leaves(root)
    if root._operation is UNRECORDED:
        raise NoGraphError(
            f"{describe(root)} was computed under no_grad, so nothing below it was recorded: compute it outside of"
            " no_grad, then call backward()"
        )
    seed = as_number(grad)
    with turns:
        undo()
        try:
            _sweep(root, seed, computed, leaves)
        except BaseException:
            undo()
            raise


def _sweep(root: Node, seed: float, computed: list[Node], leaves: list[Node]) -> None:
    """The pass itself, open from the first gradient it changes until the last one stands."""
    with changes:  # (no leaf is in the middle of a change now, so that each further one ticks before it writes)
        now = clock.now
    check_fresh(computed, leaves)
    nodes = computed + leaves
    before: list[float] = []
    OPEN.append(Pass(nodes, before, _sweep.__code__))
    before += [node._grad for node in nodes]
    for node in nodes:
        node._grad = 0.0
    root._grad = seed
    for node in reversed(computed):
        # An upstream gradient of zero contributes zero, even where the local derivative is infinite.
        if node._grad:
            try:
                node._operation.pull(node)
            except DomainError:
                raise
            except (ArithmeticError, ValueError):
                _pull_carefully(node)
    after = [
        UNSET if leaf._operation is CONSTANT else old + leaf._grad
        for leaf, old in zip(leaves, before[len(computed) :], strict=True)
    ]
    if any(map(math.isnan, after)):
        _refuse_nan(computed)
    for leaf, total in zip(leaves, after, strict=True):
        leaf._grad = total
    if clock.now != now:
        check_fresh(computed, leaves)  # was it one of these that another thread has changed meanwhile?
    OPEN.clear()


def check_fresh(computed: Sequence[Node], leaves: Sequence[Node]) -> None:
    """Raise `StaleGraphError` if some node is older than one of its inputs, naming the leaf that was changed."""
    if not computed:
        return
    ticks = [node._tick for node in computed]
    youngest = max(ticks)
    # The usual case at one glance: computed in one go, and no leaf changed since.
    if min(ticks) == youngest and all(leaf._tick <= youngest for leaf in leaves):
        return
    for node in computed:
        for operand in node.inputs:
            if operand._tick > node._tick:
                changed = describe(operand)
                what = f"{changed} was computed again" if operand.inputs else f"the leaf {changed} was changed"
                what = what.replace("the leaf a value", "a leaf")
                raise StaleGraphError(
                    f"{what} after {node.op} had used it, so the results above it are old: "
                    "call forward() on the root, or build it again"
                )


def _pull_carefully(node: Node) -> None:
    """A generated pull raised: look again with functions that overflow to inf, and report what remains."""
    for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
        operand._grad += node._grad * partial


def _refuse_nan(computed: list[Node]) -> None:
    for node in reversed(computed):
        if math.isnan(node._grad) or not node._grad:
            continue
        for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
            if operand._operation is CONSTANT:
                continue
            if math.isnan(operand._grad) and (math.isnan(partial) or math.isnan(node._grad * partial)):
                raise DomainError(
                    f"the gradient of {describe(operand)} is not a number: the upstream gradient {node._grad!r} "
                    f"meets the partial {partial!r} of {node.op}; numbers have overflowed on the way"
                )
    raise DomainError("a gradient is not a number: infinite contributions of both signs meet")
