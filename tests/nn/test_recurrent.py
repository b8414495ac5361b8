"""Recurrent cells: their formulas step by step, the unrolled graph, and PyTorch's cells (lectures L2, L10)."""

from typing import Any

import numpy as np
import pytest

from autograd import Value
from autograd.graph import topological_order
from nn import Adam, Each, Layer, LSTMCell, Module, Recurrent, RNNCell, Sequential, mse
from tests.nn.comparing import (
    biases_of,
    check_layer,
    check_round_trip,
    check_torch,
    data,
    dense,
    sigmoid,
    tensors,
    values,
    weighted,
    weights_of,
)

XS = [[0.5, -1.0], [2.0, 0.25], [-0.75, 1.5]]
H, C = [0.3, -0.2, 0.9], [1.5, -0.4, 0.1]


def shaken(model: Any, seed: int = 0) -> Any:
    rng = np.random.default_rng(seed)
    for p in model.parameters():
        p.data = rng.uniform(-1, 1)
    return model


def rnn(state: Any, x: Any, h: Any, name: str = "layer") -> Any:
    return np.tanh(dense(state, name, np.concatenate([x, h])))


def lstm(state: Any, x: Any, h: Any, c: Any, prefix: str = "") -> tuple[Any, Any]:
    seen = np.concatenate([x, h])
    i, f, o = (sigmoid(dense(state, prefix + name, seen)) for name in ("input", "forget", "output"))
    c = f * c + i * np.tanh(dense(state, prefix + "candidate", seen))
    return o * np.tanh(c), c


def test_a_recurrent_cell_is_its_formula() -> None:
    cell = shaken(RNNCell(2, 3))
    check_layer(cell, XS[0], lambda state, x: rnn(state, x, np.zeros(3)))
    check_layer(cell, XS[0] + H, lambda state, x: rnn(state, x[:2], x[2:]), lambda x: cell(x[:2], x[2:]))


def test_an_lstm_cell_is_its_formula() -> None:
    cell = shaken(LSTMCell(2, 3))
    check_layer(cell, XS[0], lambda state, x: lstm(state, x, np.zeros(3), np.zeros(3)))
    check_layer(
        cell, XS[0] + H + C, lambda state, x: lstm(state, x[:2], x[2:5], x[5:]), lambda x: cell(x[:2], (x[2:5], x[5:]))
    )


def test_unrolled_in_time_they_are_their_formulas_applied_again_and_again() -> None:
    def simple(state: Any, xs: Any) -> Any:
        h, out = np.zeros(3), []
        for x in xs:
            h = rnn(state, x, h, "cell.layer")
            out.append(h)
        return out

    def long(state: Any, xs: Any) -> Any:
        h, c, out = np.zeros(3), np.zeros(3), []
        for x in xs:
            h, c = lstm(state, x, h, c, "cell.")
            out.append(h)
        return out

    check_layer(shaken(Recurrent(RNNCell(2, 3))), XS, simple)
    check_layer(shaken(Recurrent(LSTMCell(2, 3))), XS, long)


def test_a_recurrent_cell_is_pytorchs() -> None:
    torch: Any = pytest.importorskip("torch")
    cell = shaken(RNNCell(2, 3))
    other = torch.nn.RNNCell(2, 3).double()
    pairs = copied(torch, cell.layer, [other.weight_ih, other.weight_hh, other.bias_ih, other.bias_hh])
    x, h, tx, th = values(XS[0]), values(H), tensors(XS[0]), tensors(H)
    check_torch(cell(x, h), other(tx, th), [*pairs, (x, tx), (h, th)])


def copied(torch: Any, layer: Layer, targets: list[Any], rows: slice = slice(None)) -> list[tuple[Any, Any]]:
    """Copies a layer's numbers into PyTorch's two matrices and two biases; pairs to compare where all rows are used."""
    w, b = weights_of(layer), biases_of(layer)
    inside, across = [row[:2] for row in w], [row[2:] for row in w]
    with torch.no_grad():
        for target, source in zip(targets, (inside, across, b), strict=False):
            target[rows].copy_(tensors(source))
        targets[3][rows].zero_()
    return list(zip((inside, across, b), targets, strict=False))


def test_an_lstm_cell_is_pytorchs_over_several_steps() -> None:
    torch: Any = pytest.importorskip("torch")
    cell = shaken(LSTMCell(2, 3), seed=2)
    other = torch.nn.LSTMCell(2, 3).double()
    targets = [other.weight_ih, other.weight_hh, other.bias_ih, other.bias_hh]
    gates = (cell.input, cell.forget, cell.candidate, cell.output)
    for index, gate in enumerate(gates):
        copied(torch, gate, targets, slice(3 * index, 3 * index + 3))
    xs, txs = values(XS), tensors(XS)
    state, other_state = None, None
    for x, tx in zip(xs, txs, strict=True):
        state, other_state = cell(x, state), other(tx, other_state)
    assert state is not None
    assert other_state is not None
    w = [row for gate in gates for row in weights_of(gate)]
    pairs = [
        ([row[:2] for row in w], other.weight_ih),
        ([row[2:] for row in w], other.weight_hh),
        ([b for gate in gates for b in biases_of(gate)], other.bias_ih),
        (xs, txs),
    ]
    txs.retain_grad()
    check_torch(list(state), torch.cat(other_state), pairs)


def test_each_weighted_sum_is_one_node() -> None:
    h, c = LSTMCell(2, 3, seed=0)([Value(1.0), Value(2.0)])
    operations = [node.op for node in topological_order(weighted([h, c])) if node.origin.startswith("LSTMCell")]
    assert sorted(set(operations)) == ["affine", "dot", "mul", "sigmoid", "tanh"]
    assert operations.count("affine") == 12
    assert operations.count("dot") == operations.count("mul") == 3
    assert c[0].origin == "LSTMCell/cells.0"
    assert h[0].origin == "LSTMCell/units.0"


@pytest.mark.parametrize("make", [RNNCell, LSTMCell])
def test_a_run_can_go_on_from_its_state(make: Any) -> None:
    model = Recurrent(make(2, 3, seed=0))
    whole = model(XS)
    first, state = model.run(XS[:2])
    rest, _ = model.run(XS[2:], state)
    assert data(first + rest) == data(whole)


def test_the_past_changes_later_states_and_the_future_does_not() -> None:
    model = Recurrent(RNNCell(2, 3, seed=0))
    base, other = data(model(XS)), data(model([XS[0], [9.0, 9.0], XS[2]]))
    assert base[:3] == other[:3]
    assert all(a != b for a, b in zip(base[3:], other[3:], strict=True))


@pytest.mark.parametrize("make", [RNNCell, LSTMCell])
def test_they_learn_to_count_the_ones(make: Any) -> None:
    model = Sequential(Recurrent(make(1, 4, seed=1)), Each(Layer(4, 1, activation=None, seed=2)))
    data_in = [[[float(b)] for b in bits] for bits in ([1, 0, 1], [0, 0, 1], [1, 1, 1], [0, 1, 0])]
    goals = [[sum(x[0] for x in xs[: t + 1]) for t in range(3)] for xs in data_in]
    optimizer = Adam(model.parameters(), lr=0.05)
    losses = []
    for _ in range(60):
        loss = mse([model(xs) for xs in data_in], goals)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    assert losses[-1] < 0.05 * losses[0]


def test_cells_start_where_their_seed_says_and_remember_at_first(tmp_path: Any) -> None:
    assert {b.data for b in biases_of(LSTMCell(2, 3).forget)} == {1.0}
    assert {b.data for b in biases_of(LSTMCell(2, 3, forget_bias=0.5).forget)} == {0.5}
    assert {b.data for b in biases_of(LSTMCell(2, 3).input)} == {0.0}
    for make in (RNNCell, LSTMCell):
        assert make(2, 3, seed=1).state_dict() == make(2, 3, seed=1).state_dict()
        check_round_trip(make(2, 3, seed=1), make(2, 3, seed=2), tmp_path / f"{make.__name__}.json")


def test_another_module_with_start_can_be_a_cell() -> None:
    class Sum(Module):
        def start(self) -> list[Value]:
            return [Value(0.0)]

        def __call__(self, x: Any, h: Any) -> list[Value]:
            return [h[0] + x[0]]

    assert data(Recurrent(Sum())([[1.0], [2.0], [3.0]])) == [1.0, 3.0, 6.0]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: RNNCell(2, 3)([1.0]), ValueError, "RNNCell expects 2 inputs, got 1"),
        (lambda: RNNCell(2, 3)([1.0, 2.0], [1.0]), ValueError, "RNNCell, state h expects 3 inputs, got 1"),
        (lambda: LSTMCell(2, 3)([1.0]), ValueError, "LSTMCell expects 2 inputs, got 1"),
        (lambda: LSTMCell(2, 3)([1.0, 2.0], H), TypeError, r"LSTMCell: the state is a pair \(h, c\)"),
        (lambda: LSTMCell(2, 3)([1.0, 2.0], (H, [1.0])), ValueError, "LSTMCell, state c expects 3 inputs, got 1"),
        (lambda: Recurrent(RNNCell(2, 3))([]), ValueError, "Recurrent expects at least one position"),
        (lambda: Recurrent(RNNCell(2, 3))(3.0), TypeError, "Recurrent expects a list of rows, one a position, got float"),
        (lambda: Recurrent(RNNCell(2, 3))([[1.0]]), ValueError, "Recurrent/cell expects 2 inputs, got 1"),
        (lambda: Recurrent(Layer(2, 2)), TypeError, "Recurrent takes a cell"),
        (lambda: RNNCell(0, 1), ValueError, "nin must be at least 1"),
        (lambda: LSTMCell(1, 0), ValueError, "nhidden must be at least 1"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_they_show_their_shapes() -> None:
    model = Sequential(Recurrent(LSTMCell(2, 3)), Each(Layer(3, 1, activation="relu")))
    rows = [line.split() for line in model.summary().splitlines()]
    assert rows[1] == ["layers.0.cell", "LSTMCell(2,", "3)", "3", "72"]
    assert rows[-1][-4:] == ["n", "x", "1", "76"]
    assert repr(RNNCell(2, 3)) == "<RNNCell(2, 3, activation='tanh'): 18 parameters>"
    assert repr(Recurrent(LSTMCell(1, 1))) == "<Recurrent(LSTMCell(1, 1)): 12 parameters>"
