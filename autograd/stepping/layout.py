"""Lays rows out as lines of a given width: cells in columns that line up, lines broken between columns, names never.

A `Row` is what one line says if there is room. Rows that belong together (a step's) are laid out alike: side by side,
or, where one of them has no room for that, each under its head.
"""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from .terminal import HARD_SPACE, width_of

__all__ = ["Row", "fit", "lay_out", "wrapped"]

GAP = 2

_EQUALS = re.compile(r" (?=\+?= )")


class Row(NamedTuple):
    """place: `[1/3] ` or the room it takes. left, middle, change: the columns. tail: remarks, each broken off whole."""

    place: str
    left: str
    middle: str = ""
    change: str = ""
    tail: tuple[str, ...] = ()

    @property
    def indent(self) -> int:
        """Columns before the first one."""
        return width_of(self.place)


def lay_out(blocks: Sequence[Sequence[Row]], width: int | None, wish: tuple[int, int] = (0, 0)) -> list[list[str]]:
    """The lines of each block of rows.

    width: that no line exceeds, unless a single word does; None for no limit. wish: widths of the first two columns, so
    that what is printed apart lines up; taken where they leave room.
    """
    sizes = [[_Size.of(row) for row in block] for block in blocks]
    level = [
        index
        for index, block in enumerate(sizes)
        if width is None or all(sum(size) + 2 * GAP <= width for size in block if size.change)
    ]
    columns = _columns([sizes[index] for index in level])
    if not _fits(columns, width):
        # A head may reach over the columns below it. Then the widest block goes: the others line up the better.
        columns = _columns([sizes[index] for index in level], heads=False)
        while not _fits(columns, width):
            level.remove(max(level, key=lambda index: max(size.left for size in sizes[index] if size.change)))
            columns = _columns([sizes[index] for index in level], heads=False)
    wished = tuple(map(max, columns, (*wish, 0)))
    if _fits(wished, width):
        columns = wished
    lines = []
    for index, block in enumerate(blocks):
        rows = list(zip(block, sizes[index], strict=True))
        lines.append(list(_level(rows, columns, width) if index in level else _stacked(rows, columns[0], width or 0)))
    return lines


def _fits(columns: Sequence[int], width: int | None) -> bool:
    return width is None or sum(columns) + 2 * GAP <= width or not any(columns)


class _Size(NamedTuple):
    left: int
    middle: int
    change: int

    @classmethod
    def of(cls, row: Row) -> "_Size":
        return cls(row.indent + width_of(row.left), width_of(row.middle), width_of(row.change))


def _columns(blocks: Sequence[Sequence[_Size]], heads: bool = True) -> tuple[int, ...]:
    """The widths of three columns; what stands in the second without a change beside it may reach into the third."""
    edges = [size for block in blocks for size in block if size.change]
    others = [size for block in blocks for size in block if size.middle and not size.change] if heads else []
    left, middle, change = (max(column, default=0) for column in zip(*edges, (0, 0, 0), strict=False))
    left = max([left, *(size.left for size in others)])
    return left, middle, max([change, *(size.middle - GAP - middle for size in others)])


def _level(rows: Sequence[tuple[Row, _Size]], columns: Sequence[int], width: int | None) -> Iterator[str]:
    """Side by side."""
    for row, size in rows:
        if not row.change:
            yield from _head(row, size, columns[0], width)
            continue
        line = f"{_padded(row.place + row.left, columns[0])}  {_padded(row.middle, columns[1])}  {row.change}"
        yield from _with_tail(line, row, columns[0] + 2 * GAP, width)


def _stacked(rows: Sequence[tuple[Row, _Size]], left: int, width: int) -> Iterator[str]:
    """The first column, and under it the others."""
    room = [width - row.indent - 2 * GAP for row, _ in rows]
    beside = [size for (_, size), free in zip(rows, room, strict=True) if size.middle + size.change <= free]
    middle = max((size.middle for size in beside if size.change), default=0)
    if any(size.change and middle + size.change > free for (_, size), free in zip(rows, room, strict=True)):
        middle = 0  # lining up would push something over the edge
    for row, size in rows:
        if not row.change:
            yield from _head(row, size, left, width)
            continue
        yield from wrapped(row.place + row.left, width, row.indent + GAP)
        under = [row.middle, row.change] if size not in beside else [f"{_padded(row.middle, middle)}  {row.change}"]
        indent = row.indent + GAP
        lines = [line for part in under for line in wrapped(" " * indent + part, width, indent + GAP)]
        yield from lines[:-1]
        yield from _with_tail(lines[-1], row, indent + GAP, width)


def _head(row: Row, size: _Size, left: int, width: int | None) -> Iterator[str]:
    """A row without a change: on one line if it has room, in the columns if there is room for that."""
    line, indent = row.place + row.left, row.indent + 2 * GAP
    needed = GAP + size.middle + (GAP + width_of(row.tail[0]) if row.tail else 0)
    if row.middle and (width is None or max(size.left, left) + needed <= width):
        line, indent = f"{_padded(line, left)}  {row.middle}", left + 2 * GAP
    elif row.middle and width is not None and size.left + needed <= width:
        line = f"{line}  {row.middle}"
    else:
        parts = wrapped(line, width, row.indent + GAP)
        if row.middle:
            parts += wrapped(" " * row.indent + row.middle, width, indent)
        yield from parts[:-1]
        line = parts[-1]
    yield from _with_tail(line, row, indent, width)


def _with_tail(line: str, row: Row, indent: int, width: int | None) -> Iterator[str]:
    """The remarks behind a line, or below it where there is no room."""
    gap = " " * (GAP + bool(row.change))
    for remark in row.tail:
        if width is None or width_of(line) + len(gap) + width_of(remark) <= width:
            line += gap + remark
            continue
        yield line
        if indent + width_of(remark) > width:
            indent = row.indent + 2 * GAP
        *above, line = wrapped(" " * indent + remark, width, indent)
        yield from above
    yield line


def wrapped(line: str, width: int | None, hang: int) -> list[str]:
    """A line, broken where it is too long: before an equals sign if that helps, else at spaces; `hang`: how far in.

    >>> wrapped("[1/1] y = affine([w1, w2], [x1, x2], b) = 0.5", 40, 8)
    ['[1/1] y = affine([w1, w2], [x1, x2], b)', '        = 0.5']
    """
    if width is None or width_of(line) <= width:
        return [line]
    body = line.lstrip(" ")
    start = " " * (len(line) - len(body))
    pieces = _EQUALS.split(body)
    if not all(hang + width_of(piece) <= width for piece in pieces):
        pieces = body.split(" ")
    lines = [start + pieces[0]]
    for piece in pieces[1:]:
        if width_of(lines[-1]) + 1 + width_of(piece) <= width:
            lines[-1] += f" {piece}"
        else:
            lines.append(" " * hang + piece)
    return [line.rstrip(" ") for line in lines]


def fit(text: str, width: int | None) -> str:
    """A text of several lines, the long ones broken and hung in, its hard spaces made plain."""
    lines = []
    for line in text.split("\n"):
        lines += wrapped(line, width, len(line) - len(line.lstrip(" ")) + 2 * GAP)
    return "\n".join(lines).replace(HARD_SPACE, " ")


def _padded(text: str, columns: int) -> str:
    return text + " " * (columns - width_of(text))
