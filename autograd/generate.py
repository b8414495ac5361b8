"""`python -m autograd.generate` writes `operations.py` anew from the rows of the table."""

from .files import write_atomically
from .rows.module import PATH, module_source
from .table import ROWS

if __name__ == "__main__":
    write_atomically(PATH, module_source(ROWS))
