"""The language in which the table of operations is written, and its translation to Python.

A formula is text: arithmetic, function names, comparisons inside `where`, and — over the operands of an n-ary
operation — `sum`, `max`, `prod`… of an elementwise expression. Nothing in it assumes that an operand is a float.
"""

import ast
import math
import sys
from collections.abc import Mapping, Sequence
from itertools import count
from types import MappingProxyType
from typing import NamedTuple

from ..errors import FormulaError
from .floats import CONSTANTS, FAST

__all__ = [
    "COMPARISONS", "DEPTH", "INLINE", "REDUCTIONS", "Formula", "Style", "is_square", "loop_over", "takes_others",
]  # fmt: skip

REDUCTIONS = frozenset({"sum", "prod", "max", "min", "norm", "count"})
"""Functions that take all the operands of an n-ary parameter at once: `sum(w * x)` runs over every pair."""

_OPERATORS = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.Mod, ast.Pow)
_MODULES = ("math", "np", "numpy", "cmath", "torch", "jnp", "autograd")
DEPTH = 100
"""How deep a formula may be nested: each level is a call when it runs, and a bracket where it is written out."""
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Lt: "lt", ast.LtE: "le", ast.Gt: "gt", ast.GtE: "ge", ast.Eq: "eq", ast.NotEq: "ne",
}  # fmt: skip


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
    an elementwise expression and for all of them inside a reduction. guarded: see `Operation`.
    """

    __slots__ = ("groups", "guarded", "scalars", "text", "tree")

    def __init__(
        self,
        text: str,
        scalars: Sequence[str],
        groups: Sequence[str] = (),
        *,
        condition: bool = False,
        guarded: bool = False,
    ) -> None:
        if not isinstance(text, str):
            raise FormulaError(f"a formula is text, got {type(text).__name__}: {text!r}")
        self.text = text
        self.scalars = tuple(scalars)
        self.groups = tuple(groups)
        self.guarded = guarded
        shown = repr(text) if len(text) <= 200 else f"{text[:200]!r}…"
        try:
            self.tree: ast.expr = ast.parse(text.strip(), mode="eval").body
        except SyntaxError as error:
            raise FormulaError(f"formula {shown} is not an expression: {error.msg}") from error
        except (RecursionError, MemoryError):
            raise FormulaError(f"formula {shown} is nested too deep") from None
        except ValueError as error:  # a NUL, or half a character (a lone surrogate)
            raise FormulaError(f"formula {shown} is no text that Python reads: {error}") from None
        if self.depth > DEPTH:
            raise FormulaError(f"formula {shown} is nested {self.depth} deep; at most {DEPTH} work")
        if condition:
            self._check_condition(self.tree)
        else:
            self._check(self.tree)

    def __repr__(self) -> str:
        return f"Formula({self.text!r})"

    @property
    def depth(self) -> int:
        """How deep the formula is nested; every + of a long sum is one level."""
        level: list[ast.AST] = [self.tree]
        for depth in count():
            if not level:
                return depth
            level = [part for node in level for part in ast.iter_child_nodes(node) if isinstance(part, ast.expr)]
        raise AssertionError  # pragma: no cover

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
        return self.elements(self.tree)

    def elements(self, tree: ast.expr) -> frozenset[str]:
        """The same of a part of the formula."""
        found: set[str] = set()
        todo: list[ast.AST] = [tree]
        while todo:
            node = todo.pop()
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                reduced = node.func.id in REDUCTIONS and len(node.args) == 1 and not takes_others(node.args[0])
                todo += [] if reduced else node.args
            elif isinstance(node, ast.Name):
                found.add(node.id)
            else:
                todo += ast.iter_child_nodes(node)
        return frozenset(found & {*self.groups})

    @property
    def index(self) -> str:
        """What the position of an element is called in generated code: `i`, unless an operand has that name."""
        return "i_" if "i" in (*self.scalars, *self.groups) else "i"

    @property
    def can_raise(self) -> bool:
        """Whether computing it on floats can raise: sums and products overflow to inf, everything else may object."""
        operators = any(isinstance(node, ast.Pow | ast.Div | ast.Mod) for node in ast.walk(self.tree))
        return operators or bool(self.functions - {"where"})

    @property
    def number(self) -> float | None:
        """The number that the formula is, if it is one."""
        if self.names() or self.functions:
            return None
        try:
            return float(ast.literal_eval(self.tree))
        except ValueError:
            return None

    def names(self, tree: ast.expr | None = None) -> frozenset[str]:
        """Names of the operands (and `y`) that the formula, or a part of it, reads."""
        found = {node.id for node in ast.walk(tree or self.tree) if isinstance(node, ast.Name)}
        return frozenset(found & {*self.scalars, *self.groups})

    def python(
        self, style: Style, names: Mapping[str, str] = MappingProxyType({}), sure: Sequence[ast.expr] = ()
    ) -> tuple[list[str], str]:
        """Statements to run first (the reductions, one a line) and the expression that is the formula's value.

        An n-ary name `a` is read as `a` for one element and as `a_` for the list of all of them; where `others` is
        used, `index` is the element's position. `names` gives other texts for operands, lists and functions, such as
        `math.fsum` for `sum_`. sure: parts of the formula that are passed through a function of this name.
        """
        writer = _Writer(self, style, names, sure)
        expression = writer.text(self.tree)
        return writer.statements, expression

    def _check(self, node: ast.AST) -> None:
        match node:
            case ast.BinOp(left=left, op=operator, right=right):
                if not isinstance(operator, _OPERATORS):
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
            case ast.Call(func=ast.Attribute(value=ast.Name(id=module), attr=name)) if module in _MODULES:
                raise FormulaError(
                    f"formula {self.text!r}: {ast.unparse(node)!r} is outside the formula language, whose functions "
                    f"stand without a module: {name}(…)"
                )
            case ast.Attribute(value=ast.Name(id=module), attr=name) if module in _MODULES:
                raise FormulaError(
                    f"formula {self.text!r}: {ast.unparse(node)!r} is outside the formula language; it has pi"
                )
            case ast.Constant(value=int() | float() as value) if type(value) is not bool:
                if not abs(value) <= sys.float_info.max:
                    raise FormulaError(f"formula {self.text!r} has a number that is too large for a float")
            case _:
                raise FormulaError(f"formula {self.text!r}: {ast.unparse(node)!r} is outside the formula language")

    def _check_condition(self, node: ast.expr) -> None:
        match node:
            case ast.BoolOp(values=values):
                for value in values:
                    self._check_condition(value)
            case ast.Compare(left=left, ops=[operator], comparators=[right]) if type(operator) in COMPARISONS:
                self._check(left)
                self._check(right)
            case _:
                raise FormulaError(
                    f"formula {self.text!r}: {ast.unparse(node)!r} is no condition; compare two things, as in a > 0"
                )


INLINE = Style(inline=True)
"""How generated functions on floats are written."""


class _Writer:
    """Writes one formula out: its tree as Python's tree, with the reductions as statements of their own before it."""

    def __init__(
        self, formula: Formula, style: Style, names: Mapping[str, str], sure: Sequence[ast.expr] = ()
    ) -> None:
        self.formula = formula
        self.style = style
        self.names = names
        self.sure = {id(part) for part in sure}
        self.statements: list[str] = []
        self.known: dict[str, str] = {}
        self.taken: list[ast.expr] = []

    def write(self, node: ast.expr) -> ast.expr:
        written = self._write(node)
        if self.style.inline and isinstance(node, ast.BinOp | ast.Call) and not self.formula.names(node):
            return self._folded(node, written)
        return self._called("sure", written) if id(node) in self.sure else written

    def text(self, node: ast.expr) -> str:
        return ast.unparse(self.write(node))

    def _name(self, name: str) -> ast.expr:
        return _parsed(self.names.get(name, name))

    def _folded(self, node: ast.expr, written: ast.expr) -> ast.expr:
        """Arithmetic on numbers alone, done once; left as it is where it overflows or needs the table's functions."""
        plain = _Writer(self.formula, self.style, {})
        try:
            number = float(eval(ast.unparse(plain._write(node)), dict(FAST)))  # noqa: S307 — numbers and math only
        except (ArithmeticError, ValueError, NameError, TypeError):
            return written
        return _number(number) if math.isfinite(number) else written

    def _write(self, node: ast.expr) -> ast.expr:
        match node:
            case ast.Constant(value=int() | float() as value):
                return _number(float(value))
            case ast.Name(id=name):
                return _number(CONSTANTS[name]) if name in CONSTANTS and self.style.inline else self._name(name)
            case ast.UnaryOp(operand=operand):
                return ast.UnaryOp(ast.USub(), self.write(operand))
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(left, right)
            case ast.BinOp(left=left, op=operator, right=right):
                return ast.BinOp(self.write(left), operator, self.write(right))
            case ast.Compare(left=left, ops=[comparison], comparators=[right]):
                a, b = self.write(left), self.write(right)
                if self.style.inline:
                    return ast.Compare(a, [comparison], [b])
                return self._called(COMPARISONS[type(comparison)], a, b)
            case ast.BoolOp(op=operator, values=values):
                return self._boolean(operator, [self.write(value) for value in values])
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, arguments)
        raise FormulaError(f"formula {self.formula.text!r} cannot be written out")  # pragma: no cover

    def _called(self, name: str, *arguments: ast.expr) -> ast.expr:
        return ast.Call(self._name(name), list(arguments), [])

    def _power(self, base: ast.expr, exponent: ast.expr) -> ast.expr:
        if not self.style.inline:
            return ast.BinOp(self.write(base), ast.Pow(), self.write(exponent))
        if is_square(base, exponent):
            # Python's ** raises OverflowError where * gives inf; a square is faster as a product anyway.
            return ast.BinOp(self.write(base), ast.Mult(), self.write(base))
        return self._called("power", self.write(base), self.write(exponent))

    def _boolean(self, operator: ast.boolop, parts: list[ast.expr]) -> ast.expr:
        if self.style.lazy:
            return ast.BoolOp(operator, parts)
        name = "both" if isinstance(operator, ast.And) else "either"
        result = parts[0]
        for part in parts[1:]:
            result = self._called(name, result, part)
        return result

    def _call(self, name: str, arguments: list[ast.expr]) -> ast.expr:
        if name == "where":
            return self._where(*arguments)
        if name in REDUCTIONS:
            return self._reduction(name, arguments)
        return self._called(name, *map(self.write, arguments))

    def _where(self, condition: ast.expr, chosen: ast.expr, other: ast.expr) -> ast.expr:
        """A branch's reductions are computed where it is taken, if that is the same for all elements."""
        test = self.write(condition)
        if not self.style.lazy:
            return self._called("where", test, self.write(chosen), self.write(other))
        common = not self.formula.elements(condition)
        branches = []
        for part, taken in ((chosen, test), (other, ast.UnaryOp(ast.Not(), test))):
            self.taken += [taken] if common else []
            branches.append(self.write(part))
            self.taken = self.taken[:-1] if common else self.taken
        return ast.IfExp(test, *branches)

    def _reduction(self, name: str, arguments: list[ast.expr]) -> ast.expr:
        """`sum(w * x)` → a temporary computed before the expression, once however often it is used."""
        function = self.names.get(f"{name}_", f"{name}_")
        if len(arguments) > 1 and name == "count":
            return _number(float(len(arguments)))
        if len(arguments) > 1:
            return _parsed(f"{function}([{', '.join(map(self.text, arguments))}])")
        [argument] = arguments
        if takes_others(argument):
            [group] = [part.id for part in ast.walk(argument) if isinstance(part, ast.Name) and part.id != "others"]
            values, i = self._list(group), self.formula.index
            if not (self.style.inline and name == "prod"):
                return _parsed(self._counted(name, f"{function}([*{values}[:{i}], *{values}[{i} + 1:]])"))
            # All of them at once: linear time.
            return _parsed(self._temporary("products", f"products_of_others({values})") + f"[{i}]")
        if isinstance(argument, ast.Name):
            source = f"{function}({self._list(argument.id)})"
        elif self.style.inline and id(argument) not in self.sure and (pair := self._product_of_groups(argument)):
            # Σ w·x: 40 % quicker than a comprehension.
            product = self.names.get("product", "product")
            source = f"{function}(map({product}, {self._list(pair[0])}, {self._list(pair[1])}))"
        else:
            body = self.text(argument)
            used = [group for group in self.formula.groups if group in self.formula.names(argument)]
            source = f"{function}([{body} for {loop_over(used, self.names)}])"
        return _parsed(self._temporary(_TEMPORARIES[name], self._counted(name, source)))

    def _counted(self, name: str, source: str) -> str:
        """A count is a float, as every number of a formula."""
        return f"float({source})" if name == "count" and self.style.inline else source

    def _list(self, group: str) -> str:
        return self.names.get(f"{group}_", f"{group}_")

    def _temporary(self, name: str, source: str) -> str:
        if self.taken and source not in self.known:
            tests = self.taken[0] if len(self.taken) == 1 else ast.BoolOp(ast.And(), self.taken)
            source = f"{source} if {ast.unparse(tests)} else 0.0"
        if source not in self.known:
            taken = {*self.formula.scalars, *self.formula.groups, *self.known.values()}
            choices = (name if number == 1 else f"{name}{number}" for number in count(1))
            self.known[source] = next(choice for choice in choices if choice not in taken)
            self.statements.append(f"{self.known[source]} = {source}")
        return self.known[source]

    def _product_of_groups(self, node: ast.expr) -> tuple[str, str] | None:
        match node:
            case ast.BinOp(left=ast.Name(id=a), op=ast.Mult(), right=ast.Name(id=b)):
                return (a, b) if {a, b} <= {*self.formula.groups} else None
        return None


_TEMPORARIES = {
    "sum": "total", "prod": "product", "max": "largest", "min": "smallest", "norm": "length", "count": "number",
}  # fmt: skip
"""What a reduction's result is called in generated code."""


def loop_over(groups: Sequence[str], names: Mapping[str, str] = MappingProxyType({})) -> str:
    """The head of a comprehension over the elements of n-ary parameters: `w, x in zip(w_, x_)`.

    >>> loop_over(["a"]), loop_over(["w", "x"])
    ('a in a_', 'w, x in zip(w_, x_)')
    """
    elements = ", ".join(names.get(group, group) for group in groups)
    lists = [names.get(f"{group}_", f"{group}_") for group in groups]
    return f"{elements} in {lists[0]}" if len(groups) == 1 else f"{elements} in zip({', '.join(lists)})"


def is_square(base: ast.expr, exponent: ast.expr) -> bool:
    """Whether a power is the square of a name, which floats compute as a product."""
    return isinstance(base, ast.Name) and isinstance(exponent, ast.Constant) and exponent.value == 2


def takes_others(node: ast.expr) -> bool:
    """Whether the argument of a reduction is `others(a)`: all operands but the one that the formula is read for."""
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "others"


def _number(number: float) -> ast.expr:
    """A number in a tree; a negative one with its sign apart, so that brackets come out right."""
    return ast.Constant(number) if math.copysign(1.0, number) > 0 else ast.UnaryOp(ast.USub(), ast.Constant(-number))


def _parsed(source: str) -> ast.expr:
    return ast.parse(source, mode="eval").body
