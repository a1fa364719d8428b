"""The package as the registry will have it."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.docs.pages import ROOT
from tests.docs.terminal import BIN

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the wheel of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = f"{BIN}/uv build --quiet --wheel --no-build-isolation --out-dir"
    subprocess.run([*command.split(), folder], cwd=ROOT, check=True)
    (built,) = folder.glob("*.whl")
    return built
