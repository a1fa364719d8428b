"""All tests, from the sdist, of the package that is installed."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

from tests.release.built import NAME, ROOT
from tests.release.environments import lowest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.release.built import Built
    from tests.release.environments import Environment

ALL = ("-m", "pytest", "--quiet", *["-n", "4", "--dist", "loadfile", "--no-loadscope-reorder"])
LAST = 60
"""How many lines of a failing suite are shown."""


def pinned(built: Built, environment: Environment, folder: Path) -> Iterator[str]:
    """They pass with the versions of constraints.txt."""
    source = _without_package(built, folder)
    pins = str(source / "constraints.txt")
    environment.install("--require-hashes", "--requirement", pins)
    yield from _suite(built, environment, source)


def oldest(built: Built, environment: Environment, folder: Path) -> Iterator[str]:
    """They pass with the oldest versions that the package says it works with."""
    source = _without_package(built, folder)
    environment.install("--requirement", str(lowest(folder, source)))
    yield from _suite(built, environment, source)


def _without_package(built: Built, folder: Path) -> Path:
    """Unpack the sdist, and put the wheel into its `dist/` in the place of the package."""
    source = built.unpacked(folder)
    shutil.rmtree(source / NAME)
    (source / "dist").mkdir()
    shutil.copy(built.wheel, source / "dist")
    if (shared := ROOT.parent / "shared").is_dir():
        (folder / "shared").symlink_to(shared.resolve())
    return source


def _suite(built: Built, environment: Environment, source: Path) -> Iterator[str]:
    environment.install("--no-deps", str(built.wheel))
    # The folder comes first on the path here as it does under pytest.
    place = environment.run(
        "python", "-c", f"import {NAME}; print({NAME}.__file__)", folder=source
    ).stdout
    if not place.startswith(str(environment.folder)):
        yield f"the tests would see another package: {place}"
        return
    done = environment.run("python", *ALL, folder=source)
    if done.returncode:
        yield "\n".join((done.stdout + done.stderr).splitlines()[-LAST:])
