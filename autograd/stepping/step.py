"""`Step`, one node of a trace, and `Edge`, one of its operands: facts in strings and numbers, and their text.

A step has one line for the node and one for each operand, in columns that line up. It evaluates back from its repr and
goes to JSON and back (`exchange`).
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar

from ..wording import count_of, number
from .glyphs import UNICODE, Glyphs
from .layout import Row, fit, lay_out
from .shown import Shown
from .terminal import echoing, width_of
from .written import bracketed

__all__ = [
    "EDGES_SHOWN", "NARROW", "UNDEFINED", "Edge", "Step", "columns_for", "edge_row", "edge_text", "head_row",
    "head_text", "rows_of", "rows_shown",
]  # fmt: skip

EDGES_SHOWN = 8
"""Operands of a step that get a line; the middle ones of more are counted only."""
USES_SHOWN = 6
NARROW, WIDEST = (30, 24), (72, 44)
"""Widths of the first two columns: at least, so that steps printed one by one line up, and at most."""
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
    written: how the name stands in formulas, where that is a shortened path.
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
    written: str = field(default="", compare=False)

    @property
    def name(self) -> str:
        """How the operand's name is written in formulas."""
        return self.written or bracketed(self.operand)

    def __repr__(self) -> str:
        return f"Step.Edge({', '.join(f'{f.name}={_written(getattr(self, f.name))}' for f in fields(self))})"


@dataclass(frozen=True, slots=True, repr=False)
class Step(Shown):
    """One node of a trace: forward, how its number came about; backward, its gradient and what it passes on.

    direction: "forward" or "backward"; index, count: this is step `index` of `count`.
    node, op: its name, and its operation's ("" for a leaf); expression, numbers: what was computed, in names and in
    numbers; data: the result. Backward: grad: its gradient when its turn came; contributions: what that is the sum of
    (empty for the seed); uses: how many there are in all; right: what grad is in a right pass; rule: "add", or
    "overwrite" in that bug mode; edges: one entry for each operand that is not a constant.
    columns: the widths with which the steps of this trace line up; written: how the name stands in formulas, where that
    is a shortened path. Steps that differ only in these two are equal.

    >>> from autograd import Value, trace
    >>> step = trace(Value(3.0, "a") * Value(2.0, "b"))[0]
    >>> eval(repr(step)) == step
    True

    Python's prompt shows the text all the same.
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
    written: str = field(default="", compare=False)

    Edge: ClassVar[type[Edge]] = Edge

    def __repr__(self) -> str:
        if echoing():
            return super(Step, self).__repr__()
        return f"Step({', '.join(f'{f.name}={_written(getattr(self, f.name))}' for f in fields(self))})"

    # IPython takes the first class on the way that has either a repr or this.
    _repr_pretty_ = Shown._repr_pretty_

    @property
    def name(self) -> str:
        """How the node's name is written in formulas."""
        return self.written or bracketed(self.node)

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The step's lines, the middle ones of more than eight operands only counted."""
        [lines] = lay_out([rows_of(self, glyphs)], width, self.columns)
        return "\n".join(lines)


def rows_shown(step: Step) -> int:
    """How many rows `rows_of` gives."""
    return 1 + min(len(step.edges), EDGES_SHOWN + 1)


def rows_of(step: Step, glyphs: Glyphs) -> list[Row]:
    """The node's own row, and one for each operand that is shown."""
    rows = [head_row(step, glyphs)]
    edges = step.edges
    if len(edges) <= EDGES_SHOWN:
        return rows + [edge_row(step, edge, glyphs) for edge in edges]
    half = EDGES_SHOWN // 2
    more = f"… {len(edges) - 2 * half:,} more operands: step.edges has them all"
    rows += [edge_row(step, edge, glyphs) for edge in edges[:half]]
    rows.append(Row(_indent(step), glyphs.text(more)))
    return rows + [edge_row(step, edge, glyphs) for edge in edges[-half:]]


def head_text(step: Step, glyphs: Glyphs) -> str:
    """The node's own line, however long."""
    return _one_line(step, head_row(step, glyphs))


def edge_text(step: Step, edge: Edge, glyphs: Glyphs) -> str:
    """The line of one operand, however long."""
    return _one_line(step, edge_row(step, edge, glyphs))


def _one_line(step: Step, row: Row) -> str:
    [[line]] = lay_out([[row]], None, step.columns)
    return fit(line, None)


def columns_for(steps: Iterable[Step]) -> tuple[int, int]:
    """Widths of the first two columns with which all these steps line up."""
    first, second = NARROW
    for step in steps:
        for row in rows_of(step, UNICODE):
            first = max(first, row.indent + width_of(row.left))
            if row.change:
                second = max(second, width_of(row.middle))
    return min(first, WIDEST[0]), min(second, WIDEST[1])


def _indent(step: Step) -> str:
    return " " * len(f"[{step.count}/{step.count}] ")


def head_row(step: Step, glyphs: Glyphs) -> Row:
    """The node: how its number came about; in the backward pass its gradient, and from how many uses."""
    place = f"[{step.index}/{step.count}] ".ljust(len(_indent(step)))
    name = glyphs.name(step.name)
    parts = [name, _formula(step, step.expression, glyphs)]
    if step.direction == "forward" and step.numbers not in (step.expression, number(step.data)):
        parts.append(glyphs.text(step.numbers))
    left = " = ".join(part for part in (*parts, glyphs.paint("value", number(step.data))) if part)
    if step.direction == "forward":
        return Row(place, left)
    gradient = f"{name}.grad = {glyphs.paint('grad', number(step.grad))}"
    tail = [glyphs.text(_uses(step))]
    if step.uses and step.grad != step.right:
        tail.append(glyphs.paint("wrong", f"wrong, should be {number(step.right)}"))
    return Row(place, left, gradient, tail=tuple(tail))


def _formula(step: Step, formula: str, glyphs: Glyphs) -> str:
    """A formula of a step, in which the names that have spaces are kept whole."""
    text = glyphs.text(formula)
    for name in (step.name, *(edge.name for edge in step.edges)):
        if " " in name:
            text = text.replace(glyphs.text(name), glyphs.name(name))
    return text


def _uses(step: Step) -> str:
    arrived = len(step.contributions)
    if not step.uses:
        return "(seed)"
    uses = count_of(step.uses, "use")
    if arrived < step.uses:
        return f"({arrived} of {uses}, too early)"
    if arrived == 1:
        return f"({uses}, done)"
    shown = [number(c) for c in step.contributions[:USES_SHOWN]]
    if arrived > USES_SHOWN:
        half = USES_SHOWN // 2
        shown = [*shown[:half], "…", *(number(c) for c in step.contributions[-half:])]
    if step.rule == "overwrite":
        return f"({uses}, the last overwrote: {', '.join(shown)})"
    return f"({uses}, done: {' + '.join(shown)})"


def edge_row(step: Step, edge: Edge, glyphs: Glyphs) -> Row:
    """An operand: the local derivative, what it adds to the gradient, what that becomes."""
    partial, operand = number(edge.partial), glyphs.name(edge.name)
    local = f"{glyphs.d}{glyphs.name(step.name)}/{glyphs.d}{operand}{glyphs.mark(edge.which)} = "
    symbol, slope = _formula(step, edge.symbol, glyphs), glyphs.paint("local", partial)
    if edge.note.startswith(UNDEFINED):
        local += f"{symbol} does not exist"
        amount = number(edge.contribution)
    else:
        local += slope if edge.symbol == partial else f"{symbol} = {slope}"
        amount = f"{slope} {glyphs.times} {glyphs.paint('grad', number(step.grad))}"
    sign = "=" if step.rule == "overwrite" else "+="
    after = glyphs.paint("changed" if edge.after != edge.before else "grad", number(edge.after))
    change = f"{number(edge.before)} {glyphs.arrow} {after}"
    note = glyphs.text(edge.note)
    note = glyphs.paint("wrong", note) if "wrong, should be" in note else note
    return Row(_indent(step), local, f"{operand}.grad {sign} {amount}", change, (note,) if note else ())
