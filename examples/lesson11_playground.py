"""The playground: what a line can part, what needs a feature or hidden neurons, and how these find it.

A network of one neuron parts the plane by a straight line, wᵀx + b = 0 (lectures, L1). Of the playground's data sets
that is enough for two round clouds only. There are two ways out, and both are the same idea:

    features   give the neuron other numbers than x1 and x2: with x1·x2 the XOR squares lie on two sides of a point,
               with x1² and x2² a circle is a line (M)
    layers     let hidden neurons find such features: each is a line of its own, bent by its activation, and the output
               neuron adds them up (N, M)

The training film shows it: in each square what one neuron says of every point of the plane, epoch by epoch.

Points that were learned prove nothing. Every accuracy here is of points, flowers and patients that were held out.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from autograd.errors import require
from examples.iris import flowers
from nn import MLP, Adam, AdamW, History, accuracy, binary_cross_entropy_with_logits, datasets, fit, predict
from nn import softmax_cross_entropy as cross_entropy
from viz import Panel, TrainingFilm, plot_curves

LECTURE = "L1, L2, L6"

PLANE = ("x1", "x2")

# For each data set: features with which one neuron might be enough, and the layers that need no features.
SETS: dict[str, tuple[Sequence[str], list[int]]] = {
    "circle": (["x1^2", "x2^2"], [4, 1]),
    "xor": (["x1 x2"], [6, 1]),
    "gaussian": (PLANE, [1]),
    "spiral": (["x1", "x2", "x1^2", "x2^2", "x1 x2", "sin x1", "sin x2"], [8, 8, 1]),
    "moons": (["x1", "x2", "x1^2", "sin x1"], [8, 1]),
}


def learned(
    name: str, names: Sequence[str], layers: list[int], epochs: int, frames: int = 0
) -> tuple[float, TrainingFilm | None]:
    """Train on 200 points of a set, given as these features; the accuracy on 200 others, and a film of `frames`."""
    make, of = getattr(datasets, name), datasets.features(names)
    points, classes = make(200, seed=0)
    others, their_classes = make(200, seed=1)
    model = MLP(len(names), layers, activation="tanh", init="he", seed=1)
    shots = TrainingFilm(model, points, classes, features=of, names=names, frames=frames) if frames else None
    fit(
        model,
        [of(point) for point in points],
        classes,
        loss=binary_cross_entropy_with_logits,
        optimizer=Adam(model.parameters(), lr=0.05),
        epochs=epochs,
        batch_size=40,
        seed=0,
        callbacks=[shots.record] if shots else [],
        progress=False,
    )
    return accuracy(predict(model, [of(point) for point in others]), their_classes), shots


def playground(out: Path, quick: bool) -> dict[str, float]:
    """Each data set with a line, with features, and with hidden layers; films of the hidden layers."""
    print("held-out accuracy  a line  features  layers")
    figures: dict[str, float] = {}
    for name, (features, layers) in SETS.items():
        line, _ = learned(name, PLANE, [1], 20)
        shaped, _ = learned(name, features, [1], 60 if quick else 100)
        film: TrainingFilm | None
        epochs = 120 if name == "spiral" else 60
        frames = (10 if name == "spiral" else 0) if quick else (0 if name == "gaussian" else 40)
        deep, film = learned(name, PLANE, layers, epochs, frames)
        size = "-".join(map(str, [2, *layers]))
        print(f"{name:17} {line:7.1%} {shaped:9.1%} {deep:7.1%}  ({size})")
        figures |= {f"{name}_line": line, f"{name}_features": shaped, f"{name}_layers": deep}
        if film:
            film.save(out / f"lesson11_{name}.html")
        if film and name == "spiral":
            film.save(out / "lesson11_spiral.gif")
    return figures


def real_data(out: Path, quick: bool) -> dict[str, float]:
    """150 flowers of three species, 569 tumours benign or malignant; a quarter of each is held out."""
    iris = flowers(seed=0)
    model = MLP(4, [8, 3], activation="tanh", init="xavier", seed=0)
    iris_history = fit(
        model,
        iris.train_x,
        iris.train_y,
        loss=cross_entropy,
        optimizer=AdamW(model.parameters(), lr=0.02, weight_decay=0.1),
        epochs=40,
        batch_size=16,
        seed=0,
        validation=(iris.test_x, iris.test_y),
        metrics={"accuracy": accuracy},
        progress=False,
    )
    train_x, train_y, test_x, test_y = tumours(seed=0)
    model = MLP(30, [8, 1], activation="tanh", init="xavier", seed=0)
    cancer_history = fit(
        model,
        train_x,
        train_y,
        loss=binary_cross_entropy_with_logits,
        optimizer=AdamW(model.parameters(), lr=0.01, weight_decay=0.1),
        epochs=10 if quick else 25,
        batch_size=32,
        seed=0,
        validation=(test_x, test_y),
        metrics={"accuracy": accuracy},
        progress=False,
    )
    histories = {"Iris": iris_history, "breast cancer": cancer_history}
    for name, history in histories.items():
        print(f"{name}: {history['val_accuracy'][-1]:.1%} of what was held out is right")
    plot_curves(
        [panel(name, history) for name, history in histories.items()],
        out / "lesson11_real.png",
        title="Share of wrong answers, learned and held out",
    )
    ours = [int(score > 0) for score in predict(model, test_x)]
    missed = sum(own == 0 and true == 1 for own, true in zip(ours, test_y, strict=True))
    print(f"of {sum(test_y)} malignant tumours {missed} were missed")
    return {
        "iris_accuracy": iris_history["val_accuracy"][-1],
        "cancer_accuracy": cancer_history["val_accuracy"][-1],
        "cancer_missed": float(missed),
    }


def panel(name: str, history: History) -> Panel:
    """The errors of a run, epoch by epoch."""
    epochs = range(1, len(history) + 1)
    curves = {word: [1 - share for share in history[key]] for word, key in WORDS.items()}
    return Panel({word: (epochs, curve) for word, curve in curves.items()}, title=name, x="epoch", y="share wrong")


WORDS = {"learned from": "accuracy", "held out": "val_accuracy"}


def tumours(seed: int) -> tuple[list[list[float]], list[int], list[list[float]], list[int]]:
    """Thirty standardised measurements each, 1 for malignant; mean and spread are those of the training part."""
    sets = require("sklearn.datasets", extra="examples")
    selection = require("sklearn.model_selection", extra="examples")
    preprocessing = require("sklearn.preprocessing", extra="examples")
    data: Any = sets.load_breast_cancer()
    malignant = 1 - data.target  # scikit-learn has 1 for benign
    train_x, test_x, train_y, test_y = selection.train_test_split(
        data.data, malignant, test_size=0.25, stratify=malignant, random_state=seed
    )
    scaler = preprocessing.StandardScaler().fit(train_x)
    return scaler.transform(train_x).tolist(), train_y.tolist(), scaler.transform(test_x).tolist(), test_y.tolist()


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Five data sets in the plane, two from life."""
    figures = playground(out, quick) | real_data(out, quick)
    print("Exercise 1: which single feature lets one neuron part the truth table of XOR?")
    print("Exercise 2: which feature, of angle and radius, lets one neuron part the spiral?")
    return figures


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
