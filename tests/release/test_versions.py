"""The version comes from the tag, and where there is none to be seen the package still builds."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from importlib import metadata
from typing import TYPE_CHECKING

import pytest

from tests.release.built import DISTRIBUTION, PACKAGE, ROOT

if TYPE_CHECKING:
    from pathlib import Path

WRITER = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "commit.gpgsign=false")
UNKNOWN = "0.0.0"


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Return a folder from which this project is built, with nothing in its package."""
    folder = tmp_path / "source"
    (folder / PACKAGE.name).mkdir(parents=True)
    (folder / PACKAGE.name / "__init__.py").touch()
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def kept(source: Path) -> Path:
    """Return the same under git, with one commit."""
    git(source, "init", "--quiet")
    git(source, "add", ".")
    commit(source)
    return source


def git(folder: Path, *arguments: str) -> None:
    command = ["git", *WRITER, *arguments]
    subprocess.run(command, cwd=folder, check=True, capture_output=True)


def commit(folder: Path) -> None:
    git(folder, "commit", "--quiet", "--allow-empty", "--message", "A change")


def version(folder: Path, **environment: str) -> str:
    """Ask the build backend."""
    command = [sys.executable, "-m", "hatchling", "version"]
    env = {**os.environ, **environment}
    return subprocess.check_output(command, cwd=folder, env=env, text=True).strip()


def test_before_the_first_tag_it_is_one_of_development(kept: Path) -> None:
    """Nobody takes it for a release."""
    assert version(kept) == "0.0.1.dev1"


def test_on_a_tag_it_is_the_tags(kept: Path) -> None:
    """And nothing after it, which a registry would refuse."""
    git(kept, "tag", "v0.1.0")
    assert version(kept) == "0.1.0"


def test_after_a_tag_it_is_on_the_way_to_the_next(kept: Path) -> None:
    """It comes after the release, and before the next one."""
    git(kept, "tag", "v0.1.0")
    commit(kept)
    assert version(kept) == "0.1.1.dev1"


def test_a_change_that_is_not_committed_is_no_release(kept: Path) -> None:
    """What nobody else can build must not bear the release's name."""
    git(kept, "tag", "v0.1.0")
    (kept / "README.md").write_text("Changed\n")
    assert version(kept) == "0.1.1.dev0"


def test_a_shallow_clone_builds(kept: Path, tmp_path: Path) -> None:
    """That is what automation fetches, often without the tags."""
    git(kept, "tag", "v0.1.0")
    commit(kept)
    git(tmp_path, "clone", "--quiet", "--depth", "1", kept.as_uri(), "shallow")
    assert version(tmp_path / "shallow").startswith("0.0.1.dev")


def test_a_copy_without_git_builds(source: Path) -> None:
    """Such as an archive of the repository."""
    assert version(source) == UNKNOWN


def test_a_checkout_of_another_user_builds(kept: Path) -> None:
    """Git tells nothing of it."""
    git(kept, "tag", "v0.1.0")
    strict = {"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1", "GIT_CONFIG_GLOBAL": os.devnull}
    assert version(kept, **strict) in {UNKNOWN, "0.1.0"}


def test_a_machine_without_git_builds(kept: Path) -> None:
    """The package can be installed from its folder there too."""
    git(kept, "tag", "v0.1.0")
    assert version(kept, PATH=str(kept)) == UNKNOWN


def test_the_sdist_keeps_its_version(kept: Path, tmp_path: Path) -> None:
    """It is built from where no tag is."""
    git(kept, "tag", "v0.1.0")
    command = [sys.executable, "-m", "hatchling", "build", "--target", "sdist"]
    subprocess.run([*command, "--directory", str(tmp_path)], cwd=kept, check=True)
    shutil.unpack_archive(tmp_path / "target_triplewhale-0.1.0.tar.gz", tmp_path, filter="data")
    assert version(tmp_path / "target_triplewhale-0.1.0") == "0.1.0"


def test_the_executable_says_the_installed_version() -> None:
    """Not one that is written down a second time."""
    command = [sys.executable, "-m", PACKAGE.name, "--version"]
    said = subprocess.check_output(command, text=True)
    assert said.startswith(f"{DISTRIBUTION} v{metadata.version(DISTRIBUTION)}, ")
