"""Whether the steps of a trace fit together: asked of those that were read from a file, before anything relies on it.

The pass is replayed on the numbers in the steps: each gradient is what the steps before have given, to the bit.
"""

from collections import Counter
from collections.abc import Sequence

from .step import Edge, Step

__all__ = ["check_forward", "check_pass"]


def check_forward(forward: Sequence[Step], backward: Sequence[Step]) -> None:
    """Raise ValueError unless both have the same nodes, with the same numbers, each after its operands."""
    places = {step.node: step for step in forward}
    _require(len(places) == len(forward), "two forward steps have one node")
    _require(places.keys() == {step.node for step in backward}, "the forward steps are of other nodes than the others")
    for step in forward:
        own = (step.grad, step.right, step.uses, step.contributions, step.rule, step.edges)
        _require(own == (0.0, 0.0, 0, (), "add", ()), f"forward step {step.index} has parts of a backward step")
    for step in backward:
        same = places[step.node]
        texts = (step.op, step.expression, step.numbers) == (same.op, same.expression, same.numbers)
        _require(texts and _same(step.data, same.data), f"{step.node!r} is another one forward than backward")
        for edge in step.edges:
            first = places.get(edge.operand)
            _require(first is None or first.index < same.index, f"{edge.operand!r} is computed after its use")


def check_pass(steps: Sequence[Step], rule: str, order: str, right: Sequence[Step] | None = None) -> None:
    """Raise ValueError unless these backward steps are one pass by this rule and in this order.

    right: the steps of the pass without the bug, where `rule` or `order` are one.
    """
    turns = {step.node: step.index for step in steps}
    _require(len(turns) == len(steps), "two backward steps have one node")
    data = {step.node: step.data for step in steps}
    grads = {steps[0].node: 1.0}
    received: dict[str, list[float]] = {}
    for step in steps:
        where = f"backward step {step.index}"
        arrived = received.get(step.node, [])
        _require(step.rule == rule, f"the rule of {where} is {step.rule!r}")
        _require(_same(step.grad, grads.get(step.node, 0.0)), f"'grad' of {where} is not what was passed on to it")
        _require(list(map(_written, step.contributions)) == list(map(_written, arrived)), f"'contributions' of {where}")
        _check_which(step, where)
        for position, edge in enumerate(step.edges, 1):
            place = f"{where}, edge {position}"
            _require(_same(data.setdefault(edge.operand, edge.data), edge.data), f"'data' of {place} is another number")
            if order == "topological":
                _require(turns.get(edge.operand, len(steps) + 1) > step.index, f"the operand of {place} had its turn")
            _check_sums(step, edge, rule, grads.get(edge.operand, 0.0), place)
            grads[edge.operand] = edge.after
            received.setdefault(edge.operand, []).append(edge.contribution)
    if right is not None:
        edges = {step.node: list(map(_local, step.edges)) for step in right}
        for step in steps:
            same = edges.get(step.node) == list(map(_local, step.edges))
            _require(same, f"the operands of backward step {step.index} are not those of the right pass")
    reached = grads if right is None else {step.node: step.grad for step in right}
    for step in steps:
        where = f"backward step {step.index}"
        _require(step.uses == len(received.get(step.node, [])), f"'uses' of {where} is not the number of its uses")
        _require(step.node in reached, f"{where} is of a node that no step before it has as an operand")
        _require(_same(step.right, reached[step.node]), f"'right' of {where} is not its gradient in the right pass")


def _check_which(step: Step, where: str) -> None:
    """Equal operands are counted, single ones are not."""
    count = Counter(edge.operand for edge in step.edges)
    seen: Counter[str] = Counter()
    for edge in step.edges:
        seen[edge.operand] += 1
        expected = seen[edge.operand] if count[edge.operand] > 1 else 0
        _require(edge.which == expected, f"'which' of the operand {edge.operand!r} of {where}")


def _check_sums(step: Step, edge: Edge, rule: str, before: float, place: str) -> None:
    product = edge.partial * step.grad
    silent = edge.contribution == 0.0 and (step.grad == 0.0 or edge.partial == 0.0)
    _require(silent or _same(edge.contribution, product), f"'contribution' of {place} is not partial × grad")
    after = edge.contribution if rule == "overwrite" else before + edge.contribution
    _require(_same(edge.before, before) and _same(edge.after, after), f"'before' and 'after' of {place} do not add up")


def _same(a: float, b: float) -> bool:
    return a == b or (a != a and b != b)


def _local(edge: Edge) -> tuple[object, ...]:
    """What of an edge is the same in every pass."""
    return edge.operand, edge.which, edge.symbol, _written(edge.data), _written(edge.partial)


def _written(number: float) -> str:
    return repr(number + 0.0)


def _require(fits: bool, what: str) -> None:
    if not fits:
        raise ValueError(f"this trace is broken: {what}")
