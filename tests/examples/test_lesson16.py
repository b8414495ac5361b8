"""Lesson 16: one network at every rank, per-sample gradients, and what a node a number costs."""

from typing import Any

import pytest

from examples import lesson16_tensors as lesson
from nn import MLP
from tests.examples.lesson_form import given, solutions

numpy: Any = pytest.importorskip("numpy")
pytest.importorskip("matplotlib")


@pytest.fixture(scope="module")
def figures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, float]:
    return given(lesson, tmp_path_factory.mktemp("lesson16")).figures


def test_ranks_one_to_four_are_one_formula(figures: dict[str, float]) -> None:
    assert figures["largest_difference"] < 1e-14
    assert figures["batch_difference"] == 0.0
    assert figures["pixel_gradient_difference"] < 1e-14


def test_the_difference_would_be_seen_if_an_axis_were_taken_for_another() -> None:
    class Mixed(MLP):
        """Reads the channels from the wrong end."""

        def __call__(self, x: Any) -> Any:
            return super().__call__(x[::-1])

    model = Mixed(3, [4, 2], activation="tanh", init="xavier", bias_init="uniform", seed=0)
    assert lesson.every_rank(model) > 1e-3


def test_the_gradient_of_the_mean_is_the_mean_of_the_samples_gradients(figures: dict[str, float]) -> None:
    assert figures["mean_of_gradients"] < 1e-14


def test_the_scalar_engine_and_matrices_by_hand_have_the_same_gradients(figures: dict[str, float]) -> None:
    assert figures["gradient_difference"] < 1e-12


def test_a_sample_costs_a_node_for_each_weighted_sum_and_each_activation(figures: dict[str, float]) -> None:
    # 33 affine, 32 tanh, the difference and its square; one mean for the 64 samples of the batch.
    assert figures["nodes_a_sample"] == pytest.approx(33 + 32 + 2 + 1 / 64)


def test_written_out_in_sums_and_products_it_would_be_thirteen_times_as_many() -> None:
    assert solutions(lesson).solution_1() == 2 * (8 * 16 + 16 * 16 + 16) + 32


def test_the_rows_as_arguments_make_vmap_go_along_the_columns() -> None:
    assert solutions(lesson).solution_2() < 1e-15
