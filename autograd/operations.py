"""The table's operations as functions and as methods of `Value`, generated at import (`operations.pyi` types them).

Each function takes values, numbers or both: numbers only give a float, else the result is a node of the graph.
"""

from types import CodeType, FunctionType
from typing import Any

from .namespace import NAMESPACE
from .operation import Operation
from .table import OPERATIONS

INFIX = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow"}
PREFIX = {"neg": "__neg__", "abs": "__abs__"}


class Operations:
    """What `Value` inherits: an operator or a method for each row of the table."""

    __slots__ = ()


def install(operation: Operation) -> None:
    """Hang an operation's functions into this module, the class, and the namespace that formulas see."""
    name = operation.name
    parameters = ", ".join(operand.name for operand in operation.operands)
    defaults = tuple(operand.default for operand in operation.operands if operand.default is not None)
    NAMESPACE[f"{name}_row"] = operation
    operation.compute = _late(operation, "value", parameters)
    operation.pull = _late(operation, "backward", "node")
    operation.function = function = _late(operation, "function", parameters, defaults)
    function.__doc__ = operation.doc + (f" Source: {operation.source}." if operation.source else "")
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
        setattr(Operations, f"__{stem}__", _late(operation, "infix", "a, b"))
        setattr(Operations, f"__r{stem}__", _late(operation, "reflected", "b, a"))


def check_new(operation: Operation) -> None:
    """Raise if an operation cannot join the table: its name is taken, or its formulas call what is not there."""
    name = operation.name
    if name in OPERATIONS or name in NAMESPACE or hasattr(NAMESPACE["Value"], name):
        raise ValueError(f"the name {name!r} is taken; give the operation another one")
    known = {"where", "others", *NAMESPACE, *(key.removesuffix("_") for key in NAMESPACE)}
    if unknown := operation.check() - known:
        raise ValueError(f"the formulas of {name!r} call what the table does not have: {', '.join(sorted(unknown))}")


def uninstall(operation: Operation) -> None:
    """Take an operation out again."""
    name = operation.name
    del NAMESPACE[f"{name}_row"], globals()[name]
    if NAMESPACE.get(name) is operation.compute:
        del NAMESPACE[name]
    if operation.method:
        delattr(Operations, name)


def _late(operation: Operation, part: str, parameters: str, defaults: tuple[Any, ...] = ()) -> Any:
    """A function that generates and compiles its own code when it is first called; importing compiles nothing.

    The code is exchanged inside the function, so whoever holds it has the fast one from then on.
    """
    name = operation.name if part == "function" else f"{operation.name} {part}"
    code = _template(parameters)
    code = code.replace(co_consts=tuple(name if c == "?" else c for c in code.co_consts), co_name=operation.name)
    function = FunctionType(code, NAMESPACE, operation.name, defaults)
    function.__module__, function.__qualname__ = __name__, operation.name
    _waiting[name] = (operation, part, function)
    return function


_waiting: dict[str, tuple[Operation, str, FunctionType]] = {}
_templates: dict[str, CodeType] = {}


def _template(parameters: str) -> CodeType:
    if parameters not in _templates:
        scope: dict[str, FunctionType] = {}
        exec(f"def late({parameters}): return first_call('?', ({parameters},))", scope)  # noqa: S102
        _templates[parameters] = scope["late"].__code__
    return _templates[parameters]


def _first_call(name: str, arguments: tuple[Any, ...]) -> Any:
    from .codegen import define

    operation, part, function = _waiting[name]
    function.__code__ = define(operation, part).__code__
    return function(*arguments)


NAMESPACE["first_call"] = _first_call

for _operation in OPERATIONS.values():
    install(_operation)
