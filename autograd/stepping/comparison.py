"""`compare`: two traces side by side, such as before and after a training step, or a bug beside the right pass."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import final

from ..wording import count_of, number
from .glyphs import Glyphs
from .shown import Shown
from .steps import Record
from .terminal import width_of

__all__ = ["Comparison", "Difference", "compare"]

SHOWN = 20


@dataclass(frozen=True, slots=True)
class Difference:
    """What one node is in each of two traces; None where a trace has no node of that name."""

    name: str
    data: tuple[float | None, float | None]
    grad: tuple[float | None, float | None]


@final
class Comparison(Shown):
    """The nodes that differ, in the first trace's order, then those that only the second one has; `same` counts others.

    `left` and `right` name the two traces in the heading.
    """

    def __init__(self, differences: tuple[Difference, ...], same: int, left: str, right: str) -> None:
        self.differences = differences
        self.same = same
        self.left = left
        self.right = right

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """A table of the differences; the middle ones of more than 20 are counted only."""
        equal = f"{count_of(self.same, 'node')} the same in both"
        if not self.differences:
            return f"no difference: {equal}"
        found = self.differences
        rows = [("node", f"data: {self.left}", self.right, "", f"grad: {self.left}", self.right, "")]
        for difference in found if len(found) <= SHOWN else (*found[: SHOWN // 2], *found[-SHOWN // 2 :]):
            rows.append((difference.name, *_cells(*difference.data), *_cells(*difference.grad)))
        rows = [(glyphs.name(row[0]), *map(glyphs.text, row[1:])) for row in rows]  # type: ignore[misc]
        tables = [_lines(rows, range(7))]
        if width is not None and max(map(width_of, tables[0])) > width:
            tables = [_lines(rows, (0, 1, 2, 3)), _lines(rows, (0, 4, 5, 6))]
        if len(found) > SHOWN:
            for lines in tables:
                lines.insert(1 + SHOWN // 2, glyphs.text(f"… {len(found) - SHOWN:,} more: see .differences"))
        return "\n".join(["\n\n".join("\n".join(lines) for lines in tables), equal])


def _lines(rows: Sequence[Sequence[str]], columns: Iterable[int]) -> list[str]:
    """These columns of the rows, lined up."""
    cells = [[row[column] for column in columns] for row in rows]
    widths = [max(map(width_of, column)) for column in zip(*cells, strict=True)]
    return [
        "  ".join(cell + " " * (width - width_of(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in cells
    ]


def _cells(left: float | None, right: float | None) -> tuple[str, str, str]:
    shown = "-" if left is None else number(left), "-" if right is None else number(right)
    if left is None or right is None:
        return (*shown, "only in one")
    return (*shown, "" if left == right else f"({'+' if right > left else ''}{number(right - left, 4)})")


def compare(left: Record, right: Record) -> Comparison:
    """Numbers and gradients of two traces, node by node; nodes of equal names are taken for the same.

    >>> from autograd import Value, trace
    >>> w, x = Value(2.0, "w"), Value(3.0, "x")
    >>> before = trace(w * x, names={"L": None})
    >>> w.data = 1.0
    >>> compare(before, trace(w * x))
    node  data: before  after        grad: before  after
    x     3             3            2             1      (-1)
    w     2             1      (-1)  3             3
    v3    6             3      (-3)  1             1
    0 nodes the same in both
    """
    for trace in (left, right):
        if not isinstance(trace, Record):
            raise TypeError(f"compare takes two traces, got {type(trace).__name__}; trace(root) makes one")
    differences: list[Difference] = []
    same = 0
    order = [*reversed(list(left.grads)), *(name for name in right.grads if name not in left.grads)]
    for name in order:
        data = left.data.get(name), right.data.get(name)
        grad = left.grads.get(name), right.grads.get(name)
        if data[0] == data[1] and grad[0] == grad[1]:
            same += 1
        else:
            differences.append(Difference(name, data, grad))
    headings = ("wrong", "right") if left.right is not left and left.right == right else ("before", "after")
    return Comparison(tuple(differences), same, *headings)
