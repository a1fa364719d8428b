"""What the presets' pages show to be copied is accepted as it stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from target_triplewhale import configuration
from target_triplewhale.entries import Choices
from target_triplewhale.presets.library import packaged
from target_triplewhale.routes import Routes

PAGES = Path(__file__).parents[2] / "docs" / "presets"


def loaders(name: str) -> list[dict[str, Any]]:
    """Return the loaders of a page's projects."""
    blocks = re.findall(r"```yaml\n(.*?)```", (PAGES / f"{name}.md").read_text(), re.DOTALL)
    projects = [read for read in map(yaml.safe_load, blocks) if "plugins" in read]
    return [one for project in projects for one in project["plugins"].get("loaders", [])]


@pytest.mark.parametrize("name", packaged())
def test_a_page_shows_a_whole_project_that_is_accepted(name: str) -> None:
    """Settings are known and declared, and the preset takes its options."""
    shown = loaders(name)
    assert shown
    for loader in shown:
        config = loader["config"]
        assert config.keys() <= {one["name"] for one in loader["settings"]}
        settings = configuration.parse({"api_key": "k", **config})
        choices = Choices(
            settings.streams,
            settings.preset,
            settings.preset_options,
            platform=settings.platform,
            allows_native=settings.native_sources == "allow",
        )
        assert any(name in str(one) for one in (settings.preset, settings.streams))
        Routes(choices)
