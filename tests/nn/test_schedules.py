"""Learning-rate schedules against PyTorch's step-by-step formulas; in `fit`, by hand, natively, saved and taken up."""

import json
import math
import random
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import (
    LBFGS,
    MLP,
    SGD,
    Adam,
    AdamW,
    CosineAnnealingLR,
    ExponentialLR,
    LambdaLR,
    LinearLR,
    LRScheduler,
    Optimizer,
    SequentialLR,
    StateError,
    StepLR,
    fit,
    mse,
)

RATES = st.floats(1e-4, 1.0)
FACTORS = st.floats(0.05, 1.0)
STEPS = 25


def sgd(lr: float = 0.5) -> SGD:
    return SGD([Value(1.0)], lr=lr)


def rates(schedule: LRScheduler, steps: int = STEPS) -> list[float]:
    found = [schedule.optimizer.lr]
    for _ in range(steps):
        schedule.step()
        found.append(schedule.optimizer.lr)
        assert schedule.get_last_lr() == found[-1:]
    return found


@given(lr=RATES, size=st.integers(1, 9), gamma=FACTORS)
def test_step_multiplies_by_gamma_after_every_step_size_steps(lr: float, size: int, gamma: float) -> None:
    expected = [lr]
    for step in range(1, STEPS + 1):  # torch.optim.lr_scheduler.StepLR, as its documentation says it
        expected.append(expected[-1] * gamma if step % size == 0 else expected[-1])
    assert rates(StepLR(sgd(lr), size, gamma)) == pytest.approx(expected, rel=1e-12)
    assert StepLR(sgd(), 3).gamma == 0.1


@given(lr=RATES, gamma=FACTORS)
def test_exponential_multiplies_by_gamma_after_every_step(lr: float, gamma: float) -> None:
    expected = [lr]
    for _ in range(STEPS):
        expected.append(expected[-1] * gamma)
    assert rates(ExponentialLR(sgd(lr), gamma)) == pytest.approx(expected, rel=1e-12)


@given(lr=RATES, low=st.floats(0.0, 0.1), length=st.integers(2, 30))
def test_cosine_follows_pytorchs_recursion(lr: float, low: float, length: int) -> None:
    expected = [lr]
    for t in range(1, length):  # the recursive form of the documentation, up to T_max
        ratio = (1 + math.cos(math.pi * t / length)) / (1 + math.cos(math.pi * (t - 1) / length))
        expected.append(low + ratio * (expected[-1] - low))
    found = rates(CosineAnnealingLR(sgd(lr), length, low), length)
    assert found[:-1] == pytest.approx(expected, rel=1e-9)
    assert found[-1] == pytest.approx(low, abs=1e-12), "and ends at eta_min"


@given(lr=RATES, start=FACTORS, end=FACTORS, length=st.integers(1, 9))
def test_warm_up_follows_pytorchs_recursion(lr: float, start: float, end: float, length: int) -> None:
    expected = [lr * start]
    for t in range(1, STEPS + 1):
        factor = 1 + (end - start) / (length * start + (t - 1) * (end - start)) if t <= length else 1.0
        expected.append(expected[-1] * factor)
    assert rates(LinearLR(sgd(lr), start, end, length)) == pytest.approx(expected, rel=1e-9)


def test_warm_up_has_pytorchs_defaults() -> None:
    assert rates(LinearLR(sgd(0.3)), 6) == pytest.approx([0.1, 0.14, 0.18, 0.22, 0.26, 0.3, 0.3])


def test_a_function_of_ones_own_gives_the_factor() -> None:
    assert rates(LambdaLR(sgd(0.5), lambda step: 1 / (1 + step)), 3) == [0.5, 0.25, 0.5 / 3, 0.125]


def test_one_after_the_other_each_from_its_milestone() -> None:
    optimizer = sgd(0.4)
    parts = [LinearLR(optimizer, 0.25, total_iters=3), CosineAnnealingLR(optimizer, 4), ExponentialLR(optimizer, 0.5)]
    schedule = SequentialLR(optimizer, parts, [3, 7])
    expected = [0.1, 0.2, 0.3] + [0.2 * (1 + math.cos(math.pi * t / 4)) for t in range(4)] + [0.4, 0.2, 0.1]
    assert rates(schedule, 9) == pytest.approx(expected, rel=1e-12)


def test_a_rate_that_is_assigned_is_what_the_schedule_counts_from() -> None:
    optimizer = sgd(0.5)
    schedule = StepLR(optimizer, 2, 0.5)
    schedule.step()
    optimizer.lr = 0.1
    schedule.step()
    assert (optimizer.lr, optimizer.initial_lr, schedule.base_lr) == (0.05, 0.1, 0.1)


SCHEDULES: list[Callable[[Any], LRScheduler]] = [
    lambda o: StepLR(o, 3, 0.5),
    lambda o: CosineAnnealingLR(o, 12, 1e-3),
    lambda o: LinearLR(o, 0.1, total_iters=6),
    lambda o: SequentialLR(o, [LinearLR(o, 0.1, total_iters=4), CosineAnnealingLR(o, 8)], [4]),
]
OPTIMIZERS: list[Callable[[Any], Any]] = [
    lambda p: SGD(p, lr=0.1), lambda p: SGD(p, lr=0.05, momentum=0.9, nesterov=True), lambda p: Adam(p, lr=0.05),
    lambda p: AdamW(p, lr=0.05),
]  # fmt: skip


def data() -> tuple[list[list[float]], list[float]]:
    source = random.Random(0)
    points = [[source.uniform(-1, 1), source.uniform(-1, 1)] for _ in range(16)]
    return points, [float(a * b > 0) for a, b in points]


def train(make: Any, schedule: Any, jit: Any, epochs: int = 10, batch_size: int | None = 5) -> tuple[Any, Any, Any]:
    model = MLP(2, [5, 1], activation="tanh", seed=3)
    optimizer = make(model.parameters())
    x, y = data()
    history = fit(
        model, x, y, loss=mse, optimizer=optimizer, schedule=schedule(optimizer), epochs=epochs, batch_size=batch_size,
        seed=1, jit=jit, progress=False,
    )  # fmt: skip
    return [p.data for p in model.parameters()], history.losses, optimizer


@pytest.mark.parametrize(
    ("make", "schedule", "batch_size"),
    [(OPTIMIZERS[2], schedule, 5) for schedule in SCHEDULES]
    + [(make, SCHEDULES[3], 5) for make in OPTIMIZERS[:2]]
    + [(OPTIMIZERS[3], SCHEDULES[1], None)],
)
def test_natively_it_comes_to_the_same(make: Any, schedule: Any, batch_size: int | None) -> None:
    pytest.importorskip("numba")
    eager, native = (train(make, schedule, jit, batch_size=batch_size) for jit in (False, True))
    assert native[0] == pytest.approx(eager[0], rel=1e-10, abs=1e-10)
    assert native[1] == pytest.approx(eager[1], rel=1e-10, abs=1e-10)
    assert native[2].lr == eager[2].lr
    constant = train(make, lambda o: StepLR(o, 1000), False, batch_size=batch_size)
    assert max(abs(a - b) for a, b in zip(eager[0], constant[0], strict=True)) > 1e-3, "the schedule did something"


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_fit_steps_after_every_epoch_as_by_hand(schedule: Any) -> None:
    found, losses, optimizer = train(OPTIMIZERS[2], schedule, False, batch_size=None)
    model = MLP(2, [5, 1], activation="tanh", seed=3)
    by_hand = Adam(model.parameters(), lr=0.05)
    scheduler = schedule(by_hand)
    x, y = data()
    expected = []
    for _ in range(10):
        loss = mse([model(row) for row in x], y)
        by_hand.zero_grad()
        loss.backward()
        by_hand.step()
        scheduler.step()
        expected.append(loss.data)
    assert (found, losses, optimizer.lr) == ([p.data for p in model.parameters()], expected, by_hand.lr)


def test_the_optimiser_may_be_left_to_the_schedule_and_must_be_its_own() -> None:
    model = MLP(2, [1], seed=0)
    schedule = StepLR(SGD(model.parameters(), lr=0.1), 1, 0.5)
    fit(model, [[1.0, 2.0]], [1.0], loss=mse, schedule=schedule, epochs=3, progress=False)
    assert (schedule.last_epoch, schedule.optimizer.lr) == (3, pytest.approx(0.0125))
    other = SGD(model.parameters(), lr=0.1)
    with pytest.raises(ValueError, match="the schedule is of another optimiser than the one given"):
        fit(model, [[1.0, 2.0]], [1.0], loss=mse, optimizer=other, schedule=schedule)
    with pytest.raises(TypeError, match=r"schedule must be one such as StepLR\(optimizer, 30\), got float 0\.1"):
        fit(model, [[1.0, 2.0]], [1.0], loss=mse, schedule=0.1)  # type: ignore[arg-type]


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("make", OPTIMIZERS)
def test_a_run_saved_as_json_and_taken_up_again_goes_on_to_the_bit(make: Any, schedule: Any) -> None:
    x, y = data()

    def run(model: Any, optimizer: Any, scheduler: Any, epochs: int) -> list[float]:
        return fit(
            model, x, y, loss=mse, optimizer=optimizer, schedule=scheduler, epochs=epochs, jit=False, progress=False
        ).losses

    model = MLP(2, [4, 1], seed=1)
    optimizer = make(model.parameters())
    scheduler = schedule(optimizer)
    first = run(model, optimizer, scheduler, 5)
    saved = json.dumps([model.state_dict(), optimizer.state_dict(), scheduler.state_dict()])
    going_on = run(model, optimizer, scheduler, 5)

    twin = MLP(2, [4, 1], seed=2)
    other = make(twin.parameters())
    other.lr = 7.0
    again = schedule(other)
    for thing, state in zip((twin, other, again), json.loads(saved), strict=True):
        thing.load_state_dict(state)
    assert run(twin, other, again, 5) == going_on
    assert [p.data for p in twin.parameters()] == [p.data for p in model.parameters()]
    assert (other.state_dict(), again.state_dict()) == (optimizer.state_dict(), scheduler.state_dict())
    assert len(first) == 5


BAD: list[tuple[Any, type[Exception], str]] = [
    (3, TypeError, "a state is a dict"),
    ({}, StateError, "this state is not of a StepLR: its 'schedule' is None"),
    ({"schedule": "ExponentialLR", "gamma": 0.5, "last_epoch": 1}, StateError, "its 'schedule' is 'ExponentialLR'"),
    ({"schedule": "StepLR", "step_size": 3, "gamma": 0.5}, StateError, "missing: last_epoch"),
    ({"schedule": "StepLR", "step_size": 3, "gamma": 0.5, "last_epoch": 1, "x": 1}, StateError, "unexpected: x"),
    ({"schedule": "StepLR", "step_size": 4, "gamma": 0.5, "last_epoch": 1}, StateError, "this state has step_size = int 4, the schedule int 3"),
    ({"schedule": "StepLR", "step_size": 3, "gamma": 0.5, "last_epoch": -1}, StateError, "last_epoch must be at least 0, got -1"),
    ({"schedule": "StepLR", "step_size": 3, "gamma": 0.5, "last_epoch": 1.5}, TypeError, "last_epoch must be a whole number, got float 1.5"),
]


@pytest.mark.parametrize(("state", "error", "message"), BAD)
def test_a_state_of_something_else_is_refused_and_changes_nothing(state: Any, error: Any, message: str) -> None:
    optimizer = sgd()
    schedule = StepLR(optimizer, 3, 0.5)
    schedule.step()
    with pytest.raises(error, match=message):
        schedule.load_state_dict(state)
    assert (schedule.last_epoch, optimizer.lr) == (1, 0.5)


def test_the_parts_of_a_sequence_must_be_those_of_the_state() -> None:
    one, other = (
        SequentialLR(o, [LinearLR(o, start), StepLR(o, 2)], [3]) for start, o in ((0.1, sgd()), (0.2, sgd()))
    )
    with pytest.raises(StateError, match="this state has parts = "):
        other.load_state_dict(json.loads(json.dumps(one.state_dict())))


OPTIMIZER = sgd()


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: StepLR([], 1), TypeError, "a schedule takes an optimiser with a learning rate, got list"),  # type: ignore[arg-type]
        (lambda: StepLR(LBFGS([Value(1.0)]), 1), TypeError, "an optimiser with a learning rate, got LBFGS"),  # type: ignore[arg-type]
        (lambda: StepLR(OPTIMIZER, 0), ValueError, "step_size must be at least 1"),
        (lambda: StepLR(OPTIMIZER, 1, -1.0), ValueError, "gamma must be at least 0"),
        (lambda: CosineAnnealingLR(OPTIMIZER, 2.5), TypeError, "T_max must be a whole number"),  # type: ignore[arg-type]
        (lambda: CosineAnnealingLR(OPTIMIZER, 2, math.nan), ValueError, "eta_min must be finite"),
        (lambda: LinearLR(OPTIMIZER, -0.1), ValueError, "start_factor must be at least 0"),
        (lambda: LambdaLR(OPTIMIZER, 0.5), TypeError, "lr_lambda must be a function"),  # type: ignore[arg-type]
        (lambda: SequentialLR(OPTIMIZER, [], []), ValueError, "at least one"),
        (lambda: SequentialLR(OPTIMIZER, [0.5], []), TypeError, "schedulers must be a list of schedules"),  # type: ignore[list-item]
        (lambda: SequentialLR(OPTIMIZER, [StepLR(sgd(), 1)], []), ValueError, "of the optimiser that is given"),
        (lambda: SequentialLR(OPTIMIZER, [StepLR(OPTIMIZER, 1)], [3]), ValueError, "milestones must be 0 rising numbers"),
        (lambda: SequentialLR(OPTIMIZER, [StepLR(OPTIMIZER, 1)] * 3, [3, 3]), ValueError, "milestones must be 2 rising"),
        (lambda: SequentialLR(OPTIMIZER, [StepLR(OPTIMIZER, 1)], 3), TypeError, "milestones must be a list"),  # type: ignore[arg-type]
    ],
)
def test_a_mistake_has_a_typed_error_that_names_it(make: Callable[[], Any], error: Any, message: str) -> None:
    with pytest.raises(error, match=message):
        make()


def test_a_rate_below_zero_is_refused_and_the_step_not_counted() -> None:
    schedule = LambdaLR(sgd(), lambda step: 1.0 - step)
    schedule.step()
    with pytest.raises(ValueError, match=r"lr must be at least 0, got -0\.5"):
        schedule.step()
    assert (schedule.last_epoch, schedule.optimizer.lr) == (1, 0.0)


def test_they_show_themselves() -> None:
    schedule = StepLR(sgd(), 3, 0.5)
    schedule.step()
    assert repr(schedule) == "StepLR(step_size=3, gamma=0.5, step 1, lr=0.5)"


class TestOptimizerStates:
    def test_settings_and_memory_are_numbers_and_lists(self) -> None:
        w, unused = Value(1.0), Value(2.0)
        optimizer = Adam([w, unused], lr=0.1)
        (w * w).backward()
        optimizer.step()
        average, spread = 2.0 * (1 - 0.9), math.sqrt(4.0 * (1 - 0.999))
        assert optimizer.state_dict() == {
            "optimizer": "Adam", "lr": 0.1, "betas": [0.9, 0.999], "eps": 1e-8, "weight_decay": 0.0, "initial_lr": 0.1,
            "memory": [[1.0, pytest.approx(average), pytest.approx(spread)], []],
        }  # fmt: skip
        assert json.loads(json.dumps(optimizer.state_dict())) == optimizer.state_dict()

    def test_lbfgs_has_settings_alone(self) -> None:
        pytest.importorskip("scipy")
        one, other = LBFGS([Value(1.0)], max_iter=3), LBFGS([Value(1.0)])
        other.load_state_dict(json.loads(json.dumps(one.state_dict())))
        assert (other.max_iter, other.state_dict()) == (3, one.state_dict())
        with pytest.raises(StateError, match="max_iter must be at least 1, got 0"):
            other.load_state_dict(one.state_dict() | {"max_iter": 0})

    @pytest.mark.parametrize(
        ("change", "error", "message"),
        [
            ({"optimizer": "AdamW"}, StateError, "this state is not of a SGD: its 'optimizer' is 'AdamW'"),
            ({"x": 1}, StateError, "unexpected: x"),
            ({"lr": -1.0}, StateError, "lr must be at least 0, got -1"),
            ({"lr": "0.1"}, TypeError, "lr must be a number, got str '0.1'"),
            ({"lr": math.nan}, StateError, "lr must be finite"),
            ({"initial_lr": -1.0}, StateError, "initial_lr must be at least 0"),
            ({"nesterov": 1}, TypeError, "nesterov must be true or false, got int 1"),
            ({"nesterov": True, "momentum": 0.0}, StateError, "nesterov needs a momentum"),
            ({"memory": 3}, TypeError, "memory must be a list"),
            ({"memory": [[1.0]]}, StateError, "this state remembers 1 parameter, but the optimiser has 2 parameters"),
            ({"memory": [[1.0, 2.0], []]}, StateError, r"memory\[0\] must be empty or have 1 number \(velocity\)"),
            ({"memory": [[], [math.inf]]}, StateError, r"memory\[1\], velocity must be finite"),
            ({"memory": [[], ["1"]]}, TypeError, r"memory\[1\], velocity must be a number"),
            ({"memory": [[], "1"]}, TypeError, r"memory\[1\] must be a list of numbers"),
        ],
    )
    def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(self, change: Any, error: Any, message: str) -> None:
        optimizer = SGD([Value(1.0), Value(2.0)], lr=0.5, momentum=0.9)
        for p in optimizer.params:
            p.grad = 1.0
        optimizer.step()
        before = optimizer.state_dict()
        with pytest.raises(error, match=message):
            optimizer.load_state_dict(before | {"lr": 0.25} | change)
        assert optimizer.state_dict() == before

    @pytest.mark.parametrize("spread", [-1.0, "x"])
    def test_a_spread_is_not_negative_and_a_step_counts_from_one(self, spread: Any) -> None:
        optimizer = Adam([Value(1.0)])
        state = optimizer.state_dict()
        for entry in ([1.0, 0.5, spread], [0.0, 0.5, 1.0]):
            with pytest.raises((StateError, TypeError), match=r"memory\[0\], (spread|step) must be"):
                optimizer.load_state_dict(state | {"memory": [entry]})

    def test_a_state_that_lacks_something_says_what(self) -> None:
        optimizer: Optimizer = sgd()
        state = optimizer.state_dict()
        del state["memory"]
        with pytest.raises(StateError, match="missing: memory"):
            optimizer.load_state_dict(state)
