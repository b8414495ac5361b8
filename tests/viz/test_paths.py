"""Paths on contour lines: what is drawn is what was given, and typed errors name what can't be drawn."""

from pathlib import Path
from typing import Any

import pytest

from viz import plot_paths

pytest.importorskip("matplotlib")


def bowl(w: float, b: float) -> float:
    return w * w + 4 * b * b


def test_each_path_is_a_line_through_its_own_points_and_no_two_look_alike(tmp_path: Path) -> None:
    paths = {"descent": [(2.0, 1.0), (1.0, 0.2), (0.5, 0.0)], "momentum": [[2.0, 1.0], [-1.0, 0.5]]}
    figure = plot_paths(bowl, paths, tmp_path / "paths.png", names=("w1", "w2"), marks={"minimum": (0.0, 0.0)})
    [axes] = figure.axes
    drawn = {line.get_label(): line for line in axes.lines}
    assert list(map(tuple, drawn["descent"].get_xydata().tolist())) == paths["descent"]
    assert drawn["momentum"].get_xydata().tolist() == paths["momentum"]
    assert drawn["descent"].get_marker() != drawn["momentum"].get_marker()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["descent", "momentum", "minimum"]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("w1", "w2")
    assert (tmp_path / "paths.png").read_bytes().startswith(b"\x89PNG")


def test_contour_lines_join_points_of_equal_loss() -> None:
    [axes] = plot_paths(bowl, {"way": [(-1.0, -1.0), (1.0, 1.0)]}, steps=201).axes
    contours = next(thing for thing in axes.collections if hasattr(thing, "levels"))
    for level, path in zip(contours.levels, contours.get_paths(), strict=True):
        for w, b in path.vertices.tolist():
            assert bowl(w, b) == pytest.approx(level, abs=2e-3 + 0.02 * level)


def test_a_flat_loss_has_no_lines_but_its_paths() -> None:
    [axes] = plot_paths(lambda w, b: 1.0, {"way": [(0.0, 0.0), (1.0, 1.0)]}).axes
    assert len(axes.lines) == 1


@pytest.mark.parametrize(
    ("loss", "paths", "options", "error", "words"),
    [
        (bowl, {}, {}, TypeError, "paths must be a dict"),
        (bowl, [(0, 0)], {}, TypeError, "paths must be a dict"),
        (bowl, {"a": []}, {}, ValueError, "path 'a' is empty"),
        (bowl, {"a": [(1.0,)]}, {}, ValueError, "path 'a': step 0 must be two numbers"),
        (bowl, {"a": [(0, 0), (float("nan"), 0)]}, {}, ValueError, "step 1 is not finite"),
        (bowl, {"a": [(0, 0)]}, {"steps": 1}, ValueError, "steps must be"),
        (lambda w, b: float("inf"), {"a": [(0, 0)]}, {}, ValueError, "the loss is inf at"),
    ],
)
def test_what_cannot_be_drawn_is_named(
    loss: Any, paths: Any, options: dict[str, Any], error: type[Exception], words: str
) -> None:
    with pytest.raises(error, match=words):
        plot_paths(loss, paths, **options)


def test_the_legend_stands_beside_the_paths() -> None:
    figure = plot_paths(bowl, {"descent": [(2.0, 1.0), (-2.0, -1.0)]}, marks={"minimum": (0.0, 0.0)})
    figure.draw_without_rendering()
    [axes] = figure.axes
    assert axes.get_legend().get_window_extent().x0 >= axes.get_window_extent().x1
    assert axes.get_legend().get_window_extent().x1 <= figure.bbox.x1
