"""`fit(jit=True)` trains as `fit(jit=False)` does: the same history and parameters, for whole data and mini-batches."""

import random
import sys
from itertools import pairwise
from typing import Any

import pytest

pytest.importorskip("numpy")
pytest.importorskip("numba")

from autograd import Value, mean
from autograd import max as maximum
from nn import (
    LBFGS,
    MLP,
    SGD,
    Adam,
    DivergenceError,
    Dropout,
    Layer,
    Sequential,
    accuracy,
    fit,
    hinge,
    l2,
    mse,
    perceptron_loss,
    softmax_cross_entropy,
)
from nn.replay import Unsuited


def points(count: int = 23, classes: int = 2, seed: int = 3) -> tuple[list[list[float]], list[int]]:
    rng = random.Random(seed)
    x = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(count)]
    return x, [int((a > 0) + (b > 0.3)) % classes for a, b in x]


def both(outs: int, loss: Any, y: list[Any], **settings: Any) -> None:
    x, _ = points(len(y))
    found = []
    optimizer = settings.pop("optimizer", lambda p: Adam(p, lr=0.02))
    for jit in (False, True):
        model = MLP(2, [6, outs], activation="tanh", seed=1)
        history = fit(
            model,
            x,
            y,
            loss=loss,
            optimizer=optimizer(model.parameters()),
            epochs=12,
            seed=5,
            jit=jit,
            progress=False,
            **settings,
        )
        found.append((history, [p.data for p in model.parameters()]))
    (eager, numbers), (replayed, others) = found
    assert others == pytest.approx(numbers, rel=1e-9, abs=1e-12)
    assert len(eager.records) == len(replayed.records)
    for record, other in zip(eager.records, replayed.records, strict=True):
        assert other == pytest.approx(record, rel=1e-9, abs=1e-12)


@pytest.fixture(params=["numba", "numpy"])
def _executor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "numpy":
        monkeypatch.setitem(sys.modules, "numba", None)


@pytest.mark.usefixtures("_executor")
@pytest.mark.parametrize("size", [None, 5, 23, 1])
@pytest.mark.parametrize("clip", [None, 0.05])
def test_regression_agrees(size: int | None, clip: float | None) -> None:
    both(1, mse, [0.1 * n for n in range(23)], batch_size=size, clip_norm=clip)


@pytest.mark.usefixtures("_executor")
@pytest.mark.parametrize("size", [None, 6])
def test_a_loss_whose_branches_depend_on_the_label_agrees(size: int | None) -> None:
    both(1, hinge, [2 * k - 1 for k in points()[1]], batch_size=size, optimizer=lambda p: SGD(p, lr=0.1, momentum=0.5))


@pytest.mark.parametrize("size", [None, 7])
def test_classification_with_metrics_and_validation_agrees(size: int | None) -> None:
    both(
        3,
        softmax_cross_entropy,
        points(classes=3)[1],
        batch_size=size,
        metrics={"accuracy": accuracy},
        validation=points(9, 3, seed=8),
        patience=20,
        restore_best=True,
    )


def test_a_penalty_on_the_weights_is_part_of_the_loss() -> None:
    x, y = points()
    found = []
    for jit in (False, True):
        model = MLP(2, [5, 1], activation="tanh", seed=1)
        fit(
            model,
            x,
            y,
            loss=lambda p, t, m=model: mse(p, t) + l2(m.weights(), 0.1),
            epochs=5,
            batch_size=4,
            seed=2,
            jit=jit,
            progress=False,
        )
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-9)


def test_a_loss_that_looks_at_numbers_is_refused_with_the_place() -> None:
    x, y = points()
    model = MLP(2, [1], seed=1)
    labels = [2 * k - 1 for k in y]
    with pytest.raises(ValueError, match=r"data of a value is used in .*losses\.py:\d+"):
        fit(model, x, labels, loss=perceptron_loss, epochs=2, jit=True, progress=False)


def by_hand(predictions: list[Value], targets: list[float]) -> Value:
    return sum((p - t) ** 2 for p, t in zip(predictions, targets, strict=True)) / len(targets)  # type: ignore[return-value]


def added_up(predictions: list[Value], targets: list[float]) -> Value:
    total = Value(0.0)
    for p, t in zip(predictions, targets, strict=True):
        total = total + (p - t) ** 2
        total += p.relu() * 0.1  # a second term of the same sample
    return total


def halves(predictions: list[Value], targets: list[float]) -> Value:
    errors = [(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)]
    return (sum(errors[::2], Value(0.0)) + sum(errors[1::2], Value(0.0))).log1p() * 0.5


@pytest.mark.usefixtures("_executor")
@pytest.mark.parametrize("loss", [by_hand, added_up, halves])
@pytest.mark.parametrize("size", [None, 5, 1, 8])
def test_a_loss_written_as_a_loop_over_samples_agrees(loss: Any, size: int | None) -> None:
    both(1, loss, [0.1 * n for n in range(23)], batch_size=size)


def test_a_sum_over_samples_that_is_read_twice_is_refused() -> None:
    def twice(predictions: list[Value], targets: list[float]) -> Value:
        some = sum(predictions[:-1], Value(0.0))
        return (some + predictions[-1]) * 0.5 + some

    x, y = points()
    with pytest.raises(ValueError, match="cannot be compiled"):
        fit(MLP(2, [1], seed=1), x, y, loss=twice, batch_size=5, epochs=2, jit=True, progress=False)


@pytest.mark.usefixtures("_executor")
@pytest.mark.parametrize("size", [None, 5, 1])
@pytest.mark.parametrize("seeds", [(2, 3), (None, None)])
def test_dropout_draws_the_same_masks_as_eagerly(size: int | None, seeds: tuple[int | None, int | None]) -> None:
    x, y = points()
    found = []
    for jit in (False, True):
        random.seed(9)
        model = Sequential(
            Layer(2, 6, activation="tanh", seed=1),
            Dropout(0.5, seed=seeds[0]),
            Layer(6, 4, activation="tanh", seed=2),
            Dropout(0.25, seed=seeds[1]),
            Layer(4, 1, activation=None, seed=3),
        )
        history = fit(model, x, y, loss=mse, batch_size=size, epochs=6, seed=4, jit=jit, progress=False)
        found.append([*history.losses, *(p.data for p in model.parameters()), random.random()])
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-12)


def test_a_run_that_cannot_be_replayed_has_drawn_nothing() -> None:
    x, y = points()

    def looking(predictions: list[Value], targets: list[float]) -> Value:
        return mse(predictions, targets) * (2.0 if predictions[0].data > 0 else 1.0)

    model = Sequential(Layer(2, 4, seed=1), Dropout(0.5), Layer(4, 1, activation=None, seed=3))
    random.seed(9)
    expected = random.random()
    random.seed(9)
    with pytest.raises(ValueError, match="the data of a value"):
        fit(model, x, y, loss=looking, epochs=2, jit=True, progress=False)
    assert random.random() == expected


def test_a_loss_that_draws_is_refused() -> None:
    x, y = points()
    dropout = Dropout(0.5, seed=1)
    with pytest.raises(ValueError, match="the loss draws random numbers"):
        fit(
            MLP(2, [1], seed=1), x, y,
            loss=lambda p, t: mse(dropout(p), t), epochs=2, batch_size=5, jit=True, progress=False,
        )  # fmt: skip


def test_a_loss_that_couples_the_samples_of_a_batch_is_refused() -> None:
    def coupled(predictions: list[Value], targets: list[float]) -> Value:
        return mean([(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)]) * predictions[0]

    def sized(predictions: list[Value], targets: list[float]) -> Value:
        return mean([(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)]) * len(targets)

    x, y = points()
    for loss in (coupled, sized):
        with pytest.raises(ValueError, match="cannot be compiled"):
            fit(MLP(2, [1], seed=1), x, y, loss=loss, batch_size=5, epochs=2, jit=True, progress=False)


def test_a_loss_that_reads_its_samples_in_several_places_or_by_something_else_is_refused() -> None:
    x, y = points()

    def twice(predictions: list[Value], targets: list[float]) -> Value:
        return mse(predictions, targets) * mean(predictions)

    def largest(predictions: list[Value], targets: list[float]) -> Value:
        return maximum([(p - t) ** 2 for p, t in zip(predictions, targets, strict=True)])

    def pairs(predictions: list[Value], targets: list[float]) -> Value:
        return mean([(p - q) ** 2 for p, q in pairwise(predictions)])

    def again(predictions: list[Value], targets: list[float]) -> Value:
        return mse(predictions, targets) + predictions[3] * 0.0

    for loss in (twice, largest, pairs, again):
        with pytest.raises(ValueError, match=r"cannot be compiled: .*sample"):
            fit(MLP(2, [1], seed=1), x, y, loss=loss, batch_size=5, epochs=2, jit=True, progress=False)


def test_samples_that_are_single_numbers_train_too() -> None:
    found = []
    for jit in (False, True):
        model = MLP(1, [3, 1], activation="tanh", seed=1)
        fit(
            model,
            [0.1 * n for n in range(9)],
            [0.2 * n for n in range(9)],
            loss=mse,
            batch_size=4,
            epochs=5,
            seed=1,
            jit=jit,
            progress=False,
        )
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-9)


def test_an_optimiser_with_a_step_of_its_own_is_refused() -> None:
    x, y = points()
    model = MLP(2, [1], seed=1)
    with pytest.raises(ValueError, match="LBFGS"):
        fit(model, x, y, loss=mse, optimizer=LBFGS(model.parameters()), epochs=2, jit=True, progress=False)


def test_auto_stays_eager_for_short_runs_and_for_what_cannot_be_compiled(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def never(*arguments: Any) -> Any:
        asked.append(arguments)
        raise Unsuited("not today")

    monkeypatch.setattr("nn.training.Replay", never)
    x, y = points()
    fit(MLP(2, [1], seed=1), x, y, loss=mse, epochs=2, progress=False)
    assert not asked
    monkeypatch.setattr("nn.training.WORTHWHILE", 10)
    history = fit(MLP(2, [1], seed=1), x, y, loss=mse, epochs=3, progress=False)
    assert asked
    assert history.stopped == "epochs"


def test_without_numpy_auto_is_eager_and_true_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nn.training.WORTHWHILE", 10)
    monkeypatch.setitem(sys.modules, "numpy", None)
    x, y = points()
    assert fit(MLP(2, [1], seed=1), x, y, loss=mse, epochs=2, progress=False).stopped == "epochs"
    with pytest.raises(ImportError, match=r"chainrule\[fast\]"):
        fit(MLP(2, [1], seed=1), x, y, loss=mse, epochs=2, progress=False, jit=True)


def test_a_callback_may_change_the_learning_rate_or_the_model() -> None:
    x, y = points()
    found = []
    for jit in (False, True):
        model = MLP(2, [5, 1], activation="tanh", seed=1)
        optimizer = SGD(model.parameters(), lr=0.2)

        def change(history: Any, model: MLP = model, optimizer: SGD = optimizer) -> None:
            optimizer.lr *= 0.9
            if len(history) == 4:
                for neuron in model.layers[0].neurons:
                    neuron.activation = "relu"

        fit(model, x, y, loss=mse, optimizer=optimizer, epochs=8, callbacks=[change], jit=jit, progress=False)
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-9)


def test_a_diverging_run_raises_the_same_error_and_keeps_the_last_completed_step() -> None:
    x, y = points()
    found = []
    for jit in (False, True):
        model = MLP(2, [5, 1], activation="relu", seed=1)
        with pytest.raises(DivergenceError):
            fit(model, x, y, loss=mse, optimizer=SGD(model.parameters(), lr=50.0), epochs=500, jit=jit, progress=False)
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-6)


def test_jit_is_auto_true_or_false() -> None:
    with pytest.raises(ValueError, match="jit must be"):
        fit(MLP(1, [1]), [[0.0]], [0.0], loss=mse, jit="yes")
