"""`Shown`, the base of what a session shows as text: Python, IPython, Jupyter, rich and print all show the same.

`str` and `repr` may end up in files, so they are plain; at a prompt, and by `show`, a terminal gets colours.
"""

import sys
from abc import ABC, abstractmethod
from typing import Any

from .glyphs import Glyphs, choose, for_echo, for_terminal
from .layout import fit
from .terminal import screen

__all__ = ["Shown"]


class Shown(ABC):
    """A result whose repr is its text, in the signs and the width that standard output has at that moment."""

    __slots__ = ()

    @abstractmethod
    def _written(self, glyphs: Glyphs, width: int | None) -> str:
        """The text; lines that are still longer than `width` are broken by `text`."""

    def text(self, glyphs: Glyphs | None = None, width: int | None = None) -> str:
        """The text, in lines that fit.

        glyphs: the way of writing; else the one that standard output can show. width: in columns; else that of the
        terminal (80 where there is none), and without a limit where `glyphs` are given.
        """
        if width is None and glyphs is None:
            width = screen()[0]
        return fit(self._written(glyphs or choose(), width), width)

    def show(self, *, width: int | None = None) -> None:
        """Print the text, in colour where standard output is a terminal that wants it (`NO_COLOR` is respected)."""
        print(self.text(for_terminal(), width or screen()[0]), file=sys.stdout)

    def __str__(self) -> str:
        return self.text()

    def __repr__(self) -> str:
        return self.text(for_echo(), screen()[0])

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        printer.text(self.text(for_terminal(), screen()[0]))

    def __rich_console__(self, console: Any, options: Any) -> Any:
        from rich.text import Text

        yield Text.from_ansi(self.text(choose(console.file)._replace(color=True), options.max_width))
