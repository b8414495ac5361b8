"""The perceptron: its score, its rule and its distance are those of lectures L1; what it can and cannot learn."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import SGD, History, Perceptron, accuracy, fit, perceptron_loss
from tests.nn.comparing import check_layer, check_round_trip, vector

AND = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]], [-1, -1, -1, 1]
XOR = AND[0], [-1, 1, 1, -1]
NUMBERS = st.floats(-10, 10)


def started(nin: int = 2, seed: int = 0) -> Perceptron:
    return Perceptron(nin, init="normal", bias_init="normal", seed=seed)


def test_the_score_is_w_x_plus_b() -> None:
    def formula(state: Any, x: Any) -> Any:
        return vector(state, "w") @ x + state["b"]

    check_layer(Perceptron(3, init="uniform", bias_init="uniform", seed=1), [0.5, -2.0, 3.0], formula)


def test_the_score_is_one_node() -> None:
    z = Perceptron(2)([Value(1.0), 2.0])
    assert (z.op, z.origin) == ("affine", "Perceptron")


@given(st.lists(st.tuples(NUMBERS, NUMBERS, st.sampled_from([-1, 1])), min_size=1, max_size=8), st.floats(0, 2))
def test_an_epoch_is_the_update_of_the_lectures_over_the_misclassified(points: Any, rate: float) -> None:
    model = started()
    rows, labels = [list(p[:2]) for p in points], [p[2] for p in points]
    w, b = np.array([p.data for p in model.w]), model.b.data
    wrong = [(np.array(x), y) for x, y in zip(rows, labels, strict=True) if y * (w @ x + b) <= 0]
    history = model.learn(rows, labels, rate=rate, epochs=1)
    assert [p.data for p in model.w] == pytest.approx(list(w + rate * sum(y * x for x, y in wrong)), abs=1e-9)
    assert model.b.data == pytest.approx(b + rate * sum(y for _, y in wrong), abs=1e-9)
    assert history["mistakes"] == [len(wrong)]
    assert history.losses == pytest.approx([sum(-y * (w @ x + b) for x, y in wrong)], abs=1e-9)


@pytest.mark.parametrize("rate", [0.5, 1.0])
def test_the_rule_is_gradient_descent_on_the_perceptron_loss(rate: float) -> None:
    by_rule, by_gradient = started(seed=3), started(seed=3)
    by_rule.learn(*XOR, rate=rate, epochs=1)
    loss = perceptron_loss([by_gradient(x) for x in XOR[0]], XOR[1])
    loss.backward()
    SGD(by_gradient.parameters(), lr=rate).step()
    assert by_rule.state_dict() == pytest.approx(by_gradient.state_dict())


@given(st.integers(0, 200))
def test_it_converges_where_a_line_separates_the_classes(seed: int) -> None:
    rng = np.random.default_rng(seed)
    normal, offset = rng.normal(size=2), rng.normal()
    points = [x for x in rng.uniform(-3, 3, size=(30, 2)) if abs(normal @ x + offset) / np.hypot(*normal) > 0.3]
    labels = [1 if normal @ x + offset > 0 else -1 for x in points]
    if not points:
        return
    model = Perceptron(2)
    history = model.learn(np.array(points), np.array(labels), epochs=10_000)
    assert history.stopped == "converged"
    assert [model.classify(x) for x in points] == labels
    assert history["mistakes"][-1] == 0 == history.losses[-1]
    assert accuracy([model(x) for x in points], labels) == 1.0


def test_it_cannot_learn_xor() -> None:
    history = Perceptron(2).learn(*XOR, epochs=200)
    assert (history.stopped, len(history)) == ("epochs", 200)
    assert min(history["mistakes"]) >= 1
    assert isinstance(history, History)
    assert history.best_epoch == history.losses.index(min(history.losses))


def test_the_last_record_of_a_converged_run_describes_the_weights_it_left() -> None:
    model = Perceptron(2)
    model.learn(*AND)
    before = model.state_dict()
    again = model.learn(*AND)
    assert (len(again), again.losses, model.state_dict()) == (1, [0.0], before)


@given(NUMBERS, NUMBERS, st.floats(0.1, 5), st.floats(-3, 3), st.floats(-3, 3))
def test_the_distance_is_that_to_the_nearest_point_of_the_boundary(x: float, y: float, w0: float, w1: float, b: float) -> None:
    model = Perceptron(2)
    for p, number in zip(model.parameters(), (w0, w1, b), strict=True):
        p.data = number
    normal = np.array([w0, w1])
    # The foot of the perpendicular: on the boundary, and the way there is along the normal.
    foot = np.array([x, y]) - (normal @ [x, y] + b) / (normal @ normal) * normal
    assert normal @ foot + b == pytest.approx(0, abs=1e-9)
    assert model.distance([x, y]) == pytest.approx(math.dist([x, y], foot), abs=1e-9)


def test_a_class_is_the_sign_of_the_score_and_zero_is_not_above() -> None:
    model = Perceptron(1)
    model.w[0].data = 2.0
    assert [model.classify(x) for x in (1.0, 0.0, -1.0)] == [1, -1, -1]


def test_it_is_a_model_for_fit() -> None:
    model = Perceptron(2)
    history = fit(model, *AND, loss=perceptron_loss, optimizer=SGD(model.parameters(), lr=1.0), epochs=20)
    assert history.losses[-1] == 0.0
    assert [model.classify(x) for x in AND[0]] == AND[1]


def test_it_starts_at_zero_or_by_seed_and_is_saved(tmp_path: Any) -> None:
    assert set(Perceptron(3).state_dict().values()) == {0.0}
    assert started(seed=5).state_dict() == started(seed=5).state_dict()
    check_round_trip(started(seed=5), started(seed=6), tmp_path / "p.json")
    assert repr(Perceptron(2)) == "<Perceptron(2): 3 parameters>"


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda m: m([1.0]), ValueError, "Perceptron expects 2 inputs, got 1"),
        (lambda m: m.distance([1.0, 2.0]), ValueError, "no boundary: its weights are all 0"),
        (lambda m: m.learn([[1.0, 2.0]], [0]), ValueError, "label 0 is 0; labels are -1 or \\+1"),
        (lambda m: m.learn([[1.0, 2.0]], [1, 1]), ValueError, "1 point but 2 labels"),
        (lambda m: m.learn([[1.0]], [1]), ValueError, "Perceptron, point 0 expects 2 inputs, got 1"),
        (lambda m: m.learn([1.0, 2.0], [1]), TypeError, "got one row of 2: write \\[row\\]"),
        (lambda m: m.learn([[1.0, 2.0]], 1), TypeError, "labels must be a list of -1 and \\+1, got int 1"),
        (lambda m: m.learn([[1.0, 2.0]], [1], epochs=0), ValueError, "epochs must be at least 1"),
        (lambda m: m.learn([[1.0, 2.0]], [1], rate=-1), ValueError, "rate must be at least 0"),
        (lambda m: Perceptron(0), ValueError, "nin must be at least 1, got 0"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call(Perceptron(2))
