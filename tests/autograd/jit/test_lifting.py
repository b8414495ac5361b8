"""Loops over samples and neurons become matrix products and rows of lanes, whatever their shape, with the same results."""

import random
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value, affine, dot, mean, parameter, softmax
from autograd import sum as total
from autograd.jit import compile
from autograd.jit.instructions import Each, Gather, Many, Product
from tests.autograd.jit.agreement import assert_agrees

BOTH = pytest.mark.parametrize("native", [False, True], ids=["numpy", "numba"])


def needs(native: bool) -> None:
    if native:
        pytest.importorskip("numba")


class Net:
    """micrograd's own model code, with parameters of either kind."""

    def __init__(self, sizes: list[int], leaf: Callable[[float], Value] = Value, seed: int = 0) -> None:
        rng = random.Random(seed)
        self.layers = [
            [([leaf(rng.uniform(-1, 1)) for _ in range(i)], leaf(rng.uniform(-1, 1))) for _ in range(o)]
            for i, o in pairwise(sizes)
        ]

    def __call__(self, x: list[Value]) -> list[Value]:
        for number, layer in enumerate(self.layers):
            x = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
            if number + 1 < len(self.layers):
                x = [z.tanh() for z in x]
        return x


def samples(count: int, width: int, seed: int = 1) -> list[list[Value]]:
    rng = random.Random(seed)
    return [[Value(rng.uniform(-2, 2)) for _ in range(width)] for _ in range(count)]


def kinds(root: Value) -> list[str]:
    return [type(one).__name__ for one in compile(root, native=False)._lowered.instructions]


def test_a_loop_over_samples_and_neurons_becomes_one_matrix_product_a_layer() -> None:
    net = Net([2, 5, 1])
    loss = sum(net(x)[0] for x in samples(9, 2)) * 0.5
    program = compile(loss, native=False)
    products = [one for one in program._lowered.instructions if isinstance(one, Product)]
    assert [(one.out.shape, one.left.shape) for one in products] == [((5, 9), (5, 2)), ((1, 9), (1, 5))]
    assert not any(isinstance(one, Gather) for one in program._lowered.instructions)


def test_lifting_switched_off_finds_no_matrices() -> None:
    net = Net([2, 3, 1])
    loss = sum(net(x)[0] for x in samples(4, 2))
    program = compile(loss, native=False, lift=False)
    assert all(isinstance(one, Each | Many) for one in program._lowered.instructions)


@BOTH
@pytest.mark.parametrize("lift", [True, False], ids=["lifted", "unlifted"])
@pytest.mark.parametrize("count", [1, 2, 7, 8, 9, 17])
def test_lane_counts_that_do_not_fill_a_vector_agree(native: bool, lift: bool, count: int) -> None:
    needs(native)

    def build() -> Value:
        net = Net([3, 4, 5, 1])
        return mean([net(x)[0] ** 2 for x in samples(count, 3)])

    assert_agrees(build, native=native, lift=lift)


@BOTH
def test_a_missing_sample_in_one_neuron_agrees(native: bool) -> None:
    needs(native)

    def build() -> Value:
        net, rows = Net([2, 16, 1]), samples(30, 2)
        outputs = []
        for number, x in enumerate(rows):
            hidden = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b).tanh() for w, b in net.layers[0]]
            if number == 7:
                hidden[3] = Value(0.25)
            [(w, b)] = net.layers[1]
            outputs.append(sum((wi * xi for wi, xi in zip(w, hidden, strict=True)), b))
        return sum(outputs, Value(0.0))

    assert_agrees(build, native=native)


@BOTH
def test_a_weight_shared_by_two_neurons_agrees(native: bool) -> None:
    needs(native)

    def build() -> Value:
        net = Net([3, 4, 1], parameter)
        net.layers[0][1][0][2] = net.layers[0][0][0][0]
        net.layers[0][2] = (net.layers[0][3][0], net.layers[0][2][1])
        return mean([net(x)[0].tanh() for x in samples(9, 3)])

    assert_agrees(build, native=native)


@BOTH
def test_neurons_that_differ_in_their_bias_alone_agree(native: bool) -> None:
    needs(native)

    def build() -> Value:
        w, biases = [parameter(0.5), parameter(-0.25)], [parameter(0.1 * n) for n in range(4)]
        return mean([affine(w, x, b).tanh() for x in samples(6, 2) for b in biases])

    assert_agrees(build, native=native)


@BOTH
def test_samples_that_share_nodes_agree(native: bool) -> None:
    needs(native)

    def build() -> Value:
        net, rows = Net([2, 3, 1]), samples(8, 2)
        common = rows[0][0] * rows[1][1]
        for row in rows[::2]:
            row[1] = common
        return mean([net(x)[0] * common for x in rows])

    assert_agrees(build, native=native)


@BOTH
def test_different_branches_for_different_samples_agree(native: bool) -> None:
    needs(native)

    def build() -> Value:
        net, rows = Net([2, 4, 1]), samples(11, 2)
        outputs = [net(x)[0] for x in rows]
        return mean([(1 - s).relu() if n % 3 else (s * s + 1).log() for n, s in enumerate(outputs)])

    assert_agrees(build, native=native)


@BOTH
def test_permuted_orders_of_samples_weights_and_terms_agree(native: bool) -> None:
    needs(native)

    def build() -> Value:
        net, rows = Net([4, 5, 3]), samples(9, 4)
        rng = random.Random(3)
        outputs = []
        for x in rows:
            neurons = list(enumerate(net.layers[0]))
            rng.shuffle(neurons)
            hidden = [Value(0.0)] * len(neurons)
            for place, (w, b) in neurons:
                terms = list(zip(w, x, strict=True))
                rng.shuffle(terms)
                hidden[place] = (b + sum(a * c if rng.random() < 0.5 else c * a for a, c in terms)).tanh()
            outputs.append(total([dot(w, hidden) + b for w, b in net.layers[1]]))
        rng.shuffle(outputs)
        return mean(outputs)

    assert_agrees(build, native=native)


@BOTH
def test_a_convolution_whose_windows_overlap_agrees(native: bool) -> None:
    needs(native)

    def build() -> Value:
        signal, [kernel] = samples(1, 20)[0], samples(1, 4, seed=5)
        return mean([dot(kernel, signal[i : i + 4]).tanh() for i in range(17)])

    assert_agrees(build, native=native)


@BOTH
def test_a_recurrent_loop_agrees(native: bool) -> None:
    needs(native)

    def build() -> Value:
        w, u, b = parameter(0.5), parameter(-0.7), parameter(0.1)
        states = [Value(0.0)] * 5
        for t in range(6):
            states = [(w * s + u * x[t] + b).tanh() for s, x in zip(states, samples(5, 6), strict=True)]
        return mean(states)

    assert_agrees(build, native=native)


@BOTH
def test_attention_agrees(native: bool) -> None:
    needs(native)

    def build() -> Value:
        width, length = 4, 6
        rng = random.Random(2)
        matrices = [[[parameter(rng.uniform(-1, 1)) for _ in range(width)] for _ in range(width)] for _ in range(3)]
        rows = samples(length, width)
        q, k, v = ([[dot(w, x) for w in matrix] for x in rows] for matrix in matrices)
        outputs = []
        for t in range(length):
            weights = softmax([dot(q[t], k[s]) * 0.5 for s in range(t + 1)])
            attended = [dot(weights, [v[s][j] for s in range(t + 1)]) for j in range(width)]
            outputs += [x + a for x, a in zip(rows[t], attended, strict=True)]
        return mean([o * o for o in outputs])

    assert_agrees(build, native=native)


@BOTH
@given(st.data())
@settings(max_examples=40)
def test_random_ragged_loops_agree(native: bool, data: st.DataObject) -> None:
    needs(native)
    count = data.draw(st.integers(1, 12))
    sizes = [data.draw(st.integers(1, 5)) for _ in range(3)]
    skipped = data.draw(st.sets(st.tuples(st.integers(0, count - 1), st.integers(0, sizes[1] - 1)), max_size=3))
    swapped = data.draw(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=3))
    order = data.draw(st.permutations(range(count)))

    def build() -> Value:
        net, rows = Net(sizes, parameter), samples(count, sizes[0])
        for i, j in swapped:  # weights tied across the layer
            first = net.layers[0]
            first[i % sizes[1]][0][0] = first[j % sizes[1]][0][-1]
        outputs = []
        for number in order:
            x = rows[number]
            hidden = [
                x[0] * b if (number, place) in skipped else affine(w, x, b).tanh()
                for place, (w, b) in enumerate(net.layers[0])
            ]
            outputs += [affine(w, hidden, b) for w, b in net.layers[1]]
        return mean([o * o for o in outputs])

    assert_agrees(build, native=native)


@BOTH
@pytest.mark.parametrize("lift", [True, False], ids=["lifted", "unlifted"])
def test_weights_that_meet_each_other_in_one_class_keep_all_their_gradients(native: bool, lift: bool) -> None:
    needs(native)
    products: list[Callable[[list[Value]], list[Value]]] = [
        lambda w: [w[0] * each for each in w],
        lambda w: [each * w[2] for each in w],
        lambda w: [a * b for a, b in zip(w, w[1:] + w[:1], strict=True)],
        lambda w: [dot([a], [b]) for a, b in zip(w, w[1:] + w[:1], strict=True)],
        lambda w: [a * b for a, b in zip(w, w[::-1], strict=True)],
        lambda w: [a * a for a in w],
    ]
    for each in products:

        def build(each: Callable[[list[Value]], list[Value]] = each) -> Value:
            return total([z.tanh() for z in each([parameter(0.5 * n + 0.1) for n in range(4)])])

        assert_agrees(build, native=native, lift=lift)


def test_a_graph_of_one_leaf_or_of_constants_alone_compiles() -> None:
    x = Value(3.0)
    program = compile(x, native=False)
    assert program.forward() == 3.0
    program.backward(2.0)
    assert x.grad == 2.0
    constant = Value(2.0)
    assert compile(constant.detach() * 0 + 1, native=False).forward() == 1.0


def test_the_whole_batch_falls_into_a_few_instructions_in_micrograds_own_code() -> None:
    net = Net([2, 16, 16, 1])
    loss = sum((1 + -1.0 * net(x)[0]).relu() for x in samples(50, 2)) * (1 / 50)
    assert len(kinds(loss)) <= 12
