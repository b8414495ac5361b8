"""The table's operations as functions and as methods of `Value`, generated at import (`operations.pyi` types them).

Each function takes values, numbers or both: numbers only give a float, else the result is a node of the graph.
"""

import builtins
from types import CodeType, FunctionType
from typing import Any

from .errors import FormulaError
from .floats import PLAIN
from .namespace import NAMESPACE
from .operation import Operation
from .table import OPERATIONS

INFIX = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "%": "mod", "**": "pow"}
PREFIX = {"neg": "__neg__", "abs": "__abs__", "round": "__round__", "floor": "__floor__"}


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
    operation.pull = _late(operation, "backward", "_node")
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
    from .formula import REDUCTIONS

    name = operation.name
    if name in NAMESPACE or name in globals() or name in vars(builtins) or hasattr(NAMESPACE["Value"], name):
        raise ValueError(f"the name {name!r} is taken; give the operation another one")
    if operation.symbol in INFIX:
        raise ValueError(f"{operation.symbol!r} is an operation's sign already; leave the symbol of {name!r} out")
    for operand in operation.operands:
        if operand.name in NAMESPACE or operand.name in vars(builtins):
            raise FormulaError(f"{name}: the operand name {operand.name!r} is taken; choose another")
    known = {"others", *REDUCTIONS, *PLAIN, *OPERATIONS}
    if unknown := operation.check() - known:
        raise FormulaError(f"the formulas of {name!r} call what the table does not have: {', '.join(sorted(unknown))}")


def uninstall(operation: Operation) -> None:
    """Take an operation out again."""
    from .interpreters import forget

    name = operation.name
    del NAMESPACE[f"{name}_row"], globals()[name]
    if NAMESPACE.get(name) is operation.compute:
        del NAMESPACE[name]
    if operation.method:
        delattr(Operations, name)
    forget()


def _late(operation: Operation, part: str, parameters: str, defaults: tuple[Any, ...] = ()) -> Any:
    """A function that generates and compiles its own code when it is first called; importing compiles nothing.

    The code is exchanged inside the function, so whoever holds it has the fast one from then on.
    """
    code = _template(parameters)
    number = len(_waiting)
    code = code.replace(co_consts=tuple(number if c == "?" else c for c in code.co_consts), co_name=operation.name)
    # A debugger that steps into the first call sees where that is, instead of `<string>`.
    code = code.replace(co_filename=__file__, co_firstlineno=_first_call.__code__.co_firstlineno)
    function = FunctionType(code, NAMESPACE, operation.name, defaults)
    function.__module__, function.__qualname__ = __name__, operation.name
    _waiting.append((operation, part, function))
    return function


_waiting: list[tuple[Operation, str, FunctionType]] = []
_templates: dict[str, CodeType] = {}


def _template(parameters: str) -> CodeType:
    if parameters not in _templates:
        scope: dict[str, FunctionType] = {}
        exec(f"def late({parameters}): return first_call('?', ({parameters},))", scope)  # noqa: S102
        _templates[parameters] = scope["late"].__code__
    return _templates[parameters]


def _first_call(number: int, arguments: tuple[Any, ...]) -> Any:
    from .codegen import define

    operation, part, function = _waiting[number]
    function.__code__ = define(operation, part).__code__
    return function(*arguments)


NAMESPACE["first_call"] = _first_call

for _operation in OPERATIONS.values():
    install(_operation)
