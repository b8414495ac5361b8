"""Writes a picture that does not move as one HTML page: it zooms, searches, and lights up what leads to the loss.

A picture of modules opens them, one at a time: the page holds the picture of each view. The parts that never change
are the files picture.html, picture.css and picture.js beside this module.
"""

import re
from collections.abc import Sequence
from html import escape

from autograd.wording import visible

from .html_page import embedded_json, file, filled, page, script
from .model import View

__all__ = ["still_page"]


def still_page(svgs: Sequence[bytes], title: str, views: Sequence[View]) -> bytes:
    """The page of a picture, given as SVG, or of a picture of modules with one SVG for each of its views."""
    title = visible(title)
    content = filled(
        file("picture.html"),
        title=escape(title),
        style=file("steps.css") + file("picture.css"),
        svgs="\n".join(_framed(svg.decode(), title, place) for place, svg in enumerate(svgs)),
        data=embedded_json([{"opened": list(map(visible, view.opened)), "opens": view.opens} for view in views]),
        script=script("zoom.js", "picture.js"),
    )
    return page(title, content).encode()


def _framed(svg: str, title: str, place: int) -> str:
    """The renderer's SVG as it is, frames and tooltips included; all but the first are hidden and have no ids."""
    # Before the element stand XML's declaration and document type, which HTML has no place for.
    svg = svg[svg.index("<svg") :]
    if place:
        svg = re.sub(r'(<\w+) id="\w+"', r"\1", svg)
    return f'<div role="img" aria-label="{escape(title)}"{" hidden" * bool(place)}>\n{svg}</div>'
