"""What every operation reads: `clock.now`, which tells stale graphs, and `clock.paused`, for `no_grad`.

Whatever changes a node's number takes a tick, `clock.now += 1`, and notes it in the node: a node that is older than one
of its inputs is stale. An operation reads the clock before it reads numbers, and a change ticks before and after it
writes one, so what was computed during a change, in another thread, is older than the change.
"""

from typing import Any

__all__ = ["clock"]


class Clock:
    """now: the latest tick. paused: a weak reference for every `no_grad` that is active anywhere, in any thread."""

    __slots__ = ("now", "paused")

    def __init__(self) -> None:
        self.now = 1
        self.paused: set[Any] = set()


clock = Clock()
