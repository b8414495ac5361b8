"""`Epochs`: whole epochs of mini-batches of one loss over all the data, natively; what `nn.fit` runs."""

from collections.abc import Sequence
from typing import Any

from ..turns import turns
from ..value import Value
from .batches import weighted
from .program import Program
from .steps import Training, native_steps

__all__ = ["Epochs"]


class Epochs:
    """Whole epochs of mini-batches of one loss over all the data, natively (see `batches` for which losses).

    root: the loss of all samples. samples: for each of them the leaves that only it reads; leave them out where every
    step takes all the data. clip: the largest norm of the gradients. Raises `ValueError`, with the reason, where the
    loss or the optimiser is not of a kind that runs so.
    """

    def __init__(
        self,
        root: Value,
        optimizer: Any,
        samples: Sequence[Sequence[Value]] = (),
        *,
        clip: float | None = None,
        outputs: Sequence[Value] = (),
        native: bool | None = None,
    ) -> None:
        weights: list[Value] = []
        mean = True
        if samples:
            root, weights, mean = weighted(root, samples)
        self.count = len(samples)
        self.optimizer = optimizer
        self.program = Program(root, native=native)
        self.clip = -1.0 if clip is None else clip
        self._training = Training(self.program, optimizer, weights, mean, finite=True)
        if self._training.update is None:
            raise ValueError(f"{type(optimizer).__name__} has a step of its own, which is not compiled")
        self._outputs = self.program._lowered.where(outputs)

    def divide(self) -> bool:
        """Take the sum over samples for one that the loss divides by their number; False where there is no such sum."""
        return self._training.feed is not None and self._training.feed.divide()

    def outputs(self) -> list[float]:
        """The numbers of the output nodes in the last step, before its update."""
        found: list[float] = self.program._machine.data[self._outputs].tolist()
        return found

    def where(self, leaves: Sequence[Value]) -> Any:
        """The addresses of leaves, for `run`."""
        return self.program._lowered.where(leaves)

    def run(
        self, order: Sequence[int], size: int, first: int = 0, count: int | None = None, given: Sequence[Any] = ()
    ) -> list[float]:
        """Train on `count` batches (all) of an epoch's order from number `first` on; the losses, before each update.

        given: addresses and numbers of leaves that are other ones in this call, such as random masks.
        Fewer losses than batches say that the next one has to be done by hand: something about it is wrong.
        """
        program, training = self.program, self._training
        total = -(-len(order) // size)
        count = total - first if count is None else count
        with turns:
            program._load()
            if given:
                program._machine.data[given[0]] = given[1]
            if training.feed is not None:
                training.feed.start(program._machine.data, order, size, first)
            return native_steps(program, self.optimizer, training, count, self.clip)
