"""Any row at all: it is refused when it is registered, with the place, or it works everywhere with typed errors only."""

import math
import random
import warnings
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import mpmath
import numpy
import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

import viz
from autograd import (
    DomainError,
    FormulaError,
    Kink,
    Operation,
    Value,
    compile,
    edge_partials,
    explain,
    grad,
    register,
    trace,
    unregister,
)
from autograd.rows.interpreters import mpmath_numbers, numpy_arrays, sympy_symbols

SCALARS = ["a", "b", "ｎow", "v", "u", "at", "D", "G", "I", "g", "lt", "both", "inf", "node", "self", "grad", "y", "total",
           "a_values", "_", "constant", "x", "e", "rint", "hypot", "kernel", "ratio", "store", "i", "k", "by_a"]  # fmt: skip
UNARY = ["exp", "log", "sqrt", "tanh", "sin", "abs", "relu", "sigmoid", "floor", "round", "neg", "log1p", "atanh", "gelu",
         "expm1", "erf", "softplus", "cosh", "logit"]  # fmt: skip
BINARY = ["maximum", "minimum", "atan2", "pow", "mod", "div", "xlogy", "leaky_relu", "norm", "max", "min", "sum", "prod",
          "count", "celu"]  # fmt: skip
NUMBERS = ["0", "1", "2", "0.5", "3", "pi", "1e308", "10"]
ODD = ["1e999", "nan", "exp()", "exp({0}, {0})", "max({0})", "sum(7)", "others({0})", "leaky_relu({0})", "math.sin({0})",
       "{0}.real", "{0}[0]", "mean({0})", "frobnicate({0})", "({0} < 1)", "log(-1)", "1 / 0", "10 ** 400", "'{0}'", "1j",
       "count(others({0}))", "\x00", "\ud800", "{0}\n+ 1", "({0}\n + 1)", "{0} # it", "-" * 300 + "{0}"]  # fmt: skip


class Formulas:
    """Draws formulas, most of them inside the language."""

    def __init__(self, source: random.Random, scalars: list[str], groups: list[str], odd: float) -> None:
        self.source, self.scalars, self.groups, self.odd = source, scalars, groups, odd

    def value(self, depth: int = 3, *, inside: bool = False, y: bool = False) -> str:
        """inside: a reduction, where the n-ary operands stand for an element."""
        choose = self.source.choice
        names = [*self.scalars, *(self.groups if inside else []), *(["y"] if y else []), "1"]
        if self.source.random() < self.odd:
            return choose(ODD).format(choose(names + self.groups))
        if depth == 0 or self.source.random() < 0.15:
            return choose(names) if self.source.random() < 0.75 else choose(NUMBERS)

        def part() -> str:
            return self.value(depth - 1, inside=inside, y=y)

        kind = self.source.random()
        if self.groups and not inside and kind < 0.35:
            group = choose(self.groups)
            body = choose([group, self.value(depth - 1, inside=True, y=y)])
            return f"{choose(['sum', 'prod', 'max', 'min', 'norm', 'count'])}({body})"
        if kind < 0.55:
            return f"({part()} {choose('+-*/%')} {part()})"
        if kind < 0.62:
            return f"({part()}) ** {choose(['2', '3', '0.5', '-1', part()])}"
        if kind < 0.8:
            return f"{choose(UNARY)}({part()})"
        if kind < 0.88:
            return f"{choose(BINARY)}({part()}, {part()})"
        if kind < 0.91:
            return f"-{part()}"
        return f"where({self.condition(depth - 1, inside=inside, y=y)}, {part()}, {part()})"

    def condition(self, depth: int = 2, *, inside: bool = False, y: bool = False) -> str:
        one = f"{self.value(depth, inside=inside, y=y)} {self.source.choice(['<', '<=', '>', '>=', '==', '!='])} "
        one += self.value(max(depth - 1, 0), inside=inside, y=y)
        return one if self.source.random() < 0.8 else f"{one} {self.source.choice(['and', 'or'])} {one}"


def draw_row(source: random.Random, odd: float) -> Operation:
    """A row of one to three operands, one of them perhaps n-ary."""
    names = source.sample(SCALARS, source.randint(1, 3)) if odd else ["a", "v", "g"][: source.randint(1, 3)]
    many = source.random() < 0.3
    groups, scalars = (names[:1], names[1:]) if many else ([], names)
    formulas = Formulas(source, scalars, groups, odd)
    partials = [formulas.value(y=True, inside=name in groups) for name in names]
    sometimes = lambda text: text if source.random() < 0.3 else None  # noqa: E731
    return Operation(
        source.choice(["op2", "op2", "Op", "OP", "row", "ｏｐ"]),
        ", ".join(f"*{name}" if name in groups else name for name in names),
        formulas.value(), partials,
        domain=sometimes(formulas.condition()), smooth=sometimes(formulas.condition(y=True)),
        kinks=[Kink(f"{formulas.value(1)} == {formulas.value(1)}", "0", formulas.value(1))] if source.random() < 0.2 else [],
        symbol=source.choice(["", "", "@"]), doc=source.choice(["", 'He said "so"', "\\"]),
    )  # fmt: skip


def points(row: Operation, source: random.Random) -> Iterator[list[float]]:
    for _ in range(6):
        wanted = [n for operand in row.operands for n in range(3 if operand.variadic else 1)]
        yield [source.choice([-2.0, -1.0, -0.5, 0.0, 0.5, 1.0, 3.0, 1e300, -math.inf, math.inf]) for _ in wanted]


def use(row: Operation, numbers: list[float]) -> None:
    """Everything that one can do with an operation at a point; only `DomainError` may come of it."""
    function: Any = row.function

    def call(leaves: list[Any]) -> Any:
        return function(*row.split(leaves))

    leaves = [Value(number, f"x{index}") for index, number in enumerate(numbers)]
    try:
        root = call(leaves)
    except DomainError:
        with pytest.raises(DomainError):
            call(numbers)
        return
    assert type(root.data) is float
    assert root.data == root.data == call(numbers)
    with suppress(ValueError, ArithmeticError):  # (where floats overflow to inf, mpmath has no number)
        mpmath_numbers().value(row, [mpmath.mpf(number) for number in numbers])
    try:
        root.backward()
    except DomainError:
        pass
    else:
        gradients = [leaf.grad for leaf in leaves]
        assert all(type(number) is float and number == number for number in gradients)
        replay(root, leaves, gradients)
    with suppress(DomainError):
        assert all(type(partial) is float for partial in edge_partials(root))
    with suppress(DomainError):
        assert str(trace(root))
    with suppress(DomainError):
        assert str(explain(root, leaves[0]))
    with suppress(DomainError):
        grad(grad(lambda x: call([x, *numbers[1:]])))(numbers[0])
    assert viz.draw(root).text()


def replay(root: Value, leaves: list[Value], gradients: list[float]) -> None:
    """Compiled, with NumPy, it gives the same numbers."""
    number = root.data
    program = compile(root, native=False)
    leaves[0].data = leaves[0].data
    for leaf in leaves:
        leaf.zero_grad()
    assert program.forward() == pytest.approx(number, rel=1e-9, abs=1e-300)
    program.backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(gradients, rel=1e-6, abs=1e-6)


def everything(seed: int, odd: float) -> bool:
    """Register a row and use it; whether it was accepted."""
    source = random.Random(seed)
    try:
        row = draw_row(source, odd)
        register(row)
    except FormulaError:
        return False
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)
            for numbers in points(row, source):
                use(row, numbers)
            arrays = [numpy.array([0.5, -1.0, 0.0, 2.0]) for _ in next(points(row, source))]
            numbers_ = numpy_arrays()
            numbers_.partials(row, arrays, numpy.full(4, numbers_.value(row, arrays)))
        symbols = sympy.symbols([f"s{index}" for index in range(len(arrays))], real=True)
        with suppress(ValueError, ArithmeticError):  # (SymPy finds no order of what is not real)
            symbolic = sympy_symbols().value(row, symbols)
            sympy_symbols().partials(row, symbols, symbolic)
    finally:
        unregister(row.name)
    return True


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_a_row_of_the_language_works_everywhere_or_says_so(seed: int) -> None:
    everything(seed, odd=0.0)


@settings(max_examples=150)
@given(st.integers(0, 10**9))
def test_a_row_with_anything_in_it_is_refused_with_the_place_or_works(seed: int) -> None:
    everything(seed, odd=0.06)
