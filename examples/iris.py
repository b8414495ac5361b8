"""Train a small network of scalar Values on the 150 real Iris flowers, and look at what it learned.

Run `python examples/iris.py`: it prints the accuracy on flowers that it never saw, and leaves three pictures in out/.
Needs the extra `examples` (scikit-learn for the flowers, matplotlib for the curves).
"""

import argparse
import time
from pathlib import Path

from autograd import Value
from autograd.errors import require
from nn import MLP, Adam, accuracy, fit, predict, softmax_cross_entropy
from viz import draw, plot_decision, plot_history

FEATURES = ("sepal length", "sepal width", "petal length", "petal width")
UNIT = "standard deviations from the mean"


def main(arguments: list[str] | None = None) -> float:
    """Run the lesson; gives the accuracy on the test flowers, from 0 to 1."""
    options = parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    started = time.perf_counter()

    species, train, test = flowers(options.seed)
    model = MLP(4, [8, 3], activation="tanh", init="xavier", seed=options.seed)
    history = fit(
        model,
        *train,
        loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=0.02),
        epochs=options.epochs,
        batch_size=16,
        seed=options.seed,
        validation=test,
        metrics={"accuracy": accuracy},
    )
    score = accuracy(predict(model, test[0]), test[1])
    seconds = time.perf_counter() - started
    print(f"{model}: {score:.1%} of {len(test[1])} unseen flowers are right, after {seconds:.1f} s")

    curves = options.out / "iris_curves.png"
    plot_history(history, curves, title=f"Iris: {len(train[1])} flowers to learn from, {len(test[1])} to test (val)")

    regions = options.out / "iris_regions.png"
    plot_decision(
        lambda points: species_of(model, [[0.0, 0.0, *petal] for petal in points]),
        [row[2:] for row in train[0] + test[0]],
        train[1] + test[1],
        regions,
        feature_names=(f"petal length ({UNIT})", f"petal width ({UNIT})"),
        class_names=dict(enumerate(species)),
        title="What the network says of petals, for sepals of average length and width",
    )

    graph = options.out / "iris_graph.svg"
    flower = [Value(number, name) for number, name in zip(test[0][0], FEATURES, strict=True)]
    loss = softmax_cross_entropy(model(flower), test[1][0])
    loss.label = "loss"
    model.zero_grad()
    loss.backward()
    draw(loss).save(graph)

    for path, what in ((curves, "loss and accuracy"), (regions, "decision regions"), (graph, "one flower's loss")):
        print(f"{what:18} {path}")
    return score


def flowers(seed: int) -> tuple[list[str], tuple[list[list[float]], list[int]], tuple[list[list[float]], list[int]]]:
    """The species' names, then rows and labels of 112 flowers to learn from and of 38 to test with, features standardised.

    Every species has the same share in both. Mean and spread are the training flowers' own: the test stays unseen.
    """
    datasets = require("sklearn.datasets", extra="examples")
    selection = require("sklearn.model_selection", extra="examples")
    preprocessing = require("sklearn.preprocessing", extra="examples")
    data = datasets.load_iris()
    train_x, test_x, train_y, test_y = selection.train_test_split(
        data.data, data.target, test_size=0.25, stratify=data.target, random_state=seed
    )
    scaler = preprocessing.StandardScaler().fit(train_x)
    train = scaler.transform(train_x).tolist(), train_y.tolist()
    test = scaler.transform(test_x).tolist(), test_y.tolist()
    return [str(name) for name in data.target_names], train, test


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
