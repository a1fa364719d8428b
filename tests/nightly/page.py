"""The page's blocks, section by section."""

from __future__ import annotations

from tests.docs.pages import ROOT, Block, page

BLOCKS = page("docs/every-night.md").blocks
PAGE = ROOT / "docs/every-night.md"


def blocks(section: str) -> list[Block]:
    """Return a section's blocks in their order."""
    return [block for block in BLOCKS if block.section == section]


def marked(section: str, kind: str, of: str = "") -> str:
    """Return the text of a section's only block with a mark."""
    (found,) = (one.text for one in blocks(section) if one.marks.get(kind) == of)
    return found


def typed(section: str) -> list[str]:
    """Return what is typed in a section."""
    return [one.text for one in blocks(section) if one.language == "sh"]
