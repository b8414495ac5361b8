"""Writes a film as one HTML page, or as a piece of a notebook's page: SVG, texts, data and a short script, all inline.

The parts that never change are the files steps.html, steps.css and steps.js beside this module.
"""

import json
import math
import re
from collections.abc import Iterator
from html import escape
from importlib.resources import files
from typing import Any

from autograd.stepping.glyphs import UNICODE
from autograd.stepping.quiz import TOLERANCE, Quiz
from autograd.stepping.step import Edge, Step
from autograd.stepping.traces import Trace
from autograd.wording import count_of, number, visible

from .frames import Film
from .frames_layout import Layout
from .frames_svg import svg_of
from .graph import NOT_COMPUTED

__all__ = ["embedded_json", "file", "filled", "fragment", "page", "script", "steps_data"]

QUESTIONS = 60
"""Most questions that a page holds."""

PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; \
script-src 'unsafe-inline'">
<title>{{title}}</title>
</head>
<body data-chainrule="page">
{{content}}
</body>
</html>
"""


def fragment(film: Film, trace: Trace, layout: Layout) -> str:
    """The film as an HTML element that brings its style and script, for a notebook. Several go on one page."""
    nodes = count_of(len(film.names), "node")
    description = f"A graph of {nodes}. The list of all steps, as text, says everything that it shows."
    return filled(
        file("steps.html"),
        title=escape(film.title),
        style=file("steps.css"),
        svg=svg_of(layout, film.title, description, film.picture),
        lines=escape("\n".join(event.text for event in film.events)),
        data=embedded_json(steps_data(film, trace)),
        script=script("zoom.js", "flow.js", "why.js", "steps.js"),
    )


def page(title: str, content: str) -> str:
    """An HTML document of its own that loads nothing."""
    return filled(PAGE, title=escape(title), content=content)


def steps_data(film: Film, trace: Trace) -> dict[str, Any]:
    """What the script is told: the events without their texts, the arrows, and the quiz."""
    return {
        "events": [
            [event.phase, event.node, event.arrow, event.target, event.grad, event.sum] for event in film.events
        ],
        "names": [visible(name) for name in film.names],
        "root": film.names.index(trace.root),
        "whole": film.part.whole,
        "arrows": list(_arrows(film)),
        "given": sorted(film.given),
        "unset": NOT_COMPUTED,
        "tolerance": TOLERANCE,
        "quiz": list(_questions(film, trace)),
    }


def embedded_json(data: Any) -> str:
    r"""JSON that stays inside a script element, whatever is in its strings.

    >>> embedded_json("</script>")
    '"\\u003c/script\\u003e"'
    """
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return re.sub("[<>&\u2028\u2029]", lambda found: f"\\u{ord(found[0]):04x}", text)


def _arrows(film: Film) -> Iterator[list[Any]]:
    """Each arrow: tail, head, ∂head/∂tail, the same as a formula and as a number, and what flows back along it."""
    numbers = {name: index for index, name in enumerate(film.names)}
    for forward in film.part.forward:
        step = film.part.by_name[forward.node]
        for edge in film.part.edges(step.node):
            derivative = visible(f"∂{step.name}/∂{edge.name}") + UNICODE.mark(edge.which)
            partial = edge.partial if math.isfinite(edge.partial) else str(edge.partial)
            flow = f"{number(edge.partial)} × {number(step.grad)}"
            yield [numbers[edge.operand], numbers[step.node], derivative, visible(edge.symbol), partial, flow]


def _questions(film: Film, trace: Trace) -> Iterator[dict[str, Any]]:
    """The trace's own quiz, asked in advance: each question with the wrong numbers that it knows the reason for."""
    quiz = trace.quiz()
    places = iter([place for place, event in enumerate(film.events) if event.arrow >= 0][:QUESTIONS])
    for step in film.part.backward:
        for edge in film.part.edges(step.node):
            place = next(places, None)
            if place is None:
                return
            text = quiz.text(UNICODE).rpartition("\n")[2]
            reasons = list(_reasons(quiz, step, edge))
            solution = quiz.reveal().text(UNICODE)
            if math.isfinite(edge.after):
                yield {
                    "event": place,
                    "text": visible(text),
                    "answer": _short(edge.after),
                    "mistakes": reasons,
                    "solution": visible(solution),
                }


def _reasons(quiz: Quiz, step: Step, edge: Edge) -> Iterator[tuple[float, str]]:
    """Numbers that the usual mistakes lead to, each with what the quiz says to it."""
    before, partial, upstream, own = edge.before, edge.partial, step.grad, edge.data
    usual = (
        own, own * upstream, before + own * upstream, before + partial, partial, edge.contribution,
        -edge.after, before - edge.contribution, before + partial + upstream,
    )  # fmt: skip
    for wrong in dict.fromkeys(usual):
        # The quiz goes on at a right answer.
        if not math.isfinite(wrong) or math.isclose(wrong, edge.after, rel_tol=2 * TOLERANCE, abs_tol=1e-9):
            continue
        answer = quiz.answer(wrong)
        if answer.mistakes:
            yield _short(wrong), visible("; or ".join(answer.mistakes))


def _short(number: float) -> float:
    """In nine digits, as answers are rounded much more, and a page holds hundreds."""
    return float(f"{number:.9g}")


def script(*names: str) -> str:
    """Several files as one script that leaves no names behind."""
    return f'(function () {{\n"use strict";\n{"".join(map(file, names))}}})();\n'


def file(name: str) -> str:
    """The text of a file beside this module."""
    return files(__package__).joinpath(name).read_text("utf-8")


def filled(template: str, **parts: str) -> str:
    """The template with its `{{names}}` replaced, in one pass: what is filled in is not looked at again."""
    return re.sub(r"\{\{(\w+)\}\}", lambda found: parts[found[1]], template)
