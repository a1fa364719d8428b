"""What `make` can be asked for."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
ASKED = re.compile(r"\bmake ([a-z][a-z-]*)\b")


def targets() -> dict[str, str]:
    """Return the targets of the Makefile with what they need."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return dict(re.findall(r"^([a-z][a-z-]*):(.*?)(?:##|$)", text, re.MULTILINE))
