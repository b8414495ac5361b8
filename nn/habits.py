"""What `nn` answers to PyTorch's habits: which of its names and methods are called what here."""

from autograd.habits import Elsewhere

__all__ = ["INITS", "NAMES", "elsewhere", "no_such_argument", "optimizer_elsewhere"]

_STEP = "activations are names: activation={0!r} in a Layer or MLP, or {0!r} as a step of a Sequential"
_ACTIVATIONS = {
    "ReLU": "relu", "LeakyReLU": "leaky_relu", "Tanh": "tanh", "Sigmoid": "sigmoid", "GELU": "gelu", "SiLU": "silu",
    "ELU": "elu", "SELU": "selu", "CELU": "celu", "Mish": "mish", "Softplus": "softplus", "Softsign": "softsign",
    "ReLU6": "relu6", "Hardtanh": "hardtanh", "Hardswish": "hardswish", "Hardsigmoid": "hardsigmoid",
    "Tanhshrink": "tanhshrink", "LogSigmoid": "log_sigmoid",
}  # fmt: skip
_LOSSES = "losses are functions: {} instead of an object, called as {}(predictions, targets)"
_SCHEDULES = (
    "schedules are in nn: StepLR, CosineAnnealingLR, LinearLR, SequentialLR... and LambdaLR(optimizer, f) for any other"
)

NAMES: dict[str, str] = {
    "Linear": "write Layer(nin, nout, activation=None)",
    "Parameter": "write autograd.parameter(0.5), one number; several are a list of these",
    "parameter": "write autograd.parameter(0.5)",
    "Value": "write autograd.Value(2.0)",
    **{name: _STEP.format(own) for name, own in _ACTIVATIONS.items()},
    "Identity": "leave it out",
    "Softmax": "leave the output linear, train with softmax_cross_entropy, and use autograd.softmax(model(x))",
    "LogSoftmax": "leave the output linear, train with softmax_cross_entropy, and use autograd.log_softmax(model(x))",
    "softmax": "write autograd.softmax(logits)",
    "CrossEntropyLoss": _LOSSES.format(*["softmax_cross_entropy"] * 2),
    "NLLLoss": _LOSSES.format(*["softmax_cross_entropy (of logits)"] * 1, "softmax_cross_entropy"),
    "MSELoss": _LOSSES.format("mse", "mse"),
    "BCELoss": _LOSSES.format(*["binary_cross_entropy"] * 2),
    "BCEWithLogitsLoss": _LOSSES.format(*["binary_cross_entropy_with_logits"] * 2),
    "HingeEmbeddingLoss": _LOSSES.format("hinge", "hinge"),
    "L1Loss": "a loss is any function of predictions and targets: autograd.mean([abs(p - y) for p, y in zip(ps, ys)])",
    "ModuleList": "a plain list of modules in an attribute will do",
    "ModuleDict": "a plain dict of modules in an attribute will do",
    "ParameterList": "a plain list of parameters in an attribute will do",
    "Flatten": "write flatten, the function, as a step of a Sequential",
    "BatchNorm1d": "write BatchNorm(width)",
    "BatchNorm2d": "BatchNorm(width) is for rows of numbers; there is none for images",
    "RNN": "write Recurrent(RNNCell(nin, width))",
    "LSTM": "write Recurrent(LSTMCell(nin, width))",
    "GRU": "there are RNNCell and LSTMCell: Recurrent(LSTMCell(nin, width))",
    "MultiheadAttention": "write MultiHeadAttention(width, heads)",
    "TransformerEncoderLayer": "write EncoderBlock",
    "TransformerDecoderLayer": "write DecoderBlock",
    "functional": "functions are in autograd (relu, softmax...), losses in nn (mse, softmax_cross_entropy...)",
    "utils": "write clip_grad_norm(model.parameters(), 1.0)",
    "clip_grad_norm_": "write clip_grad_norm(model.parameters(), 1.0)",
    **{name: f"write autograd.{name}(z)" for name in sorted({*_ACTIVATIONS.values()} - {"linear"})},
    "cross_entropy": "write softmax_cross_entropy(logits, labels)",
    "mse_loss": "write mse(predictions, targets)",
    "nll_loss": "write softmax_cross_entropy(logits, labels)",
    "l1_loss": "a loss is any function: autograd.mean([abs(p - y) for p, y in zip(ps, ys)])",
    "DataLoader": "lists or arrays will do: fit(model, x, y, batch_size=32) shuffles and cuts them",
    "lr_scheduler": _SCHEDULES,
    "MultiStepLR": _SCHEDULES,
    "ConstantLR": _SCHEDULES,
    "PolynomialLR": _SCHEDULES,
    "OneCycleLR": _SCHEDULES,
    "CosineAnnealingWarmRestarts": _SCHEDULES,
    "ReduceLROnPlateau": "write fit(..., patience=10), or assign optimizer.lr in one of its callbacks",
    "RMSprop": "there are SGD (with momentum), Adam, AdamW and LBFGS",
    "NAdam": "there are SGD (with momentum), Adam, AdamW and LBFGS",
    "Adagrad": "there are SGD (with momentum), Adam, AdamW and LBFGS",
}
"""Names of torch.nn and torch.optim, and what to write here."""

_START = "weights start as the layers are told: MLP(2, [8, 1], init={!r})"
INITS: dict[str, str] = {
    f"{theirs}_{kind}_": _START.format(f"{own}_{kind}")
    for theirs, own in (("xavier", "xavier"), ("kaiming", "he"))
    for kind in ("uniform", "normal")
} | {
    "uniform_": _START.format("uniform"),
    "normal_": _START.format("normal"),
    "zeros_": _START.format("zeros"),
}
"""Names of torch.nn.init, and what to write here."""

_MODULE: dict[str, str] = {
    "forward": "call the model itself, model(x); a class of your own defines __call__(self, x)",
    "to": "numbers live in Python itself, on no device: leave .{name} out",
    "cuda": "numbers live in Python itself, on no device: leave .{name} out",
    "cpu": "numbers live in Python itself, on no device: leave .{name} out",
    "double": "numbers are Python floats, double precision already: leave .{name} out",
    "float": "numbers are Python floats: leave .{name} out",
    "requires_grad_": "train only some parameters by giving only these to the optimiser",
    "weight": "a layer has neurons, and these w (a list) and b: layer.neurons[0].w; all are in named_parameters()",
    "bias": "a layer has neurons, and these w (a list) and b: layer.neurons[0].b; all are in named_parameters()",
    "nonlin": "a neuron has its activation: neuron.activation, None where it is linear",
    "children": "write named_modules()",
    "named_children": "write named_modules()",
    "buffers": "write named_buffers()",
    "apply": "loop over named_modules(), or give init= to the layers",
    "register_parameter": "assign it: self.name = autograd.parameter(0.5)",
    "add_module": "assign it: self.name = module",
}


def elsewhere() -> dict[str, Elsewhere]:
    """What `Module` answers when it is asked for a method of PyTorch's."""
    return {name: Elsewhere("Module", name, hint) for name, hint in _MODULE.items()}


def optimizer_elsewhere() -> dict[str, Elsewhere]:
    """What an optimiser answers when it is asked for what PyTorch's have."""
    groups = "settings are attributes, optimizer.lr = 0.01; parameters with others need an optimiser of their own"
    return {name: Elsewhere("Optimizer", name, groups) for name in ("param_groups", "add_param_group", "defaults")}


def no_such_argument(function: str, name: str, *more: str) -> TypeError:
    """The error for an argument that PyTorch's function of this name has."""
    hint = "; gradients are forgotten, has_grad is False then: leave it out" if name == "set_to_none" else ""
    return TypeError(f"{function}() has no argument {name!r}{hint}")
