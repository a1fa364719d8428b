"""Seeing what arrived: the page, the summary and the command."""

from __future__ import annotations

import asyncio
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx
import pytest
import requests
from click.testing import CliRunner

from target_triplewhale.commands.sandbox import sandbox
from target_triplewhale.sandbox import create_app
from target_triplewhale.sandbox.summary import read_summary
from tests.sandbox.bodies import SHOP, event, order

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sandbox.conftest import Client


@pytest.fixture
def used(api: Client) -> Client:
    """Return a sandbox in which something has arrived and something was refused."""
    bad = [order(f"B-{number}", line_items=[{}] * number) for number in range(1, 4)]
    api.post("bulk-orders", {"shop": SHOP, "orders": [order(), *bad]})
    api.post("orders", order("A-2", void=True))
    api.post("orders", {"shop": SHOP, "<script>": "buyer@shop.example"})
    api.post("event", event())
    return api


def test_the_summary_counts_what_arrived(used: Client) -> None:
    """A reason is one reason, wherever in a list it came up."""
    summary = read_summary(used.db)
    counts = {item.table: (item.rows, item.voided) for item in summary.arrived}
    assert counts["orders_table"] == (2, 1)
    assert counts["pixel_custom_events_table"] == (1, 0)
    answers = {(item.path, item.status): (item.requests, item.records) for item in summary.answered}
    assert answers["/data-in/bulk-orders", "400"] == (1, 4)
    reasons = {item.reason: item.count for item in summary.reasons}
    assert reasons["line_items[].id is required"] == 6


def test_the_summary_fits_72_columns_and_shows_no_value(used: Client) -> None:
    """It is read in a terminal, and may be shown to anyone."""
    result = CliRunner().invoke(sandbox, ["--db", str(used.db), "--summary"])
    assert result.exit_code == 0
    assert "orders_table" in result.output
    assert "400 /data-in/bulk-orders" in result.output
    assert max(map(len, result.output.splitlines())) <= 72
    assert "buyer@" not in result.output


def test_a_summary_needs_no_web_server(used: Client) -> None:
    """The extra may be missing where only the file is looked at."""
    code = (
        "import sys; sys.modules.update(starlette=None, uvicorn=None, jinja2=None)\n"
        "from target_triplewhale.commands.sandbox import sandbox\nsandbox()"
    )
    command = [sys.executable, "-c", code, "--db", str(used.db)]
    shown = subprocess.run([*command, "--summary"], capture_output=True, text=True, check=False)
    assert (shown.returncode, "orders_table" in shown.stdout) == (0, True)
    served = subprocess.run(command, capture_output=True, text=True, check=False)
    assert served.returncode == 2
    assert "pip install 'target-triplewhale[sandbox]'" in served.stderr
    assert "Traceback" not in served.stderr


def test_a_summary_of_nothing_is_a_sentence(tmp_path: Path) -> None:
    """Asking before the first run is no failure of the tool, and makes no file."""
    result = CliRunner().invoke(sandbox, ["--db", str(tmp_path / "x.db"), "--summary"])
    assert (result.exit_code, "x.db" in result.output) == (1, True)
    assert not (tmp_path / "x.db").exists()


def test_the_page_shows_what_arrived(used: Client) -> None:
    """What a sender has written is text there and never markup."""
    answer = requests.get(used.served.url.removesuffix("/api/v2"), timeout=5)
    assert answer.headers["content-type"].startswith("text/html")
    assert "pixel_custom_events_table" in answer.text
    assert "line_items[].id is required" in answer.text
    assert "<script>" not in answer.text
    assert "&lt;script&gt;" in answer.text
    assert "buyer@" not in answer.text


async def _post_embedded(db: Path) -> httpx.Response:
    transport = httpx.ASGITransport(app=create_app(db))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox/api/v2") as client:
        return await client.post("/data-in/orders", json=order())


def test_the_app_works_embedded_without_a_port(db: Path) -> None:
    """The transport runs no lifespan, so the file must be there without one."""
    assert asyncio.run(_post_embedded(db)).json()["message"] == "Order received"
    assert read_summary(db).arrived[0].rows == 1


def test_the_command_serves_on_a_free_port_and_says_where(tmp_path: Path) -> None:
    """The line is printed when the port takes connections; a signal ends it without noise."""
    # A job in the background of a shell ignores SIGINT, and so would what it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    db = tmp_path / "served.db"
    command = [
        sys.executable,
        "-c",
        "from target_triplewhale.commands.sandbox import sandbox; sandbox()",
        *("--port", "0", "--db", str(db)),
    ]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        url = process.stderr.readline().strip()
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/api/v2", url)
        assert requests.post(f"{url}/data-in/orders", json=order(), timeout=5).ok
        process.send_signal(signal.SIGINT)
        assert process.wait(10) == 130
        assert process.stderr.read() == ""
    assert read_summary(db).arrived[0].rows == 1


@pytest.mark.parametrize("option", ["--faults", "--keys"])
def test_a_wrong_file_is_wrong_usage(option: str, tmp_path: Path) -> None:
    """It is said before anything is served."""
    path = tmp_path / "script.json"
    path.write_text("3", encoding="utf-8")
    db = str(tmp_path / "x.db")
    result = CliRunner().invoke(sandbox, ["--port", "0", "--db", db, option, str(path)])
    assert (result.exit_code, "script.json" in result.output) == (2, True)


def test_a_port_in_use_is_a_sentence(api: Client, tmp_path: Path) -> None:
    """A second sandbox on the same port is an everyday mistake."""
    arguments = ["--port", str(api.served.port), "--db", str(tmp_path / "x.db")]
    result = CliRunner().invoke(sandbox, arguments)
    assert (result.exit_code, "Address already in use" in result.output) == (1, True)


@pytest.mark.parametrize("db", ["", "notes.txt", "notes.txt/sandbox.db"])
def test_a_file_that_cannot_be_the_database_is_named(db: str, tmp_path: Path) -> None:
    """Under the code of files: that of addresses would lead to the port."""
    (tmp_path / "notes.txt").write_text("no database", encoding="utf-8")
    done = CliRunner().invoke(sandbox, ["--db", str(tmp_path / db), "--port", "0"])
    assert done.exit_code == 1
    assert f"{tmp_path / db} cannot be used" in done.output
    assert "[TW-SANDBOX-FILE]" in done.output


@pytest.mark.parametrize("host", ["nowhere.invalid", "x" * 70])
def test_an_address_that_cannot_be_served_is_a_sentence(host: str, tmp_path: Path) -> None:
    """Under the code of addresses."""
    done = CliRunner().invoke(sandbox, ["--db", str(tmp_path / "x.db"), "--host", host])
    assert done.exit_code == 1
    assert "Error: cannot serve: " in done.output
    assert "[TW-SANDBOX-UNSERVED]" in done.output
