"""`Module`, the base of everything that has parameters: it finds, names, saves and restores them.

A module keeps its parameters, other modules, and lists, tuples and dicts of both, in plain attributes. Attributes
whose names start with an underscore are private: they are never searched.
"""

import os
import warnings
from collections.abc import Iterator, Sequence
from numbers import Real
from typing import Any, Never, Self

from autograd import Value
from autograd.assigning import assign, forget
from autograd.value import UNRECORDED, own

from ._checks import counted, number
from .errors import StateError
from .habits import elsewhere, no_such_argument
from .shapes import observed
from .state import check_names, read_state, write_state
from .summary import Part, markup, shortened, table

__all__ = ["Module"]

# Not weights: the additive and scaling parameters that lectures L4 leave out of the penalty.
_NOT_WEIGHTS = frozenset({"b", "bias", "beta", "gamma"})
# A result kept in an attribute is not a parameter, nor is a number that an expression turned into a leaf.
_PARAMETERS = ("parameter", "leaf")


class Module:
    """Base class of neurons, layers and networks; subclass it and define `__call__`.

    Every leaf `Value` in a public attribute is a parameter, and gets its name there as its label, unless it was given
    one: `layers.0.neurons.3.w.2`.

    >>> from autograd import parameter
    >>> class Line(Module):
    ...     def __init__(self):
    ...         self.w, self.b = parameter(2.0), parameter(1.0)
    ...     def __call__(self, x):
    ...         return self.w * x + self.b
    >>> line = Line()
    >>> line(3.0).data
    7.0
    >>> line.state_dict()
    {'w': 2.0, 'b': 1.0}
    """

    training: bool = True
    """Whether the model is being trained (`train()`) or used (`eval()`)."""

    _scope: str = ""  # "MLP/layers.0/neurons.3": where this module is, the origin of the nodes that it makes
    _lists_parts: bool = True  # whether a summary has rows for the modules in this one
    _buffers: tuple[str, ...] = ()  # attributes with lists of numbers that are saved but not trained

    @property
    def takes_batch(self) -> bool:
        """Whether the module is called with a list of samples, not with one (`BatchNorm`); `fit` and `predict` ask.

        A model of one's own that has a batch norm says `takes_batch = True` in its class.
        """
        return False

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The module's output; each subclass defines it."""
        name = type(self).__name__
        if any("forward" in vars(cls) for cls in type(self).__mro__ if cls is not Module):
            raise NotImplementedError(f"{name} defines forward(self, x): rename it to __call__, as it is called here")
        raise NotImplementedError(f"{name} defines no __call__(self, x)")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in vars(self):
            _keep_parameters(vars(self)[name], name, value)
        object.__setattr__(self, name, value)
        if not name.startswith("_") and isinstance(value, (Value, Module, list, tuple, dict)):
            self._name_parts(name, value)

    def parameters(self) -> list[Value]:
        """All parameters, each once, in the order of the attributes (in a neuron: w, then b)."""
        # As `_walk`, without the names: training asks in every step.
        found: dict[Value, None] = {}
        seen: set[int] = set()
        stack: list[Any] = [self]
        while stack:
            part = stack.pop()
            if isinstance(part, Value):
                if part.role in _PARAMETERS:
                    found[part] = None
            elif isinstance(part, (Module, list, tuple, dict)) and id(part) not in seen:
                seen.add(id(part))
                stack += reversed(_parts(part))
        return list(found)

    def named_parameters(self) -> list[tuple[str, Value]]:
        """Pairs of name and parameter, in the order of `parameters`.

        Raises ValueError where two parameters would have one name (dict keys such as 1 and "1").
        """
        named = [(path, part) for path, _, part in _walk(self) if isinstance(part, Value)]
        if len({name for name, _ in named}) < len(named):
            names = [name for name, _ in named]
            twice = next(name for name in names if names.count(name) > 1)
            raise ValueError(f"two parameters of {type(self).__name__} are called {twice!r}; rename a dict key")
        return named

    def weights(self) -> list[Value]:
        """The parameters that a penalty is for (lectures L4): all but those called b, bias, beta or gamma."""
        return [p for name, p in self.named_parameters() if _last_word(name) not in _NOT_WEIGHTS]

    def named_modules(self) -> list[tuple[str, "Module"]]:
        """Pairs of name and module, this one (named "") first, each once, parents before children."""
        return [(path, part) for path, _, part in _walk(self) if isinstance(part, Module)]

    def modules(self) -> list[tuple[str, "Module"]]:
        """The same as `named_modules`, with a DeprecationWarning: in PyTorch `modules()` gives modules without names.

        The next release will give those; `[module for _, module in model.named_modules()]` gives them in both.
        """
        warnings.warn(
            "modules() gives pairs of name and module in this release, and modules alone, as in PyTorch, in the next;"
            " named_modules() gives pairs in both",
            DeprecationWarning,
            stacklevel=2,
        )
        return self.named_modules()

    def relabel(self) -> None:
        """Give labels and origins again, after a list or dict of modules was changed in place (`append`)."""
        for name, value in list(vars(self).items()):
            if not name.startswith("_"):
                self._name_parts(name, value)

    def zero_grad(self, **others: Never) -> None:
        """Forget the gradients of all parameters."""
        if others:
            raise no_such_argument("zero_grad", *others)
        forget(self.parameters())

    def train(self, mode: bool = True) -> Self:
        """Set `training` here and in every module below; returns the module."""
        for _, module in self.named_modules():
            module.training = mode
        return self

    def eval(self) -> Self:
        """The same as `train(False)`."""
        return self.train(False)

    def named_buffers(self) -> list[tuple[str, float]]:
        """Pairs of name and number for what is saved but not trained: running statistics (`BatchNorm`)."""
        return [
            (f"{path}.{name}.{index}" if path else f"{name}.{index}", data)
            for path, module in self.named_modules()
            for name in module._buffers
            for index, data in enumerate(getattr(module, name))
        ]

    def state_dict(self) -> dict[str, float]:
        """The numbers of all parameters, then of all buffers, by name."""
        return {name: parameter.data for name, parameter in self.named_parameters()} | dict(self.named_buffers())

    def load_state_dict(self, state: dict[str, float]) -> None:
        """Set all parameters and buffers from a `state_dict`; its names must be exactly those of the model.

        Raises StateError (a ValueError) that lists missing and unexpected names, or the first number that is
        not finite, and TypeError for what is not a number. Nothing is changed then.
        """
        named = self.named_parameters()
        buffers = [name for name, _ in self.named_buffers()]
        check_names(state, [*(name for name, _ in named), *buffers], name=shortened(self._describe()))
        try:
            numbers = [number(state[name], f"parameter {name!r}") for name, _ in named]
            kept = iter([number(state[name], f"buffer {name!r}") for name in buffers])
        except ValueError as error:
            raise StateError(str(error)) from None
        modules = [(module, name) for _, module in self.named_modules() for name in module._buffers]
        filled = [(module, name, [next(kept) for _ in getattr(module, name)]) for module, name in modules]
        assign([parameter for _, parameter in named], numbers, *filled)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write the parameters to a JSON file, exactly and atomically.

        Raises StateError for parameters that are not finite, and the `OSError` of a path that can't be written.
        """
        write_state(path, type(self).__name__, self.state_dict())

    def load(self, path: str | os.PathLike[str]) -> Self:
        """Set the parameters from a file that `save` wrote; returns the module.

        Raises StateError for a foreign or broken file or another model's, `OSError` for one that can't be
        read; nothing is changed then.
        """
        try:
            self.load_state_dict(read_state(path))
        except TypeError as error:
            raise StateError(f"{os.fspath(path)!r}: {error}") from None
        return self

    def summary(self, *inputs: Any) -> str:
        """A table as text: each layer, what it is, the shape of what it gives and how many parameters it has.

        inputs: what to call the model with, to see the shapes of its outputs for that; without, a module tells what
        it knows ("n" stands for the positions of a sequence).

        >>> from nn import MLP
        >>> print(MLP(2, [16, 1]).summary())
        name      module                              output  parameters
        layers.0  Layer(2, 16, activation='relu')         16          48
        layers.1  Layer(16, 1, activation=None)            1          17
                  MLP(2, [16, 1], activation='relu')       1          65
        """
        shapes = observed(self, inputs) if inputs else {}
        return table(self._summary_rows(shapes), [name for name, _ in self.named_parameters()])

    def _summary_rows(self, shapes: dict["Module", str]) -> list[Part]:
        return [
            Part(name, shortened(part._describe()), part._lists_parts, shapes.get(part, part._output()))
            for name, part in self.named_modules()
        ]

    def _repr_html_(self) -> str:
        """What a notebook shows: the summary."""
        return markup(self._summary_rows({}), [name for name, _ in self.named_parameters()])

    def __repr__(self) -> str:
        return f"<{shortened(self._describe())}: {counted(self.parameters(), 'parameter')}>"

    def _describe(self) -> str:
        """How one would write this module, short."""
        children = [(name, part) for name, part in vars(self).items() if isinstance(part, Module)]
        written = [f"{name}={shortened(part._describe())}" for name, part in children]
        return f"{type(self).__name__}({', '.join(written)})"

    def _output(self) -> str:
        """The shape of what the module gives, as far as it is known before a call; "" where it is not."""
        return ""

    def _where(self) -> str:
        """The module's name in error messages and as an origin."""
        return self._scope or type(self).__name__

    def _name_parts(self, name: str, value: Any) -> None:
        here = self._where()
        prefix = "".join(f"{part}." for part in here.split("/")[1:])
        for path, scope, part in _walk(value, name, f"{here}/{name}"):
            if isinstance(part, Module):
                part._scope = scope
                continue
            own(part)
            if part.label == "" or path.endswith(f".{part.label}") or path == part.label:
                part.label = prefix + path


for _name, _answer in elsewhere().items():
    setattr(Module, _name, _answer)


def _walk(root: Any, path: str = "", scope: str = "") -> Iterator[tuple[str, str, Value | Module]]:
    """The modules and parameters in `root`, each once, parents first, with path and scope."""
    seen: set[int] = set()
    stack = [(path, scope, root)]
    while stack:
        path, scope, part = stack.pop()
        if isinstance(part, Value):
            if part.role in _PARAMETERS and id(part) not in seen:
                seen.add(id(part))
                yield path, scope, part
            continue
        children = _children(part)
        if children is None or id(part) in seen:
            continue
        seen.add(id(part))
        inside = "."
        if isinstance(part, Module):
            yield path, scope, part
            inside = "/"
        for key, child in reversed(children):
            stack.append((f"{path}.{key}" if path else key, f"{scope}{inside}{key}", child))


def _keep_parameters(old: Any, name: str, new: Any) -> None:
    """Raise if a parameter in the attribute `name` would give way to a result or a number, as in `m.w = m.w - 0.1`."""
    parameters = {path: part for path, _, part in _walk(old, name) if isinstance(part, Value)}
    if not parameters:
        return
    for path, result in _results(new, name):
        if path in parameters:
            place = path.replace(".", "[", 1).replace(".", "][") + "]" * ("." in path)
            raise TypeError(
                f"{parameters[path].label!r} is a parameter: assigning {result} to it would take it out of the model;"
                f" write .{place}.data = a number, such as .{place}.data -= 0.1 * gradient"
            )


def _results(new: Any, path: str) -> Iterator[tuple[str, str]]:
    """Paths of what is in `new` without being a leaf of its own, and what it is."""
    if isinstance(new, Value):
        if new.role not in _PARAMETERS or new._operation is UNRECORDED:
            yield path, f"the result of {new.op}" if new.inputs else f"a result ({new.data:g})"
    elif isinstance(new, Real):
        yield path, f"the number {new}"
    elif not isinstance(new, Module):
        for key, child in _children(new) or ():
            yield from _results(child, f"{path}.{key}")


def _parts(part: "Module | list[Any] | tuple[Any, ...] | dict[Any, Any]") -> Sequence[Any]:
    """What a module or a collection holds."""
    if isinstance(part, Module):
        return [child for name, child in vars(part).items() if not name.startswith("_")]
    return list(part.values()) if isinstance(part, dict) else part


def _children(part: Any) -> list[tuple[str, Any]] | None:
    """As `_parts`, with names; None for what holds nothing."""
    if isinstance(part, Module):
        return [(name, child) for name, child in vars(part).items() if not name.startswith("_")]
    if isinstance(part, dict):
        return [(str(key), child) for key, child in part.items()]
    if isinstance(part, (list, tuple)):
        return [(str(index), child) for index, child in enumerate(part)]
    return None


def _last_word(name: str) -> str:
    words = [word for word in name.split(".") if not word.isdigit()]
    return words[-1] if words else ""
