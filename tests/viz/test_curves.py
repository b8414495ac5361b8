"""Curves in panels: the numbers of the figure, spans, points, one legend or several, and what is refused."""

import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from viz import Panel, plot_curves

X = [0.0, 1.0, 2.0]


def labels(legend: Any) -> list[str]:
    return [text.get_text() for text in legend.get_texts()]


def test_curves_and_points_have_their_numbers() -> None:
    panel = Panel({"f": (X, [1.0, 2.0, 4.0])}, x="time", y="height", title="growth", points={"seen": ([1.5], [3.0])})
    figure = plot_curves(panel)
    [axes] = figure.axes
    [line] = axes.lines
    assert list(line.get_xdata()) == X
    assert list(line.get_ydata()) == [1.0, 2.0, 4.0]
    assert axes.collections[0].get_offsets().tolist() == [[1.5, 3.0]]
    assert (axes.get_xlabel(), axes.get_ylabel(), axes.get_title()) == ("time", "height", "growth")
    assert [labels(legend) for legend in figure.legends] == [["f", "seen"]]


def test_a_number_that_is_not_finite_leaves_a_gap() -> None:
    [axes] = plot_curves(Panel({"f": (X, [1.0, math.inf, 4.0])})).axes
    assert [math.isnan(y) for y in axes.lines[0].get_ydata()] == [False, True, False]


def test_spans_are_shaded_and_a_span_of_no_width_is_a_line() -> None:
    panel = Panel({"f": (X, X)}, spans={"flat": [(0.0, 0.5), (1.5, 2.0)], "kink": [(1.0, 1.0)]})
    figure = plot_curves(panel)
    [axes] = figure.axes
    assert [(patch.get_x(), patch.get_width()) for patch in axes.patches] == [(0.0, 0.5), (1.5, 0.5)]
    assert list(axes.lines[1].get_xdata()) == [1.0, 1.0]
    assert labels(figure.legends[0]) == ["f", "flat", "kink"]


def test_spans_of_two_names_differ_in_more_than_colour() -> None:
    panel = Panel({"f": (X, X)}, spans={"one": [(0.0, 1.0)], "two": [(1.0, 2.0)]})
    one, two = plot_curves(panel).axes[0].patches
    assert one.get_hatch() != two.get_hatch()


@pytest.mark.parametrize(
    ("log", "scales"), [("", ("linear", "linear")), ("x", ("log", "linear")), ("xy", ("log", "log"))]
)
def test_logarithmic_axes(log: Any, scales: tuple[str, str]) -> None:
    [axes] = plot_curves(Panel({"f": ([1.0, 10.0], [1.0, 100.0])}, log=log)).axes
    assert (axes.get_xscale(), axes.get_yscale()) == scales


def test_limits_of_the_vertical_axis() -> None:
    [axes] = plot_curves(Panel({"f": (X, X)}, ylim=(-1.0, 7.0))).axes
    assert axes.get_ylim() == (-1.0, 7.0)


def test_a_name_has_one_colour_in_all_panels_and_one_legend_serves_them() -> None:
    figure = plot_curves([Panel({"f": (X, X), "g": (X, X)}), Panel({"g": (X, X)})])
    first, second = figure.axes
    assert second.lines[0].get_color() == first.lines[1].get_color() != first.lines[0].get_color()
    assert [labels(legend) for legend in figure.legends] == [["f", "g"]]
    assert first.get_legend() is None


def test_panels_without_common_names_have_legends_of_their_own() -> None:
    figure = plot_curves([Panel({"f": (X, X), "g": (X, X)}), Panel({"h": (X, X), "k": (X, X)})])
    assert figure.legends == []
    assert [labels(axes.get_legend()) for axes in figure.axes] == [["f", "g"], ["h", "k"]]


def test_lines_differ_in_more_than_colour() -> None:
    [axes] = plot_curves(Panel({str(k): (X, X) for k in range(6)})).axes
    assert len({str(line._unscaled_dash_pattern) for line in axes.lines}) == 6  # type: ignore[attr-defined]


def test_dollar_signs_are_no_mathematics(tmp_path: Path) -> None:
    path = tmp_path / "prices.svg"
    plot_curves(Panel({"from $5 to $": (X, X), "b": (X, X)}, title="a $ b $"), path, title="$x$")
    assert path.read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("panels", "error", "message"),
    [
        ([], ValueError, "panels is empty"),
        (5, TypeError, "panels must be a list"),
        ([{"f": (X, X)}], TypeError, r"panels are viz\.Panel objects, got dict"),
        (Panel({}, title="t"), ValueError, "panel 't' has neither curves nor points"),
        (Panel({"f": (X, X[:2])}), ValueError, "'f' has 3 numbers of x but 2 of y"),
        (Panel({"f": ([], [])}), ValueError, "curve 'f' is empty"),
        (Panel({"f": X}), TypeError, "'f' must be a tuple of two lists"),  # type: ignore[dict-item]
        (Panel({"f": (X, X)}, points={"p": (X, [])}), ValueError, "'p' has 3 numbers of x but 0 of y"),
        (Panel({"f": (X, X)}, spans={"s": [(2.0, 1.0)]}), ValueError, "span 's'"),
        (Panel({"f": (X, X)}, log="z"), ValueError, "log must be"),  # type: ignore[arg-type]
    ],
)
def test_bad_input_is_named(panels: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        plot_curves(panels)


@pytest.mark.parametrize("across", [0, -1, 1.5, "two"])
def test_across_is_a_whole_number_of_at_least_one(across: Any) -> None:
    with pytest.raises(ValueError, match="across must be"):
        plot_curves(Panel({"f": (X, X)}), across=across)


def test_a_curve_of_one_point_can_be_seen() -> None:
    [line, other] = plot_curves(Panel({"f": ([1.0], [2.0]), "g": (X, X)})).axes[0].lines
    assert line.get_marker() not in ("", "None")
    assert other.get_marker() in ("", "None")


@pytest.mark.parametrize(("low", "high"), [(3.0, 64.0), (1.0, 4.0), (1e-3, 1e3)])
def test_the_numbers_of_a_logarithmic_axis_do_not_overlap(low: float, high: float) -> None:
    panels = [Panel({"f": ([low, high], [1.0, 2.0])}, x="n", log="x") for _ in range(3)]
    figure = plot_curves(panels)
    figure.draw_without_rendering()
    axis = figure.axes[0].xaxis
    labels = [tick.label1 for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks())]
    left, right = figure.axes[0].get_xlim()
    boxes = [
        label.get_window_extent()
        for label in labels
        if label.get_visible() and label.get_text() and left <= label.get_position()[0] <= right
    ]
    assert boxes
    boxes.sort(key=lambda box: box.x0)
    assert all(a.x1 <= b.x0 for a, b in pairwise(boxes))
