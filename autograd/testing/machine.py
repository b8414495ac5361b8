"""`gradient_machine`: a rule-based state machine that drives the engine beside a naive one which sums over paths.

It builds, reuses, detaches, pauses recording, changes leaves, recomputes, zeroes, runs backward from several roots, and
interrupts passes half-way; after each rule every number and every gradient must be what the naive engine has.
"""

# mypy: disable-error-code="untyped-decorator"

from __future__ import annotations

from typing import Any

from ..calls import computed
from ..errors import StaleGraphError, require
from ..graph import topological_order
from ..recording import no_grad
from ..rows.evaluate import careful_floats
from ..rows.operation import Operation
from ..table import find_operation
from ..value import Value
from .points import SIMPLE, slopes

__all__ = ["NaiveNode", "gradient_machine"]

OPS = ("add", "sub", "mul", "div", "tanh", "sin", "exp", "relu", "maximum", "sigmoid", "neg")
"""What the machine builds with: every shape of node; the rows themselves are proved elsewhere."""

LARGEST = 14


class NaiveNode:
    """A number, where it came from, and its gradient, kept in the slowest and plainest way.

    version counts how often the number was written; `read` holds the inputs' versions when this one was computed.
    """

    def __init__(self, data: float, operation: Operation | None = None, inputs: tuple[NaiveNode, ...] = ()) -> None:
        self.data = data
        self.operation = operation
        self.inputs = inputs
        self.grad = 0.0
        self.has_grad = False
        self.version = 0
        self.read = [operand.version for operand in inputs]

    def below(self) -> list[NaiveNode]:
        """This node and all that it was computed from."""
        found: dict[NaiveNode, None] = {}
        todo = [self]
        while todo:
            node = todo.pop()
            if node not in found:
                found[node] = None
                todo.extend(node.inputs)
        return list(found)

    def stale(self) -> bool:
        """Whether some input below was written after it had been read."""
        return any(
            operand.version > version
            for node in self.below()
            for operand, version in zip(node.inputs, node.read, strict=True)
        )

    def slope(self, target: NaiveNode) -> float:
        """d self / d target: the sum over all paths of the products along them."""
        if self is target:
            return 1.0
        if self.operation is None:
            return 0.0
        numbers = [operand.data for operand in self.inputs]
        partials = careful_floats().partials(self.operation, numbers, self.data)
        total = 0.0
        for operand, partial in zip(self.inputs, partials, strict=True):
            total += partial * operand.slope(target)
        return total

    def recompute(self) -> None:
        """Compute again what is older than its inputs, inputs first."""
        done: set[NaiveNode] = set()

        def visit(node: NaiveNode) -> None:
            if node in done or node.operation is None:
                return
            done.add(node)
            for operand in node.inputs:
                visit(operand)
            if [operand.version for operand in node.inputs] == node.read:
                return
            node.data = computed(node.operation, [operand.data for operand in node.inputs])
            node.version += 1
            node.read = [operand.version for operand in node.inputs]
            node.grad, node.has_grad = 0.0, False

        visit(self)


def gradient_machine() -> type[Any]:
    """The state machine's class; `gradient_machine().TestCase` is a test for pytest and unittest.

    >>> from hypothesis import settings
    >>> from hypothesis.stateful import run_state_machine_as_test
    >>> quick = settings(max_examples=2, stateful_step_count=5, deadline=None, derandomize=True, database=None)
    >>> run_state_machine_as_test(gradient_machine(), settings=quick)
    """
    stateful: Any = require("hypothesis.stateful", extra="testing")
    st: Any = require("hypothesis.strategies", extra="testing")
    rule, index = stateful.rule, st.integers(0, 63)
    number = st.sampled_from(SIMPLE)

    class GradientMachine(stateful.RuleBasedStateMachine):  # type: ignore[misc, unused-ignore]
        """The engine's values and the naive ones, in pairs."""

        def __init__(self) -> None:
            super().__init__()
            self.pairs: list[tuple[Value, NaiveNode]] = [
                (Value(1.0), NaiveNode(1.0)),
                (Value(-0.5), NaiveNode(-0.5)),
            ]

        def pick(self, place: int, where: Any = None) -> tuple[Value, NaiveNode]:
            fit = [pair for pair in self.pairs if where is None or where(pair[1])] or self.pairs
            return fit[-1 - place % len(fit)]

        @rule(data=number)
        def leaf(self, data: float) -> None:
            """A new leaf."""
            if len(self.pairs) < LARGEST:
                self.pairs.append((Value(data), NaiveNode(data)))

        @rule(op=st.sampled_from(OPS), a=index, b=index, paused=st.sampled_from([False, False, False, True]))
        def build(self, op: str, a: int, b: int, paused: bool) -> None:
            """A node of two that are there (or the same one twice), with or without recording."""
            operation = find_operation(op)
            chosen = [self.pick(place) for place in (a, b)[: len(operation.operands)]]
            if len(self.pairs) >= LARGEST:
                return
            numbers = [naive.data for _, naive in chosen]
            if slopes(operation, numbers, [True] * len(numbers)) is None:
                # Every number suits tanh, so that every draw can be used.
                operation, chosen, numbers = find_operation("tanh"), chosen[:1], numbers[:1]
            values = [value for value, _ in chosen]
            if paused:
                with no_grad():
                    result = operation.function(*values)
                self.pairs.append((result, NaiveNode(computed(operation, numbers))))
            else:
                naive = NaiveNode(computed(operation, numbers), operation, tuple(node for _, node in chosen))
                self.pairs.append((operation.function(*values), naive))

        @rule(a=index)
        def detach(self, a: int) -> None:
            """A leaf with a node's number."""
            if len(self.pairs) < LARGEST:
                value, naive = self.pick(a, lambda node: node.operation is not None)
                self.pairs.append((value.detach(), NaiveNode(naive.data)))

        @rule(a=index, data=number)
        def change_a_leaf(self, a: int, data: float) -> None:
            """What was computed from the leaf is stale from then on."""
            value, naive = self.pick(a, lambda node: node.operation is None)
            value.data = data
            naive.data = data
            naive.version += 1

        @rule(a=index, b=index, data=number)
        def change_a_leaf_between(self, a: int, b: int, data: float) -> None:
            """Old results that do not depend on the leaf go on being used beside new ones: nothing here is stale."""
            if len(self.pairs) > LARGEST - 2:
                return
            self.leaf(1.0)
            value, naive = self.pairs[-1]
            value.data = naive.data = data
            naive.version += 1
            add = find_operation("add")
            other, plain = self.pick(a, lambda node: node.operation is not None)
            self.pairs.append((add.function(other, value), NaiveNode(plain.data + data, add, (plain, naive))))
            self.build("tanh", 0, b, False)

        @rule(a=index)
        def recompute(self, a: int) -> None:
            """`forward()` brings everything below up to date, or changes nothing where a domain is left."""
            value, naive = self.pick(a, lambda node: node.operation is not None)
            kept = [(node, dict(vars(node))) for node in naive.below()]
            try:
                naive.recompute()
            except (ValueError, ArithmeticError) as error:
                for node, state in kept:
                    vars(node).update(state)
                expect(type(error), value.forward)
            else:
                value.forward()

        @rule(a=index)
        def zero(self, a: int) -> None:
            """`zero_grad` forgets the gradients of a node and of all below it."""
            value, naive = self.pick(a)
            value.zero_grad()
            for node in naive.below():
                node.grad, node.has_grad = 0.0, False

        @rule(a=index, seed=number)
        def backward(self, a: int, seed: float) -> None:
            """Leaves accumulate, interior nodes get this pass's gradient; a stale graph is refused."""
            value, naive = self.pick(a, lambda node: node.operation is not None)
            if naive.stale():
                expect(StaleGraphError, lambda: value.backward(seed))
                return
            value.backward(seed)
            for node in naive.below():
                gradient = seed * naive.slope(node)
                node.grad = gradient if node.operation is not None else node.grad + gradient
                node.has_grad = True

        @rule(a=index, b=index)
        def interrupt(self, a: int, b: int) -> None:
            """A pass that Ctrl-C stops at some node leaves every gradient as it was."""
            value, naive = self.pick(a, lambda node: node.operation is not None and not node.stale())
            computed = [node for node in topological_order(value) if node.inputs]
            if not computed or naive.stale():
                return
            victim = computed[b % len(computed)]
            operation = victim.operation
            assert operation is not None  # noqa: S101 — computed nodes have one
            pull = operation.pull

            def interrupted(node: Value) -> None:
                if node is victim:
                    raise KeyboardInterrupt
                pull(node)

            operation.pull = interrupted
            try:
                value.backward()
            except KeyboardInterrupt:
                return
            finally:
                operation.pull = pull
            # The stopped node's gradient was 0, so nothing had to be passed on, and the pass went through.
            for node in naive.below():
                gradient = naive.slope(node)
                node.grad = gradient if node.operation is not None else node.grad + gradient
                node.has_grad = True

        @stateful.invariant()
        def both_agree(self) -> None:
            """Numbers exactly, gradients to rounding."""
            for place, (value, naive) in enumerate(self.pairs):
                if value.data != naive.data:
                    raise AssertionError(f"value {place} is {value.data!r}, not {naive.data!r}")
                if abs(value.grad - naive.grad) > 1e-9 * max(1.0, abs(naive.grad)):
                    raise AssertionError(f"the gradient of value {place} is {value.grad!r}, not {naive.grad!r}")
                if value.has_grad != naive.has_grad:
                    raise AssertionError(f"value {place}: has_grad is {value.has_grad}, not {naive.has_grad}")

    return GradientMachine


def expect(error: type[BaseException], call: Any) -> None:
    """Raise `AssertionError` unless `call` raises `error`."""
    try:
        call()
    except error:
        return
    raise AssertionError(f"{error.__name__} was not raised")
