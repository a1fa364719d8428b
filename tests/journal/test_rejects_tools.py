"""`rejects summary` and `rejects show`: what a run has rejected, without reading JSON Lines."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

NO = {"success": False, "message": "ann@example.com is not allowed"}


def rejected(run: Runner) -> str:
    """Leave a rejects file behind: seven orders without currency, and one with a bad total."""
    bad = [order(number, currency=None) for number in range(7)]
    run([schema("orders"), *records("orders", order(8, order_revenue="n/a"), *bad, order(9))])
    (path,) = run.folder.glob("rejects/*.jsonl")
    return str(path)


def test_the_summary_ranks_the_reasons(run: Runner) -> None:
    """With examples to look up, and what is wrong with them."""
    done = run.execute(["rejects", "summary", rejected(run)], b"")
    assert done.code == 0
    lines = [line for line in done.out.splitlines() if line.startswith("orders:orders")]
    assert [line.split() for line in lines] == [
        ["orders:orders", "TW-ORDERS-CURRENCY-MISSING", "7"],
        ["orders:orders", "TW-ORDERS-ORDER_REVENUE-UNREADABLE", "1"],
    ]
    assert "8 rejected rows" in done.out
    assert "A-0, A-1, A-2, A-3, A-4, and 2 more" in done.out
    assert "setting `currency`" in done.out


def test_the_summary_shows_nobodys_address(run: Runner, serving: Callable[..., Served]) -> None:
    """An id may be an address, and so may what the API says."""
    fault = {"path": "/data-in/customers", "status": 422, "body": NO}
    run.config["api_url"] = serving(faults=[fault]).url
    run([schema("customers"), *records("customers", {"customer_id": "bob@example.com"})])
    (path,) = run.folder.glob("rejects/*.jsonl")
    done = run.execute(["rejects", "summary", str(path)], b"")
    assert done.code == 0
    assert "is not allowed" in done.out
    assert "@example.com" not in done.out


def test_one_record_is_shown_in_full(run: Runner) -> None:
    """As it was read: it is the user's own."""
    path = rejected(run)
    done = run.execute(["rejects", "show", path, "2"], b"")
    assert done.code == 0
    head, *_ = done.out.splitlines()
    assert "TW-ORDERS-CURRENCY-MISSING" in head
    assert json.loads(done.out[done.out.index("\n{") :]) == order(0, currency=None)


def test_what_cannot_be_shown_is_said(run: Runner, tmp_path: Path) -> None:
    """A number too high, no rejects file, no file at all."""
    path = rejected(run)
    (tmp_path / "other.jsonl").write_text('{"type": "RECORD", "stream": "orders"}\n')
    for arguments, told in [
        (["show", path, "9"], "has no row 9"),
        (["summary", "other.jsonl"], "no line of a rejects file"),
        (["show", "none.jsonl"], "No such file"),
    ]:
        done = run.execute(["rejects", *arguments], b"")
        assert done.code == 2
        assert told in done.log


def test_a_torn_last_line_is_passed_over(run: Runner) -> None:
    """A killed run may leave one; STATE is behind it."""
    path = rejected(run)
    with Path(path).open("ab") as file:
        file.write(b'{"type": "RECORD", "stream": "ord')
    done = run.execute(["rejects", "summary", path], b"")
    assert done.code == 0
    assert "8 rejected rows" in done.out
