"""The network view: every shown neuron a circle, every weight between them a line with its sign and size."""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, parameter
from nn import MLP, Layer, Neuron, Sequential, squared_error
from tests.viz.reading import SVG
from viz import Drawing, draw_network
from viz.style import BLUE, PALE, VERMILION

XLINK = "{http://www.w3.org/1999/xlink}"


@dataclass
class Network:
    """Texts and places of circles by name; colour and width of lines; all other words."""

    circles: dict[str, tuple[str, float, float]]
    lines: dict[tuple[str, str], tuple[str, float]]
    words: list[str]


def read(drawing: Drawing) -> Network:
    network = Network({}, {}, [])
    for group in ElementTree.fromstring(drawing.render("svg")).iter(f"{SVG}g"):
        title = group.findtext(f"{SVG}title") or ""
        texts = ["".join(text.itertext()) for text in group.iter(f"{SVG}text")]
        if group.get("class") == "node":
            circle = group.find(f".//{SVG}ellipse")
            if circle is None:
                network.words += texts
            else:
                network.circles[title] = (
                    "".join(texts).strip(),
                    float(circle.get("cx", "")),
                    float(circle.get("cy", "")),
                )
        elif group.get("class") == "edge":
            path = group.find(f".//{SVG}path")
            assert path is not None
            tail, _, head = title.partition("->")
            network.lines[tail, head] = path.get("stroke", ""), float(path.get("stroke-width", "1"))
    network.words += [
        "".join(text.itertext()) for text in ElementTree.fromstring(drawing.render("svg")).iter(f"{SVG}text")
    ]
    return network


@given(st.lists(st.integers(1, 5), min_size=2, max_size=4), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_circles_and_lines_are_the_models(widths: list[int], seed: int) -> None:
    model = MLP(widths[0], widths[1:], activation="tanh", seed=seed)
    network = read(draw_network(model))
    assert sorted(network.circles) == sorted(f"c{i}_{j}" for i, width in enumerate(widths) for j in range(width))
    weights = {
        (f"c{i}_{k}", f"c{i + 1}_{j}"): weight.data
        for i, layer in enumerate(model.layers)
        for j, neuron in enumerate(layer.neurons)
        for k, weight in enumerate(neuron.w)
    }
    assert network.lines.keys() == weights.keys()
    largest = max(map(abs, weights.values()))
    for place, weight in weights.items():
        colour, width = network.lines[place]
        assert colour.lower() == (BLUE if weight > 0 else VERMILION).lower()
        assert width == pytest.approx(max(0.3, 6.0 * abs(weight) / largest), abs=0.06)


def test_a_sample_puts_its_activations_into_the_circles() -> None:
    model = MLP(2, [3, 1], activation="tanh", seed=1)
    circles = read(draw_network(model, [0.5, -2.0])).circles
    hidden = [neuron([0.5, -2.0]).data for neuron in model.layers[0].neurons]
    output = model([0.5, -2.0]).data  # type: ignore[union-attr]
    expected = [0.5, -2.0, *hidden, output]
    assert [text for text, _, _ in circles.values()] == [f"{x:.2g}" for x in expected]


def test_without_a_sample_the_circles_hold_the_biases() -> None:
    neuron = Neuron(1, bias_init=lambda *_: 0.25, seed=0)
    network = read(draw_network(neuron))
    assert [text for text, _, _ in network.circles.values()] == ["", "0.25"]
    assert "in the circles: biases" in network.words


def test_neurons_are_in_order_from_top_to_bottom_and_layers_from_left_to_right() -> None:
    circles = read(draw_network(MLP(2, [4, 3], seed=0))).circles
    hidden = [circles[f"c1_{i}"] for i in range(4)]
    assert [y for _, _, y in hidden] == sorted(y for _, _, y in hidden)
    assert len({x for _, x, _ in hidden}) == 1
    assert circles["c0_0"][1] < hidden[0][1] < circles["c2_0"][1]


def test_circles_do_not_overlap() -> None:
    places = [place[1:] for place in read(draw_network(MLP(3, [16, 2], seed=0))).circles.values()]
    for index, (x, y) in enumerate(places):
        assert all((x - u) ** 2 + (y - v) ** 2 > 36**2 for u, v in places[:index])


def test_gradients_instead_of_weights() -> None:
    model = MLP(2, [2, 1], activation="tanh", seed=0)
    with pytest.raises(ValueError, match="call backward"):
        draw_network(model, lines="gradients")
    squared_error([model([1.0, -1.0])], [0.5]).backward()
    lines = read(draw_network(model, lines="gradients")).lines
    for i, layer in enumerate(model.layers):
        for j, neuron in enumerate(layer.neurons):
            for k, weight in enumerate(neuron.w):
                assert (
                    lines[f"c{i}_{k}", f"c{i + 1}_{j}"][0].lower() == (BLUE if weight.grad > 0 else VERMILION).lower()
                )


def test_without_colours_a_negative_weight_is_dashed_and_a_positive_one_is_not() -> None:
    neuron = SimpleNamespace(w=[parameter(-2.0), parameter(1.0), parameter(0.0)], b=None)
    edges = [line for line in draw_network(neuron).source.splitlines() if "->" in line]
    assert ["dashed" in edge for edge in edges] == [True, False, False]
    assert ["dotted" in edge for edge in edges] == [False, False, True]


def test_a_weight_of_zero_is_dotted_and_pale() -> None:
    neuron = SimpleNamespace(w=[parameter(0.0), parameter(1.0)], b=None)
    drawing = draw_network(neuron)
    assert read(drawing).lines["c0_0", "c1_0"][0].lower() == PALE.lower()
    assert drawing.source.count("style=dotted") == 1


def test_the_legend_names_the_largest_weight() -> None:
    neuron = SimpleNamespace(w=[parameter(-2.5), parameter(1.0)], b=None)
    assert any("to 2.5" in word for word in read(draw_network(neuron)).words)
    zero = SimpleNamespace(w=[parameter(0.0)], b=None)
    assert any("all are 0" in word for word in read(draw_network(zero)).words)


def test_a_wide_layer_says_how_many_neurons_are_not_shown() -> None:
    network = read(draw_network(MLP(2, [40, 1], seed=0), max_width=10))
    assert len(network.circles) == 2 + 10 + 1
    assert "… 30 more" in network.words
    assert "40 neurons" in network.words


def test_activations_on_their_own_belong_to_the_layer_before_them() -> None:
    model = Sequential(Layer(2, 3, activation=None, seed=0), "tanh", Layer(3, 1, activation=None, seed=1))
    network = read(draw_network(model, [1.0, 2.0]))
    assert "tanh" in network.words
    hidden = [z.data for z in model[1](model[0]([1.0, 2.0]))]
    assert [network.circles[f"c1_{i}"][0] for i in range(3)] == [f"{x:.2g}" for x in hidden]


def test_parts_of_a_model_can_be_drawn() -> None:
    model = MLP(2, [3, 1], seed=0)
    assert len(read(draw_network(model.layers[0])).circles) == 5
    assert len(read(draw_network(model.layers[0].neurons[0])).circles) == 3
    assert len(read(draw_network(Sequential(model, Layer(1, 2, activation="relu", seed=0)))).circles) == 8


def test_the_model_and_its_gradients_are_not_changed() -> None:
    model = MLP(2, [3, 1], seed=0)
    before = model.state_dict()
    draw_network(model, [1.0, 2.0])
    assert model.state_dict() == before
    assert not any(p.has_grad for p in model.parameters())


def test_text_lists_each_column() -> None:
    text = draw_network(MLP(1, [2], activation="relu", seed=0), [2.0], names=["height"]).text(ascii=True)
    assert "height, x = 2" in text
    assert re.search(r"neuron 1, b = 0, a = ", text)


@given(st.text(max_size=40))
@settings(max_examples=40, deadline=None)
def test_names_and_labels_are_data(name: str) -> None:
    neuron = SimpleNamespace(w=[parameter(1.0, name)], b=None, activation=name)
    drawing = draw_network(neuron, names=[name])
    root = ElementTree.fromstring(drawing.render("svg"))
    assert not list(root.iter(f"{SVG}script"))
    assert not [a for a in root.iter(f"{SVG}a") if a.get(f"{XLINK}href")]
    assert len(read(drawing).circles) == 2


class Odd:
    neurons = (SimpleNamespace(w=[parameter(1.0)]), SimpleNamespace(w=[parameter(1.0)] * 2))


LOOP: Any = SimpleNamespace(layers=[])
LOOP.layers.append(LOOP)


@pytest.mark.parametrize(
    ("model", "options", "error", "message"),
    [
        (None, {}, TypeError, "not None"),
        (Value(1.0), {}, TypeError, "not a Value"),
        (3, {}, TypeError, "not a int"),
        (SimpleNamespace(layers=[]), {}, TypeError, "layers of neurons"),
        (SimpleNamespace(layers="abc"), {}, TypeError, "layers of neurons"),
        (LOOP, {}, TypeError, "layers of neurons"),
        (SimpleNamespace(w=[1.0]), {}, TypeError, "a list of Values"),
        (SimpleNamespace(w=[parameter(1.0)], b=2.0), {}, TypeError, "a Value or None"),
        (Odd(), {}, ValueError, "different numbers of weights"),
        (SimpleNamespace(layers=[Layer(2, 3), Layer(2, 1)]), {}, ValueError, "takes 2 inputs"),
        (MLP(2, [1]), {"x": [1.0]}, ValueError, "takes 2 inputs, but the sample has 1"),
        (MLP(2, [1]), {"x": "ab"}, TypeError, "list of numbers"),
        (SimpleNamespace(w=[parameter(1.0)]), {"x": [1.0]}, TypeError, "can be called"),
        (MLP(2, [1]), {"lines": "colours"}, ValueError, "lines must be"),
        (MLP(2, [1]), {"max_width": 2}, ValueError, "max_width must be"),
        (MLP(2, [1]), {"names": ["a"]}, ValueError, "1 name"),
        (MLP(2, [1]), {"names": "ab"}, TypeError, "list of strings"),
        (MLP(64, [64] * 6), {"max_width": 64}, ValueError, "too many"),
    ],
)
def test_what_is_no_such_network_is_refused(model: Any, options: dict[str, Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        draw_network(model, **options)
