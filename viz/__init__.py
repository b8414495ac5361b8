"""Pictures of graphs and of training, as files and in notebooks.

drawing      draw and Drawing: what users call
survey       counts a graph, estimates the cost of its layout
scene        from nodes to boxes and arrows (kinks: their notes); summary: the same for graphs too large to draw
model        the boxes and arrows; graph: writes them as DOT (style: colours, text: labels and numbers)
modules      the modules that made a graph as boxes (scopes: whose a node is; statistics: what a box says)
expand       sums of products written out
beside       several pictures as one
terminal     a picture as plain text
network      neurons as circles, weights as lines (layers: reads them from a model)
render       runs a Graphviz program; pdf: a PDF from a JPEG, where none writes PDF
plots        training curves and decision regions, with matplotlib; histograms: activations and gradients by layer;
             heatmaps: weights, attention, matrices; curves: curves with shaded spans, in panels;
             surfaces: functions of two variables; decision_film: a decision region that moves (animation: GIFs)
"""

from .beside import side_by_side
from .curves import Panel, plot_curves
from .decision_film import animate_decision
from .drawing import Drawing, draw
from .heatmaps import plot_attention, plot_matrices, plot_weights
from .histograms import plot_layers
from .network import draw_network
from .plots import plot_decision, plot_history
from .render import RenderError
from .surfaces import plot_surfaces

__all__ = [
    "Drawing",
    "Panel",
    "RenderError",
    "animate_decision",
    "draw",
    "draw_network",
    "plot_attention",
    "plot_curves",
    "plot_decision",
    "plot_history",
    "plot_layers",
    "plot_matrices",
    "plot_surfaces",
    "plot_weights",
    "side_by_side",
]
