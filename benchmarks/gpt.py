"""A GPT of microgpt's shape on scalars, for any engine: 1 layer, 16 dimensions, 4 heads, 16 positions, 27 tokens.

The engine is two arguments: what makes a leaf, and what multiplies a matrix by a vector; all else is lists.
Names, initial weights and Adam come from here too, so that every engine trains on the same numbers.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import Any

WIDTH, HEADS, POSITIONS = 16, 4, 16
LETTERS = "abcdefghijklmnopqrstuvwxyz"
END = len(LETTERS)
"""The token before the first letter and after the last."""
TOKENS = END + 1
SHAPES = {
    "tokens": (TOKENS, WIDTH),
    "positions": (POSITIONS, WIDTH),
    "scores": (TOKENS, WIDTH),
    "query": (WIDTH, WIDTH),
    "key": (WIDTH, WIDTH),
    "value": (WIDTH, WIDTH),
    "mixed": (WIDTH, WIDTH),
    "wide": (4 * WIDTH, WIDTH),
    "narrow": (WIDTH, 4 * WIDTH),
}
"""Rows and columns of every matrix, in the order of the parameters."""
PARAMETERS = sum(rows * columns for rows, columns in SHAPES.values())
RATE, BETA1, BETA2, EPSILON = 0.01, 0.85, 0.99, 1e-8
STEPS = 1000
"""After so many steps the learning rate would be 0."""

Vector = list[Any]
Matrix = list[Vector]
Linear = Callable[[Vector, Matrix], Vector]


def names(count: int = 320, seed: int = 1337) -> list[str]:
    """Return made-up names of two to four syllables, the same ones everywhere: 4 to 10 letters."""
    generator = random.Random(seed)

    def one_of(choices: Sequence[str]) -> str:
        return choices[int(generator.random() * len(choices))]

    starts = ["b", "c", "d", "f", "g", "h", "j", "k", "l", "m", "n", "p", "qu", "r", "s", "t", "v", "w", "x", "z"]
    return [
        "".join(one_of(starts) + one_of("aeiouy") for _ in range(2 + int(generator.random() * 3)))[:10]
        for _ in range(count)
    ]


def encode(name: str) -> list[int]:
    """Return the tokens of a name, with the end token on both sides, cut to what the positions can hold."""
    return [END, *(LETTERS.index(letter) for letter in name), END][: POSITIONS + 1]


def initial_weights(seed: int = 42) -> list[float]:
    """Return a number per parameter, matrix by matrix and row by row: normal, with deviation 0.08."""
    generator = random.Random(seed)
    return [generator.gauss(0, 0.08) for _ in range(PARAMETERS)]


def product(x: Vector, matrix: Matrix) -> Vector:
    """Multiply as microgpt does: a product a weight, then a chain of additions."""
    return [sum(w * xi for w, xi in zip(row, x)) for row in matrix]  # noqa: B905 - as microgpt has it


class GPT:
    """The model: `matrices` by name, `parameters` in one list; `leaf` makes one of a number, `linear` is W x."""

    def __init__(self, leaf: Callable[[float], Any], linear: Linear = product) -> None:
        self.linear = linear
        self.parameters = [leaf(weight) for weight in initial_weights()]
        self.matrices: dict[str, Matrix] = {}
        start = 0
        for name, (rows, columns) in SHAPES.items():
            end = start + rows * columns
            self.matrices[name] = [self.parameters[i : i + columns] for i in range(start, end, columns)]
            start = end

    def logits(self, token: int, position: int, keys: Matrix, values: Matrix) -> Vector:
        """Return a score for every next token; adds this position's key and value to those of the ones before."""
        m, linear = self.matrices, self.linear
        x = normalised(added(m["tokens"][token], m["positions"][position]))
        h = normalised(x)
        query = linear(h, m["query"])
        keys.append(linear(h, m["key"]))
        values.append(linear(h, m["value"]))
        x = added(linear(attention(query, keys, values), m["mixed"]), x)
        h = linear(normalised(x), m["wide"])
        x = added(linear([z.relu() for z in h], m["narrow"]), x)
        return linear(x, m["scores"])

    def loss(self, tokens: Sequence[int]) -> Any:
        """Return the mean of -ln p over the tokens after the first."""
        keys: Matrix = []
        values: Matrix = []
        losses = [
            -softmax(self.logits(token, position, keys, values))[wanted].log()
            for position, (token, wanted) in enumerate(pairwise(tokens))
        ]
        return (1 / len(losses)) * sum(losses)

    def batch_loss(self, batch: Sequence[Sequence[int]]) -> Any:
        """Return the mean loss of several names."""
        return sum(self.loss(tokens) for tokens in batch) / len(batch)


def added(x: Vector, y: Vector) -> Vector:
    """Return x + y."""
    return [a + b for a, b in zip(x, y)]  # noqa: B905 - as microgpt has it


def normalised(x: Vector) -> Vector:
    """Return x over its root mean square: RMSNorm without a learned scale."""
    scale = (sum(a * a for a in x) / len(x) + 1e-5) ** -0.5
    return [a * scale for a in x]


def softmax(x: Vector) -> Vector:
    """Return exp(x) over its sum, with the largest number taken off first."""
    largest = max(a.data for a in x)
    powers = [(a - largest).exp() for a in x]
    total = sum(powers)
    return [a / total for a in powers]


def attention(query: Vector, keys: Matrix, values: Matrix) -> Vector:
    """Return, head by head, the values weighted by how well their keys match the query."""
    size = WIDTH // HEADS
    out = []
    for start in range(0, WIDTH, size):
        part = range(start, start + size)
        weights = softmax([sum(query[i] * key[i] for i in part) / size**0.5 for key in keys])
        out += [sum(w * value[i] for w, value in zip(weights, values)) for i in part]  # noqa: B905 - as microgpt has it
    return out


class Adam:
    """microgpt's optimiser: Adam with a learning rate that falls linearly, in plain Python."""

    def __init__(self, parameters: Vector) -> None:
        self.parameters = parameters
        self.means = [0.0] * len(parameters)
        self.squares = [0.0] * len(parameters)
        self.number = 0

    def step(self) -> None:
        """Change every parameter once and clear its gradient."""
        rate = RATE * max(0.0, 1 - self.number / STEPS)
        self.number += 1
        mean_scale, square_scale = 1 - BETA1**self.number, 1 - BETA2**self.number
        for i, p in enumerate(self.parameters):
            gradient = p.grad
            self.means[i] = mean = BETA1 * self.means[i] + (1 - BETA1) * gradient
            self.squares[i] = square = BETA2 * self.squares[i] + (1 - BETA2) * gradient**2
            p.data -= rate * (mean / mean_scale) / ((square / square_scale) ** 0.5 + EPSILON)
            p.grad = 0


def training(leaf: Callable[[float], Any], linear: Linear = product, batch: int = 1) -> Iterator[float]:
    """Train for ever, `batch` names a step; each item is the loss of one step."""
    model = GPT(leaf, linear)
    optimizer = Adam(model.parameters)
    data = [encode(name) for name in names()]
    number = 0
    while True:
        chosen = [data[(number * batch + i) % len(data)] for i in range(batch)]
        loss = model.loss(chosen[0]) if batch == 1 else model.batch_loss(chosen)
        loss.backward()
        optimizer.step()
        yield float(loss.data)
        number += 1
