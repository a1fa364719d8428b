"""What whoever wants to help is told is true, and leads somewhere."""

from __future__ import annotations

import importlib.util
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

import target_triplewhale
from target_triplewhale.codes import CODES, explained
from tests.live.assumptions import ASSUMPTIONS
from tests.project.makefile import ASKED, ROOT, targets

FORMS = ROOT / ".github" / "ISSUE_TEMPLATE"
PAGES = [ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / ".github").glob("*.md"))]
CONTRIBUTING = PAGES[0].read_text(encoding="utf-8")
LINK = re.compile(r"\]\(([^)\s]+)\)")
PROGRAM = re.compile(r"`python -m (tests[.\w]*)`")
PLACE = re.compile(r"`((?:target_triplewhale|tests|docs|examples|\.github|\.ci)/[\w./-]*)`")
URLS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["urls"]


def forms() -> dict[str, dict[str, Any]]:
    """Return the forms that an issue can be filed with."""
    paths = [path for path in FORMS.glob("*.yml") if path.name != "config.yml"]
    return {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in paths}


def field(form: str, name: str) -> dict[str, Any]:
    """Return a field of a form."""
    found = [part for part in forms()[form]["body"] if part.get("id") == name]
    attributes: dict[str, Any] = found[0]["attributes"]
    return attributes


def is_started_by_name(module: str) -> bool:
    """Return whether `python -m` has something to run."""
    spec = importlib.util.find_spec(module)
    if spec is None or spec.origin is None:
        return False
    path = Path(spec.origin)
    return (path.parent / "__main__.py").is_file() or "__main__" in path.read_text(encoding="utf-8")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_somewhere(page: Path) -> None:
    """Into the checkout, or to the project's own place."""
    links = LINK.findall(page.read_text(encoding="utf-8"))
    own = (URLS["Repository"], URLS["Documentation"], "https://docs.github.com/")
    abroad = [link for link in links if "://" in link]
    assert [link for link in abroad if not link.startswith(own)] == []
    inside = [link.partition("#")[0] for link in links if "://" not in link]
    assert [link for link in inside if not (page.parent / link).exists()] == []


def test_every_program_and_every_target_that_is_named_is_there() -> None:
    """They are typed as they stand."""
    programs = PROGRAM.findall(CONTRIBUTING)
    assert [name for name in programs if not is_started_by_name(name)] == []
    asked = {word for page in PAGES for word in ASKED.findall(commands(page.read_text("utf-8")))}
    assert {"setup", "check", "workflows"} <= asked <= targets().keys()


def commands(text: str) -> str:
    """Return what a page shows as typed."""
    return "\n".join(re.findall(r"^```sh\n.*?^```|`[^`\n]+`", text, re.MULTILINE | re.DOTALL))


def test_every_program_of_the_tests_is_named() -> None:
    """Who does not know of one cannot mend the page that it writes."""
    tests = ROOT / "tests"
    texts = {f"tests.{path.stem}": path.read_text("utf-8") for path in tests.glob("*.py")}
    pages = [name for name, text in texts.items() if "PAGE.write_text(" in text]
    folders = [f"tests.{path.parent.name}" for path in tests.glob("*/__main__.py")]
    assert pages
    assert {*pages, *folders} <= set(PROGRAM.findall(CONTRIBUTING))


def test_every_place_that_is_named_is_there() -> None:
    """Who is sent to a file must find it."""
    places = [place for page in PAGES for place in PLACE.findall(page.read_text("utf-8"))]
    assert len(places) > 10
    written = [place for place in places if "NAME" not in place]
    roots = (ROOT, Path(target_triplewhale.__file__).parents[1])
    lost = [place for place in written if not any((root / place).exists() for root in roots)]
    assert lost == []


def test_a_test_that_is_shown_is_there() -> None:
    """It is the model for others."""
    shown = re.findall(r"`(test_\w+)`", CONTRIBUTING)
    texts = [path.read_text("utf-8") for path in (ROOT / "tests").rglob("test_*.py")]
    assert shown
    assert [name for name in shown if not any(f"def {name}(" in text for text in texts)] == []


def test_what_is_asked_for_in_a_form_has_a_name_that_is_known() -> None:
    """An example that no version knows would be copied."""
    assert field("api", "assumption")["placeholder"] in ASSUMPTIONS
    code = field("bug", "codes")["placeholder"]
    assert code in CODES or "No message" not in explained(code).meaning


@pytest.mark.parametrize("name", forms())
def test_nobody_files_anything_without_a_word_on_personal_data(name: str) -> None:
    """An issue is public from its first minute."""
    first, *_, last = forms()[name]["body"]
    assert "This is public" in first["attributes"]["value"]
    assert last["attributes"]["options"][0]["required"] is True


def test_who_asks_is_sent_to_pages_that_are_there() -> None:
    """In private for security, to the page of codes for a message."""
    config = yaml.safe_load((FORMS / "config.yml").read_text(encoding="utf-8"))
    security, codes = (one["url"] for one in config["contact_links"])
    assert security == f"{URLS['Repository']}/security/advisories/new"
    assert security in PAGES[1].read_text(encoding="utf-8")
    page = codes.removeprefix(URLS["Documentation"]).removesuffix("/")
    assert (ROOT / "docs" / f"{page}.md").is_file()
