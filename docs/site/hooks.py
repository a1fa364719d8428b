"""What the site takes from the repository: its addresses, and links to files outside docs/."""

from __future__ import annotations

import logging
import posixpath
import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.pages import Page

ROOT = Path(__file__).parents[2]
_LINK = re.compile(r"(?<=\]\()\.\./[^)\s#]+")
_log = logging.getLogger("mkdocs.hooks.links")


def on_config(config: MkDocsConfig) -> MkDocsConfig:
    """Fill in the addresses."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    config.site_url, config.repo_url = urls["Documentation"], urls["Repository"]
    config.repo_name = posixpath.basename(config.repo_url)
    return config


def on_page_markdown(markdown: str, *, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Lead links that leave docs/ to the repository."""

    def led(link: re.Match[str]) -> str:
        within = posixpath.normpath(posixpath.join(page.file.src_uri, "..", link[0]))
        if not within.startswith("../"):
            return link[0]
        path = posixpath.normpath(posixpath.join("docs", within))
        if not (ROOT / path).exists():
            _log.warning("%s: there is no %s", page.file.src_uri, path)
        return f"{config.repo_url}/blob/main/{path}"

    return _LINK.sub(led, markdown)
