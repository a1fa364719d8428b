"""The real API is asked only where that was said twice, and never by mistake."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from target_triplewhale.settings import Settings
from tests.live.choice import ACCOUNT, CONFIRM, KEY, SHOP, chosen
from tests.live.conftest import API

if TYPE_CHECKING:
    from collections.abc import Iterator

SECRET = "a-key-that-nobody-may-see"
ENVIRONMENT = {
    KEY: SECRET,
    SHOP: "example.myshopify.com",
    ACCOUNT: "live-test",
    CONFIRM: "example.myshopify.com",
}


def test_said_twice_it_is_the_shop_that_was_named() -> None:
    """And the address is the one that the target has."""
    shop = chosen(ENVIRONMENT, is_live=True)
    assert shop
    assert (shop.name, shop.account) == ("example.myshopify.com", "live-test")
    assert SECRET not in repr(shop)
    assert Settings.model_fields["api_url"].default == API


@pytest.mark.parametrize("environment", [{}, ENVIRONMENT])
def test_without_the_option_it_is_the_sandbox(environment: dict[str, str]) -> None:
    """A key in the environment is no wish: other tools want it there."""
    assert chosen(environment, is_live=False) is None


@pytest.mark.parametrize("name", [KEY, SHOP, ACCOUNT, CONFIRM])
@pytest.mark.parametrize("value", [None, ""])
def test_what_is_missing_is_named(name: str, value: str | None) -> None:
    """One of the two is not enough."""
    environment = {**ENVIRONMENT, name: value or ""}
    if value is None:
        del environment[name]
    with pytest.raises(ValueError, match=name) as caught:
        chosen(environment, is_live=True)
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("value", ["EXAMPLE.myshopify.com", "example.myshopify.com ", "yes", "1"])
def test_the_shop_is_confirmed_letter_for_letter(value: str) -> None:
    """A word that is set once and for all would confirm every shop."""
    with pytest.raises(ValueError, match=CONFIRM):
        chosen({**ENVIRONMENT, CONFIRM: value}, is_live=True)


@pytest.mark.parametrize("account", ["custom-msp", "live", "test", "-test", "live-test-2"])
def test_an_account_that_may_hold_real_orders_is_refused(account: str) -> None:
    """It is deleted afterwards, with all that is in it."""
    with pytest.raises(ValueError, match=ACCOUNT):
        chosen({**ENVIRONMENT, ACCOUNT: account}, is_live=True)


@contextmanager
def trap() -> Iterator[tuple[str, list[bytes]]]:
    """Stand where every request to another machine must pass, and let none through."""
    caught: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def spring() -> None:
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    caught.append(connection.recv(4096))

        thread = threading.Thread(target=spring, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}", caught
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(5)


def run(
    proxy: str, folder: Path, *options: str, **changes: str
) -> subprocess.CompletedProcess[str]:
    """Run the kit for two assumptions in a process whose way out is the trap."""
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "live"]
    command += ["--basetemp", str(folder / "base"), "--showlocals"]
    command += ["-k", "KEY-401 or EVENT-CUSTOM", *options]
    names = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
    environment = {**os.environ, **ENVIRONMENT, **changes, **dict.fromkeys(names, proxy)}
    environment |= {"NO_PROXY": "127.0.0.1", "no_proxy": "127.0.0.1"}
    return subprocess.run(
        [*command, "tests/live"],
        cwd=Path(__file__).parents[2],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_without_the_option_nothing_leaves_the_machine(tmp_path: Path) -> None:
    """Though everything else says that it may."""
    with trap() as (proxy, caught):
        done = run(proxy, tmp_path)
    assert done.returncode == 0, done.stdout
    assert "asked of the sandbox" in done.stdout
    assert caught == []


def test_of_the_sandbox_nothing_has_to_be_deleted(tmp_path: Path) -> None:
    """Who reads otherwise thinks that something was sent to Triple Whale."""
    with trap() as (proxy, _):
        done = run(proxy, tmp_path, "-k", "ORDER-SMALLEST")
    assert "2 orders were not refused, and are void now." in done.stdout
    assert "nothing to Triple Whale" in done.stdout
    assert "Delete the account" not in done.stdout


def test_said_twice_it_is_the_real_api_that_is_asked(tmp_path: Path) -> None:
    """The trap would have caught the others as well. It answers nothing, so nothing is told."""
    page = tmp_path / "page.md"
    with trap() as (proxy, caught):
        done = run(proxy, tmp_path, "--live-api", "--assumptions", str(page))
    assert done.returncode == 0, done.stdout
    assert {line.split(b"\r\n")[0] for line in caught} == {
        b"CONNECT api.triplewhale.com:443 HTTP/1.1"
    }
    assert "cannot tell  KEY-401" in done.stdout
    assert "not asked    EVENT-CUSTOM" in done.stdout
    assert "| cannot tell: no answer (20" in page.read_text()
    assert SECRET not in done.stdout + done.stderr + page.read_text()


def test_said_once_it_ends_before_it_begins(tmp_path: Path) -> None:
    """With the sentence that says what is missing."""
    with trap() as (proxy, caught):
        done = run(proxy, tmp_path, "--live-api", **{CONFIRM: ""})
    assert done.returncode == pytest.ExitCode.USAGE_ERROR
    assert f"say so a second time, with {CONFIRM}" in done.stderr
    assert "passed" not in done.stdout
    assert caught == []
