"""What an event needs beside its own fields: extras, a time, and an id for ever."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_triplewhale.mapping.event_ids import event_id, key_of
from target_triplewhale.mapping.recipe import ALL_COLUMNS
from target_triplewhale.mapping.shape import is_empty
from target_triplewhale.payloads.events import EVENT_TYPES, Event

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_triplewhale.mapping.problem import Problem
    from target_triplewhale.mapping.shape import Picked

CUSTOM = "custom"
OTHER_TYPES = "other_types"
"""Stands for the events whose type the API does not have."""
SCALARS = (str, int, float, bool)
"""What an extra property may be."""


@dataclass(frozen=True)
class EventRules:
    """A route's own rules for events; `event_key` is what the user named."""

    event_key: Sequence[str]
    key_properties: Sequence[str]
    as_custom: bool | str
    properties: Sequence[str] | None = None
    """The columns that custom events keep; None keeps what comes by name."""
    read: frozenset[str] = frozenset()
    """Columns that serve another purpose as well, so that they are used in any case."""

    def key(self, record: dict[str, Any]) -> tuple[str, ...]:
        """Return the values that tell this event from any other, as far as it has them."""
        return key_of(record, self.event_key or self.key_properties)

    def complete(self, picked: Picked, record: dict[str, Any], moment: str) -> list[Problem]:
        """Fill in the payload, in place; return what it lacks. `moment` stands for now."""
        payload = picked.payload
        if self.as_custom and not self._keeps(payload.get("type")):
            _make_custom(picked)
        if _is_custom(payload.get("type")):
            extras = [name for name, one in picked.unused.items() if isinstance(one, SCALARS)]
            payload.update({name: _without_nul(picked.unused.pop(name)) for name in extras})
        for name in self.read & picked.unused.keys():
            del picked.unused[name]
        if picked.happened_now:
            payload["timestamp"] = moment
        lacks_time = payload.get("timestamp") is None
        found = [("timestamp", "missing", "is missing")] if lacks_time else []
        return found + self._check_key(picked, record)

    def choose_properties(self, picked: Picked, columns: dict[str, Any]) -> None:
        """Keep those columns for a custom event that the route names, all of them, or none."""
        if self.properties is None:
            return
        columns = columns | picked.unused
        is_all = tuple(self.properties) == ALL_COLUMNS
        wanted = {*picked.unused, *picked.ignored} if is_all else {*self.properties}
        wanted -= Event.model_fields.keys()
        kept = {name: columns[name] for name in columns if name in wanted}
        kept = {name: value for name, value in kept.items() if not is_empty(value)}
        picked.ignored = (picked.ignored | picked.unused.keys()) - kept.keys()
        picked.unused = kept

    def _keeps(self, kind: Any) -> bool:
        return self.as_custom == OTHER_TYPES and _word(kind) in EVENT_TYPES

    def identify(self, event: Event, record: dict[str, Any]) -> None:
        """Give an event that brings no id of its own a deterministic one."""
        if event.eventId is None:
            event.eventId = event_id(event, self.key(record))

    def _check_key(self, picked: Picked, record: dict[str, Any]) -> list[Problem]:
        """Refuse what would give another event the same id, or this one another id each run."""
        if "eventId" in picked.payload or self.key(record):
            return []
        if self.event_key:
            return [("event_key", "missing", "names a column that is empty or not there")]
        if picked.happened_now:
            text = "is needed beside `timestamp: now`, or the event's id would change each run"
            return [("event_key", "missing", text)]
        return []


def _make_custom(picked: Picked) -> None:
    """Send an event as a custom one, with its type for a name."""
    payload = picked.payload
    if payload.get("type") is None or _is_custom(payload["type"]):
        return
    if "event_name" in payload:
        picked.ignored.add("event_name")
    payload["event_name"], payload["type"] = payload["type"], CUSTOM


def _is_custom(kind: Any) -> bool:
    return _word(kind) == CUSTOM


def _word(kind: Any) -> str:
    return str(kind).strip().lower()


def _without_nul(value: Any) -> Any:
    return value.replace("\0", "") if isinstance(value, str) else value
