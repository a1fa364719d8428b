"""What the tests of delivery share: a plain environment, a certificate, and a run."""

from __future__ import annotations

import shutil
import ssl
import subprocess
from typing import TYPE_CHECKING, Any

import pytest

from tests.delivery.running import Run, Service

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from target_triplewhale.delivery.client import Answer, NoAnswer

NAMES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "SSL_CERT_FILE", "SSL_CERT_DIR")


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Meet neither proxies nor certificates of the machine that tests run on."""
    for name in NAMES:
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture(scope="session")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of our own for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if not openssl:
        pytest.skip("no openssl to make a certificate with")
    folder = tmp_path_factory.mktemp("tls")
    names = ["-subj", "/CN=made up", "-addext", "subjectAltName=IP:127.0.0.1"]
    make = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    files = folder / "certificate.pem", folder / "key.pem"
    ours = ["-out", str(files[0]), "-keyout", str(files[1])]
    subprocess.run([*make, *ours], check=True, capture_output=True)
    return files


@pytest.fixture
def context(certificate: tuple[Path, Path]) -> ssl.SSLContext:
    """What a server that nobody knows presents itself with."""
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(*certificate)
    return made


@pytest.fixture
def trusted(certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has named the certificate, as the sentence of the halt advises."""
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))


@pytest.fixture
def begin() -> Iterator[Callable[..., Run]]:
    """Begin a run, and end it with the test."""
    runs: list[Run] = []

    def make(*answers: Answer | NoAnswer | Exception, **options: Any) -> Run:
        runs.append(Run(Service(*answers), **options))
        return runs[-1]

    yield make
    for run in runs:
        run.service.is_open = True
        run.delivery.close()
        run.bell.close()
