"""Lesson 17: the engine gains points with each step, the first idea's mistakes are named, the solution is complete."""

import inspect
import math
from pathlib import Path

import pytest

from autograd.testing.grading import grade
from examples import lesson17_write_your_own as lesson
from examples.solutions import lesson17 as solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, float], Path]:
    out = tmp_path_factory.mktemp("lesson17")
    return lesson.main(out, quick=True), out


def test_each_step_gains_points_and_the_last_reaches_a_hundred(done: tuple[dict[str, float], Path]) -> None:
    points = [done[0][name] for name in [*lesson.STEPS, "finished"]]
    assert points == sorted({*points})
    assert points[-1] == 100
    assert done[0]["mistakes at the end"] == 0


def test_the_first_idea_has_the_mistakes_that_the_lesson_says(tmp_path: Path) -> None:
    # By hand: y = b + b * c, b = a * 2, c = 3: dy/da = 2 * (1 + 3) = 8.
    found = {}
    for name in ("backward, first idea", "+= instead of =", "topological order"):
        scope: dict[str, object] = {}
        exec(lesson.STEPS[name], scope)
        value = scope["Value"]
        assert inspect.isclass(value)
        a = value(1.0)
        b = a * 2
        (b + b * 3).backward()
        found[name] = a.grad
    assert found == {"backward, first idea": 2.0, "+= instead of =": 2.0, "topological order": 8.0}
    (tmp_path / "engine.py").write_text(lesson.STEPS["backward, first idea"], "utf-8")
    assert {mistake.kind for mistake in grade(tmp_path / "engine.py", examples=5).mistakes} == {"overwrite", "order"}


def test_the_picture_is_there(done: tuple[dict[str, float], Path]) -> None:
    [path] = done[1].iterdir()
    assert path.name == "lesson17_points.png"
    assert path.read_bytes().startswith(b"\x89PNG")


def test_a_set_costs_the_points_for_a_times_a_and_a_plus_a() -> None:
    assert solutions.solution_1() == 4  # (7 × 2 of 4 operations, rounded up)


def test_the_wrong_derivative_is_twice_the_right_one_there() -> None:
    y = math.tanh(solutions.solution_2())
    assert (1 - y) / (1 - y * y) == pytest.approx(2.0, rel=1e-12)


def test_the_solution_computes_what_pencil_and_paper_do() -> None:
    a, b = solutions.Value(3.0), solutions.Value(2.0)
    y = 1 / a + (a - b) ** 3 - 2 * (a * b).tanh()
    y.backward()
    slope = 2 * (1 - math.tanh(6.0) ** 2)
    assert a.grad == pytest.approx(-1 / 9 + 3 - slope * 2, rel=1e-12)
    assert b.grad == pytest.approx(-3 - slope * 3, rel=1e-12)
