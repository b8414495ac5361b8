"""PyTorch's habits with modules and layers are answered with what to write here; no parameter leaves its model unseen."""

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import nn
from autograd import Value, no_grad, parameter
from nn import MLP, SGD, Each, Layer, LayerNorm, Module, Neuron, Residual, Sequential, fit, mse
from nn.activations import Elementwise
from nn.habits import _MODULE, INITS, NAMES


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Linear", "write Layer(nin, nout, activation=None)"),
        ("ReLU", "activation='relu' in a Layer or MLP, or 'relu' as a step of a Sequential"),
        ("Parameter", "write autograd.parameter(0.5)"),
        ("CrossEntropyLoss", "softmax_cross_entropy(predictions, targets)"),
        ("MSELoss", "mse(predictions, targets)"),
        ("ModuleList", "a plain list of modules"),
        ("clip_grad_norm_", "clip_grad_norm(model.parameters(), 1.0)"),
    ],
)
def test_a_name_of_pytorch_is_answered_with_the_name_here(name: str, words: str) -> None:
    with pytest.raises(AttributeError, match=re.escape(words)):
        getattr(nn, name)
    with pytest.raises(ImportError, match=re.escape(words)):
        exec(f"from nn import {name}", {})


def test_every_answer_names_only_what_is_there() -> None:
    import autograd

    there = {*dir(nn), *dir(autograd), *nn.activation_names()}
    for hint in NAMES.values():
        named = re.findall(r"\b(?:autograd\.)?([A-Za-z_]\w+)\(|activation='(\w+)'", hint)
        assert {name for pair in named for name in pair if name} <= there | {"zip", "abs", "model", "parameters"}, hint
    assert not [name for name in NAMES if hasattr(nn, name)]


@pytest.mark.parametrize(
    ("attempt", "words"),
    [
        ("nn.optim.lr_scheduler", "StepLR, CosineAnnealingLR"),
        ("nn.init.kaiming_normal_", "init='he_normal'"),
        ("SGD([Value(1.0)], lr=0.1).param_groups", "optimizer.lr = 0.01"),
        ("SGD([Value(1.0)], lr=0.1).zero_grad(set_to_none=True)", "leave it out"),
        ("MLP(2, [1]).zero_grad(set_to_none=True)", "leave it out"),
        ("MLP(2, [1]).zero_grad(x=True)", "zero_grad() has no argument 'x'"),
        ("SGD([{'params': [Value(1.0)]}], lr=0.1)", "make several optimisers"),
        ("MLP(2, [1, 1], activation='ReLU')", "did you mean 'relu'"),
        ("MLP(2, [1, 1], activation='LeakyReLU')", "did you mean 'leaky_relu'"),
        ("Neuron(2).nonlin", "neuron.activation"),
    ],
)
def test_a_line_of_a_pytorch_script_is_answered(attempt: str, words: str) -> None:
    with pytest.raises((AttributeError, TypeError, ValueError), match=re.escape(words)):
        eval(attempt)


def test_the_initialisers_that_are_named_are_there() -> None:
    for hint in INITS.values():
        [name] = re.findall(r"init='(\w+)'", hint)
        MLP(2, [1], init=name)


def test_names_that_are_nowhere_stay_plain_errors() -> None:
    with pytest.raises(AttributeError, match=r"^module 'nn' has no attribute 'Lin'$"):
        nn.Lin  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("name", sorted(_MODULE))
def test_a_method_of_pytorchs_modules_is_answered(name: str) -> None:
    model = MLP(2, [1])
    with pytest.raises(AttributeError, match=f"a Module has no attribute '{name}': "):
        getattr(model, name)
    setattr(model, name, 3)
    assert getattr(model, name) == 3, "a class of one's own may use the name"


def test_a_module_with_forward_is_told_to_call_it_call() -> None:
    class Net(Module):
        def forward(self, x: Any) -> Any:
            return x

    class Deeper(Net):
        pass

    for net in (Net(), Deeper()):
        with pytest.raises(NotImplementedError, match=r"defines forward\(self, x\): rename it to __call__"):
            net([1.0])
    with pytest.raises(NotImplementedError, match=r"^Module defines no __call__"):
        Module()([1.0])


@pytest.mark.parametrize("batch", [[[1.0, 2.0], [3.0, 4.0]], [[1, 2]] * 5, np.ones((2, 2)), np.ones((5, 2))])
@pytest.mark.parametrize("model", [MLP(2, [3, 1]), Layer(2, 3), Neuron(2)])
def test_a_batch_is_one_error_and_not_a_chain(model: Module, batch: Any) -> None:
    with pytest.raises(TypeError, match=r"write \[model\(row\) for row in rows\]") as error:
        model(batch)
    assert error.value.__context__ is None
    with pytest.raises(TypeError, match=r"input 1: a Value holds one real number, got the str") as error:
        model([1.0, "x"])
    assert error.value.__context__ is None or error.value.__suppress_context__


class Line(Module):
    def __init__(self) -> None:
        self.w = [Value(1.0), Value(2.0)]
        self.b = parameter(0.5)
        self.table = {"a": [parameter(3.0)]}


def attempts(line: Any, g: Any) -> dict[str, Callable[[], Any]]:
    def one_in_place() -> None:
        line.w[0] -= 0.1 * g

    def bias_in_place() -> None:
        line.b -= 0.1 * g

    def product() -> None:
        line.w[1] *= g

    def bias() -> None:
        line.b = line.b - 0.1 * g

    def whole() -> None:
        line.w = [w - 0.1 * g for w in line.w]

    def nested() -> None:
        line.table = {"a": [line.table["a"][0] - g]}

    return {"w.0": one_in_place, "b": bias_in_place, "w.1": product, "b ": bias, "w.0 ": whole, "table.a.0": nested}


@pytest.mark.parametrize("recording", [True, False])
@pytest.mark.parametrize("g", [0.5, Value(0.5)])
@pytest.mark.parametrize("which", ["w.0", "b", "w.1", "b ", "w.0 ", "table.a.0"])
def test_a_result_does_not_take_the_place_of_a_parameter(which: str, g: Any, recording: bool) -> None:
    line = Line()
    before = line.parameters()
    attempt = attempts(line, g)[which]
    with pytest.raises(TypeError, match=rf"^'{which.strip()}' is a parameter: .*\.data") as error:
        attempt() if recording else no_grad(attempt)()
    assert "__" not in str(error.value)
    assert line.parameters() == before
    assert len(before) == 4


def test_the_answer_shows_the_place() -> None:
    neuron = MLP(2, [1]).layers[0].neurons[0]
    with pytest.raises(TypeError, match=re.escape("'layers.0.neurons.0.w.1' is a parameter: assigning the result of mul")):
        neuron.w = [neuron.w[0], neuron.w[1] * 2]
    with pytest.raises(TypeError, match=re.escape("such as .w[1].data -= 0.1 * gradient")):
        neuron.w = [neuron.w[0], neuron.w[1] * 2]
    with pytest.raises(TypeError, match=r"assigning the number 0\.25"):
        neuron.b = 0.25  # type: ignore[assignment]


def test_new_leaves_none_and_results_elsewhere_are_as_welcome_as_before() -> None:
    line = Line()
    line.w = [Value(5.0), parameter(6.0)]
    line.b = Value(7.0)
    assert [(p.data, p.role, p.label) for p in line.parameters()] == [
        (5.0, "parameter", "w.0"), (6.0, "parameter", "w.1"), (7.0, "parameter", "b"), (3.0, "parameter", "table.a.0"),
    ]  # fmt: skip
    line.last = line.b * 2  # type: ignore[attr-defined]
    line.last = line.b * 3  # type: ignore[attr-defined]
    line.b = None  # type: ignore[assignment]
    assert len(line.parameters()) == 3


def test_micrograds_update_changes_the_parameters_of_the_model() -> None:
    model = MLP(2, [16, 16, 1], seed=0)
    model([1.0, 2.0]).backward()  # type: ignore[union-attr]
    expected = [p.data - 0.1 * p.grad for p in model.parameters()]
    for p in model.parameters():
        p.data -= 0.1 * p.grad
    assert [p.data for p in model.parameters()] == expected
    assert len(expected) == 337


class TestDefaultActivation:
    """A layer's relu, where nobody asked for it, never reaches the outputs of a `Sequential` nor doubles another."""

    @pytest.mark.parametrize(
        ("make", "words"),
        [
            (lambda: Sequential(Layer(2, 8), "relu", Layer(8, 3)), "step 0, Layer(2, 8), applies 'relu', its default, before"),
            (lambda: Sequential(Layer(2, 8, activation=None), "relu", Layer(8, 3)), "step 2, Layer(8, 3), applies 'relu', its default, to the outputs: write Layer(8, 3, activation=None)"),
            (lambda: Sequential(Layer(2, 8), Layer(8, 3)), "step 1, Layer(8, 3)"),
            (lambda: Sequential(Layer(2, 3), lambda z: z), "to the outputs"),
            (lambda: Sequential(Layer(2, 3), Elementwise("tanh")), "before the activation in step 1"),
            (lambda: Sequential(Each(Layer(2, 3))), "to the outputs"),
        ],
    )
    def test_it_is_refused(self, make: Callable[[], Any], words: str) -> None:
        with pytest.raises(ValueError, match=re.escape(words)):
            make()

    def test_what_is_stated_is_done(self) -> None:
        for activation, op in ((None, "affine"), ("relu", "relu"), ("tanh", "tanh")):
            model = Sequential(Layer(2, 8), LayerNorm(8), Layer(8, 3, activation=activation))
            assert [a.op for a in model([1.0, 2.0])] == [op] * 3
        assert len(Sequential(Residual(Layer(2, 2)))([1.0, 2.0])) == 2

    def test_micrograds_classes_are_as_they_were(self) -> None:
        model = MLP(2, [16, 16, 1])
        assert [layer.neurons[0].activation for layer in model.layers] == ["relu", "relu", None]
        assert repr(model) == "<MLP(2, [16, 16, 1], activation='relu'): 337 parameters>"
        assert [a.op for a in Layer(2, 2)([1.0, 2.0])] == ["relu", "relu"]  # type: ignore[union-attr]
        assert Neuron(2)([1.0, 2.0]).op == "relu"
        assert Neuron(2, nonlin=False)([1.0, 2.0]).op == "affine"

    def test_a_sequential_trains_towards_negative_targets(self) -> None:
        model = Sequential(Layer(1, 4, activation=None, seed=0), "tanh", Layer(4, 1, activation=None, seed=1))
        history = fit(
            model, [[0.0], [1.0]], [-1.0, -2.0], loss=mse, optimizer=SGD(model.parameters(), lr=0.1), epochs=200
        )
        assert history.losses[-1] < 1e-3
