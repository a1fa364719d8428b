"""The suggestion holds up with columns that strangers have named.

`renamed.yml` was written from the column names of other systems, apart from the words that the
program knows. The bounds are what was measured, a little less.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.recorded import expected, source
from tests.suggestions.asked import SKIP, ask, tried

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Names = dict[str, str]
LIST = Path(__file__).parent / "renamed.yml"
LEAST_OF_ENDPOINTS = 0.9
"""Of all streams: 32 of 35; so little is left of the others that they are skipped with a reason."""
LEAST_OF_FIELDS = 0.75
"""Of the fields that one renamed column fills: 185 of 243."""
LEAST_OF_ROUTES = 0.9
"""Of the routes: those under which most of a stream's records are valid or filtered."""


@cache
def renamed() -> dict[str, dict[str, Names]]:
    """Return file, stream, column, other name."""
    read: dict[str, dict[str, Names]] = yaml.safe_load(LIST.read_text(encoding="utf-8"))
    return read


@pytest.fixture
def streams(shared: Path) -> list[Renamed]:
    """All streams of the list, as they are and under their new names."""
    return _all(shared)


@cache
def _all(shared: Path) -> list[Renamed]:
    return [one for name in renamed() for one in _of_file(name, shared)]


class Renamed:
    """What is suggested for one stream, before and after, and how its records fare after."""

    def __init__(self, name: str, stream: str, before: Any, after: Any, records: Any) -> None:
        self.where = f"{name}, {stream}"
        self.names = renamed()[name][stream]
        self.is_found = before.endpoints(stream) == after.endpoints(stream)
        self.ended = {} if SKIP in after.endpoints(stream) else tried(after, stream, records)
        self.columns: dict[str, bool] = {}
        for endpoint in before.endpoints(stream) & after.endpoints(stream) - {SKIP}:
            was = before.route(stream, endpoint)["fields"]
            now = after.route(stream, endpoint)["fields"]
            for path, column in _read_from(was, self.names):
                self.columns[f"{endpoint} {path}"] = _letters(now.get(path, "")) == column


def test_the_list_covers_every_recorded_stream_that_fits() -> None:
    """And names nothing that is not there, which would prove nothing."""
    fit = {
        (name, stream)
        for name in renamed()
        for stream, rows in expected()[name].items()
        if SKIP not in rows
        and any(row.get("delivered") or "rejected" in row for row in rows.values())
    }
    assert fit == {(name, stream) for name, found in renamed().items() for stream in found}


def test_the_endpoint_is_found(streams: list[Renamed]) -> None:
    """A stream's name still says what it is, and its keys, but no column does."""
    _hold(LEAST_OF_ENDPOINTS, {one.where: one.is_found for one in streams})


def test_most_fields_find_their_column(streams: list[Renamed]) -> None:
    """By synonyms, by parts of words, and by what the values look like."""
    found = {
        f"{one.where}: {path}": is_it for one in streams for path, is_it in one.columns.items()
    }
    assert len(found) > 200
    _hold(LEAST_OF_FIELDS, found)


def test_most_records_are_valid(streams: list[Renamed]) -> None:
    """A field that is not found is left out; a wrong one is a reject, or worse."""
    routes = {
        f"{one.where}: {endpoint}": count["rejected"] <= count.total() / 2
        for one in streams
        for endpoint, count in one.ended.items()
    }
    _hold(LEAST_OF_ROUTES, routes)


def _hold(least: float, found: Mapping[str, bool]) -> None:
    lost = [where for where, is_it in found.items() if not is_it]
    assert 1 - len(lost) / len(found) >= least, lost


def _of_file(name: str, shared: Path) -> Iterator[Renamed]:
    read = source(name, shared, shared)
    messages = read.messages()
    before, after = ask(messages), ask([_renamed(one, renamed()[name]) for one in messages])
    for stream, names in renamed()[name].items():
        records = read.records(stream)
        assert names.keys() <= {column for record in records for column in record}, stream
        yield Renamed(name, stream, before, after, [_with(names, one) for one in records])


def _renamed(message: dict[str, Any], streams: Mapping[str, Names]) -> dict[str, Any]:
    names = streams.get(message.get("stream", ""), {})
    if message["type"] == "RECORD":
        return message | {"record": _with(names, message["record"])}
    if message["type"] != "SCHEMA":
        return message
    properties = _with(names, message["schema"]["properties"])
    keys = [names.get(key, key) for key in message["key_properties"]]
    return message | {"schema": {"properties": properties}, "key_properties": keys}


def _with(names: Names, record: Mapping[str, Any]) -> dict[str, Any]:
    return {names.get(key.lstrip("\ufeff"), key): value for key, value in record.items()}


def _read_from(fields: Mapping[str, str], names: Names) -> Iterator[tuple[str, str]]:
    """Yield fields that one renamed column fills, with the letters of its new name."""
    new = {_letters(column): _letters(name) for column, name in names.items()}
    for path, source_name in fields.items():
        if _letters(source_name) in new:
            yield path, new[_letters(source_name)]


def _letters(name: str) -> str:
    return re.sub(r"[^a-z0-9]", "", name.lower())
