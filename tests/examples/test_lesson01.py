"""Lesson 1: both differences have the errors that Taylor's theorem gives them, until rounding takes over."""

import mpmath
import pytest

from examples import lesson01_slope_by_nudging as lesson
from tests.examples.lesson_form import given, solutions

EXACT = float(mpmath.diff(mpmath.tanh, mpmath.mpf("0.5")))


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return given(lesson, tmp_path_factory.mktemp("lesson01")).figures


def test_the_errors_have_the_orders_of_taylors_theorem(figures: dict[str, float]) -> None:
    assert figures["order_one_sided"] == pytest.approx(1, abs=0.02)
    assert figures["order_two_sided"] == pytest.approx(2, abs=0.02)


def test_rounding_takes_over_where_the_formula_says(figures: dict[str, float]) -> None:
    for sides in ("one", "two"):
        best, predicted = (figures[f"{word}_h_{sides}_sided"] for word in ("best", "predicted"))
        assert predicted / 16 < best < predicted * 16
    assert figures["best_h_one_sided"] < figures["best_h_two_sided"] / 10


def test_the_predicted_step_is_that_of_the_formula_in_high_precision(figures: dict[str, float]) -> None:
    f, second, third = (abs(mpmath.diff(mpmath.tanh, 0.5, n)) for n in (0, 2, 3))
    assert figures["predicted_h_one_sided"] == pytest.approx(float(2 * mpmath.sqrt(2**-53 * f / second)))
    assert figures["predicted_h_two_sided"] == pytest.approx(float(mpmath.cbrt(3 * 2**-53 * f / third)))


def test_the_lectures_step_gives_seven_digits_and_no_more(figures: dict[str, float]) -> None:
    slope = (mpmath.tanh(0.5 + mpmath.mpf("1e-3")) - mpmath.tanh(0.5 - mpmath.mpf("1e-3"))) / mpmath.mpf("2e-3")
    assert figures["error_of_the_lectures_check"] == pytest.approx(abs(float(slope) - EXACT), rel=1e-3)
    assert 1e-8 < figures["error_of_the_lectures_check"] < 1e-6


def test_richardsons_combination_has_order_four() -> None:
    assert solutions(lesson).solution_1() == pytest.approx(4, abs=0.1)


def test_the_complex_step_has_no_rounding_error_to_speak_of() -> None:
    assert solutions(lesson).solution_2() < 1e-15
