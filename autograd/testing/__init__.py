"""Testing gradients: prove your own operations, losses and models, and see that the tests can fail.

check       `check_grad`: every entry against a reference   (reference, central, rounding, entries, report), and the
            function itself against its recorded graph      (rerun, causes)
mutants     wrong rules from the table; `check_operation`   kinks       `check_kinks`: conventions where slopes jump
jumps       `check_jumps`: where values jump                special     the table of special points
strategies  `values`, `programs`, `models` for hypothesis   (program, build, points: how they are made)
bugs        `BUGS`: engines broken on purpose               machine     `gradient_machine`: states and passes
plugin      `check_grad` fixture, `--grad-examples N`   power       how soon `programs` finds each planted bug
grading     `python -m autograd.testing grade file.py`: points and mistakes of a student's engine

`python -m autograd.testing` also runs the long campaigns. hypothesis, mpmath, SymPy and PyTorch load when used.
"""

from .bugs import BUGS, Bug
from .build import random_program
from .check import check_grad
from .jumps import check_jumps
from .kinks import check_kinks
from .machine import gradient_machine
from .model import Model
from .mutants import Mutant, changed_rule, check_operation, mutants
from .program import Program, Step, record
from .report import Entry, Report
from .strategies import models, programs, values

__all__ = [
    "BUGS", "Bug", "Entry", "Model", "Mutant", "Program", "Report", "Step", "changed_rule", "check_grad", "check_jumps",
    "check_kinks", "check_operation", "gradient_machine", "models", "mutants", "programs", "random_program", "record",
    "values",
]  # fmt: skip
