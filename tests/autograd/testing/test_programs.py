"""The strategies draw usable programs, share nodes, cover the table, and shrink to code that runs."""

import pytest
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st

from autograd import OPERATIONS, Operation, Value, register, unregister
from autograd.testing import BUGS, Program, Step, check_grad, models, programs, random_program, record, values
from autograd.testing.points import kink_gaps

SEARCH = settings(max_examples=1000, derandomize=True, database=None, deadline=None)

DRAW = settings(SEARCH, phases=[Phase.generate])


@given(programs(max_ops=30))
def test_every_drawn_program_runs_and_has_the_right_gradients(program):
    check_grad(program, program.inputs)


@settings(max_examples=30)
@given(programs(max_ops=4))
def test_second_derivatives_of_random_programs_are_right(program):
    check_grad(program, program.inputs, order=2)


@settings(max_examples=40)
@given(models())
def test_random_models_have_the_right_gradients(model):
    check_grad(model, ())


@settings(max_examples=50)
@given(programs())
def test_programs_keep_off_the_kinks(program):
    places = program.run(program.inputs)
    for line, step in enumerate(program.steps):
        numbers = [places[a] if type(a) is int else a for a in step.arguments]
        y = places[len(program.inputs) + line]
        assert all(gap >= 0.01 for _, gap in kink_gaps(step.operation, numbers, y))


@settings(max_examples=50)
@given(programs())
def test_the_repr_of_a_program_is_code_that_gives_its_gradients(program):
    session = {}
    exec(repr(program), session)
    leaves = [Value(number) for number in program.inputs]
    program(*leaves).backward()
    assert [session[f"x{place}"].grad for place in range(len(leaves))] == [leaf.grad for leaf in leaves]


@settings(max_examples=50)
@given(programs(share=False))
def test_without_sharing_every_value_is_read_once(program):
    read = [place for step in program.steps for place in step.places]
    assert len(read) == len(set(read))


@given(st.data())
@settings(max_examples=20)
def test_programs_use_only_the_operations_asked_for(data):
    program = data.draw(programs(["add", "tanh"], max_ops=3))
    assert len(program.steps) <= 3
    assert {step.op for step in program.steps} <= {"add", "tanh"}


def test_random_programs_cover_the_whole_table_and_mostly_share():
    drawn = [random_program(seed) for seed in range(150)]
    assert {step.op for program in drawn for step in program.steps} == set(OPERATIONS)

    def shares(program):
        read = [place for step in program.steps for place in step.places]
        return len(read) > len(set(read))

    assert sum(map(shares, drawn)) > 75
    assert max(len(program.steps) for program in drawn) > 25


def test_a_registered_operation_is_drawn_with_no_other_edit():
    register(Operation("freshop", "a", "a * a * a", ("3 * a * a",)))
    try:
        find(programs(), lambda program: any(step.op == "freshop" for step in program.steps), settings=DRAW)
    finally:
        unregister("freshop")


@pytest.mark.parametrize(
    ("bug", "ops", "longest"),
    [("overwrite", "add", 2), ("lost edge", "add", 1), ("tanh square", "add tanh", 2)],
)
def test_a_planted_bug_is_found_and_shrunk_to_a_short_program(bug, ops, longest):
    def fails(program):
        try:
            check_grad(program, program.inputs)
        except AssertionError:
            return True
        return False

    with BUGS[bug]:
        found = find(programs(ops.split(), max_ops=4), fails, settings=SEARCH)
    assert len(found.steps) <= longest
    assert len(found.inputs) == 1


def test_no_health_check_fires_and_draws_repeat_under_derandomize():
    seen = []

    @settings(derandomize=True, database=None, max_examples=50, deadline=None, phases=[Phase.generate])
    @given(programs(), models(), values())
    def draw(program, model, value):
        seen.append((repr(program), repr(model), value))

    draw()
    first, seen[:] = list(seen), []
    draw()
    assert seen == first


def test_values_are_short_and_in_range():
    assert find(values(1.5, 2.5), lambda value: value > 2, settings=SEARCH) <= 2.5
    with pytest.raises(ValueError, match="no value lies between"):
        values(5.0, 6.0)


def test_a_program_that_reads_ahead_is_refused():
    with pytest.raises(ValueError, match="not computed yet"):
        Program([1.0], [Step("neg", (1,))])
    with pytest.raises(ValueError, match="has 1 inputs, got 2"):
        Program([1.0], [Step("neg", (0,))])(1.0, 2.0)


def test_a_recorded_graph_is_the_program_that_made_it():
    x, y = Value(3.0), Value(2.0)
    program = record([x * x + 2 * y], [x, y])
    assert program.steps == (Step("mul", (0, 0)), Step("mul", (2.0, 1)), Step("add", (2, 3)))
    assert program(3.0, 2.0) == 13.0


@pytest.mark.parametrize("wrong", [{"max_ops": 0}, {"ops": []}])
def test_senseless_options_are_refused(wrong):
    with pytest.raises(ValueError, match=r"max_ops|ops"):
        programs(**wrong)
