"""Our own engine at the tasks, replayed natively: the graph of one step, built once, and its update."""

from itertools import cycle, islice
from typing import Any

from autograd import Value, dot
from autograd import sum as autograd_sum
from autograd.jit import Program, compile
from benchmarks import gpt
from benchmarks.peers.tasks import Names, Network, Task, Trainer
from nn import MLP, SGD, Adam, hinge, l2, softmax_cross_entropy


class NetworkReplay:
    """Full-batch steps of one network: a single program, many steps a call."""

    def __init__(self, network: Network) -> None:
        self.model = MLP(network.sizes[0], list(network.sizes[1:]), activation=network.activation, seed=0)
        for parameter, weight in zip(self.model.parameters(), network.weights, strict=True):
            parameter.data = weight
        criterion = hinge if network.sizes[-1] == 1 else softmax_cross_entropy
        loss = criterion([self.model(row) for row in network.rows], network.labels)
        if network.penalty:
            loss = loss + l2(self.model.parameters(), 2 * network.penalty)
        self.program = compile(loss)
        self.optimizer = SGD(self.model.parameters(), lr=network.rate)

    def steps(self, count: int) -> float:
        """Do so many steps in one call."""
        return self.program.step(self.optimizer, times=count)

    def parameters(self) -> list[float]:
        """Return the parameters as they are now."""
        return [p.data for p in self.model.parameters()]


class SingleSteps(NetworkReplay):
    """The same, a call a step."""

    def steps(self, count: int) -> float:
        """Do so many steps, each in a call of its own."""
        step, optimizer = self.program.step, self.optimizer
        for _ in range(count):
            loss = step(optimizer)
        return loss


class NamesReplay:
    """A GPT: one program for each step's names, which all share the parameters and the optimiser."""

    def __init__(self, names: Names) -> None:
        self.model = gpt.GPT(Value, lambda x, matrix: [dot(row, x) for row in matrix])
        distinct = max(1, names.count // names.batch)
        programs = [self._program(batch) for batch in islice(names.batches(), distinct)]
        self.programs = cycle(programs)
        self.optimizer: Any = Adam(self.model.parameters, lr=gpt.RATE, betas=(gpt.BETA1, gpt.BETA2), eps=gpt.EPSILON)
        self.number = 0

    def _program(self, batch: list[list[int]]) -> Program:
        loss = self.model.loss(batch[0]) if len(batch) == 1 else self.model.batch_loss(batch)
        # Adam moves every parameter at every step, those too that these names do not reach.
        return compile(loss + 0.0 * autograd_sum(self.model.parameters))

    def steps(self, count: int) -> float:
        """Do so many steps, each with its own names."""
        for _ in range(count):
            self.optimizer.lr = gpt.RATE * max(0.0, 1 - self.number / gpt.STEPS)
            loss = next(self.programs).step(self.optimizer)
            self.number += 1
        return loss

    def parameters(self) -> list[float]:
        """Return the parameters as they are now."""
        return [float(p.data) for p in self.model.parameters]


def trainer(task: Task) -> Trainer:
    """A call a step."""
    return NamesReplay(task) if isinstance(task, Names) else SingleSteps(task)


def loop_trainer(task: Task) -> Trainer:
    """Many steps a call."""
    assert isinstance(task, Network)  # noqa: S101 — names differ from step to step
    return NetworkReplay(task)
