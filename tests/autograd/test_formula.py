"""The formula language: what it accepts, what it refuses, and the Python that it becomes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import FormulaError, Operation
from autograd.rows.evaluate import careful_floats
from autograd.rows.formula import Formula, Style

FLOATS = Style(inline=True)
ARRAYS = Style(lazy=False)


def floats(text: str, **names: float) -> float:
    """A formula's value on floats."""
    row = Operation("f", ", ".join(names), "1", ("1",) * len(names))
    return float(careful_floats().formula(row, row.formula(text), [*names.values()], 0.0))


NUMBERS = st.floats(0.1, 4.0)


@given(a=NUMBERS, b=NUMBERS)
def test_arithmetic_has_pythons_precedence(a: float, b: float) -> None:
    assert floats("a + b * a - b / a", a=a, b=b) == a + b * a - b / a
    assert floats("-a ** 2", a=a) == -(a * a)
    assert floats("(a - b) - (b - a)", a=a, b=b) == (a - b) - (b - a)
    assert floats("a - (b - a) / (a / b)", a=a, b=b) == a - (b - a) / (a / b)
    assert floats("a ** b ** 2", a=a, b=b) == a ** (b * b)
    assert floats("(a ** b) ** 0.5", a=a, b=b) == (a**b) ** 0.5
    assert floats("a % b", a=a, b=b) == a % b
    assert floats("-(-a) + (-b)", a=a, b=b) == a - b
    assert floats("2 * pi * a", a=a) == 2 * math.pi * a
    assert floats("sqrt(2 / pi) * a / 2 ** 0.5", a=a) == pytest.approx(math.sqrt(2 / math.pi) * a / 2**0.5, rel=1e-15)


@given(a=NUMBERS, b=NUMBERS)
def test_where_takes_the_branch_of_its_condition_only(a: float, b: float) -> None:
    assert floats("where(a > b, a, b)", a=a, b=b) == max(a, b)
    assert floats("where(a > b and a > 1 or b > 3, 1, 0)", a=a, b=b) == (1 if (a > b and a > 1) or b > 3 else 0)
    assert floats("where(a > 0, a, 1 / (a - a))", a=a) == a


@pytest.mark.parametrize(("sign", "wanted"), [("<", [1, 0, 0]), ("<=", [1, 1, 0]), (">", [0, 0, 1]), (">=", [0, 1, 1]),
                                              ("==", [0, 1, 0]), ("!=", [1, 0, 1])])  # fmt: skip
def test_every_comparison_means_what_it_says(sign: str, wanted: list[float]) -> None:
    assert [floats(f"where(a {sign} 2, 1, 0)", a=a) for a in (1.0, 2.0, 3.0)] == wanted


@pytest.mark.parametrize(
    "text",
    ["", "a b", "a +", "a if a > 0 else 1", "[a]", "a.b", "a[0]", "f'{a}'", "not a", "~a", "+a", "a @ a", "a // 2", "a << 1",
     "lambda: a", "a := 1", "exp(*a)", "(yield)", "1j", "None", "where(a < a < 1, 1, 0)", "where(a in a, 1, 0)", "exp(a)(a)"],
)  # fmt: skip
def test_what_is_outside_the_language_is_refused(text: str) -> None:
    with pytest.raises(FormulaError):
        Formula(text, ["a"])


def test_a_formula_knows_what_it_reads_and_calls() -> None:
    formula = Formula("where(a > 0, sum(w * x), exp(b)) + prod(others(w))", ["a", "b"], ["w", "x"])
    assert formula.names() == {"a", "b", "w", "x"}
    assert formula.functions == {"where", "sum", "exp", "prod", "others"}
    assert repr(formula) == "Formula('where(a > 0, sum(w * x), exp(b)) + prod(others(w))')"
    assert Formula("w + sum(x)", [], ["w", "x"]).elementwise == {"w"}


def test_the_python_of_a_formula() -> None:
    assert Formula("where(a > 0, a ** 2, 0)", ["a"]).python(FLOATS) == ([], "a * a if a > 0.0 else 0.0")
    assert Formula("a > 0 and a < 1", ["a"], condition=True).python(ARRAYS)[1].startswith("both(gt(a, ")
    statements, expression = Formula("sum(w * x) / sum(w * x)", [], ["w", "x"]).python(ARRAYS)
    assert len(statements) == 1  # a reduction used twice is computed once
    [name] = {part.strip(" ()") for part in expression.split("/")}
    assert statements[0].startswith(f"{name} = sum_(")
    assert Formula("a * pi", ["a"]).python(FLOATS) == ([], f"a * {math.pi!r}")
    assert Formula("a * pi", ["a"]).python(ARRAYS) == ([], "a * pi")


def test_numbers_that_overflow_are_left_to_run_time() -> None:
    assert floats("a / exp(1000)", a=1.0) == 0.0
    assert floats("a * 10 ** 400", a=1.0) == math.inf


def test_constants_are_computed_once_when_the_code_is_made() -> None:
    assert Formula("sqrt(2 / pi) * a", ["a"]).python(FLOATS) == ([], f"{math.sqrt(2 / math.pi)!r} * a")
    assert Formula("a * (2 * 3 - 1)", ["a"]).python(FLOATS) == ([], "a * 5.0")
    assert "10" in Formula("a * 10 ** 400", ["a"]).python(FLOATS)[1]  # too large: left as it is
    assert Formula("a * (1e308 * 10)", ["a"]).python(FLOATS) == ([], "a * (1e+308 * 10.0)")  # infinity has no numeral


def test_a_sum_of_products_needs_no_loop_in_python() -> None:
    def made(text: str, style: Style = FLOATS) -> list[str]:
        return Formula(text, ["a"], ["w", "x", "z"]).python(style)[0]

    assert made("sum(w * x)") == ["total = sum_(map(product, w_, x_))"]
    assert made("sum(w * x) + sum(w * x) + sum(z)") == ["total = sum_(map(product, w_, x_))", "total2 = sum_(z_)"]
    assert Formula("sum(w * x)", [], ["w", "x"]).python(FLOATS)[0] == ["total = sum_(map(product, w_, x_))"]
    assert made("sum(w * a) + sum(x * a)") == [
        "total = sum_([w * a for w in w_])", "total2 = sum_([x * a for x in x_])",
    ]  # fmt: skip
    assert made("sum(w * a)") == ["total = sum_([w * a for w in w_])"]
    assert made("sum(w + x)") == ["total = sum_([w + x for w, x in zip(w_, x_)])"]
    assert made("sum(w * x)", ARRAYS) != made("sum(w * x)")
    assert made("prod(others(w))") == ["products = products_of_others(w_)"]
    assert Formula("prod(others(w))", [], ["w"]).python(FLOATS)[1] == "products[i]"
    assert Formula("sum(others(w))", [], ["w"]).python(FLOATS) == ([], "sum_([*w_[:i], *w_[i + 1:]])")
    assert Formula("prod(others(w))", [], ["w"]).python(ARRAYS) == ([], "prod_([*w_[:i], *w_[i + 1:]])")


def test_names_of_generated_code_keep_clear_of_the_operands() -> None:
    formula = Formula("sum(total) * max(total) + i * prod(others(total))", ["i"], ["total"])
    statements, expression = formula.python(FLOATS)
    assert statements == ["total2 = sum_(total_)", "largest = max_(total_)", "products = products_of_others(total_)"]
    assert expression == "total2 * largest + i * products[i_]"


def test_a_formula_is_written_with_other_names_where_they_are_given() -> None:
    names = {"a": "self._data", "exp": "math.exp", "power": "math.pow"}
    assert Formula("exp(-a) ** 3 - a ** 2", ["a"]).python(FLOATS, names) == (
        [], "math.pow(math.exp(-self._data), 3.0) - self._data * self._data",
    )  # fmt: skip


@pytest.mark.parametrize(("text", "number"), [("1", 1.0), ("-1", -1.0), ("0", 0.0), ("2.5", 2.5), ("a", None), ("1 / 2", None)])
def test_a_formula_knows_whether_it_is_a_number(text: str, number: float | None) -> None:
    assert Formula(text, ["a"]).number == number
