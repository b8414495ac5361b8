"""The report of a `Grade` in words, for a terminal of 80 columns; what comes from the file is shown as data."""

from __future__ import annotations

import math
import textwrap
from pathlib import Path
from typing import Any

from ...stepping.glyphs import ASCII, UNICODE
from ...wording import bounded
from .marks import Mistake, Result

__all__ = ["report"]

WIDTH = 79
OUTPUT_LINES = 5


def report(grade: Result, *, ascii_only: bool = False) -> str:
    """All of it: points line by line, each mistake with its program and numbers, limits, what the file printed."""
    glyphs = ASCII if ascii_only else UNICODE
    of = sum(item.of for item in grade.items)
    name = bounded(Path(grade.path).name, 60)
    lines = [f"{name}, class {bounded(grade.class_name, 60)}: {grade.points} of {of} points", ""]
    for note in grade.notes:
        lines += [*_wrapped(_clean(note)), ""]
    for item in grade.items:
        mark = "✓" if item.points == item.of else "✗" if item.points == 0 else "~"
        if ascii_only:
            mark = {"✓": "+", "✗": "-"}.get(mark, mark)
        line = f"{mark} {item.points:>3}/{item.of:<3} {item.what}"
        note = _clean(item.note)
        if not note:
            lines.append(line)
        elif len(line) + len(note) + 3 <= WIDTH:
            lines.append(f"{line} ({note})")
        else:
            lines += [line, *_wrapped(f"({note})", " " * 10)]
    for number, mistake in enumerate(grade.mistakes, start=1):
        lines += ["", *_wrapped(f"{number}. {_clean(mistake.name)}", after="   "), *_mistake(mistake)]
    if grade.smallest is not None:
        lines += ["", "The smallest wrong random program, which the above explains:", *_mistake(grade.smallest)]
    if grade.missing:
        text = f"Not there yet: {', '.join(grade.missing)}. Lesson 2 builds the operators: python -m examples 2"
        lines += ["", *_wrapped(text, after="   ")]
    if grade.limits:
        lines += ["", "Limits, which cost nothing by themselves:"]
        lines += [line for limit in grade.limits for line in _wrapped(f"- {_clean(limit)}", "  ", "    ")]
    if grade.complete:
        lines += ["", "Nothing to complain of. Next: python -m examples 5, a perceptron on top of it."]
    lines += _output(grade.output)
    return glyphs.text("\n".join(lines))


def _mistake(mistake: Mistake) -> list[str]:
    lines = [f"       {_clean(line)}" for line in mistake.code]
    if mistake.quantity:
        yours, right = _number(mistake.yours), _number(mistake.right)
        lines.append(f"   {mistake.quantity}: yours {yours}, right {right}")
    if mistake.detail:
        lines += _wrapped(_clean(mistake.detail), "   ")
    if mistake.line:
        lines.append(f"   line {mistake.line}: {_clean(mistake.text)[: WIDTH - 20]}")
    if mistake.why:
        lines += _wrapped(mistake.why, "   ")
    if mistake.next:
        lines += _wrapped(f"Next: {mistake.next}", "   ", "   ")
    return lines


def _number(found: Any) -> str:
    if found is None:
        return "none"
    if isinstance(found, dict):
        return f"a {_clean(str(found.get('type')))}"
    if not isinstance(found, float | int) or not math.isfinite(found):
        return str(found)
    return f"{found + 0.0:.10g}"


def _clean(text: str) -> str:
    """On one line, escapes of a terminal made visible; long texts keep their beginning."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)[:500]


def _wrapped(text: str, indent: str = "", after: str | None = None) -> list[str]:
    rest = indent if after is None else after
    return textwrap.wrap(text, WIDTH, initial_indent=indent, subsequent_indent=rest, break_on_hyphens=False) or [""]


def _output(output: str) -> list[str]:
    if not output.strip():
        return []
    every = output.splitlines()
    lines = ["", "The file printed:", *(f"   | {_clean(line)[: WIDTH - 6]}" for line in every[:OUTPUT_LINES])]
    return [*lines, "   | …"] if len(every) > OUTPUT_LINES else lines
