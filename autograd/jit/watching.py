"""Notices while a function runs on values when it looks at their numbers: `.data`, `.grad`, comparisons, truth values.

What a compiled replay repeats is the graph; a function that looked could take another branch next time. The
interpreter's own profiling hook reports the calls, so that the engine itself has nothing to do for it.
"""

import operator
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import CodeType, FrameType
from typing import Any, NamedTuple

from ..backward import gradients
from ..recording import Half, no_grad
from ..value import Value, constant

__all__ = ["Comparison", "Look", "watched"]

_PACKAGE = str(Path(__file__).resolve().parents[1])
_NO_GRAD = "no_grad on the way"


class Look(NamedTuple):
    """One look at a number: what was used ("the data", "the truth"…), and where."""

    what: str
    place: str


class Comparison(NamedTuple):
    """A comparison of two values that was made, and how it came out."""

    what: str
    value: Value
    other: Value
    compare: Callable[[float, float], bool]
    outcome: bool
    place: str


def _comparisons() -> dict[CodeType, Callable[[float, float], bool]]:
    signs = {"__lt__": operator.lt, "__le__": operator.le, "__gt__": operator.gt, "__ge__": operator.ge}
    return {getattr(Value, name).__code__: sign for name, sign in signs.items()}


def _codes() -> dict[CodeType, str]:
    data: Any = Value.data
    grad: Any = Value.grad
    has_grad: Any = Value.has_grad
    return {
        data.fget.__code__: "the data",
        grad.fget.__code__: "the gradient",
        has_grad.fget.__code__: "the gradient",
        Value.backward.__code__: "a backward pass",
        gradients.__code__: "a backward pass",
        Value.detach.__code__: "a detached copy",
        Half.__get__.__code__: _NO_GRAD,
        **dict.fromkeys(_comparisons(), "comparison"),
        Value.__bool__.__code__: "the truth",
    }


@contextmanager
def watched() -> Iterator[list[Look | Comparison]]:
    """The looks at numbers by code outside the engine, in order, while the block runs in this thread.

    >>> x = Value(2.0)
    >>> with watched() as looks:
    ...     y = x * 2 if x > 1 else x
    >>> [look.what for look in looks]
    ['comparison']
    """
    codes: dict[CodeType, str] = _codes()
    signs = _comparisons()
    found: list[Look | Comparison] = []

    def noticed(frame: FrameType, event: str, argument: Any) -> None:  # pragma: no cover — a hook is not traced itself
        what = codes.get(frame.f_code)
        # A comparison is complete when it returns: its operands are values then, and its outcome is known.
        if what is None or event != ("return" if what == "comparison" else "call"):
            return
        caller = frame.f_back
        if what == _NO_GRAD:
            if not isinstance(frame.f_locals["scope"], no_grad):
                return
            while caller is not None and caller.f_code.co_filename.startswith(_PACKAGE):
                caller = caller.f_back  # (of a decorated function, which enters no_grad itself, its call)
        if caller is None or caller.f_code.co_filename.startswith(_PACKAGE):
            return
        place, inside = f"{caller.f_code.co_filename}:{caller.f_lineno}", frame.f_locals
        if what != "comparison":
            found.append(Look(what, place))
        elif isinstance(argument, bool):
            other = inside["other"] if type(inside["other"]) is Value else constant(inside["number"])
            found.append(Comparison(what, inside["self"], other, signs[frame.f_code], argument, place))

    before = sys.getprofile()
    sys.setprofile(noticed)
    try:
        yield found
    finally:
        sys.setprofile(before)
