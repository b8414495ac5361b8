"""Writes the backward step of an operation, `tanh_backward(node)`, from its partial derivatives.

It adds gradient × partial to the gradient of each input, in the order of the inputs, once all partials are known: where
one of them does not exist, nothing has been added yet.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from .operation import Operation
from .writing import assigned, can_raise, docstring, negated, own, spelled, spelling, statements_lines

__all__ = ["step_lines"]


def step_lines(operation: Operation) -> Iterator[str]:
    """The source of `tanh_backward`, a line each."""
    yield f"def {operation.name}_backward({own(operation, 'node')}: Node) -> None:"
    derivatives = ", ".join(
        f"∂/∂{operand.name} = {partial}"
        for operand, partial in zip(operation.operands, operation.partial_texts, strict=True)
    )
    yield from docstring("    ", f"{derivatives}.")
    if not any(number != 0.0 for number in operation.constant_partials):
        return  # (nothing to pass on; a docstring is a body)
    yield from (f"    {line}" for line in (_variadic(operation) if operation.variadic else _fixed(operation)))


def _fixed(operation: Operation) -> Iterator[str]:
    node, grad = own(operation, "node"), own(operation, "grad")
    names = [operand.name for operand in operation.operands]
    places = [own(operation, place) for place in ("first", "second")]
    inputs = places[: len(names)] if len(names) <= 2 else [own(operation, f"input_{name}") for name in names]
    if len(names) <= 2:
        yield from (f"{given} = {node}._{place}" for given, place in zip(inputs, ("first", "second"), strict=False))
    else:
        yield f"{', '.join(inputs)} = {node}._first"
    yield f"{grad} = {node}._grad"
    used = _used(operation)
    if "y" in used:
        yield f"y = {node}._data"
    yield from (f"{name} = {given}._data" for name, given in zip(names, inputs, strict=True) if name in used)
    written = spelling(operation)
    sums = []
    for index, (name, given, partial, smooth) in enumerate(
        zip(names, inputs, operation.partials, operation.smooth, strict=True)
    ):
        number = operation.constant_partials[index]
        if number == 0.0:
            continue
        [], expression = spelled(partial, written)
        simple = number is not None or len(names) == 1 or not can_raise(partial)
        if smooth is None and simple:
            sums.append((f"{given}._grad", *_contribution(grad, expression, number)))
            continue
        # A constant (the 2 in x**2) wants no gradient, and its partial may not exist or cost a logarithm.
        by = own(operation, f"by_{name}")
        yield f"{by} = 0.0"
        yield f"if {given}._operation is not CONSTANT:"
        if smooth is not None:
            yield f"    if {negated(spelled(smooth, written)[1])}:"
            yield f"        raise no_partial({node}, {index})"
        yield from assigned("    ", f"{by} =", expression)
        sums.append((f"{given}._grad", "+=", f"{grad} * {by}"))
    for target, sign, contribution in sums:
        yield from assigned("", f"{target} {sign}", contribution)


def _variadic(operation: Operation) -> Iterator[str]:
    node, grad, i = own(operation, "node"), own(operation, "grad"), operation.value.index
    yield from _unpack(operation)
    written = spelling(operation)
    sums: list[str] = []
    checked: set[str] = set()
    for index, (operand, partial, smooth) in enumerate(
        zip(operation.operands, operation.partials, operation.smooth, strict=True)
    ):
        name, number = operand.name, operation.constant_partials[index]
        if smooth is not None and smooth.text not in checked:
            checked.add(smooth.text)
            statements, condition = spelled(smooth, written)
            yield from statements
            yield f"if {negated(condition)}:"
            yield f"    raise no_partial({node}, {index})"
        if number == 0.0:
            continue
        given = f"{name}_inputs" if operand.variadic else f"{name}_input"
        if partial.text in operation.groups and operand.variadic:
            # Σ w·x, the neuron: the other operand's number is the partial.
            one, other = own(operation, "one"), own(operation, "other")
            sums.append(f"for {one}, {other} in zip({given}, {partial.text}_inputs):")
            sums.append(f"    {one}._grad += {grad} * {other}._data")
            continue
        statements, expression = spelled(partial, written)
        yield from statements_lines("", statements)
        by = own(operation, f"by_{name}")
        if elements := sorted(partial.elementwise):
            if "others" in partial.functions:
                loop = f"for {i} in range(len({elements[0]}_values))"
            else:
                lists = [f"{element}_values" for element in elements]
                loop = f"for {', '.join(elements)} in " + (lists[0] if len(lists) == 1 else f"zip({', '.join(lists)})")
            yield from assigned("", f"{by} =", _listed(ast.parse(expression, mode="eval").body, loop, elements))
            one, slope = own(operation, "one"), own(operation, "slope")
            sums += [f"for {one}, {slope} in zip({given}, {by}):", f"    {one}._grad += {grad} * {slope}"]
            continue
        if number is None:
            yield from assigned("", f"{by} =", expression)
        sign, contribution = _contribution(grad, by, number)
        if operand.variadic:
            one = own(operation, "one")
            sums += [f"for {one} in {given}:", f"    {one}._grad {sign} {contribution}"]
        else:
            sums.append(f"{given}._grad {sign} {contribution}")
    yield from sums


def _listed(expression: ast.expr, loop: str, elements: list[str]) -> str:
    """A partial as a list over the elements; a choice that is the same for all of them is made once."""
    match expression:
        case ast.IfExp(test=test, body=body, orelse=orelse):
            if not any(isinstance(node, ast.Name) and node.id in elements for node in ast.walk(test)):
                return f"{_listed(body, loop, elements)} if {ast.unparse(test)} else {_listed(orelse, loop, elements)}"
    return f"[{ast.unparse(expression)} {loop}]"


def _unpack(operation: Operation) -> Iterator[str]:
    """A node's inputs as one list an n-ary operand and one node a plain one."""
    used, scalars, groups = _used(operation), operation.scalars, operation.groups
    node, grad, inputs = own(operation, "node"), own(operation, "grad"), own(operation, "inputs")
    if len(operation.operands) == 1:
        yield f"{groups[0]}_inputs = {node}._first"
    else:
        yield f"{inputs} = {node}._first"
        count = own(operation, "count")
        length = f"(len({inputs}) - {len(scalars)})" if scalars else f"len({inputs})"
        lists, plain = 0, 0
        if len(groups) > 1:
            yield f"{count} = {length} // {len(groups)}"
        else:
            yield f"{count} = {length.strip('()') if scalars else length}"
        for position, operand in enumerate(operation.operands):
            start = _place(count, lists, plain)
            if operand.variadic:
                lists += 1
                end = "" if position == len(operation.operands) - 1 else _place(count, lists, plain)
                yield f"{operand.name}_inputs = {inputs}[{start}{' : ' if start and end else ':'}{end}]"
            else:
                plain += 1
                yield f"{operand.name}_input = {inputs}[{start or 0}]"
                if operand.name in used:
                    yield f"{operand.name} = {operand.name}_input._data"
    yield f"{grad} = {node}._grad"
    if "y" in used:
        yield f"y = {node}._data"
    for group in groups:
        if group in _read(operation):
            each = own(operation, "one")
            yield f"{group}_values = [{each}._data for {each} in {group}_inputs]"


def _place(count: str, lists: int, plain: int) -> str:
    """An index into the inputs: so many lists, then so many plain operands."""
    parts = [count if lists == 1 else f"{lists} * {count}"] if lists else []
    return " + ".join(parts + ([str(plain)] if plain else []))


def _used(operation: Operation) -> frozenset[str]:
    """The names that partials and their conditions read."""
    formulas = [*operation.partials, *(smooth for smooth in operation.smooth if smooth is not None)]
    return frozenset().union(*(formula.names() for formula in formulas))


def _read(operation: Operation) -> frozenset[str]:
    """The n-ary operands whose numbers are needed as a list: not where one is itself another's partial."""
    formulas = [
        partial
        for operand, partial in zip(operation.operands, operation.partials, strict=True)
        if not (operand.variadic and partial.text in operation.groups)
    ]
    formulas += [smooth for smooth in operation.smooth if smooth is not None]
    return frozenset().union(*(formula.names() for formula in formulas))


def _contribution(grad: str, partial: str, number: float | None) -> tuple[str, str]:
    """What an input's gradient receives: the sign of the assignment, and gradient × partial."""
    if number in (1.0, -1.0):
        return ("+=" if number == 1.0 else "-="), grad
    factor = ast.parse(partial if number is None else repr(number), mode="eval").body
    return "+=", ast.unparse(ast.BinOp(ast.Name(grad), ast.Mult(), factor))
