"""The site asks nobody but its own host for anything, and reads well on a desk and on a phone."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest

from tests.browser import DESKTOP, PHONE
from tests.site.conftest import ROOT, build

if TYPE_CHECKING:
    from pathlib import Path

    from tests.browser import Browser

LOADED = re.compile(
    r"<(?:script|img|iframe|source)\b[^>]*?\bsrc=[\"']?([^\"' >]+)"
    r"|<link\b(?![^>]*\brel=[\"']?(?:canonical|next|prev))[^>]*?\bhref=[\"']?([^\"' >]+)"
    r"|url\([\"']?([^\"')]+)"
)
ARTICLE = re.compile(r"<article.*?</article>", re.DOTALL)
CODE = re.compile(r"<(pre|code)\b.*?</\1>", re.DOTALL)
RAW = re.compile(r"\n[-*] |^[-*] |\|---|```|\*\*|\]\(", re.MULTILINE)
"""What is left of a list, a table or a link that the site has not understood."""
WIDE = ("", "endpoints/", "settings/", "assumptions/", "sandbox/")


def address_of_docs() -> str:
    """Return where the site will be."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    found: str = project["urls"]["Documentation"]
    return found


def test_a_link_that_leads_nowhere_fails_the_build(tmp_path: Path) -> None:
    """To a page, an anchor, a folder, a place on a host, a file; and a page without a place."""
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    for name in ("mkdocs.yml", "pyproject.toml"):
        shutil.copy(ROOT / name, tmp_path)
    links = ("nothing.md", "ledger.md#nothing", "nowhere/", "/mapping/", "../no_file.py")
    (tmp_path / "docs" / "lost.md").write_text("# Lost\n" + "".join(f"[a]({one})" for one in links))
    done = build(tmp_path, tmp_path / "site")
    said = done.stdout + done.stderr
    assert done.returncode == 1
    warned = "".join(line for line in said.splitlines() if line.startswith("WARNING"))
    assert [one for one in links if one.removeprefix("../") not in warned] == []
    assert 'not included in the "nav"' in warned


def test_a_link_out_of_the_docs_leads_to_the_repository(site: Path) -> None:
    """In a checkout it leads to the file, and here to the same file's page."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    page = (site / "meltano" / "index.html").read_text(encoding="utf-8")
    assert f'href="{project["urls"]["Repository"]}/blob/main/meltano.yml"' in page
    assert f'href="{address_of_docs()}meltano/"' in page


def test_the_definition_has_an_address(site: Path) -> None:
    """`meltano add --from-ref` takes it from there."""
    name = "hub/target-triplewhale.yml"
    assert (site / name).read_bytes() == (ROOT / "docs" / name).read_bytes()


def test_what_the_definition_leads_to_is_there(site: Path) -> None:
    """The Hub's page shows its words, with links into this site."""
    text = (ROOT / "docs/hub/target-triplewhale.yml").read_text(encoding="utf-8")
    pages = re.findall(re.escape(address_of_docs()) + r"([\w/-]*)", text)
    assert pages
    assert [page for page in pages if not (site / page / "index.html").is_file()] == []


def test_no_page_loads_anything_from_elsewhere(site: Path) -> None:
    """Who reads it offline, or behind a wall, sees all of it; and nobody is counted."""
    files = [*site.rglob("*.html"), *site.rglob("*.css")]
    assert len(files) > 30
    loaded = {
        (path.name, address)
        for path in files
        for groups in LOADED.findall(path.read_text(encoding="utf-8"))
        for address in groups
        if re.match(r"(?:https?:)?//", address)
    }
    assert loaded == set()


def test_every_list_and_table_is_one(site: Path) -> None:
    """Markdown that a git host understands, and the site's reader of it does not."""
    left = []
    for path in site.rglob("index.html"):
        article = ARTICLE.search(path.read_text(encoding="utf-8"))
        assert article, path
        text = re.sub(r"<[^>]+>", "", CODE.sub("", article[0]))
        left += [f"{path.parent.name}: {text[one.start() :][:60]}" for one in RAW.finditer(text)]
    assert left == []


@pytest.mark.parametrize("page", WIDE)
def test_a_page_fits_and_loads_without_an_error(browser: Browser, address: str, page: str) -> None:
    """The browser reaches this machine only: what is asked of another host is an error."""
    for size in (DESKTOP, PHONE):
        browser.resize(*size)
        for scheme in ("light", "dark"):
            browser.prefer(scheme)
            browser.open(address + page)
            assert not browser.scrolls_sideways()
    asked = browser.run("return performance.getEntriesByType('resource').map(one => one.name)")
    assert asked
    assert [one for one in asked if not one.startswith(address)] == []
    assert browser.errors() == []


@pytest.mark.parametrize("page", ["assumptions/", "endpoints/", "errors/"])
def test_a_wide_table_scrolls_on_a_phone(browser: Browser, address: str, page: str) -> None:
    """Its cells of prose do not become columns of single words, and its names stay whole."""
    browser.resize(*PHONE)
    browser.open(address + page)
    browser.wait(lambda: browser.all(".md-typeset__scrollwrap"), "a table")
    cells = "[...document.querySelectorAll('.md-typeset__table td')]"
    prose = f"{cells}.filter(one => one.innerText.length > 60).map(one => one.clientWidth)"
    assert min(browser.run(f"return {prose}"), default=200) >= 200
    names = f"{cells}.flatMap(one => [...one.querySelectorAll('code')])"
    broken = (
        f"{names}.filter(one => /^\\w+$/.test(one.innerText) && one.getClientRects().length > 1)"
    )
    assert browser.run(f"return {broken}.map(one => one.innerText)") == []


@pytest.mark.parametrize(
    ("words", "leads_to"),
    [
        ("max_rejects", "settings/#max_rejects"),
        ("TW-REJECTS-KEPT", "errors/#tw-rejects-kept"),
        ("product_tags", "endpoints/#products"),
        ("bulk-orders", "endpoints/#orders"),
    ],
)
def test_the_search_finds_a_name(browser: Browser, address: str, words: str, leads_to: str) -> None:
    """Without any other host, by what stands in a log or a configuration."""
    browser.open(f"{address}?q={words}")

    def found() -> list[str]:
        links = browser.all(".md-search-result__link")
        return [re.sub(r"\?[^#]*", "", str(link.get_attribute("href"))) for link in links]

    browser.wait(found, "a result")
    assert f"{address}{leads_to}" in found()[:5]
