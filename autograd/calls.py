"""What the operations call off their fast path: for plain numbers among the operands, and for errors."""

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from .conversion import as_number
from .errors import DivisionByZeroError, DomainError
from .node import CONSTANT, Node
from .outside import told
from .rows.evaluate import Interpreter, careful_floats
from .rows.operation import Operation

__all__ = ["apply", "as_sequence", "computed", "connect", "no_value", "place", "wrong_lengths"]

PACKAGES = ("autograd.", "nn.")
"""Modules whose lines are never the caller's own: a node's place is the first line outside them."""


def apply(operation: Operation, *arguments: Any) -> Any:
    """Run an operation on arguments that are not all values: numbers become constants, or floats if all are numbers."""
    for argument in arguments:
        if type(argument) is not float or argument != argument:
            break
    else:
        number = operation.compute(*arguments)
        if number == number:
            return number
        raise no_value(operation, arguments)
    entries = operation.operands
    flat = [
        item
        for entry, argument in zip(entries, arguments, strict=True)
        for item in (argument if entry.variadic else (argument,))
    ]
    cls: Any = next((type(item) for item in flat if isinstance(item, Node)), None)

    def convert(item: Any) -> Any:
        if cls is None:
            return as_number(item)
        return item if type(item) is cls else cls._leaf(as_number(item), CONSTANT)

    try:
        converted: list[Any] = [
            list(map(convert, argument)) if entry.variadic else convert(_plain(argument) if entry.truth else argument)
            for entry, argument in zip(entries, arguments, strict=True)
        ]
    except (TypeError, ValueError) as error:
        raise type(error)(f"{operation.name}: {error}") from None
    if cls is not None:
        return operation.function(*converted)
    groups = [argument for entry, argument in zip(entries, converted, strict=True) if entry.variadic]
    if groups and (not groups[0] or any(len(group) != len(groups[0]) for group in groups)):
        raise wrong_lengths(operation, *groups)
    number = operation.compute(*converted)
    if number != number:
        raise no_value(operation, [n for c in converted for n in (c if isinstance(c, list) else [c])])
    return number


def _plain(argument: Any) -> Any:
    """A condition may be a bool, Python's or NumPy's."""
    return float(argument) if type(argument).__name__ in ("bool", "bool_") else argument


def computed(operation: Operation, inputs: Sequence[Any], during: str = "") -> float:
    """The number that an operation gives for its inputs, one after the other, as nodes or numbers.

    Raises `DomainError`, as `no_value` says, where there is none.
    """
    numbers = [item._data if isinstance(item, Node) else item for item in inputs]
    number = operation.compute(*(operation.split(numbers) if operation.variadic else numbers))
    if number != number:
        raise no_value(operation, inputs, during)
    return number


def as_sequence(operation: Operation, argument: Any) -> tuple[Any, ...]:
    """The operands of an n-ary operation, given as any iterable."""
    if isinstance(argument, Iterable) and not isinstance(argument, str | bytes | dict):
        return tuple(argument)
    raise TypeError(f"{operation.name} takes a sequence of values, got {type(argument).__name__}; write it as [a, b]")


def wrong_lengths(operation: Operation, *groups: Sequence[Any]) -> ValueError:
    """The error for empty operands, or not as many of one as of the other."""
    if len(groups) == 1 or not any(groups):
        return ValueError(f"{operation.name} needs at least one value, got an empty sequence")
    lengths = ", ".join(f"{len(group)} {name}" for group, name in zip(groups, operation.groups, strict=True))
    return ValueError(f"{operation.name} pairs its operands, so needs as many of each; got {lengths}")


def no_value(operation: Operation, inputs: Sequence[Any], during: str = "") -> DomainError:
    """The error where an operation has no value: `log of -1.0 at 'loss'; it needs 'loss' > 0`.

    inputs: the operands, one after the other, as nodes (whose labels are then named) or numbers.
    during: what was being done, where that is not plain.
    """
    numbers = [item._data if isinstance(item, Node) else item for item in inputs]
    kind = DivisionByZeroError if _divides_by_zero(operation, numbers) else DomainError
    what = told(operation, inputs)
    return kind("; ".join([what, during] if during else [what]))


@cache
def _python_floats() -> Interpreter:
    """As Python's own arithmetic, which objects to 0.0 ** -1."""

    def power(base: float, exponent: float) -> float:
        if base == 0 and exponent < 0:
            raise ZeroDivisionError
        return careful_floats().functions["power"](base, exponent)  # type: ignore[no-any-return]

    return Interpreter("floats", careful_floats().functions | {"power": power}, floats=True, adapt=lambda f: f)


def _divides_by_zero(operation: Operation, numbers: Sequence[float]) -> bool:
    """Whether Python itself would object to the row's formula with a ZeroDivisionError."""
    try:
        _python_floats().value(operation, numbers)
    except ZeroDivisionError:
        return True
    except (ArithmeticError, ValueError):
        pass
    return False


def place() -> str:
    """File and line of the caller's code: the first frame outside this package."""
    frame = sys._getframe(1)
    while frame.f_back is not None and frame.f_globals.get("__name__", "").startswith(PACKAGES):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"


def connect(operation: Operation, module: Mapping[str, Callable[..., Any]]) -> None:
    """Give a row the functions that were generated from it; a row that has none yet is left alone."""
    if f"{operation.name}_backward" in module:
        operation.compute = module[f"{operation.name}_value"]
        operation.function = module[operation.name]
        operation.pull = module[f"{operation.name}_backward"]
