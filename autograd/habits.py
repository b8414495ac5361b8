"""What a value answers to the habits of micrograd, PyTorch, NumPy and `math`: what to write here instead.

`Habits` stands between `Node` and `BaseValue`. Each name here is found only by who asks for it, so it costs nothing
elsewhere (a `__getattr__` would make every look-up of a slot slower).
"""

from typing import TYPE_CHECKING, Any, Never, NoReturn

from .conversion import is_foreign
from .node import Node
from .numpy_calls import REFLECTED, answer
from .rows.operation import OPERATIONS

__all__ = ["NAMES", "Elsewhere", "Habits", "not_here"]

MINE = "a Value keeps its graph, so nothing has to be asked for: every leaf gets a gradient, without .{name}"
SCALAR = "a Value is one number, without .{name}: keep several in a list"
HERE = "a Value lives in Python itself, on no device: leave .{name} out"

ATTRIBUTES: dict[str, str] = {
    # micrograd
    "_prev": "what a value was computed from is v.inputs",
    "_children": "what a value was computed from is v.inputs",
    "_op": "the name of the operation is v.op",
    "_backward": "the backward step comes from the operation's row; for one of your own write"
    " autograd.register(Operation(name, operands, value, partials))",
    # PyTorch and NumPy
    "item": "the number is v.data",
    "tolist": "the number is v.data",
    "numpy": "the number is v.data",
    "requires_grad": MINE,
    "requires_grad_": MINE,
    "retain_grad": MINE,
    "grad_fn": "the operation is v.op, what it was applied to v.inputs",
    "is_leaf": "what a node is says v.role; a leaf has no v.inputs",
    "clone": "a leaf of its own with the same number is v.detach(); the value itself need not be copied",
    "detach_": "v.detach() gives a new leaf",
    "fill_": "assign v.data",
    "zero_": "assign v.data",
    "copy_": "assign v.data",
    "relu_": "write v = v.relu()",
    "tanh_": "write v = v.tanh()",
    "sigmoid_": "write v = v.sigmoid()",
    "add_": "assign v.data: v.data += 1.0",
    "sub_": "assign v.data: v.data -= 0.1 * v.grad",
    "mul_": "assign v.data: v.data *= 2.0",
    "sum": "sums are of lists: sum(values), or autograd.sum(values), which is one node",
    "mean": "means are of lists: autograd.mean(values)",
    "max": "maxima are of lists: autograd.max(values), or autograd.maximum(v, w)",
    "min": "minima are of lists: autograd.min(values), or autograd.minimum(v, w)",
    "norm": "norms are of lists: autograd.norm(values)",
    "softmax": "softmax is of a list: autograd.softmax(values)",
    "log_softmax": "log_softmax is of a list: autograd.log_softmax(values)",
    "square": "write v ** 2",
    "power": "write v ** 2",
    "absolute": "write abs(v)",
    "arcsin": "write v.asin()",
    "arccos": "write v.acos()",
    "arctan": "write v.atan()",
    "arcsinh": "write v.asinh()",
    "arccosh": "write v.acosh()",
    "arctanh": "write v.atanh()",
    "rint": "write round(v)",
    "cpu": HERE,
    "cuda": HERE,
    "to": HERE,
    "device": HERE,
    "shape": SCALAR,
    "size": SCALAR,
    "ndim": SCALAR,
    "dim": SCALAR,
    "dtype": "a Value holds a Python float; ask for type(v.data)",
    "view": SCALAR,
    "reshape": SCALAR,
    "squeeze": SCALAR,
    "unsqueeze": SCALAR,
    "T": SCALAR,
}
"""Attributes that a value has elsewhere, and what to write here."""

NAMES: dict[str, str] = {
    "Variable": "write Value(2.0), every leaf gets a gradient",
    "tensor": "write Value(2.0) for a number, a list of Values for several",
    "Tensor": "write Value(2.0) for a number, a list of Values for several",
    "Parameter": "write parameter(0.5)",
    "Function": "an operation of your own is one row: register(Operation(name, operands, value, partials))",
    "elementwise_grad": "write [grad(f)(x) for x in xs]",
    "set_grad_enabled": "write `with no_grad():`",
    "enable_grad": "recording is on except inside `with no_grad():`",
    "draw_dot": "write `from viz import draw`, then draw(value)",
    "Module": "write `from nn import Module`",
    "MLP": "write `from nn import MLP`",
}
"""Names that other libraries' autograd has, and what to write here."""

ARGUMENTS: dict[str, str] = {
    "retain_graph": "the graph is kept as long as you hold its root: leave retain_graph out",
    "create_graph": "derivatives of derivatives are functions here: autograd.grad(autograd.grad(f))(x)",
    "gradient": "it is called grad here: backward(grad=2.0)",
    "inputs": "every leaf below gets its gradient; for some only, write autograd.grad(f)(x)",
}
"""PyTorch's arguments of `backward`."""

class Elsewhere:
    """An attribute that things have elsewhere: asking for it says what to write here; `hasattr` is False."""

    def __init__(self, kind: str, name: str, hint: str) -> None:
        self.text = f"a {kind} has no attribute {name!r}: {hint.format(name=name)}"

    def __get__(self, instance: object, owner: type) -> Any:
        raise AttributeError(self.text)


class Unsettable(Elsewhere):
    """One that cannot be set either, as those of a value: it has no room for more attributes."""

    def __set__(self, instance: object, new: Any) -> None:
        raise AttributeError(self.text)


def not_here(module: str, name: str, hint: str) -> Exception:
    """The error for a name that `module` does not have; call it in the module's own `__getattr__`.

    `from module import name` replaces an AttributeError by an ImportError without the hint, so gets its own.
    """
    import sys
    from opcode import opmap

    text = f"module {module!r} has no attribute {name!r}" + (f": {hint}" if hint else "")
    asking = sys._getframe(2)
    if hint and asking.f_code.co_code[asking.f_lasti] == opmap["IMPORT_FROM"]:
        return ImportError(f"cannot import name {name!r} from {module!r}: {hint}", name=module)
    return AttributeError(text, name=name)


class Habits(Node):
    """A node that answers, to what cannot be done with it, what to write."""

    __slots__ = ()

    def __dir__(self) -> list[str]:
        return [name for name in super().__dir__() if name not in ATTRIBUTES]

    def __format__(self, spec: str) -> str:
        """As the number where a format is given, `f"{loss:.4f}"`; as `print` shows the value where there is none."""
        return format(self._data, spec) if spec else str(self)

    def __round__(self, digits: None = None) -> Any:
        """The nearest whole number, a node; digits are for texts, so for the number alone."""
        if digits is not None:
            raise TypeError(
                f"a Value is rounded to whole numbers only, round(v); for a text write f'{{v:.{digits}f}}', for the"
                f" number alone round(v.data, {digits})"
            )
        return OPERATIONS["round"].function(self)

    if not TYPE_CHECKING:  # (a type checker is to refuse these, as it does where they are missing)

        def __float__(self) -> NoReturn:
            raise TypeError(
                "a Value does not become a float by itself, which would cut it off its graph: write autograd.tanh(v)"
                " or v.tanh() for math.tanh(v), and so on, or v.data for the number alone"
            )

        def __int__(self) -> NoReturn:
            raise TypeError(
                "a Value does not become an int by itself, which would cut it off its graph: write int(v.data)"
                " for the number alone, round(v) or math.floor(v) for a node"
            )

        def __xor__(self, other: Any) -> Any:
            return _unwritten(other, "v ^ n is no power (for Python it is bits' exclusive or): write v ** n")

        def __floordiv__(self, other: Any) -> Any:
            return _unwritten(other, "v // w is not defined: write math.floor(v / w), a node with derivative 0")

        def __matmul__(self, other: Any) -> Any:
            return _unwritten(other, "v @ w is for vectors: write v * w, or autograd.dot([a, b], [c, d]) for lists")

        __rxor__, __rfloordiv__, __rmatmul__ = __xor__, __floordiv__, __matmul__

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **settings: Any) -> Any:
        """NumPy asks here what its functions, and the signs between its numbers and a value, are to give."""
        name = ufunc.__name__
        if name in REFLECTED and method == "__call__" and not settings and inputs[1] is self:
            found = getattr(self, REFLECTED[name])(inputs[0])
            if found is not NotImplemented:
                return found
        return answer(ufunc, method, inputs, settings)

    @staticmethod
    def _unknown_arguments(names: dict[str, Never]) -> TypeError:
        name = next(iter(names))
        return TypeError(f"backward() has no argument {name!r}" + (f": {ARGUMENTS[name]}" if name in ARGUMENTS else ""))


for _name, _hint in ATTRIBUTES.items():
    setattr(Habits, _name, Unsettable("Value", _name, _hint))


def _unwritten(other: Any, hint: str) -> Any:
    """The error for a sign that values do not have; a type unknown here gets its turn first."""
    if is_foreign(other) and not isinstance(other, Node):
        return NotImplemented
    raise TypeError(hint)
