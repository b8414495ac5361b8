"""Names, titles and captions in plots are data: they are shown letter for letter, whatever they hold."""

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from viz import Panel, plot_attention, plot_bars, plot_curves, plot_decision, plot_history, plot_matrices, plot_surfaces
from viz.text import plain_text

matplotlib = pytest.importorskip("matplotlib")

NASTY = ["$$", r"$\evil{1}$", "null\0", "\x1b[31mred", "\ud800", "_hidden", "two\nlines", r"\$5", "$", "a $x$ b $", "%d {0}"]


def history(name: str) -> Any:
    return plot_history(Training({f"{name}loss": [3.0, 1.0], "val_loss": [2.0, 1.5], name: [0.5, 0.75]}), title=name)


class Training:
    def __init__(self, metrics: dict[str, list[float]]) -> None:
        self.metrics = metrics


def decision(name: str) -> Any:
    points = [[0.0, 1.0], [1.0, 0.0]]
    return plot_decision(
        lambda grid: [x > 0.5 for x, _ in grid], points, [False, True],
        feature_names=(name, name), class_names={True: name, False: "no"}, title=name, steps=4,
    )  # fmt: skip


def curves(name: str) -> Any:
    lines = {name: ([0, 1], [1, 2]), "other": ([0, 1], [2, 1])}
    panel = Panel(lines, title=name, x=name, y=name, spans={f"{name} span": [(0, 1)]})
    return plot_curves([panel, panel], title=name)


PLOTS: dict[str, Callable[[str], Any]] = {
    "history": history,
    "decision": decision,
    "curves": curves,
    "bars": lambda name: plot_bars({name: {name: 1.0, "b": 2.0}, "r": {name: 2.0, "b": 1.0}}, unit=name, title=name),
    "matrices": lambda name: plot_matrices({name: [[1.0, 2.0]]}, x=name, y=name, title=name),
    "attention": lambda name: plot_attention([[0.5, 0.5], [0.25, 0.75]], tokens=[name, "b"], title=name),
    "surfaces": lambda name: plot_surfaces({name: lambda a, b: a * b}, names=(name, name), title=name, steps=4),
}


def texts(figure: Any) -> list[str]:
    """What stands in the figure once it is drawn, as matplotlib reads it."""
    figure.savefig(io.BytesIO(), format="png", dpi=30)
    shown = [text for text in figure.findobj(matplotlib.text.Text) if text.get_text()]
    read = []
    for text in shown:
        words, is_mathematics = text._preprocess_math(text.get_text())
        read += [] if is_mathematics else [words.strip()]
    return read


@pytest.mark.parametrize("plot", PLOTS.values(), ids=PLOTS)
@pytest.mark.parametrize("name", NASTY)
def test_every_text_of_every_plot_is_shown_as_it_is(plot: Callable[[str], Any], name: str) -> None:
    expected = plain_text(name).replace(r"\$", "$").strip()
    count = texts(plot("plain")).count("plain")
    assert count
    assert texts(plot(name)).count(expected) == count


def test_a_text_is_cleaned_once() -> None:
    assert plain_text(plain_text("_$")) == plain_text("_$") == r" _\$"
    assert plain_text(3) == "3"


def test_a_title_is_saved_in_every_format(tmp_path: Path) -> None:
    for suffix in ("svg", "png", "pdf"):
        plot_bars({"\ud800": {"$$": 1.0, "\0": 1.0}}, tmp_path / f"plot.{suffix}", title=r"$\evil{1}$ \x1b")
        assert (tmp_path / f"plot.{suffix}").stat().st_size > 1000
