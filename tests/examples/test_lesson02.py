"""Lesson 2: the graph has the nodes, edges and numbers that the formula says, in an order that can be computed."""

import xml.etree.ElementTree as ElementTree

import pytest

from examples import lesson02_graph_forwards as lesson
from examples._lesson import Performance
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson02"))


def test_the_numbers_are_those_of_python(done: Performance) -> None:
    assert done.figures["L"] == (2 * -3 + 10) * -2
    assert done.figures["L_for_a_5"] == (5 * -3 + 10) * -2


def test_seven_nodes_are_joined_by_six_edges_inputs_first(done: Performance) -> None:
    assert (done.figures["nodes"], done.figures["edges"]) == (7, 6)
    assert done.figures["inputs_come_first"] == 1
    assert "order: a b c f e d L" in done.text


def test_the_picture_has_every_name_and_number_and_no_gradient_yet(done: Performance) -> None:
    [path] = done.files
    texts = ["".join(t.itertext()).strip("\xa0 ") for t in ElementTree.parse(path).iter() if t.tag.endswith("}text")]
    assert {"a", "b", "c", "f", "e", "d", "L", "2", "-3", "10", "-2", "-6", "4", "-8"} <= set(texts)
    assert texts.count("not computed") == 7


def test_x_and_y_are_one_node_each_however_often_they_are_used() -> None:
    # x, y, x + y, x - y, the product; two edges into each of the three operations
    assert solutions(lesson).solution_1() == (5, 6)


def test_the_c_that_makes_the_loss_zero() -> None:
    c = solutions(lesson).solution_2()
    assert (2 * -3 + c) * -2 == 0
