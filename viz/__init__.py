"""Pictures of graphs and of training, as files and in notebooks.

draw_graph   draw, which users call; drawing: Drawing, what it gives
survey       counts a graph, estimates the cost of its layout
scene        from nodes to boxes and arrows (kinks: their notes); summary: the same for graphs too large to draw
model        the boxes and arrows; graph: writes them as DOT (style: colours, text: labels as markup; rows: long chains)
modules      the modules that made a graph as boxes (scopes: whose a node is; residuals: x + F(x); statistics: what a
             box says)
expand       sums of products written out
beside       several pictures as one
terminal     a picture as plain text
still_page   a picture as a page that zooms, searches and opens modules
steps        what draw(trace) gives: a page that moves (html_page) or a GIF (gif); frames: what it shows when
network      neurons as circles, weights as lines (layers: reads them from a model)
render       runs a Graphviz program; pdf: a PDF from a JPEG, where none writes PDF
film         training as an animation and as a page with a slider (film_sheet: the places, film_picture, film_page)
plots        training curves and decision regions, with matplotlib; histograms: activations and gradients by layer;
             heatmaps: weights, attention, matrices; curves: curves with shaded spans, in panels; bars: totals and their
             parts; surfaces: functions of two variables; paths: optimisers on the contour lines of a loss;
             decision_film: a decision region that moves (animation: GIFs)
"""

from .bars import plot_bars
from .beside import side_by_side
from .curves import Panel, plot_curves
from .decision_film import animate_decision
from .draw_graph import draw
from .drawing import Drawing
from .film import TrainingFilm
from .heatmaps import plot_attention, plot_matrices, plot_weights
from .histograms import plot_layers
from .network import draw_network
from .paths import plot_paths
from .plots import plot_decision, plot_history
from .render import RenderError
from .surfaces import plot_surfaces

__all__ = [
    "Drawing",
    "Panel",
    "RenderError",
    "TrainingFilm",
    "animate_decision",
    "draw",
    "draw_network",
    "plot_attention",
    "plot_bars",
    "plot_curves",
    "plot_decision",
    "plot_history",
    "plot_layers",
    "plot_matrices",
    "plot_paths",
    "plot_surfaces",
    "plot_weights",
    "side_by_side",
]
