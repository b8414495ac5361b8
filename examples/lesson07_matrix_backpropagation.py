"""Neuron, layer, network; and back-propagation with matrices, which gives the engine's gradients.

A neuron is z = w·x + b, a = f(z) (L2). A layer is several neurons on one input: their weights are the rows of a matrix.

    for one sample, W x:      zᴸ⁺¹ = Wᴸ aᴸ + bᴸ           a = f(z)                     (column vectors)
    for a batch, x W:         Zᵢ₊₁ = f(Zᵢ Wᵢ + bᵢ)                                     (a sample a row; W is transposed)

Back-propagation (L5) for J = ½ ‖aⁿ − y‖², where δ = ∂J/∂z:

    δⁿ = (aⁿ − y) ⊙ f′(zⁿ)       δᴸ = (Wᴸᵀ δᴸ⁺¹) ⊙ f′(zᴸ)       ∂J/∂Wᴸ = δᴸ⁺¹ aᴸᵀ       ∂J/∂bᴸ = δᴸ⁺¹
    Gᵢ = (Gᵢ₊₁ ⊙ f′) Wᵢᵀ         ∂J/∂Wᵢ = Zᵢᵀ (Gᵢ₊₁ ⊙ f′)                              for rows

Each is the chain rule on the graph, done for a whole layer at a time. So the numbers are those of the scalar engine,
which knows nothing of matrices: here for every activation, in both conventions.
"""

import math
from pathlib import Path
from typing import Any, TypeAlias

from autograd import Value
from autograd import sum as total
from autograd.errors import require
from nn import MLP, Layer, Neuron, predict
from viz import plot_matrices

np = require("numpy", extra="examples")

LECTURE = "L2, L5"

Matrix: TypeAlias = Any
"""A NumPy array."""

SAMPLES, INPUTS, WIDTHS = 6, 3, [5, 4, 2]


def sigmoid(z: Matrix) -> Matrix:
    """σ."""
    return 1 / (1 + np.exp(-z))


def phi(z: Matrix) -> Matrix:
    """Φ, the normal distribution."""
    return (1 + np.vectorize(math.erf)(z / math.sqrt(2))) / 2


def cubic(z: Matrix) -> Matrix:
    """The argument of the tanh in GELU's tanh form."""
    return math.sqrt(2 / math.pi) * (z + 0.044715 * z**3)


def gelu_tanh_slope(z: Matrix) -> Matrix:
    """½(1 + tanh u) + ½z sech²u · u′."""
    slope = math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * z**2)
    return (1 + np.tanh(cubic(z))) / 2 + z / 2 / np.cosh(cubic(z)) ** 2 * slope


# f and f′, on arrays, as the lectures print them (L3).
FUNCTIONS = {
    "sigmoid": (sigmoid, lambda z: sigmoid(z) * (1 - sigmoid(z))),
    "tanh": (np.tanh, lambda z: 1 - np.tanh(z) ** 2),
    "relu": (lambda z: np.maximum(0, z), lambda z: (z > 0) * 1.0),
    "leaky_relu": (lambda z: np.maximum(0.01 * z, z), lambda z: np.where(z > 0, 1.0, 0.01)),
    "gelu": (lambda z: z * phi(z), lambda z: phi(z) + z * np.exp(-z * z / 2) / math.sqrt(2 * math.pi)),
    "gelu_tanh": (lambda z: z / 2 * (1 + np.tanh(cubic(z))), gelu_tanh_slope),
    "silu": (lambda z: z * sigmoid(z), lambda z: sigmoid(z) * (1 + z * (1 - sigmoid(z)))),
    "linear": (lambda z: z, np.ones_like),
}


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """From a neuron to a network, then the gradients in three ways."""
    figures = {**build_up(), "linear collapse": linear_collapse()}
    print(f"{SAMPLES} samples, {INPUTS} inputs, layers of {WIDTHS}: largest difference to the engine")
    print("activation    W x      x W")
    for name in FUNCTIONS:
        model, x, y = problem(name)
        engine = by_engine(model, x, y)
        columns, rows = by_columns(model, x, y, name), by_rows(model, x, y, name)
        figures[f"W x {name}"] = largest_difference(engine, columns)
        figures[f"x W {name}"] = largest_difference(engine, rows)
        print(f"{name:11} {figures[f'W x {name}']:.1e}  {figures[f'x W {name}']:.1e}")

    model, x, y = problem("tanh")
    engine, hand = by_engine(model, x, y), by_columns(model, x, y, "tanh")
    print("make the dimensions match: ∂J/∂W = δ aᵀ has", " and ".join(str(w.shape) for w in hand["W"]))
    maps = {}
    for index, (ours, theirs) in enumerate(zip(engine["delta"], hand["delta"], strict=True)):
        maps[f"δ of layer {index}: engine"] = ours
        maps[f"layer {index}: matrices"] = theirs
        maps[f"layer {index}: difference"] = ours - theirs
    picture = out / "lesson07_deltas.png"
    plot_matrices(maps, picture, x="neuron", y="sample", title="δ = ∂J/∂z by the engine and by matrices (tanh)")
    print("Exercise 1: one more step back, ∂J/∂x = W⁰ᵀ δ: how far from the engine's?")
    print("Exercise 2: softmax and cross-entropy at the end: δ = p − y; how far off?")
    return figures


def build_up() -> dict[str, float]:
    """A neuron is w·x + b and f; a layer is neurons side by side; a network is layers in a row."""
    x = [0.5, -1.0, 2.0]
    neuron = Neuron(3, activation="tanh", seed=0)
    *w, b = (p.data for p in neuron.parameters())
    z = sum(weight * number for weight, number in zip(w, x, strict=True)) + b
    layer = Layer(3, 2, activation="tanh", seed=1)
    model = MLP(3, [2, 1], activation="tanh", seed=2)
    first, last = model.layers
    print(f"{neuron}: a = tanh({z:.4f}) = {neuron(x).data:.4f}")
    print(f"{model}: (3 + 1)·2 + (2 + 1)·1")
    side_by_side = [neuron(x).data for neuron in layer.neurons]
    return {
        "neuron": abs(neuron(x).data - math.tanh(z)),
        "layer": max(abs(a.data - b) for a, b in zip(layer(x), side_by_side, strict=True)),  # type: ignore[arg-type]
        "network": abs(model(x).data - last(first(x)).data),  # type: ignore[union-attr]
        "parameters": float(len(model.parameters())),
    }


def linear_collapse() -> float:
    """Without an f between them, two layers are one: W₁(W₀x + b₀) + b₁ = (W₁W₀)x + (W₁b₀ + b₁)."""
    model, x, _ = problem("linear")
    (w0, b0), (w1, b1), (w2, b2) = weights(model)
    single, bias = w2 @ w1 @ w0, w2 @ (w1 @ b0 + b1) + b2
    outputs = np.array(predict(model, x.tolist()))
    difference = float(np.abs(outputs - (x @ single.T + bias)).max())
    print(f"three linear layers against the one matrix W₂W₁W₀: {difference:.1e}")
    return difference


def problem(activation: str) -> tuple[MLP, Matrix, Matrix]:
    """A network with this activation in every layer, and a batch of samples with targets."""
    model = MLP(
        INPUTS, WIDTHS, activation=activation, output_activation=activation, init="xavier", bias_init="normal", seed=0
    )
    rng = np.random.default_rng(0)
    return model, rng.normal(size=(SAMPLES, INPUTS)), rng.normal(size=(SAMPLES, WIDTHS[-1]))


def weights(model: MLP) -> list[tuple[Matrix, Matrix]]:
    """W, a row a neuron, and b of each layer."""
    tables = [np.array([[p.data for p in n.parameters()] for n in layer.neurons]) for layer in model.layers]
    return [(table[:, :-1], table[:, -1]) for table in tables]


def by_engine(model: MLP, x: Matrix, y: Matrix) -> dict[str, list[Matrix]]:
    """The scalar engine: one graph of all samples, one backward pass; δ is the gradient of the node z."""
    losses: list[Value] = []
    nodes: list[list[list[Value]]] = [[] for _ in model.layers]
    for sample, target in zip(x.tolist(), y.tolist(), strict=True):
        a: Any = sample
        for layer, z in zip(model.layers, nodes, strict=True):
            a = layer(a)
            z.append([node.inputs[0] if layer.neurons[0].activation != "linear" else node for node in a])
        losses += [0.5 * (output - number) ** 2 for output, number in zip(a, target, strict=True)]
    loss = total(losses)
    model.zero_grad()
    loss.backward()
    # A neuron's parameters are its weights and then its bias.
    tables = [np.array([[p.grad for p in n.parameters()] for n in layer.neurons]) for layer in model.layers]
    return {
        "delta": [np.array([[node.grad for node in row] for row in z]) for z in nodes],
        "W": [table[:, :-1] for table in tables],
        "b": [table[:, -1] for table in tables],
    }


def by_columns(model: MLP, x: Matrix, y: Matrix, name: str) -> dict[str, list[Matrix]]:
    """W x: one sample after the other, as column vectors; the gradients of the samples are added."""
    f, slope = FUNCTIONS[name]
    layers = weights(model)
    found: dict[str, list[Any]] = {"delta": [[] for _ in layers], "W": [0.0] * len(layers), "b": [0.0] * len(layers)}
    for sample, target in zip(x, y, strict=True):
        a, z = [sample], []
        for w, b in layers:
            z.append(w @ a[-1] + b)
            a.append(f(z[-1]))
        delta = (a[-1] - target) * slope(z[-1])
        for index in reversed(range(len(layers))):
            found["delta"][index].append(delta)
            found["W"][index] = found["W"][index] + np.outer(delta, a[index])
            found["b"][index] = found["b"][index] + delta
            if index:
                delta = (layers[index][0].T @ delta) * slope(z[index - 1])
    found["delta"] = [np.array(rows) for rows in found["delta"]]
    return found


def by_rows(model: MLP, x: Matrix, y: Matrix, name: str) -> dict[str, list[Matrix]]:
    """x W: the whole batch at once, a sample a row; the sum over samples is inside Zᵀ(…)."""
    f, slope = FUNCTIONS[name]
    layers = [(w.T, b) for w, b in weights(model)]
    a, z = [x], []
    for w, b in layers:
        z.append(a[-1] @ w + b)
        a.append(f(z[-1]))
    g = a[-1] - y
    deltas, ws, bs = [], [], []
    for index in reversed(range(len(layers))):
        delta = g * slope(z[index])
        deltas.append(delta)
        ws.append((a[index].T @ delta).T)  # back to a row a neuron, to compare
        bs.append(delta.sum(axis=0))
        g = delta @ layers[index][0].T
    return {"delta": deltas[::-1], "W": ws[::-1], "b": bs[::-1]}


def largest_difference(one: dict[str, list[Matrix]], other: dict[str, list[Matrix]]) -> float:
    """Over all entries of δ, ∂J/∂W and ∂J/∂b of all layers."""
    return max(float(np.abs(a - b).max()) for key in one for a, b in zip(one[key], other[key], strict=True))


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
