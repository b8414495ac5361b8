"""A GPT's training step in NumPy, back-propagated by hand, all positions of all names at once.

Forms: tokens in rows, so a linear layer is x Wᵀ; softmax's derivative is p (g - Σ p g), that of x / rms(x) is
s (g - y mean(g y)), with y the output and s the scale.
"""

from typing import Any

import numpy as np

from benchmarks import gpt
from benchmarks.peers.batches import padded
from benchmarks.peers.tasks import Names

Array = Any
SCALE = (gpt.WIDTH // gpt.HEADS) ** -0.5


class NumpyNames:
    """The trainer of the GPT."""

    def __init__(self, task: Names) -> None:
        self.batches = task.batches()
        self.flat = np.array(gpt.initial_weights())
        self.gradient = np.zeros_like(self.flat)
        self.mean = np.zeros_like(self.flat)
        self.square = np.zeros_like(self.flat)
        self.scratch = np.zeros_like(self.flat)
        self.change = np.zeros_like(self.flat)
        self.m = _views(self.flat)
        self.g = _views(self.gradient)
        # Query, key and value stand one after the other, so that one product gives all three.
        start = sum(rows * columns for rows, columns in list(gpt.SHAPES.values())[:3])
        end = start + 3 * gpt.WIDTH**2
        self.joint = self.flat[start:end].reshape(3 * gpt.WIDTH, gpt.WIDTH)
        self.joint_gradient = self.gradient[start:end].reshape(3 * gpt.WIDTH, gpt.WIDTH)
        self.future = np.triu(np.full((gpt.POSITIONS, gpt.POSITIONS), -np.inf), 1)
        self.number = 0

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            loss = self.differentiate(next(self.batches))
            self.update()
        return loss

    def parameters(self) -> list[float]:
        """Return the parameters, matrix by matrix."""
        return [float(p) for p in self.flat]

    def differentiate(self, batch: list[list[int]]) -> float:
        """Leave the gradient of the batch's loss in `gradient` and return the loss."""
        tokens, wanted, shares = padded(batch)
        names, length = tokens.shape
        m, g = self.m, self.g
        ids, targets = tokens.reshape(-1), wanted.reshape(-1)
        every = np.arange(len(ids))

        embedded = (m["tokens"][tokens] + m["positions"][:length]).reshape(-1, gpt.WIDTH)
        x0, s0 = _normalised(embedded)
        x1, s1 = _normalised(x0)
        # From (name, position, query-key-value, head, part) to (query-key-value, name, head, position, part).
        split = (x1 @ self.joint.T).reshape(names, length, 3, gpt.HEADS, -1).transpose(2, 0, 3, 1, 4)
        query, key, value = split
        weights = (query * SCALE) @ key.swapaxes(2, 3)
        weights += self.future[:length, :length]
        weights -= weights.max(-1, keepdims=True)
        np.exp(weights, out=weights)
        weights /= weights.sum(-1, keepdims=True)
        heads = (weights @ value).transpose(0, 2, 1, 3).reshape(-1, gpt.WIDTH)
        x2 = heads @ m["mixed"].T
        x2 += x0
        x3, s3 = _normalised(x2)
        wide = x3 @ m["wide"].T
        np.maximum(wide, 0.0, out=wide)
        x4 = wide @ m["narrow"].T
        x4 += x2
        logits = x4 @ m["scores"].T
        logits -= logits.max(-1, keepdims=True)
        p = np.exp(logits)
        total = p.sum(-1, keepdims=True)
        share = shares.reshape(-1)
        loss = float(share @ (np.log(total[:, 0]) - logits[every, targets]))

        p /= total
        p[every, targets] -= 1.0
        p *= share[:, None]
        np.dot(p.T, x4, out=g["scores"])
        d4 = p @ m["scores"]
        np.dot(d4.T, wide, out=g["narrow"])
        dwide = d4 @ m["narrow"]
        dwide *= wide > 0
        np.dot(dwide.T, x3, out=g["wide"])
        d2 = _normalised_back(dwide @ m["wide"], x3, s3)
        d2 += d4
        np.dot(d2.T, heads, out=g["mixed"])
        dheads = (d2 @ m["mixed"]).reshape(names, length, gpt.HEADS, -1).transpose(0, 2, 1, 3)
        back = np.empty((names, length, 3, gpt.HEADS, gpt.WIDTH // gpt.HEADS))
        dquery, dkey, dvalue = back.transpose(2, 0, 3, 1, 4)
        dvalue[...] = weights.swapaxes(2, 3) @ dheads
        dweights = dheads @ value.swapaxes(2, 3)
        dweights -= np.einsum("nhij,nhij->nhi", dweights, weights)[..., None]
        dweights *= weights
        dweights *= SCALE
        dquery[...] = dweights @ key
        dkey[...] = dweights.swapaxes(2, 3) @ query
        dsplit = back.reshape(len(ids), -1)
        np.dot(dsplit.T, x1, out=self.joint_gradient)
        d0 = _normalised_back(dsplit @ self.joint, x1, s1)
        d0 += d2
        dembedded = _normalised_back(d0, x0, s0)
        g["tokens"][...] = 0.0
        np.add.at(g["tokens"], ids, dembedded)
        g["positions"][length:] = 0.0
        np.add.reduce(dembedded.reshape(names, length, gpt.WIDTH), axis=0, out=g["positions"][:length])
        return loss

    def update(self) -> None:
        """Change every parameter by Adam's rule."""
        rate = gpt.RATE * max(0.0, 1 - self.number / gpt.STEPS)
        self.number += 1
        mean, square, scratch, change = self.mean, self.square, self.scratch, self.change
        np.multiply(mean, gpt.BETA1, out=mean)
        np.multiply(self.gradient, 1 - gpt.BETA1, out=scratch)
        np.add(mean, scratch, out=mean)
        np.multiply(square, gpt.BETA2, out=square)
        np.multiply(self.gradient, self.gradient, out=scratch)
        np.multiply(scratch, 1 - gpt.BETA2, out=scratch)
        np.add(square, scratch, out=square)
        np.multiply(square, 1 / (1 - gpt.BETA2**self.number), out=scratch)
        np.sqrt(scratch, out=scratch)
        np.add(scratch, gpt.EPSILON, out=scratch)
        np.multiply(mean, rate / (1 - gpt.BETA1**self.number), out=change)
        np.divide(change, scratch, out=change)
        np.subtract(self.flat, change, out=self.flat)


def _views(flat: Array) -> dict[str, Array]:
    found = {}
    start = 0
    for name, (rows, columns) in gpt.SHAPES.items():
        end = start + rows * columns
        found[name] = flat[start:end].reshape(rows, columns)
        start = end
    return found


def _normalised(x: Array) -> tuple[Array, Array]:
    scale = 1 / np.sqrt(np.einsum("ij,ij->i", x, x) / gpt.WIDTH + 1e-5)[:, None]
    return x * scale, scale


def _normalised_back(g: Array, y: Array, scale: Array) -> Array:
    g -= y * (np.einsum("ij,ij->i", g, y) / gpt.WIDTH)[:, None]
    g *= scale
    return g
