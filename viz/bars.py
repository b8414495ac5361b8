"""Stacked bars with matplotlib (extra `examples`): how a total is made up, row by row, such as points step by step."""

import math
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from .plots import COLOURS, _figure, _finished, _plain
from .style import INK
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["plot_bars"]

HATCHES = ("", "//", "..", "xx", "--", "oo")


def plot_bars(
    rows: Mapping[str, Mapping[str, float]],
    path: str | os.PathLike[str] | None = None,
    *,
    of: float | None = None,
    unit: str = "",
    title: str = "",
) -> "Figure":
    """One horizontal bar a row, from top to bottom, its parts side by side, the total at its end.

    rows: for each row's name the size of each part, all with the same parts, none below 0. of: where the axis ends.
    unit: what the axis counts. Parts differ in colour and in hatching. path: also write the figure there, as .svg, .png
    or .pdf. Raises ValueError for no rows, rows with different parts, and sizes that are negative or not finite.
    """
    names = list(rows)
    parts = list(next(iter(rows.values()))) if rows else []
    if not parts:
        raise ValueError("rows is empty: give at least one row with one part")
    for name, row in rows.items():
        if list(row) != parts:
            raise ValueError(f"row {name!r} has the parts {list(row)}, the first row has {parts}")
        if not all(math.isfinite(size) and size >= 0 for size in row.values()):
            raise ValueError(f"row {name!r} has a size that is negative or not finite")
    totals = {name: math.fsum(row.values()) for name, row in rows.items()}
    longest = of if of is not None else max(totals.values()) or 1.0
    figure = _figure(7.2, 1.5 + 0.42 * len(names))
    axes: Axes = figure.add_subplot()
    before = [0.0] * len(names)
    for index, part in enumerate(parts):
        sizes = [row[part] for row in rows.values()]
        axes.barh(
            range(len(names)), sizes, left=before, height=0.62, label=plain_text(part),
            color=COLOURS[index % len(COLOURS)], hatch=HATCHES[index % len(HATCHES)], edgecolor="white", linewidth=0.8,
        )  # fmt: skip
        before = [start + size for start, size in zip(before, sizes, strict=True)]
    for place, total in enumerate(totals.values()):
        axes.text(total + 0.012 * longest, place, f"{total:g}", va="center", color=INK)
    axes.set_yticks(range(len(names)), list(map(plain_text, names)))
    axes.invert_yaxis()
    axes.set_xlim(0, longest * 1.07)
    axes.set_xlabel(plain_text(unit))
    _plain(axes)
    axes.legend(frameon=False, ncols=min(len(parts), 4), loc="lower center", bbox_to_anchor=(0.5, 1.0))
    return _finished(figure, title, path)
