"""Summaries with output shapes: what a module knows of itself, and what it gave in a call."""

import re
import sys
from html import unescape
from typing import Any

import pytest

from autograd import Value
from nn import (
    MLP,
    BatchNorm,
    Conv2d,
    Dropout,
    Each,
    Elementwise,
    FeedForward,
    Layer,
    Module,
    Neuron,
    Perceptron,
    RNNCell,
    Sequential,
    flatten,
)


class Net(Module):
    """A module of a user's own, which says nothing of its shape."""

    def __init__(self) -> None:
        self.layer = Layer(2, 3, seed=0)

    def __call__(self, x: Any) -> Any:
        return [self.layer(x), self.layer(x)]


def outputs(model: Module, *inputs: Any) -> list[str]:
    """The column of shapes."""
    lines = model.summary(*inputs).splitlines()
    end = lines[0].index("output") + len("output")
    start = max(line[:end].rstrip().rfind("  ") for line in lines) if "output" in lines[0] else end
    return [line[: end].rsplit("  ", 1)[-1].strip() for line in lines[1:]] if start else []


def test_layers_know_their_width_and_others_are_left_empty() -> None:
    assert outputs(MLP(2, [16, 1])) == ["16", "1", "1"]
    assert outputs(Neuron(2)) == ["1"]
    assert outputs(Each(Layer(2, 3))) == ["3", "n x 3"]
    assert "output" not in Sequential("tanh").summary()
    assert outputs(Sequential(Layer(2, 3, activation="relu"), "tanh")) == ["3", "", ""]
    assert outputs(Net()) == ["3", ""]


def test_a_call_shows_the_shape_of_what_each_gave() -> None:
    assert outputs(Net(), [1.0, 2.0]) == ["3", "2 x 3"]
    assert outputs(Sequential(Layer(2, 3, activation="relu"), "tanh"), [1.0, 2.0]) == ["3", "3", "3"]
    assert outputs(Sequential(Conv2d(1, 2, 2), flatten, Layer(8, 1, activation="relu")), [[0.0] * 3] * 3) == ["2 x 2 x 2", "1", "1"]
    assert outputs(Elementwise("tanh"), Value(1.0)) == ["1"]


def test_a_call_for_the_summary_changes_nothing() -> None:
    model = Sequential(Layer(2, 3, seed=0), BatchNorm(3), Dropout(0.5, seed=0), Layer(3, 1, activation="relu", seed=1))
    before = model.state_dict()
    drawn = [v.data for v in Dropout(0.5, seed=0)([1.0] * 9)]
    shown = outputs(model, [[1.0, 2.0]])
    assert shown[1] == "1 x 3"
    assert model.state_dict() == before
    assert model.training
    assert [v.data for v in model[2]([1.0] * 9)] == drawn, "no number was drawn"


def test_a_profiler_is_put_back_even_where_the_call_fails() -> None:
    def profiler(*_: Any) -> None:
        return None

    sys.setprofile(profiler)
    try:
        with pytest.raises(ValueError, match="expects 2 inputs"):
            MLP(2, [1]).summary([1.0])
        assert sys.getprofile() is profiler
        MLP(2, [1]).summary([1.0, 2.0])
        assert sys.getprofile() is profiler
    finally:
        sys.setprofile(None)


def test_the_columns_are_aligned() -> None:
    lines = Sequential(Layer(2, 30), Layer(30, 1, activation="relu")).summary().splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[0].split() == ["name", "module", "output", "parameters"]
    assert all(line.isascii() for line in lines)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: Each(Layer), "Each takes a module or function, got the class Layer"),
        (lambda: Each(3), "Each takes a module or function, got int 3"),  # type: ignore[arg-type]
        (lambda: Each(Layer(1, 1))(3.0), "Each expects a list of rows, got float 3.0"),
    ],
)
def test_mistakes_with_each_are_named(call: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        call()


def test_each_takes_functions_too() -> None:
    assert Each(len)([[1], [1, 2]]) == [1, 2]
    assert repr(Each(len)) == "<Each(len): 0 parameters>"
    assert repr(Each(Layer(2, 1))) == "<Each(Layer(2, 1, activation='relu')): 3 parameters>"


def test_layers_without_a_row_of_their_own_describe_themselves_too() -> None:
    assert repr(FeedForward(4, 5, activation="gelu")) == "<FeedForward(4, 5, activation='gelu'): 49 parameters>"
    assert outputs(FeedForward(4, 5)) == ["5", "4", "4"]
    assert outputs(Perceptron(3)) == ["1"]
    assert outputs(RNNCell(2, 3)) == ["3"]


def test_a_notebook_shows_the_summary_as_a_table() -> None:
    model = MLP(2, [16, 1], seed=0)
    html = model._repr_html_()
    rows = [re.findall(r"<t[dh][^>]*>(.*?)</t[dh]>", row) for row in re.findall("<tr>(.*?)</tr>", html)]
    assert rows[0] == ["name", "module", "output", "parameters"]
    assert [[unescape(cell) for cell in row] for row in rows] == [
        ["name", "module", "output", "parameters"],
        ["layers.0", "Layer(2, 16, activation='relu')", "16", "48"],
        ["layers.1", "Layer(16, 1, activation=None)", "1", "17"],
        ["", "MLP(2, [16, 1], activation='relu')", "1", "65"],
    ]


def test_in_a_notebook_a_users_names_are_text() -> None:
    model = Net()
    setattr(model, "<b>x</b>", Layer(1, 1, seed=0))
    assert "<b>" not in model._repr_html_()
    assert "&lt;b&gt;x" in model._repr_html_()
