"""What the README shows is run, and its tables are fresh."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import yaml

from target_triplewhale import configuration, settings
from target_triplewhale.endpoints import ENDPOINTS
from target_triplewhale.entries import Choices
from target_triplewhale.presets.library import packaged
from target_triplewhale.recipes import KEYS
from target_triplewhale.routes import Routes
from target_triplewhale.sandbox import Faults, Keys
from target_triplewhale.stream_names import STREAM_NAMES
from tests.readme import README, refreshed

if TYPE_CHECKING:
    from pathlib import Path

TEXT = README.read_text()


def examples(kind: str) -> list[Any]:
    """Return the README's examples of a kind, read."""
    found = re.findall(rf"<!-- example: {re.escape(kind)} -->\n```\w+\n(.*?)```", TEXT, re.DOTALL)
    assert found, kind
    return [yaml.safe_load(text) for text in found]


def test_the_tables_are_fresh() -> None:
    """`python -m tests.readme` writes them; a setting without a row would stay unknown."""
    assert refreshed(TEXT) == TEXT
    assert all(f"| `{name}` |" in TEXT for name in settings.Settings.model_fields)


def test_every_endpoint_has_a_row_a_model_and_streams() -> None:
    """An endpoint that nobody can reach or read about does not exist."""
    assert set(STREAM_NAMES) == set(ENDPOINTS)
    assert all(f"| `{name}` | `{row.path}` |" in TEXT for name, row in ENDPOINTS.items())


def test_the_configurations_it_shows_are_accepted() -> None:
    """A reader copies them."""
    for config in examples("config.json"):
        assert configuration.parse(config).shop == "example.myshopify.com"
    for project in examples("meltano.yml"):
        for loader in project["plugins"]["loaders"]:
            parsed = configuration.parse({"api_key": "k", **loader["config"]})
            assert parsed.shop == loader["config"]["shop"]


def test_the_mapping_it_shows_is_accepted() -> None:
    """Unknown keys, fields and expressions would be refused."""
    of_a_preset, own = (Routes(Choices(streams)) for streams in examples("streams"))
    assert [route.endpoint.name for route in own.of("contacts")] == ["customers", "events"]
    assert own.of("calendars") == ()
    assert "customers" in [route.endpoint.name for route in of_a_preset.of("crm_people_export")]


def test_every_key_of_a_route_and_every_preset_is_told() -> None:
    """What nobody can read about does not exist."""
    assert [key for key in KEYS if f"`{key}`" not in TEXT] == []
    pages = [f"docs/presets/{name}.md" for name in packaged()]
    assert [page for page in pages if f"]({page})" not in TEXT] == []
    assert [page for page in pages if not (README.parent / page).is_file()] == []


def test_the_keys_it_shows_are_accepted(tmp_path: Path) -> None:
    """The sandbox refuses what it does not know."""
    for keys in examples("keys.json"):
        (tmp_path / "keys.json").write_text(json.dumps(keys))
        assert isinstance(Keys.load(tmp_path / "keys.json"), Keys)


def test_the_script_of_faults_it_shows_is_accepted() -> None:
    """The sandbox refuses rules that it does not know."""
    for script in examples("faults.json"):
        assert isinstance(Faults.parse(json.dumps(script)), Faults)
