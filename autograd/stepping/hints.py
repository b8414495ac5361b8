"""What people write for things that the command line's language calls otherwise, and what to say to them."""

import math

__all__ = ["CALLED", "CONSTANTS", "HINTS", "SAME", "SUPERSCRIPTS"]

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
