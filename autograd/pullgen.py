"""Writes the backward step of an operation, `pull(node)`, from its partial derivatives (see `codegen`).

It adds gradient × partial to the gradient of each input, once all partials are known: where one of them does not exist,
nothing has been added yet.
"""

from collections.abc import Iterator

from .formula import INLINE, Formula, loop_over
from .operation import Operation

__all__ = ["pull_source"]


def pull_source(operation: Operation) -> str:
    """The source of `pull` for one operation."""
    pull = _variadic if operation.variadic else _fixed
    return "\n".join([f"def {operation.name}(_node):", *pull(operation)]) + "\n"


def _fixed(operation: Operation) -> Iterator[str]:
    names = [operand.name for operand in operation.operands]
    used = _used(operation)
    if len(names) <= 2:
        yield from (f"    _{name}_ = _node.{slot}" for name, slot in zip(names, ("_first", "_second"), strict=False))
    else:
        yield f"    {', '.join(f'_{name}_' for name in names)} = _node._first"
    yield "    _g = _node._grad"
    if "y" in used:
        yield "    y = _node._data"
    yield from (f"    {name} = _{name}_._data" for name in names if name in used)
    sums = []
    for index, (name, partial, smooth) in enumerate(zip(names, operation.partials, operation.smooth, strict=True)):
        number = _number(partial)
        if number == 0.0:
            continue
        _, expression = partial.python(INLINE)
        simple = number is not None or len(names) == 1 or not partial.can_raise
        if smooth is None and simple:
            sums.append(f"    {_accumulate(f'_{name}_', expression, number)}")
            continue
        # A constant (the 2 in x**2) wants no gradient, and its partial may not exist or cost a logarithm.
        yield f"    _p{index} = 0.0"
        yield f"    if _{name}_._operation is not CONSTANT:"
        if smooth is not None:
            yield f"        if not {smooth.python(INLINE)[1]}: raise no_partial(_node, {index})"
        yield f"        _p{index} = {expression}"
        sums.append(f"    _{name}_._grad += _g * _p{index}")
    yield from sums


def _variadic(operation: Operation) -> Iterator[str]:
    yield from _unpack(operation)
    mirrored = _mirrored(operation)
    if mirrored:
        # Σ w·x, the neuron: one loop serves both operands.
        first, second = operation.groups
        sums = [
            f"    for _p, _q in zip(_{first}_, _{second}_):",
            "        _p._grad += _g * _q._data",
            "        _q._grad += _g * _p._data",
        ]
    else:
        read = [group for group in operation.groups if group in _used(operation)]
        yield from (f"    {group}_ = [_each._data for _each in _{group}_]" for group in read)
        sums = []
    checked: set[str] = set()
    for index, (operand, partial, smooth) in enumerate(
        zip(operation.operands, operation.partials, operation.smooth, strict=True)
    ):
        name, number = operand.name, _number(partial)
        if smooth is not None and smooth.text not in checked:
            checked.add(smooth.text)
            statements, condition = smooth.python(INLINE)
            yield from (f"    {statement}" for statement in statements)
            yield f"    if not {condition}: raise no_partial(_node, {index})"
        if mirrored and operand.variadic:
            continue
        statements, expression = partial.python(INLINE)
        yield from (f"    {statement}" for statement in statements)
        if elements := sorted(partial.elementwise):
            loop = (
                f"for _i in range(len({elements[0]}_))"
                if "others" in partial.functions
                else f"for {loop_over(elements)}"
            )
            yield f"    _p{index} = [{expression} {loop}]"
            sums += [f"    for _each, _p in zip(_{name}_, _p{index}):", "        _each._grad += _g * _p"]
            continue
        if number is None:
            yield f"    _p{index} = {expression}"
            expression = f"_p{index}"
        if operand.variadic:
            sums += [f"    for _each in _{name}_:", f"        {_accumulate('_each', expression, number)}"]
        else:
            sums.append(f"    {_accumulate(f'_{name}_', expression, number)}")
    yield from sums


def _unpack(operation: Operation) -> Iterator[str]:
    """A node's inputs as one list an n-ary operand and one node a plain one."""
    used = _used(operation)
    groups, scalars = operation.groups, operation.scalars
    yield "    _inputs = _node._first"
    yield "    _g = _node._grad"
    if "y" in used:
        yield "    y = _node._data"
    if len(operation.operands) == 1:
        yield f"    _{groups[0]}_ = _inputs"
        return
    yield f"    _n = (len(_inputs) - {len(scalars)}) // {len(groups)}"
    lists, plain = 0, 0
    for operand in operation.operands:
        start = " + ".join(part for part in (f"{lists} * _n" if lists else "", str(plain) if plain else "") if part)
        if operand.variadic:
            lists += 1
            end = f"{lists} * _n" + (f" + {plain}" if plain else "")
            yield f"    _{operand.name}_ = _inputs[{start}:{end}]"
        else:
            plain += 1
            yield f"    _{operand.name}_ = _inputs[{start or 0}]"
            if operand.name in used:
                yield f"    {operand.name} = _{operand.name}_._data"


def _used(operation: Operation) -> frozenset[str]:
    """The names that partials and their conditions read."""
    formulas = [*operation.partials, *(smooth for smooth in operation.smooth if smooth is not None)]
    return frozenset().union(*(formula.names() for formula in formulas))


def _number(formula: Formula) -> float | None:
    """The number that a partial is, if it is one."""
    if formula.names():
        return None
    try:
        return float(formula.python(INLINE)[1].strip("()"))
    except ValueError:
        return None


def _accumulate(target: str, partial: str, number: float | None) -> str:
    if number == 1.0:
        return f"{target}._grad += _g"
    if number == -1.0:
        return f"{target}._grad -= _g"
    return f"{target}._grad += _g * {partial}"


def _mirrored(operation: Operation) -> bool:
    """Whether there are two n-ary operands, each the other's partial, as in Σ w·x."""
    pairs = zip(operation.operands, operation.partials, strict=True)
    texts = {operand.name: partial.text for operand, partial in pairs if operand.variadic}
    return len(texts) == 2 and list(texts.values()) == list(reversed(texts))
