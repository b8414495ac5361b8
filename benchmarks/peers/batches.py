"""Names as arrays: padded to the longest, with the share that each token has in the loss."""

from typing import Any

import numpy as np


def padded(batch: list[list[int]]) -> tuple[Any, Any, Any]:
    """Return tokens, the tokens that follow, and shares, each a row a name; padding has share 0 and token 0.

    A name's shares are equal and all of them sum to 1: the mean over the names of the mean over their tokens.
    """
    length = max(map(len, batch)) - 1
    tokens = np.zeros((len(batch), length), np.int64)
    wanted = np.zeros((len(batch), length), np.int64)
    shares = np.zeros((len(batch), length))
    for row, name in enumerate(batch):
        count = len(name) - 1
        tokens[row, :count] = name[:-1]
        wanted[row, :count] = name[1:]
        shares[row, :count] = 1 / (count * len(batch))
    return tokens, wanted, shares
