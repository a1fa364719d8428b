"""docs/reliability.md cannot rot in silence: what it names exists, and what it needs is there."""

from __future__ import annotations

import ast
from datetime import date

import pytest

from tests.conservation.figures import Figures
from tests.reliability.__main__ import NONE_FAILED, SOAK_LINES
from tests.reliability.mutants import mutants
from tests.reliability.page import PAGE, page
from tests.reliability.promises import ROOT, SOURCE, Promise, promises
from tests.reliability.reasons import reasons
from tests.reliability.rehearsal import FAILS, PASSES, Rehearsed
from tests.reliability.survivors import MODULES, Survey

ROWS = promises()
NAMES = [f"{row.file}-{row.test.rpartition('::')[2]}" for row in ROWS]


def defined(tree: ast.AST) -> set[str]:
    """Return what a file defines at its top: tests, and the classes that hold or make some."""
    found = set()
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            found.add(node.name)
        elif isinstance(node, ast.Assign):
            found |= {target.id for target in node.targets if isinstance(target, ast.Name)}
    return found


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_promise_has_a_test_that_exists(row: Promise) -> None:
    """A test that is renamed takes its promise along."""
    path, name = row.test.split("::")[:2]
    assert name.partition("[")[0] in defined(ast.parse((ROOT / path).read_text()))


@pytest.mark.parametrize("row", ROWS, ids=NAMES)
def test_every_mutation_has_one_place_in_the_code(row: Promise) -> None:
    """And what it makes of it is still Python, so that the test fails and not the import."""
    ast.parse(row.mutated((SOURCE / row.file).read_text()))


def test_no_promise_stands_twice() -> None:
    """Each row says something of its own."""
    assert len({row.promise for row in ROWS}) == len(ROWS)


@pytest.mark.parametrize("module", MODULES)
def test_every_reason_is_about_a_mutant_that_exists(module: str) -> None:
    """Code that has changed may have made a reason untrue: then it is given anew."""
    source = (SOURCE / "delivery" / f"{module}.py").read_text()
    names = {mutant.name for mutant in mutants(source, module)}
    assert reasons().get(module, {}).keys() - names == set()


def test_the_page_in_the_checkout_is_of_these_promises_and_reasons() -> None:
    """`make reliability` writes it; it shows no result that is not good."""
    if not PAGE.exists():
        pytest.skip("no docs/reliability.md: `make reliability` writes it")
    text = PAGE.read_text()
    cells = {cell.strip() for line in text.splitlines() for cell in line.split(" | ")}
    assert [row.promise for row in ROWS if f"| {row.promise}" not in cells] == []
    assert [row.test for row in ROWS if f"`{row.test}`" not in cells] == []
    assert "NONE KNOWN" not in text
    assert NONE_FAILED in text


def test_the_soak_ends_with_the_lines_that_the_page_takes() -> None:
    """The figures, and how long they took."""
    assert len(str(Figures()).splitlines()) == SOAK_LINES - 1
    assert NONE_FAILED in str(Figures()).splitlines()


def test_the_page_shows_what_is_not_held_and_what_has_no_reason() -> None:
    """A page that only knows good news proves nothing."""
    bad = Rehearsed(ROWS[0], FAILS, PASSES)
    surveys = [Survey("limits", 9, ["one", "two"])]
    text = page([bad], surveys, ["failed: [7]"], {"limits": {"one": "so | so"}}, date(2026, 1, 2))
    assert f"| {FAILS} | {ROWS[0].mutation} (`{ROWS[0].file}`) | {PASSES} |" in text
    assert "| `limits.py` | 9 | 7 | 2 |" in text
    assert "| one | so \\| so |" in text
    assert "| two | NONE KNOWN |" in text
    assert "- failed: [7]" in text
    assert "2026-01-02" in text
