"""Heat maps hold the matrices that they are of, on a scale that is centred at zero or goes from 0 to 1."""

import math
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from autograd import Value, parameter, softmax
from nn import MLP, Layer, attention_weights, causal_mask, squared_error
from viz import plot_attention, plot_weights

pytest.importorskip("matplotlib")


def maps(figure: Any) -> list[Any]:
    return [axes for axes in figure.axes if axes.images]


def matrix(axes: Any) -> list[list[float]]:
    return [[None if x is None else x for x in row] for row in axes.images[0].get_array().tolist()]


def names(axis: Any) -> list[str]:
    return [label.get_text() for label in axis.get_ticklabels()]


def test_each_layer_is_its_weights_and_then_its_bias() -> None:
    model = MLP(3, [4, 2], bias_init=lambda rng, *_: rng.random(), seed=1)
    figure = plot_weights(model)
    assert len(maps(figure)) == 2
    for layer, axes in zip(model.layers, maps(figure), strict=True):
        rows = [[*(w.data for w in neuron.w), neuron.b.data] for neuron in layer.neurons]  # type: ignore[union-attr]
        assert matrix(axes) == rows
        largest = max(abs(x) for row in rows for x in row)
        assert axes.images[0].get_clim() == (-largest, largest)
    assert names(maps(figure)[0].xaxis) == ["x1", "x2", "x3", "b"]
    assert names(maps(figure)[1].xaxis) == ["a1", "a2", "a3", "a4", "b"]


def test_zero_is_white_blue_is_positive_and_orange_negative() -> None:
    colours = maps(plot_weights(Layer(1, 1, seed=0)))[0].images[0].get_cmap()
    low, middle, high = (colours(x) for x in (0.0, 0.5, 1.0))
    assert low[0] > low[2]
    assert min(middle[:3]) > 0.98
    assert high[2] > high[0]


def test_gradients_of_the_weights() -> None:
    model = MLP(2, [1], seed=1)
    with pytest.raises(ValueError, match="call backward"):
        plot_weights(model, "gradients")
    squared_error([model([1.0, 2.0])], [3.0]).backward()
    assert matrix(maps(plot_weights(model, "gradients"))[0]) == [[p.grad for p in model.parameters()]]


def test_small_maps_have_their_numbers_and_large_ones_do_not() -> None:
    small, large = (maps(plot_weights(Layer(n, n, seed=0)))[0] for n in (3, 12))
    assert len(small.texts) == 12
    assert not large.texts


def test_attention_of_one_causal_head() -> None:
    rows = [softmax([Value(float(i * j)) for j in range(i + 1)]) for i in range(3)]
    [axes] = maps(plot_attention(rows, tokens=["a", " ", "$c$"]))
    for shown, row in zip(matrix(axes), rows, strict=True):
        assert shown[: len(row)] == [entry.data for entry in row]
        assert all(x is None or math.isnan(x) for x in shown[len(row) :])
    assert axes.images[0].get_clim() == (0.0, 1.0)
    assert names(axes.yaxis) == ["a", "' '", "\\$c\\$"]


def test_attention_of_several_heads_and_other_keys() -> None:
    heads = [[[0.25, 0.75], [0.9, 0.1], [0.5, 0.5]]] * 3
    panels = maps(plot_attention(heads, tokens=["a", "b", "c"], keys=["k", "l"]))
    assert [matrix(axes) for axes in panels] == heads
    assert [axes.get_title() for axes in panels] == ["head 0", "head 1", "head 2"]
    assert names(panels[0].xaxis) == ["k", "l"]


@pytest.mark.parametrize("suffix", ["svg", "png", "pdf"])
def test_files(suffix: str, tmp_path: Path) -> None:
    plot_weights(Layer(2, 2, seed=0), path=tmp_path / f"w.{suffix}", names=["$x$", "\u202ey"])
    plot_attention([[1.0]], tmp_path / f"a.{suffix}", tokens=["\U0001f600"[:0] or "$\\x$"])
    assert {path.name for path in tmp_path.iterdir()} == {f"w.{suffix}", f"a.{suffix}"}


@pytest.mark.parametrize(
    ("weights", "options", "error", "message"),
    [
        ([], {}, ValueError, "rows of numbers"),
        ([[]], {}, ValueError, "rows of numbers"),
        ([[0.5], []], {}, ValueError, "without numbers"),
        ([1.0], {}, ValueError, "rows of numbers"),
        ("ab", {}, TypeError, "weights must be a list"),
        ([["a"]], {}, TypeError, "row of attention weights"),
        ([[1.5]], {}, ValueError, "from 0 to 1"),
        ([[math.nan]], {}, ValueError, "from 0 to 1"),
        ([[[1.0]]] * 17, {}, ValueError, "too many"),
        ([[1.0]], {"tokens": ["a", "b"]}, ValueError, "tokens must be a list of 1"),
        ([[1.0]], {"keys": "a"}, ValueError, "keys must be a list of 1"),
    ],
)
def test_what_is_no_attention_is_refused(weights: Any, options: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        plot_attention(weights, **options)


@pytest.mark.parametrize(
    ("model", "options", "error", "message"),
    [
        (3.0, {}, TypeError, "plot_weights takes a model"),
        (Layer(2, 2), {"what": "biases"}, ValueError, "what must be"),
        (Layer(2, 2), {"names": ["a"]}, ValueError, "names must be a list of 2"),
        (
            SimpleNamespace(
                neurons=[
                    SimpleNamespace(w=[parameter(1.0)], b=None),
                    SimpleNamespace(w=[parameter(1.0)], b=parameter(1.0)),
                ]
            ),
            {},
            ValueError,
            "some neurons",
        ),
    ],
)
def test_what_is_no_network_is_refused(model: Any, options: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        plot_weights(model, **options)


def test_a_masked_cell_does_not_look_like_a_weight_of_zero() -> None:
    [causal] = maps(plot_attention([[1.0], [0.001, 0.999]]))
    assert causal.patch.get_hatch()
    assert causal.patch.get_facecolor()[:3] != causal.images[0].cmap(0.0)[:3]
    [whole] = maps(plot_attention([[0.999, 0.001], [0.001, 0.999]]))
    assert not whole.patch.get_hatch()


def test_a_weight_of_exactly_zero_is_masked_since_softmax_gives_none_else() -> None:
    weights = attention_weights([[1.0], [2.0]], [[1.0], [2.0]], causal_mask(2))
    assert len(weights[0]) == 2
    [drawn] = maps(plot_attention(weights))
    assert drawn.patch.get_hatch()
    assert sorted(text.get_text() for text in drawn.texts) == sorted(["1.00", *(f"{w.data:.2f}" for w in weights[1])])


def test_a_layer_of_784_inputs_fills_its_panel() -> None:
    figure = plot_weights(Layer(784, 10, seed=0))
    figure.draw_without_rendering()
    box = maps(figure)[0].get_window_extent()
    assert box.height > 100
    assert box.width > 200
