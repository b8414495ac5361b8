"""Handwritten digits: a small convolution whose filters can be looked at, and a multi-layer perceptron.

A convolution (L10) is a neuron that slides over a picture: at every place it has the same few weights, and so looks
for the same thing everywhere. Pooling keeps the largest answer of each 2 × 2 patch:

    z[i, j] = Σ w[r, c] x[i + r, j + c] + b        a = max(0, z)        p[i, j] = max a[2i … 2i + 1, 2j … 2j + 1]

After it, a layer of ten logits. The pictures are scikit-learn's 8 × 8 digits, 1,797 of them; both networks learn from
1,500 and are judged by the other 297, which neither saw. The multi-layer perceptron, which gets the 64 numbers without
knowing which are neighbours, does a little better here: the pictures are small and the digits are always in the middle.
But the convolution needs a third of the parameters, and it can be looked at: its filters, and where each answers.
"""

from pathlib import Path
from random import Random
from typing import TypeAlias

from autograd.errors import require
from nn import (
    MLP,
    Adam,
    Conv2d,
    Layer,
    MaxPool2d,
    Module,
    Sequential,
    accuracy,
    fit,
    flatten,
    predict,
    softmax_cross_entropy,
)
from viz import plot_matrices

LECTURE = "L10, L11"

Picture: TypeAlias = list[list[float]]
Digits: TypeAlias = tuple[list[Picture], list[int]]


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Train both, compare them on the held-out pictures, and show what the filters look for."""
    (pictures, labels), (unseen, answers) = digits()
    if quick:
        pictures, labels = pictures[:400], labels[:400]
    print(f"{len(pictures)} pictures to learn from, {len(unseen)} held out, 8 x 8 numbers each")

    conv = Conv2d(1, 8, 3, seed=0)
    convolution = Sequential(conv, MaxPool2d(2), flatten, Layer(8 * 3 * 3, 10, activation=None, seed=1))
    learn(convolution, pictures, labels, rate=0.01 if quick else 0.005, epochs=4 if quick else 5)
    scores = predict(convolution, unseen)
    by_convolution = accuracy(scores, answers)
    print(f"convolution: {len(convolution.parameters())} parameters, {by_convolution:.1%} of the held-out right")

    perceptron = MLP(64, [32, 10], activation="relu", init="he", seed=0)
    learn(perceptron, [flatten(p) for p in pictures], labels, rate=0.01 if quick else 0.005, epochs=6)
    by_perceptron = accuracy(predict(perceptron, [flatten(p) for p in unseen]), answers)
    print(f"MLP: {len(perceptron.parameters())} parameters, {by_perceptron:.1%} of the held-out right")

    # Where the convolution errs, and what it sees: its filters, and what each of them makes of a picture.
    guesses = [row.index(max(row)) for row in scores]
    wrong = [(answer, guess) for answer, guess in zip(answers, guesses, strict=True) if answer != guess]
    print("its first mistakes:", ", ".join(f"{a} taken for {g}" for a, g in wrong[:4]))
    filters = {f"filter {k + 1}": square(neuron_weights(conv, k)) for k in range(8)}
    plot_matrices(filters, out / "lesson15_filters.png", across=4, title="What eight neurons look for, 3 × 3 each")
    seven = answers.index(7)
    planes = predict(conv, [unseen[seven]])[0]
    seen = {f"digit {answers[seven]}": unseen[seven]} | {f"through filter {k + 1}": planes[k] for k in range(8)}
    plot_matrices(seen, out / "lesson15_planes.png", across=3, title="A digit, and where each filter answers")

    print("Exercise 1: how many weights would a layer need that makes 8 planes of 6 x 6")
    print("out of 8 x 8 numbers, each with weights of its own? And the convolution?")
    print("Exercise 2: a filter has -1, 0, 1 in each row. What does it answer to an edge")
    print("from dark to bright, and to one from bright to dark?")
    return {
        "accuracy_convolution": by_convolution,
        "accuracy_mlp": by_perceptron,
        "parameters_convolution": float(len(convolution.parameters())),
        "parameters_mlp": float(len(perceptron.parameters())),
        "held_out": float(len(unseen)),
    }


def digits() -> tuple[Digits, Digits]:
    """Pictures to learn from and others to be judged by, in a shuffled order; brightness from 0 to 1."""
    loaded = require("sklearn.datasets", extra="examples").load_digits()
    pictures, labels = (loaded.images / 16).tolist(), loaded.target.tolist()
    order = list(range(len(labels)))
    Random(0).shuffle(order)
    held_out, known = order[:297], order[297:]
    return ([pictures[i] for i in known], [labels[i] for i in known]), (
        [pictures[i] for i in held_out],
        [labels[i] for i in held_out],
    )


def learn(model: Module, inputs: list[Picture], labels: list[int], *, rate: float, epochs: int) -> None:
    """Mini-batches of 16 and Adam."""
    fit(
        model,
        inputs,
        labels,
        loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=rate),
        epochs=epochs,
        batch_size=16,
        seed=0,
    )


def neuron_weights(conv: Conv2d, index: int) -> list[float]:
    """The weights of a filter, row by row."""
    return [w.data for w in conv.filters[index].w]


def square(numbers: list[float]) -> Picture:
    """Nine numbers as a 3 × 3 picture."""
    return [numbers[0:3], numbers[3:6], numbers[6:9]]


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
