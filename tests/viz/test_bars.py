"""Bars show every part with its size, side by side, and the total in digits."""

import math
from pathlib import Path

import pytest

pytest.importorskip("matplotlib")

from viz import plot_bars

ROWS = {"first": {"a": 1.0, "b": 2.5}, "second": {"a": 0.0, "b": 4.0}}


def test_the_parts_of_a_row_stand_side_by_side_and_the_total_at_their_end(tmp_path: Path) -> None:
    figure = plot_bars(ROWS, tmp_path / "bars.png", of=5, unit="points", title="t")
    [axes] = figure.axes
    spans = [[(bar.get_x(), bar.get_width()) for bar in part] for part in axes.containers]
    assert spans == [[(0.0, 1.0), (0.0, 0.0)], [(1.0, 2.5), (0.0, 4.0)]]
    assert [text.get_text() for text in axes.texts] == ["3.5", "4"]
    assert [label.get_text() for label in axes.get_yticklabels()] == ["first", "second"]
    assert axes.yaxis_inverted()
    assert len({(bar.get_facecolor(), bar.get_hatch()) for part in axes.containers for bar in part}) == 2
    assert (tmp_path / "bars.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    "rows", [{}, {"a": {}}, {"a": {"x": 1.0}, "b": {"y": 1.0}}, {"a": {"x": -1.0}}, {"a": {"x": math.nan}}]
)
def test_rows_that_are_no_bars_are_refused(rows: dict[str, dict[str, float]]) -> None:
    with pytest.raises(ValueError, match="row"):
        plot_bars(rows)
