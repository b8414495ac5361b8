"""The tasks in JAX: float64, jit with donated arguments; one step a call, or many in one call's `fori_loop`.

The loop of many steps is JAX at its best: the call itself costs more than a small step.
"""

import importlib
from itertools import pairwise
from typing import Any

from benchmarks import gpt
from benchmarks.peers.batches import padded
from benchmarks.peers.tasks import Names, Network, Task, Trainer

jax: Any = importlib.import_module("jax")
jax.config.update("jax_enable_x64", True)
jnp: Any = importlib.import_module("jax.numpy")


def trainer(task: Task) -> Trainer:
    """Return the trainer that calls JAX once a step."""
    return JaxNames(task) if isinstance(task, Names) else JaxNetwork(task)


def loop_trainer(task: Task) -> Trainer:
    """Return the trainer that asks for many steps in one call; networks only."""
    if isinstance(task, Names):
        raise ValueError("names differ in length from step to step, so they cannot be one loop")
    return JaxLoop(task)


class JaxNetwork:
    """The trainer of a `Network`: a weight matrix and a bias a layer."""

    def __init__(self, task: Network) -> None:
        self.task = task
        self.x = jnp.array(task.rows)
        self.y = jnp.array(task.labels)
        self.tensors: list[Any] = []
        start = 0
        for inputs, outputs in pairwise(task.sizes):
            end = start + (inputs + 1) * outputs
            joint = jnp.array(task.weights[start:end]).reshape(outputs, inputs + 1)
            self.tensors.append((joint[:, :-1] + 0.0, joint[:, -1] + 0.0))
            start = end
        self.compiled = jax.jit(self.step, donate_argnums=0)

    def loss(self, tensors: Any, x: Any, y: Any) -> Any:
        """Return the loss of the tensors."""
        activation = jnp.tanh if self.task.activation == "tanh" else jax.nn.relu
        penalty = self.task.penalty * sum((t * t).sum() for layer in tensors for t in layer)
        *hidden, (w, b) = tensors
        for u, c in hidden:
            x = activation(x @ u.T + c)
        x = x @ w.T + b
        if self.task.sizes[-1] == 1:
            return jnp.maximum(1 - y * x[:, 0], 0.0).mean() + penalty
        return (jax.nn.logsumexp(x, axis=1) - jnp.take_along_axis(x, y[:, None], 1)[:, 0]).mean() + penalty

    def step(self, tensors: Any, x: Any, y: Any) -> tuple[Any, Any]:
        """Return the updated tensors and the loss before."""
        loss, gradients = jax.value_and_grad(self.loss)(tensors, x, y)
        return jax.tree.map(lambda t, g: t - self.task.rate * g, tensors, gradients), loss

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            self.tensors, loss = self.compiled(self.tensors, self.x, self.y)
        return float(loss)

    def parameters(self) -> list[float]:
        """Return the parameters, neuron by neuron."""
        joints = [jnp.concatenate([w, b[:, None]], 1).reshape(-1) for w, b in self.tensors]
        return jnp.concatenate(joints).tolist()  # type: ignore[no-any-return]


class JaxLoop(JaxNetwork):
    """The same with all of `steps` in one call."""

    def __init__(self, task: Network) -> None:
        super().__init__(task)
        self.loop = jax.jit(self.many, donate_argnums=0)

    def many(self, tensors: Any, x: Any, y: Any, count: Any) -> tuple[Any, Any]:
        """Return the tensors after so many steps and the last loss."""
        start = (tensors, jnp.array(0.0))
        return jax.lax.fori_loop(0, count, lambda _, state: self.step(state[0], x, y), start)  # type: ignore[no-any-return]

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        self.tensors, loss = self.loop(self.tensors, self.x, self.y, count)
        return float(loss)


class JaxNames:
    """The trainer of the GPT: compiled once for every length of the names."""

    def __init__(self, task: Names) -> None:
        self.batches = task.batches()
        self.flat = jnp.array(gpt.initial_weights())
        self.means = jnp.zeros_like(self.flat)
        self.squares = jnp.zeros_like(self.flat)
        self.number = 0
        self.compiled = jax.jit(self.step, donate_argnums=(0, 1, 2))

    def loss(self, flat: Any, tokens: Any, wanted: Any, shares: Any) -> Any:
        """Return the mean over the names of the mean of -ln p over their tokens."""
        m = {}
        start = 0
        for name, (rows, columns) in gpt.SHAPES.items():
            end = start + rows * columns
            m[name] = flat[start:end].reshape(rows, columns)
            start = end
        names, length = tokens.shape
        x = _normalised(m["tokens"][tokens] + m["positions"][:length])
        h = _normalised(x)
        query, key, value = (
            (h @ m[name].T).reshape(names, length, gpt.HEADS, -1).transpose(0, 2, 1, 3)
            for name in ("query", "key", "value")
        )
        weights = query @ key.swapaxes(2, 3) * (gpt.WIDTH // gpt.HEADS) ** -0.5
        weights = jnp.where(jnp.tril(jnp.ones((length, length), bool)), weights, -jnp.inf)
        mixed = (jax.nn.softmax(weights) @ value).transpose(0, 2, 1, 3).reshape(names, length, gpt.WIDTH)
        x = mixed @ m["mixed"].T + x
        x = jax.nn.relu(_normalised(x) @ m["wide"].T) @ m["narrow"].T + x
        logits = x @ m["scores"].T
        losses = jax.nn.logsumexp(logits, axis=-1) - jnp.take_along_axis(logits, wanted[..., None], -1)[..., 0]
        return (losses * shares).sum()

    def step(self, flat: Any, means: Any, squares: Any, number: Any, data: Any) -> tuple[Any, Any, Any, Any]:
        """Return the updated state of Adam and the loss before."""
        loss, gradient = jax.value_and_grad(self.loss)(flat, *data)
        rate = gpt.RATE * jnp.maximum(0.0, 1 - number / gpt.STEPS)
        means = gpt.BETA1 * means + (1 - gpt.BETA1) * gradient
        squares = gpt.BETA2 * squares + (1 - gpt.BETA2) * gradient**2
        mean, square = means / (1 - gpt.BETA1 ** (number + 1)), squares / (1 - gpt.BETA2 ** (number + 1))
        return flat - rate * mean / (jnp.sqrt(square) + gpt.EPSILON), means, squares, loss

    def steps(self, count: int) -> float:
        """Do so many training steps and return the loss before the last update."""
        for _ in range(count):
            data = padded(next(self.batches))
            self.flat, self.means, self.squares, loss = self.compiled(
                self.flat, self.means, self.squares, float(self.number), data
            )
            self.number += 1
        return float(loss)

    def parameters(self) -> list[float]:
        """Return the parameters, matrix by matrix."""
        return self.flat.tolist()  # type: ignore[no-any-return]


def _normalised(x: Any) -> Any:
    return x * (jnp.mean(x * x, axis=-1, keepdims=True) + 1e-5) ** -0.5
