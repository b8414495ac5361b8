"""Attention: softmax(QKᵀ/√d_k)V, its masks, and several heads, against NumPy and PyTorch (lectures L10)."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autograd import Value
from autograd.graph import topological_order
from nn import MultiHeadAttention, Sequential, attention, attention_weights, causal_mask
from nn.attention import KeyValues
from tests.nn.comparing import (
    biases_of,
    check_layer,
    check_round_trip,
    check_torch,
    data,
    dense,
    flat,
    softmax,
    tensors,
    values,
    weighted,
    weights_of,
)

RNG = np.random.default_rng(0)
XS, MEMORY = RNG.normal(size=(3, 4)), RNG.normal(size=(5, 4))
HOLES = [[True, False, True], [True, True, False], [False, False, True]]


def by_hand(q: Any, k: Any, v: Any, mask: Any = None) -> Any:
    rows = []
    for i, query in enumerate(q):
        seen = [j for j in range(len(k)) if mask is None or mask[i][j]]
        rows.append(softmax(k[seen] @ query / np.sqrt(len(query))) @ v[seen])
    return np.array(rows)


def heads_by_hand(state: Any, xs: Any, others: Any, heads: int, mask: Any = None, prefix: str = "") -> Any:
    q = np.array([dense(state, f"{prefix}queries", x) for x in xs])
    k, v = (np.array([dense(state, prefix + name, x) for x in others]) for name in ("keys", "values"))
    parts = np.split(np.arange(q.shape[1]), heads)
    mixed = np.concatenate([by_hand(q[:, p], k[:, p], v[:, p], mask) for p in parts], axis=1)
    return np.array([dense(state, f"{prefix}out", row) for row in mixed])


@st.composite
def cases(draw: Any) -> tuple[Any, Any, Any]:
    n, m, d, e = (draw(st.integers(1, 4)) for _ in range(4))
    numbers = st.floats(-20, 20)
    return tuple(
        [draw(st.lists(numbers, min_size=w, max_size=w)) for _ in range(rows)] for rows, w in ((n, d), (m, d), (m, e))
    )  # type: ignore[return-value]


@given(cases())
def test_attention_is_its_formula(case: Any) -> None:
    out = attention(*case)
    assert np.array([data(row) for row in out]) == pytest.approx(by_hand(*map(np.array, case)), rel=1e-9, abs=1e-9)


@given(cases())
def test_the_weights_of_each_query_sum_to_one_and_the_result_stays_within_the_values(case: Any) -> None:
    q, k, v = case
    for row in attention_weights(q, k):
        assert sum(data(row)) == pytest.approx(1.0)
        assert all(0.0 <= w <= 1.0 for w in data(row))
    columns = list(zip(*v, strict=True))
    for row in attention(q, k, v):
        for number, column in zip(data(row), columns, strict=True):
            assert min(column) - 1e-9 <= number <= max(column) + 1e-9


@given(cases(), st.randoms(use_true_random=False))
def test_the_order_of_the_keys_does_not_matter(case: Any, shuffle: Any) -> None:
    q, k, v = case
    order = list(range(len(k)))
    shuffle.shuffle(order)
    other = attention(q, [k[j] for j in order], [v[j] for j in order])
    assert data(other) == pytest.approx(data(attention(q, k, v)), rel=1e-9, abs=1e-9)


def test_the_gradients_of_queries_keys_and_values_are_those_of_pytorch() -> None:
    torch: Any = pytest.importorskip("torch")
    for mask in (None, causal_mask(3), HOLES):
        ours = [values(RNG.normal(size=(3, 4))) for _ in range(3)]
        theirs = [tensors(part) for part in ours]
        hidden = None if mask is None else torch.tensor(mask)
        out = torch.nn.functional.scaled_dot_product_attention(*theirs, attn_mask=hidden)
        pairs = [(leaf, tensor) for leaf, tensor in zip(ours, theirs, strict=True)]
        check_torch(attention(*ours, mask), out, pairs)


def test_scores_of_any_size_do_not_overflow() -> None:
    out = attention([[1e4]], [[1e4], [-1e4]], [[1.0], [2.0]])
    assert data(out) == [1.0]


def test_what_is_masked_costs_nothing_and_has_weight_zero() -> None:
    q, k, v = (values(RNG.normal(size=(3, 2))) for _ in range(3))
    assert [[w == 0.0 for w in data(row)] for row in attention_weights(q, k, HOLES)] == [[not s for s in row] for row in HOLES]
    out = attention(q, k, v, causal_mask(3))
    below = topological_order(out[0][0])
    assert k[1][0] not in below
    assert v[2][0] not in below


def test_a_causal_mask_sees_itself_and_the_past() -> None:
    assert (np.array(causal_mask(5)) == np.tril(np.ones((5, 5), dtype=bool))).all()


@pytest.mark.parametrize("heads", [1, 2, 4])
@pytest.mark.parametrize("bias", [True, False])
def test_several_heads_are_their_formula(heads: int, bias: bool) -> None:
    model = MultiHeadAttention(4, heads, bias=bias, seed=heads)
    check_layer(model, XS, lambda state, xs: heads_by_hand(state, xs, xs, heads))


@pytest.mark.parametrize("mask", [causal_mask(3), HOLES])
def test_so_they_are_with_a_mask(mask: Any) -> None:
    model = MultiHeadAttention(4, 2, seed=0)
    check_layer(model, XS, lambda s, xs: heads_by_hand(s, xs, xs, 2, mask), lambda xs: model(xs, mask=mask))


def test_so_they_are_when_they_look_at_another_sequence() -> None:
    model = MultiHeadAttention(4, 2, seed=0)
    both = np.concatenate([XS, MEMORY])
    check_layer(
        model, both, lambda s, rows: heads_by_hand(s, rows[:3], rows[3:], 2), lambda rows: model(rows[:3], rows[3:])
    )


def test_several_heads_are_those_of_pytorch() -> None:
    torch: Any = pytest.importorskip("torch")
    model = MultiHeadAttention(4, 2, seed=3)
    other = torch.nn.MultiheadAttention(4, 2).double()
    inner = [model.queries, model.keys, model.values]
    for p in biases_of(model.queries) + biases_of(model.out):
        p.data = 0.3
    with torch.no_grad():
        other.in_proj_weight.copy_(tensors([row for layer in inner for row in weights_of(layer)]))
        other.in_proj_bias.copy_(tensors([b for layer in inner for b in biases_of(layer)]))
        other.out_proj.weight.copy_(tensors(weights_of(model.out)))
        other.out_proj.bias.copy_(tensors(biases_of(model.out)))
    xs, memory, txs, tmemory = values(XS), values(MEMORY), tensors(XS), tensors(MEMORY)
    out, weights = other(txs, tmemory, tmemory, average_attn_weights=False)
    pairs = [
        ([row for layer in inner for row in weights_of(layer)], other.in_proj_weight),
        ([b for layer in inner for b in biases_of(layer)], other.in_proj_bias),
        (weights_of(model.out), other.out_proj.weight),
        (biases_of(model.out), other.out_proj.bias),
        (xs, txs),
        (memory, tmemory),
    ]
    check_torch(model(xs, memory), out, pairs)
    assert list(flat(model.pattern)) == pytest.approx(weights.reshape(-1).tolist())


def test_step_by_step_is_the_same_as_with_a_causal_mask() -> None:
    model = MultiHeadAttention(4, 2, seed=0)
    whole = model(XS, mask=causal_mask(3))
    pattern = model.pattern
    known = model.start()
    steps = [model.step(values(row), known) for row in XS]
    assert data(steps) == data(whole)
    assert len(known) == 3
    for head, stepped in zip(pattern, model.pattern, strict=True):
        assert [row[: t + 1] for t, row in enumerate(head)] == stepped


@given(st.integers(0, 3), st.integers(0, 99))
@settings(max_examples=20)
def test_causal_attention_ignores_the_future(position: int, seed: int) -> None:
    model = MultiHeadAttention(4, 2, seed=0)
    rng = np.random.default_rng(seed)
    xs = rng.normal(size=(4, 4))
    changed = xs.copy()
    changed[position + 1 :] = rng.normal(size=changed[position + 1 :].shape)
    rows, others = (model(x, mask=causal_mask(4)) for x in (xs, changed))
    assert data(rows[: position + 1]) == data(others[: position + 1])


def test_keys_and_values_are_computed_once_for_all_queries_and_heads() -> None:
    model = MultiHeadAttention(4, 2, seed=0)
    nodes = topological_order(weighted(model(XS)))
    for part in ("queries", "keys", "values", "out"):
        made = [node for node in nodes if node.origin.startswith(f"MultiHeadAttention/{part}/")]
        assert len(made) == 3 * 4
        assert {node.op for node in made} == {"affine"}
    heads = [node for node in nodes if node.origin.startswith("MultiHeadAttention/heads")]
    assert {node.op for node in heads} == {"mul", "dot", "logsumexp", "exp_difference", "sum", "div"}
    # Per query and head: 2 scaled numbers, 3 scores, one softmax of 1 + 3 + 1 + 3, and 2 results.
    assert len(heads) == 3 * 2 * (2 + 3 + 8 + 2)


def test_keys_and_values_know_their_length() -> None:
    known = KeyValues(2, 4)
    assert len(known) == 0
    known.append(values([1, 2, 3, 4]), values([5, 6, 7, 8]))
    assert len(known) == 1
    assert [data(part) for part in known.keys] == [[1.0, 2.0], [3.0, 4.0]]
    assert [data(part) for part in known.columns] == [[5.0, 6.0], [7.0, 8.0]]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: attention([[1.0, 2.0]], [[1.0]], [[1.0]]), ValueError, "attention, key 0 expects 2 inputs, got 1"),
        (lambda: attention([[1.0], [1.0, 2.0]], [[1.0]], [[1.0]]), ValueError, "attention, query 1 expects 1 input, got 2"),
        (lambda: attention([[1.0]], [[1.0], [2.0]], [[1.0]]), ValueError, "one value for each key, got 1 and 2"),
        (lambda: attention([[1.0]], [[1.0], [2.0]], [[1.0], [1.0, 2.0]]), ValueError, "attention, value 1 expects 1 input, got 2"),
        (lambda: attention([1.0], [[1.0]], [[1.0]]), TypeError, "attention takes lists of rows of numbers or Values"),
        (lambda: attention([], [[1.0]], [[1.0]]), TypeError, "attention takes lists of rows"),
        (lambda: attention([[1.0]], [[1.0]], [[1.0]], [[False]]), ValueError, "attention: the mask lets query 0 see no key at all"),
        (lambda: attention([[1.0]], [[1.0]], [[1.0]], [[True, True]]), ValueError, "must have 1 rows of 1, one a query and key; it has 1 rows of 2"),
        (lambda: attention([[1.0]], [[1.0]], [[1.0]], True), TypeError, "attention: the mask must be a list of rows, one a query, got bool True"),
        (lambda: causal_mask(0), ValueError, "positions must be at least 1"),
        (lambda: MultiHeadAttention(4, 3), ValueError, "heads must divide the width, but 4 / 3 is not a whole number"),
        (lambda: MultiHeadAttention(4, 2)([[1.0]]), ValueError, "MultiHeadAttention, position 0 expects 4 inputs, got 1"),
        (lambda: MultiHeadAttention(4, 2)(XS, [[1.0]]), ValueError, "MultiHeadAttention, memory, position 0 expects 4 inputs, got 1"),
        (lambda: MultiHeadAttention(4, 2)(XS[0]), TypeError, "MultiHeadAttention expects a list of rows, one a position, got one row of 4"),
        (lambda: MultiHeadAttention(4, 2)(XS, mask=causal_mask(2)), ValueError, "MultiHeadAttention: the mask must have 3 rows of 3"),
    ],
)  # fmt: skip
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_numpy_masks_and_arrays_are_welcome() -> None:
    mask = np.tril(np.ones((3, 3), dtype=bool))
    assert data(attention(XS, XS, XS, mask)) == data(attention(XS.tolist(), XS.tolist(), XS.tolist(), causal_mask(3)))  # type: ignore[arg-type]


def test_seeds_files_and_summary(tmp_path: Any) -> None:
    assert MultiHeadAttention(4, 2, seed=1).state_dict() == MultiHeadAttention(4, 2, seed=1).state_dict()
    check_round_trip(MultiHeadAttention(4, 2, seed=1), MultiHeadAttention(4, 2, seed=2), tmp_path / "a.json")
    model = Sequential(MultiHeadAttention(4, 2, bias=False))
    assert repr(model[0]) == "<MultiHeadAttention(4, 2, bias=False): 64 parameters>"
    assert model.summary().splitlines()[-1].split()[-4:] == ["n", "x", "4", "64"]
    assert model.summary(XS).splitlines()[-1].split()[-4:] == ["3", "x", "4", "64"]
    assert isinstance(weighted(model(XS)), Value)
