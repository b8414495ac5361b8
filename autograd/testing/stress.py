"""Interrupts and threads against the engine for a while: `python -m autograd.testing stress`.

Signals come at random moments, often a second one while the first is handled; threads change leaves, zero gradients and
fork while others compute. Each try is judged by what a whole pass, or none, would have left.
"""

import os
import random
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from ..errors import StaleGraphError
from ..functional import grad
from ..graph import topological_order
from ..recording import is_recording, no_grad
from ..value import Value

__all__ = ["SCENARIOS", "Tally", "run"]


class Tally(NamedTuple):
    """A scenario's result. disturbed: tries that were interrupted or refused; wrong: those that did harm."""

    name: str
    tries: int
    disturbed: int
    wrong: int


_wanted: list[int] = []
"""Not empty: alarms raise, so many times at most; on a slow machine they would come faster than a handler ends."""


class _Interrupt(BaseException):
    """Raised by the signal handler, as KeyboardInterrupt is."""


def run(seconds: float = 120.0, seed: int = 0) -> Iterator[Tally]:
    """Each scenario for its share of the time; those that this system or thread cannot run are left out.

    >>> sum(tally.wrong for tally in run(seconds=0.5))
    0
    """
    can_signal = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()
    usable = {
        name: scenario
        for name, scenario in SCENARIOS.items()
        if (can_signal or not name.startswith("interrupted")) and (hasattr(os, "fork") or name != "fork during a pass")
    }
    for name, scenario in usable.items():
        yield Tally(name, *scenario(time.monotonic() + seconds / len(usable), random.Random(seed)))


def _graph(length: int = 40) -> tuple[list[Value], Value]:
    leaves = [Value(0.5 + index / 8) for index in range(4)]
    node = leaves[0] * 1.0
    for index in range(length):
        leaf = leaves[index % 4]
        node = (node * leaf).tanh() if index % 3 else node + leaf
    return leaves, node


@contextmanager
def _signals() -> Iterator[None]:
    """An alarm raises `_Interrupt` while one is wanted; afterwards all is as it was."""

    def handler(number: int, frame: Any) -> None:
        if _wanted:
            _wanted[0] -= 1
            if _wanted[0] <= 0:
                signal.setitimer(signal.ITIMER_REAL, 0)
            raise _Interrupt

    old = signal.signal(signal.SIGALRM, handler)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, old)


def _interrupted(action: Callable[[], Any], duration: float, source: random.Random) -> bool:
    """Run an action under an alarm at a random moment, half the time followed by more, microseconds apart."""
    again = source.choice([0.0, 0.00002, 0.00005])
    struck = False
    try:
        _wanted.append(5)
        signal.setitimer(signal.ITIMER_REAL, source.uniform(0.000002, duration), again)
        action()
    except _Interrupt:
        struck = True
    while _wanted:
        try:
            _wanted.clear()  # (until here another alarm may strike)
        except _Interrupt:
            struck = True
    signal.setitimer(signal.ITIMER_REAL, 0)
    return struck


def _under_interrupts(
    until: float, source: random.Random, action: Callable[[], Any], state: Callable[[], Any], reset: Callable[[], None]
) -> tuple[int, int, int]:
    """All or nothing: after each try the state is that from before or that after a whole one."""
    tries = disturbed = wrong = 0
    reset()
    before = state()
    started = time.perf_counter()
    action()
    duration = 1.5 * (time.perf_counter() - started)
    after = state()
    with _signals():
        while time.monotonic() < until:
            reset()
            tries += 1
            struck = _interrupted(action, duration, source)
            disturbed += struck
            wrong += state() not in ((before, after) if struck else (after,))
    return tries, disturbed, wrong


def _backward(until: float, source: random.Random) -> tuple[int, int, int]:
    leaves, root = _graph()
    nodes = topological_order(root)

    def reset() -> None:
        root.zero_grad()
        root.backward(0.5)
        for leaf in leaves:
            leaf.grad = 1.0

    return _under_interrupts(until, source, root.backward, lambda: [(n.grad, n.has_grad) for n in nodes], reset)


def _forward(until: float, source: random.Random) -> tuple[int, int, int]:
    leaves, root = _graph()
    nodes = topological_order(root)

    def reset() -> None:
        leaves[0].data = 0.5
        root.forward()
        root.zero_grad()
        root.backward()
        leaves[0].data = 0.75

    return _under_interrupts(until, source, root.forward, lambda: [(n.data, n.grad, n.has_grad) for n in nodes], reset)


def _switches(until: float, source: random.Random) -> tuple[int, int, int]:
    x = Value(3.0)

    def action() -> None:
        for _ in range(5):
            with no_grad():
                grad(lambda v: v * v)(3.0)
            with no_grad(), no_grad():
                pass

    def state() -> tuple[bool, bool, type]:
        return is_recording(), bool((x * 2).inputs), type(grad(lambda v: v * v)(3.0))

    return _under_interrupts(until, source, action, state, lambda: None)


def _beside(until: float, others: list[Callable[[], Any]], judge: Callable[[], bool | None]) -> tuple[int, int, int]:
    """Threads repeat `others` while this one judges: True for right, False for wrong, None for refused."""
    stop = threading.Event()
    failures: list[BaseException] = []

    def repeat(action: Callable[[], Any]) -> None:
        while not stop.is_set():
            try:
                with suppress(StaleGraphError):
                    action()
            except BaseException as error:
                failures.append(error)
                return

    threads = [threading.Thread(target=repeat, args=(action,), daemon=True) for action in others]
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    outcomes: list[bool | None] = []
    try:
        for thread in threads:
            thread.start()
        while time.monotonic() < until:
            outcomes.append(judge())
    finally:
        stop.set()
        for thread in threads:
            thread.join()
        sys.setswitchinterval(interval)
    return len(outcomes), outcomes.count(None), outcomes.count(False) + len(failures)


def _changed_leaf(until: float, source: random.Random) -> tuple[int, int, int]:
    """A pass that is not refused has the gradients of one of the leaf's two numbers: nothing old, nothing mixed."""
    leaf = Value(0.25)

    def build() -> Value:
        node = leaf
        for _ in range(12):
            node = node * leaf
        return node

    right = [13 * number**12 for number in (0.25, 0.5)]

    def change() -> None:
        leaf.data = 0.5 if leaf.data == 0.25 else 0.25
        time.sleep(source.uniform(0, 0.00005))

    def judge() -> bool | None:
        leaf.zero_grad()
        try:
            build().backward()
        except StaleGraphError:
            return None
        return any(abs(leaf.grad - number) < 1e-9 * number for number in right)

    return _beside(until, [change], judge)


def _zeroed(until: float, source: random.Random) -> tuple[int, int, int]:
    """Passes, and zeroing between them, of two threads: what is left are whole passes."""
    leaves, root = _graph()
    root.backward()
    whole = [leaf.grad for leaf in leaves]

    def judge() -> bool:
        for leaf in leaves:
            leaf.zero_grad()
        root.backward()
        counts = [leaf.grad / one for leaf, one in zip(leaves, whole, strict=True)]
        return all(abs(count - round(count)) < 1e-6 and round(count) >= 0 for count in counts)

    return _beside(until, [root.backward, leaves[1].zero_grad], judge)


def _zero_is_kept(until: float, source: random.Random) -> tuple[int, int, int]:
    """A gradient zeroed while another thread runs one pass is that of one pass afterwards, or none: never old + new."""
    leaves, root = _graph(2000)
    root.zero_grad()
    root.backward()
    whole = leaves[0].grad
    tries = wrong = 0
    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        while time.monotonic() < until:
            leaves[0].grad = 1000.0
            thread = threading.Thread(target=root.backward)
            thread.start()
            time.sleep(source.uniform(0, 0.003))
            leaves[0].zero_grad()
            thread.join()
            tries += 1
            wrong += leaves[0].grad not in (0.0, whole)
    finally:
        sys.setswitchinterval(interval)
    return tries, 0, wrong


def _forked(until: float, source: random.Random) -> tuple[int, int, int]:
    """A process forked while other threads run passes can run its own; one that hangs is ended by its alarm."""
    import warnings

    _, root = _graph(400)

    def judge() -> bool:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # (threads and fork together: just what is tried)
            child = os.fork()
        if not child:
            signal.signal(signal.SIGALRM, signal.SIG_DFL)
            signal.alarm(10)
            x = Value(3.0)
            (x * x).backward()
            os._exit(0 if x.grad == 6.0 else 1)
        time.sleep(source.uniform(0, 0.001))
        return os.waitpid(child, 0)[1] == 0

    return _beside(until, [root.backward, root.backward], judge)


SCENARIOS: dict[str, Callable[[float, random.Random], tuple[int, int, int]]] = {
    "interrupted backward()": _backward,
    "interrupted forward()": _forward,
    "interrupted no_grad and grad": _switches,
    "a leaf changed while it is used": _changed_leaf,
    "passes and zero_grad side by side": _zeroed,
    "zero_grad during a pass": _zero_is_kept,
    "fork during a pass": _forked,
}
