"""What wrong orders give: backward passes over a small graph of sums and products, each with one classic mistake.

The numbers of a class are compared with these predictions, so that a wrong order can be called by its name even where
another mistake, such as `=` for `+=`, changes the numbers as well.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from ..program import Program

__all__ = ["RIGHT", "WRONG", "Order", "predict"]

Children = Callable[[int], list[int]]
Order = Callable[[int, Children], list[int]]


def _postorder(root: int, children: Children) -> list[int]:
    seen: set[int] = set()
    order: list[int] = []

    def visit(node: int) -> None:
        if node not in seen:
            seen.add(node)
            for child in children(node):
                visit(child)
            order.append(node)

    visit(root)
    return order


def _repeated_postorder(root: int, children: Children) -> list[int]:
    return [*(node for child in children(root) for node in _repeated_postorder(child, children)), root]


def _repeated_preorder(root: int, children: Children) -> list[int]:
    return [root, *(node for child in children(root) for node in _repeated_preorder(child, children))]


def _breadth_first(root: int, children: Children, *, once: bool) -> Iterator[int]:
    seen = {root}
    waiting = deque([root])
    while waiting:
        node = waiting.popleft()
        yield node
        for child in children(node):
            if not once or child not in seen:
                seen.add(child)
                waiting.append(child)


def _depth_first(root: int, children: Children) -> list[int]:
    return list(dict.fromkeys(_repeated_preorder(root, children)))


RIGHT: dict[str, Order] = {
    "post-order, reversed": lambda root, children: _postorder(root, children)[::-1],
    "creation, reversed": lambda root, children: sorted(_postorder(root, children), reverse=True),
}

WRONG: dict[str, Order] = {
    "the order is not reversed: inputs come before what was computed from them": _postorder,
    "nodes are visited breadth first": lambda root, children: list(_breadth_first(root, children, once=True)),
    "nodes are visited depth first, each when it is first met": _depth_first,
    "a node is visited once for every use, each time with all that it has got so far": _repeated_preorder,
    "a node stands in the order once for every use": (lambda root, children: _repeated_postorder(root, children)[::-1]),
    "a node waits in the queue once for every use": (
        lambda root, children: list(_breadth_first(root, children, once=False))
    ),
}
"""In words, and as a function of the root and of each node's inputs."""


def predict(program: Program, order: Order, *, overwrite: frozenset[str], from_right: bool) -> list[float]:
    """The leaves' gradients that a pass in this order gives, for a program of `add` and `mul` over its inputs.

    overwrite: the operations that set a gradient instead of adding to it; from_right: the last input is visited first.
    """
    count = len(program.inputs)
    steps = {count + line: step for line, step in enumerate(program.steps)}
    data = [float(number) for number in program.run(program.inputs)]
    root = count + len(steps) - 1

    def children(node: int) -> list[int]:
        places = list(steps[node].places) if node in steps else []
        return places[::-1] if from_right else places

    grads = [0.0] * len(data)
    grads[root] = 1.0
    for node in order(root, children):
        if node not in steps:
            continue
        first, second = steps[node].places
        product = steps[node].op == "mul"
        for child, partial in ((first, data[second] if product else 1.0), (second, data[first] if product else 1.0)):
            before = 0.0 if steps[node].op in overwrite else grads[child]
            grads[child] = before + grads[node] * partial
    return grads[:count]
