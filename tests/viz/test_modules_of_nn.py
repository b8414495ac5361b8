"""What viz shows of nn's layers: each in a box of its own, with the shape that it has."""

from typing import Any

import pytest

from autograd import Value, mean
from nn import (
    GPT,
    BatchNorm,
    Conv2d,
    Each,
    Layer,
    LayerNorm,
    LSTMCell,
    MaxPool2d,
    Module,
    Recurrent,
    Residual,
    Sequential,
    SwiGLU,
    flatten,
    softmax_cross_entropy,
)
from tests.viz.test_modules import groups
from viz import draw, plot_attention


def shapes(loss: Value, depth: int) -> dict[str, str]:
    """The first line of each module's box."""
    loss.backward()
    found = groups(draw(loss, detail="modules", depth=depth))
    return {title: lines[0] for title, lines in found.items() if "the modules" not in title}


def test_a_gpt_is_a_chain_of_boxes_with_the_width_of_its_rows() -> None:
    model = GPT(8, 8, block_size=8, heads=2, layers=2, norm=LayerNorm, bias=True, seed=0)
    loss = softmax_cross_entropy(model([0, 1, 2, 3]), [1, 2, 3, 0])
    assert shapes(loss, 2) == {
        "GPT/embedding": "0 → 8, 4 times",
        "GPT/blocks.0": "8 → 8, linear and relu, 4 times",
        "GPT/blocks.1": "8 → 8, linear and relu, 4 times",
        "GPT/norm": "8 → 8, linear, 4 times",
        "GPT/head": "8 → 8, linear, 4 times",
    }


def test_a_block_shows_attention_feed_forward_norms_and_residual_sums() -> None:
    model = GPT(8, 8, block_size=8, heads=2, layers=1, seed=0)
    found = shapes(softmax_cross_entropy(model([0, 1, 2]), [1, 2, 3]), 3)
    assert {title.removeprefix("GPT/blocks.0/"): text for title, text in found.items() if "blocks" in title} == {
        "attention_norm": "8 → 8, 3 times",
        "attention": "8 → 8, linear, 3 times",
        "attention_sum": "16 → 8, 3 times",
        "feed_forward_norm": "8 → 8, 3 times",
        "feed_forward": "8 → 8, relu and linear, 3 times",
        "feed_forward_sum": "16 → 8, 3 times",
    }


@pytest.mark.parametrize(
    ("model", "x", "expected"),
    [
        (
            Sequential(Conv2d(1, 3, 3, seed=0), MaxPool2d(2), flatten, Layer(12, 4, activation=None, seed=1)),
            [[[0.1 * i * j % 1 for i in range(6)] for j in range(6)]],
            ["16 times", "12 → 3, 4 times", "12 → 4, linear"],
        ),
        (
            Sequential(Layer(2, 4, seed=0), Residual(SwiGLU(4, 4, seed=1)), LayerNorm(4), Layer(4, 2, activation="relu", seed=2)),
            [0.5, -1.0],
            ["2 → 4, relu", "4 → 4, silu and linear", "4 → 4, linear", "4 → 2, relu"],
        ),
    ],
)
def test_layers_in_a_row(model: Sequential, x: Any, expected: list[str]) -> None:
    found = list(shapes(softmax_cross_entropy(model(x), 1), 2).values())
    assert len(found) == len(expected)
    for text, part in zip(found, expected, strict=True):
        assert text.endswith(part), found


def test_a_recurrent_network_is_one_box_a_cell_however_long_the_sequence() -> None:
    model = Sequential(Recurrent(LSTMCell(2, 4, seed=1)), Each(Layer(4, 3, activation=None, seed=2)))
    found = shapes(softmax_cross_entropy(model([[0.0, 1.0]] * 5), [0, 1, 2, 0, 1]), 3)
    assert list(found) == ["Sequential/layers.0/cell", "Sequential/layers.1/layer"]
    assert found["Sequential/layers.1/layer"] == "4 → 3, linear, 5 times"


def test_a_batch_norm_is_a_box_of_its_own() -> None:
    model: Module = Sequential(Layer(2, 4, seed=0), BatchNorm(4), Layer(4, 1, activation=None, seed=1))
    found = shapes(mean(model([[0.5, 1.0], [2.0, -1.0], [0.0, 3.0]])), 2)
    assert found["Sequential/layers.1"] == "4 → 4, linear, 3 times"


def test_the_pattern_of_an_attention_is_what_plot_attention_takes() -> None:
    model = GPT(4, 8, block_size=8, heads=2, seed=0)
    model([0, 1, 2])
    figure = plot_attention(model.blocks[0].attention.pattern, tokens=list("abc"))
    assert [axes.get_title() for axes in figure.axes[:2]] == ["head 0", "head 1"]
