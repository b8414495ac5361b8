"""PyTorch in float64, where it is installed, agrees about random programs; tests/nn has layers, losses and steps."""

import pytest

from autograd import OPERATIONS
from autograd.testing import BUGS, random_program
from autograd.testing.peer import compare_program, without_peer

pytest.importorskip("torch", reason="PyTorch is not installed: the cross-check is skipped")


def test_random_programs_agree():
    assert without_peer(list(OPERATIONS)) == []
    for seed in range(500):  # `python -m autograd.testing torch` runs 5,000
        compare_program(random_program(seed))


def test_the_comparison_can_fail():
    def look():
        for seed in range(500):
            compare_program(random_program(seed))

    with BUGS["sub sign"], pytest.raises(AssertionError, match="PyTorch has"):
        look()
