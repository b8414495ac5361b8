"""The language in which the table of operations is written, and its translation to Python.

A formula is text: arithmetic, function names, comparisons inside `where`, and — over the operands of an n-ary
operation — `sum`, `max`, `prod`… of an elementwise expression. Nothing in it assumes that an operand is a float.
"""

import ast
import math
from collections.abc import Sequence
from typing import NamedTuple

from .errors import FormulaError
from .floats import FAST

__all__ = ["INLINE", "REDUCTIONS", "Formula", "Style", "loop_over"]

REDUCTIONS = frozenset({"sum", "prod", "max", "min", "norm", "count"})
"""Functions that take all the operands of an n-ary parameter at once: `sum(w * x)` runs over every pair."""

CONSTANTS = {"pi": math.pi}

_OPERATORS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%"}
_COMPARISONS: dict[type[ast.cmpop], tuple[str, str]] = {
    ast.Lt: ("<", "lt"),
    ast.LtE: ("<=", "le"),
    ast.Gt: (">", "gt"),
    ast.GtE: (">=", "ge"),
    ast.Eq: ("==", "eq"),
    ast.NotEq: ("!=", "ne"),
}


class Style(NamedTuple):
    """How a formula is written out in Python for one kind of operand.

    `inline`: comparisons as Python operators and constants folded (floats); else as calls `gt(a, b)`, because
    `==` between values is identity and between symbols is structure.
    `lazy`: `where` as a conditional expression, so that only the chosen branch runs; else as a call, for arrays and
    symbols, where both branches exist.
    """

    inline: bool = False
    lazy: bool = True


class Formula:
    """One formula of the table, parsed and checked once.

    `scalars` and `groups` are the names it may use: plain operands, and n-ary ones, which stand for one element in
    an elementwise expression and for all of them inside a reduction.
    """

    __slots__ = ("groups", "scalars", "text", "tree")

    def __init__(
        self, text: str, scalars: Sequence[str], groups: Sequence[str] = (), *, condition: bool = False
    ) -> None:
        if not isinstance(text, str):
            raise FormulaError(f"a formula is text, got {type(text).__name__}: {text!r}")
        self.text = text
        self.scalars = tuple(scalars)
        self.groups = tuple(groups)
        try:
            self.tree: ast.expr = ast.parse(text, mode="eval").body
        except SyntaxError as error:
            raise FormulaError(f"formula {text!r} is not an expression: {error.msg}") from error
        if condition:
            self._check_condition(self.tree)
        else:
            self._check(self.tree)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    @property
    def functions(self) -> frozenset[str]:
        """Names of the functions that the formula calls."""
        return frozenset(
            node.func.id
            for node in ast.walk(self.tree)
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
        )

    @property
    def elementwise(self) -> frozenset[str]:
        """The n-ary names that stand for one element: those outside every reduction."""
        found: set[str] = set()
        todo: list[ast.AST] = [self.tree]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                reduced = node.func.id in REDUCTIONS and len(node.args) == 1 and not _takes_others(node.args[0])
                todo += [] if reduced else node.args
            elif isinstance(node, ast.Name):
                found.add(node.id)
            else:
                todo += ast.iter_child_nodes(node)
        return frozenset(found & {*self.groups})

    @property
    def can_raise(self) -> bool:
        """Whether computing it on floats can raise: sums and products overflow to inf, everything else may object."""
        operators = any(isinstance(node, ast.Pow | ast.Div | ast.Mod) for node in ast.walk(self.tree))
        return operators or bool(self.functions - {"where"})

    def names(self, tree: ast.expr | None = None) -> frozenset[str]:
        """Names of the operands (and `y`) that the formula, or a part of it, reads."""
        found = {node.id for node in ast.walk(tree or self.tree) if isinstance(node, ast.Name)}
        return frozenset(found & {*self.scalars, *self.groups})

    def python(self, style: Style) -> tuple[list[str], str]:
        """Statements to run first (the reductions, one a line) and the expression that is the formula's value.

        An n-ary name `a` is read as `a` for one element and as `a_` for the list of all of them; where `others` is
        used, `_i` is the element's index.
        """
        writer = _Writer(self, style)
        expression = writer.write(self.tree)
        return writer.statements, expression

    def _check(self, node: ast.AST) -> None:
        match node:
            case ast.BinOp(left=left, op=operator, right=right):
                if type(operator) not in _OPERATORS and not isinstance(operator, ast.Pow):
                    raise FormulaError(f"formula {self.text!r} uses an operator outside + - * / % **")
                self._check(left)
                self._check(right)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                self._check(operand)
            case ast.Call(func=ast.Name(id="where"), args=[condition, chosen, other], keywords=[]):
                self._check_condition(condition)
                self._check(chosen)
                self._check(other)
            case ast.Call(func=ast.Name(id=name), args=[first, *more], keywords=[]) if name != "where":
                for argument in (first, *more):
                    self._check(argument)
            case ast.Name(id=name):
                if name not in self.scalars and name not in self.groups and name not in CONSTANTS:
                    known = ", ".join([*self.scalars, *self.groups, *CONSTANTS])
                    raise FormulaError(f"formula {self.text!r} uses the unknown name {name!r}; known here: {known}")
            case ast.Constant(value=value) if type(value) in (int, float):
                pass
            case _:
                raise FormulaError(f"formula {self.text!r}: {ast.unparse(node)!r} is outside the formula language")

    def _check_condition(self, node: ast.expr) -> None:
        match node:
            case ast.BoolOp(values=values):
                for value in values:
                    self._check_condition(value)
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in _COMPARISONS:
                self._check(left)
                self._check(right)
            case _:
                raise FormulaError(
                    f"formula {self.text!r}: {ast.unparse(node)!r} is no condition; compare two things, as in a > 0"
                )


INLINE = Style(inline=True)
"""How generated functions on floats are written."""


class _Writer:
    """Writes one formula out as Python source."""

    def __init__(self, formula: Formula, style: Style) -> None:
        self.formula = formula
        self.style = style
        self.statements: list[str] = []
        self.known: dict[str, str] = {}

    def write(self, node: ast.expr) -> str:
        source = self._write(node)
        if self.style.inline and isinstance(node, ast.BinOp | ast.Call) and not self.formula.names(node):
            return self._folded(source)
        return source

    def _folded(self, source: str) -> str:
        """Arithmetic on numbers alone, done once; left as it is where it overflows or needs the table's functions."""
        try:
            number = float(eval(source, dict(FAST)))  # noqa: S307 — numbers and math's functions only
        except (ArithmeticError, ValueError, NameError, TypeError):
            return source
        return repr(number) if math.isfinite(number) else source

    def _write(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return repr(float(value)) if self.style.inline and isinstance(value, int | float) else repr(value)
            case ast.Name(id=name):
                return repr(CONSTANTS[name]) if name in CONSTANTS and self.style.inline else name
            case ast.UnaryOp(operand=operand):
                return f"(-{self.write(operand)})"
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(left, right)
            case ast.BinOp(left=ast.Constant(), op=ast.Div(), right=ast.Constant()) if not self.style.inline:
                # A number of the interpreter's own precision: 1 / 6 of two Python ints would be a float.
                return f"ratio({self.write(node.left)}, {self.write(node.right)})"
            case ast.BinOp(left=left, op=operator, right=right):
                return f"({self.write(left)} {_OPERATORS[type(operator)]} {self.write(right)})"
            case ast.Compare(left=left, ops=[comparison], comparators=[right]):
                sign, name = _COMPARISONS[type(comparison)]
                a, b = self.write(left), self.write(right)
                return f"({a} {sign} {b})" if self.style.inline else f"{name}({a}, {b})"
            case ast.BoolOp(op=operator, values=values):
                return self._boolean(operator, values)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments)
        raise FormulaError(f"formula {self.formula.text!r} cannot be written out")  # pragma: no cover

    def _power(self, base: ast.expr, exponent: ast.expr) -> str:
        if not self.style.inline:
            return f"({self.write(base)} ** {self.write(exponent)})"
        if isinstance(exponent, ast.Constant) and exponent.value == 2 and isinstance(base, ast.Name):
            # Python's ** raises OverflowError where * gives inf; a square is faster as a product anyway.
            return f"({self.write(base)} * {self.write(base)})"
        return f"power({self.write(base)}, {self.write(exponent)})"

    def _boolean(self, operator: ast.boolop, values: list[ast.expr]) -> str:
        parts = [self.write(value) for value in values]
        word = "and" if isinstance(operator, ast.And) else "or"
        if self.style.lazy:
            return "(" + f" {word} ".join(parts) + ")"
        name = "both" if word == "and" else "either"
        result = parts[0]
        for part in parts[1:]:
            result = f"{name}({result}, {part})"
        return result

    def _call(self, name: str, arguments: list[ast.expr]) -> str:
        if name == "where":
            condition, chosen, other = (self.write(argument) for argument in arguments)
            if self.style.lazy:
                return f"({chosen} if {condition} else {other})"
            return f"where({condition}, {chosen}, {other})"
        if name in REDUCTIONS:
            return self._reduction(name, arguments)
        return f"{name}({', '.join(map(self.write, arguments))})"

    def _reduction(self, name: str, arguments: list[ast.expr]) -> str:
        """`sum(w * x)` → a temporary computed before the expression, once however often it is used."""
        if len(arguments) > 1:
            return f"{name}_([{', '.join(map(self.write, arguments))}])"
        [argument] = arguments
        if _takes_others(argument) and isinstance(argument, ast.Call):
            [group] = (self.write(part) for part in argument.args)
            if not (self.style.inline and name == "prod"):
                return f"{name}_([*{group}_[:_i], *{group}_[_i + 1:]])"
            source = f"products_of_others({group}_)"  # all of them at once: linear time
        elif isinstance(argument, ast.Name):
            source = f"{name}_({argument.id}_)"
        elif self.style.inline and (pair := self._product_of_groups(argument)):
            source = f"{name}_(map(product, {pair[0]}_, {pair[1]}_))"  # Σ w·x: 40 % quicker than a comprehension
        else:
            body = self.write(argument)
            used = [group for group in self.formula.groups if group in self.formula.names(argument)]
            source = f"{name}_([{body} for {loop_over(used)}])"
        if source not in self.known:
            self.known[source] = f"_r{len(self.known)}"
            self.statements.append(f"{self.known[source]} = {source}")
        return self.known[source] + ("[_i]" if source.startswith("products_of_others(") else "")

    def _product_of_groups(self, node: ast.expr) -> tuple[str, str] | None:
        match node:
            case ast.BinOp(left=ast.Name(id=a), op=ast.Mult(), right=ast.Name(id=b)):
                return (a, b) if {a, b} <= {*self.formula.groups} else None
        return None


def loop_over(groups: Sequence[str]) -> str:
    """The head of a comprehension over the elements of n-ary parameters: `w, x in zip(w_, x_)`.

    >>> loop_over(["a"]), loop_over(["w", "x"])
    ('a in a_', 'w, x in zip(w_, x_)')
    """
    if len(groups) == 1:
        return f"{groups[0]} in {groups[0]}_"
    return f"{', '.join(groups)} in zip({', '.join(group + '_' for group in groups)})"


def _takes_others(node: ast.expr) -> bool:
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "others"
