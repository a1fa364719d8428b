"""The files of the checkout hold together, and hold nothing of the machine they were made on."""

from __future__ import annotations

import re
import subprocess

import pytest

from tests.project.foreign import FOREIGN
from tests.project.makefile import ROOT, targets


def ci_steps() -> list[str]:
    return re.findall(r"^make (\w+)$", (ROOT / ".ci" / "run").read_text(), re.MULTILINE)


def test_every_pin_holds_hashes_and_the_file_no_address() -> None:
    """A pin without a hash takes whatever a registry hands out, an address ties it to one."""
    text = (ROOT / "constraints.txt").read_text()
    pins = text.replace("\\\n", "").splitlines()
    assert len(pins) > 50
    assert [pin for pin in pins if "==" not in pin or "--hash=sha256:" not in pin] == []
    assert "://" not in text


def test_the_build_is_pinned_too() -> None:
    """Setting up builds the package without isolation, from what constraints.txt brought."""
    text = (ROOT / "constraints.txt").read_text()
    for name in ("hatchling", "hatch-vcs", "hatch-fancy-pypi-readme", "editables", "uv"):
        assert re.search(rf"^{name}==", text, re.MULTILINE), name


def test_ci_runs_the_test_command_that_the_readme_names() -> None:
    """Who follows the README must see what CI has seen."""
    assert ci_steps()[0] == "test"
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert re.search(r"\bmake test\b", readme)
    assert re.search(r"\bmake demo\b", readme)


def test_make_check_is_what_ci_runs() -> None:
    """A check that CI alone knows is found after the push."""
    assert targets()["check"].split() == ci_steps()
    assert set(ci_steps()) <= targets().keys()


def test_every_target_of_the_makefile_is_listed() -> None:
    """`make` without a word prints the list."""
    text = (ROOT / "Makefile").read_text()
    phony = re.search(r"^\.PHONY: (.*)$", text, re.MULTILINE)
    assert phony
    assert set(re.findall(r"^([a-z-]+):.*## \S", text, re.MULTILINE)) == set(phony[1].split())


def test_no_file_names_a_machine_or_a_registry() -> None:
    """What is true on one machine only misleads on every other."""
    if not (ROOT / ".git").exists():
        pytest.skip("only a checkout knows which files belong to it")
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.check_output(command, cwd=ROOT, text=True).splitlines()
    texts = {name: (ROOT / name).read_text("utf-8", "replace") for name in names}
    assert [name for name, text in texts.items() if FOREIGN.search(text)] == []
