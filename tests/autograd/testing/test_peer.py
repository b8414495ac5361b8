"""PyTorch in float64, where it is installed, agrees about random programs; tests/nn has layers, losses and steps."""

import pytest

from autograd import OPERATIONS, Value
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


@pytest.mark.parametrize(
    ("op", "name", "options", "digits"),
    [
        ("celu", "celu", [1.0], 1e-15), ("celu", "celu", [2.5], 1e-15), ("hardtanh", "hardtanh", [-1.0, 1.0], 0.0),
        ("hardtanh", "hardtanh", [-2.0, 0.5], 0.0), ("hardsigmoid", "hardsigmoid", [], 1e-7), ("elu", "elu", [1.5], 1e-15),
        ("leaky_relu", "leaky_relu", [0.2], 1e-15), ("clamp", "hardtanh", [-2.0, 0.5], 0.0),
    ],
)  # fmt: skip
def test_pytorchs_own_activations_with_options_agree_at_their_kinks_too(op, name, options, digits):
    # peer.py composes these, so that the options have gradients; PyTorch's own take numbers there.
    torch = pytest.importorskip("torch")
    for number in (-4.0, -3.0, -2.0, -1.0, -0.25, 0.0, 0.25, 0.5, 1.0, 2.0, 3.0, 4.0):
        if op == "clamp" and number in options:
            continue  # clamp keeps the gradient at its bounds, hardtanh does not
        x, t = Value(number), torch.tensor(number, dtype=torch.float64, requires_grad=True)
        y, theirs = OPERATIONS[op].function(x, *options), getattr(torch.nn.functional, name)(t, *options)
        y.backward()
        theirs.backward()
        assert y.data == pytest.approx(theirs.item(), rel=1e-15, abs=0)
        assert x.grad == pytest.approx(t.grad.item(), rel=digits, abs=0)


def test_the_comparison_can_fail():
    def look():
        for seed in range(500):
            compare_program(random_program(seed, ops=KNOWN))

    with BUGS["sub sign"], pytest.raises(AssertionError, match="PyTorch has"):
        look()
