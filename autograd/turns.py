"""Whose turn it is: one pass at a time, one change of a number at a time, and no pass left half done.

A backward pass writes into the nodes, and keeps in `OPEN` what it found there until it is through. Whoever reads or
sets a gradient looks there first: what was interrupted, wherever that was, is undone before anybody can see it.
"""

import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from types import CodeType
from typing import Any, NamedTuple

from .errors import PassError

__all__ = ["FREE_THREADED", "OPEN", "Pass", "changes", "consume", "each", "forkable", "gradient", "turns", "undo"]

turns: Any = threading.RLock()
"""Gradients live in the nodes, so passes over shared parameters take turns: each holds this lock."""

changes: Any = threading.RLock()
"""Held while numbers and ticks are written, so that no two changes get the same tick."""

FREE_THREADED = "free-threading" in sys.version
"""Whether threads can run between any two instructions, not at calls and jumps alone."""


class Pass(NamedTuple):
    """An open backward pass: its nodes, their gradients before it (empty: it has changed none yet), its own code."""

    nodes: Sequence[Any]
    before: Sequence[float]
    code: CodeType


OPEN: list[Pass] = []
"""The pass that has begun and is not through, if any: it runs now, or it was interrupted.

Who finds it empty may change one gradient without `turns` if an interpreter lock keeps other threads out meanwhile.
"""


consume: Callable[[Iterable[Any]], object] = partial(deque, maxlen=0)
"""Run through an iterator. Where that holds no Python code, neither Ctrl-C nor another thread comes in between."""


def each(function: Any, *arguments: Iterable[Any]) -> None:
    """Call a C function on each tuple of arguments, in one uninterruptible step."""
    consume(map(function, *arguments))


def undo() -> None:
    """Put back what an interrupted pass changed. The caller holds `turns`.

    Whatever interrupts this, too, leaves the pass open, and the next look undoes it. Raises `PassError` in the middle
    of a pass: a signal handler or a function of a registered operation asked for it.
    """
    if OPEN:
        if _runs(OPEN[0].code):
            raise PassError("a backward pass is running in this thread: change gradients and run passes after it")
        for node, old in zip(OPEN[0].nodes, OPEN[0].before, strict=False):
            node._grad = old
        OPEN.clear()


def gradient(node: Any) -> float:
    """A node's gradient while a pass is open: that from before the pass, or that after it; never one in between."""
    with turns:  # (of another thread's pass, the end is waited for)
        if OPEN and _runs(OPEN[0].code):
            olds = zip(OPEN[0].nodes, OPEN[0].before, strict=False)
            return next((old for changed, old in olds if changed is node), node._grad)
        undo()
        return node._grad  # type: ignore[no-any-return]


def _runs(code: CodeType) -> bool:
    """Whether this thread is executing `code` further out."""
    frame: Any = sys._getframe(1)
    while frame is not None:
        if frame.f_code is code:
            return True
        frame = frame.f_back
    return False


def forkable(lock: Any) -> None:
    """A fork waits for this lock, so that no child process inherits it from a thread that does not exist there."""
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(before=lock.acquire, after_in_parent=lock.release, after_in_child=lock.release)


forkable(changes)  # (what is registered last is acquired first: as everywhere, `turns` before `changes`)
forkable(turns)
