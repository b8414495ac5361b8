"""Lesson 5: the rule is the gradient step, it ends within its bound, and XOR is beyond it but not beyond two neurons."""

import math

import numpy
import pytest

from autograd import affine
from examples import lesson05_perceptron as lesson
from examples._lesson import Performance
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson05"))


def test_it_ends_within_the_bound_with_every_point_on_its_side(done: Performance) -> None:
    assert done.figures["accuracy_separable"] == 1.0
    assert 5 <= done.figures["corrections"] <= done.figures["bound"]


def test_each_correction_is_the_rule_of_the_lectures() -> None:
    points, labels = lesson.separable_points(40)
    w, b, moments = lesson.learn(points, labels, epochs=100)
    by_hand = numpy.zeros(3)
    for _, _, x in moments[1:]:
        by_hand += labels[points.index(x)] * numpy.array([*x, 1.0])
    assert [p.data for p in (*w, b)] == pytest.approx(list(by_hand), abs=1e-12)


def test_the_bound_is_novikoffs_and_holds_for_other_points() -> None:
    for seed in range(8):
        points, labels = lesson.separable_points(30, seed)
        _, _, moments = lesson.learn(points, labels, epochs=1000)
        rows = numpy.column_stack([points, numpy.ones(30)])
        u = numpy.array(lesson.SEPARATOR) / numpy.linalg.norm(lesson.SEPARATOR)
        margin = (numpy.array(labels) * (rows @ u)).min()
        bound = (numpy.linalg.norm(rows, axis=1).max() / margin) ** 2
        assert lesson.most_corrections(points, labels) == pytest.approx(bound)
        assert len(moments) - 1 <= bound


def test_the_distance_is_that_to_the_nearest_point_of_the_boundary(done: Performance) -> None:
    points, labels = lesson.separable_points(40)
    w, b, _ = lesson.learn(points, labels, epochs=100)
    normal = numpy.array([p.data for p in w])
    start, along = -b.data * normal / (normal @ normal), numpy.array([-normal[1], normal[0]]) / math.hypot(*normal)
    line = [start + t * along for t in numpy.linspace(-4, 4, 80_001)]
    assert affine(w, list(line[17]), b).data == pytest.approx(0, abs=1e-12)
    nearest = min(numpy.linalg.norm(numpy.array(line) - x, axis=1).min() for x in points)
    assert done.figures["nearest_distance"] == pytest.approx(nearest, abs=1e-5)


def test_no_line_can_do_xor_but_two_neurons_or_one_feature_can(done: Performance) -> None:
    # every linear classifier of a fine grid of directions and offsets: at most three of four
    best = max(
        numpy.mean(numpy.sign(numpy.array(lesson.XOR) @ [math.cos(t), math.sin(t)] - c) == lesson.SIGNS)
        for t in numpy.linspace(0, 2 * math.pi, 181)
        for c in numpy.linspace(-1.5, 1.5, 61)
    )
    assert best == 0.75
    assert done.figures["accuracy_xor_perceptron"] <= best
    assert done.figures["accuracy_xor_hidden_layer"] == done.figures["accuracy_xor_feature"] == 1.0


def test_the_truth_table_is_printed(done: Performance) -> None:
    rows = [line.split() for line in done.text.partition("hidden layer\n")[2].splitlines()[:4]]
    assert rows == [["0", "0", "-1", "-1"], ["0", "1", "1", "1"], ["1", "0", "1", "1"], ["1", "1", "-1", "-1"]]


def test_three_films_and_a_picture(done: Performance) -> None:
    names = ["perceptron.gif", "xor_feature.png", "xor_hidden_layer.gif", "xor_perceptron.gif"]
    assert [path.name.removeprefix("lesson05_") for path in done.files] == names


def test_summed_over_all_points_the_loss_has_no_minimum() -> None:
    after_ten, after_hundred = solutions(lesson).solution_1()
    points, labels = lesson.separable_points(40)
    slope = numpy.array(labels) @ numpy.column_stack([points, numpy.ones(40)])
    assert after_ten == pytest.approx(-10 * 0.01 * (slope @ slope))
    assert after_hundred == pytest.approx(10 * after_ten)


def test_the_product_of_the_inputs_makes_xor_linear() -> None:
    assert solutions(lesson).solution_2() == 1.0
