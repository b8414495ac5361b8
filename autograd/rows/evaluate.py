"""Evaluates the rows' formulas on any kind of operand: floats, `Value`s, symbols, arrays, high-precision numbers.

An `Interpreter` is what the language's words mean for one kind of operand: what `exp` calls, how two things are
compared, whether `where` computes one branch or both. It turns a formula's tree into nested functions once, and calls
these from then on. Operations without a function of their own (sigmoid…) are read through their value formula.
"""

from __future__ import annotations

import ast
import math
import operator
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from .floats import CAREFUL, careful, sure
from .operation import OPERATIONS

if TYPE_CHECKING:
    from .formula import Formula
    from .operation import Operation

__all__ = ["COMPARISONS", "Interpreter", "careful_floats", "careful_value"]

COMPARISONS: dict[str, Callable[[Any, Any], Any]] = {
    name: getattr(operator, name) for name in ("lt", "le", "gt", "ge", "eq", "ne")
}

Entries = dict[str, Any]
"""What a formula's names stand for: an operand, the list of an n-ary one's, or a reduction computed beforehand."""

Evaluator = Callable[[Entries, int], Any]
"""A part of a formula as a function of its names, and of the position of the element that n-ary names stand for."""

_ARITHMETIC: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv,
    ast.Mod: operator.mod, ast.Pow: operator.pow,
}  # fmt: skip


class Interpreter:
    """Evaluates rows of the table on one kind of operand.

    functions: the language's words: `exp`, `gt`, `sum_` (a reduction of a list), `where`, `pi`… for this kind.
    floats: squares and products of all others are computed as generated code does.
    lazy: `where` computes the chosen branch alone; else both, and calls `where`.
    number: what the numbers written in a formula become.
    inside: called with another row's condition and value, gives that value, or what stands for none; None: it is given.
    adapt: makes a row's own Python functions of floats fit for this kind; None: they have no meaning here.

    >>> from autograd import OPERATIONS
    >>> interpreter = careful_floats()
    >>> interpreter.value(OPERATIONS["mul"], [3.0, 4.0]), interpreter.partials(OPERATIONS["mul"], [3.0, 4.0], 12.0)
    (12.0, [4.0, 3.0])
    """

    def __init__(
        self,
        name: str,
        functions: Mapping[str, Any],
        *,
        floats: bool = False,
        lazy: bool = True,
        number: Callable[[float], Any] = float,
        inside: Callable[[Any, Any], Any] | None = None,
        adapt: Callable[[Callable[..., float]], Callable[..., Any]] | None = None,
    ) -> None:
        self.name = name
        self.floats = floats
        self.lazy = lazy
        self.number = number
        self.inside = inside
        self.adapt = adapt
        self.functions = COMPARISONS | dict(functions)
        self._compiled: dict[Formula, Callable[[Entries], Any]] = {}

    def value(self, operation: Operation, inputs: Sequence[Any]) -> Any:
        """The operation's value on flat inputs."""
        return self._evaluate(operation, operation.value, _entries(operation, inputs))

    def partials(self, operation: Operation, inputs: Sequence[Any], y: Any) -> list[Any]:
        """Its local derivatives, one an input; plain numbers where a derivative is constant."""
        entries = _entries(operation, inputs)
        entries["y"] = y
        found: list[Any] = []
        for operand, formula in zip(operation.operands, operation.partials, strict=True):
            partial = self._evaluate(operation, formula, entries)
            if operand.variadic:
                found += partial if isinstance(partial, list) else [partial] * len(entries[operand.name])
            else:
                found.append(partial)
        return found

    def partial(self, operation: Operation, inputs: Sequence[Any], y: Any, index: int) -> Any:
        """One local derivative, with respect to input `index`, without evaluating the others."""
        if operation.variadic:
            return self.partials(operation, inputs, y)[index]
        return self.formula(operation, operation.partials[index], inputs, y)

    def formula(self, operation: Operation, formula: Formula, inputs: Sequence[Any], y: Any) -> Any:
        """Any formula of the row (domain, smooth, a kink's sides); over n-ary operands the list of its elements."""
        entries = _entries(operation, inputs)
        entries["y"] = y
        return self._evaluate(operation, formula, entries)

    def holds(self, operation: Operation, condition: Formula | None, inputs: Sequence[Any], y: Any = None) -> bool:
        """Whether a condition of the row is true; no, where it cannot be computed, and always, where there is none."""
        try:
            return condition is None or bool(self.formula(operation, condition, inputs, y))
        except (ArithmeticError, ValueError):
            return False

    def _evaluate(self, operation: Operation, formula: Formula, entries: Entries) -> Any:
        evaluator = self._compiled.get(formula)
        if evaluator is None:
            evaluator = self._compiled[formula] = _Compiler(self, operation, formula).whole()
        return evaluator(entries)

    def function(self, name: str, caller: Operation) -> Callable[..., Any]:
        """What a formula's function means here: as given, as the row names it, or through its own row's value."""
        if name in caller.functions:
            if self.adapt is None:
                raise ValueError(f"{caller.name}: its own function {name} has no meaning for {self.name}")
            return self.adapt(caller.functions[name])
        if name in self.functions:
            found: Callable[..., Any] = self.functions[name]
            return found
        row = OPERATIONS.get(name)
        if row is None or row.variadic or name in row.value.functions - {*row.functions}:
            raise ValueError(f"{caller.name}: {name} has no meaning for {self.name}")
        self.functions[name] = lambda *arguments: self._called(row, arguments)
        return self.functions[name]  # type: ignore[no-any-return]

    def _called(self, row: Operation, arguments: Sequence[Any]) -> Any:
        """Another row's value; where its domain ends, so does the calling formula's."""
        value = self.value(row, arguments)
        if self.inside is None or row.domain is None:
            return value
        return self.inside(self.formula(row, row.domain, arguments, None), value)


def _entries(operation: Operation, inputs: Sequence[Any]) -> Entries:
    return dict(zip([operand.name for operand in operation.operands], operation.split(inputs), strict=True))


class _Compiler:
    """Turns one formula into nested functions for one interpreter."""

    def __init__(self, interpreter: Interpreter, operation: Operation, formula: Formula) -> None:
        self.interpreter = interpreter
        self.operation = operation
        self.formula = formula
        self.reduces = False
        from .nans import suspects

        self.sure = {id(part) for part in suspects(formula)} if interpreter.lazy else frozenset[int]()

    def whole(self) -> Callable[[Entries], Any]:
        """The formula as a function of its names: a list, where it is about each element of an n-ary operand."""
        formula = self.formula
        expression = self.part(formula.tree)
        groups = formula.groups if "others" in formula.functions else sorted(formula.elementwise)
        if not groups and not self.reduces:
            return lambda entries: expression(entries, 0)

        def evaluate(entries: Entries) -> Any:
            known = dict(entries)
            if not groups:
                return expression(known, 0)
            return [expression(known, position) for position in range(len(known[groups[0]]))]

        return evaluate

    def part(self, node: ast.expr) -> Evaluator:
        found = self._part(node)
        return (lambda entries, position: sure(found(entries, position))) if id(node) in self.sure else found

    def _part(self, node: ast.expr) -> Evaluator:
        match node:
            case ast.Constant(value=int() | float() as value):
                number = self.interpreter.number(value)
                return lambda entries, position: number
            case ast.Name(id=name):
                return self.name(name)
            case ast.UnaryOp(operand=operand):
                inner = self.part(operand)
                return lambda entries, position: -inner(entries, position)
            case ast.BinOp(left=left, op=ast.Pow(), right=right) if self.interpreter.floats:
                return self.power(left, right)
            case ast.BinOp(left=left, op=ast.Pow(), right=right) if "power" in self.interpreter.functions:
                return self.pair(self.interpreter.functions["power"], left, right)
            case ast.BinOp(left=left, op=ast.Mod(), right=right) if "remainder" in self.interpreter.functions:
                return self.pair(self.interpreter.functions["remainder"], left, right)
            case ast.BinOp(left=left, op=sign, right=right):
                return self.pair(_ARITHMETIC[type(sign)], left, right)
            case ast.Compare(left=left, ops=[comparison], comparators=[right]):
                from .formula import COMPARISONS as NAMES

                return self.pair(self.interpreter.functions[NAMES[type(comparison)]], left, right)
            case ast.BoolOp(op=word, values=values):
                return self.boolean(isinstance(word, ast.And), [self.part(value) for value in values])
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self.call(name, arguments)
        raise ValueError(f"formula {self.formula.text!r} cannot be read")  # pragma: no cover

    def name(self, name: str) -> Evaluator:
        if name in self.formula.groups:
            return lambda entries, position: entries[name][position]
        if name in self.formula.scalars:
            return lambda entries, position: entries[name]
        constant = self.interpreter.functions[name]
        return lambda entries, position: constant

    def pair(self, function: Callable[[Any, Any], Any], left: ast.expr, right: ast.expr) -> Evaluator:
        one, two = self.part(left), self.part(right)
        return lambda entries, position: function(one(entries, position), two(entries, position))

    def power(self, base: ast.expr, exponent: ast.expr) -> Evaluator:
        from .formula import is_square

        if is_square(base, exponent):
            return self.pair(operator.mul, base, base)
        return self.pair(self.interpreter.functions["power"], base, exponent)

    def boolean(self, every: bool, parts: list[Evaluator]) -> Evaluator:
        if self.interpreter.lazy:
            decide = all if every else any
            return lambda entries, position: decide(part(entries, position) for part in parts)
        join = self.interpreter.functions["both" if every else "either"]

        def joined(entries: Entries, position: int) -> Any:
            result = parts[0](entries, position)
            for part in parts[1:]:
                result = join(result, part(entries, position))
            return result

        return joined

    def call(self, name: str, arguments: list[ast.expr]) -> Evaluator:
        from .formula import REDUCTIONS

        if name in REDUCTIONS:
            return self.reduction(name, arguments)
        parts = [self.part(argument) for argument in arguments]
        if name == "where" and self.interpreter.lazy:
            condition, chosen, other = parts
            return lambda entries, position: (chosen if condition(entries, position) else other)(entries, position)
        function = self.interpreter.function(name, self.operation)
        if len(parts) == 1:
            [only] = parts
            return lambda entries, position: function(only(entries, position))
        return lambda entries, position: function(*[part(entries, position) for part in parts])

    def reduction(self, name: str, arguments: list[ast.expr]) -> Evaluator:
        """`sum(w * x)`: computed once, when it is first needed; `prod(others(a))` is another number for each."""
        from .formula import takes_others

        if name == "count" and len(arguments) > 1:
            number = self.interpreter.number(len(arguments))
            return lambda entries, position: number
        reduce = self.interpreter.functions[f"{name}_"]
        if len(arguments) > 1:
            parts = [self.part(argument) for argument in arguments]
            return lambda entries, position: reduce([part(entries, position) for part in parts])
        [argument] = arguments
        groups = sorted(self.formula.names(argument) & {*self.formula.groups})
        if takes_others(argument):
            return self.others(name, groups[0], reduce)
        slot = ast.unparse(ast.Call(ast.Name(name), [argument], []))
        if isinstance(argument, ast.Name):
            return self.once(slot, lambda entries: reduce(entries[groups[0]]))
        element = self.part(argument)
        return self.once(
            slot, lambda entries: reduce([element(entries, each) for each in range(len(entries[groups[0]]))])
        )

    def once(self, slot: str, compute: Callable[[Entries], Any]) -> Evaluator:
        """What is the same for every element, kept among the names from its first use on."""
        self.reduces = True

        def found(entries: Entries, position: int) -> Any:
            if slot not in entries:
                entries[slot] = compute(entries)
            return entries[slot]

        return found

    def others(self, name: str, group: str, reduce: Callable[[list[Any]], Any]) -> Evaluator:
        if self.interpreter.floats and name == "prod":
            products = self.interpreter.functions["products_of_others"]
            every = self.once(f"products of others {group}", lambda entries: products(entries[group]))
            return lambda entries, position: every(entries, position)[position]
        return lambda entries, position: reduce([*entries[group][:position], *entries[group][position + 1 :]])


@cache
def careful_floats() -> Interpreter:
    """Floats, with functions that give the IEEE result where the standard library's raise."""
    return Interpreter(
        "floats", CAREFUL | {"pi": math.pi}, floats=True, adapt=careful,
        inside=lambda condition, value: value if condition else math.nan,
    )  # fmt: skip


def careful_value(operation: Operation, *arguments: Any) -> float:
    """The value again with overflow-proof functions, after a fast one raised; nan where there is none."""
    flat = [
        number
        for operand, argument in zip(operation.operands, arguments, strict=True)
        for number in (argument if operand.variadic else [argument])
    ]
    if not careful_floats().holds(operation, operation.domain, flat):
        return float("nan")
    try:
        y = float(careful_floats().value(operation, flat))
    except (ArithmeticError, ValueError):
        y = math.nan
    rational = operation.variadic and operation.value.functions <= _RATIONAL and "**" not in operation.value_text
    if math.isfinite(y) or not rational or not all(map(math.isfinite, flat)):
        return y
    from fractions import Fraction  # (slow to import)

    try:  # the mean of huge numbers: what overflowed on the way may not in the end
        return float(_fractions().value(operation, list(map(Fraction, flat))))
    except (ArithmeticError, ValueError):
        return y


_RATIONAL = frozenset({"sum", "prod", "count"})


@cache
def _fractions() -> Interpreter:
    """Exact fractions, for formulas that only add, multiply and divide."""
    from fractions import Fraction

    return Interpreter("fractions", {"sum_": sum, "prod_": math.prod, "count_": lambda a: Fraction(len(a))})
