"""`pause_gc`: keep Python's cyclic garbage collector out of a training step.

A graph of values holds no reference cycles, so it is freed by reference counting alone, the moment its root is dropped;
the collector finds nothing there, and takes half of the time of a forward pass to do so.
"""

import gc
import threading
import weakref
from collections.abc import Callable
from contextlib import ContextDecorator
from operator import methodcaller
from typing import Any

from .turns import forkable

__all__ = ["pause_gc"]

_lock = threading.RLock()
forkable(_lock)


class _Pause(bytearray):
    """What all pauses of one time look at, each through a view of its own; it goes with the last of them."""


class _Resumed(weakref.ref[_Pause]):
    """Told of the end of a pause. All that happens then are C functions, which Ctrl-C cannot stop half-way."""

    enable = staticmethod(gc.enable)


_pause: Callable[[], _Pause | None] = lambda: None  # noqa: E731


def _view() -> memoryview:
    global _pause
    with _lock:
        pause = _pause()
        if pause is None:
            pause = _Pause()
            _pause = _Resumed(pause, methodcaller("enable") if gc.isenabled() else None)
        view = memoryview(pause)
    return view


class _Entered:
    """`__enter__` as a `with` statement gets it: switching off, which comes when `__exit__` has a view already."""

    def __get__(self, owner: "pause_gc | None", kind: type) -> Callable[..., None]:
        if owner is None:  # (asked for by hand, as ExitStack does)
            return _enter_by_hand
        return gc.disable


class _Left:
    """`__exit__` as a `with` statement gets it: the end of a view, which nobody but the statement holds."""

    def __get__(self, owner: "pause_gc | None", kind: type) -> Callable[..., None]:
        if owner is None:
            return _leave_by_hand
        return _view().__exit__


class pause_gc(ContextDecorator):
    """Inside, the cyclic garbage collector does not run; afterwards it is as it was before, whatever happened inside.

    The collector belongs to the whole process: with several threads, or one pause inside another, it runs again when
    the last one ends. Hold a pause for a step, not for a whole run: cycles of other code wait for its end.

    >>> import gc
    >>> with pause_gc():
    ...     gc.isenabled()
    False
    >>> gc.isenabled()
    True
    """

    def __init__(self) -> None:
        self._views: list[memoryview] = []

    __enter__: Any = _Entered()
    __exit__: Any = _Left()


def _enter_by_hand(pause: pause_gc) -> None:
    pause._views.append(_view())
    gc.disable()


def _leave_by_hand(pause: pause_gc, *error: object) -> None:
    pause._views.pop().release()
