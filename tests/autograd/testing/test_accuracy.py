"""The campaign of accuracy in its quick form: every row of the table at a few points over the whole range of floats."""

import math

import mpmath
import pytest

from autograd import OPERATIONS, Operation, register
from autograd.testing.__main__ import main
from autograd.testing.accuracy import ASKED, STATED, measure, relative_error, wide_points
from autograd.testing.reference import exact


@pytest.mark.parametrize("name", OPERATIONS)
def test_every_row_is_as_accurate_as_asked_or_says_why_not(name: str) -> None:
    for worst in measure(OPERATIONS[name], 2 if OPERATIONS[name].variadic else 5):
        assert worst.points
        assert worst.error <= ASKED or worst.stated, worst


def test_what_is_stated_is_stated_of_a_row_of_the_table() -> None:
    assert {name for name, _ in STATED} <= set(OPERATIONS)


@pytest.mark.parametrize(
    ("name", "point", "places", "wanted"),
    [
        ("tanh", (300.0,), (0,), lambda: mpmath.sech(300) ** 2),
        ("sigmoid", (700.0,), (0, 0), lambda: -mpmath.exp(-700) * (1 - 3 * mpmath.exp(-700))),
        ("norm", (3e186, -0.0137, 4e186), (1,), lambda: mpmath.mpf(-0.0137) / mpmath.hypot(3e186, 4e186)),
        ("mul", (1e-300, 1e300), (0, 1), lambda: mpmath.mpf(1)),
        ("sin", (1e300,), (0,), lambda: mpmath.cos(mpmath.mpf(1e300))),
        ("add", (1.0, 2.0), (0, 1), lambda: mpmath.mpf(0)),
    ],
)
def test_the_reference_is_right_where_differences_of_60_digits_are_not(name, point, places, wanted) -> None:  # type: ignore[no-untyped-def]
    with mpmath.workdps(700):
        expected = wanted()
        assert abs(exact(OPERATIONS[name], point, places) - expected) <= 1e-18 * abs(expected)


def test_an_error_is_relative_and_below_the_normal_floats_to_the_smallest_of_them() -> None:
    assert relative_error(1.1, mpmath.mpf(1)) == pytest.approx(0.1)
    assert relative_error(0.0, mpmath.mpf("1e-320")) == pytest.approx(4.5e-13, rel=0.1)
    assert relative_error(math.inf, mpmath.mpf("1e310")) == 0.0
    assert relative_error(math.inf, mpmath.mpf("1e300")) == relative_error(math.nan, mpmath.mpf(1)) == math.inf
    assert relative_error(-math.inf, mpmath.mpf("1e310")) == math.inf


def test_points_reach_both_ends_of_the_floats() -> None:
    sizes = [abs(point[0]) for point in wide_points(OPERATIONS["sin"], 100)]
    assert min(sizes) < 1e-250
    assert max(sizes) > 1e250


def test_a_row_that_is_wrong_far_out_is_found() -> None:
    wrong = register(Operation("cube_with_a_wrong_tail", "a", "a * a * a", ("where(abs(a) < 1e20, 3 * a * a, 3 * a)",)))
    try:
        found = measure(OPERATIONS["cube_with_a_wrong_tail"], 400)
        assert wrong(2.0) == 8.0
        assert [worst.error > ASKED for worst in found] == [False, True, True]
        assert not found[1].stated
        assert abs(found[1].point[0]) > 1e20
    finally:
        del OPERATIONS["cube_with_a_wrong_tail"]


def test_the_command_prints_a_line_an_operation_and_why_an_error_is_larger(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["accuracy", "exp", "tanh", "--points", "12"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines if not line.startswith(" ")] == ["exp", "tanh"]
    assert any("first, at" in line and "as in the lectures" in line for line in lines)
    with pytest.raises(SystemExit):
        main(["accuracy", "no_such_row"])
