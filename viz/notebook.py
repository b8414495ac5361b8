"""What a notebook is given of a picture: the SVG, and beside it a PNG for those that may not or do not show SVG.

A notebook from elsewhere is not trusted until its reader says so: it keeps images, drops scripts, and may drop SVG.
"""

import re
import struct
from base64 import b64encode
from html import escape
from importlib.resources import files
from typing import Any

from .html_page import embedded_json

__all__ = ["Bundle", "bundle", "still_or_moving", "themed"]

Bundle = tuple[dict[str, str], dict[str, Any]]
"""Data by MIME type and what is to be known of them, as IPython takes it."""

DARK = (
    "<style>@media (prefers-color-scheme: dark) { svg.chainrule:not(.chainrule-steps *) "
    "{ filter: invert(.9) hue-rotate(180deg); } }</style>"
)
"""White becomes nearly black, and a colour stays itself; a page of ours does that for all that is on it."""

LARGEST = 3_000_000
"""Bytes of a PNG that is put into a notebook beside the SVG."""


def themed(svg: bytes) -> bytes:
    """The SVG of a Graphviz program, that also follows a dark colour scheme."""
    return re.sub(rb"<svg ([^>]*)>", rb'<svg class="chainrule" \1>' + DARK.encode(), svg, count=1)


def bundle(text: str, svg: bytes, png: bytes) -> Bundle:
    """A picture as text, as SVG and as PNG, as wide as its cell at most."""
    fitting = svg.replace(b'<svg class="chainrule" ', b'<svg class="chainrule" style="max-width:100%;height:auto" ', 1)
    shown, about = {"text/plain": text, "image/svg+xml": fitting.decode()}, {}
    if 0 < len(png) <= LARGEST:
        shown["image/png"] = b64encode(png).decode()
        about["image/png"] = dict(zip(("width", "height"), _size(png), strict=True))
    return shown, about


def still_or_moving(title: str, png: bytes, lines: str, moving: str) -> str:
    """HTML that is a picture with its steps as text, and where scripts run becomes what moves."""
    width, _ = _size(png)
    picture = (
        f'<p><strong>{escape(title)}</strong></p>\n<img src="data:image/png;base64,{b64encode(png).decode()}" '
        f'width="{width}" style="max-width:100%;height:auto" alt="The picture of all numbers; the text below has them">'
    )
    # Its buttons would be dead, or words without buttons, were they there before the script.
    start = files(__package__).joinpath("notebook.js").read_text("utf-8")
    theme = files(__package__).joinpath("notebook.css").read_text("utf-8")
    return (
        f'<div class="chainrule-notebook">\n<style>\n{theme}</style>\n{picture}\n<pre>{escape(lines)}</pre>\n'
        f'<script type="application/json">{embedded_json(moving)}</script>\n<script>\n{start}</script>\n</div>'
    )


def _size(png: bytes) -> tuple[int, int]:
    """Width and height in the pixels of a page: the picture has 144 dots an inch, a page 96."""
    width, height = struct.unpack(">II", png[16:24])
    return round(width * 96 / 144), round(height * 96 / 144)
