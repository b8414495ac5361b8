"""Time of single operators, with plain numbers and in n-ary form, for the ratios to `a * b`.

Each is one statement for `timeit`; the collector is off and results are dropped at once, or it is on and they are kept,
as a graph keeps its nodes.
"""

import gc
import importlib
from time import process_time
from timeit import Timer
from typing import Any

OPERATORS = {
    "a * b": 1,
    "a * 2.0": 1,
    "2.0 * a": 1,
    "a + 1": 1,
    "a > 0.0": 1,
    "tanh(0.5)": 1,
    "a.tanh()": 1,
    "sum(many)": 20,
    "dot(many, more)": 40,
}
"""A statement, and the edges that its time is divided by."""


def operators(engine: str, collector: str, repeats: int = 7) -> dict[str, float | None]:
    """Nanoseconds of each operator, the least of the repeats; None where the engine lacks it.

    engine: `micrograd` or `chainrule`. collector: `off` or `on`.
    """
    library: Any = importlib.import_module("micrograd.engine" if engine == "micrograd" else "autograd")
    value = library.Value
    names = {
        "gc": gc,
        "a": value(0.7),
        "b": value(-0.4),
        "many": [value(0.01 * i) for i in range(20)],
        "more": [value(0.02 * i) for i in range(20)],
        **{name: getattr(library, name) for name in ("tanh", "dot", "sum") if hasattr(library, name)},
    }
    found: dict[str, float | None] = {}
    timers = {}
    for text, edges in OPERATORS.items():
        number = 20_000 // edges
        timer = Timer(text, timer=process_time, globals=names)
        if collector == "on":  # timeit turns it off
            timer = Timer(f"keep({text})", "gc.enable(); keep = [].append", process_time, names)
        try:
            timer.timeit(number // 10)
        except (AttributeError, NameError, TypeError):
            found[text] = None
        else:
            timers[text] = timer, number
            found[text] = float("inf")
    for _ in range(repeats):  # in turn, so that a slow moment of the machine falls on all
        for text, (timer, number) in timers.items():
            each = timer.timeit(number) / number / OPERATORS[text] * 1e9
            found[text] = min(found[text] or each, each)
    return found
