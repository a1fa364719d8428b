"""Samples of presets: what goes in, the settings, and all that must come out of them.

Each lies in a folder `<preset>` or `<preset>__<what it shows>`:

- `input.jsonl`: the Singer messages of a tap;
- `config.yml`: the settings beside address, key and shop;
- `expected.yml`: `routes`, per route the numbers that are not zero and the `codes` of rejects, and
  `bodies`, per endpoint what the API is to keep, in the order of sending, without `updated_at`
  where the target fills it in.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).parent


def samples() -> list[str]:
    """Return the names of the samples."""
    return sorted(path.parent.name for path in FOLDER.glob("*/input.jsonl"))


def config(sample: str) -> dict[str, Any]:
    """Return a sample's settings."""
    return _read(sample, "config.yml")


def expected(sample: str) -> dict[str, Any]:
    """Return what a sample comes to."""
    return _read(sample, "expected.yml")


def _read(sample: str, name: str) -> dict[str, Any]:
    content: dict[str, Any] = yaml.safe_load((FOLDER / sample / name).read_text(encoding="utf-8"))
    return content
