"""Asks `suggest`, reads what it prints as a user's configuration, and tries that."""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import yaml
from click.testing import CliRunner

from target_triplewhale.__main__ import main
from target_triplewhale.entries import Choices
from target_triplewhale.mapping.facts import Facts
from target_triplewhale.mapping.mapper import Mapped, Mapper
from target_triplewhale.outcomes import Filtered
from target_triplewhale.payloads.coercion import CoercionContext
from target_triplewhale.routes import Routes

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SKIP = "skip"
ZONE, CURRENCY = "UTC", "USD"
"""What a user sets because the suggestion asks for it."""
FACTS = Facts(
    shop="example.myshopify.com",
    shops=frozenset(),
    platform=None,
    platform_account_id=None,
    channel_account_id="CUSTOM_CHANNEL",
    currency=CURRENCY,
    coercion=CoercionContext(timezone=ZoneInfo(ZONE)),
    started=datetime.now(UTC),
    refuse_native=False,
)
FILLED: Mapping[str, Any] = {
    "created_at": "2026-03-04",
    "order_revenue": 0,
    "customer.id": "guest",
    "customer.email": "guest@example.com",
}
"""What a user fills in where nothing does."""
_MISSING = re.compile(r"^\s+# (\S+):  # required: nothing fills it", re.MULTILINE)


@dataclass(frozen=True)
class Said:
    """What was printed."""

    text: str

    @cached_property
    def config(self) -> dict[str, Any]:
        """What a user pastes into a configuration."""
        read: dict[str, Any] = yaml.safe_load(self.text)
        return read

    @cached_property
    def filled(self) -> dict[str, Any]:
        """The same, with defaults for what is marked as required and filled by nothing."""
        config: dict[str, Any] = yaml.safe_load(self.text)
        for stream, entry in config["streams"].items():
            missing = {path: FILLED[path] for path in self.missing(stream) if path in FILLED}
            for route in entry if missing else []:
                route["defaults"] = {**missing, **route.get("defaults", {})}
        return config

    def endpoints(self, stream: str) -> set[str]:
        """Return the endpoints that are suggested for a stream, or `skip`."""
        entry = self.config["streams"][stream]
        return {SKIP} if entry == SKIP else {route["endpoint"] for route in entry}

    def route(self, stream: str, endpoint: str) -> dict[str, Any]:
        """Return the route of a stream to an endpoint."""
        entry = self.config["streams"][stream]
        return next(dict(route) for route in entry if route["endpoint"] == endpoint)

    def missing(self, stream: str) -> list[str]:
        """Return the required fields that are marked as filled by nothing."""
        return _MISSING.findall(self.part(stream))

    def part(self, stream: str) -> str:
        """Return the lines of one stream."""
        _, _, streams = self.text.partition("\nstreams:")
        _, found, after = streams.partition(f"\n  {stream}:")
        assert found, stream
        return re.split(r"\n  \S+:|\n\n", after)[0]

    @cached_property
    def comments(self) -> str:
        """What stands in lines that are comments only, as one text."""
        lines = [line.strip() for line in self.text.splitlines()]
        return " ".join(line.removeprefix("#").strip() for line in lines if line.startswith("#"))

    def beside(self, field: str) -> str:
        """Return the comment of a line, beside it or above it."""
        lines = [line.strip() for line in self.text.splitlines()]
        place = next(n for n, line in enumerate(lines) if line.startswith(f"{field}: "))
        _, mark, comment = lines[place].partition("  # ")
        return comment if mark else lines[place - 1].removeprefix("# ")


def ask(lines: Iterable[Mapping[str, Any]], *arguments: str) -> Said:
    """Ask about messages."""
    return ask_of("".join(f"{json.dumps(line)}\n" for line in lines).encode(), *arguments)


def ask_of(text: bytes, *arguments: str) -> Said:
    """Ask about an input as it is."""
    done = CliRunner().invoke(main, ["suggest", *arguments], input=text)
    assert done.exit_code == 0, done.output
    return Said(done.stdout)


def tried(said: Said, stream: str, records: Iterable[dict[str, Any]]) -> dict[str, Counter[str]]:
    """Map records as is suggested; return for each endpoint how many ended in which way."""
    found: dict[str, Counter[str]] = {}
    for route in Routes(Choices(said.filled["streams"])).of(stream):
        mapper = Mapper(route.endpoint, route.recipe, FACTS, ())
        found[route.endpoint.name] = Counter(_end(mapper.map(one, None)) for one in records)
    return found


def _end(ended: object) -> str:
    if isinstance(ended, Mapped):
        return "valid"
    return "filtered" if isinstance(ended, Filtered) else "rejected"
