"""Histograms by layer hold exactly the layer's numbers."""

from pathlib import Path
from typing import Any

import pytest

from autograd import Value, mean
from autograd.graph import topological_order
from nn import MLP, softmax_cross_entropy
from viz import plot_layers

pytest.importorskip("matplotlib")


@pytest.fixture
def model() -> MLP:
    return MLP(3, [6, 5, 2], activation="relu", seed=5)


def loss_of(model: MLP, samples: int = 7) -> Value:
    rows = [[0.3 * i - 1, 0.1 * i, 1 - 0.2 * i] for i in range(samples)]
    return mean([softmax_cross_entropy(model(row), i % 2) for i, row in enumerate(rows)])


def bars(axes: Any) -> tuple[float, float, float]:
    """How many numbers the bars hold, and from where to where they go."""
    patches = axes.patches
    total = sum(patch.get_height() for patch in patches)
    return total, patches[0].get_x(), patches[-1].get_x() + patches[-1].get_width()


def test_activations_are_those_of_every_neuron_for_every_sample(model: MLP) -> None:
    loss = loss_of(model)
    figure = plot_layers(loss)
    assert [axes.get_title().split("\n")[0] for axes in figure.axes] == [f"MLP/layers.{i}" for i in range(3)]
    for index, axes in enumerate(figure.axes):
        data = [
            node.data
            for node in topological_order(loss)
            if node.origin.startswith(f"MLP/layers.{index}/") and node.op == ("affine" if index == 2 else "relu")
        ]
        assert len(data) == 7 * [6, 5, 2][index]
        assert bars(axes) == pytest.approx((len(data), min(data), max(data)))
        zero = f"{data.count(0.0) / len(data):.0%} zero"
        assert (zero in axes.get_title()) is (0.0 in data)


def test_gradients_are_those_of_the_parameters(model: MLP) -> None:
    loss = loss_of(model)
    loss.backward()
    sizes = [abs(p.grad) for p in model.parameters() if p.grad]
    for layer, axes in zip(model.layers, plot_layers(loss, "gradients").axes, strict=True):
        grads = [p.grad for p in layer.parameters()]
        assert bars(axes) == pytest.approx((sum(g != 0 for g in grads), min(sizes), max(sizes)), rel=0.03)
        shown = float(axes.get_title().split("mean ")[1].split(",")[0])
        assert shown == pytest.approx(sum(grads) / len(grads), rel=0.05, abs=1e-12)


def test_deltas_are_the_gradients_of_the_pre_activations(model: MLP) -> None:
    loss = loss_of(model)
    loss.backward()
    sums = [node for node in topological_order(loss) if node.op == "affine"]
    for index, axes in enumerate(plot_layers(loss, "deltas").axes):
        deltas = [node.grad for node in sums if f"layers.{index}/" in node.origin]
        sizes = [abs(node.grad) for node in sums if node.grad]
        assert bars(axes) == pytest.approx((sum(delta != 0 for delta in deltas), min(sizes), max(sizes)), rel=0.03)


def test_vanishing_deltas_are_seen_to_vanish() -> None:
    """On one scale of powers of ten, the bars of six sigmoid layers stand the farther left, the farther a layer is from the loss."""
    model = MLP(2, [12] * 5 + [2], activation="sigmoid", init="xavier_uniform", seed=0)
    loss = softmax_cross_entropy([model([0.1 * i, 1 - 0.2 * i]) for i in range(8)], [i % 2 for i in range(8)])
    loss.backward()
    axes = plot_layers(loss, "deltas").axes
    assert {each.get_xscale() for each in axes} == {"log"}
    assert len({each.get_xlim() for each in axes}) == 1
    rightmost = [max(patch.get_x() for patch in each.patches if patch.get_height()) for each in axes]
    assert rightmost == sorted(rightmost)
    assert 1000 * rightmost[0] < rightmost[-1]


def test_equal_and_tiny_numbers_have_a_bar() -> None:
    model = MLP(1, [3, 1], activation="relu", init="zeros", seed=0)
    for axes in plot_layers(loss_of_one(model)).axes:
        assert bars(axes)[0] in (1, 3)


def loss_of_one(model: MLP) -> Value:
    y = model([1e-310])
    assert isinstance(y, Value)
    return y.exp()


def test_of_many_layers_the_first_and_last_are_shown() -> None:
    loss = loss_of_one(MLP(1, [2] * 20 + [1], activation="tanh", seed=0))
    figure = plot_layers(loss, title="deep")
    assert [axes.get_title().split("\n")[0].rpartition(".")[2] for axes in figure.axes] == [
        *map(str, range(6)), *map(str, range(15, 21)),
    ]  # fmt: skip
    assert "the first and last of 21 layers" in figure.get_suptitle()


def test_a_module_called_with_dollars_is_text(tmp_path: Path) -> None:
    node = Value(1.0).exp()
    node.origin = "$\\nonsense$"
    plot_layers(node, path=tmp_path / "a.svg", title="$\\frac$")
    assert (tmp_path / "a.svg").read_bytes().startswith(b"<?xml")


@pytest.mark.parametrize(
    ("root", "what", "options", "error", "message"),
    [
        (3.0, "activations", {}, TypeError, "takes a Value"),
        (Value(1.0).exp(), "activations", {}, ValueError, "no module"),
        ("loss", "weights", {}, ValueError, "what must be"),
        ("loss", "gradients", {}, ValueError, "call backward"),
        ("loss", "deltas", {}, ValueError, "call backward"),
        ("loss", "activations", {"bins": 0}, ValueError, "bins must be"),
        ("loss", "activations", {"path": "a.gif"}, ValueError, "suffix"),
    ],
)
def test_what_cannot_be_plotted_is_refused(
    model: MLP, root: Any, what: Any, options: dict[str, Any], error: Any, message: str
) -> None:
    with pytest.raises(error, match=message):
        plot_layers(loss_of(model) if root == "loss" else root, what, **options)
