"""No person's data and no key is in any log or report, at any level, whatever goes wrong.

A rejects file holds records, and says so; what is looked at here are logs and reports.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.settings import Settings
from tests.privacy.canaries import (
    ADDRESS,
    EMAIL,
    KEY,
    PASSWORD,
    PERSON,
    PHONE,
    log_ways,
    spoiled,
    traces,
)
from tests.privacy.echo import FORMS, echoing
from tests.whole_runs import Finished, Runner, order, records, schema, state

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

WAYS = ("debug", "info", "structured")
LEAD = {"type": "lead", "timestamp": "2026-03-04T05:06:07Z"}
RECORDS: dict[str, dict[str, Any]] = {
    "orders": order(
        1,
        order_id=EMAIL,
        name="Canary order",
        customer=PERSON,
        shipping_address=ADDRESS,
        billing_address=ADDRESS,
        line_items=[{"id": "1", "product_id": "p", "variant_id": "v", "name": "x", "quantity": 1}],
    ),
    "customers": {
        "customer_id": EMAIL,
        "created_at": "2026-03-04T05:06:07Z",
        "email_address": EMAIL,
        "phone": PHONE,
        "first_name": "Canaria",
        "last_name": "Canary",
        "city": "Canaryville",
        "customer_tags": ["canary"],
    },
    "subscriptions": {
        "subscription_id": EMAIL,
        "customer": PERSON,
        "created_at": "2026-03-04T05:06:07Z",
        "items": [{"id": "canary"}],
    },
    "events": {**LEAD, "profileIdentifiers": {"email": EMAIL, "phone": PHONE, "externalId": EMAIL}},
    "pps": {
        "order_id": EMAIL,
        "question_id": "q",
        "response_id": EMAIL,
        "question": "canary?",
        "response": f"Canary {PHONE}",
        "customer_id": EMAIL,
        "created_at": "2026-03-04T05:06:07Z",
    },
}


@pytest.fixture(params=WAYS)
def logged(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> dict[str, str]:
    """Have runs write their logs in one of the ways; return the variables that say so."""
    way = log_ways(tmp_path)[request.param]
    for name, value in way.items():
        monkeypatch.setenv(name, value)
    return way


@pytest.fixture
def secretive(run: Runner) -> Runner:
    """A runner whose key is a canary, and whose reports are looked at."""
    run.config["api_key"] = KEY
    return run


def hold(run: Runner, done: Finished) -> None:
    """Nothing of a person, and no key, in what the run has said; something was said."""
    assert done.log
    assert traces(done.log) == []
    for report in run.folder.glob("report.*"):
        assert traces(report.read_text()) == []


def exports(found: Mapping[str, Iterable[dict[str, Any]]]) -> list[Any]:
    """Return the records of several streams under their SCHEMAs."""
    return [
        line
        for stream, rows in found.items()
        for line in [schema(stream, "id"), *records(stream, *rows)]
    ]


@pytest.mark.usefixtures("logged")
def test_what_is_delivered(secretive: Runner) -> None:
    """Even an id that is an e-mail address, and columns that no route uses."""
    found = {name: [{**record, EMAIL: PHONE}] for name, record in RECORDS.items()}
    hold(secretive, secretive(exports(found)))


@pytest.mark.parametrize("stream", RECORDS)
@pytest.mark.usefixtures("logged")
def test_what_the_mapping_rejects(secretive: Runner, stream: str) -> None:
    """Every field of every kind of record holds what it cannot hold."""
    done = secretive(exports({stream: spoiled(RECORDS[stream])}))
    assert done.counts(f"{stream}:{stream}")["rejected"] > 5
    hold(secretive, done)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 422, 500])
def test_an_api_that_says_back_what_it_was_told(
    secretive: Runner, monkeypatch: pytest.MonkeyPatch, status: int, form: str
) -> None:
    """Its words reach the rejects file, which is private, and nothing else."""
    monkeypatch.setenv("LOGLEVEL", "DEBUG")
    secretive.config["max_retries"] = 1
    with echoing(status, form) as url:
        found = {name: [RECORDS[name]] for name in ("customers", "orders", "events")}
        done = secretive(exports(found), is_whole=False, api_url=url)
        hold(secretive, done)


@pytest.mark.parametrize(
    "expression",
    ["int(customer['email'])", "customer[email]", f"int('{EMAIL}')", "{}[customer['phone']]"],
)
@pytest.mark.usefixtures("logged")
def test_a_stream_map_that_fails(secretive: Runner, expression: str) -> None:
    """Python's own words for what went wrong quote the value."""
    maps = {"orders": {"order_id": expression, "x": "record"}}
    lines = [schema("orders", "order_id"), *records("orders", RECORDS["orders"])]
    hold(secretive, secretive(lines, is_whole=False, stream_maps=maps))


NESTED = {"type": "SCHEMA", "stream": "orders", "schema": {"properties": {"a": {"type": EMAIL}}}}
BATCH = {"type": "BATCH", "stream": "orders", "encoding": {"format": "jsonl"}}


@pytest.mark.parametrize(
    "line",
    [
        f'{{"type": "RECORD", "stream": "orders", "record": {{"email": "{EMAIL}"',
        [EMAIL],
        {"type": EMAIL, "stream": "orders", "record": {}},
        {"type": "RECORD", "stream": "others", "record": {"email": EMAIL}},
        NESTED,
        {**BATCH, "manifest": [f"s3://{EMAIL}/{PASSWORD}"]},
    ],
)
@pytest.mark.usefixtures("logged")
def test_a_broken_input(secretive: Runner, line: Any) -> None:
    """The line's number is told, and of what it says nothing but names of streams and files."""
    lines = [
        schema("orders", "order_id"),
        *records("orders", RECORDS["orders"]),
        line.encode() if isinstance(line, str) else line,
    ]
    done = secretive(lines, is_whole=False)
    assert done.code == 1
    hold(secretive, done)


@pytest.mark.parametrize("name", ["report.json", "report.html"])
def test_a_report_of_settings_and_state_that_say_too_much(secretive: Runner, name: str) -> None:
    """A key written into a mapping, and a phone that the tap takes for a number."""
    orders = {"endpoint": "orders", "defaults": {"status": f"x {KEY}"}}
    lines = [*exports({"orders": [order(1)]}), state(phone=int(PHONE), at=1, of=[EMAIL])]
    done = secretive(lines, report_path=name, streams={"orders": orders})
    assert done.report["settings"]["streams"]["orders"]["defaults"] == {"status": "x ***"}
    assert done.report["state"]["last"] == {"phone": "12***", "at": 1, "of": ["***@***"]}
    hold(secretive, done)


VALUES = (f"{EMAIL} {PASSWORD}", [EMAIL], {"x": {"y": PHONE, "z": [PASSWORD]}})


@pytest.mark.parametrize("name", Settings.model_fields)
@pytest.mark.parametrize("value", VALUES)
def test_a_wrong_setting(tmp_path: Path, name: str, value: Any) -> None:
    """Whatever is set, the sentence about it quotes nothing."""
    if name in ("shop", "shops") or (name.endswith("_path") and isinstance(value, str)):
        pytest.skip("these are told as they are: where records go, and where files lie")
    run = Runner(tmp_path, "sandbox:///sandbox.db")
    config = {**run.config, name: value}
    (tmp_path / "config.json").write_text(json.dumps(config))
    done = run.execute(["--config", "config.json"], b"")
    assert traces(done.log) == []


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://{PASSWORD}:{PASSWORD}@127.0.0.1:1/none",
        f"postgresql+psycopg://u:{PASSWORD}@[/none",
        f"mysql://u:{PASSWORD}@127.0.0.1/none",
        PASSWORD,
    ],
)
@pytest.mark.usefixtures("logged")
def test_a_ledger_that_cannot_be_had(secretive: Runner, url: str) -> None:
    """Its address holds a password, and drivers quote addresses."""
    lines = exports({"orders": [RECORDS["orders"]]})
    config = {**secretive.config, "ledger_url": url}
    (secretive.folder / "config.json").write_text(json.dumps(config))
    data = "".join(json.dumps(line) + "\n" for line in lines).encode()
    done = secretive.execute(["--config", "config.json"], data)
    assert done.code != 0
    hold(secretive, done)


@pytest.mark.usefixtures("logged")
def test_a_ledger_that_keeps_all(secretive: Runner) -> None:
    """What is accepted, rejected, changed and gone is in the ledger, and not in the log."""
    settings: dict[str, Any] = {
        "ledger_url": "sqlite:///ledger.db",
        "soft_delete": True,
        "max_voids": "100%",
    }
    known = RECORDS["orders"]
    nights = [
        [known, {**known, "currency": EMAIL}],
        [{**known, "order_revenue": 99, "billing_address": None}],
        [{**known, "created_at": "2026-03-05T05:06:07Z"}],
        [{**known, "_sdc_deleted_at": "2026-04-01T00:00:00Z"}],
    ]
    for night in nights:
        hold(secretive, secretive(exports({"orders": night}), **settings))
    for tool in (["runs"], ["pending"], ["missing", "orders"]):
        said = secretive.execute(["--config", "config.json", "ledger", *tool], b"")
        assert traces(said.log) == []
        assert traces(said.out) == []


FAULTS = {
    "in the mapper": "mapping.mapper.Mapper.map",
    "in a payload": "delivery.batches.Parcel.__init__",
    "in the client": "delivery.client.Client.post",
    "in the verdict": "delivery.attempts.verdict",
    "in settling": "target.settled",
    "in the journal": "journal.journal.Journal.settle",
    "in the barrier": "delivery.barrier.LowWaterMark.open",
    "at the end": "last_lines.tell",
    "in the report": "journal.report.files.write",
}
BROKEN = """
import importlib, sys, warnings
from unittest import mock
from target_triplewhale.__main__ import main

def fault(*_, **__):
    warnings.warn({canary!r})
    try:
        raise KeyError({canary!r})
    except KeyError as error:
        raise {kind}({canary!r}) from error

module, _, name = {place!r}.rpartition(".")
owner = "target_triplewhale." + module
with mock.patch(owner + "." + name, fault):
    main(["--config", "config.json"])
"""


@pytest.mark.parametrize("kind", ["ValueError", "OSError"])
@pytest.mark.parametrize("place", FAULTS.values(), ids=FAULTS)
def test_a_fault_of_our_own(secretive: Runner, tmp_path: Path, place: str, kind: str) -> None:
    """What cannot happen happens in the end, and its exception quotes somebody's data."""
    canary = f"{EMAIL} {PHONE} {KEY}"
    (tmp_path / "config.json").write_text(json.dumps(secretive.config))
    lines = exports({name: [RECORDS[name]] for name in ("customers", "orders", "events")})
    done = subprocess.run(
        [sys.executable, "-c", BROKEN.format(canary=canary, place=place, kind=kind)],
        input="".join(json.dumps(line) + "\n" for line in lines).encode(),
        capture_output=True,
        cwd=tmp_path,
        env={**os.environ, **log_ways(tmp_path)["structured"]},
        timeout=120,
        check=False,
    )
    assert done.returncode in (0, 1)
    assert b"Traceback" not in done.stderr
    assert traces(done.stderr.decode()) == []
    assert traces(done.stdout.decode()) == []
    for report in tmp_path.glob("report.*"):
        assert traces(report.read_text()) == []


def test_a_run_that_is_stopped(secretive: Runner, logged: dict[str, str]) -> None:
    """A signal in the middle of everything."""
    (secretive.folder / "config.json").write_text(json.dumps(secretive.config))
    command = [sys.executable, "-m", "target_triplewhale", "--config", "config.json"]
    with subprocess.Popen(
        command,
        cwd=secretive.folder,
        env={**os.environ, **logged},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as running:
        assert running.stdin
        assert running.stderr
        for line in exports({"orders": spoiled(RECORDS["orders"])}):
            running.stdin.write(json.dumps(line).encode() + b"\n")
        running.stdin.flush()
        said = b""
        while b"rejected" not in said:
            said += running.stderr.readline()
        running.send_signal(signal.SIGTERM)
        said += running.stderr.read()
        assert running.wait(60) == 143
    assert traces(said.decode()) == []


TOOLS = (
    ["check", "--input", "lines.jsonl"],
    ["check", "--input", "lines.jsonl", "--json"],
    ["report", "report.json"],
    ["verify", "report.json", "--all"],
    ["rejects", "summary", "FILE"],
)


@pytest.mark.usefixtures("logged")
def test_the_tools_beside_it(secretive: Runner) -> None:
    """Their answers are shown around too; `rejects show` alone prints a record."""
    found = {name: [record, *spoiled(record)[:40]] for name, record in RECORDS.items()}
    lines = "".join(json.dumps(line) + "\n" for line in exports(found))
    (secretive.folder / "lines.jsonl").write_text(lines)
    secretive(secretive.folder / "lines.jsonl")
    (rejects,) = (secretive.folder / "rejects").glob("*.jsonl")
    for tool in TOOLS:
        words = [str(rejects) if word == "FILE" else word for word in tool]
        said = secretive.execute(["--config", "config.json", *words], b"")
        assert said.code in (0, 1), said.log
        assert said.out
        assert traces(said.out + said.log) == [], tool
