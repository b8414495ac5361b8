"""The language of the command line, `e = a*b; d = e + c; tanh(d)`, read into a flat program.

Numbers, names, the table's operations, comparisons as a condition, and assignments: everything else is an error that
shows its place. The program is a list of instructions for a stack machine, so that running it takes no recursion.
"""

import re
import unicodedata
from typing import NamedTuple, NoReturn

from ..table import OPERATIONS
from .glyphs import UNICODE, Glyphs
from .hints import CALLED, CONSTANTS, HINTS, SAME, SUPERSCRIPTS, similar, usage
from .terminal import width_of

__all__ = ["ExpressionError", "Instruction", "Token", "check_name", "parse"]

LONGEST = 10_000
DEEPEST = 100
WINDOW = 70


_TOKEN = re.compile(
    r"(?P<space>\s+)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?P<name>[^\W\d]\w*)"
    r"|(?P<sign>\*\*|[<>=!]=|[-+*/%=;,()\[\]<>]|[×·⋅∙−÷≤≥≠])",
)
_BINARY = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2}
_COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")


def check_name(name: str, text: str, position: int) -> None:
    """Raise `ExpressionError` for a name with a raised number in it, such as a², which would be a power."""
    for place, character in enumerate(name):
        if character in SUPERSCRIPTS:
            power = unicodedata.normalize("NFKC", name[place:])
            raise ExpressionError(f"powers are written **: {name[:place]}**{power}", text, position + place)


class ExpressionError(ValueError):
    """An expression that cannot be read or computed; the message shows it with a caret under the place."""

    def __init__(self, message: str, text: str, position: int) -> None:
        self.position = position
        self._parts = message, text
        super().__init__(f"{message}\n{_pointed(text, position, UNICODE, WINDOW)}")

    def shown(self, glyphs: Glyphs, width: int) -> str:
        """The message for a terminal."""
        message, text = self._parts
        part = _pointed(text, self.position, glyphs, min(WINDOW, width - 6))
        return f"{glyphs.text(message)}\n{part}"


class Token(NamedTuple):
    """A word of the language: its kind ("number", "name", "sign", "end"), text and place."""

    kind: str
    text: str
    position: int


class Instruction(NamedTuple):
    """What to do with the stack: push a number or a name's value, apply an operation, or assign the top to a name.

    shape: of an operation's arguments, one entry each: how many values make up a list, or None for a single value.
    """

    kind: str
    text: str
    position: int
    shape: tuple[int | None, ...] = ()


def parse(text: str) -> list[Instruction]:
    """The program for a text; `ExpressionError` where there is none.

    >>> [f"{i.kind} {i.text}" for i in parse("-x**2 + 1")]
    ['name x', 'number 2', 'apply pow', 'apply neg', 'number 1', 'apply add']
    """
    if len(text) > LONGEST:
        raise ExpressionError(f"this is too long: {len(text):,} characters, at most {LONGEST:,}", text, LONGEST)
    return _Parser(text).program()


def _pointed(text: str, position: int, glyphs: Glyphs, window: int) -> str:
    """The part of a text around a position, and a caret under it."""
    start = max(0, position - window // 2)
    part = "".join(c if c.isprintable() else " " for c in text[start : start + window])
    before, after = "…" * (start > 0), "…" * (start + window < len(text))
    left = glyphs.text(f"  {before}{part[: position - start]}")
    return f"{left}{glyphs.text(part[position - start :] + after)}\n{' ' * width_of(left)}^"


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = self._tokens()
        self.place = 0
        self.depth = 0
        self.condition = False
        self.output: list[Instruction] = []

    def program(self) -> list[Instruction]:
        if self.now.kind == "end":
            self.fail("there is nothing to compute: write an expression such as a*b + c")
        while True:
            self._statement()
            if self.now.kind == "end":
                return self.output
            if not self.take(";"):
                self.fail(f"expected an operator or the end, found {self._shown()}")
            if self.now.kind == "end":
                return self.output
            self.output.append(Instruction("drop", "", self.now.position))

    @property
    def now(self) -> Token:
        return self.tokens[self.place]

    def fail(self, message: str, position: int | None = None) -> NoReturn:
        raise ExpressionError(message, self.text, self.now.position if position is None else position)

    def take(self, sign: str) -> bool:
        if self.now.kind == "sign" and self.now.text == sign:
            self.place += 1
            return True
        return False

    def _tokens(self) -> list[Token]:
        tokens, position = [], 0
        while position < len(self.text):
            found = _TOKEN.match(self.text, position)
            if found is None:
                character = self.text[position]
                hint = HINTS.get(character, "known are numbers, names, + - * / % ** ( ) [ ] , ; =")
                hint = "powers are written **" if character in SUPERSCRIPTS else hint
                self._refuse(f"{character!r} means nothing here: {hint}", position)
            if found.lastgroup == "name":
                check_name(found[0], self.text, position)
            if found.lastgroup != "space":
                tokens.append(Token(found.lastgroup or "", SAME.get(found[0], found[0]), position))
            position = found.end()
        return [*tokens, Token("end", "", len(self.text))]

    def _refuse(self, message: str, position: int) -> NoReturn:
        raise ExpressionError(message, self.text, position)

    def _shown(self) -> str:
        return "the end" if self.now.kind == "end" else repr(self.now.text)

    def _statement(self) -> None:
        following = self.tokens[min(self.place + 1, len(self.tokens) - 1)]
        if self.now.kind == "name" and following.text == "=":
            target = self.now
            if target.text in OPERATIONS or target.text in CONSTANTS:
                kind = "an operation" if target.text in OPERATIONS else "a constant"
                self.fail(f"{target.text!r} is {kind} and cannot be assigned to")
            self.place += 2
            self._expression(0)
            self.output.append(Instruction("assign", target.text, target.position))
        else:
            self._expression(0)
        if self.now.text == "=":
            self.fail("only a name can be assigned to, at the start of a statement")

    def _expression(self, level: int) -> None:
        """A sum or product whose operators bind tighter than `level`."""
        condition, self.condition = self.condition, False
        self._product_or_sign()
        while self.now.kind == "sign" and _BINARY.get(self.now.text, 0) > level:
            sign = self.now
            self.place += 1
            self._expression(_BINARY[sign.text])
            self._apply_sign(sign, 2)
        if level == 0 and self.now.text in _COMPARISONS and not condition:
            self.fail("a comparison is a condition: write where(a > b, a, b)")

    def _condition(self) -> None:
        """An expression that may be a comparison: 1 where it holds, else 0."""
        self.condition = True
        self._expression(0)
        if self.now.text in _COMPARISONS:
            sign = self.now
            self.place += 1
            self._expression(0)
            self.output.append(Instruction("compare", sign.text, sign.position))

    def _product_or_sign(self) -> None:
        signs = []
        while self.now.kind == "sign" and self.now.text in "+-":
            signs.append(self.now)
            self.place += 1
        self._power()
        for sign in reversed(signs):
            if sign.text == "-":
                self._apply_sign(sign, 1)

    def _power(self) -> None:
        self._atom()
        if self.now.text == "**":
            sign = self.now
            self.place += 1
            self._enter(sign)
            self._product_or_sign()
            self.depth -= 1
            self._apply_sign(sign, 2)

    def _enter(self, at: Token) -> None:
        self.depth += 1
        if self.depth > DEEPEST:
            self.fail(f"this is nested more than {DEEPEST} levels deep; name parts of it: e = ...; ...", at.position)

    def _atom(self) -> None:
        token = self.now
        if token.kind == "end":
            self.fail("something is missing at the end")
        self.place += 1
        if token.kind == "number":
            if float(token.text) == float("inf"):
                self.fail("this number is too large", token.position)
            self.output.append(Instruction("number", token.text, token.position))
        elif token.kind == "name" and self.now.text == "(":
            self._call(token)
        elif token.kind == "name":
            if token.text in OPERATIONS:
                self.fail(f"{token.text} is an operation: write {usage(token.text)}", token.position)
            if token.text in CONSTANTS:
                self.output.append(Instruction("number", repr(CONSTANTS[token.text]), token.position))
                return
            self.output.append(Instruction("name", token.text, token.position))
        elif token.text == "(":
            self._enter(token)
            self._expression(0)
            self.depth -= 1
            if not self.take(")"):
                self.fail(f"this bracket is never closed; found {self._shown()} instead", token.position)
        else:
            self.fail(f"expected a number, a name or a bracket, found {token.text!r}", token.position)
        if self.now.kind in ("number", "name") or self.now.text in ("(", "["):
            self.fail(f"an operator is missing before {self.now.text!r}: write * to multiply")

    def _call(self, name: Token) -> None:
        row = OPERATIONS.get(name.text)
        if row is None:
            hint = f": write {CALLED[name.text]}" if name.text in CALLED else similar(name.text)
            self.fail(f"there is no operation {name.text!r}{hint}", name.position)
        self._enter(self.now)
        self.place += 1
        truths = [operand.truth for operand in row.operands]
        shape: list[int | None] = []
        if not self.take(")"):
            shape.append(self._argument(*truths[:1]))
            while self.take(","):
                shape.append(self._argument(*truths[len(shape) : len(shape) + 1]))
            if not self.take(")"):
                self.fail(f"expected , or ) in the call of {name.text}, found {self._shown()}")
        self.depth -= 1
        if row.variadic and len(row.operands) == 1 and shape and None in shape and set(shape) == {None}:
            shape = [len(shape)]  # sum(a, b, c) is sum([a, b, c])
        wants = [operand.variadic for operand in row.operands]
        needed = len([operand for operand in row.operands if operand.default is None])
        lists = [count is not None for count in shape]
        if len(shape) < needed or lists != wants[: len(shape)] or 0 in shape:
            self.fail(f"{name.text} is called as {usage(name.text)}", name.position)
        self.output.append(Instruction("apply", name.text, name.position, tuple(shape)))

    def _argument(self, truth: bool = False) -> int | None:
        if not self.take("["):
            if truth:
                self._condition()
            else:
                self._expression(0)
            return None
        if self.take("]"):
            return 0
        self._expression(0)
        count = 1
        while self.take(","):
            self._expression(0)
            count += 1
        if not self.take("]"):
            self.fail(f"expected , or ] in the list, found {self._shown()}")
        return count

    def _apply_sign(self, sign: Token, operands: int) -> None:
        row = next(row for row in OPERATIONS.values() if row.symbol == sign.text and len(row.operands) == operands)
        self.output.append(Instruction("apply", row.name, sign.position, (None,) * operands))
