"""Writes a training film as one HTML page with a slider: numbers, places and a short script, all inline.

The parts that never change are the files film.html, film.css and film.js beside this module.
"""

from base64 import b64encode
from dataclasses import astuple
from html import escape

from .film_reel import NEGATIVE, POSITIVE, SIDE, ZERO, Reel
from .film_sheet import CURVE, HEIGHT, LEFT, REGION, WIDTH
from .html_page import embedded_json, file, filled, page
from .style import GREY, INK, PALE

__all__ = ["film_page"]


def film_page(film: Reel) -> bytes:
    """The page's bytes."""
    sheet = film.sheet()
    shots = film.shots()
    data = {
        "size": [WIDTH, HEIGHT],
        "left": LEFT,
        "side": SIDE,
        "zero": ZERO,
        "region": REGION,
        "curveAt": CURVE,
        "boxes": [astuple(box) for box in sheet.boxes],
        "lines": [astuple(line) for line in sheet.lines],
        "words": [astuple(words) for words in sheet.words],
        "curve": [[round(x, 2), round(y, 2)] for x, y in sheet.curve],
        "points": [[*map(_short, sheet.point(place))] for place in film.places()],
        "classes": film.classes(),
        "several": film.several,
        "colours": {
            "classes": film.colours, "positive": POSITIVE, "negative": NEGATIVE, "ink": INK, "grey": GREY, "pale": PALE,
        },
        "largest": max((abs(weight) for shot in shots for weight in shot.weights), default=0.0) or 1.0,
        "shots": [
            {
                "epoch": shot.epoch,
                "title": shot.title,
                "weights": [_short(weight) for weight in shot.weights],
                "biases": [_short(bias) for bias in shot.biases],
                "maps": b64encode(b"".join(shot.maps) + shot.region).decode(),
            }
            for shot in shots
        ],
    }  # fmt: skip
    content = filled(
        file("film.html"),
        title=escape(film.title),
        style=file("film.css"),
        last=str(len(shots) - 1),
        lines=escape("\n".join(shot.title for shot in shots)),
        data=embedded_json(data),
        script=file("film.js"),
    )
    return page(film.title, content).encode()


def _short(number: float) -> float:
    """In four digits, as a page holds thousands."""
    return float(f"{number:.4g}")
