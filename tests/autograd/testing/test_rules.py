"""Every wrong rule of the table is caught, at kinks as well; a new operation is covered without an edit."""

import pytest

from autograd import OPERATIONS, Jump, Kink, Operation, Value, register, unregister
from autograd.testing import changed_rule, check_jumps, check_kinks, check_operation, mutants
from autograd.testing.points import slopes


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_operation_passes_at_points_of_its_own(op):
    assert check_operation(op, order=2, count=3) == 3


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_wrong_rule_is_caught(op):
    assert [mutant for mutant in mutants([op]) if not mutant.caught()] == []


def test_the_mutants_are_generated_from_the_table():
    flat = {row.name for row in OPERATIONS.values() if {partial.text for partial in row.partials} == {"0"}}
    assert {mutant.op for mutant in mutants()} == set(OPERATIONS) - flat
    assert {"floor", "round"} <= flat
    register(Operation("gapop", "a, b", "a * a * b", ("2 * a * b", "a * a")))
    try:
        new = list(mutants(["gapop"]))
        assert len(new) == 7
        assert all(mutant.caught() for mutant in new)
    finally:
        unregister("gapop")


@pytest.mark.parametrize("op", OPERATIONS)
def test_gradients_on_kinks_follow_the_convention_and_lie_between_the_slopes(op):
    assert (check_kinks(op) > 0) == bool(OPERATIONS[op].kinks)


@pytest.mark.parametrize("op", OPERATIONS)
def test_values_jump_where_the_row_says_and_gradients_are_a_slope_beside_it(op):
    assert (check_jumps(op) > 0) == bool(OPERATIONS[op].jumps)


@pytest.mark.parametrize(
    ("partial", "jump", "words"),
    [
        ("1", Jump("a == round(a)", "y - 1", "y"), "neither of the slopes"),
        ("0", Jump("a == round(a)", "y", "y + 1"), "the row says that the value jumps between"),
        ("0", Jump("a == floor(a) + 1 / 2", "y", "y + 1"), "the value does not jump there"),
    ],
)
def test_wrong_jumps_are_objected_to(partial, jump, words):
    register(Operation("stepop", "a", "floor(a)", (partial,), jumps=(jump,)))
    try:
        with pytest.raises(AssertionError, match=words):
            check_jumps("stepop")
    finally:
        unregister("stepop")


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (
            Operation("hopop", "a", "abs(a)", ("where(a >= 0, 2, -1)",), kinks=(Kink("a == 0", "-1", "1"),)),
            "outside its slopes",
        ),
        (
            Operation("hopop", "a", "abs(a)", ("where(a > 0, 1, -1)",), kinks=(Kink("a == 0", "-3", "1"),)),
            "the row says",
        ),
        (
            Operation(
                "hopop", "a, b", "where(a >= b, a, b)", ("where(a >= b, 1, 0)", "where(b >= a, 1, 0)"),
                kinks=(Kink("a == b", "0", "1"),), method=False,
            ),
            "do not sum to",
        ),
    ],
)  # fmt: skip
def test_wrong_conventions_are_objected_to(row, words):
    register(row)
    try:
        with pytest.raises(AssertionError, match=words):
            check_kinks("hopop")
    finally:
        unregister("hopop")


def test_a_changed_rule_is_gone_afterwards_even_after_an_exception():
    row = OPERATIONS["tanh"]
    pull, texts = row.pull, row.partial_texts
    with pytest.raises(RuntimeError, match="inside"), changed_rule("tanh", ["0"]):
        raise RuntimeError("inside")
    assert row.pull is pull
    assert row.partial_texts == texts
    x = Value(0.5)
    x.tanh().backward()
    assert x.grad == 1 - x.tanh().data ** 2


def test_changed_rules_nest():
    with changed_rule("sin", ["2"]):
        with changed_rule("sin", ["3"]):
            pass
        x = Value(0.0)
        x.sin().backward()
        assert x.grad == 2.0


def test_a_rule_needs_one_partial_for_each_operand():
    with pytest.raises(ValueError, match="mul has 2 operands, got 1"), changed_rule("mul", ["b"]):
        pass


def test_operands_that_leave_the_domain_only_together_do_not_vary_together():
    row = OPERATIONS["pow"]
    assert slopes(row, (0.0, 1.0), (True, False)) is not None
    assert slopes(row, (0.0, 1.0), (True, True)) is None  # 0 - δ to the 1 + ε is no real number
    assert slopes(row, (0.5, 1.0), (True, True)) is not None


def test_an_operation_without_any_fit_point_says_so():
    register(Operation("farop", "a", "a", ("1",), domain="a > 1e6"))
    try:
        with pytest.raises(ValueError, match="no test point found"):
            check_operation("farop")
    finally:
        unregister("farop")
