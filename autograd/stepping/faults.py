"""What `trace` has to know of an engine that is broken on purpose (`autograd.testing.BUGS` says it while a bug is in).

A trace makes a pass of its own. It shows a wrong rule of the table, as every reader of the table does; of the other
faults those that it has a mode for, and it says why it does not show the rest.
"""

from typing import NamedTuple

__all__ = ["ACTIVE", "Fault", "note_on"]


class Fault(NamedTuple):
    """A fault: its name; the operation whose rule is wrong, or the mode of `trace` that shows it, or why none does."""

    name: str
    operation: str = ""
    rule: str = ""
    reason: str = ""


ACTIVE: list[Fault] = []
"""The faults that the engine has now."""


def note_on(fault: Fault, operations: set[str]) -> str:
    """Why a trace of a graph with these operations does not show a fault; empty where it does."""
    reason = fault.reason
    if fault.operation and fault.operation not in operations:
        reason = f"no node here is made by {fault.operation}, whose rule is wrong"
    return f"BUGS[{fault.name!r}] does not show in this trace: {reason}" if reason else ""
