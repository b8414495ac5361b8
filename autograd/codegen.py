"""Writes, from a row of the table, the Python functions that run it on floats: as fast as if written by hand.

For each operation: `compute` (floats in, float out) and the public function, which builds a node; `pullgen` adds the
backward step. The sources are registered with `linecache`, so debuggers and tracebacks show them. Locals of generated
code start with an underscore, which operands never do: `_a_` is the operand `a` as a node, `a` its number, and `a_` the
list of the numbers of an n-ary operand.
"""

import linecache
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

from .floats import CAREFUL
from .formula import INLINE
from .namespace import NAMESPACE
from .operation import Operation
from .pullgen import pull_source

__all__ = ["WRITERS", "define"]


def define(operation: Operation, part: str) -> FunctionType:
    """Generate and compile one of an operation's functions, and make its source visible to debuggers."""
    source = WRITERS[part](operation)
    file = f"<autograd {operation.name} {part}>"
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    scope: dict[str, FunctionType] = {}
    exec(compile(source, file, "exec"), NAMESPACE, scope)  # noqa: S102 — the text comes from the table's parsed formulas
    return scope[operation.name]


def compute_source(operation: Operation) -> str:
    """`compute`: the value from floats (lists of them for n-ary operands), with the domain checked."""
    arguments = _numbers(operation)
    lines = [f"def {operation.name}({', '.join(arguments)}):", *_value_lines(operation), "    return y"]
    return "\n".join(lines) + "\n"


def function_source(operation: Operation) -> str:
    """The public function, which is also the method: checks its arguments, computes, and returns a new node."""
    if operation.variadic:
        return "\n".join(_variadic_function(operation)) + "\n"
    names = [operand.name for operand in operation.operands]
    parameters = [
        operand.name if operand.default is None else f"{operand.name}={operand.default!r}"
        for operand in operation.operands
    ]
    lines = [
        f"def {operation.name}({', '.join(parameters)}):",
        f"    if {' or '.join(f'type({name}) is not Value' for name in names)}:",
        f"        return apply({_row(operation)}, ({', '.join(names)},))",
        *_fixed_body(operation),
    ]
    return "\n".join(lines) + "\n"


def infix_source(operation: Operation) -> str:
    """`a + b` for a value on the left: the same body, but an operand of a foreign type gets its turn."""
    a, b = (operand.name for operand in operation.operands)
    lines = [
        f"def {operation.name}({a}, {b}):",
        f"    if type({b}) is not Value:",
        f"        {b} = operand({b})",
        f"        if {b} is NotImplemented: return {b}",
        *_fixed_body(operation),
    ]
    return "\n".join(lines) + "\n"


def reflected_source(operation: Operation) -> str:
    """`a + b` for a value on the right of something else."""
    a, b = (operand.name for operand in operation.operands)
    lines = [
        f"def {operation.name}({b}, {a}):",
        f"    {a} = operand({a})",
        f"    if {a} is NotImplemented: return {a}",
        *_fixed_body(operation),
    ]
    return "\n".join(lines) + "\n"


WRITERS: dict[str, Callable[[Operation], str]] = {
    "function": function_source,
    "value": compute_source,
    "backward": pull_source,
    "infix": infix_source,
    "reflected": reflected_source,
}
"""The functions that an operation may need, by the name that tracebacks show."""


def careful_value(operation: Operation, arguments: Sequence[Any]) -> float:
    """The value again with overflow-proof functions, after a fast one raised; nan where there is none."""
    scope = NAMESPACE | CAREFUL | dict(zip(_numbers(operation), arguments, strict=True))
    statements, expression = operation.value.python(INLINE)
    try:
        for statement in statements:
            exec(statement, scope)  # noqa: S102 — as in define
        return float(eval(expression, scope))  # noqa: S307 — as in define
    except (ArithmeticError, ValueError):
        return float("nan")


NAMESPACE["careful_value"] = careful_value


def _row(operation: Operation) -> str:
    return f"{operation.name}_row"


def _numbers(operation: Operation) -> list[str]:
    """What the operands' numbers are called in generated code."""
    return [f"{operand.name}_" if operand.variadic else operand.name for operand in operation.operands]


def _value_lines(operation: Operation) -> Iterator[str]:
    """Domain check and value, over local numbers; `y` holds the result."""
    packed = f"({', '.join(_numbers(operation))},)"
    if operation.domain is not None:
        statements, condition = operation.domain.python(INLINE)
        yield from (f"    {statement}" for statement in statements)
        yield f"    if not {condition}: raise outside({_row(operation)}, {packed})"
    statements, expression = operation.value.python(INLINE)
    lines = [*statements, f"y = {expression}"]
    if operation.value.can_raise:
        yield "    try:"
        yield from (f"        {line}" for line in lines)
        yield "    except (ArithmeticError, ValueError):"
        yield f"        y = careful_value({_row(operation)}, {packed})"
    else:
        yield from (f"    {line}" for line in lines)
    yield "    if y != y:"
    yield f"        raise not_a_number({_row(operation)}, {packed})"


def _fixed_body(operation: Operation) -> Iterator[str]:
    names = [operand.name for operand in operation.operands]
    yield "    " + "; ".join(f"_{name}_ = {name}; {name} = {name}._data" for name in names)
    yield from _value_lines(operation)
    yield from _node_lines(operation, [f"_{name}_" for name in names])


def _variadic_function(operation: Operation) -> Iterator[str]:
    groups, scalars = operation.groups, operation.scalars
    names = [operand.name for operand in operation.operands]
    yield f"def {operation.name}({', '.join(names)}):"
    for group in groups:
        yield f"    if type({group}) is not list and type({group}) is not tuple:"
        yield f"        {group} = listed({_row(operation)}, {group})"
    yield from (f"    _{scalar}_ = {scalar}" for scalar in scalars)
    nodes = [name if name in groups else f"_{name}_" for name in names]
    yield "    try:"
    yield from (f"        {group}_ = [_node._data for _node in {group}]" for group in groups)
    yield from (f"        {scalar} = _{scalar}_._data" for scalar in scalars)
    yield "    except AttributeError:"
    yield f"        return apply({_row(operation)}, ({', '.join(nodes)},))"
    first, *others = groups
    yield f"    if not {first}_" + "".join(f" or len({other}_) != len({first}_)" for other in others) + ":"
    yield f"        raise wrong_lengths({_row(operation)}, ({', '.join(f'{group}_' for group in groups)},))"
    yield from _value_lines(operation)
    yield from _node_lines(operation, [f"*{name}" if name in groups else f"_{name}_" for name in names])


def _node_lines(operation: Operation, inputs: Sequence[str]) -> Iterator[str]:
    yield "    _node = new(Value)"
    yield "    _node._data = y"
    yield "    _node._grad = UNSET"
    yield "    _node._label = ''"
    yield "    if paused and not recording():"
    yield "        _node._operation = LEAF; _node._first = _node._second = None; _node._tick = 0; _node.origin = ''"
    yield "        return _node"
    yield f"    _node._operation = {_row(operation)}"
    match inputs:
        case [first] if not operation.variadic:
            yield f"    _node._first = {first}; _node._second = None"
        case [first, second] if not operation.variadic:
            yield f"    _node._first = {first}; _node._second = {second}"
        case _:
            yield f"    _node._first = ({', '.join(inputs)},); _node._second = None"
    yield "    _node._tick = now"
    yield from _origin_lines(operation)
    yield "    return _node"


def _origin_lines(operation: Operation) -> Iterator[str]:
    """Where a partial does not exist, backward will have to say where the node was made: note it now."""
    yield "    _node.origin = ''"
    noted: set[str] = set()
    for index, (operand, smooth) in enumerate(zip(operation.operands, operation.smooth, strict=True)):
        if smooth is None or smooth.text in noted:
            continue
        noted.add(smooth.text)
        statements, condition = smooth.python(INLINE)
        yield from (f"    {statement}" for statement in statements)
        constant = "" if operand.variadic or not index else f"_{operand.name}_._operation is CONSTANT or "
        yield f"    if not ({constant}{condition}): _node.origin = place()"
