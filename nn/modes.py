"""What a model is besides its parameters, kept and put back: each module's mode, and its buffers (running statistics).

Used by `fit`, `predict`, `generate` and `summary`, which all leave a model as they found it where they fail.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from .module import Module

__all__ = ["buffers_of", "modes_kept", "restore"]

Buffers: TypeAlias = "list[tuple[Module, str, list[float]]]"


@contextmanager
def modes_kept(model: "Module") -> Iterator[None]:
    """Each module's `training` is afterwards what it was, whatever happens inside."""
    modes = [(module, module.training) for _, module in model.modules()]
    try:
        yield
    finally:
        for module, mode in modes:
            module.training = mode


def buffers_of(model: "Module") -> Buffers:
    """A copy of all buffers, for `restore`."""
    return [(module, name, list(getattr(module, name))) for _, module in model.modules() for name in module._buffers]


def restore(buffers: Buffers) -> None:
    """Set the buffers to what they were."""
    for module, name, numbers in buffers:
        setattr(module, name, list(numbers))
