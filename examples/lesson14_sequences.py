"""Sequences: recurrent cells, attention, an encoder–decoder that reverses words, and a GPT that invents some.

A recurrent cell sees an input and its own last state (L2); unrolled in time it is a graph without a loop, in which
each step has the same weights. An LSTM adds a state c that is changed by gates only, so that it can last:

    h′ = f(W [x, h] + b)          c′ = f ⊙ c + i ⊙ g     h′ = o ⊙ tanh(c′)     i, f, o gates, g the candidate

Attention (L10) needs no loop: each position asks a query, which is compared with the key of every position.

    Attention(Q, K, V) = softmax(Q Kᵀ / √d_k) V
    PE(pos, 2i) = sin(pos / 10000^(2i/d))        PE(pos, 2i + 1) = cos(pos / 10000^(2i/d))

Several heads do it side by side. A block is attention and a feed-forward network, with x + F(x) and a norm around
each. In an encoder block all positions see each other, in a decoder block only what is before them. Both together
translate; decoder blocks alone (a GPT) predict the next letter, P(next) = softmax(W h), and so write.
"""

import math
from collections import Counter
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from random import Random
from statistics import correlation
from typing import TypeAlias
from unicodedata import ucd_3_2_0

from autograd import Value, dot, no_grad
from nn import (
    GPT,
    Adam,
    DecoderBlock,
    Each,
    EncoderBlock,
    Layer,
    LSTMCell,
    MultiHeadAttention,
    Recurrent,
    RNNCell,
    Sequential,
    Transformer,
    accuracy,
    attention,
    attention_weights,
    causal_mask,
    fit,
    generate,
    positional_encoding,
    predict,
    softmax_cross_entropy,
)
from viz import Panel, draw, plot_attention, plot_curves

LECTURE = "L2, L10"

Brackets: TypeAlias = tuple[list[list[float]], list[int]]

ALPHABET = ".abcdefghijklmnopqrstuvwxyz"
"""Token 0, the dot, begins and ends a word."""

LETTERS = "aeprst"
EDGE = len(LETTERS)
"""The token that begins and ends what the decoder writes."""


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Unroll a cell, count with an LSTM, look at attention, reverse words, and invent some."""
    figures = unrolled(out) | counting(out) | looking(out) | reversing(out, quick) | inventing(out, quick)
    print("Exercise 1: without positions, what does attention give for a shuffled input?")
    print("Exercise 2: with a bias of -3 in its forget gates, what does an LSTM still")
    print("know after ten steps? And with +3?")
    return figures


def unrolled(out: Path) -> dict[str, float]:
    """The loop h ← tanh(w x + u h), three times: the shared u gets the sum of a gradient from each step."""
    cell = RNNCell(1, 1, bias=False, seed=2)
    w, u = cell.parameters()
    w.label, u.label = "w", "u"
    h1, h2, h3 = (row[0] for row in Recurrent(cell)([[1.0], [0.5], [-1.0]]))
    for t, h in enumerate((h1, h2, h3), start=1):
        h.label = f"h{t}"
    h3.backward()
    draw(h3).save(out / "lesson14_unrolled.svg")

    # By hand: δ₃ = 1 − h₃², δ₂ = δ₃ u (1 − h₂²), and step t adds δₜ hₜ₋₁.
    last = 1 - h3.data**2
    before = last * u.data * (1 - h2.data**2)
    by_hand = last * h2.data + before * h1.data
    print(f"unrolled: du {u.grad:.6f} = {last * h2.data:+.6f} (step 3) {before * h1.data:+.6f} (step 2)")
    return {"unrolled_difference": abs(u.grad - by_hand)}


def counting(out: Path) -> dict[str, float]:
    """Which brackets close the outermost one? To know, count: the depth must last for any number of steps."""
    rng = Random(0)
    strings = [brackets(rng, 12) for _ in range(1200)]
    longer = [brackets(rng, 40) for _ in range(50)]
    rnn, lstm = RNNCell(1, 4, seed=0), LSTMCell(1, 2, seed=0)
    rnn_score = learn_to_count(rnn, 4, 0.02, strings, longer)
    lstm_score = learn_to_count(lstm, 2, 0.05, strings, longer)
    print("brackets that close the outermost one, in strings three times as long:")
    print(f"  RNN {rnn_score:.1%} right, LSTM {lstm_score:.1%}")

    # One of the LSTM's cells has become a counter.
    steps, depths = brackets(Random(5), 40)
    state = lstm.start()
    cells: list[list[float]] = []
    for x in steps:
        state = lstm(x, state)
        cells.append([c.data for c in state[1]])
    columns = list(zip(*cells, strict=True))
    alike = [correlation(column, depths) for column in columns]
    counter = alike.index(max(alike, key=abs))
    print(f"  cell {counter + 1} of the LSTM and the depth: correlation {alike[counter]:+.3f}")
    places = list(range(1, len(steps) + 1))
    curves = {"depth": (places, depths)} | {f"cell c{k + 1}": (places, column) for k, column in enumerate(columns)}
    plot_curves(
        Panel(curves, x="position", y="depth, cell state"),
        out / "lesson14_counting.png",
        title="An LSTM that learned to count",
    )
    return {
        "rnn_count_accuracy": rnn_score,
        "lstm_count_accuracy": lstm_score,
        "counter_correlation": abs(alike[counter]),
    }


def learn_to_count(
    cell: RNNCell | LSTMCell, width: int, rate: float, strings: list[Brackets], longer: list[Brackets]
) -> float:
    """Train the cell, with a layer of two logits at each place; the share of `longer` that is right."""
    model = Sequential(Recurrent(cell), Each(Layer(width, 2, activation=None, seed=0)))
    fit(
        model,
        [steps for steps, _ in strings],
        [closing(depths) for _, depths in strings],
        loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=rate),
        epochs=1,
        batch_size=4,
        seed=0,
    )
    answers = [row for rows in predict(model, [steps for steps, _ in longer]) for row in rows]
    return accuracy(answers, [label for _, depths in longer for label in closing(depths)])


def closing(depths: list[int]) -> list[int]:
    """1 where nothing is open any more."""
    return [int(depth == 0) for depth in depths]


def brackets(rng: Random, length: int) -> Brackets:
    """A string of brackets, each +1 or −1 as a row of one number, and how deep one is after each."""
    steps, depths = [], [0]
    for _ in range(length):
        step = 1 if depths[-1] == 0 or rng.random() < 0.5 else -1
        steps.append([float(step)])
        depths.append(depths[-1] + step)
    return steps, depths[1:]


def looking(out: Path) -> dict[str, float]:
    """Attention by its formula: what it looks at, what a mask hides, heads, positions, and the two kinds of block."""
    places = positional_encoding(8, 16)
    queries = [[3.0 * number for number in row] for row in places]
    weights = attention_weights(queries, places, causal_mask(8))
    plot_attention(weights, out / "lesson14_attention.png", title="Positions that look for themselves, with a mask")
    off = max(abs(sum(v.data for v in row) - 1) for row in weights)
    ahead = max(v.data for t, row in enumerate(weights) for v in row[t + 1 :])
    print(f"attention: rows sum to 1 within {off:.0e}; weight on the future: {ahead:g}")

    # The product of two positions depends on their distance only: sin a sin b + cos a cos b = cos(a − b).
    near = [dot(places[t], places[t + 2]) for t in range(6)]
    print(f"positions 2 apart: PE·PE = {near[0]:.6f} everywhere, within {max(near) - min(near):.0e}")

    # Two heads are two attentions, each on its half of Q, K and V; then W_o mixes what they found.
    rng = Random(0)
    rows = [[rng.gauss(0, 1) for _ in range(4)] for _ in range(3)]
    module = MultiHeadAttention(4, 2, bias=False, seed=0)
    q, k, v = (Each(layer)(rows) for layer in (module.queries, module.keys, module.values))
    heads = [attention(*([row[h : h + 2] for row in part] for part in (q, k, v))) for h in (0, 2)]
    joined = predict(module.out, [first + second for first, second in zip(*heads, strict=True)])
    together = [[v.data for v in row] for row in module(rows)]
    apart = max(abs(a - b) for x, y in zip(together, joined, strict=True) for a, b in zip(x, y, strict=True))
    print(f"multi-head = attention on slices, then W_o: difference {apart:.0e}")

    # Change the last row: the first output of an encoder block notices, that of a decoder block does not.
    changed = [*rows[:-1], [-number for number in rows[-1]]]
    moved = {}
    for block in (EncoderBlock(4, 2, seed=0), DecoderBlock(4, 2, seed=0)):
        moved[block] = max(abs(a.data - b.data) for a, b in zip(block(rows)[0], block(changed)[0], strict=True))
    encoder, decoder = moved.values()
    print(f"the last row changes the first output: encoder by {encoder:.2f}, decoder by {decoder:g}")
    return {
        "row_sum_error": off,
        "weight_on_future": ahead,
        "position_spread": max(near) - min(near),
        "heads_difference": apart,
        "encoder_notices": encoder,
        "decoder_notices": decoder,
    }


def reversing(out: Path, quick: bool) -> dict[str, float]:
    """An encoder–decoder reads a word and writes it backwards; words that it never saw are the test."""
    length, steps = (3, 200) if quick else (4, 450)
    rng = Random(0)
    held_out = {encoded(word) for word in ("tar", "pat", "are", "trap", "star", "pets") if len(word) == length}
    while len(held_out) < 50:
        held_out.add(random_word(rng, length))
    model = Transformer(EDGE, EDGE + 1, 12, heads=2, hidden=12, norm_first=True, seed=0)
    optimizer = Adam(model.parameters(), lr=0.02)
    for step in range(steps):
        logits: list[list[list[Value]]] = []
        answers = []
        while len(logits) < 3:
            word = random_word(rng, length)
            if word in held_out:
                continue
            backwards = list(reversed(word))
            logits.append(model(word, [EDGE, *backwards]))
            answers.append([*backwards, EDGE])
        optimizer.lr = 0.02 * (1 - step / steps)
        optimizer.zero_grad()
        softmax_cross_entropy(logits, answers).backward()
        optimizer.step()
    right = [reversal(model, word) == list(reversed(word)) for word in sorted(held_out)]
    score = sum(right) / len(right)
    text = "star" if length == 4 else "tar"
    written = reversal(model, encoded(text))
    print(f"reversal of held-out words: {score:.0%} right; {text} -> {decoded(written)}")
    model(encoded(text), [EDGE, *written])
    cross = model.decoder[0].cross
    plot_attention(
        cross.pattern if cross else [],
        out / "lesson14_reversal.png",
        tokens=["begin", *decoded(written)],
        keys=list(text),
        title="Where the decoder looks in the word that it reverses",
    )
    return {"reversal_accuracy": score}


def reversal(model: Transformer, word: Sequence[int]) -> list[int]:
    """What the model writes about the word, the likeliest letter at each place."""
    with no_grad():
        memory = model.encode(word)
    return generate(partial(model.decode, memory), [EDGE], len(word) + 2, temperature=0, stop=EDGE)


def random_word(rng: Random, length: int) -> tuple[int, ...]:
    """A word of the letters that the encoder–decoder knows, as tokens."""
    return tuple(rng.randrange(EDGE) for _ in range(length))


def encoded(word: str) -> tuple[int, ...]:
    """Its tokens."""
    return tuple(LETTERS.index(letter) for letter in word)


def decoded(tokens: Sequence[int]) -> str:
    """The word."""
    return "".join(LETTERS[token] for token in tokens)


def inventing(out: Path, quick: bool) -> dict[str, float]:
    """A GPT of 4,192 parameters reads the names of letters, gimel, omega, zhe, and makes up new ones."""
    words = letter_names()
    Random(0).shuffle(words)
    held_out, known = words[:24], words[24:]
    model = GPT(len(ALPHABET), 16, block_size=16, heads=4, layers=1, seed=0)
    untrained = cross_entropy(model, known)
    history = fit(
        model,
        *pairs(known),
        loss=softmax_cross_entropy,
        optimizer=Adam(model.parameters(), lr=0.015, betas=(0.85, 0.99)),
        epochs=1 if quick else 11,
        batch_size=4,
        validation=pairs(held_out),
        seed=0,
    )
    trained, unseen = cross_entropy(model, known), cross_entropy(model, held_out)
    by_frequency = unigram_entropy(known)
    print(f"GPT: {len(model.parameters())} parameters, {len(known)} names of letters, {len(history)} epochs")
    print(f"nats a letter: {untrained:.3f} untrained, {trained:.3f} trained, {unseen:.3f} on held-out names")
    print(f"(knowing how frequent each letter is gives {by_frequency:.3f})")
    epochs = list(range(1, len(history) + 1))
    plot_curves(
        Panel(
            {
                "training": (epochs, history.losses),
                "held-out names": (epochs, history["val_loss"]),
                "letter frequencies alone": (epochs, [by_frequency] * len(epochs)),
            },
            x="epoch",
            y="nats a letter",
        ),
        out / "lesson14_gpt_loss.png",
        title="A GPT of 4,192 parameters",
    )

    invented = 0
    for temperature in (0.3, 0.7, 1.0, 1.5):
        texts = [spelt(generate(model, [0], 15, temperature, seed, stop=0)) for seed in range(8)]
        invented += sum(text not in words for text in texts)
        print(f"T = {temperature}: {' '.join(texts)}"[:80])

    name = "gimel"
    model(pairs([name])[0][0])
    plot_attention(
        model.blocks[0].attention.pattern,
        out / "lesson14_gpt_attention.png",
        tokens=list(ALPHABET[0] + name),
        title="Who looks at whom in the GPT, which sees only what is before",
    )
    return {
        "parameters": float(len(model.parameters())),
        "loss_untrained": untrained,
        "loss_trained": trained,
        "loss_held_out": unseen,
        "unigram_entropy": by_frequency,
        "invented": float(invented),
    }


def letter_names() -> list[str]:
    """The names of four letters and more that Unicode 3.2 has, which every Python has on board: alpha, aleph…"""
    names = set()
    for code in range(0x3000):
        _, _, name = ucd_3_2_0.name(chr(code), "").partition(" LETTER ")
        if name.isascii() and name.isalpha() and 4 <= len(name) <= 10:
            names.add(name.lower())
    return sorted(names)


def pairs(words: list[str]) -> tuple[list[list[int]], list[list[int]]]:
    """For each word what the model sees, and at each place the letter that comes next."""
    tokens = [[0, *map(ALPHABET.index, word), 0] for word in words]
    return [row[:-1] for row in tokens], [row[1:] for row in tokens]


def spelt(tokens: Sequence[int]) -> str:
    """The word of the tokens."""
    return "".join(ALPHABET[token] for token in tokens)


def cross_entropy(model: GPT, words: list[str]) -> float:
    """The mean −ln P of the next letter."""
    seen, following = pairs(words)
    return softmax_cross_entropy(predict(model, seen), following).data


def unigram_entropy(words: list[str]) -> float:
    """−Σ p ln p over the letters and the end of a word: the loss of one who knows nothing but their frequencies."""
    counts = Counter(token for row in pairs(words)[1] for token in row)
    total = counts.total()
    return -sum(n / total * math.log(n / total) for n in counts.values())


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
