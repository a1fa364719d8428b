"""Opens the ledger that the configuration names; what is wrong is a sentence."""

from __future__ import annotations

from contextlib import closing, contextmanager
from typing import TYPE_CHECKING

import click

from target_triplewhale import configuration
from target_triplewhale.errors import TargetError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from target_triplewhale.journal.ledger.history import History
    from target_triplewhale.settings import Settings

NO_LEDGER = (
    "setting `ledger_url` is missing: it names the ledger that the runs write, such as "
    "sqlite:///ledger.db"
)
config_option = click.option(
    "--config", "configs", multiple=True, help="As of the target itself; before or after the word."
)


def all_configs(context: click.Context, configs: tuple[str, ...]) -> tuple[str, ...]:
    """Return what stands before the word and after it."""
    return (*(context.obj or ()), *configs)


@contextmanager
def asked(context: click.Context, configs: tuple[str, ...]) -> Iterator[tuple[History, Settings]]:
    """Open the ledger to ask it, and nothing else."""
    try:
        settings = configuration.parse(configuration.read(all_configs(context, configs)))
        with closing(opened(settings)) as history:
            yield history, settings
    except UsageError as error:
        raise click.UsageError(error.told) from None
    except TargetError as error:
        raise click.ClickException(error.told) from None


def opened(settings: Settings) -> History:
    """Open the ledger; raise UsageError where there is none."""
    if settings.ledger_url is None:
        raise UsageError("TW-LEDGER-NOT-SET", NO_LEDGER)
    try:
        from target_triplewhale.journal.ledger.history import (  # noqa: PLC0415  (an extra)
            History,
        )
    except ImportError:
        raise UsageError(
            "TW-EXTRA-MISSING",
            "the ledger needs an extra: pip install 'target-triplewhale[ledger]'",
        ) from None
    return History(settings.ledger_url.get_secret_value(), settings.api_url)
