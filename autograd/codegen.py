"""Writes, from a row of the table, the Python functions that run it on floats: as fast as if written by hand.

For each operation: `compute` (floats in, float out), the public function, which builds a node, and `pull`, which
takes a node's gradient to its inputs. The sources are registered with `linecache`: debuggers and tracebacks show them.
"""

import linecache
from collections.abc import Callable, Iterator, Sequence
from types import FunctionType
from typing import Any

from .floats import CAREFUL
from .formula import Formula, Style, loop_over
from .namespace import NAMESPACE
from .operation import Operation

__all__ = ["careful_value", "define"]

INLINE = Style(inline=True)


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
    arguments = [_plural(operation, name) for name in _names(operation)]
    lines = [f"def {operation.name}({', '.join(arguments)}):", *_value_lines(operation, arguments)]
    return _join([*lines, "    return y"])


def function_source(operation: Operation) -> str:
    """The public function, which is also the method: checks its arguments, computes, and returns a new node."""
    build = _build_variadic if operation.variadic else _build_fixed
    return _join(list(build(operation)))


def pull_source(operation: Operation) -> str:
    """`pull(node)`: adds gradient × partial to each input's gradient, once all partials are known."""
    pull = _pull_variadic if operation.variadic else _pull_fixed
    return _join(list(pull(operation)))


def infix_source(operation: Operation) -> str:
    """`a + b` for a value on the left: the same body, but an operand of a foreign type gets its turn."""
    a, b = _names(operation)
    lines = [
        f"def {operation.name}({a}, {b}):",
        f"    if type({b}) is not Value:",
        f"        {b} = operand({b})",
        f"        if {b} is NotImplemented: return {b}",
        *_fixed_body(operation),
    ]
    return _join(lines)


def reflected_source(operation: Operation) -> str:
    """`a + b` for a value on the right of something else."""
    a, b = _names(operation)
    lines = [
        f"def {operation.name}({b}, {a}):",
        f"    {a} = operand({a})",
        f"    if {a} is NotImplemented: return {a}",
        *_fixed_body(operation),
    ]
    return _join(lines)


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
    names = [_plural(operation, name) for name in _names(operation)]
    scope = CAREFUL | dict(zip(names, arguments, strict=True))
    statements, expression = operation.value.python(INLINE)
    try:
        for statement in statements:
            exec(statement, scope)  # noqa: S102
        return float(eval(expression, scope))  # noqa: S307
    except (ArithmeticError, ValueError):
        return float("nan")


def _names(operation: Operation) -> list[str]:
    return [operand.name for operand in operation.operands]


def _plural(operation: Operation, name: str) -> str:
    return f"{name}_" if name in operation.groups else name


def _join(lines: list[str]) -> str:
    return "\n".join(lines) + "\n"


def _value_lines(operation: Operation, arguments: list[str]) -> Iterator[str]:
    """Domain check and value, over local floats; `y` holds the result."""
    packed = f"({', '.join(arguments)},)"
    if operation.domain is not None:
        _, condition = operation.domain.python(INLINE)
        yield f"    if not {condition}: raise outside({_row(operation)}, {packed})"
    statements, expression = operation.value.python(INLINE)
    if operation.value.can_raise:
        yield "    try:"
        yield from (f"        {line}" for line in [*statements, f"y = {expression}"])
        yield "    except (ArithmeticError, ValueError):"
        yield f"        y = careful_value({_row(operation)}, {packed})"
    else:
        yield from (f"    {line}" for line in [*statements, f"y = {expression}"])
    yield "    if y != y:"
    yield f"        raise not_a_number({_row(operation)}, {packed})"


def _row(operation: Operation) -> str:
    return f"{operation.name}_row"


def _node_lines(operation: Operation, inputs: Sequence[str]) -> Iterator[str]:
    yield "    node = new(Value)"
    yield "    node._data = y"
    yield "    node._grad = UNSET"
    yield "    node.label = ''"
    yield "    if paused and not recording():"
    yield "        node._operation = LEAF; node._first = node._second = None; node._tick = 0; node.origin = ''"
    yield "        return node"
    yield f"    node._operation = {operation.name}_row"
    match inputs:
        case [first] if not operation.variadic:
            yield f"    node._first = {first}; node._second = None"
        case [first, second] if not operation.variadic:
            yield f"    node._first = {first}; node._second = {second}"
        case _:
            yield f"    node._first = ({', '.join(inputs)},); node._second = None"
    yield "    node._tick = now"
    yield f"    node.origin = {_origin(operation)}"
    yield "    return node"


def _origin(operation: Operation) -> str:
    """Where a partial does not exist, backward will have to say where the node was made: note it now."""
    conditions: dict[str, str] = {}
    for index, (operand, condition) in enumerate(zip(operation.operands, operation.smooth, strict=True)):
        if condition is not None:
            text = condition.python(INLINE)[1]
            constant = f"({operand.name}_node._operation is CONSTANT or {text})" if index else text
            conditions.setdefault(text, constant)
    return f"'' if {' and '.join(conditions.values())} else place()" if conditions else "''"


def _build_fixed(operation: Operation) -> Iterator[str]:
    names = _names(operation)
    parameters = [
        name if operand.default is None else f"{name}={operand.default!r}"
        for name, operand in zip(names, operation.operands, strict=True)
    ]
    yield f"def {operation.name}({', '.join(parameters)}):"
    yield f"    {_docstring(operation)}"
    yield f"    if {' or '.join(f'type({name}) is not Value' for name in names)}:"
    yield f"        return apply({operation.name}_row, ({', '.join(names)},))"
    yield from _fixed_body(operation)


def _fixed_body(operation: Operation) -> Iterator[str]:
    names = _names(operation)
    nodes = [f"{name}_node" for name in names]
    yield f"    {'; '.join(f'{node} = {name}; {name} = {name}._data' for node, name in zip(nodes, names, strict=True))}"
    yield from _value_lines(operation, names)
    yield from _node_lines(operation, nodes)


def _build_variadic(operation: Operation) -> Iterator[str]:
    names = _names(operation)
    yield f"def {operation.name}({', '.join(names)}):"
    yield f"    {_docstring(operation)}"
    for group in operation.groups:
        yield f"    if type({group}) is not list and type({group}) is not tuple:"
        yield f"        {group} = listed({operation.name}_row, {group})"
    yield from (f"    {scalar}_node = {scalar}" for scalar in operation.scalars)
    inputs = [name if name in operation.groups else f"{name}_node" for name in names]
    yield "    try:"
    yield from (f"        {group}_ = [node._data for node in {group}]" for group in operation.groups)
    yield from (f"        {scalar} = {scalar}_node._data" for scalar in operation.scalars)
    yield "    except AttributeError:"
    yield f"        return apply({operation.name}_row, ({', '.join(inputs)},))"
    first, *others = operation.groups
    yield f"    if not {first}_" + "".join(f" or len({other}_) != len({first}_)" for other in others) + ":"
    lists = ", ".join(f"{group}_" for group in operation.groups)
    yield f"        raise wrong_lengths({operation.name}_row, ({lists},))"
    yield from _value_lines(operation, [_plural(operation, name) for name in names])
    inputs = [f"*{name}" if name in operation.groups else f"{name}_node" for name in names]
    yield from _node_lines(operation, inputs)


def _docstring(operation: Operation) -> str:
    needs = "" if operation.domain is None else f" Needs {operation.domain.text}; else DomainError."
    source = f" Source: {operation.source}." if operation.source else ""
    takes = " Takes sequences of values or numbers." if operation.variadic else " Takes values or numbers."
    return repr(f"{operation.doc}{takes}{needs}{source}")


def _constant(formula: Formula) -> float | None:
    """The number that a partial is, if it is one."""
    if formula.names() or formula.functions:
        return None
    _, expression = formula.python(INLINE)
    return float(eval(expression, {}))  # noqa: S307


def _accumulate(target: str, partial: str, number: float | None) -> str:
    if number == 1.0:
        return f"{target}._grad += g"
    if number == -1.0:
        return f"{target}._grad -= g"
    return f"{target}._grad += g * {partial}"


def _pull_fixed(operation: Operation) -> Iterator[str]:
    names = _names(operation)
    nodes = [f"{name}_node" for name in names]
    partials = operation.partials
    used = frozenset[str]().union(
        *(part.names() for part in partials), *(part.names() for part in operation.smooth if part is not None)
    )
    yield f"def {operation.name}(node):"
    if len(nodes) <= 2:
        yield from (f"    {name} = node.{slot}" for name, slot in zip(nodes, ("_first", "_second"), strict=False))
    else:
        yield f"    {', '.join(nodes)} = node._first"
    yield "    g = node._grad"
    if "y" in used:
        yield "    y = node._data"
    yield from (f"    {name} = {node}._data" for name, node in zip(names, nodes, strict=True) if name in used)
    sums = []
    for index, (partial, condition) in enumerate(zip(partials, operation.smooth, strict=True)):
        node, number = nodes[index], _constant(partial)
        if number == 0.0:
            continue
        _, expression = partial.python(INLINE)
        if condition is not None or (len(names) > 1 and partial.functions - {"where"}):
            # A constant (the 2 in x**2) wants no gradient, and its partial may not exist or cost a logarithm.
            check = "" if condition is None else condition.python(INLINE)[1]
            yield f"    p{index} = 0.0"
            yield f"    if {node}._operation is not CONSTANT:"
            if check:
                yield f"        if not {check}: raise no_partial(node, {index})"
            yield f"        p{index} = {expression}"
            sums.append(f"    {node}._grad += g * p{index}")
        elif len(names) > 1 and any(sign in expression for sign in "/(") and number is None:
            yield f"    p{index} = {expression}"
            sums.append(f"    {node}._grad += g * p{index}")
        else:
            sums.append(f"    {_accumulate(node, expression, number)}")
    yield from sums or ["    pass"]


def _pull_variadic(operation: Operation) -> Iterator[str]:
    """As `_pull_fixed`, with slices of the inputs for n-ary operands and a loop over their elements."""
    groups = operation.groups
    scalars = operation.scalars
    yield f"def {operation.name}(node):"
    used = frozenset[str]().union(*(partial.names() for partial in operation.partials))
    yield "    inputs = node._first"
    yield "    g = node._grad"
    if "y" in used:
        yield "    y = node._data"
    if scalars or len(groups) > 1:
        yield f"    n = (len(inputs) - {len(scalars)}) // {len(groups)}"
    position, seen = 0, 0
    for operand in operation.operands:
        start = f"{seen} * n + {position}" if seen else f"{position}"
        if operand.variadic:
            end = "" if operand is operation.operands[-1] else f"{seen + 1} * n + {position}"
            whole = len(operation.operands) == 1
            yield f"    {operand.name}_nodes = inputs" + ("" if whole else f"[{start}:{end}]")
            seen += 1
        else:
            yield f"    {operand.name}_node = inputs[{start}]"
            if operand.name in used:
                yield f"    {operand.name} = {operand.name}_node._data"
            position += 1
    if len(groups) == 2 and _mirrored(operation):
        # Σ w·x, the neuron: one loop serves both operands.
        first, second = groups
        yield f"    for p, q in zip({first}_nodes, {second}_nodes):"
        yield "        p._grad += g * q._data"
        yield "        q._grad += g * p._data"
    else:
        for group in groups:
            yield f"    {group}_ = [node._data for node in {group}_nodes]"
        for index, operand in enumerate(operation.operands):
            if operand.variadic:
                yield from _elementwise(operation, index)
    for index, operand in enumerate(operation.operands):
        if not operand.variadic:
            _, expression = operation.partials[index].python(INLINE)
            yield f"    {_accumulate(operand.name + '_node', expression, _constant(operation.partials[index]))}"


def _mirrored(operation: Operation) -> bool:
    texts = {
        operand.name: partial.text
        for operand, partial in zip(operation.operands, operation.partials, strict=True)
        if operand.variadic
    }
    first, second = operation.groups
    return texts == {first: second, second: first}


def _elementwise(operation: Operation, index: int) -> Iterator[str]:
    partial = operation.partials[index]
    nodes = f"{operation.operands[index].name}_nodes"
    statements, expression = partial.python(INLINE)
    used = [group for group in operation.groups if group in partial.names()]
    yield from (f"    {statement}" for statement in statements)
    if not used:
        number = _constant(partial)
        if number != 1.0:
            yield f"    g_each = g * {expression}"
        yield f"    for each in {nodes}:"
        yield f"        each._grad += {'g' if number == 1.0 else 'g_each'}"
        return
    loop = f"for i in range(len({used[0]}_))" if "others" in partial.functions else f"for {loop_over(used)}"
    yield f"    p = [{expression} {loop}]"
    yield f"    for each, slope in zip({nodes}, p):"
    yield "        each._grad += g * slope"
