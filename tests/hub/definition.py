"""The definition of this loader for Meltano Hub, made of what the target says of itself."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import yaml

from tests.hub import words

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
URLS: dict[str, str] = PROJECT["urls"]
NAME: str = PROJECT["name"]
VARIANT = URLS["Repository"].split("/")[-2].lower()
"""The Hub names a variant by the owner of its repository."""
CAPABILITIES = {
    "about",
    "stream-maps",
    "activate-version",
    "batch",
    "soft-delete",
    "hard-delete",
    "datatype-failsafe",
    "schema-flattening",
    "target-schema",
    "validate-records",
    "structured-logging",
}
"""Those of loaders that the Hub knows."""
STATUS = {"4 - Beta": "beta", "5 - Production/Stable": "active"}


def about() -> dict[str, Any]:
    """Return what `--about` prints."""
    command = [sys.executable, "-m", "target_triplewhale", "--about", "--format=json"]
    said: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=ROOT))
    return said


def definition() -> dict[str, Any]:
    """Return the whole definition; lists are in the order that the Hub's linter wants."""
    said = about()
    properties = said["settings"]["properties"]
    return {
        "capabilities": sorted(set(said["capabilities"]) & CAPABILITIES),
        "commands": commands(),
        "description": said["description"],
        "docs": URLS["Documentation"],
        "domain_url": "https://www.triplewhale.com/",
        "executable": NAME,
        "keywords": ["meltano_sdk", "ecommerce", "marketing"],
        "label": "Triple Whale",
        "log_parser": "singer-sdk",
        "logo_url": "/assets/logos/loaders/triplewhale.png",
        "maintenance_status": STATUS[_classified("Development Status")[0]],
        "name": said["name"],
        "namespace": said["name"].replace("-", "_"),
        "pip_url": f"{NAME}[sandbox,ledger]",
        "quality": "unknown",
        "repo": URLS["Repository"],
        "settings": [setting(name, properties[name]) for name in sorted(properties)],
        "settings_group_validation": loader()["settings_group_validation"],
        "supported_python_versions": [
            one for one in _classified("Programming Language :: Python") if one.startswith("3.")
        ],
        "variant": VARIANT,
        **words.texts(URLS["Documentation"]),
    }


def setting(name: str, said: dict[str, Any]) -> dict[str, Any]:
    """Return one setting as the Hub wants it."""
    found = {
        "name": name,
        "label": said["title"],
        "kind": _kind(said),
        "description": said["description"],
    }
    if "default" in said:
        found["value"] = said["default"]
    if "examples" in said:
        found["placeholder"] = f"Ex. {said['examples'][0]}"
    if "enum" in said:
        found["options"] = [{"label": one.capitalize(), "value": one} for one in said["enum"]]
    if said.get("secret"):
        found["sensitive"] = True
    return found


def commands() -> dict[str, Any]:
    """Return the commands of meltano.yml, but for those that name files of this project."""
    listed = loader()["commands"]
    return {name: one for name, one in listed.items() if "output/" not in one["args"]}


def loader() -> dict[str, Any]:
    """Return the loader of meltano.yml."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = project["plugins"]["loaders"][0]
    return found


def _kind(said: dict[str, Any]) -> str:
    """Return how Meltano asks for a setting and hands it over."""
    if said.get("secret"):
        return "password"
    kind: str = "options" if "enum" in said else said["type"][0]
    return {"number": "decimal"}.get(kind, kind)


def _classified(group: str) -> list[str]:
    """Return the package's classifiers of a group; `--about` has those of the last install."""
    start = f"{group} :: "
    return [one.removeprefix(start) for one in PROJECT["classifiers"] if one.startswith(start)]
