"""Makes what the README shows: the GIF and the page of a trace's steps, and the classic neuron with its gradients.

Run `python examples/readme_picture.py` to make steps.gif, steps.html and neuron.svg in docs/images/ again.
"""

import argparse
from pathlib import Path

from autograd import Value, label, parameter, trace
from viz import draw


def lesson() -> Value:
    """L = (a·b + c)·f, from which the pages and the lessons begin."""
    a, b, c, f = Value(2, "a"), Value(-3, "b"), Value(10, "c"), Value(-2, "f")
    e = a * b
    d = e + c
    loss = d * f
    label(e=e, d=d, L=loss)
    return loss


def neuron() -> Value:
    """o = tanh(x1·w1 + x2·w2 + b), after its backward pass."""
    x1, x2 = Value(2.0, "x1"), Value(0.0, "x2")
    w1, w2 = parameter(-3.0, "w1"), parameter(1.0, "w2")
    b = parameter(6.8813735870195432, "b")
    z = x1 * w1 + x2 * w2 + b
    o = z.tanh()
    label(z=z, o=o)
    o.backward()
    return o


def main(arguments: list[str] | None = None) -> None:
    """Make all three."""
    parser = argparse.ArgumentParser(description="Make the README's pictures.")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the pictures (docs/images)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)

    steps = draw(trace(lesson()))
    print(steps.save(options.out / "steps.gif"))
    print(steps.save(options.out / "steps.html"))
    print(draw(neuron()).save(options.out / "neuron.svg"))


if __name__ == "__main__":
    main()
