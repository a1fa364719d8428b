"""The files of docs/hub/ are fresh, and what they say is what the target is."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from jsonschema import Draft7Validator
from referencing import Registry
from referencing.jsonschema import DRAFT7

from target_triplewhale.settings import Settings
from tests.hub.definition import ROOT, URLS, about
from tests.hub.files import DEFINITION, HUB, LOGO, files
from tests.whole_runs import Runner

if TYPE_CHECKING:
    from pathlib import Path

SAID = yaml.safe_load(DEFINITION.read_text(encoding="utf-8"))
SETTINGS: dict[str, dict[str, Any]] = {one["name"]: one for one in SAID["settings"]}
SECRETS = {"api_key", "ledger_url"}
TYPES = {"decimal": "number", "options": "string", "password": "string"}
"""The types of kinds that are not named like them."""


@pytest.fixture(scope="module")
def properties() -> dict[str, dict[str, Any]]:
    """What the target says of its settings."""
    found: dict[str, dict[str, Any]] = about()["settings"]["properties"]
    return found


def test_the_files_are_fresh() -> None:
    """`python -m tests.hub` writes them; a definition of last month lacks this month's settings."""
    assert {name: (HUB / name).read_text(encoding="utf-8") for name in files()} == files()


def test_the_hubs_schemas_take_the_definition(shared: Path) -> None:
    """The Hub's checks refuse any other."""
    schemas = [json.loads(path.read_text()) for path in (shared / "hub").rglob("*.schema.json")]
    found = [(schema["$id"], DRAFT7.create_resource(schema)) for schema in schemas]
    registry = Registry[Any]().with_resources(found)
    loaders = next(schema for schema in schemas if schema["$id"] == "loaders.schema.json")
    assert list(Draft7Validator(loaders, registry=registry).iter_errors(SAID)) == []


def test_no_setting_is_lost() -> None:
    """Meltano hands over only what a definition lists."""
    assert SETTINGS.keys() == Settings.model_fields.keys()


def test_every_setting_has_the_kind_of_its_type(properties: dict[str, dict[str, Any]]) -> None:
    """Meltano hands a number of the wrong kind over as text."""
    types = {name: TYPES.get(one["kind"], one["kind"]) for name, one in SETTINGS.items()}
    assert types == {name: said["type"][0] for name, said in properties.items()}


def test_secrets_and_nothing_else_are_passwords() -> None:
    """Meltano masks these and shows the rest."""
    assert {name for name, one in SETTINGS.items() if one.get("sensitive")} == SECRETS
    assert {name for name, one in SETTINGS.items() if one["kind"] == "password"} == SECRETS


def test_defaults_and_options_are_those_of_the_target(
    properties: dict[str, dict[str, Any]],
) -> None:
    """Meltano hands a default over as if somebody had set it."""
    for name, said in properties.items():
        assert SETTINGS[name].get("value") == said.get("default"), name
        options = [one["value"] for one in SETTINGS[name].get("options", [])]
        assert options == said.get("enum", []), name


def test_every_setting_has_a_label_of_its_own() -> None:
    """Two settings under one label cannot be told apart."""
    labels = {one["label"] for one in SETTINGS.values()}
    assert len(labels) == len(SETTINGS)
    assert all(one["description"].endswith(".") for one in SETTINGS.values())


def test_every_placeholder_is_a_value_that_the_target_takes() -> None:
    """People copy what they see."""
    examples = {
        name: one["placeholder"].removeprefix("Ex. ")
        for name, one in SETTINGS.items()
        if "placeholder" in one
    }
    assert len(examples) > 5
    Settings.model_validate(examples)


def test_all_is_in_the_order_that_the_hubs_linter_wants() -> None:
    """It takes keys, settings and capabilities by the alphabet only."""
    assert [*SAID] == sorted(SAID)
    assert [*SETTINGS] == sorted(SETTINGS)
    assert SAID["capabilities"] == sorted(SAID["capabilities"])
    assert all([*one] == sorted(one) for one in (*SAID["settings"], *SAID["commands"].values()))


def test_every_command_runs_anywhere(tmp_path: Path) -> None:
    """A command that names a file of this project fails in another."""
    run = Runner(tmp_path, "sandbox:///served.db")
    assert {"check", "rejects", "sandbox", "suggest", "verify"} <= SAID["commands"].keys()
    for command in SAID["commands"].values():
        assert run.execute([*command["args"].split(), "--help"], b"").code == 0, command
        assert "output/" not in command["args"]


def test_the_logo_lies_where_the_definition_says() -> None:
    """A wrong path shows a broken picture on the Hub's page."""
    assert SAID["logo_url"] == f"/assets/logos/loaders/{LOGO.name}"
    assert LOGO.is_file()


def test_every_page_that_it_links_to_exists() -> None:
    """A page that has moved leaves a dead link on somebody else's site."""
    docs = URLS["Documentation"]
    pages = re.findall(rf"{re.escape(docs)}([\w/-]+)/\)", DEFINITION.read_text(encoding="utf-8"))
    assert len(pages) > 2
    assert [page for page in pages if not (ROOT / "docs" / f"{page}.md").is_file()] == []


def test_the_page_says_what_goes_where() -> None:
    """Whoever opens the pull request follows it step by step."""
    page = (HUB / "README.md").read_text(encoding="utf-8")
    name, variant = SAID["name"], SAID["variant"]
    for place in (f"loaders/{name}/{variant}.yml", f"static{SAID['logo_url']}"):
        assert place in page
    assert all(f"]({file})" in page for file in (*files(), LOGO.name))
    assert f"`{URLS['Documentation']}hub/{DEFINITION.name}`" in page
