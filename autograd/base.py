"""`BaseValue`: what a value can do that is no operation of the table: passes, comparison, copying.

`operations` adds the operators and methods of the table and calls the whole `Value`.
"""

from itertools import repeat
from typing import Any, Never, Self

from .backward import backward
from .conversion import as_number, is_foreign
from .forward import forward
from .habits import Habits
from .node import UNSET, Node
from .order import topological_order
from .pickling import reduce
from .turns import FREE_THREADED, OPEN, each, turns, undo

__all__ = ["BaseValue"]

_set_grad: Any = Node._grad.__set__  # type: ignore[attr-defined,misc]


class BaseValue(Habits):
    """A node that runs passes over the graph below it."""

    __slots__ = ()

    def backward(self, grad: float = 1.0, **others: Never) -> None:
        """Compute d(self)/d(node) × `grad` for every node below: leaves add it to what they have, others replace it.

        Raises `StaleGraphError` where a leaf was changed after it was used, `DomainError` where a derivative does not
        exist, `NoGraphError` for what was computed under `no_grad`. Whatever stops the pass, every gradient is then as
        it was: Ctrl-C at any point of it, or a leaf that another thread changes meanwhile. Passes take turns, and
        whoever asks for a gradient meanwhile, waits.

        >>> from autograd import Value
        >>> x = Value(3.0)
        >>> (x * x).backward(); (x * x).backward()
        >>> x.grad
        12.0
        """
        if others:
            raise self._unknown_arguments(others)
        backward(self, grad)

    def forward(self) -> float:
        """Compute this node again, in place, from its leaves' present data, and return its number.

        Only what is older than its inputs is computed, and forgets its gradient; leaves keep theirs. Where a new number
        falls outside an operation's domain, `DomainError` is raised; where another thread changes a leaf meanwhile,
        `StaleGraphError`. Then, and after Ctrl-C, the graph is as it was.

        >>> from autograd import Value
        >>> x = Value(3.0); y = x * x
        >>> x.data = 5
        >>> y.forward()
        25.0
        """
        return forward(self)

    def zero_grad(self) -> None:
        """Forget the gradients of this node and of all nodes below it."""
        if self._first is None and not (OPEN or FREE_THREADED):
            self._grad = UNSET  # (at once: this is called for every parameter in every step of a training)
            return
        nodes = topological_order(self)
        with turns:
            undo()
            each(_set_grad, nodes, repeat(UNSET))

    def detach(self) -> Self:
        """A new leaf with this node's number: gradients stop there."""
        return type(self)(self._data, self.label)

    def __lt__(self, other: Self | float) -> bool:
        number = _number(other)
        return number if number is NotImplemented else self._data < number

    def __le__(self, other: Self | float) -> bool:
        number = _number(other)
        return number if number is NotImplemented else self._data <= number

    def __gt__(self, other: Self | float) -> bool:
        number = _number(other)
        return number if number is NotImplemented else self._data > number

    def __ge__(self, other: Self | float) -> bool:
        number = _number(other)
        return number if number is NotImplemented else self._data >= number

    def __pos__(self) -> Self:
        return self

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return reduce(self)


def _number(other: Any) -> Any:
    """The other side of a comparison as a number; a type unknown here gets `NotImplemented`, its own turn."""
    if type(other) is float and other == other:
        return other
    if isinstance(other, Node):
        return other._data
    return NotImplemented if is_foreign(other) else as_number(other)
