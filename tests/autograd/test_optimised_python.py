"""Under `python -O`, where assertions vanish, every error and every number is the same."""

from tests.autograd.processes import run

PROGRAM = """
import autograd
from autograd import Graph, Operation, Value, grad, jvp, no_grad, register

x, zero = Value(2.0, "x"), Value(0.0, "zero")
loss = (x * x).log() + x
old = x * 3
loss.backward()
print(loss.data, x.grad)

def change():
    leaf = Value(1.0, "leaf")
    root = leaf * 2
    leaf.data = 5
    root.backward()

for attempt in (
    lambda: (x - 3).log(), lambda: zero.sqrt().backward(), lambda: x / zero, lambda: (-x) ** 0.5, change,
    lambda: Value("2"), lambda: Value(True), lambda: Value([1]), lambda: Value(float("nan")), lambda: Value(1.0, 3),
    lambda: autograd.dot([x], [x, x]), lambda: autograd.sum([]), lambda: autograd.sum(3.0), lambda: Graph([x]),
    lambda: Graph(x)["y"], lambda: setattr(loss, "data", 1.0), lambda: x.backward("1"), lambda: grad(3.0),
    lambda: grad(lambda v: [v])(1.0), lambda: grad(lambda v: v, 4)(1.0), lambda: jvp(lambda v: v, (1.0,), ([],)),
    lambda: register(Operation("bad", "a", "a * b", ("1",))), lambda: register(Operation("add", "a", "a", ("1",))),
    lambda: Operation("bad", "a", "a", ()), lambda: no_grad(3), lambda: type("Sub", (Value,), {}),
    lambda: Value(1e308) * 1e308 - Value(1e308) * 1e308, lambda: autograd.where("", x, x),
):
    try:
        attempt()
    except Exception as error:
        print(type(error).__name__, "|", error)
    else:
        print("nothing")
"""


def test_errors_and_numbers_do_not_depend_on_assertions() -> None:
    plain = run(PROGRAM)
    assert run(PROGRAM, "-O") == run(PROGRAM, "-OO") == plain
    lines = plain.splitlines()
    assert len(lines) == 29
    assert "nothing" not in lines
    assert "AssertionError" not in plain
