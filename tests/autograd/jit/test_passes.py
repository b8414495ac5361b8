"""Each pass preserves what a tape computes, and does the one thing that it is for."""

from typing import Any

import pytest
from hypothesis import given, settings

from autograd import OPERATIONS, Operation, Value, dot, mean, parameter, register, unregister
from autograd import sum as total
from autograd.jit.bilinear import terms_of
from autograd.jit.classes import structural_classes
from autograd.jit.cleaning import drop_dead, merge_common
from autograd.jit.folding import fold_constants
from autograd.jit.fusing import flatten_sums
from autograd.jit.grids import find_grids
from autograd.jit.layout import padded, view_of
from autograd.jit.tape import CONSTANT, Tape, record
from autograd.testing import programs

numpy = pytest.importorskip("numpy")
PASSES = {each.__name__: each for each in (fold_constants, merge_common, drop_dead, flatten_sums)}


@pytest.mark.parametrize("name", PASSES)
@given(program=programs(max_ops=15))
@settings(max_examples=60)
def test_a_pass_preserves_the_result_and_the_order(name: str, program: Any) -> None:
    tape = record(program(*map(Value, program.inputs)))
    expected = tape.run()[tape.root]
    passed = PASSES[name](tape)
    assert passed.run()[passed.root] == pytest.approx(expected, rel=1e-12, abs=1e-12)
    assert all(operand < place for place, operands in enumerate(passed.inputs) for operand in operands)


def names(tape: Tape) -> list[str]:
    return [row.name for row in tape.rows if row is not None]


def cleaned(tape: Tape) -> Tape:
    return drop_dead(flatten_sums(drop_dead(fold_constants(tape))))


def test_folding_makes_equal_constants_one_and_keeps_the_sign_of_zero() -> None:
    x = Value(2.0)
    tape = drop_dead(fold_constants(record(x * 3.0 + 3.0 * x + (x * 0.0 + x * -0.0))))
    assert sorted(map(repr, (n for n, k in zip(tape.numbers, tape.kinds, strict=True) if k == CONSTANT))) == [
        "-0.0", "0.0", "3.0",
    ]  # fmt: skip


def test_folding_computes_what_constants_alone_determine() -> None:
    from autograd import constant

    x = Value(2.0)
    tape = drop_dead(fold_constants(record(x * (constant(2.0) + 3.0).exp())))
    assert names(tape) == ["mul"]


def test_merging_takes_equal_nodes_for_one_but_not_where_a_derivative_may_be_missing() -> None:
    x, y = Value(2.0), Value(3.0)
    assert names(drop_dead(merge_common(record(x * y + x * y)))) == ["mul", "add"]
    assert names(drop_dead(merge_common(record(x.sqrt() + x.sqrt())))) == ["sqrt", "sqrt", "add"]


def test_chains_from_either_end_become_one_sum() -> None:
    leaves = [Value(float(n)) for n in range(50)]
    left, right = leaves[0], leaves[-1]
    for n in range(1, 50):
        left, right = left + leaves[n], leaves[-1 - n] + right
    for root in (left, right, sum(leaves)):
        tape = cleaned(record(root))
        assert names(tape) == ["sum"]
        assert tape.run()[tape.root] == 49 * 25


def test_signs_go_into_the_products() -> None:
    a, b, c, d = (Value(n) for n in (2.0, 3.0, 5.0, 7.0))
    tape = cleaned(record(a * b - c * d - (a - d * b)))
    assert tape.run()[tape.root] == 6 - 35 - 2 + 21
    assert "sub" not in names(tape)


def test_a_node_that_is_read_twice_is_not_taken_in() -> None:
    a, b, c = Value(2.0), Value(3.0), Value(5.0)
    shared = a * b + c
    tape = cleaned(record((shared + c + a) * shared))
    assert tape.run()[tape.root] == (11 + 5 + 2) * 11


def test_a_neuron_stays_whole_when_something_is_added_to_it() -> None:
    w, x = [parameter(1.0), parameter(2.0)], [Value(3.0), Value(4.0)]
    tape = cleaned(record(1 + (parameter(0.5) + w[0] * x[0] + w[1] * x[1])))
    assert names(tape) == ["affine", "add"]


def test_which_rows_are_sums_of_products_is_read_from_their_formulas() -> None:
    found = {name for name, row in OPERATIONS.items() if terms_of(row)}
    assert {"add", "sub", "mul", "neg", "sum", "dot", "affine", "identity"} <= found
    assert not found & {"div", "pow", "tanh", "mean", "prod", "max", "where"}
    fma = register(Operation("fma", "a, b, c", "a * b + c", ("b", "a", "1")))
    try:
        w, x = [Value(1.0), Value(2.0)], [Value(3.0), Value(4.0)]
        assert names(cleaned(record(fma(w[0], x[0], fma(w[1], x[1], 5.0))))) == ["affine"]
    finally:
        unregister("fma")


def test_classes_stand_behind_those_that_they_read() -> None:
    w = [parameter(float(n)) for n in range(6)]
    rows = [[Value(0.5 * n), Value(1.0)] for n in range(5)]
    tape = record(mean([(w[0] * a + w[1] * b).tanh() for a, b in rows]))
    classes = structural_classes(tape)
    seen: set[int] = set()
    for members in classes:
        assert all(tape.rows[i] is None or i in seen for place in members for i in tape.inputs[place])
        seen |= {*members}
    assert sorted(seen) == [place for place, row in enumerate(tape.rows) if row is not None]


def test_a_grid_with_a_hole_is_parted_into_full_grids() -> None:
    w = [[parameter(1.0), parameter(2.0)] for _ in range(16)]
    x = [[Value(1.0), Value(2.0)] for _ in range(20)]
    pairs = [(i, j) for i in range(16) for j in range(20) if (i, j) != (2, 3)]
    nodes = [dot(w[i], x[j]) for i, j in pairs]
    tape = record(total(nodes))
    members = [place for place, row in enumerate(tape.rows) if row is not None and row.name == "dot"]
    grids = find_grids(OPERATIONS["dot"], members, tape)
    assert grids is not None
    assert sorted(grid.nodes.shape for grid in grids) == [(15, 1), (16, 19)]
    assert sorted(p for grid in grids for p in grid.nodes.ravel().tolist()) == sorted(members)


def test_grids_that_would_be_small_are_none() -> None:
    rows = [[Value(1.0), Value(2.0)] for _ in range(8)]
    tape = record(total([dot(rows[i], rows[i + 1]) for i in range(7)]))
    members = [place for place, row in enumerate(tape.rows) if row is not None and row.name == "dot"]
    assert find_grids(OPERATIONS["dot"], members, tape) is None


def test_sums_of_different_lengths_are_one_class() -> None:
    leaves = [Value(float(n)) for n in range(6)]
    tape = record(total([total(leaves[: n + 2]).tanh() for n in range(4)]))
    assert [len(members) for members in structural_classes(tape)] == [4, 4, 1]


def test_views_are_strides_where_they_fit_and_tables_else() -> None:
    i, j = numpy.ogrid[:3, :4]
    assert view_of(7 + 10 * i + j)[:4] == (7, 10, 1, None)
    assert view_of(7 + 0 * i + 0 * j)[:4] == (7, 0, 0, None)
    scattered = view_of(numpy.array([[1, 2, 4]]))
    assert scattered.table is not None
    assert (view_of(7 + 10 * i + j).addresses() == 7 + 10 * i + j).all()
    assert [padded(n) for n in (1, 7, 8, 9, 16)] == [1, 7, 8, 16, 16]


def test_a_tape_prints_as_assignments() -> None:
    x = Value(2.0, "x")
    assert str(record((x * 3.0).tanh())) == "v2 = mul(x, 3)\nv3 = tanh(v2)\nresult: v3"
