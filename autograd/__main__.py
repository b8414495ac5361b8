"""`python -m autograd "tanh(x*w + b)" x=2 w=-3 b=6.8`: trace an expression; `--help` says what else it does."""

import sys

from .stepping.command import main

if __name__ == "__main__":
    sys.exit(main())
