"""`report FILE`: print the counts of a run, from the file that `report_path` named."""

from __future__ import annotations

import json
from pathlib import Path

import click

from target_triplewhale.codes import with_code
from target_triplewhale.journal.report import table


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def report(file: Path) -> None:
    """Print what came of a run, in 72 columns, from its report FILE."""
    try:
        text = table(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise click.UsageError(
            with_code(
                "TW-COMMAND-NO-REPORT", f"{file} is no report of a run (setting `report_path`)"
            )
        ) from None
    click.echo(text)
