"""Outside its domain an operation raises at once; where only a derivative is missing, it raises when that is asked for."""

import inspect
import itertools
import math
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import autograd
from autograd import OPERATIONS, DivisionByZeroError, DomainError, Operation, Value, edge_partials
from autograd.rows.evaluate import careful_floats
from tests.autograd.points import REFERENCES, SCALARS, apply, digits, mp, reference
from tests.autograd.processes import ENVIRONMENT

LIMITED = [row for row in OPERATIONS.values() if row.domain is not None]
limited = pytest.mark.parametrize("operation", LIMITED, ids=[row.name for row in LIMITED])


def test_the_rows_with_a_domain_include_the_ones_of_calculus() -> None:
    wanted = {"div", "mod", "pow", "log", "log2", "log10", "log1p", "logit", "xlogy", "sqrt", "asin", "acos", "acosh",
              "atanh", "celu", "clamp", "hardtanh"}  # fmt: skip
    assert wanted <= {row.name for row in LIMITED}


BY_DECLARATION: dict[str, Callable[..., bool]] = {
    "clamp": lambda a, lo, hi: lo <= hi,
    "hardtanh": lambda a, lo, hi: lo < hi,
    "celu": lambda a, alpha: alpha > 0,
}
"""Domains that are not where the formula has a value, but where the operation makes sense."""


def exists(operation: Operation, inputs: Sequence[float]) -> bool:
    """Whether mpmath finds a finite real number there."""
    if operation.name in BY_DECLARATION:
        return BY_DECLARATION[operation.name](*inputs)
    if operation.name not in REFERENCES and operation.domain is not None:
        return bool(careful_floats().formula(operation, operation.domain, inputs, None))
    with digits():
        try:
            found = reference(operation)(*map(mp.mpf, inputs))
        except (ZeroDivisionError, ValueError):
            return False
        return bool(mp.isfinite(found) and mp.im(found) == 0)


@limited
@given(data=st.data())
def test_an_operation_raises_exactly_where_mpmath_finds_no_real_number(operation: Operation, data: Any) -> None:
    inputs = data.draw(st.lists(SCALARS, min_size=len(operation.operands), max_size=len(operation.operands)))
    if exists(operation, inputs):
        assert math.isfinite(apply(operation, inputs))
        return
    for arguments in (inputs, [Value(number) for number in inputs]):
        with pytest.raises(DomainError) as error:
            apply(operation, arguments)
        said = str(error.value).replace("(", "").replace(")", "")
        sign = f" {operation.symbol} " if operation.symbol else ", "
        assert said.startswith(("" if operation.symbol else f"{operation.name} of ") + sign.join(map(repr, inputs)))


@pytest.mark.parametrize(
    ("compute", "message"),
    [
        (lambda v: v.log(), "log of -1.0 at 'loss'; it needs 'loss' > 0"),
        (lambda v: autograd.log(v), "log of -1.0 at 'loss'; it needs 'loss' > 0"),
        (lambda v: v.sqrt(), "sqrt of -1.0 at 'loss'; it needs 'loss' >= 0"),
        (lambda v: v.log1p(), "log1p of -1.0 at 'loss'; it needs 'loss' > -1"),
        (lambda v: (v * 2).asin(), "asin of -2.0; it needs the operand >= -1 and the operand <= 1"),
        (lambda v: v.acosh(), "acosh of -1.0 at 'loss'; it needs 'loss' >= 1"),
        (lambda v: v.atanh(), "atanh of -1.0 at 'loss'; it needs 'loss' > -1 and 'loss' < 1"),
        (lambda v: v**0.5, "'loss' ** 0.5 with 'loss' = -1.0: a negative number has powers to whole numbers only"),
        (lambda v: v ** Value(0.5, "p"), "'loss' ** 'p' with 'loss' = -1.0 and 'p' = 0.5: a negative number has"),
        (lambda v: (v + 1) ** v, "0.0 ** 'loss' with 'loss' = -1.0: 0 to a negative power is a division by zero"),
        (lambda v: autograd.xlogy(1.0, v), "xlogy of 1.0, -1.0 at 'loss'; it needs 'loss' > 0 or (operand 1 == 0 and"),
        (lambda v: v.clamp(2, 1), "clamp of -1.0, 2.0, 1.0 at 'loss'; it needs lo <= hi"),
        (lambda v: v / 0, "'loss' / 0.0: division by zero"),
        (lambda v: v / Value(0.0, "n"), "'loss' / 'n' with 'n' = 0.0: division by zero"),
    ],
)
def test_the_error_names_operation_number_and_label(compute: Any, message: str) -> None:
    with pytest.raises(DomainError, match="^" + re.escape(message)) as error:
        compute(Value(-1.0, "loss"))
    assert isinstance(error.value, ValueError)


def test_a_forward_pass_that_leaves_a_domain_names_the_operation_number_and_label() -> None:
    x = Value(1.0, "loss")
    y = x.log() * 2
    x.data = -1.0
    with pytest.raises(DomainError, match=r"^log of -1\.0 at 'loss'"):
        y.forward()


@pytest.mark.parametrize(
    "compute",
    [lambda v: 1 / v, lambda v: v / v, lambda v: v**-1, lambda v: 0.0 / v, lambda v: v ** Value(-0.5), lambda v: 0**(v - 1)],
)  # fmt: skip
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_a_division_by_zero_is_pythons_too(compute: Any, zero: float) -> None:
    with pytest.raises(DivisionByZeroError) as error:
        compute(Value(zero))
    assert isinstance(error.value, ZeroDivisionError)
    assert isinstance(error.value, DomainError)


MISSING: list[tuple[Any, float, str]] = [
    (lambda v: v.sqrt(), 0.0, "sqrt"),
    (lambda v: v**0.5, 0.0, "pow"),
    (lambda v: (-2.0) ** v, 2.0, "pow"),
    (lambda v: Value(-2.0) ** v, 3.0, "pow"),
    (lambda v: v ** (v + 0.5), 0.0, "pow"),
    (lambda v: 0.0**v, 0.0, "pow"),
    (lambda v: v.asin(), 1.0, "asin"),
    (lambda v: v.asin(), -1.0, "asin"),
    (lambda v: v.acos(), 1.0, "acos"),
    (lambda v: v.acos(), -1.0, "acos"),
    (lambda v: v.acosh(), 1.0, "acosh"),
    (lambda v: autograd.atan2(v, Value(0.0)), 0.0, "atan2"),
    (lambda v: autograd.atan2(0, v), 0.0, "atan2"),
    (lambda v: autograd.xlogy(v, 0), 0.0, "xlogy"),
]
missing = pytest.mark.parametrize(("compute", "at", "op"), MISSING)


SMOOTH = [row for row in OPERATIONS.values() if any(row.smooth)]


@pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.name)
def test_where_a_row_says_that_a_partial_is_missing_backward_says_so(row: Operation) -> None:
    floats, found = careful_floats(), 0
    for inputs in itertools.product((0.0, 1.0, -1.0, 2.0, -0.5), repeat=len(row.scalars) + 2 * len(row.groups)):
        if row.domain is not None and not floats.formula(row, row.domain, inputs, None):
            continue
        y = apply(row, inputs)
        entries = row.split(range(len(inputs)))
        for entry, condition in zip(entries, row.smooth, strict=True):
            if condition is not None and not floats.formula(row, condition, inputs, y):
                place = entry[0] if isinstance(entry, list) else entry
                arguments = [Value(number) if place == index else number for index, number in enumerate(inputs)]
                with pytest.raises(DomainError, match=f"^the derivative of {row.name} does not exist at "):
                    apply(row, arguments).backward()
                found += 1
    if not found:
        pytest.skip(f"no simple point is in the domain of {row.name} and outside its smooth condition")
    assert found


@missing
def test_a_missing_derivative_raises_only_when_it_is_asked_for(compute: Any, at: float, op: str) -> None:
    x = Value(at, "loss input")
    line = inspect.getsourcelines(compute)[1]
    y = compute(x)
    y.label = "root"
    y.forward()
    for ask in (y.backward, lambda: edge_partials(y), lambda: autograd.grad(compute)(at)):
        with pytest.raises(DomainError, match=f"^the derivative of {op} does not exist at ") as error:
            ask()
        text = str(error.value)
        assert repr(y.inputs[0].data) in text
        assert f"{__file__}:{line}" in text
    with pytest.raises(DomainError, match=r"'loss input'.*'root'"):
        y.backward()
    assert not x.has_grad


@missing
def test_a_zero_upstream_gradient_asks_for_no_derivative(compute: Any, at: float, op: str) -> None:
    x = Value(at)
    (compute(x) * 0.0 + 3 * x).backward()
    assert x.grad == 3.0
    chosen = autograd.where(x > 100, compute(x), x * 5)
    chosen.backward()
    assert x.grad == 8.0
    compute(x).backward(0.0)
    assert x.grad == 8.0
    assert autograd.grad(lambda v: autograd.where(v > 100, compute(v), v * 5))(at) == 5.0


def test_a_zero_upstream_gradient_asks_for_no_derivative_in_higher_orders_either() -> None:
    assert autograd.hessian(lambda v: v.sqrt() * 0.0 + 3 * v * v)(0.0) == 6.0
    assert autograd.grad(autograd.grad(lambda v: autograd.where(v > 1, v.sqrt(), v**3)))(0.0) == 0.0


def test_a_number_as_operand_wants_no_derivative() -> None:
    x = Value(-2.0)
    (x**2 + x**3.0).backward()
    assert x.grad == -4.0 + 12.0
    zero = Value(0.0)
    (zero**2 + zero**1 + zero**0).backward()
    assert zero.grad == 1.0
    exponent = Value(2.0)
    (0.0**exponent).backward()
    assert exponent.grad == 0.0


@pytest.mark.parametrize("row", SMOOTH, ids=lambda row: row.name)
@given(data=st.data())
def test_where_a_row_names_its_derivative_it_is_finite(row: Operation, data: Any) -> None:
    inputs = data.draw(st.lists(SCALARS, min_size=len(row.operands), max_size=len(row.operands)))
    floats = careful_floats()
    assume(row.domain is None or floats.formula(row, row.domain, inputs, None))
    y = apply(row, inputs)
    for index, condition in enumerate(row.smooth):
        if condition is None or floats.formula(row, condition, inputs, y):
            assert math.isfinite(floats.partial(row, inputs, y, index))


def test_the_first_use_of_an_operation_in_a_process_knows_its_place_too(tmp_path: Path) -> None:
    script = tmp_path / "first.py"
    script.write_text(
        "from autograd import Value, acosh, sqrt\n"
        "for compute, at in ((sqrt, 0.0), (acosh, 1.0), (lambda v: v ** 0.5, 0.0)):\n"
        "    try:\n"
        "        compute(Value(at)).backward()\n"
        "    except ValueError as error:\n"
        "        print(error)\n"
    )
    done = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True, env=ENVIRONMENT)
    lines = done.stdout.splitlines()
    assert [line.rpartition("made at ")[2] for line in lines] == [f"{script}:4", f"{script}:4", f"{script}:2"]
