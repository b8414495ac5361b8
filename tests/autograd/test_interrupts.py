"""Ctrl-C at every point where Python handles a signal, and once more while the first is handled, leaves nothing half done."""

import dis
import gc
import math
import signal
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import cache, partial
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import autograd
import nn
from autograd import StaleGraphError, Value, grad, no_grad, pause_gc, topological_order
from autograd.clock import clock
from autograd.errors import PassError
from autograd.recording import differentiating, is_recording
from tests.autograd.processes import NATIVE_TOO

ENGINE = str(Path(autograd.__file__).parent)
HERE = __file__


class Boom(BaseException):
    """Stands for Ctrl-C."""


class Points:
    """Raises at the nth point where CPython handles signals: a function's start, a jump backwards, the end of a call.

    From the points of the engine's own code, and of the test's where `files` names it. Python stops tracing at the
    raise; `trace` goes on from there, for a second interrupt.
    """

    def __init__(self, nth: int, files: tuple[str, ...] = ()) -> None:
        self.nth = nth
        self.seen = 0
        self.last: dict[int, str] = {}  # (by a frame's id: to keep frames would keep their variables)
        self.files = (ENGINE, *files)

    def trace(self, frame: FrameType, event: str, argument: Any) -> Any:
        if not frame.f_code.co_filename.startswith(self.files):
            return None
        frame.f_trace_opcodes = True
        if event == "call":
            self.last[id(frame)] = "RESUME"
        if event == "opcode":
            before = self.last[id(frame)]
            self.last[id(frame)] = now = dis.opname[frame.f_code.co_code[frame.f_lasti]]
            if before.startswith(("CALL", "RESUME", "JUMP_BACKWARD")) and now not in ("RESUME", "COPY_FREE_VARS"):
                self.seen += 1
                if self.seen == self.nth:
                    raise Boom
        return self.trace


def interrupted(action: Callable[[], Any], nth: int, files: tuple[str, ...] = ()) -> bool:
    """Whether the action has so many points that the nth was reached, and interrupted there."""
    _prime()
    points = Points(nth, files)
    sys.settrace(points.trace)
    try:
        action()
    except Boom:
        return True
    finally:
        sys.settrace(None)
    return False


@cache
def _prime() -> None:
    """CPython 3.12 reports opcodes only to tracers set after a first frame has asked for them."""
    sys.settrace(Points(0).trace)
    topological_order(Value(1.0))
    sys.settrace(None)


def in_a_thread(work: Callable[[], None]) -> None:
    """A tracer belongs to a thread, and the main one's may be measuring coverage."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result()


def grads(nodes: list[Value]) -> list[tuple[float, bool]]:
    return [(node.grad, node.has_grad) for node in nodes]


def small_graph() -> tuple[Value, Value, Value]:
    x, y = Value(0.5, "x"), Value(2.0, "y")
    return x, y, autograd.dot([x * y, y.exp()], [x, x.tanh()]) + autograd.maximum(x, y) / y


def test_a_backward_pass_is_undone_or_complete_wherever_a_signal_comes() -> None:
    def work() -> None:
        *_, root = small_graph()
        nodes = topological_order(root)
        root.backward()
        old = grads(nodes)
        done = [(grad * (1 if node.inputs else 2), has) for node, (grad, has) in zip(nodes, old, strict=True)]
        outcomes = []
        while interrupted(root.backward, len(outcomes) + 1):
            outcomes.append(grads(nodes) == done)
            assert grads(nodes) == (done if outcomes[-1] else old)
            root.zero_grad()
            root.backward()
        assert grads(nodes) == done
        assert len(outcomes) > 100
        assert 1 <= sum(outcomes) <= 4

    in_a_thread(work)


def test_a_second_interrupt_while_the_first_is_handled_changes_nothing_of_that(monkeypatch: pytest.MonkeyPatch) -> None:
    undo = autograd.turns.undo

    def work() -> None:
        *_, root = small_graph()
        nodes = topological_order(root)
        root.backward()
        old = grads(nodes)
        tries = 0

        def interrupted_twice(first: int, second: int) -> bool:
            """Whether the undoing after the first interrupt has so many points."""
            calls, points = 0, Points(second)

            def undoing() -> None:
                nonlocal calls
                calls += 1
                if calls == 2:  # (the pass begins with the first)
                    sys.settrace(points.trace)
                undo()

            monkeypatch.setattr("autograd.backward.undo", undoing)
            assert interrupted(root.backward, first)
            monkeypatch.undo()
            return points.seen >= second

        for first in range(60, 130, 2):
            second = 1
            while interrupted_twice(first, second):
                assert grads(nodes) == old
                second += 1
                tries += 1
        assert tries > 100

    in_a_thread(work)


def test_a_forward_pass_is_undone_or_complete_wherever_a_signal_comes() -> None:
    def work() -> None:
        x, _, root = small_graph()
        nodes = topological_order(root)

        def state() -> list[Any]:
            return [(node.data, node.grad, node.has_grad) for node in nodes]

        def reset() -> None:
            x.data = 0.5
            root.forward()
            root.zero_grad()
            root.backward()
            x.data = 0.75

        reset()
        old = state()
        root.forward()
        done = state()
        outcomes = []
        while True:
            reset()
            if not interrupted(root.forward, len(outcomes) + 1):
                break
            outcomes.append(state() == done)
            assert state() == (done if outcomes[-1] else old)
            if not outcomes[-1]:
                with pytest.raises(StaleGraphError):
                    root.backward()
        assert state() == done
        assert len(outcomes) > 50
        assert 1 <= sum(outcomes) <= 4

    in_a_thread(work)


def with_block() -> None:
    with no_grad():
        assert not is_recording()


def nested_blocks() -> None:
    switch = no_grad()
    with switch, switch:
        assert not is_recording()
        grad(lambda x: x * x)(3.0)
        assert not is_recording()
    assert is_recording()


@no_grad
def decorated() -> None:
    assert not is_recording()


def derivative() -> None:
    with no_grad():
        grad(lambda x: x * grad(lambda y: x * y)(x))(3.0)
        assert not is_recording()


@pytest.mark.parametrize("action", [with_block, nested_blocks, decorated, derivative])
def test_recording_is_on_again_wherever_a_signal_comes(action: Callable[[], None]) -> None:
    def work() -> None:
        nth = 1
        while True:
            try:  # (the traceback is alive in the check, and with it every frame's variables)
                sys.settrace(Points(nth, (HERE,)).trace)
                action()
            except Boom:
                sys.settrace(None)
                assert is_recording()
                assert not differentiating()
                assert (Value(2.0) * 3).inputs
            else:
                sys.settrace(None)
                break
            assert not clock.paused
            nth += 1
        assert nth > 10

    in_a_thread(work)


def test_entered_by_hand_a_block_lasts_until_it_is_left_by_hand() -> None:
    switch = no_grad()
    switch.__enter__()
    switch.__enter__()
    switch.__exit__(None, None, None)
    assert not is_recording()
    switch.__exit__(None, None, None)
    assert is_recording()
    with ExitStack() as stack:
        stack.enter_context(no_grad())
        assert not is_recording()
    assert is_recording()
    assert not clock.paused


def test_in_the_middle_of_a_pass_its_own_thread_sees_the_old_gradients_and_can_change_none(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A signal handler, or a function that a registered operation calls."""
    x = Value(3.0, "x")
    root = x * x
    other = x + 1.0
    root.backward()
    pull = autograd.OPERATIONS["mul"].pull
    seen: list[Any] = []

    def handler(node: Any) -> None:
        pull(node)
        seen.append((x.grad, root.grad, x.has_grad, other.has_grad))
        for change in (lambda: setattr(x, "grad", 1.0), x.zero_grad, root.zero_grad, other.backward, root.forward):
            with pytest.raises(PassError, match="a backward pass is running in this thread"):
                change()

    monkeypatch.setattr(autograd.OPERATIONS["mul"], "pull", handler)
    root.backward()
    monkeypatch.undo()
    assert seen == [(6.0, 1.0, True, False)]
    assert (x.grad, root.grad) == (12.0, 1.0)


@pytest.mark.skipif(not hasattr(signal, "raise_signal"), reason="no signals")
def test_a_handler_that_looks_at_gradients_during_a_pass_does_not_disturb_it() -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals are handled in the main thread")
    x = Value(3.0, "x")
    root = x
    for _ in range(50):
        root = root + x
    seen = []
    pull = autograd.OPERATIONS["add"].pull

    def pulling(node: Any) -> None:
        pull(node)
        signal.raise_signal(signal.SIGINT)

    old = signal.signal(signal.SIGINT, lambda number, frame: seen.append(x.grad))
    try:
        autograd.OPERATIONS["add"].pull = pulling
        root.backward()
    finally:
        autograd.OPERATIONS["add"].pull = pull
        signal.signal(signal.SIGINT, old)
    assert set(seen) == {0.0}
    assert x.grad == 51.0


def small_model() -> tuple[nn.MLP, Value, nn.Adam]:
    model = nn.MLP(2, [3, 1], activation="tanh", seed=0)
    loss = (model([0.5, -1.0]) - 1.0) ** 2
    return model, loss, nn.Adam(model.parameters(), lr=0.1)


def whole_or_not(make: Callable[[], tuple[Callable[[], Any], Callable[[], Any]]]) -> None:
    """Interrupted at its nth point, an action is done or not begun, and can be done then.

    make: gives the action, and its state.
    """

    def work() -> None:
        action, state = make()
        before = state()
        action()
        after = state()
        nth = 1
        hit = True
        while hit:
            action, state = make()
            hit = interrupted(action, nth, (str(Path(nn.__file__).parent),))
            found = state()
            assert found in (before, after), nth
            if found == before:
                action()
                assert state() == after, nth
            nth += 1
        assert nth > 5

    in_a_thread(work)


def test_an_optimisers_step_is_whole_or_not_at_all() -> None:
    def make() -> Any:
        _, loss, optimizer = small_model()
        loss.backward()
        return optimizer.step, lambda: ([p.data for p in optimizer.params], optimizer._states)

    whole_or_not(make)


def test_a_state_is_loaded_whole_or_not_at_all() -> None:
    def make() -> Any:
        model = nn.Sequential(nn.BatchNorm(2), nn.Layer(2, 1, activation=None, seed=0))
        state = {name: number + 1.0 for name, number in model.state_dict().items()}
        load = partial(model.load_state_dict, state)
        return load, model.state_dict

    whole_or_not(make)


def test_gradients_of_a_model_are_zeroed_together() -> None:
    for zeroed in (lambda model, optimizer: model.zero_grad, lambda model, optimizer: optimizer.zero_grad):

        def make(zeroed: Any = zeroed) -> Any:
            model, loss, optimizer = small_model()
            loss.backward()
            zero = zeroed(model, optimizer)
            return zero, lambda: grads(model.parameters())

        whole_or_not(make)


@pytest.mark.parametrize("native", NATIVE_TOO)
def test_the_steps_of_a_program_are_whole_whatever_interrupts_them(native: bool) -> None:
    def make() -> Any:
        _, loss, optimizer = small_model()
        program = autograd.compile(loss, native=native)
        program.step(optimizer)  # (kernels are compiled, or found, here)
        return program, optimizer

    def state(optimizer: Any) -> Any:
        return [p.data for p in optimizer.params], grads(optimizer.params), list(optimizer._states)

    def work() -> None:
        program, optimizer = make()
        wanted = [state(optimizer)]
        for _ in range(4):
            program.step(optimizer)
            wanted.append(state(optimizer))
        program, optimizer = make()
        nth = 1
        hit = True
        while hit:
            program, optimizer = make()
            hit = interrupted(lambda p=program, o=optimizer: p.step(o, times=3), nth)  # type: ignore[misc]
            done = wanted.index(state(optimizer))
            program.step(optimizer)
            assert state(optimizer) == wanted[done + 1], nth
            nth += 1 if nth < 40 else 7

    in_a_thread(work)


@pytest.mark.parametrize("native", NATIVE_TOO)
def test_a_programs_passes_are_whole_whatever_interrupts_them(native: bool) -> None:
    def work() -> None:
        nth = 1
        hit = True
        while hit:
            x, w = Value(0.5), Value(2.0)
            program = autograd.compile((x * w).tanh() * w, native=native)
            program.backward()
            once = x.grad, w.grad
            hit = interrupted(program.backward, nth)
            assert (x.grad, w.grad) in (once, (2 * once[0], 2 * once[1])), nth
            x.data = 0.75
            again = interrupted(program.forward, nth)
            assert program.forward() == pytest.approx(2 * math.tanh(1.5), rel=1e-14), nth
            hit = hit or again
            nth += 1

    in_a_thread(work)


def test_whatever_interrupts_a_pause_the_collector_runs_again() -> None:
    here = (HERE,)

    def pause() -> None:
        with pause_gc(), pause_gc():
            pass
        with pause_gc():
            with pause_gc():
                pass
            assert not gc.isenabled()

    def work() -> None:
        nth = 1
        while interrupted(pause, nth, here):
            assert gc.isenabled(), nth
            nth += 1
        assert nth > 20
        assert gc.isenabled()

    in_a_thread(work)


def test_a_pause_may_be_entered_and_left_by_hand() -> None:
    with ExitStack() as stack:
        stack.enter_context(pause_gc())
        assert not gc.isenabled()
    assert gc.isenabled()
