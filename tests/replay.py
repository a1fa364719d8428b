"""A tap that prints what it is given, as a Meltano project has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def replaying(folder: Path, lines: Iterable[dict[str, Any]]) -> Path:
    """Put a tap into a project's folder that prints these messages there; return it."""
    (folder / "lines.jsonl").write_text("".join(json.dumps(line) + "\n" for line in lines))
    tap = folder / "replay.sh"
    tap.write_text("#!/bin/sh\nexec cat lines.jsonl\n")
    tap.chmod(0o755)
    return tap
