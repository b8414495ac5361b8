"""Pictures of graphs and of training, as files and in notebooks.

drawing      draw and Drawing: what users call
survey       counts a graph, estimates the cost of its layout
scene        from nodes to boxes and arrows (kinks: their notes); summary: the same for graphs too large to draw
model        the boxes and arrows; graph: writes them as DOT (style: colours, text: labels and numbers)
render       runs a Graphviz program; pdf: a PDF from a JPEG, where none writes PDF
plots        training curves and decision regions, with matplotlib
"""

from .drawing import Drawing, draw
from .plots import plot_decision, plot_history
from .render import RenderError

__all__ = ["Drawing", "RenderError", "draw", "plot_decision", "plot_history"]
