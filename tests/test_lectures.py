"""docs/lectures.md says what is true: all sections are there, every name imports, every test exists."""

import ast
import re
from functools import cache
from pathlib import Path
from pkgutil import resolve_name

import pytest

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "lectures.md").read_text("utf-8")
SECTIONS = {f"L{number}": text for number, text in re.findall(r"^## L(\d+) (.*?)(?=^## |\Z)", PAGE, re.M | re.S)}


def rows(text: str) -> list[list[str]]:
    """The rows of the tables of a text, without their headings."""
    lines = [line.strip("|").split("|") for line in text.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in cells] for cells in lines if cells[0].strip() != "Formula"]


ROWS = [row for text in SECTIONS.values() for row in rows(text)]


@cache
def functions(file: str) -> frozenset[str]:
    """The tests that a file defines at its top level."""
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_every_section_is_there_in_order_with_its_formulas() -> None:
    assert list(SECTIONS) == [f"L{number}" for number in range(1, 12)]
    assert all(len(rows(text)) >= 3 for text in SECTIONS.values())


def test_every_row_has_a_formula_names_and_a_test() -> None:
    for row in ROWS:
        assert len(row) == 3, row
        assert all(row), row
        assert all(re.fullmatch(r"`[^`]+`(, `[^`]+`)*", cell) for cell in row[1:]), row


@pytest.mark.parametrize("name", sorted({name for row in ROWS for name in re.findall("`(.*?)`", row[1])}))
def test_every_name_imports(name: str) -> None:
    resolve_name(name)


@pytest.mark.parametrize("test", sorted({test for row in ROWS for test in re.findall("`(.*?)`", row[2])}))
def test_every_test_exists(test: str) -> None:
    file, _, name = test.partition("::")
    assert name.startswith("test_")
    assert name in functions(file), f"{file} has no {name}"


def test_a_test_that_does_not_exist_would_be_noticed() -> None:
    assert "test_nothing" not in functions("tests/test_lectures.py")
    assert "test_every_test_exists" in functions("tests/test_lectures.py")


def test_every_link_leads_to_a_heading() -> None:
    headings = re.findall(r"^## (.*)$", PAGE, re.M)
    anchors = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\(#(.*?)\)", PAGE)) == anchors
