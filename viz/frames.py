"""From a `Trace` to a `Film`: one picture for all frames, and the list of events that change what it shows.

A frame is a state of that picture: each event makes one number or one gradient known. `html_page` plays a film in a
browser, `gif` makes pictures of it; `frames_picture` makes the picture.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from autograd.stepping.glyphs import UNICODE
from autograd.stepping.step import Edge, Step, edge_text, head_text
from autograd.stepping.traces import Trace
from autograd.wording import bounded, count_of, number, visible

from .frames_picture import Part, blank, picture_of
from .model import Picture
from .scene import module_path

__all__ = ["BACKWARD", "FORWARD", "START", "Event", "Film", "State", "film_of"]

START, FORWARD, BACKWARD = "start", "forward", "backward"

SHOWN_OF_MORE = 60
"""Nodes that are shown of a trace that is too large: those of the steps next to the root."""

SPAN_LIMIT = 20_000
"""Summed length of the arrows in ranks from which a layout takes too long."""

OPENING = "Known at the start: the numbers of the leaves."


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the trace, and what it changes.

    phase: "start", "forward" or "backward". node: whose step it is, -1 at the start. arrow: along which the gradient
    flows, or -1 where the line is the first of its step. target, grad: the node whose gradient changes, or -1, and
    its new gradient; sum: how that comes about, as "6 + 6 → 12".
    """

    phase: str
    node: int
    text: str
    arrow: int = -1
    target: int = -1
    grad: str = ""
    sum: str = ""


@dataclass(slots=True)
class State:
    """What a frame shows: the nodes whose number is known, gradients so far, arrows whose numbers are known.

    node: the current one, or -1. Of its step so far: changed: the nodes whose gradients it changed; fresh: the arrows
    along which; lines: the text.
    """

    known: set[int]
    grads: dict[int, str] = field(default_factory=dict)
    flowed: set[int] = field(default_factory=set)
    phase: str = START
    node: int = -1
    changed: set[int] = field(default_factory=set)
    fresh: set[int] = field(default_factory=set)
    lines: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Film:
    """A trace in pictures.

    title: what it is about. picture: as at the end of the trace; blank: before its backward pass, with the room that
    any later text takes. names: of the nodes; node i has the box `n<i>`, or if it is copied, the boxes `n<i>_<k>`.
    given: the nodes whose numbers are known from the start. part: the steps that are shown.
    """

    title: str
    picture: Picture
    blank: Picture
    names: list[str]
    given: set[int]
    events: list[Event]
    part: Part

    @property
    def ends(self) -> list[int]:
        """The last event of each frame: the start, then one frame per step."""
        return [i - 1 for i, event in enumerate(self.events) if i and event.arrow == -1] + [len(self.events) - 1]

    def state(self, last: int) -> State:
        """What is to be seen right after the event with the number `last`."""
        state = State(set(self.given))
        for event in self.events[: last + 1]:
            if event.arrow == -1:
                state.lines, state.fresh, state.changed = [], set(), set()
            else:
                state.flowed.add(event.arrow)
                state.fresh.add(event.arrow)
            if event.phase == FORWARD:
                state.known.add(event.node)
            if event.target >= 0:
                state.grads[event.target] = event.grad
                state.changed.add(event.target)
            state.lines.append(event.text)
            state.phase, state.node = event.phase, event.node
        return state


def film_of(trace: Trace, *, max_nodes: int, force: bool) -> Film:
    """The frames of a trace; of one with more than `max_nodes` nodes, only the steps next to the root."""
    part = _part(trace, max_nodes)
    picture, names = picture_of(part)
    if not part.whole or (picture.cost > SPAN_LIMIT and not force):
        part = _part(trace, min(max_nodes, SHOWN_OF_MORE))
        picture, names = picture_of(part)
    if not part.whole:
        picture.notes += [
            f"Too large to show whole: the first {len(part.backward):,} of {count_of(len(trace), 'step')} back.",
            "trace(another_node) follows what lies below it; draw(..., force=True) shows up to 2,000 nodes.",
        ]
    computed = {names[step.node] for step in part.forward if step.expression}
    title = f"The derivatives of {bounded(visible(trace.root))}, step by step"
    if trace.right is not trace:
        bugs = [f"rule={trace.rule!r}"] * (trace.rule != "add") + [f"order={trace.order!r}"] * (trace.order == "dfs")
        title += f" (wrong on purpose: {', '.join(bugs)})"
    events = list(_events(part, names))
    return Film(title, picture, blank(picture), list(names), set(names.values()) - computed, events, part)


def _part(trace: Trace, limit: int) -> Part:
    """The steps from the root back that have at most `limit` nodes together; at least one step."""
    seen = {trace.root}
    steps: list[Step] = []
    for step in trace:
        operands = {edge.operand for edge in step.edges[:limit]}
        if steps and len(seen | operands) > limit:
            break
        seen |= operands
        steps.append(step)
    whole = len(steps) == len(trace) and all(len(step.edges) <= limit for step in steps)
    wanted = {step.node for step in steps}
    forward: list[Step] = []
    # From the end, where the steps next to the root are: the texts of a huge trace are not all made.
    for place in range(len(trace.forward) - 1, -1, -1):
        if len(forward) == len(wanted):
            break
        step = trace.forward[place]
        if step.node in wanted:
            forward.append(step)
    places, node_names = trace._nodes  # type: ignore[attr-defined]
    names = {node: node_names[place] for node, place in places.items()}
    kinds = {name: node.role for node, name in names.items() if not node.inputs}
    modules = {name: ".".join(module_path(node)[1:]) for node, name in names.items() if node.inputs}
    return Part(forward[::-1], steps, limit, whole, kinds, modules, _missed(trace))


def _missed(trace: Trace) -> dict[str, float]:
    """The gradients of a wrong pass that are not what they should be, as they should be."""
    if trace.right is trace:
        return {}
    return {name: grad for name, grad in trace.right.grads.items() if number(grad) != number(trace.grads[name])}


def _events(part: Part, names: Mapping[str, int]) -> Iterator[Event]:
    yield Event(START, -1, OPENING)
    arrows: dict[str, int] = {}
    drawn = 0
    for step in part.forward:
        yield Event(FORWARD, names[step.node], _line(head_text(step, UNICODE)))
        arrows[step.node] = drawn
        drawn += len(part.edges(step.node))
    for step in part.backward:
        node = names[step.node]
        head = Event(BACKWARD, node, _line(head_text(step, UNICODE)))
        # Only the seed is set by a step's first line; other gradients have arrived along arrows.
        yield head if step.uses else Event(BACKWARD, node, head.text, target=node, grad=number(step.grad))
        for place, edge in enumerate(part.edges(step.node)):
            text = _line(edge_text(step, edge, UNICODE))
            arrow, target = arrows[step.node] + place, names[edge.operand]
            yield Event(BACKWARD, node, text, arrow, target, number(edge.after), _sum(step, edge))


def _sum(step: Step, edge: Edge) -> str:
    """What a node's gradient was, what is added to it, and what it is now; a wrong pass writes over it instead."""
    before, added, after = number(edge.before), number(edge.contribution), number(edge.after)
    return f"{before} → {after}" if step.rule == "overwrite" else f"{before} + {added} → {after}"


def _line(text: str) -> str:
    """On one line, whatever a trace that was read from a file has in its names."""
    return visible(text.rstrip())
