"""Values that nobody's data holds, and where they have come to light."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

EMAIL = "canary.bird@feathers.example"
PHONE = "+12025550147"
KEY = "canary-key-1a2b3c4d"
PASSWORD = "canary-password"
PERSON = {
    "id": EMAIL,
    "email": EMAIL,
    "phone": PHONE,
    "first_name": "Canaria",
    "last_name": "Canary",
    "tags": ["canary-tag"],
}
ADDRESS = {
    "address_1": "Canary Street 1",
    "city": "Canaryville",
    "zip": "CANARY-1",
    "name": "Canaria Canary",
    "phone": PHONE,
}

_TRACE = re.compile(r"[^\n]{0,160}(?:canar|2025550147)[^\n]{0,60}", re.IGNORECASE)


def traces(text: str) -> list[str]:
    """Return where a text holds one, with what stands around it."""
    return _TRACE.findall(re.sub(r"(?<=\d)[\s().\-/]+(?=\d)", "", text))


def values() -> list[Any]:
    """Return what a field may hold that it should not, with somebody's data in it."""
    return [
        f"{EMAIL} {PHONE}",
        [EMAIL, PHONE],
        {EMAIL: PHONE, "x": {"y": [EMAIL]}},
        f"2026-13-45T{PHONE}",
        f"$1.2.3 {EMAIL}",
        f'{{"x": "{EMAIL}"',
    ]


def spoiled(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the record once for each of its fields, at any depth, and each such value."""
    found = []
    for path in _paths(record, ()):
        for value in values():
            copy = json.loads(json.dumps(record))
            place = copy
            for step in path[:-1]:
                place = place[step]
            place[path[-1]] = value
            found.append(copy)
    return found


def _paths(value: Any, path: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value)
    found = []
    for step, one in inner:
        found.append((*path, step))
        if isinstance(one, dict | list):
            found += _paths(one, (*path, step))
    return found


def log_ways(folder: Path) -> dict[str, dict[str, str]]:
    """Return the environments under which a log is written, by name."""
    config = folder / "logging.yml"
    formatter = {"()": "singer_sdk.logging.StructuredFormatter"}
    handler = {"class": "logging.StreamHandler", "stream": "ext://sys.stderr", "formatter": "json"}
    config.write_text(
        json.dumps(
            {
                "version": 1,
                "disable_existing_loggers": False,
                "formatters": {"json": formatter},
                "handlers": {"stderr": handler},
                "root": {"level": "DEBUG", "handlers": ["stderr"]},
            }
        )
    )
    return {
        "debug": {"LOGLEVEL": "DEBUG"},
        "info": {"LOGLEVEL": "INFO"},
        "structured": {"LOGLEVEL": "DEBUG", "SINGER_SDK_LOG_CONFIG": str(config)},
    }
