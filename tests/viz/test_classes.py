"""`plot_decision` takes a model, scores or classes, by one rule, and refuses what is none of them."""

import math
import random
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import MLP, SGD, BatchNorm, Dropout, Layer, Sequential, accuracy, fit, hinge, predict, softmax_cross_entropy
from viz import plot_decision
from viz.classes import classes_of

SOURCE = random.Random(0)
POINTS = [[SOURCE.uniform(-1, 1), SOURCE.uniform(-1, 1)] for _ in range(40)]
ABOVE = [int(x > y) for x, y in POINTS]


def regions(figure: Any, steps: int) -> Any:
    return figure.axes[0].collections[0].get_array().reshape(steps, steps)


def test_a_function_of_scores_gives_two_regions_and_no_confetti() -> None:
    model = MLP(2, [4, 1], activation="tanh", seed=1)
    targets = [2 * label - 1 for label in ABOVE]
    fit(model, POINTS, targets, loss=hinge, optimizer=SGD(model.parameters(), lr=0.2), epochs=60, progress=False)
    figure = plot_decision(lambda rows: predict(model, rows), POINTS, targets, steps=15)
    found = regions(figure, 15)
    assert {*found.ravel().tolist()} == {0, 1}
    assert len(figure.axes[0].get_legend().get_texts()) == 2
    shown = classes_of(lambda rows: predict(model, rows), POINTS, targets)
    right = sum(a == b for a, b in zip(shown, targets, strict=True)) / len(targets)
    assert right == accuracy(predict(model, POINTS), targets) > 0.9, "the same rule as accuracy's"
    assert (regions(plot_decision(model, POINTS, targets, steps=15), 15) == found).all(), "the model itself"


def test_lists_of_scores_mean_their_largest() -> None:
    model = MLP(2, [6, 3], activation="tanh", seed=1)
    three = [int(x > 0.3) + int(x > -0.3) for x, _ in POINTS]
    fit(
        model, POINTS, three, loss=softmax_cross_entropy, optimizer=SGD(model.parameters(), lr=0.5), epochs=60,
        progress=False,
    )  # fmt: skip
    shown = classes_of(model, POINTS, three)
    expected = [max(range(3), key=scores.__getitem__) for scores in predict(model, POINTS)]
    assert shown == expected
    assert classes_of(lambda rows: np.array(predict(model, rows)), POINTS, three) == expected
    names = ["low", "mid", "top"]  # sorted, so that the first score is the first name's
    assert classes_of(model, POINTS, [names[k] for k in three]) == [names[k] for k in expected]


@pytest.mark.parametrize(
    ("scores", "labels", "threshold", "expected"),
    [
        ([-0.5, 0.25, 2.5], [0, 1, 1], None, [0, 1, 1]),
        ([-0.5, 0.25, 2.5], [-1, 1, 1], None, [-1, 1, 1]),
        ([0.1, 0.45, 0.9], [0, 1, 1], None, [0, 0, 1]),  # probabilities
        ([0.1, 0.45, 0.9], [0, 1, 1], 0.2, [0, 1, 1]),
        ([-0.5, 0.25, 2.5], [0, 1, 1], 0.5, [0, 0, 1]),
        ([-0.5, 0.25, 2.5], ["no", "yes", "yes"], None, ["no", "yes", "yes"]),
        ([-0.5, 0.25, 2.5], [1, 1, 1], None, [0, 1, 1]),
        ([[-0.5], [0.25], [2.5]], [0, 1, 1], None, [0, 1, 1]),
        ([Value(-0.5), Value(0.25), Value(2.5)], [0, 1, 1], None, [0, 1, 1]),
    ],
)
def test_single_scores_are_cut_at_the_threshold(scores: Any, labels: Any, threshold: Any, expected: Any) -> None:
    assert classes_of(lambda rows: scores, [[0.0, 0.0]] * 3, labels, threshold) == expected


@pytest.mark.parametrize("classes", [[0, 1, 2], [1.0, 0.0, 2.0], [True, False, True], ["a", "b", "a"]])
def test_classes_stay_as_they_are(classes: Any) -> None:
    labels = ["a", "b", "b"] if isinstance(classes[0], str) else [0, 1, 1]
    assert classes_of(lambda rows: classes, [[0.0, 0.0]] * 3, labels) == classes


@pytest.mark.parametrize(
    ("outputs", "labels", "message"),
    [
        (["c", "a", "a"], ["a", "b", "a"], "predict gives 'c', which is neither a score nor one of the labels 'a', 'b'"),
        ([None] * 3, [0, 1, 1], "predict gives None, which is neither a score nor"),
        ([0.5, math.nan, 0.25], [0, 1, 1], "predict gives nan, which is neither"),
        ([0.5, 1.5, 2.5], [0, 1, 2], "single scores, which tell two classes apart, but the labels are 0, 1, 2"),
        ([[0.5, 0.25], 0.5, 0.5], [0, 1, 1], "lists of scores for some points and single numbers for others"),
        ([[0.5, 0.25]] * 3, [0, 1, 2], "predict gives 2 scores for each point, but the labels are 0, 1, 2"),
        ([[0.5, 0.25], [0.5, 0.25], [0.5]], [0, 1, 1], "lists of scores for some points"),
        ([[0.5, 0.25], [0.5, 0.25], [0.5, 0.1, 0.2]], [0, 1, 1], "one for each class"),
        ([[0.5, "x"]] * 3, [0, 1, 1], "one for each class"),
        ([0, 1], [0, 1, 1], "predict got 3 points but returned 2 labels"),
    ],
)
def test_what_is_neither_is_refused(outputs: Any, labels: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        classes_of(lambda rows: outputs, [[0.0, 0.0]] * 3, labels)


def test_a_model_is_asked_in_use_without_a_graph_and_left_as_it_was() -> None:
    model = Sequential(Layer(2, 3, activation="tanh", seed=0), Dropout(0.5, seed=0), Layer(3, 1, activation=None, seed=1))
    model.layers[0].training = False
    assert len({*map(str, (classes_of(model, POINTS, ABOVE) for _ in range(3)))}) == 1, "nothing is dropped"
    assert [module.training for _, module in model.named_modules()][:2] == [True, False]
    assert not any(p.has_grad for p in model.parameters())
    batches = Sequential(Layer(2, 3, activation=None, seed=0), BatchNorm(3), Layer(3, 1, activation=None, seed=1))
    before = batches.state_dict()
    assert {*classes_of(batches, POINTS, ABOVE)} <= {0, 1}
    assert batches.state_dict() == before
