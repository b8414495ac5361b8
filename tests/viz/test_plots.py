"""The plots of training: right numbers in the figure, files by suffix, no screen, and typed errors."""

import builtins
import struct
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograd import MissingExtraError
from nn import History
from viz import plot_decision, plot_history

POINTS = [[0.0, 0.0], [1.0, 0.5], [0.2, 1.0], [0.9, 0.9]]
LABELS = [0, 1, 0, 1]


def right_half(points: list[list[float]]) -> list[int]:
    return [int(x > 0.5) for x, _ in points]


class TestHistory:
    def history(self) -> History:
        return History(
            [
                {"loss": 2.0, "accuracy": 0.5, "val_loss": 2.2},
                {"loss": 0.02, "accuracy": 1.0, "val_loss": 0.4},
            ]
        )

    def test_losses_and_other_numbers_have_their_own_panels(self) -> None:
        left, right = plot_history(self.history()).axes
        assert [(line.get_label(), list(map(float, line.get_ydata()))) for line in left.lines] == [
            ("loss", [2.0, 0.02]),
            ("val_loss", [2.2, 0.4]),
        ]
        assert [list(map(float, line.get_ydata())) for line in right.lines] == [[0.5, 1.0]]
        assert list(left.lines[0].get_xdata()) == [1, 2]
        assert (left.get_xlabel(), left.get_ylabel(), right.get_ylabel()) == ("epoch", "loss", "accuracy")

    def test_losses_that_span_decades_are_on_a_logarithmic_axis(self) -> None:
        assert plot_history(self.history()).axes[0].get_yscale() == "log"
        assert plot_history(SimpleNamespace(losses=[2.0, 1.0])).axes[0].get_yscale() == "linear"
        assert plot_history(SimpleNamespace(losses=[2.0, 0.0])).axes[0].get_yscale() == "linear"

    def test_anything_with_losses_will_do(self) -> None:
        [axes] = plot_history(SimpleNamespace(losses=[3.0])).axes
        assert list(axes.lines[0].get_ydata()) == [3.0]

    def test_lines_differ_in_more_than_colour(self) -> None:
        styles = [line.get_linestyle() for line in plot_history(self.history()).axes[0].lines]
        assert len(set(styles)) == 2

    @pytest.mark.parametrize("history", [None, 3.0, [1.0], "loss"])
    def test_other_things_are_refused(self, history: Any) -> None:
        with pytest.raises(TypeError, match=r"what nn\.fit returns"):
            plot_history(history)

    @pytest.mark.parametrize("history", [History(), SimpleNamespace(losses=[])])
    def test_an_empty_history_is_refused(self, history: Any) -> None:
        with pytest.raises(ValueError, match="no complete epoch"):
            plot_history(history)


class TestDecision:
    def test_the_plane_shows_the_predictions_and_the_samples_are_on_top(self) -> None:
        [axes] = plot_decision(right_half, POINTS, LABELS, steps=11, class_names={0: "left", 1: "right"}).axes
        mesh, *scatters = axes.collections
        regions = mesh.get_array().reshape(11, 11)
        assert regions[:, 0].tolist() == [0] * 11
        assert regions[:, -1].tolist() == [1] * 11
        assert [scatter.get_offsets().tolist() for scatter in scatters] == [
            [[0.0, 0.0], [0.2, 1.0]],
            [[1.0, 0.5], [0.9, 0.9]],
        ]
        assert [text.get_text() for text in axes.get_legend().get_texts()] == ["left", "right"]

    def test_rows_of_the_picture_are_the_second_feature(self) -> None:
        [axes] = plot_decision(lambda points: [int(y > 0.5) for _, y in points], POINTS, LABELS, steps=11).axes
        regions = axes.collections[0].get_array().reshape(11, 11)
        assert regions[0].tolist() == [0] * 11
        assert regions[-1].tolist() == [1] * 11

    def test_the_plane_reaches_beyond_every_sample(self) -> None:
        [axes] = plot_decision(right_half, POINTS, LABELS, steps=5).axes
        assert axes.get_xlim()[0] < 0.0
        assert axes.get_xlim()[1] > 1.0

    def test_arrays_and_text_labels_are_welcome(self) -> None:
        numpy = pytest.importorskip("numpy")
        figure = plot_decision(
            lambda points: ["b" if x > 0.5 else "a" for x, _ in points],
            numpy.array(POINTS),
            numpy.array(["a", "b", "a", "b"]),
            steps=3,
        )
        assert len(figure.axes[0].collections) == 3

    def test_a_single_point_has_a_plane_around_it(self) -> None:
        assert plot_decision(right_half, [[1.0, 1.0]], [1], steps=3).axes[0].get_xlim() == (0.0, 2.0)

    @pytest.mark.parametrize(
        ("arguments", "error", "message"),
        [
            ((None, POINTS, LABELS), TypeError, "predict must be a model or a function"),
            ((right_half, [], []), ValueError, "points is empty"),
            ((right_half, POINTS, [0]), ValueError, "4 points but 1 labels"),
            ((right_half, [[1.0]], [0]), ValueError, "point 0 must be two numbers"),
            ((right_half, [[1.0, 2.0], [1.0, "x"]], [0, 1]), ValueError, "point 1 must be two numbers"),
            ((right_half, [[1.0, float("nan")]], [0]), ValueError, "point 0 is not finite"),
            ((right_half, 5, [0]), TypeError, "points must be a list or an array, got int"),
            ((right_half, "ab", LABELS), TypeError, "points must be a list or an array, got str"),
            ((right_half, POINTS, "0101"), TypeError, "labels must be a list or an array, got str"),
            ((lambda points: [1], POINTS, LABELS), ValueError, "predict got .* points but returned 1 labels"),
            ((lambda points: 1, POINTS, LABELS), TypeError, "what predict returns must be a list"),
        ],
    )
    def test_bad_input_is_named(self, arguments: tuple[Any, ...], error: type[Exception], message: str) -> None:
        with pytest.raises(error, match=message):
            plot_decision(*arguments)

    @pytest.mark.parametrize("steps", [1, 0, 2.5, "many"])
    def test_steps_is_a_whole_number_of_at_least_two(self, steps: Any) -> None:
        with pytest.raises(ValueError, match="steps must be"):
            plot_decision(right_half, POINTS, LABELS, steps=steps)


class TestFiles:
    @pytest.mark.parametrize(("suffix", "start"), [("png", b"\x89PNG"), ("svg", b"<?xml"), ("pdf", b"%PDF")])
    def test_a_path_gets_the_figure_by_its_suffix(self, suffix: str, start: bytes, tmp_path: Path) -> None:
        path = tmp_path / f"curve.{suffix}"
        plot_history(SimpleNamespace(losses=[2.0, 1.0]), path)
        assert path.read_bytes().startswith(start)

    def test_a_plot_has_a_useful_size(self, tmp_path: Path) -> None:
        path = tmp_path / "regions.png"
        plot_decision(right_half, POINTS, LABELS, path, steps=5, title="title")
        width, height = struct.unpack(">II", path.read_bytes()[16:24])
        assert 600 < width < 2000
        assert 400 < height < 2000

    def test_an_unknown_suffix_names_the_known_ones(self, tmp_path: Path) -> None:
        with pytest.raises(ValueError, match=r"\.svg, \.png, \.pdf, got"):
            plot_history(SimpleNamespace(losses=[1.0]), tmp_path / "curve.gif")

    def test_an_unwritable_path_is_an_os_error_that_names_it(self, tmp_path: Path) -> None:
        with pytest.raises(OSError, match=r"curve\.png"):
            plot_history(SimpleNamespace(losses=[1.0]), tmp_path / "nowhere" / "curve.png")


def test_no_window_and_no_pyplot(monkeypatch: pytest.MonkeyPatch) -> None:
    before = "matplotlib.pyplot" in sys.modules
    plot_history(SimpleNamespace(losses=[1.0, 0.5]))
    plot_decision(right_half, POINTS, LABELS, steps=3)
    assert ("matplotlib.pyplot" in sys.modules) == before


def test_without_matplotlib_the_error_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def refuse(name: str, *arguments: Any, **options: Any) -> Any:
        if name.startswith("matplotlib"):
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return real(name, *arguments, **options)

    for name in [name for name in sys.modules if name.startswith("matplotlib")]:
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(MissingExtraError, match=r"chainrule\[examples\]"):
        plot_history(SimpleNamespace(losses=[1.0]))


def test_the_legend_of_the_regions_covers_no_sample() -> None:
    points = [[float(i), float(j)] for i in range(6) for j in range(6)]
    labels = [int(x > y) for x, y in points]
    figure = plot_decision(lambda rows: [int(x > y) for x, y in rows], points, labels, steps=10)
    figure.draw_without_rendering()
    [axes] = figure.axes
    legend = axes.get_legend()
    assert legend is not None
    assert legend.get_window_extent().x0 > axes.get_window_extent().x1
    assert legend.get_window_extent().x1 <= figure.bbox.x1


def test_samples_that_were_held_out_are_hollow_and_the_legend_says_so() -> None:
    def predict(rows: list[list[float]]) -> list[int]:
        return [int(x > 0.5) for x, _ in rows]

    held_out = [[0.2, 0.5], [3.0, 0.5]], [0, 1]
    figure = plot_decision(predict, [[0.0, 0.0], [1.0, 1.0]], [0, 1], steps=10, held_out=held_out)
    [axes] = figure.axes
    hollow = [marks for marks in axes.collections[1:] if tuple(marks.get_facecolor()[0]) == (1, 1, 1, 1)]
    assert [tuple(marks.get_offsets()[0]) for marks in hollow] == [(0.2, 0.5), (3.0, 0.5)]
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["0", "1", "hollow: held out"]
    assert axes.get_xlim()[1] > 3
    with pytest.raises(ValueError, match="1 points but 2 labels"):
        plot_decision(predict, [[0.0, 0.0]], [0], steps=10, held_out=([[1.0, 1.0]], [0, 1]))
