"""What the report tells of what was sent: each record once, as it was sent last."""

from __future__ import annotations

import json
import sqlite3
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.journal.sent import ROWS, Sent

if TYPE_CHECKING:
    from collections.abc import Iterator

    Identity = tuple[str | None, ...]


@pytest.fixture
def sent() -> Iterator[Sent]:
    """Return the count of one run."""
    found = Sent()
    yield found
    found.close()


def order(number: int, revenue: float, at: str = "04T05:29", **more: Any) -> tuple[Identity, bytes]:
    """Return an order as it comes back from delivery."""
    identity = ("a.example", f"A-{number}", f"2026-03-{at}:59.999Z", "custom-msp", "north")
    body = {"order_revenue": revenue, "currency": "EUR", "tags": ["x"], **more}
    return identity, json.dumps(body).encode()


def event(number: int, timestamp: int, kind: str = "lead") -> tuple[Identity, bytes]:
    """Return an event as it comes back from delivery."""
    body = {"type": kind, "timestamp": timestamp, "event_name": "quiz"}
    return ("a.example", f"E-{number}"), json.dumps(body).encode()


def quarters(sent: Sent, kind: str = "orders") -> dict[str, Any]:
    """Return the quarters of the only group."""
    document = sent.document()
    assert document is not None
    (group,) = document[kind]
    found: dict[str, Any] = group["quarters"]
    return found


def test_the_later_version_of_an_order_counts(sent: Sent) -> None:
    """Within a request, and long after."""
    sent.add("orders", [order(1, 5), order(2, 5), order(1, 6)])
    sent.add("orders", [order(n, 1) for n in range(10, ROWS + 10)])
    sent.add("orders", [order(2, 7.5)])
    assert quarters(sent) == {"2026-03-04T05:15:00Z": [ROWS + 2, ROWS + 13.5]}


def test_a_void_order_counts_no_more_and_a_valid_one_again(sent: Sent) -> None:
    """What was sent last is what stands."""
    sent.add("orders", [order(1, 5), order(2, 5)])
    sent.add("orders", [order(1, 5, void=True), order(2, 5, void=True)])
    sent.add("orders", [order(2, 5)])
    assert quarters(sent) == {"2026-03-04T05:15:00Z": [1, 5.0]}


def test_a_quarter_begins_with_its_first_minute(sent: Sent) -> None:
    """Also at the end of a day and of a month."""
    sent.add(
        "orders", [order(1, 1, at="31T23:59"), order(2, 1, "31T23:45"), order(3, 1, "31T23:44")]
    )
    assert quarters(sent) == {"2026-03-31T23:30:00Z": [1, 1.0], "2026-03-31T23:45:00Z": [2, 2.0]}


def test_the_first_event_of_an_id_counts(sent: Sent) -> None:
    """As at the API: what comes again under the id is passed over."""
    sent.add("events", [event(1, 1772600400), event(2, 1772600400)])
    sent.add("events", [event(1, 1772700400)])
    assert quarters(sent, "events") == {"2026-03-04T05:00:00Z": 2}


def test_an_event_is_named_by_its_own_name_only_where_it_is_custom(sent: Sent) -> None:
    """The type is the name of all others."""
    sent.add("events", [event(1, 1772600400), event(2, 1772600400, "custom")])
    document = sent.document()
    assert document is not None
    names = [(one["type"], one["event_name"]) for one in document["events"]]
    assert names == [("lead", None), ("custom", "quiz")]


def test_other_endpoints_are_not_counted(sent: Sent) -> None:
    """Nothing is asked of them afterwards."""
    sent.add("customers", [(("a.example", "C-1"), b"{}")])
    assert sent.document() == {"orders": [], "events": []}


def test_nothing_of_what_a_record_says_is_kept(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Numbers alone, and the names of groups."""
    kept: list[Any] = []

    class Watched:
        def execute(self, _: str, values: list[Any]) -> None:
            kept.extend(values)

    monkeypatch.setattr(sent, "_database", Watched())
    sent.add("orders", [order(n, 5) for n in range(ROWS)])
    assert len(kept) == 4 * ROWS
    assert {type(one) for one in kept} <= {int, float}


def test_without_room_the_report_does_not_tell_and_delivery_goes_on(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """It says so, once."""

    class Full:
        def execute(self, *_: Any) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        def close(self) -> None:
            pass

    monkeypatch.setattr(sent, "_database", Full())
    for _ in range(3):
        sent.add("orders", [order(n, 5) for n in range(ROWS)])
    assert sent.document() is None
    assert [line.message for line in caplog.records if "TW-REPORT-SENT-UNKNOWN" in line.message]
    assert len(caplog.records) == 1


def test_without_room_to_count_the_rest_of_the_report_is_written(
    sent: Sent, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """What was kept is sorted at the end, and that may need a file where keeping needed none."""

    class Narrow:
        def execute(self, statement: str, *_: Any) -> None:
            if statement.startswith("SELECT"):
                raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(sent, "_database", Narrow())
    sent.add("orders", [order(1, 5)])
    assert [sent.document(), sent.document()] == [None, None]
    assert [line.message[-24:] for line in caplog.records] == ["[TW-REPORT-SENT-UNKNOWN]"]
