"""`fit(jit=True)` trains on sequences of different lengths, tokens and labels as it does eagerly, one program a length."""

import random
import sys
from collections.abc import Callable
from typing import Any

import pytest

pytest.importorskip("numpy")

from autograd import Value, mean
from autograd.jit.updates import Update
from nn import (
    GPT,
    MLP,
    SGD,
    Adam,
    AdamW,
    DivergenceError,
    Embedding,
    Layer,
    Module,
    Recurrent,
    RNNCell,
    accuracy,
    fit,
    hinge,
    l2,
    mse,
    softmax_cross_entropy,
)
from nn.replay import Unsuited
from nn.sample_replay import SampleReplay

TOKENS = 7


@pytest.fixture(params=["numba", "numpy"], autouse=True)
def _executor(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "numpy":
        monkeypatch.setitem(sys.modules, "numba", None)
    else:
        pytest.importorskip("numba")


def sequences(count: int = 14, seed: int = 1) -> tuple[list[list[int]], list[list[int]]]:
    """What a model sees, and what comes next, for 1 to 4 places; the tokens 5 and 6 are rare."""
    rng = random.Random(seed)
    rows = [[rng.randrange(TOKENS if n > 10 else 5) for _ in range(2 + rng.randrange(4))] for n in range(count)]
    return [row[:-1] for row in rows], [row[1:] for row in rows]


def gpt(**settings: Any) -> GPT:
    return GPT(TOKENS, 4, block_size=6, heads=2, layers=1, hidden=5, seed=0, **settings)


def trained(
    jit: Any, make: Callable[[], Module], data: tuple[Any, Any], loss: Any, optimizer: Any = None, **settings: Any
) -> tuple[Any, Any]:
    """The history and, of every parameter, number, gradient and what the optimiser remembers."""
    random.seed(11)
    model = make()
    chosen = (optimizer or (lambda ps: Adam(ps, lr=0.02)))(model.parameters())
    settings = {"epochs": 4, "batch_size": 3, "seed": 5} | settings
    history = fit(model, *data, loss=loss, optimizer=chosen, jit=jit, progress=False, **settings)
    gradients = [p.grad if p.has_grad else None for p in model.parameters()]
    return history, ([p.data for p in model.parameters()], gradients, chosen._states, random.random())


def agree(make: Callable[[], Module], data: tuple[Any, Any], loss: Any, optimizer: Any = None, **settings: Any) -> None:
    eager, (numbers, gradients, states, next_random) = trained(False, make, data, loss, optimizer, **settings)
    found, (others, slopes, memories, next_other) = trained(True, make, data, loss, optimizer, **settings)
    assert found.records == [pytest.approx(record, rel=1e-10, abs=1e-12) for record in eager.records]
    assert others == pytest.approx(numbers, rel=1e-10, abs=1e-12)
    assert [g is None for g in slopes] == [g is None for g in gradients]
    assert [g or 0.0 for g in slopes] == pytest.approx([g or 0.0 for g in gradients], rel=1e-9, abs=1e-12)
    assert [*map(len, memories)] == [*map(len, states)]
    for memory, state in zip(memories, states, strict=True):
        assert memory == pytest.approx(state, rel=1e-9, abs=1e-12)
    assert next_other == next_random


@pytest.mark.parametrize("size", [None, 1, 3, 5])
def test_a_gpt_on_sequences_of_different_lengths_agrees(size: int | None) -> None:
    agree(gpt, sequences(), softmax_cross_entropy, batch_size=size)


def test_there_is_one_program_a_length() -> None:
    x, y = sequences()
    assert {*map(len, x)} == {1, 2, 3, 4}
    model = gpt()
    optimizer = Adam(model.parameters())
    settings: Any = (model, softmax_cross_entropy, optimizer, (x, y), 3, None, False)
    SampleReplay(*settings, 4)
    with pytest.raises(Unsuited, match="4 different structures of samples, more than 3"):
        SampleReplay(*settings, 3)


@pytest.mark.parametrize(
    "optimizer",
    [
        lambda ps: SGD(ps, lr=0.1, momentum=0.9, nesterov=True),
        lambda ps: AdamW(ps, lr=0.03, weight_decay=0.1),
        lambda ps: Adam(ps, lr=0.03, weight_decay=0.1),
    ],
    ids=["sgd", "adamw", "adam"],
)
def test_a_parameter_that_no_sample_of_a_batch_reaches_is_left_alone_by_every_optimiser(optimizer: Any) -> None:
    # Momentum or decay would move the rows of tokens and positions that a batch lacks.
    agree(gpt, sequences(), softmax_cross_entropy, optimizer, batch_size=1)


def test_a_token_that_never_occurs_is_never_moved_and_has_no_memory() -> None:
    x, y = sequences(8)
    _, (numbers, gradients, states, _) = trained(True, gpt, (x, y), softmax_cross_entropy)
    model = gpt()
    unused = [index for index, p in enumerate(model.parameters()) if p in {*model.embedding.table[TOKENS - 1]}]
    assert len(unused) == 4
    for index in unused:
        assert numbers[index] == model.parameters()[index].data
        assert gradients[index] is None
        assert states[index] == ()


def test_gradients_are_clipped_as_eagerly() -> None:
    agree(gpt, sequences(), softmax_cross_entropy, clip_norm=0.05)


def test_dropout_draws_the_same_masks_as_eagerly() -> None:
    agree(lambda: gpt(dropout=0.3), sequences(), softmax_cross_entropy)


def penalised(predictions: Any, labels: Any) -> Value:
    return mean([softmax_cross_entropy(rows, row) for rows, row in zip(predictions, labels, strict=True)]) + 0.5


def added_up(predictions: Any, labels: Any) -> Value:
    total = Value(0.0)
    for rows, row in zip(predictions, labels, strict=True):
        total = total + softmax_cross_entropy(rows, row)
    return total


def shared(predictions: Any, labels: Any) -> Value:
    return added_up(predictions, labels) / 3  # in the last batch, too, which may be smaller


@pytest.mark.parametrize("loss", [penalised, added_up, shared])
@pytest.mark.parametrize("size", [3, 5])
def test_a_loss_may_weigh_its_samples_in_another_way(loss: Any, size: int) -> None:
    agree(gpt, sequences(), loss, batch_size=size)


def test_a_penalty_on_the_weights_is_part_of_the_loss() -> None:
    model = gpt()

    def loss(predictions: Any, labels: Any) -> Value:
        return softmax_cross_entropy(predictions, labels) + l2(model.weights(), 0.1)

    found = []
    for jit in (False, True):
        model = gpt()
        fit(model, *sequences(), loss=loss, epochs=3, batch_size=3, seed=2, jit=jit, progress=False)
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-10, abs=1e-12)


class LastState(Module):
    """One number about a sequence of rows of one number."""

    def __init__(self) -> None:
        self.cell = Recurrent(RNNCell(1, 3, seed=1))
        self.out = Layer(3, 1, activation=None, seed=2)

    def __call__(self, rows: Any) -> Value:
        return self.out(self.cell(rows)[-1])  # type: ignore[return-value]


def numbers_in_time(count: int = 12) -> list[list[list[float]]]:
    rng = random.Random(4)
    return [[[rng.uniform(-1, 1)] for _ in range(1 + rng.randrange(3))] for _ in range(count)]


def test_targets_are_inputs_too_where_the_loss_computes_with_them() -> None:
    x = numbers_in_time()
    y = [sum(row[0] for row in rows) for rows in x]
    agree(LastState, (x, y), mse)
    # One program a length: with more than the three lengths it would be refused.
    model = LastState()
    SampleReplay(model, mse, Adam(model.parameters()), (x, y), 4, None, False, 3)


def test_labels_that_the_loss_compares_tell_structures_apart() -> None:
    x = numbers_in_time()
    y = [1 if rows[0][0] > 0 else -1 for rows in x]
    agree(LastState, (x, y), hinge)
    model = LastState()
    SampleReplay(model, hinge, Adam(model.parameters()), (x, y), 4, None, False, 6)  # three lengths, two labels


class Bigram(Module):
    """The logits of the token after a token."""

    def __init__(self) -> None:
        self.rows = Embedding(TOKENS, TOKENS, seed=1)

    def __call__(self, token: Any) -> Any:
        return self.rows(token)


class Window(Module):
    """The logits of the token after two others."""

    def __init__(self) -> None:
        self.rows, self.out = Embedding(TOKENS, 2, seed=1), MLP(4, [3, TOKENS], activation="tanh", seed=2)

    def __call__(self, tokens: Any) -> Any:
        return self.out([number for row in self.rows(tokens) for number in row])


@pytest.mark.parametrize("size", [None, 4])
def test_tokens_of_one_shape_are_looked_up_too_and_metrics_see_the_outputs(size: int | None) -> None:
    rng = random.Random(2)
    windows = [[rng.randrange(TOKENS), rng.randrange(TOKENS)] for _ in range(11)]
    labels = [sum(window) % TOKENS for window in windows]
    settings: Any = {"batch_size": size, "metrics": {"accuracy": accuracy}}
    agree(Window, (windows, labels), softmax_cross_entropy, validation=(windows[:3], labels[:3]), **settings)
    agree(Bigram, ([window[0] for window in windows], labels), softmax_cross_entropy, **settings)


class Indexing(Module):
    """A user's own model, which indexes a list."""

    def __init__(self) -> None:
        self.rows = Embedding(TOKENS, 3, seed=1)

    def __call__(self, tokens: Any) -> Any:
        return [self.rows.table[token] for token in tokens]


def test_a_model_that_indexes_lists_by_tokens_is_replayed_for_few_samples_and_else_refused() -> None:
    x = [[0, 1], [2], [1, 1], [3], [4, 2]]
    y = [[n % 3 for n in row] for row in x]
    agree(Indexing, (x, y), softmax_cross_entropy, batch_size=2)
    x = [[n % 7, n // 7 % 7, n // 49] for n in range(70)] + [[0]]
    with pytest.raises(ValueError, match=r"cannot be compiled: list indices must be integers"):
        fit(Indexing(), x, [[0] * len(row) for row in x], loss=softmax_cross_entropy, batch_size=2, epochs=1, jit=True)


class SkipsZero(Module):
    """Looks at its tokens: what is compared by identity would silently be another branch."""

    def __init__(self) -> None:
        self.rows = Embedding(TOKENS, 3, seed=1)

    def __call__(self, tokens: Any) -> Any:
        return [self.rows(0 if token == 5 else token) for token in tokens]


def test_a_model_that_compares_its_tokens_is_not_replayed_wrongly() -> None:
    x = [[n % 7, n // 7 % 7][: 1 + n % 2] for n in range(12)]
    y = [[n % 3 for n in row] for row in x]
    agree(SkipsZero, (x, y), softmax_cross_entropy, batch_size=12)


def test_a_loss_that_couples_the_samples_of_a_batch_is_refused() -> None:
    def coupled(predictions: Any, labels: Any) -> Value:
        return softmax_cross_entropy(predictions, labels) * predictions[0][0][0]

    def sized(predictions: Any, labels: Any) -> Value:
        return softmax_cross_entropy(predictions, labels) * len(labels)

    for loss in (coupled, sized):
        with pytest.raises(ValueError, match="cannot be compiled"):
            fit(gpt(), *sequences(), loss=loss, batch_size=4, epochs=2, jit=True, progress=False)


def test_a_wrong_token_raises_the_eager_error() -> None:
    x, y = sequences()
    with pytest.raises(ValueError, match=r"token 0 is 7, but there are only 0 to 6"):
        fit(gpt(), [*x, [7, 1]], [*y, [1, 1]], loss=softmax_cross_entropy, batch_size=3, epochs=2, progress=False)


def test_a_diverging_run_raises_the_same_error_and_keeps_the_last_completed_step() -> None:
    x = [[[float(n)], [1.0]][: 1 + n % 2] for n in range(8)]
    y = [float(n) for n in range(8)]

    class Growing(Module):
        def __init__(self) -> None:
            self.layer = Layer(1, 1, activation=None, seed=1)

        def __call__(self, rows: Any) -> Any:
            return self.layer(rows[-1])

    found = []
    for jit in (False, True):
        model = Growing()
        with pytest.raises(DivergenceError):
            fit(
                model, x, y, loss=mse, optimizer=SGD(model.parameters(), lr=50.0), epochs=500, batch_size=3, seed=1,
                jit=jit, progress=False,
            )  # fmt: skip
        found.append([p.data for p in model.parameters()])
    assert found[1] == pytest.approx(found[0], rel=1e-6)


class Stopping(Adam):
    """Is interrupted in its sixth step."""

    calls = 0

    def step(self, closure: Any = None) -> float | None:
        if closure is not None:
            closure()
        self.calls += 1
        if self.calls == 6:
            raise KeyboardInterrupt
        return super().step()


def test_ctrl_c_leaves_parameters_and_memory_at_a_completed_step(monkeypatch: pytest.MonkeyPatch) -> None:
    writes, calls = Update.writes, []

    def interrupted(self: Update, data: Any, gradients: Any, reached: Any = None) -> Any:
        found = writes(self, data, gradients, reached)
        calls.append(len(data))
        if calls.count(max(calls)) == 6:
            raise KeyboardInterrupt
        return found

    settings: Any = {"batch_size": 2, "optimizer": lambda ps: Stopping(ps, lr=0.05)}
    eager, (expected, _, states, _) = trained(False, gpt, sequences(), softmax_cross_entropy, **settings)
    monkeypatch.setattr(Update, "writes", interrupted)
    replayed, (found, _, memories, _) = trained(True, gpt, sequences(), softmax_cross_entropy, **settings)
    assert eager.stopped == replayed.stopped == "interrupted"
    assert found == pytest.approx(expected, rel=1e-10, abs=1e-12)
    assert [memory[:1] for memory in memories] == [state[:1] for state in states]


def test_auto_compiles_after_the_first_step_where_it_is_worth_it(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Counting(SampleReplay):
        def __init__(self, *arguments: Any) -> None:
            made.append(arguments)
            super().__init__(*arguments)

    monkeypatch.setattr("nn.training.SampleReplay", Counting)
    data = sequences(50)
    expected, (numbers, *_) = trained(False, gpt, data, softmax_cross_entropy)
    trained("auto", gpt, data, softmax_cross_entropy)
    assert not made
    monkeypatch.setattr("nn.training.WORTHWHILE", 10)
    history, (found, *_) = trained("auto", gpt, data, softmax_cross_entropy)
    assert len(made) == 1
    assert found == pytest.approx(numbers, rel=1e-10, abs=1e-12)
    assert history.losses == pytest.approx(expected.losses, rel=1e-10)
