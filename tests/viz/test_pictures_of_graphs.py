"""The picture says what the graph says: SVGs are parsed as XML and compared with the Values, node by node."""

import math
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, affine, parameter, relu
from nn import MLP, Module, softmax_cross_entropy
from tests.viz.reading import Picture, read
from viz import draw

# Written anew here, not taken from the table: what an edge must show.
PARTIALS: dict[str, tuple[Callable[..., Value], Callable[..., tuple[float, ...]], str]] = {
    "add": (lambda a, b: a + b, lambda a, b: (1, 1), "+"),
    "sub": (lambda a, b: a - b, lambda a, b: (1, -1), "−"),
    "mul": (lambda a, b: a * b, lambda a, b: (b, a), "×"),
    "sin": (lambda a: a.sin(), lambda a: (math.cos(a),), "sin"),
    "tanh": (lambda a: a.tanh(), lambda a: (1 - math.tanh(a) ** 2,), "tanh"),
    "affine": (lambda w, x, b: affine([w], [x], b), lambda w, x, b: (x, w, 1), "affine"),
}


@st.composite
def graphs(draw_: st.DrawFn) -> list[Value]:
    """A few leaves and operations on them, all labelled, the root last; every node is below the root."""
    numbers = st.floats(-3, 3).map(lambda x: round(x, 3))
    values = [Value(draw_(numbers), f"v{index}") for index in range(draw_(st.integers(1, 3)))]
    unused = list(values)
    for _ in range(draw_(st.integers(1, 8))):
        make, slopes, _ = PARTIALS[draw_(st.sampled_from(sorted(PARTIALS)))]
        arity = slopes.__code__.co_argcount
        chosen = [draw_(st.sampled_from(values)) for _ in range(arity)]
        values.append(make(*chosen))
        unused = [value for value in unused if value not in chosen] + [values[-1]]
    while len(unused) > 1:
        values.append(unused.pop() + unused.pop())
        unused.append(values[-1])
    for index, value in enumerate(values):
        value.label = f"v{index}"
    return values


def shown(x: float, digits: int) -> str:
    return f"{x + 0.0:.{digits}g}"


@given(graphs(), st.booleans())
@settings(max_examples=40)
def test_every_node_and_every_argument_is_drawn_with_its_numbers(values: list[Value], backward: bool) -> None:
    if backward:
        values[-1].backward()
    picture = read(draw(values[-1], detail="full"))
    box_of = {value: picture.box(value.label) for value in values}
    assert len(picture.nodes) == len(values)
    for value in values:
        sign = PARTIALS[value.op][2] if value.inputs else "input"
        gradient = shown(value.grad, 6) if backward else "not computed"
        assert picture.nodes[box_of[value]] == [sign, value.label, "data", shown(value.data, 6), "grad", gradient]
    expected = []
    for value in values:
        slopes = PARTIALS[value.op][1](*(operand.data for operand in value.inputs)) if value.inputs else ()
        for operand, slope in zip(value.inputs, slopes, strict=True):
            texts = [f"∂ {shown(slope, 4)}"] + ([shown(slope * value.grad, 4)] if backward else [])
            expected.append((box_of[operand], box_of[value], *texts))
    assert Counter((tail, head, *texts) for tail, head, texts in picture.edges) == Counter(expected)


@given(graphs())
@settings(max_examples=25)
def test_the_contributions_on_the_edges_that_leave_a_node_add_up_to_its_gradient(values: list[Value]) -> None:
    values[-1].backward()
    picture = read(draw(values[-1], detail="full"))
    for value in values[:-1]:
        flows = [float(texts[1]) for tail, _, texts in picture.edges if tail == picture.box(value.label)]
        assert math.fsum(flows) == pytest.approx(value.grad, abs=1e-9 + 1e-3 * sum(map(abs, flows)))


def test_an_argument_used_twice_has_two_edges() -> None:
    a = Value(3.0, "a")
    y = a * a
    y.backward()
    assert read(draw(y)).edges == [("n0", "n1", ["∂ 3", "3"])] * 2


def test_arguments_are_in_order_from_top_to_bottom() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "b")
    for first, second in ((a, b), (b, a)):
        y = first - second
        picture = read(draw(y))
        assert [texts for _, _, texts in picture.edges] == [["∂ 1"], ["∂ -1"]]
        assert picture.edges[0][0] == picture.box(first.label)
        source = draw(y).source
        assert source.index(f"{picture.box(first.label)} -> ") < source.index(f"{picture.box(second.label)} -> ")


def test_leaves_parameters_and_constants_are_told_apart_in_words() -> None:
    y = (Value(2.0, "x") * parameter(3.0, "w") + 1.0).tanh()
    words = sorted(texts[0] for texts in read(draw(y)).nodes.values())
    assert words == ["+", "constant", "input", "parameter", "tanh", "×"]


def test_a_constant_has_neither_a_gradient_nor_a_partial() -> None:
    x = Value(2.0, "x")
    y = x * 5.0
    y.backward()
    picture = read(draw(y))
    [constant] = [name for name, texts in picture.nodes.items() if texts[0] == "constant"]
    assert picture.nodes[constant] == ["constant", "data", "5"]
    assert [texts for tail, _, texts in picture.edges if tail == constant] == [[]]


def test_a_gradient_is_not_computed_before_backward_and_after_zero_grad() -> None:
    x = Value(2.0, "x")
    y = x * 0.0
    assert read(draw(y)).line("x", "grad") == "not computed"
    y.backward()
    assert read(draw(y)).line("x", "grad") == "0"
    y.zero_grad()
    assert read(draw(y)).line("x", "grad") == "not computed"


def test_a_kink_is_marked_with_its_interval() -> None:
    assert "kink: subgradient 0 ∈ [0, 1]" in read(draw(relu(Value(0.0)))).nodes["n1"]
    assert "kink: subgradient 0 ∈ [-1, 1]" in read(draw(abs(Value(0.0)))).nodes["n1"]
    assert "kink: subgradient 0.1 ∈ [0.1, 1]" in draw(Value(0.0).leaky_relu(0.1)).source
    assert "kink" not in draw(relu(Value(1e-9))).source


def test_a_tie_of_max_is_a_kink_and_a_single_largest_is_not() -> None:
    from autograd import max as largest

    assert "kink: subgradient 0.5 ∈ [0, 1]" in draw(largest([Value(2.0), Value(2.0), Value(1.0)])).source
    assert "kink" not in draw(largest([Value(2.0), Value(1.0), Value(1.0)])).source


def test_a_partial_that_does_not_exist_is_said_to() -> None:
    assert read(draw(Value(0.0).sqrt())).edges == [("n0", "n1", ["∂ does not exist"])]


def test_an_infinite_partial_carries_nothing_when_no_gradient_arrives() -> None:
    x = Value(1e-320, "x")
    y = x.log() * 0.0
    y.backward()
    picture = read(draw(y))
    assert ["∂ inf", "0"] in [texts for _, _, texts in picture.edges]


def test_the_root_stands_out() -> None:
    source = draw(Value(1.0, "x").exp()).source
    assert source.count('BORDER="2"') == 1
    assert source.index('BORDER="2"') > source.index("n1 [")


def test_a_leaf_alone_is_a_picture() -> None:
    assert read(draw(Value(2.5, "x"))).nodes == {"n0": ["input", "x", "data", "2.5", "grad", "not computed"]}


@pytest.mark.parametrize("direction", ["LR", "TB", "RL", "BT"])
def test_the_direction_is_the_layouts(direction: str) -> None:
    y = Value(1.0, "x").exp()
    assert f"rankdir={direction}" in draw(y, direction=direction).source  # type: ignore[arg-type]


class TestNames:
    def test_names_come_before_labels_and_only_in_this_picture(self) -> None:
        x = Value(2.0, "label")
        y = x * x
        picture = read(draw(y, names={"x": x, "y": y}))
        assert {texts[1] for texts in picture.nodes.values()} == {"x", "y"}
        assert x.label == "label"

    def test_locals_is_a_mapping_of_names(self) -> None:
        x = Value(2.0)
        y = x.exp()
        picture = read(draw(y, names=locals()))
        assert {texts[1] for texts in picture.nodes.values()} == {"x", "y"}

    def test_named_parameters_are_pairs_of_names(self) -> None:
        class Line(Module):
            def __init__(self) -> None:
                self.slope = parameter(2.0)

        line = Line()
        line.slope.label = ""
        picture = read(draw(line.slope * 3.0, names=line.named_parameters()))
        assert picture.line("slope", "data") == "2"


class TestCompact:
    """Parameters and constants that one node alone uses are rows of its box."""

    def neuron(self) -> tuple[Value, Picture]:
        x, w, b = Value(2.0, "x"), parameter(-3.0, "w"), parameter(0.5, "b")
        z = affine([w], [x], b)
        z.label = "z"
        z.backward(2.0)
        return z, read(draw(z, detail="compact"))

    def test_folded_parameters_show_data_partial_gradient_and_what_flows_to_their_input(self) -> None:
        _, picture = self.neuron()
        texts = picture.nodes[picture.box("z")]
        head, w, b = ["inside", "data", "∂", "grad", "to input"], ["w", "-3", "2", "4", "-6"], ["b", "0.5", "1", "2"]
        assert texts[texts.index("inside") :] == [*head, *w, *b]

    def test_only_other_leaves_keep_a_box_and_an_edge_which_says_nothing_that_its_row_says(self) -> None:
        _, picture = self.neuron()
        assert len(picture.nodes) == 2
        assert [texts for _, _, texts in picture.edges] == [[]]

    def test_a_parameter_with_two_uses_keeps_its_box(self) -> None:
        w = parameter(3.0, "w")
        assert len(read(draw(w * w, detail="compact")).nodes) == 2

    def test_a_parameter_is_called_as_in_its_module(self) -> None:
        model = MLP(4, [8, 3], seed=0)
        picture = read(draw(softmax_cross_entropy(model([1.0, 2.0, 3.0, 4.0]), 0)))
        inside = [texts[texts.index("inside") + 4 :: 4] for texts in picture.nodes.values() if "inside" in texts]
        assert inside.count(["w.0", "w.1", "w.2", "w.3", "b"]) == 8
        assert inside.count([*(f"w.{i}" for i in range(8)), "b"]) == 3
        titles = sorted(texts[1] for texts in picture.nodes.values() if texts[0] == "affine")
        assert titles == [*(f"neurons.{i}" for i in range(3)), *(["z"] * 8)]

    def test_auto_folds_only_above_sixty_boxes(self) -> None:
        small, large = MLP(2, [2, 1], seed=0), MLP(4, [8, 3], seed=0)
        assert "inside" not in draw(small([1.0, 2.0])).source  # type: ignore[arg-type]
        assert "inside" in draw(softmax_cross_entropy(large([1.0] * 4), 0)).source


def test_a_drawing_is_a_snapshot() -> None:
    x = Value(2.0, "x")
    y = x * x
    drawing = draw(y)
    x.data = 5.0
    y.forward()
    assert read(drawing).line("x", "data") == "2"
    assert read(draw(y)).line("x", "data") == "5"


def test_the_same_graph_gives_the_same_source() -> None:
    def source() -> str:
        loss = softmax_cross_entropy(MLP(3, [4, 2], seed=7)([1.0, 2.0, 3.0]), 1)
        loss.backward()
        return draw(loss).source

    assert source() == source()


def test_a_registered_operation_draws_with_no_other_edit() -> None:
    from autograd import Operation, register, unregister

    cube = register(Operation("cube", "a", "a ** 3", ("3 * a ** 2",)))
    try:
        x = Value(2.0, "x")
        y = cube(x)
        y.backward()
        picture = read(draw(y))
        assert picture.nodes["n1"][0] == "cube"
        assert picture.edges == [("n0", "n1", ["∂ 12", "12"])]
    finally:
        unregister("cube")
