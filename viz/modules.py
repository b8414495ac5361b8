"""Pictures of the modules that made a graph, each collapsed to one box that says what it is and did; frames nest."""

import re
from collections.abc import Collection, Sequence

from autograd import Value
from autograd.wording import bounded, count_of, number

from .model import Arrow, Group, Picture, View
from .residuals import SUM
from .scopes import AFTER, BEFORE, Path, clusters, scopes
from .statistics import Content, contents
from .survey import Survey

__all__ = ["by_module"]

MODULES = 12
"""Modules that fit on a page; above that, their parents are shown."""

VIEWS = 60
"""Most modules that open by a click."""

COUNTED = 100_000
"""Nodes that are counted for all of these together, a second's work."""

OPENED = 40
"""Most modules in one that opens."""

ENDS = 2
"""Modules at either end of a long list of them, `blocks.0` to `blocks.47`, that stay apart from the rest."""

NUMBERED = re.compile(r"(.+\.)(\d{1,9})")


def by_module(graph: Survey, depth: int | None = None, limit: int = MODULES) -> Picture | None:
    """One box for each module, None where no module made anything.

    depth: levels of modules that are shown; None for the most that give at most `limit` boxes. At a level with more,
    the middle of each long list of modules is one box.
    """
    path_of = scopes(graph)
    if not path_of:
        return None
    paths = list(dict.fromkeys(path_of.values()))
    key_of, level = _level(paths, depth, limit)
    picture = _picture(graph, path_of, key_of)
    root = graph.order[-1]
    outcome = f"{bounded(root.label) or 'the root'} = {number(root.data)}"
    picture.notes.append(f"Shown: its modules, every node counted in one box; {outcome}.")
    picture.notes.append("arrow: how many numbers pass; times: firings, such as samples.")
    if level < max(map(len, paths)):
        deeper = f"draw(..., detail='modules', depth={level + 1})"
        picture.notes.append(f"Modules inside these: {deeper}; saved as .html, a click opens one.")
    picture.notes.append("draw(one_of_the_nodes) shows what lies below it.")
    picture.views = _views(graph, path_of, key_of, picture)
    return picture


def _picture(graph: Survey, path_of: dict[Value, Path], key_of: dict[Path, Path]) -> Picture:
    """The boxes of the groups, the arrows between them, and frames around those that are parts of one module."""
    title_of = {path: "/".join(key) for path, key in key_of.items()}
    members = {node: title_of[path] for node, path in path_of.items()}
    found = contents(graph, members)
    name_of = {key: f"g{index}" for index, key in enumerate(found)}
    groups = [_group(name_of[key], key, content) for key, content in found.items()]
    picture = Picture(groups=groups)
    picture.arrows = [
        Arrow(name_of[tail], name_of[head], uses=content.sources[tail])
        for head, content in found.items()
        for tail in found  # in order: that of a set of nodes changes from run to run
        if tail in content.sources
    ]
    boxed = {name_of["/".join(key)]: key for key in key_of.values() if key not in (BEFORE, AFTER)}
    picture.clusters = clusters({box: boxed[box] for box in name_of.values() if box in boxed and len(boxed[box]) > 1})
    return picture


def _views(graph: Survey, path_of: dict[Value, Path], first: dict[Path, Path], picture: Picture) -> list[View]:
    """The picture, and for each module in it, and in those that open, the same with that one opened alone."""
    chain_of: dict[Path, tuple[Path, ...]] = {(): ()}
    views: list[View] = []
    opens: list[dict[str, Path]] = []
    waiting: list[Path] = [()]
    most = min(VIEWS, 1 + COUNTED // len(graph.order))
    for opened in waiting:
        chain = chain_of[opened]
        key_of = {path: _opened(path, key, chain) for path, key in first.items()}
        shown = _picture(graph, path_of, key_of) if opened else picture
        places = {group.title: group.name for group in shown.groups if not group.is_sum}
        here: dict[str, Path] = {}
        for key in dict.fromkeys(key_of.values()):
            inner = {_inside(path, key) for path, other in key_of.items() if other == key} - {key}
            if not inner or len(inner) > OPENED or key in (BEFORE, AFTER) or "/".join(key) not in places:
                continue
            if key not in chain_of and len(waiting) < most:
                path = next(path for path, other in key_of.items() if other == key)
                chain_of[key] = (*_chain(path, first[path], key), key)
                waiting.append(key)
            if key in chain_of:
                here[places["/".join(key)]] = key
        opens.append(here)
        views.append(View(shown, ["/".join(key) for key in chain], {}))
    numbers = {key: number for number, key in enumerate(waiting)}
    for view, found in zip(views, opens, strict=True):
        view.opens = {box: numbers[key] for box, key in found.items()}
    return views if len(views) > 1 else []


def _opened(path: Path, key: Path, chain: Collection[Path]) -> Path:
    """The group of a path where the modules in `chain` are opened."""
    while key in chain and (inner := _inside(path, key)) != key:
        key = inner
    return key


def _inside(path: Path, key: Path) -> Path:
    """The group of a path one level further inside; of a long list that was shortened, the module itself."""
    return path[: len(key)] if path[: len(key)] != key else path[: len(key) + 1]


def _chain(path: Path, outer: Path, key: Path) -> list[Path]:
    """The groups that have to be opened until one sees `key`."""
    chain = []
    while outer != key:
        chain.append(outer)
        outer = _inside(path, outer)
    return chain


def _group(name: str, key: str, content: Content) -> Group:
    """The box of a group; where it only adds, as a residual sum does, its sign says what it computes."""
    if not content.is_sum:
        return Group(name, key, content.lines())
    return Group(name, key if SUM in key else f"{SUM} {key}", content.lines(), is_sum=True)


def _level(paths: Sequence[Path], depth: int | None, limit: int) -> tuple[dict[Path, Path], int]:
    """The group of each path, and how many levels of modules these groups have.

    A level that has its long lists shortened is taken where it was asked for, or where the one above is a single box.
    """
    deepest = max(map(len, paths))
    wanted = min(depth or deepest, deepest)
    best = {path: path[:1] for path in paths}
    reached = 1
    for level in range(2, wanted + 1):
        # Single neurons only at the last level: a layer of them says more beside an attention block.
        ends = {path: len(path) - (level < deepest and NUMBERED.fullmatch(path[-1]) is not None) for path in paths}
        groups = {path: path[: max(1, min(level, end))] for path, end in ends.items()}
        if _modules(groups) > limit and (level == depth or _modules(best) == 1):
            groups = _shortened(groups)
        if _modules(groups) <= limit:
            best, reached = groups, level
    return best, reached


def _modules(groups: dict[Path, Path]) -> int:
    """How many boxes that takes, without the small ones of residual sums."""
    shown = {*groups.values()} - {BEFORE, AFTER}
    return sum(not group[-1].startswith(SUM) for group in shown)


def _shortened(groups: dict[Path, Path]) -> dict[Path, Path]:
    """The middle of each long list of modules as one group: `blocks.2 … blocks.45`, with all that is in them."""
    numbers: dict[tuple[Path, str], set[int]] = {}
    for group in groups.values():
        for index, scope in enumerate(group):
            if match := NUMBERED.fullmatch(scope):
                numbers.setdefault((group[:index], match[1]), set()).add(int(match[2]))
    middles = {place: sorted(found)[ENDS:-ENDS] for place, found in numbers.items()}
    return {path: _without_middle(group, middles) for path, group in groups.items()}


def _without_middle(group: Path, middles: dict[tuple[Path, str], list[int]]) -> Path:
    for index, scope in enumerate(group):
        if match := NUMBERED.fullmatch(scope):
            middle = middles[group[:index], match[1]]
            if len(middle) > 1 and int(match[2]) in middle:
                name = f"{match[1]}{middle[0]} … {match[1]}{middle[-1]} ({count_of(len(middle), 'module')})"
                return (*group[:index], name)
    return group
