"""What may become a number of the graph, and what may not: ints and NumPy scalars yes; strings, arrays, nan no."""

import math
import numbers
from functools import lru_cache
from typing import Any

__all__ = ["as_number", "is_foreign"]


def as_number(data: Any) -> float:
    """`data` as a float; what is not one real number raises, with the way out."""
    number = data if type(data) is float else _converted(data)
    if math.isnan(number):
        raise ValueError("a Value cannot be nan: it would spread unseen; mend or leave out the missing number")
    return number


def is_foreign(data: Any) -> bool:
    """Whether an arithmetic sign should leave `data` to its own type: neither a number nor a known mistake for one."""
    if _is_real(data.__class__) or isinstance(data, _KNOWN) or data is None:
        return False
    if hasattr(data, "shape"):  # an array of values, np.array([v, w]), goes entry by entry
        return bool(data.shape) and getattr(getattr(data, "dtype", None), "hasobject", False)
    return True


_KNOWN = (bool, str, bytes, complex, list, tuple, set, dict)


@lru_cache(maxsize=64)
def _is_real(kind: Any) -> bool:
    """Whether things of this kind are real numbers (a bool is none); asking an abstract class is slow."""
    return issubclass(kind, numbers.Real) and kind is not bool


def _converted(data: Any) -> float:
    if type(data) is not int and not _is_real(data.__class__):
        raise TypeError(f"a Value holds one real number, got {_kind_of(data)}")
    try:
        number = float(data)
    except OverflowError:
        number = math.inf
    if math.isinf(number) and data != number:  # (a long double becomes inf without a word)
        raise ValueError(f"this {type(data).__name__} is too large for a float")
    return number


def _kind_of(data: Any) -> str:
    """What was passed instead of a number, and what to do about it."""
    match data:
        case bool():
            return f"the bool {data}; use {int(data)} or {float(data)}"
        case str() | bytes():
            return f"the {type(data).__name__} {data!r}; convert it with float(...)"
        case complex():
            return f"the complex number {data!r}; use its .real and .imag"
        case list() | tuple() | set() | dict():
            return f"a {type(data).__name__}; make one Value of each number: [Value(v) for v in ...]"
        case None:
            return "None; is there a return missing, or a value not computed?"
    if type(data).__name__ == "Value":
        return "a Value; use value.data for its number"
    if type(data).__name__ == "bool_" or (type(data).__name__ == "bool" and hasattr(data, "dtype")):
        return f"the bool {data}; use float(...) of it"
    if getattr(data, "shape", None) == ():
        return f"an array-like {type(data).__name__} without dimensions; take its number with .item()"
    if hasattr(data, "shape"):
        return (
            f"an array-like {type(data).__name__} of shape {tuple(data.shape)}; "
            "make one Value of each number, [Value(v) for v in array.ravel()], or take array.item()"
        )
    way_out = "; convert it with float(...)" if hasattr(data, "__float__") else ""
    return f"{type(data).__name__} {data!r}{way_out}"
