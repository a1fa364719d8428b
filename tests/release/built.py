"""The wheel and the sdist of a checkout."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from email.parser import BytesParser
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from email.message import Message

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "target_triplewhale"
NAME = "target_triplewhale"
DISTRIBUTION = "target-triplewhale"


@dataclass(frozen=True)
class Built:
    """Both files, and what is in them."""

    wheel: Path
    sdist: Path

    @property
    def version(self) -> str:
        """Return the version that the wheel's name says."""
        return self.wheel.name.split("-")[1]

    @property
    def information(self) -> str:
        """Return the name of the wheel's folder of metadata."""
        return f"{NAME}-{self.version}.dist-info"

    def in_wheel(self) -> dict[str, bytes]:
        """Return the wheel's files."""
        with zipfile.ZipFile(self.wheel) as wheel:
            return {name: wheel.read(name) for name in wheel.namelist()}

    def in_sdist(self) -> dict[str, bytes]:
        """Return the sdist's files, without the folder in which they all lie."""
        with tarfile.open(self.sdist) as sdist:
            files = {member.name: sdist.extractfile(member) for member in sdist.getmembers()}
            top = f"{NAME}-{self.version}/"
            return {name.removeprefix(top): file.read() for name, file in files.items() if file}

    def unpacked(self, folder: Path) -> Path:
        """Unpack the sdist, and return where it lies."""
        with tarfile.open(self.sdist) as sdist:
            sdist.extractall(folder, filter="data")
        return folder / f"{NAME}-{self.version}"

    def metadata(self) -> Message:
        """Return what the wheel says of itself."""
        return BytesParser().parsebytes(self.in_wheel()[f"{self.information}/METADATA"])


def build(source: Path, folder: Path) -> Built:
    """Build the sdist, and from it the wheel."""
    _build(source=source, folder=folder)
    return Built(next(folder.glob("*.whl")), next(folder.glob("*.tar.gz")))


def build_wheel(source: Path, folder: Path) -> Path:
    """Build the wheel from a folder."""
    _build("--wheel", source=source, folder=folder)
    return next(folder.glob("*.whl"))


def git(*arguments: str, umask: int = -1) -> str:
    """Ask git about the checkout."""
    command = ["git", *arguments]
    done = subprocess.run(
        command, cwd=ROOT, check=True, capture_output=True, text=True, umask=umask
    )
    return done.stdout


def _build(*kinds: str, source: Path, folder: Path) -> None:
    command = [sys.executable, "-m", "uv", "build", "--quiet", "--no-build-isolation"]
    given = ["--python", sys.executable, "--out-dir", str(folder), *kinds, str(source)]
    subprocess.run([*command, *given], check=True, capture_output=True, text=True)
