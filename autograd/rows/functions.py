"""Writes, from a row of the table, the Python that computes it: on floats, as a method of `Value`, as a function.

    tanh_value(a)    the number: floats in, a float out; nan outside the domain
    Value.tanh       the node: the number, the row, the inputs
    tanh(a)          the public function, on values and numbers

The arithmetic signs are methods too (`Value.__mul__`); `steps` adds the backward step.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from .operation import Operand, Operation
from .writing import assigned, can_raise, constant_name, docstring, negated, own, spelled, spelling, statements_lines

__all__ = ["INFIX", "PREFIX", "compute_lines", "function_lines", "method_lines", "overload_lines"]

INFIX = {"+": "add", "-": "sub", "*": "mul", "/": "truediv", "**": "pow", "%": "mod"}
"""Signs between two operands, with the name of the method that Python calls for them."""

PREFIX = {"neg": "__neg__", "abs": "__abs__", "floor": "__floor__"}
"""Operations that Python calls by a method of its own."""


def compute_lines(operation: Operation) -> Iterator[str]:
    """`tanh_value`: the value from floats, lists of them for n-ary operands."""
    names = spelling(operation)
    parameters = [
        f"{operand.name}_values: Sequence[float]" if operand.variadic else f"{operand.name}: float"
        for operand in operation.operands
    ]
    yield f"def {operation.name}_value({', '.join(parameters)}) -> float:"
    outside = f"; nan unless {operation.domain_text}" if operation.domain_text else ""
    yield from docstring("    ", f"{operation.value_text}{outside}.")
    domain: list[str] = []
    if operation.domain is not None:
        statements, condition = spelled(operation.domain, names)
        domain = [*statements, f"if {negated(condition)}:", "    return nan"]
        if not can_raise(operation.domain):
            yield from (f"    {line}" for line in domain)
            domain = []
    statements, expression = spelled(operation.value, names)
    if statements and statements[-1].startswith(f"{expression} = "):
        expression = statements.pop().removeprefix(f"{expression} = ")
    if not domain and not can_raise(operation.value):
        yield from statements_lines("    ", statements)
        yield from assigned("    ", "return", expression)
        return
    yield "    try:"
    yield from (f"        {line}" for line in domain)
    yield from statements_lines("        ", statements)
    yield from assigned("        ", "return", expression)
    yield "    except (ArithmeticError, ValueError):"
    arguments = ", ".join(f"{o.name}_values" if o.variadic else o.name for o in operation.operands)
    yield f"        return careful_value({constant_name(operation)}, {arguments})"


def is_infix(operation: Operation) -> bool:
    """Whether the operation is a sign between two operands."""
    return operation.symbol in INFIX and len(operation.operands) == 2


def method_lines(operation: Operation, name: str | None = None) -> Iterator[str]:
    """The method of `Value`; for a sign the methods that Python calls for it, which hold the code, as well."""
    if is_infix(operation):
        yield from _infix_lines(operation)
    if not operation.method:
        return
    first, *others = operation.operands
    parameters = ["self", *(_parameter(operand, "Value | float") for operand in others)]
    yield f"def {name or operation.name}({', '.join(parameters)}) -> Value:"
    yield from _described("    ", operation)
    if is_infix(operation):
        yield f"    return {operation.name}(self, {others[0].name})"
        return
    if others:
        tests = " or ".join(f"type({operand.name}) is not Value" for operand in others)
        yield f"    if {tests}:"
        arguments = ", ".join(["self", *(operand.name for operand in others)])
        yield f"        return apply({constant_name(operation)}, {arguments})  # type: ignore[no-any-return]"
    nodes = {first.name: "self", **{operand.name: operand.name for operand in others}}
    yield from _node_lines(operation, nodes)
    if operation.name in PREFIX and name is None:
        yield ""
        yield f"{PREFIX[operation.name]} = {operation.name}"


def _infix_lines(operation: Operation) -> Iterator[str]:
    a, b = (operand.name for operand in operation.operands)
    stem = INFIX[operation.symbol]
    yield f"def __{stem}__(self, other: Value | float) -> Value:"
    yield from docstring("    ", f"`self {operation.symbol} other`, see `{operation.name}`.")
    body = [
        "    if type(other) is not Value:",
        "        constant = Value._constant(other)",
        "        if constant is None:",
        "            return NotImplemented",
        "        other = constant",
        *_node_lines(operation, {a: "self", b: "other"}),
    ]
    yield from body
    yield ""
    sign = f"{operation.symbol}="
    yield f"def __i{stem}__(self, other: Value | float) -> Value:"
    yield from docstring("    ", f"`self {sign} other`: a new value, as of `self {operation.symbol} other`.")
    yield "    if self._operation is PARAMETER:"
    yield f'        raise replaced(self, "{sign}")'
    yield from body
    yield ""
    yield f"def __r{stem}__(self, other: float) -> Value:"
    yield from docstring("    ", f"`other {operation.symbol} self`, see `{operation.name}`.")
    yield "    constant = Value._constant(other)"
    yield f"    return NotImplemented if constant is None else constant {operation.symbol} self"
    yield ""


def overload_lines(operation: Operation) -> Iterator[str]:
    """The types of the function: numbers give a float, values among them a node."""
    kinds = [("float", "float"), ("Value | float", "Value")]
    if len(operation.operands) == 1 and not operation.variadic:
        kinds[1] = ("Value", "Value")
    for kind, result in kinds:
        parameters = ", ".join(_parameter(operand, kind) for operand in operation.operands)
        # Value | float takes in the floats of the first overload, which mypy would rather have apart.
        overlap = "  # type: ignore[overload-overlap]" if result == "float" and kinds[1][0] != "Value" else ""
        yield "@overload"
        yield f"def {operation.name}({parameters}) -> {result}: ...{overlap}"


def function_lines(operation: Operation) -> Iterator[str]:
    """The public function."""
    parameters = ", ".join(_parameter(operand, "Value | float") for operand in operation.operands)
    names = [operand.name for operand in operation.operands]
    yield f"def {operation.name}({parameters}) -> Value | float:"
    yield from _described("    ", operation)
    row = constant_name(operation)
    if operation.variadic:
        yield from _variadic_lines(operation)
        return
    if operation.method or is_infix(operation):
        values = " and ".join(f"type({name}) is Value" for name in names)
        yield f"    if {values}:"
        first, *others = names
        if is_infix(operation):
            yield f"        return {first} {operation.symbol} {others[0]}"
        else:
            yield f"        return {first}.{operation.name}({', '.join(others)})"
        yield f"    return apply({row}, {', '.join(names)})  # type: ignore[no-any-return]"
        return
    tests = " or ".join(f"type({name}) is not Value" for name in names)
    yield f"    if {tests}:"
    yield f"        return apply({row}, {', '.join(names)})  # type: ignore[no-any-return]"
    yield from _node_lines(operation, {name: name for name in names})


def _variadic_lines(operation: Operation) -> Iterator[str]:
    groups = operation.groups
    row = constant_name(operation)
    names = [operand.name for operand in operation.operands]
    each = own(operation, "node")
    yield f"    {own(operation, 'now')} = clock.now"
    for group in groups:
        yield f"    if type({group}) is not list and type({group}) is not tuple:"
        yield f"        {group} = as_sequence({row}, {group})"
    yield "    try:"
    for group in groups:
        yield f"        {group}_values = [{each}._data for {each} in {group}]"
    numbers = [f"{name}_values" if name in groups else f"{name}._data" for name in names]
    for scalar in operation.scalars:
        yield f"        {scalar}_value = {scalar}._data  # type: ignore[union-attr]"
        numbers[names.index(scalar)] = f"{scalar}_value"
    yield "    except AttributeError:"
    yield f"        return apply({row}, {', '.join(names)})  # type: ignore[no-any-return]"
    first, *others = groups
    unequal = "".join(f" or len({other}_values) != len({first}_values)" for other in others)
    yield f"    if not {first}_values{unequal}:"
    yield f"        raise wrong_lengths({row}, {', '.join(groups)})"
    y = own(operation, "y")
    yield f"    {y} = {operation.name}_value({', '.join(numbers)})"
    parts = [f"*{name}" if name in groups else name for name in names]
    inputs = f"({parts[0]},)" if len(parts) == 1 else f"({', '.join(parts)})"
    yield from _made_lines(operation, inputs, y, [inputs, "None"], {})


def _node_lines(operation: Operation, nodes: dict[str, str]) -> Iterator[str]:
    """The number of nodes given by name, and the node that holds it."""
    y = own(operation, "y")
    numbers = {name: f"{node}._data" for name, node in nodes.items()}
    simple = operation.domain is None and not can_raise(operation.value)
    yield f"    {own(operation, 'now')} = clock.now"
    if simple:
        [], expression = spelled(operation.value, spelling(operation, numbers))
        yield f"    {y} = {expression}"
    else:
        yield f"    {y} = {operation.name}_value({', '.join(numbers.values())})"
    texts = list(nodes.values())
    inputs = f"({', '.join(texts)},)" if len(texts) == 1 else f"({', '.join(texts)})"
    slots = [*texts, "None"][:2] if len(texts) <= 2 else [inputs, "None"]
    yield from _made_lines(operation, inputs, y, slots, nodes)


def _made_lines(
    operation: Operation, inputs: str, y: str, slots: Sequence[str], nodes: dict[str, str]
) -> Iterator[str]:
    node = own(operation, "node")
    yield f"    if {y} != {y}:"
    yield f"        raise no_value({constant_name(operation)}, {inputs})"
    yield "    if clock.paused and not is_recording():"
    yield f"        return Value._leaf({y})"
    yield f"    {node} = new(Value)"
    yield f"    {node}._data = {y}"
    yield f"    {node}._grad = UNSET"
    yield f"    {node}._operation = {constant_name(operation)}"
    yield f"    {node}._first = {slots[0]}"
    yield f"    {node}._second = {slots[1]}"
    yield f"    {node}._tick = {own(operation, 'now')}"
    yield from _origin_lines(operation, node, y, nodes)
    yield f"    return {node}"


def _origin_lines(operation: Operation, node: str, y: str, nodes: dict[str, str]) -> Iterator[str]:
    """Where a partial does not exist, backward will have to say where the node was made: note it now."""
    numbers = {name: f"{given}._data" for name, given in nodes.items()}
    numbers |= {} if nodes else {scalar: f"{scalar}_value" for scalar in operation.scalars}
    noted: set[str] = set()
    for index, (operand, smooth) in enumerate(zip(operation.operands, operation.smooth, strict=True)):
        if smooth is None or smooth.text in noted:
            continue
        noted.add(smooth.text)
        statements, condition = spelled(smooth, spelling(operation, {**numbers, "y": y}))
        if can_raise(smooth):  # (what cannot be computed does not exist)
            exists = own(operation, "exists")
            yield from ("    try:", *(f"        {statement}" for statement in statements))
            yield from assigned("        ", f"{exists} =", condition)
            yield from ("    except (ArithmeticError, ValueError):", f"        {exists} = False")
            condition, statements = exists, []
        yield from (f"    {statement}" for statement in statements)
        given = nodes.get(operand.name, operand.name)
        constant = "" if operand.variadic or not index else f"{given}._operation is CONSTANT or "
        yield f"    if {negated(constant + condition)}:"
        yield f"        {node}.origin = place()"


def _parameter(operand: Operand, kind: str) -> str:
    if operand.variadic:
        return f"{operand.name}: Iterable[{kind}]"
    kind = f"bool | {kind}" if operand.truth else kind
    default = "" if operand.default is None else f" = {operand.default!r}"
    return f"{operand.name}: {kind}{default}"


def _described(indent: str, operation: Operation) -> Iterator[str]:
    summary = operation.doc or f"{operation.signature}."
    yield from docstring(indent, summary, f"{operation.signature} = {operation.value_text}", *operation.facts())
