"""The errors of `nn` that have no exact builtin.

A state that doesn't fit a model, and a training that diverged.
"""

__all__ = ["DivergenceError", "StateError"]


class StateError(ValueError):
    """A saved state doesn't fit the model, or a file is not such a state; the message names what is wrong."""


class DivergenceError(ArithmeticError):
    """A loss, a gradient or a parameter is not finite; nothing was changed. Lower the learning rate."""
