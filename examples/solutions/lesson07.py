"""Lesson 7, matrix back-propagation."""

from typing import Any

import numpy as np

from autograd import Value
from autograd import sum as total
from examples.lesson07_matrix_backpropagation import problem, weights
from nn import MLP, softmax_cross_entropy

__all__ = ["solution_1", "solution_2"]


def solution_1() -> float:
    """The largest difference of ∂J/∂x = W⁰ᵀ δ to the engine's gradient of the inputs, for one sample."""
    model, xs, ys = problem("tanh")
    x = [Value(number) for number in xs[0]]
    outputs: Any = model(x)
    total([0.5 * (a - y) ** 2 for a, y in zip(outputs, ys[0], strict=True)]).backward()
    layers, a = weights(model), [xs[0]]
    for w, b in layers:
        a.append(np.tanh(w @ a[-1] + b))
    back = a[-1] - ys[0]
    for (w, _), output in zip(layers[::-1], a[:0:-1], strict=True):
        back = w.T @ (back * (1 - output**2))
    return float(np.abs(back - [value.grad for value in x]).max())


def solution_2() -> float:
    """The largest difference of δ = p − y, p the softmax and y one of K, to the engine's gradient of the logits."""
    model = MLP(3, [4, 3], activation="tanh", init="xavier", seed=0)
    logits: Any = model([0.5, -1.0, 2.0])
    softmax_cross_entropy(logits, 1).backward()
    z = np.array([logit.data for logit in logits])
    p = np.exp(z) / np.exp(z).sum()
    return float(np.abs(p - [0, 1, 0] - [logit.grad for logit in logits]).max())
