"""`check`: look before a run whether it can go well; nothing is sent, and nothing is written."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from target_triplewhale import configuration
from target_triplewhale.commands.api import connected
from target_triplewhale.commands.check.clock import clock
from target_triplewhale.commands.check.connection import connection
from target_triplewhale.commands.check.finding import (
    TO_DO,
    cannot_tell,
    document,
    exit_code,
    ok,
    to_do,
)
from target_triplewhale.commands.check.key import PATH, key, needed, scopes
from target_triplewhale.commands.check.mapping import mapping
from target_triplewhale.commands.check.places import places
from target_triplewhale.commands.check.shops import shops
from target_triplewhale.delivery.client import Answer
from target_triplewhale.errors import SettingsInvalid, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.commands.check.finding import Finding
    from target_triplewhale.commands.check.mapping import Mapped
    from target_triplewhale.settings import Settings


@click.command()
@click.option(
    "--input",
    "path",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A tap's output: a file of Singer messages to try.",
)
@click.option("--config", "configs", multiple=True, help="As of the target itself.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
@click.pass_context
def check(
    context: click.Context, *, path: Path | None, configs: tuple[str, ...], as_json: bool
) -> None:
    """Look whether a run can go well: one line a finding, with what to do where not.

    Settings, mapping, connection, key, scopes, shop, the places that are written, the clock; with
    the Data Out scope also what the shop has already. Nothing is sent, and nothing is written.
    Exits with 1 where anything has to be done.
    """
    before: tuple[str, ...] = context.obj or ()
    try:
        given = configuration.read((*before, *configs))
    except UsageError as error:
        raise click.UsageError(error.told) from None
    findings = []
    for finding in _findings(given, path):
        findings.append(finding)
        for line in () if as_json else finding.lines():
            click.echo(line)
    if as_json:
        click.echo(json.dumps(document(findings), indent=2))
    context.exit(exit_code(findings))


def _findings(given: dict[str, Any], path: Path | None) -> Iterator[Finding]:
    try:
        settings = configuration.parse(given)
    except SettingsInvalid as error:
        for code, sentence in error.faults:
            yield to_do(code, "settings", sentence)
        return
    yield ok("settings", "each can be read")
    mapped = mapping(given, path)
    yield from mapped.findings
    yield from places(settings)
    try:
        yield from _asked(settings, mapped)
    except UsageError as error:
        yield to_do(error.code, "connection", str(error))


def _asked(settings: Settings, mapped: Mapped) -> Iterator[Finding]:
    """Yield what the API tells."""
    with connected(settings) as api:
        answer = api.get(PATH)
        now = datetime.now(UTC)
        yield connection(answer)
        yield clock(answer, now)
        yield key(answer)
        yield needed(scopes(answer), mapped.routes)
        if key(answer).verdict == TO_DO or not isinstance(answer, Answer):
            yield cannot_tell("shop", "it was not asked")
            return
        yield from shops(api, settings, scopes(answer), mapped)
