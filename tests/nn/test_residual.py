"""Residual connections x + F(x): the identity where F is 0, and gradients that pass unchanged (lectures L9)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import BatchNorm, Each, Layer, Residual, Sequential, fit, mse
from tests.nn.comparing import (
    biases_of,
    check_layer,
    check_round_trip,
    check_torch,
    data,
    dense,
    grads,
    tensors,
    values,
    weights_of,
)

X = [0.5, -1.25, 2.0]
ROWS = st.lists(st.floats(-100, 100), min_size=1, max_size=5)


def test_a_residual_block_is_its_formula() -> None:
    check_layer(
        Residual(Layer(3, 3, activation="tanh", bias_init="uniform", seed=0)),
        X,
        lambda state, x: x + np.tanh(dense(state, "inner", x)),
    )


def test_so_it_is_over_a_sequence() -> None:
    check_layer(
        Residual(Each(Layer(3, 3, activation="tanh", seed=0))),
        [X, X[::-1]],
        lambda state, xs: np.array([x + np.tanh(dense(state, "inner.layer", x)) for x in xs]),
    )


@given(ROWS)
def test_where_f_is_zero_it_is_the_identity_for_numbers_and_gradients(x: list[float]) -> None:
    leaves = values(x)
    out = Residual(Layer(len(x), len(x), activation=None, init="zeros"))(leaves)
    assert data(out) == x
    sum(out, Value(0.0)).backward()
    assert grads(leaves) == [1.0] * len(x)


@given(ROWS, st.floats(-3, 3))
def test_it_adds_whatever_a_function_gives(x: list[float], factor: float) -> None:
    out = Residual(lambda row: [factor * v for v in row])(x)
    assert data(out) == pytest.approx([v + factor * v for v in x])


def test_it_agrees_with_pytorch() -> None:
    torch: Any = pytest.importorskip("torch")
    inner = Layer(3, 3, activation="tanh", bias_init="uniform", seed=3)
    leaves, x, w, b = values(X), tensors(X), tensors(weights_of(inner)), tensors(biases_of(inner))
    theirs = x + torch.tanh(torch.nn.functional.linear(x, w, b))
    check_torch(Residual(inner)(leaves), theirs, [(weights_of(inner), w), (biases_of(inner), b), (leaves, x)])


def test_a_single_value_passes_too() -> None:
    x = Value(2.0)
    assert Residual(abs)(x).data == 4.0
    assert data(Residual(Layer(1, 1, init="zeros"))([x])) == [2.0], "a list stays a list"
    assert Residual(Layer(1, 1, init="zeros"))(x).data == 2.0
    assert data(Residual(lambda row: [row])(x)) == [4.0]


def test_with_a_batch_norm_inside_it_takes_a_batch() -> None:
    model = Sequential(Layer(2, 3, seed=0), Residual(BatchNorm(3)), Layer(3, 1, activation=None, seed=1))
    assert model.takes_batch
    assert not Residual(Layer(2, 2)).takes_batch
    x = [[0.1 * i, 1.0 - 0.3 * i] for i in range(6)]
    history = fit(model, x, [a + b for a, b in x], loss=mse, epochs=60, progress=False)
    assert history.losses[-1] < history.losses[0]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: Residual(Layer(2, 3))([1.0, 2.0]), ValueError, "Residual adds x and F(x), which need one shape: 2 numbers and 3"),
        (lambda: Residual(Layer(2, 1))([1.0, 2.0]), ValueError, "which need one shape: 2 numbers and 1"),
        (lambda: Residual(Layer(2, 2))([1.0]), ValueError, "Residual/inner expects 2 inputs, got 1"),
        (lambda: Residual(Layer), TypeError, "Residual takes a module or function, got the class Layer"),
        (lambda: Residual(3), TypeError, "Residual takes a module or function, got int 3"),  # type: ignore[arg-type]
        (lambda: Residual(Layer(1, 1))(["a"]), TypeError, "Residual: a Value holds one real number"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind) as caught:
        call()
    assert message in str(caught.value)


def test_it_shows_itself_and_is_saved(tmp_path: Any) -> None:
    model = Sequential(Residual(Layer(2, 2, seed=0)))
    assert repr(model[0]) == "<Residual(Layer(2, 2, activation='relu')): 6 parameters>"
    assert "2" in model.summary().splitlines()[1].split()
    check_round_trip(model, Sequential(Residual(Layer(2, 2, seed=1))), tmp_path / "r.json")
    assert [y.origin for y in model([1.0, 2.0])] == [f"Sequential/layers.0/sum/units.{k}" for k in range(2)]
