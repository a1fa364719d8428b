"""Configurations of pages, loaded by what would load them; each raises what it finds wrong."""

from __future__ import annotations

import json
import tempfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale import configuration
from target_triplewhale.entries import Choices
from target_triplewhale.journal import rejected
from target_triplewhale.presets import library
from target_triplewhale.routes import Routes
from target_triplewhale.sandbox import Faults, Keys
from tests.docs.commands import check_words
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

NEEDED = {"api_key": "k", "shop": "example.myshopify.com"}
"""What a part of a configuration may leave to the rest of it."""


def load_config(text: str) -> None:
    """Load settings, whole or a part of them, with all that they say of streams."""
    load_settings(yaml.safe_load(text))


def load_settings(config: Mapping[str, Any]) -> None:
    """Load settings; what is left to the environment is not known here."""
    told = {name: one for name, one in config.items() if not str(one).startswith("$")}
    settings = configuration.parse(NEEDED | told)
    Routes(
        Choices(
            settings.streams,
            settings.preset,
            settings.preset_options,
            platform=settings.platform,
            allows_native=settings.native_sources == "allow",
        )
    )


def load_project(text: str) -> None:
    """Load all that a Meltano project says of this target."""
    project = yaml.safe_load(text)
    assert "plugins" in project or "environments" in project, "neither plugins nor environments"
    for loader in _loaders(project):
        known = loader.get("settings", definition()["settings"])
        unknown = loader.get("config", {}).keys() - {one["name"] for one in known}
        assert not unknown, f"{loader['name']}: config holds what settings do not list: {unknown}"
        load_settings(loader.get("config", {}))
        for command in loader.get("commands", {}).values():
            check_words(command if isinstance(command, str) else command["args"])


def load_loader(text: str) -> None:
    """Load the part of a Meltano project that configures a loader."""
    load_settings(yaml.safe_load(text)["config"])


def load_streams(text: str) -> None:
    """Load a mapping."""
    Routes(Choices(yaml.safe_load(text)))


def load_rejects(text: str) -> None:
    """Load rejected records; on a page one may go on over several lines."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "rejects.jsonl")
        path.write_text(json.dumps(json.loads(text)) + "\n")
        assert all(list(rejected.rows(path))), "no rejected record"


def load_keys(text: str) -> None:
    """Load a sandbox's keys."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "keys.json")
        path.write_text(text)
        Keys.load(path)


def load_preset(text: str) -> None:
    """Load a preset of one's own."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "preset.yml")
        path.write_text(text)
        library.content(str(path))


def load_lines(text: str) -> None:
    """Load JSON, one value a line."""
    for line in text.splitlines():
        json.loads(line)


KINDS: Mapping[str, Callable[[str], object]] = {
    "config": load_config,
    "config.json": load_config,
    "faults.json": Faults.parse,
    "keys.json": load_keys,
    "loader": load_loader,
    "meltano.yml": load_project,
    "preset.yml": load_preset,
    "rejects": load_rejects,
    "streams": load_streams,
}
SUFFIXES: Mapping[str, Callable[[str], object]] = {
    ".json": json.loads,
    ".jsonl": load_lines,
    ".py": lambda text: compile(text, "block", "exec"),
    ".yml": yaml.safe_load,
    ".yaml": yaml.safe_load,
}
"""What a file of another name must be at the least."""


def load(kind: str, text: str) -> None:
    """Load an example of a kind."""
    assert kind in KINDS, f"no kind of configuration: {kind} (those are {', '.join(KINDS)})"
    KINDS[kind](text)


def load_file(name: str, text: str) -> None:
    """Load a file by its name, as far as its name says what it is."""
    path = Path(name)
    if loader := KINDS.get(path.name) or SUFFIXES.get(path.suffix):
        loader(text)


@cache
def definition() -> dict[str, Any]:
    """Return the loader of this checkout's own project, which lists everything."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    found: dict[str, Any] = project["plugins"]["loaders"][0]
    return found


def _loaders(project: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the loaders of this target, and what environments change of them."""
    yield from project.get("plugins", {}).get("loaders", [])
    for environment in project.get("environments", []):
        yield from environment.get("config", {}).get("plugins", {}).get("loaders", [])
