"""The executable: the Singer target, or with a word after it a tool beside it."""

from __future__ import annotations

import logging

import click

from target_triplewhale.codes import with_code
from target_triplewhale.commands.check import check
from target_triplewhale.commands.ledger import ledger
from target_triplewhale.commands.rejects import rejects
from target_triplewhale.commands.report import report
from target_triplewhale.commands.sandbox import sandbox
from target_triplewhale.commands.suggest import suggest
from target_triplewhale.commands.verify import verify
from target_triplewhale.equipment import NAME
from target_triplewhale.run import run
from target_triplewhale.singer import log_to_stderr
from target_triplewhale.target import TargetTripleWhale


def _print_version(context: click.Context, _: click.Parameter, value: bool) -> None:  # noqa: FBT001
    if value:
        TargetTripleWhale.print_version(print_fn=click.echo)
        context.exit()


@click.group(name=NAME, invoke_without_command=True)
@click.option(
    "--version",
    is_flag=True,
    is_eager=True,
    expose_value=False,
    callback=_print_version,
    help="Print the version.",
)
@click.option("--about", is_flag=True, help="Print the settings and capabilities.")
@click.option(
    "--format",
    "about_format",
    type=click.Choice(["json", "markdown"]),
    help="How --about prints them.",
)
@click.option(
    "--config", "configs", multiple=True, help="A configuration file, or ENV for the environment."
)
@click.option("--input", "input_path", help="Read messages from a file, not from standard input.")
@click.pass_context
def main(
    context: click.Context,
    *,
    about: bool,
    about_format: str | None,
    configs: tuple[str, ...],
    input_path: str | None,
) -> None:
    """Deliver the Singer messages of standard input to Triple Whale."""
    try:
        log_to_stderr(NAME)
    except ValueError:
        raise click.UsageError(
            with_code("TW-COMMAND-LOGLEVEL", "LOGLEVEL names no level such as INFO or DEBUG")
        ) from None
    context.obj = configs
    if context.invoked_subcommand:
        return
    if about:
        TargetTripleWhale.print_about(about_format)
        return
    context.exit(run(configs, input_path))


for command in (check, sandbox, rejects, report, suggest, ledger, verify):
    main.add_command(command)
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("httpcore").setLevel(logging.WARNING)

if __name__ == "__main__":
    main()
