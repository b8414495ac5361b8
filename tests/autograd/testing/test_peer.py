"""PyTorch in float64, where it is installed, agrees about random programs, layers, losses and optimiser steps."""

import pytest

import nn
from autograd import OPERATIONS, Value
from autograd.testing import BUGS, random_program
from autograd.testing.peer import compare_program, without_peer

torch = pytest.importorskip("torch", reason="PyTorch is not installed: the cross-check is skipped")


def tensor(numbers, grad=True):
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=grad)


def test_random_programs_agree():
    assert without_peer(list(OPERATIONS)) == []
    for seed in range(500):  # `python -m autograd.testing torch` runs 5,000
        compare_program(random_program(seed))


def test_the_comparison_can_fail():
    def look():
        for seed in range(500):
            compare_program(random_program(seed))

    with BUGS["sub sign"], pytest.raises(AssertionError, match="PyTorch has"):
        look()


X = [[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]
ACTIVATIONS = {
    "tanh": torch.tanh,
    "sigmoid": torch.sigmoid,
    "relu": torch.relu,
    "gelu": torch.nn.functional.gelu,
    "silu": torch.nn.functional.silu,
    "softplus": torch.nn.functional.softplus,
}


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_layers_agree(activation):
    model = nn.MLP(2, [3, 1], activation=activation, seed=3)
    total = Value(0.0)
    for x in X:
        out = model(x)
        total = total + (out[0] if isinstance(out, list) else out)
    total.backward()
    ours = [p.grad for p in model.parameters()]
    theirs, signal = [], tensor(X, grad=False)
    for depth, layer in enumerate(model.layers):
        weights = tensor([[w.data for w in neuron.w] for neuron in layer.neurons])
        biases = tensor([neuron.b.data for neuron in layer.neurons])
        theirs.append((weights, biases))
        signal = signal @ weights.T + biases
        if depth == 0:
            signal = ACTIVATIONS[activation](signal)
    signal.sum().backward()
    flat = [
        number
        for weights, biases in theirs
        for row, bias in zip(weights.grad.tolist(), biases.grad.tolist(), strict=True)
        for number in [*row, bias]
    ]
    assert ours == pytest.approx(flat, rel=1e-9, abs=1e-12)
