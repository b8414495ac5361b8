"""Large numbers, infinities and nan: overflow follows IEEE, stable forms stay exact, and nan never gets in or out."""

import itertools
import math
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, DomainError, Value
from tests.autograd.points import apply, digits, mp, reference

inf = math.inf
HUGE = 1.5e308

SPECIAL: list[tuple[str, list[float], float]] = [
    ("exp", [1000.0], inf), ("exp", [-1000.0], 0.0), ("exp", [inf], inf), ("exp", [-inf], 0.0),
    ("expm1", [1000.0], inf), ("expm1", [-inf], -1.0), ("log", [inf], inf), ("log1p", [inf], inf),
    ("sqrt", [inf], inf), ("sqrt", [-0.0], 0.0), ("sinh", [1000.0], inf), ("sinh", [-1000.0], -inf),
    ("cosh", [1000.0], inf), ("cosh", [-1000.0], inf), ("tanh", [1000.0], 1.0), ("tanh", [-inf], -1.0),
    ("asinh", [inf], inf), ("acosh", [inf], inf), ("acosh", [HUGE], math.log(HUGE) + math.log(2)),
    ("atan", [inf], math.pi / 2), ("atan", [-inf], -math.pi / 2), ("atan2", [0.0, 0.0], 0.0),
    ("atan2", [1.0, -inf], math.pi), ("erf", [inf], 1.0), ("erfc", [-inf], 2.0), ("erfc", [40.0], 0.0),
    ("sigmoid", [1000.0], 1.0), ("sigmoid", [-1000.0], 0.0), ("sigmoid", [-700.0], math.exp(-700.0)),
    ("sigmoid", [inf], 1.0), ("sigmoid", [-inf], 0.0), ("softplus", [1000.0], 1000.0), ("softplus", [-1000.0], 0.0),
    ("softplus", [inf], inf), ("softplus", [-inf], 0.0), ("log_sigmoid", [1000.0], 0.0), ("log_sigmoid", [inf], 0.0),
    ("log_sigmoid", [-1000.0], -1000.0), ("log_sigmoid", [-inf], -inf), ("relu", [inf], inf), ("relu", [-inf], 0.0),
    ("leaky_relu", [-inf, 0.01], -inf), ("elu", [-1000.0, 2.0], -2.0), ("elu", [inf, 1.0], inf),
    ("gelu", [1e10], 1e10), ("gelu", [-1e10], 0.0), ("gelu", [inf], inf), ("gelu_tanh", [1e200], 1e200),
    ("gelu_tanh", [-1e200], 0.0), ("gelu_tanh", [-inf], 0.0), ("silu", [1000.0], 1000.0), ("silu", [-1000.0], 0.0),
    ("swish", [1000.0, 100.0], 1000.0), ("swish", [-1000.0, 100.0], 0.0),
    ("add", [HUGE, HUGE], inf), ("mul", [HUGE, -HUGE], -inf), ("div", [HUGE, 1e-10], inf), ("div", [1.0, inf], 0.0),
    ("pow", [1e200, 2.0], inf), ("pow", [1e200, 3.0], inf), ("pow", [-1e200, 3.0], -inf), ("pow", [-1e200, 4.0], inf),
    ("pow", [10.0, 400.0], inf), ("pow", [10.0, -400.0], 0.0), ("pow", [1e-200, -2.0], inf), ("pow", [2.0, inf], inf),
    ("pow", [-2.0, 1e300], inf), ("pow", [0.0, 0.0], 1.0), ("pow", [inf, 0.0], 1.0), ("pow", [1.0, inf], 1.0),
    ("sum", [HUGE, HUGE], inf), ("sum", [HUGE, HUGE, -HUGE], HUGE), ("sum", [HUGE, HUGE, -HUGE, -HUGE, 1.0], 1.0),
    ("sum", [-HUGE, -HUGE], -inf), ("sum", [inf, 1.0], inf), ("sum", [inf, HUGE, HUGE], inf), ("mean", [inf, 1.0], inf),
    ("prod", [1e200, 1e200], inf), ("prod", [inf, -2.0], -inf), ("max", [-inf, 3.0], 3.0), ("min", [-inf, inf], -inf),
    ("norm", [1e200, 1e200], math.sqrt(2) * 1e200), ("norm", [1e-200, 1e-200], math.sqrt(2) * 1e-200),
    ("norm", [HUGE, HUGE], inf), ("norm", [-inf, 3.0], inf), ("logsumexp", [1000.0, 1000.0], 1000.0 + math.log(2)),
    ("logsumexp", [-1000.0, -1000.0], -1000.0 + math.log(2)), ("logsumexp", [-inf, 3.0], 3.0),
    ("dot", [HUGE, 1.0, 2.0, 1.0], inf), ("affine", [1e200, 1e200, 1.0], inf), ("clamp", [inf, -1.0, 1.0], 1.0),
]  # fmt: skip


@pytest.mark.parametrize(("name", "inputs", "wanted"), SPECIAL)
def test_large_numbers_give_the_ieee_result(name: str, inputs: list[float], wanted: float) -> None:
    row = OPERATIONS[name]
    assert apply(row, inputs) == pytest.approx(wanted, rel=1e-15, abs=0)
    node = apply(row, [Value(number) for number in inputs])
    assert node.data == pytest.approx(wanted, rel=1e-15, abs=0)
    assert node.forward() == node.data


@pytest.mark.parametrize(
    ("name", "inputs"),
    [("add", [inf, -inf]), ("sub", [inf, inf]), ("mul", [0.0, inf]), ("div", [inf, inf]), ("sin", [inf]),
     ("cos", [-inf]), ("tan", [inf]), ("sum", [inf, -inf, 1.0]), ("mean", [inf, -inf]), ("prod", [0.0, inf]),
     ("dot", [inf, 0.0]), ("affine", [1.0, inf, -inf]), ("silu", [-inf]), ("swish", [inf, -1.0])],
)  # fmt: skip
def test_what_is_not_a_number_raises_where_it_arises(name: str, inputs: list[float]) -> None:
    for arguments in (inputs, [Value(number) for number in inputs]):
        asked = rf" {re.escape(OPERATIONS[name].symbol)} " if OPERATIONS[name].symbol else f"^{name} of "
        with pytest.raises(DomainError, match=rf"(?=.*{asked}).*inf.* is not a number \(nan\)"):
            apply(OPERATIONS[name], arguments)
    first = Value(inputs[0], "culprit")
    with pytest.raises(DomainError) as error:
        apply(OPERATIONS[name], [first, *inputs[1:]])
    assert OPERATIONS[name].variadic or "'culprit'" in str(error.value)


@pytest.mark.parametrize(
    "name", ["sigmoid", "softplus", "log_sigmoid", "silu", "gelu", "gelu_tanh", "tanh", "elu", "erf", "mish", "softsign",
             "tanhshrink"],
)  # fmt: skip
@pytest.mark.parametrize("number", [-1e308, -1e155, -1000.0, -750.0, -40.0, 40.0, 750.0, 1000.0, 1e155, 1e308])
def test_activations_and_their_slopes_stay_right_far_out(name: str, number: float) -> None:
    row = OPERATIONS[name]
    inputs = [number] if len(row.operands) == 1 else [number, 1.0]
    with digits(400):
        mp_inputs = list(map(mp.mpf, inputs))
        if abs(number) < 1e100:
            value = reference(row)(*mp_inputs)
            slope = mp.diff(lambda a: reference(row)(a, *mp_inputs[1:]), mp_inputs[0])
        else:  # mpmath cannot hold e^(1e308) either: the asymptotes
            at = {"sigmoid": (0, 1), "tanh": (-1, 1), "erf": (-1, 1), "elu": (-1, number), "log_sigmoid": (number, 0)}
            at |= {"softsign": (-1, 1), "tanhshrink": (number, number)}
            value = at.get(name, (0, number))[number > 0]
            linear = {"log_sigmoid": (1, 0), "tanh": (0, 0), "erf": (0, 0), "sigmoid": (0, 0)}
            linear |= {"softsign": (0, 0), "tanhshrink": (1, 1)}
            slope = linear.get(name, (0, 1))[number > 0]
        wanted, wanted_slope = float(value), float(slope)
    x = Value(number)
    y = apply(row, [x, *inputs[1:]])
    y.backward()
    assert y.data == pytest.approx(wanted, rel=1e-13, abs=1e-16)
    assert x.grad == pytest.approx(wanted_slope, rel=1e-13, abs=1e-15)


@pytest.mark.parametrize(
    ("function", "number", "wanted"),
    [(autograd.expm1, 1e-12, "expm1"), (autograd.log1p, -1e-12, "log1p"), (autograd.sigmoid, -700.0, "sigmoid"),
     (autograd.softplus, -700.0, "softplus"), (autograd.log_sigmoid, 700.0, "log_sigmoid"), (autograd.erfc, 25.0, "erfc"),
     (autograd.gelu, -25.0, "gelu"), (autograd.elu, -1e-12, "elu"), (autograd.silu, -700.0, "silu"),
     (autograd.mish, -700.0, "mish"), (autograd.logit, 0.5 + 1e-12, "logit"), (autograd.logit, 1e-300, "logit"),
     (autograd.selu, -1e-12, "selu"), (autograd.log2, 1 + 1e-12, "log2"), (autograd.log10, 1 - 1e-12, "log10"),
     (autograd.hardswish, -3 + 1e-12, "hardswish"), (autograd.hardsigmoid, -3 + 1e-12, "hardsigmoid")],
)  # fmt: skip
def test_small_results_keep_all_their_digits(function: Any, number: float, wanted: str) -> None:
    with digits(400):
        exact = reference(OPERATIONS[wanted])(*([mp.mpf(number)] + [mp.mpf(1)] * (wanted == "elu")))
        assert abs(function(number) / exact - 1) < 1e-12


@pytest.mark.parametrize("a", [-25.0, -10.0, 0.5, 10.0, 25.0])
def test_small_slopes_of_swish_keep_all_their_digits(a: float) -> None:
    with digits(400):
        exact = mp.mpf(a) ** 2 / (1 + mp.exp(mp.mpf(-2.25) * a)) / (1 + mp.exp(mp.mpf(2.25) * a))
        assert abs(autograd.edge_partials(autograd.swish(Value(a), Value(2.25)))[1] / exact - 1) < 1e-12
    assert autograd.edge_partials(autograd.swish(Value(a * 1e200), Value(2.25)))[1] == 0.0


UNITS = {"logit": 2, "log2": 1.5, "log10": 2.5, "exp2": 1, "softsign": 2.5, "selu": 3, "hardsigmoid": 2, "hardswish": 3,
         "xlogy": 2, "mish": 5}  # fmt: skip
"""Largest error of a value in units of 2⁻⁵², where numbers are normal."""


@pytest.mark.parametrize("name", UNITS)
@given(data=st.data())
def test_values_are_right_to_their_last_digits(name: str, data: Any) -> None:
    unit = st.floats(1e-300, 1 - 1e-16) | st.floats(-1e-3, 1e-3).map(lambda offset: 0.5 + offset)
    positive = st.floats(1e-300, 1e300) | st.floats(0.99, 1.01)
    wide = st.floats(-700, 1000) | st.floats(-4, 4)
    inputs = [data.draw({"logit": unit, "log2": positive, "log10": positive}.get(name, wide))]
    inputs += [data.draw(positive)] if name == "xlogy" else []
    with digits(400):
        wanted = reference(OPERATIONS[name])(*map(mp.mpf, inputs))
        if 1e-300 < abs(wanted) < 1e300:
            assert abs(apply(OPERATIONS[name], inputs) / wanted - 1) < UNITS[name] * 2.0**-52


@given(st.lists(st.floats(-HUGE, HUGE), min_size=1, max_size=8))
def test_a_sum_is_rounded_once_and_does_not_depend_on_the_order(numbers: list[float]) -> None:
    with digits(700):
        total = mp.fsum(map(mp.mpf, numbers))
        wanted = float(total) if abs(total) < 1.7976931348623157e308 else float(mp.sign(total)) * inf
    assert autograd.sum(numbers) == autograd.sum(sorted(numbers)) == autograd.sum([Value(n) for n in numbers]).data
    assert autograd.sum(numbers) == wanted


@pytest.mark.parametrize(
    ("base", "exponent", "wanted"),
    [(2, 1025, math.inf), (-2, 1025, -math.inf), (-2, 1026, math.inf),
     (0.5, -1025, math.inf), (-0.5, -1025, -math.inf), (-0.5, -1026, math.inf)],
)  # fmt: skip
def test_powers_that_overflow_have_the_sign_of_the_power(base: float, exponent: float, wanted: float) -> None:
    assert (Value(base) ** exponent).data == wanted


def test_gradients_overflow_to_inf_too() -> None:
    a, b = Value(1e200), Value(1.0)
    (a * a * a + b.exp().exp().exp().exp()).backward()
    assert (a.grad, b.grad) == (inf, inf)
    x = Value(-1e200)
    (x**3).backward()
    assert x.grad == inf
    y = Value(1e-200)
    (1 / y).backward()
    assert y.grad == -inf


def test_large_finite_gradients_of_many_leaves_pass() -> None:
    leaves = [Value(1.0) for _ in range(4)]
    autograd.sum([leaf * HUGE for leaf in leaves]).backward()
    assert [leaf.grad for leaf in leaves] == [HUGE] * 4


def steep(v: Any) -> Any:
    """Its slope overflows to inf on the way down, and meets relu's slope 0 there."""
    return (v.relu() * HUGE) * HUGE


@pytest.mark.parametrize("seed", [1.0, -2.0])
def test_an_infinite_upstream_gradient_on_a_zero_partial_raises(seed: float) -> None:
    x = Value(-1.0, "x")
    with pytest.raises(DomainError, match=r"the gradient of .* is not a number: .* of relu; numbers have overflowed"):
        steep(x).backward(seed)
    assert not x.has_grad


def test_grad_raises_there_as_backward_does() -> None:
    with pytest.raises(DomainError, match="not a number"):
        autograd.grad(steep)(-1.0)


def test_infinite_contributions_of_both_signs_raise() -> None:
    def torn(v: Any) -> Any:
        return v * HUGE * HUGE + v * -HUGE * HUGE

    x = Value(0.0)
    with pytest.raises(DomainError, match="infinite contributions of both signs"):
        torn(x).backward()
    assert not x.has_grad
    with pytest.raises(DomainError, match="not a number"):
        autograd.grad(torn)(0.0)


def test_an_infinite_gradient_alone_is_no_error() -> None:
    x, y = Value(0.0), Value(0.0)
    (x * HUGE * HUGE + y * -HUGE * HUGE).backward()
    assert (x.grad, y.grad) == (inf, -inf)


@pytest.mark.parametrize("power", [lambda v: v * v, lambda v: v**2, lambda v: 1 * v, lambda v: v**1.5 / 1])
@pytest.mark.parametrize("number", [0.0, 1.0])
def test_a_number_in_the_expression_does_not_spoil_an_infinite_gradient(power: Any, number: float) -> None:
    x = Value(number)
    with_inf_upstream = (power(x + 1) - 1) * HUGE * HUGE
    with_inf_upstream.backward()
    assert x.grad == inf


def test_infinities_of_both_signs_from_two_passes_raise_and_keep_the_first() -> None:
    x = Value(0.0)
    (x * HUGE * HUGE).backward()
    with pytest.raises(DomainError, match="infinite contributions of both signs"):
        (x * HUGE * -HUGE).backward()
    assert x.grad == inf


def test_the_error_names_the_overflow_and_not_an_innocent_node() -> None:
    x, zero = Value(-1.0, "x"), Value(0.0)
    with pytest.raises(DomainError, match=r"is not a number: the upstream gradient inf meets the partial 0\.0 of relu"):
        autograd.sum([zero.sqrt() * 0.0, 2.0 * steep(x), zero.sqrt() * 0.0]).backward()


@pytest.mark.parametrize(
    ("numbers", "wanted"),
    [
        ([1.7e308, 1.7e308], math.inf),
        ([-1.7e308, -1.7e308, -1.7e308], -math.inf),
        ([1.7e308, 1.7e308, -1.7e308], 1.7e308),
        ([1.7e308, 1.7e308, -math.inf], -math.inf),
        ([-1.7e308, -1.7e308, math.inf], math.inf),
        ([1.7e308, 1.7e308, math.inf, math.inf], math.inf),
        ([1.7e308, 1.7e308, math.inf, -math.inf], None),
    ],
)
def test_sums_that_overflow_on_the_way_are_right_in_any_order(numbers: list[float], wanted: float | None) -> None:
    for order in itertools.permutations(numbers):
        for attempt in (autograd.sum, lambda given: autograd.dot([1.0] * len(given), given)):
            if wanted is None:
                with pytest.raises(DomainError, match="is not a number"):
                    attempt([Value(number) for number in order])
            else:
                assert attempt([Value(number) for number in order]).data == wanted
