"""Lesson 15: the convolution is the correlation that SciPy computes, and both networks know most digits they never saw."""

import numpy as np
import pytest
from scipy.signal import correlate2d

from examples import lesson15_digits as lesson
from examples._lesson import Performance
from nn import Conv2d, MaxPool2d, flatten, predict
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson15"))


def test_most_digits_that_were_held_out_are_known(done: Performance) -> None:
    # Chance is a tenth. With all 1,500 pictures, not in quick, the MLP reaches 96 % and the convolution 92 %.
    assert done.figures["accuracy_convolution"] >= 0.8
    assert done.figures["accuracy_mlp"] >= 0.85
    assert done.figures["held_out"] == 297


def test_the_convolution_has_fewer_parameters(done: Performance) -> None:
    assert done.figures["parameters_convolution"] == 8 * (9 + 1) + 10 * (72 + 1)
    assert done.figures["parameters_mlp"] == 32 * 65 + 10 * 33


def test_a_filter_slides_over_a_digit_as_in_scipy() -> None:
    (pictures, _), _ = lesson.digits()
    conv = Conv2d(1, 8, 3, seed=3)
    for k, plane in enumerate(predict(conv, [pictures[0]])[0]):
        weights = np.array(lesson.square(lesson.neuron_weights(conv, k)))
        expected = np.maximum(correlate2d(pictures[0], weights, mode="valid"), 0)
        np.testing.assert_allclose(plane, expected, atol=1e-12)
        pooled = predict(MaxPool2d(2), [[plane]])[0][0]
        np.testing.assert_array_equal(pooled, np.array(plane).reshape(3, 2, 3, 2).max(axis=(1, 3)))


def test_no_picture_is_both_learned_from_and_held_out() -> None:
    (pictures, labels), (unseen, answers) = lesson.digits()
    assert (len(pictures), len(unseen)) == (1500, 297)
    assert len(labels) == len(pictures)
    assert len(answers) == len(unseen)
    assert {tuple(flatten(p)) for p in pictures}.isdisjoint(tuple(flatten(p)) for p in unseen)
    assert set(answers) == set(range(10))


def test_the_pictures(done: Performance) -> None:
    assert [path.name for path in done.files] == ["lesson15_filters.png", "lesson15_planes.png"]


def test_shared_weights_are_few() -> None:
    assert solutions(lesson).solution_1() == (64 * 8 * 6 * 6, 8 * 3 * 3)


def test_a_filter_answers_to_one_kind_of_edge() -> None:
    assert solutions(lesson).solution_2() == (3.0, 0.0)
