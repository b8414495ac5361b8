"""The moons task as a user of `nn` writes it: the numbers, the loss and the learning rates of `moons`."""

import sys
import time
from collections.abc import Callable, Iterator

from benchmarks import moons
from nn import MLP, SGD, History, fit, hinge, l2


def losses_of_nn() -> Iterator[float]:
    """Train for ever; each item is the loss of one step."""
    points, labels = moons.two_moons()
    model = MLP(2, [*moons.HIDDEN, 1], seed=0)  # the weights are replaced on the next line
    moons.set_weights(model)
    optimizer = SGD(model.parameters(), lr=moons.learning_rate(0))
    number = 0
    while True:
        optimizer.lr = moons.learning_rate(number)
        optimizer.zero_grad()
        # micrograd penalises biases too, with strength Σp² where l2 has half of it.
        loss = hinge([model(point) for point in points], labels) + l2(model.parameters(), 2 * moons.PENALTY)
        loss.backward()
        optimizer.step()
        yield loss.data
        number += 1


def times_of_fit(duration: float) -> list[float]:
    """Train with `nn.fit` for so many seconds, at least 4 steps, and return the seconds between its callbacks."""
    times: list[float] = []
    last = time.process_time()

    def clock(_: History) -> bool:
        nonlocal last
        now = time.process_time()
        times.append(now - last)
        last = now
        return len(times) >= 4 and sum(times) >= duration

    _fit(clock, sys.maxsize)
    return times


def losses_of_fit(steps: int) -> list[float]:
    """The losses of so many steps of `nn.fit`."""
    return _fit(lambda _: False, steps).losses


def _fit(callback: Callable[[History], bool], steps: int) -> History:
    points, labels = moons.two_moons()
    model = MLP(2, [*moons.HIDDEN, 1], seed=0)
    moons.set_weights(model)
    optimizer = SGD(model.parameters(), lr=moons.learning_rate(0))

    def schedule(history: History) -> None:
        optimizer.lr = moons.learning_rate(len(history))

    return fit(
        model,
        points,
        labels,
        loss=lambda scores, labels: hinge(scores, labels) + l2(model.parameters(), 2 * moons.PENALTY),
        optimizer=optimizer,
        epochs=steps,
        callbacks=[schedule, callback],
        progress=False,
    )
