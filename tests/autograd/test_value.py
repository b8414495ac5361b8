"""The node: what it holds, how it is written in expressions, compared, shown — with NumPy's scalars on either side."""

import math
import operator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, Operation, Value, parameter
from autograd.rows.evaluate import careful_floats

INFIX = [operator.add, operator.sub, operator.mul, operator.truediv, operator.mod, operator.pow]
COMPARISONS = [operator.lt, operator.le, operator.gt, operator.ge]
KINDS: list[Any] = [
    int,
    float,
    Fraction,
    numpy.float64,
    numpy.float32,
    numpy.float16,
    numpy.int8,
    numpy.int64,
    numpy.uint16,
]
numbers = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)


@numbers
def test_real_numbers_of_every_kind_become_floats(kind: Any) -> None:
    for value in (Value(kind(3)), parameter(kind(3)), Value(0.0) + kind(3)):
        assert type(value.data) is float
        assert value.data == 3.0
    x = Value(1.0)
    x.data = kind(2)
    x.grad = kind(4)
    assert (type(x.data), type(x.grad), x.data, x.grad) == (float, float, 2.0, 4.0)


@numbers
@pytest.mark.parametrize("sign", INFIX)
def test_a_number_on_either_side_gives_a_value(kind: Any, sign: Any) -> None:
    x = Value(2.0)
    left, right = sign(kind(3), x), sign(x, kind(3))
    assert (type(left), type(right)) == (Value, Value)
    assert (left.data, right.data) == (sign(3.0, 2.0), sign(2.0, 3.0))
    assert [each.role for each in (*left.inputs, *right.inputs)] == ["constant", "leaf", "leaf", "constant"]
    left.backward()
    slopes = {"add": 1, "sub": -1, "mul": 3, "truediv": -3 / 4, "mod": -1, "pow": 9 * math.log(3)}
    wanted = slopes[sign.__name__.strip("_")]
    assert x.grad == pytest.approx(wanted, rel=1e-15)


@numbers
@pytest.mark.parametrize("comparison", COMPARISONS)
def test_comparisons_look_at_the_data(kind: Any, comparison: Any) -> None:
    for number in (1, 2, 3):
        assert comparison(Value(2.0), kind(number)) is comparison(2, number)
        assert comparison(kind(number), Value(2.0)) is comparison(number, 2)
        assert comparison(Value(2.0), Value(number)) is comparison(2, number)


@pytest.mark.parametrize("sign", [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow])
def test_augmented_assignment_makes_a_new_node(sign: Any) -> None:
    x = Value(2.0)
    y = sign(x, 3)
    assert y is not x
    assert x.data == 2.0
    assert y.inputs[0] is x


def test_equality_and_hash_are_identity() -> None:
    a, b = Value(1.0), Value(1.0)
    assert a == a
    assert a != b
    assert a != 1.0
    assert len({a, b, a}) == 2
    assert {a: "a"}[a] == "a"
    assert [b, a].index(a) == 1


def test_kinds_and_inputs() -> None:
    x, w = Value(2.0, "x"), parameter(3.0, "w")
    y = x * w + 1
    assert [x.role, w.role, y.role, y.inputs[1].role] == ["leaf", "parameter", "computed", "constant"]
    assert [x.op, y.op, y.inputs[0].op] == ["", "add", "mul"]
    assert (x.operation, y.operation) == (None, OPERATIONS["add"])
    assert (x.inputs, y.inputs[0].inputs, (-x).inputs) == ((), (x, w), (x,))
    assert (x.label, y.label, x.origin) == ("x", "", "")
    assert autograd.sum([x]).inputs == (x,)
    assert +x is x


def test_there_is_no_silent_way_back_to_a_float() -> None:
    x = Value(2.0)
    for convert in (float, int, complex, math.tanh, math.sqrt, math.ceil, range, numpy.float64):
        with pytest.raises(TypeError):
            convert(x)  # type: ignore[operator]
    with pytest.raises(TypeError):
        [1, 2, 3][x]  # type: ignore[call-overload]
    for sign in (operator.floordiv, operator.matmul, operator.and_):
        with pytest.raises(TypeError, match=r"unsupported operand|write math\.floor\(v / w\)|write v \* w"):
            sign(x, 2)
    with pytest.raises(TypeError):
        pow(x, 2, 5)  # type: ignore[misc]


def test_truth_is_that_of_the_number() -> None:
    assert not Value(0.0)
    assert not Value(-0.0)
    assert Value(-1.0)
    assert Value(math.inf)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Value(2), "Value(data=2.0, grad=not computed)"),
        (Value(-0.5, "loss"), "Value(data=-0.5, grad=not computed, label='loss')"),
        (parameter(1.0, "w"), "Value(data=1.0, grad=not computed, role='parameter', label='w')"),
        ((Value(1.0) * 2).inputs[1], "Value(data=2.0, role='constant')"),
        (Value(1.0) + 2, "Value(data=3.0, grad=not computed, op='add')"),
        (Value(1.0, 'it\'s \n"quoted"'), "Value(data=1.0, grad=not computed, label='it\\'s \\n\"quoted\"')"),
        (Value(math.inf), "Value(data=inf, grad=not computed)"),
    ],
)
def test_the_printed_form(value: Value, text: str) -> None:
    assert repr(value) == str(value) == text


def test_the_printed_form_shows_a_gradient_only_when_there_is_one() -> None:
    x = Value(3.0)
    y = x * x
    assert "grad=not computed" in repr(x)
    y.backward()
    assert (repr(x), repr(y)) == ("Value(data=3.0, grad=6.0)", "Value(data=9.0, grad=1.0, op='mul')")
    x.zero_grad()
    assert "not computed" in repr(x)


def test_the_row_of_an_operation_prints_as_its_definition() -> None:
    assert str(OPERATIONS["leaky_relu"]) == "<operation leaky_relu(a, slope=0.01) = where(a > 0, a, slope * a)>"
    assert [OPERATIONS[name].signature for name in ("affine", "leaky_relu", "where", "clamp", "sum")] == [
        "affine(*w, *x, b)", "leaky_relu(a, slope=0.01)", "where(c: bool, a, b)", "clamp(a, lo, hi)", "sum(*a)",
    ]  # fmt: skip
    assert OPERATIONS["affine"].groups == ("w", "x")
    assert OPERATIONS["affine"].scalars == ("b",)
    assert repr(OPERATIONS["log"].domain) == "Formula('a > 0')"


@given(a=st.floats(0.1, 3.0), b=st.floats(0.1, 3.0))
def test_methods_functions_and_signs_agree(a: float, b: float) -> None:
    for row in OPERATIONS.values():
        if not row.method or len(row.operands) > 1:
            continue
        if row.domain is None or careful_floats().formula(row, row.domain, [a], None):
            assert getattr(Value(a), row.name)().data == row.function(Value(a)).data == row.function(a)
    x, y = Value(a), Value(b)
    pairs = [(x + y, "add"), (x - y, "sub"), (x * y, "mul"), (x / y, "div"), (x**y, "pow"), (x % y, "mod")]
    for node, name in pairs:
        assert node.data == getattr(autograd, name)(x, y).data == getattr(autograd, name)(a, b)
        assert getattr(x, name)(y).data == node.data
    assert (-x).data == x.neg().data == -a
    assert abs(-x).data == x.abs().data == a


def test_python_sum_max_and_min_work_on_values() -> None:
    values = [Value(3.0), Value(1.0), Value(2.0)]
    assert (sum(values).data, max(values), min(values)) == (6.0, values[0], values[1])  # type: ignore[union-attr]
    assert sorted(values) == [values[1], values[2], values[0]]


def test_the_reflected_methods_take_values_too() -> None:
    x = Value(3.0)
    assert Value(2.0).__rsub__(x).data == 1.0
    assert Value(2.0).__rpow__(x).inputs[0] is x


def test_a_foreign_type_gets_its_turn() -> None:
    class Foreign:
        def __radd__(self, other: Any) -> str:
            return "mine"

        def __lt__(self, other: Any) -> str:
            return "less"

        def __gt__(self, other: Any) -> str:
            return "greater"

    assert Value(1.0) + Foreign() == "mine"
    assert (Value(1.0) < Foreign()) == "greater"
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) * Foreign()  # type: ignore[operator]
    with pytest.raises(TypeError, match="unsupported operand"):
        Foreign() - Value(1.0)
    with pytest.raises(TypeError, match="unsupported operand"):
        Value(1.0) * Decimal(1)  # type: ignore[operator]
    with pytest.raises(TypeError, match="not supported"):
        Value(1.0) < object()  # type: ignore[operator]  # noqa: B015


def test_operands_by_keyword_and_default() -> None:
    x = Value(-2.0)
    assert x.leaky_relu().data == -0.02
    assert x.leaky_relu(slope=0.5).data == -1.0
    slope = parameter(0.25)
    x.leaky_relu(slope).backward()
    assert (x.grad, slope.grad) == (0.25, -2.0)
    assert Value(2.0).swish(beta=Value(0.0)).data == 1.0
    assert Value(5.0).clamp(lo=0, hi=1).data == 1.0


def test_a_truth_value_chooses_in_where() -> None:
    a, b = Value(1.0), Value(2.0)
    assert autograd.where(a > b, a, b).data == 2.0
    assert autograd.where(numpy.bool_(True), a, b).data == 1.0
    older = type("bool_", (), {"__float__": lambda self: 1.0})()  # NumPy 1 called its own so
    assert autograd.where(older, a, b).data == 1.0
    assert autograd.where(True, 1, 2) == 1.0
    assert autograd.where(Value(3.0), 1, 2).data == 1.0


def test_rows_are_shared_by_all_nodes() -> None:
    assert isinstance(Value(1.0).exp().operation, Operation)
    assert Value(1.0).exp().operation is Value(2.0).exp().operation
