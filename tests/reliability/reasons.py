"""Why mutants that no test notices may live, per module, by their names."""

from __future__ import annotations

from pathlib import Path

import yaml

FILE = Path(__file__).with_name("reasons.yml")


def reasons() -> dict[str, dict[str, str]]:
    """Return the reasons."""
    found = yaml.safe_load(FILE.read_text())
    return {module: given or {} for module, given in found.items()}
