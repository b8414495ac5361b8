"""The table of operations: one row each, the only place in the library where a derivative is written down.

Read a row as the table at the back of a calculus book: name, operands, value, partial derivatives, then where the
value exists (`domain`), where the partials do (`smooth`), where they jump (`kinks`) and where the value does (`jumps`).
`y` is the operation's own value. To add an operation, add a row (or call `register` with one): it then works on values
and floats, steps, draws, differentiates to any order, compiles and is property-tested.
"""

import copyreg
from collections.abc import Callable
from typing import Any

from .rows.operation import OPERATIONS, Jump, Kink, Operation

__all__ = ["OPERATIONS", "ROWS", "find_operation"]

CALCULUS = "any table of derivatives"
L3 = "lectures, L3"
BY_ZERO = (("b == 0", "division by zero"),)
TIE = (Kink("a == b", "0", "1"),)
TIES = (Kink("a == y", "0", "1"),)

ROWS = (
    # arithmetic
    Operation("add", "a, b", "a + b", ("1", "1"), symbol="+", doc="The sum a + b."),
    Operation("sub", "a, b", "a - b", ("1", "-1"), symbol="-", doc="The difference a - b."),
    Operation("mul", "a, b", "a * b", ("b", "a"), symbol="*", doc="The product a · b."),
    Operation(
        "div", "a, b", "a / b", ("1 / b", "-y / b"), domain="b != 0", outside=BY_ZERO, symbol="/",
        doc="The quotient a / b.",
    ),
    Operation(
        # a / b may round up to the next whole number; (a - y) / b is nearly whole, so rounds to the right one.
        "mod", "a, b", "a % b", ("1", "round((y - a) / b)"), domain="b != 0", outside=BY_ZERO,
        jumps=(Jump("a == b * round(a / b)", "0", "b"),), symbol="%",
        doc="a - b · floor(a / b): the remainder, with the sign of b.",
    ),
    Operation(
        # b * y / a: near b == 0, a ** (b - 1) may overflow; from 2 ** 53 on, b is even and b - 1 rounds to even.
        "pow", "a, b", "a ** b",
        (
            # Near b = 0, a ** (b - 1) may overflow alone; from 2 ** 53 on, b - 1 is b, and even where it should be odd.
            "where(abs(b) < 1 / 16, where(a == 0, 0, b * y / a),"
            " where(abs(b) < 2 ** 53, b * a ** (b - 1), where(a < 0, b * y / a, b * a ** (b - 1))))",
            "where(a == 0, 0, y * log(a))",
        ),
        domain="a > 0 or (a == 0 and b >= 0) or (a < 0 and b % 1 == 0)",
        outside=(
            ("a == 0 and b < 0", "0 to a negative power is a division by zero"),
            ("a < 0 and b % 1 != 0", "a negative number has powers to whole numbers only"),
        ),
        smooth=("a != 0 or b == 0 or b >= 1", "a > 0 or (a == 0 and b > 0)"),
        symbol="**", doc="The power a to the b; a negative a needs a whole b.",
    ),
    Operation("neg", "a", "-a", ("-1",), symbol="-", doc="The negative -a."),
    Operation(
        "abs", "a", "abs(a)", ("where(a > 0, 1, where(a < 0, -1, 0))",),
        kinks=(Kink("a == 0", "-1", "1"),), doc="The absolute value |a|.",
    ),
    Operation(
        "floor", "a", "floor(a)", ("0",), jumps=(Jump("a == round(a)", "y - 1", "y"),),
        doc="The largest whole number ≤ a; its derivative is 0.",
    ),
    Operation(
        "round", "a", "round(a)", ("0",), jumps=(Jump("a - floor(a) == 1 / 2", "floor(a)", "floor(a) + 1"),),
        doc="The whole number nearest to a, the even one of two; its derivative is 0.",
    ),
    # exponentials and logarithms
    Operation("exp", "a", "exp(a)", ("y",), doc="e to the a."),
    Operation(
        "exp_difference", "a, b", "exp(a - b)", ("y", "-y"), method=False,
        doc="e to the a - b: a term of softmax, with b near the largest a.",
    ),
    Operation("expm1", "a", "expm1(a)", ("exp(a)",), doc="e to the a, minus 1, exact near 0."),
    Operation("exp2", "a", "2 ** a", ("y * log(2)",), doc="2 to the a."),
    Operation("log", "a", "log(a)", ("1 / a",), domain="a > 0", doc="The natural logarithm of a."),
    Operation("log1p", "a", "log1p(a)", ("1 / (1 + a)",), domain="a > -1", doc="The logarithm of 1 + a, exact near 0."),
    Operation("log2", "a", "log2(a)", ("1 / log(2) / a",), domain="a > 0", doc="The logarithm of a to base 2."),
    Operation("log10", "a", "log10(a)", ("1 / log(10) / a",), domain="a > 0", doc="The logarithm of a to base 10."),
    Operation(
        # Near 1/2 the quotient is near 1 and has lost a's last digits; 2a - 1 is exact from 1/4 on.
        "logit", "a", "where(a < 1 / 4, log(a / (1 - a)), 2 * atanh(2 * a - 1))", ("1 / (a * (1 - a))",),
        domain="a > 0 and a < 1", doc="log(a / (1 - a)), the inverse of sigmoid.", source="scipy.special.logit",
    ),
    Operation(
        # At b == 0 the domain leaves a == 0 only: moving b gives 0 on and on, moving a gives -inf.
        "xlogy", "a, b", "where(a == 0, 0, a * log(b))", ("log(b)", "where(b == 0, 0, a / b)"),
        domain="b > 0 or (a == 0 and b == 0)", smooth=("b > 0", None), method=False,
        doc="a · log(b), and 0 where a is 0: the terms of an entropy.", source="scipy.special.xlogy",
    ),
    Operation("sqrt", "a", "sqrt(a)", ("1 / (2 * y)",), domain="a >= 0", smooth="a > 0", doc="The square root of a."),
    # trigonometry (radians)
    Operation("sin", "a", "sin(a)", ("cos(a)",), doc="The sine of a (radians)."),
    Operation("cos", "a", "cos(a)", ("-sin(a)",), doc="The cosine of a (radians)."),
    Operation("tan", "a", "tan(a)", ("1 + y ** 2",), doc="The tangent of a (radians)."),
    Operation(
        # Near 0 the slope of (1 - a) * (1 + a) would be the difference of two ones.
        "asin", "a", "asin(a)", ("1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))",),
        domain="a >= -1 and a <= 1", smooth="a > -1 and a < 1", doc="The angle (radians) whose sine is a.",
    ),
    Operation(
        "acos", "a", "acos(a)", ("-1 / sqrt(where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a)))",),
        domain="a >= -1 and a <= 1", smooth="a > -1 and a < 1", doc="The angle (radians) whose cosine is a.",
    ),
    Operation(
        "atan", "a", "atan(a)", ("where(abs(a) < 1, 1 / (1 + a ** 2), 1 / a / (a + 1 / a))",),
        doc="The angle (radians) whose tangent is a.",
    ),
    Operation(
        "atan2", "a, b", "atan2(a, b)", ("b / norm(a, b) / norm(a, b)", "-a / norm(a, b) / norm(a, b)"),
        smooth="a != 0 or b != 0", jumps=(Jump("where(b < 0, a, 1) == 0", "-pi", "pi"),), method=False,
        doc="The angle (radians) of the point with ordinate a, abscissa b.",
    ),
    # hyperbolic functions
    Operation("sinh", "a", "sinh(a)", ("cosh(a)",), doc="The hyperbolic sine of a."),
    Operation("cosh", "a", "cosh(a)", ("sinh(a)",), doc="The hyperbolic cosine of a."),
    Operation("tanh", "a", "tanh(a)", ("1 - y ** 2",), doc="The hyperbolic tangent of a.", source=L3),
    Operation("asinh", "a", "asinh(a)", ("1 / norm(a, 1)",), doc="The number whose hyperbolic sine is a."),
    Operation(
        "acosh", "a", "acosh(a)", ("1 / (sqrt(a - 1) * sqrt(a + 1))",),
        domain="a >= 1", smooth="a > 1", doc="The number ≥ 0 whose hyperbolic cosine is a.",
    ),
    Operation(
        "atanh", "a", "atanh(a)", ("1 / where(abs(a) < 1 / 2, 1 - a ** 2, (1 - a) * (1 + a))",),
        domain="a > -1 and a < 1", doc="The number whose hyperbolic tangent is a.",
    ),
    # the error function
    Operation("erf", "a", "erf(a)", ("2 / sqrt(pi) * exp(-a ** 2)",), doc="The error function of a."),
    Operation("erfc", "a", "erfc(a)", ("-2 / sqrt(pi) * exp(-a ** 2)",), doc="1 - erf(a), exact for large a."),
    # activations: every exponent is ≤ 0, so that nothing overflows
    Operation(
        "sigmoid", "a", "where(a >= 0, 1 / (1 + exp(-a)), exp(a) / (1 + exp(a)))", ("y * (1 - y)",),
        doc="The logistic function 1 / (1 + e^-a).", source=L3,
    ),
    Operation(
        "softplus", "a", "where(a > 0, a, 0) + log1p(exp(-abs(a)))", ("sigmoid(a)",),
        doc="log(1 + e^a), the smooth relu.", source=L3,
    ),
    Operation(
        "log_sigmoid", "a", "where(a < 0, a, 0) - log1p(exp(-abs(a)))", ("sigmoid(-a)",),
        doc="The logarithm of sigmoid(a), without underflow.", source="lectures, L4",
    ),
    Operation(
        "relu", "a", "where(a > 0, a, 0)", ("where(a > 0, 1, 0)",),
        kinks=(Kink("a == 0", "0", "1"),), doc="max(0, a).", source=L3,
    ),
    Operation(
        "leaky_relu", "a, slope=0.01", "where(a > 0, a, slope * a)",
        ("where(a > 0, 1, slope)", "where(a > 0, 0, a)"),
        kinks=(Kink("a == 0", "slope", "1"),), doc="a where a > 0, slope · a else.", source=L3,
    ),
    Operation(
        "elu", "a, alpha=1.0", "where(a > 0, a, alpha * expm1(a))",
        ("where(a > 0, 1, alpha * exp(a))", "where(a > 0, 0, expm1(a))"),
        kinks=(Kink("a == 0", "alpha", "1"),), doc="a where a > 0, alpha · (e^a - 1) else.",
        source="Clevert, Unterthiner, Hochreiter 2015, arXiv:1511.07289, eq. 4 and 5",
    ),
    Operation(
        "celu", "a, alpha=1.0", "where(a > 0, a, alpha * expm1(a / alpha))",
        (
            "where(a > 0, 1, exp(a / alpha))",
            "where(a > 0, 0, expm1(a / alpha) - a * (exp(a / alpha) / alpha))",
        ),
        domain="alpha > 0", doc="a where a > 0, alpha · (e^(a / alpha) - 1) else: an elu without a kink.",
        source="Barron 2017, arXiv:1704.07483, eq. 2 and 3",
    ),
    Operation(
        "selu", "a", "1.0507009873554805 * where(a > 0, a, 1.6732632423543772 * expm1(a))",
        ("1.0507009873554805 * where(a > 0, 1, 1.6732632423543772 * exp(a))",),
        kinks=(Kink("a == 0", "1.0507009873554805", "1.0507009873554805 * 1.6732632423543772"),),
        doc="The elu that keeps mean 0 and variance 1 from layer to layer.",
        source="Klambauer, Unterthiner, Mayr, Hochreiter 2017, arXiv:1706.02515, eq. 2 and 14",
    ),
    Operation(
        "gelu", "a", "a * (erfc(-a / sqrt(2)) / 2)",
        ("erfc(-a / sqrt(2)) / 2 + a * (exp(-a * a / 2) / sqrt(2 * pi))",),
        doc="a · Φ(a), with Φ the normal distribution (the exact GELU).", source=L3,
    ),
    Operation(
        # (1 + tanh(u)) / 2 is sigmoid(2u), exact in the tails. Beyond 25 it is 0 or 1, and the cube may overflow.
        "gelu_tanh", "a",
        "where(abs(a) < 25, a * sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3)), where(a > 0, a, 0))",
        (
            "where(abs(a) < 25,"
            " sigmoid(2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3))"
            " * (1 + a * sigmoid(-2 * sqrt(2 / pi) * (a + 0.044715 * a ** 3))"
            " * (2 * sqrt(2 / pi) * (1 + 3 * (0.044715 * a ** 2)))),"
            " where(a > 0, 1, 0))",
        ),
        doc="The tanh form of GELU.", source=L3,
    ),
    Operation(
        "silu", "a", "a * sigmoid(a)", ("sigmoid(a) * (1 + a * sigmoid(-a))",),
        doc="a · sigmoid(a), also called swish.", source=L3,
    ),
    Operation(
        "swish", "a, beta=1.0", "a * sigmoid(beta * a)",
        (
            "where(abs(beta * a) < 1000, sigmoid(beta * a) * (1 + beta * a * sigmoid(-beta * a)),"
            " where(beta * a > 0, 1, 0))",
            "where(abs(beta * a) < 1000, a * sigmoid(beta * a) * (a * sigmoid(-beta * a)), 0)",
        ),
        doc="a · sigmoid(beta · a); beta may be learned.", source=L3, guarded=True,
    ),
    Operation(
        "mish", "a", "a * tanh(softplus(a))",
        ("tanh(softplus(a)) + a * sigmoid(a) * (1 - tanh(softplus(a)) ** 2)",),
        doc="a · tanh(softplus(a)).", source="Misra 2019, arXiv:1908.08681, eq. 1",
    ),
    Operation(
        "softsign", "a", "a / (1 + abs(a))", ("1 / (1 + abs(a)) / (1 + abs(a))",),
        doc="a / (1 + |a|): like tanh, with slower tails.", source="Turian, Bergstra, Bengio 2009",
    ),
    Operation(
        "tanhshrink", "a", "a - tanh(a)", ("tanh(a) ** 2",), doc="a - tanh(a).", source="torch.nn.Tanhshrink",
    ),
    # pieces of straight lines: at a kink the slope of the outer piece, as in PyTorch
    Operation(
        "relu6", "a", "where(a > 0, where(a < 6, a, 6), 0)", ("where(a > 0, where(a < 6, 1, 0), 0)",),
        kinks=(Kink("a == 0", "0", "1"), Kink("a == 6", "0", "1")), doc="min(max(0, a), 6).",
        source="Krizhevsky 2010, Convolutional deep belief networks on CIFAR-10",
    ),
    Operation(
        "hardtanh", "a, lo=-1.0, hi=1.0", "where(a > lo, where(a < hi, a, hi), lo)",
        ("where(a > lo, where(a < hi, 1, 0), 0)", "where(a > lo, 0, 1)", "where(a < hi, 0, 1)"),
        domain="lo < hi", kinks=(Kink("a == lo", "0", "1"), Kink("a == hi", "0", "1")),
        doc="a, kept within lo and hi: tanh of three straight lines.", source="torch.nn.Hardtanh",
    ),
    Operation(
        "hardsigmoid", "a", "where(a > -3, where(a < 3, (a + 3) / 6, 1), 0)",
        ("where(a > -3, where(a < 3, 1 / 6, 0), 0)",),
        kinks=(Kink("a == -3", "0", "1 / 6"), Kink("a == 3", "0", "1 / 6")),
        doc="relu6(a + 3) / 6: sigmoid of three straight lines.", source="Howard et al. 2019, arXiv:1905.02244, 5.2",
    ),
    Operation(
        "hardswish", "a", "where(a > -3, where(a < 3, a * ((a + 3) / 6), a), 0)",
        ("where(a > -3, where(a < 3, (2 * a + 3) / 6, 1), 0)",),
        kinks=(Kink("a == -3", "-1 / 2", "0"), Kink("a == 3", "1", "3 / 2")),
        doc="a · hardsigmoid(a).", source="Howard et al. 2019, arXiv:1905.02244, 5.2",
    ),
    # choices
    Operation(
        "minimum", "a, b", "where(a <= b, a, b)",
        ("where(a < b, 1, where(a == b, 1 / 2, 0))", "where(b < a, 1, where(a == b, 1 / 2, 0))"),
        kinks=TIE, method=False, doc="The smaller of a and b; a tie splits the gradient in half.",
    ),
    Operation(
        "maximum", "a, b", "where(a >= b, a, b)",
        ("where(a > b, 1, where(a == b, 1 / 2, 0))", "where(b > a, 1, where(a == b, 1 / 2, 0))"),
        kinks=TIE, method=False, doc="The larger of a and b; a tie splits the gradient in half.",
    ),
    Operation(
        "clamp", "a, lo, hi", "where(a < lo, lo, where(a > hi, hi, a))",
        (
            "where(a < lo, 0, where(a > hi, 0, where(lo == hi, 0, 1)))",
            "where(a < lo, 1, where(a > hi, 0, where(lo == hi, 1 / 2, 0)))",
            "where(a > hi, 1, where(a < lo, 0, where(lo == hi, 1 / 2, 0)))",
        ),
        domain="lo <= hi", kinks=(Kink("a == lo", "0", "1"), Kink("a == hi", "0", "1")),
        doc="a, kept within lo and hi; where all three are one, the bounds share the gradient.",
    ),
    Operation(
        "where", "c: bool, a, b", "where(c != 0, a, b)", ("0", "where(c != 0, 1, 0)", "where(c != 0, 0, 1)"),
        method=False, doc="a where the condition c is true (not zero), b else.",
    ),
    Operation("identity", "a", "a", ("1",), method=False, doc="a itself, as a new node."),
    # over many operands at once
    Operation("sum", "*a", "sum(a)", ("1",), doc="The sum of the values, rounded once."),
    Operation("mean", "*a", "sum(a) / count(a)", ("1 / count(a)",), doc="The arithmetic mean of the values."),
    Operation("prod", "*a", "prod(a)", ("prod(others(a))",), doc="The product of the values."),
    Operation(
        "max", "*a", "max(a)", ("where(a == y, 1 / sum(where(a == y, 1, 0)), 0)",), kinks=TIES,
        doc="The largest of the values; ties split the gradient equally.",
    ),
    Operation(
        "min", "*a", "min(a)", ("where(a == y, 1 / sum(where(a == y, 1, 0)), 0)",), kinks=TIES,
        doc="The smallest of the values; ties split the gradient equally.",
    ),
    Operation(
        # A large y has rounded log Σ away; what a - y has too much is in all terms, and their own sum takes it out.
        # Beside one much larger than the others, 1 + their sum would round them away.
        "logsumexp", "*a",
        "max(a) + where(sum(exp(a - max(a))) > 17 / 16, log(sum(exp(a - max(a)))),"
        " log1p(sum(where(a == max(a), 0, exp(a - max(a))))))",
        ("where(abs(y) < 8, exp(a - y), exp(a - y) / sum(exp(a - y)))",),
        doc="log Σ e^a, without overflow.", source="lectures, L4", guarded=True,
    ),
    Operation(
        # Of differences alone, so that nothing common to all logits is rounded into it; a far off leaves b as it is.
        "cross_entropy", "*b, a",
        "where(max(b) < a, log1p(sum(exp(b - max(b))) * exp(-abs(max(b) - a))),"
        " max(b) - a + log(sum(exp(b - max(b))) + exp(-abs(max(b) - a))))",
        (
            "where(y < 8, exp(b - a - y), -expm1(-y) * (exp(b - max(b)) / sum(exp(b - max(b)))))",
            "expm1(-y)",
        ),
        doc="-log(e^a / (e^a + Σ e^b)): the loss of the right class's logit a beside the others'.",
        source="lectures, L4",
    ),
    Operation(
        "norm", "*a", "norm(a)", ("where(y > 1e308, a / 1e16 / norm(a / 1e16), where(y == 0, 0, a / y))",),
        kinks=(Kink("y == 0", "-1", "1"),),
        doc="The Euclidean length √Σa²; the gradient at the origin is 0, the middle of its subgradients.",
    ),
    Operation("dot", "*w, *x", "sum(w * x)", ("x", "w"), doc="The dot product Σ w·x.", source="lectures, L2"),
    Operation(
        "affine", "*w, *x, b", "sum(w * x) + b", ("x", "w", "1"),
        doc="A neuron's pre-activation Σ w·x + b, as one node.", source="lectures, L2",
    ),
)  # fmt: skip

OPERATIONS.update({row.name: row for row in ROWS})


def find_operation(name: str) -> Operation:
    """The row called `name`; `KeyError` names what to do where there is none."""
    try:
        return OPERATIONS[name]
    except KeyError:
        raise KeyError(
            f"no operation is called {name!r}; register it first: autograd.register(Operation(...))"
        ) from None


# A row is code, not data: a pickle holds its name, and the reader's own table gives the row.
copyreg.pickle(Operation, lambda row: (find_operation, (row.name,)))


def __getattr__(name: str) -> Any:
    if name not in ("register", "unregister"):
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib
    import warnings

    warnings.warn(f"{name} is a name of autograd itself: autograd.{name}", DeprecationWarning, stacklevel=2)
    found: Callable[..., Any] = getattr(importlib.import_module("autograd.registration"), name)
    return found
