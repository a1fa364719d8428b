"""What the wheel and the sdist hold: exactly the files of the checkout that belong there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.project.foreign import FOREIGN
from tests.release.built import NAME, ROOT, build, build_wheel, git

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tests.release.built import Built

TOLD = ("METADATA", "WHEEL", "RECORD", "entry_points.txt", "licenses/LICENSE")
NEEDED = ("py.typed", "journal/report/schema.json", "presets/stripe.yml")
"""Some of each kind, so that a rule that finds no file at all is noticed."""


def checkout() -> dict[str, bytes]:
    """Return the files that git knows, and new ones that it would take."""
    names = git("ls-files", "--cached", "--others", "--exclude-standard").splitlines()
    return {name: (ROOT / name).read_bytes() for name in names if (ROOT / name).is_file()}


def wheel(built: Built) -> Iterator[str]:
    """The package and nothing beside it: no tests, no page, no cache."""
    told = {f"{built.information}/{name}" for name in TOLD}
    found = built.in_wheel()
    yield from (f"missing: {name}" for name in sorted(told - found.keys()))
    ours = {name: data for name, data in checkout().items() if name.startswith(f"{NAME}/")}
    inside = {name: data for name, data in found.items() if name not in told}
    yield from _differences(inside, ours)
    needed = [f"{NAME}/{name}" for name in NEEDED]
    yield from (f"missing: {name}" for name in needed if name not in inside)
    yield from _of_a_machine(found)


def sdist(built: Built) -> Iterator[str]:
    """All that git keeps, so that who has it can build, test and read."""
    found = built.in_sdist()
    if not found.pop("PKG-INFO", b""):
        yield "missing: PKG-INFO"
    yield from _differences(found, checkout())
    yield from _of_a_machine(found)


def same_wheel(built: Built, folder: Path) -> Iterator[str]:
    """The sdist loses nothing: the checkout gives the wheel that was built from it."""
    direct = build_wheel(ROOT, folder)
    if direct.name != built.wheel.name or direct.read_bytes() != built.wheel.read_bytes():
        yield f"from the checkout comes another wheel, {direct.name}"


def clean() -> Iterator[str]:
    """Nothing goes into a release that git does not keep."""
    yield from (f"not committed: {line}" for line in git("status", "--porcelain").splitlines())


def reproducible(built: Built, folder: Path) -> Iterator[str]:
    """Who builds the same commit, in another folder under other rights, gets the same bytes."""
    clone = folder / "clone"
    git("clone", "--quiet", str(ROOT), str(clone), umask=0o077)
    again = build(clone, folder / "again")
    for first, second in ((built.wheel, again.wheel), (built.sdist, again.sdist)):
        if first.name != second.name or first.read_bytes() != second.read_bytes():
            yield f"built again, {first.name} is another file"


def _differences(found: Mapping[str, bytes], wanted: Mapping[str, bytes]) -> Iterator[str]:
    yield from (f"does not belong: {name}" for name in sorted(found.keys() - wanted.keys()))
    yield from (f"missing: {name}" for name in sorted(wanted.keys() - found.keys()))
    common = sorted(found.keys() & wanted.keys())
    yield from (f"changed: {name}" for name in common if found[name] != wanted[name])


def _of_a_machine(files: Mapping[str, bytes]) -> Iterator[str]:
    texts = {name: data.decode(errors="replace") for name, data in files.items()}
    yield from (f"names a machine: {name}" for name, text in texts.items() if FOREIGN.search(text))
