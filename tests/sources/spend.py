"""What the sources say was spent on ads, by plain reading: one line a row that is no total."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from tests.sources.reading import table

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

SHAPES = "export_shapes"


@dataclass(frozen=True, order=True)
class Spend:
    """One row of a report."""

    channel: str
    day: str
    currency: str
    amount: Decimal
    impressions: Decimal
    clicks: Decimal


def number(text: str) -> Decimal:
    """Return a number of a report in English."""
    return Decimal(text.replace(",", ""))


def french(text: str) -> Decimal:
    """Return a number of a report in French."""
    return Decimal("".join(text.split()).replace(",", "."))


def meta(files: Path) -> list[Spend]:
    """Every row, in the currency of the column's name."""
    return [
        Spend(
            "facebook-ads",
            row["Day"],
            "USD",
            number(row["Amount spent (USD)"]),
            number(row["Impressions"]),
            number(row["Link clicks"]),
        )
        for row in table(files / SHAPES / "meta_ads_daily_export.csv")
    ]


def google(name: str, **form: str) -> Callable[[Path], list[Spend]]:
    """Return what reads a report in English, below its title and its period."""

    def read(files: Path) -> list[Spend]:
        path = files / SHAPES / name
        return [
            Spend(
                "google-ads",
                row["Day"],
                row["Currency code"],
                number(row["Cost"]),
                number(row["Impr."]),
                number(row["Clicks"]),
            )
            for row in table(path, lines_before_header=2, **form)
            if not row["Day"].startswith("Total")
        ]

    return read


def google_in_french(files: Path) -> list[Spend]:
    """Every row but the total."""
    path = files / SHAPES / "google_ads_report_fr_semicolon.csv"
    return [
        Spend(
            "google-ads",
            row["Jour"],
            row["Code de la devise"],
            french(row["Coût"]),
            french(row["Impr."]),
            french(row["Clics"]),
        )
        for row in table(path, lines_before_header=2, delimiter=";")
        if not row["Jour"].startswith("Total")
    ]


def warehouse(files: Path) -> list[Spend]:
    """The ads of Facebook and the campaigns of Google, whose amounts are in millionths."""
    facebook = table(files / "fivetran_facebook_ads" / "facebook_ads_basic_ad_data.csv")
    campaigns = table(files / "fivetran_google_ads" / "campaign_stats_data.csv")
    return [
        *(
            Spend(
                "facebook-ads",
                row["date"],
                "USD",
                Decimal(row["spend"]),
                Decimal(row["impressions"]),
                Decimal(row["inline_link_clicks"]),
            )
            for row in facebook
        ),
        *(
            Spend(
                "google-ads",
                row["date"],
                "USD",
                Decimal(row["cost_micros"]) / 1_000_000,
                Decimal(row["impressions"]),
                Decimal(row["clicks"]),
            )
            for row in campaigns
        ),
    ]


DAILY = google("google_ads_campaign_report_daily.csv")
SPENT: Mapping[str, Callable[[Path], list[Spend]]] = {
    "csv__google_ads_daily": DAILY,
    "csv__google_ads_french": google_in_french,
    "csv__google_ads_utf16": google(
        "google_ads_report_excel_utf16.csv", delimiter="\t", encoding="utf-16"
    ),
    "tap-csv__ads_exports": meta,
    "tap-csv__fivetran_ads": warehouse,
    "tap-spreadsheets__google_ads_report_skip2": DAILY,
}
"""By the name of a recorded file or an export, what reads its source."""
