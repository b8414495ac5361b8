"""PyTorch in float64, where it is installed, agrees about random programs; tests/nn has layers, losses and steps."""

import pytest

from autograd import OPERATIONS
from autograd.testing import BUGS, random_program
from autograd.testing.peer import compare_program, without_peer

pytest.importorskip("torch", reason="PyTorch is not installed: the cross-check is skipped")


KNOWN = [op for op in OPERATIONS if op not in without_peer(list(OPERATIONS))]


@pytest.mark.parametrize("op", OPERATIONS)
def test_every_operation_has_a_peer(op):
    if op not in KNOWN:
        pytest.skip(f"PyTorch has no {op}: write its composition in autograd/testing/peer.py")


def test_random_programs_agree():
    assert len(KNOWN) > 60
    for seed in range(500):  # `python -m autograd.testing torch` runs 5,000
        compare_program(random_program(seed, ops=KNOWN))


def test_the_comparison_can_fail():
    def look():
        for seed in range(500):
            compare_program(random_program(seed, ops=KNOWN))

    with BUGS["sub sign"], pytest.raises(AssertionError, match="PyTorch has"):
        look()
