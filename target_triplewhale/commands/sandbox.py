"""`target-triplewhale sandbox`: serve the imitation of the API, or say what arrived in it."""

from __future__ import annotations

import ipaddress
import secrets
import sys
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import available_timezones

import click

from target_triplewhale.codes import with_code

if TYPE_CHECKING:
    from types import ModuleType

NEEDS_EXTRA = (
    "the sandbox needs packages that are not installed: pip install 'target-triplewhale[sandbox]'"
)

OPEN_TO_OTHERS = "others can write to this sandbox and, without --keys, query it by the API"


@click.command()
@click.option(
    "--db",
    type=click.Path(path_type=Path),
    default=Path("output/sandbox.db"),
    show_default=True,
    help="The SQLite file; made when missing.",
)
@click.option(
    "--host",
    default="127.0.0.1",
    help="Where to listen; loopback by default. Beyond it the page asks for a token.",
)
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8787, show_default=True, help="0: a free one."
)
@click.option("--faults", type=click.Path(path_type=Path), help="A JSON script of faults.")
@click.option("--keys", type=click.Path(path_type=Path), help="A JSON file of API keys.")
@click.option(
    "--requests-per-minute",
    type=click.IntRange(1),
    default=25_000,
    show_default=True,
    help="More than these get a 429.",
)
@click.option(
    "--events-per-minute",
    type=click.IntRange(1),
    default=1_000,
    show_default=True,
    help="The same, of events alone.",
)
@click.option(
    "--timezone", default="UTC", show_default=True, help="The shop's zone, where its days begin."
)
@click.option("--summary", is_flag=True, help="Print what arrived, and exit.")
def sandbox(  # noqa: PLR0913 - one parameter an option
    *,
    db: Path,
    host: str,
    port: int,
    faults: Path | None,
    keys: Path | None,
    requests_per_minute: int,
    events_per_minute: int,
    timezone: str,
    summary: bool,
) -> None:
    """Serve an imitation of the Triple Whale Data-In API, without an account.

    Records are checked against the published contract and kept in an SQLite file.
    """
    if summary:
        _print_summary(db)
        return
    options = {
        "requests_per_minute": requests_per_minute,
        "events_per_minute": events_per_minute,
        "shop_timezone": _known(timezone),
    }
    _serve(db, host, port, faults=faults, keys=keys, options=options)


def _known(zone: str) -> str:
    if zone not in available_timezones():
        problem = f"--timezone: there is no zone {zone!r}; one is Europe/Vienna"
        raise click.UsageError(with_code("TW-COMMAND-NO-ZONE", problem))
    return zone


def _print_summary(db: Path) -> None:
    module = import_module("target_triplewhale.sandbox.summary")
    try:
        click.echo(module.format_summary(module.read_summary(db)))
    except OSError as error:
        raise click.ClickException(with_code("TW-SANDBOX-FILE", str(error))) from None


def _serve(  # noqa: PLR0913 - the options of the command
    db: Path,
    host: str,
    port: int,
    *,
    faults: Path | None,
    keys: Path | None,
    options: dict[str, Any],
) -> None:
    module, server = _load()
    # Records hold personal data: beyond this machine the page is for who is given its address.
    token = None if _is_loopback(host) else secrets.token_urlsafe()
    try:
        if faults is not None:
            options["faults"] = module.Faults.load(faults)
        if keys is not None:
            options["keys"] = module.Keys.load(keys)
        app = module.create_app(db, page_token=token, **options)
    except ValueError as error:
        raise click.UsageError(with_code("TW-SANDBOX-FILE", str(error))) from None
    except OSError as error:
        raise click.ClickException(with_code("TW-SANDBOX-FILE", str(error))) from None
    try:
        listener = server.listen(host, port)
    except (OSError, UnicodeError) as error:
        raise click.ClickException(with_code("TW-SANDBOX-UNSERVED", _cause(error))) from None
    if token is not None:
        warning = f"{host} is no loopback address: {OPEN_TO_OTHERS}"
        click.echo(with_code("TW-SANDBOX-OPEN", warning), err=True)
        click.echo(f"{server.page_of(listener)}?token={token}")
    # The socket takes connections already: who reads this line may use it at once.
    click.echo(server.url_of(listener), err=True)
    try:
        server.run(app, listener)
    except KeyboardInterrupt:
        sys.exit(130)


def _load() -> tuple[ModuleType, ModuleType]:
    try:
        server = import_module("target_triplewhale.sandbox.serve")
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("target_triplewhale"):
            raise
        raise click.UsageError(with_code("TW-EXTRA-MISSING", NEEDS_EXTRA)) from None
    return import_module("target_triplewhale.sandbox"), server


def _cause(error: OSError | UnicodeError) -> str:
    known = error.strerror if isinstance(error, OSError) else "no name of a host"
    return f"cannot serve: {known}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
