"""`fit` and `predict`: the loop of lectures L6, its bookkeeping, and that Ctrl-C is safe everywhere."""

import math
import os
import random
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nn.optim
import nn.training
from autograd import Value
from nn import (
    LBFGS,
    MLP,
    SGD,
    Adam,
    DivergenceError,
    History,
    Module,
    accuracy,
    binary_cross_entropy_with_logits,
    fit,
    l2,
    mse,
    predict,
    softmax_cross_entropy,
)

X = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0], [0.5, -1.0]]
Y = [0.0, 1.0, 1.0, 0.5, -1.0]


def small(seed: int = 0) -> MLP:
    return MLP(2, [3, 1], activation="tanh", seed=seed)


def numbers(model: Module) -> list[float]:
    return [p.data for p in model.parameters()]


def run(model: MLP, **options: Any) -> History:
    settings: dict[str, Any] = {"loss": mse, "epochs": 5, "batch_size": 2, "seed": 3, "progress": False}
    return fit(model, X, Y, **{**settings, **options})


def test_full_batch_descent_is_the_algorithm_of_the_lectures() -> None:
    """W <- W - alpha (1/m) sum of dJ/dW over the m samples (L6), written out."""
    ours, by_hand = small(), small()
    alpha, m = 0.3, len(X)
    history = run(ours, batch_size=None, optimizer=SGD(ours.parameters(), lr=alpha))
    losses = []
    for _ in range(5):
        total = 0.0
        by_hand.zero_grad()
        for x, y in zip(X, Y, strict=True):
            output = by_hand(x)
            assert isinstance(output, Value)
            loss = (output - y) ** 2
            loss.backward()  # accumulates
            total += loss.data
        losses.append(total / m)
        for p in by_hand.parameters():
            p.data -= alpha * p.grad / m
    assert numbers(ours) == pytest.approx(numbers(by_hand), rel=1e-12)
    assert history.losses == pytest.approx(losses, rel=1e-12)


@given(size=st.integers(1, 7), seed=st.integers(0, 1000))
def test_every_epoch_sees_each_sample_once_in_batches_of_the_size(size: int, seed: int) -> None:
    seen: list[list[float]] = []

    def spy(predictions: list[Any], targets: list[Any]) -> Value:
        seen.append(list(targets))
        return mse(predictions, targets)

    targets = [float(i) for i in range(5)]
    model = small()
    fit(model, X, targets, loss=spy, epochs=2, batch_size=size, seed=seed, progress=False,
        optimizer=SGD(model.parameters(), lr=0.01))  # fmt: skip
    steps = math.ceil(5 / size)
    assert [len(batch) for batch in seen[:steps]] == [min(size, 5 - size * k) for k in range(steps)]
    for epoch in (seen[:steps], seen[steps:]):
        assert sorted(y for batch in epoch for y in batch) == targets


def test_shuffling_keeps_rows_and_targets_together_and_changes_every_epoch() -> None:
    orders: list[tuple[float, ...]] = []

    class Spy(Module):
        def __init__(self) -> None:
            self.w = Value(0.0)
            self.rows: list[Any] = []

        def __call__(self, x: list[float]) -> Value:
            self.rows.append(x[0])
            return self.w * x[0]

    spy = Spy()

    def loss(predictions: list[Any], targets: list[Any]) -> Value:
        assert spy.rows == [y * 10 for y in targets]
        orders.append(tuple(targets))
        spy.rows.clear()
        return mse(predictions, targets)

    x = [[10.0 * i] for i in range(20)]
    fit(spy, x, list(range(20)), loss=loss, epochs=4, batch_size=19, seed=0, progress=False,
        optimizer=SGD(spy.parameters(), lr=0.0))  # fmt: skip
    firsts = [order for order in orders if len(order) == 19]
    assert len(set(firsts)) == 4
    assert all(order != tuple(sorted(order)) for order in firsts)


def test_a_full_batch_is_never_shuffled() -> None:
    seen = []

    def loss(predictions: list[Any], targets: list[Any]) -> Value:
        seen.append(tuple(targets))
        return mse(predictions, targets)

    run(small(), batch_size=None, loss=loss)
    run(small(), batch_size=99, loss=loss)
    assert set(seen) == {tuple(Y)}


def test_the_same_seed_gives_the_same_run_and_another_one_another() -> None:
    models = [small(), small(), small()]
    first, second, third = (run(model, seed=seed) for model, seed in zip(models, (3, 3, 4), strict=True))
    assert numbers(models[0]) == numbers(models[1])
    assert first == second
    assert numbers(models[0]) != numbers(models[2])
    assert first != third


def test_without_a_seed_the_global_generator_shuffles() -> None:
    states = []
    for seed in (1, 1, 2):
        random.seed(seed)
        model = small()
        run(model, seed=None)
        states.append(numbers(model))
    assert states[0] == states[1] != states[2]


def test_a_run_has_the_same_bits_in_every_process() -> None:
    root = Path(__file__).resolve().parents[2]
    code = (
        "from nn import *\n"
        "m = MLP(2, [4, 1], activation='gelu', seed=1)\n"
        "h = fit(m, [[0., 1.], [1., 0.], [1., 1.]], [1., -1., 1.], loss=hinge, epochs=5, batch_size=2, seed=2,"
        " progress=False)\n"
        "print([p.data.hex() for p in m.parameters()], [v.hex() for v in h.losses])"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": hash_seed, "PYTHONPATH": str(root)},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for hash_seed in ("0", "1", "random")
    }
    assert len(outputs) == 1
    assert "0x" in outputs.pop()


@pytest.mark.parametrize("convert", [list, np.array])
def test_lists_and_arrays_train_alike(convert: Callable[[Any], Any]) -> None:
    model, other = small(), small()
    run(other)
    settings: dict[str, Any] = {"loss": mse, "epochs": 5, "batch_size": 2, "seed": 3, "progress": False}
    fit(model, convert(X), convert(Y), **settings)
    assert numbers(model) == numbers(other)
    twin = small()
    fit(twin, [np.array(row) for row in X], convert(Y), **settings)
    assert numbers(twin) == numbers(other)


def test_tables_of_pandas_are_read_by_row() -> None:
    class Table:
        """What pandas' DataFrame and Series have: iteration would give the columns' names."""

        def __init__(self, rows: list[Any]) -> None:
            self.rows = rows

        def to_numpy(self) -> Any:
            return np.array(self.rows)

    model, other = small(), small()
    run(other)
    fit(model, Table(X), Table(Y), loss=mse, epochs=5, batch_size=2, seed=3, progress=False)
    assert numbers(model) == numbers(other)


def test_metrics_and_validation_are_recorded_each_epoch() -> None:
    model = MLP(2, [4, 2], seed=0)
    x, labels = [[0.0, 1.0], [1.0, 0.0], [2.0, 0.0], [0.0, 2.0]], [0, 1, 1, 0]
    history = fit(
        model, x, labels, loss=softmax_cross_entropy, epochs=30, batch_size=2, seed=0, progress=False,
        optimizer=Adam(model.parameters(), lr=0.1), validation=(x, labels), metrics={"accuracy": accuracy},
    )  # fmt: skip
    assert list(history.metrics) == ["loss", "accuracy", "val_loss", "val_accuracy"]
    assert all(len(column) == len(history) == 30 for column in history.metrics.values())
    assert history["val_accuracy"][-1] == history["accuracy"][-1] == 1.0
    assert history.losses == history["loss"]
    rows = [model(row) for row in x]
    assert history["val_loss"][-1] == softmax_cross_entropy(rows, labels).data
    assert history.best_epoch == min(range(30), key=history["val_loss"].__getitem__)


def test_the_loss_of_an_epoch_is_the_mean_over_its_samples_not_its_batches() -> None:
    model = small()
    history = run(model, optimizer=SGD(model.parameters(), lr=0.0), batch_size=2, epochs=1)
    expected = mse([small()(x) for x in X], Y).data
    assert history.losses == [pytest.approx(expected, rel=1e-14)]


def test_metrics_get_plain_numbers_and_validation_builds_no_graph() -> None:
    kinds = set()

    class Spy(Module):
        def __init__(self) -> None:
            self.inner = small()
            self.pair = Value(1.0)

        def __call__(self, x: Any) -> Any:
            output = self.inner(x)
            assert isinstance(output, Value)
            kinds.add((self.training, output.role))
            return [output, output * self.pair]

    def metric(outputs: list[Any], targets: list[Any]) -> float:
        assert all(type(number) is float for output in outputs for number in output)
        assert len(outputs) == len(targets)
        return 1.0

    model = Spy()
    model.inner.eval()
    fit(model, X, [[y, y] for y in Y], loss=mse, epochs=2, validation=(X, [[y, y] for y in Y]),
        metrics={"one": metric}, progress=False)  # fmt: skip
    assert kinds == {(True, "computed"), (False, "leaf")}
    assert model.training, "modes are as they were before"
    assert not model.inner.training


def test_a_true_callback_ends_the_run_after_all_were_called() -> None:
    calls: list[int] = []
    history = run(small(), callbacks=[lambda h: len(h) == 3, lambda h: calls.append(len(h))], epochs=50)
    assert history.stopped == "callback"
    assert len(history) == 3
    assert calls == [1, 2, 3]


def test_patience_ends_a_run_that_no_longer_gets_better() -> None:
    model = small()
    history = run(model, optimizer=SGD(model.parameters(), lr=0.0), patience=4, epochs=50, batch_size=None)
    assert history.stopped == "patience"
    assert len(history) == 5
    assert history.best_epoch == 0


def test_patience_watches_the_validation_loss_where_there_is_one() -> None:
    model = small()
    opposite = [-10 * y for y in Y]
    history = run(model, validation=(X, opposite), patience=2, epochs=200, batch_size=None)
    assert history.stopped == "patience"
    assert history["loss"][-1] < history["loss"][0]
    assert history.best_epoch == len(history) - 3


def test_restore_best_takes_back_the_parameters_of_the_best_epoch() -> None:
    states: list[list[float]] = []
    model = small()
    history = run(
        model,
        optimizer=SGD(model.parameters(), lr=1.5),
        restore_best=True,
        validation=(X, Y),
        callbacks=[lambda h: states.append(numbers(model))],
        epochs=30,
    )
    best = history["val_loss"].index(min(history["val_loss"]))
    assert 0 <= best < 29
    assert history.best_epoch == best
    assert numbers(model) == states[best]
    assert mse([model(x) for x in X], Y).data == history["val_loss"][best]


def test_clip_norm_limits_every_step() -> None:
    model = small()
    before = numbers(model)
    run(model, optimizer=SGD(model.parameters(), lr=1.0), clip_norm=1e-3, epochs=1, batch_size=None)
    assert math.dist(before, numbers(model)) == pytest.approx(1e-3, rel=1e-2)


def test_the_default_optimiser_is_adam_over_all_parameters() -> None:
    ours, other = small(), small()
    run(ours)
    run(other, optimizer=Adam(other.parameters(), lr=0.01))
    assert numbers(ours) == numbers(other)


def test_lbfgs_fits_with_the_same_call() -> None:
    model = small()
    history = run(
        model, batch_size=None, optimizer=LBFGS(model.parameters()), epochs=10, metrics={"n": lambda p, y: len(p)}
    )
    assert history.losses[-1] < 1e-3 < history.losses[0]
    assert history["n"] == [5.0] * 10, "the trial points of the line search are not counted"


def test_parameters_that_the_optimiser_does_not_hold_stay() -> None:
    model = small()
    frozen = [p.data for p in model.layers[0].parameters()]
    run(model, optimizer=SGD(model.layers[1].parameters(), lr=0.1))
    assert [p.data for p in model.layers[0].parameters()] == frozen


def test_a_penalty_is_part_of_the_loss_function() -> None:
    model = small()
    history = run(model, loss=lambda p, y: mse(p, y) + l2(model.weights(), 10.0), epochs=200, batch_size=None,
                  optimizer=SGD(model.parameters(), lr=0.05))  # fmt: skip
    assert max(abs(w.data) for w in model.weights()) < 0.1
    assert history.stopped == "epochs"


def too_large(predictions: list[Any], targets: list[Any]) -> Value:
    return mse(predictions, targets) * 1e308 * 1e308


def overflowing(predictions: list[Any], targets: list[Any]) -> Value:
    return mse(predictions, targets) * math.exp(1000.0)


@pytest.mark.parametrize("loss", [mse, too_large, overflowing])
def test_a_run_that_diverges_stops_at_the_last_finite_parameters(loss: Callable[..., Value]) -> None:
    model = MLP(1, [1], seed=0)
    optimizer = SGD(model.parameters(), lr=1e6)
    with pytest.raises(DivergenceError, match="lower the learning rate"):
        fit(model, [[1e3], [2e3]], [1.0, 2.0], loss=loss, optimizer=optimizer, progress=False)
    assert all(map(math.isfinite, numbers(model)))


def test_the_moons_are_learnt() -> None:
    datasets = pytest.importorskip("sklearn.datasets")
    x, y = datasets.make_moons(n_samples=60, noise=0.1, random_state=1)
    model = MLP(2, [8, 1], seed=1337)
    history = fit(model, x, y, loss=binary_cross_entropy_with_logits, optimizer=Adam(model.parameters(), lr=0.1),
                  epochs=60, batch_size=20, seed=0, metrics={"accuracy": accuracy}, progress=False)  # fmt: skip
    assert history["accuracy"][-1] == 1.0
    assert accuracy(predict(model, x), y) == 1.0


class Interrupter:
    """Raises KeyboardInterrupt at the k-th of its calls."""

    def __init__(self, at: int) -> None:
        self.at = at
        self.calls = 0

    def __call__(self) -> None:
        self.calls += 1
        if self.calls == self.at:
            raise KeyboardInterrupt


def interrupted_run(point: str, at: int, monkeypatch: pytest.MonkeyPatch) -> tuple[MLP, History, int]:
    """A run with Ctrl-C at the at-th visit of a point; also the number of steps that were completed before."""
    model = small()
    hit = Interrupter(at)
    optimizer = SGD(model.parameters(), lr=0.1, momentum=0.9)
    steps = 0
    original_step, original_assign, original_backward = SGD.step, nn.optim.assign, Value.backward

    class Spy(Module):
        def __init__(self) -> None:
            self.inner = model

        def __call__(self, x: Any) -> Any:
            if point == "model" or (point == "validation" and not self.training):
                hit()
            return self.inner(x)

    def loss(predictions: list[Any], targets: list[Any]) -> Value:
        if point == "loss":
            hit()
        return mse(predictions, targets)

    def metric(predictions: list[Any], targets: list[Any]) -> float:
        if point == "metric":
            hit()
        return 0.0

    def callback(history: History) -> None:
        if point == "callback":
            hit()
        if point == "signal" and len(history) == at:
            signal.raise_signal(signal.SIGINT)

    def step(self: SGD, closure: Any = None) -> float | None:
        nonlocal steps
        if point == "before step":
            hit()
        value = original_step(self, closure)
        steps += 1
        if point == "after step":
            hit()
        return value

    def assign(params: list[Value], data: Sequence[float], *more: Any) -> None:
        if point == "write":  # (the writing itself is one step)
            hit()
        original_assign(params, data, *more)

    def backward(self: Value, grad: float = 1.0) -> None:
        if point == "backward":
            hit()
        original_backward(self, grad)

    monkeypatch.setattr(SGD, "step", step)
    monkeypatch.setattr(nn.optim, "assign", assign)
    monkeypatch.setattr(Value, "backward", backward)
    history = fit(
        Spy(), X, Y, loss=loss, optimizer=optimizer, epochs=4, batch_size=2, seed=3, validation=(X, Y),
        metrics={"m": metric}, callbacks=[callback], progress=False,
    )  # fmt: skip
    monkeypatch.undo()
    assert original_assign is nn.optim.assign
    return model, history, steps


POINTS = [
    *[("model", at) for at in (1, 2, 3, 11, 17)],
    *[(point, at) for point in ("loss", "backward", "before step", "after step") for at in (1, 2, 5)],
    *[("write", at) for at in (1, 2, 5, 9)],
    *[(point, at) for point in ("metric", "validation", "callback", "signal") for at in (1, 2, 3)],
]


@pytest.mark.parametrize(("point", "at"), POINTS)
def test_ctrl_c_leaves_the_parameters_of_the_last_completed_step(
    point: str, at: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    trajectory: list[list[float]] = []
    reference = small()
    optimizer = SGD(reference.parameters(), lr=0.1, momentum=0.9)
    original = SGD.step

    def recorded(self: SGD, closure: Any = None) -> float | None:
        if not trajectory:
            trajectory.append(numbers(reference))
        value = original(self, closure)
        trajectory.append(numbers(reference))
        return value

    monkeypatch.setattr(SGD, "step", recorded)
    whole = run(reference, optimizer=optimizer, epochs=4)
    monkeypatch.undo()
    assert len(trajectory) == 1 + 4 * 3

    model, history, steps = interrupted_run(point, at, monkeypatch)
    assert history.stopped == "interrupted"
    assert numbers(model) == trajectory[steps]
    assert history.losses == whole.losses[: len(history)]
    assert len(history) in (steps // 3, steps // 3 - 1)
    assert all(len(column) == len(history) for column in history.metrics.values())
    assert model.training


def test_a_model_can_go_on_learning_after_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> None:
    model, _, _ = interrupted_run("backward", 4, monkeypatch)
    history = run(model)
    assert history.stopped == "epochs"
    assert history.losses[-1] < history.losses[0]


def test_any_other_error_passes_and_leaves_the_last_completed_step() -> None:
    model = small()
    calls = 0

    def loss(predictions: list[Any], targets: list[Any]) -> Value:
        nonlocal calls
        calls += 1
        if calls == 2:
            raise ZeroDivisionError
        return mse(predictions, targets)

    with pytest.raises(ZeroDivisionError):
        run(model, loss=loss)
    one_step = small()
    with pytest.raises(ZeroDivisionError):
        run(one_step, callbacks=[lambda h: 1 / 0], batch_size=None)
    assert numbers(model) != numbers(small())
    assert model.training


def test_ctrl_c_with_restore_best_gives_the_best_epoch() -> None:
    model = small()
    states: list[list[float]] = []

    def callback(history: History) -> None:
        states.append(numbers(model))
        if len(history) == 6:
            raise KeyboardInterrupt

    history = run(model, optimizer=SGD(model.parameters(), lr=1.5), restore_best=True, callbacks=[callback], epochs=30)
    assert history.stopped == "interrupted"
    assert history.best_epoch is not None
    assert numbers(model) == states[history.best_epoch]


@pytest.mark.parametrize(("shown", "expected"), [(True, True), (False, False)])
def test_a_bar_is_shown_only_if_wanted_and_slow(
    shown: bool, expected: bool, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import tqdm

    original = tqdm.tqdm
    monkeypatch.setattr(tqdm, "tqdm", lambda **options: original(**{**options, "delay": 0, "mininterval": 0}))
    run(small(), progress=shown)
    error = capsys.readouterr().err
    assert ("15/15" in error) is expected
    assert ("loss=" in error) is expected
    monkeypatch.undo()
    run(small(), progress=True)
    assert "15/15" not in capsys.readouterr().err


def test_importing_nn_does_not_import_heavy_packages() -> None:
    root = Path(__file__).resolve().parents[2]
    code = "import sys, nn; print([m for m in ('numpy', 'scipy', 'tqdm', 'matplotlib', 'sklearn') if m in sys.modules])"
    environment = {**os.environ, "PYTHONPATH": str(root)}
    result = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert result.stdout == "[]\n"


def test_predict_gives_plain_numbers_and_keeps_the_mode() -> None:
    model = MLP(2, [3, 2], seed=0)
    outputs = predict(model, X)
    rows = [model(row) for row in X]
    assert outputs == [[v.data for v in row] for row in rows]  # type: ignore[union-attr]
    assert model.training
    assert predict(small(), np.array(X)) == predict(small(), X)


def test_a_history_shows_itself_on_one_line() -> None:
    assert repr(History()) == "<History: 0 epochs, stopped: not yet>"
    one = History([{"loss": 1.23456}], "callback", 0)
    assert repr(one) == "<History: 1 epoch, loss 1.235 to 1.235, stopped: callback>"
    assert History().metrics == {}
    assert History()["anything"] == []
    with pytest.raises(KeyError, match="'accuracy' was not recorded; there are loss"):
        one["accuracy"]
