"""Lesson 3: the gradients of the pass are those of calculus, and the animation has a frame for every step."""

from pathlib import Path

import pytest
import sympy

from autograd import Value
from examples import lesson03_backwards_edge_by_edge as lesson
from examples._lesson import Performance
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson03"))


def slope(formula: sympy.Expr, name: str) -> float:
    numbers = {"a": 2, "b": -3, "c": 10, "f": -2, "e": -6, "d": 4}
    return float(sympy.diff(formula, sympy.Symbol(name)).subs(numbers))


def test_every_gradient_is_that_of_calculus(done: Performance) -> None:
    a, b, c, d, e, f = sympy.symbols("a b c d e f")
    for name in "abcf":
        assert done.figures[f"grad_{name}"] == slope((a * b + c) * f, name)
    assert done.figures["grad_e"] == slope((e + c) * f, "e")
    assert done.figures["grad_d"] == slope(d * f, "d")


def test_the_six_lines_are_the_librarys_pass_to_the_bit(done: Performance) -> None:
    assert done.figures["difference_to_six_lines"] == 0
    assert done.figures["difference_to_nudging"] < 1e-12


def test_the_six_lines_add_up_over_all_paths() -> None:
    x = Value(3.0)
    y = x * x + x
    assert lesson.gradients(y * y)[x] == 2 * 12 * 7


def test_the_animation_has_a_frame_for_each_step_and_all_of_one_size(done: Performance) -> None:
    image = pytest.importorskip("PIL.Image")
    gif: Path = next(path for path in done.files if path.suffix == ".gif")
    with image.open(gif) as film:
        assert film.n_frames == 1 + 3 + 3  # the start, three nodes forwards, three backwards
        sizes = set()
        for frame in range(film.n_frames):
            film.seek(frame)
            sizes.add(film.size)
    assert len(sizes) == 1


def test_both_paths_from_a_count() -> None:
    a, b, c, f = sympy.symbols("a b c f")
    assert solutions(lesson).solution_1() == slope((a * b + c) * f * a, "a")


def test_a_step_against_the_gradient_lowers_the_loss() -> None:
    a, b, c, f = 2 - 0.06, -3 + 0.04, 10 + 0.02, -2 - 0.04
    assert solutions(lesson).solution_2() == pytest.approx((a * b + c) * f)
    assert solutions(lesson).solution_2() < -8
