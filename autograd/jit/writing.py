"""Writes a formula of the table as lines of scalar code without lists or calls back to Python, as Numba compiles it.

Reductions over n-ary operands become loops; functions of other rows (softplus' derivative calls sigmoid) become
helpers, written from those rows in turn.
"""

import ast
import math
from collections.abc import Callable, Sequence

from .rows import OPERATIONS, PLAIN, REDUCTIONS, Formula, FormulaError

__all__ = ["Code", "helper_sources", "variable"]

_SIGNS = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.Mod: "%",
          ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!="}  # fmt: skip
_STARTS = {"sum": "0.0", "prod": "1.0", "max": "-inf", "min": "inf", "norm": "0.0", "count": "0.0"}


def variable(name: str) -> str:
    """An operand in native code: apart from the kernels' own names, whatever it is called."""
    return name if name == "y" else f"{name}_"


Loads = Callable[[frozenset[str]], Sequence[str]]


class Code:
    """Lines of code, growing, and the names of the helpers that they call."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.helpers: set[str] = set()
        self._count = 0

    def write(self, formula: Formula, depth: int, loads: Loads | None = None) -> str:
        """Write the statements that a formula needs, indented by `depth`, and return its expression.

        loads: for n-ary operands, the lines that load element `{k}` of the named ones into variables of their names.
        """
        return _Writer(self, formula, depth, loads).write(formula.tree)

    def add(self, depth: int, *lines: str) -> None:
        """Append lines at a depth."""
        self.lines += ["    " * depth + line for line in lines]

    def fresh(self) -> str:
        """A new variable's name."""
        self._count += 1
        return f"_r{self._count}"


class _Writer:
    def __init__(self, code: Code, formula: Formula, depth: int, loads: Loads | None, counter: str = "_k") -> None:
        self.code = code
        self.formula = formula
        self.depth = depth
        self.loads = loads
        self.counter = counter
        self.taken: list[str] = []

    def write(self, node: ast.expr) -> str:
        match node:
            case ast.Constant(value=value):
                return repr(float(value))  # type: ignore[arg-type]
            case ast.Name(id="pi"):
                return repr(math.pi)
            case ast.Name(id=name):
                return variable(name)
            case ast.UnaryOp(operand=operand):
                return f"(-{self.write(operand)})"
            case ast.BinOp(left=left, op=ast.Pow(), right=right):
                return self._power(left, right)
            case ast.BinOp(left=left, op=operator, right=right):
                return f"({self.write(left)} {_SIGNS[type(operator)]} {self.write(right)})"
            case ast.Compare(left=left, ops=[comparison], comparators=[right]):
                return f"({self.write(left)} {_SIGNS[type(comparison)]} {self.write(right)})"
            case ast.BoolOp(op=operator, values=values):
                word = " and " if isinstance(operator, ast.And) else " or "
                return "(" + word.join(map(self.write, values)) + ")"
            case ast.Call(func=ast.Name(id="where"), args=[condition, chosen, other]):
                test = self.write(condition)
                common = not self.formula.elements(condition)
                one, two = self._branch(chosen, test, common), self._branch(other, f"not {test}", common)
                return f"({one} if {test} else {two})"
            case ast.Call(func=ast.Name(id=name), args=[argument]) if name in REDUCTIONS:
                return self._reduction(name, argument)
            case ast.Call(func=ast.Name(id=name), args=arguments):
                return self._call(name, [self.write(argument) for argument in arguments])
        raise FormulaError(f"formula {self.formula.text!r} cannot be compiled")

    def _branch(self, node: ast.expr, taken: str, common: bool) -> str:
        """A branch; its reductions are computed where it is taken, if that is the same for all elements."""
        self.taken += [taken] if common else []
        written = self.write(node)
        self.taken = self.taken[:-1] if common else self.taken
        return written

    def _power(self, base: ast.expr, exponent: ast.expr) -> str:
        if isinstance(exponent, ast.Constant) and exponent.value == 2 and isinstance(base, ast.Name):
            return f"({self.write(base)} * {self.write(base)})"
        return f"power({self.write(base)}, {self.write(exponent)})"

    def _call(self, name: str, arguments: list[str]) -> str:
        if name in ("max", "min"):
            return f"{name}({', '.join(arguments)})"
        if name in ("sum", "prod"):
            return "(" + (" + " if name == "sum" else " * ").join(arguments) + ")"
        if name == "count":
            return repr(float(len(arguments)))
        if name == "norm":
            found = arguments[0]
            for argument in arguments[1:]:
                found = f"hypot({found}, {argument})"
            return found
        if name == "round":
            name = "rint"
        elif name not in PLAIN and name not in ("abs", "floor"):
            self.code.helpers.add(name)
            name = f"row_{name}"
        return f"{name}({', '.join(arguments)})"

    def _reduction(self, name: str, argument: ast.expr) -> str:
        """A loop before the expression, into a variable."""
        if not self.taken:
            return self._loops(name, argument, self.code.fresh())
        found, taken, depth = self.code.fresh(), self.taken, self.depth
        self.code.add(depth, f"{found} = 0.0", f"if {' and '.join(taken)}:")
        self.taken, self.depth = [], depth + 1
        self._loops(name, argument, found)
        self.taken, self.depth = taken, depth
        return found

    def _loops(self, name: str, argument: ast.expr, found: str) -> str:
        code = self.code
        others = isinstance(argument, ast.Call) and isinstance(argument.func, ast.Name) and argument.func.id == "others"
        if isinstance(argument, ast.Call) and others:
            argument = argument.args[0]
        if self.loads is None:
            raise FormulaError(f"formula {self.formula.text!r} reduces what is a single operand")
        # Inner reductions are loops of their own, before this one; the element's lines come inside it.
        counter = f"{self.counter}k"
        inner = _Writer(code, self.formula, self.depth, self.loads, self.counter)
        kept, code.lines = code.lines, []
        body = inner.write(argument)
        before, code.lines = code.lines, kept
        code.lines += before
        code.add(self.depth, f"{found} = {_STARTS[name]}")
        scale = ""
        if name == "norm":
            scale = code.fresh()
            code.add(self.depth, f"{scale} = 0.0")
            self._loop(counter, others, argument, [f"{scale} = max({scale}, abs({body}))"])
            code.add(self.depth, f"if {scale} == inf or {scale} == 0.0: {found} = {scale}", "else:")
            deeper = _Writer(code, self.formula, self.depth + 1, self.loads, self.counter)
            ratio = f"({body} / {scale})"
            deeper._loop(counter, others, argument, [f"{found} += {ratio} * {ratio}"])
            code.add(self.depth + 1, f"{found} = {scale} * sqrt({found})")
            return found
        step = {
            "sum": f"{found} += {body}",
            "prod": f"{found} *= {body}",
            "max": f"if {body} > {found}: {found} = {body}",  # the first of equal ones, as Python's max
            "min": f"if {body} < {found}: {found} = {body}",
            "count": f"{found} += 1.0",
        }[name]
        self._loop(counter, others, argument, [step])
        return found

    def _loop(self, counter: str, others: bool, argument: ast.expr, body: Sequence[str]) -> None:
        """The body for every element; where `others`, for every one but `_k`, whose own number is kept meanwhile."""
        code, depth = self.code, self.depth
        names = self.formula.names(argument) & frozenset(self.formula.groups)
        assert self.loads is not None  # noqa: S101 — for the type checker: _reduction has looked
        loads = [line.format(k=counter) for line in self.loads(names)]
        if others:
            code.add(depth, *(f"_own_{name} = {variable(name)}" for name in sorted(names)))
        code.add(depth, f"for {counter} in range(_n):")
        if others:
            code.add(depth + 1, f"if {counter} == _k: continue")
        code.add(depth + 1, *loads, *body)
        if others:
            code.add(depth, *(f"{variable(name)} = _own_{name}" for name in sorted(names)))


def helper_sources(names: set[str]) -> list[str]:
    """The functions `row_NAME` for rows that formulas call, those first that others need."""
    done: dict[str, list[str]] = {}

    def need(name: str) -> None:
        if name in done:
            return
        row = OPERATIONS.get(name)
        if row is None or row.variadic or name in row.value.functions:
            raise FormulaError(f"{name} has no meaning in a compiled formula")
        code = Code()
        result = code.write(row.value, 1)
        if row.domain is not None:
            result = f"{result} if {code.write(row.domain, 1)} else nan"
        for called in sorted(code.helpers):
            need(called)
        arguments = ", ".join(variable(operand.name) for operand in row.operands)
        done[name] = ["@helper", f"def row_{name}({arguments}):", *code.lines, f"    return {result}", ""]

    for name in sorted(names):
        need(name)
    return [line for lines in done.values() for line in lines]
