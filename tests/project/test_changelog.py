"""CHANGELOG.md keeps the form of Keep a Changelog, so that people and programs find a version."""

from __future__ import annotations

import re
import tomllib
from datetime import date
from pathlib import Path

from packaging.version import Version

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
SECTIONS = re.findall(r"^## (.*)\n((?:(?!## |\[).*\n)*)", TEXT, re.MULTILINE)
LINKS = dict(re.findall(r"^\[(.+?)\]: (\S+)$", TEXT, re.MULTILINE))
RELEASE = re.compile(r"\[(\d+\.\d+\.\d+)\] - (\d{4}-\d{2}-\d{2})(?: \[YANKED\])?")
KINDS = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")


def releases() -> list[tuple[str, str]]:
    """Return versions and days, as they stand there; the form of every other heading fails."""
    found = [RELEASE.fullmatch(title) for title, _ in SECTIONS[1:]]
    assert all(found), SECTIONS
    return [(one[1], one[2]) for one in found if one]


def test_what_is_not_released_comes_first() -> None:
    """Who adds a line finds its place."""
    assert TEXT.startswith("# Changelog\n")
    assert SECTIONS[0][0] == "[Unreleased]"


def test_versions_come_newest_first_each_with_its_day() -> None:
    """And none twice."""
    versions = [Version(version) for version, _ in releases()]
    assert versions == sorted(set(versions), reverse=True)
    days = [date.fromisoformat(day) for _, day in releases()]
    assert days == sorted(days, reverse=True)


def test_changes_stand_under_their_kind() -> None:
    """Six kinds, in one order, none of them empty."""
    for title, body in SECTIONS:
        before, *parts = re.split(r"^### ", body, flags=re.MULTILINE)
        assert not before.strip(), title
        kinds = [part.partition("\n")[0] for part in parts]
        assert kinds == [kind for kind in KINDS if kind in kinds], title
        for part in parts:
            lines = part.partition("\n")[2].strip().splitlines()
            assert lines, part
            assert [line for line in lines if not line.startswith(("- ", "  "))] == [], title


def test_each_version_has_its_link() -> None:
    """It shows all that has changed; the first one has nothing to be compared with."""
    urls = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["urls"]
    versions = [version for version, _ in releases()]
    ends = ["HEAD", *(f"v{version}" for version in versions)]
    wanted = {
        name: f"{urls['Repository']}/compare/{before}...{end}"
        for name, end, before in zip(["Unreleased", *versions], ends, ends[1:], strict=False)
    }
    oldest = f"releases/tag/{ends[-1]}" if versions else "commits/main"
    wanted[versions[-1] if versions else "Unreleased"] = f"{urls['Repository']}/{oldest}"
    assert wanted == LINKS
