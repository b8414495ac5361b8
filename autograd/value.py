"""`Value`: one number of a computation that remembers how it was made, so that gradients can flow back through it.

The arithmetic and the functions come from the table (`operations`); here are the node itself, what it accepts, what it
refuses, and how a graph is copied and pickled.
"""

import math
import numbers
import sys
import threading
import weakref
from collections.abc import Iterable, Sequence
from typing import Any, Final, final

from .namespace import NAMESPACE
from .errors import DivisionByZeroError, DomainError
from .operation import Operation
from .operations import Operations
from .recording import recording

__all__ = ["Value", "as_number", "parameter"]

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

    __slots__ = ("_data", "_first", "_grad", "_operation", "_second", "_tick", "label", "origin")

    _data: float
    _grad: float
    # One or two inputs are kept without a tuple: an object less for each node is a third less time under the garbage
    # collector. Other numbers of inputs are a tuple in `_first`; a leaf has None.
    _first: "Value | tuple[Value, ...] | None"
    _second: "Value | None"
    _operation: Operation
    _tick: int
    label: str
    """A name for texts and pictures; empty if none was given."""
    origin: str
    """Where the node was made, if that is known: a module's path, or file and line where a derivative is missing."""

    # NumPy's scalars and arrays leave `array * value` to our reflected methods, instead of making object arrays.
    __array_ufunc__ = None

    def __init__(self, data: float, label: str = "") -> None:
        if type(label) is not str:
            raise TypeError(f"a label is a string, got {type(label).__name__}: {label!r}")
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

        Gradients of computed nodes are forgotten, those of leaves kept. Where a new number falls outside an operation's
        domain, `DomainError` is raised and the graph is as it was.

        >>> x = Value(3.0); y = x * x
        >>> x.data = 5
        >>> y.forward()
        25.0
        """
        from .forward import forward

        return forward(self)

    def zero_grad(self) -> None:
        """Forget the gradients of this node and of all nodes below it."""
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

    def _compare(self, other: Any, comparison: Any) -> Any:
        if type(other) is not Value:
            other = operand(other)
            if other is NotImplemented:
                return other
        return comparison(self._data, other._data)

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
        return _reduce(self)


def parameter(data: float, label: str = "") -> Value:
    """A leaf that a model owns and training changes; pictures and texts tell it from other leaves.

    >>> parameter(0.5, "w").kind
    'parameter'
    """
    value = Value(data, label)
    value._operation = PARAMETER
    return value


def constant(number: float) -> Value:
    """A leaf for a plain number in an expression."""
    value = Value(number)
    value._operation = CONSTANT
    return value


def as_number(data: Any) -> float:
    """`data` as a float; whatever cannot honestly become one raises, with the way out."""
    if type(data) is float or (type(data) is int and -(2**53) <= data <= 2**53):
        number = float(data)
    elif isinstance(data, numbers.Real) and not isinstance(data, bool):
        try:
            number = float(data)
        except OverflowError:
            raise ValueError(f"{type(data).__name__} is too large for a float") from None
    else:
        raise TypeError(f"a Value holds one real number, got {_kind_of(data)}")
    if math.isnan(number):
        raise ValueError("a Value cannot be nan: it would spread unseen; mend or leave out the missing number")
    return number


def _kind_of(data: Any) -> str:
    """What was passed instead of a number, and what to do about it."""
    match data:
        case Value():
            return "a Value; use value.data for its number"
        case bool():
            return f"the bool {data}; use {int(data)} or {float(data)}"
        case str() | bytes():
            return f"the {type(data).__name__} {data!r}; convert it with float(...)"
        case complex():
            return f"the complex number {data!r}; use its .real and .imag"
        case list() | tuple() | set() | dict():
            return f"a {type(data).__name__}; make one Value of each number: [Value(v) for v in ...]"
        case None:
            return "None"
    if hasattr(data, "shape"):
        return (
            f"an array-like {type(data).__name__} of shape {tuple(data.shape)}; "
            "make one Value of each number, [Value(v) for v in array.ravel()], or take array.item()"
        )
    return f"{type(data).__name__} {data!r}"


def operand(data: Any) -> Any:
    """The other side of an arithmetic sign as a value; a type unknown here gets `NotImplemented`, its own turn."""
    if type(data) is Value:
        return data
    if (
        isinstance(data, numbers.Real | str | bytes | complex | list | tuple | set | dict)
        or data is None
        or hasattr(data, "shape")
    ):
        return constant(data)
    return NotImplemented


def apply(operation: Operation, arguments: tuple[Any, ...]) -> Any:
    """Run an operation on arguments that are not all values: numbers become constants, or floats if all are numbers."""
    entries = operation.operands
    flat = [
        item
        for entry, argument in zip(entries, arguments, strict=True)
        for item in (argument if entry.variadic else (argument,))
    ]
    if operation.name == "where" and type(arguments[0]) is bool:
        arguments = (float(arguments[0]), *arguments[1:])
    convert = constant if any(type(item) is Value for item in flat) else as_number
    try:
        converted = [
            [item if type(item) is Value else convert(item) for item in argument]
            if entry.variadic
            else (argument if type(argument) is Value else convert(argument))
            for entry, argument in zip(entries, arguments, strict=True)
        ]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{operation.name}: {error}") from None
    if convert is constant:
        return operation.function(*converted)
    lengths = [converted[index] for index, entry in enumerate(entries) if entry.variadic]
    if lengths and (not lengths[0] or any(len(entry) != len(lengths[0]) for entry in lengths)):
        raise wrong_lengths(operation, lengths)
    return operation.compute(*converted)


def listed(operation: Operation, argument: Any) -> tuple[Any, ...]:
    """The operands of an n-ary operation, given as any iterable."""
    if isinstance(argument, Iterable) and not isinstance(argument, str | bytes | dict):
        return tuple(argument)
    raise TypeError(f"{operation.name} takes a sequence of values, got {type(argument).__name__}; write it as [a, b]")


def wrong_lengths(operation: Operation, groups: Sequence[Sequence[Any]]) -> ValueError:
    if len(groups) == 1 or not any(groups):
        return ValueError(f"{operation.name} needs at least one value, got an empty sequence")
    lengths = ", ".join(f"{len(group)} {name}" for group, name in zip(groups, operation.groups, strict=True))
    return ValueError(f"{operation.name} pairs its operands, so needs as many of each; got {lengths}")


def describe(node: Value) -> str:
    """A node in an error message: `'loss' (data -1.0)`, or `a value (data -1.0)` where it has no label."""
    return f"{node.label!r} (data {node._data!r})" if node.label else f"a value (data {node._data!r})"


def outside(operation: Operation, arguments: tuple[Any, ...]) -> DomainError:
    """The error for operands outside an operation's domain: `log of -1.0 at 'loss'`."""
    assert operation.domain is not None  # noqa: S101 — for mypy
    numbers_ = _numbers(operation, arguments)
    kind = DivisionByZeroError if operation.name == "div" or numbers_.startswith("0.0, -") else DomainError
    return kind(f"{operation.name} of {numbers_}{_labels()}; it needs {operation.domain.text}")


def not_a_number(operation: Operation, arguments: tuple[Any, ...]) -> DomainError:
    return DomainError(f"{operation.name} of {_numbers(operation, arguments)}{_labels()} is not a number (nan)")


def _numbers(operation: Operation, arguments: tuple[Any, ...]) -> str:
    texts = []
    for argument in arguments:
        if isinstance(argument, list):
            shown = ", ".join(map(repr, argument[:6]))
            texts.append(f"[{shown}{', …' if len(argument) > 6 else ''}]")
        else:
            texts.append(repr(argument))
    return ", ".join(texts)


def _labels() -> str:
    """The labels of the operands, read from the generated function that failed (it holds them in `*_node`)."""
    frame = sys._getframe(2)
    labels = [
        repr(value.label)
        for name, value in frame.f_locals.items()
        if name.endswith("_node") and type(value) is Value and value.label
    ]
    return f" at {', '.join(labels)}" if labels else ""


def place() -> str:
    """File and line of the caller's code: the first frame outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and (
        frame.f_code.co_filename.startswith("<autograd ") or frame.f_globals.get("__package__") in ("autograd", "nn")
    ):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


class _Pending(list[Value]):
    """The nodes below one that is being pickled, inputs first; `left` are those whose turn has not come."""

    __slots__ = ("__weakref__", "left")

    def __reduce_ex__(self, protocol: Any) -> tuple[Any, ...]:
        return list, (), None, iter(self)


class _Pickling(threading.local):
    pending: "weakref.ref[_Pending] | None" = None


_pickling = _Pickling()


def _reduce(value: Value) -> tuple[Any, ...]:
    """How a node is copied or pickled: after all nodes below it, in order, so that depth costs no recursion.

    The first node asked for sends the list of those below ahead of itself. Each of these is then asked in turn, finds
    itself in that list, and describes itself alone: its inputs have been stored already.
    """
    pending = _pickling.pending() if _pickling.pending is not None else None
    before: list[Value] | None = None
    if pending is not None and value in pending.left:
        pending.left.discard(value)
    elif value._first is not None:
        from .graph import topological_order

        before = _Pending(topological_order(value)[:-1])
        before.left = set(before)
        _pickling.pending = weakref.ref(before)
    kind = value._operation if value._first is not None else value.kind
    grad = value._grad if value.has_grad else None
    age = NAMESPACE["now"] - value._tick if value._first is not None or value._tick else None
    return _restore, (before, kind, value._data, grad, value.inputs, value.label, value.origin, age)


def _restore(
    before: Iterable[Value] | None,
    kind: Operation | str,
    data: float,
    grad: float | None,
    inputs: tuple[Value, ...],
    label: str,
    origin: str,
    age: int | None,
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
    value._tick = 0 if age is None else NAMESPACE["now"] - age
    return value


def careful_value(operation: Operation, arguments: tuple[Any, ...]) -> float:
    from .codegen import careful_value

    return careful_value(operation, arguments)


NAMESPACE.update(
    Value=Value,
    UNSET=UNSET,
    LEAF=LEAF,
    CONSTANT=CONSTANT,
    new=object.__new__,
    paused=0,
    now=1,
    recording=recording,
    apply=apply,
    careful_value=careful_value,
    listed=listed,
    not_a_number=not_a_number,
    operand=operand,
    outside=outside,
    place=place,
    wrong_lengths=wrong_lengths,
)

