"""Random programs find every planted bug, within the hundred examples that hypothesis draws by default."""

from collections import Counter

import pytest
from hypothesis import settings

from autograd import OPERATIONS, Operation, Value, register, unregister
from autograd.testing import BUGS, check_grad, mutants, random_program
from autograd.testing.__main__ import main
from autograd.testing.points import branches, slopes
from autograd.testing.power import drawn, examples_needed

COUNT = settings.get_profile("default").max_examples


@pytest.mark.timeout(1500)  # a dozen seconds, but of pure work: some machines are busy
def test_a_hundred_programs_over_all_operations_find_each_wrong_rule_and_each_bug_of_the_passes():
    needed = dict(examples_needed(1, 100))
    assert COUNT == 100
    assert len(needed) == len(list(mutants())) + sum(bug.found_by == "programs" for bug in BUGS.values())
    assert [name for name, found in needed.items() if found is None] == []
    assert {"tanh square", "relu everywhere"} <= set(needed)


def test_the_example_that_is_counted_is_the_first_to_which_check_grad_objects():
    first = next(mutants())
    name, found = next(examples_needed(1, 100))
    assert name == f"{first.op}: {first.name}"
    examples = drawn(1, 100)
    with first.active():
        for program in examples[: found - 1]:
            check_grad(program, program.inputs)
        with pytest.raises(AssertionError):
            check_grad(examples[found - 1], examples[found - 1].inputs)


def test_operations_are_drawn_evenly_and_hardly_a_program_twice():
    examples = drawn(3)
    assert len(set(examples)) >= 99
    assert sum(len(program.steps) for program in examples) / len(examples) > 25
    counts = Counter(step.op for program in examples for step in program.steps)
    del counts["sum"]  # (which also adds up loose ends)
    assert set(counts) == set(OPERATIONS) - {"sum"}
    mean = sum(counts.values()) / len(counts)
    assert min(counts.values()) > mean / 3
    assert max(counts.values()) < mean * 3


def test_every_step_passes_gradient_on_to_the_result():
    """What is flat or saturated hides nothing: a step whose readers pass nothing on is added to the result."""
    for program in drawn(4, 20):
        places = program.run([Value(number) for number in program.inputs])
        places[-1].backward()
        read = dict.fromkeys(range(len(program.inputs), len(places)), 0.0)
        for step in program.steps:
            numbers = [places[a].data if type(a) is int else a for a in step.arguments]
            moves = [type(a) is int for a in step.arguments]
            found = slopes(step.operation, numbers, moves) or [1.0] * len(numbers)
            for argument, slope in zip(step.arguments, found, strict=True):
                if type(argument) is int and argument in read:
                    read[argument] = max(read[argument], abs(slope))
        del read[len(places) - 1]
        assert all(steepest >= 0.05 for steepest in read.values())


def test_every_branch_of_an_operation_has_points_of_its_own():
    kinds = {tuple(branch.points[0]) for branch in branches(OPERATIONS["clamp"])}
    sides = {(a < lo) - (a > hi) for a, lo, hi in kinds}
    assert sides == {-1, 0, 1}
    assert any(c == 0 for branch in branches(OPERATIONS["where"]) for c, _, _ in branch.points)
    for branch in branches(OPERATIONS["pow"]):
        for point in branch.points:
            assert slopes(OPERATIONS["pow"], point, branch.fit) is not None


def test_a_rule_that_never_shows_is_reported_as_missed(capsys):
    register(Operation("rareop", "a", "where(a > 2.999, 2 * a, a)", ("where(a > 2.999, 2, 1)",)))
    try:
        assert dict(examples_needed(1, 1))["rareop: ∂/∂a zeroed"] is None
        assert main(["power", "1", "--examples", "1"]) == 1
        out = capsys.readouterr().out
        assert "bugs, 1 seeds, 1 examples:" in out
        assert "worst inf" in out
    finally:
        unregister("rareop")


def test_power_refuses_counts_that_make_no_sense(capsys):
    with pytest.raises(SystemExit):
        main(["power", "0"])
    assert "whole numbers from 1 on" in capsys.readouterr().err


def test_a_tree_reads_every_place_once_also_where_its_loose_ends_are_added_up():
    added = 0
    for seed in range(20):
        program = random_program(seed, share=False)
        read = [place for step in program.steps for place in step.places]
        assert len(read) == len(set(read))
        added += program.steps[-1].op == "sum"
    assert added > 5
