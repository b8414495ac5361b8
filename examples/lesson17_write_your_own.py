"""Write your own engine: a class in the steps of lessons 2 to 4, graded after each of them.

An engine is a class of numbers that remember how they were made (L8): the inputs of the step, and the derivative of the
step by each of them. backward() begins with ∂L/∂L = 1 at the root and goes from node to node (L5):

    ∂L/∂input += ∂node/∂input · ∂L/∂node

    python -m autograd.testing grade my_engine.py

runs such a class on random programs beside this library's engine, and says which of the classic mistakes it looks
like. Here it grades a class as it grows, mistakes included: the first idea for backward() is the one that everybody
has, and it is wrong in three ways.
"""

import tempfile
from pathlib import Path

from autograd.testing.grading import Grade, grade
from viz import plot_bars

LECTURE = "L5, L8"

SKELETON = """
class Value:
    def __init__(self, data, inputs=(), partials=()):
        self.data = float(data)
        self.grad = 0.0
        self.inputs = inputs        # the values that this one was computed from
        self.partials = partials    # d self / d input, for each of them

    def __add__(self, other):
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        product = self.data * other.data
        return Value(product, (self, other), (other.data, self.data))

    # lesson 2: the other operators, and plain numbers on either side
    # lesson 3: backward()
    # lesson 4: a value that is used twice, and a second backward()
"""

# Lesson 2. A plain number becomes a value; what is left can be put together from +, * and **.
OPERATORS = """
    def __add__(self, other):
        other = wrapped(other)
        return Value(self.data + other.data, (self, other), (1.0, 1.0))

    def __mul__(self, other):
        other = wrapped(other)
        return Value(self.data * other.data, (self, other), (other.data, self.data))

    def __pow__(self, power):
        if isinstance(power, Value):
            return NotImplemented
        return Value(self.data**power, (self,), (power * self.data ** (power - 1),))

    def tanh(self):
        y = math.tanh(self.data)
        return Value(y, (self,), (1 - y**2,))

    def __neg__(self): return self * -1
    def __sub__(self, other): return self + -wrapped(other)
    def __truediv__(self, other): return self * wrapped(other) ** -1
    def __radd__(self, other): return self + other
    def __rmul__(self, other): return self * other
    def __rsub__(self, other): return wrapped(other) - self
    def __rtruediv__(self, other): return wrapped(other) / self
"""

HELPERS = """
import math

def wrapped(other):
    return other if isinstance(other, Value) else Value(other)
"""

# Lesson 3. The first idea: from the root to its inputs, to their inputs, and so on.
FIRST_IDEA = """
    def backward(self):
        self.grad = 1.0
        nodes = [self]
        for node in nodes:
            for each, partial in zip(node.inputs, node.partials):
                each.grad = partial * node.grad
                if each not in nodes:
                    nodes.append(each)
"""

# Lesson 4, first: what is used twice gets a gradient from each use.
ADDING_UP = FIRST_IDEA.replace("each.grad = partial", "each.grad += partial")

# Lesson 4, second: a node's turn comes after all that use it.
IN_ORDER = """
    def backward(self):
        order, seen = [], set()

        def visit(node):
            if node not in seen:
                seen.add(node)
                for each in node.inputs:
                    visit(each)
                order.append(node)

        visit(self)
        self.grad = 1.0
        for node in reversed(order):
            for each, partial in zip(node.inputs, node.partials):
                each.grad += partial * node.grad
"""

STEPS = {
    "two operators": SKELETON,
    "all operators": SKELETON + OPERATORS + HELPERS,
    "backward, first idea": SKELETON + OPERATORS + FIRST_IDEA + HELPERS,
    "+= instead of =": SKELETON + OPERATORS + ADDING_UP + HELPERS,
    "topological order": SKELETON + OPERATORS + IN_ORDER + HELPERS,
}

FINISHED = Path(__file__).parent / "solutions" / "lesson17.py"

# The rubric has seventeen lines; the picture puts them together.
PARTS = {
    "values": ("value", "operators", "constants", "function"),
    "derivatives": ("seed", "derivatives", "chain"),
    "several uses": ("several", "twice", "order", "random"),
    "good habits": ("again", "losses", "deep", "paths", "inputs", "data"),
}


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Grade each state of the class."""
    examples = 20 if quick else 200
    print("To begin with, in a file of your own:")
    print(SKELETON)

    grades: dict[str, Grade] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "my_engine.py")
        for name, source in STEPS.items():
            file.write_text(source, "utf-8")
            grades[name] = grade(file, examples=examples)
    # One more step, for you: computed nodes start each pass from 0, and the order is found without recursion.
    grades["finished"] = grade(FINISHED, examples=examples)

    for name, result in grades.items():
        print(f"{name}: {result.points} points")
        for mistake in result.mistakes:
            numbers = f" ({mistake.yours:g}, right is {mistake.right:g})" if mistake.yours is not None else ""
            print(f"    {mistake.name.partition(':')[0]}{numbers}")

    # The first idea fails where a value is used more than once; in a chain of operations it is right.
    rows = {name: _parts(result) for name, result in grades.items()}
    plot_bars(rows, out / "lesson17_points.png", of=100, unit="points", title="An engine grows: points after each step")

    print("Exercise 1: keep the inputs in a set; how many points does a * a lose?")
    print("Exercise 2: with 1 - y for tanh', where is the gradient twice too large?")
    return {name: float(result.points) for name, result in grades.items()} | {
        "mistakes of the first idea": float(len(grades["backward, first idea"].mistakes)),
        "mistakes at the end": float(len(grades["finished"].mistakes)),
    }


def _parts(result: Grade) -> dict[str, float]:
    points = {item.key: item.points for item in result.items}
    return {part: float(sum(points[key] for key in keys)) for part, keys in PARTS.items()}


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
