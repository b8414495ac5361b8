"""The pytest plugin: a `check_grad` fixture, and `--grad-examples N`, how many programs a property test draws.

It is installed with the library; hypothesis and mpmath load only when a test asks for them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pytest

__all__ = ["check_grad", "pytest_addoption", "pytest_configure"]

try:
    import pytest as _pytest  # noqa: PT013 — the name `pytest` is for type checkers here
except ImportError:  # imported by something else than pytest, as a doctest run of the package does
    _pytest = None  # type: ignore[assignment]


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--grad-examples`."""
    group = parser.getgroup("chainrule")
    group.addoption(
        "--grad-examples",
        type=_count,
        default=None,
        metavar="N",
        help="draw N examples in each hypothesis test that does not set max_examples itself, without deadlines",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Load a hypothesis profile that is the current one, with N examples and no deadline."""
    count = config.getoption("--grad-examples")
    if count is None:
        return
    from ..errors import require

    hypothesis: Any = require("hypothesis", extra="testing")
    hypothesis.settings.register_profile(
        "grad-examples", parent=hypothesis.settings.default, max_examples=count, deadline=None
    )
    hypothesis.settings.load_profile("grad-examples")


def _count(text: str) -> int:
    """A whole number from 1 on; argparse reports anything else."""
    count = int(text)
    if count < 1:
        raise ValueError(text)
    return count


def _check_grad() -> Callable[..., Any]:
    """`autograd.testing.check_grad`, as a fixture: `check_grad(f, inputs)` fails the test with the report."""
    from .check import check_grad as check

    return check


if _pytest is not None:
    # Of the session, since it holds no state: hypothesis refuses to share a function's fixture among examples.
    check_grad = _pytest.fixture(name="check_grad", scope="session")(_check_grad)
