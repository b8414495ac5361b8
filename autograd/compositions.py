"""Functions that are compositions of the table's rows, so have no derivative of their own: softmax and log-softmax."""

from collections.abc import Iterable
from typing import Any, overload

from .operations import Value, exp, logsumexp, sub

__all__ = ["log_softmax", "softmax"]


@overload
def log_softmax(values: Iterable[float]) -> list[float]: ...
@overload
def log_softmax(values: Iterable[Value | float]) -> list[Any]: ...
def log_softmax(values: Iterable[Value | float]) -> list[Any]:
    """aᵢ - log Σ e^aⱼ for each i: the logarithm of `softmax`, without underflow (lectures, L4).

    >>> log_softmax([0.0, 0.0])
    [-0.6931471805599453, -0.6931471805599453]
    """
    return _log_softmax("log_softmax", values)


@overload
def softmax(values: Iterable[float]) -> list[float]: ...
@overload
def softmax(values: Iterable[Value | float]) -> list[Any]: ...
def softmax(values: Iterable[Value | float]) -> list[Any]:
    """e^aᵢ / Σ e^aⱼ for each i: positive numbers that sum to 1; no exponent overflows (lectures, L3).

    >>> softmax([0.0, 0.0, -1000.0])
    [0.5, 0.5, 0.0]
    """
    return [exp(entry) for entry in _log_softmax("softmax", values)]


def _log_softmax(name: str, values: Iterable[Value | float]) -> list[Any]:
    """`log_softmax`, for the function of this name, which errors are about."""
    if isinstance(values, str | bytes | dict) or not isinstance(values, Iterable):
        raise TypeError(f"{name} takes a sequence of values, got {type(values).__name__}; write it as [a, b]")
    logits = list(values)
    total = logsumexp(logits)
    return [sub(logit, total) for logit in logits]
