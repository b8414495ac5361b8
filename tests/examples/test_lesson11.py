"""Lesson 11: what a line can part and what not, what features and layers add, and how real data is classified."""

from typing import Any

import pytest

from examples import lesson11_playground as lesson
from examples.iris import flowers
from nn import datasets
from tests.examples.lesson_form import given, solutions

pytest.importorskip("sklearn")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    done = given(lesson, tmp_path_factory.mktemp("lesson11"))
    names = [path.name for path in done.files]
    assert names == ["lesson11_real.png", "lesson11_spiral.gif", "lesson11_spiral.html"]
    return done.figures


def line_at_best(name: str) -> float:
    """The share of the held-out points that scikit-learn's linear classifier gets right."""
    linear: Any = pytest.importorskip("sklearn.linear_model")
    make = getattr(datasets, name)
    return float(linear.LogisticRegression(C=1e4).fit(*make(200, seed=0)).score(*make(200, seed=1)))


@pytest.mark.parametrize("name", lesson.SETS)
def test_our_line_is_as_good_as_any(figures: dict[str, float], name: str) -> None:
    # Where no line is any good, which one is the least bad is a matter of a few points.
    tolerance = 0.03 if name in ("gaussian", "moons") else 0.12
    assert figures[f"{name}_line"] == pytest.approx(line_at_best(name), abs=tolerance)


def test_a_line_parts_only_the_clouds(figures: dict[str, float]) -> None:
    assert figures["gaussian_line"] >= 0.99
    assert max(figures[f"{name}_line"] for name in ("circle", "xor", "spiral")) < 0.7
    assert figures["moons_line"] < 0.95


def test_the_right_features_make_a_line_enough(figures: dict[str, float]) -> None:
    assert figures["circle_features"] >= 0.98
    assert figures["xor_features"] >= 0.98
    assert figures["spiral_features"] < 0.95  # none of the playground's features unwinds it


@pytest.mark.parametrize("name", lesson.SETS)
def test_hidden_layers_find_what_they_need_of_x1_and_x2(figures: dict[str, float], name: str) -> None:
    assert figures[f"{name}_layers"] >= 0.95


def test_flowers_and_tumours_that_were_held_out_are_classified(figures: dict[str, float]) -> None:
    assert figures["iris_accuracy"] >= 0.93
    assert figures["cancer_accuracy"] >= 0.93
    assert figures["cancer_missed"] <= 6


def test_what_is_held_out_is_not_learned_from() -> None:
    train_x, train_y, test_x, test_y = lesson.tumours(seed=0)
    assert (len(train_x), len(test_x)) == (426, 143)
    assert not {tuple(row) for row in train_x} & {tuple(row) for row in test_x}
    for column in zip(*train_x, strict=True):  # standardised by the training part alone
        assert sum(column) == pytest.approx(0, abs=1e-9)
        assert sum(x * x for x in column) / len(column) == pytest.approx(1)
    assert abs(sum(train_y) / len(train_y) - sum(test_y) / len(test_y)) < 0.01
    iris = flowers(seed=0)
    assert len(iris.train_x) + len(iris.test_x) == 150


def test_one_feature_parts_the_truth_table_of_xor() -> None:
    assert solutions(lesson).solution_1() == 1.0


def test_one_feature_unwinds_the_spiral() -> None:
    assert solutions(lesson).solution_2() == 1.0
