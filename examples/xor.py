"""XOR, the function that no single neuron can compute: two hidden neurons can (lectures L1).

Run `python examples/xor.py`: it prints the truth table before and after learning, and leaves the graph of one row's
loss with the gradients that learning starts from in out/. Needs no extra.
"""

import argparse
from pathlib import Path

from autograd import Value
from nn import MLP, SGD, binary_cross_entropy_with_logits, fit, predict
from viz import draw

INPUTS = [[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]]
TARGETS = [0, 1, 1, 0]


def main(arguments: list[str] | None = None) -> bool:
    """Run the lesson; gives whether all four rows are right."""
    options = parser().parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)

    model = MLP(2, [2, 1], activation="tanh", init="xavier", seed=options.seed)
    print("before")
    truth_table(model)
    logit = model([Value(1.0, "x1"), Value(1.0, "x2")])
    loss = binary_cross_entropy_with_logits(logit, 0)
    loss.label = "loss"
    loss.backward()
    print(f"graph of 1 xor 1: {draw(loss).save(options.out / 'xor_graph.svg')}")

    fit(
        model,
        INPUTS,
        TARGETS,
        loss=binary_cross_entropy_with_logits,
        optimizer=SGD(model.parameters(), lr=0.5, momentum=0.9),
        epochs=options.epochs,
    )
    print(f"after {options.epochs} steps")
    return truth_table(model)


def truth_table(model: MLP) -> bool:
    """Print what the model makes of the four inputs; gives whether all are right."""
    print("x1 x2  xor  model")
    answers = [logit > 0 for logit in predict(model, INPUTS)]
    for (x1, x2), target, answer in zip(INPUTS, TARGETS, answers, strict=True):
        print(f"{x1:2.0f} {x2:2.0f} {target:4} {int(answer):6}{'' if answer == target else '  wrong'}")
    return answers == TARGETS


def parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(description="Learn XOR with two hidden neurons.")
    parser.add_argument("--out", type=Path, default=Path("out"), help="folder for the picture (out)")
    parser.add_argument("--epochs", type=int, default=200, help="gradient steps (200)")
    parser.add_argument("--seed", type=int, default=0, help="chooses the first weights (0)")
    return parser


if __name__ == "__main__":
    main()
