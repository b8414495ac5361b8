"""`no_grad`: switch the recording of the graph off, in this thread and async task only.

The operations read one plain number, `clock.paused`; the context variable is asked only while some `no_grad` is active.
"""

import threading
from collections.abc import Callable
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from .clock import clock

__all__ = ["SWITCH", "is_recording", "no_grad"]


class Switch:
    """One active `no_grad`. A task started inside inherits it, and records again once it is over."""

    __slots__ = ("active", "outer", "owner")

    def __init__(self, outer: "Switch | None", owner: "no_grad | None") -> None:
        self.outer = outer
        self.owner = owner
        self.active = True


SWITCH: ContextVar[Switch | None] = ContextVar("switch", default=None)
"""The innermost `no_grad` here; None: operations build the graph. `functional` sets None for what it differentiates."""

_count_lock = threading.Lock()


def is_recording() -> bool:
    """Whether operations build the graph here and now.

    >>> is_recording()
    True
    """
    switch = SWITCH.get()
    return switch is None or not switch.active


class no_grad:
    """Results computed inside are leaves without inputs: no graph is kept, so nothing runs backward through them.

    A context manager and a decorator (`@no_grad` or `@no_grad()`, also on coroutines and generators); nests; holds for
    the current thread and async task, and for tasks started inside while it lasts.

    >>> from autograd import Value
    >>> x = Value(3.0)
    >>> with no_grad():
    ...     y = x * x
    >>> y.data, y.inputs
    (9.0, ())
    """

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        """`@no_grad` without brackets wraps the function at once."""
        instance = super().__new__(cls)
        if function is None:
            return instance
        instance._entered = []
        return instance(function)

    def __init__(self, function: None = None) -> None:
        self._entered: list[Switch] = []

    def __enter__(self) -> None:
        switch = Switch(SWITCH.get(), self)
        with _count_lock:
            clock.paused += 1
        self._entered.append(switch)
        SWITCH.set(switch)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        current = SWITCH.get()
        if current is not None and current.owner is self and current.active:
            SWITCH.set(current.outer)
            self._entered.remove(current)
        else:
            # Left in another context than it was entered in, as a generator's clean-up may be.
            current = self._entered.pop()
        current.active = False
        with _count_lock:
            clock.paused -= 1

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
