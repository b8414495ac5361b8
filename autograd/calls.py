"""What the generated functions call off their fast path: for plain numbers among the operands, and for errors."""

import numbers
import sys
from collections.abc import Iterable, Sequence
from typing import Any

from .conversion import as_number
from .errors import DivisionByZeroError, DomainError
from .namespace import NAMESPACE
from .operation import Operation
from .recording import recording
from .value import CONSTANT, LEAF, UNSET, Value

__all__ = ["constant", "operand"]


def constant(number: float) -> Value:
    """A leaf for a plain number in an expression."""
    value = Value(number)
    value._operation = CONSTANT
    return value


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
    lengths: list[Any] = [converted[index] for index, entry in enumerate(entries) if entry.variadic]
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
