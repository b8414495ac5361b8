"""How `arrays` reads and writes an instruction's operands: views of the one array, tables, sums where views share."""

from collections.abc import Callable, Sequence
from typing import Any

from ..errors import require
from .instructions import Each, Many
from .layout import View
from .rows import Interpreter, Operation, numpy_arrays, numpy_lanes

__all__ = [
    "adder", "interpreter_of", "joined", "leaves_one_out", "loader", "plain_target", "strided_view", "unlisted",
]  # fmt: skip

Array = Any


def plain_target(gradients: Array, view: View) -> Array | None:
    """The gradients of a view whose lanes share no number; None for others."""
    if view.table is not None or (view.rows == 0 and view.shape[0] > 1) or (view.columns == 0 and view.shape[1] > 1):
        return None
    if view.shape[0] > 1 and view.rows < view.shape[1]:  # rows that overlap
        return None
    return strided_view(gradients, view)


def leaves_one_out(row: Operation) -> bool:
    """Whether the row's partials leave one element out at a time, and so want the elements one by one."""
    return any("others" in partial.functions for partial in row.partials)


def joined(parts: list[Any], out: Array) -> Array:
    """Partials of one element each, side by side; plain numbers among them hold for all lanes."""
    numpy = require("numpy", extra="fast")
    return numpy.concatenate([numpy.broadcast_to(part, out.shape) for part in parts], axis=1)


def interpreter_of(row: Operation) -> Interpreter:
    """What evaluates a row on arrays."""
    return numpy_arrays() if not row.variadic or leaves_one_out(row) else numpy_lanes()


def unlisted(inputs: Sequence[Any]) -> list[Array]:
    """Operands as `loader` lists them, as plain arrays."""
    return [each[0] if isinstance(each, list) else each for each in inputs]


def loader(data: Array, one: Each | Many, *, listed: bool = False) -> Callable[[], Sequence[Any]]:
    """Gives an instruction's operands as the row's interpreter takes them: flat, or listed as its functions do."""
    numpy = require("numpy", extra="fast")
    views = [strided_view(data, view) if view.table is None else None for view in one.operands]
    tables = [view.table for view in one.operands]
    spread = isinstance(one, Many) and leaves_one_out(one.row)

    lists = listed and isinstance(one, Many) and not spread
    variadic = [operand.variadic for operand in one.row.operands]
    if all(view is not None for view in views) and not spread:
        kept: list[Any] = [[view] if lists and many else view for view, many in zip(views, variadic, strict=True)]
        return lambda: kept

    def load() -> list[Any]:
        found = [data[table] if view is None else view for view, table in zip(views, tables, strict=True)]
        if spread:
            return [column for each in found for column in numpy.split(each, each.shape[1], axis=1)]
        return [[each] if many else each for each, many in zip(found, variadic, strict=True)] if lists else found

    return load


def strided_view(array: Array, view: View) -> Array:
    """The part of an array that a view without a table stands for."""
    numpy = require("numpy", extra="fast")
    step = array.itemsize
    return numpy.lib.stride_tricks.as_strided(array[view.offset :], view.shape, (view.rows * step, view.columns * step))


def adder(gradients: Array, view: View, mode: str) -> Callable[[Array], None]:
    """Adds contributions of a view's shape to its gradients (or sets them), summed where several share one number."""
    numpy = require("numpy", extra="fast")
    over_lanes = view.columns == 0 and view.shape[1] > 1
    over_rows = view.rows == 0 and view.shape[0] > 1
    shape = (1 if over_rows else view.shape[0], 1 if over_lanes else view.shape[1])
    overlapping = numpy.unique(view._replace(shape=shape).addresses()).size < shape[0] * shape[1]
    if view.table is not None or overlapping:
        table = view.addresses()
        unique = numpy.unique(table).size == table.size

        def scattered(numbers: Array) -> None:
            numbers = numpy.broadcast_to(numbers, table.shape)
            if mode == "=":
                gradients[table] = numbers
            elif unique:
                gradients[table] += numbers
            else:
                numpy.add.at(gradients, table, numbers)

        return scattered
    target = strided_view(gradients, view._replace(shape=shape))
    axes = tuple(axis for axis, summed in enumerate((over_rows, over_lanes)) if summed)
    full = view.shape

    def strided(numbers: Array) -> None:
        if axes:
            if numbers.shape != full:
                numbers = numpy.broadcast_to(numbers, full)
            numbers = numpy.add.reduce(numbers, axis=axes, keepdims=True)
        if mode == "=":
            target[...] = numbers
        else:
            numpy.add(target, numbers, out=target)

    return strided
