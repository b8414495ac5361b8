"""`python -m autograd.rows` writes `autograd/operations.py` anew from the rows of the table."""

from ..files import write_atomically
from ..table import ROWS
from .module import PATH, module_source

if __name__ == "__main__":
    write_atomically(PATH, module_source(ROWS))
