"""`Plot`, a figure of matplotlib that a notebook shows as the last line of a cell: once, whatever backend is chosen.

Imported with the first plot, as it needs matplotlib.
"""

import io
from base64 import b64encode
from typing import Any

from matplotlib.figure import Figure

__all__ = ["Plot"]

SHARP = 2
"""Pixels of the picture for one of the notebook."""


class Plot(Figure):
    """A figure that knows how to show itself; otherwise as any other: `.savefig("plot.pdf")`, `.axes`."""

    def __repr__(self) -> str:
        width, height = self.get_size_inches()
        return f"<plot of {width:g} x {height:g} inches: a notebook shows it, .savefig('plot.png') writes it>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> tuple[dict[str, str], dict[str, Any]]:
        # As it is found first, IPython doesn't ask what `%matplotlib inline` has registered for figures.
        buffer = io.BytesIO()
        self.savefig(buffer, format="png", dpi=SHARP * 100)
        width, height = (round(100 * inches) for inches in self.get_size_inches())
        shown = {"text/plain": repr(self), "image/png": b64encode(buffer.getvalue()).decode()}
        return shown, {"image/png": {"width": width, "height": height}}
