"""`Value`: one number of a computation that remembers how it was made, so that gradients can flow back through it.

The arithmetic and the functions come from the table (`operations`); here are the node itself, what it accepts, what it
refuses, and how a graph is copied and pickled.
"""

from collections.abc import Callable
from typing import Any, Final, final

from .conversion import as_number
from .namespace import NAMESPACE
from .operation import Operation
from .operations import Operations

__all__ = ["Value", "describe", "parameter"]

UNSET: Final = float("0")
"""The gradient of a node that no backward pass has reached: 0.0, but told from a computed 0.0 by identity."""

LEAF: Final = Operation("leaf", "a", "a", ("1",), doc="A number that nothing computed.")
PARAMETER: Final = Operation("parameter", "a", "a", ("1",), doc="A leaf that training changes.")
CONSTANT: Final = Operation("constant", "a", "a", ("1",), doc="A plain number in an expression: the 2 of 2 * x.")
LEAVES: Final = {row.name: row for row in (LEAF, PARAMETER, CONSTANT)}


@final
class Value(Operations):
    """A scalar node: a number, the operation and the inputs it came from, and its gradient.

    data: the number. Integers and NumPy scalars become floats. Other types raise `TypeError`, nan `ValueError`.
    label: a name for texts and pictures.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + 10
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (4.0, -3.0, 2.0)

    `==` and `hash` are identity, so values live in sets and dicts; `<`, `<=`, `>`, `>=` compare data.
    """

    __slots__ = ("_data", "_first", "_grad", "_label", "_operation", "_second", "_tick", "origin")

    _data: float
    _grad: float
    # One or two inputs are kept without a tuple: an object less for each node is a third less time under the garbage
    # collector. Other numbers of inputs are a tuple in `_first`; a leaf has None.
    _first: "Value | tuple[Value, ...] | None"
    _second: "Value | None"
    _operation: Operation
    _tick: int
    _label: str
    origin: str
    """Where the node was made, if that is known: a module's path, or file and line where a derivative is missing."""

    # NumPy's scalars and arrays leave `array * value` to our reflected methods, instead of making object arrays.
    __array_ufunc__ = None

    def __init__(self, data: float, label: str = "") -> None:
        self._data = as_number(data)
        self._grad = UNSET
        self._operation = LEAF
        self._first = self._second = None
        self._tick = 0
        self.label = label
        self.origin = ""

    def __init_subclass__(cls) -> None:
        raise TypeError("Value cannot be subclassed; write functions of values, or register an operation")

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
        # One tick for each change: a node that is older than one of its inputs is stale.
        NAMESPACE["now"] = self._tick = NAMESPACE["now"] + 1
        self._data = number

    @property
    def grad(self) -> float:
        """The gradient: 0.0 until a backward pass reaches the node (see `has_grad`). Leaves accumulate over passes."""
        return self._grad

    @grad.setter
    def grad(self, number: float) -> None:
        self._grad = as_number(number)

    @property
    def has_grad(self) -> bool:
        """Whether a backward pass has reached the node, or a gradient was assigned, since the last `zero_grad`."""
        return self._grad is not UNSET

    @property
    def label(self) -> str:
        """A name for texts and pictures; empty if none was given."""
        return self._label

    @label.setter
    def label(self, text: str) -> None:
        if not isinstance(text, str):
            raise TypeError(f"a label is a string, got {type(text).__name__}: {text!r}")
        self._label = text

    @property
    def op(self) -> str:
        """The operation's name in the table, "" for a leaf."""
        return self._operation.name if self._first is not None else ""

    @property
    def operation(self) -> Operation | None:
        """The operation's row of the table, None for a leaf."""
        return self._operation if self._first is not None else None

    @property
    def inputs(self) -> "tuple[Value, ...]":
        """What the operation was applied to, in order, one entry an argument: `a * a` has two."""
        first, second = self._first, self._second
        if type(first) is tuple:
            return first
        if first is None:
            return ()
        return (first,) if second is None else (first, second)  # type: ignore[return-value]

    @property
    def kind(self) -> str:
        """ "node" (computed), "leaf", "parameter" or "constant"."""
        return "node" if self._first is not None else self._operation.name

    def backward(self, grad: float = 1.0) -> None:
        """Compute d(self)/d(node) × `grad` for every node below: leaves add it to what they have, others replace it.

        Raises `StaleGraphError` where a leaf was changed after it was used, `DomainError` where a derivative does not
        exist. Whatever stops the pass, every gradient is then as it was.

        >>> x = Value(3.0)
        >>> (x * x).backward(); (x * x).backward()
        >>> x.grad
        12.0
        """
        from .backward import backward

        backward(self, grad)

    def forward(self) -> float:
        """Compute this node again, in place, from its leaves' present data, and return its number.

        Only what is older than its inputs is computed, and forgets its gradient; leaves keep theirs. Where a new number
        falls outside an operation's domain, `DomainError` is raised and the graph is as it was.

        >>> x = Value(3.0); y = x * x
        >>> x.data = 5
        >>> y.forward()
        25.0
        """
        from .forward import forward

        return forward(self)

    def zero_grad(self) -> None:
        """Forget the gradients of this node and of all nodes below it."""
        if self._first is None:
            self._grad = UNSET
            return
        from .graph import topological_order

        for node in topological_order(self):
            node._grad = UNSET

    def detach(self) -> "Value":
        """A new leaf with this node's number: gradients stop there."""
        return Value(self._data, self.label)

    def __lt__(self, other: "Value | float") -> bool:
        return self._compare(other, float.__lt__)

    def __le__(self, other: "Value | float") -> bool:
        return self._compare(other, float.__le__)

    def __gt__(self, other: "Value | float") -> bool:
        return self._compare(other, float.__gt__)

    def __ge__(self, other: "Value | float") -> bool:
        return self._compare(other, float.__ge__)

    def _compare(self, other: Any, comparison: Callable[[float, float], bool]) -> bool:
        if type(other) is not Value:
            other = NAMESPACE["operand"](other)
            if other is NotImplemented:
                return NotImplemented  # type: ignore[no-any-return]  # as mypy allows in __lt__ itself
        return comparison(self._data, other._data)

    def __pos__(self) -> "Value":
        return self

    def __bool__(self) -> bool:
        """As for a float: False for 0."""
        return self._data != 0.0

    def __repr__(self) -> str:
        parts = [f"data={self._data!r}"]
        if self._operation is not CONSTANT:
            parts.append(f"grad={self._grad!r}" if self.has_grad else "grad=not computed")
        parts += [f"op={self.op!r}"] if self._first is not None else []
        parts += [f"kind={self.kind!r}"] if self.kind not in ("node", "leaf") else []
        parts += [f"label={self.label!r}"] if self.label else []
        return f"Value({', '.join(parts)})"

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        from .pickling import reduce

        return reduce(self)


def parameter(data: float, label: str = "") -> Value:
    """A leaf that a model owns and training changes; pictures and texts tell it from other leaves.

    >>> parameter(0.5, "w").kind
    'parameter'
    """
    value = Value(data, label)
    value._operation = PARAMETER
    return value


def describe(node: Value) -> str:
    """A node in an error message: `'loss' (data -1.0)`, or `a value (data -1.0)` where it has no label."""
    return f"{node.label!r} (data {node._data!r})" if node.label else f"a value (data {node._data!r})"
