"""`generate`: a language model writes, one token after another, each drawn from the probabilities that it gives.

P(next) = softmax(logits / temperature) (lectures L10); temperature 0 always takes the most likely.
"""

import math
from collections.abc import Callable
from contextlib import ExitStack
from random import Random
from typing import Any

from autograd import Value, no_grad

from . import _checks
from ._checks import _show
from .modes import modes_kept
from .module import Module

__all__ = ["generate"]


def generate(
    model: Callable[..., Any],
    prompt: Any,
    steps: int,
    temperature: float = 1.0,
    seed: int | Random | None = None,
    *,
    stop: int | None = None,
) -> list[int]:
    """Up to `steps` tokens that follow `prompt`, a list of at least one token.

    model: takes a list of tokens and gives a row of logits for each position, as `GPT` does. Where it has a
    `block_size`, it sees the last so many tokens. Where it has `start()`, as `GPT` has, it is called as
    `model(new_tokens, state)`, and so computes no position twice.
    temperature: logits are divided by it: below 1 the likely becomes likelier, above 1 less so; 0 takes the most
    likely token (the first of equals). seed: an int, a `random.Random`, or None for Python's global generator.
    stop: a token that ends the text; it is not in the result.

    No graph is built; a module is in `eval()` meanwhile.
    Raises ValueError and TypeError for settings that are wrong, and where the model does not give rows of logits.

    >>> from nn import GPT
    >>> model = GPT(5, 8, block_size=4, heads=2, seed=1)
    >>> len(generate(model, [0], 6, seed=0)), generate(model, [0], 3, temperature=0) == generate(model, [0], 3, 0)
    (6, True)
    """
    tokens = _prompt(prompt)
    steps = _checks.count(steps, "steps", least=0)
    temperature = _checks.number(temperature, "temperature", least=0.0)
    rng = _checks.generator(seed)
    if not callable(model):
        raise TypeError(f"model must be a language model such as GPT(...), got {_show(model)}")
    limit = getattr(model, "block_size", None)
    start = getattr(model, "start", None)
    length = len(tokens)
    with ExitStack() as stack:
        if isinstance(model, Module):
            stack.enter_context(modes_kept(model))
            model.eval()
        stack.enter_context(no_grad())
        state, seen = None, 0  # the model's state, and how many tokens it has seen
        for _ in range(steps):
            if start is None:
                logits = model(tokens if limit is None else tokens[-limit:])
            else:
                if state is None or (limit is not None and len(tokens) > limit):
                    # The window has moved, and with it the position of every token in it.
                    state, seen = start(), len(tokens) - min(len(tokens), limit or len(tokens))
                logits = model(tokens[seen:], state)
                seen = len(tokens)
            token = _drawn(_last_row(logits), temperature, rng)
            if token == stop:
                break
            tokens.append(token)
    return tokens[length:]


def _prompt(prompt: Any) -> list[int]:
    prompt = _checks.plain(prompt)
    if not _checks.is_list(prompt):
        raise TypeError(f"prompt must be a list of tokens, whole numbers from 0, got {_show(prompt)}")
    if not prompt:
        raise ValueError("prompt must have at least one token, such as the one that begins a text")
    return [_checks.count(token, f"prompt, token {index}", least=0) for index, token in enumerate(prompt)]


def _last_row(logits: Any) -> list[float]:
    """The logits of the last position as numbers."""
    row = _checks.plain(logits[-1]) if _checks.is_list(logits) and logits else None
    if not _checks.is_list(row) or not row:
        raise TypeError(f"the model must give a row of logits for each token, got {_show(logits)}")
    return [z.data if isinstance(z, Value) else _checks.number(z, f"logit {k}") for k, z in enumerate(row)]


def _drawn(logits: list[float], temperature: float, rng: Random) -> int:
    """A token drawn from softmax(logits / temperature)."""
    top = max(logits)
    if temperature == 0.0:
        return logits.index(top)
    weights = [math.exp((z - top) / temperature) for z in logits]
    # Not rng.choices: Python promises the same random() for a seed in every version, but no other method's numbers.
    point = rng.random() * math.fsum(weights)
    for token, weight in enumerate(weights):
        point -= weight
        if point < 0.0:
            return token
    return logits.index(top)  # rounding may leave a trace of the last weight
