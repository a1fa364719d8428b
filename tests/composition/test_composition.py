"""Two nights of real taps, by Meltano and by bare pipes; what arrived is what the sources say."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from tests.composition import files
from tests.composition.project import LOADERS, OPTIONS, PSEUDONYMS, ROUTES, Project, way_config
from tests.composition.warehouse import CHANGES, TABLES, Warehouse
from tests.docs.terminal import Terminal
from tests.whole_runs import order, records, schema

if TYPE_CHECKING:
    from pathlib import Path

    from tests.composition.files import Totals

FIRST_NIGHT = (
    "meltano run tap-csv target-triplewhale--csv tap-jsonl target-triplewhale--jsonl"
    " tap-postgres target-triplewhale--warehouse tap-postgres--gzip target-triplewhale--gzip"
    " tap-postgres pseudonyms target-triplewhale--mapped"
)
SECOND_NIGHT = (
    "meltano run tap-csv target-triplewhale--csv tap-jsonl target-triplewhale--jsonl"
    " tap-postgres target-triplewhale--warehouse tap-postgres pseudonyms target-triplewhale--mapped"
)
HOUR = 3600
COUNTED = ("till", "web", "orders", "public-orders", "sales")


@dataclass
class Night:
    """What one `meltano run` left behind, and what the sources said at that time."""

    said: str
    routes: dict[str, dict[str, dict[str, int]]]
    arrived: dict[str, Totals]
    states: dict[str, Any]
    csv: Totals
    lines: Totals
    warehouse: Totals
    kept: Totals
    """What of the warehouse's orders the mapper lets through."""


@dataclass
class Nights:
    """Two of them, in one project."""

    project: Project
    warehouse: Warehouse
    first: Night
    second: Night


@pytest.fixture(scope="module")
def nights(tmp_path_factory: pytest.TempPathFactory, wheel: Path, postgres: str) -> Nights:
    """Install each plugin once, run one night, change the sources, and run another."""
    project = Project(Terminal(tmp_path_factory.mktemp("composition"), wheel))
    warehouse = Warehouse(postgres, "composition")
    warehouse.run(TABLES)
    project.write(warehouse.connection)
    for name in ("output", "batches"):
        (project.folder / name).mkdir()
    exports = project.folder / "exports"
    files.write_csv(exports / "web.csv")
    files.write_lines(exports / "orders.jsonl")
    files.age(exports / "web.csv", -2 * HOUR)
    project.install()
    python = project.folder / ".meltano/extractors/tap-csv/venv/bin/python"
    files.write_workbook(exports, python)
    first = _night(project, warehouse, FIRST_NIGHT)
    files.write_csv(exports / "web.csv", number=125, changed="2.469,00 €")
    files.age(exports / "web.csv", -HOUR)
    warehouse.run(CHANGES)
    return Nights(project, warehouse, first, _night(project, warehouse, SECOND_NIGHT))


def _night(project: Project, warehouse: Warehouse, commands: str) -> Night:
    said = project.succeed(commands)
    exports = project.folder / "exports"
    return Night(
        said,
        {name: project.routes(name) for name in LOADERS},
        {name: project.orders(name) for name in LOADERS},
        project.states(),
        files.csv_totals(exports / "web.csv"),
        files.line_totals(exports / "orders.jsonl", keeps=lambda order: not order["is_test"]),
        warehouse.totals(),
        warehouse.totals("status <> 'cancelled'"),
    )


def _lasting(project: Project, name: str) -> Any:
    """Return the time that a tap of files remembers of a file."""
    modified = (project.folder / "exports" / name).stat().st_mtime
    return datetime.fromtimestamp(int(modified), UTC).isoformat()


def _of_web(arrived: Totals) -> Totals:
    return {number: one for number, one in arrived.items() if number.startswith("W-")}


# The first night


def test_a_csv_arrives_as_a_german_office_wrote_it(nights: Nights) -> None:
    """Semicolons, days first, a comma before the cents, no zone; pending orders are none."""
    assert _of_web(nights.first.arrived["csv"]) == nights.first.csv
    assert nights.first.routes["csv"]["web"] == {"read": 120, "delivered": 80, "filtered": 40}


def test_a_workbook_keeps_its_cents_and_its_numbers(nights: Nights) -> None:
    """With `sample_rows: 0`, though a hundred rows of whole numbers come first."""
    arrived = nights.first.arrived["csv"]
    till = {number: one for number, one in arrived.items() if not number.startswith("W-")}
    told = files.workbook_totals(nights.project.folder / "exports/till.xlsx")
    assert (len(till), sum(total for _, total in till.values())) == told
    assert till["5001"] == (files.spelled(files.placed_at(1)), Decimal(20))
    assert till["5130-B"] == (files.spelled(files.placed_at(130)), Decimal("19.99"))


def test_json_lines_arrive_after_the_taps_own_stream_maps(nights: Nights) -> None:
    """Nested, with a column that the first thousand lines do not have."""
    assert nights.first.arrived["jsonl"] == nights.first.lines
    taxed = [body for body in nights.project.bodies("jsonl").values() if "taxes" in body]
    late = [number for number in nights.first.lines if int(number[2:]) > 1100]
    assert len(taxed) == len(late) == 102


def test_a_warehouse_arrives_with_its_own_types(nights: Nights) -> None:
    """Numbers beyond 2^53 as ids, decimals, an enum, arrays, jsonb, and a stream of no rows."""
    assert nights.first.arrived["warehouse"] == nights.first.warehouse
    routes = nights.first.routes["warehouse"]
    assert routes == {
        "crm-leads": {"read": 15, "delivered": 15},
        "public-customers": {"read": 20, "delivered": 20},
        "public-orders": {"read": 90, "delivered": 90},
    }
    body = nights.project.bodies("gzip")["9007199254740993"]
    assert (body["currency"], body["taxes"], body["tags"]) == ("EUR", 0.125, ["vip", "no. 1"])
    assert body["customer"] == {"id": "C-1", "email": "buyer1@example.com"}
    assert body["line_items"][0]["price"] == 0.25


def test_a_column_of_days_begins_them_where_the_shop_is(nights: Nights) -> None:
    """2026-03-02 in Berlin, as a moment of UTC."""
    found = nights.project.ask("warehouse", "SELECT body FROM pixel_custom_events_table")
    times = sorted(json.loads(body)["timestamp"] for (body,) in found)
    days = nights.warehouse.ask("SELECT extract(epoch FROM signed_up::timestamp) FROM crm.leads")
    assert times == sorted(int(second) - HOUR for (second,) in days)


def test_batch_files_bring_what_records_bring(nights: Nights) -> None:
    """The same table, as RECORD and as BATCH messages of gzipped JSON Lines."""
    assert nights.first.arrived["gzip"] == nights.first.arrived["warehouse"]
    assert nights.first.routes["gzip"] == nights.first.routes["warehouse"]
    assert "5 batch manifests" in nights.first.said


def test_a_mapper_renames_filters_and_hashes_on_the_way(nights: Nights) -> None:
    """What it lets through arrives under its new name, without what it took away."""
    assert nights.first.arrived["mapped"] == nights.first.kept
    assert nights.first.routes["mapped"] == {"sales": {"read": 60, "delivered": 60}}
    for number, body in nights.project.bodies("mapped").items():
        assert len(body["customer"]["id"]) == 32, number
        assert "line_items" not in body


# The second night


def test_files_that_changed_are_read_again_and_no_others(nights: Nights) -> None:
    """Sent again whole; what is the same overwrites itself."""
    assert nights.second.routes["csv"] == {
        "web": {"read": 125, "delivered": len(nights.second.csv), "filtered": 42}
    }
    assert _of_web(nights.second.arrived["csv"]) == nights.second.csv
    assert nights.second.csv["W-8"][1] == 2 * nights.first.csv["W-8"][1] == Decimal(2469)


def test_json_lines_are_read_again_every_night(nights: Nights) -> None:
    """This tap keeps a STATE and does not look at it; what comes again overwrites itself."""
    assert nights.second.routes["jsonl"] == {"orders": {"read": 1175, "delivered": 1175}}
    assert nights.second.arrived["jsonl"] == nights.first.arrived["jsonl"]


def test_a_table_is_read_from_where_the_last_night_ended(nights: Nights) -> None:
    """The row it ended with comes once more, and the ledger knows it; whole tables all do."""
    assert nights.second.routes["warehouse"] == {
        "crm-leads": {"read": 15, "unchanged": 15},
        "public-customers": {"read": 20, "unchanged": 20},
        "public-orders": {"read": 4, "delivered": 3, "unchanged": 1},
    }
    assert nights.second.arrived["warehouse"] == nights.second.warehouse
    assert len(nights.second.warehouse) == 91


def test_what_a_mapper_leaves_out_later_stays_as_it_was(nights: Nights) -> None:
    """One order was cancelled since: a filter takes nothing back that was sent."""
    assert nights.second.arrived["mapped"].keys() - nights.second.kept.keys() == {
        "9007199254740998"
    }
    assert nights.second.routes["mapped"] == {"sales": {"read": 3, "delivered": 3}}


def test_meltano_keeps_the_last_state_of_each_block(nights: Nights) -> None:
    """Under a name of its own: what the files and the table say of how far they were read."""
    for night in (nights.first, nights.second):
        marks = _marks(night)
        assert marks.keys() == {"csv", "jsonl", "warehouse", "gzip", "mapped"}
        assert marks["mapped"] == marks["warehouse"]
    assert _marks(nights.first)["gzip"] == "2026-03-20 01:30:00+00"
    assert _marks(nights.second) == {
        "csv": _lasting(nights.project, "web.csv"),
        "jsonl": _lasting(nights.project, "orders.jsonl"),
        "warehouse": "2026-03-21 00:02:00+00",
        "gzip": "2026-03-20 01:30:00+00",
        "mapped": "2026-03-21 00:02:00+00",
    }


def _marks(night: Night) -> dict[str, str]:
    """Return how far each block has come, by its loader."""
    marks = {}
    for name, bookmarks in night.states.items():
        (stream,) = [one for one in ("web", "orders", "public-orders") if one in bookmarks]
        marks[name.rpartition("--")[2]] = bookmarks[stream]["replication_key_value"]
    return marks


# Bare pipes


def _pipe(project: Project, name: str, tap: str, own: dict[str, Any]) -> Path:
    """Run a tap into the target, and hold the last STATE to the tap's own last one."""
    project.keep(f"{name}.target.json", _settings(name) | own)
    target = f"target-triplewhale --config {name}.target.json > {name}.state"
    project.succeed(f"{tap} | tee {name}.singer | {target}")
    singer, state = (project.folder / f"{name}.{kind}" for kind in ("singer", "state"))
    told = [line for line in singer.read_text().splitlines() if line.startswith('{"type":"STATE"')]
    assert json.loads(told[-1])["value"] == json.loads(state.read_text().splitlines()[-1])
    return singer


def _settings(name: str) -> dict[str, Any]:
    return {"shop": "example.myshopify.com", "currency": "EUR"} | way_config(name)


def test_a_bare_pipe_brings_what_meltano_brings(nights: Nights) -> None:
    """The same CSV and workbook."""
    project = nights.project
    project.keep("files.json", OPTIONS["tap-csv"])
    _pipe(project, "bare", "tap-spreadsheets --config files.json", LOADERS["csv"])
    assert project.orders("bare") == nights.second.arrived["csv"]


def _postgres(nights: Nights, **own: Any) -> dict[str, Any]:
    return {**nights.warehouse.connection, "filter_schemas": ["public", "crm"], **own}


def test_parquet_brings_what_json_lines_bring(nights: Nights) -> None:
    """And a time without a zone, which the tap leaves as it is in BATCH files, is the shop's."""
    project = nights.project
    batches = {"encoding": {"format": "parquet"}, "storage": {"root": "file://batches"}}
    project.keep("parquet.json", _postgres(nights, batch_config=batches))
    project.keep("catalog.json", project.catalog("public-orders", "public-tills"))
    singer = _pipe(
        project,
        "parquet",
        "tap-postgres --config parquet.json --catalog catalog.json",
        {"streams": {"public-tills": TILLS}},
    )
    assert singer.read_text().count('"format":"parquet"') == 2
    arrived = project.orders("parquet")
    tills = {number: arrived.pop(number) for number in sorted(arrived) if number[0] == "R"}
    assert arrived == nights.second.warehouse
    assert tills == _tills("Europe/Berlin")


TILLS = {
    "endpoint": "orders",
    "timezone": "Europe/Berlin",
    "snapshot": True,
    "fields": {
        "order_id": "receipt",
        "created_at": "sold_at",
        "order_revenue": "total",
        "customer.id": "'counter'",
        "customer.email": "'counter@example.com'",
    },
}


def _tills(zone: str) -> Totals:
    hours = 10 if zone == "Europe/Berlin" else 12
    return {
        f"R-{n}": (f"2026-04-01T{hours + n:02}:00:00.000Z", Decimal("1999.5")) for n in range(1, 10)
    }


@pytest.mark.parametrize(
    ("as_string", "zone"), [pytest.param(True, "Europe/Berlin"), pytest.param(False, "UTC")]
)
def test_a_time_without_a_zone_needs_dates_as_string(
    nights: Nights, zone: str, *, as_string: bool
) -> None:
    """In RECORD messages the tap calls it UTC, and nobody after it can know better."""
    project, name = nights.project, f"tills-{as_string}"
    project.keep(f"{name}.json", _postgres(nights, dates_as_string=as_string))
    project.keep("catalog.json", project.catalog("public-tills"))
    tap = f"tap-postgres --config {name}.json --catalog catalog.json"
    _pipe(project, name, tap, {"streams": {"public-tills": TILLS}})
    assert project.orders(name) == _tills(zone)


def test_a_version_that_is_told_before_its_records_voids_nothing(nights: Nights) -> None:
    """Taps of today's SDK close a version before they have read it; `ledger missing` knows."""
    project, warehouse = nights.project, nights.warehouse
    options = {"dates_as_string": True, "emit_activate_version_messages": True}
    project.keep("versions.json", _postgres(nights, **options))
    project.keep("catalog.json", project.catalog("public-tills"))
    tap = "tap-postgres --config versions.json --catalog catalog.json"
    own = {"streams": {"public-tills": TILLS}, "soft_delete": True}
    own["ledger_url"] = "sqlite:///output/versions.ledger"
    _pipe(project, "versions", tap, own)
    warehouse.run("UPDATE tills SET receipt = 'R-gone' WHERE receipt = 'R-3'")
    singer = _pipe(project, "versions", tap, own)
    warehouse.run("UPDATE tills SET receipt = 'R-3' WHERE receipt = 'R-gone'")
    assert singer.read_text().count("ACTIVATE_VERSION") == 1
    assert project.routes("versions")["public-tills"] == {"read": 9, "delivered": 1, "unchanged": 8}
    assert not any(body.get("void") for body in project.bodies("versions").values())
    command = "target-triplewhale --config versions.target.json ledger missing public-tills"
    assert "R-3" in project.succeed(command)


def test_stream_maps_of_a_tap_do_not_reach_its_batch_files(nights: Nights) -> None:
    """Those of the target do: it is the place for what must not leave the house."""
    project = nights.project
    batches = {
        "encoding": {"format": "jsonl", "compression": "gzip"},
        "storage": {"root": "file://batches"},
    }
    project.keep("lines.json", OPTIONS["tap-jsonl"] | {"batch_config": batches})
    _pipe(project, "passed-by", "tap-jsonl --config lines.json", {})
    assert project.routes("passed-by")["orders"] == {"read": 1205, "delivered": 1205}
    maps = {"stream_maps": OPTIONS["tap-jsonl"]["stream_maps"]}
    project.keep("taken.json", _settings("taken") | maps)
    project.succeed("target-triplewhale --config taken.json --input passed-by.singer")
    assert project.routes("taken")["orders"] == {"read": 1205, "delivered": 1175, "filtered": 30}
    assert project.orders("taken") == nights.second.lines


def test_a_mapper_in_a_bare_pipe_refuses_batch_files(nights: Nights) -> None:
    """It takes records; of BATCH messages it ends, and so does the pipe."""
    project = nights.project
    project.keep("maps.json", {"stream_maps": PSEUDONYMS})
    own = {"streams": {"sales": ROUTES["sales"]}, "unmapped_streams": "skip"}
    mapper = "meltano-map-transform --config maps.json"
    project.keep("catalog.json", project.catalog("public-orders"))
    project.keep("records.json", _postgres(nights, dates_as_string=True))
    tap = "tap-postgres --config records.json --catalog catalog.json"
    _pipe(project, "pseudonyms", f"{tap} | {mapper}", own)
    assert project.orders("pseudonyms") == nights.second.kept
    done = project.type(
        f"{mapper} < parquet.singer | target-triplewhale --config pseudonyms.target.json"
    )
    assert done.code != 0
    assert "BATCH messages are not supported by mappers" in done.text


def test_a_mapper_that_names_its_columns_must_name_the_mark_of_a_deletion(nights: Nights) -> None:
    """Without it a deleted order arrives as a living one; what is marked is filtered."""
    project = nights.project
    forgetful = {**{name: f"record['{name}']" for name in order("any")}, "__else__": None}
    careful = forgetful | {"_sdc_deleted_at": "record.get('_sdc_deleted_at')"}
    project.keep("gone.json", {"stream_maps": {"orders": forgetful, "sales_orders": careful}})
    lines = []
    for name in ("orders", "sales_orders"):
        gone = order(f"{name}-gone", _sdc_deleted_at="2026-03-20T00:00:00Z")
        lines += [schema(name, *gone), *records(name, gone, order(f"{name}-here"))]
    source = project.folder / "gone.singer"
    source.write_text("".join(json.dumps(line) + "\n" for line in lines))
    project.keep("gone.target.json", _settings("gone"))
    mapper = f"meltano-map-transform --config gone.json < {source.name}"
    project.succeed(f"{mapper} | target-triplewhale --config gone.target.json")
    assert project.routes("gone") == {
        "orders": {"read": 2, "delivered": 2},
        "sales_orders": {"read": 2, "delivered": 1, "filtered": 1},
    }
