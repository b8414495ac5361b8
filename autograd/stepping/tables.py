"""A trace as a table: plain text for IPython, an object of rich where rich asks for one."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from typing import Any

from ..wording import number
from .glyphs import choose
from .step import UNDEFINED, Step

__all__ = ["plain_table", "rich_table"]

ROWS = 40
HEADINGS = ("step", "node", "computed", "gradient")
MORE = ("edge", "local derivative", "change")


def plain_table(steps: Sequence[Step]) -> str:
    """The table as text, with a line under its head.

    >>> from autograd import Value, trace
    >>> a = Value(2.0, "a")
    >>> print(plain_table(trace(a * 3)))
    step  node  computed   gradient  edge    local derivative  change
    ----  ----  ---------  --------  ------  ----------------  ----------------------
    1     v2    a * 3 = 6  1         ∂v2/∂a  3                 a.grad += 3 × 1: 0 → 3
    """
    rows = [(*HEADINGS, *MORE), *_rows(steps)]
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    rows.insert(1, tuple("-" * width for width in widths))
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "\n".join(lines)


def rich_table(steps: Sequence[Step]) -> Any:
    """The same as a `rich.table.Table`; labels are shown as they are, never read as markup."""
    text = import_module("rich.text").Text
    table = import_module("rich.table").Table()
    for heading in (*HEADINGS, *MORE):
        table.add_column(heading)
    for row in _rows(steps):
        table.add_row(*map(text, row))
    return table


def _rows(steps: Sequence[Step]) -> Iterator[tuple[str, ...]]:
    """One row per edge, the first of a step with the node itself; the middle of a long trace is left out."""
    glyphs = choose()
    half = ROWS // 2
    long = len(steps) > ROWS
    for index in (*range(half), *range(len(steps) - half, len(steps))) if long else range(len(steps)):
        step = steps[index]
        if long and index == len(steps) - half:
            more = f"… {len(steps) - ROWS:,} more steps: the slice [{half}:-{half}] has them"
            yield "", "", glyphs.text(more), "", "", "", ""
        computed = f"{step.expression} = {number(step.data)}" if step.expression else number(step.data)
        grad = number(step.grad) if step.direction == "backward" else ""
        head = str(step.index), glyphs.text(step.node), glyphs.text(computed), grad
        many = len(step.edges) > ROWS
        edges = (*step.edges[:half], *step.edges[-half:]) if many else step.edges
        for place, edge in enumerate(edges):
            local = edge.symbol if edge.symbol == number(edge.partial) else f"{edge.symbol} = {number(edge.partial)}"
            local = f"{edge.symbol} does not exist" if edge.note.startswith(UNDEFINED) else local
            sign = "=" if step.rule == "overwrite" else "+="
            change = (
                f"{edge.operand}.grad {sign} {number(edge.partial)} × {number(step.grad)}: "
                f"{number(edge.before)} → {number(edge.after)}"
            )
            name = f"∂{step.node}/∂{edge.operand}"
            if many and place == half:
                yield *head, glyphs.text(f"… {len(step.edges) - ROWS:,} more"), "", ""
                head = "", "", "", ""
            yield (*head, glyphs.text(name) + glyphs.mark(edge.which), glyphs.text(local), glyphs.text(change))
            head = "", "", "", ""
        if not edges:
            yield *head, "", "", ""
