"""The table that a run prints: every figure beside the one asked for, missed ones marked."""

import os
import platform
from collections.abc import Sequence
from dataclasses import astuple, dataclass


@dataclass(frozen=True)
class Row:
    """One line of the table; all texts but `met`, which says whether the figure is as asked."""

    measured: str
    peer: str
    ours: str
    figure: str
    asked: str
    met: bool


def heading(rounds: int) -> str:
    """Say on what and how the figures were taken."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    how = f"medians of {rounds} interleaved round{'s' if rounds > 1 else ''} of fresh processes"
    return f"{python}, {system}; {how}.\n"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    lines: list[tuple[str, ...]] = [("measured", "micrograd", "chainrule", "figure", "asked", "")]
    lines += [(*map(str, astuple(row)[:-1]), "met" if row.met else "**missed**") for row in rows]
    widths = [max(len(line[column]) for line in lines) for column in range(len(lines[0]))]
    lines.insert(1, tuple("-" * width for width in widths))
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def seconds(value: float) -> str:
    """Return a duration in the unit that suits it.

    >>> seconds(0.0132), seconds(1.5), seconds(2e-7)
    ('13.2 ms', '1.5 s', '0.2 µs')
    """
    for unit, scale in (("s", 1.0), ("ms", 1e-3)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-6:.3g} µs"
