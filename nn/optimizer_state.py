"""What an optimiser knows besides its parameters, its settings and its memory, as plain numbers and lists; and back.

Taken with the model's `state_dict` and put back with it, a training goes on to the bit. The form is for JSON.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, Self

from . import _checks
from ._checks import _show, counted
from .errors import StateError
from .state import check_names

__all__ = ["load_state", "state_of"]


class Stateful(Protocol):
    """What is needed of an optimiser here."""

    params: list[Any]
    _settings: tuple[str, ...]  # the arguments of its class besides the parameters
    _memory: Mapping[str, float]  # for each number that it remembers of a parameter, the least that can be

    def _fresh(self, settings: dict[str, Any]) -> Self:
        """Another one with these settings, checked."""


def state_of(optimizer: Stateful) -> dict[str, Any]:
    """The settings by name, and for each parameter, in order, a list of what is remembered of it: [] at first."""
    settings = {name: getattr(optimizer, name) for name in optimizer._settings}
    settings = {name: list(value) if isinstance(value, tuple) else value for name, value in settings.items()}
    state: dict[str, Any] = {"optimizer": type(optimizer).__name__, **settings}
    if optimizer._memory:
        state["initial_lr"] = optimizer._initial_lr  # type: ignore[attr-defined]
        state["memory"] = [list(entry) for entry in optimizer._states]  # type: ignore[attr-defined]
    return state


def load_state(optimizer: Any, state: Any) -> None:
    """See `Optimizer.load_state_dict`."""
    check_names(state, state_of(optimizer), "optimizer", type(optimizer).__name__)
    for name in optimizer._settings:
        if isinstance(getattr(optimizer, name), bool) and not isinstance(state[name], bool):
            raise TypeError(f"{name} must be true or false, got {_show(state[name])}")
    try:
        fresh = optimizer._fresh({name: state[name] for name in optimizer._settings})
        if optimizer._memory:
            initial = _checks.number(state["initial_lr"], "initial_lr", least=0.0)
            states = _memory(optimizer, state["memory"])
    except ValueError as error:
        raise StateError(str(error)) from None
    for name in optimizer._settings:
        setattr(optimizer, name, getattr(fresh, name))
    if optimizer._memory:
        optimizer._initial_lr = initial
        optimizer._states = states


def _memory(optimizer: Stateful, memory: Any) -> list[tuple[float, ...]]:
    if not _checks.is_list(memory):
        raise TypeError(f"memory must be a list with an entry for each parameter, got {_show(memory)}")
    if len(memory) != len(optimizer.params):
        of = f"the optimiser has {counted(optimizer.params, 'parameter')}"
        raise ValueError(f"this state remembers {counted(memory, 'parameter')}, but {of}")
    return [_entry(optimizer._memory, entry, f"memory[{index}]") for index, entry in enumerate(memory)]


def _entry(known: Mapping[str, float], entry: Any, where: str) -> tuple[float, ...]:
    if not isinstance(entry, Sequence) or isinstance(entry, str):
        raise TypeError(f"{where} must be a list of numbers, got {_show(entry)}")
    if len(entry) not in (0, len(known)):
        raise ValueError(f"{where} must be empty or have {counted(list(known), 'number')} ({', '.join(known)})")
    return tuple(
        _checks.number(number, f"{where}, {name}", least=least)
        for (name, least), number in zip(known.items(), entry, strict=False)
    )
