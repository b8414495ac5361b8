"""Pictures as plain text, for terminals: a tree with the root on top, inputs below it in their order, numbers beside.

What is used twice is written out once, and named again where it is used again; so every argument has one line.
"""

import shutil
import textwrap
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from autograd.wording import IN_ASCII, ascii_text, bounded, can_print, number

from .model import Arrow, Box, Group, Picture, Row
from .style import CHIPS

__all__ = ["as_text", "terminal_is_ascii"]

FITTING = ((10, 6), (10, 4), (6, 4), (4, 4), (4, 3))
"""Indents after which a tree goes on at the left again, and digits of numbers, as they are tried until lines fit."""

LINES = 300
"""Lines after which a text ends with the count of what is missing."""

NOT_COMPUTED = "-"

SIGNS = "∂·×÷−→…├└│─↑"
DRAWN = {"·": "*", "×": "*", "÷": "/", "−": "-", "├": "|", "└": "`", "│": "|", "─": "-", "↑": "^"}


@dataclass(slots=True)
class _Line:
    """What stands left of the numbers, and the numbers; `text` alone is written without columns."""

    left: str
    numbers: tuple[str, ...] = ()


def as_text(picture: Picture, *, ascii_only: bool = False, width: int | None = None) -> str:
    """The picture as lines of text, without a line end after the last.

    ascii_only: write what ASCII lacks in other ways, letters of labels as Python escapes them.
    width: columns that a line may have, at least 60; None for those of the terminal, 80 where there is none.
    """
    width = max(60, width or shutil.get_terminal_size((80, 24)).columns)
    for levels, digits in FITTING:
        lines = list(_lines(picture, levels, digits))
        left_out = max(0, len(lines) - LINES)
        lines = lines[:LINES]
        has_gradients = any(line.numbers[1:2] not in ((), ("",), (NOT_COMPUTED,)) for line in lines)
        columns = 4 if has_gradients else 3
        heads = ("data", "grad", "∂", "∂·grad")[:columns]
        rows = [_Line("", heads), *lines] if picture.boxes else lines
        widths = [max((len(line.numbers[i]) for line in rows if line.numbers), default=0) for i in range(columns)]
        margin = max((_width(line.left) for line in rows if line.numbers), default=0)
        room = width - sum(widths) - 2 * columns
        if margin <= room:
            break
    margin = min(margin, room)
    texts = [_joined(line, margin, widths, width) for line in rows]
    if left_out:
        texts.append(f"… and {left_out:,} more lines; .save('graph.svg') draws all")
    for remark in _legend(picture, has_gradients) + picture.notes:
        texts += textwrap.wrap(remark, width)
    text = "\n".join([bounded(picture.title, width), *texts] if picture.title else texts)
    return ascii_text(text, IN_ASCII | DRAWN) if ascii_only else text


def terminal_is_ascii() -> bool:
    """Whether standard output can't print the signs that the text uses."""
    return not can_print(SIGNS)


def _lines(picture: Picture, levels: int, digits: int) -> Iterator[_Line]:
    everything: list[Box | Group] = [*picture.groups, *picture.boxes]
    boxes = {box.name: box for box in everything}
    arrows: dict[str, list[Arrow]] = {name: [] for name in boxes}
    used: dict[str, int] = dict.fromkeys(boxes, 0)
    for use in picture.arrows:
        arrows[use.head].append(use)
        used[use.tail] += 1
    marks = _marks(picture, used)
    # Last first: the root is the last of the boxes. In a ring of modules every box is used by another.
    starts = [name for name in reversed(boxes) if not used[name]]
    sections = [*starts, *(name for name in reversed(boxes) if used[name])]
    written: set[str] = set()
    waiting: list[str] = []
    while sections or waiting:
        start = waiting.pop(0) if waiting else sections.pop(0)
        if start in written:
            continue
        if written:
            yield _Line("")
        stack: list[tuple[str, Arrow | None, str, str]] = [(start, None, "", "")]
        while stack:
            name, arrow, branch, indent = stack.pop()
            box = boxes[name]
            again = name in written
            deep = len(indent) >= 3 * levels and bool(arrows[name]) and not again
            word = f"{_name(box)}{marks.get(name, '')}"
            yield _Line(
                f"{branch}{word}{'  ↑' if again else '  … below' if deep else ''}", _numbers(box, arrow, digits)
            )
            if again or deep:
                waiting += [name] if deep and name not in waiting else []
                continue
            written.add(name)
            inputs = arrows[name]
            yield from _inside(box, indent + ("│  " if inputs else "   "), digits)
            for position, below in reversed(list(enumerate(inputs))):
                last = position == len(inputs) - 1
                stack.append(
                    (below.tail, below, indent + ("└─ " if last else "├─ "), indent + ("   " if last else "│  "))
                )


def _marks(picture: Picture, used: dict[str, int]) -> dict[str, str]:
    """A number for each box that is named in several places and can't be told by its title."""
    titles = Counter(_name(box) for box in picture.boxes)
    again = [box.name for box in picture.boxes if used[box.name] > 1 and (not box.title or titles[_name(box)] > 1)]
    return {name: f" #{index}" for index, name in enumerate(again, start=1)}


def _name(box: Box | Group) -> str:
    if isinstance(box, Group):
        return f"[{bounded(box.title, 48)}]"
    word = bounded(box.operation) or CHIPS[box.kind][0]
    return f"{bounded(box.title)}  {word}" if box.title else word


def _numbers(box: Box | Group, arrow: Arrow | None, digits: int) -> tuple[str, ...]:
    if isinstance(box, Group):
        return ()
    grad = "" if box.kind == "constant" else _gradient(box.grad, digits)
    if arrow is None or arrow.is_constant or arrow.uses:
        return number(box.data, digits), grad, "", ""
    few = min(4, digits)
    partial = "none" if arrow.partial is None else number(arrow.partial, few)
    flow = "" if arrow.contribution is None else number(arrow.contribution, few)
    return number(box.data, digits), grad, partial, flow


def _inside(box: Box | Group, indent: str, digits: int) -> Iterator[_Line]:
    """The rows and remarks within a box."""
    if isinstance(box, Group):
        yield from (_Line(f"{indent}{line}") for line in box.lines)
        return
    for row in box.rows:
        yield _Line(f"{indent}· {bounded(row.name) or CHIPS[row.kind][0]}", _row(row, digits))
    if box.left_out:
        yield _Line(f"{indent}· and {box.left_out:,} more")
    yield from (_Line(f"{indent}({note})") for note in box.notes)


def _row(row: Row, digits: int) -> tuple[str, ...]:
    if row.kind == "constant":
        return number(row.data, digits), "", "", ""
    partial = "none" if row.partial is None else number(row.partial, min(4, digits))
    # A row's node is its only use: its gradient is what flowed back, unless several passes added up.
    return number(row.data, digits), _gradient(row.grad, digits), partial, ""


def _gradient(grad: float | None, digits: int) -> str:
    return NOT_COMPUTED if grad is None else number(grad, digits)


def _legend(picture: Picture, has_gradients: bool) -> list[str]:
    lines = []
    if any(not arrow.uses and not arrow.is_constant for arrow in picture.arrows):
        lines.append("∂: partial derivative of the node above by this one")
        if has_gradients:
            lines.append("∂·grad: times that node's grad, what flows back")
    if picture.boxes and not has_gradients:
        lines.append("grad -: not computed, call backward()")
    tails = [arrow.tail for arrow in picture.arrows]
    return lines + (["↑: written out above"] if len(set(tails)) < len(tails) else [])


def _joined(line: _Line, margin: int, widths: list[int], most: int) -> str:
    left = _cut(line.left.rstrip(), margin if line.numbers else most)
    cells = (text.rjust(width) for text, width in zip(line.numbers, widths, strict=False))
    return f"{left}{' ' * (margin - _width(left))}  {'  '.join(cells)}".rstrip()


def _cut(text: str, width: int) -> str:
    """A text that is too wide without some of its middle, where a name has the least to say."""
    if _width(text) <= width:
        return text
    end = min(12, width // 3)
    start = text
    while start and _width(start) + 1 + _width(text[-end:]) > width:
        start = start[:-1]
    return f"{start}…{text[-end:]}"


def _width(text: str) -> int:
    """Columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )
