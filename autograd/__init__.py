"""Scalar reverse-mode automatic differentiation that you can read, step, draw and prove.

value       `Value`, the node            table        every operation, one row each (`operation`: what a row is)
graph       order, counts, look-up       operations   the rows as functions and methods (`codegen` writes them)
backward    the backward pass            functional   grad, jacobian, hessian, jvp, vjp (batching: vmap)
recording   no_grad                      interpreters the rows on values, symbols, arrays, high precision

`sum`, `min`, `max`, `abs` and `pow` are here too (`autograd.sum`), but a star import leaves Python's own alone.
"""

from typing import TYPE_CHECKING, Any

from . import calls as calls  # completes the generated functions' namespace
from .errors import DivisionByZeroError, DomainError, FormulaError, MissingExtraError, StaleGraphError
from .operation import Kink, Operation
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
    clamp,
    cos,
    cosh,
    div,
    dot,
    elu,
    erf,
    erfc,
    exp,
    expm1,
    gelu,
    gelu_tanh,
    identity,
    leaky_relu,
    log,
    log1p,
    log_sigmoid,
    logsumexp,
    maximum,
    mean,
    minimum,
    mul,
    neg,
    norm,
    prod,
    relu,
    sigmoid,
    silu,
    sin,
    sinh,
    softplus,
    sqrt,
    sub,
    swish,
    tan,
    tanh,
    where,
)
from .operations import max as max
from .operations import min as min
from .operations import pow as pow
from .operations import sum as sum
from .recording import no_grad
from .table import OPERATIONS, register
from .value import Value, parameter

if TYPE_CHECKING:
    from .batching import vmap
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
    "vmap": "batching",
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
    "OPERATIONS", "DivisionByZeroError", "DomainError", "FormulaError", "Graph", "Kink", "MissingExtraError",
    "Operation", "StaleGraphError", "Step", "Trace", "Value", "acos", "acosh", "add", "affine", "asin", "asinh",
    "atan", "atan2", "atanh", "clamp", "compare", "cos", "cosh", "diagnose", "div", "dot", "edge_partials", "elu",
    "erf", "erfc", "exp", "explain", "expm1", "gelu", "gelu_tanh", "grad", "hessian", "identity", "jacobian", "jvp",
    "label", "leaky_relu", "log", "log1p", "log_sigmoid", "log_softmax", "logsumexp", "maximum", "mean", "minimum",
    "mul", "neg", "no_grad", "norm", "nudge", "parameter", "prod", "register", "relu", "sigmoid", "silu", "sin",
    "sinh", "softmax", "softplus", "sqrt", "sub", "swish", "tan", "tanh", "topological_order", "trace",
    "value_and_grad", "vjp", "vmap", "where",
]  # fmt: skip
