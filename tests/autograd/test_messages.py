"""The whole text of what the engine says when something is wrong: every message is compared word for word."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy
import pytest

import autograd
from autograd import Graph, Operation, Value, edge_partials, grad, jacobian, jvp, no_grad, register, unregister, vjp
from autograd.errors import require
from autograd.files import write_atomically
from autograd.table import find_operation

X, Y = Value(1.0, "x"), Value(-2.0, "y")
ONE = "a Value holds one real number, got"


class Measured:
    """A number of another library: it has no dimensions, and can be converted."""

    def __repr__(self) -> str:
        return "Measured()"

    def __float__(self) -> float:
        return 2.0


class Opaque:
    def __repr__(self) -> str:
        return "Opaque()"


class Scalar:
    """An array without dimensions that is no number."""

    shape = ()


class Bool:
    """A truth value of another library."""

    dtype = "bool"

    def __repr__(self) -> str:
        return "True"


Bool.__name__ = "bool"


class OldBool:
    """NumPy 1 calls its own so, and has no other mark."""

    def __repr__(self) -> str:
        return "True"


OldBool.__name__ = "bool_"


async def _generator() -> Any:
    yield 1


def change(node: Value, **numbers: Any) -> None:
    for name, number in numbers.items():
        setattr(node, name, number)


def stale() -> None:
    a = Value(2.0, "a")
    y = a * 3
    a.data = 5.0
    y.backward()


def stale_without_labels() -> None:
    a = Value(2.0)
    y = (a * 3).exp()
    a.data = 5.0
    y.backward()


def many_labels(count: int) -> Graph:
    return Graph(autograd.sum([Value(1.0, f"w{index}") for index in range(count)]))


def clash(count: int) -> Value:
    return autograd.sum([Value((-1) ** index * math.inf, "abcdefghi"[index]) for index in range(count)])


MESSAGES: list[tuple[Callable[[], Any], str]] = [
    (lambda: Value("2"), f"TypeError: {ONE} the str '2'; convert it with float(...)"),
    (lambda: Value(b"2"), f"TypeError: {ONE} the bytes b'2'; convert it with float(...)"),
    (lambda: Value(1j), f"TypeError: {ONE} the complex number 1j; use its .real and .imag"),
    (lambda: Value(True), f"TypeError: {ONE} the bool True; use 1 or 1.0"),
    (lambda: Value(numpy.bool_(True)), f"TypeError: {ONE} the bool True; use float(...) of it"),
    (lambda: Value(Bool()), f"TypeError: {ONE} the bool True; use float(...) of it"),  # type: ignore[arg-type]
    (lambda: Value(OldBool()), f"TypeError: {ONE} the bool True; use float(...) of it"),  # type: ignore[arg-type]
    (lambda: Value(None), f"TypeError: {ONE} None; is there a return missing, or a value not computed?"),
    (lambda: Value([1]), f"TypeError: {ONE} a list; make one Value of each number: [Value(v) for v in ...]"),
    (lambda: Value(X), f"TypeError: {ONE} a Value; use value.data for its number"),
    (lambda: Value(Scalar()), f"TypeError: {ONE} an array-like Scalar without dimensions; take its number with .item()"),
    (
        lambda: Value(numpy.zeros((2, 3))),
        f"TypeError: {ONE} an array-like ndarray of shape (2, 3); make one Value of each number, [Value(v) for v in "
        "array.ravel()], or take array.item()",
    ),
    (lambda: Value(Decimal(1)), f"TypeError: {ONE} Decimal Decimal('1'); convert it with float(...)"),
    (lambda: Value(Measured()), f"TypeError: {ONE} Measured Measured(); convert it with float(...)"),
    (lambda: Value(Opaque()), f"TypeError: {ONE} Opaque Opaque()"),
    (lambda: Value(10**400), "ValueError: this int is too large for a float"),
    (lambda: Value(Fraction(10**400)), "ValueError: this Fraction is too large for a float"),
    (
        lambda: Value(math.nan),
        "ValueError: a Value cannot be nan: it would spread unseen; mend or leave out the missing number",
    ),
    (lambda: Value(1.0, 7), "TypeError: a label is a string, got int: 7"),
    (
        lambda: type("Sub", (Value,), {}),
        "TypeError: Value cannot be subclassed; write functions of values, or register an operation",
    ),
    (
        lambda: change(X * 2, data=1.0),
        "AttributeError: a value (data 2.0) was computed by mul: change a leaf's data and call forward(), or use detach() "
        "for a leaf of its own",
    ),
    (
        lambda: change((X * 2).inputs[1], data=1.0),
        "AttributeError: the constant 2.0 is part of an expression; use a Value to change it",
    ),
    (
        stale,
        "StaleGraphError: the leaf 'a' (data 5.0) was changed after mul had used it, so the results above it are old: "
        "call forward() on the root, or build it again",
    ),
    (
        stale_without_labels,
        "StaleGraphError: a leaf (data 5.0) was changed after mul had used it, so the results above it are old: call "
        "forward() on the root, or build it again",
    ),
    # --- operations
    (lambda: autograd.sum([]), "ValueError: sum needs at least one value, got an empty sequence"),
    (lambda: autograd.sum(X), "TypeError: sum takes a sequence of values, got Value; write it as [a, b]"),
    (
        lambda: autograd.dot([1.0, X], [X]),
        "ValueError: dot pairs its operands, so needs as many of each; got 2 w, 1 x",
    ),
    (lambda: autograd.maximum(X, "1"), f"TypeError: maximum: {ONE} the str '1'; convert it with float(...)"),
    (lambda: Y.log(), "DomainError: log of -2.0 at 'y'; it needs 'y' > 0"),
    (lambda: autograd.log(-2.0), "DomainError: log of -2.0; it needs the operand > 0"),
    (lambda: Y ** (X / 2), "DomainError: 'y' ** 0.5 with 'y' = -2.0: a negative number has powers to whole numbers only"),
    (lambda: X / 0, "DivisionByZeroError: 'x' / 0.0: division by zero"),
    (
        lambda: Value(math.inf, "a") - Value(math.inf, "b"),
        "DomainError: 'a' - 'b' with 'a' = inf and 'b' = inf is not a number (nan)",
    ),
    (
        lambda: autograd.sum([Value(math.inf, "p"), *[Value(-math.inf, f"q{i}") for i in range(7)]]),
        "DomainError: sum of [inf, -inf, -inf, -inf, -inf, -inf, …] at 'p', 'q0', 'q1', 'q2', 'q3', 'q4', … is not a "
        "number (nan)",
    ),
    (lambda: clash(6), f"DomainError: sum of [{', '.join(['inf', '-inf'] * 3)}] at {', '.join(map(repr, 'abcdef'))} is not a number (nan)"),
    (lambda: clash(7), f"DomainError: sum of [{', '.join(['inf', '-inf'] * 3)}, …] at {', '.join(map(repr, 'abcdef'))}, … is not a number (nan)"),
    (lambda: autograd.softmax(X), "TypeError: softmax takes a sequence of values, got Value; write it as [a, b]"),
    (lambda: autograd.log_softmax(1.0), "TypeError: log_softmax takes a sequence of values, got float; write it as [a, b]"),
    # --- graphs
    (
        lambda: Graph(3.0),  # type: ignore[arg-type]
        "TypeError: a graph starts at a Value, got float; pass the value that you computed",
    ),
    (lambda: Graph(X * Y)["z"], "KeyError: \"0 nodes are labelled 'z'; labels here: 'x', 'y'\""),
    (lambda: Graph(Value(1.0) * 2)["z"], "KeyError: \"0 nodes are labelled 'z'; none has a label\""),
    (
        lambda: Graph(Value(1.0, "w") * Value(2.0, "w"))["w"],
        "KeyError: \"2 nodes are labelled 'w'; labels here: 'w'\"",
    ),
    (
        lambda: many_labels(20)["z"],
        "KeyError: \"0 nodes are labelled 'z'; labels here: "
        + ", ".join(sorted(repr(f"w{index}") for index in range(20)))
        + '"',
    ),
    (
        lambda: many_labels(21)["z"],
        "KeyError: \"0 nodes are labelled 'z'; labels here: "
        + ", ".join(sorted(repr(f"w{index}") for index in range(21))[:20])
        + ', …"',
    ),
    (lambda: edge_partials(3.0), "TypeError: edge_partials takes a Value, got float"),  # type: ignore[arg-type]
    # --- functions
    (lambda: grad(X), "TypeError: a derivative is taken of a function, got Value; for a Value use backward() and read .grad, or gradients(value)[leaf]"),
    (
        lambda: grad(lambda x: [x])(1.0),
        "TypeError: grad needs a function of one result, but <lambda> returned a list; use jacobian",
    ),
    (
        lambda: jvp(lambda x: x, 1.0, (1.0,)),  # type: ignore[arg-type]
        "TypeError: jvp takes the arguments as a tuple, got float; write jvp(f, (x,), (t,))",
    ),
    (
        lambda: jvp(lambda x: x, (1.0,), 1.0),  # type: ignore[arg-type]
        "TypeError: jvp takes the tangents as a tuple, got float; write jvp(f, (x,), (t,))",
    ),
    (
        lambda: jvp(lambda x: x[0], ([1.0],), (2.0,)),
        "ValueError: the tangents must have the same shape as what they belong to; a list does not match there",
    ),
    (
        lambda: vjp(lambda x: x, 1.0)[1]([1.0]),
        "ValueError: the weights must have the same shape as what they belong to; expected one number, got a list",
    ),
    (
        lambda: vjp(lambda x: x, 1.0)[1]("1"),
        f"TypeError: each of the weights is a number, a Value, or a list of these: {ONE} the str '1'; convert it with "
        "float(...)",
    ),
    (
        lambda: jvp(lambda x: x, (1.0,), (None,)),
        f"TypeError: each of the tangents is a number, a Value, or a list of these: {ONE} None; is there a return "
        "missing, or a value not computed?",
    ),
    (
        lambda: grad(lambda x: x)("1"),
        f"TypeError: an argument to differentiate is a number, a Value, or a list of these: {ONE} the str '1'; convert it "
        "with float(...)",
    ),
    (
        lambda: jacobian(lambda x: [x, {}])(1.0),
        f"TypeError: the result of <lambda> is a number, a Value, or a list of these: {ONE} a dict; make one Value of "
        "each number: [Value(v) for v in ...]",
    ),
    (lambda: grad(lambda x: x, 1)(1.0), "ValueError: argnums 1: <lambda> was called with 1 positional arguments"),
    (lambda: grad(lambda x, y: x, (0, 0))(1.0, 2.0), "ValueError: argnums (0, 0) names an argument twice"),
    (
        lambda: grad(lambda x: x, "0")(1.0),  # type: ignore[arg-type]
        "TypeError: argnums is the position of an argument, or a tuple of positions, got '0'; grad gives a function, so the derivative at a point x is grad(f)(x)",
    ),
    (
        lambda: grad(lambda x: (x.tanh() * 1e-310).log())(40.0),
        "DomainError: a derivative is not a number: numbers have overflowed on the way",
    ),
    (lambda: no_grad()(3.0), "TypeError: no_grad decorates a function, got float"),  # type: ignore[type-var]
    (
        lambda: no_grad()(_generator),
        "TypeError: no_grad cannot decorate an async generator; put `with no_grad():` inside it, around no yield",
    ),
    # --- the table
    (
        lambda: find_operation("tahn"),
        "KeyError: \"no operation is called 'tahn'; register it first: autograd.register(Operation(...))\"",
    ),
    (lambda: register("tanh"), "TypeError: register takes an Operation, got str"),  # type: ignore[arg-type]
    (
        lambda: register(Operation("tanh", "a", "a", ("1",))),
        "FormulaError: the name 'tanh' is taken; give the operation another one",
    ),
    (
        lambda: register(Operation("plus", "a, b", "a + b", ("1", "1"), symbol="+")),
        "FormulaError: '+' is an operation's sign already; leave the symbol of 'plus' out",
    ),
    (
        lambda: register(Operation("my", "len", "len", ("1",))),
        "FormulaError: my: the operand name 'len' is taken; choose another",
    ),
    (
        lambda: register(Operation("my", "a", "sinc(a) + gauss(a)", ("1",))),
        "FormulaError: my, value: formula 'sinc(a) + gauss(a)', 'sinc(a)': the formulas of 'my' call what the table does not have: sinc",
    ),
    (lambda: unregister("tanh"), "ValueError: 'tanh' is one of the library's own operations"),
    (
        lambda: unregister("tahn"),
        "KeyError: \"no operation is called 'tahn'; register it first: autograd.register(Operation(...))\"",
    ),
    (lambda: Operation("1a", "a", "a", ("1",)), "FormulaError: an operation's name must be a Python name, got '1a'"),
    (lambda: Operation("_my", "a", "a", ("1",)), "FormulaError: an operation's name must be a Python name, got '_my'"),
    (lambda: Operation("my_", "a", "a", ("1",)), "FormulaError: an operation's name must be a Python name, got 'my_'"),
    (lambda: Operation("if", "a", "a", ("1",)), "FormulaError: an operation's name must be a Python name, got 'if'"),
    (lambda: Operation("my", "_a", "_a", ("1",)), "FormulaError: my: the operand name '_a' is taken; choose another"),
    (lambda: Operation("my", "a_", "a_", ("1",)), "FormulaError: my: the operand name 'a_' is taken; choose another"),
    (
        lambda: Operation("my", "a b", "a", ("1",)),
        "FormulaError: the operands of my, 'a b', are not a parameter list such as 'a, b=1.0' or '*a'",
    ),
    (lambda: Operation("my", "y", "y", ("1",)), "FormulaError: my: the operand name 'y' is taken; choose another"),
    (
        lambda: Operation("my", "a=1, b", "a", ("1", "0")),
        "FormulaError: the operands of my, 'a=1, b': a default stands last, and not with a *",
    ),
    (
        lambda: Operation("my", "a=x", "a", ("1",)),
        "FormulaError: my: the default of a, 'x', is not a number",
    ),
    (
        lambda: Operation("my", "a, b", "a + b", ("1",)),
        "FormulaError: my has 2 operands but 1 partial derivatives",
    ),
    (
        lambda: register(Operation("my", "a, b", "a + b", ("1", "1"), smooth=("a > 0",))),
        "FormulaError: my has 2 operands but 1 smooth conditions",
    ),
    (
        lambda: register(Operation("my", "*a", "sum(a)", ("1",), domain="a > 0")),
        "FormulaError: my: the condition 'a > 0' is of all operands; use min(a), max(a)",
    ),
    (
        lambda: register(Operation("my", "*a", "a * 2", ("2",))),
        "FormulaError: my: the value 'a * 2' is of all operands; use sum(a), max(a)…",
    ),
    (
        lambda: register(Operation("my", "s, *a", "s * sum(a)", ("a", "s"))),
        "FormulaError: my: s is one operand, its partial 'a' is many",
    ),
    (
        lambda: register(Operation("my", "a", 3, ("1",))),  # type: ignore[arg-type]
        "FormulaError: my, value: a formula is text, got int: 3",
    ),
    (
        lambda: register(Operation("my", "a", "a b", ("1",))),
        "FormulaError: my, value: formula 'a b' is not an expression: invalid syntax",
    ),
    (
        lambda: register(Operation("my", "a", "a // 2", ("1",))),
        "FormulaError: my, value: formula 'a // 2' uses an operator outside + - * / % **",
    ),
    (
        lambda: register(Operation("my", "a", "b", ("1",))),
        "FormulaError: my, value: formula 'b' uses the unknown name 'b'; known here: a, pi",
    ),
    (
        lambda: register(Operation("my", "a, *x", "sum(x) + z", ("1", "1"))),
        "FormulaError: my, value: formula 'sum(x) + z' uses the unknown name 'z'; known here: a, x, pi",
    ),
    (
        lambda: register(Operation("my", "a", "a", ("y + z",))),
        "FormulaError: my, ∂/∂a: formula 'y + z' uses the unknown name 'z'; known here: a, y, pi",
    ),
    (
        lambda: register(Operation("my", "a", "a[0]", ("1",))),
        "FormulaError: my, value: formula 'a[0]': 'a[0]' is outside the formula language",
    ),
    (
        lambda: register(Operation("my", "a", "where(a, 1, 2)", ("1",))),
        "FormulaError: my, value: formula 'where(a, 1, 2)': 'a' is no condition; compare two things, as in a > 0",
    ),
    # --- derivatives that do not exist; files; packages
    (
        lambda: require("nowhere.sub.deeper", extra="fast"),
        "MissingExtraError: this needs nowhere, which cannot be imported (No module named 'nowhere'); install it with: "
        "pip install 'chainrule[fast]'",
    ),
    (lambda: write_atomically("x", 3), "TypeError: a file's content is text or bytes, got int"),  # type: ignore[arg-type]
    (
        lambda: write_atomically("/", "x"),
        "IsADirectoryError: [Errno 21] cannot write '/': is a directory; name a file in it",
    ),
    (
        lambda: write_atomically(Path("/no/such/x"), "x"),
        "FileNotFoundError: [Errno 2] cannot write '/no/such/x': its folder does not exist; make it first",
    ),
]


@pytest.mark.parametrize(("attempt", "text"), MESSAGES, ids=[text.split(":")[0] for _, text in MESSAGES])
def test_the_whole_message(attempt: Callable[[], Any], text: str) -> None:
    with pytest.raises(Exception) as error:  # noqa: PT011 — the type stands in the text
        attempt()
    assert f"{type(error.value).__name__}: {error.value}" == text


def test_a_derivative_that_does_not_exist_names_operation_numbers_labels_condition_and_place() -> None:
    bare, named = Value(0.0).sqrt(), Value(0.0, "v").sqrt()
    named.label = "root"
    for node, labels, operand, what in ((bare, "", "the operand", "a value"), (named, " ('v')", "'v'", "'root'")):
        for ask in (node.backward, lambda node=node: edge_partials(node)):
            with pytest.raises(autograd.DomainError) as error:
                ask()
            assert str(error.value) == (
                f"the derivative of sqrt does not exist at 0.0{labels}; it needs {operand} > 0; the node is {what} (data 0.0), "
                f"made at {node.origin}"
            )


def test_a_missing_package_is_an_import_error_with_its_name() -> None:
    with pytest.raises(autograd.MissingExtraError) as error:
        require("nowhere.sub.deeper", extra="fast")
    assert error.value.name == "nowhere"


def test_the_labels_of_all_operands_are_named() -> None:
    with pytest.raises(autograd.DomainError) as error:
        (Value(0.0, "a") ** Value(0.5, "b")).backward()
    assert "does not exist at 0.0, 0.5 ('a', 'b'); it needs 'a' != 0 or 'b' == 0 or 'b' >= 1; " in str(error.value)


def test_computing_again_outside_a_domain_names_the_node() -> None:
    a, b = Value(1.0, "a"), Value(2.0, "b")
    y = (a - b + 2).log()
    y.label = "y"
    a.data = -3.0
    with pytest.raises(autograd.DomainError) as error:
        y.forward()
    assert str(error.value) == "log of -3.0; it needs the operand > 0; forward() was computing 'y' (data 0.0) again"
    c = a / b
    b.data = 0.0
    with pytest.raises(autograd.DivisionByZeroError) as error:
        c.forward()
    assert str(error.value) == "'a' / 'b' with 'b' = 0.0: division by zero; forward() was computing a value (data -1.5) again"


def test_computing_again_what_is_not_a_number_names_the_node() -> None:
    lonely = register(Operation("lonely", "a", "log(a)", ["1/a"]))  # no domain is stated
    try:
        x = Value(2.0, "x")
        y = lonely(x)
        x.data = -1.0
        with pytest.raises(autograd.DomainError) as error:
            y.forward()
    finally:
        unregister("lonely")
    what = f"forward() was computing a value (data {math.log(2.0)!r}) again"
    assert str(error.value) == f"lonely of -1.0 at 'x' is not a number (nan); {what}"


def test_a_node_that_was_computed_again_has_no_place_to_name() -> None:
    x = Value(1.0, "x")
    y = x.sqrt()
    x.data = 0.0
    y.forward()
    with pytest.raises(autograd.DomainError) as error:
        y.backward()
    text = "the derivative of sqrt does not exist at 0.0 ('x'); it needs 'x' > 0; the node is a value (data 0.0)"
    assert str(error.value) == text


def test_a_gradient_that_is_not_a_number_says_where_it_arose() -> None:
    a = Value(40.0, "a")
    idle = Value(2.0) * 3 * 0 * 1  # (nodes without a gradient do not end the search)
    with pytest.raises(autograd.DomainError) as error:
        (idle + (a.tanh() * 1e-310).log() + idle + Value(2.0) * 3 * 0 * 1).backward()
    assert str(error.value) == (
        "the gradient of 'a' (data 40.0) is not a number: the upstream gradient inf meets the partial 0.0 of tanh; "
        "numbers have overflowed on the way"
    )
    with pytest.raises(autograd.DomainError, match=r"the gradient of 'z' .* inf meets the partial 0\.0 of mul"):
        (0.0 * Value(1.0, "z") + 1e-310).log().backward()
    tiny = Value(1e-200)
    with pytest.raises(autograd.DomainError, match="infinite contributions of both signs meet"):
        (tiny**-1 - tiny**-1).backward()  # where the pull itself overflows
    a = Value(1e-310)
    with pytest.raises(autograd.DomainError) as error:
        (a.log() - a.log()).backward()
    assert str(error.value) == "a gradient is not a number: infinite contributions of both signs meet"
