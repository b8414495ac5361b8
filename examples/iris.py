"""Train a small network of scalar Values on the 150 real Iris flowers, and look at what it learned.

The flowers of lesson 11, looked at closely. Run `python examples/iris.py`: it prints the accuracy on flowers that it
never saw, and leaves three pictures in out/. Needs the extra `examples` (scikit-learn for the
flowers, matplotlib for the curves).
"""

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

from autograd import Value
from autograd.errors import require
from nn import MLP, AdamW, accuracy, fit, predict, softmax_cross_entropy
from viz import draw, plot_decision, plot_history

FEATURES = ("sepal length", "sepal width", "petal length", "petal width")


def main(arguments: list[str] | None = None) -> float:
    """Run the lesson; gives the accuracy on the test flowers, from 0 to 1."""
    options = parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()

    data = flowers(options.seed)
    model = MLP(4, [8, 3], activation="tanh", init="xavier", seed=options.seed)
    history = fit(
        model,
        data.train_x,
        data.train_y,
        loss=softmax_cross_entropy,
        optimizer=AdamW(model.parameters(), lr=0.02, weight_decay=0.1),
        epochs=options.epochs,
        batch_size=16,
        seed=options.seed,
        validation=(data.test_x, data.test_y),
        metrics={"accuracy": accuracy},
    )
    score = accuracy(predict(model, data.test_x), data.test_y)
    seconds = time.perf_counter() - started
    print(f"{model}: {score:.1%} of {len(data.test_y)} unseen flowers are right, after {seconds:.1f} s")

    curves = options.out / "iris_curves.png"
    sizes = f"{len(data.train_y)} flowers to learn from, {len(data.test_y)} to test with (val)"
    plot_history(history, curves, title=f"Iris: {sizes}")

    regions = options.out / "iris_regions.png"
    plot_decision(
        lambda petals: species_of(model, [data.standardised([*data.mean[:2], *petal]) for petal in petals]),
        [data.in_cm(row)[2:] for row in data.train_x + data.test_x],
        data.train_y + data.test_y,
        regions,
        feature_names=("petal length (cm)", "petal width (cm)"),
        class_names=dict(enumerate(data.species)),
        title="What the network says of petals, for sepals of average length and width",
    )

    graph = options.out / "iris_graph.svg"
    pairs = list(zip(data.test_x, data.test_y, strict=True))
    hardest, species = max(pairs, key=lambda pair: softmax_cross_entropy(model(pair[0]), pair[1]).data)
    flower = [Value(number, name) for number, name in zip(hardest, FEATURES, strict=True)]
    loss = softmax_cross_entropy(model(flower), species)
    loss.label = "loss"
    model.zero_grad()
    loss.backward()
    draw(loss).save(graph)

    pictures = (
        (curves, "loss and accuracy"),
        (regions, "decision regions"),
        (graph, "graph of the loss of the test flower that the network finds hardest, with gradients"),
    )
    for path, what in pictures:
        print(f"{path}: {what}")
    return score


@dataclass
class Flowers:
    """Rows of four standardised features, and labels 0 to 2; mean and std are the features' own, in cm."""

    species: list[str]
    train_x: list[list[float]]
    train_y: list[int]
    test_x: list[list[float]]
    test_y: list[int]
    mean: list[float]
    std: list[float]

    def standardised(self, row: list[float]) -> list[float]:
        """From cm to what the network sees."""
        return [(x - mean) / std for x, mean, std in zip(row, self.mean, self.std, strict=True)]

    def in_cm(self, row: list[float]) -> list[float]:
        """Back from what the network sees."""
        return [x * std + mean for x, mean, std in zip(row, self.mean, self.std, strict=True)]


def flowers(seed: int) -> Flowers:
    """The 150 flowers: 112 to learn from and 38 to test with, every species with the same share in both.

    Mean and spread are taken from the training flowers alone, so that the test flowers stay unseen.
    """
    datasets = require("sklearn.datasets", extra="examples")
    selection = require("sklearn.model_selection", extra="examples")
    preprocessing = require("sklearn.preprocessing", extra="examples")
    data = datasets.load_iris()
    train_x, test_x, train_y, test_y = selection.train_test_split(
        data.data, data.target, test_size=0.25, stratify=data.target, random_state=seed
    )
    scaler = preprocessing.StandardScaler().fit(train_x)
    return Flowers(
        species=[str(name) for name in data.target_names],
        train_x=scaler.transform(train_x).tolist(),
        train_y=train_y.tolist(),
        test_x=scaler.transform(test_x).tolist(),
        test_y=test_y.tolist(),
        mean=scaler.mean_.tolist(),
        std=scaler.scale_.tolist(),
    )


def species_of(model: MLP, rows: list[list[float]]) -> list[int]:
    """The index of the largest logit for each row."""
    return [logits.index(max(logits)) for logits in predict(model, rows)]


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Train a network of scalar Values on the Iris flowers.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures (out)")
    parser.add_argument("--epochs", type=int, default=60, help="passes over the training flowers (60)")
    parser.add_argument("--seed", type=int, default=0, help="chooses split, first weights and order (0)")
    return parser


if __name__ == "__main__":
    main()
