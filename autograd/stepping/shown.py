"""`Shown`, the base of results that a session shows as text: what Python, IPython and print display is the same."""

from abc import ABC, abstractmethod

from .glyphs import Glyphs, choose

__all__ = ["Shown"]


class Shown(ABC):
    """A result whose repr is its text, in the signs that standard output can show at that moment."""

    __slots__ = ()

    @abstractmethod
    def text(self, glyphs: Glyphs | None = None) -> str:
        """The text, in the given way of writing, else in the one that standard output can show."""

    def __str__(self) -> str:
        return self.text(choose())

    def __repr__(self) -> str:
        return self.text(choose())
