"""From instructions to calls of native kernels: which kernel, and its row of integers."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from . import kernels, products
from .instructions import Each, Gather, Instruction, Many, Product
from .layout import View, padded
from .reverse import Reversed

__all__ = ["Call", "backward_calls", "forward_calls"]


class Call(NamedTuple):
    """A kernel's source and its arguments; an entry that is an array stands for its place among the integers."""

    source: str
    arguments: tuple[Any, ...]


def forward_calls(instructions: Sequence[Instruction]) -> list[Call]:
    """The calls of a forward pass."""
    return [_forward(one) for one in instructions]


def _forward(one: Instruction) -> Call:
    match one:
        case Each():
            return Call(kernels.each_forward(one.row, _each_letters(one)), _each_arguments(one))
        case Many():
            return Call(kernels.many_forward(one.row, _many_letters(one)), _many_arguments(one))
        case Product():
            return Call(products.PRODUCT, _product_arguments(one))
        case Gather():
            return Call(products.GATHER, _gather_arguments(one))


def backward_calls(backward: Reversed) -> list[Call]:
    """The calls of a backward pass: gradients to clear, then the steps."""
    found = [Call(products.ZERO, stretch) for stretch in backward.zeros]
    for one, modes in backward.steps:
        match one:
            case Each():
                source = kernels.each_backward(one.row, _each_letters(one), modes)
                found.append(Call(source, _each_arguments(one)))
            case Many():
                source = kernels.many_backward(one.row, _many_letters(one), modes)
                found.append(Call(source, _many_arguments(one)))
            case Product():
                names = (products.PRODUCT_LEFT, products.PRODUCT_RIGHT, products.PRODUCT_BIAS)
                found += [
                    Call(source, (*_product_arguments(one), int(mode == "=")))
                    for source, mode in zip(names, modes, strict=False)
                    if mode != "-"
                ]
            case Gather():
                found.append(Call(products.GATHER_BACK, _gather_arguments(one)))
    return found


def _each_letters(one: Each) -> str:
    return "".join(
        "t" if view.table is not None else "v" if view.columns == 1 or view.shape[1] == 1 else "s"
        for view in one.operands
    )


def _each_arguments(one: Each) -> tuple[Any, ...]:
    height, width = one.out.shape
    found: list[Any] = [height, width, one.out.offset, one.out.rows]
    for view in one.operands:
        found += [view.offset, view.rows] if view.table is None else [view.table, width]
    return tuple(found)


def _many_letters(one: Many) -> str:
    return "".join("t" if v.table is not None else "c" if v.columns == 1 else "r" for v in one.operands)


def _many_arguments(one: Many) -> tuple[Any, ...]:
    length = next(v.shape[1] for v, operand in zip(one.operands, one.row.operands, strict=True) if operand.variadic)
    found: list[Any] = [one.out.shape[1], length, one.out.offset, 1]
    for view in one.operands:
        if view.table is None:
            found += [view.offset, view.rows, view.columns]
        else:
            found += [view.table, view.shape[1], 1]
    return tuple(found)


def _product_arguments(one: Product) -> tuple[Any, ...]:
    out, left, right, bias = one.out, one.left, one.right, one.bias
    lanes = out.shape[1]
    whole = _full(out) and _full(right)
    width = padded(lanes) if whole else lanes
    place = (-1, 0, 0) if bias is None else (bias.offset, bias.rows, bias.columns)
    return (
        out.shape[0], width, left.shape[1], out.offset, out.rows, left.offset, left.rows, left.columns,
        right.offset, right.rows, *place, lanes,
    )  # fmt: skip


def _full(view: View) -> bool:
    """Whether rows are filled up with zeros of their own to a multiple of the lanes."""
    height, width = view.shape
    return view.rows == padded(width) or (height == 1 and view.offset % 8 == 0)


def _gather_arguments(one: Gather) -> tuple[Any, ...]:
    height, width = one.out.shape
    return (height, width, one.out.offset, one.out.rows, one.source.addresses())
