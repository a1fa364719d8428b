"""The table from an answer to its meaning."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from target_triplewhale.delivery.client import Answer, NoAnswer
from target_triplewhale.delivery.verdicts import (
    Accepted,
    Asked,
    Halt,
    Mixed,
    Refused,
    ServerFault,
    TooLarge,
    TryAgain,
    Verdict,
    verdict,
)
from target_triplewhale.endpoints import ENDPOINTS

SHOP = "example.myshopify.com"
OK = {"success": True, "message": "received"}
NO = {"success": False, "message": "Validation errors"}

SINGLE: dict[int, type] = {
    200: Accepted,
    201: Accepted,
    202: Accepted,
    400: Refused,
    401: Halt,
    403: Halt,
    404: Halt,
    408: TryAgain,
    413: Refused,
    422: Refused,
    425: TryAgain,
    429: TryAgain,
    500: ServerFault,
}
"""What each documented status means for one record; of the others, 5xx pass with time."""

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
IDS: st.SearchStrategy[Any] = st.sampled_from(
    ["A", "B", "C", "Z", 17, "17", None, "", {}, [1], True]
)
ERRORS = st.lists(
    st.one_of(JSON, st.fixed_dictionaries({}, optional={"order_id": IDS, "error": JSON}))
)
BODIES = JSON | st.fixed_dictionaries(
    {}, optional={"success": JSON, "message": JSON, "error": JSON, "code": JSON, "errors": ERRORS}
)
REQUESTS = [("orders", ("A", "B", "C")), ("orders", ("17", "A")), ("orders", ("A",))]
REQUESTS += [(name, ("",)) for name in ENDPOINTS]


def asked(endpoint: str, *keys: str) -> Asked:
    return Asked(ENDPOINTS[endpoint], SHOP, keys or ("",))


def errors(*ids: Any) -> dict[str, Any]:
    return {**NO, "errors": [{"order_id": one, "error": "id is required"} for one in ids]}


def fits(found: Verdict, keys: tuple[str, ...]) -> bool:
    """Tell whether a verdict is one that a request with these keys can be settled by."""
    match found:
        case Mixed():
            told = set(found.refused) | found.doubtful
            is_apart = not set(found.refused) & found.doubtful
            return len(keys) > 1 and bool(told) and told <= set(keys) and is_apart
        case TooLarge():
            return len(keys) > 1
        case Refused():
            return len(keys) == 1 and bool(found.problem)
        case Halt():
            return bool(found.sentence)
        case _:
            return isinstance(found, Accepted | TryAgain | ServerFault)


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_each_status_has_one_meaning_for_a_single_record(endpoint: str) -> None:
    """Whatever the endpoint, one record is judged alike; only a survey's order may be unknown."""
    for status in range(100, 600):
        body = OK if status < 300 else NO
        expected = SINGLE.get(status, TryAgain if status >= 500 else Halt)
        if status == 404 and ENDPOINTS[endpoint].needs_order:
            expected = Refused
        assert isinstance(verdict(Answer(status, body), asked(endpoint, "A-1")), expected), status


@given(
    status=st.integers(100, 599),
    body=BODIES,
    is_json=st.booleans(),
    retry_after=st.none() | st.floats(0, 1e9),
    request=st.sampled_from(REQUESTS),
)
def test_every_answer_has_a_verdict_that_the_request_can_be_settled_by(
    status: int,
    body: Any,
    is_json: bool,  # noqa: FBT001
    retry_after: float | None,
    request: tuple[str, tuple[str, ...]],
) -> None:
    """An API may change, and a proxy may say anything: none of it ends in a traceback."""
    endpoint, keys = request
    answer = Answer(status, body if is_json else None, is_json=is_json, retry_after=retry_after)
    assert fits(verdict(answer, asked(endpoint, *keys)), keys)


@given(status=st.sampled_from([200, 201, 400, 422]), body=BODIES)
def test_no_order_is_delivered_that_an_answer_calls_wrong(status: int, body: Any) -> None:
    """Whatever else the answer holds."""
    keys = ("A", "B", "C")
    found = verdict(Answer(status, body), asked("orders", *keys))
    listed = body.get("errors") if isinstance(body, dict) else None
    named = [one.get("order_id") for one in listed or [] if isinstance(one, dict)]
    for key in [key for key in keys if key in named]:
        assert isinstance(found, Mixed)
        assert key in {*found.refused, *found.doubtful}


def test_an_unknown_order_is_a_surveys_own_affair_and_elsewhere_a_wrong_address() -> None:
    """404 on a survey passes with time; anywhere else every request would get it."""
    refused = verdict(Answer(404, {"message": "Order not found"}), asked("pps"))
    assert isinstance(refused, Refused)
    assert refused.problem.startswith("Order not found: ")
    assert "20 minutes" in refused.problem
    assert (refused.kind, refused.field, refused.status) == ("unknown", "order_id", 404)
    halted = verdict(Answer(404, {}), asked("customers"))
    assert isinstance(halted, Halt)
    assert "api_url" in halted.sentence
    assert "/data-in/customers" in halted.sentence


@pytest.mark.parametrize("endpoint", ["customers", "orders"])
@pytest.mark.parametrize("status", [200, 201, 202, 400, 422])
def test_an_answer_that_is_no_json_decides_nothing(status: int, endpoint: str) -> None:
    """A proxy's page says nothing about the records; what it asks for is heard."""
    answer = Answer(status, None, is_json=False, retry_after=9.0)
    assert verdict(answer, asked(endpoint)) == TryAgain("an answer that is no JSON", status, 9.0)


@pytest.mark.parametrize("status", [413, 429, 500, 502, 401, 403, 404])
def test_a_status_that_says_enough_needs_no_json(status: int) -> None:
    """Gateways answer in HTML."""
    plain = Answer(status, None, is_json=False)
    expected = SINGLE.get(status, TryAgain)
    assert isinstance(verdict(plain, asked("customers")), expected)


def test_a_success_that_says_it_is_none_is_no_success() -> None:
    """200 with `success: false` must not be counted as delivered."""
    assert verdict(Answer(200, NO), asked("customers")) == Refused("Validation errors", 200)


@pytest.mark.parametrize("body", [OK, {}, None, [], "ok", {"success": None}, {"errors": []}])
def test_a_success_needs_no_certain_body(body: Any) -> None:
    """The published file does not promise one."""
    for endpoint in ("customers", "orders"):
        assert verdict(Answer(200, body), asked(endpoint)) == Accepted()


@pytest.mark.parametrize(
    ("why", "words"), [("timeout", "request_timeout"), ("connection", "connection")]
)
def test_no_answer_is_tried_again(why: Any, words: str) -> None:
    """Nothing is known of the record, so it is asked again."""
    found = verdict(NoAnswer(why), asked("orders"))
    assert isinstance(found, TryAgain)
    assert words in found.cause
    assert found.status is None


def test_a_certificate_that_cannot_be_trusted_halts() -> None:
    """It will not be better the next time, and nothing may be sent without trust."""
    found = verdict(NoAnswer("tls"), asked("orders"))
    assert isinstance(found, Halt)
    for word in ("certificate", "api_url", "clock", "proxy", "SSL_CERT_FILE"):
        assert word in found.sentence


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504, 599])
def test_the_servers_own_wish_to_wait_is_kept(status: int) -> None:
    """Retry-After wins over our own backoff, on whatever status it comes."""
    found = verdict(Answer(status, NO, retry_after=7.0), asked("orders", "A", "B"))
    assert isinstance(found, TryAgain | ServerFault)
    assert found.after == 7.0


def test_what_is_tried_again_is_told_with_its_status() -> None:
    """The last one stands in the sentence that ends the run."""
    assert verdict(Answer(503, NO), asked("ads")) == TryAgain("status 503", 503)


@pytest.mark.parametrize(
    ("body", "refused", "doubtful"),
    [
        (errors("A"), {"A"}, set()),
        (errors("A", "C"), {"A", "C"}, set()),
        (errors("A", "B", "C"), {"A", "B", "C"}, set()),
        (errors("A", None), {"A"}, {"B", "C"}),
        (errors("A", "A"), set(), {"A", "B", "C"}),
        (errors("A", "Z"), {"A"}, {"B", "C"}),
        (errors(), set(), {"A", "B", "C"}),
        (NO, set(), {"A", "B", "C"}),
        ({**NO, "errors": "all of them"}, set(), {"A", "B", "C"}),
        ({**NO, "errors": ["A is wrong"]}, set(), {"A", "B", "C"}),
        ([], set(), {"A", "B", "C"}),
    ],
)
@pytest.mark.parametrize("status", [400, 422])
def test_a_mixed_answer_settles_only_what_it_names_once(
    body: Any, refused: set[str], doubtful: set[str], status: int
) -> None:
    """An order that the answer does not name clearly must ask again, or it is lost."""
    found = verdict(Answer(status, body), asked("orders", "A", "B", "C"))
    assert isinstance(found, Mixed)
    assert dict(found.refused) == dict.fromkeys(refused, "id is required")
    assert found.doubtful == doubtful
    assert found.status == status


def test_a_key_that_was_sent_twice_is_never_settled_by_its_name() -> None:
    """The answer does not say which of the two it means."""
    found = verdict(Answer(400, errors("A")), asked("orders", "A", "A", "B"))
    assert found == Mixed({}, frozenset({"A", "B"}), 400)


def test_a_bulk_success_that_lists_errors_is_a_mixed_answer() -> None:
    """Whatever the status says, an order with an error is not delivered."""
    found = verdict(Answer(200, {**OK, **errors("A"), "success": True}), asked("orders", "A", "B"))
    assert found == Mixed({"A": "id is required"}, frozenset(), 200)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (errors("A"), "id is required"),
        (errors(None), "id is required"),
        (NO, "Validation errors"),
        ({**NO, "errors": [None]}, "Validation errors"),
    ],
)
def test_a_bulk_request_of_one_is_refused_in_the_nearest_words(body: Any, words: str) -> None:
    """Whatever id the answer names, it can mean no other order."""
    assert verdict(Answer(400, body), asked("orders", "A")) == Refused(words, 400)


def test_numbers_as_order_ids_are_understood() -> None:
    """The API may echo an id as a number."""
    found = verdict(Answer(400, errors(17)), asked("orders", "17", "18"))
    assert found == Mixed({"17": "id is required"}, frozenset(), 400)


def test_a_bulk_request_that_is_too_large_is_halved_and_one_order_is_refused() -> None:
    """How large a bulk body may be is not documented."""
    assert verdict(Answer(413, NO), asked("orders", "A", "B")) == TooLarge()
    refused = verdict(Answer(413, NO), asked("orders", "A"))
    assert isinstance(refused, Refused)
    assert refused.problem == "Validation errors: the order is larger than the API takes"
    assert refused.kind == "too_large"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({"success": False, "message": "Invalid ad data."}, "Invalid ad data."),
        (
            {"error": "Bad Request", "message": "x is wrong", "code": 7},
            "Bad Request: x is wrong: 7",
        ),
        ({"error": "same", "message": "same"}, "same"),
        ({"error": {"deep": 1}, "message": ["list"], "code": 1.5}, "no reason given"),
        ({"error": "", "message": None}, "no reason given"),
        ({}, "no reason given"),
        ("text", "no reason given"),
        (None, "no reason given"),
    ],
)
def test_a_refusal_is_told_in_the_apis_own_words(body: Any, words: str) -> None:
    """Two error bodies exist."""
    assert verdict(Answer(400, body), asked("ads")) == Refused(words, 400)


def test_a_refused_key_is_told_with_cause_and_remedy() -> None:
    """401 and 403 end the run, so they must say what to do."""
    unauthorized = verdict(Answer(401, NO), asked("ads"))
    forbidden = verdict(Answer(403, NO), asked("ads"))
    assert isinstance(unauthorized, Halt)
    assert isinstance(forbidden, Halt)
    for word in ("missing", "revoked", "ads:write", "Settings > API Keys"):
        assert word in unauthorized.sentence
    for word in ("ads:write", SHOP, "owner", "Settings > Store", "Integrations > Data In"):
        assert word in forbidden.sentence
    assert (unauthorized.status, forbidden.status) == (401, 403)


def test_an_undocumented_status_is_told_with_its_number() -> None:
    """Something else than the API answers then."""
    found = verdict(Answer(302, None, is_json=False), asked("ads"))
    assert isinstance(found, Halt)
    for word in ("302", "/data-in/ads", "api_url", "proxy"):
        assert word in found.sentence
    assert found.status == 302
