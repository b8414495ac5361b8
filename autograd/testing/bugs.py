"""`BUGS`: engines broken on purpose, so that a class (and our own tests) can prove that their tests find such faults.

Each is a context manager, `with BUGS["overwrite"]:`, and the engine is as before afterwards, whatever happened inside.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from importlib import import_module
from types import TracebackType
from typing import Any

from ..backward import check_fresh
from ..base import BaseValue
from ..calls import computed
from ..order import computed_and_leaves, topological_order
from ..partials import edge_partials
from ..stepping.faults import ACTIVE, Fault
from ..stepping.glyphs import Glyphs
from ..stepping.layout import wrapped
from ..stepping.shown import Shown
from ..value import Value
from .mutants import changed_rule

__all__ = ["BUGS", "Bug"]


class Bug:
    """One fault: `name`, what it does wrong (`doc`), and which of our tools finds it (`found_by`).

    found_by: "programs" (check_grad of random programs), "kinks" (check_kinks), or "machine" (the state machine).
    """

    def __init__(
        self, name: str, doc: str, break_: Callable[[], AbstractContextManager[Any]], found_by: str, **in_trace: str
    ) -> None:
        self.name = name
        self.doc = doc
        self.found_by = found_by
        self._fault = Fault(name, **in_trace)
        self._break = break_
        self._active: list[AbstractContextManager[Any]] = []

    def __enter__(self) -> Bug:
        context = self._break()
        context.__enter__()
        self._active.append(context)
        ACTIVE.append(self._fault)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # The fault has to go even when the body failed, and must not swallow the failure.
        ACTIVE.remove(self._fault)
        self._active.pop().__exit__(None, None, None)

    def __repr__(self) -> str:
        return f"<bug {self.name!r}: {self.doc}>"


def _naive_backward(
    *,
    add: bool = True,
    ordered: bool = True,
    fresh: bool = True,
    accumulate: bool = True,
    distinct: bool = False,
) -> Callable[..., None]:
    """A backward pass as one writes it first; each flag that is turned is one classic mistake."""

    def backward(root: Value, grad: float = 1.0) -> None:
        check_fresh(*computed_and_leaves(root))
        nodes = topological_order(root)
        for node in nodes:
            if (node.inputs and fresh) or (not node.inputs and not accumulate):
                node.grad = 0.0
        root.grad = root.grad + grad if not root.inputs or not fresh else grad
        for node in reversed(nodes) if ordered else _breadth_first(root):
            seen = set()
            for operand, partial in zip(node.inputs, edge_partials(node), strict=True):
                if distinct and operand in seen:
                    continue
                seen.add(operand)
                contribution = node.grad * partial
                operand.grad = operand.grad + contribution if add else contribution

    return backward


def _unguarded_backward(root: Value, grad: float = 1.0) -> None:
    """Right as long as nothing interrupts it."""
    computed, leaves = computed_and_leaves(root)
    check_fresh(computed, leaves)
    for node in computed:
        node.grad = 0.0
    root.grad = root.grad + grad
    for node in reversed(computed):
        if node.operation is not None:
            node.operation.pull(node)
    for leaf in leaves:
        leaf.grad = leaf.grad + 0.0


def _breadth_first(root: Value) -> Iterator[Value]:
    seen = {root}
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        yield node
        for operand in node.inputs:
            if operand not in seen:
                seen.add(operand)
                waiting.append(operand)


@contextmanager
def _replaced(owner: Any, name: str, new: Any) -> Iterator[None]:
    """`owner.name` is `new` inside."""
    old = vars(owner)[name]
    setattr(owner, name, new)
    try:
        yield
    finally:
        setattr(owner, name, old)


def _backward(**mistake: bool) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: _replaced(import_module("autograd.base"), "backward", _naive_backward(**mistake))


def _in_module(module: str, name: str, new: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: _replaced(import_module(f"autograd.{module}"), name, new)


def _in_value(name: str, new: Any) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: _replaced(BaseValue, name, new)


def _rule(operation: str, *partials: str) -> Callable[[], AbstractContextManager[Any]]:
    return lambda: changed_rule(operation, partials)


def _zero_only_itself(self: Value) -> None:
    self.grad = 0.0


def _forward_of_the_root_only(root: Value) -> float:
    if root.operation is not None:
        root._data = computed(root.operation, root.inputs)
    return root._data


_ALL = (
    # the backward pass
    Bug("overwrite", "a node's gradient is set, not added to: of several paths the last one wins",
        _backward(add=False), "programs",
        rule="overwrite"),
    Bug("wrong order", "nodes are visited breadth first: some pass their gradient on before it is complete",
        _backward(ordered=False), "programs",
        reason="a trace takes the nodes in the right order; trace(y, order='dfs') shows a mistake of this kind"),
    Bug("lost edge", "inputs are kept as a set: a * a has one edge instead of two",
        _backward(distinct=True), "programs",
        reason="a trace goes along every edge; compare its .grads with what y.backward() leaves"),
    Bug("stale interior", "interior gradients are not zeroed: a second pass adds three times the gradient, not two",
        _backward(fresh=False), "programs",
        reason="it takes two passes to see it, and a trace is one; call y.backward() twice"),
    Bug("no accumulation", "leaves forget the gradient of the pass before",
        _backward(accumulate=False), "programs",
        reason="it takes two passes to see it, and a trace is one; call y.backward() twice"),
    Bug("not restored", "a pass that fails half-way leaves half of the gradients behind",
        _in_module("base", "backward", _unguarded_backward), "machine",
        reason="it takes a backward() that fails half-way, and a trace changes no gradient"),
    Bug("stale ignored", "backward mixes old results with a leaf's new number",
        _in_module("backward", "check_fresh", lambda computed, leaves: None), "machine",
        reason="a trace looks for changed leaves itself; change one and call y.backward()"),
    # the functions around it
    Bug("no chain", "grad and jvp take the local derivative alone, without the one that comes from above",
        _in_module("functional", "_product", lambda a, b: b), "programs",
        reason="it is in grad() and jvp(), which a trace does not call"),
    Bug("detach leaks", "detach() gives the node itself, so gradients still flow through",
        _in_value("detach", lambda self: self), "machine",
        reason="it is in the graph, which detach() left uncut, and a trace goes along all of it"),
    Bug("zero_grad shallow", "zero_grad() zeroes the root only",
        _in_value("zero_grad", _zero_only_itself), "machine",
        reason="it is in zero_grad(), and a trace starts from zero by itself"),
    Bug("forward shallow", "forward() computes the root only, from old numbers",
        _in_module("base", "forward", _forward_of_the_root_only), "machine",
        reason="it is in forward(), which a trace does not call"),
    # rules of the table
    Bug("sub sign", "a - b passes its gradient to b with the wrong sign",
        _rule("sub", "1", "1"), "programs", operation="sub"),
    Bug("mul swapped", "a * b gives each factor itself, not the other",
        _rule("mul", "a", "b"), "programs", operation="mul"),
    Bug("div denominator", "a / b forgets one b: -a / b instead of -a / b²",
        _rule("div", "1 / b", "-y"), "programs", operation="div"),
    Bug("tanh square", "tanh′ = 1 - y instead of 1 - y²", _rule("tanh", "1 - y"), "programs", operation="tanh"),
    Bug("sigmoid input", "σ′ = a(1 - a) instead of y(1 - y)",
        _rule("sigmoid", "a * (1 - a)"), "programs", operation="sigmoid"),
    Bug("pow exponent", "aᵇ passes nothing to its exponent",
        _rule("pow", "where(b == 0, 0, b * a ** (b - 1))", "0"), "programs", operation="pow"),
    Bug("log scale", "log′ off by a thousandth", _rule("log", "1.001 / a"), "programs", operation="log"),
    Bug("relu everywhere", "relu lets the gradient of negative numbers through",
        _rule("relu", "1"), "programs", operation="relu"),
    Bug("relu kink", "relu′(0) = 2, above both of its slopes",
        _rule("relu", "where(a > 0, 1, where(a < 0, 0, 2))"), "kinks", operation="relu"),
    Bug("max tie", "every one of the tied operands of max gets the whole gradient",
        _rule("max", "where(a == y, 1, 0)"), "kinks", operation="max"),
)  # fmt: skip

class _Bugs(Shown, dict[str, Bug]):
    """The bugs by name; printed, a table."""

    def __missing__(self, name: str) -> Bug:
        raise KeyError(f"no bug is called {name!r}; they are {', '.join(self)}")

    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        names = max(map(len, self))
        tools = max(len(bug.found_by) for bug in self.values())
        head = f"{'bug'.ljust(names)}  {'found by'.ljust(tools)}  what it does"
        lines = [f"{bug.name.ljust(names)}  {bug.found_by.ljust(tools)}  {bug.doc}" for bug in self.values()]
        hang = names + tools + 4 if width is None or width >= 70 else 4
        return "\n".join(part for line in (head, *lines) for part in wrapped(glyphs.text(line), width, hang))


BUGS: dict[str, Bug] = _Bugs((bug.name, bug) for bug in _ALL)
"""Every planted bug by its name; `print(BUGS)` is a table of them.

>>> from autograd import Value
>>> x = Value(3.0)
>>> with BUGS["lost edge"]:
...     (x * x).backward()
>>> x.grad
3.0
"""
