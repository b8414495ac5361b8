"""The words of a report: for each kind of mistake why it happens, and what to try next, with the lesson on it."""

__all__ = ["explain"]

_ADVICE: dict[str, tuple[str, str]] = {
    "missing": (
        "The grader reads the attributes data and grad and calls backward(), by these names.",
        "Add what is missing; `python -m examples 2` builds the class, lesson 3 its backward pass.",
    ),
    "constants": (
        "A plain number has no data and no grad.",
        "Begin the operator with: other = other if isinstance(other, Value) else Value(other). Lesson 2.",
    ),
    "reflected": (
        "Python asks the number on the left first, then calls the reflected method of the value on the right; sum() "
        "begins with 0 + a.",
        "For + and *: __radd__ = __add__. For - and / mind the order: __rsub__ is other - self. Lesson 2.",
    ),
    "value": (
        "The forward pass computes another number.",
        "Compute this one by hand and look at the formula. Lesson 2.",
    ),
    "error": ("The program stops with an exception.", "Run the program above and read the traceback."),
    "contained": (
        "The file did not come back, so its process was ended; everything else was tested in a new one.",
        "Run the program above yourself: an endless loop, sys.exit() or very deep recursion is the usual reason.",
    ),
    "seed": (
        "dL/dL = 1: without it every product along the way is 0. (The grader set root.grad = 1 itself.)",
        "Write self.grad = 1.0 in backward(), before the first step. Lesson 3.",
    ),
    "nothing": ("No gradient arrives at the inputs.", "Let backward() go through the nodes from the root. Lesson 3."),
    "derivative": (
        "The forward value is right; the derivative by this input is not.",
        "Nudge the input by 0.001 and look at the slope (lesson 1); the table of derivatives is in lesson 3.",
    ),
    "chain": (
        "The chain rule: the operation's own derivative times the gradient that comes from above.",
        "Multiply with out.grad, the gradient of the operation's result. Lesson 3.",
    ),
    "overwrite": (
        "A value that is used in several places gets a gradient from each of them; with = the last one wins.",
        "Write += where the gradient of an input is set. Lesson 4 shows both side by side.",
    ),
    "set": (
        "A set keeps one a of a * a, and no order: an edge is lost, or derivatives meet the wrong input, and sums are "
        "rounded differently from run to run.",
        "Keep the inputs in a tuple: self.inputs = (self, other). Lesson 4.",
    ),
    "order": (
        "A node that passes its gradient on before all of it has arrived passes on too little; one that does so twice, "
        "too much.",
        "Sort topologically: each node once, after everything that uses it. Lesson 4.",
    ),
    "interior": (
        "Gradients in the middle of the graph are left from the first pass and are passed on again.",
        "Set the gradient of every computed node to 0 at the start of backward(); leave the leaves' alone. Lesson 4.",
    ),
    "accumulate": (
        "Each backward() begins from 0 at the leaves as well: a batch's losses, one after the other, do not add up.",
        "Reset computed nodes only; the leaves are reset by zero_grad(), when the step is done. Lesson 4.",
    ),
    "recursion": (
        "Each node is a call inside a call, and Python allows about 1,000; sum() makes a chain as long as its list.",
        "Build the order with a list as a stack instead of a function that calls itself. Lesson 4.",
    ),
    "paths": (
        "Each node is visited once for every path: 2 * 2 * 2 … of them, though there are only 40 nodes.",
        "Remember visited nodes, and pass a gradient on once, when it is complete. Lesson 4.",
    ),
    "mutation": (
        "A number that was put in, or computed, is another one afterwards; the gradients then belong to neither.",
        "Make a new Value for each result, and only write grad in backward(). Lesson 2.",
    ),
    "zero_grad": (
        "zero_grad() leaves the gradient of the value that it is called on.",
        "Set self.grad = 0.0 in it. Lesson 4.",
    ),
    "unnamed": (
        "None of the classic mistakes explains it; this is the smallest program that shows it.",
        "Work through it with pencil and paper, edge by edge. Lesson 3.",
    ),
}


def explain(kind: str) -> tuple[str, str]:
    """Why it happens, and what to try next."""
    return _ADVICE[kind]
