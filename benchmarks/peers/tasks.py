"""What every library trains: small networks on all samples at once, and a GPT on one or 32 names a step.

A network's parameters are one list, neuron by neuron, weights then bias; a GPT's are those of `benchmarks.gpt`.
"""

import importlib
import random
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from statistics import fmean, pstdev
from typing import Any, Protocol

from benchmarks import gpt, moons


@dataclass(frozen=True)
class Network:
    """A multilayer network and its data: full-batch gradient descent at a constant rate.

    sizes: inputs, hidden layers, outputs. activation: of the hidden layers, "relu" or "tanh".
    labels: -1 and 1 for one output (hinge loss), 0... for several (softmax cross-entropy); the mean over the samples.
    penalty: strength of the sum of the squares of all parameters that is added to the loss.
    """

    sizes: tuple[int, ...]
    activation: str
    rows: list[list[float]]
    labels: list[int]
    weights: list[float]
    penalty: float
    rate: float


@dataclass(frozen=True)
class Names:
    """A GPT that sees `batch` names a step, trained by Adam on few names: each timed group of steps meets them all."""

    batch: int

    @property
    def count(self) -> int:
        """How many different names there are."""
        return max(8, self.batch)

    def batches(self) -> Iterator[list[list[int]]]:
        """Yield the tokens of each step's names, in turn, for ever."""
        data = [gpt.encode(name) for name in gpt.names(self.count)]
        start = 0
        while True:
            yield [data[(start + i) % len(data)] for i in range(self.batch)]
            start += self.batch


Task = Network | Names


class Trainer(Protocol):
    """One library at one task."""

    def steps(self, count: int) -> float:
        """Do so many training steps, wait for them, and return the loss before the last one's update."""

    def parameters(self) -> list[float]:
        """Return the parameters as they are now."""


def two_moons(count: int) -> Network:
    """micrograd's demonstration with so many points."""
    points, labels = moons.two_moons(count)
    sizes = (2, *moons.HIDDEN, 1)
    return Network(sizes, "relu", [list(p) for p in points], labels, moons.initial_weights(), moons.PENALTY, 0.1)


def iris() -> Network:
    """The 150 Iris flowers, standardised, and the network of `examples/iris.py`."""
    data: Any = importlib.import_module("sklearn.datasets").load_iris()
    columns = []
    for column in data.data.T.tolist():
        mean, deviation = fmean(column), pstdev(column)
        columns.append([(x - mean) / deviation for x in column])
    sizes = (4, 8, 3)
    generator = random.Random(0)
    weights = [
        generator.uniform(-0.7, 0.7) for inputs, outputs in pairwise(sizes) for _ in range((inputs + 1) * outputs)
    ]
    rows = [list(row) for row in zip(*columns, strict=True)]
    return Network(sizes, "tanh", rows, data.target.tolist(), weights, 0.0, 0.1)


def task(name: str) -> Task:
    """Return the task of that name."""
    match name:
        case "moons-100":
            return two_moons(100)
        case "moons-10000":
            return two_moons(10_000)
        case "iris":
            return iris()
        case "gpt-1":
            return Names(1)
        case "gpt-32":
            return Names(32)
    raise ValueError(f"no task is called {name!r}")
