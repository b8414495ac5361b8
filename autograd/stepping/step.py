"""`Step`, one node of a trace, and `Edge`, one of its operands: facts in strings and numbers, and their text.

A step has one line for the node and one for each operand, in columns that line up. It evaluates back from its repr and
goes to JSON and back (`exchange`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from ..wording import count_of, number
from .glyphs import UNICODE, Glyphs, choose

__all__ = ["EDGES_SHOWN", "UNDEFINED", "Edge", "Step", "columns_for", "edge_text", "head_text"]

EDGES_SHOWN = 8
"""Operands of a step that get a line; the middle ones of more are counted only."""
USES_SHOWN = 6
WIDEST = (72, 44)
UNDEFINED = "no derivative here"
"""How the note of an edge without a derivative begins."""


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
        """The step's lines, the middle ones of more than eight operands only counted.

        glyphs: the way of writing; else the one that standard output can show.
        """
        glyphs = glyphs or choose()
        lines = [head_text(self, glyphs)]
        edges = self.edges
        if len(edges) <= EDGES_SHOWN:
            lines += [edge_text(self, edge, glyphs) for edge in edges]
        else:
            half = EDGES_SHOWN // 2
            more = f"{_indent(self)}… {len(edges) - 2 * half:,} more operands: step.edges has them all"
            lines += [edge_text(self, edge, glyphs) for edge in edges[:half]]
            lines.append(glyphs.text(more))
            lines += [edge_text(self, edge, glyphs) for edge in edges[-half:]]
        return "\n".join(lines)


def head_text(step: Step, glyphs: Glyphs) -> str:
    """The node's own line."""
    left, right = _head(step, glyphs)
    return f"{left.ljust(step.columns[0])}  {right}".rstrip()


def edge_text(step: Step, edge: Edge, glyphs: Glyphs) -> str:
    """The line of one operand."""
    left, middle, change, note = _edge(step, edge, glyphs)
    line = f"{left.ljust(step.columns[0])}  {middle.ljust(step.columns[1])}  {change}"
    return f"{line}   {note}" if note else line


def columns_for(steps: Iterable[Step]) -> tuple[int, int]:
    """Widths of the first two columns with which all these steps line up."""
    first, second = 30, 24
    for step in steps:
        first = max(first, len(_head(step, UNICODE)[0]))
        for edge in step.edges[: EDGES_SHOWN // 2] + step.edges[-(EDGES_SHOWN // 2) :]:
            left, middle, _, _ = _edge(step, edge, UNICODE)
            first, second = max(first, len(left)), max(second, len(middle))
    return min(first, WIDEST[0]), min(second, WIDEST[1])


def _indent(step: Step) -> str:
    return " " * len(f"[{step.count}/{step.count}] ")


def _head(step: Step, glyphs: Glyphs) -> tuple[str, str]:
    place = f"[{step.index}/{step.count}] ".ljust(len(_indent(step)))
    parts = [step.node, step.expression]
    if step.direction == "forward" and step.numbers not in (step.expression, number(step.data)):
        parts.append(step.numbers)
    left = place + " = ".join(part for part in (*parts, number(step.data)) if part)
    if step.direction == "forward":
        return glyphs.text(left), ""
    return glyphs.text(left), glyphs.text(f"{step.node}.grad = {number(step.grad)}  {_uses(step)}")


def _uses(step: Step) -> str:
    arrived = len(step.contributions)
    wrong = "" if step.grad == step.right else f"  wrong, should be {number(step.right)}"
    if not step.uses:
        return "(seed)"
    uses = count_of(step.uses, "use")
    if arrived < step.uses:
        return f"({arrived} of {uses}, too early){wrong}"
    if arrived == 1:
        return f"({uses}, done){wrong}"
    shown = [number(c) for c in step.contributions[:USES_SHOWN]]
    if arrived > USES_SHOWN:
        half = USES_SHOWN // 2
        shown = [*shown[:half], "…", *(number(c) for c in step.contributions[-half:])]
    if step.rule == "overwrite":
        return f"({uses}, the last overwrote: {', '.join(shown)}){wrong}"
    return f"({uses}, done: {' + '.join(shown)}){wrong}"


def _edge(step: Step, edge: Edge, glyphs: Glyphs) -> tuple[str, str, str, str]:
    partial, node, operand = number(edge.partial), glyphs.text(step.node), glyphs.text(edge.operand)
    symbol = glyphs.text(edge.symbol)
    local = f"{_indent(step)}{glyphs.d}{node}/{glyphs.d}{operand}{glyphs.mark(edge.which)} = {symbol}"
    if edge.note.startswith(UNDEFINED):
        local, amount = f"{local} does not exist", number(edge.contribution)
    else:
        local = local if edge.symbol == partial else f"{local} = {partial}"
        amount = f"{partial} {glyphs.times} {number(step.grad)}"
    sign = "=" if step.rule == "overwrite" else "+="
    change = f"{number(edge.before)} {glyphs.arrow} {number(edge.after)}"
    return local, f"{operand}.grad {sign} {amount}", change, glyphs.text(edge.note)
