"""`Node`: a number of a computation, and how it was made: the operation, the inputs, the gradient, a label.

`Value` (in `operations`) is a node with operators and methods; what walks graphs (`graph`, `backward`, `forward`,
`pickling`) needs no more than what stands here.
"""

import warnings
from typing import Any, Final, Never, Self

from .clock import clock
from .conversion import as_number, is_foreign
from .rows.operation import Operation
from .turns import FREE_THREADED, OPEN, changes, gradient, turns, undo

__all__ = ["CONSTANT", "LEAF", "LEAVES", "PARAMETER", "UNRECORDED", "UNSET", "Node", "describe", "replaced"]

UNSET: Final = float("0")
"""The gradient of a node that no backward pass has reached: 0.0, but told from a computed 0.0 by identity."""

LEAF: Final = Operation("leaf", "a", "a", ("1",), doc="A number that nothing computed.")
PARAMETER: Final = Operation("parameter", "a", "a", ("1",), doc="A leaf that training changes.")
CONSTANT: Final = Operation("constant", "a", "a", ("1",), doc="A plain number in an expression: the 2 of 2 * x.")
UNRECORDED: Final = Operation("leaf", "a", "a", ("1",), doc="What an operation gave under no_grad: a leaf.")
LEAVES: Final = {row.name: row for row in (LEAF, PARAMETER, CONSTANT)}


class Node:
    """A number, the operation and the inputs it came from, and its gradient."""

    __slots__ = ("_data", "_first", "_grad", "_label", "_operation", "_origin", "_second", "_tick")

    _data: float
    _grad: float
    # One or two inputs are kept without a tuple: an object less for each node is a third less time under the garbage
    # collector. Other numbers of inputs are a tuple in `_first`; a leaf has None.
    _first: Any
    _second: Any
    _operation: Operation
    _tick: int
    # Most nodes have neither, and leave these slots empty: the collector then has nothing to visit there.
    _label: str
    _origin: str

    def __init__(self, data: float, label: str = "", *more: Never) -> None:
        if more:
            raise _made_elsewhere()
        self._data = as_number(data)
        self._grad = UNSET
        self._operation = LEAF
        self._first = self._second = None
        self._tick = 0
        if label != "":
            self.label = label

    @classmethod
    def _leaf(cls, number: float, operation: Operation = UNRECORDED) -> Self:
        """A leaf, made quickly: `number` is a float already, and not nan."""
        node = cls.__new__(cls)
        node._data = number
        node._grad = UNSET
        node._operation = operation
        node._first = node._second = None
        node._tick = 0
        return node

    @classmethod
    def _constant(cls, data: Any) -> Self | None:
        """A plain number in an expression as a leaf; None for a type unknown here, which is to have its own turn."""
        if type(data) is not float or data != data:
            if isinstance(data, cls):
                return data
            if type(data) is not int and is_foreign(data):
                return None
            data = as_number(data)
        node = cls.__new__(cls)
        node._data = data
        node._grad = UNSET
        node._operation = CONSTANT
        node._first = node._second = None
        node._tick = 0
        return node

    @property
    def data(self) -> float:
        """The number. Only a leaf's can be assigned; what was computed from it before is stale from then on."""
        return self._data

    @data.setter
    def data(self, number: float) -> None:
        if self._first is not None:
            raise AttributeError(
                f"{describe(self)} was computed by {self.op}: change a leaf's data and call forward(), "
                "or use detach() for a leaf of its own"
            )
        if self._operation is CONSTANT:
            raise AttributeError(f"the constant {self._data!r} is part of an expression; use a Value to change it")
        number = as_number(number)
        if FREE_THREADED:
            changes.acquire()
        # A node that is older than one of its inputs is stale. The first tick is for what was computed before, the
        # second for what another thread computes from the old number between the two. Nothing here is a call, so the
        # interpreter lock, where there is one, is not handed on in between, and no signal is handled.
        clock.now = self._tick = clock.now + 1
        self._data = number
        clock.now = self._tick = clock.now + 1
        if FREE_THREADED:
            changes.release()

    @property
    def grad(self) -> float:
        """The gradient: 0.0 until a backward pass reaches the node (see `has_grad`). Leaves accumulate over passes."""
        return gradient(self) if OPEN else self._grad

    @grad.setter
    def grad(self, number: float) -> None:
        if number is None:
            raise TypeError("a gradient is a number, got None; write zero_grad() to forget it")
        number = as_number(number)
        with turns:
            undo()
            self._grad = number

    @property
    def has_grad(self) -> bool:
        """Whether a backward pass has reached the node, or a gradient was assigned, since the last `zero_grad`."""
        return (gradient(self) if OPEN else self._grad) is not UNSET

    @property
    def label(self) -> str:
        """A name for texts and pictures; empty if none was given."""
        return getattr(self, "_label", "")

    @label.setter
    def label(self, text: str) -> None:
        if not isinstance(text, str):
            if isinstance(text, (tuple, set)):  # type: ignore[unreachable]
                raise _made_elsewhere()
            raise TypeError(f"a label is a string, got {type(text).__name__}: {text!r}")
        self._label = text

    @property
    def origin(self) -> str:
        """Where the node was made, if known: a module's path, or file and line where a derivative is missing."""
        return getattr(self, "_origin", "")

    @origin.setter
    def origin(self, text: str) -> None:
        self._origin = text

    @property
    def op(self) -> str:
        """The operation's name in the table, "" for a leaf."""
        return self._operation.name if self._first is not None else ""

    @property
    def operation(self) -> Operation | None:
        """The operation's row of the table, None for a leaf."""
        return self._operation if self._first is not None else None

    @property
    def inputs(self) -> tuple[Self, ...]:
        """What the operation was applied to, in order, one entry an argument: `a * a` has two."""
        first, second = self._first, self._second
        if type(first) is tuple:
            return first
        if first is None:
            return ()
        return (first,) if second is None else (first, second)

    @property
    def role(self) -> str:
        """What the node is in its graph: "computed", "leaf", "parameter" (a leaf of a model) or "constant"."""
        return "computed" if self._first is not None else self._operation.name

    @property
    def kind(self) -> str:
        """Deprecated: `role`, which says "computed" where this says "node" (leaves are nodes too)."""
        warnings.warn("Value.kind is now Value.role: 'computed' in place of 'node'", DeprecationWarning, stacklevel=2)
        return "node" if self._first is not None else self._operation.name

    def __bool__(self) -> bool:
        """As for a float: False for 0."""
        return self._data != 0.0

    def __repr__(self) -> str:
        parts = [f"data={self._data!r}"]
        if self._operation is not CONSTANT:
            parts.append(f"grad={self._grad!r}" if self.has_grad else "grad=not computed")
        parts += [f"op={self.op!r}"] if self._first is not None else []
        parts += [f"role={self.role!r}"] if self.role not in ("computed", "leaf") else []
        parts += [f"label={self.label!r}"] if self.label else []
        return f"Value({', '.join(parts)})"

    def _repr_html_(self) -> str:
        """What a notebook shows."""
        from .card import card

        return card(self)


def describe(node: Node) -> str:
    """A node in an error message: `'loss' (data -1.0)`, or `a value (data -1.0)` where it has no label."""
    return f"{node.label!r} (data {node._data!r})" if node.label else f"a value (data {node._data!r})"


def replaced(node: Node, sign: str) -> TypeError:
    """The error for `p -= …` of a parameter, which would give a new value and leave the model its old one."""
    name = repr(node.label) if node.label else "this value"
    return TypeError(
        f"{name} is a parameter: {sign} would make a new value, which its model and optimiser do not have;"
        f" write p.data {sign} a number, such as p.data -= 0.1 * p.grad (or s = p + … to build a sum from it)"
    )


def _made_elsewhere() -> TypeError:
    """The error for micrograd's way to make a value, `Value(data, inputs, sign)`."""
    return TypeError(
        "a Value is made as Value(2.0) or Value(2.0, 'name'): inputs and operation come from computing it, a + b or"
        " a.tanh(); for an operation of your own write autograd.register(Operation(name, operands, value, partials))"
    )
