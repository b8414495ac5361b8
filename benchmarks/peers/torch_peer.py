"""The tasks in PyTorch: float64 tensors, eager, the updates of all parameters in one call.

`torch.compile` is left out: it needs a C++ compiler on the machine.
"""

import importlib
from itertools import pairwise
from typing import Any

from benchmarks import gpt
from benchmarks.peers.batches import padded
from benchmarks.peers.tasks import Names, Network, Task, Trainer

torch: Any = importlib.import_module("torch")
functional: Any = importlib.import_module("torch.nn.functional")


def trainer(task: Task) -> Trainer:
    """Return the trainer of a task."""
    torch.set_default_dtype(torch.float64)
    return TorchNames(task) if isinstance(task, Names) else TorchNetwork(task)


class TorchNetwork:
    """The trainer of a `Network`: a weight matrix and a bias a layer."""

    def __init__(self, task: Network) -> None:
        self.task = task
        self.x = torch.tensor(task.rows)
        self.binary = task.sizes[-1] == 1
        self.y = torch.tensor(task.labels, dtype=torch.float64 if self.binary else torch.int64)
        self.activation = getattr(torch, task.activation)
        self.tensors: list[Any] = []
        flat = torch.tensor(task.weights)
        start = 0
        for inputs, outputs in pairwise(task.sizes):
            end = start + (inputs + 1) * outputs
            joint = flat[start:end].view(outputs, inputs + 1)
            self.tensors += [joint[:, :-1].clone(), joint[:, -1].clone()]
            start = end
        for tensor in self.tensors:
            tensor.requires_grad_()

    def loss(self) -> Any:
        """Return the loss as a tensor with a graph."""
        x, tensors = self.x, self.tensors
        for i in range(0, len(tensors) - 2, 2):
            x = self.activation(functional.linear(x, tensors[i], tensors[i + 1]))
        x = functional.linear(x, tensors[-2], tensors[-1])
        loss = (1 - self.y * x.view(-1)).relu().mean() if self.binary else functional.cross_entropy(x, self.y)
        if self.task.penalty:
            flat = torch.cat([tensor.view(-1) for tensor in tensors])
            loss = loss + self.task.penalty * flat.dot(flat)
        return loss

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            loss = self.loss()
            gradients = torch.autograd.grad(loss, self.tensors)
            with torch.no_grad():
                torch._foreach_add_(self.tensors, gradients, alpha=-self.task.rate)
        return float(loss.detach())

    def parameters(self) -> list[float]:
        """Return the parameters, neuron by neuron."""
        joints = [
            torch.cat([self.tensors[i], self.tensors[i + 1][:, None]], 1).reshape(-1)
            for i in range(0, len(self.tensors), 2)
        ]
        return torch.cat(joints).tolist()  # type: ignore[no-any-return]


class TorchNames:
    """The trainer of the GPT: all positions of all names at once, the fused Adam."""

    def __init__(self, task: Names) -> None:
        self.batches = task.batches()
        self.flat = torch.tensor(gpt.initial_weights())
        self.m: dict[str, Any] = {}
        start = 0
        for name, (rows, columns) in gpt.SHAPES.items():
            end = start + rows * columns
            self.m[name] = self.flat[start:end].view(rows, columns).clone().requires_grad_()
            start = end
        self.optimizer = torch.optim.Adam(
            self.m.values(), lr=gpt.RATE, betas=(gpt.BETA1, gpt.BETA2), eps=gpt.EPSILON, fused=True
        )
        self.number = 0

    def loss(self, batch: list[list[int]]) -> Any:
        """Return the mean over the names of the mean of -ln p over their tokens."""
        tokens, wanted, shares = (torch.from_numpy(part) for part in padded(batch))
        m = self.m
        names, length = tokens.shape
        x = self.normalised(m["tokens"][tokens] + m["positions"][:length])
        h = self.normalised(x)
        query, key, value = (
            functional.linear(h, m[name]).view(names, length, gpt.HEADS, -1).transpose(1, 2)
            for name in ("query", "key", "value")
        )
        mixed = functional.scaled_dot_product_attention(query, key, value, is_causal=True)
        x = functional.linear(mixed.transpose(1, 2).reshape(names, length, gpt.WIDTH), m["mixed"]) + x
        h = functional.linear(self.normalised(x), m["wide"]).relu()
        x = functional.linear(h, m["narrow"]) + x
        logits = functional.linear(x, m["scores"]).view(-1, gpt.TOKENS)
        return functional.cross_entropy(logits, wanted.view(-1), reduction="none").dot(shares.view(-1))

    @staticmethod
    def normalised(x: Any) -> Any:
        """Return x over its root mean square."""
        return functional.rms_norm(x, (gpt.WIDTH,), eps=1e-5)

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            loss = self.loss(next(self.batches))
            self.optimizer.zero_grad()
            loss.backward()
            self.optimizer.param_groups[0]["lr"] = gpt.RATE * max(0.0, 1 - self.number / gpt.STEPS)
            self.optimizer.step()
            self.number += 1
        return float(loss.detach())

    def parameters(self) -> list[float]:
        """Return the parameters, matrix by matrix."""
        return torch.cat([matrix.detach().view(-1) for matrix in self.m.values()]).tolist()  # type: ignore[no-any-return]
