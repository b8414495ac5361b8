"""Initialisers: their distributions, their names, and the same bits from the same seed everywhere."""

import math
import random
from typing import Any

import numpy as np
import pytest

from nn import MLP, Layer, init
from nn.init import Initialiser, initialiser

FAN_IN, FAN_OUT = 6, 10
# name: the standard deviation, and the largest size where there is one
DISTRIBUTIONS: dict[str, tuple[float, float]] = {
    "uniform": (1 / math.sqrt(3), 1.0),
    "normal": (0.01, math.inf),
    "xavier": (math.sqrt(2 / 16), math.sqrt(6 / 16)),
    "xavier_uniform": (math.sqrt(2 / 16), math.sqrt(6 / 16)),
    "xavier_normal": (math.sqrt(2 / 16), math.inf),
    "he": (math.sqrt(2 / 6), math.inf),
    "he_uniform": (math.sqrt(2 / 6), 1.0),
    "he_normal": (math.sqrt(2 / 6), math.inf),
    "lecun": (math.sqrt(1 / 6), math.inf),
    "lecun_uniform": (math.sqrt(1 / 6), math.sqrt(1 / 2)),
    "lecun_normal": (math.sqrt(1 / 6), math.inf),
}


def drawn(draw: Initialiser, count: int = 40_000) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    rng = random.Random(7)
    return np.array([draw(rng, FAN_IN, FAN_OUT) for _ in range(count)])


@pytest.mark.parametrize("name", DISTRIBUTIONS)
def test_an_initialiser_has_the_moments_of_its_distribution(name: str) -> None:
    deviation, largest = DISTRIBUTIONS[name]
    numbers = drawn(initialiser(name)) / deviation
    assert abs(numbers.mean()) < 4 / math.sqrt(len(numbers))
    assert numbers.std() == pytest.approx(1.0, abs=4 * math.sqrt(1 / 2 / len(numbers)))
    assert np.abs(numbers).max() <= largest / deviation
    kurtosis = (numbers**4).mean()
    assert kurtosis == pytest.approx(3.0 if largest == math.inf else 9 / 5, abs=4 * math.sqrt(96 / len(numbers)))


def test_factories_take_their_parameters() -> None:
    assert drawn(init.uniform(2.0, 3.0)).min() >= 2.0
    assert drawn(init.uniform(2.0, 3.0)).max() <= 3.0
    assert drawn(init.normal(5.0, 0.0)).tolist() == [5.0] * 40_000
    assert drawn(init.xavier_uniform(gain=2.0)).tolist() == (2 * drawn(init.xavier_uniform())).tolist()
    assert drawn(init.xavier_normal(gain=2.0)).tolist() == (2 * drawn(init.xavier_normal())).tolist()
    assert drawn(init.normal(0.0, 3.0)).tolist() == (3 * drawn(init.normal(0.0, 1.0))).tolist()
    assert drawn(init.normal(0.5, 1.0)).tolist() == (0.5 + drawn(init.normal(0.0, 1.0))).tolist()
    assert Layer(3, 2, init=init.lecun_normal(), seed=5).state_dict() == Layer(3, 2, init=init.normal(0.0, math.sqrt(1 / 3)), seed=5).state_dict()
    assert set(drawn(init.zeros())) == {0.0}


@pytest.mark.parametrize("name", ["uniform", "normal", "xavier_normal", "he_uniform", "lecun_normal", "zeros"])
def test_a_factory_without_brackets_is_the_one_with_them(name: str) -> None:
    factory: Any = getattr(init, name)
    assert MLP(2, [2], init=factory, seed=1).state_dict() == MLP(2, [2], init=name, seed=1).state_dict()


def test_the_same_seed_gives_the_same_bits_on_every_python() -> None:
    """The numbers were drawn once and written down; they come from `Random.random`, which Python keeps stable."""
    bits = [p.data.hex() for p in MLP(2, [1], seed=2024).parameters()]
    assert bits == ["-0x1.ea089e8bddb60p-5", "0x1.d37c3a940eee0p-2", "0x0.0p+0"]
    he = [p.data for p in MLP(2, [1], seed=2024, init="he").parameters()]
    # sqrt, log and cos come from the platform's C library, which may differ in the last bit.
    assert he == pytest.approx([-0.15343399086764806, 0.6463579572151618, 0.0], rel=1e-15)


def test_without_a_seed_the_weights_are_those_of_micrograd() -> None:
    random.seed(1337)
    expected = [random.uniform(-1, 1) for _ in range(2)]
    random.seed(1337)
    assert [p.data for p in MLP(2, [1]).parameters()] == [*expected, 0.0]


def test_a_seeded_model_leaves_the_global_generator_alone() -> None:
    random.seed(5)
    before = random.getstate()
    MLP(3, [4, 2], seed=0, init="he")
    assert random.getstate() == before


def test_one_generator_can_serve_several_models() -> None:
    rng = random.Random(3)
    first, second = MLP(2, [2], seed=rng), MLP(2, [2], seed=rng)
    assert first.state_dict() != second.state_dict()
    assert first.state_dict() == MLP(2, [2], seed=3).state_dict()
    assert MLP(2, [2], seed=np.int64(3)).state_dict() == first.state_dict()  # type: ignore[arg-type]


def test_biases_start_at_zero_or_as_bias_init_says() -> None:
    assert [p.data for n, p in MLP(2, [3, 1], seed=0).named_parameters() if n.endswith("b")] == [0.0] * 4
    lectures = MLP(2, [3, 1], init="normal", bias_init="normal", seed=0)
    assert all(0 < abs(p.data) < 0.1 for p in lectures.parameters())


def test_an_initialiser_of_ones_own_sees_the_size_of_the_layer() -> None:
    def mine(rng: random.Random, fan_in: int, fan_out: int) -> float:
        return 100.0 * fan_in + fan_out

    model = MLP(2, [3, 1], init=mine)
    assert [p.data for p in model.weights()] == [203.0] * 6 + [301.0] * 3
