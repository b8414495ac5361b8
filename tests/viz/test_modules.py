"""Modules as boxes: what each box says is what its module did; frames nest as the modules do."""

import re
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, affine, mean, parameter, relu
from nn import MLP, softmax_cross_entropy
from tests.viz.reading import SVG, read
from viz import Drawing, draw


def batch_loss(samples: int = 8, widths: tuple[int, ...] = (16, 16, 2), nin: int = 3) -> tuple[MLP, Value]:
    model = MLP(nin, widths, activation="relu", seed=3)
    rows = [[0.1 * i - 0.2 * j for j in range(nin)] for i in range(samples)]
    loss = mean([softmax_cross_entropy(model(row), i % widths[-1]) for i, row in enumerate(rows)])
    loss.label = "loss"
    return model, loss


def groups(drawing: Drawing) -> dict[str, list[str]]:
    """The lines in each module's box, by its title."""
    found = [texts[1:] if texts[0] == "⊕" else texts for texts in read(drawing).nodes.values()]
    return {texts[0]: texts[1:] for texts in found}


def frames(drawing: Drawing) -> list[str]:
    root = ElementTree.fromstring(drawing.render("svg"))
    clusters = [group for group in root.iter(f"{SVG}g") if group.get("class") == "cluster"]
    return ["".join(cluster.find(f"{SVG}text").itertext()) for cluster in clusters]  # type: ignore[union-attr]


def scoped(node: Value, origin: str) -> Value:
    node.origin = origin
    return node


def test_a_box_has_shape_activation_firings_and_parameters_of_its_layer() -> None:
    model, loss = batch_loss()
    found = groups(draw(loss, detail="modules", depth=2))
    for index, (shape, activation) in enumerate([("3 → 16", "relu"), ("16 → 16", "relu"), ("16 → 2", "linear")]):
        lines = found[f"MLP/layers.{index}"]
        assert lines[0] == f"{shape}, {activation}, 8 times"
        assert f"{len(model.layers[index].parameters())} parameters" in lines


def test_the_parameters_of_all_boxes_are_those_of_the_model() -> None:
    model, loss = batch_loss()
    for depth in (1, 2, 3):
        texts = [line for lines in groups(draw(loss, detail="modules", depth=depth)).values() for line in lines]
        counts = [
            int(match[1].replace(",", "")) for text in texts if (match := re.fullmatch(r"([\d,]+) parameters?", text))
        ]
        assert sum(counts) == len(model.parameters())


def test_activation_and_gradient_statistics_are_those_of_the_nodes() -> None:
    model, loss = batch_loss()
    loss.backward()
    lines = groups(draw(loss, detail="modules", depth=2))["MLP/layers.1"]
    outputs = [node for node in nodes_below(loss) if node.origin.startswith("MLP/layers.1/") and node.op == "relu"]
    assert len(outputs) == 8 * 16
    data, grads = [node.data for node in outputs], [abs(node.grad) for node in outputs]
    zero = f"{data.count(0.0) / len(data):.0%}"
    assert f"activations: {min(data):.3g} to {max(data):.3g}, {zero} zero" in lines
    assert f"|grad| of activations: {sum(grads) / len(grads):.3g} mean, {max(grads):.3g} largest" in lines
    own = [abs(p.grad) for p in model.layers[1].parameters()]
    assert f"|grad| of parameters: {sum(own) / len(own):.3g} mean, {max(own):.3g} largest" in lines
    silent = {node.origin for node in outputs} - {node.origin for node in outputs if node.data}
    assert silent
    assert f"{len(silent)} unit{'s' * (len(silent) != 1)} zero all 8 times" in lines


def nodes_below(root: Value) -> list[Value]:
    from autograd.graph import topological_order

    return topological_order(root)


def test_no_gradient_is_shown_before_backward() -> None:
    _, loss = batch_loss()
    assert "grad" not in str(groups(draw(loss, detail="modules")))


def test_arrows_say_how_many_numbers_pass() -> None:
    _, loss = batch_loss()
    picture = read(draw(loss, detail="modules", depth=2))
    title = {name: texts[0] for name, texts in picture.nodes.items()}
    arrows = {(title[tail], title[head]): texts for tail, head, texts in picture.edges}
    assert arrows == {
        ("before the modules", "MLP/layers.0"): ["24"],
        ("MLP/layers.0", "MLP/layers.1"): ["128"],
        ("MLP/layers.1", "MLP/layers.2"): ["128"],
        ("MLP/layers.2", "after the modules"): ["16"],
    }


def test_depth_goes_from_the_whole_model_to_single_neurons() -> None:
    _, loss = batch_loss(widths=(4, 2))
    titles = [set(groups(draw(loss, detail="modules", depth=depth))) for depth in (1, 2, 3)]
    ends = {"before the modules", "after the modules"}
    assert titles[0] == {"MLP"} | ends
    assert titles[1] == {"MLP/layers.0", "MLP/layers.1"} | ends
    neurons = {f"MLP/layers.0/neurons.{i}" for i in range(4)} | {f"MLP/layers.1/neurons.{i}" for i in range(2)}
    assert titles[2] == neurons | ends


def test_frames_nest_as_the_modules_do() -> None:
    _, loss = batch_loss(widths=(4, 2))
    assert frames(draw(loss, detail="modules", depth=3)) == ["MLP", "layers.0", "layers.1"]
    assert frames(draw(loss, detail="modules", depth=2)) == ["MLP"]
    assert frames(draw(loss, detail="modules", depth=1)) == []


def test_a_compact_drawing_frames_neurons_and_layers_and_a_full_one_does_not() -> None:
    loss = softmax_cross_entropy(MLP(2, [2, 2], activation="tanh", seed=0)([1.0, 2.0]), 0)
    assert frames(draw(loss, detail="compact")) == ["MLP", "layers.0", "neurons.0", "neurons.1", "layers.1"]
    assert frames(draw(loss, detail="full")) == []


def test_the_middle_of_a_long_list_of_modules_is_one_box() -> None:
    x: Value = Value(1.0, "x")
    for index in range(48):
        w = parameter(0.5)
        for position in range(10):
            x = scoped(w * x, f"Deep/blocks.{index}/parts.{position}")
    found = groups(draw(x))
    names = ["blocks.0", "blocks.1", "blocks.2 … blocks.45 (44 modules)", "blocks.46", "blocks.47"]
    assert set(found) == {"before the modules", *(f"Deep/{name}" for name in names)}
    assert "440 operations: 440 mul" in found["Deep/blocks.2 … blocks.45 (44 modules)"]


def test_what_no_module_made_belongs_to_the_module_that_it_comes_from_if_a_module_uses_it() -> None:
    x = Value(1.0, "x")
    doubled = x * 2.0
    a = scoped(affine([parameter(1.0)], [doubled], parameter(0.0)), "Net/first")
    between = a * doubled
    b = scoped(affine([parameter(1.0)], [between], parameter(0.0)), "Net/second")
    loss = (b - 1.0) ** 2
    found = groups(draw(loss, detail="modules", depth=2))
    assert "1 operation: 1 mul" in found["before the modules"]
    assert "2 operations: 1 affine, 1 mul" in found["Net/first"]
    assert "1 operation: 1 affine" in found["Net/second"]
    assert "2 operations: 1 sub, 1 pow" in found["after the modules"]


def test_without_modules_there_is_a_summary_that_says_so() -> None:
    text = "\n".join(read(draw(Value(1.0, "x").exp(), detail="modules")).caption)
    assert "no module made any of them" in text


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"depth": 0, "detail": "modules"}, "depth must be"),
        ({"depth": True, "detail": "modules"}, "depth must be"),
        ({"depth": 2}, "depth is for detail='modules'"),
    ],
)
def test_a_wrong_depth_is_refused(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draw(Value(1.0), **options)


HOSTILE = st.lists(st.sampled_from([*'"\n<>{}|\\&;/\u202e\u05d0\U0001f600\x1b\0N]', "</script>"]), max_size=24).map(
    "".join
)


@given(HOSTILE, HOSTILE)
@settings(max_examples=40, deadline=None)
def test_an_origin_is_data(first: str, second: str) -> None:
    w = parameter(0.5)
    a = scoped(w * Value(1.0), f"M/{first}")
    b = scoped(a.tanh(), f"M/{second}")
    c = scoped(b.exp(), f"M/{second}")
    for drawing in (draw(c, detail="modules"), draw(c, detail="compact")):
        svg = drawing.render("svg")
        root = ElementTree.fromstring(svg)
        assert not list(root.iter(f"{SVG}script"))
        assert drawing.text(ascii=True).isascii()
        assert all(line.isprintable() for line in drawing.text().split("\n"))


def test_a_path_of_ten_thousand_scopes_is_drawn() -> None:
    node = scoped(Value(1.0).exp(), "/".join("a" * 10_000))
    other = scoped(node.exp(), node.origin)
    draw(other, detail="compact").render("svg")
    draw(other, detail="modules").render("svg")


@pytest.mark.parametrize("direction", ["LR", "TB"])
def test_neurons_in_frames_stay_in_order(direction: Any) -> None:
    model = MLP(4, [8, 3], activation="relu", seed=1)
    drawing = draw(softmax_cross_entropy(model([1.0, 0.5, -0.3, 0.2]), 0), detail="compact", direction=direction)
    across: Callable[[Any], float] = lambda text: float(text.get("y" if direction == "LR" else "x"))  # noqa: E731
    numbers = {box.name: box.title for box in drawing._picture.boxes if box.operation == "affine"}
    places = {}
    for group in ElementTree.fromstring(drawing.render("svg")).iter(f"{SVG}g"):
        name = group.findtext(f"{SVG}title") or ""
        if group.get("class") == "node" and name in numbers:
            places[numbers[name]] = across(next(group.iter(f"{SVG}text")))
    for layer, width in enumerate((8, 3)):
        found = [places[f"layers.{layer}.neurons.{index}"] for index in range(width)]
        assert found == sorted(found)


def test_relu_makes_a_neuron_one_unit_with_its_sum() -> None:
    node = scoped(affine([parameter(-1.0)], [Value(2.0)], parameter(0.0)), "N/neurons.0")
    lines = groups(draw(scoped(relu(node), "N/neurons.0"), detail="modules"))["N/neurons.0"]
    assert lines[0] == "1 → 1, relu"
    assert "activation: 0" in lines
