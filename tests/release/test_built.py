"""What is built of this checkout could be published."""

from __future__ import annotations

import re
import zipfile
from typing import TYPE_CHECKING

import pytest

from tests.release import contents, metadata
from tests.release.__main__ import steps
from tests.release.built import PACKAGE, ROOT, Built, build

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

if not PACKAGE.is_dir() or not (ROOT / ".git").exists():
    pytest.skip("only a checkout can be built and compared", allow_module_level=True)

RELEASING = ROOT / "docs" / "releasing.md"
CHECKS = (
    contents.wheel,
    contents.sdist,
    metadata.metadata,
    metadata.version,
    metadata.changelog,
    metadata.page,
)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """Build once."""
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_is_built_holds(built: Built, check: Callable[[Built], Iterator[str]]) -> None:
    """What fails here would be found by the release, after the tag."""
    assert list(check(built)) == []


def test_each_step_is_explained(built: Built, tmp_path: Path) -> None:
    """Who sees one fail finds what it wants."""
    rows = re.findall(r"^\| (.+?) \| ", RELEASING.read_text(encoding="utf-8"), re.MULTILINE)
    assert rows[1:] == [name for name, _ in steps(built, tmp_path, quick=False)]


def test_what_does_not_belong_is_told(built: Built, tmp_path: Path) -> None:
    """A check that complains of nothing would pass for ever."""
    changed = Built(tmp_path / built.wheel.name, built.sdist)
    with zipfile.ZipFile(changed.wheel, "w") as wheel:
        for name, data in built.in_wheel().items():
            if not name.endswith("py.typed"):
                wheel.writestr(name, data)
        wheel.writestr("tests/test_it.py", "print('/' 'home/me')")
    assert list(contents.wheel(changed)) == [
        "does not belong: tests/test_it.py",
        "missing: target_triplewhale/py.typed",
        "missing: target_triplewhale/py.typed",
    ]
