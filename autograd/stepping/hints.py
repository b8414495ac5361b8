"""What people write for things that the command line's language calls otherwise, and what to say to them."""

import math
from collections.abc import Sequence

from ..table import OPERATIONS

__all__ = ["CALLED", "CONSTANTS", "HINTS", "SAME", "SUPERSCRIPTS", "similar", "usage"]

CONSTANTS = {"pi": math.pi, "π": math.pi}

SAME = {"×": "*", "·": "*", "⋅": "*", "∙": "*", "−": "-", "÷": "/", "≤": "<=", "≥": ">=", "≠": "!="}
"""Signs of mathematics, such as those that traces print, and how they are written in the language."""

SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
HINTS = {"^": "powers are written **", "'": "there are no texts", '"': "there are no texts",
          ".": "there are no attributes; write tanh(a), not math.tanh(a) or a.tanh()",
          "√": "a root is written sqrt(a)", "|": "the absolute value is written abs(a)", "∂": "a gradient is asked for "
          "with --explain", "Σ": "a sum is written sum(a, b, ...)", "∑": "a sum is written sum(a, b, ...)",
          "{": "brackets are ( )", "}": "brackets are ( )", "!": "there are no factorials and no negations",
          "&": "a condition is one comparison", ":": "statements are separated by ;", "≈": "write ="}  # fmt: skip
CALLED = {"ln": "log(a), the natural logarithm", "lg": "log10(a) or log2(a)", "arcsin": "asin(a)", "arccos": "acos(a)",
           "arctan": "atan(a)", "arctan2": "atan2(a, b)", "σ": "sigmoid(a)", "logistic": "sigmoid(a)", "power": "a**b",
           "softmax": "exp(a - logsumexp(a, b, ...)), for each of its numbers", "square": "a**2", "cbrt": "a**(1/3)",
           "log_softmax": "a - logsumexp(a, b, ...), for each of its numbers", "ReLU": "relu(a)", "cot": "1/tan(a)",
           "sec": "1/cos(a)", "csc": "1/sin(a)", "sign": "where(a > 0, 1, -1)", "sgn": "where(a > 0, 1, -1)",
           "heaviside": "where(a > 0, 1, 0)", "step": "where(a > 0, 1, 0)", "average": "mean(a, b, ...)",
           "count": "the number of operands itself", "multiply": "a * b"}  # fmt: skip
"""What is called otherwise here, or not at all, and what to write for it."""


def usage(name: str) -> str:
    """How an operation is called here: `tanh(a)`, `dot([w, ...], [x, ...])`."""
    row = OPERATIONS[name]
    if row.variadic and len(row.operands) == 1:
        return f"{name}(a, b, ...)"
    if row.operands[0].truth:
        return f"{name}(a > b, a, b)"
    entries = (f"[{operand.name}, ...]" if operand.variadic else str(operand) for operand in row.operands)
    return f"{name}({', '.join(entries)})"


def similar(name: str) -> str:
    """Which operations have a name like this one, as the end of a message."""
    from difflib import get_close_matches

    found: Sequence[str] = get_close_matches(name[:40], OPERATIONS, n=3)
    return f"; did you mean {' or '.join(found)}?" if found else f"; known are {', '.join(OPERATIONS)}"
