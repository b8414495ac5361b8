"""What the generated functions call off their fast path: for plain numbers among the operands, and for errors."""

import numbers
import operator
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

PACKAGES = ("autograd.", "nn.")
"""Modules whose lines are never the caller's own: a node's place is the first line outside them."""


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
    arguments = tuple(
        float(argument) if entry.truth and type(argument).__name__ in ("bool", "bool_") else argument
        for entry, argument in zip(entries, arguments, strict=True)
    )
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
    kind = DivisionByZeroError if _divides_by_zero(operation, arguments) else DomainError
    return kind(f"{operation.name} of {_numbers(arguments)}{_labels()}; it needs {operation.texts[2]}")


def not_a_number(operation: Operation, arguments: tuple[Any, ...]) -> DomainError:
    kind = DivisionByZeroError if _divides_by_zero(operation, arguments) else DomainError
    return kind(f"{operation.name} of {_numbers(arguments)}{_labels()} is not a number (nan)")


def _divides_by_zero(operation: Operation, arguments: tuple[Any, ...]) -> bool:
    """Whether Python itself would object to the row's formula with a ZeroDivisionError."""
    from .formula import INLINE

    names = [f"{entry.name}_" if entry.variadic else entry.name for entry in operation.operands]
    scope = NAMESPACE | {"power": operator.pow} | dict(zip(names, arguments, strict=True))
    statements, expression = operation.value.python(INLINE)
    try:
        for source in statements:
            exec(source, scope)  # noqa: S102 — the text comes from the table's parsed formulas
        eval(expression, scope)  # noqa: S307 — as above
    except ZeroDivisionError:
        return True
    except (ArithmeticError, ValueError):
        pass
    return False


def _numbers(arguments: tuple[Any, ...]) -> str:
    texts = []
    for argument in arguments:
        if isinstance(argument, list):
            shown = ", ".join(map(repr, argument[:6]))
            texts.append(f"[{shown}{', …' if len(argument) > 6 else ''}]")
        else:
            texts.append(repr(argument))
    return ", ".join(texts)


def _labels() -> str:
    """The labels of the operands, read from the generated function that failed: it holds them among its locals."""
    found: list[str] = []
    frame = sys._getframe(1)
    while frame.f_globals is not NAMESPACE and frame.f_back is not None:
        frame = frame.f_back
    for local in frame.f_locals.values():
        operands = local if isinstance(local, list | tuple) else (local,)
        found += [repr(node.label) for node in operands if type(node) is Value and node.label]
    shown = ", ".join(dict.fromkeys(found[:6]))
    return f" at {shown}{', …' if len(found) > 6 else ''}" if found else ""


def place() -> str:
    """File and line of the caller's code: the first frame outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and (
        frame.f_globals is NAMESPACE or frame.f_globals.get("__name__", "").startswith(PACKAGES)
    ):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


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
    listed=listed,
    not_a_number=not_a_number,
    operand=operand,
    outside=outside,
    place=place,
    wrong_lengths=wrong_lengths,
)
