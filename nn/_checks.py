"""Checks shared by the modules of `nn`: small functions that turn what a user passes into what we need.

Each one returns the cleaned value or raises a typed error that names the argument and says what to do.
"""

import math
import operator
import random
from collections.abc import Sequence
from numbers import Real
from typing import Any, cast

from autograd import Value
from autograd.wording import count_of


def count(value: Any, name: str, least: int = 1) -> int:
    """`value` as an int of at least `least`; TypeError for anything that is not a whole number."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{name} must be a whole number, got {_show(value)}") from None
    if number < least:
        raise ValueError(f"{name} must be at least {least}, got {number}")
    return number


def number(value: Any, name: str, least: float = -math.inf, below: float = math.inf) -> float:
    """`value` as a finite float with least <= value < below; TypeError for what is not a real number."""
    if isinstance(value, bool) or not isinstance(value, Real):
        hint = "; use its .data" if isinstance(value, Value) else ""
        raise TypeError(f"{name} must be a number, got {_show(value)}{hint}")
    try:
        result = float(value)
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise ValueError(f"{name} must be finite, got {result}")
    if not least <= result < below:
        bound = f"at least {least:g}" + (f" and below {below:g}" if below < math.inf else "")
        raise ValueError(f"{name} must be {bound}, got {result:g}")
    return result


def generator(seed: Any) -> random.Random:
    """The random generator for `seed`: an int seeds a new one, a `random.Random` is used as it is.

    None means Python's global generator, as in micrograd, so that `random.seed(...)` works.
    """
    if seed is None:
        return cast(random.Random, random)  # the module has the same methods as an instance
    if isinstance(seed, random.Random) or seed is random:
        return cast(random.Random, seed)
    try:
        if isinstance(seed, bool):
            raise TypeError
        return random.Random(operator.index(seed))
    except TypeError:
        raise TypeError(f"seed must be an int, a random.Random or None, got {_show(seed)}") from None


def plain(data: Any) -> Any:
    """NumPy arrays and scalars, pandas tables and columns as (nested) lists and numbers; others unchanged."""
    if hasattr(data, "to_numpy"):
        data = data.to_numpy()
    to_list = getattr(data, "tolist", None)
    return to_list() if callable(to_list) else data


def is_list(data: Any) -> bool:
    """Whether `data` is an ordered collection of things (text is not one)."""
    return isinstance(data, Sequence) and not isinstance(data, (str, bytes, bytearray))


def counted(things: Sequence[Any], noun: str) -> str:
    """How many there are: "1 target", "2 targets"."""
    return count_of(len(things), noun)


def inputs(x: Any, nin: int, where: str) -> list[Value]:
    """One sample as a list of `nin` Values; numbers become leaves, once per layer and not once per neuron.

    Raises ValueError for a wrong length and TypeError for what is not a row, naming the layer `where`.
    """
    row = x if type(x) is list else _row(x, where)
    if len(row) == nin:
        values: list[Value] = []
        try:
            for item in row:
                values.append(item if isinstance(item, Value) else Value(item))
            return values
        except (TypeError, ValueError) as error:
            _refuse_batch(row, nin, where)
            raise type(error)(f"{where}, input {len(values)}: {error}") from None
    _refuse_batch(row, nin, where)
    raise ValueError(f"{where} expects {count_of(nin, 'input')}, got {len(row)}")


def _row(x: Any, where: str) -> list[Any]:
    if isinstance(x, Value):
        return [x]
    x = plain(x)
    if isinstance(x, Real):
        return [x]
    if isinstance(x, (str, bytes, bytearray, dict, set, frozenset)) or not hasattr(x, "__iter__"):
        raise TypeError(f"{where} expects a list of numbers or Values, got {_show(x)}")
    return list(x)


def _refuse_batch(row: list[Any], nin: int, where: str) -> None:
    if row and is_list(plain(row[0])):
        raise TypeError(
            f"{where} expects one sample of {nin} numbers, got a batch of {len(row)} rows:"
            " write [model(row) for row in rows]"
        )


def _show(value: Any) -> str:
    """A short picture of a wrong argument for an error message: its type, and its text if that is brief."""
    kind = type(value).__name__
    if isinstance(value, type):
        return f"the class {value.__name__}"
    text = repr(value)
    if " at 0x" in text:  # a function's address says nothing, its name does
        return f"{kind} {getattr(value, '__name__', '')}".rstrip()
    if len(text) > 40:
        return kind
    return text if value is None or text.startswith(f"{kind}(") else f"{kind} {text}"
