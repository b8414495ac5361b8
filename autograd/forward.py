"""The forward pass again: recompute a graph in place after some of its leaves were changed, all or nothing."""

import operator
from collections.abc import Sequence
from itertools import chain, repeat
from typing import Any

from .calls import no_value
from .clock import Clock, clock
from .errors import StaleGraphError
from .node import UNSET, Node, describe
from .order import computed_and_leaves
from .turns import changes, consume, turns, undo

__all__ = ["forward"]

_set_data: Any = Node._data.__set__  # type: ignore[attr-defined,misc]
_set_tick: Any = Node._tick.__set__  # type: ignore[attr-defined,misc]
_set_grad: Any = Node._grad.__set__  # type: ignore[attr-defined,misc]
_set_now: Any = Clock.now.__set__  # type: ignore[attr-defined,misc]


def forward(root: Node) -> float:
    """See `Value.forward`. Only what is older than its inputs is computed again."""
    nodes, leaves = computed_and_leaves(root)
    with turns:
        undo()
        started = clock.now
        numbers = _recomputed(nodes)
        count = len(numbers)
        while count:
            now = clock.now
            if now != started:
                _check_unchanged(nodes + leaves, started)
            # All numbers, gradients and ticks, and last the clock, in one step that nothing can interrupt.
            writes = map(
                operator.call,
                chain(repeat(_set_data, count), repeat(_set_grad, count), repeat(_set_tick, count), (_set_now,)),
                chain(numbers, numbers, numbers, (clock,)),
                chain(numbers.values(), repeat(UNSET, count), repeat(now + 1, count + 1)),
            )
            with changes:
                if clock.now == now:
                    consume(writes)
                    break
    return root._data


def _recomputed(nodes: Sequence[Node]) -> dict[Node, float]:
    """The new numbers of the nodes that are older than one of their inputs, or above one that is; no node changes."""
    fresh: dict[Node, float] = {}
    for node in nodes:
        inputs = node.inputs
        tick = node._tick
        for operand in inputs:
            if operand._tick > tick or operand in fresh:
                break
        else:
            continue
        operation = node._operation
        numbers = [fresh.get(operand, operand._data) for operand in inputs]
        number = operation.compute(*(operation.split(numbers) if operation.variadic else numbers))
        if number != number:
            stand_ins = [_named(type(node), *pair) for pair in zip(inputs, numbers, strict=True)]
            raise no_value(operation, stand_ins, f"forward() was computing {describe(node)} again")
        fresh[node] = number
    return fresh


def _named(kind: type[Node], operand: Node, number: float) -> Node:
    """An operand as it would have been, for the error message."""
    return kind(number, operand.label)


def _check_unchanged(nodes: Sequence[Node], started: int) -> None:
    for node in nodes:
        if node._tick > started:
            raise StaleGraphError(f"{describe(node)} was changed while forward() was computing: call forward() again")
