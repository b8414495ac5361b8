"""`no_grad`: switch the recording of the graph off, in this thread and async task only.

The operations read `clock.paused`, which is empty unless some `no_grad` is active; the context variable is asked only
then. What a `with` statement switches hangs on the statement itself, so that no interrupt can leave it on.
"""

import weakref
from _thread import allocate_lock
from collections.abc import Callable
from contextvars import ContextVar
from functools import partial
from typing import Any

from .clock import clock

__all__ = ["differentiating", "is_recording", "no_grad", "recording"]


class Switch:
    """One `with` block: active while its lock exists and is held. A task started inside inherits it, until its end.

    Nobody but the `with` statement keeps the lock: it enters and leaves by the lock's own methods, C functions that
    Ctrl-C cannot stop half-way, and whatever keeps it from calling the second makes it drop the lock.
    """

    __slots__ = ("kind", "lock", "missing", "outer", "owner")

    def __init__(self, owner: "Scope", lock: Any, missing: str) -> None:
        self.owner = weakref.ref(owner)
        self.kind = type(owner)
        self.lock = weakref.ref(lock)
        self.missing = missing
        self.outer = innermost()
        if not isinstance(owner, recording):
            clock.paused.add(weakref.ref(lock, clock.paused.discard))
        SWITCH.set(self)


SWITCH: ContextVar[Switch | None] = ContextVar("switch", default=None)
"""The latest block entered here; it, and those around it, may be over."""


def innermost() -> Switch | None:
    """The innermost active block."""
    switch = SWITCH.get()
    while switch is not None:
        lock = switch.lock()
        if lock is not None and lock.locked():
            break
        switch = switch.outer
    return switch


def is_recording() -> bool:
    """Whether operations build the graph here and now.

    >>> is_recording()
    True
    """
    switch = innermost()
    return switch is None or switch.kind is recording


def differentiating() -> bool:
    """Whether a derivative is being taken around this point, in this thread and async task."""
    switch = innermost()
    while switch is not None:
        lock = switch.lock()
        if switch.kind is recording and lock is not None and lock.locked():
            return True
        switch = switch.outer
    return False


class Half:
    """`__enter__` or `__exit__` as a `with` statement gets it: that of a lock, which the statement alone then keeps."""

    def __init__(self, by_hand: Callable[..., Any]) -> None:
        self.by_hand = by_hand
        self.name = by_hand.__name__

    def __get__(self, scope: "Scope | None", kind: type) -> Any:
        if scope is None:
            return self.by_hand
        switch = SWITCH.get()
        if switch is not None and switch.missing == self.name and switch.owner() is scope:
            lock = switch.lock()
            if lock is not None:
                switch.missing = ""  # (the second half of the same statement)
                return getattr(lock, self.name)
        lock = allocate_lock()
        Switch(scope, lock, "__exit__" if self.name == "__enter__" else "__enter__")
        return getattr(lock, self.name)


class Scope:
    """A block that switches something in its context. Entered and left by hand, the object keeps the lock itself."""

    def __init__(self) -> None:
        self._held: list[Any] = []

    @Half
    def __enter__(self) -> Any:
        lock = allocate_lock()
        self._held.append(lock)
        Switch(self, lock, "")
        try:
            lock.acquire()
        except BaseException:
            lock.release()
            raise

    @Half
    def __exit__(self, *error: object) -> Any:
        switch = SWITCH.get()
        lock: Any = switch.lock() if switch is not None and switch.owner() is self else None
        if lock not in self._held:
            lock = self._held[-1]  # left in another context than it was entered in, as a generator's clean-up may be
        self._held.remove(lock)
        lock.release()

    def __getattribute__(self, name: str) -> Any:
        # A `with` statement looks in the type, and does not come here.
        if name in ("__enter__", "__exit__"):
            return partial(getattr(type(self), name), self)
        return super().__getattribute__(name)


class recording(Scope):
    """Around what is differentiated: the graph is kept whatever `no_grad` says outside."""


class no_grad(Scope):
    """Results computed inside are leaves without inputs: no graph is kept, so nothing runs backward through them.

    A context manager and a decorator (`@no_grad` or `@no_grad()`, also on coroutines and generators); nests; holds for
    the current thread and async task, and for tasks started inside while it lasts. Whatever interrupts the `with`
    statement, in its entry and exit too, what is computed after it is recorded again.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.inputs
    (9.0, ())
    """

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """`@no_grad` without brackets wraps the function at once."""
        instance: Any = super().__new__(cls)
        if function is None:
            return instance
        instance.__init__()
        return instance(function)

    def __init__(self, function: None = None) -> None:
        super().__init__()

    def __call__(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """Wrap a function, a coroutine function or a generator function, so that its body runs without recording."""
        import functools
        import inspect

        if not callable(function):
            raise TypeError(f"no_grad decorates a function, got {type(function).__name__}")
        if inspect.isasyncgenfunction(function):
            raise TypeError(
                "no_grad cannot decorate an async generator; put `with no_grad():` inside it, around no yield"
            )
        if inspect.iscoroutinefunction(function):

            @functools.wraps(function)
            async def waiting(*args: Any, **kwargs: Any) -> Any:
                with no_grad():
                    return await function(*args, **kwargs)

            return waiting
        if inspect.isgeneratorfunction(function):

            @functools.wraps(function)
            def generating(*args: Any, **kwargs: Any) -> Any:
                # Between two items the caller runs, and must record: so the switch is thrown around each resumption.
                generator = function(*args, **kwargs)
                resume: Callable[[], Any] = functools.partial(next, generator)
                while True:
                    try:
                        with no_grad():
                            item = resume()
                    except StopIteration as stop:
                        return stop.value
                    try:
                        sent = yield item
                    except GeneratorExit:
                        with no_grad():
                            generator.close()
                        raise
                    except BaseException as error:
                        resume = functools.partial(generator.throw, error)
                    else:
                        resume = functools.partial(generator.send, sent)

            return generating

        @functools.wraps(function)
        def calling(*args: Any, **kwargs: Any) -> Any:
            with no_grad():
                return function(*args, **kwargs)

        return calling
