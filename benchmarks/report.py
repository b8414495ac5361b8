"""The table that a run prints: every figure beside the one asked for, missed ones marked.

A run can be saved as JSON, and two saved runs laid side by side.
"""

import json
import os
import platform
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Row:
    """One line of the table.

    measured, peer, ours, figure, asked: the texts of its cells. value: the figure as a number.
    met: whether the figure is as asked; None where nothing is asked.
    """

    measured: str
    peer: str
    ours: str
    figure: str
    asked: str
    value: float
    met: bool | None = None

    def verdict(self) -> str:
        """Return the last cell."""
        return "" if self.met is None else "met" if self.met else "**missed**"


def heading(rounds: int) -> str:
    """Say on what and how the figures were taken."""
    python = f"{platform.python_implementation()} {platform.python_version()}"
    system = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    how = f"medians of {rounds} interleaved round{'s' if rounds > 1 else ''} of fresh processes"
    return f"{python}, {system}; {how}.\n"


def table(rows: Sequence[Row]) -> str:
    """Return the rows as a Markdown table."""
    return markdown(
        ("measured", "peer", "chainrule", "figure", "asked", ""),
        [(row.measured, row.peer, row.ours, row.figure, row.asked, row.verdict()) for row in rows],
    )


def markdown(head: Sequence[str], body: Sequence[Sequence[str]]) -> str:
    """Return cells as a Markdown table with aligned columns."""
    widths = [max(len(line[column]) for line in (head, *body)) for column in range(len(head))]
    lines = [head, ["-" * width for width in widths], *body]
    return "\n".join(
        "| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |" for line in lines
    )


def save(path: Path, heading: str, rows: Sequence[Row]) -> None:
    """Write a run as JSON; the file is there whole or not at all."""
    whole = {"heading": heading.strip(), "rows": [asdict(row) for row in rows]}
    unfinished = path.with_name(path.name + ".unfinished")
    unfinished.write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", "utf-8")
    os.replace(unfinished, path)


def load(path: Path) -> tuple[str, list[Row]]:
    """Read what `save` wrote: the heading and the rows; ValueError, naming the file, for anything else."""
    try:
        whole: Any = json.loads(path.read_text("utf-8"))
        return whole["heading"], [Row(**row) for row in whole["rows"]]
    except (ValueError, TypeError, KeyError) as error:
        raise ValueError(f"{path} is not a run that --save wrote: {error}") from error


def comparison(before: Path, after: Path) -> str:
    """Return two saved runs as one table, row by row; a row that only one of them has keeps its place."""
    (old_heading, old_rows), (new_heading, new_rows) = load(before), load(after)
    old = {row.measured: row for row in old_rows}
    new = {row.measured: row for row in new_rows}
    body = []
    for name in dict.fromkeys([*old, *new]):
        o, n = old.get(name), new.get(name)
        change = f"{n.value / o.value:.3g}×" if o and n and o.value else ""
        last = n or o
        body.append(
            (
                name,
                f"{o.ours}: {o.figure}" if o else "",
                f"{n.ours}: {n.figure}" if n else "",
                change,
                last.asked if last else "",
                n.verdict() if n else "",
            )
        )
    head = ("measured", "before", "after", "after / before", "asked", "after is")
    return f"before: {old_heading}\nafter: {new_heading}\n\n{markdown(head, body)}"


def seconds(value: float) -> str:
    """Return a duration in the unit that suits it.

    >>> seconds(0.0132), seconds(1.5), seconds(2e-6), seconds(2e-7)
    ('13.2 ms', '1.5 s', '2 µs', '200 ns')
    """
    for unit, scale in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if value >= scale:
            return f"{value / scale:.3g} {unit}"
    return f"{value / 1e-9:.3g} ns"
