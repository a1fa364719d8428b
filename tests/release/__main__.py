"""`python -m tests.release`: build what would be published, and look at all of it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from tests.release import contents, installed, metadata, suite
from tests.release.built import ROOT, build
from tests.release.environments import Environment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from tests.release.built import Built

DIST = ROOT / "dist"


@click.command()
@click.option("--quick", is_flag=True, help="Leave out the two runs of the whole test suite.")
def main(*, quick: bool) -> None:
    """Build wheel and sdist into dist/, once, and check what must hold before they are published.

    Ends with 1 where something does not hold.
    """
    shutil.rmtree(DIST, ignore_errors=True)
    built = build(ROOT, DIST)
    click.echo(f"{built.wheel.name}, {built.sdist.name}")
    with tempfile.TemporaryDirectory() as folder:
        has_failed = [
            _has_failed(name, step) for name, step in steps(built, Path(folder), quick=quick)
        ]
    click.echo(f"{sum(has_failed)} of {len(has_failed)} failed")
    sys.exit(any(has_failed))


def steps(
    built: Built, folder: Path, *, quick: bool
) -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    """Yield each step with its name; docs/releasing.md explains them."""
    yield "the checkout is clean", contents.clean
    yield "the version is the tag's", lambda: metadata.version(built)
    yield "the changelog", lambda: metadata.changelog(built)
    yield "the wheel's files", lambda: contents.wheel(built)
    yield "the sdist's files", lambda: contents.sdist(built)
    yield "metadata", lambda: metadata.metadata(built)
    yield "the page of a registry", lambda: metadata.page(built)
    yield "the same wheel without the sdist", lambda: contents.same_wheel(built, folder / "direct")
    yield "the same bytes when built again", lambda: contents.reproducible(built, folder)
    yield from _steps_installed(built, folder)
    if not quick:
        pinned, oldest = Environment(folder / "pinned"), Environment(folder / "oldest")
        yield "all tests", lambda: suite.pinned(built, pinned, _made(folder / "a"))
        yield "all tests, oldest versions", lambda: suite.oldest(built, oldest, _made(folder / "b"))


def _steps_installed(
    built: Built, folder: Path
) -> Iterator[tuple[str, Callable[[], Iterable[str]]]]:
    environment = Environment(folder / "runtime")

    def installs() -> Iterator[str]:
        environment.install(str(built.wheel))
        yield from installed.extras_left_out(environment, folder)

    yield "it installs, without extras", installs
    yield "a run, and its version", lambda: installed.run(built, environment, folder)
    yield "missing extras are named", lambda: installed.missing_extras(environment, folder)
    yield "python -m, pipx, uvx", lambda: installed.callers(built, environment, folder)


def _made(folder: Path) -> Path:
    folder.mkdir()
    return folder


def _has_failed(name: str, step: Callable[[], Iterable[str]]) -> bool:
    """Take a step, and print a line of it, with what does not hold below."""
    started = time.monotonic()
    try:
        found = list(step())
    except subprocess.CalledProcessError as error:
        found = [f"{error}\n{error.stdout or ''}{error.stderr or ''}"]
    seconds = time.monotonic() - started
    click.echo(f"{'failed' if found else 'ok':7} {name} ({seconds:.1f} s)")
    for one in found:
        click.echo(f"        {one}")
    return bool(found)


if __name__ == "__main__":
    main()
