"""`pause_gc`: the cyclic collector rests inside, and is as it was before afterwards, whatever happened."""

import gc
import threading
from collections.abc import Iterator

import pytest

from autograd import pause_gc
from nn import MLP, SGD, fit, mse


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    before = gc.isenabled()
    yield
    assert gc.isenabled() == before
    gc.enable()


def test_the_collector_rests_inside_and_runs_again_afterwards() -> None:
    with pause_gc():
        assert not gc.isenabled()
        with pause_gc():
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_exception() -> None:
    with pytest.raises(KeyError), pause_gc():
        raise KeyError
    assert gc.isenabled()


def test_a_collector_that_was_off_stays_off() -> None:
    gc.disable()
    try:
        with pause_gc():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()


def test_with_two_threads_it_runs_again_when_the_last_one_ends() -> None:
    inside, leave = threading.Event(), threading.Event()

    def other() -> None:
        with pause_gc():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=other)
    thread.start()
    assert inside.wait(10)
    with pause_gc():
        pass
    assert not gc.isenabled(), "the other thread is still inside"
    leave.set()
    thread.join()
    assert gc.isenabled()


def test_it_is_a_decorator_too() -> None:
    @pause_gc()
    def enabled() -> bool:
        return gc.isenabled()

    assert not enabled()
    assert gc.isenabled()


def test_fit_pauses_the_collector_in_a_step_and_restores_it_between() -> None:
    model = MLP(1, [2, 1], seed=0)
    during, between = [], []

    def loss(outputs: list[object], targets: list[object]) -> object:
        during.append(gc.isenabled())
        return mse(outputs, targets)  # type: ignore[arg-type]

    fit(model, [[0.0], [1.0]], [0.0, 1.0], loss=loss, optimizer=SGD(model.parameters(), lr=0.1), epochs=3, progress=False,
        callbacks=[lambda history: between.append(gc.isenabled())])  # fmt: skip
    assert during == [False] * len(during)
    assert len(during) >= 3
    assert between == [True] * 3


def test_fit_restores_the_collector_when_a_step_fails() -> None:
    def loss(outputs: object, targets: object) -> object:
        raise RuntimeError("in the step")

    model = MLP(1, [1], seed=0)
    with pytest.raises(RuntimeError, match="in the step"):
        fit(model, [[0.0]], [0.0], loss=loss, optimizer=SGD(model.parameters(), lr=0.1), epochs=1, progress=False)
    assert gc.isenabled()
