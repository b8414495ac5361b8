"""The command: `python -m benchmarks [--quick] [--only PART] [--save FILE]`, from the root of a checkout.

`--peers` measures beside array libraries instead, `--compare BEFORE AFTER` lays two saved runs side by side.
"""

import argparse
import shlex
import subprocess
import sys
from pathlib import Path

from benchmarks import figures
from benchmarks.environment import peer_python
from benchmarks.figures import Effort
from benchmarks.peers import figures as peer_figures
from benchmarks.report import comparison, heading, save, table


def main() -> int:
    """Measure everything and print the table; 0 whenever all of it could be measured, met or not."""
    arguments = _parser().parse_args()
    if arguments.compare:
        try:
            print(comparison(*arguments.compare))
        except (OSError, ValueError) as error:
            print(error, file=sys.stderr)
            return 1
        return 0
    parts = peer_figures.PARTS if arguments.peers else figures.PARTS
    chosen = arguments.only or list(parts)
    if unknown := [name for name in chosen if name not in parts]:
        print(f"no part is called {', '.join(unknown)}; there are {', '.join(parts)}", file=sys.stderr)
        return 2
    effort = Effort.quick() if arguments.quick else Effort()
    try:
        if arguments.peers:
            rows = peer_figures.measure(peer_python("peers"), effort, chosen)
        else:
            rows = figures.measure(peer_python(), effort, chosen)
    except KeyboardInterrupt:
        print("stopped; a run has to be complete to be compared", file=sys.stderr)
        return 130
    except subprocess.CalledProcessError as failure:  # its own process has said why
        print(f"a measurement failed: {shlex.join(map(str, failure.cmd))}", file=sys.stderr)
        return 1
    print(heading(effort.rounds))
    print(table(rows))
    if arguments.save:
        save(arguments.save, heading(effort.rounds), rows)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: noisier figures")
    parser.add_argument("--peers", action="store_true", help="measure beside PyTorch, JAX, CasADi and NumPy by hand")
    parser.add_argument("--only", action="append", metavar="PART", help="measure this part; may be given again")
    parser.add_argument("--save", type=Path, metavar="FILE", help="write the rows as JSON too")
    parser.add_argument("--compare", nargs=2, type=Path, metavar=("BEFORE", "AFTER"), help="print two saved runs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
