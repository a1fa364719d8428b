"""The SDK's metrics: what was read, and how it ended."""

from __future__ import annotations

import json
from collections import Counter
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from target_triplewhale.journal.allowance import RejectAllowance
from target_triplewhale.journal.journal import Journal
from target_triplewhale.journal.rejects import RejectsFile
from target_triplewhale.meters import Meters
from target_triplewhale.outcomes import DELIVERED
from tests.delivery.virtual_time import Clock
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import pytest

BAD = order(9, currency=None)


def points(log: str) -> list[dict[str, Any]]:
    """Return the metrics of a log, in its order."""
    found = [line.split("METRIC: ") for line in log.splitlines()]
    return [json.loads(parts[1]) for parts in found if len(parts) > 1]


def totals(log: str, metric: str, *tags: str) -> Counter[tuple[str, ...]]:
    """Sum up one metric by tags."""
    found = Counter[tuple[str, ...]]()
    for point in points(log):
        if point["metric"] == metric:
            found[tuple(point["tags"][tag] for tag in tags)] += point["value"]
    return found


def test_metrics_carry_what_was_read_and_how_it_ended(run: Runner) -> None:
    """Each record counts once under each name."""
    lines: list[Any] = [schema("orders", "order_id"), schema("customers", "id")]
    lines += records("orders", order(1), order(2), BAD) + records("customers", {"id": "1"})
    log = run(lines).log
    assert totals(log, "record_count", "stream") == {("orders",): 3, ("customers",): 1}
    assert totals(log, "outcome_count", "stream", "endpoint", "status") == {
        ("orders", "orders", "delivered"): 2,
        ("orders", "orders", "rejected"): 1,
        ("customers", "customers", "delivered"): 1,
    }
    assert {point["type"] for point in points(log)} == {"counter"}
    assert all(isinstance(point["tags"]["pid"], int) for point in points(log))


def test_a_record_of_two_routes_is_read_once(run: Runner) -> None:
    """It ends on each of them."""
    routes = [{"endpoint": "customers"}, {"endpoint": "products"}]
    lines = [schema("both", "id"), *records("both", {"id": "1"})]
    log = run(lines, streams={"both": routes}).log
    assert totals(log, "record_count", "stream") == {("both",): 1}
    assert totals(log, "outcome_count", "stream").total() == 2


def test_a_run_that_halts_tells_what_it_had_delivered(
    tmp_path: Path, serving: Callable[..., Any]
) -> None:
    """That is when it matters."""
    run = Runner(tmp_path, serving(faults=[{"status": 403, "nth": 2}]).url)
    lines = [schema("orders", "order_id"), *records("orders", order(1), order(2))]
    done = run(lines, batch_size_rows=1, max_concurrency=1, is_whole=False)
    assert done.code == 1
    assert totals(done.log, "outcome_count", "status") == {("delivered",): 1}


def test_what_is_new_is_logged_once_a_minute(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A long run drowns no log, and nothing counts twice."""
    caplog.set_level("INFO")
    clock = Clock()
    journal = Journal(RejectsFile(tmp_path, datetime.now(UTC)), RejectAllowance(None, None))
    meters = Meters(journal, clock)
    for second in range(181):
        clock.now = second
        journal.count("leads", "leads:events", "events").end(DELIVERED)
        journal.count("leads", "leads:events", "events").offer()
        meters.log_if_due()
    meters.log()
    meters.log()
    assert [point["value"] for point in points("\n".join(caplog.messages))] == [61, 60, 60]
