"""`verify REPORT`: ask the shop whether what a run has sent is there."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import click

from target_triplewhale import configuration
from target_triplewhale.commands.ledger.asking import all_configs, config_option
from target_triplewhale.commands.text import say
from target_triplewhale.commands.verify import printing
from target_triplewhale.commands.verify.comparing import compared
from target_triplewhale.commands.verify.sent import read
from target_triplewhale.commands.verify.shop import Shop
from target_triplewhale.data_out import DataOut
from target_triplewhale.errors import TargetError, UsageError
from target_triplewhale.target import client_of, sandbox_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.commands.verify.comparing import Day
    from target_triplewhale.commands.verify.sent import Report
    from target_triplewhale.settings import Settings

LACKING = 1


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
        zone = _zone(timezone)
        report = read(file)
        settings = configuration.parse(configuration.read(all_configs(context, configs)))
        _refuse_other(report, settings)
        with _asked(settings) as data_out:
            found = [(name, *_days(report, Shop(name, data_out), zone)) for name in report.shops]
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


@contextmanager
def _asked(settings: Settings) -> Iterator[DataOut]:
    """Open the API, or the embedded sandbox."""
    sandbox = sandbox_of(settings)
    try:
        client = client_of(settings, sandbox)
        with asyncio.Runner() as runner:
            yield DataOut(lambda path, body: runner.run(client.post(path, body)))
            runner.run(client.aclose())
    finally:
        if sandbox:
            sandbox.state.store.close()


def _days(report: Report, shop: Shop, zone: ZoneInfo | None) -> tuple[ZoneInfo | None, list[Day]]:
    """Return the shop's zone, None where it is not known, and each day compared."""
    known = zone or shop.zone(*report.span(shop.name))
    sent = report.days(shop.name, known or ZoneInfo("UTC"))
    arrived = shop.arrived(sent)
    return known, list(compared(sent, arrived, datetime.now(UTC)))


def _print(found: list[tuple[str, ZoneInfo | None, list[Day]]], *, in_full: bool) -> None:
    if not found:
        say("The run has sent neither orders nor events: there is nothing to ask for.")
        return
    for shop, zone, days in found:
        if zone is None:
            printing.nothing_there(shop)
        else:
            say(f"{shop}: days begin in {zone.key}")
        say(*printing.tables(days, in_full=in_full))
    say(*printing.conclusion([day for _, _, days in found for day in days]))
