"""Sets many leaves at once, in one step that neither Ctrl-C nor another thread divides: an optimiser's, a whole state.

What is written goes through the slots' C functions, in one loop that holds no Python code.
"""

import operator
from collections.abc import Sequence
from functools import partial
from itertools import chain, repeat
from typing import Any

from .clock import Clock, clock
from .conversion import as_number
from .node import CONSTANT, UNSET, Node
from .turns import changes, consume, each, turns, undo

__all__ = ["assign", "forget"]

_set_data: Any = Node._data.__set__  # type: ignore[attr-defined,misc]
_set_tick: Any = Node._tick.__set__  # type: ignore[attr-defined,misc]
_set_grad: Any = Node._grad.__set__  # type: ignore[attr-defined,misc]
_set_now: Any = Clock.now.__set__  # type: ignore[attr-defined,misc]


def assign(
    leaves: Sequence[Node],
    numbers: Sequence[float],
    *more: tuple[Any, str, Any],
    gradients: Sequence[float] = (),
) -> None:
    """`leaf.data = number` for each pair, all or none, whatever interrupts; errors are those of `data`.

    more: attributes to set in the same step, as (object, name, value), such as an optimiser's memory. gradients: the
    leaves' own, if they are set as well.
    """
    found = list(map(as_number, numbers))
    for leaf, number in zip(leaves, found, strict=True):
        if leaf._first is not None or leaf._operation is CONSTANT:
            leaf.data = number  # (this raises)
    count, graded = len(found), leaves[: len(gradients)]
    with turns, changes:
        undo()
        done = False
        while not done:
            now = clock.now
            # As the setter does: a tick before the number, and one after it, for threads without an interpreter lock.
            functions = chain(
                repeat(_set_tick, count), (_set_now,), repeat(_set_data, count), repeat(_set_grad, len(graded)),
                (partial(object.__setattr__, owner) for owner, _, _ in more), repeat(_set_tick, count), (_set_now,),
            )  # fmt: skip
            owners = chain(leaves, (clock,), leaves, graded, (name for _, name, _ in more), leaves, (clock,))
            values = chain(
                repeat(now + 1, count + 1), found, gradients, (value for _, _, value in more),
                repeat(now + 2, count + 1),
            )  # fmt: skip
            writes = map(operator.call, list(functions), list(owners), list(values))
            if clock.now == now:
                consume(writes)
                done = True


def forget(leaves: Sequence[Node]) -> None:
    """`leaf.zero_grad()` for each, all or none."""
    nodes = list(leaves)
    with turns:
        undo()
        each(_set_grad, nodes, repeat(UNSET))
