"""Feed-forward network, encoder and decoder block: each is its formula, x + F(x) with a norm around it (lectures L10)."""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value
from nn import (
    DecoderBlock,
    EncoderBlock,
    FeedForward,
    Layer,
    LayerNorm,
    RMSNorm,
    Sequential,
    SwiGLU,
    TransformerBlock,
    causal_mask,
)
from tests.nn.comparing import (
    biases_of,
    check_layer,
    check_round_trip,
    check_torch,
    data,
    dense,
    flat,
    relu,
    tensors,
    values,
    vector,
    weights_of,
)
from tests.nn.test_attention import heads_by_hand

RNG = np.random.default_rng(1)
XS, MEMORY = RNG.normal(size=(3, 4)), RNG.normal(size=(2, 4))


def layer_norm(state: Any, name: str, x: Any) -> Any:
    z = (x - x.mean()) / np.sqrt(((x - x.mean()) ** 2).mean() + 1e-5)
    return vector(state, f"{name}.gamma") * z + vector(state, f"{name}.beta")


def rms_norm(state: Any, name: str, x: Any) -> Any:
    return x / np.sqrt((x**2).mean() + 1e-5)


def ffn(state: Any, name: str, x: Any) -> Any:
    return dense(state, f"{name}layers.1", relu(dense(state, f"{name}layers.0", x)))


def block_by_hand(
    state: Any,
    xs: Any,
    heads: int,
    first: bool,
    *,
    mask: Any = None,
    memory: Any = None,
    norm: Callable[[Any, str, Any], Any] = layer_norm,
    prefix: str = "",
) -> Any:
    def around(xs: Any, part: Callable[[Any], Any], name: str) -> Any:
        normed: Callable[[Any], Any] = lambda rows: np.array([norm(state, f"{prefix}{name}_norm", x) for x in rows])  # noqa: E731
        return xs + part(normed(xs)) if first else normed(xs + part(xs))

    xs = around(xs, lambda rows: heads_by_hand(state, rows, rows, heads, mask, f"{prefix}attention."), "attention")
    if memory is not None:
        xs = around(xs, lambda rows: heads_by_hand(state, rows, memory, heads, None, f"{prefix}cross."), "cross")
    return around(xs, lambda rows: np.array([ffn(state, f"{prefix}feed_forward.", x) for x in rows]), "feed_forward")


def shaken(model: Any) -> Any:
    rng = np.random.default_rng(7)
    for p in model.parameters():
        p.data += rng.normal(0, 0.1)
    return model


def test_the_feed_forward_network_is_its_formula() -> None:
    model = shaken(FeedForward(4, 5, seed=0))
    check_layer(model, XS[0], lambda state, x: ffn(state, "", x))
    assert len(FeedForward(4).layers[0].neurons) == 16
    single = FeedForward(1, 2, seed=0)(3.0)
    assert isinstance(single, list), "a row stays a row"


@pytest.mark.parametrize("first", [False, True])
def test_an_encoder_block_is_its_formula(first: bool) -> None:
    model = shaken(EncoderBlock(4, 2, 5, norm_first=first, seed=0))
    check_layer(model, XS, lambda state, xs: block_by_hand(state, xs, 2, first))
    mask = [[True, False, True], [True, True, False], [True, True, True]]
    check_layer(model, XS, lambda s, xs: block_by_hand(s, xs, 2, first, mask=mask), lambda xs: model(xs, mask))


@pytest.mark.parametrize("first", [False, True])
def test_a_decoder_block_is_its_formula(first: bool) -> None:
    model = shaken(DecoderBlock(4, 2, 5, norm_first=first, seed=0))
    check_layer(model, XS, lambda state, xs: block_by_hand(state, xs, 2, first, mask=causal_mask(3)))


@pytest.mark.parametrize("first", [False, True])
def test_a_decoder_block_that_looks_at_an_encoder_is_its_formula(first: bool) -> None:
    model = shaken(DecoderBlock(4, 2, 5, cross=True, norm_first=first, seed=0))
    check_layer(
        model,
        np.concatenate([XS, MEMORY]),
        lambda s, rows: block_by_hand(s, rows[:3], 2, first, mask=causal_mask(3), memory=rows[3:]),
        lambda rows: model(rows[:3], rows[3:]),
    )


def test_the_norm_and_the_activation_can_be_others() -> None:
    model = DecoderBlock(4, 2, 5, norm=lambda n: RMSNorm(n, learned=False), norm_first=True, bias=False, seed=0)
    check_layer(model, XS, lambda s, xs: block_by_hand(s, xs, 2, True, mask=causal_mask(3), norm=rms_norm))
    assert isinstance(model.attention_norm, RMSNorm)
    block = EncoderBlock(4, 2, activation="gelu", seed=0)
    assert block.feed_forward.layers[0].neurons[0].activation == "gelu"
    block.feed_forward = Sequential(SwiGLU(4, 6, seed=0), Layer(6, 4, activation=None, seed=1))  # type: ignore[assignment]
    assert len(block(XS)[0]) == 4
    assert "feed_forward.layers.0.gate.neurons.0.w.0" in block.state_dict()


@pytest.mark.parametrize("first", [False, True])
def test_an_encoder_block_is_pytorchs(first: bool) -> None:
    torch: Any = pytest.importorskip("torch")
    model = shaken(EncoderBlock(4, 2, 5, norm_first=first, seed=0))
    other = torch.nn.TransformerEncoderLayer(4, 2, 5, dropout=0.0, norm_first=first, batch_first=True).double()
    attention = model.attention
    inner = [attention.queries, attention.keys, attention.values]
    pairs = [
        ([row for layer in inner for row in weights_of(layer)], other.self_attn.in_proj_weight),
        ([b for layer in inner for b in biases_of(layer)], other.self_attn.in_proj_bias),
        (weights_of(attention.out), other.self_attn.out_proj.weight),
        (biases_of(attention.out), other.self_attn.out_proj.bias),
        (model.attention_norm.gamma, other.norm1.weight),
        (model.attention_norm.beta, other.norm1.bias),
        (model.feed_forward_norm.gamma, other.norm2.weight),
        (model.feed_forward_norm.beta, other.norm2.bias),
    ]
    for layer, linear in zip(model.feed_forward.layers, (other.linear1, other.linear2), strict=True):
        pairs += [(weights_of(layer), linear.weight), (biases_of(layer), linear.bias)]
    with torch.no_grad():
        for ours, theirs in pairs:
            theirs.copy_(tensors(ours))
    xs, txs = values(XS), tensors(XS)
    check_torch(model(xs), other(txs[None]), [*pairs, (xs, txs)])


def test_a_decoder_goes_on_from_its_state_and_ignores_the_future() -> None:
    model = shaken(DecoderBlock(4, 2, cross=True, seed=0))
    whole = model(XS, MEMORY)
    state = model.start(MEMORY)
    first = model(XS[:2], state=state)
    assert data(first + model(XS[2:], state=state)) == data(whole)
    changed = np.concatenate([XS[:2], [[9.0, -9.0, 5.0, 0.0]]])
    assert data(model(changed, MEMORY)[:2]) == data(whole[:2])
    assert data(model(changed, MEMORY)[2]) != data(whole[2])


def test_the_patterns_of_both_attentions_are_kept() -> None:
    model = DecoderBlock(4, 2, cross=True, seed=0)
    for _ in range(2):
        model(XS, MEMORY)
        assert [[len(row) for row in head] for head in model.attention.pattern] == [[1, 2, 3]] * 2
        assert model.cross is not None
        assert [[len(row) for row in head] for head in model.cross.pattern] == [[2, 2, 2]] * 2
        assert all(sum(row) == pytest.approx(1.0) for head in model.cross.pattern for row in head)


def test_dropout_is_for_training_only() -> None:
    model = EncoderBlock(4, 2, dropout=0.5, seed=0)
    plain = EncoderBlock(4, 2, seed=0)
    plain.load_state_dict(model.state_dict())
    assert data(model(XS)) != data(model(XS))
    assert data(model.eval()(XS)) == data(plain(XS))
    again = copy.deepcopy(model).train()
    assert data(again(XS)) == data(model.train()(XS)), "a copy draws the same"


def test_the_nodes_of_a_block_say_which_part_made_them() -> None:
    model = DecoderBlock(4, 2, cross=True, norm_first=True, seed=0)
    found: set[str] = set()
    nodes = [*flat(model(XS, MEMORY))]
    seen: set[Value] = set()
    while nodes:
        node = nodes.pop()
        if node.inputs and node not in seen:
            seen.add(node)
            assert node.origin
            found.add(node.origin.split("/")[1])
            nodes += node.inputs
    parts = {"attention", "cross", "feed_forward"}
    assert found == parts | {f"{part}_norm" for part in parts} | {f"{part}_sum" for part in parts}


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: FeedForward(4)([1.0]), ValueError, "FeedForward expects 4 inputs, got 1"),
        (lambda: FeedForward(4, 0), ValueError, "hidden must be at least 1"),
        (lambda: EncoderBlock(4, 2)([[1.0]]), ValueError, "EncoderBlock, position 0 expects 4 inputs, got 1"),
        (lambda: EncoderBlock(4, 3), ValueError, "heads must divide the width"),
        (lambda: DecoderBlock(4, 2)(XS, MEMORY), ValueError, "no cross-attention for a memory; make it with cross=True"),
        (lambda: DecoderBlock(4, 2, cross=True)(XS), ValueError, "which needs the encoder's rows: memory="),
        (lambda: DecoderBlock(4, 2, cross=True)(XS, [[1.0]]), ValueError, "DecoderBlock, memory, position 0 expects 4 inputs"),
        (lambda: DecoderBlock(4, 2, dropout=1.0), ValueError, "p must be at least 0 and below 1"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


@pytest.mark.parametrize("make", [EncoderBlock, DecoderBlock])
def test_seeds_files_and_summary(make: type[TransformerBlock], tmp_path: Any) -> None:
    assert make(4, 2, seed=1).state_dict() == make(4, 2, seed=1).state_dict()
    check_round_trip(make(4, 2, seed=1), make(4, 2, seed=2), tmp_path / "b.json")
    assert repr(make(4, 2)) == f"<{make.__name__}(4, 2): 244 parameters>"
    assert make(4, 2).summary(XS).splitlines()[-1].split()[-4:] == ["3", "x", "4", "244"]
    assert isinstance(make(4, 2).feed_forward_norm, LayerNorm)
