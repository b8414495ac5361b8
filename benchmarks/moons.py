"""micrograd's demonstration: 100 points of two moons, an MLP(2, [16, 16, 1]), hinge loss plus an L2 penalty.

Points and initial weights come from the standard library's generator, the same numbers for every engine.
`step` uses only operations that micrograd has, so that it trains any model that looks like micrograd's.
"""

import math
import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

HIDDEN = [16, 16]
PENALTY = 1e-4

Points = list[tuple[float, float]]


def two_moons(count: int = 100, noise: float = 0.1, seed: int = 1337) -> tuple[Points, list[int]]:
    """Return `count` points on two interleaved half circles, with Gaussian noise, and labels -1 and 1."""
    generator = random.Random(seed)
    points, labels = [], []
    for index in range(count):
        angle = math.pi * (index // 2) / (count // 2 - 1)
        upper = index % 2 == 0
        x, y = (math.cos(angle), math.sin(angle)) if upper else (1 - math.cos(angle), 0.5 - math.sin(angle))
        points.append((x + generator.gauss(0, noise), y + generator.gauss(0, noise)))
        labels.append(-1 if upper else 1)
    return points, labels


def initial_weights(seed: int = 1337) -> list[float]:
    """Return a number per parameter, neuron by neuron: weights uniform on (-1, 1), then a bias of 0."""
    generator = random.Random(seed)
    sizes = [2, *HIDDEN, 1]
    return [
        weight
        for inputs, neurons in pairwise(sizes)
        for _ in range(neurons)
        for weight in [*(generator.uniform(-1, 1) for _ in range(inputs)), 0.0]
    ]


def set_weights(model: Any) -> None:
    """Give a model of any engine the initial weights, in the order of its `parameters()`."""
    for parameter, weight in zip(model.parameters(), initial_weights(), strict=True):
        parameter.data = weight


def learning_rate(step: int) -> float:
    """Return micrograd's schedule: from 1.0 down to 0.1 in 100 steps, then constant."""
    return 1.0 - 0.9 * min(step, 100) / 100


def step(model: Any, value: Callable[[float], Any], points: Points, labels: list[int], rate: float) -> float:
    """Do one full-batch step in micrograd's style and return the loss before it; `value` makes a leaf."""
    scores = [model([value(x), value(y)]) for x, y in points]
    losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
    loss = sum(losses) * (1.0 / len(losses)) + PENALTY * sum(p * p for p in model.parameters())
    model.zero_grad()
    loss.backward()
    for parameter in model.parameters():
        parameter.data -= rate * parameter.grad
    return float(loss.data)
