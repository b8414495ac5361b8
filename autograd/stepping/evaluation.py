"""Runs a program of the command line's language (`syntax`) on values: gives the root and the names of its nodes."""

import operator
import re
from collections.abc import Mapping, Sequence
from typing import Any

from ..table import OPERATIONS
from ..value import Value
from .hints import CONSTANTS
from .syntax import ExpressionError, Instruction, check_name, parse

__all__ = ["evaluate", "read_variables"]

_VARIABLE = re.compile(r"\s*([^\W\d]\w*)\s*=\s*(.*?)\s*", re.DOTALL)
_COMPARE = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
_NUMBER = re.compile(r"[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|inf)")


def read_variables(arguments: Sequence[str]) -> dict[str, float]:
    """The numbers of variables, given as `x1=2`; `ExpressionError` where one is not, or is given twice.

    >>> read_variables(["x1=2", "b=-1e-3"])
    {'x1': 2.0, 'b': -0.001}
    """
    found: dict[str, float] = {}
    for argument in arguments:
        parts = _VARIABLE.fullmatch(argument)
        if parts is None:
            raise ExpressionError("a variable is given as name=number, such as x1=2", argument, 0)
        name, number = parts[1], parts[2]
        if name in found:
            raise ExpressionError(f"{name} is given twice", argument, parts.start(1))
        if name in OPERATIONS or name in CONSTANTS:
            kind = "an operation" if name in OPERATIONS else "a constant"
            raise ExpressionError(f"{name} is {kind} and cannot be a variable", argument, parts.start(1))
        check_name(name, argument, parts.start(1))
        if not _NUMBER.fullmatch(number):
            raise ExpressionError(f"{name} needs a number, such as {name}=2", argument, parts.start(2))
        found[name] = float(number)
    return found


def evaluate(
    text: str, variables: Mapping[str, float], places: dict[Value, int] | None = None
) -> tuple[Value, dict[str, Value]]:
    """The graph of an expression, and its nodes' names; `ExpressionError` for all that can be wrong with it.

    places: filled with the place in the text of each node that an operation made.

    >>> root, names = evaluate("e = a*b; d = e + 1; d*d", {"a": 2.0, "b": -3.0})
    >>> root.data, list(names)
    (25.0, ['a', 'b', 'e', 'd'])
    """
    program = parse(text)
    _check(program, text, variables)
    names: dict[str, Value] = {name: Value(number, name) for name, number in variables.items()}
    stack: list[Any] = []
    for instruction in program:
        match instruction.kind:
            case "number":
                stack.append(float(instruction.text))
            case "name":
                stack.append(names[instruction.text])
            case "apply":
                _apply(instruction, stack, text)
                if type(stack[-1]) is Value:
                    stack[-1].origin = ""  # the place in the text says more than one in our own files
                    if places is not None:
                        places[stack[-1]] = instruction.position
            case "compare":
                right, left = stack.pop(), stack.pop()
                stack.append(float(_COMPARE[instruction.text](_number(left), _number(right))))
            case "assign":
                value = stack[-1] if type(stack[-1]) is Value else Value(stack[-1])
                value.label = value.label or instruction.text
                names[instruction.text] = stack[-1] = value
            case _:
                stack.pop()
    root = stack.pop()
    if type(root) is not Value:
        raise ExpressionError(f"this is the number {root!r}: without a variable there is no gradient", text, 0)
    return root, names


def _number(value: Any) -> float:
    return value.data if type(value) is Value else value


def _check(program: Sequence[Instruction], text: str, variables: Mapping[str, float]) -> None:
    """Every name has one meaning: given or assigned, once, before it is used; and everything given is used."""
    known, used = set(variables), set()
    for kind, name, position, _ in program:
        if kind == "name":
            used.add(name)
            if name not in known:
                hint = "; e to the x is exp(x)" if name == "e" else ""
                raise ExpressionError(f"{name} has no value: add {name}=..., a number{hint}", text, position)
        elif kind == "assign":
            if name in variables:
                raise ExpressionError(f"{name} is assigned here, and given a number too", text, position)
            if name in known:
                raise ExpressionError(f"{name} has a value already; use another name", text, position)
            known.add(name)
    if extra := [name for name in variables if name not in used]:
        raise ExpressionError(f"not in the expression: {', '.join(extra)}", text, len(text))


def _apply(instruction: Instruction, stack: list[Any], text: str) -> None:
    row = OPERATIONS[instruction.text]
    total = sum(1 if count is None else count for count in instruction.shape)
    flat = stack[len(stack) - total :]
    del stack[len(stack) - total :]
    arguments: list[Any] = []
    for count in instruction.shape:
        arguments.append(flat.pop(0) if count is None else [flat.pop(0) for _ in range(count)])
    try:
        stack.append(row.function(*arguments))
    except (ValueError, TypeError, ArithmeticError) as error:
        raise ExpressionError(str(error), text, instruction.position) from None
