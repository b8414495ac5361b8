"""The moons task as a user of `nn` writes it: the numbers, the loss and the learning rates of `moons`."""

from collections.abc import Iterator

from benchmarks import moons
from nn import MLP, SGD, hinge, l2


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
