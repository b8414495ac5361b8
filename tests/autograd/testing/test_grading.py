"""Every classic mistake, planted in a right engine, is recognised by its name; right engines get full marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from autograd.testing.grading import RUBRIC, Grade, grade

STUDENTS = Path(__file__).parent / "students"
CLOSURES, LOCALS, RECURSIVE = (
    (STUDENTS / f"{name}.py").read_text("utf-8") for name in ("closures", "local_grads", "recursive")
)

Change = Callable[[str], str]


def change(old: str, new: str) -> Change:
    """Replace a text that is there."""

    def changed(source: str) -> str:
        assert old in source
        return source.replace(old, new)

    return changed


def without(method: str) -> Change:
    """Leave a method out."""

    def changed(source: str) -> str:
        found, count = re.subn(rf"    def {method}\(.*?(?=\n    def |\n\n\ndef |\Z)", "", source, flags=re.DOTALL)
        assert count == 1
        return found

    return changed


def no_adding_up(source: str) -> str:
    return re.sub(r"\.grad \+= (.*out\.grad)", r".grad = \1", source)


def sorted_by(body: str) -> Change:
    def changed(source: str) -> str:
        return source[: source.index("def sort(root)")] + "def sort(root):\n" + body

    return changed


BREADTH_FIRST = """
    order, seen = [root], {root}
    for node in order:
        for each in node.inputs:
            if each not in seen:
                seen.add(each)
                order.append(each)
    return order[::-1]
"""
DEPTH_FIRST = """
    order, seen, stack = [], set(), [root]
    while stack:
        node = stack.pop()
        if node not in seen:
            seen.add(node)
            order.append(node)
            stack.extend(node.inputs)
    return order[::-1]
"""
FOR_EVERY_USE = """
    return [node for each in root.inputs for node in sort(each)] + [root]
"""
PER_USE = """
    return [node for each in reversed(root.inputs) for node in sort(each)] + [root]
"""
OWN_SUB = """
    def __sub__(self, other):
        other = wrap(other)
        out = Value(self.data - other.data, (self, other))

        def step():
            self.grad += out.grad
            other.grad += out.grad

        out.step = step
        return out
"""
SWAPPED = change("self.grad += other.data * out.grad\n            other.grad += self.data * out.grad",
                 "self.grad += self.data * out.grad\n            other.grad += other.data * out.grad")  # fmt: skip
NOT_REVERSED = change("for node in reversed(order):", "for node in order:")
NO_RESET = change("            if node.inputs:\n                node.grad = 0.0\n        self.grad += 1.0",
                  "            pass\n        self.grad = 1.0")  # fmt: skip
RESET_ALL = change("            if node.inputs:\n                node.grad = 0.0\n", "            node.grad = 0.0\n")
NO_SEED = change("        self.grad += 1.0\n", "")
KEEP_ROOT = change("if node.inputs:", "if node.inputs and node is not self:")
IN_A_SET = change("self._children = children", "self._children = set(children)")
NOT_STRICT = change("strict=True", "strict=False")
NO_WRAP = change("return other if isinstance(other, Value) else Value(other)", "return other")
TANH = change("1 - out.data**2", "1 - out.data")
NO_UPSTREAM = change("self.grad += (1 - out.data**2) * out.grad", "self.grad += 1 - out.data**2")
MUL_OVERWRITES = change("self.grad += other.data * out.grad", "self.grad = other.data * out.grad")

# What is planted, in which engine, and what has to be found: kinds of mistakes with words of their names or details.
PLANTED: dict[str, tuple[str, tuple[Change, ...], dict[str, str]]] = {
    "= for += everywhere": (CLOSURES, (no_adding_up,), {"overwrite": "every operation"}),
    "= for += in one operation": (CLOSURES, (MUL_OVERWRITES,), {"overwrite": "a * b"}),
    "the order is not reversed": (CLOSURES, (NOT_REVERSED,), {"order": "not reversed"}),
    "breadth first": (CLOSURES, (sorted_by(BREADTH_FIRST),), {"order": "breadth first"}),
    "depth first": (CLOSURES, (sorted_by(DEPTH_FIRST),), {"order": "depth first"}),
    "a node for every use": (CLOSURES, (sorted_by(FOR_EVERY_USE),), {"order": "once for every use", "recursion": ""}),
    "inputs in a set": (LOCALS, (IN_A_SET, NOT_STRICT), {"set": "_children is a set"}),
    "inputs in a dict": (
        LOCALS,
        (change("self._children = children", "self._children = dict(zip(children, local_grads))"),
         change("        self._locals = local_grads", "        self._locals = tuple(self._children.values())")),
        {"set": "a * a loses an edge"},
    ),
    "a set that does no harm": (CLOSURES, (change("tuple(inputs)", "set(inputs)"),), {"set": "inputs is a set"}),
    "an edge is lost": (
        LOCALS,
        (change("for child, local in zip(node._children, node._locals, strict=True)",
                "for child, local in {c: (c, g) for c, g in zip(node._children, node._locals)}.values()"),),
        {"set": "loses an edge"},
    ),
    "interior gradients stay": (CLOSURES, (NO_RESET,), {"interior": "3 times"}),
    "leaves do not accumulate": (CLOSURES, (RESET_ALL,), {"accumulate": "leaves"}),
    "no __radd__": (CLOSURES, (without("__radd__"),), {"reflected": "__radd__"}),
    "no __rmul__": (CLOSURES, (without("__rmul__"),), {"reflected": "__rmul__"}),
    "no __rsub__": (CLOSURES, (without("__rsub__"),), {"reflected": "__rsub__"}),
    "no __rtruediv__": (CLOSURES, (without("__rtruediv__"),), {"reflected": "__rtruediv__"}),
    "recursion": (RECURSIVE, (change("sys.setrecursionlimit(100_000)", ""),), {"recursion": "recursion limit"}),
    "tanh": (CLOSURES, (TANH,), {"derivative": "a.tanh()"}),
    "mul swapped": (CLOSURES, (SWAPPED,), {"derivative": "a * b"}),
    "div": (LOCALS, (change("other.data**2)", "other.data)"),), {"derivative": "a / b"}),
    "sub sign": (CLOSURES, (without("__sub__"), change("\n    def __neg__", f"{OWN_SUB}\n    def __neg__")),
                 {"derivative": "a - b: the sign"}),
    "exponent": (LOCALS, (change("y * math.log(self.data) if self.data > 0 else 0.0", "0.0"),), {"derivative": "a ** b"}),
    "reflected order": (CLOSURES, (change("return wrap(other) - self", "return self - other"),), {"value": "2 - a"}),
    "relu's value": (CLOSURES, (change("max(0.0, self.data)", "abs(self.data)"),), {"value": "a.relu()"}),
    "no seed": (CLOSURES, (NO_SEED,), {"seed": "not seeded"}),
    "no seed, the root's own is kept": (CLOSURES, (NO_SEED, KEEP_ROOT), {"seed": "not seeded"}),
    "constants": (CLOSURES, (NO_WRAP, change("self * -1", "self * Value(-1)"), change("return self + (-other)", "return self + (-wrap(other))")),
                  {"constants": "not wrapped"}),
    "upstream": (CLOSURES, (NO_UPSTREAM,), {"chain": "a.tanh()"}),
    "data changed by +": (
        CLOSURES, (change("        out = Value(self.data + other.data, (self, other))",
                          "        self.data += other.data\n        out = Value(self.data, (self, other))"),),
        {"mutation": "data of a"},
    ),
    "data changed by backward": (
        CLOSURES, (change("            if node.step:\n", "            node.data += 1.0\n            if node.step:\n"),),
        {"mutation": "data of"},
    ),
    "zero_grad": (CLOSURES, (change("    def zero_grad(self):\n        self.grad = 0.0", "    def zero_grad(self):\n        grad = 0.0"),),
                  {"zero_grad": "zero_grad"}),
    # two at once
    "= and breadth first": (CLOSURES, (no_adding_up, sorted_by(BREADTH_FIRST)), {"overwrite": "", "order": ""}),
    "= and not reversed": (CLOSURES, (no_adding_up, NOT_REVERSED), {"overwrite": "", "order": "not reversed"}),
    "= in mul and depth first": (CLOSURES, (MUL_OVERWRITES, sorted_by(DEPTH_FIRST)), {"overwrite": "a * b", "order": ""}),
    "tanh and a set": (CLOSURES, (TANH, change("tuple(inputs)", "set(inputs)")), {"derivative": "tanh", "set": "inputs"}),
    "interior and __radd__": (CLOSURES, (NO_RESET, without("__radd__")), {"interior": "", "reflected": "__radd__"}),
    "seed and tanh": (CLOSURES, (NO_SEED, KEEP_ROOT, TANH), {"seed": "", "derivative": "tanh"}),
    "seed and interior": (CLOSURES, (NO_RESET, change("        self.grad = 1.0\n", "")), {"seed": "", "interior": ""}),
    "upstream and leaves": (CLOSURES, (NO_UPSTREAM, RESET_ALL), {"chain": "tanh", "accumulate": ""}),
    "= and a set": (CLOSURES, (no_adding_up, change("tuple(inputs)", "set(inputs)")), {"overwrite": "", "set": ""}),
    "an edge is lost and recursion": (
        (STUDENTS / "micrograd_design.py").read_text("utf-8"), (), {"set": "", "interior": "3 times", "recursion": ""},
    ),
    "walks along paths": (
        (STUDENTS / "path_recursion.py").read_text("utf-8"), (), {"paths": "", "recursion": ""},
    ),
    "mul swapped and tanh": (CLOSURES, (SWAPPED, TANH), {"derivative": "a * b"}),
}  # fmt: skip


def graded(tmp_path: Path, source: str, examples: int = 25) -> Grade:
    path = tmp_path / "student.py"
    path.write_text(source, "utf-8")
    return grade(path, examples=examples)


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_mistake_is_recognised_by_name_and_no_other_is_reported(name: str, tmp_path: Path) -> None:
    source, changes, wanted = PLANTED[name]
    for one in changes:
        source = one(source)
    result = graded(tmp_path, source)
    assert {mistake.kind for mistake in result.mistakes} == wanted.keys(), result.text()
    for kind, words in wanted.items():
        assert any(words in f"{m.name} {m.detail}" for m in result.mistakes if m.kind == kind), result.text()
    assert result.points < 100
    assert all(mistake.why and mistake.next for mistake in result.mistakes)


@pytest.mark.parametrize("name", ["closures", "local_grads", "recursive"])
def test_a_right_engine_gets_full_marks(name: str) -> None:
    result = grade(STUDENTS / f"{name}.py", examples=60)
    assert (result.points, result.mistakes, result.smallest) == (100, (), None), result.text()


def test_the_rubric_adds_up_to_a_hundred() -> None:
    assert sum(points for points, _ in RUBRIC.values()) == 100
