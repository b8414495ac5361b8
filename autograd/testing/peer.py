"""PyTorch in float64 as an independent peer: the same programs, values and gradients, wherever it is installed.

It is no dependency and no extra: tests that use it say that they were skipped where it is missing.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any

from ..errors import require
from ..rows.operation import Operation
from ..value import Value
from .program import Program

__all__ = ["compare_program", "peer_operation", "peer_point", "without_peer"]


@cache
def _functions() -> dict[str, Callable[..., Any]]:
    """Each row's counterpart: PyTorch's own function where it has one, else the usual composition of its functions."""
    torch: Any = require("torch", extra="torch")
    f = torch.nn.functional
    same = ("add", "sub", "mul", "div", "neg", "abs", "exp", "expm1", "log", "log1p", "sqrt", "sin", "cos", "tan",
            "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", "asinh", "acosh", "atanh", "erf", "erfc",
            "sigmoid", "relu", "minimum", "maximum", "pow", "floor", "round", "exp2", "log2", "log10", "logit", "xlogy",
            "selu")  # fmt: skip
    layers = ("mish", "softsign", "tanhshrink", "relu6", "hardswish")

    def clamp(a: Any, lo: Any, hi: Any) -> Any:
        return torch.clamp(a, lo, hi)

    named = {name: getattr(torch, name) for name in same} | {name: getattr(f, name) for name in layers}
    return named | {
        "mod": torch.remainder,
        "hardsigmoid": lambda a: f.relu6(a + 3) / 6,  # hardsigmoid's own slope is a float32's 1/6
        "softplus": lambda a: f.softplus(a, threshold=1000.0),
        "log_sigmoid": f.logsigmoid,
        "leaky_relu": lambda a, slope: torch.where(a > 0, a, slope * a),
        "elu": lambda a, alpha: torch.where(a > 0, a, alpha * torch.expm1(torch.clamp(a, max=0.0))),
        "celu": lambda a, alpha: torch.where(a > 0, a, alpha * torch.expm1(torch.clamp(a, max=0.0) / alpha)),
        "hardtanh": lambda a, lo, hi: torch.where(a > lo, torch.where(a < hi, a, hi), lo),
        "gelu": f.gelu,
        "gelu_tanh": lambda a: f.gelu(a, approximate="tanh"),
        "silu": f.silu,
        "swish": lambda a, beta: a * torch.sigmoid(beta * a),
        "clamp": clamp,
        "where": lambda c, a, b: torch.where(c != 0, a, b),
        "identity": lambda a: a * 1,
        "sum": lambda a: torch.sum(torch.stack(a)),
        "mean": lambda a: torch.mean(torch.stack(a)),
        "prod": lambda a: torch.prod(torch.stack(a)),
        "max": lambda a: torch.amax(torch.stack(a), 0),
        "min": lambda a: torch.amin(torch.stack(a), 0),
        "logsumexp": lambda a: torch.logsumexp(torch.stack(a), 0),
        "exp_difference": lambda a, b: torch.exp(a - b),
        "cross_entropy": lambda b, a: torch.logsumexp(torch.stack([*b, a]), 0) - a,
        "norm": lambda a: torch.linalg.vector_norm(torch.stack(a)),
        "dot": lambda w, x: torch.dot(torch.stack(w), torch.stack(x)),
        "affine": lambda w, x, b: torch.dot(torch.stack(w), torch.stack(x)) + b,
    }


def peer_operation(name: str) -> Callable[..., Any] | None:
    """PyTorch's function for a row, on 0-dimensional float64 tensors (lists of them for n-ary operands)."""
    return _functions().get(name)


def without_peer(operations: Sequence[str]) -> list[str]:
    """The operations that PyTorch has no counterpart for."""
    return [name for name in operations if name not in _functions()]


def peer_point(operation: Operation, numbers: Sequence[float]) -> tuple[float, list[float]]:
    """PyTorch's value and gradients at a point."""
    torch: Any = require("torch", extra="torch")
    leaves = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in numbers]
    function = _functions()[operation.name]
    y = function(*operation.split(leaves))
    y.backward()
    return float(y.detach()), [0.0 if leaf.grad is None else float(leaf.grad) for leaf in leaves]


def compare_program(program: Program, *, tol: float = 1e-9) -> None:
    """`AssertionError` where the engine and PyTorch disagree about a program's value or one of its gradients.

    tol: relative; both sides round, so a gradient that is a small difference of large contributions has a scale of its
    own, which the mpmath reference decides.
    """
    torch: Any = require("torch", extra="torch")
    leaves = [Value(number) for number in program.inputs]
    root = program(*leaves)
    root.backward()
    tensors = [torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in program.inputs]
    places: list[Any] = list(tensors)
    for step in program.steps:
        arguments = [places[a] if type(a) is int else torch.tensor(a, dtype=torch.float64) for a in step.arguments]
        places.append(_functions()[step.op](*step.operation.split(arguments)))
    if places[-1].requires_grad:  # not where every path ends in a constant
        places[-1].backward()
    theirs = [0.0 if tensor.grad is None else float(tensor.grad) for tensor in tensors]
    if not math.isclose(root.data, float(places[-1].detach()), rel_tol=tol, abs_tol=tol):
        raise AssertionError(f"the value is {root.data!r}, PyTorch has {float(places[-1])!r}")
    for place, (leaf, other) in enumerate(zip(leaves, theirs, strict=True)):
        difference = abs(leaf.grad - other)
        if difference > tol * abs(other) and difference > tol * abs(other) + _slack(program, place):
            raise AssertionError(f"the gradient of {program.name(place)} is {leaf.grad!r}, PyTorch has {other!r}")


def _slack(program: Program, place: int) -> float:
    from .reference import Reference
    from .rounding import local_derivatives, rounding

    reference = Reference(program)
    return 2 * rounding(reference, (place,), local_derivatives(program, reference.base))
