"""Two numbers that every operation reads: `clock.now`, which tells stale graphs, and `clock.paused`, for `no_grad`.

Whatever changes a node's number takes a tick, `clock.now += 1`, and notes it in the node: a node that is older than one
of its inputs is stale.
"""

__all__ = ["clock"]


class Clock:
    """now: the latest tick. paused: how many `no_grad` are active anywhere, in any thread."""

    __slots__ = ("now", "paused")

    def __init__(self) -> None:
        self.now = 1
        self.paused = 0


clock = Clock()
