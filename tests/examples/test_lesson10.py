"""Lesson 10: the ways down are those of the formulas, L2 moves the lowest point as it should, small starts stall."""

import math
from typing import Any

import pytest

from examples import lesson10_optimisers as lesson
from tests.examples.lesson_form import given, solutions

numpy: Any = pytest.importorskip("numpy")
pytest.importorskip("scipy")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    done = given(lesson, tmp_path_factory.mktemp("lesson10"))
    assert [path.name for path in done.files] == ["lesson10_paths.png", "lesson10_starts.png"]
    return done.figures


def design() -> Any:
    return numpy.column_stack([lesson.XS, numpy.ones(lesson.SAMPLES)])


def hessian() -> Any:
    return 2 * design().T @ design() / lesson.SAMPLES


def test_full_batch_descent_is_the_power_of_a_matrix(figures: dict[str, float]) -> None:
    lowest = numpy.linalg.lstsq(design(), numpy.array(lesson.YS), rcond=None)[0]
    shrink = numpy.linalg.matrix_power(numpy.eye(2) - 0.2 * hessian(), lesson.PASSES)
    expected = lowest + shrink @ (numpy.array(lesson.START) - lowest)
    assert [figures["full_batch_w"], figures["full_batch_b"]] == pytest.approx(expected.tolist(), rel=1e-9)


def test_smaller_batches_and_better_steps_need_fewer_passes(figures: dict[str, float]) -> None:
    full = figures["full_batch_passes"]
    assert figures["sgd_passes"] < figures["mini_batch_passes"] < full
    assert figures["momentum_passes"] < full / 2
    assert figures["lbfgs_distance_left"] < 1e-9
    assert 1e-3 < figures["sgd_distance_left"] < 0.3  # a constant rate keeps it moving around the lowest point


def test_l2_moves_the_lowest_point_to_that_of_ridge_regression(figures: dict[str, float]) -> None:
    penalty = numpy.diag([1.0, 0.0])  # of (λ/2) w² with λ = 1; b is not penalised
    expected = numpy.linalg.solve(hessian() + penalty, 2 * design().T @ numpy.array(lesson.YS) / lesson.SAMPLES)
    assert figures["l2_w_at_1"] == pytest.approx(float(expected[0]))
    assert figures["l2_largest_distance"] < 1e-6


def test_a_small_start_stalls_and_the_others_learn(figures: dict[str, float]) -> None:
    assert figures["small_start_loss"] == pytest.approx(math.log(2), abs=1e-3)
    assert figures["xavier_loss"] < 0.3
    assert figures["he_loss"] < 0.3
    assert figures["small_start_factor"] == pytest.approx(0.01 * math.sqrt(16), rel=0.25)
    assert 0.05 < figures["xavier_first_to_last"] < 20
    assert 0.05 < figures["he_first_to_last"] < 20


def test_the_largest_learning_rate_is_two_over_the_largest_curvature() -> None:
    limit = solutions(lesson).solution_1()
    assert limit == pytest.approx(2 / float(numpy.linalg.eigvalsh(hessian())[-1]))
    for rate, diverges in ((0.98 * limit, False), (1.02 * limit, True)):
        way = lesson.descend(lambda line, rate=rate: lesson.SGD(line.parameters(), lr=rate), lesson.SAMPLES, 200)  # type: ignore[misc]
        assert (math.dist(way[-1], lesson.lowest()) > math.dist(way[0], lesson.lowest())) == diverges


def test_centring_the_inputs_makes_the_hill_round() -> None:
    assert solutions(lesson).solution_2() <= 3
