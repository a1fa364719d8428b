"""The Meltano project holds what the target understands, and its samples come to what they say."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.whole_runs import ENDINGS, Finished, Runner

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
KINDS = {
    "array": "array",
    "boolean": "boolean",
    "decimal": "number",
    "integer": "integer",
    "object": "object",
    "options": "string",
    "password": "string",
    "string": "string",
}


def loader() -> dict[str, Any]:
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    found: dict[str, Any] = project["plugins"]["loaders"][0]
    return found


def environment(name: str) -> dict[str, Any]:
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    found = next(one for one in project["environments"] if one["name"] == name)
    config: dict[str, Any] = found["config"]["plugins"]["loaders"][0]["config"]
    return config


@pytest.fixture(scope="module")
def about() -> dict[str, Any]:
    """What the target says of itself."""
    command = [sys.executable, "-m", "target_triplewhale", "--about", "--format=json"]
    said: dict[str, Any] = json.loads(subprocess.check_output(command, cwd=ROOT))
    return said


def test_meltano_knows_every_setting_and_no_other(about: dict[str, Any]) -> None:
    """Meltano hands over only what its definition lists; the rest would be lost in silence."""
    listed = [setting["name"] for setting in loader()["settings"]]
    assert sorted(listed) == sorted(about["settings"]["properties"])


def test_every_setting_has_the_kind_of_its_type(about: dict[str, Any]) -> None:
    """Without a kind Meltano writes numbers and objects as text."""
    properties = about["settings"]["properties"]
    kinds = {one["name"]: KINDS[one.get("kind", "string")] for one in loader()["settings"]}
    assert kinds == {name: one["type"][0] for name, one in properties.items()}


def test_only_secrets_are_sensitive(about: dict[str, Any]) -> None:
    """Meltano shows every other setting in the clear."""
    sensitive = {one["name"] for one in loader()["settings"] if one.get("sensitive")}
    assert sensitive == {
        one["name"] for one in loader()["settings"] if one.get("kind") == "password"
    }
    properties = about["settings"]["properties"]
    assert sensitive == {name for name, one in properties.items() if one.get("secret")}


def test_every_setting_is_labelled_as_the_target_says(about: dict[str, Any]) -> None:
    """The Hub's page and this project call a setting by the same name."""
    labels = {one["name"]: one["label"] for one in loader()["settings"]}
    properties = about["settings"]["properties"]
    assert labels == {name: one["title"] for name, one in properties.items()}


def test_meltano_is_told_of_no_capability_that_the_target_lacks(about: dict[str, Any]) -> None:
    """A capability promises what Meltano then relies upon."""
    assert set(loader()["capabilities"]) <= set(about["capabilities"])


def test_options_are_those_that_the_target_takes(about: dict[str, Any]) -> None:
    """An option that is refused at the start of a run is no option."""
    for setting in loader()["settings"]:
        offered = [option["value"] for option in setting.get("options", [])]
        assert offered == about["settings"]["properties"][setting["name"]].get("enum", [])


def test_every_command_is_one_that_the_target_has(tmp_path: Path) -> None:
    """Meltano hands its words over without a look at them."""
    run = Runner(tmp_path, "sandbox:///served.db")
    for command in loader()["commands"].values():
        assert run.execute([*command["args"].split(), "--help"], b"").code == 0, command


def test_the_project_runs_in_the_sandbox_unless_told_otherwise() -> None:
    """Nobody should send samples to a live shop by leaving a word out."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    assert "version" not in project
    assert project["default_environment"] == "sandbox"
    assert environment("sandbox")["api_url"].startswith("sandbox:///output/")
    assert environment("sandbox")["rejects_path"].startswith("output/")


def test_production_takes_key_and_shop_from_the_environment() -> None:
    """A key in a file ends in a repository."""
    assert all(environment("production")[name].startswith("$") for name in ("api_key", "shop"))


def test_every_sample_file_is_read() -> None:
    """A sample that no run reads shows nothing."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    read = {file["path"] for file in project["plugins"]["extractors"][0]["config"]["files"]}
    assert read == {f"examples/{path.name}" for path in (ROOT / "examples").glob("*.csv")}


@pytest.mark.parametrize("nests", [False, True], ids=["as_written", "as_meltano_hands_it_over"])
def test_the_samples_come_to_what_their_readme_says(tmp_path: Path, *, nests: bool) -> None:
    """Whoever compares the demo with its description must find the same numbers."""
    finished = run_of_samples(tmp_path, nests=nests)
    assert finished.code == 0
    routes = finished.report["routes"]
    numbers = {one["route"]: [one["read"], *(one[end] for end in ENDINGS)] for one in routes}
    assert numbers == described()


def run_of_samples(folder: Path, *, nests: bool) -> Finished:
    given = loader()["config"] | environment("sandbox")
    run = Runner(folder, given.pop("api_url"))
    (folder / "output").mkdir()
    config = given | {"report_path": "report.json", "rejects_path": "rejects"}
    return run(list(tapped()), **(nested(config) if nests else config))


def tapped() -> Iterator[dict[str, Any]]:
    """Yield the messages that the tap prints for the samples, streams in its order."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text())
    files = project["plugins"]["extractors"][0]["config"]["files"]
    for file in sorted(files, key=lambda one: str(one["table_name"])):
        stream = file["table_name"]
        with (ROOT / file["path"]).open(newline="", encoding="utf-8") as lines:
            records = [
                {snake_case(name): value for name, value in row.items()}
                for row in csv.DictReader(lines)
            ]
        columns = {name: {"type": ["string", "null"]} for name in records[0]}
        yield {
            "type": "SCHEMA",
            "stream": stream,
            "schema": {"type": "object", "properties": columns},
            "key_properties": file["primary_keys"],
        }
        for record in records:
            yield {"type": "RECORD", "stream": stream, "record": record}


def snake_case(header: str) -> str:
    """Spell a header as the tap does: `Amount spent (USD)` is `amount_spent_usd`."""
    return re.sub(r"\W+", "_", header).strip("_").lower()


def nested(value: dict[str, Any]) -> dict[str, Any]:
    """Nest names with dots as Meltano does; it leaves alone what lies inside lists."""
    result: dict[str, Any] = {}
    for name, one in value.items():
        *outer, last = name.split(".")
        place = result
        for step in outer:
            place = place.setdefault(step, {})
        place[last] = nested(one) if isinstance(one, dict) else one
    return result


def described() -> dict[str, list[int]]:
    """Read the table of numbers in the samples' README, which leaves out `unchanged`."""
    text = (ROOT / "examples" / "README.md").read_text(encoding="utf-8")
    found: dict[str, list[int]] = {}
    for name, rest in re.findall(r"^\| (\w+ > \S+) \|((?: \d+ \|){5})$", text, re.MULTILINE):
        read, delivered, superseded, filtered, rejected = (int(n) for n in re.findall(r"\d+", rest))
        route = name.replace(" > ", ":")
        found[route] = [read, delivered, 0, superseded, filtered, rejected]
    return found
