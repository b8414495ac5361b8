"""Scalar reverse-mode automatic differentiation that you can read, step, draw and prove.

value       `Value`, the node            table        every operation, one row each (`operation`: what a row is)
graph       order, counts, look-up       operations   the rows as functions and methods (`codegen` writes them)
backward    the backward pass            functional   grad, jacobian, hessian, jvp, vjp
recording   no_grad                      interpreters the rows on values, symbols, arrays, high precision

`sum`, `min`, `max`, `abs`, `pow`, `round` are here too (`autograd.sum`), but a star import leaves Python's own alone.
"""

from typing import TYPE_CHECKING, Any

from . import calls as calls  # completes the generated functions' namespace
from .errors import DivisionByZeroError, DomainError, FormulaError, MissingExtraError, StaleGraphError
from .operation import Jump, Kink, Operation
from .operations import abs as abs
from .operations import (
    acos,
    acosh,
    add,
    affine,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    celu,
    clamp,
    cos,
    cosh,
    div,
    dot,
    elu,
    erf,
    erfc,
    exp,
    exp2,
    expm1,
    floor,
    gelu,
    gelu_tanh,
    hardsigmoid,
    hardswish,
    hardtanh,
    identity,
    leaky_relu,
    log,
    log1p,
    log2,
    log10,
    log_sigmoid,
    logit,
    logsumexp,
    maximum,
    mean,
    minimum,
    mish,
    mod,
    mul,
    neg,
    norm,
    prod,
    relu,
    relu6,
    selu,
    sigmoid,
    silu,
    sin,
    sinh,
    softplus,
    softsign,
    sqrt,
    sub,
    swish,
    tan,
    tanh,
    tanhshrink,
    where,
    xlogy,
)
from .operations import max as max
from .operations import min as min
from .operations import pow as pow
from .operations import round as round
from .operations import sum as sum
from .recording import no_grad
from .table import OPERATIONS, register
from .value import Value, parameter

if TYPE_CHECKING:
    from .compositions import log_softmax, softmax
    from .functional import grad, hessian, jacobian, jvp, value_and_grad, vjp
    from .graph import Graph, topological_order
    from .partials import edge_partials
    from .stepping import Step, Trace, compare, diagnose, explain, label, nudge, trace

_LATE = {
    "log_softmax": "compositions",
    "softmax": "compositions",
    "grad": "functional",
    "hessian": "functional",
    "jacobian": "functional",
    "jvp": "functional",
    "value_and_grad": "functional",
    "vjp": "functional",
    "Graph": "graph",
    "topological_order": "graph",
    "edge_partials": "partials",
    "Step": "stepping",
    "Trace": "stepping",
    "compare": "stepping",
    "diagnose": "stepping",
    "explain": "stepping",
    "label": "stepping",
    "nudge": "stepping",
    "trace": "stepping",
}
"""Names whose modules are imported when first asked for, so that `import autograd` stays quick."""


def __getattr__(name: str) -> Any:
    if name not in _LATE:
        raise AttributeError(f"module 'autograd' has no attribute {name!r}")
    from importlib import import_module

    found = globals()[name] = getattr(import_module(f".{_LATE[name]}", __name__), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATE})


__all__ = [
    "OPERATIONS", "DivisionByZeroError", "DomainError", "FormulaError", "Graph", "Jump", "Kink", "MissingExtraError",
    "Operation", "StaleGraphError", "Step", "Trace", "Value", "acos", "acosh", "add", "affine", "asin", "asinh",
    "atan", "atan2", "atanh", "celu", "clamp", "compare", "cos", "cosh", "diagnose", "div", "dot", "edge_partials",
    "elu", "erf", "erfc", "exp", "exp2", "explain", "expm1", "floor", "gelu", "gelu_tanh", "grad", "hardsigmoid",
    "hardswish", "hardtanh", "hessian", "identity", "jacobian", "jvp", "label", "leaky_relu", "log", "log1p", "log2",
    "log10", "log_sigmoid", "log_softmax", "logit", "logsumexp", "maximum", "mean", "minimum", "mish", "mod", "mul",
    "neg", "no_grad", "norm", "nudge", "parameter", "prod", "register", "relu", "relu6", "selu", "sigmoid", "silu",
    "sin", "sinh", "softmax", "softplus", "softsign", "sqrt", "sub", "swish", "tan", "tanh", "tanhshrink",
    "topological_order", "trace", "value_and_grad", "vjp", "where", "xlogy",
]  # fmt: skip
