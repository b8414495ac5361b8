"""How nodes are copied and pickled: whole graphs of any depth, shared nodes staying shared, with no recursion."""

import threading
import weakref
from collections.abc import Iterable
from typing import Any

from .graph import topological_order
from .namespace import NAMESPACE
from .operation import Operation
from .value import LEAVES, UNSET, Value

__all__ = ["reduce"]


class _Pending(list[Value]):
    """The nodes below one that is being pickled, inputs first; `left` are those whose turn has not come."""

    __slots__ = ("__weakref__", "left")
    left: set[Value]

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return list, (), None, iter(self)


class _Pickling(threading.local):
    pending: "weakref.ref[_Pending] | None" = None


_pickling = _Pickling()


def reduce(value: Value) -> tuple[Any, ...]:
    """How a node is copied or pickled: after all nodes below it, in order, so that depth costs no recursion.

    The first node asked for sends the list of those below ahead of itself. Each of these is then asked in turn, finds
    itself in that list, and describes itself alone: its inputs have been stored already.
    """
    pending = _pickling.pending() if _pickling.pending is not None else None
    before: list[Value] | None = None
    if pending is not None and value in pending.left:
        pending.left.discard(value)
    elif value._first is not None:
        if pending is not None:
            pending.left.clear()  # what an unfinished copy has left behind would be taken for stored
        before = _Pending(topological_order(value)[:-1])
        before.left = set(before)
        _pickling.pending = weakref.ref(before)
    kind = value._operation if value._first is not None else value.kind
    grad = value._grad if value.has_grad else None
    age = NAMESPACE["now"] - value._tick
    return _restore, (before, kind, value._data, grad, value.inputs, value.label, value.origin, age)


def _restore(
    before: Iterable[Value] | None,
    kind: Operation | str,
    data: float,
    grad: float | None,
    inputs: tuple[Value, ...],
    label: str,
    origin: str,
    age: int,
) -> Value:
    value = Value(data, label)
    value._operation = LEAVES[kind] if isinstance(kind, str) else kind
    value._grad = UNSET if grad is None else grad
    operands: tuple[Any, ...] = (None, None) if not inputs else (inputs, None)
    if inputs and not value._operation.variadic and len(inputs) <= 2:
        operands = (*inputs, None)[:2]
    value._first, value._second = operands
    value.origin = origin
    # Ages, not ticks: the reader's clock is another one, and what was stale stays so.
    value._tick = NAMESPACE["now"] - age
    return value
