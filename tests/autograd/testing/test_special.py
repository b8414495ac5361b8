"""Special points: every operation gives what the table says, and differs from PyTorch only where it says why."""

import math
from importlib import resources

import pytest

from autograd import OPERATIONS, Value
from autograd.testing.special import agree, draft, measure, special_points

POINTS = list(special_points())


def test_every_line_of_the_table_is_a_point():
    lines = resources.files("autograd.testing").joinpath("special_points.tsv").read_text(encoding="utf-8").splitlines()
    assert [point.op for point in POINTS] == [line.split("\t")[0] for line in lines[1:]]
    assert {point.op for point in POINTS} <= {*OPERATIONS}


@pytest.mark.parametrize("op", OPERATIONS)
def test_special_points_give_what_the_table_says(op):
    points = [point for point in POINTS if point.op == op]
    if not points:
        pytest.skip(f"special_points.tsv has no {op}: `python -m autograd.testing special {op}` drafts its lines")
    assert len(points) >= 5
    for point in points:
        value, gradients = measure(op, point.arguments)
        assert agree(value, point.value), point
        assert agree(gradients, point.gradients), point


def test_every_difference_from_pytorch_is_explained():
    for point in POINTS:
        value, _, gradients = point.torch.partition(" | ")
        if point.torch == "-":
            continue  # PyTorch has no counterpart
        same = agree(point.value, value) and agree(point.gradients, gradients)
        assert same != bool(point.note), point


@pytest.mark.parametrize("op", ["neg", "mul", "hardtanh", "dot"])
def test_a_draft_of_lines_has_the_tables_form_and_the_engines_numbers(op):
    lines = [line.split("\t") for line in draft(op)]
    assert len(lines) >= 5
    for name, arguments, value, gradients, _, _ in lines:
        assert (name, measure(op, tuple(map(float, arguments.split())))) == (op, (value, gradients))


@pytest.mark.parametrize("op", OPERATIONS)
def test_pytorch_gives_what_the_table_records(op):
    pytest.importorskip("torch", reason="PyTorch is not installed: the cross-check is skipped")
    from autograd.testing.peer import peer_operation, peer_point

    if peer_operation(op) is None:
        pytest.skip(f"PyTorch has no {op}")
    points = [point for point in POINTS if point.op == op]
    if not points:
        pytest.skip(f"special_points.tsv has no line for {op}")
    for point in points:
        value, gradients = peer_point(OPERATIONS[op], point.arguments)
        assert agree(f"{value!r} | {' '.join(map(repr, gradients))}", point.torch), point


@pytest.mark.parametrize("op", OPERATIONS)
def test_nan_is_refused_by_every_operation(op):
    row = OPERATIONS[op]
    with pytest.raises(ValueError, match="nan"):
        row.function(*row.split([math.nan] * (len(row.scalars) + 2 * len(row.groups))))
    with pytest.raises(ValueError, match="nan"):
        Value(math.nan)
