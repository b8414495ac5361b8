"""Threads share leaves, and processes are forked in the middle of passes: the gradients are right, or an error says why."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from typing import Any

import pytest

from autograd import OPERATIONS, StaleGraphError, Value, functional, grad
from tests.autograd.processes import run


class Changing(float):
    """A leaf's number that is exchanged just when an operation has read it."""

    def __new__(cls, number: float, leaf: Value) -> "Changing":
        return super().__new__(cls, number)

    def __init__(self, number: float, leaf: Value) -> None:
        self.leaf = leaf

    def __mul__(self, other: float) -> float:
        product = float(self) * other
        self.leaf.data = 7.0
        return product


def test_what_is_computed_while_a_leaf_is_changed_is_stale() -> None:
    x = Value(3.0, "x")
    x._data = Changing(3.0, x)
    y = x * Value(2.0)
    assert (y.data, x.data) == (6.0, 7.0)
    with pytest.raises(StaleGraphError, match="'x'"):
        y.backward()
    assert y.forward() == 14.0
    y.backward()
    assert x.grad == 2.0


def during(monkeypatch: pytest.MonkeyPatch, row: str, what: str, act: Callable[[], Any]) -> list[Future[Any]]:
    """Let another thread act once an operation has run its `pull` or `compute`, and wait for it, but not long."""
    original = getattr(OPERATIONS[row], what)
    pool = ThreadPoolExecutor(1)
    futures: list[Future[Any]] = []

    def slow(*arguments: Any) -> Any:
        result = original(*arguments)
        if not futures:
            futures.append(pool.submit(act))
            wait(futures, timeout=0.1)
        return result

    monkeypatch.setattr(OPERATIONS[row], what, slow)
    return futures


def test_a_pass_during_which_one_of_its_leaves_is_changed_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    x, w = Value(3.0, "x"), Value(2.0, "w")
    root = (x * w).exp() * w
    x.grad = 0.5
    during(monkeypatch, "exp", "pull", lambda: setattr(w, "data", 5.0))
    with pytest.raises(StaleGraphError, match="the leaf 'w'"):
        root.backward()
    assert (x.grad, w.has_grad, root.has_grad) == (0.5, False, False)


def test_a_change_of_a_leaf_elsewhere_does_not_disturb_a_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    x, other = Value(3.0), Value(2.0)
    root = x.exp() * x
    during(monkeypatch, "exp", "pull", lambda: setattr(other, "data", 5.0))
    root.backward()
    assert x.has_grad


@pytest.mark.parametrize("whole", [False, True])
def test_zero_grad_during_a_pass_is_not_lost(monkeypatch: pytest.MonkeyPatch, whole: bool) -> None:
    x = Value(3.0)
    root = x.exp() * x
    futures = during(monkeypatch, "exp", "pull", root.zero_grad if whole else x.zero_grad)
    root.backward()
    wait(futures)
    assert futures[0].exception() is None
    assert not x.has_grad


def test_a_gradient_that_is_assigned_during_a_pass_is_not_lost(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(3.0)
    root = x.exp() * x
    futures = during(monkeypatch, "exp", "pull", lambda: setattr(x, "grad", 1.0))
    root.backward()
    wait(futures)
    assert x.grad == 1.0


def test_another_thread_reads_the_gradients_of_a_whole_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(3.0)
    root = x.exp() * x
    root.backward()
    once = x.grad
    futures = during(monkeypatch, "mul", "pull", lambda: (x.grad, x.has_grad))
    root.backward()
    assert futures[0].result() == (2 * once, True)


def test_a_forward_pass_during_which_one_of_its_leaves_is_changed_leaves_the_graph(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    x, w, other = Value(3.0, "x"), Value(2.0, "w"), Value(1.0)
    root = (x * w).tanh() * w
    root.backward()
    old = [(node.data, node.grad) for node in (root, root.inputs[0])]
    x.data = 1.0
    during(monkeypatch, "tanh", "compute", lambda: setattr(w, "data", 5.0))
    with pytest.raises(StaleGraphError, match=r"'w' .* was changed while forward"):
        root.forward()
    assert [(node.data, node.grad) for node in (root, root.inputs[0])] == old
    during(monkeypatch, "tanh", "compute", lambda: setattr(other, "data", 5.0))
    assert root.forward() == (Value(5.0).tanh() * 5.0).data
    root.backward()


def test_what_is_computed_during_a_forward_pass_is_stale_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    x = Value(3.0, "x")
    middle = x * x
    root = middle.tanh()
    x.data = 2.0
    futures = during(monkeypatch, "tanh", "compute", lambda: middle * 1.0)
    root.forward()
    with pytest.raises(StaleGraphError):
        futures[0].result().backward()


def test_a_derivative_during_which_a_leaf_of_its_function_is_changed_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    w = Value(2.0, "w")

    def act() -> None:
        w.data = 5.0

    derivative = grad(lambda x: (x * w).tanh() * w)
    product = functional._product

    def slow(a: Any, b: Any) -> Any:
        if w.data == 2.0:
            thread = threading.Thread(target=act)
            thread.start()
            thread.join()
        return product(a, b)

    monkeypatch.setattr(functional, "_product", slow)
    with pytest.raises(StaleGraphError, match="'w'"):
        derivative(1.0)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_process_forked_while_another_thread_is_in_a_pass_can_run_passes() -> None:
    program = """
import os, threading, warnings
from autograd import OPERATIONS, Value, pause_gc
warnings.simplefilter("ignore")
inside = threading.Event()
x = Value(3.0)
root = x.exp() * x
pull = OPERATIONS["exp"].pull
def slow(node):
    inside.set()
    threading.Event().wait(0.3)
    pull(node)
OPERATIONS["exp"].pull = slow
thread = threading.Thread(target=root.backward)
thread.start()
inside.wait()
child = os.fork()
if not child:
    import signal
    signal.alarm(20)
    OPERATIONS["exp"].pull = pull
    y = Value(2.0)
    (y * y).backward()
    y.data = 1.0
    with pause_gc():
        os._exit(0 if (y.grad, x.has_grad) == (4.0, True) else 1)
thread.join()
print(os.waitpid(child, 0)[1])
"""
    assert run(program).strip() == "0"


def test_passes_zeroings_and_changes_of_many_threads_end_consistently() -> None:
    x = Value(3.0)
    roots = [x * x for _ in range(4)]

    def work(root: Value) -> None:
        for _ in range(100):
            with suppress(StaleGraphError):
                root.backward()
            x.zero_grad()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, roots))
    assert not x.has_grad
    roots[0].backward()
    assert x.grad == 6.0
