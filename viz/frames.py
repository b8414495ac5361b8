"""From a `Trace` to frames: one picture for all of them, and the list of events that change what it shows.

A frame is a state of that picture. Stepping adds one event at a time: a number is computed, a gradient arrives.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from autograd import OPERATIONS
from autograd.stepping.glyphs import UNICODE
from autograd.stepping.layout import UNDEFINED, edge_text, head_text
from autograd.stepping.step import Step
from autograd.stepping.traces import Trace

from .model import Arrow, Box, Group, Picture
from .scene import SIGNS
from .survey import COPY_ABOVE
from .text import bounded, count, number, visible

__all__ = ["Event", "Film", "State", "film_of", "node_of"]

SHOWN_OF_MORE = 60
"""Nodes of a trace that is too large: as many steps from the root as have no more."""

SPAN_LIMIT = 20_000
"""Summed length of the arrows in ranks from which a layout takes too long."""

EXPRESSION = 28
"""Characters of a node's expression that its box shows."""


class Event(NamedTuple):
    """One line of the trace, and what it changes: a node's number becomes known, or a gradient.

    phase: "start", "forward" or "backward". node: whose step it is. arrow: along which the gradient flows, or -1.
    target, grad: the node whose gradient changes, or -1, and the new one as text.
    """

    phase: str
    node: int
    text: str
    arrow: int = -1
    target: int = -1
    grad: str = ""


@dataclass(slots=True)
class State:
    """What a frame shows. known: nodes whose number is; grads: gradients so far; flowed: arrows that carry numbers.

    phase: as the last event's. node: the current one, -1 at the start; arrow: the current one, or -1; lines: the text
    of the step so far.
    """

    known: set[int]
    phase: str = "start"
    node: int = -1
    arrow: int = -1
    grads: dict[int, str] = field(default_factory=dict)
    flowed: set[int] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Film:
    """A trace in pictures.

    title: what it is a trace of. names: of the nodes; node i has the boxes `n<i>` and, copied, `n<i>_<k>`.
    picture: as at the end; blank: as before the backward pass, with the room that any later text takes.
    given: the nodes whose numbers are known at the start. entering: the arrows into each computed node.
    """

    title: str
    names: list[str]
    picture: Picture
    blank: Picture
    events: list[Event]
    given: set[int]
    entering: Mapping[int, list[int]]

    @property
    def ends(self) -> list[int]:
        """The last event of each frame: the start, then one frame for each step."""
        return [i for i, _ in enumerate(self.events) if i + 1 == len(self.events) or self.events[i + 1].arrow == -1]

    def state(self, event: int) -> State:
        """What is to be seen right after the event with this number."""
        state = State(set(self.given))
        for happened in self.events[: event + 1]:
            if happened.arrow == -1:
                state.lines = []
            if happened.text:
                state.lines.append(happened.text)
            state.phase, state.node, state.arrow = happened.phase, happened.node, happened.arrow
            if happened.phase == "forward":
                state.known.add(happened.node)
            if happened.target >= 0:
                state.grads[happened.target] = happened.grad
            if happened.arrow >= 0:
                state.flowed.add(happened.arrow)
        return state


def node_of(box: str) -> int:
    """The node that a box is for.

    >>> node_of("n12"), node_of("n3_40")
    (12, 3)
    """
    return int(box.removeprefix("n").partition("_")[0])


def film_of(trace: Trace, *, max_nodes: int, force: bool) -> Film:
    """The frames of a trace; of one with more than `max_nodes` nodes, the steps next to the root only."""
    steps = _near(trace, max_nodes)
    film = _film(trace, steps, max_nodes)
    if len(steps) == len(trace) and (force or film.picture.cost <= SPAN_LIMIT) and len(film.names) <= max_nodes:
        return film
    if film.picture.cost > SPAN_LIMIT or not force:
        steps = _near(trace, SHOWN_OF_MORE)
        film = _film(trace, steps, SHOWN_OF_MORE)
    whole = f"Too large to draw whole: shown are the first {len(steps):,} of {count(len(trace), 'step')} back."
    for picture in (film.picture, film.blank):
        picture.notes += [whole, "trace(another_node) follows what lies below it."]
    return film


def _near(trace: Trace, limit: int) -> list[Step]:
    """The steps from the root back that have at most `limit` nodes together; at least one."""
    seen, steps = {trace.root}, []
    for step in trace:
        more = {edge.operand for edge in step.edges} - seen
        if steps and len(seen) + len(more) > limit:
            break
        seen |= more
        steps.append(step)
    return steps


def _forward(trace: Trace, wanted: set[str]) -> list[Step]:
    """The forward steps of the nodes in `wanted`, found from the end, where the steps next to the root are."""
    found: list[Step] = []
    for place in range(len(trace.forward) - 1, -1, -1):
        if len(found) == len(wanted):
            break
        step = trace.forward[place]
        if step.node in wanted:
            found.append(step)
    return found[::-1]


def _film(trace: Trace, steps: list[Step], limit: int) -> Film:
    backward = {step.node: step for step in steps}
    whole = len(steps) == len(trace)
    forward = _forward(trace, set(backward))
    index: dict[str, int] = {}
    data: dict[str, float] = {}
    for step in forward:
        for edge in backward[step.node].edges[:limit]:
            index.setdefault(edge.operand, len(index))
            data[edge.operand] = edge.data
        index.setdefault(step.node, len(index))
        data[step.node] = step.data
    picture = _picture(index, data, forward, backward, whole, limit)
    arrow_of = _arrows_by_edge(picture, index, backward, limit)
    events = [Event("start", -1, "Every number is given that nothing was computed for.")]
    events += [Event("forward", index[step.node], _line(head_text(step, UNICODE))) for step in forward]
    for step in steps:
        events += _backward_events(step, index, arrow_of, limit)
    entering: dict[int, list[int]] = {}
    for place, arrow in enumerate(picture.arrows):
        entering.setdefault(node_of(arrow.head), []).append(place)
    computed = {index[step.node] for step in forward if step.expression}
    title = f"The derivatives of {bounded(visible(trace.root))}, step by step"
    return Film(title, list(index), picture, _blank(picture), events, set(range(len(index))) - computed, entering)


def _backward_events(
    step: Step, index: Mapping[str, int], arrow_of: Mapping[tuple[str, int], int], limit: int
) -> Iterator[Event]:
    node = index[step.node]
    head = _line(head_text(step, UNICODE))
    # Only the seed is new here; every other gradient arrived along an arrow.
    yield (
        Event("backward", node, head, target=node, grad=number(step.grad))
        if step.uses == 0
        else Event("backward", node, head)
    )
    for place, edge in enumerate(step.edges[:limit]):
        text = _line(edge_text(step, edge, UNICODE))
        yield Event("backward", node, text, arrow_of[step.node, place], index[edge.operand], number(edge.after))


def _picture(
    index: Mapping[str, int],
    data: Mapping[str, float],
    forward: list[Step],
    backward: Mapping[str, Step],
    whole: bool,
    limit: int,
) -> Picture:
    """All nodes as at the end of the trace; a leaf with many uses has a box for each."""
    ranks: dict[str, int] = {}
    heads: dict[str, list[int]] = {}
    for step in forward:
        operands = [edge.operand for edge in backward[step.node].edges[:limit]]
        ranks[step.node] = max((ranks.get(name, 0) for name in operands), default=0) + 1
        for name in operands:
            heads.setdefault(name, []).append(ranks[step.node])
    grads = {edge.operand: edge.after for step in backward.values() for edge in step.edges}
    grads |= {step.node: step.grad for step in backward.values() if not step.uses}
    picture = Picture()
    made: set[str] = set()
    for step in forward:
        box = Box(f"n{index[step.node]}", "node", step.node, _sign(step), step.data, grads.get(step.node))
        box.notes = [bounded(visible(step.expression), EXPRESSION)] if step.expression else []
        box.is_root = step is forward[-1]
        if not step.expression:
            box.kind, box.operation = "leaf", "leaf"
        edges = backward[step.node].edges
        for edge in edges[:limit]:
            name, operand = f"n{index[edge.operand]}", edge.operand
            leaf = operand not in ranks
            copied = leaf and len(heads[operand]) > COPY_ABOVE and _span(heads[operand]) > 2 * len(heads[operand])
            if copied:
                name = f"{name}_{len(picture.arrows)}"
            if leaf and (copied or operand not in made):
                made.add(operand)
                word = "leaf" if whole else "…"
                leaf_box = Box(name, "leaf", operand, word, data[operand], grads.get(operand), copied=copied)
                picture.boxes.append(leaf_box)
            partial = None if edge.note.startswith(UNDEFINED) else edge.partial
            picture.arrows.append(Arrow(name, box.name, partial, edge.contribution))
        if len(edges) > limit:
            picture.groups.append(Group(f"{box.name}_more", f"{len(edges) - limit:,} operands not shown", []))
        picture.boxes.append(box)
        made.add(step.node)
    picture.cost = sum(
        _span(found) if name not in ranks else sum(found) - len(found) * ranks[name] for name, found in heads.items()
    )
    return picture


def _span(heads: list[int]) -> int:
    """The summed length of a leaf's arrows; it stands one rank before its first use."""
    return sum(heads) - len(heads) * (min(heads) - 1)
