"""The optimisers against PyTorch's formulas in NumPy, and PyTorch itself where it is installed."""

import math
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

import nn.optim
from autograd import Value, parameter
from autograd.errors import MissingExtraError
from autograd.jit import compile
from nn import LBFGS, SGD, Adam, AdamW, DivergenceError, Optimizer, clip_grad_norm

Array = NDArray[np.float64]

NUMBERS = st.floats(-10, 10, allow_nan=False).filter(lambda x: x == 0 or abs(x) > 1e-6)
# Rows are steps, columns parameters.
GRADIENTS = st.integers(1, 3).flatmap(
    lambda n: st.lists(st.lists(NUMBERS, min_size=n, max_size=n), min_size=1, max_size=6)
)

SETTINGS: list[tuple[type[Optimizer], dict[str, Any]]] = [
    (SGD, {"lr": 0.1}),
    (SGD, {"lr": 0.1, "weight_decay": 0.3}),
    (SGD, {"lr": 0.1, "momentum": 0.9}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.3}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
    (SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True, "weight_decay": 0.3}),
    (Adam, {"lr": 0.1}),
    (Adam, {"lr": 0.1, "betas": (0.5, 0.7), "eps": 1e-3, "weight_decay": 0.3}),
    (AdamW, {"lr": 0.1}),
    (AdamW, {"lr": 0.1, "betas": (0.5, 0.7), "eps": 1e-3, "weight_decay": 0.3}),
]


def sgd_in_numpy(start: Array, gradients: Array, lr: float, **options: Any) -> Array:
    """torch.optim.SGD's algorithm, as its documentation prints it (dampening 0)."""
    theta = start.copy()
    momentum, decay = options.get("momentum", 0), options.get("weight_decay", 0)
    b = np.zeros_like(theta)
    for t, gradient in enumerate(gradients, start=1):
        g = gradient + decay * theta
        if momentum != 0:
            b = momentum * b + g if t > 1 else g
            g = g + momentum * b if options.get("nesterov") else b
        theta = theta - lr * g
    return theta


def adam_in_numpy(start: Array, gradients: Array, lr: float, decoupled: bool, **options: Any) -> Array:
    """torch.optim.Adam's and AdamW's algorithms, as their documentation prints them."""
    theta = start.copy()
    beta1, beta2 = options.get("betas", (0.9, 0.999))
    decay = options.get("weight_decay", 0.01 if decoupled else 0)
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    for t, g in enumerate(gradients, start=1):
        if decoupled:
            theta = theta - lr * decay * theta
        else:
            g = g + decay * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - lr * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + options.get("eps", 1e-8))
    return theta


def stepped(make: type[Optimizer], options: dict[str, Any], start: Array, gradients: Array) -> Array:
    params = [parameter(number) for number in start.tolist()]
    optimizer = make(params, **options)
    for row in gradients:
        for p, gradient in zip(params, row.tolist(), strict=True):
            p.grad = gradient
        optimizer.step()
    return np.array([p.data for p in params])


@pytest.mark.parametrize(("make", "options"), SETTINGS)
@given(rows=GRADIENTS, seed=st.integers(0, 100))
def test_steps_follow_the_formulas_of_pytorch(
    make: type[Optimizer], options: dict[str, Any], rows: list[list[float]], seed: int
) -> None:
    gradients: Array = np.array(rows, dtype=np.float64)
    start: Array = np.random.default_rng(seed).normal(size=(gradients.shape[1],))
    if make is SGD:
        expected = sgd_in_numpy(start, gradients, **options)
    else:
        expected = adam_in_numpy(start, gradients, decoupled=make is AdamW, **options)
    np.testing.assert_allclose(stepped(make, options, start, gradients), expected, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
def test_a_parameter_without_a_gradient_is_left_alone(make: Callable[..., Optimizer]) -> None:
    used, unused = parameter(1.0), parameter(2.0)
    optimizer = make([used, unused], lr=0.1, weight_decay=0.5)
    (used * 3).backward()
    optimizer.step()
    assert used.data != 1.0
    assert unused.data == 2.0


@pytest.mark.parametrize("make", [Adam, AdamW])
def test_a_parameter_that_joins_late_counts_its_own_steps(make: Callable[..., Optimizer]) -> None:
    early, late, alone = parameter(1.0), parameter(2.0), parameter(2.0)
    together, by_itself = make([early, late], lr=0.1), make([alone], lr=0.1)
    for step, gradient in enumerate([0.3, -2.0, 0.7, 1.1, -0.4]):
        early.grad = 1.0
        if step >= 2:
            late.grad = alone.grad = gradient
            by_itself.step()
        together.step()
    assert late.data == alone.data


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
def test_a_learning_rate_of_zero_changes_nothing(make: Callable[..., Optimizer]) -> None:
    w = parameter(1.5)
    optimizer = make([w], lr=0.0)
    (w * w).backward()
    optimizer.step()
    assert w.data == 1.5


def test_a_new_learning_rate_holds_from_the_next_step() -> None:
    w = parameter(0.0)
    optimizer = SGD([w], lr=1.0)
    w.grad = 1.0
    optimizer.step()
    optimizer.lr = 0.5
    optimizer.step()
    assert w.data == -1.5
    with pytest.raises(ValueError, match="lr must be at least 0"):
        optimizer.lr = -1.0
    assert optimizer.lr == 0.5


def test_adam_with_eps_zero_leaves_a_parameter_that_nothing_pulls() -> None:
    w = parameter(1.0)
    w.grad = 0.0
    other = parameter(1.0)
    other.grad = 1.0
    Adam([w, other], lr=0.1, eps=0.0).step()
    assert w.data == 1.0


def test_zero_grad_forgets_the_gradients() -> None:
    w = parameter(1.0)
    optimizer = SGD([w], lr=0.1)
    (w * 2).backward()
    optimizer.zero_grad()
    assert w.grad == 0.0
    assert not w.has_grad


@pytest.mark.parametrize("make", [SGD, Adam])
def test_step_with_a_closure_returns_the_loss_before_the_step(make: Callable[..., Optimizer]) -> None:
    w = parameter(3.0)
    optimizer = make([w], lr=0.1)

    def closure() -> Value:
        optimizer.zero_grad()
        loss = w * w
        loss.backward()
        return loss

    assert optimizer.step(closure) == 9.0
    assert w.data < 3.0


@pytest.mark.parametrize("make", [SGD, Adam, AdamW])
@pytest.mark.parametrize("bad", [math.inf, 1e308])
def test_a_step_to_a_number_that_is_not_finite_changes_nothing(make: Callable[..., Optimizer], bad: float) -> None:
    first, second = parameter(1.0, label="first"), parameter(-1.7e308, label="second")
    optimizer: Any = make([first, second], lr=10.0)
    first.grad = second.grad = 1.0
    if make is SGD:
        second.grad = bad
    else:
        optimizer.lr = 1e308
        second.grad = bad
    with pytest.raises(DivergenceError, match=r"'first'|'second'"):
        optimizer.step()
    assert (first.data, second.data) == (1.0, -1.7e308)
    assert optimizer._states == [(), ()]


def interrupted_at(line: int, call: Callable[[], object], filename: str) -> bool:
    """Runs `call` with a KeyboardInterrupt at the line-th line executed in a file; whether it got that far."""
    before = sys.gettrace()
    lines = 0

    def trace(frame: FrameType, event: str, _: object) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != filename:
            return None
        if event == "line":
            lines += 1
            if lines == line:
                raise KeyboardInterrupt
        return trace

    sys.settrace(trace)
    try:
        call()
    except KeyboardInterrupt:
        return True
    finally:
        sys.settrace(before)
    return False


@pytest.mark.parametrize("make", [SGD, Adam])
def test_ctrl_c_at_any_line_of_a_step_leaves_all_parameters_old_or_all_new(
    make: Callable[..., Optimizer],
) -> None:
    params = [parameter(1.0), parameter(2.0), parameter(3.0)]
    runs: list[Optimizer] = []

    def one_step() -> None:
        for index, p in enumerate(params):
            p.data, p.grad = index + 1.0, 1.0
        runs[:] = [make(params, lr=0.5)]
        runs[0].step()

    one_step()
    new = [p.data for p in params]
    line = 0
    seen = set()
    while interrupted_at(line := line + 1, one_step, nn.optim.__file__):
        numbers = [p.data for p in params]
        seen.add(tuple(numbers))
        assert numbers in ([1.0, 2.0, 3.0], new), f"interrupted at line {line} of the step"
    assert line > 30
    assert len(seen) == 2


@given(
    gradients=st.lists(NUMBERS, min_size=1, max_size=5),
    max_norm=st.floats(0.0, 20.0),
)
def test_clip_grad_norm_follows_the_formula_of_pytorch(gradients: list[float], max_norm: float) -> None:
    params = [parameter(0.0) for _ in gradients]
    for p, gradient in zip(params, gradients, strict=True):
        p.grad = gradient
    norm = clip_grad_norm(params, max_norm)
    assert norm == pytest.approx(np.linalg.norm(gradients), rel=1e-14)
    factor = min(1.0, max_norm / (norm + 1e-6))
    assert [p.grad for p in params] == pytest.approx([factor * g for g in gradients], rel=1e-14)
    assert np.linalg.norm([p.grad for p in params]) <= max_norm * (1 + 1e-12) or factor == 1.0


def test_a_parameter_without_a_label_is_named_by_its_place() -> None:
    a, b = parameter(1.0), parameter(1.0)
    a.grad, b.grad = 1.0, math.inf
    with pytest.raises(DivergenceError) as error:
        clip_grad_norm([a, b], 1.0)
    assert str(error.value) == "the gradient of params[1] is inf; nothing was clipped"
    b.label = "b"
    with pytest.raises(DivergenceError) as error:
        clip_grad_norm([a, b], 1.0)
    assert str(error.value) == "the gradient of parameter 'b' is inf; nothing was clipped"


def test_clip_grad_norm_refuses_gradients_that_are_not_finite_and_changes_none() -> None:
    params = [parameter(0.0), parameter(0.0, label="w")]
    params[0].grad, params[1].grad = 5.0, math.inf
    with pytest.raises(DivergenceError, match="gradient of parameter 'w' is inf"):
        clip_grad_norm(params, 1.0)
    assert params[0].grad == 5.0


def rosenbrock(x: Value, y: Value) -> Value:
    return (1 - x) ** 2 + 100 * (y - x**2) ** 2


def lbfgs_on_rosenbrock(**options: Any) -> tuple[list[Value], LBFGS, Callable[[], Value]]:
    params = [parameter(-1.2), parameter(1.0)]
    optimizer = LBFGS(params, **options)

    def closure() -> Value:
        optimizer.zero_grad()
        loss = rosenbrock(*params)
        loss.backward()
        return loss

    return params, optimizer, closure


def test_lbfgs_finds_the_minimum_of_rosenbrock() -> None:
    params, optimizer, closure = lbfgs_on_rosenbrock(max_iter=100)
    assert optimizer.step(closure) == pytest.approx(24.2)
    assert [p.data for p in params] == pytest.approx([1.0, 1.0], abs=1e-4)


def test_lbfgs_keeps_to_its_number_of_iterations_and_goes_on_from_there() -> None:
    params, optimizer, closure = lbfgs_on_rosenbrock(max_iter=3)
    losses = [optimizer.step(closure) for _ in range(40)]
    assert 1.0 < losses[1] < 24.2
    assert losses == sorted(losses, reverse=True)
    assert [p.data for p in params] == pytest.approx([1.0, 1.0], abs=1e-3)


def test_lbfgs_takes_the_point_that_scipy_found_not_the_last_one_it_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    optimize = pytest.importorskip("scipy.optimize")

    asked: dict[str, Any] = {}

    def minimize(function: Callable[[Array], Any], start: list[float], **options: Any) -> Any:
        asked.update(options)
        function(np.array([0.5, 0.5]))
        function(np.array([9.0, 9.0]))
        return optimize.OptimizeResult(x=np.array([0.5, 0.5]))

    params, optimizer, closure = lbfgs_on_rosenbrock(max_iter=7, history_size=3, tolerance_grad=0.5, tolerance_change=0.25)
    monkeypatch.setattr(optimize, "minimize", minimize)
    optimizer.step(closure)
    assert [p.data for p in params] == [0.5, 0.5]
    options = {"maxiter": 7, "maxcor": 3, "gtol": 0.5, "ftol": 0.25}
    assert asked == {"jac": True, "method": "L-BFGS-B", "options": options}


@pytest.mark.parametrize("call", [1, 2, 5])
@pytest.mark.parametrize("error", [KeyboardInterrupt, ZeroDivisionError])
def test_an_error_in_the_closure_of_lbfgs_leaves_the_parameters(call: int, error: type[BaseException]) -> None:
    params, optimizer, closure = lbfgs_on_rosenbrock()
    calls = 0

    def failing() -> Value:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error
        return closure()

    with pytest.raises(error):
        optimizer.step(failing)
    assert [p.data for p in params] == [-1.2, 1.0]


def test_lbfgs_refuses_a_loss_that_is_not_finite() -> None:
    w = parameter(2.0)
    optimizer = LBFGS([w])

    def closure() -> Value:
        w.grad = math.inf
        return w * 1

    with pytest.raises(DivergenceError, match="not finite"):
        optimizer.step(closure)
    assert w.data == 2.0


def test_lbfgs_needs_a_closure_that_calls_backward() -> None:
    w = parameter(2.0)
    with pytest.raises(TypeError) as no_closure:
        LBFGS([w]).step()
    assert str(no_closure.value) == "LBFGS needs step(closure), where closure() computes the loss, calls backward, returns it"
    with pytest.raises(RuntimeError) as no_backward:
        LBFGS([w]).step(lambda: w * w)
    assert str(no_backward.value) == "no parameter has a gradient: the closure must call loss.backward()"


def test_lbfgs_without_scipy_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "scipy", None)
    with pytest.raises(MissingExtraError, match=r"pip install 'chainrule\[examples\]'"):
        LBFGS([parameter(1.0)])


def test_an_optimiser_shows_its_settings_on_one_line() -> None:
    w = parameter(1.0)
    assert repr(SGD([w], lr=0.1, momentum=0.9)) == "SGD(lr=0.1, momentum=0.9, 1 parameter)"
    assert repr(AdamW([w])) == "AdamW(lr=0.001, betas=(0.9, 0.999), 1 parameter)"
    assert repr(LBFGS([w, parameter(2.0)])) == "LBFGS(max_iter=20, 2 parameters)"


def test_the_settings_of_papers_and_of_pytorch_are_the_defaults() -> None:
    w = parameter(1.0)
    for adam, decay in ((Adam([w]), 0.0), (AdamW([w]), 0.01)):
        assert (adam.lr, adam.betas, adam.eps, adam.weight_decay) == (0.001, (0.9, 0.999), 1e-8, decay)
    sgd, lbfgs = SGD([w], lr=0.1), LBFGS([w])
    assert (sgd.momentum, sgd.nesterov, sgd.weight_decay) == (0.0, False, 0.0)
    assert (lbfgs.max_iter, lbfgs.history_size, lbfgs.tolerance_grad, lbfgs.tolerance_change) == (20, 10, 1e-7, 1e-9)


@pytest.mark.parametrize("size", [1e-320, 1e-200, 1e-160, 1.0, 1e160, 1e200, 1e300])
@pytest.mark.parametrize("optimizer", [Adam, AdamW])
def test_adam_moves_by_its_rate_whatever_size_the_gradients_have(optimizer: type[Adam], size: float) -> None:
    w = Value(2.0)
    adam = optimizer([w], lr=0.125, eps=0.0, weight_decay=0.0)
    for step in range(1, 4):
        w.grad = size
        adam.step()
        assert w.data == pytest.approx(2.0 - 0.125 * step, rel=1e-3 if size < 1e-310 else 1e-14)


def test_adam_without_eps_leaves_a_parameter_alone_that_nothing_pulls() -> None:
    w = Value(2.0)
    adam = Adam([w], lr=0.125, eps=0.0)
    for gradient in (0.0, -0.0, 5e-324):
        w.grad = gradient
        adam.step()
    assert w.data == 2.0


def test_one_huge_gradient_does_not_stop_adam_for_good() -> None:
    w = Value(2.0)
    adam = Adam([w], lr=0.1, betas=(0.5, 0.5))
    w.grad = 1e200
    adam.step()
    for _ in range(1500):
        w.grad = 1.0
        adam.step()
    before = w.data
    w.grad = 1.0
    adam.step()
    assert w.data == pytest.approx(before - 0.1, rel=1e-6)


@pytest.mark.parametrize("native", [False, True])
@pytest.mark.parametrize("size", [1e-200, 1e-120, 1.0, 1e120, 1e200])
def test_compiled_adam_moves_by_its_rate_whatever_size_the_gradients_have(native: bool, size: float) -> None:
    pytest.importorskip("numba") if native else None
    w = [parameter(2.0), parameter(-1.0)]
    program = compile(w[0] * size - w[1] * size, native=native)
    program.step(Adam(w, lr=0.125, eps=0.0), times=3)
    assert [p.data for p in w] == pytest.approx([2.0 - 0.375, -1.0 + 0.375], rel=1e-14)
