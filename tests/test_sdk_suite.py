"""The SDK's standard target tests, every stream routed to custom events, and what must arrive."""

from __future__ import annotations

import json
from importlib.resources import files
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, cast

import pytest
from singer_sdk.testing import get_target_test_class, target_test_streams
from singer_sdk.testing.suites import target_tests
from singer_sdk.testing.target_tests import TargetRecordMissingKeyProperty

from target_triplewhale.target import TargetTripleWhale
from tests.whole_runs import rows

if TYPE_CHECKING:
    from collections.abc import Iterator

STREAMS = Path(str(files(target_test_streams)))
NAMES = {
    json.loads(line)["stream"]
    for path in STREAMS.glob("*.singer")
    for line in path.read_text().splitlines()
    if json.loads(line).get("stream")
}
EVENTS = {
    name: {
        "endpoint": "events",
        "fields": {"*": "@", "profileIdentifiers.externalId": "to_string(@)"},
        "defaults": {"type": "custom", "event_name": name, "timestamp": "2026-01-01T00:00:00Z"},
    }
    for name in NAMES
}
FAILING = {"record_before_schema", "invalid_schema"}
DATABASE = Path("output/sdk.db")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture(autouse=True)
def _each_record_arrives(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[None]:
    """An empty `process_batch` passes the suite as it comes; the sandbox tells them apart."""
    yield
    name = request.node.name.removeprefix("test_target_")
    path = STREAMS / f"{name}.singer"
    if not path.exists() or name in FAILING:
        return
    expected = latest_records(path)
    kept = [as_sent(row) for row in rows(tmp_path / DATABASE, "pixel_custom_events_table")]
    assert sorted(kept, key=json.dumps) == sorted(expected, key=json.dumps)


def latest_records(path: Path) -> list[dict[str, Any]]:
    """Return the scalar columns of each record, the last of each key within its stream."""
    keys: dict[str, list[str]] = {}
    found: dict[Any, dict[str, Any]] = {}
    for number, line in enumerate(path.read_text().splitlines()):
        message = json.loads(line)
        if message["type"] == "SCHEMA":
            keys[message["stream"]] = message.get("key_properties", [])
        if message["type"] == "RECORD":
            record = message["record"]
            key = [record.get(one) for one in keys[message["stream"]]]
            identity = json.dumps([message["stream"], key]) if key else number
            found[identity] = {
                name: one.replace("\0", "") if isinstance(one, str) else one
                for name, one in record.items()
                if is_sendable(one)
            }
    return list(found.values())


def is_sendable(value: Any) -> bool:
    """Events take numbers, text and booleans beside their own fields, and nothing else."""
    return isinstance(value, str | int | float) and value != ""


def as_sent(row: dict[str, Any]) -> dict[str, Any]:
    """Return the record's columns as the event carries them; an e-mail is an identifier there."""
    own = {"shop", "type", "event_name", "timestamp", "profileIdentifiers", "eventId"}
    identifiers = row["profileIdentifiers"]
    email = {"email": identifiers["email"]} if "email" in identifiers else {}
    return {name: one for name, one in row.items() if name not in own} | email


suite = [*target_tests.tests]
suite.remove(TargetRecordMissingKeyProperty)
target_tests.tests[:] = suite

CONFIG = {
    "api_url": f"sandbox:///{DATABASE}",
    "shop": "example.myshopify.com",
    "max_rejects": "100%",
    "streams": EVENTS,
}
StandardTests = get_target_test_class(TargetTripleWhale, config=CONFIG)


class TestTargetTripleWhale(StandardTests):  # type: ignore[misc, valid-type]
    """The standard suite, but for the one test that is replaced here."""

    def test_target_record_missing_key_property(self) -> None:
        """The SDK demands that the run dies of it; here only the API's identity matters."""
        target = TargetTripleWhale(config=CONFIG)
        path = STREAMS / "record_missing_key_property.singer"
        with path.open("rb") as file_input:
            target.listen(cast("IO[str]", file_input))
        target.close()
        (count,) = target.collaborators.journal.tally
        assert count.ended["delivered"] == count.offered == 1
