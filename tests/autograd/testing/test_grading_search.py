"""The grader's own parts: predicted orders are those of the engine, shrinking keeps what fails, places and code agree."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest
from hypothesis import given, settings

from autograd import Value
from autograd.testing import Program, Step, programs, random_program
from autograd.testing.grading.orders import RIGHT, WRONG, predict
from autograd.testing.grading.passes import _graphs
from autograd.testing.grading.search import shrink
from autograd.testing.grading.student import Student, expect

STUDENTS = Path(__file__).parent / "students"
NOTHING: frozenset[str] = frozenset()


@pytest.mark.parametrize("order", RIGHT)
@pytest.mark.parametrize("from_right", [False, True])
@pytest.mark.parametrize("pair", [*itertools.product(("mul", "add"), repeat=2)])
def test_a_right_order_predicts_the_engines_gradients(order: str, from_right: bool, pair: tuple[str, str]) -> None:
    for program in _graphs(*pair):
        predicted = predict(program, RIGHT[order], overwrite=NOTHING, from_right=from_right)
        assert predicted == expect(program).grads[: len(program.inputs)]


@pytest.mark.parametrize("order", WRONG)
@pytest.mark.parametrize("from_right", [False, True])
def test_a_wrong_order_is_wrong_on_one_of_the_graphs(order: str, from_right: bool) -> None:
    graphs = _graphs("mul", "add")
    predicted = [predict(program, WRONG[order], overwrite=NOTHING, from_right=from_right) for program in graphs]
    right = [expect(program).grads[: len(program.inputs)] for program in graphs]
    assert predicted != right


@given(programs(["add", "mul", "tanh", "sub"], max_ops=8))
@settings(max_examples=25)
def test_shrinking_keeps_what_fails_and_finds_the_one_operation_that_matters(program: Program) -> None:
    def has_tanh(candidate: Program) -> bool:
        return any(step.op == "tanh" for step in candidate.steps)

    smallest = shrink(program, has_tanh)
    assert has_tanh(smallest) == has_tanh(program)
    if has_tanh(program):
        assert smallest == Program([1.0], [Step("tanh", (0,))])
    else:
        assert smallest == program


@pytest.mark.parametrize("seed", range(8))
def test_the_code_that_is_shown_computes_what_the_program_does(seed: int) -> None:
    student = Student(STUDENTS / "local_grads.py", "Value")
    student.takes = {(op, kind) for op in ("add", "sub", "mul", "div") for kind in ("vv", "vc", "cv")}
    student.forms = {"tanh": "{}.tanh()"}
    program = random_program(seed, ops=["add", "sub", "mul", "div", "neg", "tanh"], max_ops=8)
    lines = student.code(program, import_=False)
    scope: dict[str, Value] = {"Value": Value}  # type: ignore[dict-item]
    exec("\n".join(lines), scope)
    expected = expect(program)
    assert scope["y"].data == expected.data[-1]
    assert [scope[chr(ord("a") + place)].grad for place in range(len(program.inputs))] == pytest.approx(
        expected.grads[: len(program.inputs)], rel=1e-12, abs=1e-12
    )
