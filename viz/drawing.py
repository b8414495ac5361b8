"""`Drawing`, a picture of a graph: as text, as a file, as what a notebook shows."""

import os
import sys
import tempfile
import webbrowser
from pathlib import Path
from typing import Any, ClassVar

from tqdm import tqdm

from autograd.files import write_atomically

from .model import Picture
from .notebook import Bundle, bundle, themed
from .render import FORMATS, RenderError, render
from .terminal import as_text, terminal_is_ascii

__all__ = ["Drawing"]


class Drawing:
    """A picture of a graph as it was when it was drawn; a notebook shows it.

    source: the picture as DOT text, whatever is installed.
    """

    __slots__ = ("_content", "_picture", "_rendered", "source")

    formats: ClassVar[tuple[str, ...]] = (*FORMATS, "html")
    """What `render` can make."""

    def __init__(self, source: str, content: str = "a graph", picture: Picture | None = None) -> None:
        self.source = source
        self._picture = picture if picture is not None else Picture()
        self._content = content
        self._rendered: dict[str, bytes] = {}

    def save(self, path: str | os.PathLike[str], *, timeout: float = 60.0) -> Path:
        """Write the picture to `path`, as its suffix says, and give the path back.

        .svg, .png, .pdf, .jpg (or .jpeg), .html and .dot are known. The .html is one file that needs nothing else: it
        zooms, searches, lights up the paths to the loss and opens modules; that of a trace goes through its steps, as
        its .gif.

        timeout: seconds that each Graphviz program may take. The file is written whole or not at all.
        Raises ValueError for another suffix, OSError (naming the path) where it can't be written, RenderError where no
        program could make the picture.

        >>> from autograd import Value
        >>> from viz import draw
        >>> draw(Value(1.0)).save("graph.gif")
        Traceback (most recent call last):
        ValueError: a picture's suffix must be one of .svg, .png, .pdf, .jpg, .html, .dot, got 'graph.gif'; ...
        """
        target = Path(path)
        suffix = target.suffix.lower().removeprefix(".")
        suffix = "jpg" if suffix == "jpeg" else suffix
        if suffix not in (*self.formats, "dot"):
            known = ", ".join(f".{name}" for name in (*self.formats, "dot"))
            moving = "; draw(trace(root)) can be a .gif" if suffix == "gif" else ""
            raise ValueError(f"a picture's suffix must be one of {known}, got {os.fspath(path)!r}{moving}")
        write_atomically(target, self.source if suffix == "dot" else self.render(suffix, timeout=timeout))
        return target

    def render(self, format: str = "svg", *, timeout: float = 60.0) -> bytes:
        """The picture's bytes in "svg", "png", "pdf", "jpg" or "html"; errors as for `save`."""
        if format not in self._rendered and format == "html":
            from .still_page import still_page

            title = self._picture.title or f"Picture of {self._content}"
            others = tqdm(self._picture.views[1:], "opened modules", delay=2, leave=False)
            svgs = [self.render("svg", timeout=timeout)]
            svgs += [render(view.source, "svg", timeout=timeout) for view in others]
            self._rendered[format] = still_page(svgs, title, self._picture.views)
        if format not in self._rendered:
            picture = render(self.source, format, timeout=timeout)
            self._rendered[format] = themed(picture) if format == "svg" else picture
        return self._rendered[format]

    def show(self) -> Path | None:
        """Show the picture: in a notebook below the cell, else as a page in the browser, whose file it gives back.

        Raises RenderError where no program could make the picture.
        """
        shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)()
        if hasattr(shell, "kernel"):
            sys.modules["IPython"].display.display(self)
            return None
        # The browser reads the file later, maybe after this program has ended: it stays.
        path = self.save(Path(tempfile.mkdtemp(prefix="chainrule-")) / "picture.html")
        webbrowser.open(path.as_uri())
        return path

    def text(self, *, ascii: bool | None = None, width: int | None = None) -> str:
        """The picture for a terminal: the root on top, below each node its inputs, and the numbers beside them.

        ascii: use ASCII letters only; None for doing so where the terminal's encoding needs it. width: columns that a
        line may have; None for those of the terminal, or 80 where there is none.

        >>> from autograd import Value
        >>> from viz import draw
        >>> a, b = Value(2.0, "a"), Value(-3.0, "b")
        >>> y = a * b
        >>> y.label = "y"
        >>> y.backward()
        >>> print(draw(y).text(ascii=True))
                     data  grad   d  d*grad
        y  *           -6     1
        |- a  input     2    -3  -3      -3
        `- b  input    -3     2   2       2
        d: partial derivative of the node above by this one
        d*grad: times that node's grad, what flows back
        """
        return as_text(self._picture, ascii_only=terminal_is_ascii() if ascii is None else ascii, width=width)

    def __repr__(self) -> str:
        return f"<drawing of {self._content}: .save('graph.svg') writes it, .source is its DOT text>"

    def _repr_mimebundle_(self, include: Any = None, exclude: Any = None) -> Bundle:
        """What a notebook shows: the SVG or the PNG, or where no Graphviz program works, the reason."""
        try:
            return bundle(repr(self), self.render("svg"), self.render("png"))
        except RenderError as error:
            return {"text/plain": f"{self!r}\n{error}"}, {}
