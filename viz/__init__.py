"""Pictures of graphs and of training, as files and in notebooks.

drawing      draw and Drawing: what users call
survey       counts a graph, estimates the cost of its layout
scene        from nodes to boxes and arrows (kinks: their notes); summary: the same for graphs too large to draw
model        the boxes and arrows; graph: writes them as DOT (style: colours, text: labels and numbers)
modules      the modules that made a graph as boxes (scopes: whose a node is; statistics: what a box says)
expand       sums of products written out
terminal     a picture as plain text
network      neurons as circles, weights as lines (layers: reads them from a model)
render       runs a Graphviz program; pdf: a PDF from a JPEG, where none writes PDF
film         training as an animation and as a page with a slider (film_sheet: the places, film_picture, film_page)
plots        training curves and decision regions, with matplotlib; histograms: activations and gradients by layer;
             heatmaps: weights and attention; paths: optimisers on the contour lines of a loss
"""

from .drawing import Drawing, draw
from .film import TrainingFilm
from .heatmaps import plot_attention, plot_weights
from .histograms import plot_layers
from .network import draw_network
from .paths import plot_paths
from .plots import plot_decision, plot_history
from .render import RenderError

__all__ = [
    "Drawing",
    "RenderError",
    "TrainingFilm",
    "draw",
    "draw_network",
    "plot_attention",
    "plot_decision",
    "plot_history",
    "plot_layers",
    "plot_paths",
    "plot_weights",
]
