"""The scalar engines at the tasks: our eager one, which all others are held to, micrograd and a microgpt-shaped one."""

import importlib
from collections.abc import Iterator
from typing import Any

from benchmarks import gpt, moons
from benchmarks.microvalue import MicroValue
from benchmarks.peers.tasks import Names, Network, Task, Trainer


class Loop:
    """A trainer around a generator of losses and the model's parameters, which the generator's first item makes."""

    def __init__(self, losses: Iterator[float], parameters: list[Any]) -> None:
        self.losses = losses
        self.values = parameters

    def steps(self, count: int) -> float:
        """Take so many losses."""
        for _ in range(count):
            loss = next(self.losses)
        return loss

    def parameters(self) -> list[float]:
        """Return the parameters' numbers."""
        return [float(p.data) for p in self.values]


def chainrule(task: Task) -> Trainer:
    """Our eager engine: `nn` for networks, `dot` for the GPT's linear layers."""
    from autograd import Value, dot

    if isinstance(task, Names):
        return _names(gpt.GPT(Value, lambda x, matrix: [dot(row, x) for row in matrix]), task)
    from nn import MLP, SGD, hinge, l2, softmax_cross_entropy

    network = task
    model = MLP(network.sizes[0], list(network.sizes[1:]), activation=network.activation, seed=0)
    for parameter, weight in zip(model.parameters(), network.weights, strict=True):
        parameter.data = weight
    optimizer = SGD(model.parameters(), lr=network.rate)
    criterion = hinge if network.sizes[-1] == 1 else softmax_cross_entropy

    def losses() -> Iterator[float]:
        while True:
            optimizer.zero_grad()
            loss = criterion([model(row) for row in network.rows], network.labels)
            if network.penalty:
                loss = loss + l2(model.parameters(), 2 * network.penalty)
            loss.backward()
            optimizer.step()
            yield loss.data

    return Loop(losses(), model.parameters())


def micrograd(task: Task) -> Trainer:
    """micrograd's own model, or for the GPT a `Value` in microgpt's design; micrograd has no exp, so no Iris."""
    if isinstance(task, Names):
        return _names(gpt.GPT(MicroValue), task)
    network: Network = task
    peer: Any = importlib.import_module("micrograd.nn")
    model = peer.MLP(network.sizes[0], list(network.sizes[1:]))
    moons.set_weights(model)
    points = [(x, y) for x, y in network.rows]

    def losses() -> Iterator[float]:
        while True:
            yield moons.step(model, peer.Value, points, network.labels, network.rate)

    return Loop(losses(), model.parameters())


def _names(model: gpt.GPT, task: Names) -> Trainer:
    optimizer = gpt.Adam(model.parameters)

    def losses() -> Iterator[float]:
        for batch in task.batches():
            loss = model.loss(batch[0]) if len(batch) == 1 else model.batch_loss(batch)
            loss.backward()
            optimizer.step()
            yield float(loss.data)

    return Loop(losses(), model.parameters)
