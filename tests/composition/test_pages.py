"""The pages on sources and mappers, typed from the top down; what arrived is what they say."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from tests.composition import files
from tests.composition.project import Project
from tests.composition.warehouse import Warehouse
from tests.docs.pages import page
from tests.docs.reader import Reader
from tests.docs.terminal import Terminal

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

CSV = page("docs/csv.md")
JSONL = page("docs/jsonl.md")
WAREHOUSE = page("docs/warehouse.md")
MAPPERS = page("docs/mappers.md")
IN_THE_PAGES_FOLDER = "{name}.db"


@pytest.fixture
def terminal(tmp_path: Path, wheel: Path) -> Iterator[Terminal]:
    """Return a terminal in an empty folder, in which Meltano installs what a page names."""
    with Terminal(tmp_path, wheel) as opened:
        yield opened


@pytest.fixture
def arrived(terminal: Terminal) -> Project:
    """Return what looks at the page's sandbox."""
    return Project(terminal, IN_THE_PAGES_FOLDER)


def test_a_csv_and_a_workbook_of_ones_own(terminal: Terminal, arrived: Project) -> None:
    """Three orders of five rows, and a till whose cents come late."""
    reader, exports = Reader(terminal), terminal.folder / "exports"
    for block in CSV.blocks:
        if block.marks.get("file") == "workbook.meltano.yml":
            tap = terminal.folder / ".meltano/extractors/tap-csv/venv/bin/python"
            files.write_workbook(exports, tap)
        reader.take(block)
    orders = arrived.orders("sandbox")
    till = {number: orders.pop(number) for number in sorted(orders) if number[0] == "5"}
    assert orders == {
        "W-1": ("2026-03-04T09:15:00.000Z", Decimal("1234.5")),
        "W-2": ("2026-03-04T17:40:00.000Z", Decimal("9.99")),
        "W-4": ("2026-03-30T07:00:00.000Z", Decimal(49)),
    }
    told = files.workbook_totals(exports / "till.xlsx")
    assert (len(till), sum(total for _, total in till.values())) == told
    assert till["5130-B"][1] == Decimal("19.99")


def test_a_file_of_json_lines(terminal: Terminal, arrived: Project) -> None:
    """Without a tap and with one: the same three orders."""
    Reader(terminal).follow(JSONL)
    assert arrived.orders("sandbox") == {
        "J-1": ("2026-03-04T09:15:00.000Z", Decimal("29.98")),
        "J-2": ("2026-03-05T10:00:00.000Z", Decimal("9.99")),
        "J-3": ("2026-03-06T11:30:00.000Z", Decimal(5)),
    }
    assert arrived.bodies("sandbox")["J-3"]["tags"] == ["vip"]


def test_a_warehouse_two_nights_long(terminal: Terminal, arrived: Project, postgres: str) -> None:
    """Whole at first, then what has changed, then all of it from files."""
    warehouse = Warehouse(postgres, "page")
    told = warehouse.connection
    place = {name.upper(): told[name] for name in ("host", "port", "user", "database")}
    place |= {"PASSWORD": "none-is-asked-for"}
    for name, value in place.items():
        terminal.type(f"export TAP_POSTGRES_{name}={value} PG{name}={value}")
    Reader(terminal).follow(WAREHOUSE)
    paid = warehouse.ask("SELECT order_id::text, order_revenue FROM triplewhale.orders")
    orders = arrived.orders("sandbox")
    assert {number: total for number, (_, total) in orders.items()} == {
        number: total for number, total in paid if int(number) % 5
    }
    assert arrived.bodies("sandbox")["7"]["line_items"][0]["price"] == 99


def test_two_places_to_map_that_come_to_the_same(terminal: Terminal, arrived: Project) -> None:
    """Gross amounts, and a customer under a hash."""
    Reader(terminal).follow(MAPPERS)
    assert arrived.orders("sandbox") == {
        "S-1": ("2026-03-04T09:15:00.000Z", Decimal("23.79")),
        "S-3": ("2026-03-05T08:00:00.000Z", Decimal("119.12")),
    }
    (buyer,) = {body["customer"]["id"] for body in arrived.bodies("sandbox").values()}
    assert len(buyer) == 64
