"""Commands that prose names: whether the executable, Meltano's commands and `make` have them."""

from __future__ import annotations

import re
import shlex
from functools import cache
from typing import TYPE_CHECKING

import click
import yaml

from target_triplewhale.__main__ import main
from target_triplewhale.configuration import config_jsonschema
from tests.docs.pages import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.docs.pages import Page

SPAN = re.compile(r"`([^`]+)`")
CALL = re.compile(
    r"(?:^|[\s/])(?:meltano invoke target-triplewhale(?::(?P<command>[\w-]+))?"
    r"|(?<!add )target-triplewhale)"
    r"(?: (?P<rest>[^|<>&;]*))?(?:[|<>&;]|$)"
)
MAKE = re.compile(r"^make (?P<target>[\w-]+)")
VARIABLE = re.compile(r"\bTARGET_TRIPLEWHALE_([A-Z_]+)\b")


def problems(page: Page) -> Iterator[str]:
    """Yield what a page's prose says of commands and variables that there are none of."""
    for number, line in page.prose:
        for span in SPAN.findall(line):
            for problem in _of_span(span):
                yield f"{page}:{number}: `{span}`: {problem}"


def _of_span(span: str) -> Iterator[str]:
    if call := CALL.search(span):
        try:
            _check_call(call["command"], call["rest"] or "")
        except (click.UsageError, KeyError) as error:
            yield str(error)
    if (made := MAKE.search(span)) and made["target"] not in make_targets():
        yield "no such target"
    for name in VARIABLE.findall(span):
        if name.lower() not in config_jsonschema()["properties"]:
            yield f"no setting {name.lower()}"


def _check_call(command: str | None, rest: str) -> None:
    words = rest.replace("...", "")
    if command is not None:
        if command not in invoked():
            raise click.UsageError(f"meltano.yml has no command {command}")
        words = f"{invoked()[command]} {words}"
    check_words(words)


def check_words(words: str) -> None:
    """Raise UsageError where the executable has no such command or option."""
    command: click.Command = main
    rest = shlex.split(words)
    while True:
        context = click.Context(command)
        _, rest, _ = command.make_parser(context).parse_args(rest)
        if not isinstance(command, click.Group) or not rest:
            break
        word, *rest = rest
        found = command.get_command(context, word)
        if found is None:
            raise click.UsageError(f"no command {word}")
        command = found
    if rest:
        raise click.UsageError(f"takes no {' '.join(rest)}")


@cache
def invoked() -> dict[str, str]:
    """Return what Meltano's commands of this checkout's project stand for, by name."""
    project = yaml.safe_load((ROOT / "meltano.yml").read_text(encoding="utf-8"))
    commands = project["plugins"]["loaders"][0]["commands"]
    return {name: command["args"] for name, command in commands.items()}


@cache
def make_targets() -> frozenset[str]:
    """Return the targets of the Makefile."""
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    return frozenset(re.findall(r"^([a-z][\w-]*):", text, re.MULTILINE))
