"""The networks in CasADi: an SX function (scalar nodes, run by its virtual machine) of loss, gradient and update.

Up to a thousand samples the whole batch is one such function; above, one sample is, mapped over the batch.
"""

import importlib
from itertools import pairwise
from typing import Any

import numpy as np

from benchmarks.peers.tasks import Names, Network, Task, Trainer

casadi: Any = importlib.import_module("casadi")


def trainer(task: Task) -> Trainer:
    """Return the trainer of a network."""
    if isinstance(task, Names):
        raise ValueError("the GPT is not written for CasADi")
    return CasadiNetwork(task)


class CasadiNetwork:
    """The trainer of a `Network`; its arrays are handed to CasADi without a copy."""

    def __init__(self, task: Network) -> None:
        self.task = task
        self.rows: Any = np.array(task.rows).T.copy()
        self.labels = np.array(task.labels, float)
        self.function = self.whole() if len(task.rows) <= 1000 else self.mapped()
        # Any: NumPy's types do not say that an array is a buffer.
        flat: Any = np.array(task.weights)
        loss: Any = np.zeros(1)
        self.flat, self.loss = flat, loss
        self.buffer, self.evaluate = self.function.buffer()
        self.buffer.set_arg(0, memoryview(flat))
        self.buffer.set_res(0, memoryview(loss))
        self.buffer.set_res(1, memoryview(flat))

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            self.evaluate()
        return float(self.loss[0])

    def parameters(self) -> list[float]:
        """Return the parameters."""
        return [float(p) for p in self.flat]

    def whole(self) -> Any:
        """Return the step as one function of scalar nodes."""
        p = casadi.SX.sym("p", len(self.task.weights))
        losses = self.losses(p, casadi.DM(self.rows), casadi.DM(self.labels).T)
        loss = casadi.sum2(losses) / len(self.task.rows) + self.task.penalty * casadi.sumsqr(p)
        return casadi.Function("step", [p], [loss, p - self.task.rate * casadi.gradient(loss, p)])

    def mapped(self) -> Any:
        """Return the step as a matrix function around the mapped function of a sample."""
        count = len(self.task.rows)
        p, x, y = casadi.SX.sym("p", len(self.task.weights)), casadi.SX.sym("x", self.task.sizes[0]), casadi.SX.sym("y")
        loss = self.losses(p, x, y)
        sample = casadi.Function("sample", [p, x, y], [loss, casadi.gradient(loss, p)])
        whole = casadi.MX.sym("p", len(self.task.weights))
        # Sums over the samples as they come: one gradient is kept, not one a sample.
        losses, gradient = sample.map("sum", "serial", count, [0], [0, 1])(
            whole, casadi.DM(self.rows), casadi.DM(self.labels).T
        )
        penalty, rate = self.task.penalty, self.task.rate
        return casadi.Function(
            "step",
            [whole],
            [losses / count + penalty * casadi.sumsqr(whole), whole - rate * (gradient / count + 2 * penalty * whole)],
        )

    def losses(self, p: Any, x: Any, y: Any) -> Any:
        """Return each sample's loss, without the penalty; a sample is a column."""
        activation = casadi.tanh if self.task.activation == "tanh" else lambda z: casadi.fmax(z, 0)
        start = 0
        layers = list(pairwise(self.task.sizes))
        for number, (inputs, outputs) in enumerate(layers):
            end = start + (inputs + 1) * outputs
            joint = casadi.reshape(p[start:end], inputs + 1, outputs).T
            x = casadi.mtimes(joint[:, :-1], x) + casadi.repmat(joint[:, -1], 1, x.shape[1])
            if number < len(layers) - 1:
                x = activation(x)
            start = end
        if self.task.sizes[-1] == 1:
            return casadi.fmax(1 - y * x, 0)
        chosen = casadi.DM(np.eye(self.task.sizes[-1])[:, self.labels.astype(int)])
        return casadi.log(casadi.sum1(casadi.exp(x))) - casadi.sum1(x * chosen)
