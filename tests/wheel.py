"""The package as the registry will have it."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT
from tests.docs.terminal import BIN

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout, or the published one where the package is not in it."""
    if not (ROOT / "target_triplewhale").is_dir():
        return next((ROOT / "dist").glob("*.whl"))
    folder = tmp_path_factory.mktemp("wheel")
    options = ["--quiet", "--wheel", "--no-build-isolation", "--python", sys.executable]
    subprocess.run([BIN / "uv", "build", *options, "--out-dir", folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built
