"""The table's operations as functions and as methods of `Value`, generated at import (`operations.pyi` types them).

Each function takes values, numbers or both: numbers only give a float, else the result is a node of the graph.
"""

from collections.abc import Callable
from typing import Any

from .codegen import (
    NAMESPACE,
    compute_source,
    define,
    function_source,
    infix_source,
    pull_source,
    reflected_source,
)
from .operation import Operation
from .table import OPERATIONS

INFIX = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}
PREFIX = {"neg": "__neg__", "abs": "__abs__"}


class Operations:
    """What `Value` inherits: an operator or a method for each row of the table."""

    __slots__ = ()


def install(operation: Operation, *, new: bool = False) -> None:
    """Generate what an operation runs on, and hang it into this module and the class."""
    name = operation.name
    if new and (name in OPERATIONS or name in NAMESPACE or hasattr(NAMESPACE["Value"], name)):
        raise ValueError(f"the name {name!r} is taken; give the operation another one")
    unknown = {
        function
        for formula in (operation.value, *operation.partials)
        for function in formula.functions - {"where", "others", name}
        if function not in NAMESPACE and f"{function}_" not in NAMESPACE
    }
    if name in operation.value.functions - {"where"} and name not in NAMESPACE and f"{name}_" not in NAMESPACE:
        unknown.add(name)
    if unknown:
        raise ValueError(f"the formulas of {name!r} call what the table does not have: {', '.join(sorted(unknown))}")
    NAMESPACE[f"{name}_row"] = operation
    operation.compute = define(operation, " value", compute_source(operation), NAMESPACE)
    operation.function = function = define(operation, "", function_source(operation), NAMESPACE)
    operation.pull = _late(operation)
    if not operation.variadic:
        # Formulas may call it, as softplus' derivative calls sigmoid; the standard library's own names stay.
        NAMESPACE.setdefault(name, operation.compute)
    globals()[name] = function
    if operation.method:
        setattr(Operations, name, function)
    if name in PREFIX:
        setattr(Operations, PREFIX[name], function)
    elif operation.symbol in INFIX and len(operation.operands) == 2:
        stem = INFIX[operation.symbol]
        setattr(Operations, f"__{stem}__", define(operation, f" a {operation.symbol} b", infix_source(operation), NAMESPACE))
        setattr(Operations, f"__r{stem}__", define(operation, " reflected", reflected_source(operation), NAMESPACE))


def uninstall(operation: Operation) -> None:
    """Take an operation out again."""
    name = operation.name
    del NAMESPACE[f"{name}_row"], globals()[name]
    if NAMESPACE.get(name) is operation.compute:
        del NAMESPACE[name]
    if operation.method:
        delattr(Operations, name)


def _late(operation: Operation) -> Callable[[Any], None]:
    """Half of the generated code is for the backward pass: compile it at first use, so that importing stays quick."""

    def pull(node: Any) -> None:
        operation.pull = define(operation, " backward", pull_source(operation), NAMESPACE)
        operation.pull(node)

    return pull


for _operation in OPERATIONS.values():
    install(_operation)
