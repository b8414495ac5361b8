"""`python autograd/generate.py` writes `operations.py` anew from the rows of the table.

Run as a file, it needs no importable package: the package imports what is written here.
"""

import sys
from pathlib import Path
from types import ModuleType


def generate() -> None:
    """Write `autograd/operations.py`."""
    from autograd.files import write_atomically
    from autograd.rows.module import PATH, module_source
    from autograd.table import ROWS

    write_atomically(PATH, module_source(ROWS))


if __name__ == "__main__":
    package = ModuleType("autograd")
    package.__path__ = [str(Path(__file__).resolve().parent)]
    sys.modules["autograd"] = package
    generate()
