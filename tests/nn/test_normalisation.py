"""LayerNorm, RMSNorm and BatchNorm: their formulas (lectures L9), their laws, and running statistics that are saved."""

import copy
import json
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd import Value
from nn import SGD, BatchNorm, Layer, LayerNorm, Module, RMSNorm, Sequential, StateError, fit, mse, predict
from tests.nn.comparing import check_layer, check_round_trip, check_torch, data, flat, tensors, values, vector

X = [0.5, -1.25, 2.0, 0.1]
BATCH = [[0.5, -1.25, 2.0], [3.0, 0.0, -1.0], [0.25, 0.75, 4.0], [-2.0, 1.0, 1.0]]
ROWS = st.lists(st.floats(-50, 50), min_size=2, max_size=8).filter(lambda row: max(row) - min(row) > 0.1)


def shaken(model: Module, seed: int = 0) -> Any:
    """With parameters that are not 1 and 0."""
    rng = np.random.default_rng(seed)
    for p in model.parameters():
        p.data = rng.uniform(0.5, 2.0)
    return model


@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_layer_norm_is_its_formula(learned: bool, eps: float) -> None:
    def formula(state: Any, z: Any) -> Any:
        gamma, beta = (vector(state, "gamma"), vector(state, "beta")) if learned else (1.0, 0.0)
        variance = ((z - z.mean()) ** 2).mean()
        return gamma * (z - z.mean()) / np.sqrt(variance + eps) + beta

    check_layer(shaken(LayerNorm(4, eps=eps, learned=learned)), X, formula)


@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_rms_norm_is_its_formula(learned: bool, eps: float) -> None:
    def formula(state: Any, z: Any) -> Any:
        return (vector(state, "gamma") if learned else 1.0) * z / np.sqrt((z**2).mean() + eps)

    check_layer(shaken(RMSNorm(4, eps=eps, learned=learned)), X, formula)


@pytest.mark.parametrize("learned", [True, False])
@pytest.mark.parametrize("eps", [1e-5, 0.5])
def test_batch_norm_in_training_is_its_formula(learned: bool, eps: float) -> None:
    def formula(state: Any, z: Any) -> Any:
        gamma, beta = (vector(state, "gamma"), vector(state, "beta")) if learned else (1.0, 0.0)
        variance = ((z - z.mean(0)) ** 2).mean(0)
        return gamma * (z - z.mean(0)) / np.sqrt(variance + eps) + beta

    check_layer(shaken(BatchNorm(3, eps=eps, learned=learned)), BATCH, formula)


@pytest.mark.parametrize("learned", [True, False])
def test_batch_norm_in_use_takes_the_running_statistics(learned: bool) -> None:
    def formula(state: Any, z: Any) -> Any:
        gamma, beta = (vector(state, "gamma"), vector(state, "beta")) if learned else (1.0, 0.0)
        mean, variance = vector(state, "running_mean"), vector(state, "running_var")
        return gamma * (z - mean) / np.sqrt(variance + 1e-5) + beta

    model = shaken(BatchNorm(3, learned=learned))
    model(BATCH)
    check_layer(model.eval(), BATCH, formula)
    check_layer(model, BATCH[:1], formula)


@given(ROWS)
def test_layer_norm_has_mean_beta_and_spread_gamma(row: list[float]) -> None:
    model = LayerNorm(len(row), eps=0.0)
    out = np.array(data(model(row)))
    assert out.mean() == pytest.approx(0.0, abs=1e-9)
    assert out.std() == pytest.approx(1.0, rel=1e-9)
    for gamma, beta in zip(model.gamma or [], model.beta or [], strict=True):
        gamma.data, beta.data = 3.0, 0.5
    out = np.array(data(model(row)))
    assert out.mean() == pytest.approx(0.5, abs=1e-9)
    assert out.std() == pytest.approx(3.0, rel=1e-9)


@given(ROWS, st.floats(0.1, 100), st.floats(-20, 20))
def test_layer_norm_forgets_scale_and_shift_and_rms_norm_scale(row: list[float], scale: float, shift: float) -> None:
    layer, rms = LayerNorm(len(row), eps=0.0), RMSNorm(len(row), eps=0.0)
    assert data(layer([scale * x + shift for x in row])) == pytest.approx(data(layer(row)), abs=1e-6)
    assert data(rms([scale * x for x in row])) == pytest.approx(data(rms(row)), abs=1e-6)


@given(ROWS)
def test_rms_norm_has_root_mean_square_one(row: list[float]) -> None:
    out = np.array(data(RMSNorm(len(row), eps=0.0)(row)))
    assert np.sqrt((out**2).mean()) == pytest.approx(1.0)


def test_a_constant_row_is_no_division_by_zero() -> None:
    assert data(LayerNorm(3)([2.0, 2.0, 2.0])) == [0.0, 0.0, 0.0]
    assert data(RMSNorm(3)([0.0, 0.0, 0.0])) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("kind", ["LayerNorm", "RMSNorm"])
def test_they_agree_with_pytorch(kind: str) -> None:
    torch: Any = pytest.importorskip("torch")
    if not hasattr(torch.nn, kind):
        pytest.skip(f"this PyTorch has no {kind}")
    model = shaken({"LayerNorm": LayerNorm, "RMSNorm": RMSNorm}[kind](4))
    other = getattr(torch.nn, kind)(4, eps=1e-5).double()
    pairs = [(model.gamma, other.weight)] + ([(model.beta, other.bias)] if kind == "LayerNorm" else [])
    with torch.no_grad():
        for ours, theirs in pairs:
            theirs.copy_(tensors(ours))
    leaves, x = values(X), tensors(X)
    check_torch(model(leaves), other(x), [*pairs, (leaves, x)])


def test_batch_norm_agrees_with_pytorch_in_training_and_in_use() -> None:
    torch: Any = pytest.importorskip("torch")
    model = shaken(BatchNorm(3, momentum=0.3))
    other = torch.nn.BatchNorm1d(3, momentum=0.3).double()
    with torch.no_grad():
        other.weight.copy_(tensors(model.gamma))
        other.bias.copy_(tensors(model.beta))
    for mode in (True, True, False):
        model.train(mode)
        other.train(mode)
        model.zero_grad()
        other.zero_grad()
        leaves, x = values(BATCH), tensors(BATCH)
        check_torch(model(leaves), other(x), [(model.gamma, other.weight), (model.beta, other.bias), (leaves, x)])
        assert model.running_mean == pytest.approx(other.running_mean.tolist())
        assert model.running_var == pytest.approx(other.running_var.tolist())


def test_running_statistics_move_by_the_momentum_with_the_unbiased_variance() -> None:
    model = BatchNorm(3, momentum=0.25)
    model(BATCH)
    x = np.array(BATCH)
    assert model.running_mean == pytest.approx((0.25 * x.mean(0)).tolist())
    assert model.running_var == pytest.approx((0.75 + 0.25 * x.var(0, ddof=1)).tolist())
    before = model.state_dict()
    model.eval()(BATCH)
    assert model.state_dict() == before, "in use nothing moves"


def test_running_statistics_are_in_the_state_but_are_no_parameters(tmp_path: Any) -> None:
    model, other = (Sequential(Layer(2, 2, seed=seed), BatchNorm(2)) for seed in (0, 1))
    model([[1.0, 2.0], [3.0, 5.0]])
    assert len(model.parameters()) == 6 + 4
    names = [f"layers.1.{kind}.{k}" for kind in ("running_mean", "running_var") for k in range(2)]
    assert [name for name, _ in model.named_buffers()] == names
    assert list(model.state_dict())[-4:] == names
    check_round_trip(model, other, tmp_path / "model.json")
    assert other.layers[1].running_mean == model.layers[1].running_mean != [0.0, 0.0]
    duplicate = copy.deepcopy(model)
    duplicate([[9.0, 9.0], [0.0, 1.0]])
    assert duplicate.named_buffers() != model.named_buffers()


def test_a_state_without_or_with_wrong_statistics_is_refused_and_nothing_changes(tmp_path: Any) -> None:
    model = BatchNorm(1)
    state = model.state_dict()
    for broken, message in (
        ({k: v for k, v in state.items() if k != "running_var.0"}, "missing: running_var.0"),
        (state | {"gamma.0": 5.0, "running_mean.0": float("inf")}, "buffer 'running_mean.0' must be finite"),
        (state | {"running_mean.1": 0.0}, "unexpected: running_mean.1"),
    ):
        with pytest.raises(StateError, match=message):
            model.load_state_dict(broken)
        assert model.state_dict() == state
    with pytest.raises(TypeError, match=r"buffer 'running_mean.0' must be a number, got str 'x'"):
        model.load_state_dict(state | {"running_mean.0": "x"})  # type: ignore[dict-item]
    model.save(tmp_path / "m.json")
    document = json.loads((tmp_path / "m.json").read_text())
    assert document["parameters"] == state
    model.running_var = [float("inf")]
    with pytest.raises(StateError, match="running_var"):
        model.save(tmp_path / "m.json")


def noisy(seed: int = 0) -> tuple[list[list[float]], list[float]]:
    rng = np.random.default_rng(seed)
    x = rng.normal(5.0, 3.0, size=(24, 2))
    return x.tolist(), (x[:, 0] - 2 * x[:, 1]).tolist()


def batch_model() -> Sequential:
    return Sequential(Layer(2, 4, activation=None, seed=0), BatchNorm(4), "tanh", Layer(4, 1, activation=None, seed=1))


def test_fit_and_predict_give_such_a_model_whole_batches() -> None:
    model = batch_model()
    assert model.takes_batch
    assert not Sequential(Layer(2, 1, activation=None)).takes_batch
    x, y = noisy()
    history = fit(model, x, y, loss=mse, epochs=200, batch_size=8, seed=0, validation=(x[:1], y[:1]), progress=False)
    assert history.losses[-1] < 0.1 * history.losses[0]
    assert model.training
    single, together = predict(model, x[:1]), predict(model, x)
    assert single[0] == pytest.approx(together[0], rel=1e-12), "in use a sample does not depend on its neighbours"


def test_a_model_of_ones_own_says_that_it_takes_a_batch() -> None:
    class Net(Module):
        takes_batch = True

        def __init__(self) -> None:
            self.first, self.norm, self.last = Layer(2, 3, seed=0), BatchNorm(3), Layer(3, 1, activation=None, seed=1)

        def __call__(self, xs: Any) -> list[Any]:
            return [self.last(row) for row in self.norm([self.first(x) for x in xs])]

    x, y = noisy()
    model = Net()
    history = fit(model, x, y, loss=mse, epochs=30, batch_size=8, seed=0, progress=False)
    assert history.losses[-1] < history.losses[0]
    assert len(predict(model, x)) == len(x)


def test_fit_restores_the_statistics_of_the_best_epoch_too() -> None:
    seen: list[dict[str, float]] = []
    model = batch_model()
    x, y = noisy()
    history = fit(
        model,
        x,
        y,
        loss=mse,
        optimizer=SGD(model.parameters(), lr=0.3),
        epochs=12,
        restore_best=True,
        validation=(x, [-goal for goal in y]),
        callbacks=[lambda _: seen.append(model.state_dict())],
        progress=False,
    )
    assert history.best_epoch is not None
    assert history.best_epoch < 11, "else this proves nothing"
    assert model.state_dict() == seen[history.best_epoch]


def test_a_step_that_fails_leaves_the_statistics_of_the_last_one() -> None:
    model = batch_model()
    x, y = noisy()
    calls = []

    def loss(predictions: Any, targets: Any) -> Value:
        calls.append(model.state_dict())
        if len(calls) == 3:
            raise RuntimeError("stop")
        return mse(predictions, targets)

    with pytest.raises(RuntimeError, match="stop"):
        fit(model, x, y, loss=loss, epochs=5, progress=False)
    after_two = batch_model()
    fit(after_two, x, y, loss=mse, epochs=2, progress=False)
    assert model.state_dict() == after_two.state_dict()


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: LayerNorm(2)([1.0]), ValueError, "LayerNorm expects 2 inputs, got 1"),
        (lambda: RMSNorm(2)([1.0, 2.0, 3.0]), ValueError, "RMSNorm expects 2 inputs, got 3"),
        (lambda: BatchNorm(2)([[1.0, 2.0]]), ValueError, "at least 2 samples while training, got 1; for use, call eval"),
        (lambda: BatchNorm(2)([[1.0, 2.0], [1.0]]), ValueError, "BatchNorm, sample 1 expects 2 inputs, got 1"),
        (lambda: BatchNorm(2)([1.0, 2.0]), TypeError, r"expects a list of rows, one a sample, got one row of 2"),
        (lambda: BatchNorm(2)([]), ValueError, "at least one sample, got an empty list"),
        (lambda: batch_model()(3.0), TypeError, "Sequential has a step for batches, so it takes a list of samples, not float 3.0"),
        (lambda: LayerNorm(0), ValueError, "width must be at least 1"),
        (lambda: LayerNorm(2, eps=-1.0), ValueError, "eps must be at least 0"),
        (lambda: BatchNorm(2, momentum="x"), TypeError, "momentum must be a number"),
    ],
)
def test_mistakes_are_named(call: Any, kind: type[Exception], message: str) -> None:
    with pytest.raises(kind, match=message):
        call()


def test_gains_and_shifts_are_no_weights_for_a_penalty() -> None:
    assert Sequential(LayerNorm(3), RMSNorm(3), BatchNorm(3)).weights() == []


def test_all_nodes_of_a_norm_belong_to_it() -> None:
    for model, x in ((LayerNorm(2), [1.0, 2.0]), (RMSNorm(2), [1.0, 2.0]), (BatchNorm(2), [[1.0, 2.0], [3.0, 5.0]])):
        for mode in (True, False):
            assert isinstance(model, Module)
            nodes = [*flat(model.train(mode)(x))]
            while nodes:
                node = nodes.pop()
                if node.inputs:
                    assert node.origin.startswith(type(model).__name__), node
                nodes += node.inputs


def test_they_show_their_width() -> None:
    rows = [line.split() for line in Sequential(LayerNorm(3), BatchNorm(3, learned=False)).summary().splitlines()]
    assert rows[1] == ["layers.0", "LayerNorm(3)", "3", "6"]
    assert rows[2] == ["layers.1", "BatchNorm(3,", "learned=False)", "n", "x", "3", "0"]


def test_a_batch_norm_of_one_feature_gives_values() -> None:
    out = BatchNorm(1)([Value(1.0), Value(3.0)])
    assert all(isinstance(y, Value) for y in out)
