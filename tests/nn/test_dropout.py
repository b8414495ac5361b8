"""Dropout: which numbers it keeps, that their mean stays, and that it does nothing after `eval()`."""

import copy
import random
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nn import Dropout, Layer, Sequential, fit, mse, predict
from tests.nn.comparing import check_layer, check_torch, data, flat, tensors, values

X = [0.5, -1.25, 2.0, 0.1, 7.0, -3.0]


@pytest.mark.parametrize("p", [0.0, 0.3, 0.9])
def test_what_is_kept_is_scaled_and_the_rest_is_zero_with_these_gradients(p: float) -> None:
    mask = np.array([value.data for value in Dropout(p, seed=1)([1.0] * 6)])
    assert set(mask) <= {0.0, 1 / (1 - p)}
    check_layer(Dropout(p, seed=1), X, lambda state, x: mask * x)


@given(st.floats(0.05, 0.95), st.integers(0, 50))
def test_the_mean_stays(p: float, seed: int) -> None:
    count = 4000
    out = data(Dropout(p, seed=seed)([1.0] * count))
    deviation = (p / (1 - p) / count) ** 0.5
    assert abs(sum(out) / count - 1.0) < 5 * deviation
    assert abs(out.count(0.0) / count - p) < 5 * (p * (1 - p) / count) ** 0.5


@given(st.recursive(st.floats(-9, 9), lambda inner: st.lists(inner, min_size=1, max_size=3)), st.floats(0, 0.9))
def test_in_use_it_is_the_identity_on_any_shape(x: Any, p: float) -> None:
    leaves = values(x)
    out = Dropout(p).eval()(leaves)
    assert all(a is b for a, b in zip(flat([out]), flat([leaves]), strict=True))
    assert repr(Dropout(p)(leaves)).count("[") == repr(leaves).count("["), "and keeps the shape in training"


def test_the_masks_follow_the_seed_and_change_from_call_to_call() -> None:
    def masks(dropout: Dropout) -> list[list[float]]:
        return [data(dropout([1.0] * 20)) for _ in range(3)]

    assert masks(Dropout(0.5, seed=3)) == masks(Dropout(0.5, seed=3)) == masks(Dropout(0.5, seed=random.Random(3)))
    assert masks(Dropout(0.5, seed=3)) != masks(Dropout(0.5, seed=4))
    first, second, third = masks(Dropout(0.5, seed=3))
    assert first != second != third
    random.seed(3)
    by_global = masks(Dropout(0.5))
    random.seed(3)
    assert masks(Dropout(0.5)) == by_global


@pytest.mark.parametrize("seed", [None, 3])
def test_a_model_with_dropout_can_be_copied(seed: int | None) -> None:
    model = Dropout(0.5, seed=seed)
    assert data(copy.deepcopy(model).eval()(X)) == X


def test_backward_recomputed_uses_the_same_mask() -> None:
    leaves = values(X)
    out = Dropout(0.5, seed=0)(leaves)
    before = data(out)
    for leaf in leaves:
        leaf.data = 2 * leaf.data
    assert [y.forward() for y in out] == [2 * y for y in before]


def test_it_agrees_with_pytorch_in_use() -> None:
    torch: Any = pytest.importorskip("torch")
    leaves, x = values(X), tensors(X)
    check_torch(Dropout(0.4).eval()(leaves), torch.nn.Dropout(0.4).eval()(x), [(leaves, x)])


def test_fit_trains_with_it_and_predict_without() -> None:
    model = Sequential(Layer(1, 8, activation="tanh", seed=0), Dropout(0.5, seed=0), Layer(8, 1, activation=None, seed=1))
    x, y = [[0.1 * i] for i in range(10)], [0.1 * i for i in range(10)]
    fit(model, x, y, loss=mse, epochs=3, progress=False)
    assert predict(model, x) == predict(model, x)
    assert model([0.5]).data != model([0.5]).data


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: Dropout(1.0), ValueError, "p must be at least 0 and below 1, got 1"),
        (lambda: Dropout(-0.1), ValueError, "p must be at least 0 and below 1"),
        (lambda: Dropout("x"), TypeError, "p must be a number"),
        (lambda: Dropout(0.5)(["a"]), TypeError, "Dropout: a Value holds one real number"),
        (lambda: Dropout(0.5, seed=0.5), TypeError, "seed must be an int"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_it_shows_itself() -> None:
    assert repr(Dropout(0.25)) == "<Dropout(0.25): 0 parameters>"
    assert [y.origin for y in Dropout(0.5, seed=0)([1.0, 2.0])] == ["Dropout/units.0", "Dropout/units.1"]
    assert "Dropout(0.5)" in Sequential(Layer(1, 1), Dropout(0.5)).summary([1.0])
