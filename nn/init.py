"""Initialisers: where a network's weights start.

An initialiser is a function (rng, fan_in, fan_out) -> float that draws one weight of a neuron with `fan_in`
inputs in a layer of `fan_out` neurons. The functions here make them: `MLP(2, [8, 1], init=normal(0.0, 0.1))`,
or `init="he"`.
"""

import difflib
import math
import random
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeAlias

from autograd.habits import not_here

from .habits import INITS

Initialiser: TypeAlias = Callable[[random.Random, int, int], float]


def uniform(low: float = -1.0, high: float = 1.0) -> Initialiser:
    """Weights from U(low, high); U(-1, 1) is micrograd's start.

    >>> draw = uniform(-1.0, 1.0)
    >>> draw(random.Random(0), 2, 3)
    0.6888437030500962
    """
    return lambda rng, fan_in, fan_out: low + (high - low) * rng.random()


def normal(mean: float = 0.0, std: float = 0.01) -> Initialiser:
    """Weights from N(mean, std^2); N(0, 0.01^2) is the start of lectures L6 (it stalls in deep networks)."""
    return lambda rng, fan_in, fan_out: mean + std * _gauss(rng)


def xavier_uniform(gain: float = 1.0) -> Initialiser:
    """U(-r, r) with r = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010), made for tanh."""

    def draw(rng: random.Random, fan_in: int, fan_out: int) -> float:
        return gain * math.sqrt(6.0 / (fan_in + fan_out)) * (2.0 * rng.random() - 1.0)

    return draw


def xavier_normal(gain: float = 1.0) -> Initialiser:
    """N(0, s^2) with s = gain sqrt(2 / (fan_in + fan_out)) (Glorot and Bengio 2010), made for tanh."""
    return lambda rng, fan_in, fan_out: gain * math.sqrt(2.0 / (fan_in + fan_out)) * _gauss(rng)


def he_uniform() -> Initialiser:
    """U(-r, r) with r = sqrt(6 / fan_in) (He et al. 2015), made for relu."""
    return lambda rng, fan_in, fan_out: math.sqrt(6.0 / fan_in) * (2.0 * rng.random() - 1.0)


def he_normal() -> Initialiser:
    """N(0, 2 / fan_in) (He et al. 2015), made for relu."""
    return lambda rng, fan_in, fan_out: math.sqrt(2.0 / fan_in) * _gauss(rng)


def lecun_uniform() -> Initialiser:
    """U(-r, r) with r = sqrt(3 / fan_in) (LeCun et al. 1998): the variance of z is that of one input."""
    return lambda rng, fan_in, fan_out: math.sqrt(3.0 / fan_in) * (2.0 * rng.random() - 1.0)


def lecun_normal() -> Initialiser:
    """N(0, 1 / fan_in) (LeCun et al. 1998): the variance of z is that of one input."""
    return lambda rng, fan_in, fan_out: math.sqrt(1.0 / fan_in) * _gauss(rng)


def zeros() -> Initialiser:
    """All zero: right for biases; as weights it keeps all neurons of a layer equal for ever."""
    return lambda rng, fan_in, fan_out: 0.0


_FACTORIES: dict[str, Callable[[], Initialiser]] = {
    "uniform": uniform,
    "normal": normal,
    "xavier": xavier_uniform,
    "xavier_uniform": xavier_uniform,
    "xavier_normal": xavier_normal,
    "he": he_normal,
    "he_uniform": he_uniform,
    "he_normal": he_normal,
    "lecun": lecun_normal,
    "lecun_uniform": lecun_uniform,
    "lecun_normal": lecun_normal,
    "zeros": zeros,
}


def initialiser(init: str | Initialiser) -> Initialiser:
    """The initialiser that `init` names ("uniform", "he", ...), or `init` itself when it is a function.

    Raises ValueError for an unknown name and TypeError for anything else.
    """
    if isinstance(init, str):
        if init not in _FACTORIES:
            near = difflib.get_close_matches(init, _FACTORIES, n=1)
            hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(_FACTORIES)}"
            raise ValueError(f"no initialiser is called {init!r}{hint}")
        return _FACTORIES[init]()
    if not callable(init):
        raise TypeError(f"init must be a name or a function (rng, fan_in, fan_out) -> float, got {init!r}")
    factory: Any = init
    if factory in _FACTORIES.values():  # init=normal instead of init=normal()
        made: Initialiser = factory()
        return made
    return init


def _gauss(rng: random.Random) -> float:
    # Box-Muller, written out: Python promises the same random() for a seed in every version, not the same gauss().
    return math.sqrt(-2.0 * math.log(1.0 - rng.random())) * math.cos(math.tau * rng.random())


if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        raise not_here("nn.init", name, INITS.get(name, ""))
