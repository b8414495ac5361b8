"""Stepping: the chain rule forwards and back, one node or one edge at a time, with every number accounted for.

traces      `trace` and `Trace`; snapshot: the numbers of a graph and the pass over them; recorded: passes in words
step        `Step` and `Edge`; layout: their text (glyphs: signs, formulas: the table's formulas, names, kinks)
walker      the cursor         explanation  sums over paths       quiz       predict, then reveal
nudging     two-sided slopes   diagnosis    zeros and saturation  comparison two traces side by side
exchange    JSON               tables       IPython and rich      command    `python -m autograd`
"""
