"""The errors that the library raises, and `require`, which imports an optional package or says what to install.

Each error subclasses the builtin that a caller would expect, names the thing and says what to do.
"""

from types import ModuleType

__all__ = [
    "DivisionByZeroError",
    "DomainError",
    "FormulaError",
    "MissingExtraError",
    "NoGraphError",
    "PassError",
    "StaleGraphError",
    "require",
]


class DomainError(ValueError):
    """An operation, or one of its derivatives, was asked for where it does not exist: `log of -1.0 at 'loss'`."""


class DivisionByZeroError(DomainError, ZeroDivisionError):
    """The `DomainError` of a division by zero; code that expects Python's `ZeroDivisionError` catches it too."""


class FormulaError(ValueError):
    """A row of the table is not well formed; the message names the operation or the formula, and the place."""


class StaleGraphError(RuntimeError):
    """A leaf was changed after it was used: the results above it hold old numbers. Call `forward()`, or build again."""


class NoGraphError(RuntimeError):
    """A backward pass was asked of what was computed under `no_grad`: nothing below it was recorded."""


class PassError(RuntimeError):
    """From inside a running backward pass, as in a signal handler, gradients were changed or another pass was begun."""


class MissingExtraError(ImportError):
    """An optional package is not installed; the message names the extra that brings it."""


def require(module: str, extra: str) -> ModuleType:
    """Import `module`, which belongs to the optional dependencies called `extra`.

    Raises `MissingExtraError`, naming the command that installs the extra, where the package is missing.

    >>> require("math", extra="fast").pi
    3.141592653589793
    """
    import importlib

    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtraError(
            f"this needs {package}, which cannot be imported ({error}); "
            f"install it with: pip install 'chainrule[{extra}]'",
            name=error.name,
        ) from error
