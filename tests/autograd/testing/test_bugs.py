"""Each planted bug is found by the tool that claims it, and is gone afterwards."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.stateful import run_state_machine_as_test

from autograd import OPERATIONS, StaleGraphError, Value
from autograd.testing import BUGS, check_grad, check_kinks, gradient_machine, programs, random_program

QUIET = settings(
    max_examples=2000, derandomize=True, database=None, deadline=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck), report_multiple_bugs=False,
)  # fmt: skip


def look_with_programs():
    for seed in range(2000):
        program = random_program(seed)
        check_grad(program, program.inputs)


def look_with_kinks():
    for op in OPERATIONS:
        check_kinks(op)


def look_with_machine():
    run_state_machine_as_test(gradient_machine(), settings=settings(QUIET, max_examples=400, stateful_step_count=30))


TOOLS = {"programs": look_with_programs, "kinks": look_with_kinks, "machine": look_with_machine}


@pytest.mark.parametrize("name", BUGS)
def test_a_planted_bug_is_caught(name):
    # The machine's calls may also be refused: by an engine that takes a fresh graph for a stale one.
    with BUGS[name], pytest.raises((AssertionError, StaleGraphError)):
        TOOLS[BUGS[name].found_by]()


@pytest.mark.parametrize("name", BUGS)
def test_a_bug_is_gone_after_an_exception_inside_it(name):
    with pytest.raises(KeyError, match="inside"), BUGS[name]:
        raise KeyError("inside")
    x, y = Value(0.5), Value(2.0)
    middle = x.tanh() * y - x
    root = middle * middle
    root.backward()
    root.backward()
    t = x.data**0 * Value(0.5).tanh().data
    expected = 2 * (t * 2 - 0.5) * ((1 - t * t) * 2 - 1)
    assert x.grad == pytest.approx(2 * expected, rel=1e-12)


def test_a_tree_without_shared_nodes_does_not_find_an_accumulation_bug_but_sharing_does():
    def first(share):
        for seed in range(100):
            program = random_program(seed, share=share)
            leaves = [Value(number) for number in program.inputs]
            program(*leaves).backward()
            right = [leaf.grad for leaf in leaves]
            with BUGS["lost edge"]:
                leaves = [Value(number) for number in program.inputs]
                program(*leaves).backward()
            if [leaf.grad for leaf in leaves] != pytest.approx(right, rel=1e-9):
                return seed
        return None

    assert first(share=False) is None
    assert first(share=True) is not None


@settings(max_examples=25)
@given(programs(max_ops=4))
def test_a_bug_can_be_entered_again_and_again(program):
    with BUGS["tanh square"], BUGS["tanh square"]:
        pass
    check_grad(program, program.inputs)


Machine = gradient_machine()
TestMachine = Machine.TestCase
TestMachine.settings = settings(max_examples=60, stateful_step_count=30, deadline=None, derandomize=True)
