"""The workflows of .github ask for no more than they need, and for what is there."""

from __future__ import annotations

import os
import re
import subprocess
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from tests.project.makefile import ASKED, ROOT, targets

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PATHS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
USES = re.compile(r"^ *(?:- )?uses: (.*)$", re.MULTILINE)
PINNED = re.compile(r"((?:actions|pypa)/[a-z-]+)@([0-9a-f]{40} # v\d+\.\d+\.\d+)")
READS = {"contents": "read"}
RIGHTS = {
    "release.yml/publish": {"id-token": "write"},
    "release.yml/announce": {"contents": "write"},
    "docs.yml/deploy": {"pages": "write", "id-token": "write"},
}
"""The jobs that do something to the world outside; every other one reads the checkout."""
CHANGELOG = """
# Changelog

## [Unreleased]

### Added

- A wish.

## [1.2.3] - 2026-03-04

### Added

- A dot.

- Another.

## [1.2.2] - 2026-03-03

- Nothing.

## [1.2.1] - unreleased

- Never came.

[1.2.3]: https://example.com/compare
"""


def read(name: str) -> dict[str, Any]:
    """Return a workflow with all its values as texts, `on` included."""
    text = (ROOT / ".github" / "workflows" / name).read_text(encoding="utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 (texts only)
    return content


def jobs() -> dict[str, dict[str, Any]]:
    """Return every job by `file/name`."""
    return {
        f"{path.name}/{name}": job
        for path in PATHS
        for name, job in read(path.name)["jobs"].items()
    }


def steps(*, using: str = "", of: str = "") -> Iterator[dict[str, Any]]:
    """Yield the steps of a job, or of all, that use an action, or that use any or none."""
    for name, job in jobs().items():
        if of in ("", name):
            yield from (one for one in job["steps"] if using in one.get("uses", ""))


def commands(of: str = "") -> str:
    """Return all that the steps of a job, or of all, type."""
    return "\n".join(step["run"] for step in steps(of=of) if "run" in step)


def test_every_action_is_one_commit_with_its_version_beside_it() -> None:
    """A tag can be moved to other code; two pins of one action were not brought up to date."""
    used = [use for path in PATHS for use in USES.findall(path.read_text(encoding="utf-8"))]
    assert len(used) == len(list(steps(using="@"))) > 10
    assert [use for use in used if not PINNED.fullmatch(use)] == []
    pins = {use.partition("@")[::2] for use in used}
    assert len(pins) == len({action for action, _ in pins})


def test_a_job_may_do_what_it_needs_and_no_more() -> None:
    """What nobody has written down as needed is refused."""
    assert [read(path.name)["permissions"] for path in PATHS] == [{}] * len(PATHS)
    assert {name: job["permissions"] for name, job in jobs().items()} == {
        name: RIGHTS.get(name, READS) for name in jobs()
    }
    assert RIGHTS.keys() <= jobs().keys()


def test_no_checkout_keeps_the_token() -> None:
    """It would lie in .git, for all that the steps after it run."""
    found = [step["with"]["persist-credentials"] for step in steps(using="actions/checkout@")]
    assert found
    assert set(found) == {"false"}


def test_nothing_of_an_event_is_pasted_into_a_script() -> None:
    """A branch's name may be a command."""
    assert "$GITHUB_REF_NAME" in commands()
    assert "${{" not in commands()


def test_no_job_runs_for_ever_or_twice() -> None:
    """A job that hangs holds its place for six hours."""
    assert [name for name, job in jobs().items() if int(job["timeout-minutes"]) > 60] == []
    assert [path.name for path in PATHS if "group" not in read(path.name)["concurrency"]] == []


def test_the_tests_run_on_every_python_that_the_package_names() -> None:
    """A classifier is a promise."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [re.fullmatch(r".*:: Python :: (3\.\d+)", one) for one in project["classifiers"]]
    versions = [found[1] for found in named if found]
    assert jobs()["ci.yml/tests"]["strategy"]["matrix"]["python"] == versions
    assert project["requires-python"] == f">={versions[0]}"
    others = {step["with"]["python-version"] for step in steps(using="actions/setup-python@")}
    assert others <= {*versions, "${{ matrix.python }}"}


def test_all_that_is_typed_is_there() -> None:
    """A target that was renamed would be missed after the push, or on the day of a release."""
    assert set(ASKED.findall(commands())) <= targets().keys()
    called = re.findall(r"^\.ci/\w+", commands(), re.MULTILINE)
    assert called
    assert [one for one in called if not os.access(ROOT / one, os.X_OK)] == []


def test_a_pull_request_passes_all_that_ci_runs_and_the_demo() -> None:
    """`.ci/run` is the same without GitHub."""
    asked = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    typed = "\n".join(commands(name) for name in jobs() if name.startswith("ci.yml/"))
    wanted = re.findall(r"^(?:make|\.ci/)[ a-z-]+$", f"{asked}\nmake demo", re.MULTILINE)
    assert len(wanted) > 8
    assert set(wanted) <= set(typed.splitlines())
    assert "pull_request" in read("ci.yml")["on"]


def test_what_was_checked_is_what_is_published() -> None:
    """The job that may publish runs no code of the checkout, and takes the files of the build."""
    assert read("release.yml")["on"] == {"push": {"tags": ["v*"]}}
    build, publish = (jobs()[f"release.yml/{name}"] for name in ("build", "publish"))
    kept = next(one["with"] for one in build["steps"] if "upload-artifact" in one.get("uses", ""))
    taken, sent = publish["steps"]
    assert (publish["needs"], publish["environment"]) == ("build", "release")
    assert "make release-check" in commands("release.yml/build")
    assert "actions/download-artifact" in taken["uses"]
    assert taken["with"] == {"name": kept["name"], "path": "dist"}
    assert "pypa/gh-action-pypi-publish" in sent["uses"]
    assert sent["with"] == {"attestations": "true"}
    assert [name for name, job in jobs().items() if job.get("environment") == "release"] == [
        "release.yml/publish"
    ]


@pytest.mark.parametrize(
    ("files", "is_right"),
    [
        (["1.2.3.tar.gz", "1.2.3-py3-none-any.whl"], True),
        (["1.2.4.tar.gz", "1.2.4-py3-none-any.whl"], False),
        (["1.2.3.tar.gz"], False),
        (["1.2.3.tar.gz", "1.2.3-py3-none-any.whl", "1.2.2-py3-none-any.whl"], False),
    ],
)
def test_files_of_another_version_stop_a_release(
    tmp_path: Path, files: list[str], *, is_right: bool
) -> None:
    """A version cannot be published twice, nor taken back."""
    (tmp_path / "dist").mkdir()
    (tmp_path / "dist" / ".gitignore").touch()  # uv makes one
    for file in files:
        (tmp_path / "dist" / f"target_triplewhale-{file}").touch()
    script = next(
        one["run"] for one in steps(of="release.yml/build") if "dist/" in one.get("run", "")
    )
    environment = {"GITHUB_REF_NAME": "v1.2.3", "PATH": os.environ["PATH"]}
    command = ["bash", "-e", "-o", "pipefail", "-c", script]
    done = subprocess.run(command, cwd=tmp_path, env=environment, check=False)
    assert (done.returncode == 0) is is_right


def test_a_release_says_what_the_changelog_says_of_it(tmp_path: Path) -> None:
    """That section, without heading and links."""
    done = notes(tmp_path, "v1.2.3")
    assert done.stdout == "### Added\n\n- A dot.\n\n- Another.\n"


@pytest.mark.parametrize("tag", ["v1.2.4", "v1.2", "v1.2.1", "vUnreleased", "v"])
def test_without_its_section_there_is_no_release(tmp_path: Path, tag: str) -> None:
    """Nobody knows what is in it."""
    done = notes(tmp_path, tag)
    assert done.returncode == 1
    assert done.stdout == ""
    assert "has no section" in done.stderr


def notes(folder: Path, tag: str) -> subprocess.CompletedProcess[str]:
    """Ask for the notes of a tag."""
    changelog = folder / "CHANGELOG.md"
    changelog.write_text(CHANGELOG)
    command = [str(ROOT / ".ci" / "notes"), tag, str(changelog)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


def test_the_nightly_example_pins_what_our_own_workflows_pin() -> None:
    """Who copies it should not get an older action than we use."""
    example = ROOT / "examples/nightly/.github/workflows/nightly.yml"
    theirs = set(USES.findall(example.read_text(encoding="utf-8")))
    ours = {used for path in PATHS for used in USES.findall(path.read_text(encoding="utf-8"))}
    assert theirs
    assert theirs <= ours
