"""Residual sums, x + F(x), that no module has made: found by their shape, so that a picture can show each as its own ⊕.

A sum is residual where what it adds to x was made by modules that use x themselves (lectures L9).
"""

from collections.abc import Collection, Mapping, Sequence
from itertools import takewhile

from autograd import Value

__all__ = ["SUM", "residual_sums"]

Path = tuple[str, ...]

SUM = "⊕"
"""How the name of a residual sum begins in the path of its nodes."""


def residual_sums(
    others: Collection[Value], used: Collection[Value], computed: Collection[Value], found: Mapping[Value, Path]
) -> dict[Value, Path]:
    """The paths of the residual sums among `others`, the nodes that no module made; those in `used` go into a module.

    x + attention(x) stands beside its F: `("GPT", "blocks.0", "⊕ attention")`. found: the nodes that modules made.
    """
    sums = {node for node in others if node.op == "add" and node in used}
    if not sums:
        return {}
    operands = {operand for node in sums for operand in node.inputs}
    users: dict[Value, list[Path]] = {}
    for node in computed:
        if node in found:
            for operand in operands.intersection(node.inputs):
                users.setdefault(operand, []).append(found[node])
    stages: dict[Path, dict[str, list[Value]]] = {}
    for node in others:
        if node not in sums:
            continue
        for x, change in (node.inputs, node.inputs[::-1]):
            path = found.get(change, ())
            if x not in users or not path or found.get(x) == path:
                continue
            around: Path = _shared([path, *users[x]])
            if around and not _is_within(found.get(x, ()), around):
                # The neurons of one layer are one stage; the layers of a block without scopes of its own are several.
                part = path[len(around)] if len(path) > len(around) + 1 else ""
                stages.setdefault(around, {}).setdefault(part, []).append(node)
                break
    result = {}
    for around, parts in stages.items():
        for part, nodes in parts.items():
            beside = len(parts) == 1 and len(around) > 1
            path = (*around[:-1], f"{SUM} {around[-1]}") if beside else (*around, f"{SUM} {part or around[-1]}")
            result.update(dict.fromkeys(nodes, path))
    return result


def _shared(paths: Sequence[Path]) -> Path:
    """The scopes with which all of these begin."""
    return tuple(scopes[0] for scopes in takewhile(lambda scopes: len({*scopes}) == 1, zip(*paths, strict=False)))


def _is_within(path: Path, around: Path) -> bool:
    return path[: len(around)] == around
