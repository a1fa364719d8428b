"""The published answers to what goes wrong, and to who may do what."""

from __future__ import annotations

import json
import socket
from contextlib import closing
from typing import TYPE_CHECKING, Any

import pytest

from target_triplewhale.sandbox import Keys
from target_triplewhale.sandbox.serve import listen
from tests.sandbox.bodies import SHOP, ad, event, order

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sandbox.conftest import Client

KEYS = {
    "full": {},
    "orders-only": {"scopes": ["Orders: Write"], "shops": [SHOP]},
    "old": {"revoked": True},
}


@pytest.fixture
def guarded(start: Callable[..., Client], tmp_path: Path) -> Client:
    """Return a sandbox that knows three keys."""
    path = tmp_path / "keys.json"
    path.write_text(json.dumps(KEYS), encoding="utf-8")
    return start(keys=Keys.load(path))


def test_a_bulk_request_keeps_the_valid_orders_and_names_the_others(api: Client) -> None:
    """A 400 in bulk is a partial success; an order without an id has none in the errors."""
    nameless = order(taxes=-1)
    del nameless["order_id"]
    orders = [order("A-1"), order("A-2", order_revenue=-1), nameless, "text", order("A-5")]
    answer = api.post("bulk-orders", {"shop": SHOP, "orders": orders})
    assert answer.status_code == 400
    assert answer.json() == {
        "success": False,
        "message": "Validation errors",
        "errors": [
            {"order_id": "A-2", "error": "order_revenue must be non-negative"},
            {"order_id": None, "error": "order_id is required; taxes must be non-negative"},
            {"order_id": None, "error": "body must be an object"},
        ],
    }
    assert api.rows("SELECT order_id FROM orders_table ORDER BY 1") == [("A-1",), ("A-5",)]
    assert api.rows("SELECT records, status FROM requests") == [(5, 400)]


@pytest.mark.parametrize("count", [0, 1001])
def test_a_bulk_request_holds_1_to_1000_orders(count: int, api: Client) -> None:
    """Outside that range nothing is kept."""
    answer = api.post("bulk-orders", {"shop": SHOP, "orders": [order()] * count})
    assert (answer.status_code, "errors" in answer.json()) == (400, False)
    assert "orders must hold 1 to 1000 orders" in answer.json()["message"]
    assert api.rows("SELECT count(*) FROM orders_table") == [(0,)]


def test_a_bulk_request_needs_a_shop_and_nothing_unknown(api: Client) -> None:
    """What is wrong around the orders refuses them all."""
    message = api.post("bulk-orders", {"orders": [order()], "note": 1}).json()["message"]
    assert "shop is required" in message
    assert "note is not a field of the contract" in message


def test_a_survey_waits_for_its_order(api: Client) -> None:
    """404 means: not known yet, from whatever platform of that shop."""
    survey = {"shop": SHOP, "order_id": "A-1", "response": "a friend"}
    api.post("orders", order(shop="other.example"))
    answer = api.post("pps", survey)
    assert (answer.status_code, answer.json()["message"]) == (404, "Order not found")
    api.post("orders", order(platform="magento"))
    answer = api.post("pps", survey)
    assert (answer.status_code, answer.json()["message"]) == (200, "pps received")
    assert api.rows("SELECT count(*) FROM post_purchase_survey_table") == [(1,)]


def test_an_event_may_have_3072_bytes_as_sent(api: Client) -> None:
    """The bytes of the body count, blanks and all, not the characters of its values."""
    compact = json.dumps(event(source="é"), ensure_ascii=False).encode()
    fits = compact + b" " * (3072 - len(compact))
    assert api.post("event", data=fits).status_code == 200
    answer = api.post("event", data=fits + b" ")
    assert (answer.status_code, answer.json()["message"]) == (413, "Payload too large")


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"{'shop': 1}", b'{"shop": NaN}', b'{"a": "\xff"}', b"[" * 99_999]
)
def test_a_body_that_is_no_json_is_a_400(raw: bytes, api: Client) -> None:
    """It is the client's mistake, and no traceback."""
    assert api.post("orders", data=raw).status_code == 400


def test_an_unknown_path_is_a_404_and_a_wrong_method_a_405(api: Client) -> None:
    """A wrong base URL must look wrong."""
    assert api.post("order", order()).json() == {"success": False, "message": "Not found"}
    assert api.post("orders/", order()).status_code == 404
    assert api.get("/data-in/orders").status_code == 405
    assert api.get("/users/api-keys").status_code == 404


def test_without_keys_the_sandbox_is_open(api: Client) -> None:
    """Embedded it needs no key at all."""
    assert api.post("orders", order(), key="").status_code == 200


@pytest.mark.parametrize("key", ["", "unknown", "old"])
def test_a_missing_unknown_or_revoked_key_is_a_401(key: str, guarded: Client) -> None:
    """Nothing else is looked at first."""
    assert guarded.post("orders", order(), key=key).status_code == 401
    assert guarded.get("/users/api-keys/me", key=key).status_code == 401
    assert guarded.rows("SELECT DISTINCT key FROM requests") == [("unknown",)]


def test_a_key_without_the_scope_or_the_shop_is_a_403(guarded: Client) -> None:
    """The shop is compared letter for letter; scopes without case and punctuation."""
    assert guarded.post("orders", order(), key="orders-only").status_code == 200
    assert guarded.post("event", event(), key="orders-only").status_code == 200
    answer = guarded.post("ads", ad(), key="orders-only")
    assert (answer.status_code, "ads:write" in answer.json()["message"]) == (403, True)
    for shop in ("other.example", SHOP.upper()):
        body: dict[str, Any] = {"shop": shop, "orders": [order()]}
        assert guarded.post("bulk-orders", body, key="orders-only").status_code == 403
    assert guarded.post("ads", ad(), key="full").status_code == 200


def test_a_key_can_be_asked_what_it_may_do(guarded: Client) -> None:
    """The check before a run reads the scopes from here."""
    answer = guarded.get("/users/api-keys/me", key="orders-only")
    assert answer.json() == {
        "valid": True,
        "scopes": ["Orders: Write"],
        "created_at": "2026-01-01T00:00:00.000Z",
    }
    assert answer.headers["RateLimit-Policy"] == "100;w=60"
    assert "remaining=99" in answer.headers["RateLimit"]


@pytest.mark.parametrize("text", ["[]", '{"secret-key": {"scope": []}}', "{"])
def test_a_broken_keys_file_is_explained_without_a_key(text: str, tmp_path: Path) -> None:
    """The message names the file and never quotes what is in it."""
    path = tmp_path / "keys.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"keys\.json") as caught:
        Keys.load(path)
    assert "secret" not in str(caught.value)


def test_a_small_answer_is_sent_at_once() -> None:
    """Held back until the client has confirmed the headers, each would take 40 ms."""
    with closing(listen("127.0.0.1", 0)) as listener:
        assert listener.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_an_address_that_is_not_the_apis_is_a_404_too(api: Client) -> None:
    """So `api_url` of another version is told as what it is."""
    url = api.served.url.replace("v2", "v9") + "/data-in/orders"
    assert api.session.post(url, json=order(), timeout=10).status_code == 404


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "http://127.0.0.1:8787"])
def test_a_web_page_can_neither_write_nor_ask(origin: str, api: Client) -> None:
    """Any site that is open in a browser on this machine can send requests to its ports."""
    api.post("orders", order("A-1"))
    headers = {"Origin": origin, "Content-Type": "text/plain", "Host": "evil.example:8787"}
    order_2 = json.dumps(order("A-2"))
    written = api.session.post(
        f"{api.served.url}/data-in/orders", data=order_2, headers=headers, timeout=9
    )
    query = "SELECT * FROM orders_table WHERE event_date BETWEEN @startDate AND @endDate"
    period = {"startDate": "2000-01-01", "endDate": "2099-12-31"}
    body = json.dumps({"shopId": SHOP, "query": query, "period": period})
    asked = api.session.post(
        f"{api.served.url}/orcabase/api/sql", data=body, headers=headers, timeout=9
    )
    assert (written.status_code, asked.status_code) == (403, 403)
    assert "web page" in asked.json()["message"]
    assert "A-1" not in asked.text
    assert api.rows("SELECT order_id FROM orders_table") == [("A-1",)]
    del headers["Origin"]
    assert "A-1" in api.session.post(asked.url, data=body, headers=headers).text


def test_a_file_that_cannot_be_written_is_a_503(
    api: Client, caplog: pytest.LogCaptureFixture
) -> None:
    """Deleted to begin anew, as a rule; a sender must not take the record for kept."""
    api.post("orders", order("A-1"))
    api.db.unlink()
    answer = api.post("orders", order("A-2"))
    assert (answer.status_code, answer.json()["success"]) == (503, False)
    assert answer.json()["message"].startswith("sandbox.db cannot be used (attempt to write")
    assert caplog.records == []
