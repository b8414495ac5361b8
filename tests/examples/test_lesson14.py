"""Lesson 14: the unrolled gradient is that by hand, the LSTM counts, words are reversed, and the GPT learns and invents."""

import math
from random import Random

import numpy as np
import pytest
from scipy.stats import entropy

from examples import lesson14_sequences as lesson
from examples._lesson import Performance
from nn import GPT, Recurrent, RNNCell
from tests.examples.lesson_form import given, solutions


@pytest.fixture(scope="module")
def done(tmp_path_factory: pytest.TempPathFactory) -> Performance:
    return given(lesson, tmp_path_factory.mktemp("lesson14"))


def test_the_unrolled_gradient_is_the_slope_of_the_loop_in_numpy(done: Performance) -> None:
    cell = RNNCell(1, 1, bias=False, seed=2)
    w, u = cell.parameters()
    Recurrent(cell)([[1.0], [0.5], [-1.0]])[-1][0].backward()

    def loop(weights: tuple[float, float]) -> float:
        h = 0.0
        for x in (1.0, 0.5, -1.0):
            h = math.tanh(weights[0] * x + weights[1] * h)
        return h

    by_steps = (loop((w.data, u.data + 1e-6)) - loop((w.data, u.data - 1e-6))) / 2e-6
    assert u.grad == pytest.approx(by_steps, rel=1e-8)
    assert done.figures["unrolled_difference"] <= 1e-15


def test_the_lstm_counts_and_the_rnn_less_well(done: Performance) -> None:
    assert done.figures["lstm_count_accuracy"] >= 0.98
    assert done.figures["lstm_count_accuracy"] > done.figures["rnn_count_accuracy"]
    assert done.figures["counter_correlation"] >= 0.98


def test_the_depth_is_the_sum_of_the_steps_and_never_negative() -> None:
    for seed in range(20):
        steps, depths = lesson.brackets(Random(seed), 40)
        assert depths == list(np.cumsum([x for [x] in steps]))
        assert min(depths) >= 0
        assert lesson.closing(depths) == [int(depth == 0) for depth in depths]


def test_attention_rows_sum_to_one_and_none_looks_ahead(done: Performance) -> None:
    assert done.figures["row_sum_error"] <= 1e-15
    assert done.figures["weight_on_future"] == 0.0
    assert done.figures["decoder_notices"] == 0.0
    assert done.figures["encoder_notices"] > 0.1


def test_heads_are_attentions_and_positions_know_their_distance(done: Performance) -> None:
    assert done.figures["heads_difference"] <= 1e-14
    assert done.figures["position_spread"] <= 1e-14


def test_held_out_words_are_reversed(done: Performance) -> None:
    # guessing would be right once in 6 to the 3rd
    assert done.figures["reversal_accuracy"] >= 0.4


def test_the_gpt_beats_the_frequencies_of_the_letters(done: Performance) -> None:
    known = lesson.letter_names()
    Random(0).shuffle(known)
    counts = np.bincount([token for row in lesson.pairs(known[24:])[1] for token in row])
    assert done.figures["unigram_entropy"] == pytest.approx(entropy(counts))
    assert done.figures["parameters"] == 4192
    assert done.figures["loss_untrained"] == pytest.approx(math.log(27), abs=0.1)  # as good as guessing
    assert done.figures["loss_trained"] < 2.65 < done.figures["unigram_entropy"]
    assert done.figures["loss_held_out"] < done.figures["unigram_entropy"]


def test_the_gpt_does_not_see_the_future() -> None:
    model = GPT(27, 16, block_size=16, heads=4, layers=1, seed=0)
    tokens = [0, 7, 9, 13, 5]
    before = [[z.data for z in row] for row in model(tokens)]
    for t in range(1, len(tokens)):
        changed = [[z.data for z in row] for row in model([*tokens[:t], 20, *tokens[t + 1 :]])]
        assert changed[:t] == before[:t]
        assert changed[t] != before[t]


def test_the_words_are_the_same_in_every_python_and_new_ones_are_invented(done: Performance) -> None:
    words = lesson.letter_names()
    assert len(words) == 204
    assert {"alpha", "gimel", "omega", "theta"} <= set(words)
    lines = [line for line in done.text.splitlines() if line.startswith("T = ")]
    assert [line.split()[2] for line in lines] == ["0.3:", "0.7:", "1.0:", "1.5:"]
    assert done.figures["invented"] >= 24


def test_the_pictures(done: Performance) -> None:
    names = ["attention.png", "counting.png", "gpt_attention.png", "gpt_loss.png", "reversal.png", "unrolled.svg"]
    assert [path.name.removeprefix("lesson14_") for path in done.files] == names


def test_attention_alone_knows_no_order() -> None:
    assert solutions(lesson).solution_1() <= 1e-14


def test_what_a_gate_lets_through_ten_times() -> None:
    closed, opened = solutions(lesson).solution_2()
    sigmoid = 1 / (1 + np.exp([3.0, -3.0]))
    assert closed == pytest.approx(sigmoid[0] ** 10)
    assert opened == pytest.approx(sigmoid[1] ** 10)
