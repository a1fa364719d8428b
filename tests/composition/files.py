"""Files of orders as people export them, and what they come to, read from the files themselves."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import zipfile
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

Totals = dict[str, tuple[str, Decimal]]
"""By id: when an order was placed, in UTC, and what it came to."""

BERLIN = ZoneInfo("Europe/Berlin")
UTC = ZoneInfo("UTC")
FIRST = datetime(2026, 3, 4, 9, 15)  # noqa: DTZ001  (a wall clock's)
STATES = ("paid", "pending", "paid")
WORKBOOK = """
import datetime, json, sys
from openpyxl import Workbook
book = Workbook()
sheet = book.active
sheet.title = "March"
for number, placed, *others in json.load(sys.stdin):
    sheet.append([number, placed and datetime.datetime.fromisoformat(placed), *others])
book.create_sheet("Notes").append(["not this one"])
book.save("till.xlsx")
"""


def spelled(placed: datetime) -> str:
    """Return a wall clock's time in Berlin as the API gets it."""
    return f"{placed.replace(tzinfo=BERLIN).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def placed_at(number: int) -> datetime:
    """Return when an order was placed: over the change of summer time as well."""
    return FIRST + timedelta(minutes=347 * number)


# CSV, as a German office has it


def write_csv(path: Path, number: int = 120, changed: str = "1.234,50 €") -> None:
    """Write one order a row: semicolons, days first, a comma before the cents, no zone."""
    rows = [["Order No", "Placed", "State", "E-Mail", "Total"]]
    for each in range(1, number + 1):
        total = changed if each == 8 else f"{each * 11 // 10},{each % 10}5"
        placed = f"{placed_at(each):%d.%m.%Y %H:%M}"
        rows.append([f"W-{each}", placed, STATES[each % 3], f"kunde{each}@example.com", total])
    path.parent.mkdir(exist_ok=True)
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, delimiter=";").writerows(rows)


def csv_totals(path: Path) -> Totals:
    """Add up what is not pending."""
    with path.open(newline="", encoding="utf-8") as file:
        rows = [row for row in csv.DictReader(file, delimiter=";") if row["State"] == "paid"]
    return {row["Order No"]: (_german(row["Placed"]), _amount(row["Total"])) for row in rows}


def _german(placed: str) -> str:
    return spelled(datetime.strptime(placed, "%d.%m.%Y %H:%M"))  # noqa: DTZ007  (a wall clock's)


def _amount(total: str) -> Decimal:
    return Decimal(re.sub(r"[^\d,]", "", total).replace(",", "."))


# A workbook, whose first hundred rows do not tell what comes later


def write_workbook(folder: Path, python: Path) -> None:
    """Write whole prices and plain numbers first, cents and another kind of number after them.

    `python` is the one of the tap, which has what writes such files.
    """
    rows: list[list[Any]] = [["Receipt", None, "Amount", "Loyalty e-mail"]]
    for each in range(1, 131):
        number: int | str = 5000 + each if each <= 115 else f"{5000 + each}-B"
        amount = 20 if each <= 110 else 19.99
        rows.append([number, placed_at(each).isoformat(), amount, f"gast{each}@example.com"])
    folder.mkdir(exist_ok=True)
    subprocess.run(
        [python, "-c", WORKBOOK], input=json.dumps(rows), cwd=folder, text=True, check=True
    )


def workbook_totals(path: Path) -> tuple[int, Decimal]:
    """Count and add up the cells of the third column, as they stand in the sheet's own XML."""
    with zipfile.ZipFile(path) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    cells = re.findall(r'<c r="C\d+"(?: t="n")?><v>([^<]*)</v>', sheet)
    return len(cells), sum(map(Decimal, cells), Decimal())


# JSON Lines


def write_lines(path: Path) -> None:
    """Write orders in the API's own shape; what the last ones have comes after the samples."""
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(json.dumps(_order(each)) + "\n" for each in range(1, 1206)))


def _order(number: int) -> dict[str, Any]:
    late = {"total_tax": 1.25} if number > 1100 else {}
    return {
        "order_id": f"J-{number}",
        "created_at": f"{placed_at(number):%Y-%m-%dT%H:%M:%S}+01:00",
        "order_revenue": number + (0 if number < 50 else 0.5),
        "is_test": number % 40 == 0,
        "customer": {"id": f"C-{number}", "email": f"buyer{number}@example.com"},
        "line_items": [
            {"id": "1", "product_id": "P", "variant_id": "V", "quantity": 1, "price": 9.99}
        ],
        **late,
    }


def line_totals(path: Path, *, keeps: Callable[[dict[str, Any]], bool]) -> Totals:
    """Add up the lines that are kept."""
    found = [json.loads(line, parse_float=Decimal) for line in path.read_text().splitlines()]
    return {
        one["order_id"]: (_moment(one["created_at"]), Decimal(one["order_revenue"]))
        for one in found
        if keeps(one)
    }


def _moment(text: str) -> str:
    return f"{datetime.fromisoformat(text).astimezone(UTC):%Y-%m-%dT%H:%M:%S.000Z}"


def age(path: Path, seconds: int) -> None:
    """Move a file's time, which is what the taps of files remember."""
    told = path.stat().st_mtime + seconds
    os.utime(path, (told, told))
