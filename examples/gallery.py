"""Makes the pictures of docs/pictures.md: graphs, modules, networks, text and plots, each from a few lines.

Run `python examples/gallery.py` to make docs/images/ again.
"""

import argparse
import math
from collections.abc import Callable
from pathlib import Path
from random import Random

from autograd import Value, affine, dot, logsumexp, mean, parameter, relu, softmax
from nn import MLP, Adam, Neuron, accuracy, fit, predict, softmax_cross_entropy
from viz import (
    TrainingFilm,
    draw,
    draw_network,
    plot_attention,
    plot_decision,
    plot_history,
    plot_layers,
    plot_weights,
)

Picture = Callable[[Path], object]


def spirals(samples: int = 60, seed: int = 0) -> tuple[list[list[float]], list[int]]:
    """Two spirals of points and their classes, 0 and 1."""
    rng = Random(seed)
    points, classes = [], []
    for index in range(samples):
        label = index % 2
        radius = 0.15 + index / samples
        angle = 3.5 * radius + math.pi * label
        x, y = (radius * part + rng.gauss(0, 0.03) for part in (math.cos(angle), math.sin(angle)))
        points.append([x, y])
        classes.append(label)
    return points, classes


def neuron_graph(expand: bool) -> Picture:
    """One neuron of two inputs, as one node or written out."""

    def make(path: Path) -> object:
        neuron = Neuron(2, activation="tanh", seed=3)
        x1, x2 = Value(2.0, "x1"), Value(-1.0, "x2")
        a = neuron([x1, x2])
        a.label = "a"
        a.backward()
        return draw(a, expand=expand).save(path)

    return make


def mlp_loss() -> tuple[MLP, Value]:
    """A network on one sample, after backward."""
    model = MLP(2, [3, 2], activation="relu", seed=2)
    loss = softmax_cross_entropy(model([0.5, -1.0]), 1)
    loss.label = "loss"
    loss.backward()
    return model, loss


def mlp_graph(path: Path) -> object:
    """Every number of a small network, framed by module."""
    return draw(mlp_loss()[1], detail="compact").save(path)


def mlp_text(path: Path) -> object:
    """The same for a terminal."""
    return path.write_text(draw(mlp_loss()[1], detail="compact").text(ascii=False, width=80) + "\n", "utf-8")


def batch_modules(path: Path) -> object:
    """A batch through a larger network: 5,000 nodes as a few boxes."""
    points, classes = spirals(64)
    model = MLP(2, [16, 16, 2], activation="relu", seed=1)
    loss = mean([softmax_cross_entropy(model(p), c) for p, c in zip(points, classes, strict=True)])
    loss.label = "loss"
    loss.backward()
    return draw(loss, detail="modules", depth=2, direction="TB").save(path)


class Transformer:
    """A decoder's computation of plain functions, each node with the scope of the module that it would belong to."""

    def __init__(self, blocks: int, width: int, seed: int = 0) -> None:
        self.rng = Random(seed)
        self.blocks, self.width = blocks, width
        self.made: dict[str, tuple[list[Value], Value]] = {}
        self.attention: list[list[Value]] = []

    def linear(
        self, x: list[Value], scope: str, nout: int, activate: Callable[[Value], Value] | None = None
    ) -> list[Value]:
        """A layer of neurons; its parameters are made at first use."""
        result = []
        for index in range(nout):
            place = f"{scope}/neurons.{index}"
            if place not in self.made:
                self.made[place] = [parameter(self.rng.gauss(0, 0.4)) for _ in x], parameter(0.0)
            z = affine(self.made[place][0], x, self.made[place][1])
            a = activate(z) if activate else z
            z.origin = a.origin = place
            result.append(a)
        return result

    def block(self, xs: list[list[Value]], scope: str) -> list[list[Value]]:
        """Causal attention and a two-layer network, each added to what came in (lectures, L10)."""
        d = self.width
        queries, keys, values = ([self.linear(x, f"{scope}/attention/{part}", d) for x in xs] for part in "qkv")
        self.attention, mixed = [], []
        for t, query in enumerate(queries):
            weights = softmax([dot(query, key) / math.sqrt(d) for key in keys[: t + 1]])
            self.attention.append(weights)
            mixed.append([dot(weights, [value[i] for value in values[: t + 1]]) for i in range(d)])
        outs = [self.linear(x, f"{scope}/attention/out", d) for x in mixed]
        xs = [[a + b for a, b in zip(x, out, strict=True)] for x, out in zip(xs, outs, strict=True)]
        hidden = [self.linear(x, f"{scope}/mlp/layers.0", 4 * d, relu) for x in xs]
        outs = [self.linear(x, f"{scope}/mlp/layers.1", d) for x in hidden]
        return [[a + b for a, b in zip(x, out, strict=True)] for x, out in zip(xs, outs, strict=True)]

    def loss(self, text: str) -> Value:
        """The mean cross-entropy of each next letter."""
        letters = sorted(set(text))
        one_hot = {letter: [Value(float(letter == other)) for other in letters] for letter in letters}
        xs = [self.linear(one_hot[letter], "GPT/embedding", self.width) for letter in text[:-1]]
        for index in range(self.blocks):
            xs = self.block(xs, f"GPT/blocks.{index}")
        logits = [self.linear(x, "GPT/head", len(letters)) for x in xs]
        pairs = zip(logits, text[1:], strict=True)
        return mean([logsumexp(row) - row[letters.index(letter)] for row, letter in pairs])


def gpt_modules(path: Path) -> object:
    """A transformer, collapsed to its blocks."""
    loss = Transformer(2, 8).loss("the cat sat")
    loss.label = "loss"
    loss.backward()
    return draw(loss, direction="TB").save(path)


def gpt_attention(path: Path) -> object:
    """Who attends to whom in its last block."""
    text = "the cat sat"
    model = Transformer(1, 8, seed=1)
    model.loss(text)
    return plot_attention(model.attention, path, tokens=list(text[:-1]), title="attention of an untrained block")


def vanishing(path: Path) -> object:
    """Six layers of sigmoids: each passes back a fraction of the gradient that it gets."""
    points, classes = spirals()
    model = MLP(2, [12] * 5 + [2], activation="sigmoid", init="xavier_uniform", seed=0)
    loss = softmax_cross_entropy([model(point) for point in points], classes)
    loss.backward()
    return plot_layers(loss, "deltas", path)


def training(folder: Path) -> None:
    """All pictures of a network that learns the spirals."""
    points, classes = spirals()
    model = MLP(2, [8, 8, 2], activation="tanh", init="xavier_uniform", seed=4)
    film = TrainingFilm(model, points, classes)
    history = fit(
        model,
        points,
        classes,
        loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=0.03),
        callbacks=[film.record],
        metrics={"accuracy": accuracy},
        epochs=150,
    )
    loss = softmax_cross_entropy([model(point) for point in points], classes)
    model.zero_grad()
    loss.backward()
    last = points[-1]

    def label(grid: list[list[float]]) -> list[int]:
        return [int(b > a) for a, b in predict(model, grid)]

    film.save(folder / "film.png")
    plot_history(history, folder / "curves.png")
    plot_decision(label, points, classes, folder / "decision.png", steps=80)
    draw_network(model, last, names=["x", "y"]).save(folder / "network.svg")
    draw_network(model, last, names=["x", "y"], lines="gradients").save(folder / "network_gradients.svg")
    plot_weights(model, path=folder / "weights.png", names=["x", "y"])
    plot_layers(loss, "activations", folder / "activations.png")


PICTURES: dict[str, Picture] = {
    "neuron_sum.svg": neuron_graph(expand=False),
    "neuron_expanded.svg": neuron_graph(expand=True),
    "mlp.svg": mlp_graph,
    "mlp.txt": mlp_text,
    "modules.svg": batch_modules,
    "gpt.svg": gpt_modules,
    "attention.png": gpt_attention,
    "deltas.png": vanishing,
}


def main(arguments: list[str] | None = None) -> None:
    """Make all pictures."""
    parser = argparse.ArgumentParser(description="Make the pictures of docs/pictures.md.")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the pictures (docs/images)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    for name, make in PICTURES.items():
        make(options.out / name)
        print(options.out / name)
    training(options.out)
    print(f"{options.out}: film, curves, decision, network, weights and activations of a trained network")


if __name__ == "__main__":
    main()
