"""Embedding and one-hot: a row of the table is the one-hot vector times the table (lectures L10)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, jit
from nn import SGD, Adam, Embedding, Sequential, one_hot
from tests.nn.comparing import check_round_trip, check_torch, data, grads, tensors, weighted

TOKENS = [2, 0, 2, 4]


def test_a_row_is_one_hot_times_the_table_and_gets_the_sum_of_its_gradients() -> None:
    model = Embedding(5, 3, seed=0)
    table = np.array([[v.data for v in row] for row in model.table])
    rows = model(TOKENS)
    assert data(rows) == (np.array(one_hot(TOKENS, 5)) @ table).reshape(-1).tolist()
    weighted(rows).backward()
    upstream = np.sin(np.arange(1, 13)).reshape(4, 3)
    expected = np.array(one_hot(TOKENS, 5)).T @ upstream
    assert grads(model.table) == pytest.approx(expected.reshape(-1).tolist())


@pytest.mark.parametrize("optimizer", [SGD, Adam])
def test_a_step_moves_the_rows_that_were_used(optimizer: Any) -> None:
    model = Embedding(5, 3, seed=0)
    before = np.array([[v.data for v in row] for row in model.table])
    weighted(model(TOKENS)).backward()
    slopes = np.array([[v.grad for v in row] for row in model.table])
    optimizer(model.parameters(), lr=0.1).step()
    after = np.array([[v.data for v in row] for row in model.table])
    step = slopes if optimizer is SGD else slopes / (abs(slopes) + 1e-8)
    assert after == pytest.approx(before - 0.1 * step)
    assert (after[[1, 3]] == before[[1, 3]]).all()


def test_it_agrees_with_pytorch_after_a_step_too() -> None:
    torch: Any = pytest.importorskip("torch")
    model = Embedding(5, 3, seed=1)
    other = torch.nn.Embedding(5, 3).double()
    with torch.no_grad():
        other.weight.copy_(tensors(model.table))
    check_torch(model(TOKENS), other(torch.tensor(TOKENS)), [(model.table, other.weight)])
    Adam(model.parameters(), lr=0.1).step()
    torch.optim.Adam(other.parameters(), lr=0.1).step()
    assert data(model.table) == pytest.approx(other.weight.reshape(-1).tolist())


def test_tokens_select_rows_in_any_nesting() -> None:
    model = Embedding(4, 2, seed=0)
    assert model(3) == model.table[3]
    assert model(np.int64(3)) == model.table[3]
    assert model([[0, 1], [2, 3]]) == [model.table[:2], model.table[2:]]
    assert model(np.array([1, 1])) == [model.table[1]] * 2
    row = model(1)
    row.append(Value(0.0))
    assert len(model.table[1]) == 2, "what is returned is not the table's own list"


@given(st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, n - 1)))))
def test_one_hot_rows_have_their_one_at_the_label(case: tuple[int, list[int]]) -> None:
    count, labels = case
    rows = one_hot(labels, count)
    assert [row.index(1.0) for row in rows] == labels
    assert all(len(row) == count and sum(row) == 1.0 for row in rows)


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: Embedding(4, 2)(4), ValueError, "Embedding: token is 4, but there are only 0 to 3"),
        (lambda: Embedding(4, 2)(-1), ValueError, "Embedding: token is -1, but"),
        (lambda: Embedding(4, 2)([0, 9]), ValueError, "Embedding: token 1 is 9, but"),
        (lambda: Embedding(4, 2)(1.0), TypeError, "Embedding: token must be a whole number, got float 1.0"),
        (lambda: Embedding(4, 2)(True), TypeError, "Embedding: token must be a whole number, got bool True"),
        (lambda: Embedding(4, 2)("a"), TypeError, "Embedding: token must be a whole number, got str 'a'"),
        (lambda: Embedding(0, 2), ValueError, "count must be at least 1, got 0"),
        (lambda: Embedding(2, 0), ValueError, "width must be at least 1, got 0"),
        (lambda: one_hot(3, 3), ValueError, "one_hot: label is 3, but there are only 0 to 2"),
        (lambda: one_hot([0, "b"], 3), TypeError, "one_hot: label 1 must be a whole number"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_it_starts_from_a_standard_normal_by_seed(tmp_path: Any) -> None:
    numbers = np.array(data(Embedding(100, 20, seed=0).table))
    assert abs(numbers.mean()) < 0.1
    assert abs(numbers.std() - 1.0) < 0.05
    assert Embedding(3, 2, seed=5).state_dict() == Embedding(3, 2, seed=5).state_dict()
    assert set(Embedding(3, 2, init="zeros").state_dict().values()) == {0.0}
    check_round_trip(Embedding(3, 2, seed=5), Embedding(3, 2, seed=6), tmp_path / "e.json")
    assert [name for name, _ in Embedding(2, 1).named_parameters()] == ["table.0.0", "table.1.0"]


def test_it_shows_its_shape() -> None:
    model = Sequential(Embedding(27, 4))
    assert model.summary().splitlines()[1].split() == ["layers.0", "Embedding(27,", "4)", "4", "108"]
    assert model.summary([1, 2]).splitlines()[1].split()[-4:] == ["2", "x", "4", "108"]


def test_a_token_may_be_a_value_which_jit_makes_an_input() -> None:
    model = Embedding(5, 3, seed=0)
    assert model(Value(2.0)) == model(2)
    with pytest.raises(ValueError, match=r"Embedding: token 1 is 5, but there are only 0 to 4"):
        model([Value(1.0), Value(5.0)])
    with pytest.raises(TypeError, match=r"Embedding: token must be a whole number"):
        model(Value(0.5))
    pytest.importorskip("numpy")
    f = jit(model, native=False)
    for token in (3, 0, 4):
        assert f(token) == [v.data for v in model.table[token]]
    assert f.statistics == (1, 2, 0)
