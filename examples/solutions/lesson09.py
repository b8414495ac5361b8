"""Lesson 9, gradient checking."""

import math

from examples.lesson09_gradient_checking import EPSILON, LAMBDA, check, objective, worst
from nn import MLP

__all__ = ["network", "solution_1", "solution_2"]


def network() -> MLP:
    """The network of the lesson."""
    return MLP(2, [3, 1], activation="tanh", init="xavier", bias_init="normal", seed=1)


def solution_1() -> float:
    """Digits of agreement with (J(w + ε) − J(w)) / ε, for the parameter where they are fewest: about three less."""
    model = network()
    J = objective(model, 0.0)
    J.backward()
    rows = []
    for p in model.parameters():
        w, start = p.data, J.data
        p.data = w + EPSILON
        rows.append(((J.forward() - start) / EPSILON, p.grad))
        p.data = w
        J.forward()
    return -math.log10(worst(rows))


def solution_2() -> float:
    """The largest relative error if the gradient of (λ/2) Σ w² is taken to be 2λw: far above the four digits."""
    model = network()
    weights = set(model.weights())
    rows = check(model, LAMBDA)
    wrong = [g + LAMBDA * p.data if p in weights else g for p, (_, g) in zip(model.parameters(), rows, strict=True)]
    return worst([(nudged, g) for (nudged, _), g in zip(rows, wrong, strict=True)])
