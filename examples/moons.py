"""micrograd's demonstration: separate two moons with a network of 337 scalar parameters, then look at the boundary.

Run `python examples/moons.py`: 100 points, hinge loss plus an L2 penalty, full batches, a learning rate that falls; it
ends with all points on their side. Needs the extra `examples` (scikit-learn for the moons, matplotlib for the plots).
"""

import argparse
from pathlib import Path

from tqdm import trange

from autograd.errors import require
from nn import MLP, SGD, History, accuracy, hinge, l2, predict
from viz import plot_decision, plot_history


def main(arguments: list[str] | None = None) -> float:
    """Run the lesson; gives the share of points on the right side, from 0 to 1."""
    options = parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)

    points, labels = moons(options.seed)
    model = MLP(2, [16, 16, 1], seed=options.seed)
    optimizer = SGD(model.parameters(), lr=1.0)
    history = History()
    for step in (bar := trange(options.epochs, unit="step")):
        scores = [model(point) for point in points]
        loss = hinge(scores, labels) + l2(model.parameters(), 2e-4)
        model.zero_grad()
        loss.backward()
        optimizer.lr = 1.0 - 0.9 * step / options.epochs
        optimizer.step()
        history.records.append({"loss": loss.data, "accuracy": accuracy(scores, labels)})
        bar.set_postfix(loss=f"{loss.data:.4f}", accuracy=f"{history['accuracy'][-1]:.0%}", refresh=False)
    score = accuracy(predict(model, points), labels)
    print(f"{model}: {score:.0%} of {len(points)} points are on their side")

    curves = options.out / "moons_curves.png"
    plot_history(history, curves, title="Two moons, full batches")
    boundary = options.out / "moons_boundary.png"
    plot_decision(
        lambda grid: [1 if output > 0 else -1 for output in predict(model, grid)],
        points,
        labels,
        boundary,
        class_names={1: "inner moon (+1)", -1: "outer moon (-1)"},
        title="Decision boundary: where the score changes sign",
    )
    for path, what in ((curves, "loss and accuracy"), (boundary, "decision boundary")):
        print(f"{path}: {what}")
    return score


def moons(seed: int) -> tuple[list[list[float]], list[int]]:
    """A hundred points of two interleaved half circles with some noise, and their labels -1 and +1."""
    datasets = require("sklearn.datasets", extra="examples")
    points, classes = datasets.make_moons(n_samples=100, noise=0.1, random_state=seed)
    return points.tolist(), (2 * classes - 1).tolist()


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Separate two moons with a network of scalar Values.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the pictures (out)")
    parser.add_argument("--epochs", type=int, default=100, help="gradient steps (100)")
    parser.add_argument("--seed", type=int, default=1337, help="chooses the points and the first weights (1337)")
    return parser


if __name__ == "__main__":
    main()
