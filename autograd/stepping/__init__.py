"""Stepping: the chain rule forwards and back, one node or one edge at a time, with every number accounted for.

traces      `trace` and `Trace`; snapshot: the numbers of a graph and the pass over them; recorded: passes as steps
steps       a trace as a record; step: `Step`, `Edge`, their text (glyphs: signs, formulas: the table's, names, kinks)
walker      the cursor         explanation  sums over paths       quiz       predict, then reveal
nudging     two-sided slopes   diagnosis    zeros and saturation  comparison two traces side by side
exchange    JSON               tables       IPython and rich      command    `python -m autograd`
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
