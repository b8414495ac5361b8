"""`chainrule "a*b + c" a=2 b=-3 c=10`, or `python -m autograd …`: the trace of an expression, on the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module, metadata
from pathlib import Path
from textwrap import fill
from typing import Any, NoReturn

from ..errors import DomainError
from ..files import check_writable
from ..partials import edge_partials
from ..table import OPERATIONS
from ..value import Value
from .evaluation import evaluate, read_variables
from .explanation import explain
from .glyphs import choose
from .interactive import show
from .syntax import ExpressionError
from .terminal import screen
from .traces import Trace, forward_steps, trace

__all__ = ["DRAWN", "PAGES", "main"]

DRAWN = ("svg", "png", "pdf", "jpg", "jpeg", "html", "dot")
PAGES = ("html", "gif")
"""Suffixes of the files that `--draw` and `--page` write."""

EXAMPLE = '"e = a*b; d = e + c; d*f" a=2 b=-3 c=10 f=-2 --explain a'


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, or 2 after a message on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args([_positional(argument) for argument in given])
    try:
        _run(options)
        sys.stdout.flush()
        return 0
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing must be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print()
        return 130
    except (ValueError, ImportError, OSError, RuntimeError) as error:
        sys.stdout.flush()
        _complain(error)
        return 2


def _complain(error: Exception) -> None:
    """Say on standard error what is wrong."""
    glyphs = choose(sys.stderr)
    if isinstance(error, ExpressionError):
        text = error.shown(glyphs, screen(sys.stderr)[0])
    else:
        text = glyphs.text(error.strerror if isinstance(error, OSError) and error.strerror else str(error))
    print(f"error: {text}", file=sys.stderr)


def _positional(argument: str) -> str:
    """An expression may begin with a minus, which argparse takes for an option unless a space stands before it."""
    minus = argument.startswith("-") and not argument.startswith("--") and argument != "-h"
    return f" {argument}" if minus else argument


def _parser() -> argparse.ArgumentParser:
    name = "chainrule" if Path(sys.argv[0]).stem == "chainrule" else "python -m autograd"
    width = min(screen()[0], 100) - 2
    # The names of operations with a sign are not needed here.
    known = ", ".join(row.name for row in OPERATIONS.values() if not row.symbol)
    parser = argparse.ArgumentParser(
        prog=name,
        description="Step through the forward and backward pass of an expression.",
        epilog="\n\n".join([
            fill(f"operations: + - * / % **, {known}; and pi. A condition is a comparison, as in where(a > 0, a, 2*a).",
                 width, break_on_hyphens=False),
            f"example:\n  {name} {EXAMPLE}",
        ]),
        formatter_class=argparse.RawDescriptionHelpFormatter,
        allow_abbrev=False,
    )  # fmt: skip
    parser.add_argument("expression", help="numbers, names, operations such as tanh(x), and assignments e = a*b; ...")
    parser.add_argument("variables", nargs="*", default=[], metavar="name=number", help="a number for each name")
    direction = parser.add_mutually_exclusive_group()
    direction.add_argument("--forward", action="store_true", help="only the forward pass")
    direction.add_argument("--backward", action="store_true", help="only the backward pass")
    parser.add_argument("--explain", metavar="NAME", action="append", default=[], help="a gradient, path by path")
    parser.add_argument("--draw", metavar="FILE", help=f"a picture of the graph: {_suffixes(DRAWN)}")
    parser.add_argument("--page", metavar="FILE", help=f"the steps as a page or a film: {_suffixes(PAGES)}")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="the trace as JSON, and nothing else")
    output.add_argument("--interactive", action="store_true", help="walk through the backward pass, key by key")
    output.add_argument("--quiz", action="store_true", help="predict each gradient, and hear what went wrong")
    parser.add_argument("--version", action="version", version=f"chainrule {_version()}")
    return parser


def _version() -> str:
    try:
        return metadata.version("chainrule")
    except metadata.PackageNotFoundError:
        return "(not installed: run from its sources)"


def _suffixes(known: Sequence[str]) -> str:
    return ", ".join(f".{suffix}" for suffix in known)


def _run(options: argparse.Namespace) -> None:
    pictures = _pictures(options)
    text, places = options.expression, dict[Value, int]()
    root, names = evaluate(text, read_variables(options.variables), places)
    for name in options.explain:
        if name not in names:
            _unknown(name, names)
    quiet = options.json or options.interactive or options.quiz
    if not quiet and not options.backward:
        print("forward")
        show(forward_steps(root, names))
    try:
        recorded = trace(root, names)
    except DomainError as error:
        if options.backward and not quiet:
            print("forward")
            show(forward_steps(root, names))
        if not quiet:
            print()
        raise _pointing(error, text, places) from None
    if options.json:
        print(recorded.to_json(ascii=choose().ascii))
    elif options.interactive:
        recorded.walk().interactive()
    elif options.quiz:
        recorded.quiz().interactive()
    elif not options.forward:
        print("backward" if options.backward else "\nbackward")
        show(recorded)
    for name in options.explain if not options.json else ():
        print()
        show(explain(root, names[name], names))
    if pictures is not None:
        _write(pictures, root, recorded, names, options)


def _unknown(name: str, names: dict[str, Value]) -> NoReturn:
    raise ValueError(f"--explain {name}: nothing is called that here; the names are {', '.join(names)}")


def _pointing(error: DomainError, text: str, places: dict[Value, int]) -> ValueError:
    """The error with a caret under the operation that it is about; as it is where that cannot be told."""
    for node, position in reversed(places.items()):
        try:
            edge_partials(node)
        except DomainError as found:
            if str(found) == str(error):
                return ExpressionError(str(error), text, position)
    return error


def _pictures(options: argparse.Namespace) -> Any:
    """The package that makes pictures, if one is asked for and can be written; else an error, before any work."""
    wanted = [("--draw", options.draw, DRAWN), ("--page", options.page, PAGES)]
    for option, file, known in wanted:
        if file is None:
            continue
        if Path(file).suffix.lower().removeprefix(".") not in known:
            raise ValueError(f"{option} writes {_suffixes(known)}, as the name ends; got {file!r}")
        check_writable(file)
    if options.draw is None and options.page is None:
        return None
    try:
        # By name: the engine does not depend on the pictures.
        return import_module("viz")
    except ImportError as error:
        option = "--draw" if options.draw else "--page"
        raise ImportError(f"{option} needs the viz package of chainrule, which cannot be imported: {error}") from error


def _write(pictures: Any, root: Value, recorded: Trace, names: dict[str, Value], options: argparse.Namespace) -> None:
    root.backward()
    for drawn, file in ((root, options.draw), (recorded, options.page)):
        if file is not None:
            pictures.draw(drawn, **({"names": names} if drawn is root else {})).save(file)
            print(choose(sys.stderr).text(f"wrote {file}"), file=sys.stderr)
