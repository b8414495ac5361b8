"""The command: `python -m benchmarks [--quick]`, from the root of a checkout."""

import argparse
import shlex
import subprocess
import sys

from benchmarks.environment import peer_python
from benchmarks.figures import Effort, measure_all
from benchmarks.report import heading, table


def main() -> int:
    """Measure everything and print the table; 0 whenever all of it could be measured, met or not."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer and shorter rounds: a minute, noisier figures")
    arguments = parser.parse_args()
    effort = Effort.quick() if arguments.quick else Effort()
    try:
        rows = measure_all(peer_python(), effort)
    except KeyboardInterrupt:
        print("stopped; a run has to be complete to be compared", file=sys.stderr)
        return 130
    except subprocess.CalledProcessError as failure:  # its own process has said why
        print(f"a measurement failed: {shlex.join(map(str, failure.cmd))}", file=sys.stderr)
        return 1
    print(heading(effort.rounds))
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
