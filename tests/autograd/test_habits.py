"""What is written elsewhere (micrograd, PyTorch, NumPy, `math`) either works or is answered with what to write here."""

import math
import operator
import re
import subprocess
import sys
from collections.abc import Callable
from typing import Any

import numpy
import pytest

import autograd
from autograd import NoGraphError, StaleGraphError, Value, grad, hessian, jacobian, no_grad, parameter, value_and_grad
from autograd.habits import ATTRIBUTES, NAMES

V: Any = Value(0.5, "v")
W: Any = Value(2.0, "w")


@pytest.mark.parametrize("spec", [".4f", ">10", "08.3e", "+.0%", "g"])
def test_a_format_shows_the_number_as_python_shows_the_float(spec: str) -> None:
    assert format(V, spec) == format(0.5, spec)


def test_without_a_format_a_text_shows_the_value() -> None:
    assert f"{V}" == str(V) == repr(V)


ANSWERS: list[tuple[Callable[[], Any], type[Exception], str]] = [
    (lambda: float(V), TypeError, "v.data for the number alone"),
    (lambda: int(V), TypeError, "write int(v.data)"),
    (lambda: complex(V), TypeError, "v.data for the number alone"),
    (lambda: "%.3f" % V, TypeError, "v.data for the number alone"),  # noqa: UP031 — a habit
    (lambda: round(V, 2), TypeError, "for a text write f'{v:.2f}', for the number alone round(v.data, 2)"),
    (lambda: math.tanh(V), TypeError, "write autograd.tanh(v) or v.tanh() for math.tanh(v)"),
    (lambda: math.isnan(V), TypeError, "v.data for the number alone"),
    (lambda: numpy.tanh(V), TypeError, "NumPy's tanh does not take a Value: write autograd.tanh(v) or v.tanh()"),
    (lambda: numpy.arctan(V), TypeError, "write autograd.atan(v) or v.atan()"),
    (lambda: numpy.maximum(V, 0), TypeError, "write autograd.maximum(v, w)"),
    (lambda: numpy.logaddexp(V, W), TypeError, "write autograd.logsumexp([v, w])"),
    (lambda: numpy.isfinite(V), TypeError, "NumPy's isfinite does not take a Value: write v.data"),
    (lambda: numpy.float64(V), TypeError, "v.data for the number alone"),
    (lambda: numpy.array([V], dtype=float), TypeError, "v.data for the number alone"),
    (lambda: V ^ 2, TypeError, "write v ** n"),
    (lambda: 2 ^ V, TypeError, "write v ** n"),
    (lambda: V // W, TypeError, "write math.floor(v / w)"),
    (lambda: numpy.float64(2) // V, TypeError, "write math.floor(v / w)"),
    (lambda: V @ W, TypeError, "autograd.dot([a, b], [c, d])"),
    (lambda: V.item(), AttributeError, "a Value has no attribute 'item': the number is v.data"),
    (lambda: V.numpy(), AttributeError, "v.data"),
    (lambda: V._prev, AttributeError, "v.inputs"),
    (lambda: V._op, AttributeError, "v.op"),
    (lambda: setattr(V, "_backward", None), AttributeError, "autograd.register(Operation("),
    (lambda: V.requires_grad, AttributeError, "every leaf gets a gradient, without .requires_grad"),
    (lambda: V.cuda(), AttributeError, "leave .cuda out"),
    (lambda: V.mean(), AttributeError, "autograd.mean(values)"),
    (lambda: V.max(), AttributeError, "autograd.max(values)"),
    (lambda: setattr(V, "grad", None), TypeError, "write zero_grad() to forget it"),
    (lambda: grad(V * W, W), TypeError, "use backward() and read .grad, or gradients(value)[leaf]"),
    (lambda: V.arctan(), AttributeError, "write v.atan()"),
    (lambda: Value(2.0, (), "+"), TypeError, "inputs and operation come from computing it, a + b"),  # type: ignore[call-arg,arg-type]
    (lambda: Value(2.0, (V, W)), TypeError, "inputs and operation come from computing it, a + b"),  # type: ignore[arg-type]
    (lambda: V.backward(retain_graph=True), TypeError, "the graph is kept as long as you hold its root"),
    (lambda: V.backward(create_graph=True), TypeError, "autograd.grad(autograd.grad(f))(x)"),
    (lambda: V.backward(gradient=2.0), TypeError, "backward(grad=2.0)"),
    (lambda: V.backward(loss=2.0), TypeError, "backward() has no argument 'loss'"),
    (lambda: autograd.Variable, AttributeError, "write Value(2.0)"),
    (lambda: autograd.tensor(2.0), AttributeError, "a list of Values for several"),
]


@pytest.mark.parametrize(("attempt", "kind", "words"), ANSWERS)
def test_a_habit_from_elsewhere_is_answered_with_what_to_write_here(
    attempt: Callable[[], Any], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind, match=re.escape(words)) as error:
        attempt()
    assert error.value.__context__ is None or error.value.__suppress_context__, "one error, not a chain"


def test_what_the_answers_say_works() -> None:
    assert autograd.tanh(V).data == V.tanh().data == math.tanh(0.5)
    assert autograd.atan(V).data == V.atan().data == math.atan(0.5)
    assert (V**2).data == 0.25
    assert math.floor(W / V).data == 4.0
    assert (V.inputs, V.op, (V * W).op, V.role) == ((), "", "mul", "leaf")
    assert autograd.dot([V, W], [W, V]).data == 2.0
    assert autograd.mean([V, W]).data == 1.25
    assert grad(grad(lambda x: x**3))(2.0) == 12.0
    V.backward(grad=2.0)
    assert V.grad == 2.0
    V.zero_grad()


def test_round_is_a_node_as_before() -> None:
    assert (round(V).op, round(V).data, type(round(W))) == ("round", 0.0, Value)


def test_what_a_value_does_not_have_is_not_listed_and_not_there() -> None:
    assert not [name for name in ATTRIBUTES if hasattr(V, name) or hasattr(Value, name) or name in dir(V)]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_importing_a_name_of_another_library_says_what_to_write(name: str) -> None:
    code = f"from autograd import {name}"
    with pytest.raises(ImportError, match=re.escape(NAMES[name])):
        exec(code, {})


def test_a_name_that_is_nowhere_stays_a_plain_error() -> None:
    with pytest.raises(AttributeError, match=r"^module 'autograd' has no attribute 'tnah'$"):
        autograd.tnah  # noqa: B018
    with pytest.raises(ImportError, match="cannot import name 'tnah'"):
        exec("from autograd import tnah", {})


def test_a_mistyped_name_still_gets_pythons_own_suggestion() -> None:
    code = "from autograd import Value; Value(1.0).tanhh()"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False).stderr
    assert "has no attribute 'tanhh'. Did you mean: 'tanh'?" in said


def test_equality_stays_identity_and_the_help_of_value_says_how_to_compare_numbers() -> None:
    value = V
    for number in (0.5, numpy.float64(0.5), W):
        assert [value == number, number == value, value != number, number != value] == [False, False, True, True]
    same = value
    assert same == value
    assert V.data == 0.5
    assert "v.data == 0.5" in (Value.__doc__ or "")


class TestArrays:
    """`np.array([v, w])` is an array of objects: signs go entry by entry, on either side; all else is refused."""

    @pytest.mark.parametrize("sign", [operator.add, operator.sub, operator.mul, operator.truediv, operator.pow])
    def test_an_array_of_values_goes_with_a_value_entry_by_entry(self, sign: Callable[[Any, Any], Any]) -> None:
        array = numpy.array([Value(3.0), Value(2.0)])
        for found, expected in ((sign(array, W), [sign(3.0, 2.0), sign(2.0, 2.0)]),
                                (sign(W, array), [sign(2.0, 3.0), sign(2.0, 2.0)])):  # fmt: skip
            assert [type(entry) for entry in found] == [Value, Value]
            assert [entry.data for entry in found] == expected

    def test_gradients_pass_through_it(self) -> None:
        v, w = Value(3.0), Value(5.0)
        (numpy.array([v, w]) * v).sum().backward()
        assert (v.grad, w.grad) == (2 * 3.0 + 5.0, 3.0)

    def test_in_place_and_matrices_too(self) -> None:
        array = numpy.array([[Value(3.0), Value(2.0)]])
        array *= W
        assert [entry.data for entry in array[0]] == [6.0, 4.0]
        assert (array > Value(5.0)).tolist() == [[True, False]]

    def test_a_number_of_numpy_on_the_left_gives_a_value(self) -> None:
        for two in (numpy.float64(2), numpy.float32(2), numpy.int64(2), numpy.longdouble(2)):
            for found, expected in (
                (two + V, 2.5), (two - V, 1.5), (two * V, 1.0), (two / V, 4.0), (two**V, math.sqrt(2.0)), (two % V, 0.0),
            ):  # fmt: skip
                assert type(found) is Value
                assert found.data == expected
            assert ((two < V), (two > V), (two <= V), (two >= V)) == (False, True, False, True)

    def test_an_array_of_numbers_is_refused_with_the_way_out(self) -> None:
        for attempt in (lambda: numpy.ones(3) * V, lambda: V * numpy.ones(3), lambda: numpy.ones(3) < V):
            with pytest.raises(TypeError, match=r"make one Value of each number"):
                attempt()


class TestParameters:
    @pytest.mark.parametrize(
        "sign", [operator.iadd, operator.isub, operator.imul, operator.itruediv, operator.ipow, operator.imod]
    )
    def test_a_parameter_is_not_replaced_in_place(self, sign: Callable[[Any, Any], Any]) -> None:
        p = parameter(0.5, "w")
        for other in (0.1, Value(0.1)):
            with pytest.raises(TypeError, match=r"^'w' is a parameter: .*write p\.data \S+ a number"):
                sign(p, other)

    def test_pytorchs_loop_over_parameters_is_refused_with_and_without_no_grad(self) -> None:
        p = parameter(0.5)
        for attempt in (lambda: operator.isub(p, 0.1 * p.grad), lambda: no_grad(operator.isub)(p, 0.1 * p.grad)):
            with pytest.raises(TypeError, match=r"p\.data -= 0\.1 \* p\.grad"):
                attempt()

    @pytest.mark.parametrize("sign", ["+", "-", "*", "/", "**", "%"])
    def test_other_values_add_up_in_place_as_before(self, sign: str) -> None:
        scope: dict[str, Any] = {"x": Value(5.0), "y": Value(3.0)}
        exec(f"old = z = x; z {sign}= y; plain = x {sign} y", scope)
        assert (scope["z"].data, scope["z"].op) == (scope["plain"].data, scope["plain"].op)
        assert scope["z"].inputs == (scope["old"], scope["y"])
        exec(f"z {sign}= 2", scope)
        assert scope["z"].inputs[1].role == "constant"


class TestNoGrad:
    def test_backward_from_what_was_made_under_no_grad_says_so(self) -> None:
        x = Value(3.0, "x")
        with no_grad():
            y = x * x
            s = autograd.sum([x, y])
        y.label = "y"
        with pytest.raises(NoGraphError, match=r"^'y' \(data 9\.0\) was computed under no_grad"):
            y.backward()
        with pytest.raises(RuntimeError, match="compute it outside"):
            s.backward()
        assert not y.has_grad

    def test_it_is_a_leaf_still_for_what_is_computed_from_it(self) -> None:
        with no_grad():
            y = Value(3.0) * 2
        z = y * y
        z.backward()
        assert (y.role, y.grad) == ("leaf", 12.0)
        y.data = 1.0
        with pytest.raises(StaleGraphError):
            z.backward()

    def test_leaves_run_backward_as_before(self) -> None:
        with no_grad():
            x = Value(2.0)
        for leaf in (x, Value(1.0), parameter(1.0), (x * 2).detach()):
            leaf.backward()
            assert leaf.grad == 1.0


@pytest.mark.parametrize("kind", [grad, value_and_grad, jacobian, hessian])
@pytest.mark.parametrize("wrong", [3.0, None, "0", True, [3.0], Value(3.0)])
def test_positions_of_arguments_are_checked_when_the_derivative_is_asked_for(kind: Any, wrong: Any) -> None:
    with pytest.raises((TypeError, ValueError), match=rf"so the derivative at a point x is {kind.__name__}\(f\)\(x\)"):
        kind(lambda x: x * x, wrong)
