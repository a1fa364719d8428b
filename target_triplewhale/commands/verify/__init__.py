"""`verify REPORT`: ask the shop whether what a run has sent is there."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

import click

from target_triplewhale import configuration
from target_triplewhale.commands.api import connected
from target_triplewhale.commands.ledger.asking import all_configs, config_option
from target_triplewhale.commands.text import say
from target_triplewhale.commands.verify import printing
from target_triplewhale.commands.verify.comparing import compared
from target_triplewhale.commands.verify.sent import read
from target_triplewhale.commands.verify.shop import Shop
from target_triplewhale.data_out import DataOut
from target_triplewhale.errors import TargetError, UsageError

if TYPE_CHECKING:
    from target_triplewhale.commands.verify.comparing import Day
    from target_triplewhale.commands.verify.sent import Report
    from target_triplewhale.settings import Settings

LACKING = 1


class Found(NamedTuple):
    """What is found out of one shop."""

    shop: str
    zone: ZoneInfo | None
    """None where nothing tells it."""
    days: list[Day]


@click.command()
@click.argument("file", metavar="REPORT", type=click.Path(path_type=Path))
@click.option("--timezone", help="The shop's zone, where its orders do not tell it.")
@click.option("--all", "in_full", is_flag=True, help="Print also each day that is equal.")
@click.option("--json", "as_json", is_flag=True, help="Print each day as a JSON object in a line.")
@config_option
@click.pass_context
def verify(  # noqa: PLR0913 - one parameter an option
    context: click.Context,
    *,
    file: Path,
    timezone: str | None,
    in_full: bool,
    as_json: bool,
    configs: tuple[str, ...],
) -> None:
    """Ask the shop for what a run has sent, by day and account, from its REPORT.

    The key needs the scope Data Out. Ends with 0 where all is there, with 1 where something
    lacks, also where it is too early to tell.
    """
    try:
        found = _found(file, timezone, all_configs(context, configs))
    except UsageError as error:
        raise click.UsageError(error.told) from None
    except TargetError as error:
        raise click.ClickException(error.told) from None
    days = [day for _, _, some in found for day in some]
    if as_json:
        for _, known, some in found:
            say(*printing.documents(some, str(known or UTC)))
    else:
        _print(found, in_full=in_full)
    context.exit(LACKING if {"lacks", "too early"} & {day.verdict for day in days} else 0)


def _found(file: Path, timezone: str | None, configs: tuple[str, ...]) -> list[Found]:
    """Return what is found out of each shop."""
    zone = _zone(timezone)
    report = read(file)
    settings = configuration.parse(configuration.read(configs))
    _refuse_other(report, settings)
    with connected(settings) as api:
        data_out = DataOut(api.post)
        return [_days(report, Shop(name, data_out), zone) for name in report.shops]


def _zone(name: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (KeyError, OSError, ValueError):
        raise UsageError(
            "TW-COMMAND-NO-ZONE", f"--timezone: there is no zone {name!r}; one is Europe/Vienna"
        ) from None


def _refuse_other(report: Report, settings: Settings) -> None:
    """Refuse to ask another place than the one that the run went to."""
    if report.destination != settings.destination:
        raise UsageError(
            "TW-COMMAND-OTHER-API",
            f"the run went to {report.destination}, and the settings name {settings.destination}",
        )


def _days(report: Report, shop: Shop, zone: ZoneInfo | None) -> Found:
    known = zone or shop.zone(*report.span(shop.name))
    sent = report.days(shop.name, known or ZoneInfo("UTC"))
    arrived = shop.arrived(sent)
    return Found(shop.name, known, list(compared(sent, arrived, datetime.now(UTC))))


def _print(found: list[Found], *, in_full: bool) -> None:
    if not found:
        say("The run has sent neither orders nor events: there is nothing to ask for.")
        return
    for shop, zone, days in found:
        begin = [f"{shop}: days begin in {zone.key}"] if zone else printing.nothing_there(shop)
        say(*begin, *printing.tables(days, in_full=in_full))
    say(*printing.conclusion([day for _, _, days in found for day in days]))
