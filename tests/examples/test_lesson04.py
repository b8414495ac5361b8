"""Lesson 4: each famous mistake gives the number that it must give, worked out by hand, and the right engine does not."""

import xml.etree.ElementTree as ElementTree

import pytest

from examples import lesson04_reuse as lesson
from examples._lesson import Performance
from tests.examples.lesson_form import given, solutions

P, DP = 6.0, 3.0  # p = 3m at m = 2, and dp/dm
ONCE = DP * (1 + 2 * P)


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson04"))


def test_the_right_engine_gives_the_derivative_and_twice_it_after_two_passes(done: Performance) -> None:
    assert done.figures["right"] == ONCE == 39
    assert done.figures["right, twice"] == 2 * ONCE
    assert done.figures["right, after zero_grad"] == ONCE


@pytest.mark.parametrize(
    ("mistake", "once", "twice"),
    [
        ("= for +=", DP * P, DP * P),  # the last edge into p carries ∂s/∂p = p
        ("inputs in a set", DP * (1 + P), 2 * DP * (1 + P)),
        ("wrong order", DP * 1, 2 * DP * 1),  # only r's edge has arrived
        # r 1 then 2, s 1 then 3, p 13 then 13 + 2 + 2·6·3, and m gets both of p's
        ("stale interior", DP * 13, DP * (13 + 13 + 2 + 36)),
    ],
)
def test_each_mistake_gives_its_number(done: Performance, mistake: str, once: float, twice: float) -> None:
    assert done.figures[mistake] == once
    assert done.figures[f"{mistake}, twice"] == twice
    assert twice != 2 * ONCE


def test_the_engine_is_whole_again_afterwards(done: Performance) -> None:
    m, r = lesson.graph()
    r.backward()
    assert m.grad == ONCE


def test_the_picture_has_the_three_engines_with_their_numbers(done: Performance) -> None:
    [path] = done.files
    texts = ["".join(t.itertext()).strip("\xa0 ") for t in ElementTree.parse(path).iter() if t.tag.endswith("}text")]
    assert {"right", "39", "18"} <= set(texts)
    assert any(text.startswith("wrong order") for text in texts)
    assert not any("…" in text for text in texts)


def test_with_the_wrong_assignment_three_uses_count_once() -> None:
    assert solutions(lesson).solution_1() == 1


def test_four_paths_give_the_derivative_of_the_fourth_power() -> None:
    assert solutions(lesson).solution_2() == (4, 4 * 3.0**3)
