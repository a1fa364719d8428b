"""`suggest`: write a mapping for a tap's output, to check and to use as a preset."""

from __future__ import annotations

import logging
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import IO, TYPE_CHECKING

import click

from target_triplewhale import configuration
from target_triplewhale.errors import TargetError, UsageError, cause
from target_triplewhale.notices import warn
from target_triplewhale.suggestions.samples import MOST_RECORDS, Samples
from target_triplewhale.suggestions.suggestion import Suggestion

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from target_triplewhale.settings import Settings

logger = logging.getLogger("target-triplewhale")

_NOT_NEEDED = {"shop": "suggest", "api_key": "suggest"}
"""Settings that a run must have and a suggestion does without."""


@click.command()
@click.option("--input", "path", help="Read messages from a file, not from standard input.")
@click.option("--config", "configs", multiple=True, help="As of the target itself; not needed.")
@click.option(
    "--records",
    type=click.IntRange(1),
    default=MOST_RECORDS,
    show_default=True,
    help="Records of each stream to look at.",
)
@click.pass_context
def suggest(
    context: click.Context, *, path: str | None, configs: tuple[str, ...], records: int
) -> None:
    """Write a first mapping for a tap's output.

    Reads Singer messages (meltano invoke tap-x > out.jsonl, then suggest < out.jsonl) and prints
    a mapping to check: an endpoint for each stream or why there is none, a source for each field,
    what nothing fills, and how many records would be valid. Save it as mapping.yml and set
    `preset: mapping.yml`, or paste it into the target's config. Nothing is sent. Sample values
    are masked.
    """
    before: tuple[str, ...] = context.obj or ()
    try:
        click.echo(_suggestion(path, (*before, *configs), records).text(), nl=False)
    except UsageError as error:
        raise click.UsageError(error.told) from None
    except TargetError as error:
        raise click.ClickException(error.told) from None


def _suggestion(path: str | None, configs: tuple[str, ...], records: int) -> Suggestion:
    settings = _settings(configs)
    with _opened(path) as lines:
        samples = Samples(records).read(lines)
    if not samples:
        raise UsageError("TW-INPUT-EMPTY", "the input holds no SCHEMA and no RECORD")
    logger.info("read %d streams, %d records", len(samples), sum(one.seen for one in samples))
    return Suggestion(samples, settings)


def _settings(configs: tuple[str, ...]) -> Settings:
    """Return the settings that there are; neither a shop nor a key is needed to suggest."""
    given = configuration.read(configs)
    told = {name: value for name, value in given.items() if value not in (None, "")}
    if "stream_maps" in told:
        warn(
            "TW-COMMAND-STREAM-MAPS",
            "the setting `stream_maps` is not applied here: records are read as they come",
        )
    return configuration.parse({**_NOT_NEEDED, **told})


def _opened(path: str | None) -> AbstractContextManager[IO[bytes]]:
    if path not in (None, "-"):
        try:
            return Path(str(path)).open("rb")
        except OSError as error:
            reason = cause(error, "it cannot be opened")
            raise UsageError("TW-INPUT-NONE", f"--input {path}: {reason}") from None
    if sys.stdin is None:
        raise UsageError("TW-INPUT-NONE", "there is no input: standard input is closed")
    if sys.stdin.isatty():
        raise UsageError(
            "TW-INPUT-NONE",
            "there is no input: `tap-x | target-triplewhale suggest`, or --input FILE",
        )
    return nullcontext(sys.stdin.buffer)
