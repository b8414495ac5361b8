"""`Program.step`: the same numbers as zero_grad, forward, backward and the optimiser's step, one by one."""

import random
import signal
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value, mean, parameter
from autograd.jit import compile
from nn import MLP, SGD, Adam, AdamW, DivergenceError, hinge, l2

BOTH = pytest.mark.parametrize("native", [False, True], ids=["numpy", "numba"])
OPTIMIZERS = {
    "SGD": lambda p: SGD(p, lr=0.1),
    "momentum": lambda p: SGD(p, lr=0.05, momentum=0.9, weight_decay=0.01),
    "Nesterov": lambda p: SGD(p, lr=0.05, momentum=0.8, nesterov=True),
    "Adam": lambda p: Adam(p, lr=0.01, weight_decay=0.02),
    "AdamW": lambda p: AdamW(p, lr=0.01, weight_decay=0.1),
}


@pytest.fixture(autouse=True)
def _numba_where_asked(request: pytest.FixtureRequest) -> None:
    if "native" in request.fixturenames and request.getfixturevalue("native"):
        pytest.importorskip("numba")


def task() -> tuple[MLP, Value]:
    rng = random.Random(4)
    points = [[rng.uniform(-1, 1), rng.uniform(-1, 1)] for _ in range(12)]
    labels = [1 if x * y > 0 else -1 for x, y in points]
    model = MLP(2, [5, 1], activation="tanh", seed=3)
    return model, hinge([model(p) for p in points], labels) + l2(model.weights(), 0.01)


def eager(model: MLP, loss: Value, optimizer: Any, times: int) -> list[float]:
    losses = []
    for _ in range(times):
        optimizer.zero_grad()
        losses.append(loss.forward())
        loss.backward()
        optimizer.step()
    return losses


@BOTH
@pytest.mark.parametrize("name", OPTIMIZERS)
def test_steps_agree_with_the_eager_ones(native: bool, name: str) -> None:
    model, loss = task()
    twin, twin_loss = task()
    ours, theirs = OPTIMIZERS[name](model.parameters()), OPTIMIZERS[name](twin.parameters())
    program = compile(loss, native=native)
    last = program.step(ours, times=30)
    losses = list(program.losses)
    ours.lr = theirs_lr = 0.02
    last = program.step(ours)
    expected = eager(twin, twin_loss, theirs, 30)
    theirs.lr = theirs_lr
    expected += eager(twin, twin_loss, theirs, 1)
    assert [*losses, last] == pytest.approx(expected, rel=1e-10)
    assert [p.data for p in model.parameters()] == pytest.approx([p.data for p in twin.parameters()], rel=1e-10)
    assert [p.grad for p in model.parameters()] == pytest.approx([p.grad for p in twin.parameters()], rel=1e-9)
    # and go on eagerly from there, with the optimiser's memory as it is
    assert eager(model, loss, ours, 3) == pytest.approx(eager(twin, twin_loss, theirs, 3), rel=1e-10)


@BOTH
def test_passes_and_steps_may_alternate(native: bool) -> None:
    model, loss = task()
    twin, twin_loss = task()
    program = compile(loss, native=native)
    for make in (OPTIMIZERS["SGD"], OPTIMIZERS["Adam"]):
        program.forward()
        program.backward()
        twin_loss.forward()
        twin_loss.backward()
        assert [p.grad for p in model.parameters()] == pytest.approx([p.grad for p in twin.parameters()], rel=1e-9)
        program.step(make(model.parameters()), times=3)
        eager(twin, twin_loss, make(twin.parameters()), 3)
    program.forward()
    program.backward()
    twin_loss.forward()
    twin_loss.backward()
    assert [p.grad for p in model.parameters()] == pytest.approx([p.grad for p in twin.parameters()], rel=1e-8)


@BOTH
def test_steps_are_deterministic(native: bool) -> None:
    found = []
    for _ in range(2):
        model, loss = task()
        compile(loss, native=native).step(Adam(model.parameters()), times=50)
        found.append([p.data for p in model.parameters()])
    assert found[0] == found[1]


@BOTH
def test_other_leaves_gradients_stay_as_they_are(native: bool) -> None:
    w, x = Value(2.0), Value(3.0)
    x.grad = 7.0
    program = compile((w * x - 1) ** 2, native=native)
    program.step(SGD([w], lr=0.01), times=3)
    assert x.grad == 7.0
    assert w.data != 2.0


@BOTH
def test_a_diverging_run_stops_at_the_last_good_step_with_the_optimisers_own_error(native: bool) -> None:
    w = Value(1.0, "w")
    program = compile((w * w) ** 3.0 + w, native=native)
    with pytest.raises(DivergenceError, match="'w'"):
        program.step(SGD([w], lr=5.0), times=100)
    twin = Value(1.0, "w")
    loss = (twin * twin) ** 3.0 + twin
    with pytest.raises(DivergenceError):
        eager(None, loss, SGD([twin], lr=5.0), 100)  # type: ignore[arg-type]
    assert w.data == pytest.approx(twin.data, rel=1e-10)


@BOTH
def test_an_optimiser_that_is_not_known_takes_its_own_step(native: bool) -> None:
    class Signs(SGD):
        def _rule(self) -> Any:
            return lambda data, grad, state: (data - self.lr * (1 if grad > 0 else -1), state)

    w = Value(1.0)
    program = compile(mean([(w - 3.0) ** 2, (w - 5.0) ** 2]), native=native)
    program.step(Signs([w], lr=0.25), times=4)
    assert w.data == 2.0


@pytest.mark.skipif(not hasattr(signal, "setitimer"), reason="needs a timer signal")
def test_an_interrupt_leaves_parameters_and_memory_at_a_completed_step() -> None:
    pytest.importorskip("numba")
    w = Value(1.0)
    optimizer = SGD([w], lr=0.5e-9, momentum=0.5)
    program = compile(w * w, native=True)
    program.step(optimizer)
    previous = signal.signal(signal.SIGALRM, signal.default_int_handler)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(KeyboardInterrupt):
            program.step(optimizer, times=10**9)
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, previous)
    velocity = optimizer._states[0][0]
    assert 0.9 < w.data < 1.0 - 1e-7
    # From here by hand and natively alike: nothing was half done.
    expected, speed = w.data, velocity
    for _ in range(3):
        speed = 0.5 * speed + 2 * expected
        expected -= optimizer.lr * speed
    program.step(optimizer, times=3)
    assert w.data == pytest.approx(expected, rel=1e-15)
    assert speed == pytest.approx(optimizer._states[0][0], rel=1e-14)


def test_times_must_be_a_whole_number_from_one_on() -> None:
    w = Value(1.0)
    program = compile(w * w, native=False)
    for wrong in (0, -1, 1.5, True):
        with pytest.raises(ValueError, match="times"):
            program.step(SGD([w], lr=0.1), times=wrong)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="none of the optimiser's parameters"):
        program.step(SGD([Value(1.0)], lr=0.1))


@BOTH
@pytest.mark.parametrize(
    "make", [lambda ps: Adam(ps, lr=0.1), lambda ps: SGD(ps, lr=0.1, momentum=0.9)], ids=["adam", "sgd"]
)
def test_programs_of_one_optimiser_may_leave_out_different_parameters(
    make: Callable[[list[Value]], Any], native: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*arguments: Any) -> float:
        raise AssertionError("a step was made by hand")

    monkeypatch.setattr("autograd.jit.steps._by_hand", refused)

    def trained(replayed: bool) -> list[float]:
        params = [parameter(0.3 * i - 0.5) for i in range(4)]
        optimizer = make(params)

        def loss(turn: int) -> Value:
            used = params if turn % 2 == 0 else params[1:]
            return autograd.sum([((p * (turn + 1)).tanh() - 0.3) ** 2 for p in used])

        programs = [compile(loss(turn), native=native) for turn in range(2)] if replayed else []
        found = []
        for number in range(6):
            if replayed:
                found.append(programs[number % 2].step(optimizer))
                continue
            root = loss(number % 2)
            optimizer.zero_grad()
            root.backward()
            optimizer.step()
            found.append(root.data)
        return [*found, *(p.data for p in params)]

    assert trained(True) == pytest.approx(trained(False), rel=1e-12)
