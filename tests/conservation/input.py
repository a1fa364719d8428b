"""A tap's output: SCHEMA, RECORD and STATE lines, with what must become of each record."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tests.conservation.records import KEYS, made

if TYPE_CHECKING:
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

    from tests.conservation.dice import Dice
    from tests.conservation.records import Expected
    from tests.conservation.store import Key


BEFORE_ALL = -1
"""The number of a SCHEMA line that each run begins with."""


@dataclass(frozen=True)
class Line:
    """One line of the input; its number is what a STATE line calls the position after it."""

    number: int
    message: dict[str, Any]
    expected: Sequence[Expected] = ()

    @property
    def kind(self) -> str:
        """SCHEMA, RECORD or STATE."""
        return str(self.message["type"])


@dataclass(frozen=True)
class Input:
    """What a tap sends, whole or from a bookmark on."""

    schemas: Sequence[Line]
    lines: Sequence[Line]

    @cached_property
    def data(self) -> bytes:
        """The lines as they go over the pipe."""
        lines = [*self.schemas, *self.lines]
        return b"".join(json.dumps(line.message).encode() + b"\n" for line in lines)

    @cached_property
    def expected(self) -> list[Expected]:
        """What must become of each record on each route, in the order of the input."""
        return [one for line in self.lines for one in line.expected]

    @cached_property
    def states(self) -> list[int]:
        """The positions that the STATE lines name."""
        return [line.number for line in self.lines if line.kind == "STATE"]

    def newest(self, left_out: AbstractSet[Key]) -> Input:
        """Return what a tap sends that has one version of each record."""
        lines = {one.identity: one.line for one in self.expected if one.fate == "sent"}
        older = {
            one.line
            for one in self.expected
            if one.fate == "sent" and (one.line < lines[one.identity] or one.identity in left_out)
        }
        return Input(self.schemas, [line for line in self.lines if line.number not in older])

    def after(self, position: int) -> Input:
        """Return what a tap sends that goes on from a bookmark."""
        return Input(self.schemas, [line for line in self.lines if line.number > position])


def state(position: int) -> dict[str, Any]:
    return {"type": "STATE", "value": {"bookmarks": {"all": {"line": position}}}}


def position_of(value: Any) -> int:
    """Return the position that a STATE value names."""
    return int(value["bookmarks"]["all"]["line"])


def written(dice: Dice) -> Input:
    """Return a random input: some streams, few identities with many versions, STATE in between."""
    streams = [stream for stream in KEYS if dice.chance(0.55)] or ["orders", "customers"]
    weights = {stream: dice.share() + 0.1 for stream in streams}
    if dice.chance(0.3):
        weights["orders"] = 3.0
    length = dice.weighed({dice.whole(3, 20): 2, dice.whole(20, 90): 6, dice.whole(90, 300): 1})
    identities = max(1, int(length * dice.between(0.1, 1.0)))
    per_state = dice.whole(2, 30)
    stays = dice.between(0.0, 0.95)
    lines: list[Line] = []
    stream = dice.weighed(weights)
    while len(lines) < length:
        number = len(lines)
        if dice.chance(1 / per_state):
            lines.append(Line(number, state(number)))
            continue
        stream = stream if dice.chance(stays) else dice.weighed(weights)
        if dice.chance(0.015):
            lines.append(_schema(stream, number, is_changed=dice.chance(0.5)))
            continue
        lines.append(_record(dice, stream, dice.whole(1, identities), number))
    if dice.chance(0.9):
        lines.append(Line(len(lines), state(len(lines))))
    return Input([_schema(stream, BEFORE_ALL) for stream in sorted(weights)], lines)


def crowd(dice: Dice) -> Input:
    """Return some hundred records, all of other identities, of streams that go one by one."""
    streams = ["customers", "products", "events"]
    first = dice.pick(streams)
    length = dice.whole(150, 300)
    lines = [_record(dice, first, number + 1, number) for number in range(length)]
    lines += [
        _record(dice, dice.pick(streams), number + 1, number)
        for number in range(length, length + 60)
    ]
    lines.append(Line(len(lines), state(len(lines))))
    return Input([_schema(stream, BEFORE_ALL) for stream in streams], lines)


def _record(dice: Dice, stream: str, identity: int, number: int) -> Line:
    record, expected = made(dice, stream, identity, number)
    message = {"type": "RECORD", "stream": stream, "record": record}
    if dice.chance(0.3):
        message["time_extracted"] = "2026-03-07T08:09:10Z"
    return Line(number, message, expected)


def _schema(stream: str, number: int, *, is_changed: bool = False) -> Line:
    """Return a SCHEMA message; a changed one has a column more."""
    names = [*KEYS[stream], *([f"column_{number}"] if is_changed else [])]
    columns = {name: {"type": ["string", "null"]} for name in names}
    message = {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": columns},
        "key_properties": KEYS[stream],
    }
    return Line(number, message)
