"""What a lowered program consists of: four kinds of instructions, each over a whole class of scalar nodes.

`Each` applies a row to every element of a grid, `Many` an n-ary row to every lane, `Product` is the matrix product
that a full grid of dot products is, and `Gather` copies scattered numbers together for one.
"""

from typing import NamedTuple, TypeAlias

from .layout import View
from .rows import Operation

__all__ = ["Each", "Gather", "Instruction", "Many", "Product"]


class Each(NamedTuple):
    """out[i, j] = row(operands[i, j]…), for an operation of fixed arity."""

    row: Operation
    out: View
    operands: tuple[View, ...]


class Many(NamedTuple):
    """out[0, n] = row(operands), where an n-ary operand's view is [n, k] and a plain one's [n, 1]."""

    row: Operation
    out: View
    operands: tuple[View, ...]


class Product(NamedTuple):
    """out[u, v] = Σ_k left[u, k] · right[k, v] (+ bias[u, v]); right and out lie with v in a row."""

    row: Operation
    out: View
    left: View
    right: View
    bias: View | None

    @property
    def operands(self) -> tuple[View, ...]:
        """All views that are read."""
        return (self.left, self.right) if self.bias is None else (self.left, self.right, self.bias)


class Gather(NamedTuple):
    """out[i, j] = what stands at the addresses of a table."""

    out: View
    source: View

    @property
    def operands(self) -> tuple[View, ...]:
        """The one view that is read."""
        return (self.source,)


Instruction: TypeAlias = Each | Many | Product | Gather
