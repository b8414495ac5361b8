"""Slope by nudging: how well differences approximate a derivative, and where rounding takes over.

The derivative of f at x is the limit of (f(x + h) − f(x)) / h for h → 0. Before anything clever, one can choose a small
h. Taylor's theorem says what that costs:

    one-sided  (f(x + h) − f(x)) / h        = f′(x) + h f″(x)/2 + …      error ~ h
    two-sided  (f(x + h) − f(x − h)) / 2h   = f′(x) + h² f‴(x)/6 + …     error ~ h²

So a smaller h is better, until it is not: f(x) is stored with a relative error of up to u = 2⁻⁵³, and dividing by h
magnifies that to about u|f(x)|/h. The sum of both errors is least at h ~ √u for one side and h ~ ∛u for two.

The gradient check of the lectures (L7) takes two sides with h = 10⁻³: about seven digits, and never all sixteen. Exact
derivatives need another idea, the chain rule (lesson 3).
"""

import math
from pathlib import Path

from autograd import Value, grad, tanh
from viz import Panel, plot_curves

LECTURE = "L7"

X = 0.5
UNIT = 2.0**-53


def main(out: Path, *, quick: bool = False) -> dict[str, float]:
    """Measure both errors for h from 1 down to 10⁻¹⁵."""
    # The library's derivative, to compare with: one backward pass, no h.
    x = Value(X, "x")
    tanh(x).backward()
    exact = x.grad
    print(f"f = tanh at x = {X}: f′ = 1 − tanh² = {exact:.15f}")

    # 0.1 is no round number in binary, but 1/8 is: with powers of two x + h is exact, and the error is that of f alone.
    hs = [2.0**-k for k in range(51)]
    one_sided = {h: abs((math.tanh(X + h) - math.tanh(X)) / h - exact) for h in hs}
    two_sided = {h: abs((math.tanh(X + h) - math.tanh(X - h)) / (2 * h) - exact) for h in hs}

    print("h         one-sided  two-sided error")
    for h in hs[::5]:
        print(f"{h:7.1e}  {one_sided[h]:10.1e} {two_sided[h]:10.1e}")

    # Where the formulas say that both kinds of error are equally bad; f″ and f‴ by differentiating grad(tanh) again.
    second, third = abs(grad(grad(tanh))(X)), abs(grad(grad(grad(tanh)))(X))
    size = math.tanh(X)
    best_one = 2 * math.sqrt(UNIT * size / second)
    best_two = (3 * UNIT * size / third) ** (1 / 3)
    print(f"rounding takes over below h ≈ {best_one:.0e} (one side), {best_two:.0e} (two sides)")

    figures = {
        "order_one_sided": order(one_sided, 2.0**-4, 2.0**-14),
        "order_two_sided": order(two_sided, 2.0**-4, 2.0**-12),
        "best_h_one_sided": min(hs, key=one_sided.__getitem__),
        "best_h_two_sided": min(hs, key=two_sided.__getitem__),
        "predicted_h_one_sided": best_one,
        "predicted_h_two_sided": best_two,
        "error_of_the_lectures_check": abs((math.tanh(X + 1e-3) - math.tanh(X - 1e-3)) / 2e-3 - exact),
    }
    print(f"error ~ h^{figures['order_one_sided']:.2f} and ~ h^{figures['order_two_sided']:.2f}")
    print(f"L7's h = 0.001, two sides: error {figures['error_of_the_lectures_check']:.0e}")

    curves = {
        "one-sided": (hs, [one_sided[h] for h in hs]),
        "two-sided": (hs, [two_sided[h] for h in hs]),
        "h |f″| / 2": (hs, [h * second / 2 for h in hs]),
        "h² |f‴| / 6": (hs, [h * h * third / 6 for h in hs]),
        "u |f| / h, rounding": (hs, [UNIT * size / h for h in hs]),
    }
    plot_curves(
        Panel(
            curves,
            x="h",
            y="error of the slope",
            log="xy",
            ylim=(1e-14, 3.0),
            spans={"rounding rules both": [(hs[-1], best_one)], "rounding rules two sides": [(best_one, best_two)]},
        ),
        out / "lesson01_errors.png",
        title="Slope of tanh at 0.5 by differences: smaller steps help, until rounding takes over",
    )

    print("Exercise 1: (4 D(h/2) − D(h)) / 3, with D the two-sided slope: which order?")
    print("Exercise 2: the imaginary part of tanh(0.5 + ih) / h, for h = 1e-20: what error?")
    return figures


def order(errors: dict[float, float], first: float, second: float) -> float:
    """The p of error ~ hᵖ, from the errors at two steps."""
    return math.log(errors[first] / errors[second]) / math.log(first / second)


if __name__ == "__main__":
    from examples._lesson import run

    run(main)
