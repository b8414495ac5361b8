"""What `benchmarks.replay` runs: the moons step in three writings, and GPTs of microgpt's shape."""

import random
from collections.abc import Callable
from itertools import pairwise
from typing import Any

import nn
from autograd import Value, dot, logsumexp, mean, parameter, softmax
from benchmarks import moons
from nn import MLP, hinge, l2


def nn_loss(count: int) -> tuple[Any, Value]:
    """The moons task as a user of `nn` writes it: the model and the whole batch's loss."""
    points, labels = moons.two_moons(count)
    model = MLP(2, [*moons.HIDDEN, 1], seed=0)
    moons.set_weights(model)
    return model, hinge([model(point) for point in points], labels) + l2(model.parameters(), 2 * moons.PENALTY)


class Neurons:
    """micrograd's model, written as micrograd writes it, around our `Value`."""

    def __init__(self) -> None:
        sizes = [2, *moons.HIDDEN, 1]
        self.layers = [
            [([Value(0.0) for _ in range(inputs)], Value(0.0)) for _ in range(neurons)]
            for inputs, neurons in pairwise(sizes)
        ]
        moons.set_weights(self)

    def __call__(self, x: list[Value]) -> Value:
        """The score of one sample."""
        for number, layer in enumerate(self.layers):
            x = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
            x = [z.relu() for z in x] if number + 1 < len(self.layers) else x
        return x[0]

    def parameters(self) -> list[Value]:
        """Weights and biases, neuron by neuron."""
        return [p for layer in self.layers for w, b in layer for p in [*w, b]]


def micrograd_loss(count: int) -> tuple[Any, Value]:
    """The same task with micrograd's own code and loop."""
    points, labels = moons.two_moons(count)
    model = Neurons()
    scores = [model([Value(x), Value(y)]) for x, y in points]
    losses = [(1 + -label * score).relu() for label, score in zip(labels, scores, strict=True)]
    data: Any = sum(losses) * (1.0 / len(losses))
    return model, data + moons.PENALTY * sum(p * p for p in model.parameters())


def numpy_by_hand(count: int) -> Callable[[], float]:
    """The moons step with NumPy and back-propagation written out, in place where that is quicker."""
    import numpy

    points, labels = moons.two_moons(count)
    x, y = numpy.array(points), numpy.array(labels, dtype=float)[:, None]
    numbers = iter(moons.initial_weights())
    layers = []
    for inputs, neurons in zip([2, *moons.HIDDEN], [*moons.HIDDEN, 1], strict=True):
        rows = numpy.array([[next(numbers) for _ in range(inputs + 1)] for _ in range(neurons)])
        layers.append([numpy.ascontiguousarray(rows[:, :-1].T), rows[:, -1].copy()])
    [[w1, b1], [w2, b2], [w3, b3]] = layers

    def step() -> float:
        z1 = x @ w1 + b1
        a1 = numpy.maximum(z1, 0)
        z2 = a1 @ w2 + b2
        a2 = numpy.maximum(z2, 0)
        margin = 1 - y * (a2 @ w3 + b3)
        loss = numpy.maximum(margin, 0).mean() + moons.PENALTY * sum(numpy.vdot(p, p) for p in (w1, b1, w2, b2, w3, b3))
        d3 = -y * (margin > 0) / len(x)
        d2 = (d3 @ w3.T) * (z2 > 0)
        d1 = (d2 @ w2.T) * (z1 > 0)
        weights = ((w3, a2.T @ d3), (w2, a1.T @ d2), (w1, x.T @ d1))
        for p, g in (*weights, (b3, d3.sum(0)), (b2, d2.sum(0)), (b1, d1.sum(0))):
            p -= 1e-6 * (g + 2 * moons.PENALTY * p)
        return float(loss)

    return step


def train_on_names(count: int, epochs: int, jit: bool) -> Any:
    """The history of `nn`'s GPT, of the shape below, on names of 4 to 10 letters drawn at random, one a step."""
    rng = random.Random(0)
    names = [[0, *(rng.randrange(1, 27) for _ in range(rng.randrange(4, 11))), 0] for _ in range(count)]
    model = nn.GPT(27, 16, block_size=16, heads=4, layers=1, seed=0)
    return nn.fit(
        model,
        [name[:-1] for name in names],
        [name[1:] for name in names],
        loss=nn.softmax_cross_entropy,
        optimizer=nn.Adam(model.parameters(), lr=0.01),
        epochs=epochs,
        batch_size=1,
        seed=0,
        jit=jit,
        progress=False,
    )


class GPT:
    """A GPT of microgpt's shape: one layer, 16 dimensions, 4 heads, blocks of 16, 27 tokens."""

    width, heads, block, tokens = 16, 4, 16, 27

    def __init__(self) -> None:
        rng = random.Random(42)
        wide = self.width

        def matrix(rows: int, columns: int) -> list[list[Value]]:
            return [[parameter(rng.gauss(0, 0.08)) for _ in range(columns)] for _ in range(rows)]

        self.token, self.place = matrix(self.tokens, wide), matrix(self.block, wide)
        self.head = matrix(self.tokens, wide)
        self.query, self.key, self.value, self.out = (matrix(wide, wide) for _ in range(4))
        self.up, self.down = matrix(4 * wide, wide), matrix(wide, 4 * wide)

    def parameters(self) -> list[Value]:
        """All 4,192 of them."""
        return [p for matrix in vars(self).values() for row in matrix for p in row]

    def loss(self, name: str) -> Value:
        """The mean cross-entropy of a name's next tokens."""
        tokens = [26, *(ord(letter) - 97 for letter in name), 26]
        keys: list[list[Value]] = []
        values: list[list[Value]] = []
        losses = []
        for place, (token, following) in enumerate(pairwise(tokens)):
            x = _normed([a + b for a, b in zip(self.token[token], self.place[place], strict=True)])
            x = [a + b for a, b in zip(self._attended(_normed(x), keys, values), x, strict=True)]
            hidden = [z.relu() for z in _linear(self.up, _normed(x))]
            x = [a + b for a, b in zip(_linear(self.down, hidden), x, strict=True)]
            logits = _linear(self.head, x)
            losses.append(logsumexp(logits) - logits[following])
        return mean(losses)

    def _attended(self, x: list[Value], keys: list[list[Value]], values: list[list[Value]]) -> list[Value]:
        query = _linear(self.query, x)
        keys.append(_linear(self.key, x))
        values.append(_linear(self.value, x))
        size = self.width // self.heads
        found: list[Value] = []
        for head in range(0, self.width, size):
            part = slice(head, head + size)
            weights = softmax([dot(query[part], key[part]) / size**0.5 for key in keys])
            found += [dot(weights, [value[j] for value in values]) for j in range(head, head + size)]
        return _linear(self.out, found)


def _linear(matrix: list[list[Value]], x: list[Value]) -> list[Value]:
    return [dot(row, x) for row in matrix]


def _normed(x: list[Value]) -> list[Value]:
    scale = (dot(x, x) / len(x) + 1e-5) ** -0.5
    return [each * scale for each in x]
