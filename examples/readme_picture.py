"""Draws the picture in the README: the classic neuron o = tanh(x1·w1 + x2·w2 + b), with its gradients.

Run `python examples/readme_picture.py` to make docs/images/neuron.svg again.
"""

import argparse
from pathlib import Path

from autograd import Value, parameter
from viz import draw


def main(arguments: list[str] | None = None) -> None:
    """Run the lesson."""
    parser = argparse.ArgumentParser(description="Draw the README's neuron.")
    parser.add_argument("--out", type=Path, default=Path("docs/images"), help="folder for the picture (docs/images)")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)

    x1, x2 = Value(2.0, "x1"), Value(0.0, "x2")
    w1, w2 = parameter(-3.0, "w1"), parameter(1.0, "w2")
    b = parameter(6.8813735870195432, "b")
    z = x1 * w1 + x2 * w2 + b
    z.label = "z"
    o = z.tanh()
    o.label = "o"
    o.backward()
    print(draw(o).save(options.out / "neuron.svg"))


if __name__ == "__main__":
    main()
