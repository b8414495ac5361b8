"""How nodes are copied and pickled: whole graphs of any depth, shared nodes staying shared, with no recursion."""

import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from .clock import clock
from .node import LEAVES, UNSET, Node
from .order import topological_order
from .rows.operation import Operation

__all__ = ["reduce"]


class _Pending(list[Node]):
    """The nodes below one that is being pickled, inputs first; `announced` are those whose turn it is.

    A pickler may take a batch of nodes before it stores them, and may fail: what is announced then, and is asked for
    again, costs one level of recursion and no more.
    """

    __slots__ = ("__weakref__", "announced")
    announced: set[Node]

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return list, (), None, self._announce()

    def _announce(self) -> Iterator[Node]:
        for node in self:
            self.announced.add(node)
            yield node


class _Pickling(threading.local):
    pending: "weakref.ref[_Pending] | None" = None


_pickling = _Pickling()


def reduce(value: Node) -> tuple[Any, ...]:
    """How a node is copied or pickled: after all nodes below it, in order, so that depth costs no recursion.

    The first node asked for sends the list of those below ahead of itself. Each of these is then asked in turn, finds
    itself in that list, and describes itself alone: its inputs have been stored already.
    """
    pending = _pickling.pending() if _pickling.pending is not None else None
    before: list[Node] | None = None
    if pending is not None and value in pending.announced:
        pending.announced.discard(value)
    elif value._first is not None:
        before = _Pending(topological_order(value)[:-1])
        before.announced = set()
        _pickling.pending = weakref.ref(before)
    kind = value._operation if value._first is not None else value.role
    grad = value._grad if value.has_grad else None
    age = clock.now - value._tick
    return _restore, (type(value), before, kind, value._data, grad, value.inputs, value.label, value.origin, age)


def _restore(
    cls: type[Node],
    before: Iterable[Node] | None,
    kind: Operation | str,
    data: float,
    grad: float | None,
    inputs: tuple[Node, ...],
    label: str,
    origin: str,
    age: int,
) -> Node:
    value = cls(data, label)
    value._operation = LEAVES[kind] if isinstance(kind, str) else kind
    value._grad = UNSET if grad is None else grad
    operands: tuple[Any, ...] = (None, None) if not inputs else (inputs, None)
    if inputs and not value._operation.variadic and len(inputs) <= 2:
        operands = (*inputs, None)[:2]
    value._first, value._second = operands
    if origin:
        value.origin = origin
    # Ages, not ticks: the reader's clock is another one, and what was stale stays so.
    value._tick = clock.now - age
    return value
