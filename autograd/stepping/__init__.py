"""Stepping: the chain rule forwards and back, one node or one edge at a time, with every number accounted for.

traces      `trace` and `Trace`; snapshot: the numbers of a graph and the pass over them; recorded: passes as steps
steps       a trace as a record; step: `Step`, `Edge`, their text (glyphs: signs and colours, formulas: the table's,
            names: of nodes, written: how formulas write them, kinks, layout: columns and lines, terminal: its size)
walker      the cursor         explanation  sums over paths       quiz       predict, then reveal
nudging     two-sided slopes   diagnosis    zeros and saturation  comparison two traces side by side
shown       what Python, IPython and print show             interactive  the cursor and the quiz by keys
exchange    JSON               faults       engines broken on purpose
command     `python -m autograd` (syntax, hints, evaluation: its language)
"""

from .comparison import Comparison, Difference, compare
from .diagnosis import Diagnosis, Finding, diagnose
from .explanation import Explanation, explain
from .names import label
from .nudging import Nudge, nudge
from .quiz import Answer, Quiz
from .step import Edge, Step
from .traces import Steps, Trace, trace
from .walker import Delta, Walker

__all__ = [
    "Answer", "Comparison", "Delta", "Diagnosis", "Difference", "Edge", "Explanation", "Finding", "Nudge", "Quiz",
    "Step", "Steps", "Trace", "Walker", "compare", "diagnose", "explain", "label", "nudge", "trace",
]  # fmt: skip
