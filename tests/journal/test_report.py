"""The report of a run: what is documented is in it, nothing else is, and nobody's data."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from rich.cells import cell_len

from target_triplewhale import run as running
from target_triplewhale.journal.report import files
from target_triplewhale.journal.report.verdict import steps
from tests.ledger.nights import LEDGER
from tests.report_page import PAGE, hold_to_schema, keys, refreshed, schema
from tests.whole_runs import Finished, Runner, order, records, state
from tests.whole_runs import schema as singer_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from target_triplewhale.sandbox.serve import Served

EMAIL, PHONE, KEY = "ann.canary@example.com", "+49 151 23456789", "test-key-a1b2c3d4e5"
WIDTH = 72
CUSTOM = {"type": "custom", "event_name": "demo", "timestamp": "2026-03-04T05:06:07Z"}
SNAPSHOT = {"orders": {"endpoint": "orders", "snapshot": True}}
CONTACT = {"profileIdentifiers": {"email": "ann@example.com", "phone": "+4915123456789"}}


def orders(*found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a stream of orders with a STATE behind it."""
    return [singer_schema("orders", keys=["order_id"]), *records("orders", *found), state(at=1)]


def events(*found: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a stream of events."""
    return [singer_schema("events"), *records("events", *found)]


def bad(*numbers: int) -> list[dict[str, Any]]:
    """Return orders that lack a currency."""
    return [order(number, currency=None) for number in numbers]


def test_the_page_of_keys_is_fresh() -> None:
    """`python -m tests.report_page` writes it; an undocumented key is found by every whole run."""
    text = PAGE.read_text(encoding="utf-8")
    assert refreshed(text) == text
    assert all(part["description"] for _, part in keys(schema()))


def test_every_documented_key_occurs_in_some_run(run: Runner) -> None:
    """A key that no run writes is a promise that nobody keeps."""
    found = [path for done in _all_kinds(run) for path in _occurring(schema(), done.report)]
    assert {path for path, _ in keys(schema())} - set(found) == set()


def _all_kinds(run: Runner) -> Iterator[Finished]:
    """Run with rejects, again with what was rejected, void, and rehearse."""
    whole: dict[str, Any] = {"ledger_url": LEDGER, "soft_delete": True, "streams": SNAPSHOT}
    first = [one | {"version": 1} for one in orders(order(0), order(1), order(2), *bad(8, 9))]
    yield run([*first, *events(CONTACT | CUSTOM)], is_whole=False, **whole)
    second = [one | {"version": 2} for one in orders(order(1))]
    closed = {"type": "ACTIVATE_VERSION", "stream": "orders", "version": 2}
    yield run([*second, closed], is_whole=False, max_voids="100%", **whole)
    changed = orders(order(1, order_revenue=12.5, status="paid"), order(7))
    future = order(6, created_at="2099-01-01T00:00:00Z")
    lines = [*changed, *records("orders", future), *events(CONTACT | CUSTOM)]
    yield run(lines, is_whole=False, dry_run=True, ledger_url=LEDGER)


def _occurring(part: dict[str, Any], value: Any, path: str = "") -> Iterator[str]:
    """Yield the keys of a schema that a document has."""
    if "$ref" in part:
        part = schema()["$defs"][part["$ref"].rpartition("/")[2]]
    if isinstance(value, list):
        entry: dict[str, Any] = part.get("items", {})
        for one in value if entry else ():
            yield from _occurring(entry, one, f"{path[:-1]}[].")
    if isinstance(value, dict):
        known = part.get("properties", {})
        for name in known.keys() & value.keys():
            yield f"{path}{name}"
            yield from _occurring(known[name], value[name], f"{path}{name}.")
        further: dict[str, Any] = part.get("additionalProperties") or {}
        for name in value.keys() - known.keys() if further else ():
            yield from _occurring(further, value[name], f"{path}*.")


def test_reasons_are_ranked_and_say_what_to_do(run: Runner) -> None:
    """With examples by which a person finds the records."""
    done = run(orders(order(7, order_revenue="n/a"), *bad(*range(6)), order(8)))
    first, second = done.report["rejects"]
    assert (first["code"], first["count"]) == ("TW-ORDERS-CURRENCY-MISSING", 6)
    assert (second["code"], second["count"]) == ("TW-ORDERS-ORDER_REVENUE-UNREADABLE", 1)
    assert [one["record"] for one in first["examples"]] == [f"A-{number}" for number in range(5)]
    assert "setting `currency`" in first["examples"][0]["reasons"][0]
    assert first["remedy"]
    assert first["streams"] == {"orders": 6}


def test_rejects_of_earlier_runs_are_told_apart(run: Runner) -> None:
    """They count in no total of this run's input."""
    run(orders(*bad(1, 2), order(3)), ledger_url=LEDGER)
    done = run(orders(*bad(4)), is_whole=False, ledger_url=LEDGER)
    (reason,) = done.report["rejects"]
    assert (reason["count"], reason["again"]) == (1, 2)
    assert reason["streams"] == {"orders": 3}


def test_the_state_is_the_one_that_went_out(run: Runner) -> None:
    """With how many there were; a dry run emits none."""
    done = run(orders(order(1)))
    assert done.report["state"] == {"emitted": len(done.states), "last": {"at": 1}}
    dry = run(orders(order(1)), is_whole=False, dry_run=True)
    assert dry.report["state"] == {"emitted": 0, "last": None}


def test_settings_are_told_without_secrets(run: Runner) -> None:
    """Only those that are not as they are by default."""
    given: dict[str, Any] = {
        "ledger_url": LEDGER,
        "stream_map_config": {"salt": "s3cr3t"},
        "currency": "EUR",
    }
    done = run(orders(order(1)), max_rejects="10%", **given)
    used = done.report["settings"]
    assert used.keys() == {*run.config, *given}
    assert used["max_rejects"] == "10%"
    assert used["currency"] == "EUR"
    hidden = {"api_key": "***", "ledger_url": "***", "stream_map_config": {"salt": "***"}}
    assert {name: used[name] for name in hidden} == hidden


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_nobodys_data_is_in_it(run: Runner, serving: Callable[..., Served], name: str) -> None:
    """Of ids, of what the API says, of settings and of STATE nothing tells of a person."""
    said = {"message": f"{EMAIL} with {PHONE} is not allowed for {EMAIL}"}
    run.config["api_url"] = serving(
        faults=[{"path": "/data-in/customers", "status": 422, "body": said}]
    ).url
    customer = {"customer_id": EMAIL, "email_address": EMAIL, "phone": PHONE}
    lines = [
        singer_schema("customers", keys=["customer_id"]),
        *records("customers", customer),
        *records("customers", {"customer_id": PHONE, "created_at": EMAIL}),
        *orders(order(1, order_id=EMAIL, currency=None), order(PHONE, currency=None)),
        state(partitions=[{EMAIL: PHONE, "key": "2026-03-04T05:06:07Z"}]),
    ]
    contact = {"endpoint": "customers", "defaults": {"email_address": EMAIL, "phone": PHONE}}
    done = run(lines, report_path=name, streams={"contacts": contact})
    assert done.report["rejects"]
    text = (run.folder / name).read_text()
    assert "is not allowed" in text
    assert "2026-03-04T05:06:07Z" in json.dumps(done.report["state"])
    for canary in (EMAIL, "canary", PHONE, PHONE.replace(" ", ""), "23456789", KEY):
        assert canary not in text


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_only_its_owner_may_read_it(run: Runner, name: str) -> None:
    """Also where there was such a file before that others could read."""
    run(orders(order(1)), report_path=name)
    path = run.folder / name
    path.chmod(0o644)
    run.execute(["--config", "config.json"], b"")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_the_tool_prints_either_kind_in_72_columns(run: Runner, name: str) -> None:
    """Totals, pace, reasons with what to do about them, and what to do next."""
    done = run([*orders(*bad(1, 2), order(3)), *events(CONTACT | CUSTOM)], report_path=name)
    printed = printed_of(run, name)
    assert ["orders", "3", "1", "0", "0", "0", "2"] in [line.split() for line in printed]
    assert ["all", "4", "2", "0", "0", "0", "2"] in [line.split() for line in printed]
    assert ["events", "1", "1", "0", "1", "1,000"] in [line.split() for line in printed]
    text = " ".join(" ".join(printed).split())
    assert "The run is complete, 2 records rejected." in text
    assert "2 TW-ORDERS-CURRENCY-MISSING" in text
    assert f"What to do: {done.report['rejects'][0]['remedy']}" in text
    assert "A-1: currency is missing" in text
    assert "Also A-2" in text
    assert f"rejects summary \\ {done.report['rejects_file']}" in text
    assert f"target-triplewhale verify {name} --config FILE" in text


def test_the_tool_tells_what_a_rehearsal_found(run: Runner) -> None:
    """Forecast, money, what events are known by, and what looks wrong."""
    future = order(6, created_at="2099-01-01T00:00:00Z")
    run([*orders(order(1), future), *events(CONTACT | CUSTOM)], dry_run=True, is_whole=False)
    text = " ".join(" ".join(printed_of(run, "report.json")).split())
    assert "The rehearsal is complete, nothing would be rejected." in text
    assert "2 requests, about 1 s at the limits" in text
    assert "orders in EUR, 2026-03-04 to 2099-01-01 (UTC): 2 worth 21.0, refunds 0" in text
    assert "of 1 events 1 have a valid e-mail, 1 a phone in E.164" in text
    assert "(A-6) [TW-REHEARSAL-DATE-FUTURE]" in text


def test_the_tool_says_why_a_run_ended_early(run: Runner) -> None:
    """The sentence, and where the next one goes on."""
    run(orders(order(1), *bad(2, 3)), max_rejects=0, is_whole=False)
    text = " ".join(" ".join(printed_of(run, "report.json")).split())
    assert "The run ended early." in text
    assert "max_rejects" in text
    assert "start the run again" in text


def test_a_streams_name_cannot_steer_a_terminal(run: Runner) -> None:
    """It is any text that a source likes."""
    name = "a\x1b[31m\x07"
    lines = [singer_schema(name), *records(name, {"id": 1})]
    run(lines, unmapped_streams="skip")
    assert any("a?[31m?" in line for line in printed_of(run, "report.json"))


def printed_of(run: Runner, name: str) -> list[str]:
    """Return what the tool prints."""
    done = run.execute(["report", name], b"")
    assert done.code == 0, done.log
    lines = done.out.splitlines()
    assert [line for line in lines if cell_len(line) > WIDTH or not line.isprintable()] == []
    return lines


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "is no report of a run"),
        ("[]", "is no report of a run"),
        ("\x80", "is no report of a run"),
        ("<html></html>", "is no report of a run"),
        ('{"routes": []}', "of another version"),
        ('{"routes": [], "schema": 1}', "lacks parts"),
        ('{"routes": [], "schema": 1, "timeline": {"bucket_seconds": 0}}', "lacks parts"),
        (None, "No such file"),
    ],
)
def test_another_file_is_told_from_a_report(run: Runner, content: str | None, words: str) -> None:
    """With a sentence, never a traceback."""
    path: Path = run.folder / "some.json"
    if content is not None:
        path.write_bytes(content.encode("latin-1"))
    done = run.execute(["report", "some.json"], b"")
    assert done.code == 2
    assert words in " ".join(done.log.split())


def test_a_file_without_end_is_no_report(run: Runner) -> None:
    """A device can be named by mistake, and would fill all memory."""
    done = run.execute(["report", "/dev/zero"], b"")
    assert (done.code, "is no report of a run" in done.log) == (2, True)


WIDE = "注文番号" * 20


def test_wide_letters_and_large_numbers_fit_the_columns_too(run: Runner) -> None:
    """A terminal gives two columns to a letter of an Asian script; numbers stay under heads."""
    way = {WIDE: {"endpoint": "orders"}}
    lines = [singer_schema(WIDE), *records(WIDE, *bad(1), order(2, order_id=WIDE, currency=None))]
    done = run([*lines, *records(WIDE, order("x" * 90, currency=None))], streams=way)
    assert len(done.rejects) == 3
    route = done.report["routes"][0]
    large = done.report | {"routes": [route | {"read": 123_456_789, "rejected": 123_456_789}]}
    (run.folder / "large.json").write_text(json.dumps(large))
    for name in ("report.json", "large.json"):
        heads = next(line for line in printed_of(run, name) if line.startswith("stream"))
        assert len(heads) == WIDTH
    numbers = next(line for line in printed_of(run, "large.json") if "456789" in line)
    assert numbers.split() == ["123456789", "0", "0", "0", "0", "123456789"]


def test_a_clock_that_was_set_back_gives_no_time_below_zero(run: Runner) -> None:
    """A run takes as long as it takes, whatever clocks say."""
    report = run(orders(order(1))).report | {"started": "2099-01-01T00:00:00+00:00"}
    (run.folder / "later.json").write_text(json.dumps(report))
    printed = printed_of(run, "later.json")
    assert "2099-01-01 00:00:00 UTC, less than a second, exit code 0" in printed


def test_what_to_do_next_is_what_can_be_done(run: Runner) -> None:
    """There is nothing to mend after a signal, and nothing to verify of customers."""
    customers = [singer_schema("customers"), *records("customers", {"customer_id": "1"})]
    report = run(customers).report
    assert report["routes"][0]["delivered"] == 1
    assert list(steps(report, "report.json")) == []
    stopped = report | {"exit_code": 130, "state": {"emitted": 2, "last": {}}}
    assert [one.sentence for one in steps(stopped, "report.json")] == [
        "Start the run again: it goes on from the last STATE."
    ]
    halted = report | {"exit_code": 1, "error": "wrong", "dry_run": True}
    assert [one.sentence for one in steps(halted, "report.json")] == [
        "Mend what the error names and start the run again."
    ]


def test_a_fault_that_nobody_foresaw_is_told_by_its_place(
    run: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The log and the report say where; its own words may hold a record."""

    def fail(*_: Any, **__: Any) -> None:
        raise ValueError(EMAIL)

    monkeypatch.chdir(run.folder)
    monkeypatch.setattr("target_triplewhale.run._listen", fail)
    for work in ("_collect_garbage_seldom", "_ignore_signals"):
        monkeypatch.setattr(f"target_triplewhale.run.{work}", lambda: None)
    Path("config.json").write_text(json.dumps(run.config))
    assert running.run(["config.json"], None) == 1
    report = files.read(Path("report.json"))
    hold_to_schema(report)
    assert report["error_code"] == "TW-RUN-FAULT"
    assert "ValueError in test_report.py, line" in report["error"]
    assert EMAIL not in json.dumps(report)
