"""The quiz recognises the usual mistakes and says why; it never asks through `input()`."""

import builtins
from typing import Any

import pytest
from hypothesis import given

from autograd import Value, trace
from autograd.stepping import Quiz
from tests.autograd.stepping.graphs import graphs


@pytest.fixture
def lesson(monkeypatch: pytest.MonkeyPatch) -> Quiz:
    def forbidden(*_: Any) -> str:
        raise AssertionError("the quiz called input()")

    monkeypatch.setattr(builtins, "input", forbidden)
    a, b, c, f = Value(2.0, "a"), Value(-3.0, "b"), Value(10.0, "c"), Value(-2.0, "f")
    e = a * b
    d = e + c
    L = d * f
    return trace(L, {"e": e, "d": d, "L": L}).quiz()


def shared() -> Quiz:
    """L = b * b with b = a * x: the second question on b finds 5 there already."""
    a, x = Value(5.0, "a"), Value(1.0, "x")
    b = a * x
    return trace(b * b, {"b": b}).quiz()


def test_the_question_names_what_is_known(lesson: Quiz) -> None:
    assert repr(lesson).splitlines()[1] == "d.grad is 0 so far. What is it after ∂L/∂d has been added?"


def test_own_value_instead_of_the_other_factor(lesson: Quiz) -> None:
    answer = lesson.answer(4)
    assert not answer.correct
    assert answer.mistakes == ("that is d's own value; the local derivative ∂L/∂d is f = -2",)


def test_own_value_times_upstream(lesson: Quiz) -> None:
    for _ in range(4):
        lesson.reveal()
    [mistake] = lesson.answer(2 * -2).mistakes
    assert mistake == "that is a's own value times the upstream gradient -2; the local derivative ∂e/∂a is b = -3"


def test_forgotten_upstream_gradient(lesson: Quiz) -> None:
    for _ in range(4):
        lesson.reveal()
    assert "the upstream gradient is missing: multiply -3 by e.grad = -2" in lesson.answer(-3).mistakes


def test_overwritten_instead_of_added() -> None:
    q = shared()
    assert q.answer(5).correct
    [mistake] = [m for m in q.answer(5).mistakes if "overwrites" in m]
    assert mistake == "that overwrites 5, which b has from another use; contributions are added: 5 + 5"
    assert q.answer(10).correct


def test_wrong_sign(lesson: Quiz) -> None:
    assert "the sign is wrong: -2 × 1 = -2" in lesson.answer(2).mistakes


def test_added_instead_of_multiplied(lesson: Quiz) -> None:
    for _ in range(4):
        lesson.reveal()
    assert "partial and upstream gradient are multiplied, not added: -3 × -2" in lesson.answer(-5).mistakes


def test_any_other_number_is_just_wrong(lesson: Quiz) -> None:
    answer = lesson.answer(17.5)
    assert (answer.correct, answer.mistakes) == (False, ())
    assert str(answer) == "17.5 is not it; try again, or reveal()"


def test_a_rounded_answer_is_right() -> None:
    n = Value(0.3, "n")
    assert trace(n.tanh()).quiz().answer(0.915).correct
    assert not trace(n.tanh()).quiz().answer(0.92).correct


def test_score_counts_first_tries(lesson: Quiz) -> None:
    lesson.answer(4)
    assert lesson.answer(-2).correct
    assert lesson.answer(4).correct
    while not lesson.done:
        lesson.reveal()
    assert (lesson.right, lesson.asked) == (1, 6)
    assert repr(lesson) == "finished: 1 of 6 right at the first try"
    with pytest.raises(RuntimeError, match=r"finished; trace.quiz\(\) starts another"):
        lesson.answer(1)
    with pytest.raises(RuntimeError, match="finished"):
        lesson.reveal()


@pytest.mark.parametrize(
    ("wrong", "error"), [("four", ValueError), ("nan", ValueError), ("1/0", ValueError), (None, TypeError), (True, TypeError), (float("nan"), ValueError)]
)
def test_answers_are_numbers(lesson: Quiz, wrong: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        lesson.answer(wrong)
    assert lesson.asked == 0


@given(root=graphs())
def test_the_traces_own_numbers_are_always_right(root: Value) -> None:
    recorded = trace(root)
    quiz, other = recorded.quiz(), recorded.quiz()
    for step in recorded:
        for edge in step.edges:
            assert str(quiz)
            assert quiz.answer(edge.after).correct
    assert quiz.done
    assert quiz.right == quiz.asked
    assert other.asked == 0


def test_the_upstream_gradient_alone_is_a_mistake_that_is_known() -> None:
    quiz = trace(Value(0.5, "n").tanh() * 3, {"y": None}).quiz()
    quiz.reveal()
    answer = quiz.answer(3)
    assert "that is the upstream gradient v2.grad alone; the local derivative ∂v2/∂n is 1 - v2**2" in answer.mistakes[0]
