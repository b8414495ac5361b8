"""What turns the rows of `autograd/table.py` into code, symbols and high-precision numbers.

operation  what a row is               formula       the language of its texts
functions  writes values and methods   steps         writes backward steps
module     writes the whole module     writing       what the writers share
evaluate   formulas on any operands    interpreters  on mpmath numbers, SymPy symbols, NumPy arrays
floats     what formulas call on floats

`python autograd/generate.py` writes `autograd/operations.py` anew.
"""
