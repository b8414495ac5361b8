"""The page that `python -m examples --all` leaves: each lesson's text, printed lines, figures and pictures."""

import base64
import html
import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from textwrap import dedent

from ._catalogue import Entry
from ._lesson import Performance

__all__ = ["Outcome", "index_page"]

KINDS = {".png": "image/png", ".gif": "image/gif", ".svg": "image/svg+xml"}

STYLE = """
body { font: 17px/1.5 Helvetica, Arial, sans-serif; color: #222; margin: 0 auto; max-width: 50rem; padding: 1rem; }
h2 { border-top: 1px solid #b8b8b8; padding-top: 1rem; }
pre { background: #f4f4f4; overflow-x: auto; padding: .6rem; font-size: 13px; line-height: 1.35; }
code { font-size: 15px; }
img { max-width: 100%; height: auto; }
.frame { overflow-x: auto; }
table { border-collapse: collapse; font-size: 15px; }
td { padding: .1rem .8rem .1rem 0; }
.note { color: #606060; font-size: 15px; }
.error { color: #a03000; }
@media (prefers-color-scheme: dark) {
  body { background: #191919; color: #ddd; }
  a { color: #6cb6f0; }
  pre { background: #262626; }
  .note { color: #a0a0a0; }
  .error { color: #ff9060; }
}
"""


@dataclass(frozen=True)
class Outcome:
    """A lesson and what its run left, or the error that ended it."""

    entry: Entry
    performance: Performance | None
    error: str = ""


def index_page(outcomes: Sequence[Outcome]) -> str:
    """The page as HTML: a single file, with the pictures inside it; pages that a lesson made are linked."""
    contents = "\n".join(
        f'<li value="{o.entry.number}"><a href="#lesson{o.entry.number}">{_plain(o.entry.title)}</a></li>'
        for o in outcomes
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>The lessons of chainrule</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f"<h1>The lessons of chainrule</h1>\n<ol>\n{contents}\n</ol>\n"
        + "\n".join(map(_section, outcomes))
        + "\n</body>\n</html>\n"
    )


def _section(outcome: Outcome) -> str:
    entry, done = outcome.entry, outcome.performance
    parts = [
        f'<h2 id="lesson{entry.number}">{entry.number}. {_plain(entry.title)}</h2>',
        f'<p class="note">Lecture {_plain(entry.lecture)} · {_plain(entry.path.name)}'
        + (f" · {done.seconds:.1f} s</p>" if done else "</p>"),
        *_prose(entry.text),
    ]
    if done is None:
        return "\n".join([*parts, f'<p class="error">This lesson could not run: {_plain(outcome.error)}</p>'])
    parts.append(f"<pre>{_plain(done.text.rstrip())}</pre>")
    parts += [_file(path) for path in done.files]
    rows = "".join(f"<tr><td>{_plain(name)}</td><td>{number:.6g}</td></tr>" for name, number in done.figures.items())
    return "\n".join([*parts, f"<table>{rows}</table>"])


def _prose(text: str) -> list[str]:
    """A docstring's paragraphs; indented lines are formulas and stay as they are."""
    parts = []
    for is_formula, lines in groupby(text.splitlines(), key=lambda line: line.startswith("    ")):
        block = "\n".join(lines)
        if is_formula:
            parts.append(f"<pre>{_plain(dedent(block))}</pre>")
        else:
            coded = re.sub("`([^`]+)`", r"<code>\1</code>", _plain(block))
            parts += [f"<p>{paragraph.strip()}</p>" for paragraph in coded.split("\n\n") if paragraph.strip()]
    return parts


def _file(path: Path) -> str:
    if path.suffix not in KINDS:
        return f'<p><a href="{_plain(path.name)}">{_plain(path.name)}</a></p>'
    data = base64.b64encode(path.read_bytes()).decode("ascii")
    image = f'<img src="data:{KINDS[path.suffix]};base64,{data}" alt="{_plain(path.name)}">'
    return f'<div class="frame">{image}</div>'


def _plain(text: str) -> str:
    return html.escape(text)
