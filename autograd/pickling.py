"""How nodes are copied and pickled: whole graphs of any depth, shared nodes staying shared, with no recursion."""

import threading
import weakref
from collections.abc import Iterable, Iterator
from typing import Any

from .clock import clock
from .node import LEAVES, UNSET, Node
from .order import new_below
from .rows.operation import Operation

__all__ = ["reduce"]


class _Sent:
    """What one pickler has been sent: `seen`, the nodes that it has or that are on their way; `announced`, those next.

    Kept alive by the lists on the way, and so by the pickler's own memo. Where that is another pickler's after all, or
    one's that failed, a node is asked for that should have been stored: one level of recursion, and all begins anew.
    """

    __slots__ = ("__weakref__", "announced", "seen")

    def __init__(self) -> None:
        self.seen: set[Node] = set()
        self.announced: set[Node] = set()


class _Pending(list[Node]):
    """The nodes below one that is being pickled, inputs first. A pickler may take a batch before it stores them."""

    __slots__ = ("sent",)
    sent: _Sent

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return list, (), None, self._announce()

    def _announce(self) -> Iterator[Node]:
        for node in self:
            self.sent.announced.add(node)
            yield node


class _Pickling(threading.local):
    sent: "weakref.ref[_Sent] | None" = None


_pickling = _Pickling()


def reduce(value: Node) -> tuple[Any, ...]:
    """How a node is copied or pickled: after all nodes below it, in order, so that depth costs no recursion.

    The first node asked for sends the list of those below ahead of itself. Each of these is then asked in turn, finds
    that it was announced, and describes itself alone: its inputs have been stored already. So does a node that is asked
    for later, but for what is new below it.
    """
    before = _below(value) if value._first is not None else None
    kind = value._operation if value._first is not None else value.role
    grad = value._grad if value.has_grad else None
    age = clock.now - value._tick
    return _restore, (type(value), before, kind, value._data, grad, value.inputs, value.label, value.origin, age)


def _below(value: Node) -> _Pending | None:
    """The nodes below this one that have to be sent ahead of it; None where there are none."""
    sent = _pickling.sent() if _pickling.sent is not None else None
    if sent is not None and value in sent.announced:
        sent.announced.discard(value)
        return None
    if sent is None or value in sent.seen:
        sent = _Sent()
    *before, _ = new_below(value, sent.seen)
    if not before:
        return None
    pending = _Pending(before)
    pending.sent = sent
    _pickling.sent = weakref.ref(sent)
    return pending


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
