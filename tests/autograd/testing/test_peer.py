"""PyTorch in float64, where it is installed, agrees about random programs, layers, losses and optimiser steps."""

import pytest

import nn
from autograd import OPERATIONS, Value, parameter
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


F = torch.nn.functional
LOSSES = {
    "mse": (nn.mse, F.mse_loss, [0.5, -1.0, 2.0], [0.0, 1.0, 1.5]),
    "binary_cross_entropy": (nn.binary_cross_entropy, F.binary_cross_entropy, [0.25, 0.5, 0.9], [0.0, 1.0, 1.0]),
    "binary_cross_entropy_with_logits": (
        nn.binary_cross_entropy_with_logits,
        F.binary_cross_entropy_with_logits,
        [-30.0, 0.5, 40.0],
        [0.0, 1.0, 0.0],
    ),
    "softmax_cross_entropy": (
        nn.softmax_cross_entropy,
        F.cross_entropy,
        [[0.5, -1.0, 2.0], [30.0, 0.0, -30.0]],
        [2, 1],
    ),
    "hinge": (nn.hinge, lambda s, y: F.relu(1 - s * y).mean(), [0.5, -1.0, 2.0], [1.0, 1.0, 1.0]),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_agree(name):
    ours, theirs, predictions, targets = LOSSES[name]
    nested = isinstance(predictions[0], list)
    values = [[Value(n) for n in row] for row in predictions] if nested else [Value(n) for n in predictions]
    loss = ours(values, targets)
    loss.backward()
    tensors = tensor(predictions)
    kind = torch.int64 if nested else torch.float64
    other = theirs(tensors, torch.tensor(targets, dtype=kind))
    other.backward()
    grads = [[v.grad for v in row] for row in values] if nested else [v.grad for v in values]
    assert loss.data == pytest.approx(float(other.detach()), rel=1e-9)
    assert torch.allclose(tensor(grads, grad=False), tensors.grad, rtol=1e-9, atol=1e-12)


OPTIMISERS = {
    "sgd": (lambda p: nn.SGD(p, lr=0.1), lambda p: torch.optim.SGD(p, lr=0.1)),
    "momentum": (lambda p: nn.SGD(p, lr=0.1, momentum=0.9), lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9)),
    "nesterov": (
        lambda p: nn.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
        lambda p: torch.optim.SGD(p, lr=0.1, momentum=0.9, nesterov=True),
    ),
    "decay": (lambda p: nn.SGD(p, lr=0.1, weight_decay=0.2), lambda p: torch.optim.SGD(p, lr=0.1, weight_decay=0.2)),
    "adam": (lambda p: nn.Adam(p, lr=0.05), lambda p: torch.optim.Adam(p, lr=0.05)),
    "adamw": (
        lambda p: nn.AdamW(p, lr=0.05, weight_decay=0.1),
        lambda p: torch.optim.AdamW(p, lr=0.05, weight_decay=0.1),
    ),
}


@pytest.mark.parametrize("name", OPTIMISERS)
def test_optimiser_steps_agree(name):
    start = [0.5, -1.0, 2.0]
    ours, theirs = [parameter(n) for n in start], [tensor(n) for n in start]
    step, other = OPTIMISERS[name][0](ours), OPTIMISERS[name][1](theirs)
    for _ in range(5):
        step.zero_grad()
        (ours[0] * ours[1] * ours[1] + ours[2] * ours[2] * ours[0]).backward()
        step.step()
        other.zero_grad()
        (theirs[0] * theirs[1] * theirs[1] + theirs[2] * theirs[2] * theirs[0]).backward()
        other.step()
    assert [p.data for p in ours] == pytest.approx([float(p.detach()) for p in theirs], rel=1e-9)
