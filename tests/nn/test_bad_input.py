"""What users get wrong at least once: each mistake has a typed error that names the thing and the fix."""

import math
import random
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from autograd import Value, parameter
from nn import (
    LBFGS,
    MLP,
    SGD,
    Adam,
    AdamW,
    Elementwise,
    Layer,
    Neuron,
    Sequential,
    accuracy,
    activation_names,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    clip_grad_norm,
    fit,
    half_squared_error,
    hinge,
    l2,
    mse,
    perceptron_loss,
    predict,
    softmax_cross_entropy,
    squared_error,
)

model = MLP(2, [3, 2], seed=0)
single = MLP(2, [1], seed=0)
v = Value(1.0)
w = parameter(1.0)
rows, labels = [[0.0, 1.0], [1.0, 0.0]], [0, 1]
Mistake = tuple[Callable[[], Any], type[Exception], str]


def trained(**options: Any) -> Callable[[], Any]:
    settings: dict[str, Any] = {"loss": softmax_cross_entropy, "epochs": 1, "progress": False, **options}
    arguments = [settings.pop(name, default) for name, default in (("model", model), ("x", rows), ("y", labels))]
    return lambda: fit(*arguments, **settings)


KNOWN = ", ".join(activation_names())
INPUTS: list[Mistake] = [
    (lambda: model([1.0, 2.0, 3.0]), ValueError, "MLP/layers.0 expects 2 inputs, got 3"),
    (lambda: model([]), ValueError, "MLP/layers.0 expects 2 inputs, got 0"),
    (lambda: model(1.0), ValueError, "MLP/layers.0 expects 2 inputs, got 1"),
    (lambda: model(v), ValueError, "MLP/layers.0 expects 2 inputs, got 1"),
    (lambda: Neuron(1)([1.0, 2.0]), ValueError, "Neuron expects 1 input, got 2"),
    (lambda: Layer(3, 1)((1, 2)), ValueError, "Layer expects 3 inputs, got 2"),
    (
        lambda: Sequential(Layer(2, 3), Layer(2, 1, activation="relu"))([1, 2]),
        ValueError,
        "Sequential/layers.1 expects 2 inputs, got 3",
    ),
    (lambda: model(rows), TypeError, 'MLP/layers.0 expects one sample of 2 numbers, got a batch of 2 rows: write [model(row) for row in rows]'),
    (lambda: model(np.zeros((5, 2))), TypeError, 'MLP/layers.0 expects one sample of 2 numbers, got a batch of 5 rows: write [model(row) for row in rows]'),
    (lambda: model(list(np.zeros((5, 2)))), TypeError, 'MLP/layers.0 expects one sample of 2 numbers, got a batch of 5 rows: write [model(row) for row in rows]'),
    (lambda: model("12"), TypeError, "MLP/layers.0 expects a list of numbers or Values, got str '12'"),
    (lambda: model(None), TypeError, 'MLP/layers.0 expects a list of numbers or Values, got None'),
    (lambda: model({1.0, 2.0}), TypeError, 'MLP/layers.0 expects a list of numbers or Values, got set {1.0, 2.0}'),
    (lambda: model({"a": 1.0, "b": 2.0}), TypeError, "MLP/layers.0 expects a list of numbers or Values, got dict {'a': 1.0, 'b': 2.0}"),
    (lambda: model(["1.0", 2.0]), TypeError, "MLP/layers.0, input 0: a Value holds one real number, got the str '1.0'; convert it with float(...)"),
    (lambda: model([1.0, None]), TypeError, 'MLP/layers.0, input 1: a Value holds one real number, got None; is there a return missing, or a value not computed?'),
    (lambda: model([1.0, True]), TypeError, 'MLP/layers.0, input 1: a Value holds one real number, got the bool True; use 1 or 1.0'),
    (lambda: model([v, 1j]), TypeError, 'MLP/layers.0, input 1: a Value holds one real number, got the complex number 1j; use its .real and .imag'),
    (lambda: model([1.0, math.nan]), ValueError, 'MLP/layers.0, input 1: a Value cannot be nan: it would spread unseen; mend or leave out the missing number'),
    (lambda: model(np.array([math.nan, 1.0])), ValueError, 'MLP/layers.0, input 0: a Value cannot be nan: it would spread unseen; mend or leave out the missing number'),
    (lambda: predict(model, rows[0]), ValueError, 'MLP/layers.0 expects 2 inputs, got 1'),
    (lambda: predict(model, []), ValueError, "x is empty"),
    (lambda: predict(model, 3.0), TypeError, 'x must be a list or an array with one entry per sample, got float 3.0'),
]

BUILDING: list[Mistake] = [
    (lambda: Neuron(0), ValueError, "nin must be at least 1, got 0"),
    (lambda: Neuron(2.0), TypeError, "nin must be a whole number, got float 2.0"),  # type: ignore[arg-type]
    (lambda: Neuron("2"), TypeError, "nin must be a whole number, got str '2'"),  # type: ignore[arg-type]
    (lambda: Neuron(True), TypeError, "nin must be a whole number, got bool True"),
    (lambda: Layer(2, -1), ValueError, "nout must be at least 1, got -1"),
    (lambda: MLP(2, 16), TypeError, "nouts must be a list of layer widths such as [16, 16, 1], got 16"),  # type: ignore[arg-type]
    (lambda: MLP(2, []), TypeError, 'nouts must be a list of layer widths such as [16, 16, 1], got []'),
    (lambda: MLP(2, "16"), TypeError, "nouts must be a list of layer widths such as [16, 16, 1], got '16'"),  # type: ignore[arg-type]
    (lambda: MLP(2, [3, 0]), ValueError, "nouts[1] must be at least 1, got 0"),
    (lambda: MLP(2, [3, 1.5]), TypeError, "nouts[1] must be a whole number, got float 1.5"),  # type: ignore[list-item]
    (lambda: Neuron(2, activation="rel"), ValueError, "no activation is called 'rel'; did you mean 'relu'?"),
    (lambda: Neuron(2, activation="zzzzzz"), ValueError, f"no activation is called 'zzzzzz'; known: {KNOWN}"),
    (lambda: Neuron(2, activation="add"), ValueError, f"no activation is called 'add'; known: {KNOWN}"),
    (lambda: Neuron(2, activation=3), TypeError, "an activation is a name, a function or None, got 3"),  # type: ignore[arg-type]
    (lambda: MLP(2, [1], output_activation="softmax"), ValueError, 'softmax works on a whole layer: leave the output linear, train with softmax_cross_entropy, and use autograd.softmax(model(x)) for the probabilities'),
    (lambda: Elementwise("log_softmax"), ValueError, 'log_softmax works on a whole layer: leave the output linear, train with softmax_cross_entropy, and use autograd.log_softmax(model(x)) for the probabilities'),
    (
        lambda: Layer(1, 1, activation=lambda z: z.data)([1.0]),  # type: ignore[arg-type, return-value]
        TypeError,
        'the activation of Layer/neurons.0 returned float, not a Value: build it from the functions of autograd, such as autograd.tanh, not math.tanh',
    ),
    (
        lambda: Elementwise(lambda z: z.data)(v),  # type: ignore[arg-type, return-value]
        TypeError,
        'the activation of Elementwise returned float, not a Value: build it from the functions of autograd, such as autograd.tanh, not math.tanh',
    ),
    (lambda: Neuron(2, init="hee"), ValueError, "no initialiser is called 'hee'; did you mean 'he'?"),
    (lambda: Neuron(2, init="qqqqqq"), ValueError, "no initialiser is called 'qqqqqq'; known: uniform, normal, xavier, xavier_uniform, xavier_normal, he, he_uniform, he_normal, lecun, lecun_uniform, lecun_normal, zeros"),
    (lambda: Neuron(2, init=0.5), TypeError, 'init must be a name or a function (rng, fan_in, fan_out) -> float, got 0.5'),  # type: ignore[arg-type]
    (lambda: Neuron(2, init=lambda r, i, o: "x"), TypeError, "a weight from init must be a number, got str 'x'"),  # type: ignore[arg-type, return-value]
    (lambda: Neuron(2, init=lambda r, i, o: math.nan), ValueError, "a weight from init must be finite, got nan"),
    (lambda: Neuron(2, bias_init=lambda r, i, o: math.inf), ValueError, 'the bias from bias_init must be finite, got inf'),
    (lambda: MLP(2, [1], seed="abc"), TypeError, "seed must be an int, a random.Random or None, got str 'abc'"),  # type: ignore[arg-type]
    (lambda: MLP(2, [1], seed=1.5), TypeError, 'seed must be an int, a random.Random or None, got float 1.5'),  # type: ignore[arg-type]
    (lambda: MLP(2, [1], seed=True), TypeError, 'seed must be an int, a random.Random or None, got bool True'),
    (lambda: Sequential(Layer(2, 1), 3), TypeError, "step 1 must be a module, a function or an activation's name, got int 3"),  # type: ignore[arg-type]
    (lambda: Sequential(Layer), TypeError, "step 0 is the class Layer; make one: Layer(...)"),  # type: ignore[arg-type]
    (lambda: Sequential("rellu"), ValueError, "no activation is called 'rellu'; did you mean 'relu'?"),
]

LOSSES: list[Mistake] = [
    (lambda: mse([], []), ValueError, "mse: the list of predictions is empty"),
    (lambda: mse([v], [1.0, 2.0]), ValueError, "mse: 1 prediction but 2 targets"),
    (lambda: mse(np.zeros(3), np.zeros(2)), ValueError, "mse: 3 predictions but 2 targets"),
    (lambda: mse([[v, v], [v]], [[1.0, 2.0], [1.0, 2.0]]), ValueError, "mse: 1 prediction but 2 targets at 1"),
    (lambda: mse([[v], []], [[1.0], []]), ValueError, "mse: the list of predictions at 1 is empty"),
    (lambda: mse(v, [1.0]), TypeError, 'mse: prediction is Value(data=1.0, grad=not computed), but its target is a list; both need one shape'),
    (lambda: mse([v], 1.0), TypeError, 'mse: target is float 1.0, but its prediction is a list; both need one shape'),
    (lambda: mse([v, [v]], [1.0, 2.0]), TypeError, 'mse: target 1 is float 2.0, but its prediction is a list; both need one shape'),
    (lambda: mse([v], ["1.0"]), TypeError, "mse: target 0 must be a number, got str '1.0'"),
    (lambda: mse([v, v], [1.0, math.nan]), ValueError, "mse: target 1 must be finite, got nan"),
    (lambda: mse([v, "x"], [1.0, 1.0]), TypeError, "mse: prediction 1 must be a number, got str 'x'"),
    (lambda: mse([[v, None]], [[1.0, 1.0]]), TypeError, 'mse: prediction 0[1] must be a number, got None'),  # type: ignore[list-item]
    (lambda: mse([v], [v]), TypeError, 'mse: target 0 must be a number, got Value(data=1.0, grad=not computed); use its .data'),  # type: ignore[list-item]
    (lambda: mse("ab", "ab"), TypeError, "mse: prediction must be a number, got str 'ab'"),
    (lambda: squared_error([[v], [v]], [[1.0]]), ValueError, "squared_error: 2 predictions but 1 target"),
    (lambda: squared_error([[v]], 1.0), TypeError, 'squared_error: a batch of predictions needs a list of targets, got float 1.0'),
    (lambda: half_squared_error([[v, v]], [[1.0]]), ValueError, 'half_squared_error: 2 predictions but 1 target at 0'),
    (lambda: half_squared_error([], []), ValueError, "half_squared_error: the list of predictions is empty"),
    (
        lambda: binary_cross_entropy([0.5, 1.5], [0, 1]),
        ValueError,
        'binary_cross_entropy: probability 1 must be from 0 to 1, got 1.5; for logits use binary_cross_entropy_with_logits',
    ),
    (lambda: binary_cross_entropy([], []), ValueError, "binary_cross_entropy: the list of predictions is empty"),
    (lambda: binary_cross_entropy_with_logits([], []), ValueError, "binary_cross_entropy_with_logits: the list of predictions is empty"),
    (lambda: perceptron_loss([], []), ValueError, "perceptron_loss: the list of predictions is empty"),
    (lambda: binary_cross_entropy([0.5], [-1]), ValueError, 'binary_cross_entropy: target 0 must be from 0 to 1, got -1'),
    (
        lambda: binary_cross_entropy_with_logits([v, v], [0, 2]),
        ValueError,
        "binary_cross_entropy_with_logits: target 1 must be from 0 to 1, got 2",
    ),
    (
        lambda: softmax_cross_entropy([[v, v], [v, v]], [0, 2]),
        ValueError,
        "softmax_cross_entropy: label 1 is 2, but 2 logits have the classes 0 to 1",
    ),
    (lambda: softmax_cross_entropy([v, v], -1), ValueError, 'softmax_cross_entropy: label is -1, but 2 logits have the classes 0 to 1'),
    (lambda: softmax_cross_entropy([v, v], 1.0), TypeError, 'softmax_cross_entropy: label must be a whole number (the class), got float 1.0'),
    (lambda: softmax_cross_entropy([v, v], True), TypeError, 'softmax_cross_entropy: label must be a whole number (the class), got bool True'),
    (lambda: softmax_cross_entropy([[v, v]], ["a"]), TypeError, "softmax_cross_entropy: label 0 must be a whole number (the class), got str 'a'"),
    (lambda: softmax_cross_entropy([[v, v]], [0, 1]), ValueError, "softmax_cross_entropy: 1 prediction but 2 targets"),
    (lambda: softmax_cross_entropy([], []), ValueError, "softmax_cross_entropy: the list of predictions is empty"),
    (lambda: softmax_cross_entropy(v, 0), TypeError, 'softmax_cross_entropy: prediction must be a list of at least 2 logits, got Value(data=1.0, grad=not computed); for a single logit use binary_cross_entropy_with_logits'),
    (lambda: softmax_cross_entropy([v, v], [0, 1]), TypeError, 'softmax_cross_entropy: prediction 0 must be a list of at least 2 logits, got Value(data=1.0, grad=not computed); for a single logit use binary_cross_entropy_with_logits'),
    (lambda: softmax_cross_entropy(v, [0]), TypeError, 'softmax_cross_entropy: a list of labels needs a list of predictions, got Value(data=1.0, grad=not computed)'),
    (lambda: softmax_cross_entropy([[v, "x"]], [0]), TypeError, "softmax_cross_entropy: logit 1 of prediction 0 must be a number, got str 'x'"),
    (lambda: hinge([v, v], [1, 0]), ValueError, 'hinge: label 1 is 0; labels are -1 or +1 (2 * y - 1 makes them from 0 and 1)'),
    (lambda: perceptron_loss([v], [2]), ValueError, 'perceptron_loss: label 0 is 2; labels are -1 or +1 (2 * y - 1 makes them from 0 and 1)'),
    (lambda: hinge([], []), ValueError, "hinge: the list of predictions is empty"),
    (lambda: l2([], 0.1), ValueError, "l2 needs at least one weight"),
    (lambda: l2([v], -0.1), ValueError, "strength must be at least 0, got -0.1"),
    (lambda: l2([v], "0.1"), TypeError, "strength must be a number, got str '0.1'"),  # type: ignore[arg-type]
    (lambda: l2([v, 2.0], 0.1), TypeError, 'l2 needs a list of Values such as model.weights(); item 1 is float 2.0'),  # type: ignore[list-item]
    (lambda: l2(model, 0.1), TypeError, "l2 needs a list of Values such as model.weights(); item 0 is MLP"),  # type: ignore[arg-type]
    (lambda: accuracy([], []), ValueError, "accuracy: the list of predictions is empty"),
    (lambda: accuracy([1.0], [1, 0]), ValueError, "accuracy: 1 prediction but 2 labels"),
    (lambda: accuracy(1.0, 1), TypeError, "accuracy needs a list of predictions and a list of labels"),
    (lambda: accuracy([1.0], 1), TypeError, "accuracy needs a list of predictions and a list of labels"),
    (lambda: accuracy(1.0, [1]), TypeError, "accuracy needs a list of predictions and a list of labels"),
    (lambda: accuracy([[1.0, 0.0], [1.0, "x"]], [0, 0]), TypeError, "accuracy: prediction 1 must be a number, got str 'x'"),
    (lambda: accuracy([[1.0, 2.0]], [2]), ValueError, "accuracy: label 0 is 2, but the classes are 0 to 1"),
    (
        lambda: accuracy([1.0], [3]),
        ValueError,
        "accuracy: label 0 is 3; single scores need labels 1 and 0, or 1 and -1",
    ),
    (lambda: accuracy(["a"], [1]), TypeError, "accuracy: prediction 0 must be a number, got str 'a'"),
    (lambda: accuracy([1.0], ["a"]), TypeError, "accuracy: label 0 must be a number, got str 'a'"),
]

OPTIMISERS: list[Mistake] = [
    (lambda: SGD([], lr=0.1), ValueError, "params is empty: there is nothing to optimise"),
    (lambda: SGD(model, lr=0.1), TypeError, 'params must be a list of parameters, got MLP; write model.parameters()'),  # type: ignore[arg-type]
    (lambda: SGD(model, lr=0.1), TypeError, 'params must be a list of parameters, got MLP; write model.parameters()'),  # type: ignore[arg-type]
    (lambda: SGD(w, lr=0.1), TypeError, "params must be a list of parameters, got Value"),  # type: ignore[arg-type]
    (lambda: SGD([w, 1.0], lr=0.1), TypeError, "params[1] must be a Value, got float 1.0"),  # type: ignore[list-item]
    (lambda: SGD([w, v, w], lr=0.1), ValueError, "params[2] is the same Value as params[0]; list each once"),
    (lambda: SGD([w * 2], lr=0.1), ValueError, 'params[0] is the result of mul, not a leaf of its own: only those can be optimised'),
    (lambda: SGD([(w * 2).inputs[1]], lr=0.1), ValueError, 'params[0] is the constant 2, not a leaf of its own: only those can be optimised'),
    (lambda: SGD([w], lr=-0.1), ValueError, "lr must be at least 0, got -0.1"),
    (lambda: SGD([w], lr=math.nan), ValueError, "lr must be finite, got nan"),
    (lambda: SGD([w], lr="0.1"), TypeError, "lr must be a number, got str '0.1'"),  # type: ignore[arg-type]
    (lambda: SGD([w], lr=v), TypeError, 'lr must be a number, got Value(data=1.0, grad=not computed); use its .data'),  # type: ignore[arg-type]
    (lambda: SGD([w], lr=0.1, momentum=-1.0), ValueError, "momentum must be at least 0, got -1"),
    (lambda: SGD([w], lr=0.1, nesterov=True), ValueError, "nesterov needs a momentum, such as momentum=0.9"),
    (lambda: Adam([w], weight_decay=-1.0), ValueError, "weight_decay must be at least 0, got -1"),
    (lambda: SGD([w], lr=object()), TypeError, "lr must be a number, got object"),  # type: ignore[arg-type]
    (lambda: SGD([w], lr="x" * 38), TypeError, f"lr must be a number, got str {'x' * 38!r}"),  # type: ignore[arg-type]
    (lambda: SGD([w], lr="x" * 39), TypeError, "lr must be a number, got str"),  # type: ignore[arg-type]
    (lambda: Adam([w], betas=(-0.1, 0.9)), ValueError, "betas[0] must be at least 0 and below 1, got -0.1"),
    (lambda: Adam([w], betas=(1.0, 0.9)), ValueError, "betas[0] must be at least 0 and below 1, got 1"),
    (lambda: Adam([w], betas=(0.9, -0.1)), ValueError, "betas[1] must be at least 0 and below 1, got -0.1"),
    (lambda: Adam([w], betas=(0.9, 0.9, 0.9)), TypeError, "betas must be two numbers such as (0.9, 0.999), got tuple (0.9, 0.9, 0.9)"),  # type: ignore[arg-type]
    (lambda: Adam([w], betas=(0.9, 1.0)), ValueError, "betas[1] must be at least 0 and below 1, got 1"),
    (lambda: Adam([w], betas=0.9), TypeError, "betas must be two numbers such as (0.9, 0.999), got float 0.9"),  # type: ignore[arg-type]
    (lambda: AdamW([w], eps=-1e-8), ValueError, "eps must be at least 0, got -1e-08"),
    (lambda: LBFGS([w], max_iter=0), ValueError, "max_iter must be at least 1, got 0"),
    (lambda: LBFGS([w], tolerance_grad=-1), ValueError, "tolerance_grad must be at least 0, got -1"),
    (lambda: LBFGS([w], tolerance_change=-1), ValueError, "tolerance_change must be at least 0, got -1"),
    (lambda: LBFGS([w], history_size=1.5), TypeError, 'history_size must be a whole number, got float 1.5'),  # type: ignore[arg-type]
    (lambda: SGD([parameter(1.0)], lr=0.1).step(), RuntimeError, 'no parameter has a gradient: call loss.backward() before step()'),
    (lambda: clip_grad_norm([], 1.0), ValueError, 'params is empty: there is nothing to optimise'),
    (lambda: clip_grad_norm([w], -1.0), ValueError, "max_norm must be at least 0, got -1"),
]

TRAINING: list[Mistake] = [
    (trained(x=[]), ValueError, "x is empty"),
    (trained(x=5), TypeError, "x must be a list or an array with one entry per sample, got int 5"),
    (trained(x="rows"), TypeError, "x must be a list or an array with one entry per sample, got str 'rows'"),
    (trained(y=[0]), ValueError, "x has 2 samples but y has 1"),
    (trained(y=[0, 2]), ValueError, 'softmax_cross_entropy: label 1 is 2, but 2 logits have the classes 0 to 1'),
    (trained(x=[[1.0], [2.0]]), ValueError, "MLP/layers.0 expects 2 inputs, got 1"),
    (trained(model=lambda x: x), TypeError, 'model must be a Module, got function <lambda>'),
    (trained(loss="mse"), TypeError, "loss must be a function, got str 'mse'"),
    (trained(loss=lambda p, y: 1.0), TypeError, "loss must return a Value, got float 1.0"),
    (trained(optimizer="adam"), TypeError, "optimizer must be one such as SGD(model.parameters(), lr=0.1), got str 'adam'"),
    (trained(optimizer=SGD), TypeError, 'optimizer must be one such as SGD(model.parameters(), lr=0.1), got the class SGD'),
    (trained(optimizer=SGD([parameter(1.0)], lr=0.1)), RuntimeError, 'no parameter has a gradient: call loss.backward() before step()'),
    (trained(epochs=0), ValueError, "epochs must be at least 1, got 0"),
    (trained(epochs=1.5), TypeError, "epochs must be a whole number, got float 1.5"),
    (trained(epochs=None), TypeError, "epochs must be a whole number, got None"),
    (trained(batch_size=0), ValueError, "batch_size must be at least 1, got 0"),
    (trained(patience=0), ValueError, "patience must be at least 1, got 0"),
    (trained(clip_norm=-1.0), ValueError, "clip_norm must be at least 0, got -1"),
    (trained(seed="x"), TypeError, "seed must be an int, a random.Random or None, got str 'x'"),
    (trained(validation=(rows,)), TypeError, 'validation must be a pair (x, y), got tuple ([[0.0, 1.0], [1.0, 0.0]],)'),
    (trained(validation=5), TypeError, "validation must be a pair (x, y), got int 5"),
    (trained(validation=(rows, [0])), ValueError, "validation x has 2 samples but validation y has 1"),
    (trained(metrics=accuracy), TypeError, "metrics must be a dict such as {'accuracy': accuracy}, got function accuracy"),
    (trained(metrics={"accuracy": 1}), TypeError, "accuracy must be a function, got int 1"),
    (trained(metrics={"loss": accuracy}), ValueError, "a metric cannot be called 'loss': fit records the loss and val_... itself"),
    (trained(metrics={"val_x": accuracy}), ValueError, "a metric cannot be called 'val_x': fit records the loss and val_... itself"),
    (trained(callbacks=print), TypeError, 'callbacks must be a list of functions, got builtin_function_or_method <built-in function print>'),
    (trained(callbacks=[3]), TypeError, "callbacks[0] must be a function, got int 3"),
]

MISTAKES = [*INPUTS, *BUILDING, *LOSSES, *OPTIMISERS, *TRAINING]


@pytest.mark.parametrize(("mistake", "error", "message"), MISTAKES, ids=[m[2][:60] for m in MISTAKES])
def test_a_mistake_has_a_typed_error_that_names_it(
    mistake: Callable[[], Any], error: type[Exception], message: str
) -> None:
    random.seed(0)
    before = model.state_dict(), single.state_dict(), w.data
    with pytest.raises(error) as caught:
        mistake()
    assert str(caught.value) == message
    assert (model.state_dict(), single.state_dict(), w.data) == before
