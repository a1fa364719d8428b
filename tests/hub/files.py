"""The generated files of docs/hub/: the definition, and a few lines for two lists of the Hub."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from tests.hub.definition import NAME, URLS, VARIANT, definition

HUB = Path(__file__).parents[2] / "docs" / "hub"
DEFINITION = HUB / f"{NAME}.yml"
LOGO = HUB / "triplewhale.png"


class _Dumper(yaml.SafeDumper):
    """Writes texts as a person would: as a block what has several lines or would need quotes."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = "|" if "\n" in text else ">" if ": " in text else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def files() -> dict[str, str]:
    """Return the text of each file by its name."""
    owner = URLS["Repository"].rpartition("/")[0]
    maintainer = {"label": VARIANT, "name": VARIANT, "url": owner}
    return {
        DEFINITION.name: _written(definition()),
        "maintainers.yml": _written({VARIANT: maintainer}),
        "default_variants.yml": _written({"loaders": {NAME: VARIANT}}),
    }


def _written(content: dict[str, Any]) -> str:
    """Write as the Hub's linter wants it: keys in order, sequences not indented."""
    return yaml.dump(content, Dumper=_Dumper, sort_keys=True, allow_unicode=True, width=100)
