"""Runs what the README and the pages of docs/ say.

The Python blocks of a page are one continuous session in an empty directory: `>>>` blocks are compared with
the output they show, the others are just run. Shell blocks are left to `.ci/run`.
"""

import doctest
import re
import subprocess
from dataclasses import dataclass
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import Any

import pytest

from autograd import unregister
from autograd.table import OPERATIONS

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("**/*.md"))]
OPTIONS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
FENCE = re.compile(r"^(?P<indent> *)```(?:python|pycon|py)\n(?P<code>.*?)^ *```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Block:
    """A fenced Python block: its code, and the number of lines above the code."""

    code: str
    lines_above: int


def blocks_of(text: str) -> list[Block]:
    return [
        Block(
            re.sub(rf"^{found['indent']}", "", found["code"], flags=re.MULTILINE),
            text.count("\n", 0, found.start("code")),
        )
        for found in FENCE.finditer(text)
    ]


def run_page(text: str, filename: str) -> dict[str, Any]:
    """Run a page as one session, and give its names; line numbers in tracebacks and reports are those of the page."""
    session: dict[str, Any] = {"__name__": "__main__"}
    for block in blocks_of(text):
        if block.code.lstrip().startswith(">>>"):
            examples = doctest.DocTestParser().get_doctest(block.code, session, filename, filename, block.lines_above)
            report: list[str] = []
            result = doctest.DocTestRunner(optionflags=OPTIONS).run(examples, out=report.append, clear_globs=False)
            session = examples.globs  # get_doctest copies the session
            assert result.failed == 0, "".join(report)
        else:
            exec(compile("\n" * block.lines_above + block.code, filename, "exec"), session)
    return session


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_python_blocks_of_a_page_run_as_one_session(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = set(OPERATIONS)
    try:
        run_page(page.read_text("utf-8"), str(page.relative_to(ROOT)))
    finally:
        for name in set(OPERATIONS) - before:
            unregister(name)


def test_later_blocks_of_a_page_see_the_names_of_earlier_ones() -> None:
    shown = "```python\n>>> y = x + 1\n>>> y\n3\n```"
    run_page(f"```python\nx = 2\n```\ntext\n{shown}\n- in a list\n  ```py\n  assert y == 3\n  ```\n", "page")
    with pytest.raises(NameError):
        run_page("```py\nassert y == 3\n```\n", "page")


def test_a_wrong_output_in_a_page_is_reported_with_its_line() -> None:
    with pytest.raises(AssertionError, match='File "page", line 3'):
        run_page("text\n```python\n>>> 1 + 1\n3\n```\n", "page")


def test_a_failing_block_of_a_page_is_reported_with_its_line() -> None:
    with pytest.raises(ZeroDivisionError) as caught:
        run_page("text\n```python\nx = 1\n1 / 0\n```\n", "page")
    assert caught.traceback[-1].lineno + 1 == 4


QUOTE = re.compile(r"^```python (?P<file>\S+\.py)\n(?P<code>.*?)^```$", re.MULTILINE | re.DOTALL)


def quotes_of(page: Path) -> list[tuple[str, str]]:
    return [(found["file"], found["code"]) for found in QUOTE.finditer(page.read_text("utf-8"))]


@pytest.mark.parametrize("page", [page for page in PAGES if quotes_of(page)], ids=lambda page: page.name)
def test_code_that_is_quoted_from_a_file_stands_there_line_by_line(page: Path) -> None:
    for file, code in quotes_of(page):
        assert f"\n{code}" in (ROOT / file).read_text("utf-8"), f"{page.name} quotes what {file} does not say:\n{code}"


def test_the_page_about_the_engine_quotes_it() -> None:
    files = {file for file, _ in quotes_of(ROOT / "docs" / "engine.md")}
    assert files == {f"autograd/{name}.py" for name in ("node", "operations", "backward", "table")}


def test_ci_runs_exactly_the_two_commands_of_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    marked = dict(re.findall(r"^<!-- command: (.+) -->\n```(?:bash|sh|console)\n(.*)\n```$", readme, re.MULTILINE))
    assert sorted(marked) == ["main job", "tests"], "each command is one line in a block right below its marker"
    script = ROOT / ".ci" / "run"
    listed = subprocess.run(["bash", str(script), "commands"], capture_output=True, text=True, check=True)
    assert listed.stdout.splitlines() == [marked["tests"], marked["main job"]]
    source = script.read_text("utf-8")
    assert 'check "$version" "tests" "$tests"' in source
    assert 'check "$version" "main job" "$main_job"' in source


def test_the_functions_whose_mutants_live_exist() -> None:
    page = (ROOT / "docs" / "maintainers" / "mutants.md").read_text(encoding="utf-8")
    paragraph = page.partition("They live in:")[2].partition("##")[0]
    named = {*re.findall(r"`([\w.]+)`", paragraph), *re.findall(r"^\| `([\w.]+)` \|", page, re.MULTILINE)}
    assert len(named) > 20
    for name in named:
        package, _, inside = name.removeprefix("nn.").partition(".")
        module = import_module(f"nn.{package}" if name.startswith("nn.") else f"autograd.{package}")
        assert callable(attrgetter(inside)(module)), name


TEXTS = [*PAGES, ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", ROOT / "benchmarks" / "README.md"]


def prose(page: Path) -> str:
    """A page without its blocks of code."""
    return re.sub(r"^( *)```.*?^\1```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)


def anchors(page: Path) -> set[str]:
    """What can be linked in a page: its headings as GitHub writes them in addresses."""
    headings = re.findall(r"^#+ (.*)$", prose(page), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_link_and_picture_of_a_page_is_there(page: Path) -> None:
    for link in re.findall(r"\]\(([^)\s]+)\)", prose(page)):
        if link.startswith(("http://", "https://")):
            continue
        file, _, anchor = link.partition("#")
        target = (page.parent / file).resolve() if file else page
        assert target.exists(), f"{page.name} links {link}"
        if anchor:
            assert anchor in anchors(target), (
                f"{page.name} links {link}, but {target.name} has {sorted(anchors(target))}"
            )


def test_every_page_is_linked_from_the_readme_and_those_for_maintainers_from_contributing() -> None:
    for page in (ROOT / "docs").glob("**/*.md"):
        name = page.relative_to(ROOT).as_posix()
        owner = "CONTRIBUTING.md" if "maintainers" in name else "README.md"
        assert f"]({name}" in (ROOT / owner).read_text("utf-8"), f"{owner} links {name}"


@pytest.mark.parametrize("page", [page for page in PAGES if page.name != "lectures.md"], ids=lambda page: page.name)
def test_where_a_page_names_a_lecture_it_links_the_topic(page: Path) -> None:
    text = re.sub(r"\[[^\]]*\]\(\S*lectures\.md(#(l\d+)[^)]*)?\)", "", re.sub(r"`[^`]*`", "", prose(page)))
    assert not re.findall(r"\bL\d+\b", text)


def test_the_readme_begins_with_the_film_of_the_steps_and_links_the_page_and_the_quiz() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    [first, *_] = re.findall(r"!\[[^\]]+\]\((\S+)\)", readme)
    assert first == "docs/images/steps.gif"
    assert readme.index(first) < readme.index("## Two commands")
    film = (ROOT / first).read_bytes()
    assert film.startswith(b"GIF89a")
    assert len(film) < 150_000
    assert "(docs/images/steps.html)" in readme
    assert "(docs/stepping.md#predict-then-look-the-quiz)" in readme
    assert "python examples/readme_picture.py" in readme


def test_the_windows_commands_are_the_readmes_two_commands() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    unix = re.findall(r"^<!-- command: .+ -->\n```sh\n(.*)\n```$", readme, re.MULTILINE)
    expected = [
        [
            part.replace("python3 -m venv", "py -m venv").replace(".venv/bin/", ".venv/Scripts/").replace("'", '"')
            for part in command.split(" && ")
        ]
        for command in unix
    ]
    windows = re.findall(r"^```bat\n(.*?)^```$", readme, re.MULTILINE | re.DOTALL)
    assert [block.replace("\\", "/").splitlines() for block in windows] == expected


NAMES_IN_THE_TABLES = """
from autograd import log
from nn import hinge

v = L = loss = Value(1.0) * 2
x, b = Value(0.5), Value(2.0)
scores, labels, outputs, targets = [Value(1.0)], [1], [Value(1.0)], [0.0]
logits, classes = [[Value(1.0), Value(0.0)]], [0]
model, params, path = MLP(2, [1]), net.parameters(), "net.json"
optimizer = SGD(params, lr=0.1)
softmax_cross_entropy([net(row) for row in batch], [0, 1, 2]).backward()
f = lambda v: v[0] ** 2
"""


def test_every_line_of_the_two_tables_of_habits_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    page = ROOT / "docs" / "coming-from.md"
    session = run_page(page.read_text("utf-8"), page.name)
    exec(NAMES_IN_THE_TABLES, session)
    rows = [line.strip("|").split(" | ") for line in prose(page).splitlines() if line.startswith("| `")]
    assert len(rows) > 30
    for theirs, ours, *_ in rows:
        codes = re.findall("`([^`]+)`", ours if "`" in ours else theirs)
        assert codes, ours
        for code in codes:
            if not code.startswith("def "):  # that one stands in the page's class Net
                exec(f"{code} pass" if code.endswith(":") else code, dict(session))
