"""The same program gives the same bits: in every process, whatever the hash seed, whatever ran before."""

from tests.autograd.processes import run

PROGRAM = """
import random
import autograd
from autograd import Value, hessian

random.seed(7)
leaves = [Value(random.uniform(-2, 2), f"x{i}") for i in range(12)]
layer = leaves
for _ in range(4):
    layer = [
        autograd.affine([random.choice(leaves) for _ in layer], layer, random.choice(layer)).tanh()
        + autograd.norm(layer) * autograd.logsumexp(layer).gelu() / (1 + autograd.dot(layer, layer))
        for _ in range(6)
    ]
loss = autograd.mean(layer) + autograd.max(layer) + autograd.sum(autograd.softmax(layer)) ** 3
loss.backward()
print(loss.data.hex(), *(leaf.grad.hex() for leaf in leaves))
print(*(node.label or node.op for node in autograd.topological_order(loss)))
print(hessian(lambda v: autograd.sum([a.exp() * b.sin() for a in v for b in v]))([0.5, -0.25, 1.0]))
"""


def test_results_are_the_same_bits_in_every_process_and_for_every_hash_seed() -> None:
    outputs = {run(PROGRAM, PYTHONHASHSEED=seed) for seed in ("0", "1", "4242", "random")}
    assert len(outputs) == 1
    assert outputs.pop().count("0x") == 13


def test_results_do_not_depend_on_what_ran_before() -> None:
    before = "import autograd\nfor n in range(999): autograd.Value(n) * 2\nx = autograd.Value(1.0); x.data = 2.0\n"
    assert run(before + PROGRAM) == run(PROGRAM)


def test_results_do_not_depend_on_optimisation_or_on_a_tracer() -> None:
    tracer = "import sys\nsys.settrace(lambda *_: None)\n"
    assert run(PROGRAM, "-OO") == run(tracer + PROGRAM) == run(PROGRAM)
