"""For every recorded stream the endpoint is found if one fits, and most records are valid."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.exports import EXPORTS
from tests.recorded import SKIP, Numbers, expected, source
from tests.suggestions.asked import CURRENCY, ZONE, ask_of, tried

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path
    from typing import Any

    from tests.whole_runs import Runner

    Stored = Callable[[str], list[dict[str, Any]]]

WITHOUT_TOTAL = {"edge_bom": 1}
"""Orders without a total, which only a person may take for nothing."""
RECORDED = [name for name in expected() if name not in EXPORTS]


@pytest.mark.parametrize("name", RECORDED)
def test_each_stream_goes_where_it_fits_and_nowhere_where_nothing_does(
    name: str, shared: Path
) -> None:
    """A tag booked as an order is worse than no suggestion at all."""
    said = ask_of(source(name, shared, shared).path.read_bytes())
    found = {stream: said.endpoints(stream) for stream in said.config["streams"]}
    assert found.keys() == expected()[name].keys()
    for stream, rows in expected()[name].items():
        assert found[stream] in _fitting(rows), stream


@pytest.mark.parametrize("name", RECORDED)
def test_no_more_records_are_rejected_than_under_a_mapping_by_hand(name: str, shared: Path) -> None:
    """Zone and currency set, and what is marked as required filled in."""
    read = source(name, shared, shared)
    said = ask_of(read.path.read_bytes())
    for stream, rows in expected()[name].items():
        for endpoint, ended in tried(said, stream, read.records(stream)).items():
            most = _rejected(rows[endpoint]) + WITHOUT_TOTAL.get(stream, 0)
            assert ended["rejected"] <= most, (stream, ended)


@pytest.mark.parametrize("name", RECORDED)
def test_the_share_of_valid_records_is_told_as_it_is(name: str, shared: Path) -> None:
    """A user decides by it whether to go on."""
    read = source(name, shared, shared)
    said = ask_of(read.path.read_bytes())
    for stream in said.config["streams"]:
        records = read.records(stream)
        for endpoint, ended in tried(said, stream, records).items() if records else ():
            share = f"{ended['valid'] / (ended['valid'] + ended['rejected']):.0%}"
            part = " ".join(said.part(stream).replace("#", "").split())
            told = part.partition(f"{endpoint}: ")[2].partition("- endpoint")[0]
            assert share in told.partition("Rejected")[0], (stream, endpoint)


@pytest.mark.parametrize(
    "name",
    [
        "tap-csv__fivetran_ads",
        "tap-csv__fivetran_klaviyo",
        "tap-csv__fivetran_recharge",
        "tap-csv__ghl_exports",
        "tap-csv__stripe_exports",
        "woocommerce__tap-rest-api-msdk",
    ],
)
def test_what_is_printed_runs(name: str, shared: Path, run: Runner) -> None:
    """Pasted into a configuration: the target itself loads it, and the API takes what it sends."""
    read = source(name, shared, shared)
    said = ask_of(read.path.read_bytes())
    done = run(read.path, timezone=ZONE, currency=CURRENCY, native_sources="allow", **said.filled)
    assert done.code == 0, done.log
    for route in done.report["routes"]:
        rows = expected()[name][route["stream"]]
        row = rows.get(route["endpoint"], {})
        assert route["rejected"] <= _rejected(row), route
        assert route["delivered"] >= row.get("delivered", 0), route


def test_millionths_of_spend_arrive_as_spend(shared: Path, run: Runner, stored: Stored) -> None:
    """Expressions do not calculate, so the suggestion brings stream maps."""
    read = source("tap-csv__fivetran_ads", shared, shared)
    said = ask_of(read.path.read_bytes())
    run(read.path, timezone=ZONE, currency=CURRENCY, **said.config)
    google = [row for row in stored("ads_table") if row["channel"] == "google-ads"]
    micros = [int(one["cost_micros"]) for one in read.records("google_ads_campaign_stats")]
    assert sorted(row["metrics"]["spend"] for row in google) == sorted(
        one / 1000000 for one in micros
    )


def _fitting(rows: dict[str, Numbers]) -> list[set[str]]:
    """Return what may be said of a stream; one that is filtered as a whole may be skipped too."""
    sent = [row for row in rows.values() if row.keys() - {"filtered"}]
    return [{*rows}] if sent or SKIP in rows or not any(rows.values()) else [{*rows}, {SKIP}]


def _rejected(row: Numbers) -> int:
    return sum(row.get("rejected", {}).values())
