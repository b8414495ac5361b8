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
from autograd import constant as constant  # a number that many nodes share is made once, not at each use
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
        except (TypeError, ValueError) as failure:
            error = failure
        _refuse_batch(row, nin, where)
        raise type(error)(f"{where}, input {len(values)}: {error}") from None
    _refuse_batch(row, nin, where)
    raise ValueError(f"{where} expects {count_of(nin, 'input')}, got {len(row)}")


def rows(x: Any, width: int, where: str, each: str = "position") -> list[list[Value]]:
    """A sequence (or batch) as rows of `width` Values, at least one; `each` is what a row is called in errors.

    Raises ValueError and TypeError, naming the module `where` and the row.
    """
    x = plain(x)
    if not is_list(x):
        raise TypeError(f"{where} expects a list of rows, one a {each}, got {_show(x)}")
    if not x:
        raise ValueError(f"{where} expects at least one {each}, got an empty list")
    if width > 1 and (isinstance(x[0], (Value, Real))):
        raise TypeError(f"{where} expects a list of rows, one a {each}, got one row of {len(x)}: write [row]")
    return [inputs(row, width, f"{where}, {each} {index}") for index, row in enumerate(x)]


def image(x: Any, channels: int, where: str) -> list[list[list[Value]]]:
    """An image as channels of rows of Values; where there is one channel, its rows alone will do.

    Raises ValueError for a wrong number of channels or rows of different lengths, TypeError for what is no image.
    """
    x = plain(x)
    if channels == 1 and depth(x) == 2:
        x = [x]
    if depth(x) != 3:
        raise TypeError(f"{where} expects an image, lists of {channels} x height x width numbers, got {_show(x)}")
    if len(x) != channels:
        raise ValueError(f"{where} expects {count_of(channels, 'channel')}, got {len(x)}")
    height, width = len(x[0]), len(plain(x[0][0]))
    planes = []
    for index, plane in enumerate(map(plain, x)):
        if len(plane) != height:
            raise ValueError(f"{where}: channel {index} has {len(plane)} rows, but channel 0 has {height}")
        planes.append([inputs(row, width, f"{where}, channel {index}, row {at}") for at, row in enumerate(plane)])
    return planes


def depth(x: Any) -> int:
    """How deeply lists are nested, judged by the first of each."""
    depth = 0
    x = plain(x)
    while is_list(x) and x:
        depth += 1
        x = plain(x[0])
    return depth


def index(value: Any, count: int, what: str) -> int:
    """`value` as a whole number from 0 to count - 1; `what` begins the errors ("Embedding: token")."""
    try:
        if isinstance(value, bool):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise TypeError(f"{what} must be a whole number, got {_show(value)}") from None
    if not 0 <= number < count:
        raise ValueError(f"{what} is {number}, but there are only 0 to {count - 1}")
    return number


def chosen(table: Sequence[Any], token: Any, what: str) -> Any:
    """The entry of a table at a token, which may be a Value: an input of a compiled replay (see `autograd.lookup`).

    Errors as for `index`, which may also be told a whole number as a float, as Values hold them.
    """
    if isinstance(token, Value):
        from autograd.jit import lookup  # here, so that who replays nothing doesn't wait for it

        whole = token._data == token._data // 1
        index(int(token._data) if whole else token, len(table), what)
        return lookup(table, token)
    return table[index(token, len(table), what)]


def is_input(value: Any) -> bool:
    """Whether it is a Value that stands for a number given to a function while that is traced for a replay."""
    if not isinstance(value, Value):
        return False
    from autograd.jit.choosing import is_input

    return is_input(value)


def tokens(values: Any, count: int, where: str) -> list[Any]:
    """A list of at least one token, each from 0 to count - 1, or an error that names the module `where`.

    Values are left as they are: `chosen` looks at them.
    """
    values = plain(values)
    if not is_list(values):
        raise TypeError(f"{where} expects a list of tokens, whole numbers from 0, got {_show(values)}")
    if not values:
        raise ValueError(f"{where} expects at least one token, got an empty list")
    return [
        value if isinstance(value, Value) else index(value, count, f"{where}: token {at}")
        for at, value in enumerate(values)
    ]


def alone(out: list[Value]) -> Value | list[Value]:
    """A list of one Value as that Value, as micrograd gives it; longer lists as they are."""
    return out[0] if len(out) == 1 else out


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
