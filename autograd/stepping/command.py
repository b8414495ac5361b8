"""`python -m autograd "a*b + c" a=2 b=-3 c=10`: the trace of an expression, on the command line."""

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Any, NoReturn

from ..value import Value
from .evaluation import evaluate, read_variables
from .explanation import explain
from .glyphs import choose
from .traces import Trace, trace

__all__ = ["main"]

EXAMPLE = 'example: python -m autograd "e = a*b; d = e + c; d*f" a=2 b=-3 c=10 f=-2 --explain a'


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit status: 0, or 2 after a message on standard error."""
    given = list(sys.argv[1:] if arguments is None else arguments)
    options = _parser().parse_args([_positional(argument) for argument in given])
    try:
        status = _run(options)
        sys.stdout.flush()
        return status
    except BrokenPipeError:
        # The reader, such as `head`, has seen enough; nothing must be written at exit either.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        print()
        return 130
    except (ValueError, ImportError, OSError, RuntimeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2


def _positional(argument: str) -> str:
    """An expression may begin with a minus, which argparse takes for an option unless a space stands before it."""
    minus = argument.startswith("-") and not argument.startswith("--") and argument != "-h"
    return f" {argument}" if minus else argument


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m autograd",
        description="Step through the forward and backward pass of an expression.",
        epilog=EXAMPLE,
        allow_abbrev=False,
    )
    parser.add_argument("expression", help="numbers, names, operations such as tanh(x), and assignments e = a*b; ...")
    parser.add_argument("variables", nargs="*", metavar="name=number", help="a number for each name")
    direction = parser.add_mutually_exclusive_group()
    direction.add_argument("--forward", action="store_true", help="only the forward pass")
    direction.add_argument("--backward", action="store_true", help="only the backward pass")
    parser.add_argument("--explain", metavar="NAME", action="append", default=[], help="a gradient, path by path")
    parser.add_argument("--draw", metavar="FILE", help="a picture of the graph: .svg, .png, .pdf, .dot")
    output = parser.add_mutually_exclusive_group()
    output.add_argument("--json", action="store_true", help="the trace as JSON, and nothing else")
    output.add_argument("--interactive", action="store_true", help="walk through the backward pass, key by key")
    return parser


def _run(options: argparse.Namespace) -> int:
    text = options.expression
    root, names = evaluate(text, read_variables(options.variables))
    recorded = trace(root, names)
    for name in options.explain:
        if name not in names:
            _unknown(name, names)
    if options.json:
        print(recorded.to_json(ascii=choose().ascii))
    elif options.interactive:
        from .interactive import run

        run(recorded)
    else:
        _print(recorded, options)
    for name in options.explain:
        if not options.json:
            print(f"\n{explain(root, names[name], names)}")
    if options.draw:
        _draw(root, names, options.draw)
    return 0


def _unknown(name: str, names: dict[str, Value]) -> NoReturn:
    raise ValueError(f"--explain {name}: nothing is called that here; the names are {', '.join(names)}")


def _print(recorded: Trace, options: argparse.Namespace) -> None:
    if not options.backward:
        print(f"forward\n{recorded.forward}")
    if not options.forward and not options.backward:
        print()
    if not options.forward:
        print(f"backward\n{recorded}")


def _draw(root: Value, names: dict[str, Value], file: str) -> None:
    try:
        # By name: the engine does not depend on the pictures.
        viz: Any = import_module("viz")
    except ImportError as error:
        raise ImportError(f"--draw needs the viz package of chainrule, which cannot be imported: {error}") from error
    root.backward()
    viz.draw(root, names=names).save(file)
    print(f"wrote {file}", file=sys.stderr)
