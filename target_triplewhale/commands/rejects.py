"""`rejects retry FILE`: send rejected records again, each along the route that failed."""

from __future__ import annotations

import click

from target_triplewhale.run import run


@click.group()
def rejects() -> None:
    """Work with the rejects file of a run."""


@rejects.command()
@click.argument("file")
@click.option("--config", "configs", multiple=True, help="As of the target itself.")
@click.pass_context
def retry(context: click.Context, file: str, configs: tuple[str, ...]) -> None:
    """Send the records of a rejects FILE again; what is rejected again gets a new file."""
    before: tuple[str, ...] = context.obj or ()
    context.exit(run((*before, *configs), file, is_rejects=True))
