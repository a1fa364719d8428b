"""The README leads everywhere; what it has typed is typed by `tests/docs`."""

from __future__ import annotations

import re

from target_triplewhale.presets.library import packaged
from tests.docs.pages import ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_link_leads_to_a_file() -> None:
    """The front door must not open on a wall."""
    links = re.findall(r"\]\((?!https?:|#)([^)#]+)", TEXT)
    assert len(links) > 30
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_every_preset_is_told() -> None:
    """What nobody can read about does not exist."""
    assert [name for name in packaged() if f"](docs/presets/{name}.md)" not in TEXT] == []


def test_every_page_for_a_reader_is_found_from_it_or_from_the_site() -> None:
    """A page that nothing leads to is not read."""
    site = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    pages = [path.relative_to(ROOT / "docs").as_posix() for path in (ROOT / "docs").rglob("*.md")]
    lost = [page for page in pages if f": {page}" not in site and f"(docs/{page})" not in TEXT]
    assert lost == []
