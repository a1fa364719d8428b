"""The command line, from click's own objects."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from target_triplewhale.__main__ import main
from target_triplewhale.equipment import NAME
from tests.reference.page import code, table

if TYPE_CHECKING:
    from collections.abc import Iterator


def commands(
    command: click.Command = main, words: tuple[str, ...] = (NAME,)
) -> Iterator[tuple[str, click.Command]]:
    """Yield each command with the words that call it."""
    yield " ".join(words), command
    for name, inner in sorted(getattr(command, "commands", {}).items()):
        yield from commands(inner, (*words, name))


def sections() -> str:
    """Return a section a command."""
    return "\n\n".join(part for name, one in commands() for part in _section(name, one))


def _section(name: str, command: click.Command) -> Iterator[str]:
    context = click.Context(command, info_name=name)
    word = name.removeprefix(f"{NAME} ")
    yield f"## `{word}`"
    if command is not main:
        yield code(" ".join([word, *command.collect_usage_pieces(context)]))
    yield "\n\n".join(" ".join(part.split()) for part in (command.help or "").split("\n\n"))
    rows = [_row(one, context) for one in command.params if isinstance(one, click.Option)]
    if rows:
        yield table(("option", ""), rows)


def _row(option: click.Option, context: click.Context) -> tuple[str, str]:
    """Return an option as its own help tells it; a bar would end a cell of the table."""
    names, told = option.get_help_record(context) or ("", "")
    return code(names.replace("|", "/")), told
