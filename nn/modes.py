"""What a model is besides its parameters, kept and put back: each module's mode, and its buffers (running statistics).

Used by `fit`, `predict`, `generate` and `summary`, which all leave a model as they found it where they fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Protocol, TypeAlias

__all__ = ["Model", "buffers_of", "modes_kept", "restore"]


class Model(Protocol):
    """What is needed of a `Module` here."""

    def named_modules(self) -> list[tuple[str, Any]]:
        """All modules with their names, itself first."""

    def eval(self) -> Any:
        """Switch to use."""

    def __call__(self, *inputs: Any) -> Any:
        """Use it."""


Buffers: TypeAlias = list[tuple[Any, str, list[float]]]


@contextmanager
def modes_kept(model: Model) -> Iterator[None]:
    """Each module's `training` is afterwards what it was, whatever happens inside."""
    modes = [(module, module.training) for _, module in model.named_modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def buffers_of(model: Model) -> Buffers:
    """A copy of all buffers, for `restore`."""
    modules = [module for _, module in model.named_modules()]
    return [(module, name, list(getattr(module, name))) for module in modules for name in module._buffers]


def restore(buffers: Buffers) -> None:
    """Set the buffers to what they were."""
    for module, name, numbers in buffers:
        setattr(module, name, list(numbers))
