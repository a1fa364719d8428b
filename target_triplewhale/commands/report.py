"""`report FILE`: print what came of a run, from the file that `report_path` named."""

from __future__ import annotations

from pathlib import Path

import click

from target_triplewhale.codes import with_code
from target_triplewhale.commands.text import say
from target_triplewhale.errors import UsageError
from target_triplewhale.journal.report import files
from target_triplewhale.journal.report.text import text


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
def report(file: Path) -> None:
    """Print what came of a run, in 72 columns, from its report FILE (.json or .html)."""
    try:
        lines = text(files.read(file), str(file)).splitlines()
    except UsageError as error:
        raise click.UsageError(error.told) from None
    except (LookupError, TypeError, ValueError, AttributeError, ArithmeticError):
        sentence = f"{file} is not whole: it lacks parts of a report"
        raise click.UsageError(with_code("TW-COMMAND-NO-REPORT", sentence)) from None
    say(*lines)
