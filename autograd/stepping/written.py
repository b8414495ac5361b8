"""How names stand in formulas: in brackets where they would read as formulas themselves, parameters' paths shortened.

Names stay what they are everywhere else: as keys, in files, in what `until` and `explain` take (which know both).
"""

import re
from collections import Counter
from collections.abc import Iterable, Sequence

__all__ = ["bracketed", "written_names"]

_PLAIN = re.compile(r"(?:[^\s+\-*/%^=<>~|&()\[\]{},;×·−÷∂→…'\"`\\]|\[\w+\])+'*")
_PATH = re.compile(r"[^\W\d]\w*(?:\.\w+)*\.\d+(?:\.\w+)*")
_PAIRS = {")": "(", "]": "[", "}": "{"}


def bracketed(name: str) -> str:
    """A name as part of a formula: in brackets if it has operators in it, in quotes if brackets would not do.

    >>> bracketed("w"), bracketed("x1*w1 + x2*w2"), bracketed("a) * (b"), bracketed("3")
    ('w', '(x1*w1 + x2*w2)', "'a) * (b'", "'3'")
    """
    if _PLAIN.fullmatch(name) and not _is_number(name):
        return name
    if _balanced(name) and not _is_number(name):
        return f"({name})"
    return f'"{name}"' if "'" in name else f"'{name}'"


def _is_number(name: str) -> bool:
    try:
        float(name)
    except ValueError:
        return False
    return True


def _balanced(name: str) -> bool:
    opened = []
    for character in name:
        if character in "'\"`;\\":
            return False
        if character in "([{":
            opened.append(character)
        elif character in _PAIRS and (not opened or opened.pop() != _PAIRS[character]):
            return False
    return not opened and bool(name)


def written_names(names: Sequence[str]) -> list[str]:
    """How each of a trace's names is written, no two alike.

    In a path such as `layers.2.neurons.0.w.15` the words before numbers are cut to as few letters as tell them apart.

    >>> written_names(["layers.2.neurons.0.w.15", "layers.2.neurons.0.b", "x", "x*y"])
    ['l2.n0.w15', 'l2.n0.b', 'x', '(x*y)']
    """
    plain = [bracketed(name) for name in names]
    paths = {name: name.split(".") for name in names if "." in name and _PATH.fullmatch(name)}
    if not paths:
        return plain
    short = _prefixes({word for words in paths.values() for word in words if not word.isdecimal()})
    brief = [_brief(paths[name], short) if name in paths else text for name, text in zip(names, plain, strict=True)]
    # Another name may happen to be what a path would become; both then stay as they are. (A constant is no name.)
    times = Counter(dict(zip(names, brief, strict=True)).values()) + Counter({*plain})
    return [
        text if text == whole or times[text] == 1 else whole for text, whole in zip(brief, plain, strict=True)
    ]


def _prefixes(words: Iterable[str]) -> dict[str, str]:
    """For each word its shortest beginning that no other word begins with, else the word."""
    words = set(words)
    starts = Counter(word[:length] for word in words for length in range(1, len(word) + 1))
    return {
        word: next((word[:length] for length in range(1, len(word)) if starts[word[:length]] == 1), word)
        for word in words
    }


def _brief(path: Sequence[str], short: dict[str, str]) -> str:
    text = ""
    for place, word in enumerate(path):
        if word.isdecimal() and place and not path[place - 1].isdecimal() and not path[place - 1][-1].isdecimal():
            text += word
        else:
            numbered = place + 1 < len(path) and path[place + 1].isdecimal()
            text += ("." if place else "") + (short.get(word, word) if numbered else word)
    return text
