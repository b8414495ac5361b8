"""What `draw(trace)` gives: a drawing that also moves, as a page for a browser and a notebook, or as a GIF."""

from typing import Any, ClassVar

from autograd.stepping.traces import Trace
from autograd.wording import bounded, count_of, visible

from .drawing import Drawing
from .frames import Film, film_of
from .frames_layout import Layout, lay_out
from .gif import animation
from .graph import dot_source
from .html_page import fragment, page
from .notebook import Bundle, still_or_moving

__all__ = ["StepsDrawing", "draw_steps"]

FORCED_LIMIT = 2_000
"""Nodes above which `force=True` shows no more: no page of so many is of use."""


def draw_steps(trace: Trace, *, direction: str, max_nodes: int, force: bool, title: str) -> "StepsDrawing":
    """The drawing of a trace; `draw` has checked the options."""
    film = film_of(trace, max_nodes=max(max_nodes, FORCED_LIMIT) if force else max_nodes, force=force)
    if title:
        film.title = film.picture.title = film.blank.title = bounded(visible(title), 72)
    return StepsDrawing(film, trace, direction)


class StepsDrawing(Drawing):
    """A picture of a trace that shows it step by step, in one layout; a notebook shows it with its controls.

    `save` writes .html (one file that needs nothing else) and .gif; .svg, .png, .pdf, .jpg and .dot show the end.

    >>> from autograd import Value
    >>> from autograd.stepping import trace
    >>> from viz import draw
    >>> a = Value(3.0, "a")
    >>> draw(trace(a * a, names={"y": None}))
    <drawing of 2 steps of 2 nodes: .save('steps.html') or .save('steps.gif') writes it, .source is its DOT text>
    """

    __slots__ = ("_direction", "_film", "_layout", "_trace")

    formats: ClassVar[tuple[str, ...]] = (*Drawing.formats, "gif")

    def __init__(self, film: Film, trace: Trace, direction: str) -> None:
        steps = count_of(len(film.ends) - 1, "step")
        super().__init__(
            dot_source(film.picture, direction), f"{steps} of {count_of(len(film.names), 'node')}", film.picture
        )
        self._film = film
        self._trace = trace
        self._direction = direction
        self._layout: Layout | None = None

    def render(self, format: str = "svg", *, timeout: float = 60.0) -> bytes:
        """The bytes of the page ("html"), of the animation ("gif") or of the last picture ("svg", "png", "pdf", "jpg").

        Raises ValueError where a GIF would be too large to be readable, MissingExtraError where it lacks a package.
        """
        if format not in ("html", "gif"):
            return super().render(format, timeout=timeout)
        if format not in self._rendered:
            if self._layout is None:
                self._layout = lay_out(self._film, self._direction, timeout)
            if format == "gif":
                self._rendered[format] = animation(self._film, self._layout)
            else:
                content = fragment(self._film, self._trace, self._layout)
                self._rendered[format] = page(self._film.title, content).encode()
        return self._rendered[format]

    def __repr__(self) -> str:
        ways = ".save('steps.html') or .save('steps.gif') writes it"
        return f"<drawing of {self._content}: {ways}, .source is its DOT text>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """What a notebook shows: the picture with its controls, or where no Graphviz program works, the reason."""
        shown, about = super()._repr_mimebundle_(include, exclude)
        if "image/svg+xml" in shown:
            self._layout = self._layout or lay_out(self._film, self._direction, 60.0)
            moving = fragment(self._film, self._trace, self._layout)
            lines = "\n".join(event.text for event in self._film.events)
            shown["text/html"] = still_or_moving(self._film.title, self.render("png"), lines, moving)
        return shown, about
