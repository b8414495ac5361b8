"""Curves of functions with matplotlib: several in one panel, several panels in one figure, spans of x shaded."""

import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

from .plots import COLOURS, MARKERS, _figure, _finished, _listed, _plain
from .style import GREY, INK, PALE
from .text import plain_text

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

__all__ = ["Panel", "plot_curves"]

DASHES: Sequence[Any] = ("-", "--", "-.", ":", (0, (7, 2, 1, 2, 1, 2)), (0, (1, 3)))
"""One for each colour."""

HATCHES = ("", "///", "...", "xxx")
"""Spans of different names differ in these, since grey is all the colour that they have."""


@dataclass(frozen=True)
class Panel:
    """One pair of axes.

    curves: (x, y) by name, two lists of one length; a number that is not finite leaves a gap, as
    does one that is not positive on a logarithmic axis. title, x, y: texts.
    log: which axes are logarithmic, "", "x", "y" or "xy".
    spans: intervals (low, high) of x to shade, by name; an interval of no width is a dotted line, for a kink.
    points: (x, y) by name, two lists as for curves, drawn as markers that no line joins.
    ylim: (low, high) of the vertical axis, None for what the curves need.
    """

    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]]
    title: str = ""
    x: str = ""
    y: str = ""
    log: Literal["", "x", "y", "xy"] = ""
    spans: Mapping[str, Sequence[tuple[float, float]]] = field(default_factory=dict)
    points: Mapping[str, tuple[Sequence[float], Sequence[float]]] = field(default_factory=dict)
    ylim: tuple[float, float] | None = None


def plot_curves(
    panels: Panel | Sequence[Panel],
    path: str | os.PathLike[str] | None = None,
    *,
    across: int = 3,
    title: str = "",
) -> "Figure":
    """A figure of one panel or several, `across` in a row.

    Where panels have curves of the same names, these have the same colours, and one legend below the figure serves all
    panels; else each panel has its own.
    path: also write the figure there, as .svg, .png or .pdf.
    Raises TypeError and ValueError for what is no panel with curves, and for lists of different lengths, by name.

    >>> figure = plot_curves(Panel({"f": ([0, 1, 2], [0, 1, 4])}, x="x", spans={"rising": [(0, 2)]}))
    """
    listed = [panels] if isinstance(panels, Panel) else _listed(panels, "panels")
    if not listed:
        raise ValueError("panels is empty: give at least one Panel")
    if type(across) is not int or across < 1:
        raise ValueError(f"across must be a whole number of at least 1, got {across!r}")
    for panel in listed:
        _check(panel)
    across = min(across, len(listed))
    lines = math.ceil(len(listed) / across)
    size = {1: (6.4, 4.2), 2: (4.8, 3.8)}.get(across, (3.5, 2.8))
    figure = _figure(size[0] * across, size[1] * lines + 0.3)
    named = [[*panel.curves, *panel.points] for panel in listed]
    places = {name: place for place, name in enumerate(dict.fromkeys(name for names in named for name in names))}
    common = len(listed) == 1 or len(places) < sum(map(len, named))
    legends = []
    for index, panel in enumerate(listed):
        axes: Axes = figure.add_subplot(lines, across, index + 1)
        legends.append(_draw(axes, panel, places if common else {name: i for i, name in enumerate(named[index])}))
    if common:
        shared = {name: handle for legend in reversed(legends) for name, handle in legend.items()}
        names = sorted(shared, key=[*map(plain_text, places), *shared].index)
        handles = [shared[name] for name in names]
        if len(names) > 1:
            columns = 5 if across > 1 else 3
            figure.legend(handles, names, loc="outside lower center", ncols=columns, frameon=False, fontsize=9)
    else:
        for axes, legend in zip(figure.axes, legends, strict=True):
            if len(legend) > 1:
                axes.legend(legend.values(), legend.keys(), framealpha=0.85, edgecolor="none", fontsize=8)
    return _finished(figure, title, path)


def _draw(axes: "Axes", panel: Panel, places: Mapping[str, int]) -> dict[str, Any]:
    """Draw the panel; gives what a legend needs: the drawn thing by name. places: which curve has which colour."""
    handles: dict[str, Any] = {}
    for name, (xs, ys) in panel.curves.items():
        index = places[name]
        shown = [y if math.isfinite(y) else math.nan for y in map(float, ys)]
        colour, dashes = COLOURS[index % len(COLOURS)], DASHES[index % len(DASHES)]
        dot = MARKERS[index % len(MARKERS)] if len(shown) == 1 else ""  # a line through one point is not to be seen
        look: dict[str, Any] = {"linestyle": dashes, "color": colour, "marker": dot}
        [handles[plain_text(name)]] = axes.plot(list(map(float, xs)), shown, **look)
    for index, (name, intervals) in enumerate(panel.spans.items()):
        for low, high in intervals:
            if low == high:
                drawn: Any = axes.axvline(low, color=GREY, linestyle=":", linewidth=1.2, zorder=0)
            else:
                hatch = HATCHES[index % len(HATCHES)]
                drawn = axes.axvspan(low, high, facecolor=PALE, edgecolor=GREY, alpha=0.35, linewidth=0, hatch=hatch)
            handles[plain_text(name)] = drawn
    for name, (xs, ys) in panel.points.items():
        index = places[name]
        shown = [y if math.isfinite(y) else math.nan for y in map(float, ys)]
        colour, marker = COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)]
        look = {"color": colour, "marker": marker, "edgecolors": INK, "linewidths": 0.5}
        handles[plain_text(name)] = axes.scatter(list(map(float, xs)), shown, s=36, zorder=3, **look)
    if "x" in panel.log:
        axes.set_xscale("log")
        axes.tick_params(axis="x", which="minor", labelbottom=_is_short(axes))
    if "y" in panel.log:
        axes.set_yscale("log")
    if panel.ylim is not None:
        axes.set_ylim(*panel.ylim)
    axes.margins(x=0.02)
    axes.set_title(plain_text(panel.title), fontsize=10)
    axes.set_xlabel(plain_text(panel.x))
    axes.set_ylabel(plain_text(panel.y))
    _plain(axes)
    return handles


def _is_short(axes: "Axes") -> bool:
    """Whether an axis spans so little that it needs the numbers between powers of ten, and has the room for them."""
    low, high = axes.get_xlim()
    return high < 5 * low


def _check(panel: Any) -> None:
    if not isinstance(panel, Panel):
        raise TypeError(f"panels are viz.Panel objects, got {type(panel).__name__}")
    if not panel.curves and not panel.points:
        raise ValueError(f"the panel {panel.title!r} has neither curves nor points")
    if panel.log not in ("", "x", "y", "xy"):
        raise ValueError(f"log must be '', 'x', 'y' or 'xy', got {panel.log!r}")
    pair: Any
    for name, pair in [*panel.curves.items(), *panel.points.items()]:
        if not isinstance(pair, tuple) or len(pair) != 2:
            raise TypeError(f"curve {name!r} must be a tuple of two lists, x and y")
        xs, ys = (_listed(numbers, f"curve {name!r}") for numbers in pair)
        if len(xs) != len(ys):
            raise ValueError(f"curve {name!r} has {len(xs)} numbers of x but {len(ys)} of y")
        if not xs:
            raise ValueError(f"curve {name!r} is empty")
    for name, intervals in panel.spans.items():
        if any(not low <= high for low, high in intervals):
            raise ValueError(f"span {name!r} has an interval whose low end is above its high end")
