"""The operations that run: `Value` with its operators and methods, the functions, and their backward steps.

Generated from the rows of `table.py` by `python autograd/generate.py`; do not edit: change the row. Of each row come
the value on floats (`tanh_value`), the public function (`tanh`), the method (`Value.tanh`) and the backward step
(`tanh_backward`), which adds gradient × partial to the gradients of the node's inputs.
"""

# @generated

from __future__ import annotations

import builtins
import math
import operator
from collections.abc import Iterable, Sequence
from typing import final, overload

from .base import BaseValue
from .calls import apply, as_sequence, connect, no_value, place, wrong_lengths
from .clock import clock
from .node import CONSTANT, PARAMETER, UNSET, Node, replaced
from .partials import no_partial
from .recording import is_recording
from .rows.evaluate import careful_value
from .rows.floats import euclidean_norm, nearest_whole, products_of_others, whole_below
from .table import OPERATIONS

__all__ = [
    "Value",
    "abs",
    "acos",
    "acosh",
    "add",
    "affine",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "celu",
    "clamp",
    "cos",
    "cosh",
    "cross_entropy",
    "div",
    "dot",
    "elu",
    "erf",
    "erfc",
    "exp",
    "exp2",
    "exp_difference",
    "expm1",
    "floor",
    "gelu",
    "gelu_tanh",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "identity",
    "leaky_relu",
    "log",
    "log1p",
    "log2",
    "log10",
    "log_sigmoid",
    "logit",
    "logsumexp",
    "max",
    "maximum",
    "mean",
    "min",
    "minimum",
    "mish",
    "mod",
    "mul",
    "neg",
    "norm",
    "pow",
    "prod",
    "relu",
    "relu6",
    "round",
    "selu",
    "sigmoid",
    "silu",
    "sin",
    "sinh",
    "softplus",
    "softsign",
    "sqrt",
    "sub",
    "sum",
    "swish",
    "tan",
    "tanh",
    "tanhshrink",
    "where",
    "xlogy",
]

nan = math.nan
new = object.__new__


@final
class Value(BaseValue):
    """A scalar node: a number, the operation and the inputs it came from, and its gradient.

    data: the number. Integers and NumPy scalars become floats. Other types raise `TypeError`, nan `ValueError`.
    label: a name for texts and pictures.

    >>> a, b = Value(2.0, label="a"), Value(-3.0, label="b")
    >>> c = a * b + 10
    >>> c.backward()
    >>> c.data, a.grad, b.grad
    (4.0, -3.0, 2.0)

    `==` and `hash` are identity, so that values live in sets and dicts: to compare numbers, write `v.data == 0.5`
    (`v == 0.5` is always False); `<`, `<=`, `>`, `>=` compare data. What a value is made of stands in `node`, its
    passes in `base`, what it answers to habits from elsewhere in `habits`.

    >>> a == 2.0, a.data == 2.0, a < 3.0
    (False, True, True)
    """

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Refuse: a subclass would not survive the first operation."""
        raise TypeError("Value cannot be subclassed; write functions of values, or register an operation")

    def __add__(self, other: Value | float) -> Value:
        """`self + other`, see `add`."""
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = self._data + other._data
        if y != y:
            raise no_value(ADD, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ADD
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __iadd__(self, other: Value | float) -> Value:
        """`self += other`: a new value, as of `self + other`."""
        if self._operation is PARAMETER:
            raise replaced(self, "+=")
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = self._data + other._data
        if y != y:
            raise no_value(ADD, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ADD
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __radd__(self, other: float) -> Value:
        """`other + self`, see `add`."""
        constant = Value._constant(other)
        return NotImplemented if constant is None else constant + self

    def add(self, b: Value | float) -> Value:
        """The sum a + b.

        add(a, b) = a + b
        ∂/∂a = 1
        ∂/∂b = 1
        """
        return add(self, b)

    def __sub__(self, other: Value | float) -> Value:
        """`self - other`, see `sub`."""
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = self._data - other._data
        if y != y:
            raise no_value(SUB, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SUB
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __isub__(self, other: Value | float) -> Value:
        """`self -= other`: a new value, as of `self - other`."""
        if self._operation is PARAMETER:
            raise replaced(self, "-=")
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = self._data - other._data
        if y != y:
            raise no_value(SUB, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SUB
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __rsub__(self, other: float) -> Value:
        """`other - self`, see `sub`."""
        constant = Value._constant(other)
        return NotImplemented if constant is None else constant - self

    def sub(self, b: Value | float) -> Value:
        """The difference a - b.

        sub(a, b) = a - b
        ∂/∂a = 1
        ∂/∂b = -1
        """
        return sub(self, b)

    def __mul__(self, other: Value | float) -> Value:
        """`self * other`, see `mul`."""
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = self._data * other._data
        if y != y:
            raise no_value(MUL, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = MUL
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __imul__(self, other: Value | float) -> Value:
        """`self *= other`: a new value, as of `self * other`."""
        if self._operation is PARAMETER:
            raise replaced(self, "*=")
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = self._data * other._data
        if y != y:
            raise no_value(MUL, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = MUL
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __rmul__(self, other: float) -> Value:
        """`other * self`, see `mul`."""
        constant = Value._constant(other)
        return NotImplemented if constant is None else constant * self

    def mul(self, b: Value | float) -> Value:
        """The product a · b.

        mul(a, b) = a * b
        ∂/∂a = b
        ∂/∂b = a
        """
        return mul(self, b)

    def __truediv__(self, other: Value | float) -> Value:
        """`self / other`, see `div`."""
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = div_value(self._data, other._data)
        if y != y:
            raise no_value(DIV, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = DIV
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __itruediv__(self, other: Value | float) -> Value:
        """`self /= other`: a new value, as of `self / other`."""
        if self._operation is PARAMETER:
            raise replaced(self, "/=")
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = div_value(self._data, other._data)
        if y != y:
            raise no_value(DIV, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = DIV
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __rtruediv__(self, other: float) -> Value:
        """`other / self`, see `div`."""
        constant = Value._constant(other)
        return NotImplemented if constant is None else constant / self

    def div(self, b: Value | float) -> Value:
        """The quotient a / b.

        div(a, b) = a / b
        ∂/∂a = 1 / b
        ∂/∂b = -y / b
        domain: b != 0
        """
        return div(self, b)

    def __mod__(self, other: Value | float) -> Value:
        """`self % other`, see `mod`."""
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = mod_value(self._data, other._data)
        if y != y:
            raise no_value(MOD, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = MOD
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __imod__(self, other: Value | float) -> Value:
        """`self %= other`: a new value, as of `self % other`."""
        if self._operation is PARAMETER:
            raise replaced(self, "%=")
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = mod_value(self._data, other._data)
        if y != y:
            raise no_value(MOD, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = MOD
        node._first = self
        node._second = other
        node._tick = now
        return node

    def __rmod__(self, other: float) -> Value:
        """`other % self`, see `mod`."""
        constant = Value._constant(other)
        return NotImplemented if constant is None else constant % self

    def mod(self, b: Value | float) -> Value:
        """a - b · floor(a / b): the remainder, with the sign of b.

        mod(a, b) = a % b
        ∂/∂a = 1
        ∂/∂b = round((y - a) / b)
        domain: b != 0
        jump: a == b * round(a / b), values from 0 to b
        """
        return mod(self, b)

    def __pow__(self, other: Value | float) -> Value:
        """`self ** other`, see `pow`."""
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = pow_value(self._data, other._data)
        if y != y:
            raise no_value(POW, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = POW
        node._first = self
        node._second = other
        node._tick = now
        if not (self._data != 0.0 or other._data == 0.0 or other._data >= 1.0):
            node.origin = place()
        if not (other._operation is CONSTANT or self._data > 0.0 or (self._data == 0.0 and other._data > 0.0)):
            node.origin = place()
        return node

    def __ipow__(self, other: Value | float) -> Value:
        """`self **= other`: a new value, as of `self ** other`."""
        if self._operation is PARAMETER:
            raise replaced(self, "**=")
        if type(other) is not Value:
            constant = Value._constant(other)
            if constant is None:
                return NotImplemented
            other = constant
        now = clock.now
        y = pow_value(self._data, other._data)
        if y != y:
            raise no_value(POW, (self, other))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = POW
        node._first = self
        node._second = other
        node._tick = now
        if not (self._data != 0.0 or other._data == 0.0 or other._data >= 1.0):
            node.origin = place()
        if not (other._operation is CONSTANT or self._data > 0.0 or (self._data == 0.0 and other._data > 0.0)):
            node.origin = place()
        return node

    def __rpow__(self, other: float) -> Value:
        """`other ** self`, see `pow`."""
        constant = Value._constant(other)
        return NotImplemented if constant is None else constant ** self

    def pow(self, b: Value | float) -> Value:
        """The power a to the b; a negative a needs a whole b.

        pow(a, b) = a ** b
        ∂/∂a = where(abs(b) < 1 / 16, where(a == 0, 0, b * y / a), where(abs(b) < 2 ** 53, b * a ** (b - 1), where(a <
            0, b * y / a, b * a ** (b - 1))))   where a != 0 or b == 0 or b >= 1
        ∂/∂b = where(a == 0, 0, y * log(a))   where a > 0 or (a == 0 and b > 0)
        domain: a > 0 or (a == 0 and b >= 0) or (a < 0 and b % 1 == 0)
        """
        return pow(self, b)

    def neg(self) -> Value:
        """The negative -a.

        neg(a) = -a
        ∂/∂a = -1
        """
        now = clock.now
        y = -self._data
        if y != y:
            raise no_value(NEG, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = NEG
        node._first = self
        node._second = None
        node._tick = now
        return node

    __neg__ = neg

    def abs(self) -> Value:
        """The absolute value |a|.

        abs(a) = abs(a)
        ∂/∂a = where(a > 0, 1, where(a < 0, -1, 0))
        kink: a == 0, slopes from -1 to 1
        """
        now = clock.now
        y = abs_value(self._data)
        if y != y:
            raise no_value(ABS, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ABS
        node._first = self
        node._second = None
        node._tick = now
        return node

    __abs__ = abs

    def floor(self) -> Value:
        """The largest whole number ≤ a; its derivative is 0.

        floor(a) = floor(a)
        ∂/∂a = 0
        jump: a == round(a), values from y - 1 to y
        """
        now = clock.now
        y = floor_value(self._data)
        if y != y:
            raise no_value(FLOOR, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = FLOOR
        node._first = self
        node._second = None
        node._tick = now
        return node

    __floor__ = floor

    def round(self) -> Value:
        """The whole number nearest to a, the even one of two; its derivative is 0.

        round(a) = round(a)
        ∂/∂a = 0
        jump: a - floor(a) == 1 / 2, values from floor(a) to floor(a) + 1
        """
        now = clock.now
        y = round_value(self._data)
        if y != y:
            raise no_value(ROUND, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ROUND
        node._first = self
        node._second = None
        node._tick = now
        return node

    def exp(self) -> Value:
        """e to the a.

        exp(a) = exp(a)
        ∂/∂a = y
        """
        now = clock.now
        y = exp_value(self._data)
        if y != y:
            raise no_value(EXP, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = EXP
        node._first = self
        node._second = None
        node._tick = now
        return node

    def expm1(self) -> Value:
        """e to the a, minus 1, exact near 0.

        expm1(a) = expm1(a)
        ∂/∂a = exp(a)
        """
        now = clock.now
        y = expm1_value(self._data)
        if y != y:
            raise no_value(EXPM1, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = EXPM1
        node._first = self
        node._second = None
        node._tick = now
        return node

    def exp2(self) -> Value:
        """2 to the a.

        exp2(a) = 2 ** a
        ∂/∂a = y * log(2)
        """
        now = clock.now
        y = exp2_value(self._data)
        if y != y:
            raise no_value(EXP2, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = EXP2
        node._first = self
        node._second = None
        node._tick = now
        return node

    def log(self) -> Value:
        """The natural logarithm of a.

        log(a) = log(a)
        ∂/∂a = 1 / a
        domain: a > 0
        """
        now = clock.now
        y = log_value(self._data)
        if y != y:
            raise no_value(LOG, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LOG
        node._first = self
        node._second = None
        node._tick = now
        return node

    def log1p(self) -> Value:
        """The logarithm of 1 + a, exact near 0.

        log1p(a) = log1p(a)
        ∂/∂a = 1 / (1 + a)
        domain: a > -1
        """
        now = clock.now
        y = log1p_value(self._data)
        if y != y:
            raise no_value(LOG1P, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LOG1P
        node._first = self
        node._second = None
        node._tick = now
        return node

    def log2(self) -> Value:
        """The logarithm of a to base 2.

        log2(a) = log2(a)
        ∂/∂a = 1 / log(2) / a
        domain: a > 0
        """
        now = clock.now
        y = log2_value(self._data)
        if y != y:
            raise no_value(LOG2, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LOG2
        node._first = self
        node._second = None
        node._tick = now
        return node

    def log10(self) -> Value:
        """The logarithm of a to base 10.

        log10(a) = log10(a)
        ∂/∂a = 1 / log(10) / a
        domain: a > 0
        """
        now = clock.now
        y = log10_value(self._data)
        if y != y:
            raise no_value(LOG10, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LOG10
        node._first = self
        node._second = None
        node._tick = now
        return node

    def logit(self) -> Value:
        """log(a / (1 - a)), the inverse of sigmoid.

        logit(a) = where(a < 1 / 4, log(a / (1 - a)), 2 * atanh(2 * a - 1))
        ∂/∂a = 1 / (a * (1 - a))
        domain: a > 0 and a < 1
        source: scipy.special.logit
        """
        now = clock.now
        y = logit_value(self._data)
        if y != y:
            raise no_value(LOGIT, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LOGIT
        node._first = self
        node._second = None
        node._tick = now
        return node

    def sqrt(self) -> Value:
        """The square root of a.

        sqrt(a) = sqrt(a)
        ∂/∂a = 1 / (2 * y)   where a > 0
        domain: a >= 0
        """
        now = clock.now
        y = sqrt_value(self._data)
        if y != y:
            raise no_value(SQRT, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SQRT
        node._first = self
        node._second = None
        node._tick = now
        if not self._data > 0.0:
            node.origin = place()
        return node

    def sin(self) -> Value:
        """The sine of a (radians).

        sin(a) = sin(a)
        ∂/∂a = cos(a)
        """
        now = clock.now
        y = sin_value(self._data)
        if y != y:
            raise no_value(SIN, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SIN
        node._first = self
        node._second = None
        node._tick = now
        return node

    def cos(self) -> Value:
        """The cosine of a (radians).

        cos(a) = cos(a)
        ∂/∂a = -sin(a)
        """
        now = clock.now
        y = cos_value(self._data)
        if y != y:
            raise no_value(COS, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = COS
        node._first = self
        node._second = None
        node._tick = now
        return node

    def tan(self) -> Value:
        """The tangent of a (radians).

        tan(a) = tan(a)
        ∂/∂a = 1 + y ** 2
        """
        now = clock.now
        y = tan_value(self._data)
        if y != y:
            raise no_value(TAN, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = TAN
        node._first = self
        node._second = None
        node._tick = now
        return node

    def asin(self) -> Value:
        """The angle (radians) whose sine is a.

        asin(a) = asin(a)
        ∂/∂a = 1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))   where a > -1 and a < 1
        domain: a >= -1 and a <= 1
        """
        now = clock.now
        y = asin_value(self._data)
        if y != y:
            raise no_value(ASIN, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ASIN
        node._first = self
        node._second = None
        node._tick = now
        if not (self._data > -1.0 and self._data < 1.0):
            node.origin = place()
        return node

    def acos(self) -> Value:
        """The angle (radians) whose cosine is a.

        acos(a) = acos(a)
        ∂/∂a = -1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))   where a > -1 and a < 1
        domain: a >= -1 and a <= 1
        """
        now = clock.now
        y = acos_value(self._data)
        if y != y:
            raise no_value(ACOS, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ACOS
        node._first = self
        node._second = None
        node._tick = now
        if not (self._data > -1.0 and self._data < 1.0):
            node.origin = place()
        return node

    def atan(self) -> Value:
        """The angle (radians) whose tangent is a.

        atan(a) = atan(a)
        ∂/∂a = where(abs(a) < 1, 1 / (1 + a ** 2), 1 / a / (a + 1 / a))
        """
        now = clock.now
        y = atan_value(self._data)
        if y != y:
            raise no_value(ATAN, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ATAN
        node._first = self
        node._second = None
        node._tick = now
        return node

    def sinh(self) -> Value:
        """The hyperbolic sine of a.

        sinh(a) = sinh(a)
        ∂/∂a = cosh(a)
        """
        now = clock.now
        y = sinh_value(self._data)
        if y != y:
            raise no_value(SINH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SINH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def cosh(self) -> Value:
        """The hyperbolic cosine of a.

        cosh(a) = cosh(a)
        ∂/∂a = sinh(a)
        """
        now = clock.now
        y = cosh_value(self._data)
        if y != y:
            raise no_value(COSH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = COSH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def tanh(self) -> Value:
        """The hyperbolic tangent of a.

        tanh(a) = tanh(a)
        ∂/∂a = 1 - y ** 2
        source: lectures, L3
        """
        now = clock.now
        y = tanh_value(self._data)
        if y != y:
            raise no_value(TANH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = TANH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def asinh(self) -> Value:
        """The number whose hyperbolic sine is a.

        asinh(a) = asinh(a)
        ∂/∂a = 1 / norm(a, 1)
        """
        now = clock.now
        y = asinh_value(self._data)
        if y != y:
            raise no_value(ASINH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ASINH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def acosh(self) -> Value:
        """The number ≥ 0 whose hyperbolic cosine is a.

        acosh(a) = acosh(a)
        ∂/∂a = 1 / (sqrt(a - 1) * sqrt(a + 1))   where a > 1
        domain: a >= 1
        """
        now = clock.now
        y = acosh_value(self._data)
        if y != y:
            raise no_value(ACOSH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ACOSH
        node._first = self
        node._second = None
        node._tick = now
        if not self._data > 1.0:
            node.origin = place()
        return node

    def atanh(self) -> Value:
        """The number whose hyperbolic tangent is a.

        atanh(a) = atanh(a)
        ∂/∂a = 1 / where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a))
        domain: a > -1 and a < 1
        """
        now = clock.now
        y = atanh_value(self._data)
        if y != y:
            raise no_value(ATANH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ATANH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def erf(self) -> Value:
        """The error function of a.

        erf(a) = erf(a)
        ∂/∂a = 2 / sqrt(pi) * exp(-a ** 2)
        """
        now = clock.now
        y = erf_value(self._data)
        if y != y:
            raise no_value(ERF, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ERF
        node._first = self
        node._second = None
        node._tick = now
        return node

    def erfc(self) -> Value:
        """1 - erf(a), exact for large a.

        erfc(a) = erfc(a)
        ∂/∂a = -2 / sqrt(pi) * exp(-a ** 2)
        """
        now = clock.now
        y = erfc_value(self._data)
        if y != y:
            raise no_value(ERFC, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ERFC
        node._first = self
        node._second = None
        node._tick = now
        return node

    def sigmoid(self) -> Value:
        """The logistic function 1 / (1 + e^-a).

        sigmoid(a) = where(a >= 0, 1 / (1 + exp(-a)), exp(a) / (1 + exp(a)))
        ∂/∂a = y * (1 - y)
        source: lectures, L3
        """
        now = clock.now
        y = sigmoid_value(self._data)
        if y != y:
            raise no_value(SIGMOID, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SIGMOID
        node._first = self
        node._second = None
        node._tick = now
        return node

    def softplus(self) -> Value:
        """log(1 + e^a), the smooth relu.

        softplus(a) = where(a > 0, a, 0) + log1p(exp(-abs(a)))
        ∂/∂a = sigmoid(a)
        source: lectures, L3
        """
        now = clock.now
        y = softplus_value(self._data)
        if y != y:
            raise no_value(SOFTPLUS, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SOFTPLUS
        node._first = self
        node._second = None
        node._tick = now
        return node

    def log_sigmoid(self) -> Value:
        """The logarithm of sigmoid(a), without underflow.

        log_sigmoid(a) = where(a < 0, a, 0) - log1p(exp(-abs(a)))
        ∂/∂a = sigmoid(-a)
        source: lectures, L4
        """
        now = clock.now
        y = log_sigmoid_value(self._data)
        if y != y:
            raise no_value(LOG_SIGMOID, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LOG_SIGMOID
        node._first = self
        node._second = None
        node._tick = now
        return node

    def relu(self) -> Value:
        """max(0, a).

        relu(a) = where(a > 0, a, 0)
        ∂/∂a = where(a > 0, 1, 0)
        kink: a == 0, slopes from 0 to 1
        source: lectures, L3
        """
        now = clock.now
        y = self._data if self._data > 0.0 else 0.0
        if y != y:
            raise no_value(RELU, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = RELU
        node._first = self
        node._second = None
        node._tick = now
        return node

    def leaky_relu(self, slope: Value | float = 0.01) -> Value:
        """a where a > 0, slope · a else.

        leaky_relu(a, slope=0.01) = where(a > 0, a, slope * a)
        ∂/∂a = where(a > 0, 1, slope)
        ∂/∂slope = where(a > 0, 0, a)
        kink: a == 0, slopes from slope to 1
        source: lectures, L3
        """
        if type(slope) is not Value:
            return apply(LEAKY_RELU, self, slope)  # type: ignore[no-any-return]
        now = clock.now
        y = self._data if self._data > 0.0 else slope._data * self._data
        if y != y:
            raise no_value(LEAKY_RELU, (self, slope))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = LEAKY_RELU
        node._first = self
        node._second = slope
        node._tick = now
        return node

    def elu(self, alpha: Value | float = 1.0) -> Value:
        """a where a > 0, alpha · (e^a - 1) else.

        elu(a, alpha=1.0) = where(a > 0, a, alpha * expm1(a))
        ∂/∂a = where(a > 0, 1, alpha * exp(a))
        ∂/∂alpha = where(a > 0, 0, expm1(a))
        kink: a == 0, slopes from alpha to 1
        source: Clevert, Unterthiner, Hochreiter 2015, arXiv:1511.07289, eq. 4 and 5
        """
        if type(alpha) is not Value:
            return apply(ELU, self, alpha)  # type: ignore[no-any-return]
        now = clock.now
        y = elu_value(self._data, alpha._data)
        if y != y:
            raise no_value(ELU, (self, alpha))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = ELU
        node._first = self
        node._second = alpha
        node._tick = now
        return node

    def celu(self, alpha: Value | float = 1.0) -> Value:
        """a where a > 0, alpha · (e^(a / alpha) - 1) else: an elu without a kink.

        celu(a, alpha=1.0) = where(a > 0, a, alpha * expm1(a / alpha))
        ∂/∂a = where(a > 0, 1, exp(a / alpha))
        ∂/∂alpha = where(a > 0, 0, expm1(a / alpha) - a * (exp(a / alpha) / alpha))
        domain: alpha > 0
        source: Barron 2017, arXiv:1704.07483, eq. 2 and 3
        """
        if type(alpha) is not Value:
            return apply(CELU, self, alpha)  # type: ignore[no-any-return]
        now = clock.now
        y = celu_value(self._data, alpha._data)
        if y != y:
            raise no_value(CELU, (self, alpha))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = CELU
        node._first = self
        node._second = alpha
        node._tick = now
        return node

    def selu(self) -> Value:
        """The elu that keeps mean 0 and variance 1 from layer to layer.

        selu(a) = 1.0507009873554805 * where(a > 0, a, 1.6732632423543772 * expm1(a))
        ∂/∂a = 1.0507009873554805 * where(a > 0, 1, 1.6732632423543772 * exp(a))
        kink: a == 0, slopes from 1.0507009873554805 to 1.0507009873554805 * 1.6732632423543772
        source: Klambauer, Unterthiner, Mayr, Hochreiter 2017, arXiv:1706.02515, eq. 2 and 14
        """
        now = clock.now
        y = selu_value(self._data)
        if y != y:
            raise no_value(SELU, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SELU
        node._first = self
        node._second = None
        node._tick = now
        return node

    def gelu(self) -> Value:
        """a · Φ(a), with Φ the normal distribution (the exact GELU).

        gelu(a) = a * (erfc(-a / sqrt(2)) / 2)
        ∂/∂a = erfc(-a / sqrt(2)) / 2 + a * (exp(-a * a / 2) / sqrt(2 * pi))
        source: lectures, L3
        """
        now = clock.now
        y = gelu_value(self._data)
        if y != y:
            raise no_value(GELU, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = GELU
        node._first = self
        node._second = None
        node._tick = now
        return node

    def gelu_tanh(self) -> Value:
        """The tanh form of GELU.

        gelu_tanh(a) = where(abs(a) < 25, a * sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)), where(a > 0, a, 0))
        ∂/∂a = where(abs(a) < 25, sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)) * (1 + a * sigmoid(-2 * sqrt(2 /
            pi) * (a + 0.044715 * a ** 3)) * (2 * sqrt(2 / pi) * (1 + 3 * (0.044715 * a ** 2)))), where(a > 0, 1, 0))
        source: lectures, L3
        """
        now = clock.now
        y = gelu_tanh_value(self._data)
        if y != y:
            raise no_value(GELU_TANH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = GELU_TANH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def silu(self) -> Value:
        """a · sigmoid(a), also called swish.

        silu(a) = a * sigmoid(a)
        ∂/∂a = sigmoid(a) * (1 + a * sigmoid(-a))
        source: lectures, L3
        """
        now = clock.now
        y = silu_value(self._data)
        if y != y:
            raise no_value(SILU, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SILU
        node._first = self
        node._second = None
        node._tick = now
        return node

    def swish(self, beta: Value | float = 1.0) -> Value:
        """a · sigmoid(beta · a); beta may be learned.

        swish(a, beta=1.0) = a * sigmoid(beta * a)
        ∂/∂a = where(abs(beta * a) < 1000, sigmoid(beta * a) * (1 + beta * a * sigmoid(-beta * a)), where(beta * a > 0,
            1, 0))
        ∂/∂beta = where(abs(beta * a) < 1000, a * sigmoid(beta * a) * (a * sigmoid(-beta * a)), 0)
        source: lectures, L3
        """
        if type(beta) is not Value:
            return apply(SWISH, self, beta)  # type: ignore[no-any-return]
        now = clock.now
        y = swish_value(self._data, beta._data)
        if y != y:
            raise no_value(SWISH, (self, beta))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SWISH
        node._first = self
        node._second = beta
        node._tick = now
        return node

    def mish(self) -> Value:
        """a · tanh(softplus(a)).

        mish(a) = a * tanh(softplus(a))
        ∂/∂a = tanh(softplus(a)) + a * sigmoid(a) * (1 - tanh(softplus(a)) ** 2)
        source: Misra 2019, arXiv:1908.08681, eq. 1
        """
        now = clock.now
        y = mish_value(self._data)
        if y != y:
            raise no_value(MISH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = MISH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def softsign(self) -> Value:
        """a / (1 + |a|): like tanh, with slower tails.

        softsign(a) = a / (1 + abs(a))
        ∂/∂a = 1 / (1 + abs(a)) / (1 + abs(a))
        source: Turian, Bergstra, Bengio 2009
        """
        now = clock.now
        y = softsign_value(self._data)
        if y != y:
            raise no_value(SOFTSIGN, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = SOFTSIGN
        node._first = self
        node._second = None
        node._tick = now
        return node

    def tanhshrink(self) -> Value:
        """a - tanh(a).

        tanhshrink(a) = a - tanh(a)
        ∂/∂a = tanh(a) ** 2
        source: torch.nn.Tanhshrink
        """
        now = clock.now
        y = tanhshrink_value(self._data)
        if y != y:
            raise no_value(TANHSHRINK, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = TANHSHRINK
        node._first = self
        node._second = None
        node._tick = now
        return node

    def relu6(self) -> Value:
        """min(max(0, a), 6).

        relu6(a) = where(a > 0, where(a < 6, a, 6), 0)
        ∂/∂a = where(a > 0, where(a < 6, 1, 0), 0)
        kink: a == 0, slopes from 0 to 1
        kink: a == 6, slopes from 0 to 1
        source: Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10
        """
        now = clock.now
        y = (self._data if self._data < 6.0 else 6.0) if self._data > 0.0 else 0.0
        if y != y:
            raise no_value(RELU6, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = RELU6
        node._first = self
        node._second = None
        node._tick = now
        return node

    def hardtanh(self, lo: Value | float = -1.0, hi: Value | float = 1.0) -> Value:
        """a, kept within lo and hi: tanh of three straight lines.

        hardtanh(a, lo=-1.0, hi=1.0) = where(a > lo, where(a < hi, a, hi), lo)
        ∂/∂a = where(a > lo, where(a < hi, 1, 0), 0)
        ∂/∂lo = where(a > lo, 0, 1)
        ∂/∂hi = where(a < hi, 0, 1)
        domain: lo < hi
        kink: a == lo, slopes from 0 to 1
        kink: a == hi, slopes from 0 to 1
        source: torch.nn.Hardtanh
        """
        if type(lo) is not Value or type(hi) is not Value:
            return apply(HARDTANH, self, lo, hi)  # type: ignore[no-any-return]
        now = clock.now
        y = hardtanh_value(self._data, lo._data, hi._data)
        if y != y:
            raise no_value(HARDTANH, (self, lo, hi))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = HARDTANH
        node._first = (self, lo, hi)
        node._second = None
        node._tick = now
        return node

    def hardsigmoid(self) -> Value:
        """relu6(a + 3) / 6: sigmoid of three straight lines.

        hardsigmoid(a) = where(a > -3, where(a < 3, (a + 3) / 6, 1), 0)
        ∂/∂a = where(a > -3, where(a < 3, 1 / 6, 0), 0)
        kink: a == -3, slopes from 0 to 1 / 6
        kink: a == 3, slopes from 0 to 1 / 6
        source: Howard et al. 2019, arXiv:1905.02244, 5.2
        """
        now = clock.now
        y = hardsigmoid_value(self._data)
        if y != y:
            raise no_value(HARDSIGMOID, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = HARDSIGMOID
        node._first = self
        node._second = None
        node._tick = now
        return node

    def hardswish(self) -> Value:
        """a · hardsigmoid(a).

        hardswish(a) = where(a > -3, where(a < 3, a * ((a + 3) / 6), a), 0)
        ∂/∂a = where(a > -3, where(a < 3, (2 * a + 3) / 6, 1), 0)
        kink: a == -3, slopes from -1 / 2 to 0
        kink: a == 3, slopes from 1 to 3 / 2
        source: Howard et al. 2019, arXiv:1905.02244, 5.2
        """
        now = clock.now
        y = hardswish_value(self._data)
        if y != y:
            raise no_value(HARDSWISH, (self,))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = HARDSWISH
        node._first = self
        node._second = None
        node._tick = now
        return node

    def clamp(self, lo: Value | float, hi: Value | float) -> Value:
        """a, kept within lo and hi; where all three are one, the bounds share the gradient.

        clamp(a, lo, hi) = where(a < lo, lo, where(a > hi, hi, a))
        ∂/∂a = where(a < lo, 0, where(a > hi, 0, where(lo == hi, 0, 1)))
        ∂/∂lo = where(a < lo, 1, where(a > hi, 0, where(lo == hi, 1 / 2, 0)))
        ∂/∂hi = where(a > hi, 1, where(a < lo, 0, where(lo == hi, 1 / 2, 0)))
        domain: lo <= hi
        kink: a == lo, slopes from 0 to 1
        kink: a == hi, slopes from 0 to 1
        """
        if type(lo) is not Value or type(hi) is not Value:
            return apply(CLAMP, self, lo, hi)  # type: ignore[no-any-return]
        now = clock.now
        y = clamp_value(self._data, lo._data, hi._data)
        if y != y:
            raise no_value(CLAMP, (self, lo, hi))
        if clock.paused and not is_recording():
            return Value._leaf(y)
        node = new(Value)
        node._data = y
        node._grad = UNSET
        node._operation = CLAMP
        node._first = (self, lo, hi)
        node._second = None
        node._tick = now
        return node


ADD = OPERATIONS["add"]


def add_value(a: float, b: float) -> float:
    """a + b."""
    return a + b


@overload
def add(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def add(a: Value | float, b: Value | float) -> Value: ...
def add(a: Value | float, b: Value | float) -> Value | float:
    """The sum a + b.

    add(a, b) = a + b
    ∂/∂a = 1
    ∂/∂b = 1
    """
    if type(a) is Value and type(b) is Value:
        return a + b
    return apply(ADD, a, b)  # type: ignore[no-any-return]


def add_backward(node: Node) -> None:
    """∂/∂a = 1, ∂/∂b = 1."""
    first = node._first
    second = node._second
    grad = node._grad
    first._grad += grad
    second._grad += grad


SUB = OPERATIONS["sub"]


def sub_value(a: float, b: float) -> float:
    """a - b."""
    return a - b


@overload
def sub(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def sub(a: Value | float, b: Value | float) -> Value: ...
def sub(a: Value | float, b: Value | float) -> Value | float:
    """The difference a - b.

    sub(a, b) = a - b
    ∂/∂a = 1
    ∂/∂b = -1
    """
    if type(a) is Value and type(b) is Value:
        return a - b
    return apply(SUB, a, b)  # type: ignore[no-any-return]


def sub_backward(node: Node) -> None:
    """∂/∂a = 1, ∂/∂b = -1."""
    first = node._first
    second = node._second
    grad = node._grad
    first._grad += grad
    second._grad -= grad


MUL = OPERATIONS["mul"]


def mul_value(a: float, b: float) -> float:
    """a * b."""
    return a * b


@overload
def mul(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def mul(a: Value | float, b: Value | float) -> Value: ...
def mul(a: Value | float, b: Value | float) -> Value | float:
    """The product a · b.

    mul(a, b) = a * b
    ∂/∂a = b
    ∂/∂b = a
    """
    if type(a) is Value and type(b) is Value:
        return a * b
    return apply(MUL, a, b)  # type: ignore[no-any-return]


def mul_backward(node: Node) -> None:
    """∂/∂a = b, ∂/∂b = a."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    b = second._data
    first._grad += grad * b
    second._grad += grad * a


DIV = OPERATIONS["div"]


def div_value(a: float, b: float) -> float:
    """a / b; nan unless b != 0."""
    if b == 0.0:
        return nan
    try:
        return a / b
    except (ArithmeticError, ValueError):
        return careful_value(DIV, a, b)


@overload
def div(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def div(a: Value | float, b: Value | float) -> Value: ...
def div(a: Value | float, b: Value | float) -> Value | float:
    """The quotient a / b.

    div(a, b) = a / b
    ∂/∂a = 1 / b
    ∂/∂b = -y / b
    domain: b != 0
    """
    if type(a) is Value and type(b) is Value:
        return a / b
    return apply(DIV, a, b)  # type: ignore[no-any-return]


def div_backward(node: Node) -> None:
    """∂/∂a = 1 / b, ∂/∂b = -y / b."""
    first = node._first
    second = node._second
    grad = node._grad
    y = node._data
    b = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        by_a = 1.0 / b
    by_b = 0.0
    if second._operation is not CONSTANT:
        by_b = -y / b
    first._grad += grad * by_a
    second._grad += grad * by_b


MOD = OPERATIONS["mod"]


def mod_value(a: float, b: float) -> float:
    """a % b; nan unless b != 0."""
    if b == 0.0:
        return nan
    try:
        return a % b
    except (ArithmeticError, ValueError):
        return careful_value(MOD, a, b)


@overload
def mod(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def mod(a: Value | float, b: Value | float) -> Value: ...
def mod(a: Value | float, b: Value | float) -> Value | float:
    """a - b · floor(a / b): the remainder, with the sign of b.

    mod(a, b) = a % b
    ∂/∂a = 1
    ∂/∂b = round((y - a) / b)
    domain: b != 0
    jump: a == b * round(a / b), values from 0 to b
    """
    if type(a) is Value and type(b) is Value:
        return a % b
    return apply(MOD, a, b)  # type: ignore[no-any-return]


def mod_backward(node: Node) -> None:
    """∂/∂a = 1, ∂/∂b = round((y - a) / b)."""
    first = node._first
    second = node._second
    grad = node._grad
    y = node._data
    a = first._data
    b = second._data
    by_b = 0.0
    if second._operation is not CONSTANT:
        by_b = nearest_whole((y - a) / b)
    first._grad += grad
    second._grad += grad * by_b


POW = OPERATIONS["pow"]


def pow_value(a: float, b: float) -> float:
    """a ** b; nan unless a > 0 or (a == 0 and b >= 0) or (a < 0 and b % 1 == 0)."""
    try:
        if not (a > 0.0 or (a == 0.0 and b >= 0.0) or (a < 0.0 and b % 1.0 == 0.0)):
            return nan
        return math.pow(a, b)
    except (ArithmeticError, ValueError):
        return careful_value(POW, a, b)


@overload
def pow(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def pow(a: Value | float, b: Value | float) -> Value: ...
def pow(a: Value | float, b: Value | float) -> Value | float:
    """The power a to the b; a negative a needs a whole b.

    pow(a, b) = a ** b
    ∂/∂a = where(abs(b) < 1 / 16, where(a == 0, 0, b * y / a), where(abs(b) < 2 ** 53, b * a ** (b - 1), where(a <
        0, b * y / a, b * a ** (b - 1))))   where a != 0 or b == 0 or b >= 1
    ∂/∂b = where(a == 0, 0, y * log(a))   where a > 0 or (a == 0 and b > 0)
    domain: a > 0 or (a == 0 and b >= 0) or (a < 0 and b % 1 == 0)
    """
    if type(a) is Value and type(b) is Value:
        return a ** b
    return apply(POW, a, b)  # type: ignore[no-any-return]


def pow_backward(node: Node) -> None:
    """∂/∂a = where(abs(b) < 1 / 16, where(a == 0, 0, b * y / a), where(abs(b) < 2 ** 53, b * a ** (b - 1), where(a
    < 0, b * y / a, b * a ** (b - 1)))), ∂/∂b = where(a == 0, 0, y * log(a)).
    """
    first = node._first
    second = node._second
    grad = node._grad
    y = node._data
    a = first._data
    b = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not (a != 0.0 or b == 0.0 or b >= 1.0):
            raise no_partial(node, 0)
        by_a = (
            (0.0 if a == 0.0 else b * y / a) if math.fabs(b) < 0.0625 else b * math.pow(a, b - 1.0)
            if math.fabs(b) < 9007199254740992.0 else b * y / a if a < 0.0 else b * math.pow(a, b - 1.0)
        )
    by_b = 0.0
    if second._operation is not CONSTANT:
        if not (a > 0.0 or (a == 0.0 and b > 0.0)):
            raise no_partial(node, 1)
        by_b = 0.0 if a == 0.0 else y * math.log(a)
    first._grad += grad * by_a
    second._grad += grad * by_b


NEG = OPERATIONS["neg"]


def neg_value(a: float) -> float:
    """-a."""
    return -a


@overload
def neg(a: float) -> float: ...
@overload
def neg(a: Value) -> Value: ...
def neg(a: Value | float) -> Value | float:
    """The negative -a.

    neg(a) = -a
    ∂/∂a = -1
    """
    if type(a) is Value:
        return a.neg()
    return apply(NEG, a)  # type: ignore[no-any-return]


def neg_backward(node: Node) -> None:
    """∂/∂a = -1."""
    first = node._first
    grad = node._grad
    first._grad -= grad


ABS = OPERATIONS["abs"]


def abs_value(a: float) -> float:
    """abs(a)."""
    try:
        return math.fabs(a)
    except (ArithmeticError, ValueError):
        return careful_value(ABS, a)


@overload
def abs(a: float) -> float: ...
@overload
def abs(a: Value) -> Value: ...
def abs(a: Value | float) -> Value | float:
    """The absolute value |a|.

    abs(a) = abs(a)
    ∂/∂a = where(a > 0, 1, where(a < 0, -1, 0))
    kink: a == 0, slopes from -1 to 1
    """
    if type(a) is Value:
        return a.abs()
    return apply(ABS, a)  # type: ignore[no-any-return]


def abs_backward(node: Node) -> None:
    """∂/∂a = where(a > 0, 1, where(a < 0, -1, 0))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0)


FLOOR = OPERATIONS["floor"]


def floor_value(a: float) -> float:
    """floor(a)."""
    try:
        return whole_below(a)
    except (ArithmeticError, ValueError):
        return careful_value(FLOOR, a)


@overload
def floor(a: float) -> float: ...
@overload
def floor(a: Value) -> Value: ...
def floor(a: Value | float) -> Value | float:
    """The largest whole number ≤ a; its derivative is 0.

    floor(a) = floor(a)
    ∂/∂a = 0
    jump: a == round(a), values from y - 1 to y
    """
    if type(a) is Value:
        return a.floor()
    return apply(FLOOR, a)  # type: ignore[no-any-return]


def floor_backward(node: Node) -> None:
    """∂/∂a = 0."""


ROUND = OPERATIONS["round"]


def round_value(a: float) -> float:
    """round(a)."""
    try:
        return nearest_whole(a)
    except (ArithmeticError, ValueError):
        return careful_value(ROUND, a)


@overload
def round(a: float) -> float: ...
@overload
def round(a: Value) -> Value: ...
def round(a: Value | float) -> Value | float:
    """The whole number nearest to a, the even one of two; its derivative is 0.

    round(a) = round(a)
    ∂/∂a = 0
    jump: a - floor(a) == 1 / 2, values from floor(a) to floor(a) + 1
    """
    if type(a) is Value:
        return a.round()
    return apply(ROUND, a)  # type: ignore[no-any-return]


def round_backward(node: Node) -> None:
    """∂/∂a = 0."""


EXP = OPERATIONS["exp"]


def exp_value(a: float) -> float:
    """exp(a)."""
    try:
        return math.exp(a)
    except (ArithmeticError, ValueError):
        return careful_value(EXP, a)


@overload
def exp(a: float) -> float: ...
@overload
def exp(a: Value) -> Value: ...
def exp(a: Value | float) -> Value | float:
    """e to the a.

    exp(a) = exp(a)
    ∂/∂a = y
    """
    if type(a) is Value:
        return a.exp()
    return apply(EXP, a)  # type: ignore[no-any-return]


def exp_backward(node: Node) -> None:
    """∂/∂a = y."""
    first = node._first
    grad = node._grad
    y = node._data
    first._grad += grad * y


EXP_DIFFERENCE = OPERATIONS["exp_difference"]


def exp_difference_value(a: float, b: float) -> float:
    """exp(a - b)."""
    try:
        return math.exp(a - b)
    except (ArithmeticError, ValueError):
        return careful_value(EXP_DIFFERENCE, a, b)


@overload
def exp_difference(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def exp_difference(a: Value | float, b: Value | float) -> Value: ...
def exp_difference(a: Value | float, b: Value | float) -> Value | float:
    """e to the a - b: a term of softmax, with b near the largest a.

    exp_difference(a, b) = exp(a - b)
    ∂/∂a = y
    ∂/∂b = -y
    """
    if type(a) is not Value or type(b) is not Value:
        return apply(EXP_DIFFERENCE, a, b)  # type: ignore[no-any-return]
    now = clock.now
    y = exp_difference_value(a._data, b._data)
    if y != y:
        raise no_value(EXP_DIFFERENCE, (a, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = EXP_DIFFERENCE
    node._first = a
    node._second = b
    node._tick = now
    return node


def exp_difference_backward(node: Node) -> None:
    """∂/∂a = y, ∂/∂b = -y."""
    first = node._first
    second = node._second
    grad = node._grad
    y = node._data
    first._grad += grad * y
    second._grad += grad * -y


EXPM1 = OPERATIONS["expm1"]


def expm1_value(a: float) -> float:
    """expm1(a)."""
    try:
        return math.expm1(a)
    except (ArithmeticError, ValueError):
        return careful_value(EXPM1, a)


@overload
def expm1(a: float) -> float: ...
@overload
def expm1(a: Value) -> Value: ...
def expm1(a: Value | float) -> Value | float:
    """e to the a, minus 1, exact near 0.

    expm1(a) = expm1(a)
    ∂/∂a = exp(a)
    """
    if type(a) is Value:
        return a.expm1()
    return apply(EXPM1, a)  # type: ignore[no-any-return]


def expm1_backward(node: Node) -> None:
    """∂/∂a = exp(a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * math.exp(a)


EXP2 = OPERATIONS["exp2"]


def exp2_value(a: float) -> float:
    """2 ** a."""
    try:
        return math.pow(2.0, a)
    except (ArithmeticError, ValueError):
        return careful_value(EXP2, a)


@overload
def exp2(a: float) -> float: ...
@overload
def exp2(a: Value) -> Value: ...
def exp2(a: Value | float) -> Value | float:
    """2 to the a.

    exp2(a) = 2 ** a
    ∂/∂a = y * log(2)
    """
    if type(a) is Value:
        return a.exp2()
    return apply(EXP2, a)  # type: ignore[no-any-return]


def exp2_backward(node: Node) -> None:
    """∂/∂a = y * log(2)."""
    first = node._first
    grad = node._grad
    y = node._data
    first._grad += grad * (y * 0.6931471805599453)


LOG = OPERATIONS["log"]


def log_value(a: float) -> float:
    """log(a); nan unless a > 0."""
    if not a > 0.0:
        return nan
    try:
        return math.log(a)
    except (ArithmeticError, ValueError):
        return careful_value(LOG, a)


@overload
def log(a: float) -> float: ...
@overload
def log(a: Value) -> Value: ...
def log(a: Value | float) -> Value | float:
    """The natural logarithm of a.

    log(a) = log(a)
    ∂/∂a = 1 / a
    domain: a > 0
    """
    if type(a) is Value:
        return a.log()
    return apply(LOG, a)  # type: ignore[no-any-return]


def log_backward(node: Node) -> None:
    """∂/∂a = 1 / a."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / a)


LOG1P = OPERATIONS["log1p"]


def log1p_value(a: float) -> float:
    """log1p(a); nan unless a > -1."""
    if not a > -1.0:
        return nan
    try:
        return math.log1p(a)
    except (ArithmeticError, ValueError):
        return careful_value(LOG1P, a)


@overload
def log1p(a: float) -> float: ...
@overload
def log1p(a: Value) -> Value: ...
def log1p(a: Value | float) -> Value | float:
    """The logarithm of 1 + a, exact near 0.

    log1p(a) = log1p(a)
    ∂/∂a = 1 / (1 + a)
    domain: a > -1
    """
    if type(a) is Value:
        return a.log1p()
    return apply(LOG1P, a)  # type: ignore[no-any-return]


def log1p_backward(node: Node) -> None:
    """∂/∂a = 1 / (1 + a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / (1.0 + a))


LOG2 = OPERATIONS["log2"]


def log2_value(a: float) -> float:
    """log2(a); nan unless a > 0."""
    if not a > 0.0:
        return nan
    try:
        return math.log2(a)
    except (ArithmeticError, ValueError):
        return careful_value(LOG2, a)


@overload
def log2(a: float) -> float: ...
@overload
def log2(a: Value) -> Value: ...
def log2(a: Value | float) -> Value | float:
    """The logarithm of a to base 2.

    log2(a) = log2(a)
    ∂/∂a = 1 / log(2) / a
    domain: a > 0
    """
    if type(a) is Value:
        return a.log2()
    return apply(LOG2, a)  # type: ignore[no-any-return]


def log2_backward(node: Node) -> None:
    """∂/∂a = 1 / log(2) / a."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.4426950408889634 / a)


LOG10 = OPERATIONS["log10"]


def log10_value(a: float) -> float:
    """log10(a); nan unless a > 0."""
    if not a > 0.0:
        return nan
    try:
        return math.log10(a)
    except (ArithmeticError, ValueError):
        return careful_value(LOG10, a)


@overload
def log10(a: float) -> float: ...
@overload
def log10(a: Value) -> Value: ...
def log10(a: Value | float) -> Value | float:
    """The logarithm of a to base 10.

    log10(a) = log10(a)
    ∂/∂a = 1 / log(10) / a
    domain: a > 0
    """
    if type(a) is Value:
        return a.log10()
    return apply(LOG10, a)  # type: ignore[no-any-return]


def log10_backward(node: Node) -> None:
    """∂/∂a = 1 / log(10) / a."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (0.43429448190325176 / a)


LOGIT = OPERATIONS["logit"]


def logit_value(a: float) -> float:
    """where(a < 1 / 4, log(a / (1 - a)), 2 * atanh(2 * a - 1)); nan unless a > 0 and a < 1."""
    if not (a > 0.0 and a < 1.0):
        return nan
    try:
        return math.log(a / (1.0 - a)) if a < 0.25 else 2.0 * math.atanh(2.0 * a - 1.0)
    except (ArithmeticError, ValueError):
        return careful_value(LOGIT, a)


@overload
def logit(a: float) -> float: ...
@overload
def logit(a: Value) -> Value: ...
def logit(a: Value | float) -> Value | float:
    """log(a / (1 - a)), the inverse of sigmoid.

    logit(a) = where(a < 1 / 4, log(a / (1 - a)), 2 * atanh(2 * a - 1))
    ∂/∂a = 1 / (a * (1 - a))
    domain: a > 0 and a < 1
    source: scipy.special.logit
    """
    if type(a) is Value:
        return a.logit()
    return apply(LOGIT, a)  # type: ignore[no-any-return]


def logit_backward(node: Node) -> None:
    """∂/∂a = 1 / (a * (1 - a))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / (a * (1.0 - a)))


XLOGY = OPERATIONS["xlogy"]


def xlogy_value(a: float, b: float) -> float:
    """where(a == 0, 0, a * log(b)); nan unless b > 0 or (a == 0 and b == 0)."""
    if not (b > 0.0 or (a == 0.0 and b == 0.0)):
        return nan
    try:
        return 0.0 if a == 0.0 else a * math.log(b)
    except (ArithmeticError, ValueError):
        return careful_value(XLOGY, a, b)


@overload
def xlogy(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def xlogy(a: Value | float, b: Value | float) -> Value: ...
def xlogy(a: Value | float, b: Value | float) -> Value | float:
    """a · log(b), and 0 where a is 0: the terms of an entropy.

    xlogy(a, b) = where(a == 0, 0, a * log(b))
    ∂/∂a = log(b)   where b > 0
    ∂/∂b = where(b == 0, 0, a / b)
    domain: b > 0 or (a == 0 and b == 0)
    source: scipy.special.xlogy
    """
    if type(a) is not Value or type(b) is not Value:
        return apply(XLOGY, a, b)  # type: ignore[no-any-return]
    now = clock.now
    y = xlogy_value(a._data, b._data)
    if y != y:
        raise no_value(XLOGY, (a, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = XLOGY
    node._first = a
    node._second = b
    node._tick = now
    if not b._data > 0.0:
        node.origin = place()
    return node


def xlogy_backward(node: Node) -> None:
    """∂/∂a = log(b), ∂/∂b = where(b == 0, 0, a / b)."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    b = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not b > 0.0:
            raise no_partial(node, 0)
        by_a = math.log(b)
    by_b = 0.0
    if second._operation is not CONSTANT:
        by_b = 0.0 if b == 0.0 else a / b
    first._grad += grad * by_a
    second._grad += grad * by_b


SQRT = OPERATIONS["sqrt"]


def sqrt_value(a: float) -> float:
    """sqrt(a); nan unless a >= 0."""
    if not a >= 0.0:
        return nan
    try:
        return math.sqrt(a)
    except (ArithmeticError, ValueError):
        return careful_value(SQRT, a)


@overload
def sqrt(a: float) -> float: ...
@overload
def sqrt(a: Value) -> Value: ...
def sqrt(a: Value | float) -> Value | float:
    """The square root of a.

    sqrt(a) = sqrt(a)
    ∂/∂a = 1 / (2 * y)   where a > 0
    domain: a >= 0
    """
    if type(a) is Value:
        return a.sqrt()
    return apply(SQRT, a)  # type: ignore[no-any-return]


def sqrt_backward(node: Node) -> None:
    """∂/∂a = 1 / (2 * y)."""
    first = node._first
    grad = node._grad
    y = node._data
    a = first._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not a > 0.0:
            raise no_partial(node, 0)
        by_a = 1.0 / (2.0 * y)
    first._grad += grad * by_a


SIN = OPERATIONS["sin"]


def sin_value(a: float) -> float:
    """sin(a)."""
    try:
        return math.sin(a)
    except (ArithmeticError, ValueError):
        return careful_value(SIN, a)


@overload
def sin(a: float) -> float: ...
@overload
def sin(a: Value) -> Value: ...
def sin(a: Value | float) -> Value | float:
    """The sine of a (radians).

    sin(a) = sin(a)
    ∂/∂a = cos(a)
    """
    if type(a) is Value:
        return a.sin()
    return apply(SIN, a)  # type: ignore[no-any-return]


def sin_backward(node: Node) -> None:
    """∂/∂a = cos(a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * math.cos(a)


COS = OPERATIONS["cos"]


def cos_value(a: float) -> float:
    """cos(a)."""
    try:
        return math.cos(a)
    except (ArithmeticError, ValueError):
        return careful_value(COS, a)


@overload
def cos(a: float) -> float: ...
@overload
def cos(a: Value) -> Value: ...
def cos(a: Value | float) -> Value | float:
    """The cosine of a (radians).

    cos(a) = cos(a)
    ∂/∂a = -sin(a)
    """
    if type(a) is Value:
        return a.cos()
    return apply(COS, a)  # type: ignore[no-any-return]


def cos_backward(node: Node) -> None:
    """∂/∂a = -sin(a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * -math.sin(a)


TAN = OPERATIONS["tan"]


def tan_value(a: float) -> float:
    """tan(a)."""
    try:
        return math.tan(a)
    except (ArithmeticError, ValueError):
        return careful_value(TAN, a)


@overload
def tan(a: float) -> float: ...
@overload
def tan(a: Value) -> Value: ...
def tan(a: Value | float) -> Value | float:
    """The tangent of a (radians).

    tan(a) = tan(a)
    ∂/∂a = 1 + y ** 2
    """
    if type(a) is Value:
        return a.tan()
    return apply(TAN, a)  # type: ignore[no-any-return]


def tan_backward(node: Node) -> None:
    """∂/∂a = 1 + y ** 2."""
    first = node._first
    grad = node._grad
    y = node._data
    first._grad += grad * (1.0 + y * y)


ASIN = OPERATIONS["asin"]


def asin_value(a: float) -> float:
    """asin(a); nan unless a >= -1 and a <= 1."""
    if not (a >= -1.0 and a <= 1.0):
        return nan
    try:
        return math.asin(a)
    except (ArithmeticError, ValueError):
        return careful_value(ASIN, a)


@overload
def asin(a: float) -> float: ...
@overload
def asin(a: Value) -> Value: ...
def asin(a: Value | float) -> Value | float:
    """The angle (radians) whose sine is a.

    asin(a) = asin(a)
    ∂/∂a = 1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))   where a > -1 and a < 1
    domain: a >= -1 and a <= 1
    """
    if type(a) is Value:
        return a.asin()
    return apply(ASIN, a)  # type: ignore[no-any-return]


def asin_backward(node: Node) -> None:
    """∂/∂a = 1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))."""
    first = node._first
    grad = node._grad
    a = first._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not (a > -1.0 and a < 1.0):
            raise no_partial(node, 0)
        by_a = 1.0 / math.sqrt(1.0 - a * a if math.fabs(a) < 0.5 else (1.0 - a) * (1.0 + a))
    first._grad += grad * by_a


ACOS = OPERATIONS["acos"]


def acos_value(a: float) -> float:
    """acos(a); nan unless a >= -1 and a <= 1."""
    if not (a >= -1.0 and a <= 1.0):
        return nan
    try:
        return math.acos(a)
    except (ArithmeticError, ValueError):
        return careful_value(ACOS, a)


@overload
def acos(a: float) -> float: ...
@overload
def acos(a: Value) -> Value: ...
def acos(a: Value | float) -> Value | float:
    """The angle (radians) whose cosine is a.

    acos(a) = acos(a)
    ∂/∂a = -1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))   where a > -1 and a < 1
    domain: a >= -1 and a <= 1
    """
    if type(a) is Value:
        return a.acos()
    return apply(ACOS, a)  # type: ignore[no-any-return]


def acos_backward(node: Node) -> None:
    """∂/∂a = -1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))."""
    first = node._first
    grad = node._grad
    a = first._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not (a > -1.0 and a < 1.0):
            raise no_partial(node, 0)
        by_a = -1.0 / math.sqrt(1.0 - a * a if math.fabs(a) < 0.5 else (1.0 - a) * (1.0 + a))
    first._grad += grad * by_a


ATAN = OPERATIONS["atan"]


def atan_value(a: float) -> float:
    """atan(a)."""
    try:
        return math.atan(a)
    except (ArithmeticError, ValueError):
        return careful_value(ATAN, a)


@overload
def atan(a: float) -> float: ...
@overload
def atan(a: Value) -> Value: ...
def atan(a: Value | float) -> Value | float:
    """The angle (radians) whose tangent is a.

    atan(a) = atan(a)
    ∂/∂a = where(abs(a) < 1, 1 / (1 + a ** 2), 1 / a / (a + 1 / a))
    """
    if type(a) is Value:
        return a.atan()
    return apply(ATAN, a)  # type: ignore[no-any-return]


def atan_backward(node: Node) -> None:
    """∂/∂a = where(abs(a) < 1, 1 / (1 + a ** 2), 1 / a / (a + 1 / a))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / (1.0 + a * a) if math.fabs(a) < 1.0 else 1.0 / a / (a + 1.0 / a))


ATAN2 = OPERATIONS["atan2"]


def atan2_value(a: float, b: float) -> float:
    """atan2(a, b)."""
    try:
        return math.atan2(a, b)
    except (ArithmeticError, ValueError):
        return careful_value(ATAN2, a, b)


@overload
def atan2(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def atan2(a: Value | float, b: Value | float) -> Value: ...
def atan2(a: Value | float, b: Value | float) -> Value | float:
    """The angle (radians) of the point with ordinate a, abscissa b.

    atan2(a, b) = atan2(a, b)
    ∂/∂a = b / norm(a, b) / norm(a, b)   where a != 0 or b != 0
    ∂/∂b = -a / norm(a, b) / norm(a, b)   where a != 0 or b != 0
    jump: where(b < 0, a, 1) == 0, values from -pi to pi
    """
    if type(a) is not Value or type(b) is not Value:
        return apply(ATAN2, a, b)  # type: ignore[no-any-return]
    now = clock.now
    y = atan2_value(a._data, b._data)
    if y != y:
        raise no_value(ATAN2, (a, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = ATAN2
    node._first = a
    node._second = b
    node._tick = now
    if not (a._data != 0.0 or b._data != 0.0):
        node.origin = place()
    return node


def atan2_backward(node: Node) -> None:
    """∂/∂a = b / norm(a, b) / norm(a, b), ∂/∂b = -a / norm(a, b) / norm(a, b)."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    b = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not (a != 0.0 or b != 0.0):
            raise no_partial(node, 0)
        by_a = b / euclidean_norm([a, b]) / euclidean_norm([a, b])
    by_b = 0.0
    if second._operation is not CONSTANT:
        if not (a != 0.0 or b != 0.0):
            raise no_partial(node, 1)
        by_b = -a / euclidean_norm([a, b]) / euclidean_norm([a, b])
    first._grad += grad * by_a
    second._grad += grad * by_b


SINH = OPERATIONS["sinh"]


def sinh_value(a: float) -> float:
    """sinh(a)."""
    try:
        return math.sinh(a)
    except (ArithmeticError, ValueError):
        return careful_value(SINH, a)


@overload
def sinh(a: float) -> float: ...
@overload
def sinh(a: Value) -> Value: ...
def sinh(a: Value | float) -> Value | float:
    """The hyperbolic sine of a.

    sinh(a) = sinh(a)
    ∂/∂a = cosh(a)
    """
    if type(a) is Value:
        return a.sinh()
    return apply(SINH, a)  # type: ignore[no-any-return]


def sinh_backward(node: Node) -> None:
    """∂/∂a = cosh(a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * math.cosh(a)


COSH = OPERATIONS["cosh"]


def cosh_value(a: float) -> float:
    """cosh(a)."""
    try:
        return math.cosh(a)
    except (ArithmeticError, ValueError):
        return careful_value(COSH, a)


@overload
def cosh(a: float) -> float: ...
@overload
def cosh(a: Value) -> Value: ...
def cosh(a: Value | float) -> Value | float:
    """The hyperbolic cosine of a.

    cosh(a) = cosh(a)
    ∂/∂a = sinh(a)
    """
    if type(a) is Value:
        return a.cosh()
    return apply(COSH, a)  # type: ignore[no-any-return]


def cosh_backward(node: Node) -> None:
    """∂/∂a = sinh(a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * math.sinh(a)


TANH = OPERATIONS["tanh"]


def tanh_value(a: float) -> float:
    """tanh(a)."""
    try:
        return math.tanh(a)
    except (ArithmeticError, ValueError):
        return careful_value(TANH, a)


@overload
def tanh(a: float) -> float: ...
@overload
def tanh(a: Value) -> Value: ...
def tanh(a: Value | float) -> Value | float:
    """The hyperbolic tangent of a.

    tanh(a) = tanh(a)
    ∂/∂a = 1 - y ** 2
    source: lectures, L3
    """
    if type(a) is Value:
        return a.tanh()
    return apply(TANH, a)  # type: ignore[no-any-return]


def tanh_backward(node: Node) -> None:
    """∂/∂a = 1 - y ** 2."""
    first = node._first
    grad = node._grad
    y = node._data
    first._grad += grad * (1.0 - y * y)


ASINH = OPERATIONS["asinh"]


def asinh_value(a: float) -> float:
    """asinh(a)."""
    try:
        return math.asinh(a)
    except (ArithmeticError, ValueError):
        return careful_value(ASINH, a)


@overload
def asinh(a: float) -> float: ...
@overload
def asinh(a: Value) -> Value: ...
def asinh(a: Value | float) -> Value | float:
    """The number whose hyperbolic sine is a.

    asinh(a) = asinh(a)
    ∂/∂a = 1 / norm(a, 1)
    """
    if type(a) is Value:
        return a.asinh()
    return apply(ASINH, a)  # type: ignore[no-any-return]


def asinh_backward(node: Node) -> None:
    """∂/∂a = 1 / norm(a, 1)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / euclidean_norm([a, 1.0]))


ACOSH = OPERATIONS["acosh"]


def acosh_value(a: float) -> float:
    """acosh(a); nan unless a >= 1."""
    if not a >= 1.0:
        return nan
    try:
        return math.acosh(a)
    except (ArithmeticError, ValueError):
        return careful_value(ACOSH, a)


@overload
def acosh(a: float) -> float: ...
@overload
def acosh(a: Value) -> Value: ...
def acosh(a: Value | float) -> Value | float:
    """The number ≥ 0 whose hyperbolic cosine is a.

    acosh(a) = acosh(a)
    ∂/∂a = 1 / (sqrt(a - 1) * sqrt(a + 1))   where a > 1
    domain: a >= 1
    """
    if type(a) is Value:
        return a.acosh()
    return apply(ACOSH, a)  # type: ignore[no-any-return]


def acosh_backward(node: Node) -> None:
    """∂/∂a = 1 / (sqrt(a - 1) * sqrt(a + 1))."""
    first = node._first
    grad = node._grad
    a = first._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        if not a > 1.0:
            raise no_partial(node, 0)
        by_a = 1.0 / (math.sqrt(a - 1.0) * math.sqrt(a + 1.0))
    first._grad += grad * by_a


ATANH = OPERATIONS["atanh"]


def atanh_value(a: float) -> float:
    """atanh(a); nan unless a > -1 and a < 1."""
    if not (a > -1.0 and a < 1.0):
        return nan
    try:
        return math.atanh(a)
    except (ArithmeticError, ValueError):
        return careful_value(ATANH, a)


@overload
def atanh(a: float) -> float: ...
@overload
def atanh(a: Value) -> Value: ...
def atanh(a: Value | float) -> Value | float:
    """The number whose hyperbolic tangent is a.

    atanh(a) = atanh(a)
    ∂/∂a = 1 / where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a))
    domain: a > -1 and a < 1
    """
    if type(a) is Value:
        return a.atanh()
    return apply(ATANH, a)  # type: ignore[no-any-return]


def atanh_backward(node: Node) -> None:
    """∂/∂a = 1 / where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / (1.0 - a * a if math.fabs(a) < 0.5 else (1.0 - a) * (1.0 + a)))


ERF = OPERATIONS["erf"]


def erf_value(a: float) -> float:
    """erf(a)."""
    try:
        return math.erf(a)
    except (ArithmeticError, ValueError):
        return careful_value(ERF, a)


@overload
def erf(a: float) -> float: ...
@overload
def erf(a: Value) -> Value: ...
def erf(a: Value | float) -> Value | float:
    """The error function of a.

    erf(a) = erf(a)
    ∂/∂a = 2 / sqrt(pi) * exp(-a ** 2)
    """
    if type(a) is Value:
        return a.erf()
    return apply(ERF, a)  # type: ignore[no-any-return]


def erf_backward(node: Node) -> None:
    """∂/∂a = 2 / sqrt(pi) * exp(-a ** 2)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.1283791670955126 * math.exp(-(a * a)))


ERFC = OPERATIONS["erfc"]


def erfc_value(a: float) -> float:
    """erfc(a)."""
    try:
        return math.erfc(a)
    except (ArithmeticError, ValueError):
        return careful_value(ERFC, a)


@overload
def erfc(a: float) -> float: ...
@overload
def erfc(a: Value) -> Value: ...
def erfc(a: Value | float) -> Value | float:
    """1 - erf(a), exact for large a.

    erfc(a) = erfc(a)
    ∂/∂a = -2 / sqrt(pi) * exp(-a ** 2)
    """
    if type(a) is Value:
        return a.erfc()
    return apply(ERFC, a)  # type: ignore[no-any-return]


def erfc_backward(node: Node) -> None:
    """∂/∂a = -2 / sqrt(pi) * exp(-a ** 2)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (-1.1283791670955126 * math.exp(-(a * a)))


SIGMOID = OPERATIONS["sigmoid"]


def sigmoid_value(a: float) -> float:
    """where(a >= 0, 1 / (1 + exp(-a)), exp(a) / (1 + exp(a)))."""
    try:
        return 1.0 / (1.0 + math.exp(-a)) if a >= 0.0 else math.exp(a) / (1.0 + math.exp(a))
    except (ArithmeticError, ValueError):
        return careful_value(SIGMOID, a)


@overload
def sigmoid(a: float) -> float: ...
@overload
def sigmoid(a: Value) -> Value: ...
def sigmoid(a: Value | float) -> Value | float:
    """The logistic function 1 / (1 + e^-a).

    sigmoid(a) = where(a >= 0, 1 / (1 + exp(-a)), exp(a) / (1 + exp(a)))
    ∂/∂a = y * (1 - y)
    source: lectures, L3
    """
    if type(a) is Value:
        return a.sigmoid()
    return apply(SIGMOID, a)  # type: ignore[no-any-return]


def sigmoid_backward(node: Node) -> None:
    """∂/∂a = y * (1 - y)."""
    first = node._first
    grad = node._grad
    y = node._data
    first._grad += grad * (y * (1.0 - y))


SOFTPLUS = OPERATIONS["softplus"]


def softplus_value(a: float) -> float:
    """where(a > 0, a, 0) + log1p(exp(-abs(a)))."""
    try:
        return (a if a > 0.0 else 0.0) + math.log1p(math.exp(-math.fabs(a)))
    except (ArithmeticError, ValueError):
        return careful_value(SOFTPLUS, a)


@overload
def softplus(a: float) -> float: ...
@overload
def softplus(a: Value) -> Value: ...
def softplus(a: Value | float) -> Value | float:
    """log(1 + e^a), the smooth relu.

    softplus(a) = where(a > 0, a, 0) + log1p(exp(-abs(a)))
    ∂/∂a = sigmoid(a)
    source: lectures, L3
    """
    if type(a) is Value:
        return a.softplus()
    return apply(SOFTPLUS, a)  # type: ignore[no-any-return]


def softplus_backward(node: Node) -> None:
    """∂/∂a = sigmoid(a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * sigmoid_value(a)


LOG_SIGMOID = OPERATIONS["log_sigmoid"]


def log_sigmoid_value(a: float) -> float:
    """where(a < 0, a, 0) - log1p(exp(-abs(a)))."""
    try:
        return (a if a < 0.0 else 0.0) - math.log1p(math.exp(-math.fabs(a)))
    except (ArithmeticError, ValueError):
        return careful_value(LOG_SIGMOID, a)


@overload
def log_sigmoid(a: float) -> float: ...
@overload
def log_sigmoid(a: Value) -> Value: ...
def log_sigmoid(a: Value | float) -> Value | float:
    """The logarithm of sigmoid(a), without underflow.

    log_sigmoid(a) = where(a < 0, a, 0) - log1p(exp(-abs(a)))
    ∂/∂a = sigmoid(-a)
    source: lectures, L4
    """
    if type(a) is Value:
        return a.log_sigmoid()
    return apply(LOG_SIGMOID, a)  # type: ignore[no-any-return]


def log_sigmoid_backward(node: Node) -> None:
    """∂/∂a = sigmoid(-a)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * sigmoid_value(-a)


RELU = OPERATIONS["relu"]


def relu_value(a: float) -> float:
    """where(a > 0, a, 0)."""
    return a if a > 0.0 else 0.0


@overload
def relu(a: float) -> float: ...
@overload
def relu(a: Value) -> Value: ...
def relu(a: Value | float) -> Value | float:
    """max(0, a).

    relu(a) = where(a > 0, a, 0)
    ∂/∂a = where(a > 0, 1, 0)
    kink: a == 0, slopes from 0 to 1
    source: lectures, L3
    """
    if type(a) is Value:
        return a.relu()
    return apply(RELU, a)  # type: ignore[no-any-return]


def relu_backward(node: Node) -> None:
    """∂/∂a = where(a > 0, 1, 0)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 if a > 0.0 else 0.0)


LEAKY_RELU = OPERATIONS["leaky_relu"]


def leaky_relu_value(a: float, slope: float) -> float:
    """where(a > 0, a, slope * a)."""
    return a if a > 0.0 else slope * a


@overload
def leaky_relu(a: float, slope: float = 0.01) -> float: ...  # type: ignore[overload-overlap]
@overload
def leaky_relu(a: Value | float, slope: Value | float = 0.01) -> Value: ...
def leaky_relu(a: Value | float, slope: Value | float = 0.01) -> Value | float:
    """a where a > 0, slope · a else.

    leaky_relu(a, slope=0.01) = where(a > 0, a, slope * a)
    ∂/∂a = where(a > 0, 1, slope)
    ∂/∂slope = where(a > 0, 0, a)
    kink: a == 0, slopes from slope to 1
    source: lectures, L3
    """
    if type(a) is Value and type(slope) is Value:
        return a.leaky_relu(slope)
    return apply(LEAKY_RELU, a, slope)  # type: ignore[no-any-return]


def leaky_relu_backward(node: Node) -> None:
    """∂/∂a = where(a > 0, 1, slope), ∂/∂slope = where(a > 0, 0, a)."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    slope = second._data
    first._grad += grad * (1.0 if a > 0.0 else slope)
    second._grad += grad * (0.0 if a > 0.0 else a)


ELU = OPERATIONS["elu"]


def elu_value(a: float, alpha: float) -> float:
    """where(a > 0, a, alpha * expm1(a))."""
    try:
        return a if a > 0.0 else alpha * math.expm1(a)
    except (ArithmeticError, ValueError):
        return careful_value(ELU, a, alpha)


@overload
def elu(a: float, alpha: float = 1.0) -> float: ...  # type: ignore[overload-overlap]
@overload
def elu(a: Value | float, alpha: Value | float = 1.0) -> Value: ...
def elu(a: Value | float, alpha: Value | float = 1.0) -> Value | float:
    """a where a > 0, alpha · (e^a - 1) else.

    elu(a, alpha=1.0) = where(a > 0, a, alpha * expm1(a))
    ∂/∂a = where(a > 0, 1, alpha * exp(a))
    ∂/∂alpha = where(a > 0, 0, expm1(a))
    kink: a == 0, slopes from alpha to 1
    source: Clevert, Unterthiner, Hochreiter 2015, arXiv:1511.07289, eq. 4 and 5
    """
    if type(a) is Value and type(alpha) is Value:
        return a.elu(alpha)
    return apply(ELU, a, alpha)  # type: ignore[no-any-return]


def elu_backward(node: Node) -> None:
    """∂/∂a = where(a > 0, 1, alpha * exp(a)), ∂/∂alpha = where(a > 0, 0, expm1(a))."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    alpha = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        by_a = 1.0 if a > 0.0 else alpha * math.exp(a)
    by_alpha = 0.0
    if second._operation is not CONSTANT:
        by_alpha = 0.0 if a > 0.0 else math.expm1(a)
    first._grad += grad * by_a
    second._grad += grad * by_alpha


CELU = OPERATIONS["celu"]


def celu_value(a: float, alpha: float) -> float:
    """where(a > 0, a, alpha * expm1(a / alpha)); nan unless alpha > 0."""
    if not alpha > 0.0:
        return nan
    try:
        return a if a > 0.0 else alpha * math.expm1(a / alpha)
    except (ArithmeticError, ValueError):
        return careful_value(CELU, a, alpha)


@overload
def celu(a: float, alpha: float = 1.0) -> float: ...  # type: ignore[overload-overlap]
@overload
def celu(a: Value | float, alpha: Value | float = 1.0) -> Value: ...
def celu(a: Value | float, alpha: Value | float = 1.0) -> Value | float:
    """a where a > 0, alpha · (e^(a / alpha) - 1) else: an elu without a kink.

    celu(a, alpha=1.0) = where(a > 0, a, alpha * expm1(a / alpha))
    ∂/∂a = where(a > 0, 1, exp(a / alpha))
    ∂/∂alpha = where(a > 0, 0, expm1(a / alpha) - a * (exp(a / alpha) / alpha))
    domain: alpha > 0
    source: Barron 2017, arXiv:1704.07483, eq. 2 and 3
    """
    if type(a) is Value and type(alpha) is Value:
        return a.celu(alpha)
    return apply(CELU, a, alpha)  # type: ignore[no-any-return]


def celu_backward(node: Node) -> None:
    """∂/∂a = where(a > 0, 1, exp(a / alpha)), ∂/∂alpha = where(a > 0, 0, expm1(a / alpha) - a * (exp(a / alpha) /
    alpha)).
    """
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    alpha = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        by_a = 1.0 if a > 0.0 else math.exp(a / alpha)
    by_alpha = 0.0
    if second._operation is not CONSTANT:
        by_alpha = 0.0 if a > 0.0 else math.expm1(a / alpha) - a * (math.exp(a / alpha) / alpha)
    first._grad += grad * by_a
    second._grad += grad * by_alpha


SELU = OPERATIONS["selu"]


def selu_value(a: float) -> float:
    """1.0507009873554805 * where(a > 0, a, 1.6732632423543772 * expm1(a))."""
    try:
        return 1.0507009873554805 * (a if a > 0.0 else 1.6732632423543772 * math.expm1(a))
    except (ArithmeticError, ValueError):
        return careful_value(SELU, a)


@overload
def selu(a: float) -> float: ...
@overload
def selu(a: Value) -> Value: ...
def selu(a: Value | float) -> Value | float:
    """The elu that keeps mean 0 and variance 1 from layer to layer.

    selu(a) = 1.0507009873554805 * where(a > 0, a, 1.6732632423543772 * expm1(a))
    ∂/∂a = 1.0507009873554805 * where(a > 0, 1, 1.6732632423543772 * exp(a))
    kink: a == 0, slopes from 1.0507009873554805 to 1.0507009873554805 * 1.6732632423543772
    source: Klambauer, Unterthiner, Mayr, Hochreiter 2017, arXiv:1706.02515, eq. 2 and 14
    """
    if type(a) is Value:
        return a.selu()
    return apply(SELU, a)  # type: ignore[no-any-return]


def selu_backward(node: Node) -> None:
    """∂/∂a = 1.0507009873554805 * where(a > 0, 1, 1.6732632423543772 * exp(a))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0507009873554805 * (1.0 if a > 0.0 else 1.6732632423543772 * math.exp(a)))


GELU = OPERATIONS["gelu"]


def gelu_value(a: float) -> float:
    """a * (erfc(-a / sqrt(2)) / 2)."""
    try:
        return a * (math.erfc(-a / 1.4142135623730951) / 2.0)
    except (ArithmeticError, ValueError):
        return careful_value(GELU, a)


@overload
def gelu(a: float) -> float: ...
@overload
def gelu(a: Value) -> Value: ...
def gelu(a: Value | float) -> Value | float:
    """a · Φ(a), with Φ the normal distribution (the exact GELU).

    gelu(a) = a * (erfc(-a / sqrt(2)) / 2)
    ∂/∂a = erfc(-a / sqrt(2)) / 2 + a * (exp(-a * a / 2) / sqrt(2 * pi))
    source: lectures, L3
    """
    if type(a) is Value:
        return a.gelu()
    return apply(GELU, a)  # type: ignore[no-any-return]


def gelu_backward(node: Node) -> None:
    """∂/∂a = erfc(-a / sqrt(2)) / 2 + a * (exp(-a * a / 2) / sqrt(2 * pi))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (math.erfc(-a / 1.4142135623730951) / 2.0 + a * (math.exp(-a * a / 2.0) / 2.5066282746310002))


GELU_TANH = OPERATIONS["gelu_tanh"]


def gelu_tanh_value(a: float) -> float:
    """where(abs(a) < 25, a * sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)), where(a > 0, a, 0))."""
    try:
        return (
            a * sigmoid_value(1.5957691216057308 * (a + 0.044715 * math.pow(a, 3.0))) if math.fabs(a) < 25.0 else a
            if a > 0.0 else 0.0
        )
    except (ArithmeticError, ValueError):
        return careful_value(GELU_TANH, a)


@overload
def gelu_tanh(a: float) -> float: ...
@overload
def gelu_tanh(a: Value) -> Value: ...
def gelu_tanh(a: Value | float) -> Value | float:
    """The tanh form of GELU.

    gelu_tanh(a) = where(abs(a) < 25, a * sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)), where(a > 0, a, 0))
    ∂/∂a = where(abs(a) < 25, sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)) * (1 + a * sigmoid(-2 * sqrt(2 /
        pi) * (a + 0.044715 * a ** 3)) * (2 * sqrt(2 / pi) * (1 + 3 * (0.044715 * a ** 2)))), where(a > 0, 1, 0))
    source: lectures, L3
    """
    if type(a) is Value:
        return a.gelu_tanh()
    return apply(GELU_TANH, a)  # type: ignore[no-any-return]


def gelu_tanh_backward(node: Node) -> None:
    """∂/∂a = where(abs(a) < 25, sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)) * (1 + a * sigmoid(-2 * sqrt(2
    / pi) * (a + 0.044715 * a ** 3)) * (2 * sqrt(2 / pi) * (1 + 3 * (0.044715 * a ** 2)))), where(a > 0, 1, 0)).
    """
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += (
        grad * (sigmoid_value(1.5957691216057308 * (a + 0.044715 * math.pow(a, 3.0))) * (1.0 + a
        * sigmoid_value(-1.5957691216057308 * (a + 0.044715 * math.pow(a, 3.0))) * (1.5957691216057308 * (1.0 + 3.0
        * (0.044715 * (a * a))))) if math.fabs(a) < 25.0 else 1.0 if a > 0.0 else 0.0)
    )


SILU = OPERATIONS["silu"]


def silu_value(a: float) -> float:
    """a * sigmoid(a)."""
    try:
        return a * sigmoid_value(a)
    except (ArithmeticError, ValueError):
        return careful_value(SILU, a)


@overload
def silu(a: float) -> float: ...
@overload
def silu(a: Value) -> Value: ...
def silu(a: Value | float) -> Value | float:
    """a · sigmoid(a), also called swish.

    silu(a) = a * sigmoid(a)
    ∂/∂a = sigmoid(a) * (1 + a * sigmoid(-a))
    source: lectures, L3
    """
    if type(a) is Value:
        return a.silu()
    return apply(SILU, a)  # type: ignore[no-any-return]


def silu_backward(node: Node) -> None:
    """∂/∂a = sigmoid(a) * (1 + a * sigmoid(-a))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (sigmoid_value(a) * (1.0 + a * sigmoid_value(-a)))


SWISH = OPERATIONS["swish"]


def swish_value(a: float, beta: float) -> float:
    """a * sigmoid(beta * a)."""
    try:
        return a * sigmoid_value(beta * a)
    except (ArithmeticError, ValueError):
        return careful_value(SWISH, a, beta)


@overload
def swish(a: float, beta: float = 1.0) -> float: ...  # type: ignore[overload-overlap]
@overload
def swish(a: Value | float, beta: Value | float = 1.0) -> Value: ...
def swish(a: Value | float, beta: Value | float = 1.0) -> Value | float:
    """a · sigmoid(beta · a); beta may be learned.

    swish(a, beta=1.0) = a * sigmoid(beta * a)
    ∂/∂a = where(abs(beta * a) < 1000, sigmoid(beta * a) * (1 + beta * a * sigmoid(-beta * a)), where(beta * a > 0,
        1, 0))
    ∂/∂beta = where(abs(beta * a) < 1000, a * sigmoid(beta * a) * (a * sigmoid(-beta * a)), 0)
    source: lectures, L3
    """
    if type(a) is Value and type(beta) is Value:
        return a.swish(beta)
    return apply(SWISH, a, beta)  # type: ignore[no-any-return]


def swish_backward(node: Node) -> None:
    """∂/∂a = where(abs(beta * a) < 1000, sigmoid(beta * a) * (1 + beta * a * sigmoid(-beta * a)), where(beta * a >
    0, 1, 0)), ∂/∂beta = where(abs(beta * a) < 1000, a * sigmoid(beta * a) * (a * sigmoid(-beta * a)), 0).
    """
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    beta = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        by_a = (
            sigmoid_value(beta * a) * (1.0 + beta * a * sigmoid_value(-beta * a)) if math.fabs(beta * a) < 1000.0
            else 1.0 if beta * a > 0.0 else 0.0
        )
    by_beta = 0.0
    if second._operation is not CONSTANT:
        by_beta = a * sigmoid_value(beta * a) * (a * sigmoid_value(-beta * a)) if math.fabs(beta * a) < 1000.0 else 0.0
    first._grad += grad * by_a
    second._grad += grad * by_beta


MISH = OPERATIONS["mish"]


def mish_value(a: float) -> float:
    """a * tanh(softplus(a))."""
    try:
        return a * math.tanh(softplus_value(a))
    except (ArithmeticError, ValueError):
        return careful_value(MISH, a)


@overload
def mish(a: float) -> float: ...
@overload
def mish(a: Value) -> Value: ...
def mish(a: Value | float) -> Value | float:
    """a · tanh(softplus(a)).

    mish(a) = a * tanh(softplus(a))
    ∂/∂a = tanh(softplus(a)) + a * sigmoid(a) * (1 - tanh(softplus(a)) ** 2)
    source: Misra 2019, arXiv:1908.08681, eq. 1
    """
    if type(a) is Value:
        return a.mish()
    return apply(MISH, a)  # type: ignore[no-any-return]


def mish_backward(node: Node) -> None:
    """∂/∂a = tanh(softplus(a)) + a * sigmoid(a) * (1 - tanh(softplus(a)) ** 2)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += (
        grad * (math.tanh(softplus_value(a)) + a * sigmoid_value(a) * (1.0
        - math.pow(math.tanh(softplus_value(a)), 2.0)))
    )


SOFTSIGN = OPERATIONS["softsign"]


def softsign_value(a: float) -> float:
    """a / (1 + abs(a))."""
    try:
        return a / (1.0 + math.fabs(a))
    except (ArithmeticError, ValueError):
        return careful_value(SOFTSIGN, a)


@overload
def softsign(a: float) -> float: ...
@overload
def softsign(a: Value) -> Value: ...
def softsign(a: Value | float) -> Value | float:
    """a / (1 + |a|): like tanh, with slower tails.

    softsign(a) = a / (1 + abs(a))
    ∂/∂a = 1 / (1 + abs(a)) / (1 + abs(a))
    source: Turian, Bergstra, Bengio 2009
    """
    if type(a) is Value:
        return a.softsign()
    return apply(SOFTSIGN, a)  # type: ignore[no-any-return]


def softsign_backward(node: Node) -> None:
    """∂/∂a = 1 / (1 + abs(a)) / (1 + abs(a))."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (1.0 / (1.0 + math.fabs(a)) / (1.0 + math.fabs(a)))


TANHSHRINK = OPERATIONS["tanhshrink"]


def tanhshrink_value(a: float) -> float:
    """a - tanh(a)."""
    try:
        return a - math.tanh(a)
    except (ArithmeticError, ValueError):
        return careful_value(TANHSHRINK, a)


@overload
def tanhshrink(a: float) -> float: ...
@overload
def tanhshrink(a: Value) -> Value: ...
def tanhshrink(a: Value | float) -> Value | float:
    """a - tanh(a).

    tanhshrink(a) = a - tanh(a)
    ∂/∂a = tanh(a) ** 2
    source: torch.nn.Tanhshrink
    """
    if type(a) is Value:
        return a.tanhshrink()
    return apply(TANHSHRINK, a)  # type: ignore[no-any-return]


def tanhshrink_backward(node: Node) -> None:
    """∂/∂a = tanh(a) ** 2."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * math.pow(math.tanh(a), 2.0)


RELU6 = OPERATIONS["relu6"]


def relu6_value(a: float) -> float:
    """where(a > 0, where(a < 6, a, 6), 0)."""
    return (a if a < 6.0 else 6.0) if a > 0.0 else 0.0


@overload
def relu6(a: float) -> float: ...
@overload
def relu6(a: Value) -> Value: ...
def relu6(a: Value | float) -> Value | float:
    """min(max(0, a), 6).

    relu6(a) = where(a > 0, where(a < 6, a, 6), 0)
    ∂/∂a = where(a > 0, where(a < 6, 1, 0), 0)
    kink: a == 0, slopes from 0 to 1
    kink: a == 6, slopes from 0 to 1
    source: Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10
    """
    if type(a) is Value:
        return a.relu6()
    return apply(RELU6, a)  # type: ignore[no-any-return]


def relu6_backward(node: Node) -> None:
    """∂/∂a = where(a > 0, where(a < 6, 1, 0), 0)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * ((1.0 if a < 6.0 else 0.0) if a > 0.0 else 0.0)


HARDTANH = OPERATIONS["hardtanh"]


def hardtanh_value(a: float, lo: float, hi: float) -> float:
    """where(a > lo, where(a < hi, a, hi), lo); nan unless lo < hi."""
    if not lo < hi:
        return nan
    return (a if a < hi else hi) if a > lo else lo


@overload
def hardtanh(a: float, lo: float = -1.0, hi: float = 1.0) -> float: ...  # type: ignore[overload-overlap]
@overload
def hardtanh(a: Value | float, lo: Value | float = -1.0, hi: Value | float = 1.0) -> Value: ...
def hardtanh(a: Value | float, lo: Value | float = -1.0, hi: Value | float = 1.0) -> Value | float:
    """a, kept within lo and hi: tanh of three straight lines.

    hardtanh(a, lo=-1.0, hi=1.0) = where(a > lo, where(a < hi, a, hi), lo)
    ∂/∂a = where(a > lo, where(a < hi, 1, 0), 0)
    ∂/∂lo = where(a > lo, 0, 1)
    ∂/∂hi = where(a < hi, 0, 1)
    domain: lo < hi
    kink: a == lo, slopes from 0 to 1
    kink: a == hi, slopes from 0 to 1
    source: torch.nn.Hardtanh
    """
    if type(a) is Value and type(lo) is Value and type(hi) is Value:
        return a.hardtanh(lo, hi)
    return apply(HARDTANH, a, lo, hi)  # type: ignore[no-any-return]


def hardtanh_backward(node: Node) -> None:
    """∂/∂a = where(a > lo, where(a < hi, 1, 0), 0), ∂/∂lo = where(a > lo, 0, 1), ∂/∂hi = where(a < hi, 0, 1)."""
    input_a, input_lo, input_hi = node._first
    grad = node._grad
    a = input_a._data
    lo = input_lo._data
    hi = input_hi._data
    input_a._grad += grad * ((1.0 if a < hi else 0.0) if a > lo else 0.0)
    input_lo._grad += grad * (0.0 if a > lo else 1.0)
    input_hi._grad += grad * (0.0 if a < hi else 1.0)


HARDSIGMOID = OPERATIONS["hardsigmoid"]


def hardsigmoid_value(a: float) -> float:
    """where(a > -3, where(a < 3, (a + 3) / 6, 1), 0)."""
    try:
        return ((a + 3.0) / 6.0 if a < 3.0 else 1.0) if a > -3.0 else 0.0
    except (ArithmeticError, ValueError):
        return careful_value(HARDSIGMOID, a)


@overload
def hardsigmoid(a: float) -> float: ...
@overload
def hardsigmoid(a: Value) -> Value: ...
def hardsigmoid(a: Value | float) -> Value | float:
    """relu6(a + 3) / 6: sigmoid of three straight lines.

    hardsigmoid(a) = where(a > -3, where(a < 3, (a + 3) / 6, 1), 0)
    ∂/∂a = where(a > -3, where(a < 3, 1 / 6, 0), 0)
    kink: a == -3, slopes from 0 to 1 / 6
    kink: a == 3, slopes from 0 to 1 / 6
    source: Howard et al. 2019, arXiv:1905.02244, 5.2
    """
    if type(a) is Value:
        return a.hardsigmoid()
    return apply(HARDSIGMOID, a)  # type: ignore[no-any-return]


def hardsigmoid_backward(node: Node) -> None:
    """∂/∂a = where(a > -3, where(a < 3, 1 / 6, 0), 0)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * ((0.16666666666666666 if a < 3.0 else 0.0) if a > -3.0 else 0.0)


HARDSWISH = OPERATIONS["hardswish"]


def hardswish_value(a: float) -> float:
    """where(a > -3, where(a < 3, a * ((a + 3) / 6), a), 0)."""
    try:
        return (a * ((a + 3.0) / 6.0) if a < 3.0 else a) if a > -3.0 else 0.0
    except (ArithmeticError, ValueError):
        return careful_value(HARDSWISH, a)


@overload
def hardswish(a: float) -> float: ...
@overload
def hardswish(a: Value) -> Value: ...
def hardswish(a: Value | float) -> Value | float:
    """a · hardsigmoid(a).

    hardswish(a) = where(a > -3, where(a < 3, a * ((a + 3) / 6), a), 0)
    ∂/∂a = where(a > -3, where(a < 3, (2 * a + 3) / 6, 1), 0)
    kink: a == -3, slopes from -1 / 2 to 0
    kink: a == 3, slopes from 1 to 3 / 2
    source: Howard et al. 2019, arXiv:1905.02244, 5.2
    """
    if type(a) is Value:
        return a.hardswish()
    return apply(HARDSWISH, a)  # type: ignore[no-any-return]


def hardswish_backward(node: Node) -> None:
    """∂/∂a = where(a > -3, where(a < 3, (2 * a + 3) / 6, 1), 0)."""
    first = node._first
    grad = node._grad
    a = first._data
    first._grad += grad * (((2.0 * a + 3.0) / 6.0 if a < 3.0 else 1.0) if a > -3.0 else 0.0)


MINIMUM = OPERATIONS["minimum"]


def minimum_value(a: float, b: float) -> float:
    """where(a <= b, a, b)."""
    return a if a <= b else b


@overload
def minimum(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def minimum(a: Value | float, b: Value | float) -> Value: ...
def minimum(a: Value | float, b: Value | float) -> Value | float:
    """The smaller of a and b; a tie splits the gradient in half.

    minimum(a, b) = where(a <= b, a, b)
    ∂/∂a = where(a < b, 1, where(a == b, 1 / 2, 0))
    ∂/∂b = where(b < a, 1, where(a == b, 1 / 2, 0))
    kink: a == b, slopes from 0 to 1
    """
    if type(a) is not Value or type(b) is not Value:
        return apply(MINIMUM, a, b)  # type: ignore[no-any-return]
    now = clock.now
    y = a._data if a._data <= b._data else b._data
    if y != y:
        raise no_value(MINIMUM, (a, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = MINIMUM
    node._first = a
    node._second = b
    node._tick = now
    return node


def minimum_backward(node: Node) -> None:
    """∂/∂a = where(a < b, 1, where(a == b, 1 / 2, 0)), ∂/∂b = where(b < a, 1, where(a == b, 1 / 2, 0))."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    b = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        by_a = 1.0 if a < b else 0.5 if a == b else 0.0
    by_b = 0.0
    if second._operation is not CONSTANT:
        by_b = 1.0 if b < a else 0.5 if a == b else 0.0
    first._grad += grad * by_a
    second._grad += grad * by_b


MAXIMUM = OPERATIONS["maximum"]


def maximum_value(a: float, b: float) -> float:
    """where(a >= b, a, b)."""
    return a if a >= b else b


@overload
def maximum(a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def maximum(a: Value | float, b: Value | float) -> Value: ...
def maximum(a: Value | float, b: Value | float) -> Value | float:
    """The larger of a and b; a tie splits the gradient in half.

    maximum(a, b) = where(a >= b, a, b)
    ∂/∂a = where(a > b, 1, where(a == b, 1 / 2, 0))
    ∂/∂b = where(b > a, 1, where(a == b, 1 / 2, 0))
    kink: a == b, slopes from 0 to 1
    """
    if type(a) is not Value or type(b) is not Value:
        return apply(MAXIMUM, a, b)  # type: ignore[no-any-return]
    now = clock.now
    y = a._data if a._data >= b._data else b._data
    if y != y:
        raise no_value(MAXIMUM, (a, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = MAXIMUM
    node._first = a
    node._second = b
    node._tick = now
    return node


def maximum_backward(node: Node) -> None:
    """∂/∂a = where(a > b, 1, where(a == b, 1 / 2, 0)), ∂/∂b = where(b > a, 1, where(a == b, 1 / 2, 0))."""
    first = node._first
    second = node._second
    grad = node._grad
    a = first._data
    b = second._data
    by_a = 0.0
    if first._operation is not CONSTANT:
        by_a = 1.0 if a > b else 0.5 if a == b else 0.0
    by_b = 0.0
    if second._operation is not CONSTANT:
        by_b = 1.0 if b > a else 0.5 if a == b else 0.0
    first._grad += grad * by_a
    second._grad += grad * by_b


CLAMP = OPERATIONS["clamp"]


def clamp_value(a: float, lo: float, hi: float) -> float:
    """where(a < lo, lo, where(a > hi, hi, a)); nan unless lo <= hi."""
    if not lo <= hi:
        return nan
    return lo if a < lo else hi if a > hi else a


@overload
def clamp(a: float, lo: float, hi: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def clamp(a: Value | float, lo: Value | float, hi: Value | float) -> Value: ...
def clamp(a: Value | float, lo: Value | float, hi: Value | float) -> Value | float:
    """a, kept within lo and hi; where all three are one, the bounds share the gradient.

    clamp(a, lo, hi) = where(a < lo, lo, where(a > hi, hi, a))
    ∂/∂a = where(a < lo, 0, where(a > hi, 0, where(lo == hi, 0, 1)))
    ∂/∂lo = where(a < lo, 1, where(a > hi, 0, where(lo == hi, 1 / 2, 0)))
    ∂/∂hi = where(a > hi, 1, where(a < lo, 0, where(lo == hi, 1 / 2, 0)))
    domain: lo <= hi
    kink: a == lo, slopes from 0 to 1
    kink: a == hi, slopes from 0 to 1
    """
    if type(a) is Value and type(lo) is Value and type(hi) is Value:
        return a.clamp(lo, hi)
    return apply(CLAMP, a, lo, hi)  # type: ignore[no-any-return]


def clamp_backward(node: Node) -> None:
    """∂/∂a = where(a < lo, 0, where(a > hi, 0, where(lo == hi, 0, 1))), ∂/∂lo = where(a < lo, 1, where(a > hi, 0,
    where(lo == hi, 1 / 2, 0))), ∂/∂hi = where(a > hi, 1, where(a < lo, 0, where(lo == hi, 1 / 2, 0))).
    """
    input_a, input_lo, input_hi = node._first
    grad = node._grad
    a = input_a._data
    lo = input_lo._data
    hi = input_hi._data
    by_lo = 0.0
    if input_lo._operation is not CONSTANT:
        by_lo = 1.0 if a < lo else 0.0 if a > hi else 0.5 if lo == hi else 0.0
    by_hi = 0.0
    if input_hi._operation is not CONSTANT:
        by_hi = 1.0 if a > hi else 0.0 if a < lo else 0.5 if lo == hi else 0.0
    input_a._grad += grad * (0.0 if a < lo else 0.0 if a > hi else 0.0 if lo == hi else 1.0)
    input_lo._grad += grad * by_lo
    input_hi._grad += grad * by_hi


WHERE = OPERATIONS["where"]


def where_value(c: float, a: float, b: float) -> float:
    """where(c != 0, a, b)."""
    return a if c != 0.0 else b


@overload
def where(c: bool | float, a: float, b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def where(c: bool | Value | float, a: Value | float, b: Value | float) -> Value: ...
def where(c: bool | Value | float, a: Value | float, b: Value | float) -> Value | float:
    """a where the condition c is true (not zero), b else.

    where(c: bool, a, b) = where(c != 0, a, b)
    ∂/∂c = 0
    ∂/∂a = where(c != 0, 1, 0)
    ∂/∂b = where(c != 0, 0, 1)
    """
    if type(c) is not Value or type(a) is not Value or type(b) is not Value:
        return apply(WHERE, c, a, b)  # type: ignore[no-any-return]
    now = clock.now
    y = a._data if c._data != 0.0 else b._data
    if y != y:
        raise no_value(WHERE, (c, a, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = WHERE
    node._first = (c, a, b)
    node._second = None
    node._tick = now
    return node


def where_backward(node: Node) -> None:
    """∂/∂c = 0, ∂/∂a = where(c != 0, 1, 0), ∂/∂b = where(c != 0, 0, 1)."""
    input_c, input_a, input_b = node._first
    grad = node._grad
    c = input_c._data
    input_a._grad += grad * (1.0 if c != 0.0 else 0.0)
    input_b._grad += grad * (0.0 if c != 0.0 else 1.0)


IDENTITY = OPERATIONS["identity"]


def identity_value(a: float) -> float:
    """a."""
    return a


@overload
def identity(a: float) -> float: ...
@overload
def identity(a: Value) -> Value: ...
def identity(a: Value | float) -> Value | float:
    """a itself, as a new node.

    identity(a) = a
    ∂/∂a = 1
    """
    if type(a) is not Value:
        return apply(IDENTITY, a)  # type: ignore[no-any-return]
    now = clock.now
    y = a._data
    if y != y:
        raise no_value(IDENTITY, (a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = IDENTITY
    node._first = a
    node._second = None
    node._tick = now
    return node


def identity_backward(node: Node) -> None:
    """∂/∂a = 1."""
    first = node._first
    grad = node._grad
    first._grad += grad


SUM = OPERATIONS["sum"]


def sum_value(a_values: Sequence[float]) -> float:
    """sum(a)."""
    try:
        return math.fsum(a_values)
    except (ArithmeticError, ValueError):
        return careful_value(SUM, a_values)


@overload
def sum(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def sum(a: Iterable[Value | float]) -> Value: ...
def sum(a: Iterable[Value | float]) -> Value | float:
    """The sum of the values, rounded once.

    sum(*a) = sum(a)
    ∂/∂a = 1
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(SUM, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(SUM, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(SUM, a)
    y = sum_value(a_values)
    if y != y:
        raise no_value(SUM, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = SUM
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def sum_backward(node: Node) -> None:
    """∂/∂a = 1."""
    a_inputs = node._first
    grad = node._grad
    for one in a_inputs:
        one._grad += grad


MEAN = OPERATIONS["mean"]


def mean_value(a_values: Sequence[float]) -> float:
    """sum(a) / count(a)."""
    try:
        total = math.fsum(a_values)
        number = float(len(a_values))
        return total / number
    except (ArithmeticError, ValueError):
        return careful_value(MEAN, a_values)


@overload
def mean(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def mean(a: Iterable[Value | float]) -> Value: ...
def mean(a: Iterable[Value | float]) -> Value | float:
    """The arithmetic mean of the values.

    mean(*a) = sum(a) / count(a)
    ∂/∂a = 1 / count(a)
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(MEAN, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(MEAN, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(MEAN, a)
    y = mean_value(a_values)
    if y != y:
        raise no_value(MEAN, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = MEAN
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def mean_backward(node: Node) -> None:
    """∂/∂a = 1 / count(a)."""
    a_inputs = node._first
    grad = node._grad
    a_values = [one._data for one in a_inputs]
    number = float(len(a_values))
    by_a = 1.0 / number
    for one in a_inputs:
        one._grad += grad * by_a


PROD = OPERATIONS["prod"]


def prod_value(a_values: Sequence[float]) -> float:
    """prod(a)."""
    try:
        return math.prod(a_values)
    except (ArithmeticError, ValueError):
        return careful_value(PROD, a_values)


@overload
def prod(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def prod(a: Iterable[Value | float]) -> Value: ...
def prod(a: Iterable[Value | float]) -> Value | float:
    """The product of the values.

    prod(*a) = prod(a)
    ∂/∂a = prod(others(a))
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(PROD, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(PROD, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(PROD, a)
    y = prod_value(a_values)
    if y != y:
        raise no_value(PROD, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = PROD
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def prod_backward(node: Node) -> None:
    """∂/∂a = prod(others(a))."""
    a_inputs = node._first
    grad = node._grad
    a_values = [one._data for one in a_inputs]
    products = products_of_others(a_values)
    by_a = [products[i] for i in range(len(a_values))]
    for one, slope in zip(a_inputs, by_a):
        one._grad += grad * slope


MAX = OPERATIONS["max"]


def max_value(a_values: Sequence[float]) -> float:
    """max(a)."""
    try:
        return builtins.max(a_values)
    except (ArithmeticError, ValueError):
        return careful_value(MAX, a_values)


@overload
def max(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def max(a: Iterable[Value | float]) -> Value: ...
def max(a: Iterable[Value | float]) -> Value | float:
    """The largest of the values; ties split the gradient equally.

    max(*a) = max(a)
    ∂/∂a = where(a == y, 1 / sum(where(a == y, 1, 0)), 0)
    kink: a == y, slopes from 0 to 1
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(MAX, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(MAX, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(MAX, a)
    y = max_value(a_values)
    if y != y:
        raise no_value(MAX, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = MAX
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def max_backward(node: Node) -> None:
    """∂/∂a = where(a == y, 1 / sum(where(a == y, 1, 0)), 0)."""
    a_inputs = node._first
    grad = node._grad
    y = node._data
    a_values = [one._data for one in a_inputs]
    total = math.fsum([1.0 if a == y else 0.0 for a in a_values])
    by_a = [1.0 / total if a == y else 0.0 for a in a_values]
    for one, slope in zip(a_inputs, by_a):
        one._grad += grad * slope


MIN = OPERATIONS["min"]


def min_value(a_values: Sequence[float]) -> float:
    """min(a)."""
    try:
        return builtins.min(a_values)
    except (ArithmeticError, ValueError):
        return careful_value(MIN, a_values)


@overload
def min(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def min(a: Iterable[Value | float]) -> Value: ...
def min(a: Iterable[Value | float]) -> Value | float:
    """The smallest of the values; ties split the gradient equally.

    min(*a) = min(a)
    ∂/∂a = where(a == y, 1 / sum(where(a == y, 1, 0)), 0)
    kink: a == y, slopes from 0 to 1
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(MIN, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(MIN, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(MIN, a)
    y = min_value(a_values)
    if y != y:
        raise no_value(MIN, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = MIN
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def min_backward(node: Node) -> None:
    """∂/∂a = where(a == y, 1 / sum(where(a == y, 1, 0)), 0)."""
    a_inputs = node._first
    grad = node._grad
    y = node._data
    a_values = [one._data for one in a_inputs]
    total = math.fsum([1.0 if a == y else 0.0 for a in a_values])
    by_a = [1.0 / total if a == y else 0.0 for a in a_values]
    for one, slope in zip(a_inputs, by_a):
        one._grad += grad * slope


LOGSUMEXP = OPERATIONS["logsumexp"]


def logsumexp_value(a_values: Sequence[float]) -> float:
    """max(a) + where(sum(exp(a - max(a))) > 17 / 16, log(sum(exp(a - max(a)))), log1p(sum(where(a == max(a), 0,
    exp(a - max(a)))))).
    """
    try:
        largest = builtins.max(a_values)
        total = math.fsum([math.exp(a - largest) for a in a_values])
        total2 = (
            math.fsum([0.0 if a == largest else math.exp(a - largest) for a in a_values]) if not total > 1.0625
            else 0.0
        )
        return largest + (math.log(total) if total > 1.0625 else math.log1p(total2))
    except (ArithmeticError, ValueError):
        return careful_value(LOGSUMEXP, a_values)


@overload
def logsumexp(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def logsumexp(a: Iterable[Value | float]) -> Value: ...
def logsumexp(a: Iterable[Value | float]) -> Value | float:
    """log Σ e^a, without overflow.

    logsumexp(*a) = max(a) + where(sum(exp(a - max(a))) > 17 / 16, log(sum(exp(a - max(a)))), log1p(sum(where(a ==
        max(a), 0, exp(a - max(a))))))
    ∂/∂a = where(abs(y) < 8, exp(a - y), exp(a - y) / sum(exp(a - y)))
    source: lectures, L4
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(LOGSUMEXP, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(LOGSUMEXP, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(LOGSUMEXP, a)
    y = logsumexp_value(a_values)
    if y != y:
        raise no_value(LOGSUMEXP, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = LOGSUMEXP
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def logsumexp_backward(node: Node) -> None:
    """∂/∂a = where(abs(y) < 8, exp(a - y), exp(a - y) / sum(exp(a - y)))."""
    a_inputs = node._first
    grad = node._grad
    y = node._data
    a_values = [one._data for one in a_inputs]
    total = math.fsum([math.exp(a - y) for a in a_values]) if not math.fabs(y) < 8.0 else 0.0
    by_a = [math.exp(a - y) for a in a_values] if math.fabs(y) < 8.0 else [math.exp(a - y) / total for a in a_values]
    for one, slope in zip(a_inputs, by_a):
        one._grad += grad * slope


CROSS_ENTROPY = OPERATIONS["cross_entropy"]


def cross_entropy_value(b_values: Sequence[float], a: float) -> float:
    """where(max(b) < a, log1p(sum(exp(b - max(b))) * exp(-abs(max(b) - a))), max(b) - a + log(sum(exp(b - max(b)))
    + exp(-abs(max(b) - a)))).
    """
    try:
        largest = builtins.max(b_values)
        total = math.fsum([math.exp(b - largest) for b in b_values]) if largest < a else 0.0
        total2 = math.fsum([math.exp(b - largest) for b in b_values]) if not largest < a else 0.0
        return (
            math.log1p(total * math.exp(-math.fabs(largest - a))) if largest < a else largest - a + math.log(total2
            + math.exp(-math.fabs(largest - a)))
        )
    except (ArithmeticError, ValueError):
        return careful_value(CROSS_ENTROPY, b_values, a)


@overload
def cross_entropy(b: Iterable[float], a: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def cross_entropy(b: Iterable[Value | float], a: Value | float) -> Value: ...
def cross_entropy(b: Iterable[Value | float], a: Value | float) -> Value | float:
    """-log(e^a / (e^a + Σ e^b)): the loss of the right class's logit a beside the others'.

    cross_entropy(*b, a) = where(max(b) < a, log1p(sum(exp(b - max(b))) * exp(-abs(max(b) - a))), max(b) - a +
        log(sum(exp(b - max(b))) + exp(-abs(max(b) - a))))
    ∂/∂b = where(y < 8, exp(b - a - y), -expm1(-y) * (exp(b - max(b)) / sum(exp(b - max(b)))))
    ∂/∂a = expm1(-y)
    source: lectures, L4
    """
    now = clock.now
    if type(b) is not list and type(b) is not tuple:
        b = as_sequence(CROSS_ENTROPY, b)
    try:
        b_values = [node._data for node in b]
        a_value = a._data  # type: ignore[union-attr]
    except AttributeError:
        return apply(CROSS_ENTROPY, b, a)  # type: ignore[no-any-return]
    if not b_values:
        raise wrong_lengths(CROSS_ENTROPY, b)
    y = cross_entropy_value(b_values, a_value)
    if y != y:
        raise no_value(CROSS_ENTROPY, (*b, a))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = CROSS_ENTROPY
    node._first = (*b, a)
    node._second = None
    node._tick = now
    return node


def cross_entropy_backward(node: Node) -> None:
    """∂/∂b = where(y < 8, exp(b - a - y), -expm1(-y) * (exp(b - max(b)) / sum(exp(b - max(b))))), ∂/∂a = expm1(-y)."""
    inputs = node._first
    count = len(inputs) - 1
    b_inputs = inputs[:count]
    a_input = inputs[count]
    a = a_input._data
    grad = node._grad
    y = node._data
    b_values = [one._data for one in b_inputs]
    largest = builtins.max(b_values) if not y < 8.0 else 0.0
    total = math.fsum([math.exp(b - largest) for b in b_values]) if not y < 8.0 else 0.0
    by_b = (
        [math.exp(b - a - y) for b in b_values] if y < 8.0 else [-math.expm1(-y) * (math.exp(b - largest)
        / total) for b in b_values]
    )
    by_a = math.expm1(-y)
    for one, slope in zip(b_inputs, by_b):
        one._grad += grad * slope
    a_input._grad += grad * by_a


NORM = OPERATIONS["norm"]


def norm_value(a_values: Sequence[float]) -> float:
    """norm(a)."""
    try:
        return euclidean_norm(a_values)
    except (ArithmeticError, ValueError):
        return careful_value(NORM, a_values)


@overload
def norm(a: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def norm(a: Iterable[Value | float]) -> Value: ...
def norm(a: Iterable[Value | float]) -> Value | float:
    """The Euclidean length √Σa²; the gradient at the origin is 0, the middle of its subgradients.

    norm(*a) = norm(a)
    ∂/∂a = where(y > 1e308, a / 1e16 / norm(a / 1e16), where(y == 0, 0, a / y))
    kink: y == 0, slopes from -1 to 1
    """
    now = clock.now
    if type(a) is not list and type(a) is not tuple:
        a = as_sequence(NORM, a)
    try:
        a_values = [node._data for node in a]
    except AttributeError:
        return apply(NORM, a)  # type: ignore[no-any-return]
    if not a_values:
        raise wrong_lengths(NORM, a)
    y = norm_value(a_values)
    if y != y:
        raise no_value(NORM, (*a,))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = NORM
    node._first = (*a,)
    node._second = None
    node._tick = now
    return node


def norm_backward(node: Node) -> None:
    """∂/∂a = where(y > 1e308, a / 1e16 / norm(a / 1e16), where(y == 0, 0, a / y))."""
    a_inputs = node._first
    grad = node._grad
    y = node._data
    a_values = [one._data for one in a_inputs]
    length = euclidean_norm([a / 1e+16 for a in a_values]) if y > 1e+308 else 0.0
    by_a = (
        [a / 1e+16 / length for a in a_values] if y > 1e+308 else [0.0 for a in a_values] if y == 0.0 else [a
        / y for a in a_values]
    )
    for one, slope in zip(a_inputs, by_a):
        one._grad += grad * slope


DOT = OPERATIONS["dot"]


def dot_value(w_values: Sequence[float], x_values: Sequence[float]) -> float:
    """sum(w * x)."""
    try:
        return math.fsum(map(operator.mul, w_values, x_values))
    except (ArithmeticError, ValueError):
        return careful_value(DOT, w_values, x_values)


@overload
def dot(w: Iterable[float], x: Iterable[float]) -> float: ...  # type: ignore[overload-overlap]
@overload
def dot(w: Iterable[Value | float], x: Iterable[Value | float]) -> Value: ...
def dot(w: Iterable[Value | float], x: Iterable[Value | float]) -> Value | float:
    """The dot product Σ w·x.

    dot(*w, *x) = sum(w * x)
    ∂/∂w = x
    ∂/∂x = w
    source: lectures, L2
    """
    now = clock.now
    if type(w) is not list and type(w) is not tuple:
        w = as_sequence(DOT, w)
    if type(x) is not list and type(x) is not tuple:
        x = as_sequence(DOT, x)
    try:
        w_values = [node._data for node in w]
        x_values = [node._data for node in x]
    except AttributeError:
        return apply(DOT, w, x)  # type: ignore[no-any-return]
    if not w_values or len(x_values) != len(w_values):
        raise wrong_lengths(DOT, w, x)
    y = dot_value(w_values, x_values)
    if y != y:
        raise no_value(DOT, (*w, *x))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = DOT
    node._first = (*w, *x)
    node._second = None
    node._tick = now
    return node


def dot_backward(node: Node) -> None:
    """∂/∂w = x, ∂/∂x = w."""
    inputs = node._first
    count = len(inputs) // 2
    w_inputs = inputs[:count]
    x_inputs = inputs[count:]
    grad = node._grad
    for one, other in zip(w_inputs, x_inputs):
        one._grad += grad * other._data
    for one, other in zip(x_inputs, w_inputs):
        one._grad += grad * other._data


AFFINE = OPERATIONS["affine"]


def affine_value(w_values: Sequence[float], x_values: Sequence[float], b: float) -> float:
    """sum(w * x) + b."""
    try:
        total = math.fsum(map(operator.mul, w_values, x_values))
        return total + b
    except (ArithmeticError, ValueError):
        return careful_value(AFFINE, w_values, x_values, b)


@overload
def affine(w: Iterable[float], x: Iterable[float], b: float) -> float: ...  # type: ignore[overload-overlap]
@overload
def affine(w: Iterable[Value | float], x: Iterable[Value | float], b: Value | float) -> Value: ...
def affine(w: Iterable[Value | float], x: Iterable[Value | float], b: Value | float) -> Value | float:
    """A neuron's pre-activation Σ w·x + b, as one node.

    affine(*w, *x, b) = sum(w * x) + b
    ∂/∂w = x
    ∂/∂x = w
    ∂/∂b = 1
    source: lectures, L2
    """
    now = clock.now
    if type(w) is not list and type(w) is not tuple:
        w = as_sequence(AFFINE, w)
    if type(x) is not list and type(x) is not tuple:
        x = as_sequence(AFFINE, x)
    try:
        w_values = [node._data for node in w]
        x_values = [node._data for node in x]
        b_value = b._data  # type: ignore[union-attr]
    except AttributeError:
        return apply(AFFINE, w, x, b)  # type: ignore[no-any-return]
    if not w_values or len(x_values) != len(w_values):
        raise wrong_lengths(AFFINE, w, x)
    y = affine_value(w_values, x_values, b_value)
    if y != y:
        raise no_value(AFFINE, (*w, *x, b))
    if clock.paused and not is_recording():
        return Value._leaf(y)
    node = new(Value)
    node._data = y
    node._grad = UNSET
    node._operation = AFFINE
    node._first = (*w, *x, b)
    node._second = None
    node._tick = now
    return node


def affine_backward(node: Node) -> None:
    """∂/∂w = x, ∂/∂x = w, ∂/∂b = 1."""
    inputs = node._first
    count = (len(inputs) - 1) // 2
    w_inputs = inputs[:count]
    x_inputs = inputs[count : 2 * count]
    b_input = inputs[2 * count]
    grad = node._grad
    for one, other in zip(w_inputs, x_inputs):
        one._grad += grad * other._data
    for one, other in zip(x_inputs, w_inputs):
        one._grad += grad * other._data
    b_input._grad += grad


for _row in OPERATIONS.values():
    connect(_row, globals())
