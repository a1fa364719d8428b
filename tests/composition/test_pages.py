"""The pages on sources and mappers, typed from the top down; what arrived is what they say."""

from __future__ import annotations

import os
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.composition import files
from tests.composition.project import Project
from tests.composition.typed_page import BIN, Reader, blocks, page
from tests.composition.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Follow = Callable[..., Project]

PAGES = (
    page("docs/csv.md"),
    page("docs/jsonl.md"),
    page("docs/warehouse.md"),
    page("docs/mappers.md"),
)
CSV, JSONL, WAREHOUSE, MAPPERS = PAGES


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install every plugin of all pages once."""
    project = Project(tmp_path_factory.mktemp("plugins"))
    found: dict[str, dict[str, object]] = {"extractors": {}, "mappers": {}}
    for name in PAGES:
        text = next(text for mark, _, text in blocks(name) if mark == "file: meltano.yml")
        plugins = yaml.safe_load(text)["plugins"]
        for kind, those in found.items():
            those |= {one["name"]: one for one in plugins.get(kind, [])}
    content = {
        "project_id": "plugins",
        "send_anonymous_usage_stats": False,
        "plugins": {kind: list(those.values()) for kind, those in found.items()},
    }
    (project.folder / "meltano.yml").write_text(yaml.safe_dump(content))
    project.succeed("meltano install")
    return project.folder / ".meltano"


@pytest.fixture
def follow(tmp_path: Path, installed: Path) -> Follow:
    """Follow a page in a folder in which its plugins are installed already."""

    def start(name: str, **environment: str) -> Project:
        (tmp_path / ".meltano").mkdir()
        for kind in ("extractors", "mappers"):
            (tmp_path / ".meltano" / kind).symlink_to(installed / kind)
        path = os.pathsep.join((str(BIN), os.environ["PATH"]))
        Reader(tmp_path, {"PATH": path, **environment}).follow(name)
        return Project(tmp_path, "{name}.db")

    return start


def test_a_csv_and_a_workbook_of_ones_own(follow: Follow, tmp_path: Path, installed: Path) -> None:
    """Three orders of five rows, and a till whose cents come late."""
    files.write_workbook(tmp_path / "exports", installed / "extractors/tap-csv/venv/bin/python")
    orders = follow(CSV).orders("sandbox")
    till = {number: orders.pop(number) for number in sorted(orders) if number[0] == "5"}
    assert orders == {
        "W-1": ("2026-03-04T09:15:00.000Z", Decimal("1234.5")),
        "W-2": ("2026-03-04T17:40:00.000Z", Decimal("9.99")),
        "W-4": ("2026-03-30T07:00:00.000Z", Decimal(49)),
    }
    told = files.workbook_totals(tmp_path / "exports/till.xlsx")
    assert (len(till), sum(total for _, total in till.values())) == told
    assert till["5130-B"][1] == Decimal("19.99")


def test_a_file_of_json_lines(follow: Follow) -> None:
    """Without a tap and with one: the same three orders."""
    project = follow(JSONL)
    assert project.orders("sandbox") == {
        "J-1": ("2026-03-04T09:15:00.000Z", Decimal("29.98")),
        "J-2": ("2026-03-05T10:00:00.000Z", Decimal("9.99")),
        "J-3": ("2026-03-06T11:30:00.000Z", Decimal(5)),
    }
    assert project.bodies("sandbox")["J-3"]["tags"] == ["vip"]


def test_a_warehouse_two_nights_long(follow: Follow, postgres: str) -> None:
    """Whole at first, then what has changed, then all of it from files."""
    warehouse = Warehouse(postgres, "page")
    told = warehouse.connection
    place = {"HOST": told["host"], "PORT": str(told["port"]), "USER": told["user"]}
    tap = {**place, "DATABASE": told["database"], "PASSWORD": told["password"]}
    project = follow(
        WAREHOUSE,
        **{f"TAP_POSTGRES_{name}": value for name, value in tap.items()},
        **{f"PG{name}": value for name, value in place.items()},
        PGDATABASE=told["database"],
    )
    paid = warehouse.ask("SELECT order_id::text, order_revenue FROM triplewhale.orders")
    arrived = project.orders("sandbox")
    assert {number: total for number, (_, total) in arrived.items()} == {
        number: total for number, total in paid if int(number) % 5
    }
    assert project.bodies("sandbox")["7"]["line_items"][0]["price"] == 99


def test_two_places_to_map_that_come_to_the_same(follow: Follow) -> None:
    """Gross amounts, and a customer under a hash."""
    project = follow(MAPPERS)
    assert project.orders("sandbox") == {
        "S-1": ("2026-03-04T09:15:00.000Z", Decimal("23.79")),
        "S-3": ("2026-03-05T08:00:00.000Z", Decimal("119.12")),
    }
    (buyer,) = {body["customer"]["id"] for body in project.bodies("sandbox").values()}
    assert len(buyer) == 64
