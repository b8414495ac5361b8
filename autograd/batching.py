"""`vmap`: a function of one sample as a function of a batch, by mapping over the leading axis of nested lists.

A batch is the same computation graph, many rows at once (lectures, L11). Here each row gets nodes of its own.
"""

from collections.abc import Callable, Sequence
from typing import Any

__all__ = ["vmap"]


def vmap(function: Callable[..., Any], in_axes: int | Sequence[int | None] | None = 0) -> Callable[..., Any]:
    """The function that calls `function` once for each entry of its arguments and lists the results.

    in_axes: 0 for an argument that is a batch (a list, tuple or array; its first axis is the batch), None for one that
    is the same for all samples; one such entry an argument, or one for all. Keywords go to every call as they are.
    Where the function returns a tuple, so does the result, of one list each. Nested, `vmap(vmap(f))` maps over two
    axes; `vmap(grad(loss), (None, 0, 0))(w, xs, ys)` gives each sample's own gradient.

    The results are those of a loop, to the bit, with as many nodes. Raises TypeError for an argument that is no batch,
    ValueError for batches of different lengths and for empty ones, naming the argument.

    >>> vmap(lambda w, x: w * x, in_axes=(None, 0))(2.0, [1.0, 2.0, 3.0])
    [2.0, 4.0, 6.0]
    >>> from autograd import grad
    >>> vmap(vmap(grad(lambda x: x ** 3)))([[1.0, 2.0], [3.0, 4.0]])
    [[3.0, 12.0], [27.0, 48.0]]
    """
    if not callable(function):
        raise TypeError(f"vmap takes a function, got {type(function).__name__}")
    axes = in_axes if isinstance(in_axes, list | tuple) else None
    for axis in [in_axes] if axes is None else axes:
        if axis is not None and (type(axis) is not int or axis != 0):
            raise ValueError(f"in_axes is 0 (a batch, along its first axis) or None (the same for all), got {axis!r}")
    name = getattr(function, "__name__", type(function).__name__)

    def mapped(*args: Any, **kwargs: Any) -> Any:
        chosen = [in_axes] * len(args) if axes is None else axes
        if len(chosen) != len(args):
            raise ValueError(f"vmap({name}) has in_axes for {len(chosen)} arguments, but was called with {len(args)}")
        batches = {
            place: _batch(argument, f"argument {place} of vmap({name})")
            for place, (argument, axis) in enumerate(zip(args, chosen, strict=True))
            if axis == 0
        }
        sizes = {place: len(batch) for place, batch in batches.items()}
        if not sizes:
            raise ValueError(f"vmap({name}) needs at least one argument that is a batch")
        if len(set(sizes.values())) > 1:
            lengths = ", ".join(f"argument {place} has {size}" for place, size in sizes.items())
            raise ValueError(f"the batches of vmap({name}) have different lengths: {lengths}")
        size = next(iter(sizes.values()))
        if size == 0:
            raise ValueError(f"the batch of vmap({name}) is empty")
        columns = [batches.get(place, [argument] * size) for place, argument in enumerate(args)]
        results = [function(*row, **kwargs) for row in zip(*columns, strict=True)]
        if type(results[0]) is tuple:
            return tuple(list(column) for column in zip(*results, strict=True))
        return results

    mapped.__name__ = mapped.__qualname__ = f"vmap({name})"
    mapped.__doc__ = f"{name}, mapped over a batch"
    return mapped


def _batch(argument: Any, what: str) -> Sequence[Any]:
    """Lists as they are, arrays as nested lists."""
    to_list = getattr(argument, "tolist", None)
    batch = to_list() if callable(to_list) else argument
    if not isinstance(batch, list | tuple):
        raise TypeError(
            f"{what} must be a list or an array, one entry a sample, got {type(argument).__name__}; "
            "in_axes=None is for what is the same for all samples"
        )
    return batch
