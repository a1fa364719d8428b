"""What the package says of itself, and the page that a registry makes of it."""

from __future__ import annotations

import tomllib
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

from packaging.metadata import Metadata
from packaging.requirements import Requirement
from packaging.version import Version
from readme_renderer import markdown

from tests.release.built import DISTRIBUTION, ROOT, git

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.release.built import Built

TAG = "py3-none-any"
ANCHOR = "#user-content-"


def project() -> dict[str, Any]:
    """Return what pyproject.toml says of the package."""
    found: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    return found


def metadata(built: Built) -> Iterator[str]:
    """What pyproject.toml says has reached the wheel, in a form that registries take."""
    said = Metadata.from_email(built.in_wheel()[f"{built.information}/METADATA"], validate=True)
    wanted = project()
    pairs: dict[str, tuple[object, object]] = {
        "name": (said.name, DISTRIBUTION),
        "summary": (said.summary, wanted["description"]),
        "version": (str(said.version), built.version),
        "Python": (str(said.requires_python), wanted["requires-python"]),
        "licence": (said.license_expression, wanted["license"]),
        "licence's file": (said.license_files, wanted["license-files"]),
        "extras": (set(said.provides_extra or ()), set(wanted["optional-dependencies"])),
        "classifiers": (said.classifiers, wanted["classifiers"]),
        "links": (said.project_urls, wanted["urls"]),
        "requirements": (set(said.requires_dist or ()), set(_requirements(wanted))),
    }
    yield from (f"{name}: {one}, not {two}" for name, (one, two) in pairs.items() if one != two)
    yield from _form(built)


def _requirements(wanted: dict[str, Any]) -> Iterator[Requirement]:
    yield from map(Requirement, wanted["dependencies"])
    for extra, found in wanted["optional-dependencies"].items():
        yield from (Requirement(f"{one}; extra == '{extra}'") for one in found)


def _form(built: Built) -> Iterator[str]:
    files = built.in_wheel()
    if f"Tag: {TAG}" not in files[f"{built.information}/WHEEL"].decode().splitlines():
        yield f"the wheel is not for every Python 3 ({TAG})"
    script = f"{DISTRIBUTION} = {project()['scripts'][DISTRIBUTION]}"
    if script not in files[f"{built.information}/entry_points.txt"].decode().splitlines():
        yield f"the executable is not {script}"


def version(built: Built) -> Iterator[str]:
    """The version is the tag's; between tags it is one of development."""
    is_changed = bool(git("status", "--porcelain", "--untracked-files=no"))
    tag = "" if is_changed else git("tag", "--points-at", "HEAD", "--list", "v*").strip()
    if tag and tag != f"v{built.version}":
        yield f"the tag is {tag}, the version {built.version}"
    if not tag and not Version(built.version).is_devrelease:
        yield f"there is no tag on this commit, and the version is {built.version}"
    if Version(built.version).local:
        yield f"{built.version} holds what no registry takes"


def changelog(built: Built) -> Iterator[str]:
    """A release has a section of its own, and leaves none of its changes unreleased."""
    if Version(built.version).is_devrelease:
        return
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    if f"\n## [{built.version}] - " not in text:
        yield f"CHANGELOG.md has no section [{built.version}]"
    if "\n- " in text.partition("## [Unreleased]")[2].partition("\n## ")[0]:
        yield "CHANGELOG.md still has changes under [Unreleased]"


def page(built: Built) -> Iterator[str]:
    """The README renders, and each of its links leads somewhere from a registry's page too."""
    said = built.metadata()
    if said["Description-Content-Type"] != "text/markdown":
        yield f"the page is {said['Description-Content-Type']}"
    rendered = markdown.render(str(said.get_payload(decode=False)))
    if rendered is None:
        yield "the README does not render"
        return
    links = Links()
    links.feed(rendered)
    if not links.found:
        yield "no link is left on the page"
    files = built.in_sdist()
    for link in links.found:
        yield from _dead(link, built.version, files)


def _dead(link: str, version: str, files: dict[str, bytes]) -> Iterator[str]:
    """Tell of a link that is not whole, or that names a file which the tag will not hold."""
    if not link.startswith("https://"):
        yield f"a link that works in the checkout only: {link}"
    for way in ("blob", "raw"):
        before, is_ours, rest = link.partition(f"/{way}/v{version}/")
        path = rest.partition("#")[0].rstrip("/")
        if is_ours and before != project()["urls"]["Repository"]:
            yield f"a link into another repository: {link}"
        if is_ours and not any(name == path or name.startswith(f"{path}/") for name in files):
            yield f"a link to a file that does not exist: {link}"


class Links(HTMLParser):
    """Collects where a page's links and pictures point to."""

    def __init__(self) -> None:
        """Begin with none."""
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take what a tag points to; the renderer's own anchors at headings aside."""
        del tag
        found = [value or "" for name, value in attrs if name in {"href", "src"}]
        self.found += [link for link in found if not link.startswith(ANCHOR)]
