"""The sources of the native kernels of rows: forward and backward of `Each` and `Many`, written from their formulas.

Every kernel is `kernel(D, G, I, at)`: numbers, gradients, and integers, of which those from `at` on are its arguments.
It returns 0, or 1 where a number left an operation's domain, is not a number, or a derivative is missing.
"""

from collections.abc import Sequence

from .bilinear import terms_of
from .rows import Operation
from .writing import Code, helper_sources, variable

__all__ = ["each_backward", "each_forward", "many_backward", "many_forward"]

# An operand's letter says how it is found: for elements, "v" neighbours, "s" one number for a row, "t" by a table; for
# n-ary operands, "c" neighbours, "r" at a stride, "t" by a table. Its mode says what becomes of its gradient: "-" none
# is wanted, "=" it is set, "+" it is added to.


def each_forward(row: Operation, letters: str) -> str:
    """The source of `Each`, forward."""
    code = Code()
    _head(code, row, letters)
    code.add(2, "for v in range(_w):")
    _loads(code, row, letters, {operand.name for operand in row.operands})
    hides = terms_of(row) is None
    if row.domain is not None:
        code.add(3, f"if not {code.write(row.domain, 3)}: _bad |= 1")
    code.add(3, f"y = {code.write(row.value, 3)}")
    if hides:  # comparisons may hide what is not a number; sums and products hand it on
        names = ["y", *(variable(operand.name) for operand in row.operands)]
        code.add(3, f"if {' or '.join(f'{name} != {name}' for name in names)}: _bad |= 1")
    code.add(3, "D[_yp + v] = y")
    return _finished(code)


def each_backward(row: Operation, letters: str, modes: str) -> str:
    """The source of `Each`, backward."""
    code = Code()
    _head(code, row, letters)
    wanted = [j for j, mode in enumerate(modes) if mode != "-"]
    for j in wanted:
        if letters[j] == "s":
            code.add(2, f"_s{j} = 0.0")
    code.add(2, "for v in range(_w):")
    formulas = [row.partials[j] for j in wanted] + [f for j in wanted if (f := row.smooth[j]) is not None]
    used = frozenset[str]().union(*(formula.names() for formula in formulas))
    _loads(code, row, letters, used)
    code.add(3, "_g = G[_yp + v]")
    if "y" in used:
        code.add(3, "y = D[_yp + v]")
    for j in wanted:
        smooth = row.smooth[j]
        if smooth is not None:
            code.add(3, f"if _g != 0.0 and not {code.write(smooth, 3)}: _bad |= 1")
        partial = code.write(row.partials[j], 3)
        # An upstream gradient of zero contributes zero, even where the local derivative is infinite.
        finite = terms_of(row) is not None or not row.partials[j].can_raise
        code.add(3, f"_p{j} = _g * {partial}" if finite else f"_p{j} = _g * {partial} if _g != 0.0 else 0.0")
    for j in wanted:
        sign = "=" if modes[j] == "=" else "+="
        match letters[j]:
            case "s":
                code.add(3, f"_s{j} += _p{j}")
            case "v":
                code.add(3, f"G[_q{j} + v] {sign} _p{j}")
            case _:
                code.add(3, f"G[I[_q{j} + v]] {sign} _p{j}")
    for j in wanted:
        if letters[j] == "s":
            code.add(2, f"G[_q{j}] {'=' if modes[j] == '=' else '+='} _s{j}")
    return _finished(code)


def _head(code: Code, row: Operation, letters: str) -> None:
    """Arguments: height, width, the result's offset and stride, then offset and stride (or table, width) of each."""
    code.add(1, "_bad = 0", "_w = I[at + 1]", "for u in range(I[at]):", "    _yp = I[at + 2] + u * I[at + 3]")
    for j in range(len(letters)):
        code.add(2, f"_q{j} = I[at + {4 + 2 * j}] + u * I[at + {5 + 2 * j}]")
        if letters[j] == "s":
            code.add(2, f"_c{j} = D[_q{j}]")


def _loads(code: Code, row: Operation, letters: str, used: "set[str] | frozenset[str]") -> None:
    sources = {"v": "D[_q{j} + v]", "s": "_c{j}", "t": "D[I[_q{j} + v]]"}
    for j, operand in enumerate(row.operands):
        if operand.name in used:
            code.add(3, f"{variable(operand.name)} = {sources[letters[j]].format(j=j)}")


def _finished(code: Code) -> str:
    code.add(1, "return _bad")
    return "\n".join([*helper_sources(code.helpers), "@kernel", "def run(D, G, I, at):", *code.lines, ""])


def many_forward(row: Operation, letters: str) -> str:
    """The source of `Many`, forward."""
    code = Code()
    _lanes(code, row, letters)
    _plain(code, row, letters, {operand.name for operand in row.operands})
    loads = _ElementLoads(row, letters)
    if row.domain is not None:
        code.add(2, f"if not {code.write(row.domain, 2, loads)}: _bad |= 1")
    code.add(2, f"y = {code.write(row.value, 2, loads)}")
    if terms_of(row) is None:
        code.add(2, "if y != y: _bad |= 1")
        code.add(2, "for _k in range(_n):")
        for name in row.groups:
            element = variable(name)
            code.add(3, *(line.format(k="_k") for line in loads(frozenset({name}))))
            code.add(3, f"if {element} != {element}: _bad |= 1")
    # Where a sum overflows on the way, the eager one may not: it decides.
    code.add(2, "if abs(y) == inf: _bad |= 1", "D[_yp + v] = y")
    return _finished(code)


def many_backward(row: Operation, letters: str, modes: str) -> str:
    """The source of `Many`, backward."""
    code = Code()
    _lanes(code, row, letters)
    code.add(2, "_g = G[_yp + v]")
    # Nothing to add where no gradient arrives; what is to be set becomes zero.
    wanted = [j for j, mode in enumerate(modes) if mode != "-"]
    formulas = [row.partials[j] for j in wanted] + [f for j in wanted if (f := row.smooth[j]) is not None]
    used = frozenset[str]().union(*(formula.names() for formula in formulas))
    if "y" in used:
        code.add(2, "y = D[_yp + v]")
    _plain(code, row, letters, used)
    loads = _ElementLoads(row, letters)
    for text in {smooth.text: smooth for j in wanted if (smooth := row.smooth[j]) is not None}.values():
        code.add(2, f"if _g != 0.0 and not {code.write(text, 2, loads)}: _bad |= 1")
    for j in wanted:
        operand, partial = row.operands[j], row.partials[j]
        sign = "=" if modes[j] == "=" else "+="
        finite = terms_of(row) is not None or not partial.can_raise
        if not operand.variadic:
            expression = code.write(partial, 2, loads)
            code.add(2, f"_p{j} = _g * {expression}" if finite else f"_p{j} = _g * {expression} if _g != 0.0 else 0.0")
            code.add(2, f"G[{_place(letters, j, '0')}] {sign} _p{j}")
            continue
        within = "others" in partial.functions
        expression = "" if within else code.write(partial, 2, loads)
        code.add(2, "for _k in range(_n):")
        code.add(3, *(line.format(k="_k") for line in loads(partial.elementwise)))
        if within:
            names = partial.names() & frozenset(row.groups)
            code.add(3, *(line.format(k="_k") for line in loads(names)))
            expression = code.write(partial, 3, loads)
        code.add(3, f"_p{j} = _g * {expression}" if finite else f"_p{j} = _g * {expression} if _g != 0.0 else 0.0")
        code.add(3, f"G[{_place(letters, j, '_k')}] {sign} _p{j}")
    return _finished(code)


def _lanes(code: Code, row: Operation, letters: str) -> None:
    """Arguments: lanes, length, the result's offset and stride; of each, offset, stride by lane, stride by element."""
    code.add(1, "_bad = 0", "_n = I[at + 1]")
    for j in range(len(letters)):
        code.add(1, f"_q{j} = I[at + {4 + 3 * j}]; _l{j} = I[at + {5 + 3 * j}]; _e{j} = I[at + {6 + 3 * j}]")
    code.add(1, "_yp = I[at + 2]", "for v in range(I[at]):")


def _place(letters: str, j: int, k: str) -> str:
    """The address of element k of operand j in lane v."""
    match letters[j]:
        case "c":
            return f"_q{j} + v * _l{j} + {k}"
        case "r":
            return f"_q{j} + v * _l{j} + {k} * _e{j}"
        case _:
            return f"I[_q{j} + v * _l{j} + {k}]"


def _plain(code: Code, row: Operation, letters: str, used: "set[str] | frozenset[str]") -> None:
    for j, operand in enumerate(row.operands):
        if not operand.variadic and operand.name in used:
            code.add(2, f"{variable(operand.name)} = D[{_place(letters, j, '0')}]")


class _ElementLoads:
    """The lines that load element `{k}` of the named operands in lane v."""

    def __init__(self, row: Operation, letters: str) -> None:
        self.row = row
        self.letters = letters

    def __call__(self, names: frozenset[str]) -> Sequence[str]:
        return [
            f"{variable(operand.name)} = D[{_place(self.letters, j, '{k}')}]"
            for j, operand in enumerate(self.row.operands)
            if operand.variadic and operand.name in names
        ]
