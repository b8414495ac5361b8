"""Neuron, Layer, MLP and Sequential: what they compute, what they accept, and what micrograd's users rely on."""

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, no_grad, parameter, register, unregister
from autograd.rows.operation import Operation
from autograd.table import OPERATIONS
from autograd.testing.points import points
from nn import MLP, Elementwise, Layer, Module, Neuron, Sequential, activation_names

NUMBERS = st.floats(-100, 100)


@given(st.integers(1, 6).flatmap(lambda n: st.lists(NUMBERS, min_size=n, max_size=n)), st.integers(0, 99))
def test_a_neuron_is_the_activation_of_one_affine_node(x: list[float], seed: int) -> None:
    neuron = Neuron(len(x), activation="tanh", bias_init="uniform", seed=seed)
    assert neuron.b is not None
    a = neuron(x)
    z = a.inputs[0]
    assert (a.op, z.op) == ("tanh", "affine")
    assert list(z.inputs[: len(x)]) == neuron.w
    assert z.inputs[-1] is neuron.b
    expected = np.dot([w.data for w in neuron.w], x) + neuron.b.data
    assert z.data == pytest.approx(expected, rel=1e-12, abs=1e-10)
    assert a.data == pytest.approx(np.tanh(expected), rel=1e-9, abs=1e-9)


def test_without_a_bias_the_weighted_sum_is_one_dot_node() -> None:
    neuron = Neuron(2, nonlin=False, bias=False, seed=0)
    assert neuron.b is None
    assert neuron([1.0, 2.0]).op == "dot"
    assert len(neuron.parameters()) == 2


def test_a_whole_layer_shares_the_leaves_of_its_inputs() -> None:
    out = Layer(2, 3, activation=None)([1.0, 2.0])
    assert isinstance(out, list)
    assert out[0].inputs[2:4] == out[2].inputs[2:4]
    assert [x.data for x in out[0].inputs[2:4]] == [1.0, 2.0]


def test_values_pass_through_so_that_gradients_reach_the_inputs() -> None:
    x = [Value(1.0), Value(-2.0)]
    model = MLP(2, [3, 1], activation="tanh", seed=0)
    output = model(x)
    assert isinstance(output, Value)
    output.backward()
    h = 1e-6
    for index, leaf in enumerate(x):
        shifted = [[v.data + s * h * (i == index) for i, v in enumerate(x)] for s in (1, -1)]
        up, down = (model(row) for row in shifted)
        assert isinstance(up, Value)
        assert isinstance(down, Value)
        assert leaf.grad == pytest.approx((up.data - down.data) / (2 * h), rel=1e-6)


@pytest.mark.parametrize(
    "x",
    [
        (1.0, 2.0),
        [1, 2],
        np.array([1.0, 2.0]),
        np.array([1, 2], dtype=np.int8),
        np.array([[1.0, 2.0]])[0],
        [np.float32(1.0), np.int64(2)],
        np.array([Value(1.0), Value(2.0)], dtype=object),
        range(1, 3),
        iter([1.0, 2.0]),
        (Value(1.0), 2.0),
    ],
    ids=lambda x: type(x).__name__,
)
def test_a_sample_can_be_any_row_of_numbers_or_values(x: Any) -> None:
    model = Layer(2, 2, seed=0)
    expected = model([1.0, 2.0])
    out = model(x)
    assert isinstance(out, list)
    assert isinstance(expected, list)
    assert [v.data for v in out] == [v.data for v in expected]


@pytest.mark.parametrize("x", [3.0, 3, np.float64(3.0), np.array(3.0), Value(3.0), [3.0]], ids=repr)
def test_a_single_input_needs_no_brackets(x: Any) -> None:
    assert Neuron(1, seed=0)(x).data == Neuron(1, seed=0)([3.0]).data


def test_a_layer_of_one_gives_a_value_and_the_next_layer_takes_it() -> None:
    assert isinstance(Layer(2, 1)([1.0, 2.0]), Value)
    out = MLP(2, [1, 3])([1.0, 2.0])
    assert isinstance(out, list)
    assert len(out) == 3


def test_an_mlp_is_relu_but_for_a_linear_last_layer() -> None:
    model = MLP(2, [3, 3, 1])
    assert [layer.neurons[0].activation for layer in model.layers] == ["relu", "relu", None]
    tanh = MLP(2, [3, 1], activation="tanh", output_activation="sigmoid")
    assert [layer.neurons[0].activation for layer in tanh.layers] == ["tanh", "sigmoid"]


def test_the_signatures_of_micrograd_are_kept() -> None:
    assert list(inspect.signature(Neuron).parameters)[:2] == ["nin", "nonlin"]
    assert inspect.signature(Neuron).parameters["nonlin"].default is True
    assert list(inspect.signature(Layer).parameters)[:2] == ["nin", "nout"]
    assert list(inspect.signature(MLP).parameters)[:2] == ["nin", "nouts"]
    assert Layer(2, 2, nonlin=False).neurons[0].activation is None
    assert Neuron(2, False).activation is None
    rest = list(inspect.signature(MLP).parameters.values())[2:]
    assert all(p.kind is inspect.Parameter.KEYWORD_ONLY for p in rest)
    assert {"activation", "output_activation", "init", "bias", "seed"} <= {p.name for p in rest}


@pytest.mark.parametrize("name", [name for name in activation_names() if name not in ("linear", "identity")])
def test_every_activation_name_is_the_function_of_the_table(name: str) -> None:
    neuron = Neuron(1, activation=name, init=lambda rng, fan_in, fan_out: 1.0)
    start = points(OPERATIONS[name], 1)[0][0]
    assert neuron([start]).data == OPERATIONS[name].function(start)
    assert neuron([start]).op == name


def test_activation_names_are_those_of_the_lectures_and_more() -> None:
    names = activation_names()
    wanted = "relu tanh sigmoid gelu gelu_tanh silu swish leaky_relu elu softplus linear identity"
    assert set(wanted.split()) <= set(names)
    assert not {"add", "sum", "dot", "where", "maximum", "pow", "softmax"} & set(names)
    assert len(names) == len(set(names))


def test_an_operation_added_to_the_table_is_an_activation_at_once() -> None:
    register(Operation("cube_for_nn", "a", "a ** 3", ("3 * a ** 2",)))
    try:
        assert "cube_for_nn" in activation_names()
        neuron = Neuron(1, activation="cube_for_nn", init=lambda rng, fan_in, fan_out: 2.0)
        assert neuron([1.0]).data == 8.0
    finally:
        unregister("cube_for_nn")


@pytest.mark.parametrize("linear", [None, "linear", "identity"])
def test_linear_layers_add_no_node(linear: str | None) -> None:
    assert Neuron(2, activation=linear)([1.0, 2.0]).op == "affine"
    z = Value(1.0)
    assert Elementwise(linear)(z) is z


def test_an_activation_can_be_any_function_of_a_value() -> None:
    neuron = Neuron(1, activation=lambda z: z.leaky_relu(0.5), init=lambda rng, fan_in, fan_out: 1.0)
    assert neuron([-4.0]).data == -2.0
    neuron.activation = autograd.tanh
    assert neuron([-4.0]).op == "tanh"


def test_an_activation_with_a_parameter_learns_it() -> None:
    class Swish(Module):
        def __init__(self) -> None:
            self.beta = parameter(1.0)

        def __call__(self, z: Value) -> Value:
            return autograd.swish(z, self.beta)

    layer = Layer(1, 2, activation=Swish(), init=lambda rng, fan_in, fan_out: 1.0)
    out = layer([2.0])
    assert isinstance(out, list)
    (out[0] + out[1]).backward()
    beta = layer.parameters()[2]
    assert beta.label == "neurons.0.activation.beta"
    assert len(layer.parameters()) == 5
    sigmoid = 1 / (1 + np.exp(-2.0))
    assert beta.grad == pytest.approx(2 * 4.0 * sigmoid * (1 - sigmoid))
    assert layer.weights() == [neuron.w[0] for neuron in layer.neurons]


def test_nodes_say_which_module_made_them() -> None:
    out = MLP(2, [2, 1])([1.0, 2.0])
    assert isinstance(out, Value)
    assert out.origin == "MLP/layers.1/neurons.0"
    hidden = out.inputs[2]
    assert (hidden.op, hidden.origin) == ("relu", "MLP/layers.0/neurons.0")
    assert (hidden.inputs[0].op, hidden.inputs[0].origin) == ("affine", "MLP/layers.0/neurons.0")
    assert hidden.inputs[0].inputs[2].origin == "", "an input is made by nobody"
    assert Neuron(1)([1.0]).origin == "Neuron"
    assert Sequential(Layer(1, 1, activation="relu"), "tanh")([1.0]).origin == "Sequential/layers.1"
    deep = Sequential(MLP(1, [1]))([1.0])
    assert deep.origin == "Sequential/layers.0/layers.0/neurons.0"


def test_without_grad_no_graph_is_built() -> None:
    model = MLP(2, [3, 1], seed=0)
    with no_grad():
        out = model([1.0, 2.0])
    assert isinstance(out, Value)
    assert out.inputs == ()
    with_graph = model([1.0, 2.0])
    assert isinstance(with_graph, Value)
    assert out.data == with_graph.data


def test_sequential_feeds_each_step_with_the_one_before() -> None:
    first, second = Layer(2, 3, activation=None, seed=0), Layer(3, 3, activation=None, seed=1)
    model = Sequential(first, autograd.tanh, second, "relu", autograd.softmax)
    hidden = first([1.0, -1.0])
    assert isinstance(hidden, list)
    logits = second([h.tanh() for h in hidden])
    assert isinstance(logits, list)
    expected = autograd.softmax([z.relu() for z in logits])
    assert [v.data for v in model([1.0, -1.0])] == [v.data for v in expected]
    assert len(model) == 5
    assert model[0] is first
    assert len(model.parameters()) == 9 + 12


def test_sequential_applies_elementwise_steps_to_a_single_value_too() -> None:
    assert Sequential(Layer(1, 1, activation=None), "tanh")(1.0).op == "tanh"
    assert Sequential()(3.0) == 3.0


def test_a_layer_inside_a_function_keeps_its_own_gradients() -> None:
    """A residual connection x + F(x) (lectures L9) is plain Python."""

    class Residual(Module):
        def __init__(self, inner: Callable[[Any], Any]) -> None:
            self.inner = inner

        def __call__(self, x: list[Value]) -> list[Value]:
            return [a + b for a, b in zip(x, self.inner(x), strict=True)]

    block = Residual(Layer(2, 2, init="zeros"))
    x = [Value(1.0), Value(-2.0)]
    assert [v.data for v in block(x)] == [1.0, -2.0]
    assert len(block.parameters()) == 6


def test_the_same_seed_gives_the_same_network() -> None:
    assert MLP(3, [5, 2], seed=11).state_dict() == MLP(3, [5, 2], seed=11).state_dict()
    assert MLP(3, [5, 2], seed=11).state_dict() != MLP(3, [5, 2], seed=12).state_dict()
