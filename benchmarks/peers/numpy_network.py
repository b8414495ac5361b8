"""A network's training step in NumPy, back-propagated by hand: every array is made once, every result written in place.

A sample is a column, and each layer's input ends in a row of ones, so that a bias is one more weight.
"""

from typing import Any

import numpy as np

from benchmarks.peers.tasks import Network

Array = Any


class NumpyNetwork:
    """The trainer of a `Network`."""

    def __init__(self, task: Network) -> None:
        self.task = task
        count = len(task.rows)
        self.flat = np.array(task.weights)
        self.gradient = np.zeros_like(self.flat)
        self.inputs: list[Array] = []  # of each layer, ones included
        self.weights: list[Array] = []
        self.slopes: list[Array] = []
        self.errors: list[Array] = []  # derivative by each layer's pre-activation
        self.scratch: list[Array] = []
        self.bends: list[Array] = []
        start = 0
        for inputs, outputs in zip(task.sizes, task.sizes[1:], strict=False):
            end = start + (inputs + 1) * outputs
            self.weights.append(self.flat[start:end].reshape(outputs, inputs + 1))
            self.slopes.append(self.gradient[start:end].reshape(outputs, inputs + 1))
            self.inputs.append(np.ones((inputs + 1, count)))
            self.errors.append(np.empty((outputs, count)))
            self.bends.append(np.empty((outputs, count), bool if task.activation == "relu" else float))
            start = end
        self.inputs[0][:-1] = np.array(task.rows).T
        self.outputs = [x[:-1] for x in self.inputs[1:]] + [np.empty((task.sizes[-1], count))]
        self.backwards = [w[:, :-1].T for w in self.weights]
        self.transposed = [x.T for x in self.inputs]
        if task.sizes[-1] == 1:
            self.minus_labels = -np.array(task.labels, float)[None]
            self.shares = self.minus_labels / count
        else:
            self.chosen = np.array(task.labels), np.arange(count)
        self.loss = 0.0

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            self.step()
        return self.loss

    def parameters(self) -> list[float]:
        """Return the parameters."""
        return [float(p) for p in self.flat]

    def step(self) -> None:
        """Forward, backward, update."""
        relu = self.task.activation == "relu"
        last = len(self.weights) - 1
        for layer, (w, x, out) in enumerate(zip(self.weights, self.inputs, self.outputs, strict=True)):
            np.dot(w, x, out=out)
            if layer < last:
                if relu:
                    np.maximum(out, 0.0, out=out)
                else:
                    np.tanh(out, out=out)
        self.loss = self.hinge() if self.task.sizes[-1] == 1 else self.cross_entropy()
        for layer in range(last, -1, -1):
            error = self.errors[layer]
            np.dot(error, self.transposed[layer], out=self.slopes[layer])
            if layer:
                before, bend, out = self.errors[layer - 1], self.bends[layer - 1], self.outputs[layer - 1]
                np.dot(self.backwards[layer], error, out=before)
                if relu:
                    np.greater(out, 0.0, out=bend)
                else:
                    np.multiply(out, out, out=bend)
                    np.subtract(1.0, bend, out=bend)
                np.multiply(before, bend, out=before)
        rate, penalty = self.task.rate, self.task.penalty
        if penalty:
            self.loss += penalty * float(np.dot(self.flat, self.flat))
            np.multiply(self.flat, 1 - 2 * rate * penalty, out=self.flat)
        np.multiply(self.gradient, rate, out=self.gradient)
        np.subtract(self.flat, self.gradient, out=self.flat)

    def hinge(self) -> float:
        """Return the mean hinge loss and leave its derivative in the last layer's error."""
        margin, error, bend = self.outputs[-1], self.errors[-1], self.bends[-1]
        np.multiply(margin, self.minus_labels, out=margin)
        np.add(margin, 1.0, out=margin)
        np.maximum(margin, 0.0, out=margin)
        np.greater(margin, 0.0, out=bend)
        np.multiply(self.shares, bend, out=error)
        return float(np.add.reduce(margin, axis=None)) / len(self.task.rows)

    def cross_entropy(self) -> float:
        """Return the mean cross-entropy of the softmax and leave its derivative in the last layer's error."""
        logits, error = self.outputs[-1], self.errors[-1]
        np.subtract(logits, np.maximum.reduce(logits, axis=0), out=logits)
        np.exp(logits, out=error)
        total = np.add.reduce(error, axis=0)
        count = len(self.task.rows)
        loss = float(np.add.reduce(np.log(total)) - np.add.reduce(logits[self.chosen])) / count
        np.divide(error, total, out=error)
        error[self.chosen] -= 1.0
        np.divide(error, count, out=error)
        return loss
