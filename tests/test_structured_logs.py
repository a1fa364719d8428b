"""Under structured logging each line of the log is one JSON object, with fields."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.whole_runs import Finished, Runner

CONFIG = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"structured": {"()": "singer_sdk.logging.StructuredFormatter"}},
    "handlers": {
        "console": {
            "class": "logging.StreamHandler",
            "formatter": "structured",
            "stream": "ext://sys.stderr",
        }
    },
    "root": {"handlers": ["console"], "level": "INFO"},
}
"""As Meltano writes it for a plugin of the capability `structured-logging`."""
ORDERS = [
    schema("orders", "order_id", "note\nin two lines"),
    *records("orders", order(1), order(2), order(3, currency=None), order(4, currency=None)),
]


@pytest.fixture
def told(tmp_path: Path, run: Runner) -> Callable[..., list[dict[str, Any]]]:
    """Run lines, and return those of the log: each is one object."""
    (tmp_path / "logging.json").write_text(json.dumps(CONFIG))

    def lines(given: list[Any], **options: Any) -> list[dict[str, Any]]:
        done: Finished = run(given, env={"SINGER_SDK_LOG_CONFIG": "logging.json"}, **options)
        return [json.loads(line) for line in done.log.splitlines()]

    return lines


def by_message(lines: list[dict[str, Any]], part: str) -> list[dict[str, Any]]:
    """Return the lines whose message has some words in it."""
    return [line for line in lines if part in line["message"]]


def test_the_end_of_a_run_is_told_as_numbers(
    told: Callable[..., list[dict[str, Any]]],
) -> None:
    """An alert on what was rejected needs no regular expression."""
    (line,) = by_message(told(ORDERS), "route orders:orders")
    assert (line["level"], line["stream_name"]) == ("info", "orders")
    assert (
        line["extra"].items()
        >= {
            "route": "orders:orders",
            "endpoint": "orders",
            "read": 4,
            "delivered": 2,
            "rejected": 2,
        }.items()
    )


def test_a_reject_carries_its_code_and_its_stream(
    told: Callable[..., list[dict[str, Any]]],
) -> None:
    """Each one of its own; they can be counted by code."""
    lines = by_message(told(ORDERS), "currency")
    rejected = [line for line in lines if line["level"] == "warning"]
    assert [line["extra"]["code"] for line in rejected] == ["TW-ORDERS-CURRENCY-MISSING"] * 2
    assert {line["stream_name"] for line in rejected} == {"orders"}


def test_a_run_that_is_refused_is_told_in_the_same_way(
    told: Callable[..., list[dict[str, Any]]],
) -> None:
    """What ends a run is what is looked for first."""
    lines = told(ORDERS, timezone="Mars", is_whole=False)
    assert [line["level"] for line in lines] == ["error"]
    assert lines[0]["extra"]["code"].startswith("TW-")


def test_what_the_api_asks_for_is_told_as_fields(
    told: Callable[..., list[dict[str, Any]]], run: Runner, serving: Callable[..., Any]
) -> None:
    """Path, status, seconds."""
    fault = {"status": 429, "headers": {"Retry-After": "1"}, "nth": 1}
    run.config["api_url"] = serving(faults=[fault]).url
    (line,) = by_message(told(ORDERS), "asks to wait")
    assert line["extra"] == {"path": "/data-in/bulk-orders", "status": 429, "retry_after": 1.0}
