"""A film of training: what a network of two inputs says of the plane, its neurons and weights, epoch by epoch.

`TrainingFilm.record` is a callback of `nn.fit`; it keeps the parameters only (film_reel). The pictures are made when it
is saved: as an animation (film_picture) or as a page with a slider (film_page).
"""

import os
from pathlib import Path

from autograd.files import write_atomically
from autograd.wording import count_of

from .film_page import film_page
from .film_picture import animation, still
from .film_reel import Reel

__all__ = ["TrainingFilm"]

SUFFIXES = ("gif", "html", "png")


class TrainingFilm(Reel):
    """A film of the training of `model`, as of TensorFlow's playground: give `film.record` to `fit` as a callback.

    model: a fully connected network, as for `draw_network`, of one output (its score above `threshold` means class 1)
    or of one output a class. points, labels: the samples to show, rows [x1, x2], and their classes: 0 or -1 and 1, or
    0 to K - 1.
    features: makes a point into the network's inputs, `nn.datasets.features(...)` for example; None where it takes the
    point itself. names: of these inputs. frames: most frames; of longer runs, evenly spaced epochs and the last.

    Raises TypeError and ValueError for a model, points or labels that don't fit together.

    >>> from nn import MLP, binary_cross_entropy_with_logits, datasets, fit
    >>> points, classes = datasets.circle(20)
    >>> model = MLP(2, [4, 1], activation="tanh", seed=0)
    >>> film = TrainingFilm(model, points, classes)
    >>> history = fit(model, points, classes, loss=binary_cross_entropy_with_logits, epochs=5, callbacks=[film.record])
    >>> film
    <film of 6 epochs of 2-4-1: .save('film.html') or .save('film.gif') writes it>
    """

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Write the film as .gif or .html, or its last frame as .png; gives the path back.

        The .html is one file that needs nothing else, with a slider, and a neuron's map in large under the pointer.
        A .gif and a .png need the extra `examples` (Pillow). Raises ValueError for another suffix, OSError (naming the
        path) for an unwritable path.
        """
        target = Path(path)
        suffix = target.suffix.lower().removeprefix(".")
        if suffix not in SUFFIXES:
            known = ", ".join(f".{name}" for name in SUFFIXES)
            raise ValueError(f"a film's suffix must be one of {known}, got {os.fspath(path)!r}")
        if suffix == "html":
            write_atomically(target, film_page(self))
        else:
            write_atomically(target, animation(self) if suffix == "gif" else still(self))
        return target

    def _repr_png_(self) -> bytes:
        """What a notebook shows: the last frame."""
        return still(self)

    def __repr__(self) -> str:
        sizes = "-".join(map(str, self._sizes()))
        epochs = count_of(self._last[0] + 1, "epoch")
        return f"<film of {epochs} of {sizes}: .save('film.html') or .save('film.gif') writes it>"
