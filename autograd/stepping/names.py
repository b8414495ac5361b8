"""What the nodes of a graph are called: by the names given for one display, else by label, else `v3`.

No frame is inspected and nothing is kept: `names=locals()` is looked up by identity, once, when a trace is recorded.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any, TypeAlias

from ..value import Value
from ..wording import bounded, number

__all__ = ["Names", "label", "node_names", "resolve"]

Names: TypeAlias = Mapping[str, Any] | Iterable[tuple[str, Any]] | None
"""Names for nodes, as `{"w": w}`, `locals()` or `model.named_parameters()`; what is not a node is passed over."""

ALIASES_SHOWN = 3

LONGEST = 60
"""Characters of a name that are shown."""


def label(**values: Value) -> None:
    """Give values labels, by the names of the arguments: `label(e=e, d=d)`.

    Raises TypeError, naming the argument, where one is not a Value; no label is changed then.

    >>> a = Value(2.0); b = a * a
    >>> label(a=a, b=b)
    >>> b
    Value(data=4.0, grad=not computed, op='mul', label='b')
    """
    for name, value in values.items():
        if type(value) is not Value:
            raise TypeError(f"label labels Values, but {name} is {_article(value)}")
    for name, value in values.items():
        value.label = name


def node_names(nodes: Sequence[Value], names: Names = None) -> list[str]:
    """A name for each node, no two alike; `nodes` in topological order. A constant is called by its number.

    Names that start with `_` are skipped; a node with several is called `d≡e`; a label that another node has already
    becomes `w#2`. A nameless node is `v3` if it is the third that is not a constant, whatever the others are called.

    >>> a = Value(2.0, "a"); d = a + 1; e = d
    >>> from autograd import topological_order
    >>> node_names(topological_order(e * e), {"d": d, "e": e, "_": a})
    ['a', '1', 'd≡e', 'v3']
    """
    given = _by_node(names)
    result: list[str] = []
    nameless: list[tuple[int, int]] = []
    taken: set[str] = set()
    place = 0
    for index, node in enumerate(nodes):
        if node.role == "constant":
            result.append(number(node.data))
            continue
        place += 1
        name = _aliases(given[node]) if node in given else bounded(node.label, LONGEST)
        if name:
            result.append(_unique(name, taken))
        else:
            result.append("")
            nameless.append((index, place))
    for index, place in nameless:
        result[index] = _unique(f"v{place}", taken)
    return result


def resolve(
    name: str, names: Iterable[str], written: Mapping[str, str], where: str = "trace", advice: str = ""
) -> str:
    """The one of `names` that is meant: it itself, as formulas write it (`written`: text → name), or an alias of it.

    KeyError, naming some that there are, where there is none; `where` says of what, `advice` what else to try.
    """
    if name in names:
        return name
    if name in written:
        return written[name]
    for known in names:
        if name in known.split("≡"):
            return known
    shown = list(islice(names, 21))
    known = ", ".join(shown[:20]) + (", …" if len(shown) > 20 else "")
    from difflib import get_close_matches

    similar = get_close_matches(name[:40], list(islice(names, 10_000)), n=1, cutoff=0.8)
    hint = f"; did you mean {similar[0]!r}?" if similar else ""
    raise KeyError(f"no node of this {where} is called {name!r}{hint}; the nodes are {known}{advice}")


def _unique(name: str, taken: set[str]) -> str:
    found, copy = name, 1
    while found in taken:
        copy += 1
        found = f"{name}#{copy}"
    taken.add(found)
    return found


def _aliases(names: list[str]) -> str:
    shown = [bounded(name, LONGEST) for name in names[:ALIASES_SHOWN]]
    return "≡".join([*shown, "…"] if len(names) > ALIASES_SHOWN else shown)


def _by_node(names: Names) -> dict[Value, list[str]]:
    if names is None:
        return {}
    given: Any = names  # what a caller may pass in spite of the types
    if isinstance(given, str | bytes | Value) or not isinstance(given, Iterable):
        raise TypeError(f"names is a mapping such as locals() or {{'w': w}}, got something {_article(given)}")
    found: dict[Value, list[str]] = {}
    try:
        pairs = list(names.items() if isinstance(names, Mapping) else names)
        for name, value in pairs:
            if not isinstance(name, str):
                raise TypeError(f"a name is a string, got {name!r}")
            if type(value) is Value and name and not name.startswith("_") and name not in found.get(value, ()):
                found.setdefault(value, []).append(name)
    except (TypeError, ValueError) as error:
        raise TypeError(f"names is a mapping or holds pairs of name and value: {error}") from None
    return found


def _article(value: Any) -> str:
    return "None" if value is None else f"of type {type(value).__name__}: {value!r}"
