"""The laws of the backward pass, on random programs with shared nodes."""

import math
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import autograd
from autograd import DomainError, Graph, Value, edge_partials, parameter, topological_order
from tests.autograd.points import REFERENCES, digits, mp
from tests.autograd.programs import PYTHON, Program, exact_gradient, programs, whole_programs

POWERS_OF_TWO = st.integers(-20, 20).map(lambda exponent: 2.0**exponent) | st.sampled_from([-1.0, -0.5, -8.0])


def run(program: Program) -> tuple[list[Value], Value]:
    leaves = [Value(number) for number in program.leaves]
    return leaves, program.run(leaves, PYTHON)[-1]


@given(whole_programs)
@settings(max_examples=300)
def test_gradients_of_polynomials_are_exact(program: Program) -> None:
    leaves, root = run(program)
    root.backward()
    value, slopes = exact_gradient(program)
    assert root.data == value
    assert [leaf.grad for leaf in leaves] == slopes


BOUNDED = {"add": 2, "sub": 2, "mul": 2, "tanh": 1, "sin": 1, "cos": 1, "sigmoid": 1, "atan": 1, "softplus": 1, "gelu": 1,
           "silu": 1, "erf": 1, "atan2": 2, "norm": 2, "logsumexp": 3, "dot": 4, "affine": 5, "swish": 2}  # fmt: skip
FUNCTIONS: dict[str, Any] = {
    name: getattr(autograd, name) if not autograd.OPERATIONS[name].variadic
    else lambda *inputs, row=autograd.OPERATIONS[name]: row.function(*row.split(inputs))
    for name in BOUNDED
}  # fmt: skip


@given(programs(BOUNDED, st.floats(0.25, 2.0), longest=6))
@settings(max_examples=120)
def test_gradients_are_those_of_mpmath_differences(program: Program) -> None:
    leaves = [Value(number) for number in program.leaves]
    results = program.run(leaves, FUNCTIONS)
    results[-1].backward()
    with digits(60):
        for chosen, leaf in enumerate(leaves):

            def along(number: Any, chosen: int = chosen) -> Any:
                numbers = [number if i == chosen else mp.mpf(n) for i, n in enumerate(program.leaves)]
                return program.run(numbers, REFERENCES)[-1]

            wanted = mp.diff(along, mp.mpf(program.leaves[chosen]))
            # The scale of what was added up: every path's product, taken positive.
            scale = (1 + path_sums(results[-1]).get(leaf, 0.0)) * max(1.0, *(abs(each.data) for each in results))
            assert abs(leaf.grad - wanted) <= 1e-13 * scale


def path_sums(root: Value) -> dict[Value, float]:
    """The sum over all paths of the product of the partials' absolute values, by plain recursion."""
    sums: dict[Value, float] = dict.fromkeys(topological_order(root), 0.0)

    def follow(node: Value, product: float) -> None:
        sums[node] += product
        for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
            follow(operand, product * abs(partial))

    follow(root, 1.0)
    return sums


@given(whole_programs)
def test_the_gradient_is_the_sum_over_paths_of_the_products_along_them(program: Program) -> None:
    _, root = run(program)
    root.backward()
    sums = dict.fromkeys(topological_order(root), 0.0)

    def follow(node: Value, product: float) -> None:
        sums[node] += product
        for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
            follow(operand, product * partial)

    follow(root, 1.0)
    assert {node: node.grad for node in sums} == sums


@given(program=whole_programs, seed=POWERS_OF_TWO)
def test_backward_is_linear_in_its_seed(program: Program, seed: float) -> None:
    (ones, first), (scaled, second) = run(program), run(program)
    first.backward()
    second.backward(seed)
    assert [leaf.grad for leaf in scaled] == [seed * leaf.grad for leaf in ones]


def differentiable(root: Value) -> bool:
    try:
        return all(edge_partials(node) is not None for node in topological_order(root))
    except DomainError:
        return False


@given(program=programs(BOUNDED, st.floats(0.25, 2.0), longest=6), one=st.floats(-4, 4), two=st.floats(-4, 4))
def test_seeds_add_up(program: Program, one: float, two: float) -> None:
    parts = [Value(number) for number in program.leaves]
    whole = [Value(number) for number in program.leaves]
    root = program.run(parts, FUNCTIONS)[-1]
    assume(differentiable(root))  # (atan2 is not, at the origin)
    root.backward(one)
    root.backward(two)
    program.run(whole, FUNCTIONS)[-1].backward(one + two)
    for a, b, scale in zip(parts, whole, (path_sums(root).get(leaf, 0.0) for leaf in parts), strict=True):
        assert abs(a.grad - b.grad) <= 1e-14 * (1 + scale) * 8


@given(program=programs(BOUNDED, st.floats(0.25, 2.0)), times=st.integers(1, 5))
def test_passes_accumulate_into_leaves_and_are_fresh_inside(program: Program, times: int) -> None:
    leaves = [Value(number) for number in program.leaves]
    results = program.run(leaves, FUNCTIONS)
    root = results[-1]
    root.backward()
    once = {node: node.grad for node in topological_order(root)}
    for _ in range(times - 1):
        root.backward()
    for node in Graph(root):
        if node.inputs:
            assert node.grad == once[node]
        else:
            total = 0.0
            for _ in range(times):
                total += once[node]
            assert node.grad == total
    assert times != 2 or all(leaf.grad == 2 * once[leaf] for leaf in Graph(root).leaves)


@given(whole_programs, whole_programs)
def test_two_roots_add_into_shared_leaves_in_either_order(one: Program, two: Program) -> None:
    totals = []
    for order in ((0, 1), (1, 0)):
        leaves = [Value(1.0) for _ in range(4)]
        roots = [each.run(leaves[: len(each.leaves)], PYTHON)[-1] for each in (one, two)]
        for index in order:
            roots[index].backward()
        totals.append([leaf.grad for leaf in leaves])
    assert totals[0] == totals[1]


@given(program=programs(BOUNDED, st.floats(0.25, 2.0)), chance=st.randoms(use_true_random=False))
def test_the_order_of_construction_does_not_matter(program: Program, chance: Any) -> None:
    in_order, shuffled = [Value(n) for n in program.leaves], [Value(n) for n in program.leaves]
    program.run(in_order, FUNCTIONS)[-1].backward()
    results: dict[int, Value] = dict(enumerate(shuffled))
    waiting = list(enumerate(program.steps, start=len(shuffled)))
    while waiting:
        ready = [entry for entry in waiting if all(operand in results for operand in entry[1].operands)]
        index, step = entry = chance.choice(ready)
        results[index] = FUNCTIONS[step.function](*(results[operand] for operand in step.operands))
        waiting.remove(entry)
    results[max(results)].backward()
    assert [leaf.grad.hex() for leaf in shuffled] == [leaf.grad.hex() for leaf in in_order]


def test_a_value_used_twice_by_one_operation_has_two_edges() -> None:
    a = Value(3.0)
    square = a * a
    square.backward()
    assert (square.inputs, edge_partials(square), a.grad) == ((a, a), (3.0, 3.0), 6.0)
    total = autograd.sum([a, a, a])
    a.zero_grad()
    total.backward()
    assert (len(total.inputs), a.grad) == (3, 3.0)


def test_backward_on_a_leaf_gives_it_the_seed() -> None:
    x = Value(3.0)
    x.backward()
    x.backward(0.5)
    assert x.grad == 1.5


def test_gradients_of_a_part_of_the_graph_leave_the_rest_alone() -> None:
    x, other = Value(2.0), Value(5.0)
    part = x * x
    whole = part * other
    part.backward()
    assert (x.grad, whole.has_grad, other.has_grad) == (4.0, False, False)


def test_only_what_was_reached_has_a_gradient() -> None:
    x, unused = Value(2.0), parameter(1.0)
    y = x * 3
    nodes = [x, y, unused]
    assert [node.has_grad for node in nodes] == [False, False, False]
    y.backward()
    assert [node.has_grad for node in nodes] == [True, True, False]
    assert not y.inputs[1].has_grad  # the constant 3
    dead = Value(-1.0)
    dead.relu().backward()
    assert (dead.has_grad, dead.grad) == (True, 0.0)


def test_zero_grad_forgets_all_gradients_below_and_none_beside() -> None:
    x, y = Value(2.0), Value(3.0)
    z = x * y + x.exp()
    aside = y * 2
    z.backward()
    aside.backward()
    z.zero_grad()
    assert not any(node.has_grad for node in Graph(z))
    assert aside.has_grad
    assert (x.grad, y.grad) == (0.0, 0.0)
    x.backward()
    x.zero_grad()
    assert not x.has_grad


def test_an_assigned_gradient_counts_and_accumulates() -> None:
    x = Value(2.0)
    x.grad = 10
    assert (x.grad, x.has_grad) == (10.0, True)
    (x * 3).backward()
    assert x.grad == 13.0
    x.grad = 0.0
    assert x.has_grad


def test_detach_cuts_the_graph() -> None:
    x = Value(2.0, "x")
    y = x * x
    y.label = "y"
    cut = y.detach()
    (cut * x).backward()
    assert (cut.data, cut.label, cut.inputs, cut.role, x.grad, cut.grad) == (4.0, "y", (), "leaf", 4.0, 2.0)
    assert not y.has_grad


@given(st.lists(st.floats(-5, 5), min_size=1, max_size=6))
def test_softmax_sums_to_one_and_its_gradient_to_zero(numbers: list[float]) -> None:
    logits = [Value(number) for number in numbers]
    weights = autograd.softmax(logits)
    assert math.fsum(weight.data for weight in weights) == pytest.approx(1.0, rel=1e-14)
    weights[0].backward()
    assert math.fsum(logit.grad for logit in logits) == pytest.approx(0.0, abs=1e-15)
    wanted = [weights[0].data * ((index == 0) - weight.data) for index, weight in enumerate(weights)]
    assert [logit.grad for logit in logits] == pytest.approx(wanted, rel=1e-13, abs=1e-16)
