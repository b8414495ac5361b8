"""`History`: what a training run did, one record of numbers per epoch."""

from dataclasses import dataclass, field

from autograd.wording import count_of, number

__all__ = ["History"]


@dataclass
class History:
    """The record of a training run, as `fit` returns it and as callbacks get it.

    records: one dict per epoch: "loss", each metric, and with validation data "val_loss" and "val_" + each metric.
    stopped: why the run ended: "epochs" (all done), "patience" (no more improvement), "callback", "interrupted"
    (Ctrl-C); "" while it runs. best_epoch: the epoch (from 0) with the lowest validation loss, or loss where there is
    no validation data; None before the first epoch ends.

    >>> history = History([{"loss": 2.0}, {"loss": 0.5}], stopped="epochs", best_epoch=1)
    >>> history.losses, history["loss"][-1], history
    ([2.0, 0.5], 0.5, <History: 2 epochs, loss 2 to 0.5, stopped: epochs>)
    """

    records: list[dict[str, float]] = field(default_factory=list)
    stopped: str = ""
    best_epoch: int | None = None

    @property
    def losses(self) -> list[float]:
        """The training loss of each epoch: the mean over its batches, each before its step."""
        return self["loss"]

    @property
    def metrics(self) -> dict[str, list[float]]:
        """Every recorded number by name, as a list with one entry per epoch."""
        return {name: self[name] for name in (self.records[0] if self.records else ())}

    def __getitem__(self, name: str) -> list[float]:
        if self.records and name not in self.records[0]:
            raise KeyError(f"{name!r} was not recorded; there are {', '.join(self.records[0])}")
        return [record[name] for record in self.records]

    def __len__(self) -> int:
        return len(self.records)

    def __repr__(self) -> str:
        losses = f", loss {number(self.losses[0], 4)} to {number(self.losses[-1], 4)}" if self.records else ""
        return f"<History: {count_of(len(self), 'epoch')}{losses}, stopped: {self.stopped or 'not yet'}>"
