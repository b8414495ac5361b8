"""A new operation is one row: it then works everywhere, with no other edit; and a bad row is refused at once."""

import copy
import inspect
import math
import pickle
from collections.abc import Iterator
from typing import Any

import mpmath
import pytest
import sympy

import autograd
from autograd import (
    OPERATIONS,
    DomainError,
    FormulaError,
    Graph,
    Jump,
    Kink,
    Operation,
    Value,
    edge_partials,
    grad,
    hessian,
    no_grad,
    register,
    unregister,
)
from autograd.partials import local_partials
from autograd.rows.evaluate import careful_floats
from autograd.rows.interpreters import mpmath_numbers, numpy_arrays, sympy_symbols
from autograd.values import values
from tests.autograd.processes import NATIVE_TOO


@pytest.fixture
def table() -> Iterator[None]:
    """The table as it was, whatever a test adds."""
    before, methods = dict(OPERATIONS), set(dir(Value))
    yield
    for name in set(OPERATIONS) - set(before):
        unregister(name)
    assert before == OPERATIONS
    assert set(dir(Value)) == methods


@pytest.mark.usefixtures("table")
def test_one_row_is_all_that_a_new_operation_needs() -> None:
    # The Lambert-like curve a² · e^(-s·a) for a ≥ 0: two operands, a default, a domain, a call of another row.
    bump = register(
        Operation(
            "bump", "a, s=1.0", "a ** 2 * exp(-s * a) + 0 * sigmoid(a)",
            ("(2 * a - s * a ** 2) * exp(-s * a)", "-a ** 3 * exp(-s * a)"),
            domain="a >= 0", kinks=(Kink("a == 0", "0", "0"),), doc="A bump.", source="this test",
        )
    )  # fmt: skip
    exact = mpmath.mpf(4) * mpmath.exp(-2)

    x, s = Value(2.0, "x"), Value(1.5, "s")
    assert bump(2.0) == pytest.approx(float(exact), rel=1e-15)
    assert bump(2, s=2) == bump(2.0, 2.0) == pytest.approx(4 * float(mpmath.exp(-4)), rel=1e-15)
    assert bump(x).data == x.bump().data == bump(2.0)  # type: ignore[attr-defined]
    with pytest.raises(DomainError, match=r"^bump of -1\.0, 1\.0; it needs operand 1 >= 0"):
        bump(-1.0)
    with pytest.raises(TypeError, match="bump: a Value holds one real number"):
        bump("2")

    y = x.bump(s)  # type: ignore[attr-defined]
    y.backward()
    wanted = [float(mpmath.diff(lambda a: a**2 * mpmath.exp(-1.5 * a), 2)), float(-8 * mpmath.exp(-3))]
    assert [x.grad, s.grad] == pytest.approx(wanted, rel=1e-14)
    assert edge_partials(y) == (x.grad, s.grad)
    assert y.operation is OPERATIONS["bump"]
    assert "op='bump'" in repr(y)
    assert Graph(y + 1).operation_counts == {"bump": 1, "add": 1}

    second = float(mpmath.diff(lambda a: a**2 * mpmath.exp(-a), 2, 2))
    assert grad(grad(bump))(2.0) == pytest.approx(second, rel=1e-13)
    mixed = hessian(lambda v: bump(v[0], v[1]))([2.0, 1.5])
    assert mixed[0][1] == mixed[1][0] == pytest.approx(float((-12 + 12) * mpmath.exp(-3)), abs=1e-15)

    x.data = 3.0
    assert y.forward() == bump(3.0, 1.5)
    with no_grad():
        assert bump(x).inputs == ()
    assert copy.deepcopy(y).operation is pickle.loads(pickle.dumps(y)).operation is OPERATIONS["bump"]

    row = OPERATIONS["bump"]
    with mpmath.workdps(40):
        assert mpmath.almosteq(mpmath_numbers().value(row, [mpmath.mpf(2), mpmath.mpf(1)]), 4 * mpmath.exp(-2), 1e-38)
    a, b = sympy.symbols("a b", positive=True)
    symbolic = sympy_symbols().value(row, [a, b])
    for symbol, partial in zip((a, b), sympy_symbols().partials(row, [a, b], symbolic), strict=True):
        assert sympy.simplify(sympy.diff(symbolic, symbol) - partial) == 0
    assert numpy_arrays().value(row, [2.0, 1.0]) == pytest.approx(float(exact), rel=1e-15)
    assert "math.exp(-s * a)" in inspect.getsource(row.compute)
    assert "A bump." in (inspect.getdoc(bump) or "")


@pytest.mark.usefixtures("table")
def test_an_n_ary_row_works_too() -> None:
    energy = register(
        Operation("energy", "*w, *x, b", "sum(w * x * x) + b * max(x)",
                  ("x * x", "2 * w * x + b * where(x == max(x), 1, 0)", "max(x)"))
    )  # fmt: skip
    w, x, b = [Value(1.0), Value(2.0)], [Value(3.0), Value(-1.0)], Value(5.0)
    y = energy(w, x, b)
    y.backward()
    assert y.data == energy([1, 2], [3, -1], 5) == 9 + 2 + 15
    assert [leaf.grad for leaf in (*w, *x, b)] == [9.0, 1.0, 11.0, -4.0, 3.0]
    assert hessian(lambda v: energy(v[:2], v[2:4], v[4]))([1.0, 2.0, 3.0, -1.0, 5.0])[2] == [6.0, 0.0, 2.0, 0.0, 1.0]
    with pytest.raises(ValueError, match="energy pairs its operands, so needs as many of each; got 2 w, 1 x"):
        energy(w, x[:1], b)


@pytest.mark.usefixtures("table")
def test_overflow_in_one_partial_of_several_adds_the_others_once() -> None:
    row = register(Operation("steep", "*w, *x", "sum(w + exp(x))", ("1", "exp(x)")))
    w, x = [Value(1.0), Value(2.0)], [Value(0.0), Value(1000.0)]
    row(w, x).backward()
    assert [leaf.grad for leaf in (*w, *x)] == [1.0, 1.0, 1.0, float("inf")]
    call = register(Operation("calling", "a", "exp(a) * sigmoid(a)", ("y * (2 - sigmoid(a))",)))
    assert call(1000.0) == call(Value(1000.0)).data == float("inf")


def nested(depth: int) -> str:
    return "where(a > 0, " * depth + "a" + ", 0)" * depth


NOT_COMPUTABLE: list[tuple[str, dict[str, Any], str]] = [
    ("sum(7) * a", {}, r"op2, value: formula 'sum\(7\) \* a', 'sum\(7\)': sum of one thing"),
    ("max(b) * a", {"operands": "a, b"}, r"op2, value: .*'max\(b\)': max of one thing is over the elements"),
    ("exp(a, a)", {}, r"op2, value: .*'exp\(a, a\)': exp takes 1 argument, got 2"),
    ("atan2(a)", {}, "atan2 takes 2 arguments, got 1"),
    ("leaky_relu(a)", {}, "in formulas leaky_relu takes all of its operands, a, slope; got 1"),
    ("mean(a)", {}, "mean takes a list, which formulas have for sum"),
    ("others(a) + a", {"operands": "*a"}, r"others\(…\) stands alone in a sum"),
    ("sum(others(a * 2))", {"operands": "*a"}, "others takes the name of one n-ary operand"),
    ("a * b", {"operands": "a, b=inf"}, "op2: the default of b, 'inf', is no finite number"),
    ("a * b", {"operands": "a, b=nan"}, "op2: the default of b, 'nan', is no finite number"),
    (nested(200), {}, r"op2, value: formula 'where.*nested (too deep|\d+ deep)|is not an expression: too many nested"),
    ("+".join(["a"] * 2000), {}, r"op2, value: formula 'a\+a.*nested (too deep|2000 deep; at most 100)"),
    ("-" * 10_000 + "a", {}, "op2, value: formula '-----.*(nested|not an expression)"),
    ("a\ud800", {}, "op2, value: .*surrogates not allowed"),
    ("a\0", {}, "op2, value: .*null"),
    ("1e999 * a", {}, "op2, value: .*has a number that is too large"),
    ("10 ** 400 * a", {}, r"op2, value: .*'10 \*\* 400' is no finite number"),
    ("where(a > 0, a, log(-1))", {}, r"'log\(-1\)' is no finite number"),
    ("math.sin(a)", {}, r"op2, value: .*'math.sin\(a\)' is outside .*functions stand without a module: sin\("),
    ("a", {"partials": ("leaky_relu(a)",)}, r"op2, ∂/∂a: formula 'leaky_relu\(a\)'"),
    ("a", {"domain": "exp() > 0"}, r"op2, domain: formula 'exp\(\) > 0'"),
    ("a", {"smooth": "log(a, a) > 0"}, r"op2, smooth of a: formula 'log\(a, a\) > 0'"),
    ("a", {"kinks": Kink("a == 0 or a == 1", "0", "1")}, "op2, kink at: .* is to be one comparison"),
    ("a", {"kinks": Kink("a == 0", "max(a)", "1")}, "op2, kink low: formula 'max"),
    ("a", {"jumps": Jump("a == 0", "0", "exp()")}, "op2, jump high: formula 'exp"),
    ("a", {"kinks": ["a == 0"]}, r"op2: 'a == 0' is no Kink\(at, low, high\)"),
    ("a", {"doc": "\ud800"}, "op2: doc .* half a character"),
    ("a", {"doc": None}, "op2: doc is text, got NoneType"),
    ("a", {"operands": None}, "op2: operands is text, got NoneType"),
    ("a", {"partials": None}, "op2: its partials are a tuple, got NoneType"),
    ("a", {"partials": (["a"],)}, r"op2, ∂/∂a: a formula is text, got list"),
    ("a", {"domain": 5}, "op2, domain: a formula is text, got int"),
    ("f(a)", {"functions": {"f": lambda a, b: a}}, r"'f\(a\)': the row's own function f takes other arguments"),
    ("a * self", {"operands": "a, self", "partials": ("self", "a")}, "operand name 'self' is taken"),
    ("sum(a) * a_values", {"operands": "*a, a_values"}, "operand name 'a_values' is taken"),
    ("a * ＵNSET", {"operands": "a, ＵNSET"}, "operand name 'UNSET' is taken"),
    ("a", {"name": None}, "an operation's name must be a Python name, got None"),
    ("a", {"name": "ＵNSET"}, "the name 'UNSET' is taken"),
    ("a", {"name": "unset"}, "the name 'unset' is taken"),
    ("a", {"name": "ｔanh"}, "the name 'tanh' is taken"),
    ("a", {"name": "tanh_value"}, "the name 'tanh_value' is taken"),
]  # fmt: skip


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("value", "more", "message"), NOT_COMPUTABLE)
def test_what_cannot_be_computed_is_refused_when_it_is_registered(
    value: str, more: dict[str, Any], message: str
) -> None:
    fields = {"name": "op2", "operands": "a", "partials": ("1",) * (more.get("operands") or "a").count(",") + ("1",)} | more
    with pytest.raises(FormulaError, match=message):
        register(Operation(fields.pop("name"), fields.pop("operands"), value, fields.pop("partials"), **fields))
    assert "op2" not in OPERATIONS
    assert (Value(1.0) * 2).has_grad is False


@pytest.mark.usefixtures("table")
def test_names_are_what_python_makes_of_them() -> None:
    scaled = register(Operation("ｓcaled", "a, ｎow", "a * now", ("ｎow", "a")))
    assert scaled.__name__ == "scaled"
    x, k = Value(3.0), Value(4.0)
    y = x.scaled(k)  # type: ignore[attr-defined]
    y.backward()
    assert (y.data, x.grad, k.grad) == (12.0, 4.0, 3.0)
    x.data = 5.0
    with pytest.raises(autograd.StaleGraphError):
        y.backward()
    assert not Value(1.0).has_grad


@pytest.mark.usefixtures("table")
def test_a_count_is_a_float() -> None:
    both = register(Operation("pair_count", "a, b", "count(a, b)", ("0", "0")))
    many = register(Operation("how_many", "*a", "count(a)", ("count(a)",)))
    for result in (both(1, 2), both(Value(1.0), 2.0).data, many([1, 2]), many([Value(1.0), 2.0]).data):
        assert (result, type(result)) == (2.0, float)
    assert edge_partials(many([Value(1.0)] * 3)) == (3.0, 3.0, 3.0)
    assert type(edge_partials(many([Value(1.0)] * 3))[0]) is float


@pytest.mark.usefixtures("table")
def test_the_same_row_may_be_registered_again_as_by_a_cell_that_is_run_again() -> None:
    def cell(factor: int = 2) -> Any:
        return register(Operation("times", "a", f"{factor} * own(a)", f"{factor}", functions={"own": lambda a: a}))

    times = cell()
    assert cell() is times
    assert grad(times)(5.0) == 2.0
    with pytest.raises(FormulaError, match=r"the name 'times' is taken by a row .*: unregister\('times'\) first"):
        cell(3)


@pytest.mark.usefixtures("table")
def test_a_partial_or_a_kink_alone_needs_no_comma() -> None:
    double = register(Operation("double", "a", "2 * a", ("2")))
    assert grad(double)(1.0) == 2.0
    with pytest.raises(FormulaError, match="op2 has 2 operands but 1 partial"):
        Operation("op2", "a, b", "a + b", "1")
    hinge = Operation("hinge", "a", "where(a > 1, a - 1, 0)", "where(a > 1, 1, 0)", kinks=Kink("a == 1", "0", "1"))
    assert len(hinge.kinks) == 1


@pytest.mark.usefixtures("table")
def test_a_row_that_another_calls_stays() -> None:
    register(Operation("inner", "a", "2 * a", "2"))
    register(Operation("outer", "a", "inner(a) + 1", "2"))
    with pytest.raises(ValueError, match="the formulas of 'outer' call 'inner'; unregister those first"):
        unregister("inner")
    unregister("outer")
    unregister("inner")


@pytest.mark.usefixtures("table")
def test_rows_that_call_rows_are_nested_no_deeper_than_one_may_be() -> None:
    def add(level: int) -> None:
        call = "a" if level == 0 else f"level{level - 1}(a)"
        register(Operation(f"level{level}", "a", f"1 + {call}", "1"))

    names = ["a"]
    with pytest.raises(  # noqa: PT012
        FormulaError, match=r"level\d+, value: .* nested \d+ deep, with the rows that it calls; at most 100"
    ):
        for level in range(60):
            add(level)
            names.append(f"level{level}")
    last = OPERATIONS[names[-1]].function
    assert last(1.0) == last(Value(1.0)).data == len(names)
    assert numpy_arrays().value(OPERATIONS[names[-1]], [1.0]) == len(names)
    for name in reversed(names[1:]):
        unregister(name)


INNER = [
    ("maximum(log(a), -5)", "1 / a", -1.0), ("relu(log(a))", "1", -1.0), ("max(sqrt(a), 2)", "1", -1.0),
    ("min(7, asin(a))", "1", 2.0), ("where(log(a) > 0, 1, 2)", "0", -1.0), ("where(log(a) != 0, 1, 2)", "0", -1.0),
    ("log(a) ** 0", "0", -1.0), ("where(a - a > 0, 1, 2)", "0", math.inf), ("norm(a - a, a)", "1", math.inf),
    ("norm(log(a), 1e308 * 1e308 ** 0)", "1", -1.0),
    ("maximum(sin(a), 0)", "1", math.inf), ("clamp(log(a), 0, 1)", "1", -1.0),
]  # fmt: skip


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("value", "partial", "number"), INNER)
def test_what_has_no_value_inside_has_none_outside(value: str, partial: str, number: float) -> None:
    row = register(Operation("inside", "a", value, partial))
    with pytest.raises(DomainError, match=r"^inside of "):
        row(number)
    with pytest.raises(DomainError, match=r"^inside of .* at 'x'"):
        row(Value(number, "x"))
    for native in (None, False):
        x = Value(0.5, "x")
        program = autograd.compile(row(x), native=native)
        right = program.forward()
        assert right == pytest.approx(row(0.5), rel=1e-12)
        x.data = number
        with pytest.raises(DomainError, match=r"^inside of .* at 'x'"):
            program.forward()
        x.data = 0.5
        assert program.forward() == right


@pytest.mark.usefixtures("table")
def test_a_slope_that_has_no_value_inside_has_none_outside() -> None:
    row = register(Operation("steps", "a", "2 * a", "relu(log(a))"))
    x = Value(-1.0, "x")
    y = row(x)
    for ask in (y.backward, lambda: edge_partials(y), lambda: grad(row)(-1.0)):
        with pytest.raises(DomainError, match=r"the derivative of steps at -1\.0 cannot be computed"):
            ask()
    with pytest.raises(DomainError, match="log of -1"):
        grad(grad(row))(-1.0)
    x.data = 3.0
    program = autograd.compile(y, native=False)
    program.backward()
    assert x.grad == pytest.approx(math.log(3.0))
    x.data = -1.0
    program.forward()
    with pytest.raises(DomainError, match="the derivative of steps"):
        program.backward()


@pytest.mark.usefixtures("table")
def test_a_condition_that_cannot_be_computed_is_not_fulfilled() -> None:
    row = register(Operation("odd", "a", "2 * a", "2", domain="1 / a != 3", smooth="log(a) != 9"))
    with pytest.raises(DomainError, match=r"odd of 0\.0; it needs 1 / the operand != 3"):
        row(0.0)
    y = row(Value(-1.0))
    with pytest.raises(DomainError, match="the derivative of odd"):
        y.backward()
    assert y.origin.startswith(__file__)
    assert grad(row)(2.0) == 2.0


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("name", ["v", "u", "at", "D", "G", "I", "inf", "g", "lt", "both", "hypot", "store"])
@pytest.mark.parametrize("native", NATIVE_TOO)
def test_compiled_rows_may_have_operands_of_any_name(name: str, native: bool) -> None:
    row = register(Operation("product3", f"{name}, {name}2", f"{name} * exp({name}2)", (f"exp({name}2)", "y")))
    many = register(Operation("energy3", f"*{name}", f"sum({name} ** 2)", f"2 * {name}"))
    leaves = [Value(number) for number in (3.0, 0.5, -1.0)]
    root = row(leaves[0], leaves[1]) + row(leaves[1], leaves[2]) + many(leaves)
    root.backward()
    wanted = [leaf.grad for leaf in leaves]
    root.zero_grad()
    program = autograd.compile(root, native=native)
    assert program.forward() == pytest.approx(root.data)
    program.backward()
    assert [leaf.grad for leaf in leaves] == pytest.approx(wanted)


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize("name", ["g", "node", "n", "p", "inputs", "each", "slope", "r0", "y0", "argument"])
def test_operands_may_be_called_anything(name: str) -> None:
    other = name + "2"
    row = register(
        Operation("product2", f"{name}, {other}", f"{name} * sin({other})", (f"sin({other})", f"{name} * cos({other})"))
    )
    a, b = Value(3.0), Value(0.5)
    row(a, b).backward(5.0)
    wanted = [5 * autograd.sin(0.5), 15 * autograd.cos(0.5)]
    assert [a.grad, b.grad] == pytest.approx(wanted, rel=1e-15)
    group = register(
        Operation(
            "dot2", f"*{name}, *{other}", f"sum({name} * sin({other}))", (f"sin({other})", f"{name} * cos({other})")
        )
    )
    a, b = Value(3.0), Value(0.5)
    group([a], [b]).backward(5.0)
    assert [a.grad, b.grad] == pytest.approx(wanted, rel=1e-15)


@pytest.mark.usefixtures("table")
def test_a_row_of_many_operands_may_have_conditions_and_scalars_first() -> None:
    spread = register(
        Operation("spread", "s, *a", "s * (max(a) - min(a)) ** 0.5",
                  ("(max(a) - min(a)) ** 0.5",
                   "where(a == max(a), 1, where(a == min(a), -1, 0)) * s / (2 * (max(a) - min(a)) ** 0.5)"),
                  smooth=(None, "max(a) > min(a)"), domain="s > 0")
    )  # fmt: skip
    s, a = Value(3.0), [Value(5.0), Value(1.0), Value(2.0)]
    node = spread(s, a)
    node.backward()
    assert (node.data, s.grad, [leaf.grad for leaf in a]) == (6.0, 2.0, [0.75, -0.75, 0.0])
    assert edge_partials(node) == (2.0, 0.75, -0.75, 0.0)
    assert grad(spread, (0, 1))(3.0, [5.0, 1.0, 2.0]) == (2.0, [0.75, -0.75, 0.0])
    with pytest.raises(DomainError, match=r"spread of -1\.0, \[5\.0, 1\.0\]"):
        spread(-1.0, [5.0, 1.0])
    flat = spread(s, [Value(2.0), Value(2.0)])
    for ask in (flat.backward, lambda: edge_partials(flat), lambda: grad(spread, 1)(3.0, [2.0, 2.0])):
        with pytest.raises(
            DomainError, match=r"the derivative of spread does not exist .* it needs max\(a\) > min\(a\)"
        ):
            ask()
    assert flat.origin.startswith(f"{__file__}:")


@pytest.mark.usefixtures("table")
def test_formulas_that_divide_by_zero_raise_typed_errors() -> None:
    broken = register(Operation("broken", "a", "a / (a - 1)", ("1 / (a - 2)",)))
    for argument in (1.0, Value(1.0)):
        with pytest.raises(autograd.DivisionByZeroError, match=r"^broken of 1\.0"):
            broken(argument)
    x = Value(2.0, "x")
    with pytest.raises(DomainError, match=r"the derivative of broken at 2\.0 cannot be computed: .*zero"):
        broken(x).backward()
    assert not x.has_grad
    two = register(Operation("broken2", "a, b", "a * b", ("b / (a - 2)", "a")))
    with pytest.raises(DomainError, match=r"the derivative of broken2 at 2\.0, 3\.0 cannot be computed: .*zero"):
        two(x, 3.0).backward()


BAD: list[tuple[Any, str]] = [
    (lambda: Operation("two words", "a", "a", ("1",)), "must be a Python name, got 'two words'"),
    (lambda: Operation("lambda", "a", "a", ("1",)), "must be a Python name, got 'lambda'"),
    (lambda: Operation("", "a", "a", ("1",)), "must be a Python name"),
    (lambda: Operation("op2", "a, b", "a * b", ("b",)), "op2 has 2 operands but 1 partial"),
    (lambda: Operation("op2", "a", "a", ()), "op2 has 1 operands but 0 partial"),
    (lambda: Operation("op2", "a b", "a", ("1",)), "are not a parameter list"),
    (lambda: Operation("op2", "", "a", ("1",)), "are not a parameter list"),
    (lambda: Operation("op2", "y", "y", ("1",)), "operand name 'y' is taken"),
    (lambda: Operation("op2", "pi", "pi", ("1",)), "operand name 'pi' is taken"),
    (lambda: Operation("op2", "a, a", "a", ("1", "1")), "operand name 'a' is taken"),
    (lambda: Operation("op2", "if", "1", ("1",)), "operand name 'if' is taken"),
    (lambda: Operation("op2", "a=1.0, b", "a", ("1", "1")), "a default stands last"),
    (lambda: Operation("op2", "*a=1.0", "sum(a)", ("1",)), "a default stands last, and not with a"),
    (lambda: Operation("op2", "a=x", "a", ("1",)), "default of a, 'x', is not a number"),
    (lambda: Operation("op2", "exp", "exp(exp)", ("y",)), "operand name 'exp' is taken"),
    (lambda: Operation("op2", "new", "new", ("1",)), "operand name 'new' is taken"),
    (lambda: Operation("op2", "type", "type", ("1",)), "operand name 'type' is taken"),
    (lambda: Operation("op2", "*len", "sum(len)", ("1",)), "operand name 'len' is taken"),
    (lambda: Operation("op2", "*sum", "sum(sum)", ("1",)), "operand name 'sum' is taken"),
    (lambda: Operation("op2", "a", "a * b", ("1",)), "uses the unknown name 'b'; known here: a, pi"),
    (lambda: Operation("op2", "a", "a", ("z",)), "unknown name 'z'; known here: a, y, pi"),
    (lambda: Operation("op2", "a", "y", ("1",)), "unknown name 'y'"),
    (lambda: Operation("op2", "a", "a +", ("1",)), "is not an expression"),
    (lambda: Operation("op2", "a", "a // 2", ("1",)), "an operator outside"),
    (lambda: Operation("op2", "a", "a.real", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "__import__('os')", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "(lambda: a)()", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "exp(a, base=2)", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "exp()", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "True", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "'a'", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "a < 1", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "where(a, 1, 2)", ("1",)), "no condition"),
    (lambda: Operation("op2", "a", "where(a > 0, 1)", ("1",)), "outside the formula language"),
    (lambda: Operation("op2", "a", "where(a, 1)", ("1",)), r"'where\(a, 1\)' is outside the formula language"),
    (lambda: Operation("op2", "a", "a", ("1",), domain="a"), "no condition"),
    (lambda: Operation("op2", "a", "a", ("1",), domain="0 < a < 1"), "no condition"),
    (lambda: Operation("op2", "a, b", "a * b", ("b", "a"), smooth=("a > 0",)), "2 operands but 1 smooth conditions"),
    (lambda: Operation("op2", "a", "a", ("1",), kinks=(Kink("a == q", "0", "1"),)), "unknown name 'q'"),
    (lambda: Operation("op2", "a", "frobnicate(a)", ("1",)), "call what the table does not have: frobnicate"),
    (lambda: Operation("op2", "a", "a", ("frobnicate(a)",)), "call what the table does not have: frobnicate"),
    (lambda: Operation("op2", "a", "a", ("1",), domain="frobnicate(a) > 0"), "does not have: frobnicate"),
    (lambda: Operation("op2", "a", "open(a)", ("1",)), "does not have: open"),
    (lambda: Operation("op2", "a", "exec(a)", ("1",)), "does not have: exec"),
    (lambda: Operation("op2", "a", 3.0, ("1",)), "a formula is text, got float"),  # type: ignore[arg-type]
    (lambda: Operation("op2", "*a", "a * 2", ("2",)), "is of all operands; use sum"),
    (lambda: Operation("op2", "*a", "sum(a)", ("1",), domain="a > 0"), r"of all operands; use min\(a\)"),
    (lambda: Operation("op2", "*a, b", "sum(a) * b", ("b", "a")), "b is one operand, its partial 'a' is many"),
]


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(("row", "message"), BAD)
def test_a_bad_row_is_refused(row: Any, message: str) -> None:
    with pytest.raises(FormulaError, match=message):
        register(row())
    assert issubclass(FormulaError, ValueError)
    assert "op2" not in OPERATIONS


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "name",
    ["add", "tanh", "data", "grad", "backward", "label", "sum", "Value", "clock", "apply", "where", "power",
     "type", "len", "zip"],  # the generated code calls the last three
)  # fmt: skip
def test_a_name_in_use_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=f"the name '{name}' is taken"):
        register(Operation(name, "a", "2 * a", ("2",)))
    assert OPERATIONS.get("add") is Value(1.0).__add__(2.0).operation


@pytest.mark.usefixtures("table")
def test_what_the_table_has_stays() -> None:
    with pytest.raises(ValueError, match="'tanh' is one of the library's own operations"):
        unregister("tanh")
    with pytest.raises(KeyError, match="no operation is called 'nothing'"):
        unregister("nothing")
    with pytest.raises(ValueError, match=r"'\+' is an operation's sign already"):
        register(Operation("plus", "a, b", "a - b", ("1", "-1"), symbol="+"))
    with pytest.raises(TypeError, match="register takes an Operation, got str"):
        register("tanh")  # type: ignore[arg-type]
    assert (Value(1.0) + Value(2.0)).data == 3.0


@pytest.mark.usefixtures("table")
def test_a_name_can_be_registered_again_with_other_formulas() -> None:
    for factor in (2, 3):
        row = Operation("times", "a", f"{factor} * a", (f"{factor}",))
        assert register(row)(Value(1.0)).data == factor
        assert grad(row.function)(5.0) == factor
        unregister("times")
    assert not hasattr(Value(1.0), "times")


@pytest.mark.usefixtures("table")
@pytest.mark.parametrize(
    "slot", ["value", "first", "second", "domain", "smooth", "at", "low", "high", "at of an earlier kink"]
)
def test_every_formula_of_a_row_is_checked_before_it_joins(slot: str) -> None:
    def row(wrong: str | None) -> Operation:
        def text(name: str, right: str) -> str:
            return right.replace("a", f"unheard_of({wrong})" if wrong else "a", 1) if name == slot else right

        earlier = (Kink(text("at of an earlier kink", "a == 9"), "0", "1"),)
        return Operation(
            "checked", "a, b", text("value", "a + b"), (text("first", "a * y"), text("second", "a * y")),
            domain=text("domain", "a > -10"), smooth=(text("smooth", "a != y"), None),
            kinks=(*earlier, Kink(text("at", "a == y"), text("low", "a + y"), text("high", "a - y"))),
        )  # fmt: skip

    with pytest.raises(FormulaError, match=r"the formulas of 'checked' call what the table does not have: unheard_of$"):
        register(row("a"))
    with pytest.raises(FormulaError, match="unknown name 'q'"):
        register(row("q"))
    assert "checked" not in OPERATIONS
    register(row(None))  # the value itself, y, may stand in every one but the value and the domain
    assert OPERATIONS["checked"].function(1.0, 2.0) == 3.0


@pytest.mark.usefixtures("table")
def test_the_other_operands_of_an_n_ary_row_may_be_asked_for() -> None:
    times = register(Operation("times", "*a", "prod(a)", ("prod(others(a))",)))
    assert grad(times)([2.0, 3.0, 5.0]) == [15.0, 10.0, 6.0]


@pytest.mark.usefixtures("table")
def test_capital_letters_are_letters() -> None:
    assert register(Operation("XlogX", "X", "X * log(X)", ("log(X) + 1",)))(1.0) == 0.0


@pytest.mark.usefixtures("table")
def test_lists_and_single_operands_may_stand_in_any_order() -> None:
    many = register(
        Operation(
            "many", "s, t, *w, u, *x, v", "s * t + sum(w * x) * u + v * sum(w)",
            ("t", "s", "x * u + v", "sum(w * x)", "w * u", "sum(w)"), smooth="s > 0",
        )
    )  # fmt: skip
    s, t, u, v = (Value(number) for number in (2.0, 3.0, 5.0, 7.0))
    w, x = [Value(n) for n in (1.0, 4.0, 6.0)], [Value(n) for n in (8.0, 9.0, 10.0)]
    node = many(s, t, w, u, x, v)
    node.backward()
    product = 1 * 8 + 4 * 9 + 6 * 10
    assert node.data == 2 * 3 + product * 5 + 7 * 11
    assert (s.grad, t.grad, u.grad, v.grad) == (3.0, 2.0, product, 11.0)
    assert [leaf.grad for leaf in w] == [8 * 5 + 7, 9 * 5 + 7, 10 * 5 + 7]
    assert [leaf.grad for leaf in x] == [5.0, 20.0, 30.0]
    assert edge_partials(node) == (3.0, 2.0, 47.0, 52.0, 57.0, product, 5.0, 20.0, 30.0, 11.0)
    source = inspect.getsource(node.operation.pull)
    assert source.count("no_partial") == 1  # one condition, asked once for all operands
    assert inspect.getsource(node.operation.function).count("place()") == 1


@pytest.mark.usefixtures("table")
def test_single_operands_beside_lists_may_be_values_or_numbers() -> None:
    row = register(Operation("line", "*w, a, b", "sum(w) * a + b", ("a", "sum(w)", "1")))
    w, a, b = Value(2.0), Value(3.0), Value(5.0)
    row([w, 4.0], a, 7).backward()
    row([w], 10, b).backward()
    row([w], a, 7).backward()
    assert (w.grad, a.grad, b.grad) == (3.0 + 10.0 + 3.0, 6.0 + 2.0, 1.0)


@pytest.mark.usefixtures("table")
def test_three_lists_are_walked_together() -> None:
    row = register(Operation("triple", "*u, *v, *w", "sum(u * v * w)", ("v * w", "u * w", "u * v")))
    u, v, w = ([Value(float(n)) for n in numbers] for numbers in ((1, 2), (3, 5), (7, 11)))
    node = row(u, v, w)
    node.backward()
    assert node.data == 1 * 3 * 7 + 2 * 5 * 11
    assert [leaf.grad for leaf in (*u, *v, *w)] == [21.0, 55.0, 7.0, 22.0, 3.0, 10.0]
    for lists in ((u, v, w[:1]), (u, v[:1], w), (u[:1], v, w), ([], v, w), (u, [], []), ([], [], [])):
        with pytest.raises(ValueError, match=r"triple (pairs its operands|needs at least one value)"):
            row(*lists)


@pytest.mark.usefixtures("table")
def test_partials_that_are_numbers_are_added_without_a_product() -> None:
    shift = register(Operation("shift", "*a, b, c", "sum(a) - b + 2 * c", ("1", "-1", "2")))
    a, b, c = [Value(1.0), Value(2.0)], Value(3.0), Value(4.0)
    node = shift(a, b, c) * 5
    node.backward()
    assert ([leaf.grad for leaf in a], b.grad, c.grad) == ([5.0, 5.0], -5.0, 10.0)
    last = register(Operation("last", "b, c, *a", "3 * c - b + sum(a)", ("-1", "3", "1")))
    last(b, c, a).backward(2.0)
    assert ([leaf.grad for leaf in a], b.grad, c.grad) == ([7.0, 7.0], -7.0, 16.0)
    source = inspect.getsource(node.inputs[0].operation.pull)
    assert [line.strip() for line in source.splitlines() if "_grad +=" in line or "_grad -=" in line] == [
        "one._grad += grad", "b_input._grad -= grad", "c_input._grad += grad * 2.0",
    ]  # fmt: skip


@pytest.mark.usefixtures("table")
def test_a_condition_may_read_the_value() -> None:
    row = register(Operation("half", "a", "a / 2", ("1 / 2",), smooth="y > 1"))
    assert edge_partials(row(Value(4.0))) == (0.5,)
    with pytest.raises(DomainError, match="the derivative of half does not exist at 1"):
        edge_partials(row(Value(1.0)))


def test_a_constants_derivative_is_shown_where_it_exists_and_makes_no_nodes() -> None:
    assert edge_partials(Value(2.0) ** 2) == (4.0, 4 * math.log(2.0))
    assert edge_partials(Value(-2.0) ** 2) == (-4.0, 0.0)
    node = Value(2.0) ** 3
    by_a, by_b = local_partials(node, values())
    assert (by_a.data, by_b) == (12.0, 0.0)
    assert local_partials(node, careful_floats(), lambda operand: operand is not node.inputs[0]) == [0.0, 8 * math.log(2.0)]
    assert sorted(leaf.data for leaf in autograd.topological_order(by_a) if not leaf.inputs) == [2.0, 2.0, 3.0]
