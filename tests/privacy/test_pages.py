"""What a page shows is for who looks at it; its headers and its address are not."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import requests

from tests.privacy.canaries import EMAIL, KEY, PERSON, traces
from tests.whole_runs import Runner, order, records, schema

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_triplewhale.sandbox.serve import Served

PAGES = (
    "/",
    "/records/orders_table",
    "/records/orders_table?q=canary",
    "/records/orders_table/1",
    "/requests",
    "/refusals",
    f"/sql?query=SELECT+body+FROM+orders_table+WHERE+order_id+%3D+'{EMAIL}'",
    f"/{EMAIL}",
)


@pytest.mark.parametrize("page", PAGES)
def test_no_header_of_the_sandbox_names_anybody(
    serving: Callable[..., Served], run: Runner, page: str
) -> None:
    """Proxies and consoles keep headers."""
    run.config["api_key"] = KEY
    served = serving()
    run.config["api_url"] = served.url
    held = order(1, order_id=EMAIL, customer=PERSON)
    run([schema("orders", "order_id"), *records("orders", held, {**held, "currency": "EURO"})])
    answer = requests.get(served.url.removesuffix("/api/v2") + page, timeout=30)
    assert answer.headers["content-security-policy"]
    assert traces(str(answer.headers)) == []
    assert KEY not in answer.text
