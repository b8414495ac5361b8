"""Holds a layer to its formula: output, every gradient, and the parameters after one step of SGD and of Adam.

The formula is written with NumPy in each test, from the lectures. Its derivatives are taken by a complex step,
Im f(x + ih) / h, which has no rounding error to speak of and knows nothing of back-propagation.
"""

import copy
import math
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import SGD, Adam, Module

State = dict[str, Any]
H = 1e-30


def values(item: Any) -> Any:
    """Nested numbers as nested Values."""
    if isinstance(item, list | tuple | np.ndarray):
        return [values(part) for part in item]
    return item if isinstance(item, Value) else Value(item)


def flat(item: Any) -> Iterator[Any]:
    if isinstance(item, list | tuple | np.ndarray):
        for part in item:
            yield from flat(part)
    else:
        yield item


def data(item: Any) -> list[float]:
    return [value.data for value in flat(item)]


def grads(item: Any) -> list[float]:
    return [value.grad for value in flat(item)]


def weighted(out: Any) -> Value:
    """A number that every output pulls at differently."""
    return sum((math.sin(k + 1.0) * y for k, y in enumerate(flat(out))), Value(0.0))


def layer(state: State, name: str) -> tuple[Any, Any]:
    """W, one row a neuron, and b (zeros without one), of the layer (or list of neurons) called `name`."""
    prefix = f"{name}." if name else ""
    count = 1 + max(int(key[len(prefix) :].split(".")[0]) for key in state if key.startswith(prefix) and key[len(prefix)].isdigit())
    rows = [vector(state, f"{prefix}{index}.w") for index in range(count)]
    return np.array(rows), np.array([state.get(f"{prefix}{index}.b", 0.0) for index in range(count)])


def vector(state: State, name: str) -> Any:
    """The parameters `name.0`, `name.1`..."""
    found = []
    while f"{name}.{len(found)}" in state:
        found.append(state[f"{name}.{len(found)}"])
    return np.array(found)


def dense(state: State, name: str, x: Any) -> Any:
    """W x + b."""
    weights, bias = layer(state, f"{name}.neurons")
    return weights @ x + bias


def sigmoid(z: Any) -> Any:
    return 1 / (1 + np.exp(-z))


def relu(z: Any) -> Any:
    return np.where(z.real > 0, z, 0)


def softmax(z: Any) -> Any:
    e = np.exp(z - z.real.max())
    return e / e.sum()


def check_layer(
    model: Module, x: Any, formula: Callable[[State, Any], Any], call: Callable[[Any], Any] | None = None
) -> None:
    """Asserts that model(x) is formula(state, x): numbers, all gradients, one step of SGD and Adam."""
    run = call or model
    x = np.array(x, dtype=float)
    names = [name for name, _ in model.named_parameters()]
    point = np.array([*data([p for _, p in model.named_parameters()]), *x.reshape(-1)], dtype=complex)
    buffers = dict(model.named_buffers())

    def output(numbers: Any) -> Any:
        state = buffers | dict(zip(names, numbers[: len(names)], strict=True))
        return np.array(list(flat(formula(state, numbers[len(names) :].reshape(x.shape)))))

    def slope(index: int) -> float:
        moved = point.copy()
        moved[index] += 1j * H
        return float(sum(math.sin(k + 1.0) * y.imag for k, y in enumerate(output(moved))) / H)

    expected = np.array([slope(index) for index in range(len(point))])
    fresh = copy.deepcopy(model)
    leaves = values(x)
    out = run(leaves)
    assert data(out) == pytest.approx(output(point).real.tolist(), rel=1e-9, abs=1e-12)
    model.zero_grad()
    weighted(out).backward()
    assert [p.grad for p in model.parameters()] == pytest.approx(expected[: len(names)].tolist(), rel=1e-8, abs=1e-11)
    assert grads(leaves) == pytest.approx(expected[len(names) :].tolist(), rel=1e-8, abs=1e-11)
    if not names:
        return
    slopes, start = expected[: len(names)], point.real[: len(names)]
    before = [p.data for p in model.parameters()]
    SGD(model.parameters(), lr=0.1).step()
    assert [p.data for p in model.parameters()] == pytest.approx((start - 0.1 * slopes).tolist(), rel=1e-9, abs=1e-12)
    for p, number in zip(model.parameters(), before, strict=True):
        p.data = number
    # Adam's first step: both averages, corrected for their start, are the gradient and its square. Where a gradient is
    # nothing but rounding, so is its sign.
    Adam(model.parameters(), lr=0.1).step()
    stepped = start - 0.1 * slopes / (abs(slopes) + 1e-8)
    for p, target, size in zip(model.parameters(), stepped, abs(slopes), strict=True):
        if size == 0 or size > 1e-9:
            assert p.data == pytest.approx(target, rel=1e-6, abs=1e-9)
    model.load_state_dict(fresh.state_dict())


def check_round_trip(model: Module, other: Module, path: Any) -> None:
    """Asserts that what one model saves, another of its kind loads, exactly."""
    assert model.state_dict() != other.state_dict()
    model.save(path)
    other.load(path)
    assert other.state_dict() == model.state_dict()


def tensors(item: Any) -> Any:
    """Nested Values or numbers as a float64 tensor that wants a gradient."""
    torch: Any = pytest.importorskip("torch", reason="PyTorch is not installed: the cross-check is skipped")

    def numbers(part: Any) -> Any:
        return [numbers(p) for p in part] if isinstance(part, list | tuple) else getattr(part, "data", part)

    if isinstance(item, np.ndarray):
        item = item.tolist()
    return torch.tensor(numbers(item), dtype=torch.float64, requires_grad=True)


def check_torch(ours: Any, theirs: Any, pairs: list[tuple[Any, Any]]) -> None:
    """Asserts equal outputs, and equal gradients for each pair of nested Values and a tensor of their shape."""
    theirs = theirs.reshape(-1)
    assert data(ours) == pytest.approx(theirs.tolist(), rel=1e-9, abs=1e-12)
    weighted(ours).backward()
    sum(math.sin(k + 1.0) * y for k, y in enumerate(theirs)).backward()
    for mine, other in pairs:
        assert other.grad is not None
        assert grads(mine) == pytest.approx(other.grad.reshape(-1).tolist(), rel=1e-8, abs=1e-11)


def weights_of(layer: Any) -> list[list[Value]]:
    return [neuron.w for neuron in layer.neurons]


def biases_of(layer: Any) -> list[Value]:
    return [neuron.b for neuron in layer.neurons]
