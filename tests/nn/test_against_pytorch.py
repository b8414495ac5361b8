"""PyTorch in float64, where it is installed, agrees about every layer, activation, loss and optimiser of nn.

Nothing here is chosen by hand twice: the tables below are compared with what nn exports, so a new layer, loss or
optimiser without its counterpart fails.
"""

import inspect
import math
import random
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

import nn
from autograd import OPERATIONS, DomainError, Value, parameter
from autograd.testing.peer import peer_operation

torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: the cross-check is skipped")
F: Any = torch.nn.functional

# Rows of inputs inside the domain of every activation, for which the pre-activations below are in it too.
X = [[0.5, 0.25], [0.125, 0.75], [0.3, 0.6]]
NARROW = {"acosh": (1.5, 0.3)}  # activations that need z > 1: the bias and the size of the weights
LINEAR = {"linear", "identity"}
ACTIVATIONS = nn.activation_names()


def tensor(numbers: Any, grad: bool = True) -> Any:
    return torch.tensor(numbers, dtype=torch.float64, requires_grad=grad)


def flat(items: Any) -> Iterator[Any]:
    for item in items:
        if isinstance(item, list | tuple):
            yield from flat(item)
        else:
            yield item


def agree(ours: Any, theirs: Any) -> None:
    ours, theirs = list(flat(ours)), list(flat(theirs))
    assert ours == pytest.approx(theirs, rel=1e-9, abs=1e-12)


def their_activation(name: str) -> Callable[[Any], Any]:
    if name in LINEAR:
        return lambda z: z
    function = peer_operation(name)
    if function is None:
        pytest.skip(f"PyTorch has no {name}")
    defaults = [operand.default for operand in OPERATIONS[name].operands[1:]]
    return lambda z: function(z, *(tensor(d, grad=False) for d in defaults))


@contextmanager
def inside(name: str) -> Iterator[None]:
    """Skips, visibly, where the start below leaves the domain of an activation: NARROW knows better ones."""
    try:
        yield
    except DomainError as error:
        if name in LINEAR or OPERATIONS[name].domain is None:
            raise
        pytest.skip(f"the layers' start is outside the domain of {name}: {error}")


def start(name: str, seed: int) -> dict[str, Any]:
    """Keywords with which a layer's pre-activations are inside the domain of an activation."""
    bias, size = NARROW.get(name, (0.4, 0.2))
    rng = random.Random(seed)
    return {
        "init": lambda *_: rng.uniform(0.05, size),
        "bias_init": lambda *_: rng.uniform(bias, bias + 0.1),
    }


def their_layer(layer: nn.Layer) -> list[Any]:
    """The layer's numbers as tensors: W (one row per neuron), and b where there is one."""
    weights = tensor([[w.data for w in neuron.w] for neuron in layer.neurons])
    biases = [neuron.b.data for neuron in layer.neurons if neuron.b is not None]
    return [weights, tensor(biases)] if biases else [weights]


def compare(ours: Any, theirs: Any, model: nn.Module, tensors: list[list[Any]], inputs: list[Value], x: Any) -> None:
    """Outputs, and the gradients of a weighted sum of them with respect to inputs and parameters."""
    ours = list(flat([ours]))
    theirs = theirs.reshape(-1)
    agree([y.data for y in ours], theirs.tolist())
    sum((k + 1) * y for k, y in enumerate(ours)).backward()
    (theirs * torch.arange(1, len(theirs) + 1)).sum().backward()
    expected = []
    for layer in tensors:
        for row, group in enumerate(layer[0].grad.tolist()):
            expected += group + ([layer[1].grad.tolist()[row]] if len(layer) > 1 else [])
    agree([p.grad for p in model.parameters()], expected)
    agree([v.grad for v in inputs], x.grad.tolist())


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_layers_agree_for_every_activation(name: str, bias: bool) -> None:
    if not bias and name in NARROW:
        pytest.skip(f"{name} needs the bias to be inside its domain")
    layer = nn.Layer(2, 3, activation=name, bias=bias, **start(name, 1))
    for row in X:
        inputs, x, tensors = [Value(n) for n in row], tensor(row), their_layer(layer)
        layer.zero_grad()
        with inside(name):
            ours = layer(inputs)
        compare(ours, their_activation(name)(F.linear(x, *tensors)), layer, [tensors], inputs, x)


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_neurons_and_elementwise_modules_agree_for_every_activation(name: str) -> None:
    neuron = nn.Neuron(2, activation=name, **start(name, 2))
    linear = nn.Neuron(2, activation=None, **start(name, 2))
    assert neuron.b is not None
    for row in X:
        for model in (neuron, nn.Sequential(linear, nn.Elementwise(name))):
            inputs, x = [Value(n) for n in row], tensor(row)
            tensors = [tensor([[w.data for w in neuron.w]]), tensor([neuron.b.data])]
            model.zero_grad()
            with inside(name):
                ours = model(inputs)
            compare(ours, their_activation(name)(F.linear(x, *tensors)), model, [tensors], inputs, x)


@pytest.mark.parametrize("output", [None, "sigmoid"])
@pytest.mark.parametrize("name", ACTIVATIONS)
def test_mlps_and_sequentials_agree(name: str, output: str | None) -> None:
    sizes = start(name, 3)
    mlp = nn.MLP(2, [4, 3, 2], activation=name, output_activation=output, **sizes)
    activations = [name, name, output or "linear"]
    steps: list[Any] = []
    for layer, activation in zip(mlp.layers, activations, strict=True):
        bare = nn.Layer(layer._nin, len(layer.neurons), activation=None)
        bare.load_state_dict(layer.state_dict())
        steps += [bare, activation]
    for model in (mlp, nn.Sequential(*steps)):
        for row in X:
            inputs, x = [Value(n) for n in row], tensor(row)
            tensors = [their_layer(layer) for layer in mlp.layers]
            signal = x
            for layer, activation in zip(tensors, activations, strict=True):
                signal = their_activation(activation)(F.linear(signal, *layer))
            model.zero_grad()
            with inside(name):
                ours = model(inputs)
            compare(ours, signal, model, tensors, inputs, x)


def perceptron(scores: Any, labels: Any) -> Any:
    return (-labels * scores * (labels * scores <= 0)).sum()


def in_batch(scores: Any, labels: Any) -> Any:
    return ((scores - labels) ** 2).sum(-1).mean()


SCORES, SIGNS = [0.5, -1.0, 2.0, 0.0], [1.0, 1.0, -1.0, 1.0]
ROWS, GOALS = [[0.5, -1.0], [2.0, 0.25], [0.0, 3.0]], [[0.0, 1.0], [1.5, 0.25], [-1.0, 2.0]]
LOGITS = [[0.5, -1.0, 2.0], [30.0, 0.0, -30.0], [1000.0, 0.0, 5.0]]
LOSSES: list[tuple[str, Callable[..., Any], Any, Any]] = [
    ("mse", F.mse_loss, SCORES, SIGNS),
    ("mse", F.mse_loss, ROWS, GOALS),
    ("mse", F.mse_loss, 0.5, -2.0),
    ("squared_error", lambda p, y: F.mse_loss(p, y, reduction="sum"), SCORES, SIGNS),
    ("squared_error", in_batch, ROWS, GOALS),
    ("half_squared_error", lambda p, y: F.mse_loss(p, y, reduction="sum") / 2, SCORES, SIGNS),
    ("half_squared_error", lambda p, y: in_batch(p, y) / 2, ROWS, GOALS),
    ("binary_cross_entropy", F.binary_cross_entropy, 0.25, 1.0),
    ("binary_cross_entropy", F.binary_cross_entropy, [0.25, 0.5, 0.9, 1e-9], [0.0, 1.0, 0.3, 1.0]),
    ("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, -0.5, 1.0),
    ("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, [-30.0, 0.5, 40.0], [0.0, 0.25, 0.0]),
    ("binary_cross_entropy_with_logits", F.binary_cross_entropy_with_logits, [-800.0, 800.0], [1.0, 0.0]),
    ("softmax_cross_entropy", F.cross_entropy, LOGITS[0], 2),
    ("softmax_cross_entropy", F.cross_entropy, LOGITS, [2, 1, 0]),
    ("softmax_cross_entropy", lambda z, y: F.cross_entropy(z.reshape(-1, 3), y.reshape(-1)), [LOGITS, LOGITS[::-1]], [[2, 1, 0], [0, 0, 1]]),
    ("hinge", lambda s, y: F.relu(1 - s * y).mean(), SCORES, SIGNS),
    ("hinge", lambda s, y: F.hinge_embedding_loss(s * y, torch.tensor(-1)), 0.5, 1.0),
    ("perceptron_loss", perceptron, SCORES, SIGNS),
    ("perceptron_loss", perceptron, -0.5, 1.0),
    ("l2", lambda w, strength: strength / 2 * (w**2).sum(), [0.5, -2.0, 3.0], 0.1),
]


@pytest.mark.parametrize(("name", "theirs", "predictions", "targets"), LOSSES)
def test_losses_agree(name: str, theirs: Callable[..., Any], predictions: Any, targets: Any) -> None:
    def values(item: Any) -> Any:
        return [values(part) for part in item] if isinstance(item, list) else Value(item)

    leaves = values(predictions)
    loss = getattr(nn, name)(leaves, targets)
    loss.backward()
    tensors = tensor(predictions)
    labels = torch.tensor(targets, dtype=torch.int64 if name == "softmax_cross_entropy" else torch.float64)
    other = theirs(tensors, labels)
    other.backward()
    assert loss.data == pytest.approx(float(other.detach()), rel=1e-9)
    agree([leaf.grad for leaf in flat([leaves])], flat([tensors.grad.tolist()]))


STEPS: list[tuple[str, dict[str, Any]]] = [
    ("SGD", {"lr": 0.1}),
    ("SGD", {"lr": 0.1, "momentum": 0.9}),
    ("SGD", {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"lr": 0.1, "weight_decay": 0.2}),
    ("SGD", {"lr": 0.1, "momentum": 0.5, "nesterov": True, "weight_decay": 0.2}),
    ("Adam", {}),
    ("Adam", {"lr": 0.05, "betas": (0.8, 0.95), "eps": 1e-3}),
    ("Adam", {"lr": 0.05, "weight_decay": 0.3}),
    ("AdamW", {}),
    ("AdamW", {"lr": 0.05, "weight_decay": 0.1}),
]


@pytest.mark.parametrize(("name", "options"), STEPS)
def test_optimiser_steps_agree(name: str, options: dict[str, Any]) -> None:
    rng = random.Random(0)
    start = [rng.gauss(0, 1) for _ in range(5)]
    params, theirs = [parameter(n) for n in start], tensor(start)
    optimizer, other = getattr(nn, name)(params, **options), getattr(torch.optim, name)([theirs], **options)
    for _ in range(20):
        gradients = [rng.gauss(0, 1) for _ in start]
        for p, gradient in zip(params, gradients, strict=True):
            p.grad = gradient
        theirs.grad = tensor(gradients, grad=False)
        optimizer.step()
        other.step()
        assert [p.data for p in params] == pytest.approx(theirs.tolist(), rel=1e-12, abs=1e-14)


def test_lbfgs_ends_at_pytorchs_minimum() -> None:
    # The two search their lines differently (SciPy's L-BFGS-B; strong Wolfe), so it is the end that is compared.
    def bowl(a: Any, b: Any, c: Any) -> Any:
        return (a - 1) ** 2 + (b - a * a) ** 2 * 10 + (c + b) ** 4 + c * c

    params = [parameter(n) for n in (-1.0, 2.0, 0.5)]
    theirs = [tensor(n) for n in (-1.0, 2.0, 0.5)]
    optimizer = nn.LBFGS(params, max_iter=200, tolerance_grad=1e-12, tolerance_change=0.0)
    other = torch.optim.LBFGS(
        theirs, max_iter=200, tolerance_grad=1e-12, tolerance_change=0, line_search_fn="strong_wolfe"
    )

    def ours() -> Value:
        optimizer.zero_grad()
        loss: Value = bowl(*params)
        loss.backward()
        return loss

    def closure() -> Any:
        other.zero_grad()
        loss = bowl(*theirs)
        loss.backward()
        return loss

    assert optimizer.step(ours) == pytest.approx(float(other.step(closure).detach()), rel=1e-12)
    assert [p.data for p in params] == pytest.approx([float(p.detach()) for p in theirs], rel=1e-6)


@pytest.mark.parametrize("limit", [0.5, 5.0, 100.0])
def test_clipping_agrees(limit: float) -> None:
    gradients = [3.0, -4.0, 12.0]
    params, theirs = [parameter(0.0) for _ in gradients], tensor([0.0] * 3)
    for p, gradient in zip(params, gradients, strict=True):
        p.grad = gradient
    theirs.grad = tensor(gradients, grad=False)
    assert nn.clip_grad_norm(params, limit) == pytest.approx(float(torch.nn.utils.clip_grad_norm_([theirs], limit)))
    assert [p.grad for p in params] == pytest.approx(theirs.grad.tolist(), rel=1e-12)


def test_accuracy_agrees() -> None:
    labels = [2, 0, 1]
    share = (torch.tensor(LOGITS).argmax(1) == torch.tensor(labels)).double().mean()
    assert nn.accuracy(LOGITS, labels) == pytest.approx(float(share))


# Layers that are compared with PyTorch's in the tests of their own module...
OTHERS = {
    "AvgPool2d": "test_convolution",
    "BatchNorm": "test_normalisation",
    "Conv2d": "test_convolution",
    "DecoderBlock": "test_transformer",
    "Dropout": "test_dropout",
    "Each": "test_recurrent",
    "Embedding": "test_embedding",
    "EncoderBlock": "test_transformer",
    "FeedForward": "test_transformer",
    "GEGLU": "test_gated",
    "GLU": "test_gated",
    "GPT": "test_language",
    "LSTMCell": "test_recurrent",
    "LayerNorm": "test_normalisation",
    "MaxPool2d": "test_convolution",
    "MultiHeadAttention": "test_attention",
    "Perceptron": "test_perceptron",
    "PositionalEncoding": "test_positions",
    "RMSNorm": "test_normalisation",
    "RNNCell": "test_recurrent",
    "ReGLU": "test_gated",
    "Recurrent": "test_recurrent",
    "Residual": "test_residual",
    "SwiGLU": "test_gated",
    "Transformer": "test_language",
    "TransformerBlock": "test_transformer",
}
# ...and those that PyTorch does not have, which are compared with their formula alone.
PARTS = {"GPT", "Perceptron", "PositionalEncoding", "Transformer"}


def test_everything_that_nn_exports_has_a_counterpart_here() -> None:
    exported = {name: getattr(nn, name) for name in nn.__all__}
    modules = {n for n, thing in exported.items() if inspect.isclass(thing) and issubclass(thing, nn.Module)}
    optimisers = {n for n, thing in exported.items() if inspect.isclass(thing) and issubclass(thing, nn.Optimizer)}
    losses = {name for name, thing in exported.items() if getattr(thing, "__module__", "") == "nn.losses"}
    assert modules == {"Elementwise", "Layer", "MLP", "Module", "Neuron", "Sequential"} | set(OTHERS)
    for name, file in OTHERS.items():
        text = (Path(__file__).parent / f"{file}.py").read_text()
        assert f"{name}(" in text or f"{name}," in text, name
        assert "check_torch(" in text or name in PARTS, name
    assert optimisers == {name for name, _ in STEPS} | {"LBFGS", "Optimizer"}
    assert losses == {name for name, *_ in LOSSES}
    assert math.isfinite(sum(their_activation(n)(tensor(1.5 if n in NARROW else 0.5)).item() for n in ACTIVATIONS))
