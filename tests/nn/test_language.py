"""GPT and Transformer as whole models: their formulas, that they learn, and how they write (lectures L10)."""

import random
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value, is_recording, jit
from autograd.graph import topological_order
from nn import (
    GPT,
    Adam,
    Each,
    Embedding,
    Layer,
    LayerNorm,
    Module,
    Recurrent,
    RNNCell,
    Sequential,
    Transformer,
    causal_mask,
    fit,
    generate,
    positional_encoding,
    softmax_cross_entropy,
)
from tests.nn.comparing import check_layer, check_round_trip, data, dense, vector
from tests.nn.test_transformer import block_by_hand, layer_norm, rms_norm, shaken

TOKENS = [2, 0, 4, 4]


def table(state: Any, name: str, tokens: Any) -> Any:
    return np.array([vector(state, f"{name}.table.{token}") for token in tokens])


def small(**options: Any) -> GPT:
    return GPT(5, 4, block_size=4, heads=2, hidden=5, seed=0, **options)


@pytest.mark.parametrize("options", [{}, {"norm": LayerNorm, "bias": True, "layers": 2}], ids=["bare", "full"])
def test_gpt_is_its_formula(options: dict[str, Any]) -> None:
    model = shaken(small(**options))
    norm = layer_norm if options else rms_norm

    def formula(state: Any, x: Any) -> Any:
        rows = table(state, "embedding", TOKENS) + table(state, "positions", range(4))
        for index in range(options.get("layers", 1)):
            rows = block_by_hand(state, rows, 2, True, mask=causal_mask(4), norm=norm, prefix=f"blocks.{index}.")
        return [dense(state, "head", norm(state, "norm", row)) for row in rows]

    check_layer(model, [], formula, lambda x: model(TOKENS))


def test_the_character_gpt_has_4192_parameters_and_few_nodes() -> None:
    model = GPT(27, 16, block_size=16, heads=4, layers=1, seed=0)
    assert len(model.parameters()) == 27 * 16 + 16 * 16 + 4 * 16 * 16 + 2 * 16 * 64 + 27 * 16 == 4192
    loss = softmax_cross_entropy(model([0, 5, 13, 13]), [5, 13, 13, 1])
    computed = [node for node in topological_order(loss) if node.inputs]
    weighted_sums = sum(node.op == "dot" and len(node.inputs) >= 32 for node in computed)
    neurons = 4 * (4 * 16 + 64 + 16 + 27)
    assert weighted_sums == neurons + 4 * 3, "each neuron's sum is one node, and so is each norm's"
    # per position: embedding 16, three norms of 20, 16 scaled, two residual sums of 16, relu 64, 16 mixed, loss 1
    per_position = 16 + 3 * (4 + 16) + 16 + 2 * 16 + 64 + 16 + 1
    # per head: as many scores, terms and shares as positions are seen, and the shift and the sum of the terms
    attention = 4 * sum(3 * seen + 2 for seen in (1, 2, 3, 4))
    assert len(computed) == neurons + 4 * per_position + attention + 1


@given(st.lists(st.integers(0, 4), min_size=1, max_size=4), st.integers(0, 4), st.integers(1, 3))
def test_gpt_ignores_the_future_and_goes_on_from_its_state(tokens: list[int], other: int, cut: int) -> None:
    model = small(layers=2)
    whole = model(tokens)
    changed = model([*tokens[:-1], other])
    assert data(whole[:-1]) == data(changed[:-1])
    state = model.start()
    parts = [tokens[:cut], tokens[cut:]]
    assert data([row for part in parts if part for row in model(part, state)]) == data(whole)


def train(model: Module, word: list[int], steps: int, lr: float = 0.02) -> list[float]:
    optimizer = Adam(model.parameters(), lr=lr)
    losses = []
    for _ in range(steps):
        loss = softmax_cross_entropy(model(word[:-1]), word[1:])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    return losses


def test_gpt_learns_a_word_and_writes_it() -> None:
    word = [0, 3, 1, 4, 1, 2, 0]
    model = GPT(5, 8, block_size=8, heads=2, seed=1)
    losses = train(model, word, 60)
    assert losses[-1] < 0.05 * losses[0]
    assert generate(model, [0], 10, temperature=0, stop=0) == word[1:-1]
    assert generate(model, [0, 3], 10, 0, stop=0) == word[2:-1]


def test_fit_trains_gpt_on_many_words() -> None:
    words = [[0, 1, 2, 3], [0, 3, 2, 1], [0, 1, 2, 3, 4]]
    model = GPT(5, 8, block_size=8, heads=2, seed=1)
    history = fit(
        model, [w[:-1] for w in words], [w[1:] for w in words], loss=softmax_cross_entropy, epochs=30, progress=False
    )
    assert history.losses[-1] < history.losses[0]


def test_a_transformer_is_its_formula() -> None:
    model = shaken(Transformer(5, 6, 4, heads=2, layers=2, hidden=5, seed=0))
    source, target = [1, 2, 4], [0, 5]

    def formula(state: Any, x: Any) -> Any:
        memory = table(state, "source", source) + np.array(positional_encoding(3, 4))
        rows = table(state, "target", target) + np.array(positional_encoding(2, 4))
        for index in range(2):
            memory = block_by_hand(state, memory, 2, False, prefix=f"encoder.{index}.")
        for index in range(2):
            rows = block_by_hand(
                state, rows, 2, False, mask=causal_mask(2), memory=memory, prefix=f"decoder.{index}."
            )
        return [dense(state, "head", row) for row in rows]

    check_layer(model, [], formula, lambda x: model(source, target))


def test_a_transformer_learns_to_reverse_and_answers_step_by_step() -> None:
    words = [[1, 2], [2, 1], [3, 1], [1, 3], [2, 3], [3, 2]]
    model = Transformer(4, 5, 8, heads=2, hidden=16, norm_first=True, seed=0)
    targets = [[*word[::-1], 4] for word in words]
    optimizer = Adam(model.parameters(), lr=0.02)
    losses = []
    for _ in range(30):
        loss = softmax_cross_entropy([model(word, [0, *word[::-1]]) for word in words], targets)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.data)
    assert losses[-1] < 0.05 * losses[0]
    for word in words:
        memory = model.encode(word)
        assert generate(partial(model.decode, memory), [0], 5, 0, stop=4) == word[::-1]
        state = model.start(memory)
        stepped = [row for token in [0, *word] for row in model.decode(memory, [token], state)]
        assert data(stepped) == data(model.decode(memory, [0, *word]))


def numbers(rows: list[list[float]]) -> Any:
    """A "model" that always gives these logits, and notes what it was asked."""

    def model(tokens: list[int]) -> list[list[float]]:
        model.seen.append(list(tokens))  # type: ignore[attr-defined]
        return rows

    model.seen = []  # type: ignore[attr-defined]
    return model


def test_tokens_are_drawn_with_the_probabilities_of_the_model() -> None:
    logits = np.log([0.1, 0.2, 0.7])
    for temperature in (0.5, 1.0, 2.0):
        counts = np.bincount(generate(numbers([logits.tolist()]), [0], 6000, temperature, seed=1), minlength=3)
        expected = np.exp(logits / temperature) / np.exp(logits / temperature).sum()
        assert counts / 6000 == pytest.approx(expected, abs=0.025)


def test_temperature_zero_takes_the_most_likely_and_the_first_of_equals() -> None:
    model = numbers([[0.0, 9.0, 9.0, 1.0]])
    assert generate(model, [3], 3, 0) == [1, 1, 1]
    assert model.seen == [[3], [3, 1], [3, 1, 1]]
    assert generate(numbers([[1e308, -1e308]]), [0], 3, 1.0, seed=0) == [0, 0, 0]


def test_the_same_seed_writes_the_same() -> None:
    model = small()
    texts = [generate(model, [0], 12, seed=seed) for seed in range(8)]
    assert texts == [generate(model, [0], 12, seed=seed) for seed in range(8)]
    assert len(set(map(tuple, texts))) > 1
    assert generate(model, [0], 12, seed=random.Random(3)) == texts[3]


def test_a_text_longer_than_the_block_sees_the_last_tokens_as_if_they_were_all() -> None:
    model = shaken(small(layers=2))
    text = [1]
    for _ in range(9):
        logits = data(model(text[-4:])[-1])
        text.append(logits.index(max(logits)))
    assert generate(model, [1], 9, 0) == text[1:]
    assert generate(model, text[:7], 3, 0) == text[7:]


def test_a_function_with_a_block_size_sees_that_many_tokens_too() -> None:
    model = numbers([[0.0, 9.0]])
    model.block_size = 2
    assert generate(model, [0, 0], 3, 0) == [1, 1, 1]
    assert model.seen == [[0, 0], [0, 1], [1, 1]]


def test_no_position_is_computed_twice() -> None:
    asked: list[list[int]] = []

    class Counting(GPT):
        def __call__(self, tokens: Any, state: Any = None) -> Any:
            asked.append(list(tokens))
            assert not is_recording()
            assert not self.training
            return super().__call__(tokens, state)

    model = Counting(5, 4, block_size=4, heads=2, seed=0)
    written = generate(model, [1, 2], 5, seed=0)
    text = [1, 2, *written]
    assert asked == [text[:2], text[2:3], text[3:4], text[1:5], text[2:6]]
    assert model.training
    with pytest.raises(ValueError, match="token"):
        generate(model, [9], 1)
    assert model.training


def test_a_recurrent_model_writes_too() -> None:
    model = Sequential(
        Embedding(4, 6, seed=0), Recurrent(RNNCell(6, 8, seed=1)), Each(Layer(8, 4, activation=None, seed=2))
    )
    word = [0, 2, 1, 3, 0]
    train(model, word, 60, lr=0.05)
    assert generate(model, [0], 9, 0, stop=0) == word[1:-1]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: small()([0, 1, 2, 3, 4]), ValueError, "GPT has a block_size of 4 positions, got 5"),
        (lambda: small()([5]), ValueError, "GPT: token 0 is 5, but there are only 0 to 4"),
        (lambda: small()([]), ValueError, "GPT expects at least one token, got an empty list"),
        (lambda: small()("abc"), TypeError, "GPT expects a list of tokens, whole numbers from 0, got str 'abc'"),
        (lambda: small()([0.5]), TypeError, "GPT: token 0 must be a whole number"),
        (lambda: GPT(5, 4, block_size=0), ValueError, "block_size must be at least 1"),
        (lambda: GPT(5, 4, block_size=4, layers=0), ValueError, "layers must be at least 1"),
        (lambda: GPT(5, 6, block_size=4, heads=4), ValueError, "heads must divide the width, but 6 / 4"),
        (lambda: Transformer(5, 5, 4)([9], [0]), ValueError, "Transformer, source: token 0 is 9"),
        (lambda: Transformer(5, 5, 4)([0], [9]), ValueError, "Transformer, target: token 0 is 9"),
        (lambda: generate(small(), [], 3), ValueError, "prompt must have at least one token"),
        (lambda: generate(small(), "abc", 3), TypeError, "prompt must be a list of tokens"),
        (lambda: generate(small(), [0], -1), ValueError, "steps must be at least 0"),
        (lambda: generate(small(), [0], 3, -0.5), ValueError, "temperature must be at least 0"),
        (lambda: generate(3, [0], 3), TypeError, "model must be a language model such as GPT"),  # type: ignore[arg-type]
        (lambda: generate(lambda tokens: 3.0, [0], 3), TypeError, "the model must give a row of logits for each token, got float"),
        (lambda: generate(numbers([["a"]]), [0], 3), TypeError, "logit 0 must be a number, got str 'a'"),  # type: ignore[list-item]
    ],
)  # fmt: skip
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_seeds_files_and_summary(tmp_path: Any) -> None:
    assert small().state_dict() == small().state_dict()
    check_round_trip(small(), GPT(5, 4, block_size=4, heads=2, hidden=5, seed=1), tmp_path / "g.json")
    make = partial(Transformer, 4, 4, 4, heads=2)
    check_round_trip(make(seed=0), make(seed=1), tmp_path / "t.json")
    assert small()._describe() == "GPT(5, 4, block_size=4, heads=2, layers=1)"
    assert make(seed=0)._describe() == "Transformer(4, 4, 4, heads=2, layers=1)"
    assert small().summary().splitlines()[-1].split()[-4:-1] == ["n", "x", "5"]
    assert small().summary([0, 1]).splitlines()[-1].split()[-4:-1] == ["2", "x", "5"]
    assert make(seed=0).summary([0, 1, 2], [0]).splitlines()[-1].split()[-4:-1] == ["1", "x", "4"]
    assert len(small().weights()) == len(small().parameters())
    assert isinstance(small()([0])[0][0], Value)


def test_a_gpt_compiles_with_its_tokens_as_inputs() -> None:
    model = GPT(5, 4, block_size=4, heads=2, layers=1, seed=0)
    f = jit(model, native=False)
    for tokens in ([1, 4, 0], [2, 2, 3], [0, 1, 4], [3]):
        expected = [[z.data for z in row] for row in model(tokens)]
        for row, other in zip(f(tokens), expected, strict=True):
            assert row == pytest.approx(other, rel=1e-12, abs=1e-14)
    assert f.statistics == (2, 2, 0)  # one trace a length
    with pytest.raises(ValueError, match=r"token 1 is 5, but there are only 0 to 4"):
        model([Value(1.0), Value(5.0)])
