"""The GLU family: y = g(x W_a + b_a) ⊙ (x W_b + b_b) with the derivatives of lectures L3."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from scipy.special import erf

from autograd import Value
from nn import GEGLU, GLU, ReGLU, Sequential, SwiGLU
from tests.nn.comparing import (
    biases_of,
    check_layer,
    check_round_trip,
    check_torch,
    data,
    dense,
    grads,
    relu,
    sigmoid,
    tensors,
    values,
    weights_of,
)

X = [0.5, -1.25, 2.0]
UNITS: list[tuple[type[GLU], Callable[[Any], Any]]] = [
    (GLU, sigmoid),
    (ReGLU, relu),
    (GEGLU, lambda a: a * (1 + erf(a / np.sqrt(2))) / 2),
    (SwiGLU, lambda a: a * sigmoid(a)),
]
SLOPES: dict[type[GLU], Callable[[Any], Any]] = {
    GLU: lambda a: sigmoid(a) * (1 - sigmoid(a)),
    ReGLU: lambda a: (a > 0).astype(float),
    GEGLU: lambda a: (1 + erf(a / np.sqrt(2))) / 2 + a * np.exp(-(a**2) / 2) / np.sqrt(2 * np.pi),
    SwiGLU: lambda a: sigmoid(a) * (1 + a * (1 - sigmoid(a))),
}


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(("unit", "g"), UNITS)
def test_a_gated_unit_is_its_formula(unit: type[GLU], g: Callable[[Any], Any], bias: bool) -> None:
    check_layer(
        unit(3, 4, bias=bias, bias_init="uniform", seed=2),
        X,
        lambda state, x: g(dense(state, "gate", x)) * dense(state, "linear", x),
    )


@pytest.mark.parametrize(("unit", "g"), UNITS)
def test_the_derivatives_are_those_of_the_lectures(unit: type[GLU], g: Callable[[Any], Any]) -> None:
    """∂y/∂W_a = xᵀ(g'(a) ⊙ b), ∂y/∂W_b = xᵀ g(a), for the sum of y."""
    model = unit(3, 4, bias_init="uniform", seed=5)
    out = model(X)
    assert isinstance(out, list)
    sum(out, Value(0.0)).backward()
    a, b = (dense(model.state_dict(), name, np.array(X)) for name in ("gate", "linear"))
    assert grads(weights_of(model.gate)) == pytest.approx(np.outer(SLOPES[unit](a) * b, X).reshape(-1).tolist())
    assert grads(weights_of(model.linear)) == pytest.approx(np.outer(g(a), X).reshape(-1).tolist())
    assert grads(biases_of(model.gate)) == pytest.approx((SLOPES[unit](a) * b).tolist())
    assert grads(biases_of(model.linear)) == pytest.approx(g(a).tolist())


def test_a_learned_beta_is_a_parameter_with_its_gradient() -> None:
    model = SwiGLU(3, 2, beta=1.7, bias_init="uniform", seed=4)
    assert model.named_parameters()[-1][0] == "beta"

    def formula(state: Any, x: Any) -> Any:
        a = dense(state, "gate", x)
        return a * sigmoid(state["beta"] * a) * dense(state, "linear", x)

    check_layer(model, X, formula)
    assert SwiGLU(3, 2).beta is None
    fixed, learned = SwiGLU(3, 2, seed=1), SwiGLU(3, 2, beta=1.0, seed=1)
    assert data(fixed(X)) == pytest.approx(data(learned(X)), rel=1e-15)
    assert model.weights() == [w for part in (model.gate, model.linear) for row in weights_of(part) for w in row]


@pytest.mark.parametrize("name", ["sigmoid", "relu", "gelu", "silu"])
def test_they_agree_with_pytorch(name: str) -> None:
    torch: Any = pytest.importorskip("torch")
    unit = {"sigmoid": GLU, "relu": ReGLU, "gelu": GEGLU, "silu": SwiGLU}[name]
    model = unit(3, 4, bias_init="uniform", seed=7)
    parts = [part(layer) for layer in (model.gate, model.linear) for part in (weights_of, biases_of)]
    ours, (wa, ba, wb, bb), leaves, x = parts, map(tensors, parts), values(X), tensors(X)
    function = torch.sigmoid if name == "sigmoid" else getattr(torch.nn.functional, name)
    theirs = function(torch.nn.functional.linear(x, wa, ba)) * torch.nn.functional.linear(x, wb, bb)
    check_torch(model(leaves), theirs, [*zip(ours, (wa, ba, wb, bb), strict=True), (leaves, x)])


def test_glu_is_pytorchs_with_its_halves_exchanged() -> None:
    torch: Any = pytest.importorskip("torch")
    model = GLU(3, 2, seed=0)
    a, b = (dense(model.state_dict(), name, np.array(X)) for name in ("gate", "linear"))
    halves = torch.tensor(np.concatenate([b, a]))
    assert data(model(X)) == pytest.approx(torch.nn.functional.glu(halves).tolist())


@pytest.mark.parametrize(("unit", "g"), UNITS)
def test_shapes_seeds_and_files(unit: type[GLU], g: Any, tmp_path: Any) -> None:
    assert isinstance(unit(2, 1)([1.0, 2.0]), Value)
    assert unit(2, 3, seed=8).state_dict() == unit(2, 3, seed=8).state_dict()
    check_round_trip(unit(2, 3, seed=8), unit(2, 3, seed=9), tmp_path / "m.json")
    with pytest.raises(ValueError, match=f"{unit.__name__} expects 3 inputs, got 2"):
        unit(3, 2)([1.0, 2.0])
    name = unit.__name__
    assert repr(unit(2, 3, bias=False)) == f"<{name}(2, 3, bias=False): 12 parameters>"
    rows = [line.split() for line in Sequential(unit(2, 3)).summary().splitlines()]
    assert rows[1] == ["layers.0", f"{name}(2,", "3)", "3", "18"]


def test_each_unit_has_the_origin_of_its_own() -> None:
    out = GLU(2, 3, seed=0)([1.0, 2.0])
    assert isinstance(out, list)
    assert [y.origin for y in out] == [f"GLU/units.{k}" for k in range(3)]
    swished = SwiGLU(2, 1, beta=1.0, seed=0)([1.0, 2.0])
    assert isinstance(swished, Value)
    assert swished.inputs[0].origin == "SwiGLU/gate/neurons.0"
