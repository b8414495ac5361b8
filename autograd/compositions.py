"""Functions that are compositions of the table's rows, so have no derivative of their own: softmax and log-softmax."""

from collections.abc import Iterable
from typing import Any, overload

from .operations import Value, div, exp_difference, logsumexp, sub
from .operations import sum as add_up

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
    logits = _listed("log_softmax", values)
    total = logsumexp(logits)
    # A large total has rounded log Σ away: the differences are exact, and their own logsumexp is the rest.
    differences = [sub(logit, total) for logit in logits]
    rest = logsumexp(differences)
    return [sub(difference, rest) for difference in differences]


@overload
def softmax(values: Iterable[float]) -> list[float]: ...
@overload
def softmax(values: Iterable[Value | float]) -> list[Any]: ...
def softmax(values: Iterable[Value | float]) -> list[Any]:
    """e^aᵢ / Σ e^aⱼ for each i: positive numbers that sum to 1; no exponent overflows (lectures, L3).

    >>> softmax([0.0, 0.0, -1000.0])
    [0.5, 0.5, 0.0]
    """
    logits = _listed("softmax", values)
    shift = logsumexp(logits)  # (near the largest, and without its kinks)
    terms = [exp_difference(logit, shift) for logit in logits]
    total = add_up(terms)
    return [div(term, total) for term in terms]


def _listed(name: str, values: Iterable[Value | float]) -> list[Any]:
    """The logits, for the function of this name, which errors are about."""
    if isinstance(values, str | bytes | dict) or not isinstance(values, Iterable):
        raise TypeError(f"{name} takes a sequence of values, got {type(values).__name__}; write it as [a, b]")
    return list(values)
