"""A backward or forward pass that fails or is interrupted, at any of its lines, leaves everything as it was — or done."""

import linecache
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, DomainError, Graph, Value, topological_order
from tests.autograd.programs import PYTHON, Program, whole_programs


class Boom(BaseException):
    """Stands for Ctrl-C, an exhausted memory, an exit: nothing that the engine knows."""


def grads(nodes: list[Value]) -> list[tuple[float, bool]]:
    return [(node.grad, node.has_grad) for node in nodes]


@contextmanager
def failing_pull(nth: int, error: BaseException) -> Iterator[None]:
    """The nth local backward step of the pass raises: before its work, or in the middle of it."""
    originals = {row: row.pull for row in OPERATIONS.values()}
    count = 0

    def wrap(original: Callable[[Any], None]) -> Callable[[Any], None]:
        def pull(node: Any) -> None:
            nonlocal count
            count += 1
            if count == nth:
                raise error
            original(node)

        return pull

    try:
        for row in OPERATIONS.values():
            row.pull = wrap(row.pull)
        yield
    finally:
        for row, original in originals.items():
            row.pull = original


def stopped(root: Value, nth: int, error: BaseException) -> bool:
    """Whether the pass had so many pulls that the error got out of it."""
    with failing_pull(nth, error), suppress(type(error)):
        root.backward(3.0)
        return False
    return True


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError(), RuntimeError("x"), Boom(), DomainError("x")])
@given(program=whole_programs, before=st.booleans(), data=st.data())
def test_an_error_at_any_pull_leaves_every_gradient(
    error: BaseException, program: Program, before: bool, data: Any
) -> None:
    leaves = [Value(number) for number in program.leaves]
    root = program.run(leaves, PYTHON)[-1]
    nodes = topological_order(root)
    if before:
        root.backward()
        leaves[0].grad = 0.125
    old = grads(nodes)
    for nth in range(1, len(Graph(root)) + 1):
        if not stopped(root, nth, error):
            break  # (fewer pulls than that: zero gradients were skipped)
        assert grads(nodes) == old
    else:
        pytest.fail("the last pull was never reached")
    for leaf in leaves:
        leaf.zero_grad()
    root.backward()
    again = [leaf.grad for leaf in leaves]
    fresh = [Value(number) for number in program.leaves]
    program.run(fresh, PYTHON)[-1].backward()
    assert [leaf.grad for leaf in fresh] == again


ENGINE = (str(Path(autograd.__file__).parent), "<autograd ")


def interrupted_at_each_line(
    action: Callable[[], Any], check: Callable[[bool], None], reset: Callable[[], None]
) -> int:
    """Run an action again and again, interrupted at its first, second… line of Python, until it comes through.

    In a thread of its own, because a tracer belongs to a thread, and the main one's may be measuring coverage.
    """

    def work() -> int:
        for line in count(1):
            if interrupted(action, line):
                check(False)
                reset()
            else:
                check(True)
                return line
        raise AssertionError

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()


def interrupted(action: Callable[[], Any], line: int) -> bool:
    """Whether the action has so many lines that the given one was reached, and interrupted."""
    seen = 0

    def tracer(frame: Any, event: str, argument: Any) -> Any:
        nonlocal seen
        # On a bare `try:`, and on a `with` line that is met again when its block is left, only a tracer can raise:
        # Python handles signals at calls and jumps.
        text = linecache.getline(frame.f_code.co_filename, frame.f_lineno).strip()
        if event == "line" and frame.f_code.co_filename.startswith(ENGINE) and not text.startswith(("with ", "try:")):
            seen += 1
            if seen == line:
                sys.settrace(None)
                raise Boom
        return tracer

    sys.settrace(tracer)
    try:
        action()
    except Boom:
        return True
    finally:
        sys.settrace(None)
    return False


def small_graph() -> tuple[Value, Value, Value]:
    x, y = Value(0.5, "x"), Value(2.0, "y")
    return x, y, autograd.dot([x * y, y.exp()], [x, x.tanh()]) + autograd.maximum(x, y) / y


def test_a_backward_pass_interrupted_at_any_line_is_undone_or_complete() -> None:
    *_, root = small_graph()
    root.backward()
    nodes = topological_order(root)
    old = grads(nodes)
    done = [(2 * grad, has) if not node.inputs else (grad, has) for node, (grad, has) in zip(nodes, old, strict=True)]
    outcomes = []

    def check(through: bool) -> None:
        outcomes.append(grads(nodes) == done)
        assert grads(nodes) == (done if through or outcomes[-1] else old)

    def reset() -> None:
        for leaf, (grad, has) in zip(nodes, old, strict=True):
            if has and not leaf.inputs:
                leaf.grad = grad

    assert interrupted_at_each_line(root.backward, check, reset) > 50
    assert outcomes.count(True) <= 4


def test_a_forward_pass_interrupted_at_any_line_is_undone_or_complete() -> None:
    x, _, root = small_graph()
    nodes = topological_order(root)
    old = [node.data for node in nodes]
    x.data = 0.75
    changed = small_graph_at(0.75)

    def check(through: bool) -> None:
        now = [node.data for node in nodes if node.inputs]
        before = [number for number, node in zip(old, nodes, strict=True) if node.inputs]
        assert now in ([changed] if through else [changed, before])
        if now == before:
            with pytest.raises(autograd.StaleGraphError):
                root.backward()

    def reset() -> None:
        x.data = 0.5
        root.forward()
        x.data = 0.75

    assert interrupted_at_each_line(root.forward, check, reset) > 20


def small_graph_at(number: float) -> list[float]:
    x, y = Value(number), Value(2.0)
    root = autograd.dot([x * y, y.exp()], [x, x.tanh()]) + autograd.maximum(x, y) / y
    return [node.data for node in topological_order(root) if node.inputs]


def test_a_forward_pass_that_leaves_a_domain_changes_nothing() -> None:
    x, y = Value(2.0), Value(3.0)
    root = (x * y + 1).log() + y
    root.backward()
    nodes = topological_order(root)
    data, old = [node.data for node in nodes if node.inputs], grads(nodes)
    x.data = -5.0
    with pytest.raises(DomainError, match=r"log of -14\.0"):
        root.forward()
    assert [node.data for node in nodes if node.inputs] == data
    assert grads(nodes) == old
    x.data = 2.0
    root.forward()
    root.backward()


def test_a_missing_derivative_deep_in_the_graph_leaves_every_gradient() -> None:
    x, zero = Value(3.0), Value(0.0)
    (x * 2).backward()
    root = (x * zero.sqrt() + zero.sqrt() + x * x).exp()
    nodes = topological_order(root)
    old = grads(nodes)
    with pytest.raises(DomainError):
        root.backward()
    assert grads(nodes) == old


def test_passes_of_two_threads_over_shared_leaves_take_turns() -> None:
    shared = Value(3.0)
    one, two = shared * shared, shared.sin()
    inside, second_done = threading.Event(), threading.Event()
    overlapped = []
    original = OPERATIONS["mul"].pull

    def slow(node: Any) -> None:
        inside.set()
        overlapped.append(second_done.wait(0.1))
        original(node)

    def second() -> None:
        inside.wait()
        two.backward()
        second_done.set()

    OPERATIONS["mul"].pull = slow
    try:
        with ThreadPoolExecutor(2) as pool:
            passes = [pool.submit(second), pool.submit(one.backward)]
            for each in passes:
                each.result()
    finally:
        OPERATIONS["mul"].pull = original
    assert overlapped == [False]
    assert shared.grad == autograd.cos(3.0) + 6.0
