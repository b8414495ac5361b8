"""`Step`, one node of a trace, and `Edge`, one of its operands: plain facts, in strings and numbers only.

A step's text is written by `layout`. It evaluates back from its repr and goes to JSON and back (`exchange`).
"""

import math
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from .glyphs import Glyphs

__all__ = ["Edge", "Step"]


def _written(value: Any) -> str:
    """A repr that evaluates to an equal value, infinities too."""
    if type(value) is float and not math.isfinite(value):
        return f"float({str(value)!r})"
    if type(value) is tuple:
        return f"({', '.join(map(_written, value))}{',' * (len(value) == 1)})"
    return repr(value)


@dataclass(frozen=True, slots=True, repr=False)
class Edge:
    """What one operand of a node received in the backward pass.

    operand: its name; which: 1, 2… if the node has it several times as an operand, else 0; data: its number.
    symbol, partial: the local derivative, as the table's formula in names, and as a number.
    contribution: partial × upstream gradient (0.0 where the upstream gradient is 0).
    before, after: the operand's gradient. note: a kink, a missing derivative, what a bug mode got wrong.
    """

    operand: str
    which: int
    data: float
    symbol: str
    partial: float
    contribution: float
    before: float
    after: float
    note: str = ""

    def __repr__(self) -> str:
        return f"Step.Edge({', '.join(f'{f.name}={_written(getattr(self, f.name))}' for f in fields(self))})"


@dataclass(frozen=True, slots=True, repr=False)
class Step:
    """One node of a trace: forward, how its number came about; backward, its gradient and what it passes on.

    direction: "forward" or "backward"; index, count: this is step `index` of `count`.
    node, op: its name, and its operation's ("" for a leaf); expression, numbers: what was computed, in names and in
    numbers; data: the result. Backward: grad: its gradient when its turn came; contributions: what that is the sum of
    (empty for the seed); uses: how many there are in all; right: what grad is in a right pass; rule: "add", or
    "overwrite" in that bug mode; edges: one entry for each operand that is not a constant.
    columns: the widths with which the steps of this trace line up; steps that differ only in it are equal.

    >>> from autograd import Value, trace
    >>> step = trace(Value(3.0, "a") * Value(2.0, "b"))[0]
    >>> eval(repr(step)) == step
    True
    """

    direction: str
    index: int
    count: int
    node: str
    op: str
    expression: str
    numbers: str
    data: float
    grad: float = 0.0
    right: float = 0.0
    uses: int = 0
    contributions: tuple[float, ...] = ()
    rule: str = "add"
    edges: tuple[Edge, ...] = ()
    columns: tuple[int, int] = field(default=(32, 24), compare=False)

    Edge: ClassVar[type[Edge]] = Edge

    def __repr__(self) -> str:
        return f"Step({', '.join(f'{f.name}={_written(getattr(self, f.name))}' for f in fields(self))})"

    def __str__(self) -> str:
        return self.text()

    def text(self, glyphs: Glyphs | None = None) -> str:
        """The step's lines: in the given way of writing, else in the one that standard output can show."""
        from .layout import step_text

        return step_text(self, glyphs)
